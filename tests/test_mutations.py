"""Mistakes that pass the usual checks, planted one by one in every path used in production, each caught by a test of the ordinary suite.

A mutant is a copy of the package with one piece of text replaced. The test that should catch it runs on the copy in a process of its own,
with kernels as plain Python; it must fail there, and pass on the package as it is. The table of docs/mistakes.md is made from this list.
"""

# ruff: noqa: E501 (the replaced texts are as long as they are)

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import floquant

TESTS = Path(__file__).parent
PACKAGE = Path(floquant.__file__).parent


@dataclass(frozen=True)
class Mutant:
    """One mistake in one place: `old` becomes `new` in `file`, and `caught_by` goes red."""

    mistake: str
    path: str
    file: str
    old: str
    new: str
    caught_by: str
    also: tuple[tuple[str, str], ...] = ()  # further replacements in the same file

    @property
    def name(self) -> str:
        return f"{self.mistake}, in the {self.path}"


PHYSICS, EQUIVALENCE, BIG = "test_physics.py::test_", "test_equivalence.py::test_", "test_big_devices.py::test_"
SITE = PHYSICS + "a_driven_site_in_a_chain_is_a_continued_fraction_with_its_closed_sidebands"
BESSEL = PHYSICS + "a_driven_level_is_bessel_functions"
ROTATING = PHYSICS + "a_photon_of_a_rotating_field_turns_the_spin_up"
RING = PHYSICS + "the_driven_rings_sidebands"
CURRENT = PHYSICS + "the_current_that_the_ring_pumps"
GATES = EQUIVALENCE + "amplitudes_are_those_of_the_dense_reference[two_gates]"
ONE_PORT = EQUIVALENCE + "amplitudes_are_those_of_the_dense_reference[one_port]"
TWO_SITES = EQUIVALENCE + "one_chain_on_two_sites_is_a_chain_that_begins_inside_the_device"
NARROW = EQUIVALENCE + "a_narrow_resonance_between_coarse_nodes_is_integrated_whole"
BIG_CASE = BIG + "every_case_is_that_of_the_dense_reference"
SINGULAR = BIG + "closed_pieces_that_are_singular_delay_their_pivots[1e-09]"
STRIP = BIG + "strips_between_wide_leads[0.07-False-all-DissectionSolver]"
DELAYED = "test_fronts.py::test_only_singular_directions_are_delayed[0.001-3-complex]"
CLEAN_STRIP = "test_leads.py::test_a_clean_strip_transmits_its_open_channels"
SAME_CHAIN = "test_leads.py::test_a_cell_of_several_sites_is_the_same_chain"
CELL_AFTER_CELL = "test_leads.py::test_above_the_axis_the_surface_is_the_limit_of_adding_cell_after_cell[generic]"
UNITARY = "test_leads.py::test_scattering_between_modes_is_unitary"
TILTED = "test_fields.py::test_a_tilted_field_pierces_a_loop_by_its_normal_component"
WAVE = "test_waveforms.py::test_a_sum_of_all_kept_harmonics_is_the_wave"
LEVITON = "test_voltages.py::test_a_leviton_makes_waves_of_one_photon_less_and_of_any_more_but_no_others"
TOGETHER = "test_voltages.py::test_what_device_and_leads_all_feel_alike_does_nothing[cosine-ladders]"
BELOW = "test_leads.py::test_below_the_axis_a_cell_of_several_sites_continues_as_the_chain_does"
LONG_CHAIN = "test_poles.py::test_the_rings_bound_states_and_their_weights_are_those_of_a_long_chain[0.1-2.0029]"

LADDER, SCALAR = "solve/ladder.py", "solve/kernels/scalar.py"
STEPS, COLUMNS = "solve/kernels/steps.py", "solve/kernels/block_columns.py"
PORTS, SIDEBANDS, QUADRATURE = "solve/ports.py", "solve/sidebands.py", "solve/quadrature.py"
CONTACTS, CUTOFF = "solve/contacts.py", "transport/cutoff.py"
FRONTS, PARTITION, ELIMINATION = "solve/kernels/elimination.py", "solve/kernels/partition.py", "solve/elimination.py"
DISSECTION, SLICES, LINKS, WIDE = (
    "solve/dissection.py",
    "solve/slices.py",
    "solve/kernels/slices.py",
    "solve/wide_ports.py",
)
CHAINS, TRANSFER, PERIODIC = "model/leads/transverse.py", "model/leads/transfer.py", "model/leads/periodic.py"

