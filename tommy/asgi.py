"""The server's one entrance: REST on pooled threads, WebSockets through Channels, Socket.IO beside them."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tommy.settings")
django.setup(set_prefix=False)

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import re_path  # noqa: E402

from accounts.sockets import TokenAuthMiddleware  # noqa: E402
from tommy.core.consumers import NotificationConsumer  # noqa: E402
from tommy.core.http.asgi import PooledASGIHandler  # noqa: E402
from voting.consumers import VotingConsumer  # noqa: E402
from voting.sockets import mount_socket_io  # noqa: E402

websocket_routes = [
    re_path(r"^ws/notifications/?$", NotificationConsumer.as_asgi()),
    re_path(r"^ws/voting/(?P<code>[^/]+)/?$", VotingConsumer.as_asgi()),
]

application = mount_socket_io(
    ProtocolTypeRouter({"http": PooledASGIHandler(), "websocket": TokenAuthMiddleware(URLRouter(websocket_routes))})
)
