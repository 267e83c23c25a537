"""Leads: surfaces and self-energies, bands, open channels, modes."""
