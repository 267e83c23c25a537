"""A driven device solved over a window of energies: any Fermi energy, bias and temperature inside is then nearly free."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from floquant.checks import Array
from floquant.model import Device, Drive
from floquant.solvers.threads import one_thread
from floquant.transport.accuracy import Accuracy
from floquant.transport.certificate import Certificate
from floquant.transport.certify import certificate, outcome, quadrature_bound
from floquant.transport.outcome import Outcome
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
    def outcome(self) -> Outcome:
        """What is known without further work: the solver, sidebands, energies, and whether every bound is met."""
        return outcome(self.device, self.parts, self.window, self.accuracy)

    @cached_property
    def certificate(self) -> Certificate:
        """Largest violations over all settings; see `Certificate`. Computed when it is first looked at."""
        return self.certified()

    @one_thread()
    def certified(self, turn: int | None = None) -> Certificate:
        """The certificate; of number `turn` of many like problems, it takes no longer than a tenth of these (see `Inspection`)."""
        return certificate(self.parts, self.photon_energy, self.settings.count, self.outcome, turn)

    def __repr__(self) -> str:
        title = f"Solution: window {self.window[0]:g} … {self.window[1]:g}"
        bound = f"quadrature bound {quadrature_bound(self.parts):.1e} of the unsigned flow"
        return summary(title, self.device, self.photon_energy, self.settings, self.outcome, bound)
