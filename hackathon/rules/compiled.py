"""The content as the steps use it: euros as cents, keys as indices, incident types as columns."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from hackathon.rules.actions import ActionsModel
from hackathon.rules.base import cents
from hackathon.rules.economy import EconomyModel
from hackathon.rules.enums import Quantity
from hackathon.rules.files import read_contents
from hackathon.rules.incidents import Effect, IncidentsModel, IncidentType
from hackathon.rules.market import MarketModel
from hackathon.rules.messages import CONDITIONS, MessageKind, MessagesModel
from hackathon.rules.orders import OrdersModel
from hackathon.rules.requests import RequestsModel
from hackathon.rules.shipping import ShippingModel
from hackathon.rules.work import WorkModel

SUBJECTS = ("nobody", "anyone", "in_person", "remote", "international", "traveller")


@dataclass(frozen=True, slots=True)
class EffectTable:
    """Effects as columns, one row an effect."""

    stress: NDArray[np.float64]
    reputation: NDArray[np.float64]
    legal: NDArray[np.float64]
    budget_cents: NDArray[np.int64]
    sponsor_mood: NDArray[np.float64]
    morale: NDArray[np.float64]
    morale_all: NDArray[np.float64]
    returns: NDArray[np.bool_]
    leaves: NDArray[np.bool_]
    reopen_chance: NDArray[np.float64]
    flags_dishonest: NDArray[np.float64]

    @classmethod
    def of(cls, effects: list[Effect]) -> "EffectTable":
        """Columns by the fields' own names; euros become integer cents."""
        columns: dict[str, Any] = {"budget_cents": np.array([cents(effect.euros) for effect in effects], np.int64)}
        for name in {spec.name for spec in fields(cls)} - {"budget_cents"}:
            values = np.array([getattr(effect, name) for effect in effects])
            columns[name] = values if values.dtype == np.bool_ else values.astype(np.float64)
        return cls(**columns)

    def rows(self, picked: NDArray[np.integer]) -> "EffectTable":
        return EffectTable(**{spec.name: getattr(self, spec.name)[picked] for spec in fields(self)})


@dataclass(frozen=True, slots=True)
class CompiledChoice:
    key: str
    ap: float
    cents: int
    effect: EffectTable


@dataclass(frozen=True, slots=True)
class CompiledIncidents:
    """Types as columns, in the order of the content."""

    keys: tuple[str, ...]
    index: Mapping[str, int]
    types: tuple[IncidentType, ...]
    thresholds: NDArray[np.float64]
    due: NDArray[np.int32]
    subject: NDArray[np.int8]
    opened_kind: NDArray[np.int16]
    reminder_kind: NDArray[np.int16]
    timeout: EffectTable
    choices: tuple[tuple[CompiledChoice, ...], ...]


@dataclass(frozen=True, slots=True)
class CompiledMessages:
    """Kinds in the order of the content; ``spoken`` are those that people say of their own accord."""

    keys: tuple[str, ...]
    index: Mapping[str, int]
    kinds: tuple[MessageKind, ...]
    by_event: Mapping[str, int]
    spoken: NDArray[np.int16]
    spoken_condition: NDArray[np.intp]
    spoken_weight: NDArray[np.float64]
    sender: NDArray[np.int8]
    about_person: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything the steps and the actions need; build it with ``compile_rules``."""

    economy: EconomyModel
    work: WorkModel
    market: MarketModel
    requests: RequestsModel
    shipping: ShippingModel
    incidents: IncidentsModel
    actions: ActionsModel
    messages: MessagesModel
    orders: OrdersModel
    incident_types: CompiledIncidents
    message_kinds: CompiledMessages
    city_keys: tuple[str, ...]
    city_thresholds: NDArray[np.float64]
    bounds: Mapping[Quantity, tuple[float, float]]

    @property
    def ticks_per_day(self) -> int:
        return self.economy.clock.ticks_per_day

    @property
    def season_ticks(self) -> int:
        return self.economy.clock.season_days * self.economy.clock.ticks_per_day


def thresholds(weights: list[float]) -> NDArray[np.float64]:
    """Upper ends of the weights' shares in 0-1, for ``searchsorted`` with a uniform; the last is exactly 1."""
    sums = np.add.accumulate(np.array(weights, np.float64))
    shares: NDArray[np.float64] = sums / sums[-1]
    return shares


