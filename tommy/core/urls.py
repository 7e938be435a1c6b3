from django.urls import path

from tommy.core.http.downloads import UploadView
from tommy.core.views import AuditListView, NotificationListView

urlpatterns = [
    path("api/notifications", NotificationListView.as_view(), name="notifications"),
    path("api/admin/audit", AuditListView.as_view(), name="audit"),
    path("uploads/<uuid:upload_id>", UploadView.as_view(), name="upload"),
]
