from django.urls import path

from voting.views import GameViewSet, PackViewSet, ResultsViewSet, RoomViewSet, RoundViewSet

urlpatterns = [
    path("api/rooms", RoomViewSet.as_view({"post": "create"}), name="rooms"),
    path("api/rooms/join", RoomViewSet.as_view({"post": "join"}), name="rooms-join"),
    path("api/rooms/<str:code>", RoomViewSet.as_view({"get": "retrieve"}), name="room"),
    path("api/rooms/<str:code>/leave", RoomViewSet.as_view({"delete": "leave"}), name="room-leave"),
    path("api/rooms/<str:code>/kick", RoomViewSet.as_view({"post": "kick"}), name="room-kick"),
    path("api/rooms/<str:code>/results", ResultsViewSet.as_view({"get": "retrieve"}), name="room-results"),
    path("api/game/<str:code>/start", GameViewSet.as_view({"post": "start"}), name="voting-start"),
    path("api/game/<str:code>/leaderboard", GameViewSet.as_view({"get": "leaderboard"}), name="voting-leaderboard"),
    path("api/game/<str:code>/rematch", GameViewSet.as_view({"post": "rematch"}), name="voting-rematch"),
    path("api/game/rounds/<uuid:round_id>/answer", RoundViewSet.as_view({"post": "answer"}), name="round-answer"),
    path("api/game/rounds/<uuid:round_id>/answers", RoundViewSet.as_view({"get": "answers"}), name="round-answers"),
    path("api/game/rounds/<uuid:round_id>/vote", RoundViewSet.as_view({"post": "vote"}), name="round-vote"),
    path("api/voting/packs", PackViewSet.as_view({"get": "list"}), name="voting-packs"),
]
