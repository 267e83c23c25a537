"""Resonances: the complex quasienergies at which the Floquet–Green function has poles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from floquant.checks.flags import flag
from floquant.checks.numbers import number
from floquant.checks.types import Numbers
from floquant.errors import BadInput
from floquant.model import Device, Drive, Sector, sectors
from floquant.observe.states.found_states import FoundState, dataset, on_device
from floquant.solvers.poles.resonances import Question, Resonance
from floquant.solvers.poles.resonances import resonances as resonances_of
from floquant.solvers.threads import one_thread
from floquant.transport.accuracy import Accuracy
from floquant.transport.settings import photon_energy_of, settings
from floquant.transport.windows import checked_window

if TYPE_CHECKING:
    import xarray as xr

# Half widths of poles that are looked for, in lengths of the window.
DEEPEST = 1e4
LABELS = {
    "half_width": ("energy", "half width at half maximum of the resonance, −Im of the pole"),
    "residual": ("1", "‖M(z) ψ‖ over the size of M"),
}


@one_thread()
def resonances(device: Device, drive: Drive | None, window: tuple[float, float], *, max_half_width: float | None = None,
               states: bool = False, rtol: float = 1e-6, sidebands: int | None = None, max_nodes: int = 200_000,
               **knobs: Numbers) -> xr.Dataset:  # fmt: skip
    """Complex quasienergies of a driven device (resonances of an undriven one, `drive=None`) in a window of energies.

    Σ_k [(z + mħΩ) δ_mk − H_{m−k} − Σ(z + mħΩ) δ_mk] ψ_k = 0,   z = energy − i half_width

    Σ is continued from the real axis through the bands into the lower half plane; near the real axis G ~ ψ ψ̃†/(E − z), so that a
    resonance decays as exp(−2 half_width t/ħ). All poles with half width up to `max_half_width` (the window's length, if not given)
    are found by contour integrals, the narrowest as surely as the others, and polished by Newton's method. A quasienergy is known up to
    multiples of ħΩ: each is listed once, at that replica in the window where its state weighs most, if any wave in the window excites
    it (weight > 1e-12 there). Real energies (half width 0) are bound states.

    `knobs`: numbers, one-dimensional arrays or DataArrays, which become leading dims; names of open drive parameters too. `rtol`: of a
    half width, by the number of sidebands; `sidebands=N` forces N beyond the window. `max_nodes` bounds the solutions per setting.

    Returns a Dataset over (…, resonance), by energy, filled with nan where a setting has fewer: `energy`, `half_width` and
    `half_width_by_lead` in the energy unit (a lead's share of the decay; the shares add up to half_width, and one may be negative where
    closed channels store rather than carry), `residual`, `site_weight` and `sideband_weight` of the state on the device (each adds up
    to 1; sideband 0 is at `energy`), `spin` on a device with spin, and with `states=True` the `wavefunction`.
    Raises `BadInput` for names, values or windows that cannot be; `NotConverged` if max_nodes does not suffice. (W.-J. Beyn, Linear
    Algebra Appl. 436, 3839.)
    """
    accuracy = Accuracy(rtol, None, sidebands, None, max_nodes)
    batch = settings(device, drive, knobs)
    states = flag(states, "states")
    low, high = checked_window(window)
    if not low < high:
        raise BadInput(
            f"window is ({low:g}, {high:g}), but resonances are looked for between two energies; give for example "
            f"window=({low - 0.1:g}, {high + 0.1:g})."
        )
    depth = high - low if max_half_width is None else _half_width(max_half_width, high - low)
    question = Question(low, high, depth, accuracy.rtol, accuracy.sidebands, accuracy.max_nodes)
    ready, photon_energy, values = photon_energy_of(drive, batch.values)
    parts = sectors(device, ready, values)
    found = [
        [
            _found(device, part, own)
            for part in parts
            for own in resonances_of(part, row(part, problem), photon_energy, question)
        ]
        for problem in range(batch.count)
    ]
    attrs = {
        "window": [low, high],
        "max_half_width": depth,
        "photon_energy": photon_energy,
        "summary": "poles of the Floquet–Green function, each quasienergy once, at its heaviest replica in the window",
    }
    return dataset("resonance", device, batch, found, LABELS, states, attrs)


def row(sector: Sector, problem: int) -> int:
    """The sector's setting: one where nothing in it is swept."""
    return problem if sector.settings > 1 else 0


def _found(device: Device, sector: Sector, own: Resonance) -> FoundState:
    wave = on_device(device, sector, own.state)
    norm = float(np.linalg.norm(wave)) or 1.0
    numbers = {"half_width": max(0.0, -own.z.imag), "residual": own.residual}
    return FoundState(own.z.real, wave / norm, own.lowest, numbers, {"half_width": own.half_widths})


def _half_width(value: Any, length: float) -> float:
    """What is asked for; up to 10⁴ times the window's length, for leads lose their digits further down."""
    width = float(number(value, "max_half_width"))
    if not 0 < width <= DEEPEST * length:
        raise BadInput(
            f"max_half_width is {width:g}, but it must be a number > 0, and at most {DEEPEST:g} times the length of the window, "
            f"{DEEPEST * length:g}; give one in the energy unit."
        )
    return width
