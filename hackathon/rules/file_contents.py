"""What is inside a picture or a PDF, made harmless on the way.

Pictures are decoded and encoded anew, so that nothing but pixels survives: no place where it was taken, no comments, no
second file behind the first. PDFs are kept as they are, if they are nothing but pages.
"""

import io
import re
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from hackathon.rules.file_kinds import ARCHIVES, FileLimits, Kind, Refused, carries_markup

JPEG_QUALITY = 92
SOFTWARE_KEYS = ("Software", "software", "Creator Tool", "Comment")
ACTIVE_NAMES = ("/JavaScript", "/JS", "/Launch", "/AA", "/EmbeddedFile", "/EmbeddedFiles", "/RichMedia", "/XFA")
DEEPEST = 40
# pypdf meets every kind of broken file with its own kind of error, down to what its own assumptions fail with.
BROKEN = (
    *(PyPdfError, ValueError, TypeError, LookupError, AttributeError, OSError, ArithmeticError),
    *(RuntimeError, AssertionError, MemoryError),
)


class Picture(NamedTuple):
    """Pixels the right way up, what its metadata said of the programs it went through, and what may be kept of it."""

    pixels: Image.Image
    software: str
    content: bytes


def picture_read(content: bytes, kind: Kind, limits: FileLimits) -> Picture:
    """Decode a picture and encode it anew. Raises Refused."""
    image = _decoded(content, kind, limits)
    upright = ImageOps.exif_transpose(image)
    pixels = upright.convert("RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB")
    if kind.format == "JPEG":
        pixels = pixels.convert("RGB")
    return Picture(pixels, _software(image), _encoded(pixels, kind))


def document_read(content: bytes, limits: FileLimits) -> PdfReader:
    """Open a PDF that is nothing but pages, and not too many of them. Raises Refused."""
    reader: PdfReader = readable(lambda: PdfReader(io.BytesIO(content), strict=False))
    if reader.is_encrypted or _is_active(content, reader):
        raise Refused("unsafe")
    pages = readable(lambda: len(reader.pages))
    if not 0 < pages <= limits.max_pages:
        raise Refused("too_large" if pages else "unreadable")
    return reader


def readable(read: Callable[[], Any]) -> Any:
    """What ``read`` finds in a PDF. Raises Refused."""
    try:
        return read()
    except BROKEN:
        raise Refused("unreadable") from None


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


def _is_active(content: bytes, reader: PdfReader) -> bool:
    """The PDF would do something, or carries another file; names are looked for in packed objects too."""
    if carries_markup(content) or any(mark in content for mark in ARCHIVES[:2]):
        return True
    root = readable(lambda: reader.trailer["/Root"].get_object())
    return bool(readable(lambda: _mentions(root, 0, set())))


def _mentions(value: Any, depth: int, seen: set[int]) -> bool:
    """An active name stands somewhere below ``value``; pages are followed through references, each once."""
    if depth > DEEPEST:
        return True
    value = value.get_object() if hasattr(value, "get_object") else value
    if id(value) in seen:
        return False
    seen.add(id(value))
    if isinstance(value, dict):
        if any(name in value for name in ACTIVE_NAMES) or _acts_on_opening(value.get("/OpenAction")):
            return True
        return any(_mentions(inner, depth + 1, seen) for key, inner in value.items() if key != "/Parent")
    return isinstance(value, list) and any(_mentions(inner, depth + 1, seen) for inner in value)


def _acts_on_opening(action: Any) -> bool:
    """Many honest programs say at which page and size to open: a list, or a GoTo."""
    action = action.get_object() if hasattr(action, "get_object") else action
    return isinstance(action, dict) and action.get("/S") != "/GoTo"
