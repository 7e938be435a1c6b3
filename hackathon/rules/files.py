"""Which content file is read by which model, and reading them without the server's loader."""

import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel

from hackathon.rules import actions, economy, incidents, market, messages, orders, requests, shipping, work

CONTENT_MODELS: Mapping[str, type[BaseModel]] = {
    "hackathon/economy.json": economy.model,
    "hackathon/work.json": work.model,
    "hackathon/market.json": market.model,
    "hackathon/requests.json": requests.model,
    "hackathon/incidents.json": incidents.model,
    "hackathon/shipping.json": shipping.model,
    "hackathon/actions.json": actions.model,
    "hackathon/message_kinds.json": messages.model,
    "hackathon/orders.json": orders.model,
}
DEFAULT_DIRECTORY = Path(__file__).resolve().parent.parent / "content"


def read_contents(directory: Path = DEFAULT_DIRECTORY) -> dict[str, BaseModel]:
    """The content files of a directory as models, by the names of ``CONTENT_MODELS``."""
    return {
        name: kind.model_validate(json.loads((directory / Path(name).name).read_text(encoding="utf-8")))
        for name, kind in CONTENT_MODELS.items()
    }
