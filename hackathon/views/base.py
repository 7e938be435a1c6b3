"""What the viewsets share: which hackathon a request means."""

from typing import Any, cast
from uuid import UUID

from rest_framework.request import Request
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet, ViewSetMixin

from hackathon.errors import HackathonNotFound
from hackathon.models import Hackathon
from hackathon.selectors.games import hackathon_get
from hackathon.services.games import hackathon_current_ensure
from hackathon.services.ticks import player_catch_up
from hackathon.throttling import PlayerThrottle
from tommy.core import clock
from tommy.core.http.pagination import LinkPagination

LARGEST_ID = 2**63 - 1


def user_id_of(request: Request) -> UUID:
    """The asking account; every view here is behind a login."""
    return cast(UUID, request.user.pk)


def chosen_hackathon(request: Request, chosen: int | None = None) -> Hackathon:
    """The named hackathon of the player, or the current one, which a player's first call creates."""
    if chosen is None:
        return hackathon_current_ensure(user_id=user_id_of(request), now=clock.now())
    return hackathon_get(user_id=user_id_of(request), hackathon_id=chosen)


def hackathon_of_path(request: Request, text: str) -> Hackathon:
    """``{id}`` of a path, where ``current`` serves too."""
    if text == "current":
        return chosen_hackathon(request)
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= LARGEST_ID):
        raise HackathonNotFound
    return chosen_hackathon(request, int(text))


class Watched:
    """Whoever calls is looking: games that a strained server has put off are level before they are answered about."""

    throttle_classes = (PlayerThrottle,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        player_catch_up(user_id=user_id_of(request), now=clock.now())


class ViewSet(Watched, ViewSetMixin, APIView):
    """Base of viewsets that answer about one thing."""


class ListingViewSet(Watched, GenericViewSet[Any]):
    """Base of viewsets that list rows in pages."""

    pagination_class = LinkPagination

    def paged(self, queryset: Any, show: Any) -> Any:
        """One page of ``queryset``, each row through ``show``."""
        rows = self.paginate_queryset(queryset) or []
        return self.get_paginated_response([show(row) for row in rows])


__all__ = ["ListingViewSet", "ViewSet", "chosen_hackathon", "hackathon_of_path", "user_id_of"]
