"""Big devices beside Kwant with MUMPS on the photon-replica lattice, one thread, in one run: CPU seconds an energy, T^(n) both ways.

Kwant is given its best: the quicker of two ways to write replicas, and once more with the modes of its leads given for nothing. Ours holds
everything: leads, elimination and transmissions. What is done once for all energies (building the system; the order of elimination) is left
out on both sides. The results must agree to 1e-9.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

import floquant as fq


def device_of(problem: Any) -> tuple[fq.Device, fq.Drive]:
    """The same problem as a device with raw harmonics; equal leads are one lead."""
    leads: dict[bytes, fq.PeriodicLead] = {}
    contacts = {}
    for name, wire in problem.leads.items():
        h00, h01 = np.asarray(wire.h00), np.asarray(wire.h01)
        lead = leads.setdefault(h00.tobytes() + h01.tobytes(), fq.PeriodicLead(h00, h01))
        contacts[name] = fq.Contact(lead, wire.sites)
    device = fq.Device(problem.matrices[0].tocsc(), contacts, positions=problem.positions)
    harmonics = {n: matrix for n, matrix in problem.matrices.items() if n > 0}
    return device, fq.Drive.from_matrices(harmonics, photon_energy=problem.photon_energy)


def an_energy(device: fq.Device, drive: fq.Drive, energy: float, order: int, **settings: Any) -> tuple[float, Any]:
    """CPU seconds of one more energy, and the scattering: a call with four energies less a call with one, over three."""
    few = energy + 1e-4 * np.arange(1, 4)

    def call(energies: Any) -> fq.transport.Scattering:
        return fq.scatter(device, drive, energies, sidebands=order, **settings)

    found = call([energy])
    one = min(seconds(lambda: call([energy])) for _ in range(3))
    many = min(seconds(lambda: call([energy, *few])) for _ in range(2))
    return (many - one) / len(few), found


def seconds(function: Callable[[], Any]) -> float:
    """CPU time of a call."""
    start = time.process_time()
    function()
    return time.process_time() - start


def difference(found: Any, wanted: dict[tuple[str, str], np.ndarray]) -> float:
    """Largest difference from Kwant's T^(n)."""
    return max(float(np.abs(found.transmission(*pair).values[0] - values).max()) for pair, values in wanted.items())


def row(label: str, problem: Any, order: int) -> None:
    """One line of the table: Kwant in full, with modes given, ours, and the ratios."""
    import kwant_replicas

    device, drive = device_of(problem)
    ours, found = an_energy(device, drive, problem.energy, order)
    rival = kwant_replicas.timed(problem, order, repeat=2)
    name = found.certificate.solver.split(" (")[0]
    print(
        f"  {label:<26} ±{order}  {rival.full:8.3f} {rival.modes_given:8.3f} {ours:8.3f}  {rival.full / ours:6.1f} "
        f"{rival.modes_given / ours:6.1f}   {name:<12} {difference(found, rival.transmissions):.0e}",
        flush=True,
    )


def extended(quick: bool) -> None:
    """Every site driven."""
    import kwant_problems as problems

    print("  every site driven              Kwant  modes given  ours   ratio  ratio   solver       difference")
    sizes = [(10, 50), (30, 30)] if quick else [(10, 50), (10, 200), (30, 100), (60, 60), (100, 100)]
    for width, length in sizes:
        for order in (1, 2) if quick else (1, 2, 4):
            row(f"complex {width}×{length}", problems.square_strip(width, length), order)
    for width, length in [(30, 30)] if quick else [(60, 60), (100, 100)]:
        for order in (2,) if quick else (2, 4):
            row(f"real {width}×{length}", problems.in_phase_strip(width, length), order)
    for order in (2,) if quick else (2, 3):
        row("graphene 24×60, circular", problems.zigzag_ribbon(), order)


def graphene_cutoff(quick: bool) -> None:
    """Which cutoff makes Σ_n T^(n) of the irradiated ribbon good to 1e-3, and what an energy then takes."""
    import kwant_problems as problems

    problem = problems.zigzag_ribbon(12, 30) if quick else problems.zigzag_ribbon()
    device, drive = device_of(problem)
    energies = problem.energy + 0.02 * np.arange(4)
    print(f"\n  Σ_n T^(n) of the {problem.name} under light, and its largest error at {len(energies)} energies")
    totals, spent = {}, {}
    for order in (2, 3, 4, 5, 6, 8, 10):
        start = time.process_time()
        found = fq.scatter(device, drive, energies, sidebands=order)
        totals[order] = found.transmission("R", "L", kind="total").values
        spent[order] = (time.process_time() - start) / len(energies)
    for order, total in totals.items():
        error = float(np.abs(total / totals[10] - 1).max())
        print(
            f"    ±{order:<2d} {spent[order]:7.3f} s an energy   {error:.1e}"
            if order < 10
            else f"    ±10 {spent[10]:7.3f} s an energy   taken as exact"
        )


