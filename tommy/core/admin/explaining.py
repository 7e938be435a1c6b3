"""For whoever edits content by hand: what may stand where, and where in a text a JSON pointer points."""

import json
from collections.abc import Iterator, Mapping
from json.decoder import scanstring
from typing import Any, NamedTuple

Schema = Mapping[str, Any]
LIMITS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} members",
    "maxItems": "at most {} members",
    "pattern": "matching {}",
    "default": "otherwise {}",
}
_SPACE = " \t\r\n"
_decoder = json.JSONDecoder()


class Explanation(NamedTuple):
    """One place of a file: its pointer (``*`` for any member), what may stand there, and what it means."""

    pointer: str
    kind: str
    limits: str
    meaning: str


def explanations(schema: Schema) -> list[Explanation]:
    """Every place of a JSON Schema as pydantic writes it, parents before their members."""
    return list(_explain(schema, "", schema.get("$defs", {}), ()))


def _explain(
    schema: Schema, pointer: str, shapes: Mapping[str, Schema], within: tuple[str, ...]
) -> Iterator[Explanation]:
    name = schema.get("$ref", "").rpartition("/")[2]
    if name in within:
        return  # a shape that holds itself has been explained
    shape = {**shapes.get(name, {}), **{key: value for key, value in schema.items() if key != "$ref"}}
    if pointer:
        yield Explanation(pointer, _kind(shape, shapes), _limits(shape), shape.get("description", ""))
    inside = (*within, name) if name else within
    for member, inner in shape.get("properties", {}).items():
        yield from _explain(inner, f"{pointer}/{member}", shapes, inside)
    for inner in (shape.get("items"), shape.get("additionalProperties")):
        if isinstance(inner, Mapping):
            yield from _explain(inner, f"{pointer}/*", shapes, inside)
    for option in shape.get("anyOf", ()):
        if "$ref" in option:
            yield from _explain({**option, "description": ""}, f"{pointer}", shapes, inside)


def _kind(shape: Schema, shapes: Mapping[str, Schema]) -> str:
    if "enum" in shape or "const" in shape:
        return "one of " + ", ".join(json.dumps(value) for value in shape.get("enum", [shape.get("const")]))
    if "anyOf" in shape:
        options = ({**shapes.get(each.get("$ref", "").rpartition("/")[2], {}), **each} for each in shape["anyOf"])
        return " or ".join(dict.fromkeys(_kind(option, shapes) for option in options))
    return str(shape.get("type", "anything"))


def _limits(shape: Schema) -> str:
    named = {key: shape[key] for key in LIMITS if key in shape and not isinstance(shape[key], dict | list)}
    return ", ".join(
        LIMITS[key].format(json.dumps(value) if key == "default" else value) for key, value in named.items()
    )


def line_of(text: str, pointer: str) -> int:
    """The line (from 1) of a JSON text in which the value at ``pointer`` begins, or the last part of it that is there.

    1 for a text that is no JSON.
    """
    place = _skip_space(text, 0)
    try:
        for part in pointer.split("/")[1:]:
            place = _enter(text, place, part.replace("~1", "/").replace("~0", "~"))
    except (ValueError, IndexError, LookupError):
        pass  # a member that is missing: its parent is where it should stand
    return text.count("\n", 0, place) + 1


def _enter(text: str, place: int, part: str) -> int:
    """Where the member ``part`` of the object or array at ``place`` begins; LookupError where it has none."""
    is_object, number = text[place] == "{", 0
    if not is_object and text[place] != "[":
        raise LookupError(part)
    place = _skip_space(text, place + 1)
    while text[place] not in "}]":
        name = str(number)
        if is_object:
            name, place = scanstring(text, place + 1, True)
            place = _skip_space(text, _skip_space(text, place) + 1)
        if name == part:
            return place
        place = _skip_space(text, _decoder.raw_decode(text, place)[1])
        place = _skip_space(text, place + 1) if text[place] == "," else place
        number += 1
    raise LookupError(part)


def _skip_space(text: str, place: int) -> int:
    while place < len(text) and text[place] in _SPACE:
        place += 1
    return place
