"""Tommy's content in force: which files there are, and the rules and the writer made of them."""

from typing import Any

from django.db.models import Model

from hackathon.models import Commit, Devlog, InboxMessage, LogEntry
from hackathon.rules.checks import check_rules
from hackathon.rules.clock import ClockModel
from hackathon.rules.compiled import Rules, compile_rules
from hackathon.rules.files import CONTENT_MODELS
from hackathon.rules.limits import LimitsModel
from hackathon.rules.project_files import ProjectFilesModel
from hackathon.rules.receipts import ReceiptsModel
from hackathon.rules.reports import ReportsModel
from hackathon.rules.saves import SavesModel
from hackathon.simulation.wording import Wording
from npcs import catalogue as npc_catalogue
from tommy.core.content import Contents, content

CLOCK = "hackathon/clock.json"
RECEIPTS = "hackathon/receipts.json"
PROJECT_FILES = "hackathon/project_files.json"
LIMITS = "hackathon/limits.json"
REPORTS = "hackathon/reports.json"
SAVES = "hackathon/saves.json"


def register() -> None:
    """Make the files known to the loader; called once when the app is ready."""
    for file, model in CONTENT_MODELS.items():
        content.register(file, model)
    content.register(CLOCK, ClockModel)
    content.register(RECEIPTS, ReceiptsModel)
    content.register(PROJECT_FILES, ProjectFilesModel)
    content.register(LIMITS, LimitsModel)
    content.register(REPORTS, ReportsModel)
    content.register(SAVES, SavesModel)
    content.register_check(check_rules)


def rules() -> Rules:
    """The rules in force. Take them once for each command or shard, so that a reload cannot change them midway."""
    return content.compiled(compile_rules)


def order_shelf() -> dict[int, Any]:
    """Standing orders that this process has compiled by the rules in force, by the digest of what they say."""
    return content.compiled(_empty_shelf)


def order_books() -> dict[bytes, Any]:
    """What the orders of whole shards say by the rules in force, by their digests; the oldest stand first."""
    return content.compiled(_empty_books)


def _empty_books(files: Contents) -> dict[bytes, Any]:
    return {}


def _empty_shelf(files: Contents) -> dict[int, Any]:
    return {}


def wording() -> Wording:
    """The writer in force, with its pools."""
    return content.compiled(_wording)


def _wording(files: Contents) -> Wording:
    return Wording(npc_catalogue.compile_writer(files), npc_catalogue.compile_people(files))


def receipt_rules() -> ReceiptsModel:
    """What is asked of a receipt, and how its doubts weigh."""
    return content.get(RECEIPTS, ReceiptsModel)


def project_file_limits() -> ProjectFilesModel:
    """What may be handed in with a project."""
    return content.get(PROJECT_FILES, ProjectFilesModel)


def limits() -> LimitsModel:
    """How much one player may take up of what all share."""
    return content.get(LIMITS, LimitsModel)


def report_settings() -> ReportsModel:
    return content.get(REPORTS, ReportsModel)


def histories() -> dict[str, type[Model]]:
    """Tables that only grow, by their names in ``retention.json``."""
    return {"log": LogEntry, "inbox": InboxMessage, "commits": Commit, "devlogs": Devlog}


def clock_settings() -> ClockModel:
    return content.get(CLOCK, ClockModel)


def save_settings() -> SavesModel:
    return content.get(SAVES, SavesModel)
