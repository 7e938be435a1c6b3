"""Papers made for tests: receipts, photographs of them, other pictures, and files that are up to no good."""

import io
import random
import struct
import zlib
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from PIL import ExifTags, Image, ImageDraw, ImageFilter, ImageFont
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from hackathon.rules.page_drawing import first_page

Photo = Image.Image


def paper(seed: int) -> Photo:
    """A printed receipt; another seed is another shop, day, list and sum."""
    rng = random.Random(seed)
    width, height = rng.choice([(420, 760), (380, 640), (460, 900)])
    image = Image.new("RGB", (width, height), (rng.randint(235, 255),) * 3)
    draw = ImageDraw.Draw(image)
    lines = [(rng.choice(["CAFE", "HOTEL", "TAXI", "MARKT"]) + f" {seed}", 30, 60)]
    lines.append((f"2026-02-{rng.randint(1, 28):02}   {rng.randint(8, 22)}:{rng.randint(10, 59)}", 18, 40))
    for _ in range(rng.randint(4, 14)):
        words = "".join(rng.choice("abcdefghij klmnop") for _ in range(rng.randint(5, 16)))
        lines.append((f"{words}   {rng.randint(1, 80)}.{rng.randint(0, 99):02}", 18, 28))
    lines.append((f"TOTAL {rng.randint(20, 400)}.{rng.randint(0, 99):02} EUR", 26, 40))
    y = 20
    for text, size, step in lines:
        draw.text((20, y), text, fill=0, font=ImageFont.load_default(size))
        y += step
    return image


def photographed(image: Photo, seed: int) -> Photo:
    """The paper on a table: tilted, off centre, darker, noisy, a little out of focus."""
    rng = random.Random(seed)
    table = (rng.randint(60, 120), rng.randint(50, 90), rng.randint(30, 70))
    ground = Image.new("RGB", (image.width + 120, image.height + 120), table)
    tilted = image.rotate(rng.uniform(-3, 3), expand=True, fillcolor=table, resample=Image.Resampling.BICUBIC)
    ground.paste(tilted, (rng.randint(20, 90), rng.randint(20, 90)))
    noise = np.random.default_rng(seed).normal(0, 5, (ground.height, ground.width, 3))
    values = np.asarray(ground, np.float64) * rng.uniform(0.75, 1.0) + noise
    return Image.fromarray(values.clip(0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.8))


def resized(image: Photo, factor: float) -> Photo:
    return image.resize((int(image.width * factor), int(image.height * factor)))


def holiday(seed: int) -> Photo:
    """A picture of something else: sky, sea, sand."""
    rng = np.random.default_rng(seed)
    values = np.zeros((400, 600, 3))
    values[:160], values[160:260], values[260:] = (60, 140, 240), (20, 90, 160), (240, 200, 110)
    return Image.fromarray((values + rng.normal(0, 12, values.shape)).clip(0, 255).astype(np.uint8))


def blank() -> Photo:
    return Image.new("RGB", (400, 700), (250, 250, 248))


def encoded(image: Photo, kind: str = "JPEG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def edited(image: Photo) -> bytes:
    """Saved by an image editor, which says so."""
    exif = Image.Exif()
    exif[ExifTags.Base.Software] = "Adobe Photoshop 25.1 (Macintosh)"
    return encoded(image, exif=exif)


def located(image: Photo) -> bytes:
    """As a telephone saves it: with the place where it was taken."""
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = "Phone 7"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (52.0, 31.0, 12.0)
    return encoded(image, exif=exif)


def pdf(*lines: str) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for place, line in enumerate(lines):
        canvas.drawString(72, 760 - 20 * place, line)
    canvas.save()
    return buffer.getvalue()


class Bill(NamedTuple):
    """An invoice as its shop sent it, and what stands in it."""

    content: bytes
    amount_cents: int
    day: date

    @property
    def printed(self) -> Photo:
        """The page on paper."""
        page = first_page(self.content)
        assert page is not None
        return page


def bill(seed: int, items: int = 0) -> Bill:
    """An invoice on a whole page; all of them look alike, but for what was bought (so many ``items``)."""
    rng = random.Random(seed)
    day, cents = date(2026, 2, rng.randint(1, 28)), rng.randint(20_00, 400_00)
    lines = ["Hotel Sunrise 7", f"Invoice 2026-{100 + seed}", f"{day:%d.%m.%Y}"]
    for _ in range(items or rng.randint(2, 9)):
        words = "".join(rng.choice("abcdefghij klmnop") for _ in range(rng.randint(6, 30)))
        lines.append(f"{words}  {rng.randint(1, 90)}.{rng.randint(0, 99):02}")
    return Bill(pdf(*lines, f"Total {cents // 100}.{cents % 100:02} EUR"), cents, day)


def pdf_with_script() -> bytes:
    return pdf("TOTAL 12.00").replace(
        b"/Type /Catalog", b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >> /Type /Catalog"
    )


def saved_anew(content: bytes) -> bytes:
    """The same pages from another program: packed, with other metadata, another order of objects, another hash."""
    writer = PdfWriter()
    for page in PdfReader(io.BytesIO(content)).pages:
        writer.add_page(page)
    writer.add_metadata({"/Producer": "Another Program 2.0"})
    writer.compress_identical_objects()
    return written(writer)


def scanned(image: Photo) -> bytes:
    """A page that is nothing but a picture."""
    buffer = io.BytesIO()
    image.save(buffer, "PDF", resolution=100)
    return buffer.getvalue()


def pdf_with_attachment() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("TOTAL 12.00"))))
    writer.add_attachment("run.exe", b"MZ")
    return written(writer)


def written(writer: PdfWriter) -> bytes:
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def bomb(side: int) -> bytes:
    """A PNG of a few kilobytes that says it is ``side`` pixels wide and high."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((side // 8 + 1) * 64))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
