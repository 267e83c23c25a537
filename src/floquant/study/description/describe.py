"""From what a user wrote to a `Description`: every part is checked once, here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from floquant.model import Device, Drive, Sector, sectors
from floquant.study.description.axes import Axes, checked_axes
from floquant.study.description.builder import built, checked_builder, first_arguments
from floquant.study.description.completeness import check_complete, check_spin, check_swept, checked_drive
from floquant.study.description.description import Description
from floquant.study.description.requests import requested_observables
from floquant.study.description.roles import Roles
from floquant.transport import Accuracy
from floquant.transport.windows import checked_window


def described(
    device: Any, drive: Any, values: Mapping[str, Any], observe: Any, window: Any, accuracy: Accuracy
) -> tuple[Description, tuple[Sector, ...]]:
    """The description, and the sectors of its first device at a few settings, by which the work is planned.

    `values`: what was written for each axis, fixed ones too. Raises `BadInput` for what `Study` refuses.
    """
    builder = None if isinstance(device, Device) else checked_builder(device)
    drive = checked_drive(drive)
    first = device if builder is None else built(builder, first_arguments(builder, values))
    roles = Roles.of(builder, first, drive)
    requests = requested_observables(observe)
    axes = checked_axes(values, roles)
    window = None if window is None else checked_window(window)
    check_complete(axes, roles, first, requests)
    check_swept(axes, requests)
    sampled = _sampled_sectors(first, drive, axes)
    check_spin(requests, first, sampled)
    channels = sum(len(terminal.lead_orbitals) for sector in sampled for terminal in sector.terminals)
    return Description(device, drive, axes, requests, window, accuracy, first, max(channels, 1)), sampled


def _sampled_sectors(device: Device, drive: Drive | None, axes: Axes) -> tuple[Sector, ...]:
    """The first device at a few settings. Raises `BadInput` for what the model refuses."""
    for name, axis in axes.items.items():
        if axis.role == "knob":
            device.knob_value(name, axis.values.reshape(-1))
    photon_energy = {name: np.min(values) for name, values in axes.sample("photon energy").items()}
    ready = drive.at(**photon_energy) if drive is not None else None
    return sectors(device, ready, axes.sample("knob", "drive"))
