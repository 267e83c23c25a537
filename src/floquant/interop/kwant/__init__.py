"""Kwant systems as devices: `from_system(system, params={…}, leads=["L", "R"], knobs={"gate": "V_gate"})`.

Groth, Wimmer, Akhmerov and Waintal, New J. Phys. 16, 063065 (2014).
"""

from floquant.interop.kwant.system import from_system

__all__ = ["from_system"]
