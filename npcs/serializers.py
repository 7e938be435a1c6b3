"""Shapes of what comes in and goes out."""

from functools import cache
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from npcs.gateway.settings import gateway_settings
from npcs.rules.talk import MESSAGE_LIMIT

ROLES = ("system", "developer", "user", "assistant", "tool")
MESSAGES_LIMIT = 200
_CONTENT_SCHEMA = {"oneOf": [{"type": "string"}, {"type": "array", "minItems": 1, "items": {"type": "object"}}]}


@extend_schema_field(_CONTENT_SCHEMA)
class ContentField(serializers.Field):  # type: ignore[type-arg]
    """A message's content: text, or a list of parts such as ``{"type": "text", "text": "…"}``."""

    default_error_messages: ClassVar = {"invalid": "Expected a text, or a list of parts with a type."}

    def to_internal_value(self, data: Any) -> Any:
        if not _is_content(data):
            self.fail("invalid")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class ChatMessages(serializers.ListSerializer):  # type: ignore[type-arg]
    """The messages of a chat. A front end sends all of a talk again with each ask: where nothing is wrong with any of
    them, no serializer is needed to say what.
    """

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, list) and 0 < len(data) <= MESSAGES_LIMIT and all(map(_is_message, data)):
            return [{"role": message["role"], "content": message["content"]} for message in data]
        return super().to_internal_value(data)


class ChatMessage(serializers.Serializer):  # type: ignore[type-arg]
    role = serializers.ChoiceField(ROLES)
    content = ContentField()

    class Meta:
        list_serializer_class = ChatMessages


class ChatInput(serializers.Serializer):  # type: ignore[type-arg]
    """An OpenAI chat body. ``model`` is accepted and left to the server; fields that are not listed are ignored."""

    messages = ChatMessage(many=True, allow_empty=False, max_length=MESSAGES_LIMIT)  # type: ignore[call-arg]  # many=True
    model = serializers.CharField(required=False, allow_blank=True, max_length=200)
    stream = serializers.BooleanField(default=False)
    temperature = serializers.FloatField(required=False, min_value=0, max_value=2, allow_null=True)
    top_p = serializers.FloatField(required=False, min_value=0, max_value=1, allow_null=True)
    max_tokens = serializers.IntegerField(required=False, min_value=1, max_value=1_000_000, allow_null=True)
    presence_penalty = serializers.FloatField(required=False, min_value=-2, max_value=2, allow_null=True)
    frequency_penalty = serializers.FloatField(required=False, min_value=-2, max_value=2, allow_null=True)
    seed = serializers.IntegerField(required=False, min_value=-(2**53), max_value=2**53, allow_null=True)
    stop = serializers.ListField(child=serializers.CharField(max_length=100), required=False, max_length=4)
    response_format = serializers.DictField(required=False)

    def validate_messages(self, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        longest = gateway_settings().prompt_characters
        if sum(len(str(message["content"])) for message in messages) > longest:
            raise serializers.ValidationError(f"All messages together may have {longest} characters.")
        return messages


class ChatAnswer(serializers.Serializer):  # type: ignore[type-arg]
    """An OpenAI chat completion; ``fallback`` is true where the offline writer has written it."""

    id = serializers.CharField(required=False)
    object = serializers.CharField(required=False)
    created = serializers.IntegerField(required=False)
    model = serializers.CharField(required=False)
    choices = serializers.ListField(child=serializers.DictField())
    usage = serializers.DictField(required=False, allow_null=True)
    fallback = serializers.BooleanField(required=False)


class StrictQuery(serializers.Serializer):  # type: ignore[type-arg]
    strict = serializers.BooleanField(
        default=False, help_text="502 where the AI gives no answer, instead of a fallback."
    )


# Made once: a serializer copies all of its fields whenever it is made, and validating changes none of them.
chat_input = cache(ChatInput)
strict_query = cache(StrictQuery)


class ModelStatus(serializers.Serializer):  # type: ignore[type-arg]
    model = serializers.CharField()
    status = serializers.ChoiceField(["available", "offline"])
    reason = serializers.CharField(allow_null=True, help_text="Why nobody answers: `disabled` or `circuit_open`.")
    fallback = serializers.CharField(help_text="Who stands in.")


class NpcShape(serializers.Serializer):  # type: ignore[type-arg]
    """A character, in the mood they are in towards the asking player."""

    id = serializers.CharField()
    npc_id = serializers.CharField()
    name = serializers.CharField()
    role = serializers.CharField()
    personality = serializers.CharField()
    agenda = serializers.CharField()
    mood = serializers.CharField()
    mood_level = serializers.IntegerField(min_value=-100, max_value=100)
    avatar = serializers.CharField()
    talks = serializers.IntegerField(min_value=0)


class TalkInput(serializers.Serializer):  # type: ignore[type-arg]
    """``context`` is for the client's own use: characters know the game by themselves."""

    message = serializers.CharField(max_length=MESSAGE_LIMIT)
    context = serializers.JSONField(required=False, allow_null=True)


class TalkAnswer(serializers.Serializer):  # type: ignore[type-arg]
    response = serializers.CharField()
    npc_id = serializers.CharField()
    name = serializers.CharField()
    mood = serializers.CharField()
    mood_level = serializers.IntegerField()
    memory_count = serializers.IntegerField(min_value=0)
    intent = serializers.CharField(help_text="What the character thinks that you are up to.")
    effects = serializers.DictField(child=serializers.FloatField(), help_text="What changed in your game.")
    fallback = serializers.BooleanField(help_text="Whether the offline writer found the words.")


class TurnShape(serializers.Serializer):  # type: ignore[type-arg]
    speaker = serializers.ChoiceField(["player", "npc"])
    text = serializers.CharField()
    at = serializers.DateTimeField()


class FactShape(serializers.Serializer):  # type: ignore[type-arg]
    text = serializers.CharField()
    weight = serializers.IntegerField()
    promise = serializers.BooleanField()
    at = serializers.DateTimeField()


class MemoryShape(serializers.Serializer):  # type: ignore[type-arg]
    """All that a character remembers of the asking player: recent turns whole, older ones as a summary, facts."""

    npc_id = serializers.CharField()
    mood = serializers.CharField()
    mood_level = serializers.IntegerField()
    talks = serializers.IntegerField(min_value=0)
    summary = serializers.CharField(allow_blank=True)
    memory_count = serializers.IntegerField(min_value=0)
    turns = TurnShape(many=True)
    facts = FactShape(many=True)


def _is_message(message: Any) -> bool:
    return isinstance(message, dict) and message.get("role") in ROLES and _is_content(message.get("content"))


def _is_content(content: Any) -> bool:
    return isinstance(content, str) or (isinstance(content, list) and bool(content) and all(map(_is_part, content)))


def _is_part(part: Any) -> bool:
    return isinstance(part, dict) and isinstance(part.get("type"), str) and isinstance(part.get("text", ""), str)
