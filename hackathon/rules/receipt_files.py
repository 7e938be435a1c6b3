"""What a receipt's file tells: pictures of paper by how they look, PDFs by their words, scans in PDFs by both."""

import hashlib
import re
import unicodedata
from typing import Any, NamedTuple

from PIL import Image
from pypdf import PdfReader

from hackathon.rules.file_contents import document_read, picture_read, readable
from hackathon.rules.file_kinds import KINDS, FileLimits, Kind, Refused, has_stowaway, sniff
from hackathon.rules.fingerprints import colourfulness, contrast, fingerprint
from hackathon.rules.page_drawing import first_page
from hackathon.rules.receipts import BLANK_BELOW, Evidence

TEXT_LIMIT = 200_000
# Fewer letters and digits than these do not tell one receipt from another.
TELLING_LETTERS = 24


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


def wording_of(text: str) -> str:
    """A fingerprint of words in hexadecimal: whatever a program changes in spacing, order of metadata or packing when
    it saves a PDF anew, the letters and digits stay. Empty where there are too few of them.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    letters = re.sub(r"[\W_]+", "", plain)
    return hashlib.sha256(letters.encode("utf-8", "replace")).hexdigest() if len(letters) >= TELLING_LETTERS else ""


def _inspect_picture(content: bytes, kind: Kind, limits: FileLimits, sha256: str) -> Inspected:
    picture = picture_read(content, kind, limits)
    evidence = Evidence(
        sha256=sha256,
        fingerprint=fingerprint(picture.pixels),
        width=picture.pixels.width,
        height=picture.pixels.height,
        contrast=contrast(picture.pixels),
        colourfulness=colourfulness(picture.pixels),
        software=picture.software,
        text=None,
    )
    return Inspected(kind, picture.content, evidence)


def _inspect_pdf(content: bytes, limits: FileLimits, sha256: str) -> Inspected:
    reader = document_read(content, limits)
    text = readable(lambda: "\n".join(page.extract_text() for page in reader.pages)[:TEXT_LIMIT])
    metadata = readable(lambda: reader.metadata) or {}
    software = " ".join(str(metadata.get(key, ""))[:100] for key in ("/Producer", "/Creator"))
    wording = wording_of(text)
    evidence = Evidence(
        sha256=sha256,
        fingerprint=_look_of(content, reader, text.strip(), limits),
        width=0,
        height=0,
        contrast=1.0,
        colourfulness=0.0,
        software=software.strip(),
        text=text if text.strip() else None,
        wording=wording,
    )
    return Inspected(KINDS["pdf"], content, evidence)


def _look_of(content: bytes, reader: PdfReader, text: str, limits: FileLimits) -> str:
    """The fingerprint of a scan that is all there is (it has no margin), else of the first page as it is printed.

    Empty for blank pages, and for pages with a few words only: one of them looks like another.
    """
    if text and not wording_of(text):
        return ""
    picture = (None if text else _scan_of(reader, limits)) or first_page(content)
    return fingerprint(picture) if picture is not None and contrast(picture) >= BLANK_BELOW else ""


def _scan_of(reader: PdfReader, limits: FileLimits) -> Image.Image | None:
    """The largest picture of the first page, if there is one that can be decoded and is not too large to."""
    try:
        return readable(lambda: _largest_picture(reader.pages[0], limits))  # type: ignore[no-any-return]
    except Refused:
        return None


def _largest_picture(page: Any, limits: FileLimits) -> Image.Image | None:
    objects = page.get("/Resources", {}).get_object().get("/XObject", {}).get_object()
    pictures = {name: held.get_object() for name, held in objects.items()}
    sizes = {name: int(p["/Width"]) * int(p["/Height"]) for name, p in pictures.items() if p["/Subtype"] == "/Image"}
    name = max(sizes, key=lambda each: sizes[each], default=None)
    if name is None or sizes[name] > limits.max_pixels:
        return None
    image: Image.Image = page.images[name].image
    return image.convert("RGB")
