"""What is in a file that somebody hands in: told by its content, never by its name, and made harmless on the way.

Pictures are decoded and encoded anew, so that nothing but pixels survives: no place where it was taken, no comments, no
second file behind the first. PDFs are kept as they are, if they are nothing but pages.
"""

import hashlib
import io
import re
import warnings
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from hackathon.rules.fingerprints import colourfulness, contrast, fingerprint
from hackathon.rules.receipts import Evidence, FileLimits


class Kind(NamedTuple):
    """A kind of file that is accepted: how it begins, and what it is called."""

    content_type: str
    format: str


KINDS: Mapping[str, Kind] = {
    "jpeg": Kind("image/jpeg", "JPEG"),
    "png": Kind("image/png", "PNG"),
    "webp": Kind("image/webp", "WEBP"),
    "pdf": Kind("application/pdf", "PDF"),
}
# Marks of other kinds of files, which no picture or page has a reason to carry.
FOREIGN = (b"<script", b"<html", b"<!doctype", b"<svg", b"<?php", b"javascript:")
ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x7fELF")
ACTIVE_NAMES = ("/JavaScript", "/JS", "/Launch", "/OpenAction", "/AA", "/EmbeddedFile", "/EmbeddedFiles", "/RichMedia")
JPEG_QUALITY = 92
SOFTWARE_KEYS = ("Software", "software", "Creator Tool", "Comment")
TEXT_LIMIT = 200_000


class Refused(Exception):
    """The file is not accepted; ``why`` is one of ``unknown_type``, ``unsafe``, ``too_large``, ``unreadable``."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


class Inspected(NamedTuple):
    """What was found, and the content that may be kept."""

    kind: Kind
    content: bytes
    evidence: Evidence


def inspect(content: bytes, limits: FileLimits) -> Inspected:
    """Look into a file and clean it. Raises Refused."""
    if len(content) > limits.max_bytes:
        raise Refused("too_large")
    name = sniff(content)
    if name is None:
        raise Refused("unknown_type")
    sha256 = hashlib.sha256(content).hexdigest()
    if name == "pdf":
        return _inspect_pdf(content, limits, sha256)
    if has_stowaway(content, name):
        raise Refused("unsafe")
    return _inspect_picture(content, KINDS[name], limits, sha256)


def sniff(content: bytes) -> str | None:
    """Which of ``KINDS`` the content begins like, None for none of them."""
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "webp"
    return "pdf" if content.startswith((b"%PDF-1.", b"%PDF-2.")) else None


def has_stowaway(content: bytes, name: str) -> bool:
    """A picture that some other program would take for a page, a script, a PDF or an archive."""
    lowered = content.lower()
    if b"%pdf-" in lowered or any(mark in lowered for mark in FOREIGN):
        return True
    trailer = content[end_of_picture(content, name) :]
    return any(mark in trailer for mark in ARCHIVES)


def end_of_picture(content: bytes, name: str) -> int:
    """Where the picture itself ends, as far as its format says; what follows belongs to something else."""
    if name == "webp":
        return 8 + int.from_bytes(content[4:8], "little")
    mark = b"IEND\xaeB`\x82" if name == "png" else b"\xff\xd9"
    place = content.find(mark)
    return len(content) if place < 0 else place + len(mark)


def _inspect_picture(content: bytes, kind: Kind, limits: FileLimits, sha256: str) -> Inspected:
    image = _decoded(content, kind, limits)
    software = _software(image)
    upright = ImageOps.exif_transpose(image)
    pixels = upright.convert("RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB")
    if kind.format == "JPEG":
        pixels = pixels.convert("RGB")
    evidence = Evidence(
        sha256=sha256,
        fingerprint=fingerprint(pixels),
        width=pixels.width,
        height=pixels.height,
        contrast=contrast(pixels),
        colourfulness=colourfulness(pixels),
        software=software,
        text=None,
    )
    return Inspected(kind, _encoded(pixels, kind), evidence)


def _decoded(content: bytes, kind: Kind, limits: FileLimits) -> Image.Image:
    """The first frame; its size is looked at before a single pixel is unpacked."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(content), formats=[kind.format])
            if image.width * image.height > limits.max_pixels:
                raise Refused("too_large")
            image.load()
    except Image.DecompressionBombError:
        raise Refused("too_large") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, MemoryError):
        raise Refused("unreadable") from None
    return image


def _encoded(pixels: Image.Image, kind: Kind) -> bytes:
    buffer = io.BytesIO()
    options: dict[str, Any] = {"JPEG": {"quality": JPEG_QUALITY}, "WEBP": {"quality": JPEG_QUALITY}}.get(
        kind.format, {}
    )
    bare = Image.new(pixels.mode, pixels.size)
    bare.paste(pixels)
    bare.save(buffer, kind.format, **options)
    return buffer.getvalue()


def _software(image: Image.Image) -> str:
    """What the metadata says of the programs that the picture went through."""
    exif = image.getexif()
    named = [exif.get(ExifTags.Base.Software), exif.get(ExifTags.Base.ProcessingSoftware)]
    named += [image.info.get(key) for key in SOFTWARE_KEYS]
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or ""
    packet = packet.decode("utf-8", "replace") if isinstance(packet, bytes) else str(packet)
    named += re.findall(r"(?:CreatorTool|softwareAgent)[=>\"']+([^\"'<]{1,100})", packet)
    return " ".join(str(name)[:100] for name in named if name)


def _inspect_pdf(content: bytes, limits: FileLimits, sha256: str) -> Inspected:
    reader = _readable(lambda: PdfReader(io.BytesIO(content), strict=False))
    if reader.is_encrypted or _is_active(content, reader):
        raise Refused("unsafe")
    pages = _readable(lambda: len(reader.pages))
    if not 0 < pages <= limits.max_pages:
        raise Refused("too_large" if pages else "unreadable")
    text = _readable(lambda: "\n".join(page.extract_text() for page in reader.pages)[:TEXT_LIMIT])
    metadata = _readable(lambda: reader.metadata) or {}
    software = " ".join(str(metadata.get(key, ""))[:100] for key in ("/Producer", "/Creator"))
    evidence = Evidence(sha256, "", 0, 0, 1.0, 0.0, software.strip(), text if text.strip() else None)
    return Inspected(KINDS["pdf"], content, evidence)


def _readable(read: Callable[[], Any]) -> Any:
    """pypdf meets every kind of broken file with its own kind of error, down to RecursionError."""
    try:
        return read()
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, OSError, RecursionError):
        raise Refused("unreadable") from None


def _is_active(content: bytes, reader: PdfReader) -> bool:
    """The PDF would do something, or carries another file; names are looked for in packed objects too."""
    lowered = content.lower()
    if any(mark in lowered for mark in FOREIGN) or any(mark in content for mark in ARCHIVES[:2]):
        return True
    root = _readable(lambda: reader.trailer["/Root"].get_object())
    return bool(_readable(lambda: _mentions(root, 0, set())))


def _mentions(value: Any, depth: int, seen: set[int]) -> bool:
    """An active name stands somewhere below ``value``; pages are followed through references, each once."""
    if depth > 40:
        return True
    value = value.get_object() if hasattr(value, "get_object") else value
    if id(value) in seen:
        return False
    seen.add(id(value))
    if isinstance(value, dict):
        if any(name in value for name in ACTIVE_NAMES):
            return True
        return any(_mentions(inner, depth + 1, seen) for key, inner in value.items() if key != "/Parent")
    return isinstance(value, list) and any(_mentions(inner, depth + 1, seen) for inner in value)
