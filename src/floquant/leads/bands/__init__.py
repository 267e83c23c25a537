"""Bands of a periodic lead followed through the Brillouin zone, and all their extrema: the band edges. Start with `extrema`."""
