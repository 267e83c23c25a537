"""Devices from the systems and models of other programs, a module each. Loading one does not load the program."""

from floquant.interop import kwant, pythtb, sisl

__all__ = ["kwant", "pythtb", "sisl"]
