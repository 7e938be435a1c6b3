"""Task templates."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import account_of
from nesra import errors, selectors, services
from nesra import serializers as shapes
from nesra.rules.enums import Room
from nesra.views.bodies import parsed
from tommy.core import clock
from tommy.core.http.idempotency import idempotent
from tommy.core.http.pagination import LinkPagination
from tommy.core.http.schema import refuses


class TaskViewSet(GenericViewSet[Any]):
    """Task templates, newest first."""

    # What DRF would tell about the form of a PUT needs an object of a queryset; the schema tells it better.
    metadata_class = None
    pagination_class = LinkPagination
    serializer_class = shapes.TaskTemplateSerializer
    ordering = ("-created_at", "-pk")

    @extend_schema(operation_id="nesra_tasks_list", responses=shapes.TaskTemplateSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Templates that are not archived, newest first; a new player finds five."""
        user = account_of(request)
        page = self.paginate_queryset(selectors.tasks_of(user))
        if not page:
            services.player_ensure(user_id=user.pk, now=clock.now())
            page = self.paginate_queryset(selectors.tasks_of(user))
        return self.get_paginated_response(shapes.TaskTemplateSerializer(page, many=True).data)

    @extend_schema(operation_id="nesra_tasks_create", responses={201: shapes.TaskTemplateSerializer})
    @refuses(errors.TooManyTasks)
    @idempotent
    def create(self, request: Request) -> Response:
        """A new template."""
        body = parsed(shapes.TaskTemplateSerializer, request)
        task = services.task_create(
            user_id=account_of(request).pk,
            name=body["name"],
            category=body["category"],
            minutes=body["default_duration_minutes"],
            room=Room(body["room"]),
            now=clock.now(),
        )
        return Response(shapes.TaskTemplateSerializer(task).data, status=201)

    @extend_schema(operation_id="nesra_tasks_replace", responses=shapes.TaskTemplateSerializer)
    @refuses(errors.TaskNotFound)
    def update(self, request: Request, task_id: UUID) -> Response:
        """Replace a template; sessions keep what they were."""
        return self._change(request, task_id, partial=False)

    @extend_schema(operation_id="nesra_tasks_change", responses=shapes.TaskTemplateSerializer)
    @refuses(errors.TaskNotFound)
    def partial_update(self, request: Request, task_id: UUID) -> Response:
        """Change a template; sessions keep what they were."""
        return self._change(request, task_id, partial=True)

    @extend_schema(operation_id="nesra_tasks_delete", responses={204: None})
    @refuses(errors.TaskNotFound)
    def destroy(self, request: Request, task_id: UUID) -> Response:
        """Delete a template; its sessions stay in history and statistics."""
        services.task_delete(user_id=account_of(request).pk, task_id=task_id, now=clock.now())
        return Response(status=204)

    @staticmethod
    def _change(request: Request, task_id: UUID, *, partial: bool) -> Response:
        body = shapes.TaskTemplateSerializer(data=request.data, partial=partial)
        body.is_valid(raise_exception=True)
        task = services.task_update(
            user_id=account_of(request).pk, task_id=task_id, changes=body.validated_data, now=clock.now()
        )
        return Response(shapes.TaskTemplateSerializer(task).data)
