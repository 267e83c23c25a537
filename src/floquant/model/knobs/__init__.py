"""Knobs: named pieces of the Hamiltonian that a user can turn, sweep and drive."""
