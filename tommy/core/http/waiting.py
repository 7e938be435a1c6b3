"""Answers that wait for a network on the event loop, after their database work was done on a pooled thread.

A synchronous view that has checked, counted and written what it must hands back ``Waiting``: the middlewares see that
and give it their headers, the thread goes back to its pool, and ``PooledASGIHandler`` awaits the answer itself. What
can only be said of a finished answer (metrics, log, audit) is left ``afterwards``, for when it has been sent.
"""

import contextvars
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers

Answer = Callable[[], Coroutine[Any, Any, HttpResponseBase]]
Afterwards = Callable[[HttpResponseBase], object]


class Waiting(HttpResponse):
    """The place of an answer that is still to come; keeps the context it was made in (request id, act)."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        del self.headers["Content-Type"]
        self.context = contextvars.copy_context()
        self._answer = answer
        self._actions: list[Afterwards] = []
        self._response: HttpResponseBase = self

    def afterwards(self, action: Afterwards) -> None:
        """Call ``action`` with the answer, on a pooled thread, when it was sent or its reader has left."""
        self._actions.append(action)

    def concluding(self) -> Callable[[], None]:
        """``conclude`` in the context of its request, of which a copy may be entered while the answer is on its way."""
        return partial(self.context.copy().run, self.conclude)

    async def arrived(self) -> HttpResponseBase:
        """The answer, with the headers and cookies that the middlewares have given this one."""
        response = await self._answer()
        for name, value in self.headers.items():
            if name == "Vary":
                patch_vary_headers(response, [word.strip() for word in value.split(",")])
            else:
                response.headers.setdefault(name, value)
        response.cookies.update(self.cookies)
        self._response = response
        return response

    def conclude(self) -> None:
        """Do what was left for afterwards, all of it even where some of it fails; a reader who left before the answer
        came is told of as one who got it.
        """
        with ExitStack() as stack:  # calls the last first
            stack.callback(self._response.close)
            for action in reversed(self._actions):
                stack.callback(action, self._response)


def may_wait(request: HttpRequest) -> bool:
    """Whether whoever serves this request awaits a ``Waiting``; a synchronous server does not."""
    return bool(getattr(request, "may_wait", False))


def answered(response: HttpResponseBase, action: Afterwards) -> None:
    """Call ``action`` with an answer: now, or when it has come."""
    if isinstance(response, Waiting):
        response.afterwards(action)
    else:
        action(response)
