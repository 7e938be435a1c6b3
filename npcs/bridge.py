"""How characters reach into a game that this app must not import: the game hands over these functions when it starts.

Without a game, characters talk all the same; they know nothing then, and nothing they do has effects.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from npcs.rules.cast import Effect, GameView


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody whose game is running, as the agenda looks at them."""

    user_id: UUID
    name: str
    game: GameView


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of a character for the player's inbox."""

    npc: str
    sender: str
    role: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that a template wrote and that the AI may better: a letter, an incident, a listing.

    ``user_id`` is who reads it, None where everybody does.
    """

    kind: str
    target: int
    user_id: UUID | None
    subject: str
    body: str


class Game(Protocol):
    """What a game does for characters. Commands run inside the caller's transaction; they lock the game's rows, which
    therefore come after the character's in the order of locks.
    """

    def view(self, user_id: UUID, now: datetime) -> GameView | None:
        """The player's current game, None where there is none; a fixed number of statements, nothing created."""

    def players(self, after: int, limit: int) -> Sequence[Player]:
        """Owners of running games with a greater game id, by game id; a fixed number of statements."""

    def act(self, *, npc: str, user_id: UUID, effect: Effect, now: datetime) -> Mapping[str, float] | None:
        """Carry out an effect in the player's current game and log it; what really changed, or None where the game
        does not run or the player cannot pay.
        """

    def deliver(self, *, user_id: UUID, game_id: int, letter: Letter, now: datetime) -> None:
        """Put a letter into the player's inbox, and tell them."""

    def drafts(self, *, since: datetime, limit: int, now: datetime) -> Sequence[Draft]:
        """Fresh texts by template that somebody connected may still read, the most pressing first."""

    def draft(self, kind: str, target: int) -> Draft | None:
        """One of these texts as it stands, None where it no longer matters."""

    def replace(self, draft: Draft, *, subject: str, body: str, now: datetime) -> bool:
        """Put a better text in the place of a draft and tell the reader, unless it no longer matters."""


_game: list[Game] = []


def register_game(game: Game) -> None:
    """Called once by the game, from its ``AppConfig.ready()``."""
    _game[:] = [game]


def game() -> Game | None:
    """The game that characters live in, None in an installation without one."""
    return _game[0] if _game else None


def game_view(user_id: UUID, now: datetime) -> GameView | None:
    """What characters know of the player's game."""
    current = game()
    return current.view(user_id, now) if current else None
