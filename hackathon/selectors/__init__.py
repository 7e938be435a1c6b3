"""Reads for Tommy's clients, split by noun; each names how many SQL statements it costs."""