def local_gate(quick: bool) -> None:
    """Ten driven sites on a large device: the first point, and each further amplitude, phase or frequency."""
    import kwant_problems as problems
    import kwant_replicas

    side = 40 if quick else 100
    problem = problems.gated_square(side, side)
    sites = problems.gate_sites(side, side).tolist()
    bare, _ = device_of(problem)
    halves = {"left": fq.Onsite(sites[:5]), "right": fq.Onsite(sites[5:])}
    device = fq.Device(bare.h, bare.contacts, halves, positions=problem.positions)
    drive = fq.Drive({"left": fq.Cosine("v"), "right": fq.Cosine("v", phase="lag")}, photon_energy="omega")
    fixed = {"v": 0.5, "lag": 0.0, "omega": problem.photon_energy}
    first, found = an_energy(device, drive, problem.energy, 2, **fixed)
    rival = kwant_replicas.timed(problem, 2, repeat=2)
    many = np.linspace(0.1, 0.6, 400)

    def sweep(count: int, name: str) -> float:
        return seconds(
            lambda: fq.scatter(device, drive, [problem.energy], sidebands=2, **{**fixed, name: many[:count]})
        )

    print(
        f"\n  a gate of {len(sites)} sites on {side}×{side}, ±2: Kwant {rival.full:.3f} s, modes given {rival.modes_given:.3f} s"
    )
    print(
        f"    first point             {first:9.2e} s  {rival.full / first:8.0f}×   difference {difference(found, rival.transmissions):.0e}"
    )
    for name, what in (("v", "amplitude"), ("lag", "phase")):
        sweep(400, name)
        each = (min(sweep(400, name) for _ in range(3)) - min(sweep(100, name) for _ in range(3))) / 300
        print(f"    each further {what:<10} {each:9.2e} s  {rival.full / each:8.0f}×")
    frequency, _ = an_energy(device, drive, problem.energy, 2, **{**fixed, "omega": 0.41})
    print(f"    each further frequency  {frequency:9.2e} s  {rival.full / frequency:8.0f}×")


def uniform_stretch() -> None:
    """A chain whose stretch of L sites is driven uniformly: the cost is linear in L."""
    print("\n  a uniformly driven stretch of L sites in a chain, ±6")
    for length in (50, 1000, 10_000):
        device = fq.gallery.driven_stretch(length)
        drive = fq.Drive({"level": fq.Cosine(0.4)}, photon_energy=0.5)
        spent, found = an_energy(device, drive, 0.3, 6)
        print(
            f"    L = {length:6d}  {spent:9.2e} s an energy, {spent / length * 1e6:6.2f} µs a site   {found.certificate.solver}"
        )


def our_gemm_rate(size: int = 600) -> float:
    """Complex gemm of SciPy's BLAS, which the kernels call, in 1e9 flops a second."""
    from scipy.linalg.blas import zgemm

    rng = np.random.default_rng(0)
    a = np.asfortranarray(rng.normal(size=(size, size)) + 0j)
    return 8 * size**3 / min(seconds(lambda: zgemm(1.0, a, a)) for _ in range(5)) / 1e9


def report(quick: bool) -> None:
    """Print the tables; without Kwant, say so."""
    print("\nBig devices beside Kwant + MUMPS (CPU seconds an energy, one thread)")
    try:
        import kwant_replicas
    except ImportError as error:
        print(f"  left out: {error}; see docs/interop.md for how to install Kwant with MUMPS")
        return
    with threadpool_limits(1):
        extended(quick)
        graphene_cutoff(quick)
        local_gate(quick)
        uniform_stretch()
        library, rate = kwant_replicas.gemm_rate()
        print(f"\n  complex gemm: SciPy's {our_gemm_rate():.0f} GF/s (ours), {library} {rate:.0f} GF/s (MUMPS)")


if __name__ == "__main__":
    import sys

    report("--quick" in sys.argv[1:])
