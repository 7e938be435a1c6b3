"""DRF views whose handlers wait for the AI on the event loop, so that no thread waits for a network."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import Any, ClassVar

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.limits import Limit
from accounts.throttling import Counter
from npcs.gateway.settings import gateway_settings
from tommy.core import background, clock
from tommy.core.http.waiting import Answer, Waiting, may_wait


class WaitingAPIView(APIView):
    """``APIView`` whose handlers do their database work and then hand back ``self.wait(…)`` for the rest."""

    def wait(self, answer: Answer) -> HttpResponseBase:
        """``answer`` on the event loop that serves this request; under a synchronous server this thread waits."""
        settled = partial(self._settled, answer)
        if may_wait(self.request._request):
            return Waiting(settled)
        response = background.submit(settled()).result()
        if response.streaming:
            response.streaming_content = _pulled(response.streaming_content)
        return response

    async def _settled(self, answer: Answer) -> HttpResponseBase:
        try:
            response = await answer()
        except Exception as error:
            response = self.handle_exception(error)
        self.headers = self.default_response_headers
        response = self.finalize_response(self.request, response, *self.args, **self.kwargs)
        return response.render() if isinstance(response, Response) else response


def _pulled(chunks: AsyncIterator[bytes]) -> Iterator[bytes]:
    """A stream of the background loop for a thread, one chunk at a time as they come."""
    while (chunk := background.submit(_next_of(chunks)).result()) is not None:
        yield chunk


async def _next_of(chunks: AsyncIterator[bytes]) -> bytes | None:
    return await anext(chunks, None)


class PlayerThrottle(BaseThrottle, ABC):
    """Requests per player, in fixed windows on the shared cache."""

    name: ClassVar[str]

    @property
    @abstractmethod
    def limit(self) -> Limit:
        """How many in which window, as the content says now."""

    def allow_request(self, request: Request, view: Any) -> bool:
        self._counter = Counter(f"npcs.{self.name}.{request.user.pk}", self.limit, clock.now())
        return self._counter.take()

    def wait(self) -> float:
        return self._counter.seconds_left


class ChatThrottle(PlayerThrottle):
    name = "chat"

    @property
    def limit(self) -> Limit:
        return gateway_settings().chat_rate


class ProxyThrottle(PlayerThrottle):
    name = "proxy"

    @property
    def limit(self) -> Limit:
        return gateway_settings().proxy_rate