MUTANTS = [
    # Too few sidebands, or more on one side than on the other.
    Mutant(
        "too few sidebands", "cutoff", CUTOFF, "        if TAIL_FACTOR * tail > SHARE * self.rtol:", "        if self.rtol < 1:\n            return True\n        if tail > 1:", CURRENT,
        also=(("    return np.asarray(slowness(sidebands) * np.maximum(top, bottom))", "    return 0 * np.asarray(np.maximum(top, bottom))"),),
    ),
    Mutant(
        "asymmetric cutoff", "scalar kernel", SCALAR,
        "    above = 0.0j\n    for r in range(rungs - 1, -1, -1):", "    up[:] = 0.0\n    above = 0.0j\n    for r in range(rungs // 2 + 1, -1, -1):", SITE,
    ),
    Mutant("asymmetric cutoff", "block kernel", STEPS, "    if j < steps - 1:\n        add_product(v_down, up[j + 1], source)",
           "    if j < steps // 2:\n        add_product(v_down, up[j + 1], source)", GATES),
    # v for v/2: only a stronger drive.
    Mutant("v for v/2", "scalar kernel", SIDEBANDS, "np.ascontiguousarray(self.harmonics[:, 0, 0, 0])", "np.ascontiguousarray(2 * self.harmonics[:, 0, 0, 0])", SITE),
    Mutant("v for v/2", "block kernel", SIDEBANDS, "rising[:, a, :, b, :] = h[:, m + a - b - 1]", "rising[:, a, :, b, :] = 2 * h[:, m + a - b - 1]", GATES),
    Mutant("v for v/2", "waveforms", "model/waveforms/cosine.py", "0.5 * np.asarray(self.amplitude)", "1.0 * np.asarray(self.amplitude)", BESSEL),
    # Evanescent sidebands dropped.
    Mutant("evanescent sidebands dropped", "ports", PORTS, "    return PortTable(field[:, ports, :d],",
           "    field[:, :, :d] *= contacts.is_open.any(axis=1)[:, None, None]\n    return PortTable(field[:, ports, :d],", SITE),
    Mutant("evanescent sidebands dropped", "scalar kernel", SCALAR, "            ladder_ratios(g, w, v_up, rungs, up, down)\n            source = w",
           "            for r in range(rungs):\n                if topen[t, x, r].sum() == 0:\n                    g[r] = 0.0\n"
           "            ladder_ratios(g, w, v_up, rungs, up, down)\n            source = w", SITE),
    # The sign of n.
    Mutant("sign of n", "scalar kernel", SIDEBANDS, "np.ascontiguousarray(self.harmonics[:, 0, 0, 0])", "np.ascontiguousarray(self.harmonics[:, 0, 0, 0].conj())", ONE_PORT),
    Mutant("sign of n", "block kernel", SIDEBANDS, "rising[:, a, :, b, :] = h[:, m + a - b - 1]",
           "rising[:, a, :, b, :] = np.conj(np.swapaxes(h[:, m + a - b - 1], -1, -2))", ROTATING),
    Mutant("sign of n", "ladder of energies", LADDER, "return np.asarray(epsilon)[..., None] + self.photon_energy", "return np.asarray(epsilon)[..., None] - self.photon_energy", ROTATING),
    Mutant("sign of n", "phase of a waveform", "model/waveforms/cycle.py", "- 1j * np.sin(k * self.phase)", "+ 1j * np.sin(k * self.phase)", WAVE),
    Mutant("H_{k−m} for H_{m−k}", "fronts", FRONTS, "f[a + m, b + k] -= dynamic[d, most + m - k]", "f[a + m, b + k] -= dynamic[d, most + k - m]", BIG_CASE + "[two_gates-DissectionSolver]"),
    Mutant("H_{k−m} for H_{m−k}", "slices", LINKS, "value[used] = -dynamic[d, most + m - k]", "value[used] = -dynamic[d, most + k - m]", BIG_CASE + "[driven_flux-SliceSolver]"),
    Mutant("H_{k−m} for H_{m−k}", "ladder of wide ports", WIDE, "np.arange(rungs)[None, :] - np.arange(rungs)[:, None] + rungs - 1", "np.arange(rungs)[:, None] - np.arange(rungs)[None, :] + rungs - 1", BIG_CASE + "[two_harmonics-WidePortSolver]"),
    Mutant("time shift put back with the wrong sign", "dissection", DISSECTION, "np.exp(1j * elements.angle", "np.exp(-1j * elements.angle", BIG_CASE + "[one_port-DissectionSolver]"),
    Mutant("time shift put back with the wrong sign", "slices", SLICES, "np.exp(1j * elements.angle", "np.exp(-1j * elements.angle", BIG_CASE + "[one_port-SliceSolver]"),
    # G_0n for G_n0.
    Mutant("G_0n for G_n0", "ports", PORTS, "field[:, ports, :d], out[..., :d], field[:, ports, d:], static",
           "field[:, ports, :d].swapaxes(1, 2), field[:, ports, d:].swapaxes(1, 2), out[..., :d].swapaxes(1, 2), static.swapaxes(1, 2)", GATES),
    Mutant("G_0n for G_n0", "scalar kernel", SCALAR, "                    for b in range(channels):\n                        out[i, x, r, b, c] = left[r, b, 0] * wave",
           "                    for b in range(channels):\n                        out[i, x, rungs - 1 - r, b, c] = left[r, b, 0] * wave", SITE),
    Mutant("G_0n for G_n0", "block kernel", COLUMNS, "                    field[within * orbitals + k, c] = right[centre, k, c]",
           "                    field[within * orbitals + k, c] = left[centre, c, k]", GATES),
    Mutant("W_a and W_b exchanged", "wide ports", WIDE, "incoming = table.incoming[t, x, centre, a]", "incoming = table.outgoing[t, x, centre, a]", BIG_CASE + "[two_gates-WidePortSolver]",
           also=(("np.einsum(\"rbij,prji->prb\", table.outgoing[t, x]", "np.einsum(\"rbij,prji->prb\", table.incoming[t, x]"),)),
    Mutant("cross term of T^(0) dropped", "wide ports", WIDE, "size + 2 * mixed.real", "size + 0 * mixed.real", BIG_CASE + "[two_gates-WidePortSolver]"),
    # Σ(E) in every sideband.
    Mutant("Σ(E) in every sideband", "ports", PORTS, "dense_hamiltonian(sector) - sigma", "dense_hamiltonian(sector) - sigma[len(sigma) // 2]", SITE),
    Mutant("Σ(E) in every sideband", "tables of the kernels", SIDEBANDS, "return self.reference.at(energies)",
           "middle = energies[..., energies.shape[-1] // 2, None] + 0 * energies\n        here, there = (self.reference.at(e) for e in (energies, middle))\n"
           "        return PortTable(there.green, here.left, here.right, here.static, here.is_open)", SITE),
    Mutant("Σ(E) in every sideband", "dissection", DISSECTION, "view[:, m, :, m] -= wave.table.self_energy", "view[:, m, :, m] -= waves[0].table.self_energy", BIG_CASE + "[one_port-DissectionSolver]"),
    # Leads: the growing root, the other end, the adjoint hopping.
    Mutant("growing root outside the band", "chains", CHAINS, "np.where(np.real(x) < 0, -1, 1) * np.sqrt(-gap)", "np.where(np.real(x) < 0, 1, -1) * np.sqrt(-gap)", SITE),
    Mutant("growing Bloch waves", "periodic leads", TRANSFER, "np.where(modulus > 1, -1 + 1 / np.maximum(modulus, 1), 1 - modulus)", "-np.where(modulus > 1, -1 + 1 / np.maximum(modulus, 1), 1 - modulus)", SAME_CHAIN),
    Mutant("incoming Bloch waves", "periodic leads", TRANSFER, "    score = velocity / cell.scale", "    score = -velocity / cell.scale", SAME_CHAIN),
    Mutant("surface of the other end", "periodic leads", PERIODIC, "pieces(self.h00, self.h01)", "pieces(self.h00, self.h01.conj().T)", CELL_AFTER_CELL),
    Mutant("H01 for H01†", "lead that gives up a cell", PERIODIC, "return self.h00, self.h01, self", "return self.h00, self.h01.conj().T, self", TOGETHER),
    Mutant("H01 for H01†", "channels of leads", "model/leads/modes.py", "sigma = h01 @ surface @ h01.conj().T", "sigma = h01.conj().T @ surface @ h01", UNITARY),
    Mutant("the other sheet below the axis", "chains", CHAINS, "np.where(inside, 1j * np.sqrt(gap)", "np.where(inside, np.where(np.imag(x) < 0, -1j, 1j) * np.sqrt(gap)", BELOW),
    Mutant("weight in the leads forgotten", "bound states", "solve/bound_states.py", "return 1.0 / max(slope, 1.0)", "return 1.0", LONG_CHAIN),
    # Narrow replicas missed.
    Mutant("narrow replicas missed", "quadrature", QUADRATURE, "NOISE = 2e-15", "NOISE = 1e9", NARROW),
    # A complex H transposed.
    Mutant("complex H transposed", "ports", PORTS, "np.eye(n) - dense_hamiltonian(sector) -", "np.eye(n) - dense_hamiltonian(sector).T -", GATES),
    Mutant("complex H transposed", "settings of the kernels", SIDEBANDS, "np.ascontiguousarray(static + 1j", "np.ascontiguousarray(static.swapaxes(1, 2) + 1j", RING),
    Mutant("complex H transposed", "quadrature", SIDEBANDS, "np.ascontiguousarray(static + 1j", "np.ascontiguousarray(static.swapaxes(1, 2) + 1j", CURRENT),
    Mutant("complex H transposed", "dissection", ELIMINATION, "result[self.pattern.at(rows, columns)] = values", "result[self.pattern.at(columns, rows)] = values", BIG_CASE + "[two_gates-DissectionSolver]"),
    Mutant("falling link transposed", "slices", SLICES, "*(grouped(rows, pattern.indices, step, elements) for step in (0, 1, -1))",
           "*(grouped(rows, pattern.indices, step, pattern.transposed if step < 0 else elements) for step in (0, 1, -1))", BIG_CASE + "[two_gates-SliceSolver]"),
    # Eliminations.
    Mutant("no delayed pivots", "fronts", FRONTS, "        if size > allowed:", "        if size > 1e300:", SINGULAR),
    Mutant("delayed pivots with the wrong sign", "bordered fronts", FRONTS, "= -inverse[n + i, n + j]", "= inverse[n + i, n + j]", DELAYED),
    Mutant("an update read above its diagonal", "fronts", FRONTS, "np.conj(front[pivots + j, begin + i])", "front[pivots + j, begin + i]", DELAYED),
    Mutant("a border of singular directions that is not their adjoint", "bordered fronts", FRONTS, "result[n + j, i] = np.conj(q[i, j])", "result[n + j, i] = q[i, j]", DELAYED),
    Mutant("border index off by one", "fronts", PARTITION, "maps[k] = local[border[k]]", "maps[k] = local[border[max(k - 1, border_ptr[child])]]", STRIP),
    # Γ and its root element by element.
    Mutant("Γ = −2 Im Σ element by element", "contacts", CONTACTS, "        w[:, rows, columns] = coupled(terminal.coupling, lead.root)\n",
           "        sites = np.diagonal(terminal.coupling @ lead.surface @ terminal.coupling.conj().T, axis1=-2, axis2=-1)\n"
           "        w[:, rows, columns] = np.sqrt(np.maximum(-2 * sites.imag, 0))[..., None] * np.eye(*terminal.coupling.shape)\n", TWO_SITES),
    Mutant("root of a element by element", "contacts", "model/leads/opened.py", "return np.asarray((self.directions * np.sqrt(self.weights)[:, None]) @ back)", "return np.sqrt((self.directions * self.weights[:, None]) @ back + 0j)", CLEAN_STRIP),
    # Signs of fields and voltages.
    Mutant("sign of a Peierls phase", "fields", "model/peierls.py", "    step = r_i - r_j", "    step = r_j - r_i", TILTED),
    Mutant("sign of p(t)", "voltages", "model/voltage.py", "-1j * x / (2 * np.pi", "1j * x / (2 * np.pi", LEVITON),
]  # fmt: skip


