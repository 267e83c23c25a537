"""Magnetic, electric and Zeeman fields."""
