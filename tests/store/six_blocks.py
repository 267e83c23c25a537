"""A study of six photon energies, which are six blocks; and that two Datasets are the same bits."""

import numpy as np

import floquant as fq

RING = fq.gallery.quantum_ring(dot_coupling=0.25)
DRIVE = fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy="omega")
OMEGA = np.linspace(0.2, 0.6, 6)


def study(omega=OMEGA, **keywords):
    """Six photon energies: six blocks."""
    return fq.Study(RING, DRIVE, axes={"omega": omega, "flux": [0.1, 0.3], "fermi_energy": [0.0, 0.05]}, **keywords)


def same_bits(one, other):
    """Two Datasets have the same variables, bit for bit."""
    assert list(one.variables) == list(other.variables)
    for name in one.variables:
        assert one[name].dims == other[name].dims
        assert one[name].dtype == other[name].dtype
        assert np.ascontiguousarray(one[name].values).tobytes() == np.ascontiguousarray(other[name].values).tobytes(), (
            name
        )
