"""DRF views whose handlers wait for the AI on the event loop, so that no thread waits for a network."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.limits import Limit
from accounts.throttling import Counter
from npcs.gateway.settings import gateway_settings
from tommy.core import clock
from tommy.core.threads import request_threads


class AsyncAPIView(APIView):
    """``APIView`` for ``async def`` handlers: login and limits are checked on a pooled thread, the rest awaits."""

    async def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        self.args, self.kwargs = args, kwargs
        self.headers = self.default_response_headers
        self.request = wrapped = self.initialize_request(request, *args, **kwargs)
        try:
            await request_threads().run_db(self.initial, wrapped, *args, **kwargs)
            handler = getattr(self, (wrapped.method or "").lower(), None)
            known = (wrapped.method or "").lower() in self.http_method_names
            if not known or handler is None:
                handler = self.refuse_method
            response = await handler(wrapped, *args, **kwargs)
        except Exception as error:
            response = self.handle_exception(error)
        self.response: HttpResponseBase = self.finalize_response(wrapped, response, *args, **kwargs)
        return self.response

    async def refuse_method(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The answer to a method that this address does not have."""
        self.http_method_not_allowed(request, *args, **kwargs)
        raise AssertionError("http_method_not_allowed raises")


class PlayerThrottle(BaseThrottle):
    """Requests per player, in fixed windows on the shared cache."""

    name = ""

    @property
    def limit(self) -> Limit:
        raise NotImplementedError

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
