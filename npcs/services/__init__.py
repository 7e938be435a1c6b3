"""Commands of characters, and texts for the games.

``conversations`` and ``agenda`` write through ``remembering``; ``improvements``, ``questions``, ``reports``,
``vision`` and ``proxy`` stand alone. Whatever waits for the AI does so outside any transaction.
"""

from npcs.services.agenda import agenda_run
from npcs.services.conversations import Talk, TalkResult, talk_answer, talk_prepare, talk_record
from npcs.services.improvements import improvements_prune, improvements_start, text_improve
from npcs.services.questions import question_batch
from npcs.services.remembering import memory_forget
from npcs.services.reports import report_summary
from npcs.services.vision import Opinion, receipt_opinion

__all__ = [
    "Opinion",
    "Talk",
    "TalkResult",
    "agenda_run",
    "improvements_prune",
    "improvements_start",
    "memory_forget",
    "question_batch",
    "receipt_opinion",
    "report_summary",
    "talk_answer",
    "talk_prepare",
    "talk_record",
    "text_improve",
]
