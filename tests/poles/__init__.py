"""Poles of driven devices: resonances and bound states."""
