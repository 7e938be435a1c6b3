"""Events for all, some or one: set off and called off here by the same commands as over REST."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminSplitDateTime
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from hackathon import catalogue
from hackathon.models import AdminEvent, AdminEventDelivery
from hackathon.selectors.announcements import event_status
from hackathon.serializers.announcements import AdminEventInput
from hackathon.services import announcements
from tommy.core import clock
from tommy.core.admin.base import ReadOnlyInline
from tommy.core.errors import DomainError

SEVERITIES = ("low", "medium", "high", "critical")


class EventForm(forms.ModelForm):  # type: ignore[type-arg]
    """What REST takes, checked by the same serializer; targets stand one on a line."""

    event_type = forms.ChoiceField(
        help_text="Which incident strikes; its choices and effects are those of the content."
    )
    title = forms.CharField(
        required=False,
        max_length=160,
        widget=forms.TextInput(attrs={"size": 60}),
        help_text="Empty: the writer finds one.",
    )
    description = forms.CharField(required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    severity = forms.ChoiceField(required=False, choices=[("", "as the type has it"), *((s, s) for s in SEVERITIES)])
    targets = forms.CharField(
        initial=announcements.EVERYBODY,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One on a line: all, the id of a user, or the number of a hackathon.",
    )
    scheduled_time = forms.SplitDateTimeField(
        required=False, widget=AdminSplitDateTime, help_text="In UTC. Empty: now, which is within seconds."
    )

    class Meta:
        model = AdminEvent
        fields = ("event_type", "title", "description", "severity", "targets", "scheduled_time")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types = catalogue.rules().incident_types.types
        self.fields["event_type"].choices = [(kind.key, f"{kind.key} ({kind.severity})") for kind in types]

    def clean_targets(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["targets"].splitlines() if line.strip()]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        given = AdminEventInput(data=cleaned)
        if not self.errors and not given.is_valid():
            for name, complaints in given.errors.items():
                for sentence in _sentences(complaints):
                    self.add_error(name if name in self.fields else None, sentence)
        return cleaned


def _sentences(complaints: Any) -> list[str]:
    """A serializer's complaints about one field, those about its members (by place) included."""
    if isinstance(complaints, dict):
        inside = ((place, sentence) for place, inner in complaints.items() for sentence in _sentences(inner))
        return [f"Line {int(place) + 1}: {sentence}" for place, sentence in inside]
    return [str(sentence) for sentence in complaints]


class DeliveryInline(ReadOnlyInline):
    """Whom it has struck, or why not; the first hundred."""

    model = AdminEventDelivery
    fields = ("hackathon", "outcome", "done_at")
    verbose_name_plural = "deliveries"

    def get_queryset(self, request: HttpRequest) -> QuerySet[AdminEventDelivery]:
        return super().get_queryset(request).select_related("hackathon")


@admin.register(AdminEvent)
class AdminEventAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Added and called off, and not changed in between."""

    form = EventForm
    list_display = ["__str__", "event_type", "targets", "scheduled_time", "status", "struck", "created_by"]
    list_filter = ["scheduled_time", "fired_at"]
    list_select_related = ["created_by"]
    search_fields = ["title", "=event_type", "created_by__username"]
    ordering = ["-id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AdminEvent]:
        struck = Count("deliveries", filter=Q(deliveries__outcome=announcements.STRUCK))
        return super().get_queryset(request).annotate(strikes=struck)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = ("status", "struck", "created_by", "created_at", "started_at", "fired_at")
        return (*EventForm.Meta.fields, *(shown if obj else ()))

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return [DeliveryInline] if obj else []

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may: bool = super().has_delete_permission(request, obj)
        return may and (obj is None or obj.started_at is None)

    @admin.display(description="status")
    def status(self, event: AdminEvent) -> str:
        return event_status(event)

    @admin.display(description="games struck")
    def struck(self, event: AdminEvent) -> int:
        return event.strikes  # annotated above

    def save_model(self, request: HttpRequest, obj: AdminEvent, form: EventForm, change: bool) -> None:
        given = {name: form.cleaned_data[name] for name in EventForm.Meta.fields}
        made = announcements.event_schedule_in_transaction(**given, created_by=request.user.pk, now=clock.now())
        obj.pk = made.pk

    def delete_model(self, request: HttpRequest, obj: AdminEvent) -> None:
        announcements.event_cancel_in_transaction(event_id=obj.pk)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """An event that has begun to strike while staff was asked whether they are sure stays."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except DomainError as refusal:
            self.message_user(request, refusal.detail, messages.ERROR)
            return HttpResponseRedirect(reverse("admin:hackathon_adminevent_changelist"))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[AdminEvent]) -> None:
        for event in queryset:
            try:
                announcements.event_cancel(event_id=event.pk)
            except DomainError as refusal:
                self.message_user(request, f"{event}: {refusal.detail}", messages.ERROR)
