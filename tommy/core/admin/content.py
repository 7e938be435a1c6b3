"""The content files in Django admin: explained, checked, compared with the defaults, put in force."""

import difflib
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from tommy.core.admin.explaining import explanations, line_of
from tommy.core.audit import note
from tommy.core.content import BadContent, Problem, content
from tommy.core.models import ContentFile

TOLD_LINES = 200


class ContentForm(forms.Form):
    """The text of one file; valid when all content would hold together with it."""

    text = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 40, "spellcheck": "false", "wrap": "off", "class": "content-text"}),
        strip=False,
    )

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")


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
        files = [
            {"name": name, "overridden": content.is_overridden(name), "about": content.meaning(name)}
            for name in content.names()
        ]
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
        """GET shows the text in force; POST compares (``_compare``), goes back to the default (``_reset``) or saves."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if name not in content.names():
            raise Http404
        form = ContentForm(request.POST or None, initial={"text": content.text(name)})
        problems: list[Problem] = []
        if request.method == "POST":
            if not self.has_change_permission(request):
                raise PermissionDenied
            try:
                if self._act(request, name, form):
                    return self._back()
            except BadContent as error:
                problems = error.problems
        return self._edited(request, name, form, problems)

    def _edited(self, request: HttpRequest, name: str, form: ContentForm, problems: list[Problem]) -> HttpResponse:
        text = form.cleaned_data.get("text", "") if form.is_bound and form.is_valid() else content.text(name)
        return self._render(
            request,
            "admin/core/content_edit.html",
            title=name,
            form=form,
            about=content.meaning(name),
            problems=[
                (problem, line_of(text, problem.pointer) if problem.file == name else None) for problem in problems
            ],
            changes=_differences(content.default_text(name), text, "the default", "this text"),
            explanations=explanations(content.model(name).model_json_schema()),
            overridden=content.is_overridden(name),
            may_change=self.has_change_permission(request),
        )

    def _act(self, request: HttpRequest, name: str, form: ContentForm) -> bool:
        """What the button says; True where something was put in force. Raises BadContent."""
        before = content.text(name)
        if "_reset" in request.POST:
            content.reset(name)
        elif not form.is_valid():
            return False
        elif "_compare" in request.POST:
            content.read({name: form.cleaned_data["text"]})
            self.message_user(request, "This holds together; nothing is in force yet.", messages.INFO)
            return False
        else:
            content.override(name, form.cleaned_data["text"])
        changes = _differences(before, content.text(name), "before", "after")
        note(f"content:{name}", {}, {"changes": changes[:TOLD_LINES]})
        self.message_user(request, f"{name} is in force.", messages.SUCCESS)
        return True

    def _render(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        return TemplateResponse(request, template, {**self.admin_site.each_context(request), **context})

    def _back(self) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:core_contentfile_changelist"))


def _differences(old: str, new: str, old_name: str, new_name: str) -> list[str]:
    return list(difflib.unified_diff(old.splitlines(), new.splitlines(), old_name, new_name, lineterm=""))
