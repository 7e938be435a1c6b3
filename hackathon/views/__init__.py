"""Tommy's endpoints, split by noun: parse, one service or selector, respond."""
