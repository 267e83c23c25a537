"""PythTB models as devices and leads (www.physics.rutgers.edu/pythtb).

Orbital i of the model is site i; with `nspin=2` its pair is ↑, ↓.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from floquant.checks import Array
from floquant.checks.words import brief
from floquant.errors import BadInput
from floquant.interop.cells import checked_direction, nearest_cells_only
from floquant.leads import PeriodicLead
from floquant.model.contact import Contact
from floquant.model.device import Device
from floquant.model.knobs.knob import Knob

if TYPE_CHECKING:
    import pythtb


def from_model(
    model: pythtb.tb_model,
    contacts: Mapping[str, Contact] | None = None,
    knobs: Mapping[str, Knob] | None = None,
    *,
    energy_unit: str | None = None,
) -> Device:
    """The device of a finite model (`dim_k` 0, as `cut_piece` leaves it), with its positions.

    `contacts`, `knobs`, `energy_unit`: as in `Device`. Raises `BadInput` for a model that is periodic in some direction.
    """
    if _periodic(model):
        raise BadInput(
            f"The PythTB model is periodic in {_periodic(model)} directions, but a device is finite; give "
            f"model.cut_piece(cells, direction) until it is."
        )
    spins = int(model._nspin)
    positions = np.asarray(model.get_orb()) @ np.asarray(model.get_lat())
    return Device(
        _hamiltonian(model),
        contacts,
        knobs,
        orbitals=spins,
        positions=positions,
        spin=spins == 2,
        energy_unit=energy_unit,
    )


def lead(model: pythtb.tb_model, direction: int = 1) -> PeriodicLead:
    """The semi-infinite wire of a model that is periodic in one direction: cells follow along it (or against it: −1).

    Raises `BadInput` for other models, and where hoppings reach further than the next cell.
    """
    if _periodic(model) != 1:
        raise BadInput(
            f"The PythTB model is periodic in {_periodic(model)} directions, but a lead must be in one; cut it in the others, or "
            f"give a model with dim_k=1."
        )
    along = model._per[0]
    reach = max((abs(int(hopping[3][along])) for hopping in model._hoppings), default=0)
    cells = max(reach, 1) + 1
    piece = _hamiltonian(model.cut_piece(cells, along, glue_edgs=False))
    size = len(piece) // cells
    blocks = {r: piece[:size, r * size : (r + 1) * size] for r in range(cells)}
    nearest_cells_only(blocks, "The PythTB model", "model.make_supercell([[{cells}]])")
    forward = blocks[1]
    return PeriodicLead(blocks[0], forward if checked_direction(direction) > 0 else forward.conj().T)


def _periodic(model: Any) -> int:
    if not all(hasattr(model, name) for name in ("_dim_k", "_hoppings", "_gen_ham")):
        raise BadInput(f"The model is {brief(model)}, but it must be a pythtb.tb_model (PythTB 1.8); give one.")
    return int(model._dim_k)


def _hamiltonian(model: Any) -> Array:
    """H of a finite model; spin is the fastest index."""
    size = int(model.get_num_orbitals()) * int(model._nspin)
    return np.asarray(model._gen_ham(), complex).reshape(size, size)
