"""REST, split by noun: ``ai`` (the proxy), ``npcs`` (characters, talks, memories, portraits), on ``base``."""
