"""REST for what all games share."""

from typing import ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import IsAdminUser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tommy.core.http.pagination import LinkPagination
from tommy.core.selectors import audit_entries, notifications_after


class AfterQuery(serializers.Serializer):  # type: ignore[type-arg]
    after = serializers.IntegerField(min_value=0, max_value=2**62, default=0)
    limit = serializers.IntegerField(min_value=1, max_value=200, default=50)


class FrameSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """One notification, as ``/ws/notifications`` sends it."""

    id = serializers.IntegerField(help_text="Rises by user, without gaps.")
    type = serializers.CharField()
    tick = serializers.IntegerField(allow_null=True)
    at = serializers.DateTimeField()
    data: ClassVar = serializers.JSONField()


class NotificationListView(APIView):
    """The notifications after a given one, oldest first: what a socket would replay."""

    @extend_schema(
        operation_id="notifications_list",
        parameters=[
            OpenApiParameter("after", int, description="The last id the client has; 0 for all that are kept."),
            OpenApiParameter("limit", int, description="At most 200, 50 by default."),
        ],
        responses=FrameSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        query = AfterQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        after, limit = query.validated_data["after"], query.validated_data["limit"]
        frames = notifications_after(request.user.pk, after, limit)
        response = Response(frames)
        if len(frames) == limit:
            url = request.build_absolute_uri(f"{request.path}?after={frames[-1]['id']}&limit={limit}")
            response["Link"] = f'<{url}>; rel="next"'
        return response


class AuditQuery(serializers.Serializer):  # type: ignore[type-arg]
    actor = serializers.UUIDField(required=False, help_text="Whose acts.")
    source = serializers.ChoiceField(["rest", "admin", "socket"], required=False)
    action = serializers.CharField(required=False, max_length=120, help_text="Part of method and route.")
    target = serializers.CharField(required=False, max_length=200, help_text="Part of the address.")
    code = serializers.CharField(required=False, max_length=60, help_text="Code of a refusal.")
    denied = serializers.BooleanField(required=False, allow_null=True, default=None)
    since = serializers.DateTimeField(required=False)
    until = serializers.DateTimeField(required=False)


class AuditEntrySerializer(serializers.Serializer):  # type: ignore[type-arg]
    """One act; ``status`` and ``code`` are those of a refusal, null and empty where something was carried out."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    actor = serializers.UUIDField(source="actor_id", allow_null=True)
    made_by: ClassVar = serializers.ChoiceField(["rest", "admin", "socket"], source="source")
    action = serializers.CharField()
    target = serializers.CharField()
    status = serializers.IntegerField(allow_null=True)
    code = serializers.CharField(allow_blank=True)
    request_id = serializers.CharField()
    given: ClassVar = serializers.JSONField(allow_null=True)
    before: ClassVar = serializers.JSONField(allow_null=True)
    after: ClassVar = serializers.JSONField(allow_null=True)


class AuditListView(GenericAPIView):  # type: ignore[type-arg]
    """The audit log, newest first; staff only."""

    permission_classes = [IsAdminUser]
    pagination_class = LinkPagination
    queryset = None

    @extend_schema(operation_id="audit_list", parameters=[AuditQuery], responses=AuditEntrySerializer(many=True))
    def get(self, request: Request) -> Response:
        query = AuditQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        page = self.paginate_queryset(audit_entries(query.validated_data)) or []
        return self.get_paginated_response([AuditEntrySerializer(entry).data for entry in page])
