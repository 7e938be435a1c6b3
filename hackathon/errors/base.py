"""Refusals that cost something all the same."""

from enum import StrEnum


class Penalty(StrEnum):
    """Refusals that cost something all the same; ``simulation.actions.apply_penalty`` carries them out."""

    UNFINISHED_PROJECT = "unfinished_project"
    LOST_LISTING = "lost_listing"
