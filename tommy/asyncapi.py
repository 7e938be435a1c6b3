"""``/api/asyncapi``: the sockets as AsyncAPI 3, made from the declared events and commands themselves.

Every server event is a frozen dataclass, every client command a pydantic model, so the document cannot say more or less
than the code does.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from pydantic import BaseModel, TypeAdapter

from tommy.core.realtime import Event
from voting.commands import PAYLOADS
from voting.events import RoomEvent

JSON = "application/json"
VOTING_COMMAND = "voting_command"


def document() -> dict[str, Any]:
    """The whole document as plain JSON values."""
    told = list(_declared(Event))
    notifications = [event for event in told if not issubclass(event, RoomEvent)]
    rooms = [event for event in told if issubclass(event, RoomEvent)]
    commands = {f"{VOTING_COMMAND}.{name}": payload for name, payload in PAYLOADS.items()}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Sockets of the game server", "version": settings.VERSION},
        "channels": {
            "notifications": {
                "address": "/ws/notifications",
                "description": "What a user must not miss; `?last_id=N` replays what follows N.",
                "messages": _references(_name(event) for event in notifications),
            },
            "voting": {
                "address": "/ws/voting/{code}",
                "description": "A room; `/socket.io` carries the same commands and events for socket.io clients.",
                "parameters": {"code": {"description": "The room's code."}},
                "messages": _references([*(_name(event) for event in rooms), *commands]),
            },
        },
        "operations": {
            "hear_notifications": _operation("send", "notifications"),
            "hear_room": _operation("send", "voting"),
            "act_in_room": _operation("receive", "voting"),
        },
        "components": {
            "messages": {
                **{_name(event): _event_message(event) for event in told},
                **{name: _command_message(name, model) for name, model in commands.items()},
            }
        },
    }


def _declared(kind: type[Event]) -> Iterator[type[Event]]:
    """All events that name a type, the apps' intermediate bases left out."""
    for event in kind.__subclasses__():
        if "type" in vars(event) and ".tests." not in event.__module__:
            yield event
        yield from _declared(event)


def _name(event: type[Event]) -> str:
    return f"{event.__module__.split('.')[0]}.{event.__name__}"


def _event_message(event: type[Event]) -> dict[str, Any]:
    """The frame around an event's fields: numbered for users, bare for rooms."""
    frame: dict[str, Any] = {
        "type": {"const": event.type},
        "at": {"type": "string", "format": "date-time"},
        "data": TypeAdapter(event).json_schema(),
    }
    if not issubclass(event, RoomEvent):
        frame |= {"id": {"type": "integer"}, "tick": {"type": ["integer", "null"]}}
    return {
        "name": event.type,
        "summary": (event.__doc__ or "").strip().split("\n")[0],
        "contentType": JSON,
        "payload": {"type": "object", "required": sorted(frame), "properties": frame},
    }


def _command_message(name: str, model: type[BaseModel]) -> dict[str, Any]:
    command = name.removeprefix(f"{VOTING_COMMAND}.")
    frame = {
        "type": {"const": command},
        "ref": {"description": "Comes back in the ack."},
        "data": model.model_json_schema(),
    }
    return {
        "name": command,
        "contentType": JSON,
        "payload": {"type": "object", "required": ["data", "type"], "properties": frame},
    }


def _references(names: Iterator[str] | list[str]) -> dict[str, dict[str, str]]:
    return {name: {"$ref": f"#/components/messages/{name}"} for name in names}


def _operation(action: str, channel: str) -> dict[str, Any]:
    return {"action": action, "channel": {"$ref": f"#/channels/{channel}"}}
