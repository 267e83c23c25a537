"""A driven device solved over a window of energies: any Fermi energy, bias and temperature inside is then nearly free."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from floquant.checks import Array
from floquant.model import Device, Drive
from floquant.transport.accuracy import Accuracy
from floquant.transport.certificate import Certificate
from floquant.transport.certify import certificate
from floquant.transport.sector_solution import SectorSolution
from floquant.transport.settings import Settings
from floquant.transport.summary import summary


@dataclass(frozen=True, eq=False, repr=False)
class Solution:
    """A driven device solved over a window. It carries the key it was made with: device, drive, window, settings, accuracy.

    `parts` holds the sectors with what is recorded on their meshes; observables (`floquant.dc_current`, …) turn that into numbers for
    given reservoirs.
    """

    device: Device
    drive: Drive | None
    window: tuple[float, float]
    accuracy: Accuracy
    settings: Settings
    photon_energy: float
    parts: tuple[SectorSolution, ...]

    @property
    def converged(self) -> Array:
        """Which settings met every bound, shape (P,)."""
        return np.all([part.counted.met for part in self.parts], axis=0)

    @cached_property
    def certificate(self) -> Certificate:
        """Largest violations over all settings; see `Certificate`."""
        return certificate(self.device, self.parts, self.photon_energy, self.window, self.settings.count, self.accuracy)

    def __repr__(self) -> str:
        title = f"Solution: window {self.window[0]:g} … {self.window[1]:g}"
        bound = f"quadrature bound {self.certificate.quadrature_bound:.1e} of the unsigned flow"
        return summary(title, self.device, self.photon_energy, self.settings, self.certificate, bound)
