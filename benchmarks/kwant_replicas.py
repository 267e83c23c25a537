"""The rival: Kwant with MUMPS on the photon-replica lattice, full and with its lead modes given.

    (E + nħΩ − H_0) ψ_n = Σ_{k≠0} H_k ψ_{n−k},   n = −N … N: a static problem with 2N + 1 replicas of every site

Two ways to write it in Kwant, and the quicker one counts: replicas as orbitals of a site, with the replica number as the
conservation law of the leads, or replicas as lattices of their own, each with its own leads. Both send in the modes of
replica 0 only, and both ask for no more than T^(n).
"""

from __future__ import annotations

import ctypes
import itertools
import time
import warnings
from dataclasses import dataclass, field
from typing import Any

import kwant
import numpy as np
from kwant_problems import Problem, WireLead

Transmissions = dict[tuple[str, str], np.ndarray]


@dataclass(frozen=True, eq=False)
class Replicas:
    """A finalized Kwant system. `order`: N; `names`: contacts; `orbital`: replicas are orbitals of one lattice's sites."""

    system: Any
    order: int
    names: tuple[str, ...]
    energy: float
    orbital: bool

    def solve(self, system: Any = None) -> Transmissions:
        """{(to, from): T^(n), n = −N … N} at the problem's energy; `system`: one with lead modes precalculated."""
        solver = kwant.solvers.mumps.default_solver
        system = self.system if system is None else system
        return self._orbitals(solver, system) if self.orbital else self._lattices(solver, system)

    def precalculated(self) -> Any:
        """The system with the modes of all its leads computed."""
        return self.system.precalculate(self.energy, what="modes")

    def _lattices(self, solver: Any, system: Any) -> Transmissions:
        size = 2 * self.order + 1
        entering = [a * size + self.order for a in range(len(self.names))]
        s = solver.smatrix(system, self.energy, in_leads=entering, check_hermiticity=False)
        return {
            (to, source): np.array([s.transmission(b * size + n, entering[a]) for n in range(size)])
            for a, source in enumerate(self.names)
            for b, to in enumerate(self.names)
            if a != b
        }

    def _orbitals(self, solver: Any, system: Any) -> Transmissions:
        """What smatrix does inside, with the right-hand sides of replica 0 alone: it would send in all replicas."""
        contacts = range(len(self.names))
        linear, infos = solver._make_linear_sys(system, list(contacts), self.energy, (), False, False, params=None)
        slices = [_blocks(info) for info in infos]
        centre = [slices[a][self.order] for a in contacts]
        right = kwant.solvers.common.sp.hstack([linear.rhs[a].tocsc()[:, centre[a]] for a in contacts], format="csc")
        kept = np.concatenate(linear.indices)
        s = solver._solve_linear_sys(solver._factorized(linear.lhs), right, kept)
        power = np.abs(s) ** 2
        result, first, column = {}, np.cumsum([0, *(len(i) for i in linear.indices)]), 0
        for a in contacts:
            columns = slice(column, column + centre[a].stop - centre[a].start)
            column = columns.stop
            for b in contacts:
                rows = power[first[b] : first[b + 1], columns]
                if a != b:
                    result[self.names[b], self.names[a]] = np.array([rows[block].sum() for block in slices[b]])
        return result


