"""From an order as it is written to one that can be followed, or to what is wrong with it, place by place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import ValidationError

from hackathon import errors
from hackathon.rules.compiled import Rules
from hackathon.rules.orders import COMPARISONS, IDENTITIES, MEMBERSHIPS, Condition, Doing, Operator, Order
from hackathon.simulation.actions.apply import ACTIONS, ALIASES, ActionSpec, parse_parameters
from hackathon.simulation.orders.words import GAME, PLACES, Kind, Word

BY_ID = frozenset({"listing", "lease", "participant"})
# What a front end may send back of what it was shown; only ``orders`` counts.
SHOWN = frozenset({"orders", "hackathon_id", "version", "orders_at_most"})
CHOICE_RULES: Mapping[str, str] = {
    "@first": "The first choice that the incident offers: the thorough one.",
    "@second": "The second, or the last where there is none.",
    "@last": "The last: usually free.",
    "@affordable": "The first that action points and money allow now.",
}
MOST_KEYS = 50


class Term(NamedTuple):
    """A condition by numbers: ``field`` is a place among the words; ``keys``, where it is about keys, allowed ones."""

    field: int
    op: int
    value: float
    keys: frozenset[int] | None


@dataclass(frozen=True, slots=True)
class CompiledOrder:
    """An order that can be followed; ``sort`` is a field of the target (-1: by age), ``cooldown`` in ticks."""

    name: str
    action: str
    parameters: Mapping[str, Any]
    target: str | None
    when: tuple[Term, ...]
    where: tuple[Term, ...]
    sort: int
    descending: bool
    at_most: int
    cooldown: int


@dataclass
class Faults:
    """Path (``orders.3.when.0.field``) → sentences."""

    found: dict[str, list[str]] = field(default_factory=dict)

    def add(self, path: str, sentence: str) -> None:
        self.found.setdefault(path, []).append(sentence)


def read_orders(raw: object, rules: Rules) -> tuple[Order, ...]:
    """The orders of a request's body, each sound; raises InvalidOrders with every fault, or TooManyOrders."""
    faults = Faults()
    orders = [_read(entry, f"orders.{place}", rules, faults) for place, entry in enumerate(_entries(raw, rules))]
    sound = tuple(order for order in orders if order is not None)
    for place, order in enumerate(orders):
        if order is not None and order.name in [other.name for other in orders[:place] if other is not None]:
            faults.add(f"orders.{place}.name", "Another order has this name already.")
    if faults.found:
        raise errors.InvalidOrders(errors=faults.found)
    return sound


def _entries(raw: object, rules: Rules) -> list[object]:
    if not isinstance(raw, Mapping) or not isinstance(raw.get("orders"), list):
        raise errors.InvalidOrders(errors={"orders": ["A list of orders is needed."]})
    unknown = sorted(str(name) for name in raw.keys() - SHOWN)
    if unknown:
        raise errors.InvalidOrders(errors={name: ["There is no such member; known: orders."] for name in unknown})
    entries: list[object] = raw["orders"]
    limit = rules.orders.orders_at_most
    if len(entries) > limit:
        raise errors.TooManyOrders(errors={"orders": [f"At most {limit}; there are {len(entries)}."]}, limit=limit)
    return entries


def _read(entry: object, path: str, rules: Rules, faults: Faults) -> Order | None:
    try:
        order = Order.model_validate(entry)
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False, include_context=False):
            faults.add(".".join([path, *map(str, problem["loc"])]), f"{problem['msg']}.")
        return None
    compile_order(order, rules, faults, path)
    return order


def compile_order(order: Order, rules: Rules, faults: Faults, path: str = "") -> CompiledOrder | None:
    """The order by numbers, or None where ``faults`` were found."""
    before, limits = sum(map(len, faults.found.values())), rules.orders
    if (order.at_most or 1) > limits.actions_a_tick.at_most:
        faults.add(f"{path}.at_most", f"At most {limits.actions_a_tick.at_most} times a tick.")
    if order.cooldown > limits.cooldown_at_most:
        faults.add(f"{path}.cooldown", f"At most {limits.cooldown_at_most} ticks.")
    when = _terms(order.when, GAME, f"{path}.when", rules, faults)
    doing = _Doing(order.do, f"{path}.do", rules, faults)
    compiled = doing.compile(order, when) if doing.spec else None
    return compiled if sum(map(len, faults.found.values())) == before else None


