"""Messages understood without an AI, moods, memory and portraits: no database."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID
from xml.etree import ElementTree  # our own pictures

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npcs.rules.agenda import Standing, decide, errand_chosen
from npcs.rules.avatars import avatar
from npcs.rules.cast import CastModel, cast_faults
from npcs.rules.memory import NPC, PLAYER, Kept, Memory, Said, keep_facts, recalled, summarised, tallied
from npcs.rules.mood import healed, moved, word_for
from npcs.rules.offline import Occasion, answer
from npcs.rules.talk import MESSAGE_LIMIT, Fact, TalkModel, cleaned, understood
from npcs.rules.writer import Writer
from npcs.tests.factories import game_view

CONTENT = Path(__file__).parents[2] / "content"
RULES = TalkModel.model_validate_json((CONTENT / "talk.json").read_text())
CAST = CastModel.model_validate_json((CONTENT / "npcs.json").read_text())
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("message", "intent"),
    [
        ("Hello there!", "greeting"),
        ("Thanks a lot, really", "thanks"),
        ("I am so sorry about the carpet", "apology"),
        ("I promise to pay the rent by Friday", "promise"),
        ("I'll pay you tomorrow", "promise"),
        ("I will sue you", "threat"),
        ("You are an idiot", "insult"),
        ("Could you lend me some money?", "ask_money"),
        ("can we have a few more days", "ask_time"),
        ("What should I do?", "ask_help"),
        ("How am I doing?", "ask_game"),
        ("Who are you?", "ask_self"),
        ("Do you remember my dog?", "ask_memory"),
        ("What's my name?", "ask_memory"),
        ("What did I promise you?", "ask_memory"),
        ("What did I promise to do?", "ask_memory"),
        ("You are wonderful", "compliment"),
        ("My dog is called Biscuit.", "tell"),
        ("Why is the sky so low?", "question"),
        ("The pipes.", "small"),
        ("Good night then", "goodbye"),
    ],
)
def test_what_a_player_is_up_to(message: str, intent: str) -> None:
    assert understood(cleaned(message), RULES)[0] == intent


def test_whoever_asks_what_they_promised_promises_nothing() -> None:
    assert understood("What did I promise to do?", RULES)[1] == ()


@pytest.mark.parametrize(
    ("message", "facts"),
    [
        ("My name is Mika and I'm from Ghent.", {"name": "your name is Mika", "home": "you are from Ghent"}),
        ("my dog is called Biscuit", {"dog": "your dog is called Biscuit"}),
        ("I have a cat named Ada", {"cat": "your cat is called Ada"}),
        ("I promise to clean the stairs.", {"you would clean the stairs": "you would clean the stairs"}),
        ("Remember that I hate my alarm clock", {"you hate your alarm clock": "you hate your alarm clock"}),
        ("is my dog called Biscuit?", {}),
        ("nothing to see", {}),
    ],
)
def test_what_is_worth_keeping(message: str, facts: dict[str, str]) -> None:
    assert {fact.key: fact.text for fact in understood(cleaned(message), RULES)[1]} == facts


@given(st.text(max_size=3_000))
def test_no_message_is_too_strange(message: str) -> None:
    text = cleaned(message)
    assert len(text) <= MESSAGE_LIMIT
    assert "\n" not in text
    intent, facts = understood(text, RULES)
    assert intent in RULES.keys
    assert all(len(fact.text) <= 78 and len(fact.key) <= 60 for fact in facts)


def test_long_repetitive_messages_are_understood_quickly() -> None:
    started = datetime.now(UTC)
    for message in ("my " * 400, "i promise " * 120, "remember that " * 80, "a" * 1_000):
        understood(cleaned(message), RULES)
    assert (datetime.now(UTC) - started).total_seconds() < 1


class TestMood:
    @given(st.integers(-100, 100), st.integers(-100, 100))
    def test_a_mood_stays_within_its_ends(self, level: int, by: int) -> None:
        assert -100 <= moved(level, by) <= 100

    def test_time_heals_half_way_in_each_half_life(self) -> None:
        rules = RULES.mood
        assert healed(-80, 0, 0, rules) == -80
        assert healed(-80, 0, rules.half_life_seconds, rules) == -40
        assert healed(-80, 20, rules.half_life_seconds * 20, rules) == 20

    def test_every_level_has_a_word(self) -> None:
        assert [word_for(level, RULES.mood) for level in (-100, -30, 0, 30, 100)] == [
            "hostile",
            "annoyed",
            "neutral",
            "friendly",
            "devoted",
        ]


class TestMemory:
    def test_the_weightiest_facts_are_kept_and_the_oldest_go_first(self) -> None:
        bounds = RULES.memory.model_copy(update={"facts": 3})
        known: list[Kept] = []
        for number, weight in enumerate((9, 1, 2, 2, 2)):
            fact = Fact(f"k{number}", f"fact {number}", weight, False)
            known = keep_facts(known, [fact], NOW + timedelta(seconds=number), bounds)
        assert {fact.key for fact in known} == {"k0", "k3", "k4"}

    def test_a_fact_told_again_replaces_what_was_told_before(self) -> None:
        first = keep_facts([], [Fact("dog", "your dog is called Rex", 5, False)], NOW, RULES.memory)
        second = keep_facts(first, [Fact("dog", "your dog is called Biscuit", 5, False)], NOW, RULES.memory)
        assert [fact.text for fact in second] == ["your dog is called Biscuit"]

    def test_what_is_asked_about_is_recalled_first(self) -> None:
        facts = [Kept("name", "your name is Mika", 9, False, NOW), Kept("dog", "your dog is called Rex", 5, False, NOW)]
        assert recalled(facts, "do you remember my dog's name?", 1)[0].key in {"name", "dog"}
        assert recalled(facts, "what about the dog?", 1)[0].key == "dog"

    @given(st.lists(st.text(max_size=1_000), min_size=1, max_size=30))
    def test_the_summary_is_bounded_and_counts(self, texts: list[str]) -> None:
        folded = [Said(PLAYER, text, "small") for text in texts]
        tally = tallied({"threat": 2}, folded)
        summary = summarised(tally, folded, "x" * 5_000, RULES.memory)
        assert tally == {"threat": 2, "small": len(texts)}
        assert len(summary) <= RULES.memory.summary_characters
        assert summary.startswith(f"{len(texts) + 2} earlier exchanges")


class TestDeals:
    def test_money_needs_goodwill_and_a_rest(self) -> None:
        sponsor = CAST.by_key["sponsor"]
        assert decide(sponsor, "ask_money", 10, {}, NOW) is None
        deal = decide(sponsor, "ask_money", 40, {}, NOW)
        assert deal is not None
        assert deal.effect.euros > 0
        assert decide(sponsor, "ask_money", 40, {"money.ask_money": NOW - timedelta(seconds=60)}, NOW) is None
        assert decide(sponsor, "ask_money", 40, {"money.ask_money": NOW - timedelta(hours=2)}, NOW) == deal

    def test_threats_have_a_price_whatever_the_mood(self) -> None:
        assert decide(CAST.by_key["lawyer"], "threat", -100, {}, NOW) is not None


class TestAgenda:
    def test_nobody_writes_without_a_reason(self) -> None:
        assert errand_chosen(UUID(int=1), CAST, game_view(), {}, NOW) is None

    def test_the_landlord_writes_about_people_on_the_pavement_and_once(self) -> None:
        view = game_view(unhoused=1)
        chosen = errand_chosen(UUID(int=1), CAST, view, {}, NOW)
        assert chosen is not None
        assert (chosen[0].key, chosen[1].kind) == ("landlord", "visit.landlord")
        wrote = {"landlord": Standing(0, False, {"visit.landlord": NOW})}
        assert errand_chosen(UUID(int=1), CAST, view, wrote, NOW) is None

    def test_a_promise_is_asked_about_when_it_has_aged(self) -> None:
        old, fresh = NOW - timedelta(hours=1), NOW - timedelta(seconds=10)
        for made, expected in ((old, True), (fresh, False)):
            standings = {"chef": Standing(0, True, {}, made)}
            assert (errand_chosen(UUID(int=1), CAST, game_view(), standings, NOW) is not None) is expected


class TestAnswers:
    @pytest.mark.parametrize("npc", CAST.npcs, ids=lambda npc: npc.key)
    def test_everybody_has_own_words_for_everything(self, npc: object, writer: Writer) -> None:
        for intent in sorted(RULES.keys):
            occasion = Occasion(npc, "Mika", "hm", intent, (Fact("dog", "your dog is called Rex", 5, False),))  # type: ignore[arg-type]
            said = answer(occasion, Memory(mood=0, talks=3), "seed", writer, RULES)
            assert len(said) > 8
            assert not re.search(r"[{}\[\]|]", said)

    def test_what_was_said_lately_is_not_said_again(self, writer: Writer) -> None:
        memory, said = Memory(mood=0), []
        for number in range(8):
            text = answer(Occasion(CAST.npcs[0], "Mika", "hello", "greeting"), memory, f"{number}", writer, RULES)
            said.append(text)
            memory = Memory(mood=0, talks=number, turns=tuple(Said(NPC, line) for line in said))
        assert len(set(said)) == len(said)


def test_the_cast_is_told_apart_by_files_that_do_not_fit() -> None:
    raw = json.loads((CONTENT / "npcs.json").read_text())
    raw["npcs"][1]["key"] = raw["npcs"][0]["key"]
    raw["npcs"][2]["deals"][0]["intent"] = "dance"
    raw["npcs"][3]["errands"][0]["kind"] = "visit.nobody"
    raw["npcs"][4]["errands"][0]["below"] = {"weather": 3}
    kinds = frozenset(e.kind for npc in CAST.npcs for e in npc.errands)
    faults = list(cast_faults(CastModel.model_validate(raw), RULES.keys, kinds))
    assert [pointer for pointer, _ in faults] == [
        "/npcs/1/key",
        "/npcs/2/deals/0/intent",
        "/npcs/3/errands/0/kind",
        "/npcs/4/errands/0",
    ]


class TestPortraits:
    def test_no_two_are_alike(self) -> None:
        drawn = {avatar(npc.key, npc.avatar_seed).split("</svg>")[0].split(">", 1)[1] for npc in CAST.npcs}
        assert len(drawn) == len(CAST.npcs)
        assert len({avatar("x", seed) for seed in range(2_000)}) == 2_000

    @given(st.integers(0, 10_000))
    def test_every_seed_draws_a_sound_picture(self, seed: int) -> None:
        root = ElementTree.fromstring(avatar("landlord", seed))  # noqa: S314
        assert root.tag.endswith("svg")
        assert {element.tag.split("}")[1] for element in root.iter()} <= {
            "svg",
            "rect",
            "circle",
            "ellipse",
            "path",
            "g",
        }
