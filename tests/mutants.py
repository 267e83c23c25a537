"""The list of planted mistakes: what is planted, in which module and function, and which test notices it.

A module is named by its key in `MODULES`, so that a file that moves changes one line there and nothing else.
"""

# ruff: noqa: E501 (the replaced texts are as long as they are)

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

MODULES = {
    "modes": "leads.modes",
    "open_channels": "leads.open_channels",
    "periodic": "leads.periodic",
    "bloch_waves": "leads.surface.bloch_waves",
    "transverse_modes": "leads.surface.transverse_modes",
    "peierls": "model.knobs.peierls",
    "voltage": "model.voltage",
    "cosine": "model.waveforms.cosine",
    "cycle": "model.waveforms.cycle",
    "bound_states": "solvers.poles.bound_states",
    "contacts": "solvers.ladder.contacts",
    "dissection": "solvers.extended.dissection",
    "elimination": "solvers.elimination.elimination",
    "block_columns": "solvers.kernels.block_columns",
    "front_kernel": "solvers.kernels.elimination",
    "partition": "solvers.kernels.partition",
    "scalar": "solvers.kernels.scalar",
    "slice_kernel": "solvers.kernels.slices",
    "steps": "solvers.kernels.steps",
    "ladder": "solvers.ladder.ladder",
    "ports": "solvers.local.ports",
    "refinement": "solvers.zone.refinement",
    "continued_fractions": "solvers.local.continued_fractions",
    "slices": "solvers.extended.slices",
    "wide_contacts": "solvers.local.wide_contacts",
    "cutoff": "transport.cutoff",
}


@dataclass(frozen=True)
class Mutant:
    """One mistake in one place: `old` becomes `new` in `function` of `module`, and `caught_by` goes red.

    `function` is a qualified name such as "Ladder.energies", or "" for a constant of the module.
    """

    mistake: str
    planted_in: str
    module: str
    function: str
    old: str
    new: str
    caught_by: str
    also: tuple[tuple[str, str, str], ...] = ()  # further (function, old, new) in the same module

    @property
    def name(self) -> str:
        return f"{self.mistake}, in the {self.planted_in}"

    def plant(self, package: Path) -> None:
        """Make the mistake in this copy of the package."""
        file = package / f"{MODULES[self.module].replace('.', '/')}.py"
        text = file.read_text(encoding="utf-8")
        for function, old, new in ((self.function, self.old, self.new), *self.also):
            begin, end = span(text, function)
            inside = text[begin:end]
            assert old in inside, f"the mistake no longer fits {MODULES[self.module]}.{function}: its text is gone"
            text = text[:begin] + inside.replace(old, new) + text[end:]
        file.write_text(text, encoding="utf-8")


def span(text: str, function: str) -> tuple[int, int]:
    """Where a function of a module begins and ends in its text; all of the text for ""."""
    if not function:
        return 0, len(text)
    body: list[ast.stmt] = ast.parse(text).body
    for name in function.split("."):
        found = next(
            (node for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name), None
        )
        assert found is not None, f"there is no {function} any more"
        body = found.body
    lines = text.splitlines(keepends=True)
    return sum(map(len, lines[: found.lineno - 1])), sum(map(len, lines[: found.end_lineno]))


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

