"""Talks, memories, letters: the commands, once, twice and at once."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from accounts.models import User
from accounts.tests.factories import UserFactory
from npcs import bridge, selectors, services
from npcs.errors import EmptyMessage, NpcNotFound
from npcs.models import Acquaintance, Deed, Improvement, Memo, Turn
from npcs.rules.memory import NPC
from npcs.tests.factories import NotebookGame, game_view
from npcs.tests.openai_server import OpenAIServer
from tommy.core import background
from tommy.core.overload import Stage, stages
from tommy.core.selectors import notifications_after

pytestmark = pytest.mark.django_db(transaction=True)


def say(player: User, npc: str, message: str, now: datetime, words: str | None = None) -> services.TalkResult:
    talk = services.talk_prepare(user_id=player.pk, player=player.username, npc_key=npc, message=message, now=now)
    return services.talk_record(talk=talk, words=words, now=now)


class TestTalks:
    def test_a_talk_is_remembered_on_both_sides(self, player: User, now: datetime) -> None:
        result = say(player, "landlord", "My dog is called Biscuit.", now)
        assert (result.intent, result.memory_count, result.by_ai) == ("tell", 3, False)
        assert "Biscuit" in result.response
        memory = selectors.memory_of(player.pk, result.npc, now)
        assert [said.text for said in memory.turns] == ["My dog is called Biscuit.", result.response]
        assert [fact.text for fact in memory.facts] == ["your dog is called Biscuit"]

    def test_the_same_talk_has_the_same_words(self, now: datetime) -> None:
        one = UserFactory()
        first = say(one, "mayor", "Hello!", now).response
        Acquaintance.objects.all().delete()
        assert say(one, "mayor", "Hello!", now).response == first

    def test_nobody_talks_to_nobody_or_about_nothing(self, player: User, now: datetime) -> None:
        with pytest.raises(NpcNotFound):
            say(player, "tooth_fairy", "Hello", now)
        with pytest.raises(EmptyMessage):
            say(player, "mayor", " \u200b\n", now)

    def test_moods_move_and_heal(self, player: User, now: datetime) -> None:
        before = say(player, "mentor", "hello", now).mood_level
        assert say(player, "mentor", "you idiot", now).mood_level < before
        later = now + timedelta(days=2)
        assert abs(selectors.memory_of(player.pk, selectors.npc_get("mentor"), later).mood - 15) <= 1

    def test_another_player_is_a_stranger(self, player: User, now: datetime) -> None:
        say(player, "banker", "Remember that the safe code is 4711.", now)
        other = UserFactory()
        assert "4711" not in say(other, "banker", "Do you remember the safe code?", now).response
        assert "4711" in say(player, "banker", "Do you remember the safe code?", now).response

    def test_a_hundred_talks_are_bounded_and_the_first_is_recalled(self, player: User, now: datetime) -> None:
        say(player, "parent", "My dog is called Biscuit.", now)
        for number in range(98):
            moment = now + timedelta(seconds=number)
            message = ("How am I doing?", "Thank you!", "I love soup number %d", "Hello again")[number % 4]
            result = say(player, "parent", message % number if "%" in message else message, moment)
            assert result.memory_count <= 20 + 32
        last = say(player, "parent", "Do you remember the name of my dog?", now + timedelta(hours=1))
        assert "Biscuit" in last.response
        row = Acquaintance.objects.get()
        assert (row.talks, Turn.objects.count()) == (100, 20)
        assert Memo.objects.count() <= 32
        assert len(row.summary) <= 600
        assert sum(row.tally.values()) == 90

    def test_forgetting_is_complete_but_for_deals(self, player: User, game: NotebookGame, now: datetime) -> None:
        for _ in range(3):
            say(player, "sponsor", "You are wonderful, Valentina!", now)
        assert say(player, "sponsor", "Can you lend us some money?", now).effects["euros"] == 400
        services.memory_forget(user_id=player.pk, npc_key="sponsor", now=now)
        services.memory_forget(user_id=player.pk, npc_key="sponsor", now=now)
        memory = selectors.memory_of(player.pk, selectors.npc_get("sponsor"), now)
        assert (memory.count, memory.talks, memory.summary, memory.tally) == (0, 0, "", {})
        for _ in range(3):
            say(player, "sponsor", "You are wonderful, Valentina!", now)
        assert say(player, "sponsor", "Can you lend us some money?", now).effects == {}


class TestEffects:
    def test_a_threat_has_consequences_once_in_a_while(self, player: User, game: NotebookGame, now: datetime) -> None:
        assert say(player, "lawyer", "I will sue you!", now).effects == {"legal": 4.0}
        assert say(player, "lawyer", "I will sue you!", now).effects == {}
        assert say(player, "lawyer", "I will sue you!", now + timedelta(hours=1)).effects == {"legal": 4.0}
        assert Deed.objects.get().times == 2

    def test_two_at_once_are_given_money_once(self, player: User, game: NotebookGame, now: datetime) -> None:
        for _ in range(4):
            say(player, "founder", "You are wonderful!", now)

        def ask(number: int) -> bool:
            try:
                return bool(say(player, "founder", "Can you lend us money?", now).effects)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(6) as pool:
            assert sum(pool.map(ask, range(6))) == 1
        numbers = Turn.objects.order_by("number").values_list("number", flat=True)
        assert list(numbers) == list(range(1, 21))

    def test_words_that_promise_what_did_not_happen_are_dropped(
        self, player: User, game: NotebookGame, now: datetime
    ) -> None:
        for _ in range(3):
            say(player, "sponsor", "You are wonderful!", now)
        game.broke = True
        result = say(player, "sponsor", "Can you lend us money?", now, words="Here are 400 euros!")
        assert (result.by_ai, result.effects) == (False, {})
        assert "400" not in result.response

    def test_a_game_that_does_not_run_is_left_alone(self, player: User, game: NotebookGame, now: datetime) -> None:
        game.broke, game.seen = True, game_view(running=False)
        assert say(player, "lawyer", "I will sue you!", now).effects == {}


class TestAgenda:
    def test_a_letter_goes_to_inbox_socket_and_memory_once(
        self, player: User, game: NotebookGame, now: datetime
    ) -> None:
        game.owners = [bridge.Player(player.pk, player.username, game_view(unhoused=1))]
        assert services.agenda_run(now=now) == 1
        assert services.agenda_run(now=now) == 0  # doubled
        assert services.agenda_run(now=now + timedelta(minutes=11)) == 0  # the same reason, too soon
        assert [letter.npc for letter in game.letters] == ["landlord"]
        frame = notifications_after(player.pk, 0)[0]
        assert (frame["type"], frame["data"]["npc_id"]) == ("npc_message", "landlord")
        assert Turn.objects.get().speaker == NPC

    def test_wakes_at_the_same_time_write_once(self, player: User, game: NotebookGame, now: datetime) -> None:
        game.owners = [bridge.Player(player.pk, player.username, game_view(unhoused=2))]

        def wake(number: int) -> int:
            try:
                return services.agenda_run(now=now)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(wake, range(4))) == 1

    def test_pages_cover_everybody(self, game: NotebookGame, now: datetime, tuned: Callable[..., None]) -> None:
        tuned("npcs/talk.json", agenda={"page": 2})
        users = [UserFactory() for _ in range(5)]
        game.owners = [
            bridge.Player(user.pk, user.username, replace(game_view(unhoused=2), game_id=number))
            for number, user in enumerate(users, 1)
        ]
        assert services.agenda_run(now=now) == 5


class TestImprovements:
    DRAFT = bridge.Draft("letter", 7, None, "beds", "I have no bed.")

    def improve(self, now: datetime) -> bool | None:
        improving = services.text_improve(kind="letter", target=7, now=now)
        return improving.result() if improving else None

    def test_a_text_is_claimed_once_and_replaced(self, ai: OpenAIServer, game: NotebookGame, now: datetime) -> None:
        ai.say = lambda body: '{"subject": "About beds", "body": "The floor and I are on first-name terms now."}'
        game.texts = [self.DRAFT]
        assert services.improvements_start(now=now) == 1
        assert services.improvements_start(now=now) == 0
        assert self.improve(now)
        assert game.replaced == [(7, "About beds", "The floor and I are on first-name terms now.")]
        assert Improvement.objects.get().outcome == "replaced"

    def test_where_nothing_comes_the_template_stands(self, ai: OpenAIServer, game: NotebookGame, now: datetime) -> None:
        ai.mode, game.texts = "malformed", [self.DRAFT]
        services.improvements_start(now=now)
        assert not self.improve(now)
        assert game.replaced == []
        assert Improvement.objects.get().outcome == "answer_refused"

    def test_a_strained_server_puts_texts_off(
        self, ai: OpenAIServer, game: NotebookGame, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        game.texts = [self.DRAFT]
        assert services.improvements_start(now=now) == 1
        monkeypatch.setattr(stages, "_stage", Stage.STRAINED)
        assert not self.improve(now)
        assert not Improvement.objects.exists()
        assert services.improvements_start(now=now) == 0
        assert ai.requests == []
        monkeypatch.setattr(stages, "_stage", Stage.CALM)
        assert services.improvements_start(now=now) == 1

    def test_without_an_ai_nothing_is_claimed(self, game: NotebookGame, now: datetime) -> None:
        game.texts = [self.DRAFT]
        assert services.improvements_start(now=now) == 0
        assert not Improvement.objects.exists()


class TestQuestions:
    FALLBACK = ("What is under the bed?", "Who ate the cake?", "Why is the router warm?")

    def batch(self, now: datetime, **more: Any) -> list[str]:
        asked = {"category": "silly", "language": "en", "count": 2, "avoid": ["who ate the cake"], **more}
        return background.submit(services.question_batch(**asked, fallback=self.FALLBACK, now=now)).result()

    def test_without_an_ai_the_fallback_fills_in(self, db: None, now: datetime) -> None:
        assert self.batch(now) == ["What is under the bed?", "Why is the router warm?"]

    def test_the_ai_comes_first_and_repeats_nothing(self, ai: OpenAIServer, now: datetime) -> None:
        ai.say = lambda body: '{"questions": ["Who ate the cake?", "What would the fridge say to the oven?"]}'
        assert self.batch(now) == ["What would the fridge say to the oven?", "What is under the bed?"]
        assert "who ate the cake" in ai.requests[0]["messages"][1]["content"]

    def test_a_hanging_ai_costs_three_seconds_at_most(self, ai: OpenAIServer, now: datetime) -> None:
        ai.mode, started = "hang", time.perf_counter()
        assert len(self.batch(now)) == 2
        assert time.perf_counter() - started < 6  # its three seconds, and a loaded machine


class TestPromisesAndBegging:
    def test_a_promise_that_is_not_renewed_is_held_against_the_player(
        self, player: User, game: NotebookGame, now: datetime
    ) -> None:
        before = say(player, "landlord", "I promise to pay the rent by Friday.", now).mood_level
        game.owners, game.done = [bridge.Player(player.pk, player.username, game_view())], []
        assert services.agenda_run(now=now + timedelta(minutes=11)) == 0
        later = now + timedelta(minutes=16)
        assert services.agenda_run(now=later) == 1
        assert "pay the rent by Friday" in game.letters[0].body
        assert [(npc, effect.legal) for npc, effect in game.done] == [("landlord", 1.0)]
        assert selectors.memory_of(player.pk, selectors.npc_get("landlord"), later).mood < before

    def test_a_promise_renewed_in_time_is_not(self, player: User, game: NotebookGame, now: datetime) -> None:
        game.owners = [bridge.Player(player.pk, player.username, game_view())]
        say(player, "landlord", "I promise to pay the rent by Friday.", now)
        say(player, "landlord", "I promise to pay the rent by Friday.", now + timedelta(minutes=10))
        assert services.agenda_run(now=now + timedelta(minutes=16)) == 0

    @pytest.mark.parametrize("npc", ["sponsor", "mayor", "banker", "founder"])
    def test_fifty_begging_chats_do_not_print_money(
        self, player: User, game: NotebookGame, now: datetime, npc: str
    ) -> None:
        given = 0.0
        for number in range(50):
            flattery = "You are wonderful!" if number % 5 == 0 else "Can you lend us some money?"
            given += say(player, npc, flattery, now + timedelta(seconds=number)).effects.get("euros", 0)
        assert given <= 1_000
        assert sum(effect.euros > 0 for _, effect in game.done) <= 1
        services.memory_forget(user_id=player.pk, npc_key=npc, now=now)
        again = [say(player, npc, "Can you lend us some money?", now + timedelta(minutes=2)) for _ in range(5)]
        assert not any(result.effects for result in again)

    def test_a_hundred_talks_with_an_ai_are_bounded_and_the_first_is_recalled(
        self, player: User, ai: OpenAIServer, now: datetime
    ) -> None:
        ai.say = lambda body: '{"reply": "The kettle and I have discussed it, and we are of two minds."}'
        for number in range(100):
            message = "My dog is called Biscuit." if number == 0 else f"I love soup number {number}."
            talk = services.talk_prepare(user_id=player.pk, player="mika", npc_key="parent", message=message, now=now)
            words = background.submit(services.talk_answer(talk)).result()
            assert services.talk_record(talk=talk, words=words, now=now + timedelta(seconds=number)).by_ai
        last = ai.requests[-1]["messages"]
        known = json.loads(last[1]["content"])["known"]
        assert "your dog is called Biscuit" in known["facts"]
        assert known["talks_so_far"] == 99
        assert len(last) == 1 + 1 + 20 + 1
        assert len(json.dumps(last)) < 12_000
        row = Acquaintance.objects.get()
        assert (Turn.objects.count(), Memo.objects.count()) == (20, 32)
        assert (len(row.summary) <= 600, sum(row.tally.values())) == (True, 90)
