"""All rows of a game, put into a JSON value and brought back from it.

A snapshot holds the rows that could still change, and for every table the ranges of ids that belong to this telling of
the game; whatever is final is not copied, only counted in. Going back to an earlier telling removes the rows that are
not part of it, and first hands every other save that still counts on a row (or on its present state) a copy.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Max, Model, Q, QuerySet, Sum

from hackathon.models import (
    Claim,
    CodingReport,
    Commit,
    Devlog,
    FlightPlan,
    Hackathon,
    HousingApplication,
    HousingLease,
    HousingListing,
    InboxMessage,
    Incident,
    LedgerEntry,
    LogEntry,
    Participant,
    Project,
    ProjectFile,
    Receipt,
    Request,
    SaveGame,
    Shipment,
    StandingOrder,
)
from hackathon.rules.enums import ApplicationStatus, IncidentStatus, LeaseStatus, ShipmentState
from tommy.core.models import Upload

Snapshot = dict[str, Any]
Ranges = list[list[int]]
FINAL = Q(pk__in=[])
OWN = frozenset({"id", "user_id", "world_tick", "unsaved", "lineage"})


class Kept(NamedTuple):
    """A table of a game: how its rows find their hackathon, and which of them can still change."""

    model: type[Model]
    live: Q
    owner: str = "hackathon"

    @property
    def name(self) -> str:
        return str(self.model._meta.model_name)

    def rows(self, hackathon_id: int) -> QuerySet[Any]:
        return self.model._default_manager.filter(**{self.owner: hackathon_id})


# Whoever is referred to stands before whoever refers.
KEPT = (
    Kept(Participant, Q()),
    Kept(HousingLease, Q(status=LeaseStatus.ACTIVE)),
    Kept(Incident, Q(status=IncidentStatus.OPEN)),
    Kept(Request, Request.LIVE),
    Kept(Claim, Q(), "request__hackathon"),
    Kept(FlightPlan, FINAL, "request__hackathon"),
    Kept(Shipment, ~Q(state=ShipmentState.DELIVERED)),
    Kept(Project, Q(), "participant__hackathon"),
    Kept(ProjectFile, Q(), "project__participant__hackathon"),
    Kept(Receipt, Q()),
    Kept(CodingReport, Q(), "participant__hackathon"),
    Kept(HousingApplication, Q(status=ApplicationStatus.PENDING), "participant__hackathon"),
    Kept(Commit, FINAL, "participant__hackathon"),
    Kept(Devlog, FINAL, "participant__hackathon"),
    Kept(InboxMessage, FINAL),
    Kept(LogEntry, FINAL),
    Kept(LedgerEntry, FINAL),
    Kept(StandingOrder, Q()),
)


def snapshot_take(hackathon: Hackathon) -> Snapshot:
    """The game as it stands; the caller holds its lock. Two statements a table."""
    return {
        "game": {name: _plain(getattr(hackathon, name)) for name in _columns(Hackathon) if name not in OWN},
        "tables": {kept.name: _take(kept, hackathon) for kept in KEPT},
    }


def snapshot_restore(hackathon: Hackathon, save: SaveGame) -> None:
    """Make the locked game's rows those of ``save``, whatever has happened since; its clock is the caller's affair."""
    listings = _listings_of(hackathon)
    others = list(hackathon.saves.exclude(pk=save.pk))
    for kept in reversed(KEPT):
        stored = save.snapshot["tables"].get(kept.name, {"ranges": [], "rows": []})
        foreign = kept.rows(hackathon.pk).exclude(_within(stored["ranges"]))
        touched = kept.rows(hackathon.pk).filter(~_within(stored["ranges"]) | Q(pk__in=_ids(stored)))
        _hand_over(kept, others, list(touched.values(*_columns(kept.model))))
        _start_range(kept, hackathon, stored["ranges"], others)
        # Straight from the table: whatever refers to these rows went before them, and nothing else is to be touched.
        foreign._raw_delete(foreign.db)
    for kept in KEPT:
        _put_back(kept.model, save.snapshot["tables"].get(kept.name, {}).get("rows", []))
    _recount_beds(listings | _listings_of(hackathon))
    InboxMessage.objects.filter(hackathon=hackathon, read_at__gt=save.created_at).update(read_at=None)
    InboxMessage.objects.filter(hackathon=hackathon, replied_at__gt=save.created_at).update(replied_at=None)
    SaveGame.objects.bulk_update(others, ["snapshot"])
    fields = {field.attname: field for field in Hackathon._meta.concrete_fields}
    for name in fields.keys() & save.snapshot["game"].keys():
        setattr(hackathon, name, fields[name].to_python(save.snapshot["game"][name]))


def _take(kept: Kept, hackathon: Hackathon) -> dict[str, Any]:
    rows = kept.rows(hackathon.pk)
    last = rows.aggregate(last=Max("pk"))["last"] or 0
    live = rows.filter(kept.live).order_by("pk").values(*_columns(kept.model))
    return {"ranges": _closed(hackathon.lineage.get(kept.name, [[0, 0]]), last), "rows": [_row(row) for row in live]}


def _closed(lineage: Ranges, last: int) -> Ranges:
    """The ranges of this telling so far: its last one reaches up to the newest row."""
    *before, (low, high) = lineage
    return [*before, [low, max(low, high, last)]]


def _start_range(kept: Kept, hackathon: Hackathon, ranges: Ranges, others: Iterable[SaveGame]) -> None:
    """From here on new rows belong to this telling: those beyond every id that was ever counted in."""
    known = [high for other in others for _, high in other.snapshot["tables"].get(kept.name, {}).get("ranges", [])]
    last = kept.rows(hackathon.pk).aggregate(last=Max("pk"))["last"] or 0
    newest = max([last, *known, *(high for _, high in ranges)])
    hackathon.lineage[kept.name] = [*ranges, [newest, newest]]


def _hand_over(kept: Kept, others: Iterable[SaveGame], touched: list[dict[str, Any]]) -> None:
    """Give the other saves their copies of rows that are about to go or to change."""
    if not touched:
        return
    rows = [_row(row) for row in touched]
    for other in others:
        table = other.snapshot["tables"].setdefault(kept.name, {"ranges": [], "rows": []})
        has = set(_ids(table))
        table["rows"] += [
            row
            for row in rows
            if row["id"] not in has and any(low < row["id"] <= high for low, high in table["ranges"])
        ]


def _listings_of(hackathon: Hackathon) -> set[int]:
    return set(HousingLease.objects.filter(hackathon=hackathon, listing__gt=0).values_list("listing", flat=True))


def _recount_beds(numbers: set[int]) -> None:
    """Beds leased since the save return to the market; those of a lease that is back are taken, as far as they go.

    A lease whose beds somebody else has by now is honoured all the same: the house is crowded, nobody is evicted.
    """
    for listing in HousingListing.objects.select_for_update().filter(number__in=numbers).order_by("id"):
        leased = HousingLease.objects.filter(listing=listing.number).aggregate(beds=Sum("beds", default=0))["beds"]
        HousingListing.objects.filter(pk=listing.pk).update(occupied=min(listing.capacity, leased))


def _put_back(model: type[Model], stored: list[dict[str, Any]]) -> None:
    rows = _without_lost_files(model, stored)
    if not rows:
        return
    fields = {field.attname: field for field in model._meta.concrete_fields}
    known = [name for name in rows[0] if name in fields]
    instances = [model(**{name: fields[name].to_python(row[name]) for name in known}) for row in rows]
    model._default_manager.bulk_create(
        instances,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[fields[name].name for name in known if name != "id"],
        batch_size=500,
    )


def _without_lost_files(model: type[Model], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was deleted for good since does not come back: a receipt then has no file, a project one file less."""
    if not rows or "upload_id" not in rows[0]:
        return rows
    wanted = [row["upload_id"] for row in rows if row["upload_id"]]
    there = {upload.hex for upload in Upload.objects.filter(pk__in=wanted).values_list("pk", flat=True)}
    if not model._meta.get_field("upload").null:
        return [row for row in rows if row["upload_id"] in there]
    return [{**row, "upload_id": row["upload_id"] if row["upload_id"] in there else None} for row in rows]


def _within(ranges: Ranges) -> Q:
    condition = FINAL
    for low, high in ranges:
        condition |= Q(pk__gt=low, pk__lte=high)
    return condition


def _ids(table: Mapping[str, Any]) -> list[int]:
    return [row["id"] for row in table["rows"]]


def _columns(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    """A column's value as JSON, to the microsecond."""
    if isinstance(value, UUID):
        return value.hex
    return value.isoformat() if isinstance(value, date | datetime) else value
