"""Mistakes in leads, contacts, fields, voltages and bound states."""

from __future__ import annotations

from mutants import Mutant

SITE = "test_a_driven_site_in_a_chain_is_a_continued_fraction_with_its_closed_sidebands"
TWO_SITES = "test_one_chain_on_two_sites_is_a_chain_that_begins_inside_the_device"
CLEAN_STRIP = "test_a_clean_strip_transmits_its_open_channels"
SAME_CHAIN = "test_a_cell_of_several_sites_is_the_same_chain"
CELL_AFTER_CELL = "test_above_the_axis_the_surface_is_the_limit_of_adding_cell_after_cell[generic]"
UNITARY = "test_scattering_between_modes_is_unitary"
TILTED = "test_a_tilted_field_pierces_a_loop_by_its_normal_component"
LEVITON = "test_a_leviton_makes_waves_of_one_photon_less_and_of_any_more_but_no_others"
TOGETHER = "test_what_device_and_leads_all_feel_alike_does_nothing[cosine-ladders]"
BELOW = "test_below_the_axis_a_cell_of_several_sites_continues_as_the_chain_does"
NARROW_GAP = "test_in_a_narrow_gap_waves_decay_whatever_the_noise"
OPEN_SIDE = "test_an_edge_has_as_many_channels_as_its_open_side_whatever_the_last_bit[zigzag]"
LIMIT = "test_the_limit_is_that_of_energies_nearby_on_either_side[0.0-zigzag]"
LONG_CHAIN = "test_the_rings_bound_states_and_their_weights_are_those_of_a_long_chain[0.1-2.0029]"

MUTANTS = [
    # Leads: the growing root, the other end, the adjoint hopping.
    Mutant(
        "growing root outside the band", "chains", "transverse_modes", "chain_surface",
        "np.where(np.real(x) < 0, -1, 1) * np.sqrt(-gap)",
        "np.where(np.real(x) < 0, 1, -1) * np.sqrt(-gap)",
        SITE,
    ),
    Mutant(
        "growing Bloch waves", "periodic leads", "outgoing", "outgoing",
        "np.where(modulus > 1, -1 + 1 / np.maximum(modulus, 1), 1 - modulus)",
        "-np.where(modulus > 1, -1 + 1 / np.maximum(modulus, 1), 1 - modulus)",
        SAME_CHAIN,
    ),
    Mutant(
        "incoming Bloch waves", "periodic leads", "outgoing", "outgoing",
        "    score = found.velocity / cell.scale",
        "    score = -found.velocity / cell.scale",
        SAME_CHAIN,
    ),
    Mutant(
        "waves near each other told one by one", "periodic leads", "outgoing", "outgoing",
        "        if leaving is not None:",
        "        if False:",
        NARROW_GAP,
    ),
    Mutant(
        "a gap for two bands that cross", "periodic leads", "outgoing", "_leaving",
        "    sure = np.where(is_propagating(factor), np.sign(velocity), np.sign(inwards))",
        "    sure = np.sign(velocity)",
        NARROW_GAP,
    ),
    Mutant(
        "the closed side of an edge", "edges", "lead", "Lead.moved_off_edges",
        "open_side = np.where(self.count_open(edge + step) < self.count_open(edge - step), -1, 1)",
        "open_side = np.where(self.count_open(edge + step) > self.count_open(edge - step), -1, 1)",
        OPEN_SIDE,
    ),
    Mutant(
        "the closed side of an edge", "transmissions", "band_edges", "EdgeLimits.at",
        "np.where(standing.lean[on_edge] < 0, -1, 1)",
        "np.where(standing.lean[on_edge] > 0, -1, 1)",
        LIMIT,
    ),
    Mutant(
        "the jump of an opening channel left out", "transmissions", "band_edges", "EdgeLimits.error",
        "        result[:, self.on_edge] = self._left_over(values, 0) + jump",
        "        result[:, self.on_edge] = self._left_over(values, 0)",
        LIMIT,
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
