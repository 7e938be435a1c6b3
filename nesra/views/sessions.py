"""Focus sessions."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import account_of
from nesra import errors, selectors, services
from nesra import serializers as shapes
from nesra.rules.enums import Room
from nesra.selectors.pictures import session_picture
from nesra.views.bodies import parsed
from tommy.core import clock
from tommy.core.http.idempotency import idempotent
from tommy.core.http.pagination import LinkPagination
from tommy.core.http.schema import refuses


class SessionViewSet(GenericViewSet[Any]):
    """Focus sessions, judged on the server's clock."""

    pagination_class = LinkPagination
    serializer_class = shapes.FocusSessionSerializer
    ordering = ("-started_at", "-pk")

    @extend_schema(operation_id="nesra_sessions_list", responses=shapes.FocusSessionSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Every session, newest first."""
        page = self.paginate_queryset(selectors.sessions_of(account_of(request))) or []
        return self.get_paginated_response([session_picture(session) for session in page])

    @extend_schema(
        operation_id="nesra_session_start",
        request=shapes.StartSessionSerializer,
        responses={201: shapes.FocusSessionSerializer},
    )
    @refuses(errors.TaskNotFound, errors.SessionPending)
    @idempotent
    def start(self, request: Request) -> Response:
        """A pending session, one at a time. What it will pay is fixed now."""
        body = parsed(shapes.StartSessionSerializer, request)
        session = services.session_start(
            user_id=account_of(request).pk,
            task_template_id=body["task_template_id"],
            minutes=body["duration_minutes"],
            room=Room(body["room"]) if body["room"] else None,
            now=clock.now(),
        )
        return Response(session_picture(session), status=201)

    @extend_schema(
        operation_id="nesra_session_complete",
        request=shapes.SessionIdSerializer,
        responses={200: shapes.CompletedSessionSerializer},
    )
    @refuses(errors.SessionNotFound, errors.SessionTooEarly, errors.SessionTimedOut, errors.SessionCancelled)
    @idempotent
    def complete(self, request: Request) -> Response:
        """Be paid for a session that is over. Asked again, the same answer; nothing is paid twice."""
        body = parsed(shapes.SessionIdSerializer, request)
        answer = services.session_complete(
            user_id=account_of(request).pk, session_id=body["session_id"], now=clock.now()
        )
        return Response(answer)

    @extend_schema(
        operation_id="nesra_session_cancel",
        request=shapes.SessionIdSerializer,
        responses={200: shapes.FocusSessionSerializer},
    )
    @refuses(errors.SessionNotFound, errors.SessionCompleted, errors.SessionTimedOut)
    def cancel(self, request: Request) -> Response:
        """Give a pending session up."""
        body = parsed(shapes.SessionIdSerializer, request)
        session = services.session_cancel(
            user_id=account_of(request).pk, session_id=body["session_id"], now=clock.now()
        )
        return Response(session_picture(session))
