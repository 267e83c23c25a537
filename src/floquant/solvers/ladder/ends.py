"""What a ladder's ends see of the waves that enter at one rung: all that a bound of its truncation needs.

With I the rungs inside and O those outside, r = G w the field of the incoming waves, l_n = G† w_n the detectors of rung n, V the drive's
couplings of every harmonic order from inside to outside, φ_r = V r, φ_n = V l_n, X = V G V†, all on the truncated ladder,

    S_full − S = i φ_n† G_OO φ_r   (exact),    Σ over all outgoing channels |ΔS|² = −2 Im φ_r† G_OO φ_r   (exact),

Only ‖G_OO‖ is not known; see `transport.ladder_bound`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floquant.checks import Array
from floquant.model import Sector


@dataclass(frozen=True, eq=False)
class LadderEnds:
    """Norms over all channels at the upper and the lower end (2).

    `entering` ‖φ_r‖² (pairs, X, 2), `leaving` ‖φ_n‖² (pairs, X, 2, R), `returning` (pairs, X, 2): ‖X‖ from an end to itself and half of
    those from each end to the other. `growth` (pairs, X, R): scale ‖l_n‖ ‖r‖, by how much solving the ladder enlarged its rounding.
    `guessed`: the solver sees its contacts' orbitals only, so that these are estimates.
    """

    entering: Array
    leaving: Array
    returning: Array
    growth: Array
    guessed: bool = False


def guessed_ends(
    sector: Sector, problem: Array, energies: Array, seen: Array, field: Array, centre: int
) -> LadderEnds:  # fmt: skip
    """From the norm of the field of the incoming waves on each rung, (pairs, X, R), on the orbitals `seen` by a solver: an estimate.

    `energies` (pairs, X, R). What is driven may lie deep in the device, and its field far from all bands not reach these orbitals: see
    `with_hidden`. A detector's wave is taken to fall from its rung on as the incoming waves fall from theirs, and to be as large.
    """
    norms = np.array([harmonic_norms(sector, int(p)) for p in problem])
    scale = max(sector_scale(sector), float(np.abs(energies).max()))
    rungs = field.shape[-1]
    out, inside = driven_out(norms, rungs), field
    if not np.isin(sector.driven, seen).all():
        inside = with_hidden(field, norms, _distances(sector, energies), centre)
    entering = np.sum(np.einsum("pwor,pxr->pxwo", out, inside) ** 2, axis=3)
    away = np.abs(np.arange(rungs)[:, None] - np.arange(rungs))
    falling = np.zeros(inside.shape)
    for way in (inside[..., centre:], inside[..., centre::-1]):
        falling[..., : way.shape[-1]] = np.maximum(falling[..., : way.shape[-1]], way)
    farthest = max(centre, rungs - 1 - centre)
    falling[..., farthest:] = falling[..., farthest, None]
    leaving = np.sum(np.einsum("pwor,pxnr->pxwno", out, falling[..., away]) ** 2, axis=4)
    total = np.linalg.norm(field, axis=-1)
    growth = np.maximum(1.0, scale * total**2)[..., None] * np.ones(rungs)
    return LadderEnds(
        entering, leaving, np.broadcast_to(norms.sum(axis=1)[:, None, None], entering.shape), growth, guessed=True
    )


def with_hidden(field: Array, norms: Array, distances: Array, centre: int) -> Array:
    """The field (pairs, X, R), or what the drive may make of it on orbitals that are not seen, whichever is larger.

    ψ_m = g_m Σ_k H_k ψ_{m−k}, and ‖g_m‖ is at most 1 over the distance of E_m from what the device can hold. What comes back from farther
    out is left out, and no rung has more than those that it gets its waves from.
    """
    result, rungs = field.copy(), field.shape[-1]
    for ahead, order in ((1, range(centre + 1, rungs)), (-1, range(centre - 1, -1, -1))):
        for m in order:
            nearer = [m - ahead * k for k in range(1, min(norms.shape[1], abs(m - centre)) + 1)]
            arriving = np.einsum("pk,pxk->px", norms[:, : len(nearer)], result[..., nearer])
            most = result[..., nearer].max(axis=-1)
            with np.errstate(divide="ignore", invalid="ignore"):
                hidden = np.where(distances[..., m] > 0, np.minimum(arriving / distances[..., m], most), 0.0)
            result[..., m] = np.maximum(result[..., m], hidden)
    return result


def _distances(sector: Sector, energies: Array) -> Array:
    """How far energies lie from all that the undriven device without leads can hold, by its row sums; 0 within."""
    diagonal = np.real(sector.hamiltonian.diagonal())
    around = np.asarray(abs(sector.hamiltonian).sum(axis=1)).ravel() - np.abs(diagonal)
    low, high = float(np.min(diagonal - around)), float(np.max(diagonal + around))
    return np.maximum(np.maximum(low - energies, energies - high), 0.0)


def driven_out(norms: Array, rungs: int) -> Array:
    """‖H_k‖ from each rung to the M rungs beyond either end, (pairs, 2, M, R): above it and below it, from the nearest one on."""
    most = norms.shape[1]
    result = np.zeros((len(norms), 2, most, rungs))
    for beyond in range(most):
        kept = norms[:, beyond : beyond + rungs]
        result[:, 0, beyond, rungs - kept.shape[1] :] = kept[:, ::-1]
        result[:, 1, beyond, : kept.shape[1]] = kept
    return result


def driven_at_most(sector: Sector, problem: int, size: Array) -> Array:
    """‖φ‖² above and below, (…, 2, W), at most, of waves with Σ |field|² on each rung (…, R, W): by the norms of the harmonics."""
    out = driven_out(harmonic_norms(sector, problem)[None], size.shape[-2])[0]
    return np.asarray(np.sum((out @ np.sqrt(size)[..., None, :, :]) ** 2, axis=-2))


def harmonic_norms(sector: Sector, problem: int) -> Array:
    """Bounds of ‖H_k‖, k = 1 … M, at one setting, (M,): √(largest row sum · largest column sum) of the elements."""
    n, off = len(sector.orbitals), sector.rows != sector.columns
    along, across = np.zeros((n, sector.harmonic_count)), np.zeros((n, sector.harmonic_count))
    plus, minus = np.abs(sector.plus[problem]).T, np.abs(sector.minus[problem]).T
    # plus is ⟨row|H_k|column⟩, and minus* ⟨column|H_k|row⟩
    np.add.at(along, sector.rows, plus)
    np.add.at(across, sector.columns, plus)
    np.add.at(along, sector.columns[off], minus[off])
    np.add.at(across, sector.rows[off], minus[off])
    return np.asarray(np.sqrt(along.max(axis=0, initial=0.0) * across.max(axis=0, initial=0.0)))


def drive_norm(sector: Sector, problem: int) -> float:
    """A bound of max_t ‖H(t) − its mean‖ at one setting: 2 Σ_k ‖H_k‖."""
    return float(2.0 * harmonic_norms(sector, problem).sum())


def sector_scale(sector: Sector) -> float:
    """The size of the undriven H: its largest row sum."""
    return float(np.max(np.asarray(abs(sector.hamiltonian).sum(axis=1)), initial=0.0))
