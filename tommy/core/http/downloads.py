"""``/uploads/{id}``: a private file, whole or in part."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from tommy.core.errors import DomainError, NotFound
from tommy.core.http.schema import refuses
from tommy.core.models import Upload

# What a browser may show in place; everything else is only ever downloaded.
SHOWN = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf"})
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class UploadNotFound(NotFound):
    code = "upload_not_found"
    detail = "There is no such file of yours."


class RangeNotSatisfiable(DomainError):
    code = "range_not_satisfiable"
    status = 416
    detail = "The file has no such range."


class UploadView(APIView):
    """One file, whole or a range of it; for another user's there is none."""

    @extend_schema(
        operation_id="uploads_read",
        parameters=[
            OpenApiParameter("upload_id", OpenApiTypes.UUID, OpenApiParameter.PATH),
            OpenApiParameter("Range", str, OpenApiParameter.HEADER, description="`bytes=0-1023`, one range."),
        ],
        responses={
            (200, "application/octet-stream"): OpenApiTypes.BINARY,
            (206, "application/octet-stream"): OpenApiTypes.BINARY,
            304: OpenApiResponse(description="The file you have is the one there is."),
        },
    )
    @refuses(UploadNotFound, RangeNotSatisfiable)
    def get(self, request: Request, upload_id: UUID) -> HttpResponseBase:
        upload = Upload.objects.filter(pk=upload_id).first()
        if upload is None or not (upload.owner_id == request.user.pk or request.user.is_staff):
            raise UploadNotFound
        return upload_answer(upload, request.headers)


def upload_answer(upload: Upload, headers: Mapping[str, str]) -> HttpResponseBase:
    """The file for somebody who may have it, as the request's ``headers`` want it. Raises UploadNotFound."""
    etag = f'"{upload.sha256}"'
    if headers.get("If-None-Match") == etag:
        return _headed(HttpResponse(status=304), upload, etag)
    try:
        content = upload.path.read_bytes()
    except FileNotFoundError:
        raise UploadNotFound from None
    return _headed(_answer(content, headers.get("Range", ""), upload), upload, etag)


def _answer(content: bytes, wanted: str, upload: Upload) -> HttpResponse:
    span = requested_range(wanted, len(content))
    if span is None:
        return HttpResponse(content, content_type=upload.content_type)
    first, last = span
    headers = {"Content-Range": f"bytes {first}-{last}/{len(content)}"}
    return HttpResponse(content[first : last + 1], status=206, content_type=upload.content_type, headers=headers)


def requested_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a ``Range`` header, None where the whole is meant (none, several, or not understood).

    Raises RangeNotSatisfiable where it lies beyond the end.
    """
    match = _RANGE.fullmatch(header.strip())
    if match is None or match.groups() == ("", ""):
        return None
    start, end = match.groups()
    if not start:
        first, last = max(0, size - int(end)), size - 1
    else:
        first, last = int(start), min(int(end), size - 1) if end else size - 1
        if end and int(end) < first:
            return None
    if first >= size or (not start and int(end) == 0):
        raise RangeNotSatisfiable
    return first, last


def _headed(response: Any, upload: Upload, etag: str) -> HttpResponseBase:
    place = "inline" if upload.content_type in SHOWN else "attachment"
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, max-age=3600"
    response["Content-Disposition"] = f'{place}; filename="{upload.id.hex}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["ETag"] = etag
    response["X-Content-Type-Options"] = "nosniff"
    checked: HttpResponseBase = response
    return checked
