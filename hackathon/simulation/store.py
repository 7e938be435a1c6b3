"""Between the tables and the arrays: a fixed number of statements to load a shard, and few to save what changed.

This is the one room of the simulation that knows the database. Callers hold the locks: the rows of the hackathons are
locked (``select_for_update``, in the order of ids) before anything is loaded, and that lock guards all rows below.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from django.db.models import Model
from numpy.typing import NDArray

from hackathon.models import Hackathon, HousingLease, HousingListing, Incident, Participant, Request, Shipment, World
from hackathon.rules.compiled import Rules
from hackathon.rules.enums import IncidentStatus, LeaseStatus, ListingStatus, PersonStatus, RequestStatus, ShipmentState
from hackathon.rules.flights import IN_THE_AIR
from hackathon.simulation.state import Listings, State, Worlds
from hackathon.simulation.tables import Table
from tommy.core import bulk

Column = Any


class Stored(NamedTuple):
    """A table of the state, its model, and which of its rows can still change."""

    name: str
    model: type[Model]
    live: str


TABLES = (
    Stored("participants", Participant, f"status = {PersonStatus.ACTIVE:d}"),
    Stored("leases", HousingLease, f"status = {LeaseStatus.ACTIVE:d}"),
    Stored("incidents", Incident, f"status = {IncidentStatus.OPEN:d}"),
    Stored("requests", Request, f"(status = {RequestStatus.OPEN:d} OR journey IN ({bulk.integer_list(IN_THE_AIR)}))"),
    Stored("shipments", Shipment, f"state <> {ShipmentState.DELIVERED:d}"),
)
OPEN_LISTINGS = f"status = {ListingStatus.OPEN:d}"


@dataclass(slots=True)
class Shard:
    """Some games, as they were loaded (``before``) and as they are now (``state``)."""

    hackathon_ids: NDArray[np.int64]
    user_ids: list[UUID]
    state: State
    before: State

    def born(self, table: str) -> slice:
        """The rows of a table that are not stored yet."""
        return slice(len(getattr(self.before, table)), None)

    def saved(self, games: NDArray[np.intp]) -> "Shard":
        """These games of a shard that has been saved, to go on with as if they were loaded anew."""
        state = self.state.select(games)
        return Shard(self.hackathon_ids[games], [self.user_ids[place] for place in games], state, state.copy())


def load(owners: Sequence[tuple[int, UUID]], rules: Rules, *, with_listings: bool = False) -> Shard:
    """The games of ``owners`` ((hackathon id, user id), sorted by id), with everything of theirs that can change."""
    ids = np.array([owner[0] for owner in owners], np.int64)
    state = State()
    state.games = _load_table(type(state.games), Hackathon, rules, f"id IN ({bulk.integer_list(ids)})", "id")
    for stored in TABLES:
        where = f"hackathon_id IN ({bulk.integer_list(ids)}) AND {stored.live}"
        kind = type(getattr(state, stored.name))
        setattr(state, stored.name, _load_table(kind, stored.model, rules, where, "hackathon_id, number", ids))
    known = state.incidents.type >= 0
    if not known.all():  # the content no longer knows this type: the row stays as it is, and no step meets it
        state.incidents = state.incidents.take(known)
    if with_listings:
        state.listings = load_listings(rules)
    return Shard(ids, [owner[1] for owner in owners], state, state.copy())


def load_listings(rules: Rules) -> Listings:
    """The open listings of the market."""
    listings: Listings = _load_table(Listings, HousingListing, rules, OPEN_LISTINGS, "number")
    return listings


def save_tables(shard: Shard, rules: Rules, texts: "Texts") -> None:
    """Write what changed and what is new, people first because others refer to them; new rows get their ids."""
    state = shard.state
    for stored in TABLES:
        table, before = getattr(state, stored.name), getattr(shard.before, stored.name)
        _update(stored.model, table, before, rules)
        _insert(stored, shard, rules, texts)
    if len(shard.before.listings):
        _update(HousingListing, state.listings, shard.before.listings, rules)


def save_games(shard: Shard, extra: dict[str, Column]) -> None:
    """Write the game rows; ``extra`` are columns beyond the state's (score, world_tick …), shape [games]."""
    games, before = shard.state.games, shard.before.games
    changed = {name: getattr(games, name) for name in _changed_columns(games, before)}
    bulk.update_rows(Hackathon, shard.hackathon_ids, {name: _database(v) for name, v in changed.items()} | extra)


