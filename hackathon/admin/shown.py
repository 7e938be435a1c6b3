"""How values of the game read in the admin."""

from typing import Any

from django.contrib import admin

GAME_SEARCH = ("hackathon__name", "hackathon__user__username", "=hackathon__id")
GAME_SEARCH_HELP = "The name or number of a hackathon, or its player's name."


def euros(cents: int | None) -> str:
    return "-" if cents is None else f"{cents / 100:,.2f}"


def rounded(field: str, title: str, digits: int = 2) -> Any:
    """A column that shows the number ``field`` with so many digits."""

    @admin.display(description=title, ordering=field)
    def shown(self: Any, row: Any) -> str:
        return f"{getattr(row, field):,.{digits}f}"

    return shown


def money(field: str, title: str) -> Any:
    """A column that shows ``field``, integer cents, in euros."""

    @admin.display(description=f"{title} (€)", ordering=field)
    def shown(self: Any, row: Any) -> str:
        return euros(getattr(row, field))

    return shown
