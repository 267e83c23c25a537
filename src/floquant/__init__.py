"""Quantum transport through periodically driven devices."""
