"""The whole driven device at all settings, before it is divided into sectors.

Elements that no knob turns stay in one matrix. Elements that are turned or driven are a list, each with its change of the
mean and its harmonics at every setting. Where a knob acts on a contact, the lead's cell 0 is taken in:

    ⟨device|H|lead⟩ = τ · strength · exp(2πi flux) becomes a bond, and Σ' = h01 g'(E) h01† sits on the cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from floquant.checks import Array
from floquant.checks.names import unknown
from floquant.checks.words import brief
from floquant.errors import BadInput
from floquant.model.assembly.composition import Elements, gather
from floquant.model.assembly.harmonic_elements import harmonic_coefficients, harmonic_pattern, sum_of_harmonics
from floquant.model.assembly.harmonics import fourier_coefficients
from floquant.model.assembly.open_system import DrivenSystem, open_system, touches
from floquant.model.assembly.sampling import Waves
from floquant.model.device import Device
from floquant.model.drive import Drive
from floquant.model.voltage import voltage_phases, voltage_rules


def driven_system(device: Device, drive: Drive | None, settings: Mapping[str, Any]) -> DrivenSystem:
    """The driven device at these settings. Raises `BadInput` as `sectors` says."""
    given, drive = _given(device, drive, settings)
    voltages = drive.voltages if drive else {}
    rules = {**device.element_rules, **voltage_rules(device, voltages)}
    waves = _waves(drive)
    count = _common_length(given, waves)
    turned = {name: value for name, value in given.items() if _differs(value, device.resting[name])}
    resting = {**device.resting, **dict.fromkeys(set(rules) - set(device.element_rules), 0.0)}
    values, moving = _values_and_motion(resting, turned, waves)
    active = list(dict.fromkeys([*turned, *waves]))

    matrices = drive.matrices if drive else {}
    touched = gather(rules, active, device.base, harmonic_pattern(matrices))
    rest = touched.values(resting)[0]
    static, plus, minus = _changes(touched, rest, values, moving, matrices, device.orbital_count)

    # an element that is zero at every setting connects nothing, even if it is not zero where the device rests
    changes = np.any(plus, axis=(0, 1)) | np.any(minus, axis=(0, 1))
    gone = ~changes & ~np.any(static + rest, axis=0)
    keep = (changes | np.any(static, axis=0)) & ~gone
    bonds = device.geometry.contacts
    absorbed = {name for name, bond in bonds.items() if any(touches(rules[knob], bond) for knob in active)}
    return open_system(
        device,
        absorbed,
        (touched.rows, touched.columns, np.where(gone, 0, rest)),
        keep,
        count,
        tuple(np.broadcast_to(x, (count, *x.shape[1:]))[..., keep] for x in (static, plus, minus)),
    )


def _waves(drive: Drive | None) -> dict[str, Mapping[int, Any]]:
    """Harmonics {k: x_k} of all that oscillates, by knob; voltages are phases of couplings."""
    if drive is None:
        return {}
    waves: dict[str, Mapping[int, Any]] = {name: wave.harmonics() for name, wave in drive.knobs.items()}
    return waves | voltage_phases(drive.voltages, drive.known_photon_energy) if drive.voltages else waves


def _values_and_motion(
    resting: Mapping[str, Any], turned: Mapping[str, Any], waves: Waves
) -> tuple[dict[str, Any], dict[str, dict[int, Any]]]:
    """Values of all knobs with the means of their waves, and {knob: {k ≥ 1: x_k}} of what is left of the waves."""
    values = {**resting, **turned}
    for name, wave in waves.items():
        if 0 in wave:
            values[name] = values[name] + np.real(wave[0])
    moving = {name: {k: x for k, x in wave.items() if k > 0 and np.any(x)} for name, wave in waves.items()}
    return values, {name: wave for name, wave in moving.items() if wave}


def _changes(
    touched: Elements, rest: Array, values: Mapping[str, Any], moving: Waves, matrices: Mapping[int, Any], size: int
) -> tuple[Array, Array, Array]:
    """Cycle averages less `rest`, and harmonics c_k and c_{−k}: shapes (P or 1, e), (P or 1, M, e), (P or 1, M, e)."""
    mean, plus, minus = fourier_coefficients(touched, values, moving)
    mean_of_matrices, above, below = harmonic_coefficients(matrices, touched.rows, touched.columns, size)
    static = touched.values(values) + mean - rest + mean_of_matrices
    return static, sum_of_harmonics(plus, above), sum_of_harmonics(minus, below)


def _given(device: Device, drive: Drive | None, settings: Mapping[str, Any]) -> tuple[dict[str, Any], Drive | None]:
    """Checked values of knobs, and the drive with its parameters filled in."""
    if not isinstance(device, Device):
        raise BadInput(f"The device is {brief(device)}, but it must be a Device; give Device(h, contacts, knobs).")
    if drive is not None and not isinstance(drive, Drive):
        raise BadInput(
            f"The drive is {brief(drive)}, but it must be a Drive or None; give Drive(knobs, photon_energy=…)."
        )
    parameters = drive.parameters if drive else ()
    knobs: dict[str, Any] = {}
    for name, value in settings.items():
        if name in device.knobs:
            knobs[name] = device.knob_value(name, value)
        elif name not in parameters:
            known = [*device.knobs, *parameters]
            raise unknown("knob or drive parameter", name, known, "The problem")
    if drive is not None:
        drive.check(device, given=knobs)
        drive = drive.at(**{name: value for name, value in settings.items() if name in parameters})
    return knobs, drive


def _differs(value: Any, resting: Any) -> bool:
    """Whether a knob is turned, at any setting, from where it rests (None: nowhere)."""
    return resting is None or bool(np.any(value != resting))


def _common_length(given: Mapping[str, Any], waves: Mapping[str, Mapping[int, Any]]) -> int:
    """P: the common length of all arrays, 1 without any."""
    lengths = {name: np.size(value) for name, value in given.items() if np.ndim(value)}
    for name, wave in waves.items():
        lengths.update({f"{name} (drive, k = {k})": np.size(x) for k, x in wave.items() if np.ndim(x)})
    longer = {name: size for name, size in lengths.items() if size != 1}
    if len(set(longer.values())) > 1:
        listed = ", ".join(f"{name}: {size}" for name, size in longer.items())
        raise BadInput(
            f"The settings have different lengths ({listed}), but all must have one; give arrays of equal length."
        )
    return next(iter(longer.values()), 1)
