from django.urls import path

from nesra import views

urlpatterns = [
    path("api/profile", views.PlayerViewSet.as_view({"get": "profile"}), name="nesra-profile"),
    path("api/town", views.PlayerViewSet.as_view({"get": "town"}), name="nesra-town"),
    path("api/streak", views.PlayerViewSet.as_view({"get": "streak"}), name="nesra-streak"),
    path(
        "api/streak/vacation",
        views.PlayerViewSet.as_view({"post": "start_vacation", "delete": "end_vacation"}),
        name="nesra-vacation",
    ),
    path("api/stats", views.PlayerViewSet.as_view({"get": "stats"}), name="nesra-stats"),
    path("api/tasks", views.TaskViewSet.as_view({"get": "list", "post": "create"}), name="nesra-tasks"),
    path(
        "api/tasks/<uuid:task_id>",
        views.TaskViewSet.as_view({"put": "update", "patch": "partial_update", "delete": "destroy"}),
        name="nesra-task",
    ),
    path("api/sessions", views.SessionViewSet.as_view({"get": "list"}), name="nesra-sessions"),
    path("api/session/start", views.SessionViewSet.as_view({"post": "start"}), name="nesra-session-start"),
    path("api/session/complete", views.SessionViewSet.as_view({"post": "complete"}), name="nesra-session-complete"),
    path("api/session/cancel", views.SessionViewSet.as_view({"post": "cancel"}), name="nesra-session-cancel"),
    path("api/inventory", views.InventoryViewSet.as_view({"get": "list"}), name="nesra-inventory"),
    path("api/inventory/equip", views.InventoryViewSet.as_view({"post": "equip"}), name="nesra-equip"),
    path("api/inventory/unequip", views.InventoryViewSet.as_view({"post": "unequip"}), name="nesra-unequip"),
    path("api/shop", views.ShopViewSet.as_view({"get": "list"}), name="nesra-shop"),
    path("api/shop/buy", views.ShopViewSet.as_view({"post": "buy"}), name="nesra-shop-buy"),
    path("api/seasons", views.ShopViewSet.as_view({"get": "seasons"}), name="nesra-seasons"),
    path("assets/nesra/<slug:sprite_key>.svg", views.SpriteView.as_view(), name="nesra-sprite"),
]