class _Doing:
    """The ``do`` of an order, while it is looked at."""

    def __init__(self, doing: Doing, path: str, rules: Rules, faults: Faults) -> None:
        self.doing, self.path, self.rules, self.faults = doing, path, rules, faults
        self.name = ALIASES.get(doing.action, doing.action)
        self.spec: ActionSpec | None = ACTIONS.get(self.name)
        if self.spec is None:
            faults.add(f"{path}.action", f"There is no such action; known: {', '.join(ACTIONS)}.")

    def compile(self, order: Order, when: tuple[Term, ...]) -> CompiledOrder:
        self._check_parameters()
        where, sort, descending = self._target()
        aimed = self.spec is not None and self.doing.target is not None
        return CompiledOrder(
            name=order.name,
            action=self.name,
            parameters=dict(self.doing.parameters),
            target=self.spec.target if self.spec and aimed else None,
            when=when,
            where=where,
            sort=sort,
            descending=descending,
            at_most=order.at_most or self.rules.orders.actions_a_tick.default,
            cooldown=order.cooldown,
        )

    def _check_parameters(self) -> None:
        parameters, path = self.doing.parameters, f"{self.path}.parameters"
        for name in sorted(parameters.keys() & BY_ID):
            self.faults.add(f"{path}.{name}", "Ids come and go: let the target rule choose.")
        try:
            parse_parameters(self.name, {name: value for name, value in parameters.items() if name not in BY_ID})
        except errors.InvalidParameters as refusal:
            for place, sentences in refusal.data["errors"].items():
                self.faults.add(f"{self.path}.{place}", f"{sentences[0]}.")
            return
        if self.name == "resolve":
            self._check_choice(str(parameters["choice"]), f"{path}.choice")

    def _check_choice(self, choice: str, path: str) -> None:
        offered = {choice.key for choices in self.rules.incident_types.choices for choice in choices}
        if choice not in offered and choice not in CHOICE_RULES:
            known = ", ".join([*CHOICE_RULES, *sorted(offered)])
            self.faults.add(path, f"No incident offers this choice; known: {known}.")

    def _target(self) -> tuple[tuple[Term, ...], int, bool]:
        rule, spec, path = self.doing.target, self.spec, f"{self.path}.target"
        if rule is None or spec is None:
            if spec and spec.target and (spec.target_required or spec.target in spec.parameters.model_fields):
                self.faults.add(path, f"Say which {spec.target}: an empty rule means the oldest one.")
            return (), -1, False
        if spec.target is None:
            self.faults.add(path, "This action is aimed at nothing.")
            return (), -1, False
        words = PLACES[spec.target].words
        where = _terms(rule.where, words, f"{path}.where", self.rules, self.faults)
        sort = (rule.sort or "").removeprefix("-")
        sortable = [name for name, word in words.items() if word.kind is Kind.NUMBER]
        if rule.sort is not None and sort not in sortable:
            self.faults.add(f"{path}.sort", f"Sort by a number of the {spec.target}; known: {', '.join(sortable)}.")
            return where, -1, False
        return where, list(words).index(sort) if sort else -1, (rule.sort or "").startswith("-")


def _terms(
    conditions: Sequence[Condition], words: Mapping[str, Word], path: str, rules: Rules, faults: Faults
) -> tuple[Term, ...]:
    limit = rules.orders.conditions_at_most
    if len(conditions) > limit:
        faults.add(path, f"At most {limit} conditions; there are {len(conditions)}.")
        return ()
    return tuple(_compiled(conditions, words, path, rules, faults))


def _compiled(
    conditions: Sequence[Condition], words: Mapping[str, Word], path: str, rules: Rules, faults: Faults
) -> Iterator[Term]:
    for number, condition in enumerate(conditions):
        word, here = words.get(condition.field), f"{path}.{number}"
        if word is None:
            faults.add(f"{here}.field", f"There is no such field; known: {', '.join(words)}.")
            continue
        allowed = {Kind.NUMBER: COMPARISONS, Kind.FLAG: IDENTITIES, Kind.KEY: MEMBERSHIPS}[word.kind]
        if condition.op not in allowed:
            faults.add(f"{here}.op", f"Not with a {word.kind}; known: {', '.join(allowed)}.")
            continue
        read = _keys(condition, word, rules) if word.kind is Kind.KEY else _number(condition, word.kind)
        if isinstance(read, str):
            faults.add(f"{here}.value", read)
            continue
        place, op = list(words).index(condition.field), list(Operator).index(condition.op)
        yield Term(place, op, *read)


def _number(condition: Condition, kind: Kind) -> tuple[float, None] | str:
    """The value as a number, or a sentence about what is wrong with it."""
    value = condition.value
    if kind is Kind.FLAG:
        return (float(value), None) if isinstance(value, bool) else "True or false is needed."
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "A number is needed."
    return (float(value), None) if abs(value) < 1e15 else "This number is too large."


def _keys(condition: Condition, word: Word, rules: Rules) -> tuple[float, frozenset[int]] | str:
    """The keys that satisfy the condition, as places, or a sentence about what is wrong."""
    known = word.keys(rules) if word.keys else ()
    several, value = condition.op in {Operator.IN, Operator.NOT_IN}, condition.value
    if several and not (isinstance(value, list) and 0 < len(value) <= MOST_KEYS):
        return f"A list of keys is needed; known: {', '.join(known)}."
    named = value if several else [value]
    if not all(isinstance(key, str) and key in known for key in named):
        return f"{'Some of these keys are' if several else 'This key is'} unknown; known: {', '.join(known)}."
    places = frozenset(known.index(key) for key in named)
    turned = condition.op in {Operator.OTHER, Operator.NOT_IN}
    return 0.0, frozenset(range(len(known))) - places if turned else places
