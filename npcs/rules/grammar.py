"""What a grammar file may say, as models that refuse everything else.

A file owns *kinds* (what can be written), *rules* (symbol → weighted alternatives), the *context* fields that its texts
may mention, and *voices* (how somebody writes). It sees what the files in its ``uses`` declare as well; its own
declarations come first. The language inside the texts is described in :mod:`npcs.rules.template`.
"""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from npcs.rules.formats import Format

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
KindName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$", max_length=80)]
# No control characters but line breaks: the renderer uses some of them for itself.
TemplateText = Annotated[str, Field(max_length=2_000, pattern=r"^[^\x00-\x09\x0b-\x1f]*$")]
Weight = Annotated[int, Field(ge=1, le=100)]
SUBJECT_LIMIT = 120
BODY_LIMIT = 1_200


class Problem(NamedTuple):
    """Something wrong in a content file: which file, where in it (JSON pointer), and what was expected there."""

    file: str
    pointer: str
    expected: str


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ContextField(_Part):
    """A value that a caller may hand over; ``otherwise`` stands in where a kind needs it and it is missing."""

    format: Format = Format.TEXT
    otherwise: Annotated[str, Field(min_length=1, max_length=60)]


class When(_Part):
    """All that must hold for an alternative to be chosen. A field mentioned in a text must be there anyway."""

    has: tuple[Name, ...] = ()
    lacks: tuple[Name, ...] = ()
    above: dict[Name, float] = {}
    below: dict[Name, float] = {}
    equals: dict[Name, tuple[str, ...]] = {}
    voice: tuple[Name, ...] = ()


class Alternative(_Part):
    """One expansion; a plain string in JSON is an alternative of weight 1 without conditions."""

    text: TemplateText
    weight: Weight = 1
    when: When = When()


class Voice(_Part):
    """How somebody writes: letter case, habits of spelling (replaced in this order), a taste for final stops."""

    case: Literal["keep", "lower", "upper"] = "keep"
    replace: dict[str, str] = {}
    final_stop: bool = True


class VoiceSet(_Part):
    """Who may be heard in a kind. With ``by``, the same value of that field always speaks in the same voice."""

    by: Name | None = None
    weights: Annotated[dict[Name, Weight], Field(min_length=1)]


Alternatives = Annotated[tuple[TemplateText | Alternative, ...], Field(min_length=1)]


class Kind(_Part):
    """Something that can be written. ``needs`` names the fields that every caller hands over."""

    needs: tuple[Name, ...] = ()
    voices: Name | None = None
    subject: Alternatives = ("",)
    body: Alternatives


class GrammarFile(BaseModel):
    """One JSON file under ``content/grammars``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: Annotated[str, Field(min_length=1)]
    uses: tuple[Name, ...] = ()
    context: dict[Name, ContextField] = {}
    voices: dict[Name, Voice] = {}
    voice_sets: dict[Name, VoiceSet] = {}
    kinds: dict[KindName, Kind] = {}
    rules: dict[Name, Alternatives] = {}


def alternative(written: str | Alternative) -> Alternative:
    """The full form of what may be written as a plain string."""
    return Alternative(text=written) if isinstance(written, str) else written
