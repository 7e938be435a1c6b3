"""What Tommy does for the characters of ``npcs``: shows them games, carries out what they do, delivers their letters,
and puts the AI's words in the place of a template's.

Order of locks: the character's acquaintance with the player (held by the caller), then as in ``locking``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, IntegerField, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from hackathon import catalogue
from hackathon.events import GameEvent, InboxLetter
from hackathon.models import Hackathon, HousingListing, InboxMessage, Incident, Participant, Request
from hackathon.rules.enums import (
    Cause,
    EventCode,
    GameStatus,
    IncidentStatus,
    ListingStatus,
    PersonStatus,
    Quantity,
    RequestStatus,
)
from hackathon.selectors.games import hackathon_current
from hackathon.services.locking import load_locked, lock_hackathon
from hackathon.services.saving import shard_save
from hackathon.simulation.effects import Effects
from npcs.bridge import Draft, Letter, Player
from npcs.rules.cast import Effect, GameView
from tommy.core.models import NotificationCursor
from tommy.core.overload import Stage, stage_read
from tommy.core.realtime import User, publish_on_commit

LETTER_KIND = "npc.letter"
ROLE_LENGTH = 20
COUNTED: Mapping[str, tuple[type[Model], Mapping[str, object]]] = {
    "people": (Participant, {"status": PersonStatus.ACTIVE}),
    "unhoused": (Participant, {"status": PersonStatus.ACTIVE, "in_person": True, "bed": 0}),
    "open_incidents": (Incident, {"status": IncidentStatus.OPEN}),
    "open_requests": (Request, {"status": RequestStatus.OPEN}),
}


@dataclass(frozen=True)
class Replaceable:
    """Where a kind of text stands, and what has to be true of its row as long as it matters."""

    model: type[Model]
    subject: str
    body: str
    matters: Mapping[str, object]


TEXTS: Mapping[str, Replaceable] = {
    "incident": Replaceable(Incident, "title", "description", {"status": IncidentStatus.OPEN}),
    "letter": Replaceable(InboxMessage, "subject", "body", {"read_at": None, "outgoing": False}),
    "listing": Replaceable(HousingListing, "title", "description", {"status": ListingStatus.OPEN}),
}


class HackathonGame:
    """``npcs.bridge.Game`` for Tommy Timecrunch."""

    def view(self, user_id: UUID, now: datetime) -> GameView | None:
        """Two statements."""
        current = hackathon_current(user_id)
        return None if current is None else _view(_counted(Hackathon.objects.filter(pk=current.pk)).get())

    def players(self, after: int, limit: int) -> Sequence[Player]:
        """One statement. Games that play by themselves get no letters."""
        running = Hackathon.objects.filter(id__gt=after, status=GameStatus.RUNNING, autopilot="")
        rows = _counted(running).select_related("user").order_by("id")[:limit]
        return [Player(row.user_id, row.user.username, _view(row)) for row in rows]

    def act(self, *, npc: str, user_id: UUID, effect: Effect, now: datetime) -> Mapping[str, float] | None:
        """Through the same locked path as a player's action, with a line in the log."""
        rules, current = catalogue.rules(), hackathon_current(user_id)
        if current is None:
            return None
        hackathon = lock_hackathon(user_id=user_id, hackathon_id=current.pk)
        if not hackathon.is_running or hackathon.ap + effect.ap < 0:
            return None
        shard = load_locked(hackathon, rules)
        effects = Effects(rules)
        for quantity, delta in _deltas(effect).items():
            effects.change_one(shard.state.games, quantity, Cause.NPC, 0, delta)
        changed = {change.quantity: change.deltas[0].item() for change in effects.changes}
        noted = {name.name.lower(): value for name, value in changed.items() if name is not Quantity.AP}
        effects.event(1, EventCode.GAME_NPC_ACTED, Cause.NPC, 0, **noted)
        shard_save(shard=shard, effects=effects, rules=rules, now=now)
        return {_shown(quantity): _amount(quantity, delta) for quantity, delta in changed.items()}

    def deliver(self, *, user_id: UUID, game_id: int, letter: Letter, now: datetime) -> None:
        tick = Hackathon.objects.values_list("tick", flat=True).get(pk=game_id, user_id=user_id)
        message = InboxMessage.objects.create(
            hackathon_id=game_id,
            tick=tick,
            at=now,
            kind=LETTER_KIND,
            sender_role=letter.role[:ROLE_LENGTH],
            sender_name=letter.sender,
            thread=f"npc-{letter.npc}",
            subject=letter.subject,
            body=letter.body,
        )
        publish_on_commit(_letter_event(message), User(user_id, tick), now=now)

    def drafts(self, *, since: datetime, limit: int, now: datetime) -> Sequence[Draft]:
        """Five statements: may it be now, whom does it matter to, then incidents, letters, listings."""
        if stage_read(now) is not Stage.CALM:
            return []
        connected = list(
            NotificationCursor.objects.filter(connected_until__gt=now)
            .order_by("-connected_until")
            .values_list("user_id", flat=True)[:limit]
        )
        if not connected:
            return []
        theirs = {"hackathon__user_id__in": connected}
        incidents = _rows("incident").filter(created_at__gte=since, **theirs).order_by("-id")[:limit]
        letters = _rows("letter").filter(at__gte=since, **theirs).exclude(kind=LETTER_KIND).order_by("-id")[:limit]
        listings = _rows("listing").filter(created_at__gte=since).order_by("-id")[:limit]
        found = [("incident", row) for row in incidents] + [("letter", row) for row in letters]
        found += [("listing", row) for row in listings]
        return [draft for kind, row in found[:limit] if (draft := _draft(kind, row)).body]

    def draft(self, kind: str, target: int) -> Draft | None:
        row = _rows(kind).filter(pk=target).first() if kind in TEXTS else None
        return None if row is None else _draft(kind, row)

    def replace(self, draft: Draft, *, subject: str, body: str, now: datetime) -> bool:
        """One conditional statement: a letter that was read meanwhile, or an incident that was closed, stays."""
        place = TEXTS[draft.kind]
        unchanged = _rows(draft.kind).filter(pk=draft.target, **{place.body: draft.body})
        if not unchanged.update(**{place.subject: subject, place.body: body}):
            return False
        if draft.kind == "letter":
            message = InboxMessage.objects.select_related("hackathon").get(pk=draft.target)
            publish_on_commit(_letter_event(message), User(message.hackathon.user_id, message.tick), now=now)
        elif draft.kind == "incident":
            incident = Incident.objects.select_related("hackathon").get(pk=draft.target)
            publish_on_commit(_incident_event(incident), User(incident.hackathon.user_id), now=now)
        # The market is read, not pushed: a listing is seen in its new words by whoever looks next.
        return True


