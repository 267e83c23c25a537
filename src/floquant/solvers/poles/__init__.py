"""Poles of the Floquet–Green function: resonances, bound states, and states that no lead sees."""
