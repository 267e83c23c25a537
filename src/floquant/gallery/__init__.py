"""Ready devices, a file for each. Where there are two contacts, they are named "L" and "R"."""

from floquant.gallery.armchair_ribbon import armchair_ribbon
from floquant.gallery.disordered_wire import disordered_wire
from floquant.gallery.double_dot import double_dot
from floquant.gallery.driven_level import driven_level
from floquant.gallery.driven_site import driven_site
from floquant.gallery.driven_stretch import driven_stretch
from floquant.gallery.ingaas_ring import ingaas_ring
from floquant.gallery.quantum_point_contact import quantum_point_contact
from floquant.gallery.quantum_ring import quantum_ring
from floquant.gallery.rashba_ring import rashba_ring
from floquant.gallery.rice_mele_pump import rice_mele_pump
from floquant.gallery.spin_pump import spin_pump
from floquant.gallery.square_ribbon import square_ribbon
from floquant.gallery.three_terminal_ring import three_terminal_ring
from floquant.gallery.two_gate_pump import two_gate_pump
from floquant.gallery.two_gate_ring import two_gate_ring
from floquant.gallery.zigzag_ribbon import zigzag_ribbon

__all__ = [
    "armchair_ribbon", "disordered_wire", "double_dot", "driven_level", "driven_site", "driven_stretch", "ingaas_ring",
    "quantum_point_contact", "quantum_ring", "rashba_ring", "rice_mele_pump", "spin_pump", "square_ribbon", "three_terminal_ring",
    "two_gate_pump", "two_gate_ring", "zigzag_ribbon",
]  # fmt: skip
