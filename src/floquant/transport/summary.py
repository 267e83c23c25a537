"""The repr of a solution and of a scattering, in a few lines."""

from __future__ import annotations

from floquant.model import Device
from floquant.transport.outcome import Outcome
from floquant.transport.settings import Settings


def summary(title: str, device: Device, photon_energy: float, settings: Settings, outcome: Outcome, bound: str) -> str:
    """The title with what is swept; the device and its contacts; the drive; how it was solved, and how good it is."""
    swept = ", ".join(f"{dim} ({size})" for dim, size in zip(settings.dims, settings.shape, strict=True))
    contacts = ", ".join(device.contacts)
    return "\n".join(
        [
            f"{title}, {swept or 'one setting'}",
            f"  {repr(device).splitlines()[0]}, contacts {contacts}",
            f"  Drive: photon energy {photon_energy:g}" if photon_energy else "  no drive",
            f"  {outcome.summary}",
            f"  {bound}; more in .certificate",
        ]
    )
