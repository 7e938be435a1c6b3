"""Django admin for what the games share: content files to edit with all checks, notifications to look at."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from tommy.core.content import BadContent, content
from tommy.core.models import AuditEntry, ContentFile, Notification


class ContentForm(forms.Form):
    """The text of one file; valid when all content would hold together with it."""

    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 40, "cols": 120, "spellcheck": "false"}), strip=False)


@admin.register(ContentFile)
class ContentFileAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Lists the files, edits one, goes back to its default, reloads all."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="core_contentfile_changelist"),
            path("reload/", view(self.reload_view), name="core_contentfile_reload"),
            path("<path:name>/change/", view(self.edit_view), name="core_contentfile_change"),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        files = [{"name": name, "overridden": content.is_overridden(name)} for name in content.names()]
        return self._render(request, "admin/core/content_list.html", title="Content files", files=files)

    def reload_view(self, request: HttpRequest) -> HttpResponse:
        """Take up files that were changed on disk, at once."""
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied
        problems = content.reload()
        for problem in problems:
            self.message_user(request, str(problem), messages.ERROR)
        if not problems:
            self.message_user(request, "All content was reloaded.", messages.SUCCESS)
        return self._back()

    def edit_view(self, request: HttpRequest, name: str) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if name not in content.names():
            raise Http404
        form = ContentForm(request.POST or None, initial={"text": content.text(name)})
        if request.method == "POST":
            if not self.has_change_permission(request):
                raise PermissionDenied
            if self._save(request, name, form):
                return self._back()
        return self._render(
            request,
            "admin/core/content_edit.html",
            title=name,
            form=form,
            overridden=content.is_overridden(name),
            may_change=self.has_change_permission(request),
        )

    def _save(self, request: HttpRequest, name: str, form: ContentForm) -> bool:
        try:
            if "_reset" in request.POST:
                content.reset(name)
            elif form.is_valid():
                content.override(name, form.cleaned_data["text"].replace("\r\n", "\n"))
            else:
                return False
        except BadContent as error:
            for problem in error.problems:
                form.add_error("text", str(problem))
            return False
        self.message_user(request, f"{name} is in force.", messages.SUCCESS)
        return True

    def _render(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        return TemplateResponse(request, template, {**self.admin_site.each_context(request), **context})

    def _back(self) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:core_contentfile_changelist"))


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that are only looked at."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    """What users were told; read only, because clients count on the numbers."""

    list_display = ["user", "number", "type", "tick", "at"]
    list_filter = ["type", "at"]
    list_select_related = ["user"]
    search_fields = ["user__username", "user__email"]


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what, before and after; denials carry their status and code."""

    list_display = ["at", "actor", "source", "action", "target", "status", "code"]
    list_filter = ["source", "status", "code", "at"]
    list_select_related = ["actor"]
    search_fields = ["actor__username", "action", "target", "request_id"]
    ordering = ["-id"]
