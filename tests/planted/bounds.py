"""Mistakes in the bounds of what lies beyond a ladder, of rounding, and of band edges."""

# ruff: noqa: E501 (the replaced texts are as long as they are)

from __future__ import annotations

from mutants import Mutant

NARROW = "test_no_true_error_exceeds_its_claim[narrow]"
STRONG = "test_no_true_error_exceeds_its_claim[strong]"
EDGES = "test_no_true_error_exceeds_its_claim[edges]"
SLOW = "test_no_true_error_exceeds_its_claim[slow]"
SWEEP = "test_no_true_error_exceeds_its_claim[wide_sweep]"
LACKING = "test_sidebands_that_one_sector_lacks_are_bounded"
HIDDEN = "test_what_is_driven_deep_inside_is_not_forgotten"
IN_A_GAP = "test_the_bounds_cover_forced_ladders[7-DenseSolver]"
LAST_BITS = "test_the_last_bits_of_a_level_stay_within_the_claims[ports-0.3]"
BOTH_ENDS = 'entering = np.einsum("pxe,pxe->px", ends.entering, 1.0 / h)'

MUTANTS = [
    Mutant(
        "a missing factor of the drive", "bound of the scalar ladder's ends", "scalar_columns", "write_ends",
        "out_ends[i, at, 0] = size * entered",
        "out_ends[i, at, 0] = entered",
        STRONG,
        also=(
            ("write_ends", "out_ends[i, at, 1] = size * entered", "out_ends[i, at, 1] = entered"),
            ("write_ends", "= slots[r + 1, DOWN + LEAVING, x]", "= slots[r + 1, DOWN + LEAVING, x] / size"),
            ("write_ends", "= slots[r + 1, UP + LEAVING, x]", "= slots[r + 1, UP + LEAVING, x] / size"),
        ),
    ),
    Mutant(
        "a missing factor of the drive", "bound of the block ladder's ends", "block_columns", "follow",
        "    multiply(along, wave, driving)\n    return weight_of(driving,",
        "    return weight_of(wave,",
        STRONG,
        also=(("add_end", "total += along[k, m] *", "total += (1.0 if k == m else 0.0) *"),),
    ),
    Mutant(
        "outer rungs forgotten", "bound of the ladder's ends", "ladder_bound", "Shift.of",
        "room = gaps - ends.returning",
        "room = gaps",
        NARROW,
    ),
    Mutant(
        "what is beyond the ladder does not interfere", "bound of currents in a gap", "gap_bound", "beyond_the_ladder",
        "(2.0 * a + a**2)",
        "(a**2)",
        IN_A_GAP,
    ),
    Mutant(
        "the lower end forgotten", "bound of the ladder's ends", "ladder_bound", "Shift.of",
        BOTH_ENDS,
        "entering = ends.entering[..., 0] / h[..., 0]",
        EDGES,
    ),
    Mutant(
        "the upper end forgotten", "bound of the ladder's ends", "ladder_bound", "Shift.of",
        BOTH_ENDS,
        "entering = ends.entering[..., 1] / h[..., 1]",
        EDGES,
    ),
    Mutant(
        "one end forgotten", "detectors of the ladder's ends", "ladder_bound", "Shift.of",
        "leaving = np.einsum(\"pxer,pxe->pxr\", ends.leaving, 1.0 / h)",
        "leaving = ends.leaving[:, :, 0] / h[..., 0, None]",
        EDGES,
    ),
    Mutant(
        "levels beyond the ladder taken to be broad", "bound of the ladder's ends", "ladder_bound", "Shift.of",
        "least = EPSILON * size[..., None]",
        "least = size[..., None]",
        SLOW,
    ),
    Mutant(
        "what is emitted beyond the common sidebands left out", "longer ladders of a few energies", "sector_scattering", "LongLadders.block",
        "lost=shift.lost + self.outside",
        "lost=shift.lost",
        SWEEP,
    ),
    Mutant(
        "sidebands that one sector lacks count as exact", "amplitudes", "amplitudes", "lead_amplitudes",
        "np.sqrt(shift.lost)[..., None]",
        "0.0 * shift.lost[..., None]",
        LACKING,
    ),
    Mutant(
        "sidebands that one sector lacks count as exact", "transmissions", "transmitted", "Transmitted._add",
        "+= lost",
        "+= 0.0 * lost",
        LACKING,
    ),
    Mutant(
        "conditioning dropped", "rounding", "ladder_bound", "Shift.of",
        "edges.slope[..., None] * ends.growth",
        "edges.slope[..., None] + 0.0 * ends.growth",
        LAST_BITS,
    ),
    Mutant(
        "an edge beside the energy forgotten", "rounding", "ladder_bound", "Shift.of",
        "waves = edges.of_waves + edges.of_waves[..., centre, None]",
        "waves = 0.0 * edges.of_waves",
        "test_the_last_bits_of_an_energy_beside_an_edge_stay_within_the_claims[0.3]",
    ),
    Mutant(
        "estimates taken for bounds", "ends that a solver does not see", "ladder_bound", "",
        "GUESSED = 10.0",
        "GUESSED = 1e-3",
        HIDDEN,
    ),
    Mutant(
        "hidden orbitals forgotten", "ends that a solver does not see", "ends", "guessed_ends",
        "inside = with_hidden(field, norms, _distances(sector, energies), centre)",
        "inside = field",
        HIDDEN,
    ),
]  # fmt: skip
