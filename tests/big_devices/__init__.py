"""Solvers of big devices: dissection, slices, ports with wide contacts."""
