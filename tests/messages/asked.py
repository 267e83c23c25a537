"""A chain of four sites with and without spin, the ring, and a lead that cannot give up a cell: refused are questions to these."""

import numpy as np

from floquant import gallery
from floquant.model import Chain, Contact, Cosine, Device, Lead

h4 = np.diag([1.0, 1.0, 1.0], 1) + np.diag([1.0, 1.0, 1.0], -1)
ring = gallery.quantum_ring()
cosine = Cosine(0.1)


def device(knob=None, **others):
    return Device(h4, **{"contacts": {"L": Contact(Chain(), 0)}, "knobs": {"turned": knob} if knob else {}, **others})


def spinful(**others):
    return Device(np.kron(h4, np.eye(2)), **{"orbitals": 2, "spin": True, **others})


def with_element(i, j, value):
    h = h4.astype(complex)
    h[i, j] = value
    return h


class Closed(Lead):
    """A lead that cannot give up a cell."""

    def surface(self, energy):
        return np.full((*np.shape(energy), 1, 1), -0.5j)

    def bands(self):
        return ((-1.0, 1.0),)
