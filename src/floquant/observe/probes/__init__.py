"""Leads whose chemical potential, and temperature, float until nothing flows into them."""
