"""Ac voltages on leads."""
