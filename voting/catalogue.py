"""The voting game's content in force: numbers, questions, and what counts as profane."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field

from accounts.limits import Limit
from tommy.core.content import Contents, Problem, content
from voting.rules import ProfanityLevel, Question, question_key

GAME = "voting/game.json"
QUESTIONS = "voting/questions.json"
PROFANITY = "voting/profanity.json"


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Range(Strict):
    """What a room may be set to, and what it is without saying so."""

    min: int = Field(ge=1)
    max: int = Field(ge=1, le=3600)
    default: int


class Codes(Strict):
    """Room codes: characters that are not mistaken for each other, and spell no words."""

    alphabet: str = Field(min_length=16, pattern=r"^[A-Z0-9]+$")
    length: int = Field(ge=6, le=6)
    watch_length: int = Field(ge=8, le=16)
    wrong_per_user: Limit
    wrong_per_address: Limit


class PresenceTimes(Strict):
    """Seconds: how long a sign of life counts, and how long an absent player is waited for."""

    socket_lease: int = Field(gt=0)
    renew_every: float = Field(gt=0)
    rest_lease: int = Field(gt=0)
    grace: int = Field(ge=0)
    check_logins_every: int = Field(gt=0)


class Closing(Strict):
    abandoned_after_seconds: int = Field(gt=0)
    removed_after_seconds: int = Field(gt=0)
    host_paced_results_seconds: int = Field(gt=0, description="How long a host-paced room waits for its host.")


class Game(Strict):
    """Players, rounds, times, points and room codes of the voting game."""

    min_players: int = Field(ge=2)
    max_players: Range
    total_rounds: Range
    answer_seconds: Range
    vote_seconds: Range
    results_seconds: Range
    preparing_seconds: float = Field(gt=0, le=60, description="Then a game begins with what questions it has.")
    default_pack: str
    codes: Codes
    presence: PresenceTimes
    closing: Closing


class Category(Strict):
    title: str
    questions: tuple[str, ...] = Field(min_length=1)


class Pack(Strict):
    title: str
    description: str
    categories: tuple[str, ...] = Field(min_length=1)


class Questions(Strict):
    """The questions that are asked, by pack and category."""

    packs: dict[str, Pack]
    categories: dict[str, Category]


class Tolerance(Strict):
    """What one level lets pass of the library's list, and what it adds to it (in the library's pattern language)."""

    allowed: frozenset[str] = frozenset()
    added: tuple[str, ...] = ()


class Profanity(Strict):
    """What each level of the filter lets pass in answers, and adds."""

    levels: dict[ProfanityLevel, Tolerance | None]


def register() -> None:
    """Make the files known to the loader; called once when the app is ready."""
    content.register(GAME, Game)
    content.register(QUESTIONS, Questions)
    content.register(PROFANITY, Profanity)
    content.register_check(check_game)
    content.register_check(check_questions)
    content.register_check(check_profanity)


def game() -> Game:
    """The numbers in force."""
    return content.get(GAME, Game)


def questions() -> Questions:
    return content.get(QUESTIONS, Questions)


def pool(pack: str) -> list[Question]:
    """Every question of a pack; of the default pack where content changed under a room and its own is gone."""
    stock = questions()
    chosen = stock.packs.get(pack) or stock.packs[game().default_pack]
    return [Question(text, name) for name in chosen.categories for text in stock.categories[name].questions]


def pack_title(pack: str) -> str:
    """What a pack is about, in a few words."""
    found = questions().packs.get(pack)
    return found.title if found else pack


def check_game(files: Contents) -> Iterable[Problem]:
    numbers = files[GAME]
    assert isinstance(numbers, Game)
    for name in ("max_players", "total_rounds", "answer_seconds", "vote_seconds", "results_seconds"):
        span: Range = getattr(numbers, name)
        if not span.min <= span.default <= span.max:
            yield Problem(GAME, f"/{name}/default", f"a number between {span.min} and {span.max}")
    if not 2 <= numbers.max_players.min <= numbers.max_players.max <= 20:
        yield Problem(GAME, "/max_players", "a range within 2 to 20, which the database holds")
    if numbers.total_rounds.max > 10:
        yield Problem(GAME, "/total_rounds/max", "at most 10, which the database holds")
    if numbers.presence.renew_every * 2 > numbers.presence.socket_lease:
        yield Problem(GAME, "/presence/renew_every", "at most half of socket_lease, so that one lost renewal is none")


def check_questions(files: Contents) -> Iterable[Problem]:
    stock, numbers = files[QUESTIONS], files[GAME]
    assert isinstance(stock, Questions)
    assert isinstance(numbers, Game)
    if numbers.default_pack not in stock.packs:
        yield Problem(GAME, "/default_pack", "the name of a pack")
    for name, pack in stock.packs.items():
        for category in pack.categories:
            if category not in stock.categories:
                yield Problem(QUESTIONS, f"/packs/{name}/categories", f"names of categories; {category!r} is none")
        count = sum(len(stock.categories[key].questions) for key in pack.categories if key in stock.categories)
        if count < numbers.total_rounds.max:
            yield Problem(QUESTIONS, f"/packs/{name}", "enough questions for the longest game")
    yield from _repeated(stock)


def _repeated(stock: Questions) -> Iterable[Problem]:
    seen: set[str] = set()
    for name, category in stock.categories.items():
        for index, text in enumerate(category.questions):
            if (key := question_key(text)) in seen or len(text) > 300:
                yield Problem(
                    QUESTIONS, f"/categories/{name}/questions/{index}", "a short question not asked elsewhere"
                )
            seen.add(key)


def check_profanity(files: Contents) -> Iterable[Problem]:
    found = files[PROFANITY]
    assert isinstance(found, Profanity)
    for level in ProfanityLevel:
        if level not in found.levels:
            yield Problem(PROFANITY, f"/levels/{level}", "what this level lets pass, or null for everything")
