"""Whether a study can be answered: everything has a value, everything swept matters, and the device has what is observed."""

from __future__ import annotations

from typing import Any

from floquant.checks.words import brief, quoted
from floquant.errors import BadInput
from floquant.model import Device, Drive, Sector, has_conserved_spin
from floquant.study.description.axes import Axes
from floquant.study.description.requests import RequestedObservable
from floquant.study.description.roles import Roles


def checked_drive(drive: Any) -> Drive | None:
    """Raises `BadInput` for what is no drive, or for one that holds arrays."""
    if drive is not None and not isinstance(drive, Drive):
        raise BadInput(
            f"The drive is {brief(drive)}, but it must be a Drive or None; give Drive(knobs, photon_energy=…)."
        )
    if drive is not None and any(wave.has_arrays for wave in drive.waveforms.values()):
        raise BadInput(
            'The drive holds an array, but a study sweeps what the drive names; give a name, as Cosine("v"), and the array as '
            'axes={"v": …}.'
        )
    return drive


def check_complete(axes: Axes, roles: Roles, device: Device, requests: tuple[RequestedObservable, ...]) -> None:
    """Raises `BadInput` for what has no value."""
    names = axes.items
    for name in roles.parameters:
        if name not in names:
            raise BadInput(
                f'The drive\'s parameter "{name}" has no value; sweep or fix it, as axes={{"{name}": …}}, or give it by '
                f"drive.at({name}=…)."
            )
    for request in requests:
        needs = request.observable.needs
        if needs == "reservoirs" and "fermi_energy" not in names:
            raise BadInput(
                f'"{request.name}" needs a Fermi energy; give one, as axes={{"fermi_energy": 0.0}}, or sweep it.'
            )
        if needs == "energy" and "energy" not in names and "fermi_energy" not in names:
            raise BadInput(f'"{request.name}" needs energies; give the axis "energy", or "fermi_energy".')
    if "bias" in names and len(device.contacts) != 2:
        raise BadInput(
            f'"bias" needs two leads, but the device has {len(device.contacts)}: '
            f"{quoted(device.contacts)}; use floquant.solve, and Reservoirs with a μ for each lead."
        )


def check_swept(axes: Axes, requests: tuple[RequestedObservable, ...]) -> None:
    """Raises `BadInput` for an axis on which nothing that is observed depends."""
    needs = {request.observable.needs for request in requests}
    used = {"energy": "energy" in needs, "temperature": "reservoirs" in needs, "bias": "reservoirs" in needs}
    used["fermi_energy"] = "reservoirs" in needs or "energy" not in axes.items
    for name, axis in axes.items.items():
        if axis.dims and not used.get(name, True):
            observed = ", ".join(request.name for request in requests)
            raise BadInput(
                f'"{name}" is swept, but {observed} does not depend on it; leave it out, or observe what does.'
            )


def check_spin(requests: tuple[RequestedObservable, ...], device: Device, sectors: tuple[Sector, ...]) -> None:
    """Raises `BadInput` for a question about spin that this device cannot answer."""
    for request in requests:
        if request.observable.spin and not device.spin:
            raise BadInput(
                f'The study observes "{request.name}", but the device has no spin; build it with spin=True and two states per level.'
            )
        resolved = [option for option in request.observable.conserved_spin if request.options.get(option)]
        if resolved and not has_conserved_spin(device, sectors):
            raise BadInput(
                f'The study observes "{request.name}" with {resolved[0]}, but the device mixes spins or has none; leave {resolved[0]} '
                f"out, or give a device that conserves S_z."
            )
