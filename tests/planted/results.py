"""Mistakes in what happens to errors after they have left the solver."""

from __future__ import annotations

from mutants import Mutant

WORST = "test_where_nothing_is_used_twice_the_worst_case_is_claimed"
FURTHER = "test_no_errors_lead_further_off"

MUTANTS = [
    # Errors of a difference taken as one for the other: they cancel where they should add.
    Mutant(
        "errors of a difference cancel", "arithmetic of results", "propagation", "of_sum",
        "    return (one.zero if one.error is None else one.error) + (other.zero if other.error is None else other.error)",
        "    return abs((one.zero if one.error is None else one.error) - (other.zero if other.error is None else other.error))",
        WORST,
    ),
    # The error of a scaled number left as it was.
    Mutant(
        "a scaled number keeps its error", "arithmetic of results", "propagation", "of_product",
        "        return one.error * abs(other.value)",
        "        return one.error * abs(other.value) / abs(other.value)",
        WORST,
    ),
    # |a| δb + |b| δa without one of the two.
    Mutant(
        "a product forgets one error", "arithmetic of results", "propagation", "of_product",
        "    return abs(one.value) * other.error + abs(other.value) * one.error + one.error * other.error",
        "    return abs(one.value) * other.error",
        FURTHER,
    ),
    # What has lost its error passes for exact.
    Mutant(
        "a lost error counts as none", "arithmetic of results", "carrier", "operand",
        "        return Operand(value.plain(), error, error is not None)",
        "        return Operand(value.plain(), error)",
        "test_what_has_lost_its_error_is_not_exact[power]",
    ),
    # The currents' own sum, which is not quite zero, left out where one lead's bound is taken from the others'.
    Mutant(
        "a leak between leads is forgotten", "bound of a current", "conservation", "tightened",
        "np.minimum(bounds, others + missing)",
        "np.minimum(bounds, others + 0 * missing)",
        "test_bounds_hold_and_balance_whatever_the_numbers",
    ),
]  # fmt: skip
