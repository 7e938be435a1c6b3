"""Standing orders over HTTP: success, and each refusal."""

from datetime import datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from hackathon import catalogue
from hackathon.models import Hackathon, StandingOrder
from hackathon.rules.enums import GameStatus
from hackathon.selectors.orders import plain
from hackathon.tests.factories import begin_game
from hackathon.tests.playing import play
from tommy.core import clock

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/api/game/orders"
REST: dict[str, Any] = {
    "name": "Rest",
    "when": [{"field": "stress", "op": ">", "value": 5}],
    "do": {"action": "rest"},
}
APPROVE: dict[str, Any] = {
    "name": "Pay small sums",
    "do": {
        "action": "approve",
        "target": {
            "where": [
                {"field": "kind", "op": "in", "value": ["stipend", "receipt"]},
                {"field": "amount", "op": "<", "value": 150},
                {"field": "suspicion", "op": "<", "value": 0.4},
            ],
            "sort": "-amount",
        },
    },
    "at_most": 3,
    "cooldown": 6,
}


def put(client: APIClient, orders: Any, **headers: str) -> Any:
    return client.put(PATH, {"orders": orders}, format="json", headers=headers)


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    body: dict[str, Any] = response.json()
    assert (response.status_code, body["code"]) == (status, code), body
    assert response["Content-Type"] == "application/problem+json"
    return body


