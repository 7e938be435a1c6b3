"""Measured claims. ``python -m benchmarks`` runs them all; each also runs alone and prints its conditions."""
