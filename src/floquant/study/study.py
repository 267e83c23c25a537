"""A study: a device, a drive, the axes to sweep, and what to observe."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from floquant.checks.names import quoted
from floquant.checks.types import Numbers, PathLike
from floquant.errors import BadInput
from floquant.model import Device, Drive, Sector, sectors
from floquant.study.description.axes import Axes, checked_axes
from floquant.study.description.builder import built, checked_builder, first_arguments, listed
from floquant.study.description.completeness import check_complete, check_spin, check_swept, checked_drive
from floquant.study.description.observables import Asked, Kind, asked
from floquant.study.description.roles import Roles
from floquant.study.description.values import merged, python_value
from floquant.study.plan.blocks import Layout
from floquant.study.plan.budget import lowest_photon_energy, settings_of_a_solve, spanned
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
    `window` and the accuracy (`rtol`, `atol`, `sidebands`, `solver`, `max_nodes`) are those of `floquant.solvers`; the window that the
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
        self, device: Device | Callable[..., Device], drive: Drive | None = None, axes: Mapping[str, Numbers] | None = None,
        observe: str | Iterable[str] | Mapping[str, Mapping[str, object] | None] = ("dc_current",),
        window: tuple[float, float] | None = None, *, rtol: float = 1e-6, atol: float | None = None,
        sidebands: int | None = None, solver: str | None = None, max_nodes: int = 200_000, **fixed: Numbers,
    ) -> None:  # fmt: skip
        given = merged(axes, fixed)
        builder = None if isinstance(device, Device) else checked_builder(device)
        drive = checked_drive(drive)
        first = device if isinstance(device, Device) else built(device, first_arguments(device, given))
        roles = Roles.of(builder, first, drive)
        wanted, accuracy = asked(observe), Accuracy(rtol, atol, sidebands, solver, max_nodes)
        checked = checked_axes(given, roles)
        for name, value in {
            "device": device, "drive": drive, "axes": checked, "observe": wanted, "accuracy": accuracy, "first_device": first,
            "window": None if window is None else checked_window(window),
        }.items():  # fmt: skip
            object.__setattr__(self, name, value)
        check_complete(checked, roles, first, wanted)
        check_swept(checked, wanted)
        problem = self._sampled_sectors()
        check_spin(wanted, first, problem)
        channels = sum(len(terminal.lead_orbitals) for sector in problem for terminal in sector.terminals)
        object.__setattr__(self, "channels", max(channels, 1))
        object.__setattr__(self, "layout", Layout(checked, self._settings_of_a_solve(problem)))

    def run(self, folder: PathLike | None = None, workers: int = 1, progress: bool | None = None) -> xr.Dataset:
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
    def accuracy_keywords(self) -> dict[str, Any]:  # each is of another type
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
        device = built(self.builder, arguments)
        if list(device.contacts) != list(self.first_device.contacts):
            raise BadInput(
                f"The device has contacts {quoted(device.contacts)} at {listed(arguments)}, but {quoted(self.first_device.contacts)} "
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
