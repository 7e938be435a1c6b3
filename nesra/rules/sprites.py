"""Sprites drawn from their key alone: the same key is the same picture, on every machine and after every restart.

Each picture is an SVG of 64 by 64 without any text, script or outside reference. The item's type gives the forms to
choose from, its rarity the halo, a word of the key perhaps the form; the rest is drawn by lot.
"""

from hashlib import sha256

from nesra.rules.enums import ItemType

HALO = {"common": "none", "uncommon": "#8fd694", "rare": "#6fb1ff", "epic": "#c08bff", "legendary": "#ffcf5c"}
Shapes = tuple[str, ...]

# ``{a}`` is the main colour, ``{b}`` the accent, ``{c}`` the shade.
FORMS: dict[ItemType, Shapes] = {
    ItemType.HAT: (
        '<ellipse cx="32" cy="44" rx="24" ry="6" fill="{c}"/><path d="M18 43V28q14-12 28 0v15z" fill="{a}"/>'
        '<path d="M18 37h28v6H18z" fill="{b}"/>',
        '<path d="M14 44q18-44 36 0z" fill="{a}"/><rect x="12" y="41" width="40" height="7" rx="3" fill="{c}"/>'
        '<circle cx="32" cy="18" r="5" fill="{b}"/>',
        '<path d="M12 46 16 22l9 10 7-16 7 16 9-10 4 24z" fill="{a}"/><path d="M12 46h40v5H12z" fill="{c}"/>'
        '<circle cx="32" cy="38" r="4" fill="{b}"/>',
        '<path d="M12 44h40l-9-6L34 8 21 38z" fill="{a}"/><path d="M21 37h22v5H21z" fill="{b}"/>'
        '<path d="M8 44h48q-24 10-48 0z" fill="{c}"/>',
    ),
    ItemType.OUTFIT: (
        '<path d="M20 14h24l12 10-7 8-5-4v24H20V28l-5 4-7-8z" fill="{a}"/><path d="M26 14q6 8 12 0z" fill="{c}"/>'
        '<path d="M31 22h2v30h-2z" fill="{b}"/>',
        '<path d="M22 12h20l-2 14 10 28H14l10-28z" fill="{a}"/><path d="M24 26h16v5H24z" fill="{b}"/>'
        '<path d="M14 54l3-8h30l3 8z" fill="{c}"/>',
        '<path d="M20 10h6v12h12V10h6v44H34V38h-4v16H20z" fill="{a}"/><path d="M26 22h12v10H26z" fill="{b}"/>'
        '<path d="M20 48h10v6H20zM34 48h10v6H34z" fill="{c}"/>',
        '<path d="M32 10q16 4 20 44-20 6-40 0 4-40 20-44z" fill="{a}"/>'
        '<path d="M32 12v43" stroke="{c}" stroke-width="3"/><circle cx="32" cy="16" r="4" fill="{b}"/>',
    ),
    ItemType.ACCESSORY: (
        '<rect x="14" y="26" width="36" height="26" rx="5" fill="{a}"/><path d="M22 26q10-20 20 0" fill="none" '
        'stroke="{c}" stroke-width="4"/><rect x="28" y="34" width="8" height="8" fill="{b}"/>',
        '<circle cx="32" cy="34" r="18" fill="{a}"/><circle cx="32" cy="34" r="12" fill="{c}"/>'
        '<path d="M32 24 36 34 32 44 28 34z" fill="{b}"/>',
        '<path d="M26 10h12v8l8 10v20q-14 10-28 0V28l8-10z" fill="{a}"/><path d="M20 38h24v8q-12 8-24 0z" fill="{b}"/>'
        '<path d="M24 8h16v6H24z" fill="{c}"/>',
        '<circle cx="22" cy="24" r="10" fill="none" stroke="{a}" stroke-width="5"/><path d="M28 30 50 52" '
        'stroke="{c}" stroke-width="6"/><path d="M42 48l6-6M46 52l6-6" stroke="{b}" stroke-width="4"/>',
    ),
}

# Words of a key that know their form, by its place above.
WORDS: dict[ItemType, dict[str, int]] = {
    ItemType.HAT: {
        **dict.fromkeys(("hat", "cap", "boater", "helmet", "captain"), 0),
        **dict.fromkeys(("beanie", "hood", "toque"), 1),
        **dict.fromkeys(("crown", "tiara", "circlet", "wreath", "halo"), 2),
        **dict.fromkeys(("wizard", "witch"), 3),
    },
    ItemType.OUTFIT: {
        **dict.fromkeys(("shirt", "jumper", "cardigan", "vest", "kit", "coat"), 0),
        **dict.fromkeys(("dress", "robe", "gown"), 1),
        **dict.fromkeys(("overalls", "apron", "armour"), 2),
        **dict.fromkeys(("cloak", "mantle", "cape", "poncho"), 3),
    },
    ItemType.ACCESSORY: {
        **dict.fromkeys(("satchel", "bag", "notebook"), 0),
        **dict.fromkeys(("compass", "locket", "glasses", "familiar"), 1),
        **dict.fromkeys(("lantern", "bottle", "jar", "lamp", "globe"), 2),
        **dict.fromkeys(("key", "whistle", "telescope"), 3),
    },
}


def draw_sprite(key: str, item_type: ItemType, rarity: str) -> str:
    """The SVG document of an item."""
    lot = sha256(key.encode()).digest()
    colours = _palette(lot)
    shape = FORMS[item_type][_form(key, item_type, lot)].format_map(colours)
    halo = f'<circle cx="32" cy="32" r="31" fill="{HALO[rarity]}" opacity=".28"/>'
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="128" height="128" role="img">'
        f"{halo}{shape}{_pattern(lot, colours['b'])}</svg>"
    )


def _form(key: str, item_type: ItemType, lot: bytes) -> int:
    """The first word that knows its form decides: a wizard_hat is a wizard's."""
    known = WORDS[item_type]
    return next((known[word] for word in key.split("_") if word in known), lot[0] % len(FORMS[item_type]))


def _palette(lot: bytes) -> dict[str, str]:
    """A main colour, its shade, and an accent from the other side of the wheel."""
    hue = int.from_bytes(lot[1:3]) % 360
    accent = (hue + 120 + lot[3] % 120) % 360
    strength = 45 + lot[4] % 35
    return {
        "a": f"hsl({hue} {strength}% 58%)",
        "b": f"hsl({accent} 70% 66%)",
        "c": f"hsl({hue} {strength}% 36%)",
    }


def _pattern(lot: bytes, colour: str) -> str:
    """Three to six specks, so that two items of one form and hue still differ."""
    count = 3 + lot[5] % 4
    specks = ((20 + lot[6 + i] % 25, 24 + lot[12 + i] % 24, 1 + lot[18 + i] % 2) for i in range(count))
    return "".join(f'<circle cx="{x}" cy="{y}" r="{r}" fill="{colour}" opacity=".8"/>' for x, y, r in specks)