def _run(tests: list[str], source: Path, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(source), "NUMBA_DISABLE_JIT": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        f"--basetemp={tmp_path / 'inner'}",
        *(str(TESTS / test) for test in tests),
    ]
    return subprocess.run(command, env=environment, cwd=TESTS.parent, capture_output=True, text=True, timeout=600)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_planted_mistake_is_caught(mutant: Mutant, tmp_path: Path) -> None:
    copy = tmp_path / "source" / "floquant"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    text = (copy / mutant.file).read_text(encoding="utf-8")
    for old, new in ((mutant.old, mutant.new), *mutant.also):
        assert old in text, f"the mutant no longer fits {mutant.file}: its text is gone"
        text = text.replace(old, new)
    (copy / mutant.file).write_text(text, encoding="utf-8")
    done = _run([mutant.caught_by], tmp_path / "source", tmp_path)
    assert done.returncode == 1, done.stdout[-3000:] + done.stderr[-3000:]
    assert "Error" in done.stdout
    # It fails for what it computes, not because the copy does not run.
    assert not any(
        word in done.stdout for word in ("SyntaxError", "NameError", "ImportError", "ModuleNotFoundError", "IndexError")
    ), done.stdout[-3000:]


def test_what_catches_mistakes_passes_without_them(tmp_path: Path) -> None:
    done = _run(sorted({mutant.caught_by for mutant in MUTANTS}), PACKAGE.parent, tmp_path)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
