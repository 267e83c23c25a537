"""Devices from the systems and models of other programs, a module for each. Importing such a module does not import the program."""

from floquant.interop import kwant, pythtb, sisl

__all__ = ["kwant", "pythtb", "sisl"]
