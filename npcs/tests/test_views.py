"""Characters and the AI over REST."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import UserFactory
from accounts.tests.problems import assert_problem
from npcs.models import Turn
from npcs.tests.factories import NotebookGame
from npcs.tests.openai_server import OpenAIServer

# Handlers work on pooled threads, which see only what was committed.
pytestmark = pytest.mark.django_db(transaction=True)

CHAT = "/api/ai/chat"
HELLO = {"messages": [{"role": "user", "content": "Hello, who are you?"}]}


@pytest.fixture
def client(player: User, login_as: Callable[..., APIClient]) -> APIClient:
    return login_as(player)


def chat(client: APIClient, npc: str, message: str, **headers: Any) -> Any:
    return client.post(f"/api/npc/{npc}/chat", {"message": message}, headers=headers)


class TestCharacters:
    def test_everybody_needs_a_login(self, api: APIClient) -> None:
        for method, path in (
            ("get", "/api/npcs"),
            ("post", "/api/npc/mayor/chat"),
            ("get", "/api/npc/mayor/memory"),
            ("delete", "/api/npc/mayor/memory"),
            ("post", CHAT),
            ("get", "/api/ai/model"),
        ):
            answer = getattr(api, method)(path)
            assert answer.status_code == 401, path
            assert answer.headers["WWW-Authenticate"] == "Bearer"

    def test_there_are_enough_of_them_each_with_a_face(self, client: APIClient, api: APIClient) -> None:
        cast = client.get("/api/npcs/").json()
        assert len(cast) >= 12
        faces = set()
        for npc in cast:
            picture = api.get(npc["avatar"])
            assert picture.status_code == 200
            assert picture.headers["Content-Type"] == "image/svg+xml"
            assert picture.headers["X-Content-Type-Options"] == "nosniff"
            assert "public" in picture.headers["Cache-Control"]
            faces.add(picture.content.split(b">", 1)[1])
        assert len(faces) == len(cast)

    def test_a_face_that_is_known_is_not_sent_again(self, api: APIClient) -> None:
        tag = api.get("/assets/npcs/mayor.svg").headers["ETag"]
        assert api.get("/assets/npcs/mayor.svg", headers={"If-None-Match": tag}).status_code == 304
        assert_problem(api.get("/assets/npcs/nobody.svg"), 404, "not_found")

    def test_a_talk_is_answered_and_remembered(self, client: APIClient) -> None:
        answer = chat(client, "landlord", "My dog is called Biscuit.")
        assert answer.status_code == 201
        body = answer.json()
        assert (body["npc_id"], body["memory_count"], body["fallback"]) == ("landlord", 3, True)
        assert "Biscuit" in chat(client, "landlord", "Do you remember my dog?").json()["response"]
        memory = client.get("/api/npc/landlord/memory").json()
        assert [fact["text"] for fact in memory["facts"]] == ["your dog is called Biscuit"]
        assert (memory["talks"], len(memory["turns"])) == (2, 4)

    def test_memories_are_the_players_own_to_read_and_delete(
        self, client: APIClient, login_as: Callable[..., APIClient]
    ) -> None:
        chat(client, "mentor", "My dog is called Biscuit.")
        stranger = login_as(UserFactory())
        assert stranger.get("/api/npc/mentor/memory").json()["facts"] == []
        assert stranger.delete("/api/npc/mentor/memory").status_code == 204
        assert client.get("/api/npc/mentor/memory").json()["memory_count"] == 3
        assert client.delete("/api/npc/mentor/memory").status_code == 204
        assert client.get("/api/npc/mentor/memory").json()["memory_count"] == 0

    @pytest.mark.parametrize("body", [{}, {"message": ""}, {"message": "x" * 1_001}, {"message": ["hello"]}])
    def test_messages_are_checked(self, client: APIClient, body: dict[str, Any]) -> None:
        assert "message" in assert_problem(client.post("/api/npc/mayor/chat", body), 400, "invalid")["errors"]

    def test_unknown_characters_and_methods_are_refused(self, client: APIClient) -> None:
        assert_problem(chat(client, "nobody", "hello"), 404, "npc_not_found")
        assert_problem(client.get("/api/npc/nobody/memory"), 404, "npc_not_found")
        assert_problem(client.get("/api/npc/mayor/chat"), 405, "method_not_allowed")
        assert_problem(client.delete(CHAT), 405, "method_not_allowed")

    def test_a_repeated_key_says_nothing_twice(self, client: APIClient, ai: OpenAIServer) -> None:
        ai.say = lambda body: '{"reply": "Good evening to you and to your shoes."}'
        first = chat(client, "porter", "Hello", **{"Idempotency-Key": "one"})
        again = chat(client, "porter", "Hello", **{"Idempotency-Key": "one"})
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json() == again.json()
        assert (Turn.objects.count(), len(ai.requests)) == (2, 1)

    def test_too_many_messages_are_slowed_down(self, client: APIClient, tuned: Callable[..., None]) -> None:
        tuned("npcs/gateway.json", chat_rate={"attempts": 2, "seconds": 86_400})
        assert [chat(client, "mayor", "Hello").status_code for _ in range(3)] == [201, 201, 429]

    def test_the_export_holds_the_memories(self, client: APIClient) -> None:
        chat(client, "mentor", "My dog is called Biscuit.")
        exported = client.get("/api/me/export").json()["npcs"]
        assert exported[0]["facts"] == ["your dog is called Biscuit"]


class TestTalksWithAnAi:
    def test_the_ai_finds_the_words_and_the_game_decides(
        self, client: APIClient, ai: OpenAIServer, game: NotebookGame
    ) -> None:
        ai.say = lambda body: '{"reply": "Then my letter will be longer than yours, and I charge by the page."}'
        body = chat(client, "lawyer", "I will sue you! My dog is called Biscuit.").json()
        assert body["response"].startswith("Then my letter")
        assert (body["fallback"], body["intent"], body["effects"]) == (False, "threat", {"legal": 4.0})
        chat(client, "lawyer", "And now?")
        known = ai.requests[1]["messages"]
        assert "your dog is called Biscuit" in known[1]["content"]
        assert "Then my letter" in known[3]["content"]

    def test_a_hanging_upstream_is_answered_for_within_five_seconds(self, client: APIClient, ai: OpenAIServer) -> None:
        ai.mode = "hang"
        started = time.perf_counter()
        answer = chat(client, "mayor", "Hello, mayor!")
        assert answer.status_code == 201
        assert answer.json()["fallback"] is True
        assert time.perf_counter() - started < 5

    @pytest.mark.parametrize("mode", ["429", "500", "cut", "malformed", "shapeless", "enormous"])
    def test_a_bad_upstream_goes_unnoticed(
        self, client: APIClient, ai: OpenAIServer, tuned: Callable[..., None], mode: str
    ) -> None:
        tuned("npcs/gateway.json", retries={"attempts": 1})
        ai.mode = mode
        answer = chat(client, "mayor", "Hello, mayor!")
        assert (answer.status_code, answer.json()["fallback"]) == (201, True)


class TestProxy:
    def test_the_upstreams_answer_is_passed_on(self, client: APIClient, ai: OpenAIServer) -> None:
        body = client.post(CHAT, {**HELLO, "model": "gpt-9", "max_tokens": 99_999, "temperature": 0.5}).json()
        assert body["choices"][0]["message"]["content"].startswith("It rains")
        assert "fallback" not in body
        sent = ai.requests[0]
        assert (sent["model"], sent["max_tokens"], sent["temperature"]) == ("test-model-1", 2048, 0.5)
        assert sent["messages"] == HELLO["messages"]

    def test_offline_the_writer_answers_in_the_same_shape(self, client: APIClient) -> None:
        messages = [
            {"role": "system", "content": "You are the landlord of the house."},
            {"role": "user", "content": "My dog is called Biscuit."},
            {"role": "assistant", "content": "Hm."},
            {"role": "user", "content": [{"type": "text", "text": "Do you remember my dog?"}]},
        ]
        body = client.post(CHAT, {"messages": messages}).json()
        assert body["fallback"] is True
        assert (body["object"], body["model"]) == ("chat.completion", "offline-writer")
        assert "Biscuit" in body["choices"][0]["message"]["content"]

    @pytest.mark.parametrize("mode", ["429", "500", "malformed", "enormous", "cut"])
    def test_upstream_errors_are_mapped(
        self, client: APIClient, ai: OpenAIServer, tuned: Callable[..., None], mode: str
    ) -> None:
        tuned("npcs/gateway.json", retries={"attempts": 1})
        ai.mode = mode
        fallback = client.post(CHAT, HELLO)
        assert (fallback.status_code, fallback.json()["fallback"]) == (200, True)
        strict = client.post(f"{CHAT}?strict=1", HELLO)
        problem = assert_problem(strict, 502, "ai_unavailable")
        assert problem["reason"] in {"upstream_failed", "answer_refused"}
        assert b"secret detail" not in strict.content

    def test_a_request_at_fault_is_told_so(self, client: APIClient, ai: OpenAIServer) -> None:
        ai.mode = "400"
        assert_problem(client.post(CHAT, HELLO), 400, "ai_request_refused")

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"messages": []},
            {"messages": "hello"},
            {"messages": [{"role": "god", "content": "hello"}]},
            {"messages": [{"role": "user", "content": 7}]},
            {"messages": [{"role": "user", "content": [{"kind": "text"}]}]},
            {"messages": [{"role": "user", "content": "x" * 50_000}]},
            {**HELLO, "temperature": 3},
        ],
    )
    def test_bodies_are_checked(self, client: APIClient, body: dict[str, Any]) -> None:
        assert_problem(client.post(CHAT, body), 400, "invalid")

    def test_too_many_questions_are_slowed_down(
        self, client: APIClient, ai: OpenAIServer, tuned: Callable[..., None]
    ) -> None:
        tuned("npcs/gateway.json", proxy_rate={"attempts": 2, "seconds": 86_400})
        assert [client.post(CHAT, HELLO).status_code for _ in range(2)] == [200, 200]
        refused = client.post(CHAT, HELLO)
        assert_problem(refused, 429, "throttled")
        assert int(refused.headers["Retry-After"]) > 0
        assert len(ai.requests) == 2

    def test_a_spent_budget_is_a_fallback(
        self, client: APIClient, ai: OpenAIServer, tuned: Callable[..., None]
    ) -> None:
        tuned("npcs/gateway.json", budgets={"player": {"calls": 1}})
        assert "fallback" not in client.post(CHAT, HELLO).json()
        assert client.post(CHAT, HELLO).json()["fallback"] is True
        assert assert_problem(client.post(f"{CHAT}?strict=1", HELLO), 502, "ai_unavailable")["reason"] == "budget_spent"
        assert len(ai.requests) == 1

    def test_equal_questions_that_want_equal_answers_are_asked_once(
        self, client: APIClient, ai: OpenAIServer, login_as: Callable[..., APIClient]
    ) -> None:
        for _ in range(2):
            client.post(CHAT, {**HELLO, "temperature": 0})
        assert len(ai.requests) == 1
        login_as(UserFactory()).post(CHAT, {**HELLO, "temperature": 0})
        assert len(ai.requests) == 2
        for _ in range(2):
            client.post(CHAT, HELLO)
        assert len(ai.requests) == 4

    def test_the_model_says_whether_it_is_there(
        self, client: APIClient, ai: OpenAIServer, settings: Any, tuned: Callable[..., None]
    ) -> None:
        assert client.get("/api/ai/model").json() == {
            "model": "test-model-1",
            "status": "available",
            "reason": None,
            "fallback": "offline-writer",
        }
        tuned("npcs/gateway.json", circuit={"failures": 1}, retries={"attempts": 1})
        ai.mode = "500"
        client.post(CHAT, HELLO)
        assert client.get("/api/ai/model").json()["reason"] == "circuit_open"
        settings.ENV = settings.ENV.model_copy(update={"ai_enabled": False})
        offline = client.get("/api/ai/model").json()
        assert (offline["model"], offline["status"]) == ("offline-writer", "offline")