def _counted(games: QuerySet[Hackathon]) -> QuerySet[Hackathon]:
    """The games with what characters count in them, in the same statement."""
    counts = {
        f"counted_{name}": Coalesce(
            Subquery(
                model._default_manager.filter(hackathon_id=OuterRef("pk"), **where)
                .order_by()
                .values("hackathon_id")
                .annotate(rows=Count("pk"))
                .values("rows"),
                output_field=IntegerField(),
            ),
            0,
        )
        for name, (model, where) in COUNTED.items()
    }
    return games.annotate(**counts)


def _view(row: Hackathon) -> GameView:
    return GameView(
        game_id=row.pk,
        tick=row.tick,
        day=row.tick // catalogue.rules().ticks_per_day,
        running=row.is_running,
        budget=row.budget_cents,
        reputation=row.reputation,
        stress=row.stress,
        legal=row.legal,
        **{name: getattr(row, f"counted_{name}") for name in COUNTED},
    )


def _deltas(effect: Effect) -> dict[Quantity, float]:
    """The effect's changes by quantity, without those of nothing."""
    wanted = {
        Quantity.AP: effect.ap,
        Quantity.STRESS: effect.stress,
        Quantity.REPUTATION: effect.reputation,
        Quantity.LEGAL: effect.legal,
        Quantity.SPONSOR_MOOD: effect.sponsor_mood,
        Quantity.BUDGET_CENTS: effect.euros * 100,
    }
    return {quantity: delta for quantity, delta in wanted.items() if delta}


def _shown(quantity: Quantity) -> str:
    """The name by which clients know a quantity, as in the answer to an action."""
    names = {
        Quantity.AP: "action_points",
        Quantity.STRESS: "stress_level",
        Quantity.LEGAL: "legal_risk",
        Quantity.BUDGET_CENTS: "budget_left",
    }
    return names.get(quantity, quantity.name.lower())


def _amount(quantity: Quantity, delta: float) -> float:
    return delta / 100 if quantity is Quantity.BUDGET_CENTS else round(delta, 3)


def _rows(kind: str) -> QuerySet[Model]:
    """The texts of a kind that still matter."""
    place = TEXTS[kind]
    rows = place.model._default_manager.filter(**place.matters)
    return rows if kind == "listing" else rows.select_related("hackathon")


def _draft(kind: str, row: Model) -> Draft:
    place = TEXTS[kind]
    owner = getattr(row, "hackathon", None)
    return Draft(kind, row.pk, owner and owner.user_id, getattr(row, place.subject), getattr(row, place.body))


def _letter_event(message: InboxMessage) -> InboxLetter:
    return InboxLetter(
        hackathon_id=message.hackathon_id,
        message_id=message.pk,
        kind=message.kind,
        thread=message.thread,
        sender_name=message.sender_name,
        sender_role=message.sender_role,
        subject=message.subject,
    )


def _incident_event(incident: Incident) -> GameEvent:
    return GameEvent(
        hackathon_id=incident.hackathon_id,
        kind="incident_reworded",
        event_id=incident.pk,
        event_type=incident.type,
        deadline_tick=incident.deadline_tick,
    )
