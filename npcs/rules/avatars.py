"""Portraits drawn from a key and a seed alone: the same always, and no two alike."""

from collections.abc import Callable
from hashlib import blake2b
from itertools import chain, count

SIZE = 128
_SKINS = ("#f6d7c3", "#eec1a0", "#d9a27c", "#b97c55", "#8d5a3b", "#5f3a26")
_HAIRS = ("#1d1a1a", "#4a2f1f", "#8a5a2b", "#c9a25a", "#9d9d9d", "#e8e4da", "#a33b2a", "#2f3f6b")
_COATS = ("#31446b", "#6b3144", "#3f6b31", "#6b5a31", "#4b4b57", "#8a3d3d", "#2d6b69", "#5c3f7a")
_GROUNDS = ("#f4e7c5", "#d6ecef", "#e9d9f0", "#dff0d8", "#f6dcd6", "#dfe3f3", "#fbeacb", "#d9efe4")
Pick = Callable[[int], int]


def avatar(key: str, seed: int) -> str:
    """An SVG of 128 by 128, without scripts, fonts or anything from outside."""
    pick = _picker(key, seed)
    ground, coat = _GROUNDS[pick(8)], _COATS[pick(8)]
    parts = (
        f'<rect width="{SIZE}" height="{SIZE}" rx="{16 + pick(24)}" fill="{ground}"/>',
        _backdrop(pick),
        f'<path d="M{18 + pick(8)} 128c0-{26 + pick(8)} 20-36 46-36s46 10 46 36z" fill="{coat}"/>',
        _collar(pick),
        _head(pick),
    )
    body = "".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}" '
        f'role="img" aria-label="{key}">{body}</svg>'
    )


def _picker(key: str, seed: int) -> Pick:
    blocks = (blake2b(f"{key}.{seed}.{n}".encode()).digest() for n in count())
    draws = chain.from_iterable(blocks)
    return lambda size: next(draws) * size >> 8


def _backdrop(pick: Pick) -> str:
    shapes = (
        f'<circle cx="{pick(128)}" cy="{pick(60)}" r="{10 + pick(22)}" fill="#fff" opacity=".{2 + pick(4)}"/>'
        for _ in range(2 + pick(4))
    )
    return "".join(shapes)


def _collar(pick: Pick) -> str:
    x = 64 + pick(5) - 2
    styles = (
        f'<path d="M{x - 14} 93l14 16 14-16-6-6h-16z" fill="#fff"/><path d="M{x - 4} 104l4 20 4-20z" fill="#a33"/>',
        f'<path d="M{x - 16} 92q16 20 32 0l-4-6h-24z" fill="#fff" opacity=".8"/>',
        f'<path d="M{x - 10} 92l10 9-10 9zm20 0l-10 9 10 9z" fill="#222"/>',
        f'<circle cx="{x}" cy="112" r="3" fill="#fff"/><circle cx="{x}" cy="121" r="3" fill="#fff"/>',
        f'<path d="M{x - 22} 94q22 26 44 0" stroke="#d9b44a" stroke-width="4" fill="none"/>',
    )
    return styles[pick(len(styles))]


def _head(pick: Pick) -> str:
    skin, hair = _SKINS[pick(6)], _HAIRS[pick(8)]
    wide, tall = 22 + pick(7), 27 + pick(7)
    return "".join(
        (
            _hair_behind(pick, hair, wide),
            f'<ellipse cx="64" cy="60" rx="{wide}" ry="{tall}" fill="{skin}"/>',
            _hair_before(pick, hair, wide, tall),
            _eyes(pick, hair),
            _line(f"M64 {60 + pick(3)}l{pick(7) - 3} {6 + pick(4)}h-4", "#0005", 2),
            _mouth(pick),
            _extras(pick, hair, wide),
        )
    )


def _hair_behind(pick: Pick, hair: str, wide: int) -> str:
    styles = ("", f'<ellipse cx="64" cy="66" rx="{wide + 8}" ry="{32 + pick(8)}" fill="{hair}"/>', "")
    return styles[pick(len(styles))]


def _hair_before(pick: Pick, hair: str, wide: int, tall: int) -> str:
    left, right, top = 64 - wide - 2, 64 + wide + 2, 60 - tall
    low = top + 14 + pick(6)
    crown = f"M{left} {low}Q64 {top - 14} {right} {low}Q64 {top + 6} {left} {low}z"
    fringe = f"M{left} {low + 6}Q{50 + pick(10)} {top - 22} {right} {low}L{right} {low - 8}Q64 {top - 14} {left} {low}z"
    sides = f"M{left} {low + 8}q4-12 {8 + pick(6)}-14M{right} {low + 8}q-4-12-{8 + pick(6)}-14"
    styles = (
        _shape(f"M{left} {low}Q64 {top - 26 - pick(8)} {right} {low}Q64 {top + 4 + pick(8)} {left} {low}z", hair),
        _shape(fringe, hair),
        f'<rect x="{left - 2}" y="{top - 8}" width="{right - left + 4}" height="{12 + pick(6)}" rx="6" fill="{hair}"/>',
        f'<circle cx="64" cy="{top - 6}" r="{9 + pick(6)}" fill="{hair}"/>{_shape(crown, hair)}',
        _line(sides, hair, 7),
    )
    return styles[pick(len(styles))]


def _eyes(pick: Pick, hair: str) -> str:
    apart, level, size = 8 + pick(4), 55 + pick(5), 2 + pick(2)
    tilt = pick(7) - 3
    marks = []
    for side in (-1, 1):
        x = 64 + side * apart
        marks.append(f'<circle cx="{x}" cy="{level}" r="{size}" fill="#222"/>')
        brow = f"M{x - 6} {level - 8 + side * tilt}L{x + 6} {level - 8 - side * tilt}"
        marks.append(f'<path d="{brow}" stroke="{hair}" stroke-width="{2 + pick(2)}"/>')
    return "".join(marks)


def _mouth(pick: Pick) -> str:
    y, bend, half = 75 + pick(4), pick(13) - 4, 7 + pick(5)
    return f'<path d="M{64 - half} {y}Q64 {y + bend} {64 + half} {y}" stroke="#833" stroke-width="3" fill="none"/>'


def _extras(pick: Pick, hair: str, wide: int) -> str:
    glasses = (
        f'<g fill="none" stroke="#333" stroke-width="2"><circle cx="54" cy="57" r="{6 + pick(3)}"/>'
        f'<circle cx="74" cy="57" r="{6 + pick(3)}"/><path d="M60 57h8"/></g>'
    )
    moustache = f'<path d="M{54 - pick(4)} 73q10-8 10-1q0-7 {10 + pick(4)} 1" fill="{hair}"/>'
    beard = _shape(f"M{66 - wide} 70q{wide - 2} {34 + pick(6)} {2 * wide - 4} 0q-{wide - 2} 12-{2 * wide - 4} 0z", hair)
    freckles = "".join(f'<circle cx="{50 + pick(28)}" cy="{64 + pick(5)}" r="1" fill="#a65"/>' for _ in range(6))
    earring = f'<circle cx="{64 + wide}" cy="{68 + pick(3)}" r="3" fill="#d9b44a"/>'
    choices = ("", glasses, moustache, beard, freckles, earring, glasses + moustache, glasses + freckles)
    return choices[pick(len(choices))]


def _shape(path: str, fill: str) -> str:
    return f'<path d="{path}" fill="{fill}"/>'


def _line(path: str, stroke: str, width: int) -> str:
    return f'<path d="{path}" stroke="{stroke}" stroke-width="{width}" fill="none"/>'
