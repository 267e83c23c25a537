"""Three sites on which every kind of knob shares elements with others, the same by hand, and H(t) of a sector."""

import numpy as np
import scipy.sparse
from hypothesis import strategies as st

from floquant.model import Chain, Contact, Device, Flux, Hopping, Matrix, Onsite, Strength, WideBand

finite = st.floats(-3, 3, allow_nan=False)
amplitude = st.floats(-0.8, 0.8, allow_nan=False)
pauli = {"x": np.array([[0, 1], [1, 0]]), "y": np.array([[0, -1j], [1j, 0]]), "z": np.diag([1, -1])}


def random_hermitian(rng, n, scale=1.0):
    h = rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n))
    return scale * (h + h.conj().T) / 2


def crowded_device(seed=0, sparse=False):
    """Three sites on which every kind of knob shares elements with others."""
    rng = np.random.default_rng(seed)
    h = random_hermitian(rng, 3)
    return Device(
        scipy.sparse.csr_matrix(h) if sparse else h,
        contacts={"L": Contact(Chain(1.1), 0, 0.7), "R": Contact(WideBand(0.4), 2)},
        knobs={
            "level": Onsite([0, 1], weights=[1.0, -0.5]),
            "link": Hopping((2, 0)),
            "all": Matrix(random_hermitian(rng, 3)),
            "strong": Strength(bond=(0, 2)),
            "stronger": Strength(bond=[(2, 0), (1, 2)]),
            "flux": Flux(bond=(0, 2)),
            "flux_back": Flux(bond=[(2, 0), (0, 1)]),
        },
    )


def by_hand(device, base, level=0, link=0, all=0, strong=1, stronger=1, flux=0, flux_back=0):
    """The composition rule of `crowded_device`, written out element by element."""
    h = np.array(base, complex)
    h += level * np.diag([1, -0.5, 0]) + all * device.knobs["all"].h
    h[2, 0] += link
    h[0, 2] += np.conj(link)
    phase_02 = np.exp(2j * np.pi * (flux - flux_back))
    h[0, 2] *= strong * stronger * phase_02
    h[2, 0] *= strong * stronger * np.conj(phase_02)
    h[1, 2] *= stronger
    h[2, 1] *= stronger
    h[0, 1] *= np.exp(2j * np.pi * flux_back)
    h[1, 0] *= np.exp(-2j * np.pi * flux_back)
    return h


def at_time(sector, p, angle):
    """H(t) of a sector at setting p, from its harmonics."""
    change = sector.static[p].copy()
    for n, h_n in enumerate(sector.harmonics[p], start=1):
        change += h_n * np.exp(-1j * n * angle) + (h_n * np.exp(-1j * n * angle)).conj().T
    h = np.array(sector.hamiltonian)
    h[np.ix_(sector.ports, sector.ports)] += change
    return h
