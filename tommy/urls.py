"""Routes of the whole server: the apps' own paths side by side, as the contract has them, nothing prefixed away."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerView

from tommy import views

urlpatterns = [
    path("", views.IndexView.as_view(), name="index"),
    path("health", views.HealthView.as_view(), name="health"),
    path("ready", views.ReadyView.as_view(), name="ready"),
    path("metrics", views.MetricsView.as_view(), name="metrics"),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path("api/asyncapi", views.AsyncApiView.as_view(), name="asyncapi"),
    path("docs", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("redoc", SpectacularRedocView.as_view(url_name="schema"), name="redoc"),
    path("admin/", admin.site.urls),
    path("", include("tommy.core.urls")),
    path("", include("accounts.urls")),
    path("", include("npcs.urls")),
    path("", include("hackathon.urls")),
    path("", include("nesra.urls")),
    path("", include("voting.urls")),
]

handler400 = "tommy.core.http.problems.bad_request"
handler403 = "tommy.core.http.problems.permission_denied"
handler404 = "tommy.core.http.problems.page_not_found"
handler500 = "tommy.core.http.problems.server_error"

admin.site.site_header = "Tommy Timecrunch, Nesra Town, voting game"
admin.site.site_title = "Game server"
admin.site.index_title = f"Version {settings.VERSION}"
