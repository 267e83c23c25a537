"""sisl Hamiltonians as devices and leads."""

from __future__ import annotations

import numpy as np
import pytest

import floquant as fq


def ribbon(spin="unpolarized", width=4):
    """A zigzag ribbon with a complex hopping along it, so that the two directions differ."""
    import sisl

    carbon = sisl.Atom("C", R=1.45)
    geometry = sisl.geom.nanoribbon(width, bond=1.42, atoms=carbon, kind="zigzag")
    h = sisl.Hamiltonian(geometry, spin=spin, dtype=complex)
    rest = [0.0] * (h.dim - 2)
    h.construct(
        [(0.1, 1.44), (0.05, -2.7)] if h.dim == 1 else [(0.1, 1.44), ([0.05, 0.05, *rest], [-2.7, -2.5, *rest])]
    )
    along = 0.4j if h.dim == 1 else [0.4j, 0.3j, *rest]
    h[0, 0, (1, 0, 0)], h[0, 0, (-1, 0, 0)] = along, np.conj(along)
    if spin == "non-colinear":
        h[1, 1] = [0.3, -0.1, 0.2 + 0.1j]  # ↑↑, ↓↓, ↑↓
    if spin == "spin-orbit":
        h[1, 1] = [0.3, -0.1, 0.2 + 0.1j, 0.2 - 0.1j]  # ↑↑, ↓↓, ↑↓, ↓↑
    return h


def wire(h, cells=3):
    finite = h.tile(cells, 0)
    finite.set_nsc([1, 1, 1])
    n, last = len(h.geometry), len(finite.geometry)
    left, right = (fq.interop.sisl.lead(h, 0, direction) for direction in (-1, 1))
    contacts = {"L": fq.Contact(left, range(n)), "R": fq.Contact(right, range(last - n, last))}
    return fq.interop.sisl.from_hamiltonian(finite, contacts, {"gate": fq.Onsite(n)})


@pytest.mark.parametrize("spin", ["unpolarized", "polarized", "non-colinear", "spin-orbit"])
def test_a_uniform_ribbon_transmits_every_open_channel(spin):
    h = ribbon(spin)
    device = wire(h)
    spins = (0, 1) if spin == "polarized" else (None,)
    for energy in (0.4, 3.1):
        rising = 0
        for s in spins:
            more = {} if s is None else {"spin": s}
            bands = np.array([h.eigh([k, 0, 0], **more) for k in np.linspace(0, 1, 801)])
            rising += np.sum((bands[:-1] < energy) & (bands[1:] >= energy))
        assert float(fq.scatter(device, None, [energy]).transmission("R", "L", spin_axis=None).sum()) == pytest.approx(
            rising, abs=1e-9
        )
    assert device.spin == (spin != "unpolarized")
    assert device.energy_unit == "eV"


def test_what_is_periodic_is_no_device_and_overlaps_are_refused():
    import sisl

    h = ribbon()
    with pytest.raises(fq.BadInput, match="set_nsc"):
        fq.interop.sisl.from_hamiltonian(h)
    with pytest.raises(fq.BadInput, match="along axis 1"):
        fq.interop.sisl.lead(h, 1)
    with pytest.raises(fq.BadInput, match=r"must be a sisl.Hamiltonian"):
        fq.interop.sisl.lead(np.eye(2))
    with pytest.raises(fq.BadInput, match="overlap"):
        fq.interop.sisl.lead(sisl.Hamiltonian(h.geometry, orthogonal=False))
