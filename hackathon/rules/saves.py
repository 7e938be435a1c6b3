"""``saves.json``: how many saves a game keeps, and how many games one wake of the autosave takes on."""

from pydantic import Field

from hackathon.rules.base import Content


class SavesModel(Content):
    """How many saves a game keeps, and how many games one wake of the autosave takes on."""

    manual_per_game: int = Field(ge=1, le=100)
    automatic_per_game: int = Field(ge=1, le=100)
    autosaves_per_wake: int = Field(ge=1, le=100_000)


model = SavesModel
