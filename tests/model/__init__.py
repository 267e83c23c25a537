"""Devices, drives and contacts: the composition of knobs, harmonics in time, sectors."""