MUTANTS = [
    # Too few sidebands, or more on one side than on the other.
    Mutant(
        "too few sidebands", "cutoff", "cutoff", "LadderJudge.accepts",
        "        if TAIL_FACTOR * tail > SHARE * self.rtol:",
        "        if self.rtol < 1:\n            return True\n        if tail > 1:",
        CURRENT, also=(("relative_tail", "    return np.asarray(slowness(sidebands) * np.maximum(top, bottom))", "    return 0 * np.asarray(np.maximum(top, bottom))"),),
    ),
    Mutant(
        "asymmetric cutoff", "scalar kernel", "scalar", "ladder_ratios",
        "    above = 0.0j\n    for r in range(rungs - 1, -1, -1):",
        "    up[:] = 0.0\n    above = 0.0j\n    for r in range(rungs // 2 + 1, -1, -1):",
        SITE,
    ),
    Mutant(
        "asymmetric cutoff", "block kernel", "steps", "full_source",
        "    if j < steps - 1:\n        add_product(v_down, up[j + 1], source)",
        "    if j < steps // 2:\n        add_product(v_down, up[j + 1], source)",
        GATES,
    ),
    # v for v/2: only a stronger drive.
    Mutant(
        "v for v/2", "scalar kernel", "continued_fractions", "SidebandSolver._call",
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
        "    return PortTable(energies, field[:, ports, :d],",
        "    field[:, :, :d] *= contacts.is_open.any(axis=1)[:, None, None]\n    return PortTable(energies, field[:, ports, :d],",
        SITE,
    ),
    Mutant(
        "evanescent sidebands dropped", "scalar kernel", "scalar", "scalar_columns",
        "            ladder_ratios(g, w, v_up, rungs, up, down)\n            source = w",
        "            for r in range(rungs):\n                if topen[t, x, r].sum() == 0:\n                    g[r] = 0.0\n"
           "            ladder_ratios(g, w, v_up, rungs, up, down)\n            source = w",
        SITE,
    ),
    # The sign of n.
    Mutant(
        "sign of n", "scalar kernel", "continued_fractions", "SidebandSolver._call",
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
    Mutant(
        "H_{k−m} for H_{m−k}", "fronts", "front_kernel", "add_elements",
        "f[a + m, b + k] -= dynamic[d, most + m - k]",
        "f[a + m, b + k] -= dynamic[d, most + k - m]",
        BIG_CASE + "[two_gates-DissectionSolver]",
    ),
    Mutant(
        "H_{k−m} for H_{m−k}", "slices", "slice_kernel", "link",
        "value[used] = -dynamic[d, most + m - k]",
        "value[used] = -dynamic[d, most + k - m]",
        BIG_CASE + "[driven_flux-SliceSolver]",
    ),
    Mutant(
        "H_{k−m} for H_{m−k}", "ladder of wide ports", "wide_contacts", "WidePortSolver._by_ladder",
        "np.arange(rungs)[None, :] - np.arange(rungs)[:, None] + rungs - 1",
        "np.arange(rungs)[:, None] - np.arange(rungs)[None, :] + rungs - 1",
        BIG_CASE + "[two_harmonics-WidePortSolver]",
    ),
    Mutant(
        "time shift put back with the wrong sign", "dissection", "dissection", "DissectionSolver.field",
        "np.exp(1j * elements.angle",
        "np.exp(-1j * elements.angle",
        BIG_CASE + "[one_port-DissectionSolver]",
    ),
    Mutant(
        "time shift put back with the wrong sign", "slices", "slices", "SliceSolver.field",
        "np.exp(1j * elements.angle",
        "np.exp(-1j * elements.angle",
        BIG_CASE + "[one_port-SliceSolver]",
    ),
    # G_0n for G_n0.
    Mutant(
        "G_0n for G_n0", "ports", "ports", "_reduce_dense",
        "field[:, ports, :d], out[..., :d], field[:, ports, d:], static",
        "field[:, ports, :d].swapaxes(1, 2), field[:, ports, d:].swapaxes(1, 2), out[..., :d].swapaxes(1, 2), static.swapaxes(1, 2)",
        GATES,
    ),
    Mutant(
        "G_0n for G_n0", "scalar kernel", "scalar", "scalar_columns",
        "                    for b in range(channels):\n                        out[i, x, r, b, c] = left[r, b, 0] * wave",
        "                    for b in range(channels):\n                        out[i, x, rungs - 1 - r, b, c] = left[r, b, 0] * wave",
        SITE,
    ),
    Mutant(
        "G_0n for G_n0", "block kernel", "block_columns", "block_columns",
        "                    field[within * orbitals + k, c] = right[centre, k, c]",
        "                    field[within * orbitals + k, c] = left[centre, c, k]",
        GATES,
    ),
    Mutant(
        "W_a and W_b exchanged", "wide ports", "wide_contacts", "WidePortSolver.powers",
        "incoming = table.incoming[t, x, centre, a]",
        "incoming = table.outgoing[t, x, centre, a]",
        BIG_CASE + "[two_gates-WidePortSolver]", also=(("WidePortSolver.powers", "np.einsum(\"rbij,prji->prb\", table.outgoing[t, x]", "np.einsum(\"rbij,prji->prb\", table.incoming[t, x]"),),
    ),
    Mutant(
        "cross term of T^(0) dropped", "wide ports", "wide_contacts", "WidePortSolver.powers",
        "size + 2 * mixed.real",
        "size + 0 * mixed.real",
        BIG_CASE + "[two_gates-WidePortSolver]",
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
    Mutant(
        "Σ(E) in every sideband", "dissection", "dissection", "DissectionSolver.field",
        "view[:, m, :, m] -= wave.table.self_energy",
        "view[:, m, :, m] -= waves[0].table.self_energy",
        BIG_CASE + "[one_port-DissectionSolver]",
    ),
    # Leads: the growing root, the other end, the adjoint hopping.
    Mutant(
        "growing root outside the band", "chains", "transverse_modes", "chain_surface",
        "np.where(np.real(x) < 0, -1, 1) * np.sqrt(-gap)",
        "np.where(np.real(x) < 0, 1, -1) * np.sqrt(-gap)",
        SITE,
    ),
    Mutant(
        "growing Bloch waves", "periodic leads", "bloch_waves", "outgoing",
        "np.where(modulus > 1, -1 + 1 / np.maximum(modulus, 1), 1 - modulus)",
        "-np.where(modulus > 1, -1 + 1 / np.maximum(modulus, 1), 1 - modulus)",
        SAME_CHAIN,
    ),
    Mutant(
        "incoming Bloch waves", "periodic leads", "bloch_waves", "outgoing",
        "    score = velocity / cell.scale",
        "    score = -velocity / cell.scale",
        SAME_CHAIN,
    ),
    Mutant(
        "surface of the other end", "periodic leads", "periodic", "PeriodicLead.pieces",
        "pieces(self.h00, self.h01)",
        "pieces(self.h00, self.h01.conj().T)",
        CELL_AFTER_CELL,
    ),
    Mutant(
        "H01 for H01†", "lead that gives up a cell", "periodic", "PeriodicLead.absorbed",
        "return self.h00, self.h01, self",
        "return self.h00, self.h01.conj().T, self",
        TOGETHER,
    ),
    Mutant(
        "H01 for H01†", "channels of leads", "modes", "bloch_modes",
        "sigma = h01 @ surface @ h01.conj().T",
        "sigma = h01.conj().T @ surface @ h01",
        UNITARY,
    ),
    Mutant(
        "the other sheet below the axis", "chains", "transverse_modes", "chain_surface",
        "np.where(inside, 1j * np.sqrt(gap)",
        "np.where(inside, np.where(np.imag(x) < 0, -1j, 1j) * np.sqrt(gap)",
        BELOW,
    ),
    Mutant(
        "weight in the leads forgotten", "bound states", "bound_states", "share_inside",
        "return 1.0 / max(slope, 1.0)",
        "return 1.0",
        LONG_CHAIN,
    ),
    # Narrow replicas missed.
    Mutant(
        "narrow replicas missed", "quadrature", "refinement", "",
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
    Mutant(
        "complex H transposed", "dissection", "elimination", "Elimination.resting",
        "result[self.pattern.at(rows, columns)] = values",
        "result[self.pattern.at(columns, rows)] = values",
        BIG_CASE + "[two_gates-DissectionSolver]",
    ),
    Mutant(
        "falling link transposed", "slices", "slices", "Slicing.of",
        "*(grouped(rows, pattern.indices, step, elements) for step in (0, 1, -1))",
        "*(grouped(rows, pattern.indices, step, pattern.transposed if step < 0 else elements) for step in (0, 1, -1))",
        BIG_CASE + "[two_gates-SliceSolver]",
    ),
    # Eliminations.
    Mutant(
        "no delayed pivots", "fronts", "front_kernel", "reduced",
        "        if size > allowed:",
        "        if size > 1e300:",
        SINGULAR,
    ),
    Mutant(
        "delayed pivots with the wrong sign", "bordered fronts", "front_kernel", "keep_directions",
        "= -inverse[n + i, n + j]",
        "= inverse[n + i, n + j]",
        DELAYED,
    ),
    Mutant(
        "an update read above its diagonal", "fronts", "front_kernel", "hand_over",
        "np.conj(front[pivots + j, begin + i])",
        "front[pivots + j, begin + i]",
        DELAYED,
    ),
    Mutant(
        "a border of singular directions that is not their adjoint", "bordered fronts", "front_kernel", "bordered",
        "result[n + j, i] = np.conj(q[i, j])",
        "result[n + j, i] = q[i, j]",
        DELAYED,
    ),
    Mutant(
        "border index off by one", "fronts", "partition", "places",
        "maps[k] = local[border[k]]",
        "maps[k] = local[border[max(k - 1, border_ptr[child])]]",
        STRIP,
    ),
    # Γ and its root element by element.
    Mutant(
        "Γ = −2 Im Σ element by element", "contacts", "contacts", "contacts_at",
        "        w[:, rows, columns] = coupled(terminal.coupling, lead.root)\n",
        "        sites = np.diagonal(terminal.coupling @ lead.surface @ terminal.coupling.conj().T, axis1=-2, axis2=-1)\n"
           "        w[:, rows, columns] = np.sqrt(np.maximum(-2 * sites.imag, 0))[..., None] * np.eye(*terminal.coupling.shape)\n",
        TWO_SITES,
    ),
    Mutant(
        "root of a element by element", "contacts", "open_channels", "Opened.root",
        "return np.asarray((self.directions * np.sqrt(self.weights)[:, None]) @ back)",
        "return np.sqrt((self.directions * self.weights[:, None]) @ back + 0j)",
        CLEAN_STRIP,
    ),
    # Signs of fields and voltages.
    Mutant(
        "sign of a Peierls phase", "fields", "peierls", "Peierls._turns",
        "    step = r_i - r_j",
        "    step = r_j - r_i",
        TILTED,
    ),
    Mutant(
        "sign of p(t)", "voltages", "voltage", "voltage_phases",
        "-1j * x / (2 * np.pi",
        "1j * x / (2 * np.pi",
        LEVITON,
    ),
]  # fmt: skip
