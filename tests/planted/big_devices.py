"""Mistakes in the solvers of big devices: elimination, slices, dissection, wide ports."""

# ruff: noqa: E501 (the replaced texts are as long as they are)

from __future__ import annotations

from mutants import Mutant

BIG_CASE = "test_every_case_is_that_of_the_dense_reference"
SINGULAR = "test_closed_pieces_that_are_singular_delay_their_pivots[1e-09]"
STRIP = "test_strips_between_wide_leads[0.07-False-all-DissectionSolver]"
DELAYED = "test_only_singular_directions_are_delayed[0.001-3-complex]"

MUTANTS = [
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
        "sent = [blocks[rungs - 1 - r : 2 * rungs - 1 - r]",
        "sent = [blocks[::-1][rungs - 1 - r : 2 * rungs - 1 - r]",
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
    Mutant(
        "W_a and W_b exchanged", "wide ports", "wide_contacts", "WidePortSolver.powers",
        "incoming = table.incoming[t, x, centre, a]",
        "incoming = table.outgoing[t, x, centre, a]",
        BIG_CASE + "[two_gates-WidePortSolver]", also=(("WidePortSolver.powers", "np.einsum(\"rbij,prji->prb\", table.outgoing[t, x]", "np.einsum(\"rbij,prji->prb\", table.incoming[t, x]"),),
    ),
    Mutant(
        "cross term of T^(0) dropped", "wide ports", "wide_contacts", "WidePortSolver.powers",
        "direct + 2 * mixed.real",
        "direct + 0 * mixed.real",
        BIG_CASE + "[two_gates-WidePortSolver]",
    ),
    Mutant(
        "Σ(E) in every sideband", "dissection", "dissection", "DissectionSolver.field",
        "view[:, m, :, m] -= wave.table.self_energy",
        "view[:, m, :, m] -= waves[0].table.self_energy",
        BIG_CASE + "[one_port-DissectionSolver]",
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
]  # fmt: skip
