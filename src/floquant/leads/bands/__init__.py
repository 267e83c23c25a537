"""Bands of a periodic lead followed through the zone, and every energy at which one turns: its edges. Start with `extrema`."""
