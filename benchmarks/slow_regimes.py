"""Regimes that used to be slow, each in a process of its own: CPU seconds, under a limit.

    python benchmarks/slow_regimes.py [--quick] [--limit SECONDS] [--before CHECKOUT] [case …]

With another checkout each case is timed there too, one after the other in the same run. A small problem of the same kind goes first in
each process, untimed, so that kernels are compiled and loaded. The number printed is an answer (a current, in the device's unit) with its
error, to compare two checkouts by.

CPU seconds before and after in one run (one core, a busy machine: good to a third; "> 60" was stopped there), what was done, and why not
more. Before: the last commit without bounds of what lies beyond a ladder, whose numbers of sidebands were estimates. The sizes of the
chain, the Hall bar and the wave are ours: with smaller ones, tried first, they were not slow.

    weakly_coupled_chain            50.0    1.2   41×  elimination within the band of the device, O(n b²) an energy
    temperatures_and_biases          1.8    0.3    5×  no divisions in the kernel, each lead's moments once instead of three times
    many_photons_in_the_window      14.3    3.2  4.5×  one first panel, 3 sample ladders, tiny devices compiled; a panel takes
                                                       16 ladders of 100,000 rungs at least
    travelling_wave                  6.1   19.4  0.3×  the bound asks for 78 sidebands where the estimate took 28; the same 78 took
                                                       82 s before rungs were eliminated from both ends
    square_voltage                   4.8   > 60        estimate 67 sidebands; the bound falls as 1/N² where a wide band is open at every
                                                       energy. Between finite bands 4.6 and 5.3 s, by 21 and 91 sidebands
    loose_light_on_a_zigzag_ribbon  41.3   > 60        estimate 3 sidebands; 400 driven orbitals make the bound 800 times as large
    light_on_a_zigzag_ribbon        > 60   > 60        neither run came to its end
    hall_bar                        29.3   29.0    1×  8,672 ladders, 2.3 ms each to eliminate: fewer nodes would be needed
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np  # noqa: E402

import floquant as fq  # noqa: E402

# the answer, and the solution that it came from
Result = tuple[Any, Any]


def light_on_a_zigzag_ribbon(small: bool) -> Result:
    """Ten chains × twenty cells, every site under circular light, one Fermi level."""
    device = fq.gallery.zigzag_ribbon(2, 2) if small else fq.gallery.zigzag_ribbon(10, 20)
    light = {"light_x": fq.Cosine(0.2), "light_y": fq.Cosine(0.2, phase=-np.pi / 2)}
    solution = fq.solve(device, fq.Drive(light, photon_energy=1.5), (0.3, 0.3))
    return fq.dc_current(solution, fq.Reservoirs(mu=0.3)), solution


def loose_light_on_a_zigzag_ribbon(small: bool) -> Result:
    """The same to a tenth only."""
    device = fq.gallery.zigzag_ribbon(2, 2) if small else fq.gallery.zigzag_ribbon(10, 20)
    light = {"light_x": fq.Cosine(0.2), "light_y": fq.Cosine(0.2, phase=-np.pi / 2)}
    solution = fq.solve(device, fq.Drive(light, photon_energy=1.5), (0.3, 0.3), rtol=0.1)
    return fq.dc_current(solution, fq.Reservoirs(mu=0.3)), solution


def travelling_wave(small: bool) -> Result:
    """u cos(kx − Ωt) on 32 sites of a chain, four wavelengths, ħΩ = 0.02, μ beside the gap."""
    length = 4 if small else 32
    lead, sites = fq.Chain(1.0), np.arange(length)
    hopping = -(np.eye(length, k=1) + np.eye(length, k=-1))
    device = fq.Device(
        hopping,
        contacts={"L": fq.Contact(lead, 0), "R": fq.Contact(lead, length - 1)},
        knobs={f"u{site}": fq.Onsite(site) for site in sites},
    )
    wave = {f"u{site}": fq.Cosine(1.0, phase=-2 * np.pi * site / 8) for site in sites}
    solution = fq.solve(device, fq.Drive(wave, photon_energy=0.02), (-1.2, -1.2))
    return fq.dc_current(solution, fq.Reservoirs(mu=-1.2)), solution


def square_voltage(small: bool) -> Result:
    """±1 between one half of a cycle and the other, on the left lead of one level between wide bands."""
    device = fq.gallery.driven_level()
    drive = fq.Drive(voltages={"L": fq.Cosine(0.1) if small else fq.Square(0.5)}, photon_energy=1.0)
    solution = fq.solve(device, drive, (0.2, 0.2))
    return fq.dc_current(solution, fq.Reservoirs(mu=0.2)), solution


def weakly_coupled_chain(small: bool) -> Result:
    """160 sites, nothing driven, couplings of a tenth: as many narrow levels."""
    device = fq.gallery.driven_stretch(5 if small else 160, coupling=0.1)
    solution = fq.solve(device, None, (-1.5, 1.5))
    return fq.dc_current(solution, fq.Reservoirs(mu={"L": 1.0, "R": -1.0})), solution


def hall_bar(small: bool) -> Result:
    """Six terminals of six and twelve sites, in a magnetic field, nothing driven."""
    width, length = (4, 16) if small else (12, 60)
    contact = width // 2
    alpha = 0.05
    number = np.arange(width * length).reshape(length, width)
    h = np.zeros((number.size, number.size), complex)
    h[number[:, :-1].ravel(), number[:, 1:].ravel()] = -1.0
    turn = np.exp(2j * np.pi * alpha * np.arange(width))
    h[number[:-1].ravel(), number[1:].ravel()] = -np.tile(turn, length - 1)
    h = h + h.conj().T
    cell = h[np.ix_(number[0], number[0])]
    along = fq.PeriodicLead(cell, -np.diag(turn)), fq.PeriodicLead(cell, -np.diag(turn.conj()))
    narrow = -(np.eye(contact, k=1) + np.eye(contact, k=-1))
    probe = fq.PeriodicLead(narrow, -np.eye(contact))
    places = {"1": (length // 4, 0), "2": (3 * length // 4, 0), "3": (length // 4, -1), "4": (3 * length // 4, -1)}
    contacts = {"L": fq.Contact(along[1], number[0]), "R": fq.Contact(along[0], number[-1])}
    for name, (middle, edge) in places.items():
        contacts[name] = fq.Contact(probe, number[middle - contact // 2 : middle - contact // 2 + contact, edge])
    device = fq.Device(h, contacts=contacts)
    solution = fq.solve(device, None, (-3.1, -2.9) if small else (-3.2, -1.6))
    levels = dict.fromkeys(contacts, -3.0) | {"L": -2.95}
    return fq.dc_current(solution, fq.Reservoirs(mu=levels)), solution


def many_photons_in_the_window(small: bool) -> Result:
    """ħΩ = 1e-5, a window of one: a hundred thousand rungs."""
    photon_energy = 1e-2 if small else 1e-5
    drive = fq.Drive({"level": fq.Cosine(2 * photon_energy)}, photon_energy=photon_energy)
    solution = fq.solve(fq.gallery.driven_site(coupling_left=0.5, coupling_right=0.4), drive, (-0.5, 0.5))
    return fq.dc_current(solution, fq.Reservoirs(mu={"L": 0.5, "R": -0.5})), solution


def temperatures_and_biases(small: bool) -> Result:
    """Twenty temperatures × ten biases from one solution."""
    import xarray as xr

    drive = fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2)
    solution = fq.solve(fq.gallery.quantum_ring(dot_coupling=0.25), drive, (-2.0, 2.0), flux=0.2)
    count = (1, 2) if small else (20, 10)
    temperature = xr.DataArray(np.linspace(0.001, 0.03, count[0]), dims="temperature")
    bias = xr.DataArray(np.linspace(0.0, 0.3, count[1]), dims="bias")
    reservoirs = fq.Reservoirs(mu={"L": 0.5 * bias, "R": -0.5 * bias}, temperature=temperature)
    start = time.process_time()
    found = fq.dc_current(solution, reservoirs)
    temperatures_and_biases.spent = time.process_time() - start  # type: ignore[attr-defined]
    return found, solution


CASES: tuple[Callable[[bool], Result], ...] = (
    light_on_a_zigzag_ribbon, loose_light_on_a_zigzag_ribbon, travelling_wave, square_voltage, weakly_coupled_chain, hall_bar,
    many_photons_in_the_window, temperatures_and_biases,
)  # fmt: skip


def _warm() -> None:
    """Have every kernel compiled: until they are, small problems go by the dense reference. Older checkouts have other names for it."""
    try:
        from floquant.transport.warming import warm_up
    except ImportError:
        return
    warm_up(big_devices=True)


def timed(case: Callable[[bool], Result]) -> str:
    """CPU seconds, the solver, sidebands, panels, and one of the numbers."""
    _warm()
    case(True)
    start = time.process_time()
    found, solution = case(False)
    # where only the currents count, the case says so itself
    spent = getattr(case, "spent", time.process_time() - start)
    part = solution.parts[0]
    # older checkouts keep their panels elsewhere
    panels = f"{len(part.counted.mesh) // solution.settings.count:6d} panels" if hasattr(part, "counted") else " " * 13
    values, errors = found.values.ravel(), found.coords[f"{found.name}_error"].values.ravel()
    return (
        f"{spent:9.3f}  {part.solver.name[:34]:<34} ±{part.sidebands:<5d}{panels}   {values[0]:.9g} ± {errors[0]:.1e}"
    )


def in_a_process(name: str, limit: float, checkout: str | None = None) -> str:
    """The line of one case, or what became of it; by the package as it is installed, or by that of another checkout."""
    command = [sys.executable, __file__, "--only", name, "--limit", str(limit)]
    environment = os.environ | ({"PYTHONPATH": os.path.join(os.path.abspath(checkout), "src")} if checkout else {})
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode == 0:
        return done.stdout.strip()
    last = (done.stderr.strip().splitlines() or [""])[-1]
    return f"> {limit:g} s of CPU" if done.returncode < 0 else last[:160]


def report(
    quick: bool, names: list[str] | None = None, limit: float | None = None, before: str | None = None
) -> None:  # fmt: skip
    """Print the table."""
    limit = limit or (20.0 if quick else 150.0)
    print(f"\nSlow regimes (CPU seconds of solve and current; at most {limit:g})")
    for case in CASES:
        if not names or case.__name__ in names:
            if before:
                print(f"  {case.__name__:<32} {in_a_process(case.__name__, limit, before)}   before", flush=True)
            print(f"  {case.__name__:<32} {in_a_process(case.__name__, limit)}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", nargs="*")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--limit", type=float)
    parser.add_argument("--before", metavar="CHECKOUT")
    parser.add_argument("--only")
    asked = parser.parse_args()
    if asked.only:
        resource.setrlimit(resource.RLIMIT_CPU, (int(asked.limit), int(asked.limit)))
        print(timed(next(case for case in CASES if case.__name__ == asked.only)))
    else:
        report(asked.quick, asked.cases, asked.limit, asked.before)
