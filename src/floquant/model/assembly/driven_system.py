"""The whole driven device at all settings, before it falls into sectors.

Elements that no knob turns stay in one matrix. Elements that are turned or driven are a list, each with its change of the
mean and its harmonics at every setting. Where a knob acts on a contact, the lead's cell 0 is taken in:

    ⟨device|H|lead⟩ = τ · strength · exp(2πi flux) becomes a bond, and Σ' = h01 g'(E) h01† sits on the cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from floquant.checks.names import unknown
from floquant.errors import BadInput
from floquant.model.assembly.composition import gather
from floquant.model.assembly.harmonic_elements import added, raw_coefficients, raw_pattern
from floquant.model.assembly.harmonics import coefficients
from floquant.model.assembly.open_system import System, assembled, touches
from floquant.model.device import Device
from floquant.model.drive import Drive
from floquant.model.voltage import voltage_actions, voltage_phases


def system(device: Device, drive: Drive | None, settings: Mapping[str, Any]) -> System:
    """The driven device at these settings. Raises `BadInput` as `sectors` says."""
    given, drive = _given(device, drive, settings)
    waves = {name: wave.harmonics() for name, wave in drive.knobs.items()} if drive else {}
    voltages = drive.voltages if drive else {}
    actions = {**device.actions, **voltage_actions(device, voltages)}
    raw = drive.matrices if drive else {}
    if drive and voltages:
        waves |= voltage_phases(voltages, drive.known_photon_energy)
    count = _common_length(given, waves)
    resting = {**device.resting, **dict.fromkeys(set(actions) - set(device.actions), 0.0)}
    values: dict[str, Any] = dict(resting)
    turned = []
    for name, value in given.items():
        if device.resting[name] is None or np.any(value != device.resting[name]):
            turned.append(name)
            values[name] = value
    for name, wave in waves.items():
        if 0 in wave:
            values[name] = values[name] + np.real(wave[0])
    moving = {name: {k: x for k, x in wave.items() if k > 0 and np.any(x)} for name, wave in waves.items()}
    moving = {name: wave for name, wave in moving.items() if wave}
    active = list(dict.fromkeys([*turned, *waves]))

    touched = gather(actions, active, device.base, raw_pattern(raw))
    rest = touched.values(resting)[0]
    mean, plus, minus = coefficients(touched, values, moving)
    static = touched.values(values) + mean - rest
    raw_mean, raw_plus, raw_minus = raw_coefficients(raw, touched.rows, touched.columns, device.orbital_count)
    static = static + raw_mean
    plus, minus = added(plus, raw_plus), added(minus, raw_minus)

    # an element that is zero at every setting connects nothing, whatever it is where the device rests
    changes = np.any(plus, axis=(0, 1)) | np.any(minus, axis=(0, 1))
    gone = ~changes & ~np.any(static + rest, axis=0)
    keep = (changes | np.any(static, axis=0)) & ~gone
    bonds = device.geometry.contacts
    absorbed = {name for name, bond in bonds.items() if any(touches(actions[knob], bond) for knob in active)}
    return assembled(
        device,
        absorbed,
        (touched.rows, touched.columns, np.where(gone, 0, rest)),
        keep,
        count,
        tuple(np.broadcast_to(x, (count, *x.shape[1:]))[..., keep] for x in (static, plus, minus)),
    )


def _given(device: Device, drive: Drive | None, settings: Mapping[str, Any]) -> tuple[dict[str, Any], Drive | None]:
    """Checked values of knobs, and the drive with its parameters filled in."""
    if not isinstance(device, Device):
        raise BadInput(f"The device is {device!r}, but it must be a Device; give Device(h, contacts, knobs).")
    if drive is not None and not isinstance(drive, Drive):
        raise BadInput(f"The drive is {drive!r}, but it must be a Drive or None; give Drive(knobs, photon_energy=…).")
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


def _common_length(given: Mapping[str, Any], waves: Mapping[str, Mapping[int, Any]]) -> int:
    """P: the one length of all arrays, 1 without any."""
    lengths = {name: np.size(value) for name, value in given.items() if np.ndim(value)}
    for name, wave in waves.items():
        lengths.update({f"{name} (drive, k = {k})": np.size(x) for k, x in wave.items() if np.ndim(x)})
    longer = {name: size for name, size in lengths.items() if size != 1}
    if len(set(longer.values())) > 1:
        told = ", ".join(f"{name}: {size}" for name, size in longer.items())
        raise BadInput(
            f"The settings have different lengths ({told}), but all must have one; give arrays of equal length."
        )
    return next(iter(longer.values()), 1)
