"""What is owned, worn, sold and drawn."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.generic import View
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ViewSet

from accounts.authentication import account_of
from nesra import errors, selectors, services
from nesra import serializers as shapes
from nesra.selectors.pictures import inventory_picture
from nesra.views.bodies import parsed
from tommy.core import clock
from tommy.core.http.idempotency import idempotent
from tommy.core.http.pagination import LinkPagination
from tommy.core.http.problems import problem_response
from tommy.core.http.schema import refuses

SPRITE_SECONDS = 86_400


class InventoryViewSet(GenericViewSet[Any]):
    """What the player owns and wears, newest first."""

    pagination_class = LinkPagination
    serializer_class = shapes.InventorySerializer
    ordering = ("-obtained_at", "-pk")

    @extend_schema(operation_id="nesra_inventory_list", responses=shapes.InventorySerializer(many=True))
    def list(self, request: Request) -> Response:
        """What the player owns, newest first."""
        page = self.paginate_queryset(selectors.inventory_of(account_of(request))) or []
        worn = selectors.worn_by(account_of(request))
        return self.get_paginated_response([inventory_picture(owned, worn) for owned in page])

    @extend_schema(
        operation_id="nesra_inventory_equip",
        request=shapes.ItemIdSerializer,
        responses={200: shapes.HeroSerializer},
    )
    @refuses(errors.ItemNotOwned)
    def equip(self, request: Request) -> Response:
        """Wear an owned item, instead of what was in its slot."""
        body = parsed(shapes.ItemIdSerializer, request)
        return Response(services.item_equip(user_id=account_of(request).pk, item_id=body["item_id"], now=clock.now()))

    @extend_schema(
        operation_id="nesra_inventory_unequip",
        request=shapes.ItemIdSerializer,
        responses={200: shapes.HeroSerializer},
    )
    @refuses(errors.ItemNotOwned)
    def unequip(self, request: Request) -> Response:
        """Take an owned item off."""
        body = parsed(shapes.ItemIdSerializer, request)
        return Response(services.item_unequip(user_id=account_of(request).pk, item_id=body["item_id"], now=clock.now()))


class ShopViewSet(ViewSet):
    """The day's offers (UTC), the same for everyone, and the seasons that run."""

    @extend_schema(operation_id="nesra_shop", responses=shapes.ShopOfferSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Today's offers (UTC) and their prices in gold."""
        now = clock.now()
        offers = selectors.shop_on(now.date(), account_of(request))
        if not offers:
            services.shop_open(now=now)
            offers = selectors.shop_on(now.date(), account_of(request))
        return Response(offers)

    @extend_schema(
        operation_id="nesra_shop_buy",
        request=shapes.ItemIdSerializer,
        responses={200: shapes.ShopPurchaseSerializer},
    )
    @refuses(errors.NotOnOffer, errors.ItemAlreadyOwned, errors.NotEnoughGold)
    @idempotent
    def buy(self, request: Request) -> Response:
        """Buy an offer of today with gold."""
        body = parsed(shapes.ItemIdSerializer, request)
        return Response(services.item_buy(user_id=account_of(request).pk, item_id=body["item_id"], now=clock.now()))

    @extend_schema(operation_id="nesra_seasons", responses=shapes.SeasonSerializer(many=True))
    def seasons(self, request: Request) -> Response:
        """The seasons that run, and what they multiply; items of a season come and go with it."""
        return Response(selectors.running_seasons(clock.now().date()))


class SpriteView(View):
    """``/assets/nesra/<sprite_key>.svg``: public, drawn by seed, kept by caches for a day."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, sprite_key: str) -> HttpResponse:
        sprite = selectors.picture_of_sprite(sprite_key)
        if sprite is None:
            return problem_response("not_found")
        response = HttpResponse(sprite, content_type="image/svg+xml")
        response["Cache-Control"] = f"public, max-age={SPRITE_SECONDS}"
        # Opened as a page of its own, an SVG may do what a page may.
        response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        response["X-Content-Type-Options"] = "nosniff"
        return response
