"""The Socket.IO door: python-socketio beside everything else in one ASGI application."""

from typing import Any

import orjson
import socketio

from accounts.authentication import origin_is_allowed
from accounts.sockets import token_of_scope
from tommy.core.threads import socket_threads
from voting.logins import login_of_token
from voting.relay import Connection, Frame, relay
from voting.throttling import address_of_scope

MAX_FRAME_BYTES = 1_000_000


class FastJSON:
    """orjson behind the two names that python-socketio calls; clients' frames are plain JSON either way."""

    @staticmethod
    def dumps(value: Any, **options: Any) -> str:
        return orjson.dumps(value).decode()

    @staticmethod
    def loads(text: str | bytes, **options: Any) -> Any:
        return orjson.loads(text)


def _origin_allowed(origin: str | None, environ: dict[str, Any]) -> bool:
    return origin_is_allowed(origin, environ.get("HTTP_HOST", ""))


# One event of a client after the other, in the order sent; other clients do not wait for it.
server = socketio.AsyncServer(
    async_mode="asgi",
    async_handlers=False,
    cors_allowed_origins=_origin_allowed,
    max_http_buffer_size=MAX_FRAME_BYTES,
    json=FastJSON,
    logger=False,
    engineio_logger=False,
)


class SocketIODoor:
    """Connections by their Socket.IO session id."""

    name = "socketio"

    def __init__(self) -> None:
        self.connections: dict[str, Connection] = {}

    async def enter(self, key: str, code: str) -> None:
        await server.enter_room(key, code)

    async def leave(self, key: str, code: str) -> None:
        await server.leave_room(key, code)

    async def broadcast(self, code: str, frame: Frame) -> None:
        await server.emit(frame.type, frame.data, room=code)

    async def send(self, key: str, frame: Frame) -> None:
        await server.emit(frame.type, frame.data, to=key)

    async def close(self, key: str) -> None:
        await server.disconnect(key)


door = SocketIODoor()


def mount_socket_io(other: Any) -> Any:
    """``/socket.io`` in front of another ASGI application."""
    return socketio.ASGIApp(server, other_asgi_app=other, socketio_path="socket.io")


@server.event
async def connect(sid: str, *details: Any) -> Any:
    """Let a live token in. A client may also *send* an event of this name, which is no command of ours."""
    if sid in door.connections:
        return await any_event("connect", sid, *details)
    environ, auth = details[0], details[1] if len(details) > 1 else None
    scope = environ["asgi.scope"]
    token = auth.get("token") if isinstance(auth, dict) else None
    raw = token if isinstance(token, str) and token else token_of_scope(scope)
    found = await socket_threads().run_db(login_of_token, raw) if raw else None
    if found is None:
        raise socketio.exceptions.ConnectionRefusedError("This token is not valid, or no longer.")
    address = address_of_scope(scope, environ.get("HTTP_X_FORWARDED_FOR"))
    connection = door.connections[sid] = Connection(door, sid, found.login, found.expires_at, address)
    return await relay().register(connection)


@server.event
async def disconnect(sid: str, *details: Any) -> Any:
    if server.manager.is_connected(sid, "/"):
        return await any_event("disconnect", sid, *details)
    connection = door.connections.pop(sid, None)
    return await relay().unregister(connection) if connection else None


@server.on("*")
async def any_event(name: str, sid: str, *data: Any) -> dict[str, Any]:
    """Every command of every client; whatever else is sent gets an error ack."""
    connection = door.connections.get(sid)
    if connection is None:
        return {"success": False, "error": "This connection has been closed.", "code": "not_connected"}
    return await relay().answer(connection, name, data[0] if data else None)
