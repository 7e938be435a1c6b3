"""Fingerprints of pictures of paper: a copy of the same receipt, resized or photographed anew, has nearly the same.

A perceptual hash by itself is thrown off by a table around the paper, a tilt of three degrees or a shadow. So the paper
is found first, set upright by its lines, and cut to what is printed on it. Measured on made receipts
(tests/rules/test_receipts.py): copies differ in at most an eighth of the bits, other receipts in a quarter or more.
"""

from typing import Any

import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

WORKING_SIZE = (480, 480)
HASH_SIZE = 16
TILTS = np.arange(-5.0, 5.1, 0.5)
# A row or column belongs to the paper when so much of it is bright, to the print when so much is dark.
BRIGHT_SHARE = 0.4
DARK_ROW_SHARE, DARK_COLUMN_SHARE = 0.02, 0.01
INK = 0.8
SMALLEST = 10


def fingerprint(picture: Image.Image) -> str:
    """256 bits in hexadecimal; the share of bits in which two differ says how unlike the papers are."""
    grey = _grey(picture)
    return str(imagehash.phash(_print_on(_paper(_upright(_paper(grey)))), hash_size=HASH_SIZE))


def contrast(picture: Image.Image) -> float:
    """0 for an even surface, about 0.5 for black and white in equal parts."""
    return float(_values(_paper(_grey(picture))).std()) / 255


def colourfulness(picture: Image.Image) -> float:
    """Mean saturation, 0 to 1; print on paper has little of it, and so has the table around it rarely much."""
    small = picture.convert("RGB")
    small.thumbnail(WORKING_SIZE)
    return float(_values(small.convert("HSV").getchannel("S")).mean()) / 255


def _grey(picture: Image.Image) -> Image.Image:
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A") if "A" in picture.getbands() else None)
    ground.thumbnail(WORKING_SIZE)
    return ground.convert("L")


def _values(picture: Image.Image) -> NDArray[np.float64]:
    return np.asarray(picture, np.float64)


def _paper(grey: Image.Image) -> Image.Image:
    """The bright part of the picture; all of it where no part stands out."""
    values = _values(grey.filter(ImageFilter.MedianFilter(5)))
    middle = (np.percentile(values, 3) + np.percentile(values, 97)) / 2
    return _cut(grey, values > middle, BRIGHT_SHARE, BRIGHT_SHARE)


def _print_on(paper: Image.Image) -> Image.Image:
    """What is printed, without the margin (whose edge may be a shadow)."""
    # Strokes of a whole page are thinner here than a pixel: thickened, they count as much as a till roll's.
    values = _values(paper.filter(ImageFilter.MinFilter(3)))
    dark = values < np.percentile(values, 90) * INK
    edge = max(3, dark.shape[0] // 60)
    inner = np.zeros_like(dark)
    inner[edge:-edge, edge:-edge] = dark[edge:-edge, edge:-edge]
    return _cut(paper, inner, DARK_ROW_SHARE, DARK_COLUMN_SHARE)


def _cut(picture: Image.Image, mask: NDArray[Any], row_share: float, column_share: float) -> Image.Image:
    rows = np.flatnonzero(mask.mean(1) > row_share)
    columns = np.flatnonzero(mask.mean(0) > column_share)
    if len(rows) < SMALLEST or len(columns) < SMALLEST:
        return picture
    return picture.crop((int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1))


def _upright(paper: Image.Image) -> Image.Image:
    """Turned to where lines of text and the gaps between them stand out most."""
    tilt = max(TILTS.tolist(), key=lambda degrees: _line_sharpness(paper, degrees))
    ground = int(np.percentile(_values(paper), 90))
    return paper.rotate(tilt, resample=Image.Resampling.BICUBIC, fillcolor=ground)


def _line_sharpness(paper: Image.Image, degrees: float) -> float:
    values = _values(paper.rotate(degrees, resample=Image.Resampling.BILINEAR, fillcolor=255))
    height, width = values.shape
    profile = values[height // 10 : height - height // 10, width // 8 : width - width // 8].mean(1)
    return float((np.diff(profile) ** 2).sum())
