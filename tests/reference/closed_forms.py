"""Closed forms and textbook limits. NumPy and SciPy's special functions alone: this file imports nothing from floquant.

Signs and units are the project's: H(t) = Σ_n H_n e^{−inΩt}, v cos Ωt has H_1 = v/2, n > 0 means absorbed photons, currents into
a contact in e·energy/h.
"""

from itertools import pairwise

import numpy as np
from scipy.special import digamma, jv


def chain_g(energy, hopping=1.0):
    """Surface of a semi-infinite chain at real energies: |g| decays outside the band, Im g < 0 inside."""
    energy = np.asarray(energy, float)
    inside = np.sqrt(np.maximum(4 * hopping**2 - energy**2, 0))
    outside = np.sign(energy) * np.sqrt(np.maximum(energy**2 - 4 * hopping**2, 0))
    return (energy - outside - 1j * inside) / (2 * hopping**2)


def graded_integral(function, low, high, spots=(), points=20, narrowest=1e-13):
    """∫ function from low to high by Gauss–Legendre panels that halve towards `spots` and both ends; function is vectorised, and may
    have further axes."""
    marks = sorted({low, high, *[s for s in spots if low < s < high]})
    x, w = np.polynomial.legendre.leggauss(points)
    total = 0.0
    for a, b in pairwise(marks):
        half = (b - a) / 2
        sizes = half * 0.5 ** np.arange(0, int(np.ceil(np.log2(half / narrowest))))
        stops = np.concatenate([[0.0], sizes[::-1]])
        for start, sign in ((a, 1), (b, -1)):
            p, q = stops[:-1, None], stops[1:, None]
            e = start + sign * ((p + q) / 2 + (q - p) / 2 * x)
            values = np.asarray(function(e.ravel()))
            total = total + np.tensordot(w * (q - p) / 2, values.reshape(*e.shape, *values.shape[1:]), 2)
    return total


# A driven level between wide bands: everything is Bessel functions


def driven_level_amplitude(n, energy, *, level, gamma, amplitude, photon_energy, orders=60):
    """G_{n0} = Σ_k J_k(x) J_{k+n}(x) / (E − ε_k + iΓ/2), x = v/ħΩ, ε_k = ε0 + kħΩ, Γ the sum over contacts."""
    x = amplitude / photon_energy
    k = np.arange(-orders, orders + 1)
    energy = np.asarray(energy, float)[..., None]
    return (jv(k, x) * jv(k + n, x) / (energy - level - k * photon_energy + 0.5j * gamma)).sum(-1)


def driven_level_transmission(n, energy, *, level, gammas, amplitude, photon_energy):
    """T^(n) from one wide band to the other; `gammas` are (Γ_L, Γ_R)."""
    g = driven_level_amplitude(
        n, energy, level=level, gamma=sum(gammas), amplitude=amplitude, photon_energy=photon_energy
    )
    return gammas[0] * gammas[1] * np.abs(g) ** 2


def driven_level_total(energy, *, level, gammas, amplitude, photon_energy, orders=60):
    """Σ_n T^(n) = Σ_k J_k² Γ_L Γ_R / ((E − ε_k)² + Γ²/4)."""
    k = np.arange(-orders, orders + 1)
    energy = np.asarray(energy, float)[..., None]
    static = gammas[0] * gammas[1] / ((energy - level - k * photon_energy) ** 2 + sum(gammas) ** 2 / 4)
    return (jv(k, amplitude / photon_energy) ** 2 * static).sum(-1)


def driven_level_current(*, level, gammas, amplitude, photon_energy, mu, temperature=0.0, orders=60):
    """I_R for (μ_L, μ_R): Tien and Gordon, exact for a wide band. Arctangents at T = 0, digamma functions above."""
    gamma = sum(gammas)
    k = np.arange(-orders, orders + 1)
    weight = jv(k, amplitude / photon_energy) ** 2

    def filled(m):
        from_level = m - level - k * photon_energy
        if temperature == 0:
            return np.arctan(2 * from_level / gamma)
        return digamma(0.5 + (gamma / 2 + 1j * from_level) / (2 * np.pi * temperature)).imag

    return 2 * gammas[0] * gammas[1] / gamma * (weight * (filled(mu[0]) - filled(mu[1]))).sum()


# One driven site in a chain: a scalar continued fraction, closed sidebands kept