def build(problem: Problem, order: int, orbital: bool = True) -> Replicas:
    """The replica lattice with n = −N … N (`order` N) as a finalized Kwant system."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "disconnected cells": some replicas of singular leads
        system = _replicas_as_orbitals(problem, order) if orbital else _replicas_as_lattices(problem, order)
    return Replicas(system, order, tuple(problem.leads), problem.energy, orbital)


@dataclass(frozen=True)
class Timing:
    """CPU seconds an energy, the best of some repetitions: everything, and with the modes of the leads given."""

    full: float
    modes_given: float
    transmissions: Transmissions = field(repr=False)


def timed(problem: Problem, order: int, repeat: int = 3, right_hand_sides: int = 24) -> Timing:
    """Kwant's best: the quicker of the two ways, in full and with modes precalculated. (`right_hand_sides` MUMPS solves
    at once; of 12, 24, 48 and 200 none is quicker by more than its scatter.)"""
    ways = [timed_way(problem, order, orbital, repeat, right_hand_sides) for orbital in (True, False)]
    return Timing(min(way.full for way in ways), min(way.modes_given for way in ways), ways[0].transmissions)


def timed_way(problem: Problem, order: int, orbital: bool, repeat: int = 3, right_hand_sides: int = 24) -> Timing:
    """One of the two ways. Building the system is not counted: it is done once for all energies."""
    replicas = build(problem, order, orbital)
    kwant.solvers.mumps.options(nrhs=right_hand_sides)
    given = replicas.precalculated()
    found = replicas.solve(given)
    part = [_seconds(lambda: replicas.solve(given)) for _ in range(repeat)]
    whole = [_seconds(replicas.solve) for _ in range(repeat)]
    return Timing(min(whole), min(part), found)


def gemm_rate(size: int = 600) -> tuple[str, float]:
    """The library that MUMPS multiplies with, and its complex gemm rate in 1e9 flops a second."""
    with open("/proc/self/maps") as maps:
        paths = {line.split()[-1] for line in maps if "blas" in line}
    path = next((p for p in sorted(paths) if "site-packages" not in p and "openblas" in p), None)
    if path is None:
        return "unknown", float("nan")
    library = ctypes.CDLL(path)
    rng = np.random.default_rng(0)
    a = np.asfortranarray(rng.normal(size=(size, size)) + 0j)
    b, c, one = a.copy("F"), a.copy("F"), np.ones(1, complex)
    n, no = ctypes.byref(ctypes.c_int(size)), ctypes.byref(ctypes.c_char(b"N"))
    data = [array.ctypes.data_as(ctypes.c_void_p) for array in (one, a, b, one, c)]
    best = min(
        _seconds(lambda: library.zgemm_(no, no, n, n, n, data[0], data[1], n, data[2], n, data[3], data[4], n))
        for _ in range(5)
    )
    return path, 8 * size**3 / best / 1e9


def _blocks(info: Any) -> list[slice]:
    """Columns of the incoming modes, and rows of the outgoing ones, of each replica."""
    ends = np.cumsum([0, *(int(modes) for modes in info.block_nmodes)])
    return [slice(*pair) for pair in itertools.pairwise(ends)]


def _seconds(function: Any) -> float:
    start = time.process_time()
    function()
    return time.process_time() - start


def _replicas_as_orbitals(problem: Problem, order: int) -> Any:
    size = 2 * order + 1
    lattice = kwant.lattice.general([(1, 0), (0, 1)], norbs=size)
    shift = np.diag(np.arange(-order, order + 1)) * problem.photon_energy
    system = kwant.Builder()
    for i, j, values in _elements(problem, order):
        block = sum(values[n] * np.eye(size, k=-n) for n in values)
        if i == j:
            system[lattice(i, 0)] = block - shift
        else:
            system[lattice(i, 0), lattice(j, 0)] = block
    number = np.diag(np.arange(-order, order + 1))
    for lead in problem.leads.values():
        wire = kwant.Builder(kwant.TranslationalSymmetry((0, 1)), conservation_law=number)
        _fill(wire, lattice, lead, lambda element: element * np.eye(size), shift)
        _attach(system, wire, lattice, lead)
    return system.finalized()


def _replicas_as_lattices(problem: Problem, order: int) -> Any:
    numbers = range(-order, order + 1)
    lattices = {n: kwant.lattice.general([(1, 0), (0, 1)], norbs=1, name=f"{n + order:03d}") for n in numbers}
    system = kwant.Builder()
    elements = _elements(problem, order)
    for n, lattice in lattices.items():
        for i in range(problem.matrices[0].shape[0]):
            system[lattice(i, 0)] = -n * problem.photon_energy
    for i, j, values in elements:
        for k, value in values.items():
            for n in numbers:
                if n - k not in lattices or (i == j and k < 0):
                    continue
                if i == j and k == 0:
                    system[lattices[n](i, 0)] = value.real - n * problem.photon_energy
                else:
                    system[lattices[n](i, 0), lattices[n - k](j, 0)] = value
    for lead in problem.leads.values():
        for n, lattice in lattices.items():
            wire = kwant.Builder(kwant.TranslationalSymmetry((0, 1)))
            _fill(wire, lattice, lead, lambda element: element, n * problem.photon_energy)
            _attach(system, wire, lattice, lead)
    return system.finalized()


def _fill(wire: Any, lattice: Any, lead: WireLead, block: Any, shift: Any) -> None:
    """A lead whose cell c is made of lattice(site, c); its symmetry points away from the device."""
    for p, i in enumerate(lead.sites):
        wire[lattice(int(i), 0)] = block(lead.h00[p, p]) - shift
    for p, q in zip(*np.nonzero(np.triu(lead.h00, 1)), strict=True):
        wire[lattice(int(lead.sites[p]), 0), lattice(int(lead.sites[q]), 0)] = block(lead.h00[p, q])
    for p, q in zip(*np.nonzero(lead.h01), strict=True):
        wire[lattice(int(lead.sites[p]), 0), lattice(int(lead.sites[q]), 1)] = block(lead.h01[p, q])


def _attach(system: Any, wire: Any, lattice: Any, lead: WireLead) -> None:
    touched = lead.sites[np.any(lead.h01, axis=1)]
    interface = sorted(lattice(int(i), 0) for i in touched)
    system.leads.append(kwant.builder.BuilderLead(wire, interface))


def _elements(problem: Problem, order: int) -> list[tuple[int, int, dict[int, complex]]]:
    """(i, j, {n: ⟨i|H_n|j⟩}) for i ≤ j and |n| ≤ 2N, and every site at least with its level."""
    found: dict[tuple[int, int], dict[int, complex]] = {(i, i): {0: 0j} for i in range(problem.matrices[0].shape[0])}
    for n, matrix in problem.matrices.items():
        if n > 2 * order:
            continue
        listed = matrix.tocoo()
        for i, j, value in zip(listed.row.tolist(), listed.col.tolist(), listed.data.tolist(), strict=True):
            if i <= j:
                found.setdefault((i, j), {})[n] = value
            if n and i >= j:
                found.setdefault((j, i), {})[-n] = value.conjugate()
    return [(i, j, values) for (i, j), values in found.items()]
