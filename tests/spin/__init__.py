"""Spin along any axis."""