def load_market(world: World, rules: Rules) -> tuple[Listings, Worlds]:
    """The open listings and the world they belong to, for a market step."""
    worlds = Worlds()
    worlds.append(
        1, id=world.pk, seed=np.int64(world.seed).astype(np.uint64), day=world.day, next_listing=world.next_listing
    )
    return load_listings(rules), worlds


def save_market(
    listings: Listings, before: Listings, world: World, rules: Rules, texts: Callable[[Listings], dict[str, Column]]
) -> None:
    """Write what a market step changed; ``texts`` puts new listings into words."""
    _update(HousingListing, listings, before, rules)
    fresh = listings.take(np.arange(len(before), len(listings)))
    columns = _columns(fresh, rules, skip={"id", "world"})
    bulk.insert_returning_ids(HousingListing, len(fresh), {"world_id": world.pk, **columns, **texts(fresh)})


Texts = Callable[[str, Any], dict[str, Column]]


def _load_table(
    kind: type[Any], model: type[Model], rules: Rules, where: str, order: str, ids: NDArray[np.int64] | None = None
) -> Any:
    columns = {name: f'"{name}"' for name in kind.column_names() if name not in {"game", "world", "choice"}}
    if "city" in columns:
        columns["city"] = bulk.index_of("city", rules.city_keys)
    if "type" in columns:
        columns["type"] = bulk.index_of("type", rules.incident_types.keys)
    if ids is not None:
        columns["game"] = "hackathon_id"
    loaded = bulk.load_columns(model, columns, where, order)
    if ids is not None:
        loaded["game"] = np.searchsorted(ids, loaded["game"])
    table = kind()
    table.append(len(loaded["id"]), **{name: _array(values, kind, name) for name, values in loaded.items()})
    return table


def _array(values: NDArray[Any], kind: type[Table], name: str) -> NDArray[Any]:
    """A loaded column in the state's type; seeds are unsigned there and signed in the database."""
    wanted = kind.dtypes()[name]
    return values.astype(np.int64).view(np.uint64) if wanted == np.uint64 else values.astype(wanted)


def _database(values: NDArray[Any]) -> NDArray[Any]:
    return values.view(np.int64) if values.dtype == np.uint64 else values


def _changed_columns(table: Table, before: Table) -> list[str]:
    stored = len(before)
    return [name for name in table.column_names() if (getattr(table, name)[:stored] != getattr(before, name)).any()]


def _update(model: type[Model], table: Any, before: Any, rules: Rules) -> None:
    stored = len(before)
    names = _changed_columns(table, before)
    if not names:
        return
    differs = [getattr(table, name)[:stored] != getattr(before, name) for name in names]
    rows = np.flatnonzero(np.logical_or.reduce(differs))
    changed = table.take(rows)
    bulk.update_rows(model, changed.id, _columns(changed, rules, only=set(names)))


def _insert(stored: Stored, shard: Shard, rules: Rules, texts: Texts) -> None:
    table, born = getattr(shard.state, stored.name), shard.born(stored.name)
    fresh = table.take(born)
    if not len(fresh):
        return
    columns = {
        "hackathon_id": shard.hackathon_ids[fresh.game],
        **_columns(fresh, rules, skip={"id", "game"}),
        **texts(stored.name, fresh),
    }
    table.id[born] = bulk.insert_returning_ids(stored.model, len(fresh), columns)


def _columns(
    table: Any, rules: Rules, *, only: set[str] | None = None, skip: set[str] | None = None
) -> dict[str, Column]:
    """Columns as the database has them: keys for indices, signed seeds."""
    names = [name for name in table.column_names() if (only is None or name in only) and name not in (skip or ())]
    return {name: _keyed(table, name, rules) for name in names}


def _keyed(table: Any, name: str, rules: Rules) -> Column:
    values = getattr(table, name)
    if name == "city":
        return [rules.city_keys[place] for place in values.tolist()]
    if name == "type":
        return [rules.incident_types.keys[place] for place in values.tolist()]
    if name == "choice":
        pairs = zip(table.type.tolist(), values.tolist(), strict=True)
        return ["" if choice < 0 else rules.incident_types.choices[kind][choice].key for kind, choice in pairs]
    return _database(values)
