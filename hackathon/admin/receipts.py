"""Receipts, with the file that was handed in beside what the classifier says of it."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from hackathon.admin.shown import GAME_SEARCH, GAME_SEARCH_HELP, money, rounded
from hackathon.models import Receipt
from tommy.core.admin.base import ReadOnlyAdmin
from tommy.core.http.downloads import UploadNotFound, upload_answer

PICTURES = "image/"


@admin.register(Receipt)
class ReceiptAdmin(ReadOnlyAdmin):
    list_display = ["id", "participant", "hackathon", "verdict", "certainty", "amount", "vendor", "created_at"]
    list_filter = ["verdict", "created_at"]
    list_select_related = ["participant", "hackathon"]
    search_fields = ["participant__name", "vendor", "=sha256", *GAME_SEARCH]
    search_help_text = f"A participant's name, a vendor, a file's SHA-256. {GAME_SEARCH_HELP}"
    fields = [
        *("picture", "hackathon", "participant", "vendor", "description", "amount", "purchased_on"),
        *("verdict", "certainty", "doubts", "duplicate_of", "sha256", "fingerprint", "tick", "created_at"),
    ]
    amount = money("amount_cents", "amount")
    certainty = rounded("confidence", "confidence")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.file_view)
        return [path("<int:pk>/file/", view, name="hackathon_receipt_file"), *super().get_urls()]

    def file_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The file itself, to staff by their session; players fetch it with their token."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        receipt = Receipt.objects.select_related("upload").filter(pk=pk).first()
        if receipt is None or receipt.upload is None:
            raise Http404
        try:
            return upload_answer(receipt.upload, request.headers)
        except UploadNotFound:
            raise Http404 from None

    @admin.display(description="file")
    def picture(self, receipt: Receipt) -> str:
        if receipt.upload is None:
            return "none was handed in"
        url = reverse("admin:hackathon_receipt_file", args=[receipt.pk])
        if receipt.upload.content_type.startswith(PICTURES):
            return format_html('<a href="{0}"><img src="{0}" alt="the receipt" style="max-height: 420px"></a>', url)
        return format_html('<a href="{}">{}</a>', url, receipt.upload.name or receipt.upload.content_type)

    @admin.display(description="what speaks against it")
    def doubts(self, receipt: Receipt) -> Any:
        return ", ".join(receipt.reasons).replace("_", " ") or "-"
