"""The cost of a map's point does not grow when the energy axis is refined, and grows linearly with the sidebands."""

from __future__ import annotations

import numpy as np
import ring_map

import floquant as fq


def report(quick: bool) -> None:
    fluxes = np.linspace(0.0, 1.0, 51 if quick else 201)
    print(f"\nCost of a point of the map against the energy axis ({len(fluxes)} fluxes)")
    for count in (201, 801, 3201, 12801):
        spent = ring_map.seconds(ring_map.current_map, 0.07, fluxes, np.linspace(-0.6, 0.6, count), repeat=3)
        print(f"  {count:6d} energies  {spent:7.3f} s  {spent / (count * len(fluxes)) * 1e6:7.3f} µs a point")
    print("\nCost of the ring's current against the number of sidebands (forced)")
    ring = fq.gallery.quantum_ring()
    previous = None
    for sidebands in (8, 16, 32, 64, 128):
        spent = ring_map.seconds(
            lambda n=sidebands: fq.solve(ring, ring_map.drive(0.07), (0.0, 0.2), sidebands=n, flux=fluxes), repeat=3
        )
        ratio = "" if previous is None else f"  ×{spent / previous:.2f} for twice as many"
        print(f"  {sidebands:4d} sidebands each way  {spent:7.3f} s{ratio}")
        previous = spent
