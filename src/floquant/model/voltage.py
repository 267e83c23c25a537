"""An ac voltage: the electrons of a lead feel the potential energy u(t), uniform in the lead.

In the frame of the lead's electrons the lead is static and its coupling moves: ⟨device|H|lead⟩ = τ p(t), with

    p(t) = exp(−i ∫ u dt/ħ) = exp(−i Σ_k i u_k/(kħΩ) e^{−ikΩt}),   for u cos Ωt: exp(−i (u/ħΩ) sin Ωt)

The lead's cell 0 is taken into the device, and the moving coupling is an ordinary bond to it: exact for any band.
Energies and occupations are those of that frame. A mean of u is not included: it moves μ and the band together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from floquant.checks.mappings import by_name
from floquant.checks.types import Parameter
from floquant.checks.words import brief
from floquant.errors import BadInput
from floquant.model.device import Device
from floquant.model.knobs.element_rule import ElementRule, upper
from floquant.model.waveforms import Waveform

MEAN = 1e-12  # of the largest harmonic: a mean below it is rounding


def checked_voltages(voltages: Mapping[str, Waveform] | None, photon_energy: Parameter) -> dict[str, Waveform]:
    """{contact: waveform}, in a drive of this ħΩ. Raises `BadInput` for what is no Waveform, or has a mean."""
    result = {}
    for name, wave in by_name(voltages, "The voltages of a drive").items():
        if not isinstance(wave, Waveform):
            raise BadInput(
                f'The voltage of lead "{name}" is {brief(wave)}, but it must be a Waveform; give for example Cosine(0.1).'
            )
        result[name] = wave.driven_at(photon_energy)
    refuse_means(result)
    return result


def refuse_means(voltages: Mapping[str, Waveform]) -> None:
    """Raises `BadInput` for a voltage whose mean is not zero; one with open parameters is checked when they are given."""
    for name, wave in voltages.items():
        found = {} if wave.parameters else wave.harmonics()
        largest = max((float(np.abs(x).max()) for k, x in found.items() if k), default=0.0)
        mean = np.atleast_1d(np.asarray(found.get(0, 0.0)).real)
        if np.abs(mean).max() > MEAN * largest:
            raise BadInput(
                f'The voltage of lead "{name}" has a mean of {mean[np.abs(mean).argmax()]:g}, but it must oscillate about '
                f"zero: its mean is a bias and belongs to the reservoir. Subtract it from the waveform, and add it to the "
                f'lead\'s μ, as Reservoirs(mu={{"{name}": …}}).'
            )


def voltage_rules(device: Device, voltages: Mapping[str, Waveform]) -> dict[str, ElementRule]:
    """A phase of the coupling of each such contact, under a name that no knob can have."""
    result = {}
    for name in voltages:
        bond = device.geometry.contacts[name]
        rows, columns = np.nonzero(bond.coupling)
        result[_knob(name)] = upper("turn", bond.rows[rows], bond.columns[columns], np.ones(len(rows)), name)
    return result


def voltage_phases(voltages: Mapping[str, Waveform], photon_energy: Any) -> dict[str, dict[int, Any]]:
    """Harmonics of the phase of p(t), in turns: −i u_k / (2πkħΩ)."""
    refuse_means(voltages)
    return {
        _knob(name): {k: -1j * x / (2 * np.pi * k * photon_energy) for k, x in wave.harmonics().items() if k}
        for name, wave in voltages.items()
    }


def _knob(contact: str) -> str:
    return f'voltage of lead "{contact}"'
