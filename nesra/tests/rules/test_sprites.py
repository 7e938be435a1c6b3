from xml.etree import ElementTree

import pytest

from nesra import catalogue
from nesra.rules.sprites import FORMS, WORDS, draw_sprite

ITEMS = catalogue.seeded().items


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.sprite_key)
def test_every_item_has_a_picture_without_anything_active(item: object) -> None:
    picture = draw_sprite(item.sprite_key, item.type, item.rarity)
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(picture).iter()}  # noqa: S314
    assert tags <= {"svg", "path", "circle", "ellipse", "rect"}
    assert picture == draw_sprite(item.sprite_key, item.type, item.rarity)


def test_no_two_items_look_the_same() -> None:
    assert len({draw_sprite(item.sprite_key, item.type, item.rarity) for item in ITEMS}) == len(ITEMS)


def test_a_word_of_the_key_may_know_its_form() -> None:
    outlines = {
        key: draw_sprite(key, "hat", "common").count("<ellipse") for key in ("straw_hat", "flat_cap", "paper_crown")
    }
    assert outlines == {"straw_hat": 1, "flat_cap": 1, "paper_crown": 0}


def test_every_word_names_a_form_that_there_is() -> None:
    assert all(place < len(FORMS[kind]) for kind, words in WORDS.items() for place in words.values())
