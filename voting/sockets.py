"""The Socket.IO door: python-socketio beside everything else in one ASGI application."""

from collections.abc import Collection, Sequence
from typing import Any

import orjson
import socketio
from engineio.async_socket import AsyncSocket
from engineio.packet import MESSAGE
from engineio.packet import Packet as EnginePacket
from socketio.packet import EVENT, Packet

from accounts.authentication import origin_is_allowed
from accounts.sockets import resolve_login, token_of_scope
from tommy.core import overload
from tommy.core.consumers import TRY_LATER
from tommy.core.overload import Stage
from tommy.core.threads import socket_threads
from voting.connections import Connection, Frame
from voting.relay import relay
from voting.throttling import address_of_scope

NAMESPACE = "/"
PATH = "socket.io"
MAX_FRAME_BYTES = 1_000_000


class FastJSON:
    """orjson behind the two names that python-socketio calls; clients' frames are plain JSON either way."""

    @staticmethod
    def dumps(value: Any, **options: Any) -> str:
        return orjson.dumps(value).decode()

    @staticmethod
    def loads(text: str | bytes, **options: Any) -> Any:
        return orjson.loads(text)


class TextPacket(Packet):
    """What this server sends is JSON: nobody needs to look through every frame for bytes."""

    uses_binary_events = False


def _origin_allowed(origin: str | None, environ: dict[str, Any]) -> bool:
    return origin_is_allowed(origin, environ.get("HTTP_HOST", ""))


# One event of a client after the other, in the order sent; other clients do not wait for it.
server = socketio.AsyncServer(
    async_mode="asgi",
    async_handlers=False,
    cors_allowed_origins=_origin_allowed,
    max_http_buffer_size=MAX_FRAME_BYTES,
    serializer=TextPacket,
    json=FastJSON,
    logger=False,
    engineio_logger=False,
)


class SocketIODoor:
    """Connections by their Socket.IO session id."""

    name = "socketio"

    def __init__(self) -> None:
        self.connections: dict[str, Connection] = {}

    async def send(self, keys: Collection[str], frames: Sequence[Frame]) -> None:
        """Straight into the queues that the sockets' writers empty, in which acks stand too.

        ``server.emit`` would make a task, and look through the room, for each frame and member.
        """
        packets = [_packet(frame) for frame in frames]
        for key in keys:
            if (engine := _engine_of(key)) is not None and not engine.closed:
                for packet in packets:
                    engine.queue.put_nowait(packet)

    async def close(self, key: str) -> None:
        engine = _engine_of(key)
        await server.disconnect(key)
        if engine is not None and engine.upgraded:
            _hang_up(engine)
        elif engine is not None:
            await server.eio.disconnect(engine.sid)

    async def restart(self, key: str) -> None:
        """Without a word of Socket.IO's or Engine.IO's own: after one, not all clients come back by themselves.

        To who polls, the end of the process says enough.
        """
        engine = _engine_of(key)
        if engine is not None and engine.upgraded:
            _hang_up(engine)


door = SocketIODoor()


def _packet(frame: Frame) -> EnginePacket:
    text = server.packet_class(EVENT, namespace=NAMESPACE, data=[frame.type, frame.data]).encode()
    return EnginePacket(MESSAGE, text)


def _engine_of(key: str) -> AsyncSocket | None:
    """The connection below a Socket.IO session, None where it has gone."""
    return server.eio.sockets.get(server.manager.eio_sid_from_sid(key, NAMESPACE))


def _hang_up(engine: AsyncSocket) -> None:
    """End the WebSocket, after all that its writer still has to send."""
    engine.queue.put_nowait(None)


class Doorkeeper:
    """``/socket.io`` in front of another ASGI application. While shedding, newcomers get 503 and try again by
    themselves, which clients do not do once Socket.IO itself has refused them."""

    def __init__(self, other: Any) -> None:
        self._inner = socketio.ASGIApp(server, other_asgi_app=other, socketio_path=PATH)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if overload.stage() >= Stage.SHEDDING and _is_handshake(scope):
            await _refuse(scope, send)
        else:
            await self._inner(scope, receive, send)


def mount_socket_io(other: Any) -> Any:
    """``/socket.io`` in front of another ASGI application."""
    return Doorkeeper(other)


def _is_handshake(scope: dict[str, Any]) -> bool:
    if scope["type"] not in {"http", "websocket"} or not scope["path"].startswith(f"/{PATH}"):
        return False
    return b"sid=" not in scope.get("query_string", b"")


async def _refuse(scope: dict[str, Any], send: Any) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": TRY_LATER})
        return
    retry = str(overload.settings().shedding.retry_after_seconds).encode()
    await send({"type": "http.response.start", "status": 503, "headers": [(b"retry-after", retry)]})
    await send({"type": "http.response.body", "body": b""})


@server.event
async def connect(sid: str, *details: Any) -> Any:
    """Let a live token in. A client may also *send* an event of this name, which is no command of ours."""
    if sid in door.connections:
        return await any_event("connect", sid, *details)
    environ, auth = details[0], details[1] if len(details) > 1 else None
    scope = environ["asgi.scope"]
    token = auth.get("token") if isinstance(auth, dict) else None
    raw = token if isinstance(token, str) and token else token_of_scope(scope)
    login = await socket_threads().run_db(resolve_login, raw) if raw else None
    if login is None:
        raise socketio.exceptions.ConnectionRefusedError("This token is not valid, or no longer.")
    address = address_of_scope(scope, environ.get("HTTP_X_FORWARDED_FOR"))
    connection = door.connections[sid] = Connection(door, sid, login, address)
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
