"""How far a ladder's end lies beyond all that a driven device can hold: the gap in the bound of what is cut off.

On the rungs above E_{N+1}, a bound of ‖G_OO‖ is 1/(gap − ‖X‖), with

    gap = E_{N+1} − max_t λ_max[H(t) + Re Σ(E_{N+1})]

if E_{N+1} is above all bands, where Re Σ falls with energy; mirrored below. (Both ends together: multiplied by diag(1, −1), the couplings
between them cancel from the Hermitian part.) Extreme eigenvalues of sums are bounded by sums of extreme eigenvalues (Weyl).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from floquant.checks import Array
from floquant.model import Sector
from floquant.solvers.ladder.contacts import contacts_at
from floquant.solvers.ladder.ends import drive_norm

# Orbitals up to which eigenvalues are computed; beyond, row sums bound them.
LARGEST = 200
# Multiplications up to which all settings' changes, and all times of a cycle, are diagonalised.
WORK = 3e7
# Times of a cycle for each harmonic, and what lies between them, of the spread of the eigenvalues.
TIMES, BETWEEN = 32, 0.005
# Energies at which Re Σ is computed beyond all bands; between them it is monotonic.
MOST = 8


@dataclass(frozen=True, eq=False)
class Spectrum:
    """The energies that a sector's device can hold, at every setting and time."""

    sector: Sector

    def gaps(self, above: Array, below: Array) -> Array:
        """The gaps at the upper and the lower end, (P, E, 2), of the first rungs outside, at energies `above` and `below` (E,); −inf inside
        a band."""
        top = above - self._highest(above) - self._moved[0][:, None]
        bottom = self._lowest(below) + self._moved[1][:, None] - below
        return np.stack([top, bottom], axis=-1)

    @property
    def size(self) -> float:
        """About the largest energy of the device."""
        return float(np.max(np.abs([self._static[0], self._static[1], *self._moved[0], *self._moved[1]])))

    def _highest(self, energies: Array) -> Array:
        """A bound of λ_max[H + Re Σ(E)] above all bands, where it falls: its value at a lower energy; inf elsewhere, (E,)."""
        result, outside = np.full(np.shape(energies), np.inf), energies > self._bands[1]
        if outside.any():
            chosen = _some(energies[outside])
            values = self._extremes(chosen)[1]
            result[outside] = values[np.searchsorted(chosen, energies[outside], "right") - 1]
        return result

    def _lowest(self, energies: Array) -> Array:
        """A bound of λ_min[H + Re Σ(E)] below all bands, where it falls too: its value at a higher energy; −inf elsewhere, (E,)."""
        result, outside = np.full(np.shape(energies), -np.inf), energies < self._bands[0]
        if outside.any():
            chosen = _some(energies[outside])
            values = self._extremes(chosen)[0]
            result[outside] = values[np.searchsorted(chosen, energies[outside], "left")]
        return result

    @cached_property
    def _bands(self) -> tuple[float, float]:
        """Lowest and highest energy of all bands; a band without ends has Re Σ = const, and need not be passed."""
        edges = [edge for t in self.sector.terminals for band in t.lead.bands() for edge in band]
        ends = [edge for edge in edges if np.isfinite(edge)]
        return (min(ends), max(ends)) if ends else (np.inf, -np.inf)

    @cached_property
    def _static(self) -> tuple[float, float]:
        """λ_min and λ_max of H where the device rests."""
        h = self.sector.hamiltonian
        if h.shape[0] <= LARGEST:
            values = np.linalg.eigvalsh(h if isinstance(h, np.ndarray) else h.toarray())
            return float(values[0]), float(values[-1])
        diagonal = np.real(h.diagonal())
        around = np.asarray(abs(h).sum(axis=1)).ravel() - np.abs(diagonal)
        return float(np.min(diagonal - around)), float(np.max(diagonal + around))

    def _extremes(self, energies: Array) -> tuple[Array, Array]:
        """λ_min and λ_max of H + Re Σ(E), (E,) each."""
        contacts = contacts_at(self.sector, energies)
        sigma = 0.5 * (contacts.self_energy + np.conj(np.swapaxes(contacts.self_energy, 1, 2)))
        n = self.sector.hamiltonian.shape[0]
        if n <= LARGEST and len(energies) * float(n) ** 3 <= WORK:
            h = self.sector.hamiltonian
            dense = (h if isinstance(h, np.ndarray) else h.toarray()).astype(complex)
            full = np.repeat(dense[None], len(energies), axis=0)
            full[:, contacts.orbitals[:, None], contacts.orbitals] += sigma
            values = np.linalg.eigvalsh(full)
            return values[:, 0], values[:, -1]
        values = np.linalg.eigvalsh(sigma)
        return self._static[0] + np.minimum(values[:, 0], 0), self._static[1] + np.maximum(values[:, -1], 0)

    @cached_property
    def _moved(self) -> tuple[Array, Array]:
        """The most that settings and drive raise λ_max, and the most that they lower λ_min (negative), (P,) each."""
        high, low = self._changed
        up, down = self._driven
        return high + up, low + down

    @cached_property
    def _changed(self) -> tuple[Array, Array]:
        """Largest and lowest eigenvalue of each setting's change, not less than 0 and not more, (P,)."""
        d, settings = len(self.sector.ports), self.sector.settings
        if not d:
            return np.zeros(settings), np.zeros(settings)
        if settings * float(d) ** 3 <= WORK:
            values = np.linalg.eigvalsh(self.sector.static)
            return np.maximum(values[:, -1], 0.0), np.minimum(values[:, 0], 0.0)
        rows = np.zeros((settings, d))
        i, j = (
            np.searchsorted(self.sector.ports, self.sector.rows),
            np.searchsorted(self.sector.ports, self.sector.columns),
        )
        size = np.abs(self.sector.changes)
        np.add.at(rows.T, i, size.T)
        np.add.at(rows.T, j[i != j], size[:, i != j].T)
        most = rows.max(axis=1, initial=0.0)
        return most, -most

    @cached_property
    def _driven(self) -> tuple[Array, Array]:
        """max_t λ_max and min_t λ_min of the drive at each setting, (P,)."""
        sector, settings = self.sector, self.sector.settings
        if not sector.is_driven:
            return np.zeros(settings), np.zeros(settings)
        driven = np.searchsorted(sector.ports, sector.driven)
        times = TIMES * sector.harmonic_count
        if settings * times * float(len(driven)) ** 3 > WORK:
            norms = np.array([drive_norm(sector, p) for p in range(settings)])
            return norms, -norms
        harmonics = sector.harmonics[:, :, driven[:, None], driven]
        # Σ_k H_k e^{−ikθ} at all times at once: of thousands of harmonics a table of phases would take gigabytes
        padded = np.zeros((settings, times, *harmonics.shape[2:]), dtype=complex)
        padded[:, 1 : sector.harmonic_count + 1] = harmonics
        forward = np.fft.fft(padded, axis=1)
        values = np.linalg.eigvalsh(forward + np.conj(np.swapaxes(forward, -1, -2)))
        high, low = np.maximum(values[..., -1].max(axis=1), 0.0), np.minimum(values[..., 0].min(axis=1), 0.0)
        between = BETWEEN * (high - low)
        return high + between, low - between


def _some(energies: Array) -> Array:
    """Some of these energies, sorted: the lowest, the highest, and a few between them."""
    different = np.unique(energies)
    return different[np.unique(np.linspace(0, len(different) - 1, min(len(different), MOST)).astype(np.int64))]
