"""A study: a device, a drive, the axes to sweep, and what to observe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from floquant.errors import BadInput
from floquant.model import Device, Drive, Sector, sectors
from floquant.model.checks import quoted
from floquant.study.axes import Axes, checked_axes, merged, python_value
from floquant.study.budget import lowest_photon_energy, settings_of_a_solve, spanned
from floquant.study.layout import Layout
from floquant.study.observables import Asked, Kind, asked, check_spin
from floquant.study.roles import Roles, arguments_of
from floquant.transport import Accuracy
from floquant.transport.windows import checked_window

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, eq=False, init=False, repr=False)
class Study:
    """Observables of a driven device over axes.

    `device`: a Device, or a function that returns one, whose keyword arguments are then axes. `drive`: a Drive, or None.
    `axes`: a dict from name to values. A name is a knob, a parameter of the drive (a string in it), an argument of the device
    function, or "energy", "fermi_energy", "temperature", "bias" (μ = E_F + V/2 in the first lead, E_F − V/2 in the second; two leads).
    An array is swept under its own name, a number is fixed, DataArrays that share a dim are zipped along it. Keywords fix too: flux=0.3.
    `observe`: names ("dc_current", "spin_current", "transmission"), or a dict from name to options ({"transmission": {"kind": "total"}}).
    Temperature and bias are 0 where they are not given. Without "energy", transmissions are taken at the Fermi energy.
    `window` and the accuracy (`rtol`, `atol`, `sidebands`, `solver`, `max_nodes`) are those of `floquant.solve`; the window that the
    reservoirs need is chosen where none is given.

    Raises `BadInput` for empty axes, for names that mean nothing, for values that are swept and fixed, for zipped axes of different
    lengths, for parameters without a value, and for questions that the device cannot answer.
    """

    device: Device | Callable[..., Device]
    drive: Drive | None
    axes: Axes
    observe: tuple[Asked, ...]
    window: tuple[float, float] | None
    accuracy: Accuracy
    first_device: Device
    channels: int
    layout: Layout

    def __init__(
        self, device: Device | Callable[..., Device], drive: Drive | None = None, axes: Mapping[str, Any] | None = None,
        observe: Any = ("dc_current",), window: tuple[float, float] | None = None, *, rtol: float = 1e-6, atol: float | None = None,
        sidebands: int | None = None, solver: str | None = None, max_nodes: int = 200_000, **fixed: Any,
    ) -> None:  # fmt: skip
        given = merged(axes, fixed)
        builder = None if isinstance(device, Device) else _checked_builder(device)
        drive = _checked_drive(drive)
        first = device if isinstance(device, Device) else _built(device, _first_arguments(device, given))
        roles = Roles.of(builder, first, drive)
        wanted, accuracy = asked(observe), Accuracy(rtol, atol, sidebands, solver, max_nodes)
        checked = checked_axes(given, roles)
        for name, value in {
            "device": device, "drive": drive, "axes": checked, "observe": wanted, "accuracy": accuracy, "first_device": first,
            "window": None if window is None else checked_window(window),
        }.items():  # fmt: skip
            object.__setattr__(self, name, value)
        self._check_complete(roles)
        self._check_swept()
        problem = self._sampled_sectors()
        check_spin(wanted, first, problem)
        channels = sum(len(terminal.lead_orbitals) for sector in problem for terminal in sector.terminals)
        object.__setattr__(self, "channels", max(channels, 1))
        object.__setattr__(self, "layout", Layout(checked, self._settings_of_a_solve(problem)))

    def run(self, folder: Any = None, workers: int = 1, progress: bool | None = None) -> xr.Dataset:
        """Compute everything, and return it with units, errors, certificate and provenance.

        Per observable: its values, `<name>_error`, and `converged`; a point whose bound is not met is NaN, with its best value in
        `<name>_best`. The numbers are the same for any number of workers.

        `folder`: where finished blocks are kept, and the Dataset as data.nc; a run that was interrupted or killed goes on from there.
        Without one nothing is written. `workers`: processes; a script that asks for more than one needs an `if __name__ == "__main__":`.
        `progress`: True or False for a bar on stderr or none; left out, there is one on a terminal if the work takes long.
        Raises `BadInput` for a folder that cannot be written, holds something else or is in use.
        """
        from floquant.study.running import run

        return run(self, folder, workers, progress)

    @property
    def builder(self) -> Callable[..., Device] | None:
        """The device function, where there is one."""
        return None if isinstance(self.device, Device) else self.device

    @property
    def accuracy_keywords(self) -> dict[str, Any]:
        """The keywords that every call takes."""
        names = ("rtol", "atol", "sidebands", "solver", "max_nodes")
        return {name: getattr(self.accuracy, name) for name in names}

    def kind(self, name: str) -> Kind:
        """What an observable of this study needs."""
        return next(one.kind for one in self.observe if one.name == name)

    def device_at(self, at: Mapping[str, int]) -> Device:
        """The device at these positions along the outer dims."""
        if self.builder is None:
            return self.first_device
        arguments = {
            name: python_value(axis.values[tuple(at[dim] for dim in axis.dims)])
            for name, axis in self.axes.items.items()
            if axis.role == "argument"
        }
        device = _built(self.builder, arguments)
        if list(device.contacts) != list(self.first_device.contacts):
            raise BadInput(
                f"The device has contacts {quoted(device.contacts)} at {_listed(arguments)}, but {quoted(self.first_device.contacts)} "
                f"at the first point; a study needs the same contacts everywhere."
            )
        return device

    @cached_property
    def points(self) -> int:
        """Number of points: of all combinations of what is swept."""
        return int(np.prod(list(self.axes.sizes.values()), dtype=int))

    def __repr__(self) -> str:
        swept = ", ".join(f"{dim} ({size})" for dim, size in self.axes.sizes.items()) or "one point"
        fixed = [f"{name} = {axis.values[()]}" for name, axis in self.axes.items.items() if not axis.dims]
        lines = [f"Study of {', '.join(str(one) for one in self.observe)} over {swept}"]
        lines += [f"  fixed: {', '.join(fixed)}"] if fixed else []
        drive = "no drive" if self.drive is None else repr(self.drive)
        lines += [f"  {line}" for line in (*repr(self.first_device).splitlines(), *drive.splitlines())]
        return "\n".join(lines)

    def _check_complete(self, roles: Roles) -> None:
        """Raises `BadInput` for what has no value."""
        names = self.axes.items
        for name in roles.parameters:
            if name not in names:
                raise BadInput(
                    f'The drive\'s parameter "{name}" has no value; sweep or fix it, as axes={{"{name}": …}}, or give it by '
                    f"drive.at({name}=…)."
                )
        for one in self.observe:
            if one.kind.needs == "reservoirs" and "fermi_energy" not in names:
                raise BadInput(
                    f'"{one.name}" needs a Fermi energy; give one, as axes={{"fermi_energy": 0.0}}, or sweep it.'
                )
            if one.kind.needs == "energy" and "energy" not in names and "fermi_energy" not in names:
                raise BadInput(f'"{one.name}" needs energies; give the axis "energy", or "fermi_energy".')
        if "bias" in names and len(self.first_device.contacts) != 2:
            raise BadInput(
                f'"bias" needs two leads, but the device has {len(self.first_device.contacts)}: '
                f"{quoted(self.first_device.contacts)}; use floquant.solve with Reservoirs for each lead."
            )

    def _settings_of_a_solve(self, problem: tuple[Sector, ...]) -> int:
        axes = self.axes
        uncut = Layout(axes, 1)
        window = self.window or spanned(*(axes.values(name) for name in ("fermi_energy", "temperature", "bias")))
        warm = bool(np.any(axes.values("temperature")))
        photon_energy = lowest_photon_energy(self.drive, axes)
        return settings_of_a_solve(problem, photon_energy, window, uncut.size(uncut.points("reservoirs")), warm)

    def _sampled_sectors(self) -> tuple[Sector, ...]:
        """The first device at a few settings. Raises `BadInput` for what the model refuses."""
        for name, axis in self.axes.items.items():
            if axis.role == "knob":
                self.first_device.knob_value(name, axis.values.reshape(-1))
        photon_energy = {name: np.min(values) for name, values in self.axes.sample("photon energy").items()}
        ready = self.drive.at(**photon_energy) if self.drive is not None else None
        return sectors(self.first_device, ready, self.axes.sample("knob", "drive"))

    def _check_swept(self) -> None:
        """Raises `BadInput` for an axis on which nothing that is observed depends."""
        needs = {one.kind.needs for one in self.observe}
        used = {"energy": "energy" in needs, "temperature": "reservoirs" in needs, "bias": "reservoirs" in needs}
        used["fermi_energy"] = "reservoirs" in needs or "energy" not in self.axes.items
        for name, axis in self.axes.items.items():
            if axis.dims and not used.get(name, True):
                observed = ", ".join(one.name for one in self.observe)
                raise BadInput(
                    f'"{name}" is swept, but {observed} does not depend on it; leave it out, or observe what does.'
                )


def _checked_builder(device: Any) -> Callable[..., Device]:
    if not callable(device):
        raise BadInput(
            f"The device is {device!r}, but it must be a Device or a function that returns one; give one of them."
        )
    return device


def _checked_drive(drive: Any) -> Drive | None:
    if drive is not None and not isinstance(drive, Drive):
        raise BadInput(f"The drive is {drive!r}, but it must be a Drive or None; give Drive(knobs, photon_energy=…).")
    if drive is not None and any(np.ndim(value) for value in _numbers_of(drive)):
        raise BadInput(
            'The drive holds an array, but a study sweeps what the drive names; give a name, as Cosine("v"), and the array as '
            'axes={"v": …}.'
        )
    return drive


def _numbers_of(drive: Drive) -> list[Any]:
    """Everything that a drive could hold an array in."""
    found = [drive.photon_energy]
    for wave in drive.knobs.values():
        found += [getattr(wave, name, None) for name in ("amplitude", "phase")]
        found += list(getattr(wave, "coefficients", {}).values())
    return found


def _first_arguments(builder: Callable[..., Device], given: Mapping[str, Any]) -> dict[str, Any]:
    """The first value of each axis that the device function takes."""
    found = {}
    for name in arguments_of(builder):
        if name in given:
            values = np.asarray(getattr(given[name], "values", given[name])).reshape(-1)
            if not len(values):
                raise BadInput(f'The axis "{name}" is empty, but it must hold at least one value; give some.')
            found[name] = python_value(values[0])
    return found


def _built(builder: Callable[..., Device], arguments: Mapping[str, Any]) -> Device:
    """Call the device function. Raises `BadInput` if an argument is missing, or if no Device comes back."""
    import inspect

    for name, parameter in inspect.signature(builder).parameters.items():
        variadic = parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        if parameter.default is parameter.empty and not variadic and name not in arguments:
            raise BadInput(
                f'The device function\'s argument "{name}" has no value; give it as an axis, axes={{"{name}": …}}.'
            )
    device = builder(**arguments)
    if not isinstance(device, Device):
        raise BadInput(
            f"The device function returned {device!r} at {_listed(arguments)}, but it must return a Device; return one."
        )
    return device


def _listed(arguments: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in arguments.items()) or "its defaults"
