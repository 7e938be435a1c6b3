"""Django's middlewares that only its admin needs, off the path of all other requests."""

from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.utils.deprecation import MiddlewareMixin

ADMIN = "/admin"


class _ForStaff(MiddlewareMixin):
    """Players come with tokens: no session, no message and no user is looked for where they go."""

    def __call__(self, request: HttpRequest) -> Any:
        return super().__call__(request) if request.path_info.startswith(ADMIN) else self.get_response(request)


class StaffSessionMiddleware(_ForStaff, SessionMiddleware):
    """The session of somebody in the admin."""


class StaffAuthenticationMiddleware(_ForStaff, AuthenticationMiddleware):
    """Who that is."""


class StaffMessageMiddleware(_ForStaff, MessageMiddleware):
    """What they are told on their next page."""
