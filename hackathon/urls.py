from django.urls import path

from hackathon.views.announcements import AdminEventViewSet
from hackathon.views.assets import HousePictureView
from hackathon.views.games import GameViewSet, LeaderboardViewSet, LogViewSet
from hackathon.views.hackathons import (
    HackathonParticipantViewSet,
    HackathonViewSet,
    HousingListingViewSet,
    ParticipantViewSet,
)
from hackathon.views.housing import ApplicationViewSet, LeaseViewSet
from hackathon.views.inbox import InboxViewSet
from hackathon.views.orders import OrdersViewSet
from hackathon.views.projects import ProjectFileViewSet, ProjectListViewSet, ProjectViewSet
from hackathon.views.receipts import ReceiptViewSet
from hackathon.views.reports import ReportView
from hackathon.views.requests import FlightViewSet, StipendViewSet
from hackathon.views.saves import SaveViewSet
from hackathon.views.wakatime import WakaTimeView
from hackathon.views.worlds import WorldView

leaderboard = LeaderboardViewSet.as_view({"get": "list"})
random_event = GameViewSet.as_view({"get": "random_event", "post": "trigger_event"})

urlpatterns = [
    path("api/admin/events", AdminEventViewSet.as_view({"get": "list", "post": "create"})),
    path("api/admin/events/<int:event_id>", AdminEventViewSet.as_view({"delete": "destroy"})),
    path("api/world", WorldView.as_view()),
    path("api/game/state", GameViewSet.as_view({"get": "state"})),
    path("api/game/action", GameViewSet.as_view({"post": "perform"})),
    path("api/game/actions", GameViewSet.as_view({"get": "actions"})),
    path("api/game/orders", OrdersViewSet.as_view({"get": "read", "put": "replace"})),
    path("api/game/orders/words", OrdersViewSet.as_view({"get": "words"})),
    path("api/game/new", GameViewSet.as_view({"post": "new"})),
    path("api/game/save", SaveViewSet.as_view({"post": "create"})),
    path("api/game/saves", SaveViewSet.as_view({"get": "list"})),
    path("api/game/load", SaveViewSet.as_view({"post": "load"})),
    path("api/game/events/random", random_event),
    path("api/game/logs", LogViewSet.as_view({"get": "list"})),
    path("api/leaderboard", leaderboard),
    path("api/reports/pdf", ReportView.as_view()),
    path("api/reports/leaderboard", leaderboard),
    path("api/hackathons", HackathonViewSet.as_view({"get": "list", "post": "create"})),
    path("api/hackathons/<str:hackathon_id>", HackathonViewSet.as_view({"get": "retrieve", "put": "update"})),
    path(
        "api/hackathons/<str:hackathon_id>/participants",
        HackathonParticipantViewSet.as_view({"get": "list", "post": "create"}),
    ),
    path(
        "api/participants/<int:participant_id>",
        ParticipantViewSet.as_view(
            {"get": "retrieve", "put": "update", "patch": "partial_update", "delete": "destroy"}
        ),
    ),
    path("api/participants/<int:participant_id>/commits", ParticipantViewSet.as_view({"get": "commits"})),
    path(
        "api/participants/<int:participant_id>/devlogs",
        ParticipantViewSet.as_view({"get": "devlogs", "post": "create_devlog"}),
    ),
    path("api/participants/<int:participant_id>/receipts", ReceiptViewSet.as_view({"get": "list"})),
    path("api/receipts", ReceiptViewSet.as_view({"post": "create"})),
    path("api/receipts/<int:receipt_id>", ReceiptViewSet.as_view({"get": "retrieve"})),
    path("api/housing/listings", HousingListingViewSet.as_view({"get": "list"})),
    path("assets/housing/<str:seed>.png", HousePictureView.as_view()),
    path("api/stipends/request", StipendViewSet.as_view({"post": "create"})),
    path("api/stipends/<int:stipend_id>", StipendViewSet.as_view({"get": "retrieve"})),
    path("api/stipends/<int:stipend_id>/approve", StipendViewSet.as_view({"put": "decide"})),
    path("api/flights/request", FlightViewSet.as_view({"post": "create"})),
    path("api/flights/<int:flight_id>", FlightViewSet.as_view({"get": "retrieve"})),
    path("api/housing/apply", ApplicationViewSet.as_view({"post": "create"})),
    path(
        "api/housing/applications/<int:application_id>",
        ApplicationViewSet.as_view({"get": "retrieve", "put": "update"}),
    ),
    path("api/housing/leases", LeaseViewSet.as_view({"get": "list"})),
    path("api/housing/leases/<int:lease_id>/renew", LeaseViewSet.as_view({"post": "renew"})),
    path("api/webhooks/wakatime", WakaTimeView.as_view()),
    path("api/projects", ProjectListViewSet.as_view({"get": "list", "post": "create"})),
    path(
        "api/projects/<int:project_id>",
        ProjectViewSet.as_view({"get": "retrieve", "put": "update", "delete": "destroy"}),
    ),
    path("api/projects/<int:project_id>/files", ProjectFileViewSet.as_view({"post": "create"})),
    path("api/projects/<int:project_id>/ship", ProjectViewSet.as_view({"get": "shipping", "post": "ship"})),
    path("api/inbox", InboxViewSet.as_view({"get": "list"})),
    path("api/inbox/<int:message_id>/read", InboxViewSet.as_view({"post": "read"})),
    path("api/inbox/<int:message_id>/reply", InboxViewSet.as_view({"post": "reply"})),
]