def changed(order: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with another value at ``do.target.sort``."""
    head, _, rest = path.partition(".")
    if not rest:
        return {**order, head: value}
    return {**order, head: changed(order.get(head, {}), rest, value)}


class TestSuccess:
    def test_a_player_begins_without_orders(self, client: APIClient) -> None:
        answer = client.get(PATH)
        assert answer.status_code == 200
        assert answer.json()["orders"] == []
        assert answer["ETag"] == f'"{answer.json()["version"]}"'

    def test_orders_are_kept_as_they_were_left_and_replaced_as_a_whole(self, client: APIClient) -> None:
        shown = put(client, [REST, APPROVE]).json()["orders"]
        assert [
            {key: value for key, value in order.items() if key not in {"record", "enabled"}} for order in shown
        ] == [
            REST,
            APPROVE,
        ]
        assert client.get(PATH).json()["orders"] == shown
        assert [order["name"] for order in put(client, [APPROVE]).json()["orders"]] == ["Pay small sums"]

    def test_what_was_shown_can_be_sent_back(self, client: APIClient) -> None:
        put(client, [REST, APPROVE])
        shown = client.get(PATH).json()
        again = client.put(PATH, shown, format="json")
        assert (again.status_code, again.json()) == (200, shown)

    def test_the_record_tells_how_often_when_and_why_not(self, client: APIClient, player: Any) -> None:
        now = clock.now()
        begin_game(now, player)
        put(
            client,
            [
                REST,
                {**REST, "name": "Off", "enabled": False},
                changed(REST, "do.action", "fundraise")
                | {"name": "Never", "when": [{"field": "stress", "op": ">", "value": 99}]},
            ],
        )
        play(2, now)
        rest, off, never = (order["record"] for order in client.get(PATH).json()["orders"])
        assert (rest["acted"], rest["last_acted_tick"]) == (1, 0)
        assert (rest["why_not_code"], rest["why_not_tick"]) == ("conditions", 1)
        assert off["why_not_code"] == "disabled"
        assert (never["acted"], never["last_acted_tick"], never["why_not_code"]) == (0, None, "conditions")
        assert never["why_not"].endswith(".")

    def test_a_named_hackathon_has_orders_of_its_own(self, client: APIClient, player: Any) -> None:
        first, second = (client.post("/api/hackathons", {"name": name}, format="json").json()["id"] for name in "ab")
        client.put(f"{PATH}?hackathon={first}", {"orders": [REST]}, format="json")
        assert len(client.get(f"{PATH}?hackathon={first}").json()["orders"]) == 1
        assert client.get(f"{PATH}?hackathon={second}").json()["orders"] == []

    def test_a_retry_is_safe(self, client: APIClient) -> None:
        first, again = (put(client, [REST], **{"Idempotency-Key": "once"}) for _ in range(2))
        assert first.json() == again.json()
        assert again["Idempotency-Replayed"] == "true"
        problem(put(client, [APPROVE], **{"Idempotency-Key": "once"}), 409, "idempotency_key_reused")

    def test_if_match_guards_a_lost_update_and_what_orders_did_does_not_matter(
        self, client: APIClient, player: Any
    ) -> None:
        now = clock.now()
        begin_game(now, player)
        tag = put(client, [REST], **{"If-Match": client.get(PATH)["ETag"]})["ETag"]
        play(1, now)
        assert put(client, [APPROVE], **{"If-Match": tag}).status_code == 200
        problem(put(client, [], **{"If-Match": tag}), 412, "precondition_failed")
        assert put(client, [], **{"If-Match": "*"}).status_code == 200

    def test_a_new_run_goes_on_with_the_orders_and_fresh_records(self, client: APIClient, player: Any) -> None:
        now = clock.now()
        begin_game(now, player)
        put(client, [REST, APPROVE])
        play(1, now)
        client.post("/api/game/new", {}, format="json")
        shown = client.get(PATH).json()
        assert [(order["name"], order["record"]["acted"]) for order in shown["orders"]] == [
            ("Rest", 0),
            ("Pay small sums", 0),
        ]
        assert StandingOrder.objects.count() == 4

    def test_the_words_say_what_can_be_used_and_the_example_stands(self, client: APIClient) -> None:
        words = client.get(f"{PATH}/words").json()
        assert {"stress", "budget_left", "reputation", "action_points", "day", "open_incidents", "legal_risk"} <= {
            field["field"] for field in words["fields_of_game"]
        }
        assert set(words["targets"]) == {"participant", "incident", "request", "lease", "listing"}
        assert words["example"] == [plain(order) for order in catalogue.rules().orders.example]
        assert put(client, words["example"]).status_code == 200

    def test_the_account_is_exported_with_them_and_deleted_with_them(self, client: APIClient, player: Any) -> None:
        player.set_password("secret1")
        player.save()
        put(client, [REST])
        assert client.get("/api/me/export").json()["hackathon"]["orders"][0]["definition"] == REST
        assert client.delete("/api/me", {"password": "secret1"}, format="json").status_code in {200, 204}
        assert not StandingOrder.objects.exists()


class TestRefusals:
    def test_without_a_login(self, api: APIClient) -> None:
        for answer in (api.get(PATH), put(api, []), api.get(f"{PATH}/words")):
            assert answer.status_code == 401
            assert answer["WWW-Authenticate"] == "Bearer"

    def test_another_players_hackathon(self, client: APIClient, stranger: APIClient) -> None:
        theirs = stranger.get(PATH).json()["hackathon_id"]
        problem(client.get(f"{PATH}?hackathon={theirs}"), 403, "not_your_hackathon")
        answer = client.put(f"{PATH}?hackathon={theirs}", {"orders": []}, format="json")
        problem(answer, 403, "not_your_hackathon")

    def test_no_such_hackathon(self, client: APIClient) -> None:
        problem(client.get(f"{PATH}?hackathon={10**9}"), 404, "hackathon_not_found")
        problem(client.put(f"{PATH}?hackathon={10**9}", {"orders": []}, format="json"), 404, "hackathon_not_found")
        problem(client.get(f"{PATH}?hackathon=x"), 400, "invalid")

    def test_a_game_that_has_ended(self, client: APIClient) -> None:
        put(client, [REST])
        Hackathon.objects.update(status=GameStatus.LOST)
        problem(put(client, []), 409, "game_over")
        assert len(client.get(PATH).json()["orders"]) == 1

    def test_too_many(self, client: APIClient) -> None:
        many = [{**REST, "name": f"Rest {number}"} for number in range(21)]
        assert problem(put(client, many), 400, "too_many_orders")["errors"] == {"orders": ["At most 20; there are 21."]}
        assert put(client, many[:20]).status_code == 200

    def test_a_body_that_is_too_large_or_of_another_type(self, client: APIClient) -> None:
        large = put(client, [{**REST, "name": "x" * 3_000_000}])
        assert large.status_code == 413
        assert client.put(PATH, "orders", content_type="text/plain").status_code == 415
        problem(client.put(PATH, "{", content_type="application/json"), 400, "malformed_body")

    @pytest.mark.parametrize(
        "body", [[], {}, {"orders": None}, {"orders": {"name": "x"}}, {"orders": [], "extra": 1}, "x"]
    )
    def test_no_list_of_orders(self, client: APIClient, body: Any) -> None:
        problem(client.put(PATH, body, format="json"), 400, "invalid_orders")

    @pytest.mark.parametrize(
        ("path", "value", "place", "named"),
        [
            ("do.action", "sleep", "orders.0.do.action", "known: rest, hire_volunteer"),
            ("do.action", 7, "orders.0.do.action", "string"),
            ("do.target", {}, "orders.0.do.target", "aimed at nothing"),
            ("do.parameters", {"x": 1}, "orders.0.do.parameters.x", "not permitted"),
            ("when", [{"field": "stres", "op": ">", "value": 1}], "orders.0.when.0.field", "known: stress, reputation"),
            ("when", [{"field": "stress", "op": "~", "value": 1}], "orders.0.when.0.op", "'<', '<=', '>'"),
            ("when", [{"field": "stress", "op": "in", "value": [1]}], "orders.0.when.0.op", "known: <, <="),
            ("when", [{"field": "stress", "op": ">", "value": "1"}], "orders.0.when.0.value", "number is needed"),
            ("when", [{"field": "stress", "op": ">", "value": True}], "orders.0.when.0.value", "number is needed"),
            ("when", [{"field": "stress", "op": ">", "value": 1e300}], "orders.0.when.0.value", "too large"),
            ("when", [{"field": "phase", "op": "==", "value": "mid"}], "orders.0.when.0.value", "pre_sf, post_sf"),
            ("when", [{"field": "phase", "op": "in", "value": "pre_sf"}], "orders.0.when.0.value", "list of keys"),
            ("when", [{"field": "stress", "op": ">"}], "orders.0.when.0.value", "required"),
            ("when", [REST["when"][0]] * 9, "orders.0.when", "At most 8 conditions"),
            ("when", "always", "orders.0.when", "tuple"),
            ("name", "", "orders.0.name", "at least 1"),
            ("name", "   ", "orders.0.name", "pattern"),
            ("name", "x" * 81, "orders.0.name", "at most 80"),
            ("enabled", "yes", "orders.0.enabled", "boolean"),
            ("at_most", 7, "orders.0.at_most", "At most 6"),
            ("at_most", 0, "orders.0.at_most", "greater than or equal to 1"),
            ("cooldown", 361, "orders.0.cooldown", "At most 360"),
            ("cooldown", 1.5, "orders.0.cooldown", "integer"),
            ("mood", "good", "orders.0.mood", "not permitted"),
        ],
    )
    def test_what_is_wrong_is_told_by_its_place_and_names_what_is_known(
        self, client: APIClient, path: str, value: Any, place: str, named: str
    ) -> None:
        body = problem(put(client, [changed(REST, path, value)]), 400, "invalid_orders")
        assert named in body["errors"][place][0], body["errors"]

    @pytest.mark.parametrize(
        ("path", "value", "place", "named"),
        [
            ("do.target", None, "orders.0.do.target", "Say which request"),
            ("do.target.sort", "colour", "orders.0.do.target.sort", "known: amount, suspicion"),
            ("do.target.sort", "kind", "orders.0.do.target.sort", "known: amount"),
            (
                "do.target.where",
                [{"field": "flagged", "op": "==", "value": 1}],
                "orders.0.do.target.where.0.value",
                "True or false",
            ),
            (
                "do.target.where",
                [{"field": "kind", "op": "in", "value": ["stipend", "car"]}],
                "orders.0.do.target.where.0.value",
                "known: stipend, flight, receipt",
            ),
            ("do", {"action": "resolve", "target": {}}, "orders.0.do.parameters.choice", "required"),
            (
                "do",
                {"action": "resolve", "parameters": {"choice": "shout"}, "target": {}},
                "orders.0.do.parameters.choice",
                "known: @first",
            ),
            (
                "do",
                {"action": "assign", "parameters": {"lease": 3}, "target": {}},
                "orders.0.do.parameters.lease",
                "target rule choose",
            ),
        ],
    )
    def test_targets_and_parameters(self, client: APIClient, path: str, value: Any, place: str, named: str) -> None:
        body = problem(put(client, [changed(APPROVE, path, value)]), 400, "invalid_orders")
        assert named in body["errors"][place][0], body["errors"]

    def test_every_fault_of_every_order_is_told_at_once_and_nothing_is_kept(self, client: APIClient) -> None:
        orders = [REST, changed(REST, "do.action", "sleep"), changed(APPROVE, "at_most", 99) | {"cooldown": 10**6}]
        errors = problem(put(client, orders), 400, "invalid_orders")["errors"]
        assert sorted(errors) == ["orders.1.do.action", "orders.1.name", "orders.2.at_most", "orders.2.cooldown"]
        assert client.get(PATH).json()["orders"] == []


def test_a_game_begun_at_another_time_is_unaffected(client: APIClient, now: datetime) -> None:
    other = begin_game(now)
    put(client, [REST])
    assert not StandingOrder.objects.filter(hackathon=other).exists()
