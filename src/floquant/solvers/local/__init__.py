"""Drives on a few orbitals: all else is eliminated once an energy, and a continued fraction over rungs is left."""
