"""Mistakes in ladders of sidebands: cutoff, drives, ports, kernels and the quadrature."""

# ruff: noqa: E501 (the replaced texts are as long as they are)

from __future__ import annotations

from mutants import Mutant

SITE = "test_a_driven_site_in_a_chain_is_a_continued_fraction_with_its_closed_sidebands"
BESSEL = "test_a_driven_level_is_bessel_functions"
ROTATING = "test_a_photon_of_a_rotating_field_turns_the_spin_up"
RING = "test_the_driven_rings_sidebands"
CURRENT = "test_the_current_that_the_ring_pumps"
GATES = "test_amplitudes_are_those_of_the_dense_reference[two_gates]"
ONE_PORTS_FLOWS = "test_flows_are_the_explicit_sums_of_the_dense_reference[one_port]"
ONE_PORT = "test_amplitudes_are_those_of_the_dense_reference[one_port]"
NARROW = "test_a_narrow_resonance_between_coarse_nodes_is_integrated_whole"
WAVE = "test_a_sum_of_all_kept_harmonics_is_the_wave"

MUTANTS = [
    # Too few sidebands, or more on one side than on the other.
    Mutant(
        "too few sidebands", "bound of currents", "ladder_bound", "integrated",
        "    return np.asarray(x * logarithm + 2.0 * np.pi * passed)",
        "    return 0.0 * np.asarray(x * logarithm + 2.0 * np.pi * passed)",
        CURRENT,
    ),
    Mutant(
        "asymmetric cutoff", "scalar kernel", "scalar_columns", "ladder_in_lanes",
        "        r = rows - 2 - step if way == UP else 1 + step\n",
        "        r = rows - 2 - step if way == UP else 1 + step\n        if way == UP and r > rows // 2 + 1:\n            continue\n",
        SITE,
    ),
    Mutant(
        "asymmetric cutoff", "scalar kernel of currents", "scalar", "ladder_ratios",
        "    above = 0.0j\n    for r in range(rungs - 1, -1, -1):",
        "    up[:] = 0.0\n    above = 0.0j\n    for r in range(rungs // 2 + 1, -1, -1):",
        ONE_PORTS_FLOWS,
    ),
    Mutant(
        "asymmetric cutoff", "block kernel", "steps", "full_source",
        "    if j < steps - 1:\n        add_product(v_down, up[j + 1], source)",
        "    if j < steps // 2:\n        add_product(v_down, up[j + 1], source)",
        GATES,
    ),
    # v for v/2: only a stronger drive.
    Mutant(
        "v for v/2", "scalar kernel", "continued_fractions", "SidebandSolver._arguments",
        "np.ascontiguousarray(self.harmonics[:, 0, 0, 0])",
        "np.ascontiguousarray(2 * self.harmonics[:, 0, 0, 0])",
        SITE,
    ),
    Mutant(
        "v for v/2", "block kernel", "continued_fractions", "SidebandSolver.steps",
        "rising[:, a, :, b, :] = h[:, m + a - b - 1]",
        "rising[:, a, :, b, :] = 2 * h[:, m + a - b - 1]",
        GATES,
    ),
    Mutant(
        "v for v/2", "waveforms", "cosine", "Cosine.shape",
        "0.5 * np.asarray(self.amplitude)",
        "1.0 * np.asarray(self.amplitude)",
        BESSEL,
    ),
    # Evanescent sidebands dropped.
    Mutant(
        "evanescent sidebands dropped", "ports", "ports", "_reduce_dense",
        "    seen = field[:, ports, :d],",
        "    field[:, :, :d] *= contacts.is_open.any(axis=1)[:, None, None]\n    seen = field[:, ports, :d],",
        SITE,
    ),
    Mutant(
        "evanescent sidebands dropped", "scalar kernel", "scalar_columns", "scalar_columns",
        "            # a constant number of lanes",
        "            for r in range(rungs):\n                for x in range(lanes):\n"
           "                    if table.is_open[t, begin + x, r].sum() == 0:\n                        slots[r + 1, G : G + 2, x] = 0.0\n"
           "            # a constant number of lanes",
        SITE,
    ),
    # The sign of n.
    Mutant(
        "sign of n", "scalar kernel", "continued_fractions", "SidebandSolver._arguments",
        "np.ascontiguousarray(self.harmonics[:, 0, 0, 0])",
        "np.ascontiguousarray(self.harmonics[:, 0, 0, 0].conj())",
        ONE_PORT,
    ),
    Mutant(
        "sign of n", "block kernel", "continued_fractions", "SidebandSolver.steps",
        "rising[:, a, :, b, :] = h[:, m + a - b - 1]",
        "rising[:, a, :, b, :] = np.conj(np.swapaxes(h[:, m + a - b - 1], -1, -2))",
        ROTATING,
    ),
    Mutant(
        "sign of n", "ladder of energies", "ladder", "Ladder.energies",
        "return np.asarray(epsilon)[..., None] + self.photon_energy",
        "return np.asarray(epsilon)[..., None] - self.photon_energy",
        ROTATING,
    ),
    Mutant(
        "sign of n", "phase of a waveform", "cycle", "Cycle.harmonics",
        "- 1j * np.sin(k * phase)",
        "+ 1j * np.sin(k * phase)",
        WAVE,
    ),
    # G_0n for G_n0.
    Mutant(
        "G_0n for G_n0", "ports", "ports", "_reduce_dense",
        "field[:, ports, :d], out[..., :d], field[:, ports, d:], static",
        "field[:, ports, :d].swapaxes(1, 2), field[:, ports, d:].swapaxes(1, 2), out[..., :d].swapaxes(1, 2), static.swapaxes(1, 2)",
        GATES,
    ),
    Mutant(
        "G_0n for G_n0", "scalar kernel", "scalar_columns", "write_powers",
        "out_powers[i, at, r, bank[b], bank[c]] +=",
        "out_powers[i, at, out_powers.shape[2] - 1 - r, bank[b], bank[c]] +=",
        SITE,
    ),
    Mutant(
        "G_0n for G_n0", "block kernel", "block_columns", "block_columns",
        "                    field[within * orbitals + k, c] = right[centre, k, c]",
        "                    field[within * orbitals + k, c] = left[centre, c, k]",
        GATES,
    ),
    # Σ(E) in every sideband.
    Mutant(
        "Σ(E) in every sideband", "ports", "ports", "_reduce_dense",
        "dense_hamiltonian(sector) - sigma",
        "dense_hamiltonian(sector) - sigma[len(sigma) // 2]",
        SITE,
    ),
    Mutant(
        "Σ(E) in every sideband", "tables of the kernels", "continued_fractions", "SidebandSolver.tabulate",
        "return self.reference.at(energies)",
        "middle = energies[..., energies.shape[-1] // 2, None] + 0 * energies\n        here, there = (self.reference.at(e) for e in (energies, middle))\n"
           "        return PortTable(energies, there.green, here.left, here.right, here.static, here.is_open)",
        SITE,
    ),
    # Narrow replicas missed.
    Mutant(
        "narrow replicas missed", "quadrature", "recording", "",
        "NOISE = 2e-15",
        "NOISE = 1e9",
        NARROW,
    ),
    # A complex H transposed.
    Mutant(
        "complex H transposed", "ports", "ports", "_reduce_dense",
        "np.eye(n) - dense_hamiltonian(sector) -",
        "np.eye(n) - dense_hamiltonian(sector).T -",
        GATES,
    ),
    Mutant(
        "complex H transposed", "settings of the kernels", "continued_fractions", "SidebandSolver.__init__",
        "np.ascontiguousarray(static + 1j",
        "np.ascontiguousarray(static.swapaxes(1, 2) + 1j",
        RING,
    ),
    Mutant(
        "complex H transposed", "quadrature", "continued_fractions", "SidebandSolver.__init__",
        "np.ascontiguousarray(static + 1j",
        "np.ascontiguousarray(static.swapaxes(1, 2) + 1j",
        CURRENT,
    ),
]  # fmt: skip
