"""What the name of an axis turns: an argument of the device, the photon energy, a knob, a parameter of the drive, or the reservoirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from floquant.checks.names import RESERVED_AXES, nearest
from floquant.checks.words import quoted
from floquant.errors import BadInput
from floquant.model import Device, Drive
from floquant.study.description.builder import arguments_of

# Axes of these roles need another device or another ladder: one solve for each value.
OUTER = ("argument", "photon energy")
# Axes of these roles are settings of one solve.
INNER = ("knob", "drive")


@dataclass(frozen=True)
class Roles:
    """The names that a study can sweep or fix, and what each of them is."""

    arguments: tuple[str, ...]
    knobs: tuple[str, ...]
    parameters: tuple[str, ...]
    photon_energy: str | None

    @classmethod
    def of(cls, builder: Callable[..., Device] | None, device: Device, drive: Drive | None) -> Roles:
        """Raises `BadInput` where one name would mean two things."""
        given = arguments_of(builder) if builder else ()
        parameters = drive.parameters if drive is not None else ()
        for name in given:
            for others, what in ((device.knobs, "a knob"), (parameters, "a parameter of the drive")):
                if name in others:
                    raise BadInput(
                        f'"{name}" names both an argument of the device function and {what}; rename one of them.'
                    )
        photon_energy = drive.photon_energy if drive is not None and isinstance(drive.photon_energy, str) else None
        return cls(given, tuple(device.knobs), parameters, photon_energy)

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.arguments, *self.knobs, *self.parameters, *RESERVED_AXES)

    def of_name(self, name: str) -> str:
        """The role of an axis. Raises `BadInput` for a name that means nothing, with the nearest that does."""
        if name in RESERVED_AXES:
            return "energy" if name == "energy" else "reservoir"
        if name in self.arguments:
            return "argument"
        if name == self.photon_energy:
            return "photon energy"
        if name in self.knobs:
            return "knob"
        if name in self.parameters:
            return "drive"
        if name == "photon_energy":
            raise BadInput(
                '"photon_energy" is swept by the study and fixed by the drive (or there is none); name it in the drive, '
                'photon_energy="photon_energy", to sweep it.'
            )
        kinds = [
            ("arguments of the device", self.arguments),
            ("knobs", self.knobs),
            ("drive parameters", self.parameters),
        ]
        described = [f"{kind} {quoted(names)}" for kind, names in kinds if names]
        raise BadInput(
            f'"{name}" is neither a knob nor an axis; the study can sweep {"; ".join([*described, quoted(RESERVED_AXES)])}.'
            f"{nearest(name, self.names)}"
        )
