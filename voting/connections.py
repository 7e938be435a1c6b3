"""Open sockets, and what every kind of them can do."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from accounts.sockets import SocketLogin


@dataclass(frozen=True, slots=True)
class Frame:
    """What a client is sent."""

    type: str
    data: dict[str, Any]
    at: str


class Door(Protocol):
    """A kind of socket. ``key`` names one of its connections; frames reach it in the order in which they are sent."""

    name: str

    async def send(self, keys: Collection[str], frames: Sequence[Frame]) -> None:
        """Send the same to each; every frame is encoded once."""

    async def close(self, key: str) -> None:
        """The login behind this connection is dead; its client need not come back."""

    async def restart(self, key: str) -> None:
        """The server goes; the client is to come back by itself."""


@dataclass(eq=False, slots=True)
class Connection:
    """One open socket, the rooms it is in, and when it was told of its own arrival in each."""

    door: Door
    key: str
    login: SocketLogin
    address: str
    rooms: set[str] = field(default_factory=set)
    told: dict[str, str] = field(default_factory=dict)

    async def send(self, *frames: Frame) -> None:
        await self.door.send([self.key], frames)
