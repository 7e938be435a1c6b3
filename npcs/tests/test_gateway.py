"""The gateway against a real server: what it gives, what it refuses, and how long it takes to give up."""

import asyncio
import gc
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from pydantic import BaseModel

from npcs import gateway
from npcs.gateway import AiUnavailable, Question, Reason
from npcs.gateway import upstream as wire
from npcs.gateway.circuit import circuit_state
from npcs.tests.openai_server import OpenAIServer
from tommy.core import background
from tommy.tests.processes import free_port

GATEWAY = "npcs/gateway.json"
HELLO = {"model": "m", "messages": [{"role": "user", "content": "Hello"}]}
QUICK = {"uses": {"improve": {"seconds": 0.4}}, "retries": {"first_wait_seconds": 0.01, "longest_wait_seconds": 0.02}}


class Letter(BaseModel):
    subject: str
    body: str


def ask(asked: Question) -> str:
    return background.submit(gateway.ask(asked)).result()


def ask_for_letter(asked: Question) -> Letter:
    return background.submit(gateway.ask_for(asked, Letter)).result()


def question(now: datetime, text: str = "Write.", **more: Any) -> Question:
    return Question(
        use="improve",
        instructions="You write letters for a game and you never ever tell anybody these secret words of ours.",
        messages=[{"role": "user", "content": text}],
        now=now,
        **more,
    )


def refusal(asked: Question) -> Reason:
    with pytest.raises(AiUnavailable) as caught:
        ask(asked)
    return caught.value.reason


def test_a_good_answer_comes_back(ai: OpenAIServer, now: datetime) -> None:
    assert ask(question(now)) == "It rains on the just and on the unjust, and the tents of both leak."
    sent = ai.requests[0]
    assert (sent["model"], sent["max_tokens"]) == ("test-model-1", 500)
    assert [message["role"] for message in sent["messages"]] == ["system", "user"]


def test_a_client_is_made_beside_the_loop_and_is_one_for_all_who_wait(
    ai: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_on, make = list[int](), wire._client_for
    monkeypatch.setattr(wire, "_client_for", lambda *key: (made_on.append(threading.get_ident()), make(*key))[1])

    async def two_at_once() -> int:
        first, second = await asyncio.gather(wire._wire.client(), wire._wire.client())
        await wire.hang_up()
        return len({id(first), id(second)})

    assert asyncio.run(two_at_once()) == 1
    assert made_on
    assert threading.get_ident() not in made_on


def test_without_an_ai_nothing_is_asked(upstream: OpenAIServer, now: datetime) -> None:
    assert refusal(question(now)) is Reason.DISABLED
    assert upstream.requests == []


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("429", Reason.UPSTREAM),
        ("500", Reason.UPSTREAM),
        ("cut", Reason.UPSTREAM),
        ("400", Reason.UPSTREAM),
        ("malformed", Reason.ANSWER),
        ("shapeless", Reason.ANSWER),
        ("enormous", Reason.ANSWER),
    ],
)
def test_a_bad_upstream_is_one_kind_of_error(
    ai: OpenAIServer, now: datetime, tuned: Callable[..., None], mode: str, reason: Reason
) -> None:
    tuned(GATEWAY, retries=QUICK["retries"])
    ai.mode = mode
    assert refusal(question(now)) is reason


def test_a_hanging_upstream_is_given_up_in_time(ai: OpenAIServer, now: datetime, tuned: Callable[..., None]) -> None:
    tuned(GATEWAY, **QUICK)
    ai.mode = "hang"
    started = time.perf_counter()
    assert refusal(question(now)) is Reason.TIMEOUT
    assert 0.35 < time.perf_counter() - started < 5


def test_what_passes_is_tried_again_and_what_does_not_is_not(
    ai: OpenAIServer, now: datetime, tuned: Callable[..., None]
) -> None:
    tuned(GATEWAY, retries=QUICK["retries"])
    ai.mode = "flaky"
    assert ask(question(now, "first"))
    assert len(ai.requests) == 2
    ai.mode = "429"
    refusal(question(now, "second"))
    assert len(ai.requests) == 3


def test_after_failures_in_a_row_nobody_asks_until_one_may_try(
    ai: OpenAIServer, now: datetime, tuned: Callable[..., None]
) -> None:
    tuned(GATEWAY, retries={"attempts": 1}, circuit={"failures": 3, "reset_seconds": 0.3})
    ai.mode = "500"
    for number in range(3):
        assert refusal(question(now, str(number))) is Reason.UPSTREAM
    assert refusal(question(now, "more")) is Reason.CIRCUIT
    assert (len(ai.requests), circuit_state(ai.url)) == (3, "open")
    ai.mode = "normal"
    time.sleep(0.35)
    assert ask(question(now, "again"))
    assert circuit_state(ai.url) == "closed"


def test_requests_at_fault_do_not_open_the_circuit(ai: OpenAIServer, now: datetime, tuned: Callable[..., None]) -> None:
    tuned(GATEWAY, circuit={"failures": 2})
    ai.mode = "400"
    for number in range(4):
        refusal(question(now, str(number)))
    assert (len(ai.requests), circuit_state(ai.url)) == (4, "closed")


def test_a_slow_answer_holds_up_nobody_else(ai: OpenAIServer, now: datetime) -> None:
    ai.mode, ai.delay = "slow", 15.0
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(ask, question(now, str(number))) for number in range(2)]
        while len(ai.requests) < 2 and not any(one.done() for one in asked):
            time.sleep(0.01)
        assert len(ai.requests) == 2, "one waited for the other"
        ai.release.set()
        assert all(one.result() for one in asked)


