"""Where each quantity lies in a solver's list of flows: the one place that knows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from math import prod

import numpy as np

from floquant.checks import Array
from floquant.solvers.ladder.detectors import Detectors
from floquant.solvers.ladder.ladder import Ladder


@dataclass(frozen=True)
class FlowLayout:
    """Where each quantity lies in a solver's list of flows, per node, and its shape.

    flow      (detector, cut)            Σ_{k≤K<m} |S_mk|² − Σ_{m≤K<k} |S_mk|², all incoming channels, as the detector reads |S_mk|²
    unsigned  (unsigned row, cut)        the same with a plus sign
    total     (detector, contact, rung)  Σ_m |S_mk|² from the channels of a contact at window rung k
    defect    (channel, rung)            1 − Σ_{a,k} |S_mk|² for an open channel, 0 − … for a closed one: the row's missing unitarity
    probe     (4, cut)                   complex amplitudes whose poles are the ladder's; see `zone.refinement`
    elastic   (2, rung)                  one more, between different contacts within a rung
    tail      (2,)                       the most of any cut: Σ|φ_r|² driven out above · rungs up to there; and the same below
    ends      (2,)                       Σ|φ_r|² of the waves of all rungs, driven out above and below
    """

    n_det: int
    n_unsigned: int
    n_channel: int
    n_group: int
    n_cut: int
    n_rung: int

    @classmethod
    def of(cls, detectors: Detectors, ladder: Ladder) -> FlowLayout:
        """The layout of what these detectors read on this ladder."""
        channels = detectors.channels
        return cls(
            detectors.count, detectors.unsigned, channels.count, len(channels.names), ladder.n_cut, ladder.n_rung
        )

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The dims of each quantity, in the order of the list."""
        return {
            "flow": (self.n_det, self.n_cut),
            "unsigned": (self.n_unsigned, self.n_cut),
            "total": (self.n_det, self.n_group, self.n_rung),
            "defect": (self.n_channel, self.n_rung),
            "probe": (4, self.n_cut),
            "elastic": (2, self.n_rung),
            "tail": (2,),
            "ends": (2,),
        }

    @cached_property
    def slices(self) -> dict[str, slice]:
        """Slices into the last axis of a solver's flows."""
        shapes = self.shapes
        stops = accumulate((prod(shape) for shape in shapes.values()), initial=0)
        return {name: slice(*ends) for name, ends in zip(shapes, pairwise(stops), strict=True)}

    @cached_property
    def starts(self) -> Array:
        """Where unsigned, total, defect, probe, elastic, tail and ends begin; the signed flows begin at 0."""
        names = ("unsigned", "total", "defect", "probe", "elastic", "tail", "ends")
        return np.array([self.slices[name].start for name in names], dtype=np.int64)

    @property
    def size(self) -> int:
        """Numbers per node."""
        return self.slices["ends"].stop

    @property
    def kept(self) -> slice:
        """What panels keep as Legendre coefficients: flow, unsigned and total."""
        return slice(0, self.slices["total"].stop)

    def view(self, values: Array, name: str) -> Array:
        """One quantity of values (..., at least up to it), with its dims last; a view wherever NumPy can give one."""
        return values[..., self.slices[name]].reshape(*values.shape[:-1], *self.shapes[name])