def driven_site_transmission(
    sidebands, energy, *, level, amplitude, photon_energy, couplings=(1.0, 1.0), hopping=1.0, depth=60
):
    """T^(n) through one site of level ε + v cos Ωt between chains; `sidebands` lists n.

    With d_m = E_m − ε − Σ(E_m) and w = v/2: G_00 = 1/(d_0 − w²/(d_1 − w²/(d_2 − …)) − w²/(d_−1 − …)), and
    G_{n0} = w G_{n−1,0} / (d_n − w²/(d_{n+1} − …)).
    """
    m = np.arange(-depth, depth + 1)
    ladder = energy + m * photon_energy
    g = chain_g(ladder, hopping)
    d = dict(zip(m.tolist(), ladder - level - (couplings[0] ** 2 + couplings[1] ** 2) * g, strict=True))
    gamma = dict(zip(m.tolist(), -2 * g.imag, strict=True))
    w = amplitude / 2
    up, down = {depth: d[depth]}, {-depth: d[-depth]}
    for k in range(depth - 1, -depth, -1):
        up[k] = d[k] - w**2 / up[k + 1]
    for k in range(-depth + 1, depth):
        down[k] = d[k] - w**2 / down[k - 1]
    amplitudes = {0: 1 / (d[0] - w**2 / up[1] - w**2 / down[-1])}
    for k in range(1, depth):
        amplitudes[k] = w * amplitudes[k - 1] / up[k]
        amplitudes[-k] = w * amplitudes[1 - k] / down[-k]
    return np.array(
        [couplings[0] ** 2 * couplings[1] ** 2 * gamma[n] * gamma[0] * abs(amplitudes[n]) ** 2 for n in sidebands]
    )


# A spin in a rotating field between chains: only n = 0, ±1


def rotating_field(energy, *, level, static_field, rotating, photon_energy, couplings, hopping=1.0):
    """T_RL of ε0 + (B_z/2)σ_z + (B/2)(σ_x cos Ωt + σ_y sin Ωt): a dict by (spin in, spin out, n).

    H_1 = (B/2)|↑⟩⟨↓|: a photon is absorbed when the spin goes up.
    """

    def inverse(e, spin):
        g = chain_g(e, hopping)
        return e - level - spin * static_field / 2 - (couplings[0] ** 2 + couplings[1] ** 2) * g

    def gamma(e, side):
        return -2 * couplings[side] ** 2 * chain_g(e, hopping).imag

    e, w = energy, photon_energy
    b = rotating / 2
    flip_up = b / (inverse(e + w, 1) * inverse(e, -1) - b**2)
    flip_down = b / (inverse(e - w, -1) * inverse(e, 1) - b**2)
    stay_up = 1 / (inverse(e, 1) - b**2 / inverse(e - w, -1))
    stay_down = 1 / (inverse(e, -1) - b**2 / inverse(e + w, 1))
    return {
        ("down", "up", 1): gamma(e + w, 1) * gamma(e, 0) * abs(flip_up) ** 2,
        ("up", "down", -1): gamma(e - w, 1) * gamma(e, 0) * abs(flip_down) ** 2,
        ("up", "up", 0): gamma(e, 1) * gamma(e, 0) * abs(stay_up) ** 2,
        ("down", "down", 0): gamma(e, 1) * gamma(e, 0) * abs(stay_down) ** 2,
    }


# A stretch of L driven sites in a chain


def driven_stretch_transmission(sidebands, energy, *, length, level, amplitude, photon_energy, orders=20):
    """T^(n) through L sites of level u + v cos Ωt in a chain of hopping 1, by matching waves: two unknowns a sideband.

    Inside, ψ_j,n = Σ_m J_{n−m}(v/ħΩ) (a_m z_m^j + b_m z_m^{L+1−j}), z_m + 1/z_m = E_m − u, |z_m| ≤ 1. Outside the waves leave
    with ζ_n + 1/ζ_n = E_n. Both forms hold on the two sites at each join.
    """
    m = np.arange(-orders, orders + 1)
    ladder = energy + m * photon_energy
    z, zeta = chain_g(ladder - level), chain_g(ladder)
    bessel = jv(m[:, None] - m, amplitude / photon_energy)

    def inside(j):
        return np.hstack([bessel * z**j, bessel * z ** (length + 1 - j)])

    # left: ψ_j = δ_n0 ζ^j + r_n ζ^{−j} at j = 0, 1, so that r drops out of ζ_n ψ_1 − ψ_0; right: ψ_{L+1} = ζ ψ_L
    left = inside(1) * zeta[:, None] - inside(0)
    right = inside(length + 1) - inside(length) * zeta[:, None]
    source = np.zeros(2 * len(m), complex)
    start = orders
    # outgoing to the left is ζ^{|j|} = ζ^{−j}; incoming is 1/ζ^{|j|} = ζ^{j}
    source[start] = zeta[start] * zeta[start] - 1.0
    waves = np.linalg.solve(np.vstack([left, right]), source)
    out = inside(length + 1) @ waves
    speed = -2 * zeta.imag
    return np.array([speed[n + orders] / speed[start] * abs(out[n + orders]) ** 2 for n in sidebands])


