"""Dense Floquet matrices, written as one writes them on paper. NumPy alone: this file imports nothing from floquant.

On a ladder of energies E_m = E + mħΩ, m in `rungs`,

    D_mk = E_m δ_mk − H_{m−k} − Σ_mk,    G = D⁻¹,    H(t) = Σ_n H_n e^{−inΩt},    H_{−n} = H_n†,
    Σ = V g V†,    V_mk = p_{m−k} τ,     g_kk = g(E_k),      ⟨device|H|lead⟩ = τ p(t),  p(t) = Σ_k p_k e^{−ikΩt},
    S = −P + i √γ V† G V √γ,             γ = i(g − g†),      P = the open channels,     S[n, m] from E_m to E_n.

S lives on the lead's own orbitals, S_ba(E_n, E_m) = τ̂_b S[n, b; m, a] τ̂_a† on the device's; all traces agree.
n > 0 means that n photons were absorbed. Nothing here is fast.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np


class Contact(NamedTuple):
    """A lead at some sites: `coupling` is (sites, c), `surface` maps energies (...) to g, (...) or (..., c, c)."""

    name: str
    sites: tuple
    coupling: np.ndarray
    surface: Callable
    edges: tuple = ()  # where channels open or close; () for a wide band
    motion: dict | None = None  # {k: p_k}; None for a contact that does not move


class Problem(NamedTuple):
    """A driven device: H (n, n), the harmonics {n: H_n} for n > 0 (n = 0 is added to H), ħΩ and the contacts."""

    hamiltonian: np.ndarray
    harmonics: dict
    photon_energy: float
    contacts: tuple


# Leads


def chain_surface(energy, hopping=1.0, level=0.0):
    """Surface g of a semi-infinite chain: (E − i√(4t²−E²))/2t² inside the band, (E − sgn(E)√(E²−4t²))/2t² outside.

    For complex energies the same two forms, chosen by Re E: the first continues the retarded branch down through the cut.
    """
    x = np.asarray(energy, complex) - level
    t2 = abs(hopping) ** 2
    inside = np.abs(x.real) <= 2 * abs(hopping)
    root = np.where(inside, 1j * np.sqrt(4 * t2 - x**2), np.where(x.real < 0, -1, 1) * np.sqrt(x**2 - 4 * t2 + 0j))
    return (x - root) / (2 * t2)


def chain(name, site, *, hopping=1.0, level=0.0, coupling=None, motion=None):
    """A chain on one site, or on several with a column `coupling`."""
    sites = (site,) if np.ndim(site) == 0 else tuple(site)
    column = np.asarray(hopping if coupling is None else coupling, complex).reshape(len(sites), -1)
    edges = (level - 2 * abs(hopping), level + 2 * abs(hopping))
    return Contact(name, sites, column, lambda energy: chain_surface(energy, hopping, level), edges, motion)


def wide_band(name, site, *, gamma, motion=None):
    """Σ = −iΓ/2 on one site: g = −i/2, τ = √Γ."""
    return Contact(
        name,
        (site,),
        np.array([[np.sqrt(gamma)]], complex),
        lambda energy: -0.5j + 0 * np.asarray(energy, complex),
        (),
        motion,
    )


def jacobi_anger(x, phase=0.0, orders=24):
    """exp(−i x sin(Ωt + φ)) = Σ_k p_k e^{−ikΩt}, p_k = J_k(x) e^{−ikφ}, sampled and Fourier-transformed."""
    samples = 4 * orders
    time = 2 * np.pi * np.arange(samples) / samples
    wave = np.exp(-1j * x * np.sin(time + phase))
    return {k: np.mean(wave * np.exp(1j * k * time)) for k in range(-orders, orders + 1)}


# The ladder


def _surfaces(contact, energies):
    """g on each rung as matrices: (batch, rungs, c, c)."""
    g = np.asarray(contact.surface(energies), complex)
    channels = contact.coupling.shape[1]
    return g if g.ndim == energies.ndim + 2 else g[..., None, None] * np.eye(channels)


def _bonds(problem, contact, rungs, lead_rungs):
    """V_mk = p_{m−k} τ as one matrix: (rungs · n, lead rungs · c)."""
    size = len(problem.hamiltonian)
    column = np.zeros((size, contact.coupling.shape[1]), complex)
    column[list(contact.sites)] = contact.coupling
    motion = contact.motion or {0: 1.0}
    turn = np.array([[motion.get(m - k, 0.0) for k in lead_rungs] for m in rungs], complex)
    return np.kron(turn, column)


def _lead_rungs(contact, rungs):
    reach = max((abs(k) for k in contact.motion), default=0) if contact.motion else 0
    return range(min(rungs) - reach, max(rungs) + reach + 1)


def floquet_matrix(problem, energies, rungs):
    """D on the ladder E + mħΩ, m in `rungs` (consecutive), for energies (batch,), complex ones too: (batch, R·n, R·n)."""
    energies = np.asarray(energies)
    rungs = range(min(rungs), max(rungs) + 1)
    size = len(problem.hamiltonian)
    blocks = {0: np.asarray(problem.hamiltonian, complex)}
    for n, block in problem.harmonics.items():
        blocks[n] = blocks.get(n, 0) + np.asarray(block, complex)
    for n in [n for n in blocks if n > 0]:
        blocks[-n] = blocks[n].conj().T
    drive = sum(np.kron(np.eye(len(rungs), k=-n), block) for n, block in blocks.items())
    ladder = energies[:, None] + problem.photon_energy * np.arange(rungs[0], rungs[-1] + 1)
    matrix = -np.broadcast_to(drive, (len(energies), *drive.shape)).copy()
    diagonal = np.arange(len(drive))
    matrix[:, diagonal, diagonal] += np.repeat(ladder, size, axis=1)
    for contact in problem.contacts:
        if contact.motion is None:
            sigma = contact.coupling @ _surfaces(contact, ladder) @ contact.coupling.conj().T
            for m in range(len(rungs)):
                places = m * size + np.array(contact.sites)
                matrix[:, places[:, None], places] -= sigma[:, m]
        else:
            wide = _lead_rungs(contact, rungs)
            g = _surfaces(contact, energies[:, None] + problem.photon_energy * np.array(wide))
            bonds = _bonds(problem, contact, rungs, wide)
            tall = bonds.reshape(len(bonds), len(wide), -1)
            matrix -= np.einsum("ikc,bkcd,jkd->bij", tall, g, tall.conj(), optimize=True)
    return matrix


def _root(matrix):
    """The square root of Hermitian matrices that are not negative."""
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.sqrt(np.maximum(values, 0))[..., None, :]) @ vectors.conj().swapaxes(-1, -2)


def scattering_ladder(problem, energies, rungs, incoming=None):
    """S[batch, n, channel out, m, channel in] for all outgoing rungs n, and incoming rungs m (all unless given)."""
    energies = np.asarray(energies, float)
    rungs = range(min(rungs), max(rungs) + 1)
    incoming = list(rungs if incoming is None else incoming)
    ladder = energies[:, None] + problem.photon_energy * np.arange(rungs[0], rungs[-1] + 1)
    columns, roots = [], []
    for contact in problem.contacts:
        channels = contact.coupling.shape[1]
        columns.append(_bonds(problem, contact, rungs, rungs).reshape(-1, len(rungs), channels))
        g = _surfaces(contact, ladder)
        gamma = 1j * (g - g.conj().swapaxes(-1, -2))
        roots.append(np.sqrt(np.maximum(gamma.real, 0)) if channels == 1 else _root(gamma))
    total = sum(c.coupling.shape[1] for c in problem.contacts)
    root = np.zeros((len(energies), len(rungs), total, total), complex)
    start = 0
    for block in roots:
        stop = start + block.shape[-1]
        root[:, :, start:stop, start:stop] = block
        start = stop
    bonds = np.concatenate(columns, axis=2)  # (R·n, R, C)
    place = [m - rungs[0] for m in incoming]
    right = bonds[:, place].reshape(len(bonds), -1)
    matrix = floquet_matrix(problem, energies, rungs)
    inner = np.linalg.solve(matrix, np.broadcast_to(right, (len(energies), *right.shape)))
    inner = bonds.reshape(len(bonds), -1).conj().T @ inner
    inner = inner.reshape(len(energies), len(rungs), total, len(incoming), total)
    if all(block.shape[-1] == 1 for block in roots):  # one channel a contact: √γ is diagonal
        speed = np.diagonal(root, axis1=-2, axis2=-1)
        s = 1j * speed[:, :, :, None, None] * inner * speed[:, None, None, place, :]
    else:
        s = 1j * np.einsum("bnij,bnjmk,bmkl->bniml", root, inner, root[:, place], optimize=True)
    open_channels = np.abs(root) > 0
    for j, n in enumerate(place):
        for c in range(total):  # P: the open channels; a lead of several channels here has one band for all of them
            s[:, n, c, j, c] -= open_channels[:, n, c, c]
    return s


def channels_of(problem):
    """The slice of channels of each contact."""
    stops = np.cumsum([c.coupling.shape[1] for c in problem.contacts])
    return [slice(b - c.coupling.shape[1], b) for b, c in zip(stops, problem.contacts, strict=True)]


def scattering(problem, energies, sidebands):
    """S_ba(E_n, E) with all sidebands −N…N: (batch, 2N+1, channels, channels)."""
    rungs = range(-sidebands, sidebands + 1)
    return scattering_ladder(problem, energies, rungs, incoming=[0])[:, :, :, 0, :]


def probabilities(problem, energies, sidebands):
    """Σ over channels of |S_ba(E_n, E)|²: (batch, 2N+1, contacts, contacts), out before in."""
    return _by_contact(problem, np.abs(scattering(problem, energies, sidebands)) ** 2)


def _by_contact(problem, weight):
    """Sum channels into contacts on the last two axes, out and in."""
    if all(c.coupling.shape[1] == 1 for c in problem.contacts):
        return weight
    parts = channels_of(problem)
    return np.stack(
        [np.stack([weight[..., b, a].sum((-1, -2)) for a in parts], axis=-1) for b in parts],
        axis=-2,
    )


def transmission(problem, energies, sidebands, to, from_):
    """T^(n)_{to,from}(E), n = −N…N: (batch, 2N+1)."""
    names = [c.name for c in problem.contacts]
    return probabilities(problem, energies, sidebands)[:, :, names.index(to), names.index(from_)]


# Currents


def fermi(energy, mu, temperature):
    """1/(e^{(E−μ)/T} + 1), and a step at T = 0."""
    x = np.asarray(energy) - mu
    if temperature == 0:
        return np.where(x < 0, 1.0, np.where(x > 0, 0.0, 0.5))
    return 0.5 - 0.5 * np.tanh(x / (2 * temperature))


def window_integrand(problem, energies, rungs, mu, temperature):
    """Integrands over one Floquet zone, all rungs summed: currents and unsigned flows, (batch, 2, contacts).

    I_b = Σ_{a,n} ∫ |S_ba(E_n, E)|² [f_a(E) − f_b(E_n)] dE; the unsigned flow has |f_a(E) − f_b(E_n)|.
    """
    rungs = range(min(rungs), max(rungs) + 1)
    energies = np.asarray(energies, float)
    ladder = energies[:, None] + problem.photon_energy * np.arange(rungs[0], rungs[-1] + 1)
    filled = np.stack([fermi(ladder, m, t) for m, t in zip(mu, temperature, strict=True)], axis=-1)
    needed = np.nonzero(_can_matter(problem, ladder))[0]
    weight = np.zeros((len(energies), 2, len(mu)))
    if len(needed) == 0:
        return weight
    s = scattering_ladder(problem, energies, rungs, incoming=[rungs[j] for j in needed])
    p = _by_contact(problem, np.moveaxis(s.real**2 + s.imag**2, 3, 2))  # (batch, n, m, out, in)
    step = filled[:, None, needed, None, :] - filled[:, :, None, :, None]
    p *= step
    weight[:, 0] = p.sum((1, 2, 4))
    weight[:, 1] = np.abs(p).sum((1, 2, 4))
    return weight


def _can_matter(problem, ladder):
    """Rungs where some channel is open at some energy of the batch (all of them for a wide band)."""
    open_ = np.zeros(ladder.shape, bool)
    for contact in problem.contacts:
        g = _surfaces(contact, ladder)
        open_ |= np.abs(np.trace(1j * (g - g.conj().swapaxes(-1, -2)), axis1=-2, axis2=-1)) > 0
    return open_.any(0)


# The ring


def ring(
    flux, v=0.07, *, dot_coupling=0.25, photon_energy=0.2, dot_level=0.0, arm_level=0.0, lead_level=0.0, drive_site=3
):
    """The ring of Ramos, Foa Torres, Orellana and Apel: orbitals 0, 1, 2, 3 are the sites −1, 0, +1 and the dot."""
    h = np.zeros((4, 4), complex)
    h[0, 1] = h[1, 2] = 1.0
    h[0, 3] = dot_coupling * np.exp(2j * np.pi * flux)
    h[2, 3] = dot_coupling
    h += h.conj().T
    h[3, 3], h[1, 1] = dot_level, arm_level
    harmonic = np.zeros((4, 4), complex)
    harmonic[drive_site, drive_site] = v / 2
    return Problem(
        h, {1: harmonic} if v else {}, photon_energy, (chain("L", 0, level=lead_level), chain("R", 2, level=lead_level))
    )
