"""The sockets' document: whole, and true to the frames that are really sent."""

from datetime import UTC, datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from rest_framework.test import APIClient

from accounts.models import User
from hackathon.services.games import hackathon_create, incident_trigger
from tommy.core.selectors import notifications_after

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def document(api: APIClient) -> dict[str, Any]:
    answer: dict[str, Any] = api.get("/api/asyncapi").json()
    return answer


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    messages = document["components"]["messages"]
    for channel in document["channels"].values():
        for reference in channel["messages"].values():
            assert reference["$ref"].removeprefix("#/components/messages/") in messages
    for operation in document["operations"].values():
        assert operation["channel"]["$ref"].removeprefix("#/channels/") in document["channels"]


def test_every_payload_is_a_schema(document: dict[str, Any]) -> None:
    for message in document["components"]["messages"].values():
        Draft202012Validator.check_schema(message["payload"])


def test_the_contracts_events_and_commands_are_in_it(document: dict[str, Any]) -> None:
    names = {message["name"] for message in document["components"]["messages"].values()}
    assert {"game_event", "legal_threat", "receipt_flagged", "panic_alert", "inbox_message", "state"} <= names
    assert {"player_joined", "player_left", "game_started", "answer_submitted", "voting_started"} <= names
    assert {"vote_update", "round_ended", "round_started", "game_ended"} <= names
    assert {"join_room", "start_game", "submit_answer", "submit_vote", "next_round"} <= names


def test_frames_of_a_game_fit_their_schemas(document: dict[str, Any]) -> None:

    now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    user = User.objects.create_user("ada@example.org", "ada", "secret")
    game = hackathon_create(user_id=user.pk, now=now)
    incident_trigger(user_id=user.pk, hackathon_id=game.pk, incident_type="lawsuit_threat", now=now)
    messages = document["components"]["messages"].values()
    frames = notifications_after(user.pk, 0)
    assert {frame["type"] for frame in frames} >= {"state", "legal_threat", "inbox_message"}
    for frame in frames:
        fitting = [message["payload"] for message in messages if message["name"] == frame["type"]]
        assert any(Draft202012Validator(payload).is_valid(frame) for payload in fitting), frame
