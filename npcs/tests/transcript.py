"""The talks of docs/npcs.md: the real commands with a fixed player, game and clock, written down as Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from accounts.models import User
from npcs import services
from npcs.tests.factories import NotebookGame, game_view

START = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
PLAYER = UUID("5e550000-0000-4000-8000-000000000012")


@dataclass(frozen=True)
class Line:
    """What the player says so many minutes after the last line, in a game with these numbers."""

    says: str
    after: int = 1
    game: tuple[tuple[str, float], ...] = ()


def line(says: str, after: int = 1, **game: float) -> Line:
    return Line(says, after, tuple(game.items()))


LANDLORD = (
    line("Good evening, Mr Pell. My name is Mika.", day=9, unhoused=2),
    line("I have a dog called Biscuit. He is very quiet."),
    line("I promise to pay the rent by Friday."),
    line("How am I doing, as tenants go?", 2, unhoused=0),
    line("Could you lend me some money?", 2, budget=310_000),
    line("I will sue you!", 3),
    line("I am so sorry. It was a long day.", 4, legal=34),
    line("Do you remember what I promised you?", 30, day=10),
    line("And do you remember my dog?", 2),
    line("Good night, Mr Pell.", 1),
)
SPONSOR = (
    line("Hello Valentina! Who are you, actually?", day=12, people=23, budget=640_000),
    line("I drink three cans of Nimbus a day."),
    line("You are wonderful, your posters are brilliant.", 2),
    line("Can you lend us some money?", 2),
    line("You look amazing in that jacket.", 2),
    line("Any chance you could sponsor us now?", 3),
    line("Thank you, thank you, thank you!", 1, budget=680_000),
    line("Some more cash, perhaps?", 2),
    line("How are we doing?", 15, day=13, reputation=78),
    line("What do you remember about me?", 2),
)
LAWYER = (
    line("Hello. Who are you?", day=20, legal=22),
    line("My lawyer is my uncle Bernd.", 1),
    line("You are greedy and incompetent.", 2),
    line("I will see you in court!", 2),
    line("What should I do about all this?", 3, legal=26),
    line("I promise to put everything in writing.", 2),
    line("Why is your pen so loud?", 1),
    line("I apologise. That was unfair of me.", 5),
    line("What do you know about me?", 20, open_incidents=4, day=21),
    line("Goodbye, and thank you.", 1),
)
TALKS = {"landlord": LANDLORD, "sponsor": SPONSOR, "lawyer": LAWYER}


def transcript(npc: str, game: NotebookGame) -> str:
    """One talk of ten exchanges, as the document has it."""
    user, _ = User.objects.get_or_create(id=PLAYER, email="mika@example.org", username="mika")
    now, numbers, said = START, dict[str, float](), list[str]()
    for number, spoken in enumerate(TALKS[npc], 1):
        now, numbers = now + timedelta(minutes=spoken.after), numbers | dict(spoken.game)
        game.seen = game_view(**numbers)
        talk = services.talk_prepare(user_id=user.pk, player="mika", npc_key=npc, message=spoken.says, now=now)
        result = services.talk_record(talk=talk, words=None, now=now)
        said.append(_written(number, spoken.says, result))
    return "\n".join(said)


def _written(number: int, says: str, result: services.TalkResult) -> str:
    effects = ", ".join(f"{name} {value:+g}" for name, value in result.effects.items())
    note = f"{result.mood}; {effects}" if effects else result.mood
    return f"{number}. *{says}*<br>\n   {result.response} <sub>({note})</sub>"


def page_with(page: str, talks: Sequence[tuple[str, str]]) -> str:
    """The document with these talks between its markers."""
    for npc, talk in talks:
        start, end = f"<!-- talk: {npc} -->\n", f"\n<!-- end: {npc} -->"
        before, _, rest = page.partition(start)
        page = f"{before}{start}{talk}{end}{rest.partition(end)[2]}"
    return page
