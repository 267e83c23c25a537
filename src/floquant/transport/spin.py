"""Spin along an axis: which axes a lead conserves, and the basis ↑, ↓ along one.

A matrix of a lead is A = A₀ ⊗ 1 + Σ_k A_k ⊗ σ_k, and [n·σ, A] = 0 exactly if every element's vector (A_x, A_y, A_z) lies along n.
So a lead conserves every axis (no vectors), one axis (all along it), or none. Its matrices are H00 and H01 where it has them, else
g(E) at several energies; a magnetic wide band is known by its Γ.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.checks.directions import direction_name, unit_vector
from floquant.checks.names import one_of
from floquant.checks.words import brief
from floquant.errors import BadInput
from floquant.model import Contact, Device

# Vectors below this fraction of the matrices' norm are rounding.
ROUNDING = 1e-9
# An axis that agrees to this with one that the lead conserves is taken for it.
GIVEN = 1e-6
# Number of energies at which g(E) is compared.
SAMPLES = 7


def conserved_axes(contact: Contact, energies: Any) -> Array:
    """The axes of spin that the lead of a contact conserves, on a device with spin: orthonormal rows, (3, 3), (1, 3) or (0, 3).

    `energies`: where g(E) is looked at, for a lead without H00 and H01.
    """
    lead = contact.lead
    if lead.spinless:
        return np.eye(3)
    found = np.concatenate([_vectors(matrix) for matrix in _matrices(contact, np.ravel(energies))])
    values, axes = np.linalg.svd(found, full_matrices=False)[1:]
    rank = int(np.sum(values > ROUNDING))
    if rank == 0:
        return np.eye(3)
    if rank > 1:
        return np.zeros((0, 3))
    axis = np.where(np.abs(axes[0]) < ROUNDING, 0.0, axes[0])
    return (axis * np.sign(axis[np.argmax(np.abs(axis))]) / np.linalg.norm(axis) + 0.0)[None]


def _matrices(contact: Contact, energies: Array) -> list[Array]:
    """Matrices (..., 2c, 2c) that say what the lead does to spin."""
    lead = contact.lead
    opened = lead.absorbed()
    if opened is not None and opened[2] is lead:
        scale = max(np.abs(opened[0]).max(), np.abs(opened[1]).max())
        return [opened[0] / scale, opened[1] / scale]
    known = list(lead.surface(energies[np.unique(np.linspace(0, len(energies) - 1, SAMPLES).astype(int))]))
    tau = lead.default_coupling()
    if contact.coupling is None and np.shape(tau) == (lead.orbitals, lead.orbitals):
        known.append(np.asarray(tau))
    return [matrix / (np.abs(matrix).max() or 1.0) for matrix in known]


def _vectors(matrix: Array) -> Array:
    """(A_x, A_y, A_z) of all pairs of orbitals, real and imaginary parts, (N, 3)."""
    c = len(matrix) // 2
    a = matrix.reshape(c, 2, c, 2)
    up_down, down_up = a[:, 0, :, 1], a[:, 1, :, 0]
    vectors = np.stack([up_down + down_up, 1j * (up_down - down_up), a[:, 0, :, 0] - a[:, 1, :, 1]], axis=-1) / 2
    flat = vectors.reshape(-1, 3)
    return np.concatenate([flat.real, flat.imag])


def names_of(axes: Array) -> str:
    """The conserved axes in words."""
    return {0: "none", 1: ", ".join(direction_name(axis) for axis in axes), 3: "every axis"}[len(axes)]


def conserved(axis: Array, axes: Array) -> Array | None:
    """The axis itself, exactly along a conserved one; None if it is not conserved."""
    if len(axes) == 3:
        return axis
    for own in axes:
        along = float(axis @ own)
        if np.linalg.norm(axis - along * own) < GIVEN:
            return np.asarray(np.sign(along) * own + 0.0)
    return None


def axis_of(wanted: Any, name: str) -> Array:
    """The axis that a user wants for a lead: of "x", "y", "z", a vector, or a dict of these by lead."""
    if isinstance(wanted, Mapping):
        if name not in wanted:
            raise BadInput(
                f'The spin axes are given for {", ".join(wanted) or "no lead"}, but lead "{name}" needs one too; add '
                f'"{name}": "z" or another axis.'
            )
        return unit_vector(wanted[name], f'The spin axis of lead "{name}"')
    return unit_vector(wanted, "The spin axis")


def checked_axis(device: Device, name: str, wanted: Any, energies: Any, instead: str) -> Array:
    """The unit vector of a lead's spin axis. Raises `BadInput` for an axis that the lead does not conserve, with those it does."""
    if isinstance(wanted, Mapping):
        for other in wanted:
            one_of(other, device.contacts, "lead", "The device")
    axis = axis_of(wanted, name)
    axes = conserved_axes(device.contacts[name], energies)
    found = conserved(axis, axes)
    if found is None:
        told = f"it conserves that along {names_of(axes)}" if len(axes) else "it conserves that along no axis"
        raise BadInput(
            f'Lead "{name}" does not conserve the spin along {direction_name(axis)}: {told}; '
            f"{'give that axis, or ' if len(axes) else ''}{instead}."
        )
    return found


def spin_basis(axis: Array) -> Array:
    """The spinors ↑ and ↓ along an axis as columns, (2, 2): n·σ u = u diag(1, −1); the identity along z."""
    x, y, z = axis
    if z < 0:  # of two forms of the spinors, the one that does not divide by nearly 0
        down = np.array([x - 1j * y, 1 - z]) / np.sqrt(2 * (1 - z))
        return np.stack([down, np.array([-down[1].conj(), down[0].conj()])], axis=1)
    up = np.array([1 + z, x + 1j * y]) / np.sqrt(2 * (1 + z))
    return np.stack([up, np.array([-up[1].conj(), up[0].conj()])], axis=1)


def axes_between(device: Device, to: str, from_: str, wanted: Any, reached: Array) -> tuple[Array, Array] | None:
    """Axes of spin of both leads, None without spin; `reached` are the energies at which waves go out."""
    if not device.spin or wanted is None:
        if wanted is None or (isinstance(wanted, str) and wanted == "z"):
            return None
        raise BadInput(
            f"spin_axis is {brief(wanted)}, but the device has no spin; leave it out, or build the device with spin=True and "
            f"two states per level."
        )
    instead = "give spin_axis=None for the sum over spins"
    if not isinstance(wanted, Mapping):
        instead += ", or an axis for each lead as a dict"
    return (
        checked_axis(device, to, wanted, reached, instead),
        checked_axis(device, from_, wanted, reached, instead),
    )


def along_z(axes: tuple[Array, Array] | None) -> bool:
    """Whether powers between spins along z, which are kept, are all that is needed."""
    return axes is None or all(axis[2] > 1 - 1e-12 for axis in axes)
