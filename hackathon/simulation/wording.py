"""Effects put into words, as columns ready to be stored. The same seeds always give the same words.

Commits and devlogs are so many that they index pools of lines written in advance; letters are written one by one,
with the names, sums and counts that they are about.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from hackathon.rules.compiled import Rules
from hackathon.rules.enums import ThreadKind
from hackathon.simulation.effects import Commits, Devlogs, Messages
from hackathon.simulation.state import Incidents, Listings, Participants, State
from npcs.rules.people import People
from npcs.rules.writer import Writer

Column = Any
Columns = dict[str, Column]
Context = dict[str, object]


class Named(NamedTuple):
    """A participant as letters name them, with what they build, where that has a title, and where they come from."""

    name: str
    project: str | None = None
    city: str = ""
    country: str = ""


Names = Mapping[tuple[int, int], Named]

POOL_SIZE = 2_000
POOL_SEED = 1
COMMIT_KIND = "commit.message"
DEVLOG_KIND = "devlog.entry"
_GOLDEN = 0x9E3779B97F4A7C15
_MASK = 2**64 - 1
_THREADS = [kind.name.lower() for kind in ThreadKind]


@dataclass
class Wording:
    """A writer with the pools it fills once, and the population that it writes about."""

    writer: Writer
    people: People

    @cached_property
    def commit_lines(self) -> NDArray[np.object_]:
        return np.array(self.writer.pool(COMMIT_KIND, seed=POOL_SEED, size=POOL_SIZE), dtype=object)

    @cached_property
    def devlog_lines(self) -> NDArray[np.object_]:
        return np.array(self.writer.pool(DEVLOG_KIND, seed=POOL_SEED, size=POOL_SIZE), dtype=object)

    def commits(self, commits: Commits) -> Columns:
        """``message`` and ``sha`` of each commit."""
        lines = self.commit_lines
        return {
            "message": lines[(commits.variant % np.uint64(len(lines))).astype(np.intp)].tolist(),
            "sha": [_sha(variant) for variant in commits.variant.tolist()],
        }

    def devlogs(self, devlogs: Devlogs) -> Columns:
        lines = self.devlog_lines
        return {"text": lines[(devlogs.variant % np.uint64(len(lines))).astype(np.intp)].tolist()}

    def letters(self, messages: Messages, state: State, names: Names, rules: Rules) -> Columns:
        """Everything an inbox row says: sender, thread, subject, body."""
        columns = (getattr(messages, name).tolist() for name in Messages.column_names())
        letters = [
            self._letter(row, known, state.games.seed[row[0]].item(), names, rules)
            for row, known in zip(zip(*columns, strict=True), self._known(messages, state, rules), strict=True)
        ]
        fields = ("kind", "sender_role", "sender_name", "thread", "subject", "body")
        return {name: [letter[place] for letter in letters] for place, name in enumerate(fields)}

    def _letter(
        self, row: tuple[Any, ...], known: Context, game_seed: int, names: Names, rules: Rules
    ) -> tuple[str, ...]:
        game, kind_index, thread, number, participant, _incident, _request, _lease, cents, count, variant = row
        kind = rules.message_kinds.kinds[kind_index]
        named = names.get((game, participant))
        sender = (
            named.name if kind.sender == "participant" and named else self._outsider(game_seed, kind.sender, number)
        )
        context: dict[str, object] = {"sender": sender, **known}
        if named:
            context["participant"] = named.name.split()[0]
            if named.project:
                context["project"] = named.project
            if named.city and "city" not in known:  # of a letter about a house, that is where it stands
                context |= {"city": named.city, "country": named.country}
        if cents:
            context["amount"] = cents
        if count:
            context["count"] = count
        text = self.writer.write(kind.key, seed=variant, context=context)
        return kind.key, kind.sender, sender, f"{_THREADS[thread]}-{number}", text.subject, text.body

    def _known(self, messages: Messages, state: State, rules: Rules) -> Iterator[Context]:
        """What each letter may mention of what happened before: the incident, the house and where it stands, how often
        they have written about this before.
        """
        incidents = state.incidents.rows(messages.game, messages.incident).tolist()
        leases = state.leases.rows(messages.game, messages.lease).tolist()
        earlier = self._earlier(messages, state, rules).tolist()
        for incident, lease, before in zip(incidents, leases, earlier, strict=True):
            known: Context = {}
            if incident >= 0:
                known["incident"] = rules.incident_types.types[state.incidents.type[incident]].title
            if lease >= 0:
                known["city"] = rules.market.cities[state.leases.city[lease]].name
                known["lease"] = self._house(int(state.leases.seed[lease]))
            if before > 0:
                known["previous_count"] = before
            yield known

    @staticmethod
    def _earlier(messages: Messages, state: State, rules: Rules) -> NDArray[np.integer]:
        """How many letters about the same request being late came before each."""
        requests = state.requests.rows(messages.game, messages.request)
        if not len(state.requests):
            return np.zeros(len(messages), np.int64)
        itself = np.isin(messages.kind, rules.message_kinds.spoken)
        return np.where(requests >= 0, state.requests.letters[np.maximum(requests, 0)] - itself, 0)

    def _house(self, seed: int) -> str:
        """What the people of a house call it: always the same."""
        return self.writer.write("housing.name", seed=seed, context={}).body

    def _outsider(self, game_seed: int, role: str, number: int) -> str:
        """Somebody outside the hackathon: within one game and thread always the same."""
        return self.people.person(mix(game_seed, hash_of(role) + number)).name

    def incidents(self, incidents: Incidents, state: State, names: Names, rules: Rules) -> Columns:
        """``title`` and ``description`` of new incidents."""
        titles, descriptions = [], []
        rows = zip(
            incidents.game.tolist(),
            incidents.number.tolist(),
            incidents.type.tolist(),
            incidents.subject.tolist(),
            strict=True,
        )
        for game, number, kind, subject in rows:
            key = rules.incident_types.keys[kind]
            named = names.get((game, subject))
            context: Context = {"participant": named.name} if named else {}
            text = self._incident(key, mix(int(state.games.seed[game]), number), context)
            titles.append(text[0] or rules.incident_types.types[kind].title)
            descriptions.append(text[1])
        return {"title": titles, "description": descriptions}

    def _incident(self, key: str, seed: int, context: dict[str, object]) -> tuple[str, str]:
        kind = f"incident.{key}"
        if kind not in self.writer.kinds():  # a type that only this installation's content has
            return "", ""
        return self.writer.write(kind, seed=seed, context=context)

    def listings(self, listings: Listings, rules: Rules) -> Columns:
        """``title`` and ``description`` of new listings."""
        cities = rules.market.cities
        texts = [
            self.writer.write(
                "housing.listing", seed=seed, context={"city": cities[city].name, "count": beds, "amount": cents}
            )
            for seed, city, beds, cents in zip(
                listings.seed.tolist(),
                listings.city.tolist(),
                listings.capacity.tolist(),
                listings.price_cents.tolist(),
                strict=True,
            )
        ]
        return {"title": [text.subject for text in texts], "description": [text.body for text in texts]}

    def newcomers(self, people: Participants) -> Columns:
        """Who the new participants are, from their seeds."""
        persons = [self.people.person(seed) for seed in people.person_seed.tolist()]
        return {
            "name": [who.name for who in persons],
            "email": [who.email for who in persons],
            "github_username": [who.github_username for who in persons],
            "country": [who.country for who in persons],
            "home_city": [who.city for who in persons],
            "skills": [orjson.dumps(who.skills).decode() for who in persons],
        }


def hash_of(text: str) -> int:
    """A small stable hash: Python's own differs from process to process."""
    value = 0
    for character in text.encode():
        value = (value * 131 + character) & _MASK
    return value


def mix(seed: int, number: int) -> int:
    """A 64-bit seed from two: the finaliser of SplitMix64."""
    value = (seed + number * _GOLDEN) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)


def _sha(variant: int) -> str:
    return f"{variant:016x}{mix(variant, 1):016x}{mix(variant, 2) >> 32:08x}"


def names_needed(state: State, wanted: Sequence[tuple[NDArray[Any], NDArray[Any]]]) -> NDArray[np.intp]:
    """Rows of the participants that texts will name, once each; ``wanted`` are pairs of game rows and numbers."""
    found = [state.participants.rows(games, numbers) for games, numbers in wanted]
    rows = np.unique(np.concatenate([np.empty(0, np.intp), *found]))
    return rows[rows >= 0].astype(np.intp)
