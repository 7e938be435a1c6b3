"""Pictures of houses, drawn from a seed: the same seed always gives the same picture, and two seeds hardly ever."""

import colorsys
from io import BytesIO
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw

SIZE = (480, 300)
GROUND = 240
Colour = tuple[int, int, int]


class House(NamedTuple):
    """One building: left edge, width, storeys, and how its roof is shaped (flat, gable, or hip)."""

    left: int
    width: int
    storeys: int
    roof: int


def house_png(seed: int) -> bytes:
    """A PNG of 480 by 300 pixels: a house among its neighbours under a sky of its own."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", SIZE)
    draw = ImageDraw.Draw(image)
    hue = float(rng.random())
    _sky(draw, rng, hue)
    for left in range(-40, SIZE[0], 90):
        neighbour = House(left + int(rng.integers(0, 30)), int(rng.integers(60, 100)), int(rng.integers(1, 4)), 0)
        _house(draw, rng, neighbour, _colour(hue, 0.15, 0.55))
    wide = int(rng.integers(170, 250))
    left = (SIZE[0] - wide) // 2 + int(rng.integers(-60, 60))
    main = House(left, wide, int(rng.integers(2, 5)), int(rng.integers(0, 3)))
    _house(draw, rng, main, _colour(hue + 0.35 + 0.3 * float(rng.random()), 0.45, 0.8))
    _garden(draw, rng)
    buffer = BytesIO()
    image.quantize(64).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _colour(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return int(red * 255), int(green * 255), int(blue * 255)


def _sky(draw: ImageDraw.ImageDraw, rng: np.random.Generator, hue: float) -> None:
    for row in range(GROUND):
        draw.line([(0, row), (SIZE[0], row)], _colour(hue, 0.45 - 0.35 * row / GROUND, 0.75 + 0.2 * row / GROUND))
    x, y, radius = int(rng.integers(40, 440)), int(rng.integers(25, 80)), int(rng.integers(14, 26))
    draw.ellipse([x - radius, y - radius, x + radius, y + radius], _colour(hue + 0.5, 0.2, 1.0))
    draw.rectangle([0, GROUND, *SIZE], _colour(0.28 + 0.06 * float(rng.random()), 0.4, 0.55))


def _house(draw: ImageDraw.ImageDraw, rng: np.random.Generator, house: House, wall: Colour) -> None:
    storey = 34
    top, right = GROUND - house.storeys * storey, house.left + house.width
    draw.rectangle([house.left, top, right, GROUND], wall)
    dark = _shade(wall, 0.6)
    slope = {0: 0, 1: house.width // 2, 2: house.width // 4}[int(house.roof)]
    eaves = [(house.left - 8, top), (house.left + slope, top - 40), (right - slope, top - 40), (right + 8, top)]
    draw.polygon(eaves if slope else [(house.left - 4, top - 8), (right + 4, top - 8), (right, top), eaves[0]], dark)
    lit = _colour(0.13, 0.5, 1.0)
    columns = max(2, house.width // int(rng.integers(34, 52)))
    for floor in range(house.storeys):
        for place in range(columns):
            x = house.left + (2 * place + 1) * house.width // (2 * columns)
            y = top + floor * storey + 8
            draw.rectangle([x - 8, y, x + 8, y + 18], lit if rng.random() < 0.5 else _shade(wall, 0.35), outline=dark)
    door = house.left + int(rng.integers(20, house.width - 20))
    draw.rectangle([door - 9, GROUND - 28, door + 9, GROUND], _shade(wall, 0.25))


def _garden(draw: ImageDraw.ImageDraw, rng: np.random.Generator) -> None:
    for _ in range(int(rng.integers(3, 7))):
        x, radius = int(rng.integers(10, 470)), int(rng.integers(12, 24))
        y = GROUND + int(rng.integers(4, 40))
        draw.rectangle([x - 2, y - radius, x + 2, y], (92, 64, 44))
        leaves = _colour(0.25 + 0.12 * float(rng.random()), 0.6, 0.35 + 0.25 * float(rng.random()))
        draw.ellipse([x - radius, y - 3 * radius, x + radius, y - radius + 4], leaves)


def _shade(colour: Colour, factor: float) -> Colour:
    red, green, blue = (int(part * factor) for part in colour)
    return red, green, blue
