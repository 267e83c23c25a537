"""The ring's map, 401 fluxes × 801 energies: the student's script, batched NumPy, `fq.scatter`, and `fq.solve` with one `fq.dc_current`."""

from __future__ import annotations

import cProfile
import pstats
import time

import numpy as np
import peers

import floquant as fq

FLUXES, ENERGIES = np.linspace(0.0, 1.0, 401), np.linspace(-0.6, 0.6, 801)
POINTS = len(FLUXES) * len(ENERGIES)
# Where the map's time goes: functions of the package, by what a reader calls them.
PARTS = {
    "static work on shared panels": ("tabulate",),
    "ladder kernel": ("scalar_flows",),
    "refinement and Legendre coefficients": ("integrate",),
    "currents at every Fermi energy": ("pumped_flows",),
    "bound states for the certificate": ("outside_the_bands",),
}


def drive(amplitude: float) -> fq.Drive:
    return fq.Drive({"dot_level": fq.Cosine(amplitude)}, photon_energy=peers.PHOTON)


def current_map(
    amplitude: float, fluxes: np.ndarray = FLUXES, energies: np.ndarray = ENERGIES
) -> tuple[fq.transport.Solution, object]:
    """Both directions, all sidebands, error bars included."""
    ring = fq.gallery.quantum_ring(dot_coupling=peers.V0)
    solution = fq.solve(ring, drive(amplitude), (energies[0], energies[-1]), flux=fluxes)
    return solution, fq.dc_current(solution, fq.Reservoirs(mu=energies))


def seconds(function: object, *arguments: object, repeat: int = 1) -> float:
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        function(*arguments)
        times.append(time.perf_counter() - start)
    return float(np.median(times))


def report(quick: bool) -> None:
    rng = np.random.default_rng(1)
    sample = 100 if quick else 400
    flux, energy = rng.uniform(0, 1, sample), rng.uniform(-0.6, 0.6, sample)
    peers.student_point(0.3, 0.05)
    student = seconds(lambda: [peers.student_point(f, e) for f, e in zip(flux, energy, strict=True)]) / sample
    batched = seconds(lambda: peers.batched_points(np.tile(flux, 5), np.tile(energy, 5)), repeat=3) / (5 * sample)

    out = np.empty((len(FLUXES), len(ENERGIES), 2))
    phases = np.exp(2j * np.pi * FLUXES)
    peers.bare_continued_fraction(phases[:1], ENERGIES[:1], out)
    bare = seconds(peers.bare_continued_fraction, phases, ENERGIES, out, repeat=3) / POINTS
    ring = fq.gallery.quantum_ring(dot_coupling=peers.V0)

    def scattered() -> float:
        scattering = fq.scatter(ring, drive(peers.V), ENERGIES, flux=FLUXES)
        both = scattering.transmission("R", "L", kind="total"), scattering.transmission("L", "R", kind="total")
        return max(float(np.abs(both[0].values - out[..., 0]).max()), float(np.abs(both[1].values - out[..., 1]).max()))

    fq.scatter(ring, drive(0.05), [0.1], flux=[0.1]).transmission("R", "L")
    difference = scattered()
    scatter = seconds(scattered)

    current_map(0.05)  # warm, with other parameters
    amplitudes = iter((0.061, 0.062, 0.063, 0.064, 0.065))
    whole = seconds(lambda: current_map(next(amplitudes)), repeat=5)
    profile = cProfile.Profile()
    solution, _ = profile.runcall(current_map, peers.V)
    nodes = solution.certificate.nodes

    print("\nThe ring's map, 401 fluxes × 801 energies, both directions, all sidebands; one core")
    rows = [
        ("(a) dense 44×44 inverse in a double loop", student, "extrapolated from a sample"),
        ("(b) batched NumPy solves", batched, "extrapolated from a sample"),
        ("(c) fq.scatter, T both ways", scatter / POINTS, f"differs from the bare kernel by {difference:.0e}"),
        ("(d) fq.solve + fq.dc_current, the current", whole / POINTS, f"{nodes} ladder solves, error bars included"),
        ("    bare continued fraction (numba), T both ways", bare, "this ring only, no error bars, |n| ≤ 5"),
    ]
    for name, cost, note in rows:
        print(f"  {name:<50} {cost * 1e6:9.3f} µs a point {cost * POINTS:9.3f} s   {student / cost:8.0f}×   {note}")
    rungs = solution.parts[0].integrals.ladder.rungs
    print(
        f"  The map takes {whole / (bare * nodes):.0f} times the bare kernel on as many nodes; a node has {rungs} incoming rungs."
    )
    stats = pstats.Stats(profile)
    total = stats.total_tt
    found = dict.fromkeys(PARTS, 0.0)
    for (_, _, function), (_, _, _, cumulative, _) in stats.stats.items():
        for name, functions in PARTS.items():
            if function in functions:
                found[name] += cumulative
    found["refinement and Legendre coefficients"] -= found["static work on shared panels"] + found["ladder kernel"]
    found["labels, checks and the rest (profiled)"] = total - sum(found.values())
    for name, spent in found.items():
        print(f"    {name:<40} {spent:6.3f} s {100 * spent / total:5.0f} %")
