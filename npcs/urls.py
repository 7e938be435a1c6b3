from django.urls import path

from npcs.views import ai, npcs

urlpatterns = [
    path("api/ai/chat", ai.AiChatView.as_view(), name="ai-chat"),
    path("api/ai/model", ai.AiModelView.as_view(), name="ai-model"),
    path("api/npcs", npcs.NpcListView.as_view(), name="npcs"),
    path("api/npc/<str:npc_id>/chat", npcs.NpcChatView.as_view(), name="npc-chat"),
    path("api/npc/<str:npc_id>/memory", npcs.NpcMemoryView.as_view(), name="npc-memory"),
    path("assets/npcs/<str:npc_key>.svg", npcs.AvatarView.as_view(), name="npc-avatar"),
]
