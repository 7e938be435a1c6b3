"""Games of a kind that characters can live in, without any game being installed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from npcs.bridge import Draft, Letter, Player
from npcs.rules.cast import Effect, GameView

QUIET = GameView(
    game_id=1,
    tick=60,
    day=10,
    running=True,
    budget=2_500_000,
    reputation=50.0,
    stress=20.0,
    legal=5.0,
    people=14,
    unhoused=0,
    open_incidents=1,
    open_requests=2,
)


def game_view(**numbers: float) -> GameView:
    """A game in which nobody has a reason to complain, but for ``numbers``."""
    return replace(QUIET, **numbers)  # type: ignore[arg-type]


@dataclass
class NotebookGame:
    """A game that notes what characters do to it."""

    owners: Sequence[Player] = ()
    seen: GameView | None = QUIET
    done: list[tuple[str, Effect]] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    texts: list[Draft] = field(default_factory=list)
    replaced: list[tuple[int, str, str]] = field(default_factory=list)
    broke: bool = False

    def view(self, user_id: UUID, now: datetime) -> GameView | None:
        return self.seen

    def players(self, after: int, limit: int) -> Sequence[Player]:
        return [player for player in self.owners if player.game.game_id > after][:limit]

    def act(self, *, npc: str, user_id: UUID, effect: Effect, now: datetime) -> Mapping[str, float] | None:
        if self.broke:
            return None
        self.done.append((npc, effect))
        return effect.model_dump(exclude_defaults=True)

    def deliver(self, *, user_id: UUID, game_id: int, letter: Letter, now: datetime) -> None:
        self.letters.append(letter)

    def drafts(self, *, since: datetime, limit: int, now: datetime) -> Sequence[Draft]:
        return self.texts[:limit]

    def draft(self, kind: str, target: int) -> Draft | None:
        return next((text for text in self.texts if (text.kind, text.target) == (kind, target)), None)

    def replace(self, draft: Draft, *, subject: str, body: str, now: datetime) -> bool:
        self.replaced.append((draft.target, subject, body))
        return True
