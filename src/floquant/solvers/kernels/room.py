"""Arrays that the ladder kernels fill again and again, and where flows are written.

Written into its callers by numba (`inline`), so that the compiler sees that fresh arrays do not overlap.
"""

from __future__ import annotations

import numba
import numpy as np


@numba.njit(inline="always")
def room_for_dressed(rungs, ports, orbitals, channels):
    """Scratch a, y, lv of `dress`, and what it fills for one node: g (R, e, e), left (R, C, e), right (R, e, C), static (R, C, C)."""
    a = np.empty((ports, ports), np.complex128)
    y = np.empty((ports, orbitals + channels), np.complex128)
    lv = np.empty((channels, ports), np.complex128)
    g = np.empty((rungs, orbitals, orbitals), np.complex128)
    left = np.empty((rungs, channels, orbitals), np.complex128)
    right = np.empty((rungs, orbitals, channels), np.complex128)
    static = np.empty((rungs, channels, channels), np.complex128)
    return a, y, lv, g, left, right, static


@numba.njit(inline="always")
def room_for_steps(steps, size):
    """The ratios up and down, (steps, B, B), and four matrices of scratch (B, B)."""
    up, down = np.empty((steps, size, size), np.complex128), np.empty((steps, size, size), np.complex128)
    source, work = np.empty((size, size), np.complex128), np.empty((size, size), np.complex128)
    green, emitted = np.empty((size, size), np.complex128), np.empty((size, size), np.complex128)
    return up, down, source, work, green, emitted


@numba.njit(inline="always")
def starts_of(detectors, channels, groups, cuts, rungs):
    """Where each quantity of `ladder.FlowLayout` begins: unsigned, total, defect, probe, elastic, tail; the signed flows begin at 0."""
    unsigned = detectors * cuts
    total = unsigned + channels * cuts
    defect = total + detectors * groups * rungs
    probe = defect + channels * rungs
    elastic = probe + 4 * cuts
    return unsigned, total, defect, probe, elastic, elastic + 2 * rungs
