"""Drawings of devices, bands and maps."""
