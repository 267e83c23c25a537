"""The ring with a shaken dot, and what is asked of a device: sidebands at one energy, the current at one Fermi level."""

import floquant as fq

RING = fq.gallery.quantum_ring()
SHAKEN_DOT = fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2)
TIGHT = 1e-10  # what is asked for where 1e-9 is to be met


def transmissions(device, drive, energy, to="R", from_="L", n=range(-2, 3), **knobs):
    """T^(n) at one energy as an array over n; what was left out as negligible is 0."""
    scattering = fq.scatter(device, drive, [energy], rtol=1e-12, **knobs)
    numbers = scattering.transmission(to, from_).isel(energy=0)
    return numbers.reindex(sideband=list(n), fill_value=0.0).values


def right_current(device, drive, fermi_energy=0.0, **knobs):
    """I_R at zero temperature and bias."""
    solution = fq.solve(device, drive, window=(fermi_energy, fermi_energy), rtol=TIGHT, **knobs)
    return fq.dc_current(solution, fq.Reservoirs(mu=fermi_energy)).sel(lead="R")
