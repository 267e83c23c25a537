"""Mistakes in what is made of recorded flows."""

from __future__ import annotations

from mutants import Mutant

TAKEN_UP = "test_the_energy_that_a_driven_level_takes_up_is_bessel_functions"
STATIC = "test_a_static_level_carries_the_integral_of_its_transmission[0.0]"

MUTANTS = [
    # E for E_n: a wave carries the energy with which it leaves, not that of the window's rung beside it.
    Mutant(
        "E for E_n in the heat", "energy of outgoing waves", "scalar", "scalar_flows",
        "weight[r, q] *= weight_of_energy(detectors[q, 3], table.energies[t, x, r] - reference)",
        "weight[r, q] *= weight_of_energy(detectors[q, 3], table.energies[t, x, min(max(r, first), last)] - reference)",
        TAKEN_UP,
    ),
    # J^E for J^Q: the energy of the charge that comes along, μ_b I_b, left in.
    Mutant(
        "the chemical potential left in the heat", "heat current", "energy", "HeatCurrent.zero",
        "return np.stack([filling.mu[lead] for lead in leads], axis=-1)",
        "return 0 * np.stack([filling.mu[lead] for lead in leads], axis=-1)",
        STATIC,
    ),
]  # fmt: skip