def _compile_messages(model: MessagesModel) -> CompiledMessages:
    spoken = [place for place, kind in enumerate(model.kinds) if kind.when in CONDITIONS]
    return CompiledMessages(
        keys=tuple(kind.key for kind in model.kinds),
        index={kind.key: place for place, kind in enumerate(model.kinds)},
        kinds=model.kinds,
        by_event={
            kind.when.removeprefix("event:"): place
            for place, kind in enumerate(model.kinds)
            if kind.when.startswith("event:")
        },
        spoken=np.array(spoken, np.int16),
        spoken_condition=np.array([CONDITIONS.index(model.kinds[place].when) for place in spoken], np.intp),
        spoken_weight=np.array([model.kinds[place].weight for place in spoken], np.float64),
        sender=np.array([model.senders.index(kind.sender) for kind in model.kinds], np.int8),
        about_person=np.array(["participant" in kind.context for kind in model.kinds]),
    )


def _compile_choices(kind: IncidentType) -> tuple[CompiledChoice, ...]:
    return tuple(
        CompiledChoice(choice.key, choice.ap, cents(choice.euros), EffectTable.of([choice.effect]))
        for choice in kind.choices
    )


def _compile_incidents(model: IncidentsModel, messages: CompiledMessages) -> CompiledIncidents:
    types = model.types
    return CompiledIncidents(
        keys=tuple(kind.key for kind in types),
        index={kind.key: place for place, kind in enumerate(types)},
        types=types,
        thresholds=thresholds([kind.weight for kind in types]),
        due=np.array([kind.due_ticks for kind in types], np.int32),
        subject=np.array([SUBJECTS.index(kind.subject) for kind in types], np.int8),
        opened_kind=np.array([messages.index[kind.messages.opened] for kind in types], np.int16),
        reminder_kind=np.array([messages.index[kind.messages.reminder] for kind in types], np.int16),
        timeout=EffectTable.of([kind.timeout for kind in types]),
        choices=tuple(_compile_choices(kind) for kind in types),
    )


def _bounds(economy: EconomyModel) -> dict[Quantity, tuple[float, float]]:
    mood = economy.limits.sponsor_mood
    return {
        Quantity.AP: (0.0, economy.limits.ap),
        Quantity.STRESS: (0.0, 100.0),
        Quantity.REPUTATION: (0.0, 100.0),
        Quantity.LEGAL: (0.0, 100.0),
        Quantity.SPONSOR_MOOD: (mood.low, mood.high),
        Quantity.VOLUNTEERS: (0, economy.limits.volunteers),
    }


def compile_rules(contents: Mapping[str, BaseModel]) -> Rules:
    """The frozen rules from validated contents (see ``CONTENT_MODELS`` for the names).

    Run ``check_rules`` first: here a dangling reference is only a ``KeyError``.
    """
    economy = cast("EconomyModel", contents["hackathon/economy.json"])
    market = cast("MarketModel", contents["hackathon/market.json"])
    incidents = cast("IncidentsModel", contents["hackathon/incidents.json"])
    messages = cast("MessagesModel", contents["hackathon/message_kinds.json"])
    kinds = _compile_messages(messages)
    return Rules(
        economy=economy,
        work=cast("WorkModel", contents["hackathon/work.json"]),
        market=market,
        requests=cast("RequestsModel", contents["hackathon/requests.json"]),
        shipping=cast("ShippingModel", contents["hackathon/shipping.json"]),
        incidents=incidents,
        actions=cast("ActionsModel", contents["hackathon/actions.json"]),
        messages=messages,
        orders=cast("OrdersModel", contents["hackathon/orders.json"]),
        incident_types=_compile_incidents(incidents, kinds),
        message_kinds=kinds,
        city_keys=tuple(city.key for city in market.cities),
        city_thresholds=thresholds([city.weight for city in market.cities]),
        bounds=_bounds(economy),
    )


def default_rules() -> Rules:
    """The rules of the content that comes with the app."""
    return compile_rules(read_contents())
