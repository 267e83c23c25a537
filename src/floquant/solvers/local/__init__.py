"""Drives on a few orbitals: all others are eliminated once per energy, and a continued fraction over rungs remains."""