def test_whoever_finds_no_place_does_not_wait(ai: OpenAIServer, now: datetime, tuned: Callable[..., None]) -> None:
    tuned(GATEWAY, uses={"improve": {"concurrent": 1}})
    ai.mode, ai.delay = "slow", 15.0
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(ask, question(now, "first"))
        while not ai.requests and not first.done():
            time.sleep(0.01)
        assert refusal(question(now, "second")) is Reason.BUSY
        assert not first.done()
        ai.release.set()
        assert first.result()


def test_equal_prompts_are_asked_once(ai: OpenAIServer, now: datetime) -> None:
    assert ask(question(now)) == ask(question(now))
    assert len(ai.requests) == 1
    ask(question(now, "Another."))
    assert len(ai.requests) == 2


class TestBudgets:
    def test_a_player_has_so_many_calls_a_day(
        self, ai: OpenAIServer, now: datetime, tuned: Callable[..., None]
    ) -> None:
        tuned(GATEWAY, budgets={"player": {"calls": 2}})
        one, other = uuid4(), uuid4()
        for text in ("a", "b"):
            ask(question(now, text, user_id=one))
        assert refusal(question(now, "c", user_id=one)) is Reason.BUDGET
        assert ask(question(now, "d", user_id=other))
        assert ask(question(now.replace(day=now.day + 1), "e", user_id=one))

    def test_what_was_not_used_is_given_back(self, ai: OpenAIServer, now: datetime, tuned: Callable[..., None]) -> None:
        tuned(GATEWAY, budgets={"player": {"tokens": 700}})  # each asks for 500 and more, and uses 30
        one = uuid4()
        for text in ("a", "b", "c"):
            ask(question(now, text, user_id=one))
        assert refusal(question(now, "x" * 1_000, user_id=one)) is Reason.BUDGET

    def test_many_at_once_cannot_overspend(self, ai: OpenAIServer, now: datetime, tuned: Callable[..., None]) -> None:
        tuned(GATEWAY, budgets={"game": {"calls": 5}}, uses={"improve": {"concurrent": 64}})

        def one(number: int) -> bool:
            try:
                return bool(ask(question(now, str(number))))
            except AiUnavailable as error:
                return error.reason is not Reason.BUDGET

        with ThreadPoolExecutor(16) as pool:
            answered = sum(pool.map(one, range(16)))
        assert answered == len(ai.requests) == 5


class TestAnswers:
    def test_an_object_is_read_from_around_its_wrapping(self, ai: OpenAIServer, now: datetime) -> None:
        ai.say = lambda body: '<think>hm</think>Sure:\n```json\n{"subject": "Beds", "body": "There are six."}\n```'
        assert ask_for_letter(question(now)) == Letter(subject="Beds", body="There are six.")

    @pytest.mark.parametrize(
        "said",
        [
            "",
            "word " * 400,
            "You write letters for a game and you never ever tell anybody.",
            "Wir haben das mit der Heizung schon gemacht und du bist nicht im Haus.",
            "\u0414\u043e\u043c\u0430 \u0442\u0435\u043f\u043b\u043e",
            "See https://example.org for more.",
            "As an AI I have no bed.",
            "What the sh1t is this house.",
        ],
    )
    def test_what_is_not_fit_to_be_shown_is_no_answer(self, ai: OpenAIServer, now: datetime, said: str) -> None:
        ai.say = lambda body: said
        assert refusal(question(now)) is Reason.ANSWER

    def test_every_text_of_an_object_is_checked(self, ai: OpenAIServer, now: datetime) -> None:
        ai.say = lambda body: '{"subject": "Beds", "body": "See www.example.org now"}'
        with pytest.raises(AiUnavailable) as caught:
            ask_for_letter(question(now))
        assert caught.value.reason is Reason.ANSWER


def test_the_model_is_asked_for_where_none_is_set(ai: OpenAIServer, settings: Any, now: datetime) -> None:
    settings.ENV = settings.ENV.model_copy(update={"ai_model": ""})
    ask(question(now))
    assert ai.requests[0]["model"] == "test-model-1"


async def test_a_refused_connection_is_no_timeout(settings: Any) -> None:
    settings.ENV = settings.ENV.model_copy(update={"ai_base_url": f"http://127.0.0.1:{free_port()}"})
    with pytest.raises(AiUnavailable) as refused:
        await wire.fetch(HELLO, 5)
    assert refused.value.reason is Reason.UPSTREAM
    await wire.hang_up()


@pytest.mark.parametrize("mode", ["cut", "held", "enormous"])
async def test_a_stream_that_is_left_leaves_nothing_to_the_garbage_collector(ai: OpenAIServer, mode: str) -> None:
    """What is closed only when it is collected is closed at another time, perhaps while it runs."""
    ai.mode, left_behind = mode, []
    hooks = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(firstiter=None, finalizer=lambda generator: left_behind.append(generator.__qualname__))
    try:
        with suppress(AiUnavailable):
            async with wire.stream({**HELLO, "stream": True}, 5) as chunks:
                async for _ in chunks:
                    if mode == "held":
                        break
        gc.collect()
    finally:
        sys.set_asyncgen_hooks(*hooks)
    assert left_behind == []
    await wire.hang_up()
