"""A finalized Kwant system as a device: site i of the system is site i of the device."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from floquant.checks import Array
from floquant.checks.mappings import by_name
from floquant.checks.words import brief
from floquant.errors import BadInput
from floquant.interop.kwant.leads import contact_of, failure, lead_names
from floquant.interop.kwant.parameters import check_parameters, knob_parameters
from floquant.interop.kwant.values import arguments, site_name
from floquant.model.device import Device
from floquant.model.knobs.knob import Knob

if TYPE_CHECKING:
    import kwant

RECIPE = """Kwant is not installed. With conda: conda install -c conda-forge kwant. With pip there are no wheels: install a C compiler, then
  pip install setuptools wheel numpy scipy cython
  pip install --no-build-isolation --config-settings="--global-option=--cython" kwant==1.5.0"""


def from_system(
    system: kwant.builder.FiniteSystem,
    params: Mapping[str, object] | None = None,
    leads: Sequence[str] | None = None,
    knobs: Mapping[str, str | Knob] | Sequence[str] | None = None,
    *,
    spin: bool = False,
    energy_unit: str | None = None,
) -> Device:
    """The device of a finalized Kwant system, with its leads as contacts and its positions.

    `params`: values of the parameters of all value functions, as Kwant takes them. `leads`: names of the contacts in
    the order of `system.leads` ("0", "1", … if not given). Site i of the device is `system.sites[i]`, so that
    `system.id_by_site[lattice(x, y)]` finds it.

    `knobs`: {name of the knob: name of a parameter}, or a list of parameters. A knob rests at the value in `params`, and
    turning it calls the value functions again: they may depend on it in any way, and several knobs may enter one value.
    A drive samples H over the cycle and transforms it to convergence. A knob of floquant instead of a name, as
    `{"dot": fq.Onsite(3)}`, is added to the device as it is.

    `spin=True`: the fastest pair of orbitals of every site, of the leads too, is ↑, ↓. `energy_unit`: as in `Device`.

    A lead has H00 = lead.cell_hamiltonian(), H01 = ⟨cell 0|H|cell 1⟩ = lead.inter_cell_hopping()†, filled up with zeros
    where only a part of the cell is the interface. Leads that are defined by a self-energy become `SelfEnergy`.

    Raises `BadInput` for a system that is not finalized, a parameter without a value or that no value function takes,
    a knob whose parameter also acts in a lead, leads without one translation, names that do not match, or value
    functions that fail or are not Hermitian; `ImportError`, with the recipe, without Kwant.
    """
    _refuse_other(system)
    params = dict(by_name(params, "params"))
    named = knob_parameters(knobs)
    names = lead_names(system, leads)
    check_parameters(system, params, named, names)
    h, orbitals = _hamiltonian(system, params)
    ready = {name: knob for name, knob in (knobs.items() if isinstance(knobs, Mapping) else ()) if name not in named}
    order = list(knobs or ())
    made: dict[str, Any] = {**arguments(system, params, named, orbitals), **ready}
    return Device(
        h,
        contacts={name: contact_of(system, number, name, params, orbitals) for number, name in enumerate(names)},
        knobs={name: made[name] for name in order},
        orbitals=int(orbitals[0]) if len(set(orbitals.tolist())) == 1 else orbitals,
        positions=_positions(system),
        spin=spin,
        energy_unit=energy_unit,
    )


def _refuse_other(system: Any) -> None:
    try:
        import kwant
    except ImportError as error:
        raise ImportError(RECIPE) from error
    if isinstance(system, kwant.Builder):
        raise BadInput("The Kwant system is a Builder, but it must be finalized; give system.finalized().")
    if isinstance(system, kwant.system.InfiniteSystem):
        raise BadInput(
            "The Kwant system is an infinite one (a lead), but a device is finite; attach it to a scattering region with "
            "attach_lead, and give the finalized whole."
        )
    if not isinstance(system, kwant.builder.FiniteSystem):
        raise BadInput(
            f"The system is {brief(system)}, but it must be a finalized Kwant Builder; give kwant.Builder(…).finalized()."
        )
    if len(system.sites) == 0:
        raise BadInput(
            "The Kwant system has no sites, but a device needs at least one; add sites before finalizing it."
        )


def _hamiltonian(system: Any, params: Mapping[str, Any]) -> tuple[Any, Array]:
    """(H as CSC, orbitals of each site)."""
    try:
        h, orbitals, _ = system.hamiltonian_submatrix(params=dict(params), sparse=True, return_norb=True)
    except Exception as error:
        raise BadInput(f"Kwant cannot make the Hamiltonian of the system: {failure(error)}") from error
    h, orbitals = h.tocsc(), np.asarray(orbitals)
    difference = abs(h - h.conj().T)
    if difference.nnz and difference.max() > 1e-10 * abs(h).max():
        worst = difference.tocoo()
        where = int(np.argmax(worst.data))
        site = np.searchsorted(np.cumsum(orbitals), [worst.row[where], worst.col[where]], side="right")
        raise BadInput(
            f"The onsite value of {site_name(system.sites[int(site[0])])} is not Hermitian, by {difference.max():.3g}; give a real number, "
            f"or a matrix that equals its adjoint."
        )
    return h, orbitals


def _positions(system: Any) -> Array | None:
    """Where the sites are, if their families know it, in one to three dimensions."""
    try:
        found = np.array([system.pos(i) for i in range(len(system.sites))], float)
    except (AttributeError, TypeError, ValueError, NotImplementedError):
        return None
    return found if found.ndim == 2 and found.shape[1] in (1, 2, 3) else None
