"""The interior of a lead, as matrices on the orbitals of its cell that a symmetry must map.

A lead that repeats itself is (H00, H01): exact. Its cells may be multiplied by phases that grow from cell to cell, H01 → e^{iα}H01, which
no S sees: α is chosen by an invariant. All other leads are compared by their g(E) at a few energies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.model.assembly.open_system import Joint
from floquant.symmetry.kinds import Kind

SAMPLES = 6
# Where g(E) is compared, in halves of the range about its middle: no symmetric points, no edges.
PLACES = (-1.37, -0.7931, -0.4117, -0.1283, 0.2239, 0.6173)


@dataclass(frozen=True, eq=False)
class Interior:
    """A lead's cell: `orbitals` (c,) in the numbering of the whole; (h00, h01), or g at `energies`."""

    name: str
    orbitals: Array
    joint: Joint
    h00: Array | None
    h01: Array | None
    double: Array

    @property
    def periodic(self) -> bool:
        """True if the lead is known by its matrices, exactly."""
        return self.h00 is not None

    @property
    def featureless(self) -> bool:
        """True for a lead whose g does not depend on energy, so that samples of it are all of it."""
        low, high = self.joint.lead.bands()[0][0], self.joint.lead.bands()[-1][1]
        return bool(np.isinf(low) and np.isinf(high)) and np.array_equal(*self._surface(np.array([-0.7, 1.9])))

    def matrices(self, kind: Kind, energies: Array, middle: float) -> list[Array]:
        """What a symmetry of this kind maps: [h00, h01], or g at each energy; for the flipped kinds mirrored in energy at `middle`."""
        if self.h00 is None or self.h01 is None:
            g = self._surface(2 * middle - energies if kind.flips else energies)
            if kind.flips:
                g = -np.conj(np.swapaxes(g, -1, -2)) if kind.reverses else -np.conj(g)
            elif kind.reverses:
                g = np.swapaxes(g, -1, -2)
            return list(g)
        h00, h01 = (np.conj(h) if kind.conjugates else h for h in (self.h00, self.h01))
        if kind.flips:
            h00, h01 = 2 * middle * np.eye(len(h00)) - h00, -h01
        return [h00, h01 * _phase(h00, h01)]

    def _surface(self, energies: Array) -> Array:
        g = np.stack([self.joint.lead.surface(float(energy)) for energy in energies])
        return np.stack([np.kron(x, self.double) for x in g])


def interior(joint: Joint, first: int) -> Interior:
    """The interior of a contact's lead, whose cell is numbered from `first`."""
    lead = joint.lead
    double = np.eye(2) if joint.spin and lead.spinless else np.eye(1)
    orbitals = first + np.arange(joint.coupling.shape[1])
    opened = lead.absorbed()
    if opened is None or opened[2] is not lead:
        return Interior(joint.name, orbitals, joint, None, None, double)
    h00, h01 = (np.kron(np.asarray(h, complex), double) for h in opened[:2])
    return Interior(joint.name, orbitals, joint, h00, h01, double)


def sample_energies(interiors: Sequence[Interior], scale: float, middle: float) -> Array:
    """Energies within and around the bands of all leads that are compared by samples."""
    edges = [edge for part in interiors if not part.periodic for band in part.joint.lead.bands() for edge in band]
    finite = [edge for edge in edges if np.isfinite(edge)]
    half = max([abs(edge - middle) for edge in finite] or [2 * scale])
    return middle + half * np.array(PLACES)


def _phase(h00: Array, h01: Array) -> complex:
    """A phase that makes Tr h01 (ω − h00)⁻¹ real and positive; 1 where that vanishes."""
    scale = max(float(np.abs(h00).max()), float(np.abs(h01).max()))
    omega = scale * (1.3 + 0.7j)
    trace = complex(np.trace(np.linalg.solve(omega * np.eye(len(h00)) - h00, h01)))
    return trace.conjugate() / abs(trace) if abs(trace) > 1e-9 else 1.0
