"""A study: a device, a drive, the axes to sweep, and what to observe."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from floquant.checks.types import Numbers, PathLike
from floquant.model import Device, Drive
from floquant.study.description.axes import Axes
from floquant.study.description.describe import described
from floquant.study.description.description import Description
from floquant.study.description.requests import RequestedObservable
from floquant.study.description.values import merged
from floquant.study.plan.blocks import Block, cut
from floquant.study.plan.budget import settings_of_a_solve
from floquant.transport import Accuracy

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, eq=False, init=False, repr=False)
class Study:
    """Observables of a driven device over axes.

    `device`: a Device, or a function that returns one, whose keyword arguments are then axes. `drive`: a Drive, or None.
    `axes`: a dict from name to values. A name is a knob, a parameter of the drive (a string in it), an argument of the device
    function, or "energy", "fermi_energy", "temperature", "bias" (μ = E_F + V/2 in the first lead, E_F − V/2 in the second; two leads).
    An array is swept under the name of its axis, a number is fixed, DataArrays that share a dim are zipped along it. Keywords fix a
    value too: flux=0.3.
    `observe`: a name, a list of names, or a dict from name to options ({"transmission": {"kind": "total"}}).
    Temperature and bias are 0 where they are not given. Without "energy", what depends on an energy is read at the Fermi energy.
    `window` and the accuracy (`rtol`, `atol`, `sidebands`, `solver`, `max_nodes`) are those of `floquant.solve`; the window that the
    reservoirs need is chosen where none is given.

    Raises `BadInput` for empty axes, for names that mean nothing, for values that are swept and fixed, for zipped axes of different
    lengths, for parameters without a value, and for questions that the device cannot answer.
    """

    description: Description
    blocks: tuple[Block, ...]

    def __init__(
        self, device: Device | Callable[..., Device], drive: Drive | None = None, axes: Mapping[str, Numbers] | None = None,
        observe: str | Iterable[str] | Mapping[str, Mapping[str, object] | None] = ("dc_current",),
        window: tuple[float, float] | None = None, *, rtol: float = 1e-6, atol: float | None = None,
        sidebands: int | None = None, solver: str | None = None, max_nodes: int = 200_000, **fixed: Numbers,
    ) -> None:  # fmt: skip
        accuracy = Accuracy(rtol, atol, sidebands, solver, max_nodes)
        description, sampled = described(device, drive, merged(axes, fixed), observe, window, accuracy)
        blocks = cut(*description.rows.counts, settings_of_a_solve(description, sampled))
        object.__setattr__(self, "description", description)
        object.__setattr__(self, "blocks", blocks)

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

        return run(self.description, self.blocks, folder, workers, progress)

    @property
    def device(self) -> Device | Callable[..., Device]:
        """The device, or the function that returns one."""
        return self.description.device

    @property
    def drive(self) -> Drive | None:
        """The drive, None without one."""
        return self.description.drive

    @property
    def axes(self) -> Axes:
        """The axes, swept and fixed."""
        return self.description.axes

    @property
    def observe(self) -> tuple[RequestedObservable, ...]:
        """The observables, with their options."""
        return self.description.observe

    @property
    def window(self) -> tuple[float, float] | None:
        """The window of energies, None where it is left to the reservoirs."""
        return self.description.window

    @property
    def accuracy(self) -> Accuracy:
        """The accuracy of every solve."""
        return self.description.accuracy

    @property
    def points(self) -> int:
        """Number of points: of all combinations of what is swept."""
        return self.description.points

    def __repr__(self) -> str:
        return repr(self.description)
