"""Ready devices, a file each. Contacts are named "L" and "R"."""

from floquant.gallery.driven_level import driven_level
from floquant.gallery.driven_site import driven_site
from floquant.gallery.quantum_ring import quantum_ring
from floquant.gallery.two_gate_pump import two_gate_pump

__all__ = ["driven_level", "driven_site", "quantum_ring", "two_gate_pump"]
