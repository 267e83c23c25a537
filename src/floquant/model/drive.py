"""A drive: knobs that oscillate.

    H(t) = Σ_n H_n e^{−inΩt},   H_{−n} = H_n†

A drive adds to the value at which a knob rests: dot_level(t) = resting + v cos Ωt, and a strength is 1 + v cos Ωt.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from floquant.checks import Array
from floquant.checks import matrices as matrix
from floquant.checks.frozen import keep
from floquant.checks.mappings import Frozen, by_name
from floquant.checks.names import unknown
from floquant.checks.numbers import real_array
from floquant.checks.types import MatrixLike, Parameter
from floquant.checks.words import brief
from floquant.errors import BadInput
from floquant.model.assembly.composition import gather
from floquant.model.device import Device
from floquant.model.harmonic_matrices import checked_matrices
from floquant.model.voltage import checked_voltages, refuse_means
from floquant.model.waveforms import Waveform, at_angles, parameter, shown

# Energies are divided by ħΩ.
SMALLEST = 1e-100


@dataclass(frozen=True, eq=False, repr=False)
class Drive:
    """Knobs that oscillate with photons of energy ħΩ.

    `knobs`: a dict from a knob's name to its Waveform; it may be empty. `photon_energy`: ħΩ > 0 in the energy unit, or the
    name of a parameter, which a call or a study gives.
    `voltages`: a dict from a contact's name to the Waveform of the potential energy u(t) that its lead's electrons feel, of
    mean zero (see `floquant.model.voltage`).
    `matrices`: raw harmonics H_n on the whole device, made by `Drive.from_matrices`.
    Raises `BadInput` for a photon energy ≤ 0 or an array of them, something that is not a Waveform, or a voltage with a mean.
    """

    knobs: Mapping[str, Waveform]
    voltages: Mapping[str, Waveform]
    photon_energy: str | float
    matrices: Mapping[int, Any] = field(init=False)  # each dense or sparse, as it was given

    def __init__(
        self,
        knobs: Mapping[str, Waveform] | None = None,
        voltages: Mapping[str, Waveform] | None = None,
        photon_energy: str | float | None = None,
    ) -> None:
        given = by_name(knobs, "The knobs of a drive")
        for name, waveform in given.items():
            if not isinstance(waveform, Waveform):
                raise BadInput(
                    f'Knob "{name}" is driven by {brief(waveform)}, but it must be driven by a Waveform; give for example '
                    f"Cosine(0.1)."
                )
        energy = _photon_energy(photon_energy)
        keep(
            self, photon_energy=energy, matrices={}, voltages=Frozen(checked_voltages(voltages, energy)),
            knobs=Frozen({name: wave.driven_at(energy) for name, wave in given.items()}),
        )  # fmt: skip

    @classmethod
    def from_matrices(
        cls,
        matrices: Mapping[int, MatrixLike],
        photon_energy: str | float,
        voltages: Mapping[str, Waveform] | None = None,
    ) -> Drive:
        """A drive by its harmonic matrices {n: H_n}, each (orbitals, orbitals), dense or sparse, in the energy unit.

        H_{−n} = H_n† is filled in; where both are given they must agree. Key 0, Hermitian, is added to H.
        Raises `BadInput` for matrices that are not square and finite, or for H_{−n} ≠ H_n†.
        """
        result = cls({}, voltages, photon_energy)
        keep(result, matrices=checked_matrices(matrices))
        return result

    @property
    def waveforms(self) -> dict[str, Waveform]:
        """All waveforms, by what they drive: `knob "gate"`, `voltage of lead "L"`."""
        return {
            **{f'knob "{name}"': wave for name, wave in self.knobs.items()},
            **{f'voltage of lead "{name}"': wave for name, wave in self.voltages.items()},
        }

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters that are still open, each once."""
        names = [name for waveform in self.waveforms.values() for name in waveform.parameters]
        names += [self.photon_energy] if isinstance(self.photon_energy, str) else []
        return tuple(dict.fromkeys(names))

    @property
    def known_photon_energy(self) -> float:
        """ħΩ as a number. Raises `BadInput` if it is still a name."""
        if isinstance(self.photon_energy, str):
            raise BadInput(
                f'The photon energy "{self.photon_energy}" has no value; give one, as drive.at({self.photon_energy}=…).'
            )
        return self.photon_energy

    def at(self, **values: Parameter) -> Drive:
        """The same drive with these parameters given. Raises `BadInput` for a name that is not a parameter."""
        for name in values:
            if name not in self.parameters:
                raise unknown("parameter", name, self.parameters, "The drive")
        result = copy.copy(self)
        photon_energy = self.photon_energy
        if isinstance(photon_energy, str) and photon_energy in values:
            photon_energy = _photon_energy(values[photon_energy])
        keep(
            result, photon_energy=photon_energy,
            knobs=Frozen({name: wave.at(**values) for name, wave in self.knobs.items()}),
            voltages=Frozen({name: wave.at(**values) for name, wave in self.voltages.items()}),
        )  # fmt: skip
        refuse_means(result.voltages)
        return result

    def check(self, device: Device, given: Iterable[str] = ()) -> None:
        """Raises `BadInput` if the drive does not fit the device, of which the knobs `given` have values."""
        if not isinstance(device, Device):
            raise BadInput(f"The device is {brief(device)}, but it must be a Device; give Device(h, contacts, knobs).")
        for name in self.knobs:
            if name not in device.knobs:
                raise unknown("knob", name, device.knobs, "The device")
            if device.resting[name] is None and name not in given:
                raise BadInput(
                    f'Knob "{name}" is driven, but it has no resting value to which the drive could add; give one by '
                    f"device.at({name}=…)."
                )
        for name in self.voltages:
            if name not in device.contacts:
                raise unknown("contact", name, device.contacts, "The device")
        for name in self.parameters:
            if name in device.knobs:
                raise BadInput(
                    f'"{name}" names both a parameter of the drive and a knob of the device; rename the parameter.'
                )
        for n, matrix_n in self.matrices.items():
            if matrix_n.shape != device.h.shape:
                raise BadInput(
                    f"Harmonic matrix {n} has shape {matrix_n.shape}, but the Hamiltonian has {device.h.shape}; give "
                    f"matrices of the device's size."
                )

    def hamiltonian(self, device: Device, t: ArrayLike, **knobs: complex) -> Array:
        """H(t) of the device, dense, shape t.shape + (n, n); t in ħ/energy, so that a period is 2π/ħΩ.

        `knobs`: where other knobs rest, and values of open parameters. Contact couplings, and with them voltages of leads,
        are not part of the device's H.
        Raises `BadInput` for names that do not exist and for parameters without a value.
        """
        self.check(device, given=knobs)
        ready = self.at(**{name: value for name, value in knobs.items() if name in self.parameters})
        device = device.at(**{name: value for name, value in knobs.items() if name not in self.parameters})
        photon_energy = ready.known_photon_energy
        for wave in ready.knobs.values():
            if any(np.ndim(x) for x in wave.harmonics().values()):
                raise BadInput(f"The waveform {wave} has an array, but at one time it must have numbers; give numbers.")
        angle = _angle(photon_energy, t)
        result = np.repeat(matrix.dense(device.hamiltonian())[None], angle.size, axis=0)
        driven = [name for name in ready.knobs if device.element_rules[name].contact is None]
        if driven:
            values = dict(device.resting)
            for name in driven:
                values[name] = values[name] + at_angles(ready.knobs[name].harmonics(), angle)[0]
            touched = gather(device.element_rules, driven, device.base).inside(device.orbital_count)
            moving = np.broadcast_to(touched.values(values), (angle.size, len(touched)))
            result[:, touched.columns, touched.rows] = np.conj(moving)
            result[:, touched.rows, touched.columns] = moving
        for n, matrix_n in ready.matrices.items():
            term = np.exp(-1j * n * angle)[:, None, None] * matrix.dense(matrix_n)
            result += term if n == 0 else term + np.conj(np.swapaxes(term, -1, -2))
        return result.reshape(*np.shape(t), *device.h.shape)

    def __repr__(self) -> str:
        lines = [f"Drive: photon energy {shown(self.photon_energy)}"]
        width = max((len(name) for name in self.knobs), default=0)
        lines += [f"  {name:<{width}}  {waveform}" for name, waveform in self.knobs.items()]
        lines += [f"  voltage of lead {name}  {waveform}" for name, waveform in self.voltages.items()]
        if self.matrices:
            lines.append("  harmonic matrices n = " + ", ".join(str(n) for n in self.matrices))
        if not self.waveforms and not self.matrices:
            lines.append("  nothing oscillates")
        return "\n".join(lines)


def _angle(photon_energy: float, t: Any) -> Array:
    """Ωt as a flat array."""
    times = real_array(t, "t")
    if not times.size:
        raise BadInput("t is empty, but it must hold at least one time; give one.")
    return np.atleast_1d(photon_energy * times).ravel()


def _photon_energy(given: object) -> str | float:
    if given is None:
        raise BadInput("A drive has no photon energy; give photon_energy=ħΩ in the unit of the energies.")
    value: Any = parameter(given, "The photon energy")
    if isinstance(value, str):
        return value
    if np.ndim(value):
        raise BadInput(
            f"The photon energy is an array of {np.size(value)} values, but a drive has one; sweep it by a Study: name it, "
            f'photon_energy="omega", and give axes={{"omega": […]}}.'
        )
    if value < SMALLEST:
        raise BadInput(
            f"The photon energy is {value:g}, but it must be > 0 (beyond {SMALLEST:g}); give ħΩ in the unit of the energies."
        )
    return float(value)
