"""Square strips between leads of their own width, driven everywhere or by a gate."""

from __future__ import annotations

import numpy as np

import floquant as fq


def strip(
    width: int,
    length: int,
    *,
    flux: float = 0.0,
    disorder: float = 0.0,
    positions: bool = True,
    driven: str = "all",
    seed: int = 0,
):
    """A square strip between leads of its own width; `driven`: every site with random weights, or a gate of a few."""
    n = width * length
    x, y = np.divmod(np.arange(n), width)
    rng = np.random.default_rng(seed)
    h = np.diag(disorder * rng.normal(size=n)).astype(complex)
    for i in range(n):
        if x[i] + 1 < length:
            h[i, i + width] = -np.exp(2j * np.pi * flux * y[i])
        if y[i] + 1 < width:
            h[i, i + 1] = -1.0
    h = h + np.triu(h, 1).conj().T
    h = h if flux else h.real
    h00 = -(np.eye(width, k=1) + np.eye(width, k=-1))
    lead = fq.PeriodicLead(h00, -np.eye(width))
    knobs = {
        "all_levels": fq.Onsite(list(range(n)), weights=rng.normal(size=n)),
        "gate": fq.Onsite([n // 2, n // 2 + 1, n // 3]),
        "link": fq.Hopping(bond=(n // 2, n // 2 + width)),
    }
    contacts = {"L": fq.Contact(lead, list(range(width))), "R": fq.Contact(lead, list(range(n - width, n)))}
    device = fq.Device(h, contacts, knobs, positions=np.stack([x, y], axis=1) if positions else None)
    waves = (
        {"all_levels": fq.Cosine(0.4, 0.3)}
        if driven == "all"
        else {"gate": fq.Cosine(0.6), "link": fq.Cosine(0.3, 1.1)}
    )
    return device, fq.Drive(waves, photon_energy=0.7)
