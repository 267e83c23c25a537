"""Units and long names of the axes."""

from __future__ import annotations

from floquant.model import Device, Drive
from floquant.model.knobs.multiplicative import Flux, Strength
from floquant.model.knobs.peierls import Peierls


def labels_of(name: str, role: str, device: Device, drive: Drive | None) -> dict[str, str]:
    """Units and long name of an axis, as attributes of its coordinate."""
    from floquant.results.photons import photon_labels

    energy = device.energy_unit or "energy"
    words = name.replace("_", " ")
    if role in ("energy", "reservoir"):
        named = {"energy": "energy", "fermi_energy": "Fermi energy", "temperature": "temperature", "bias": "bias"}
        return {"units": energy, "long_name": named[name]}
    if role == "photon energy":
        return photon_labels(device.energy_unit)
    if role == "knob":
        return {"units": _knob_units(device, name), "long_name": words, "description": f"knob: {device.knobs[name]}"}
    if role == "drive" and drive is not None:
        return {**_parameter_labels(name, device, drive), "description": "parameter of the drive"}
    return {"units": "1", "long_name": words, "description": "argument of the device function"}


def _knob_units(device: Device, name: str) -> str:
    knob = device.knobs[name]
    if isinstance(knob, Flux):
        return "flux quanta"
    if isinstance(knob, Peierls):
        return "rad per unit length" if knob.field is None else "flux quanta per unit area"
    if isinstance(knob, Strength) or knob.neutral is None:
        return "1"
    return device.energy_unit or "energy"


def _parameter_labels(name: str, device: Device, drive: Drive) -> dict[str, str]:
    """Of a number in a waveform: the first place where the drive names it."""
    units = {f'knob "{knob}"': _knob_units(device, knob) for knob in drive.knobs}
    for place, wave in drive.waveforms.items():
        if name not in wave.parameters:
            continue
        meaning = wave.meaning(name)
        unit = units.get(place, device.energy_unit or "energy") if meaning == "amplitude" else "1"
        words = place.removeprefix("knob ").replace('"', "").replace("_", " ")
        return {"units": "rad" if meaning == "phase" else unit, "long_name": f"{meaning} of {words}"}
    return {"units": "1", "long_name": name}
