"""The steps of a tick, each ``(state, turn) -> None``: it changes the arrays and notes the effects in the turn."""
