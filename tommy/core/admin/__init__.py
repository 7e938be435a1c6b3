"""Django admin for what the games share, split by noun; importing this package registers it all.

``base`` is for the apps' own admins; ``explaining`` reads schemas and texts for the content editor.
"""

from tommy.core.admin.base import ReadOnlyAdmin, fixed_filter
from tommy.core.admin.content import ContentFileAdmin
from tommy.core.admin.records import AuditEntryAdmin, NotificationAdmin, ServerLoadAdmin

__all__ = [
    "AuditEntryAdmin",
    "ContentFileAdmin",
    "NotificationAdmin",
    "ReadOnlyAdmin",
    "ServerLoadAdmin",
    "fixed_filter",
]
