"""Pure rules of the NPCs: what they say, and who they are."""
