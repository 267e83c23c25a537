"""Arrays that the ladder kernels fill again and again.

Written into its callers by numba (`inline`), so that the compiler sees that fresh arrays do not overlap.
"""

from __future__ import annotations

import numba
import numpy as np


@numba.njit(inline="always")
def room_for_dressed(rungs, ports, orbitals, channels, normed):
    """Scratch a, y, lv of `dress`, and what it fills for one node: g (R, e, e), left (R, C, e), right (R, e, C), static (R, C, C);
    and norms (`normed`, 2), for none of the rungs or for all."""
    a = np.empty((ports, ports), np.complex128)
    y = np.empty((ports, orbitals + channels), np.complex128)
    lv = np.empty((channels, ports), np.complex128)
    g = np.empty((rungs, orbitals, orbitals), np.complex128)
    left = np.empty((rungs, channels, orbitals), np.complex128)
    right = np.empty((rungs, orbitals, channels), np.complex128)
    static = np.empty((rungs, channels, channels), np.complex128)
    norms = np.empty((normed, 2))
    return a, y, lv, g, left, right, static, norms


@numba.njit(inline="always")
def room_for_steps(size):
    """Four matrices of scratch (B, B)."""
    source, work = np.empty((size, size), np.complex128), np.empty((size, size), np.complex128)
    green, emitted = np.empty((size, size), np.complex128), np.empty((size, size), np.complex128)
    return source, work, green, emitted


@numba.njit(inline="always")
def room_for_blocks(steps, wide, size, detectors):
    """One way through a ladder of steps (see `arguments.Blocks`)."""
    ratio, outgoing = np.empty((steps, size, size), np.complex128), np.zeros((steps, wide, size), np.complex128)
    alpha = np.empty((steps, size, size), np.complex128)
    beta = np.empty((steps, detectors, size, size), np.complex128)
    enter, leave = np.empty((steps, size), np.complex128), np.empty((steps, size), np.complex128)
    return ratio, outgoing, alpha, beta, enter, leave
