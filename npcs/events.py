"""What players receive from characters over ``/ws/notifications``."""

from dataclasses import dataclass
from typing import ClassVar

from tommy.core.realtime import Event


@dataclass(frozen=True, kw_only=True)
class NpcMessage(Event):
    """A character has written of their own accord; ``kind`` says why, the inbox holds the letter as well."""

    type: ClassVar[str] = "npc_message"

    npc_id: str
    name: str
    role: str
    kind: str
    mood: str
    subject: str
    message: str
    avatar: str
