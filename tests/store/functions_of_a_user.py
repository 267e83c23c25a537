"""A function as a user writes it, at the top of a module."""

import numpy as np


def sigma(energy):
    """The self-energy of a wide band."""
    return np.array([[-0.1j]])
