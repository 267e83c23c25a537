"""Symmetries in words: how sites move, how leads are exchanged, how spins turn, what is done to time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.symmetry.kinds import Kind

MOST_CYCLES = 8
AXES = "xyz"


def motion(positions: Array | None, sites: Sequence[int] | None, orbitals: Array) -> str:
    """ "mirror x → −x", "rotation by 120°", "sites 0 ↔ 2", or nothing if all stay."""
    if np.array_equal(orbitals, np.arange(len(orbitals))):
        return ""
    if sites is None:
        return cycles(orbitals.tolist(), "orbitals")
    if np.array_equal(sites, np.arange(len(sites))):
        return cycles(orbitals.tolist(), "orbitals")
    geometric = isometry(positions, np.asarray(sites)) if positions is not None else ""
    return geometric or cycles(list(sites), "sites")


def cycles(images: Sequence[int], what: str, names: Sequence[str] | None = None) -> str:
    """A permutation by its cycles: "sites 0 ↔ 2, 1 → 3 → 4 → 1"."""
    shown = names or [str(number) for number in range(len(images))]
    seen: set[int] = set()
    found = []
    for start in range(len(images)):
        cycle = [start]
        while start not in seen and images[cycle[-1]] != start:
            cycle.append(images[cycle[-1]])
        if len(cycle) == 2:
            found.append(" ↔ ".join(shown[site] for site in cycle))
        elif len(cycle) > 2:
            found.append(" → ".join(shown[site] for site in [*cycle, start]))
        seen.update(cycle)
    moved = sum(image != site for site, image in enumerate(images))
    few = len(found) <= MOST_CYCLES and moved <= 3 * MOST_CYCLES
    return f"{what} {', '.join(found)}" if few else f"{moved} {what} permuted"


def isometry(positions: Array, images: Array) -> str:
    """The motion of space that moves the sites like this, in words; nothing if there is none."""
    before, after = (points - positions.mean(axis=0) for points in (positions, positions[images]))
    left, singular, right = np.linalg.svd(after.T @ before)
    extended = singular > 1e-9 * max(float(singular.max()), 1e-300)
    if not extended.all():  # directions in which the sites have no extent stay as they are
        right = right[extended]
        matrix = left[:, extended] @ right + np.eye(positions.shape[1]) - right.T @ right
    else:
        matrix = left @ right
    if np.abs(before @ matrix.T - after).max() > 1e-6 * max(float(np.abs(before).max()), 1e-300):
        return ""
    return _motion_named(matrix)


def _motion_named(matrix: Array) -> str:
    diagonal, dimensions = np.diagonal(matrix), len(matrix)
    if np.allclose(matrix, np.diag(diagonal), atol=1e-6):
        turned = [AXES[c] for c in np.flatnonzero(diagonal < 0)]
        if len(turned) == 1:
            return f"mirror {turned[0]} → −{turned[0]}"
        if len(turned) == 2:
            left = "" if dimensions == 2 else f" about {(set(AXES) - set(turned)).pop()}"
            return f"rotation by 180°{left}"
        return "inversion" if turned else ""
    proper = bool(np.linalg.det(matrix) > 0)
    if dimensions == 2:
        angle = float(np.degrees(np.arctan2(matrix[1, 0], matrix[0, 0])))
        if proper:
            return f"rotation by {angle:.4g}°"
        return f"mirror in the line at {(0.5 * angle) % 180:.4g}° through the centre"
    return "rotation" if proper else "improper rotation"


def exchange(leads: Mapping[str, str]) -> str:
    """ "leads L ↔ R", or nothing if all stay."""
    names = list(leads)
    images = [names.index(leads[name]) for name in names]
    return "" if images == list(range(len(names))) else cycles(images, "leads", names)


def turn(matrices: Sequence[Any], conjugates: bool) -> str:
    """How the spins of the leads turn; with complex conjugation the matrices reverse them as well."""
    if any(matrix is None for matrix in matrices) or not matrices:
        return "spins turned differently in the channels of a lead" if matrices else ""
    if any(np.abs(matrix - matrices[0]).max() > 1e-9 for matrix in matrices):
        return "spins turned differently in the leads"
    rotation = -matrices[0] if conjugates else matrices[0]
    reversed_ = "spins reversed" if conjugates else ""
    angle = float(np.arccos(np.clip((np.trace(rotation) - 1) / 2, -1, 1)))
    if angle < 1e-7:
        return reversed_
    return (
        f"{reversed_ or 'spins'}{' and' if reversed_ else ''} turned by {np.degrees(angle):.4g}° about {axis(rotation)}"
    )


def axis(rotation: Array) -> str:
    """The axis of a rotation matrix: x, y, z or its direction."""
    values, vectors = np.linalg.eigh(rotation + rotation.T)
    direction = vectors[:, np.argmax(values)]
    sense = np.array(
        [rotation[2, 1] - rotation[1, 2], rotation[0, 2] - rotation[2, 0], rotation[1, 0] - rotation[0, 1]]
    )
    sign = sense @ direction if np.linalg.norm(sense) > 1e-7 else direction[np.argmax(np.abs(direction))]
    direction = direction if sign > 0 else -direction
    main = int(np.argmax(np.abs(direction)))
    if abs(abs(direction[main]) - 1) < 1e-9:
        return ("" if direction[main] > 0 else "−") + AXES[main]
    return "(" + ", ".join(f"{x:.3g}" for x in direction + 0.0) + ")"


def time(kind: Kind, shift: float | None, static: bool) -> str:
    """ "half a period later", "time reversed about t = T/4", or nothing."""
    if static:
        return "time reversed" if kind.reverses else ""
    if shift is None:
        return "time reversed about any t (here Ωt0 = 1)" if kind.reverses else "any shift of time (here Ωs = 1)"
    if kind.reverses:
        about = period(shift / 2)  # t → t0 − t leaves t0/2 alone
        return f"time reversed about t = {about}"
    return "" if shift == 0 else f"time shifted by {period(shift)}"


def period(shift: float) -> str:
    """A part of the period: 0, T/2, 3T/8, or 0.1234 T."""
    fraction = Fraction(shift).limit_denominator(192)
    if abs(float(fraction) - shift) > 1e-9:
        return f"{shift:.6g} T"
    if not fraction:
        return "0"
    over = "" if fraction.denominator == 1 else f"/{fraction.denominator}"
    return f"{'' if fraction.numerator == 1 else fraction.numerator}T{over}"
