"""Bonds as users give them, and the pairs of orbitals that they mean."""

from __future__ import annotations

from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.checks.names import text, unknown
from floquant.checks.numbers import integers
from floquant.checks.words import brief
from floquant.errors import BadInput
from floquant.model.geometry import Geometry

Bonds = tuple[tuple[int, int], ...]


def check_block(name: str, block: Any, shape: tuple[int, int], where: str) -> None:
    if block.shape != shape:
        raise BadInput(
            f'Knob "{name}" has a matrix of shape {block.shape}, but on {where} it must be {shape}; give a matrix of that '
            f"shape."
        )


def bond_list(bond: Any, what: str) -> Bonds:
    """One pair of sites or a list of pairs, as a tuple of pairs."""
    refusal = f"{what} acts on {brief(bond)}, but a bond is a pair of sites; give (i, j) or a list of such pairs."
    pairs = integers(bond, refusal)
    if pairs.shape == (2,):
        pairs = pairs[None, :]
    if pairs.ndim != 2 or pairs.shape[1] != 2 or len(pairs) == 0:
        raise BadInput(refusal)
    listed = tuple((int(i), int(j)) for i, j in pairs)
    for i, j in listed:
        if i == j:
            raise BadInput(
                f"{what} acts on bond ({i}, {j}), but a bond joins two sites; use Onsite or Matrix for one site."
            )
    if len({frozenset(pair) for pair in listed}) < len(listed):
        raise BadInput(
            f"{what} acts on {list(listed)}, but a bond may appear only once; list each bond in one direction."
        )
    return listed


def bond_or_contact(bond: Any, contact: object, what: str) -> Bonds | None:
    if (bond is None) == (contact is None):
        raise BadInput(f"{what} needs either a bond or a contact; give bond=(i, j) or contact=name.")
    if contact is not None:
        text(contact, f"The contact of {what[0].lower()}{what[1:]}")
    return None if bond is None else bond_list(bond, what)


def orbital_pairs(bond: Bonds | None, contact: str | None, name: str, geometry: Geometry) -> tuple[Array, Array]:
    """Every pair of orbitals of the bonds, or of the contact's bond."""
    if contact is not None:
        if contact not in geometry.contacts:
            raise unknown("contact", contact, geometry.contacts, f'The device of knob "{name}"')
        joint = geometry.contacts[contact]
        grid = np.meshgrid(joint.rows, joint.columns, indexing="ij")
        return grid[0].ravel(), grid[1].ravel()
    rows, columns = [], []
    for i, j in bond or ():
        left, right = geometry.site(i, f'Knob "{name}"'), geometry.site(j, f'Knob "{name}"')
        grid = np.meshgrid(left, right, indexing="ij")
        rows.append(grid[0].ravel())
        columns.append(grid[1].ravel())
    return np.concatenate(rows), np.concatenate(columns)


def plural(word: str, items: tuple[Any, ...]) -> str:
    shown = ", ".join(str(item) for item in items[:6])
    more = f", … ({len(items)})" if len(items) > 6 else ""
    return f"{word}{'s' if len(items) > 1 else ''} {shown}{more}"


def place(bond: Bonds | None, contact: str | None) -> str:
    return f'the coupling of contact "{contact}"' if bond is None else plural("bond", bond)
