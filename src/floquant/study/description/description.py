"""A study as plain data: what is computed, not where, in which pieces, or by how many workers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from floquant.checks.words import quoted
from floquant.errors import BadInput
from floquant.model import Device, Drive
from floquant.study.description.axes import Axes
from floquant.study.description.builder import built, listed
from floquant.study.description.requests import RequestedObservable
from floquant.study.description.rows import Rows
from floquant.study.description.values import python_value
from floquant.transport import Accuracy


@dataclass(frozen=True, eq=False)
class Description:
    """The question of a study, checked by `described`. It is frozen, and pickled: it is all that workers get.

    `device`: a Device, or the function that returns one. `first_device`: the Device, or what the function returns at the first point.
    `channels`: number of channels of all its leads, at least 1.
    """

    device: Device | Callable[..., Device]
    drive: Drive | None
    axes: Axes
    observe: tuple[RequestedObservable, ...]
    window: tuple[float, float] | None
    accuracy: Accuracy
    first_device: Device
    channels: int

    @cached_property
    def rows(self) -> Rows:
        """How the points are laid out."""
        return Rows(self.axes)

    @property
    def points(self) -> int:
        """Number of points: of all combinations of what is swept."""
        return self.rows.size(self.axes.dims)

    @property
    def builder(self) -> Callable[..., Device] | None:
        """The device function, where there is one."""
        return None if isinstance(self.device, Device) else self.device

    @property
    def accuracy_keywords(self) -> dict[str, Any]:
        """The accuracy as keywords of `solve` and `scatter`."""
        return asdict(self.accuracy)

    def device_at(self, at: Mapping[str, int]) -> Device:
        """The device at these positions along the outer dims. Raises `BadInput` if its contacts are not those of the first device."""
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

    def __repr__(self) -> str:
        swept = ", ".join(f"{dim} ({size})" for dim, size in self.axes.sizes.items()) or "one point"
        fixed = [f"{name} = {axis.values[()]}" for name, axis in self.axes.items.items() if not axis.dims]
        lines = [f"Study of {', '.join(map(str, self.observe))} over {swept}"]
        lines += [f"  fixed: {', '.join(fixed)}"] if fixed else []
        drive = "no drive" if self.drive is None else repr(self.drive)
        lines += [f"  {line}" for line in (*repr(self.first_device).splitlines(), *drive.splitlines())]
        return "\n".join(lines)
