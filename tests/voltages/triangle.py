"""A triangle with a flux in it between chains, a level between wide bands, and their sidebands at one energy."""

import numpy as np

import floquant as fq

OMEGA = 0.7
H = np.array([[0.1, 0.6, 0.3j], [0.6, -0.2, 0.4j], [-0.3j, -0.4j, 0.3]])  # a triangle with a flux in it


def chains():
    return {"L": fq.Contact(fq.Chain(1.0), 0, 0.7), "R": fq.Contact(fq.Chain(0.8, 0.1), 2, 0.5)}


def transmissions(device, drive, energy=0.37, to="R", from_="L", n=range(-8, 9), **options):
    """T^(n) at one energy as an array over n; what was left out as negligible is 0."""
    return sidebands(fq.scatter(device, drive, [energy], **options), to, from_, n)


def sidebands(scattering, to="R", from_="L", n=range(-8, 9)):
    """The same of a scattering that is there."""
    found = scattering.transmission(to, from_).squeeze("energy")
    return found.reindex(sideband=list(n), fill_value=0.0).values


def level(gamma_left=0.5, gamma_right=0.3):
    return fq.gallery.driven_level(gamma_left, gamma_right, level=0.2)