# Static devices


def double_barrier_transmission(energy, *, barrier, distance):
    """Two sites of level U, `distance` sites apart, in a chain of hopping 1: t = t₁² z^d / (1 − r₁² z^{2d}), z = g(E)."""
    g0 = -1j / np.sqrt(4 - np.asarray(energy, float) ** 2)
    t1, r1 = 1 / (1 - barrier * g0), barrier * g0 / (1 - barrier * g0)
    z = chain_g(energy)
    return np.abs(t1**2 / (1 - r1**2 * z ** (2 * distance))) ** 2


def _ring_green(energies, flux, dot_coupling):
    """Static G of the ring, orbitals −1, 0, +1, d, chains of hopping 1: (energies, 4, 4)."""
    h = np.zeros((4, 4), complex)
    h[0, 1] = h[1, 2] = 1.0
    h[0, 3] = dot_coupling * np.exp(2j * np.pi * flux)
    h[2, 3] = dot_coupling
    h += h.conj().T
    energies = np.asarray(energies, float)
    g = chain_g(energies)
    d = energies[:, None, None] * np.eye(4) - h
    d[:, 0, 0] -= g
    d[:, 2, 2] -= g
    return np.linalg.inv(d), -2 * g.imag


def ring_transmission(energies, flux, dot_coupling=0.25):
    """Static T of the ring."""
    green, gamma = _ring_green(energies, flux, dot_coupling)
    return gamma**2 * np.abs(green[:, 2, 0]) ** 2


def ring_weak_drive_current(flux, fermi_energy, *, amplitude, photon_energy, dot_coupling=0.25):
    """I_R to O(v²), any Ω: (v²/4) ∫_{E_F−ħΩ}^{E_F} [ν_R(E+ħΩ) A(E) − ν_R(E) A(E+ħΩ)] dE, ν_a = Γ_a |G_ad|², A = ν_L + ν_R."""

    def densities(e):
        green, gamma = _ring_green(e, flux, dot_coupling)
        return gamma * np.abs(green[:, 0, 3]) ** 2, gamma * np.abs(green[:, 2, 3]) ** 2

    def integrand(e):
        left, right = densities(e)
        left_up, right_up = densities(e + photon_energy)
        return right_up * (left + right) - right * (left_up + right_up)

    spots = (0.0, -photon_energy, 2.0, -2.0, 2.0 - photon_energy, -2.0 - photon_energy)
    return amplitude**2 / 4 * graded_integral(integrand, fermi_energy - photon_energy, fermi_energy, spots)


# Slow pumps


def brouwer_charge(hamiltonian, derivative, fermi_energy, sites, *, steps=400, hopping=1.0):
    """Charge per cycle into the chain at sites[1], by Q_m = −(e/2π) ∮ Im Σ_b dS_mb S_mb*.

    `hamiltonian` and `derivative` are functions of the phase Ωt (H and dH/dΩt); chains of equal hopping sit at both `sites`.
    S_ab = −δ_ab + i Γ G_ab, so dS = i Γ (G dH G)_ab. The trapezoid rule converges exponentially on a cycle.
    """
    gamma = -2 * hopping**2 * chain_g(fermi_energy, hopping).imag
    total = 0.0
    sites = list(sites)
    for phase in 2 * np.pi * np.arange(steps) / steps:
        h = np.asarray(hamiltonian(phase), complex)
        d = fermi_energy * np.eye(len(h)) - h
        for site in sites:
            d[site, site] -= hopping**2 * chain_g(fermi_energy, hopping)
        green = np.linalg.inv(d)
        s = 1j * gamma * green[np.ix_(sites, sites)] - np.eye(2)
        ds = 1j * gamma * (green @ derivative(phase) @ green)[np.ix_(sites, sites)]
        total += (ds[1] * s[1].conj()).sum().imag
    return -total / steps


def rice_mele(count, *, mean=0.5, bond=0.4, stagger=0.8):
    """H(Ωt) and its derivative: bond i is mean + (−1)^i bond cos Ωt, site i is (−1)^i stagger sin Ωt."""
    alternate = (-1.0) ** np.arange(count)

    def matrix(bonds, sites):
        return np.diag(sites) + np.diag(bonds, 1) + np.diag(bonds, -1)

    def hamiltonian(phase):
        return matrix(mean + alternate[:-1] * bond * np.cos(phase), alternate * stagger * np.sin(phase))

    def derivative(phase):
        return matrix(-alternate[:-1] * bond * np.sin(phase), alternate * stagger * np.cos(phase))

    return hamiltonian, derivative
