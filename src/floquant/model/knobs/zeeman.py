"""A magnetic field that acts on spins.

    H_ss += (value/2) weight_s n_s·σ,   σ the Pauli matrices in the basis ↑, ↓ along z

The value is the splitting gμB of the two spins, in the energy unit; ↑ along n is the upper level where it is positive.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from floquant.checks import Array
from floquant.checks.directions import direction_name, unit_vector
from floquant.checks.frozen import keep
from floquant.checks.numbers import numbers, site_list
from floquant.checks.reading import array_of
from floquant.checks.types import SiteList
from floquant.errors import BadInput
from floquant.model.geometry import Geometry
from floquant.model.knobs.bonds import plural
from floquant.model.knobs.element_rule import ElementRule, upper
from floquant.model.knobs.knob import Knob

WHAT = "The direction of a Zeeman knob"


@dataclass(frozen=True, eq=False, repr=False)
class Zeeman(Knob):
    """Adds (value/2) · weight_s · n_s·σ to the spin of every orbital of its sites.

    `sites`: an integer or a list. `direction` n: "x", "y", "z", a vector whose length does not matter, or a vector for each
    site, shape (sites, 3): a texture. `weights`: a real number per site. A rotating field is two such knobs driven with
    a lag, see `rotating`. Raises `BadInput` for a device without spin, or if these do not fit it.
    """

    sites: tuple[int, ...]
    direction: str | Array
    weights: Array | None

    def __init__(self, sites: SiteList, direction: str | ArrayLike = "z", weights: ArrayLike | None = None) -> None:
        keep(
            self,
            sites=site_list(sites, "A Zeeman knob"),
            direction=direction if isinstance(direction, str) else array_of(direction, WHAT),
        )
        self._directions()
        if weights is not None:
            weights = np.atleast_1d(numbers(weights, "The weights of a Zeeman knob"))
            if weights.shape != (len(self.sites),):
                raise BadInput(
                    f"A Zeeman knob has {weights.size} weights for {len(self.sites)} sites; give one weight per site."
                )
        keep(self, weights=weights)

    def element_rule(self, name: str, geometry: Geometry) -> ElementRule:
        """The spin block of every pair ↑, ↓."""
        if not geometry.spin:
            raise BadInput(
                f'Knob "{name}" is a Zeeman field, but the device has no spin; make it with spin=True, orbitals=2 for one '
                f"level a site."
            )
        up = geometry.sites(self.sites, f'Knob "{name}"')[::2]
        pairs = np.diff(geometry.offsets)[list(self.sites)] // 2
        scale = np.ones(len(self.sites)) if self.weights is None else self.weights
        x, y, z = np.repeat(0.5 * scale[:, None] * self._directions(), pairs, axis=0).T
        rows, columns = np.concatenate([up, up + 1, up]), np.concatenate([up, up + 1, up + 1])
        values = np.concatenate([z, -z, x - 1j * y])
        felt = values != 0
        return upper("add", rows[felt], columns[felt], values[felt])

    def _directions(self) -> Array:
        """n of each site, (sites, 3)."""
        count = len(self.sites)
        if np.ndim(self.direction) < 2:
            return np.tile(unit_vector(self.direction, WHAT), (count, 1))
        if np.shape(self.direction) != (count, 3):
            raise BadInput(
                f"The directions of a Zeeman knob have shape {np.shape(self.direction)}, but it has {count} sites; give one "
                f"vector for all, or one for each site, shape {(count, 3)}."
            )
        return np.array([unit_vector(one, "A direction of a Zeeman knob") for one in np.asarray(self.direction)])

    def __str__(self) -> str:
        if np.ndim(self.direction) == 2:
            along = "of each site's own direction"
        else:
            along = f"along {direction_name(self._directions()[0])}"
        times = "" if self.weights is None else " × weight"
        return f"Zeeman field value{times} {along} on {plural('site', self.sites)}"
