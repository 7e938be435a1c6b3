"""Players from the outside: they know the server's address and its contract, and import nothing of it."""
