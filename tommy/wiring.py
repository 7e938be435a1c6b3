"""Where one game reacts to another: signals connected here, so that no game imports a sibling."""


def connect() -> None:
    """Called once when all apps are ready."""
