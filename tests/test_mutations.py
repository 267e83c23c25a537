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


SITE = "test_physics.py::test_a_driven_site_in_a_chain_is_a_continued_fraction_with_its_closed_sidebands"
BESSEL = "test_physics.py::test_a_driven_level_is_bessel_functions"
ROTATING = "test_physics.py::test_a_photon_of_a_rotating_field_turns_the_spin_up"
GATES = "test_equivalence.py::test_amplitudes_are_those_of_the_dense_reference[two_gates]"
TWO_SITES = "test_equivalence.py::test_one_chain_on_two_sites_is_a_chain_that_begins_inside_the_device"
RING = "test_physics.py::test_the_driven_rings_sidebands"
CURRENT = "test_physics.py::test_the_current_that_the_ring_pumps"
NARROW = "test_equivalence.py::test_a_narrow_resonance_between_coarse_nodes_is_integrated_whole"

LADDER, SCALAR, BLOCK = "solve/ladder.py", "solve/kernels/scalar.py", "solve/kernels/block.py"
PORTS, SIDEBANDS, QUADRATURE = "solve/ports.py", "solve/sidebands.py", "solve/quadrature.py"
CONTACTS, CUTOFF, LEAD = "solve/contacts.py", "transport/cutoff.py", "model/leads/transverse.py"

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
    Mutant("asymmetric cutoff", "block kernel", BLOCK, "        if j < steps - 1:\n            add_product(v_down, up[j + 1], source)",
           "        if j < steps // 2:\n            add_product(v_down, up[j + 1], source)", GATES),
    # v for v/2: only a stronger drive.
    Mutant("v for v/2", "scalar kernel", SIDEBANDS, "np.ascontiguousarray(self.harmonics[:, 0, 0, 0])", "np.ascontiguousarray(2 * self.harmonics[:, 0, 0, 0])", SITE),
    Mutant("v for v/2", "block kernel", SIDEBANDS, "rising[:, a, :, b, :] = h[:, m + a - b - 1]", "rising[:, a, :, b, :] = 2 * h[:, m + a - b - 1]", GATES),
    Mutant("v for v/2", "ports", "model/waveform.py", "0.5 * ", "1.0 * ", BESSEL),
    # Evanescent sidebands dropped.
    Mutant("evanescent sidebands dropped", "ports", PORTS, "    return PortTable(field[:, ports, :d],",
           "    field[:, :, :d] *= is_open.any(axis=1)[:, None, None]\n    return PortTable(field[:, ports, :d],", SITE),
    Mutant("evanescent sidebands dropped", "scalar kernel", SCALAR, "            ladder_ratios(g, w, v_up, rungs, up, down)\n            source = w",
           "            for r in range(rungs):\n                if topen[t, x, r].sum() == 0:\n                    g[r] = 0.0\n"
           "            ladder_ratios(g, w, v_up, rungs, up, down)\n            source = w", SITE),
    # The sign of n.
    Mutant("sign of n", "scalar kernel", SIDEBANDS, "np.ascontiguousarray(self.harmonics[:, 0, 0, 0])", "np.ascontiguousarray(self.harmonics[:, 0, 0, 0].conj())",
           "test_equivalence.py::test_amplitudes_are_those_of_the_dense_reference[one_port]"),
    Mutant("sign of n", "block kernel", SIDEBANDS, "rising[:, a, :, b, :] = h[:, m + a - b - 1]",
           "rising[:, a, :, b, :] = np.conj(np.swapaxes(h[:, m + a - b - 1], -1, -2))", ROTATING),
    Mutant("sign of n", "ladder of energies", LADDER, "return np.asarray(epsilon)[..., None] + self.photon_energy", "return np.asarray(epsilon)[..., None] - self.photon_energy", ROTATING),
    # G_0n for G_n0.
    Mutant("G_0n for G_n0", "ports", PORTS, "field[:, ports, :d], out[..., :d], field[:, ports, d:], out[..., d:]",
           "field[:, ports, :d].swapaxes(1, 2), field[:, ports, d:].swapaxes(1, 2), out[..., :d].swapaxes(1, 2), out[..., d:].swapaxes(1, 2)", GATES),
    Mutant("G_0n for G_n0", "scalar kernel", SCALAR, "                    for b in range(channels):\n                        out[i, x, r, b, c] = left[r, b, 0] * wave",
           "                    for b in range(channels):\n                        out[i, x, rungs - 1 - r, b, c] = left[r, b, 0] * wave", SITE),
    Mutant("G_0n for G_n0", "block kernel", BLOCK, "                field[within * orbitals + k, c] = right[centre, k, c]",
           "                field[within * orbitals + k, c] = left[centre, c, k]", GATES),
    # Σ(E) in every sideband.
    Mutant("Σ(E) in every sideband", "ports", PORTS, "- self_energy(sector, energies)\n",
           "- self_energy(sector, np.full_like(energies, energies.mean()))\n", SITE),
    Mutant("Σ(E) in every sideband", "tables of the kernels", SIDEBANDS, "return reduce_to_ports(self.sector, self.ports, self.kappa, energies)",
           "middle = energies[..., energies.shape[-1] // 2, None] + 0 * energies\n        here, there = (reduce_to_ports(self.sector, self.ports, self.kappa, e) for e in (energies, middle))\n"
           "        return PortTable(there.green, here.left, here.right, here.static, here.is_open)", SITE),
    # The growing root outside the band.
    Mutant("growing root outside the band", "leads", LEAD, "np.where(np.real(x) < 0, -1, 1) * np.sqrt(-gap)", "np.where(np.real(x) < 0, 1, -1) * np.sqrt(-gap)", SITE),
    # Narrow replicas missed.
    Mutant("narrow replicas missed", "quadrature", QUADRATURE, "NOISE = 2e-15", "NOISE = 1e9", NARROW),
    # A complex H transposed.
    Mutant("complex H transposed", "ports", PORTS, "np.eye(n) - sector.hamiltonian -", "np.eye(n) - sector.hamiltonian.T -", GATES),
    Mutant("complex H transposed", "settings of the kernels", SIDEBANDS, "np.ascontiguousarray(static + 1j", "np.ascontiguousarray(static.swapaxes(1, 2) + 1j", RING),
    Mutant("complex H transposed", "quadrature", SIDEBANDS, "np.ascontiguousarray(static + 1j", "np.ascontiguousarray(static.swapaxes(1, 2) + 1j", CURRENT),
    # Γ element by element.
    Mutant("Γ = −2 Im Σ element by element", "ports", CONTACTS, "        piece[..., terminal.orbitals, :] = terminal.coupling @ root\n",
           "        piece[..., terminal.orbitals, :] = np.sqrt(np.maximum(-2 * np.diagonal(terminal.self_energy(energies), axis1=-2, axis2=-1).imag, 0))[..., None]"
           " * np.eye(*terminal.coupling.shape)\n", TWO_SITES),
]  # fmt: skip


def _run(test: str, source: Path, tmp_path: Path) -> subprocess.CompletedProcess[str]:
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
        str(TESTS / test),
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
    done = _run(mutant.caught_by, tmp_path / "source", tmp_path)
    assert done.returncode == 1, done.stdout[-3000:] + done.stderr[-3000:]
    assert "Error" in done.stdout
    # It fails for what it computes, not because the copy does not run.
    assert not any(
        word in done.stdout for word in ("SyntaxError", "NameError", "ImportError", "ModuleNotFoundError", "IndexError")
    ), done.stdout[-3000:]


@pytest.mark.parametrize("test", sorted({mutant.caught_by for mutant in MUTANTS}))
def test_what_catches_mistakes_passes_without_them(test: str, tmp_path: Path) -> None:
    done = _run(test, PACKAGE.parent, tmp_path)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
