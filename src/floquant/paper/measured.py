"""The paper's currents as a laboratory would see them, and what a temperature leaves of them."""

from __future__ import annotations

from dataclasses import dataclass

import floquant as fq
from floquant.paper.extremum import Extremum
from floquant.paper.laboratory import RashbaRing, gigahertz, kelvin, nanoampere
from floquant.paper.ring import AMPLITUDE, PHOTON_ENERGY, drive, pumped_spins, ring

MILLIKELVIN = (20, 50, 100, 300)


@dataclass(frozen=True)
class Row:
    """One quantity: its value in the model, and in the laboratory."""

    quantity: str
    model: str
    laboratory: str


def laboratory(extremum: Extremum, device: RashbaRing | None = None) -> list[Row]:
    """Energies, fields, currents and temperatures of the paper's ring for `device`, an InGaAs ring of 50 nm if not given."""
    device = device or RashbaRing()
    gamma = device.hopping
    field = extremum.flux * device.field_of_a_quantum
    each, _ = pumped_spins(0.1, 0.1)
    alone = float(each.sel(spin="up"))
    _, pure = pumped_spins(0.0, 0.1)
    alpha = device.rashba(0.1)
    zeeman = device.zeeman(field)
    rows = [
        Row("hopping γ", "1", f"{gamma:.3f} meV"),
        Row("photon energy ħΩ", f"{PHOTON_ENERGY} γ", f"{gigahertz(PHOTON_ENERGY * gamma):.1f} GHz"),
        Row("drive amplitude v", f"{AMPLITUDE} γ", f"{AMPLITUDE * gamma * 1e3:.1f} µeV"),
        Row("one flux quantum", "1 h/e", f"{device.field_of_a_quantum:.3f} T"),
        Row("flux of the largest current", f"{extremum.flux:.4f} h/e", f"{field:.3f} T"),
        Row("largest current, one spin", f"{extremum.current:.4e} eγ/h", _current(extremum.current * gamma)),
        Row("Zeeman energy at that flux", f"{zeeman / gamma:.2f} γ (not in the model)", f"{zeeman * 1e3:.0f} µeV"),
        Row("φ_SO = 0.1", "0.1", f"α = {alpha:.1f} meV·nm"),
        Row("one spin alone, (0.1, 0.1)", f"{alone:.4e} eγ/h", _current(alone * gamma)),
        Row("pure spin current, (0, 0.1), no field", f"{abs(float(pure)):.4e} eγ/h", _current(abs(float(pure)) * gamma)),
        Row("photon energy as a temperature", f"{PHOTON_ENERGY} γ", f"{kelvin(PHOTON_ENERGY * gamma) * 1e3:.0f} mK"),
    ]  # fmt: skip
    return [*rows, *_warm(extremum, gamma)]


def _warm(extremum: Extremum, gamma: float) -> list[Row]:
    """What is left of the largest current at a few temperatures."""
    solution = fq.solve(ring(), drive(), window=(-2.2, 2.2), flux=extremum.flux)
    rows = []
    for millikelvin in MILLIKELVIN:
        temperature = millikelvin * 1e-3 / kelvin(gamma)
        reservoirs = fq.Reservoirs(mu=extremum.fermi_energy, temperature=temperature)
        left = float(fq.dc_current(solution, reservoirs).sel(lead="R")) / extremum.current
        rows.append(
            Row(f"largest current at {millikelvin} mK", f"k_BT = {temperature:.4f} γ", f"{100 * left:.0f} % of it")
        )
    return rows


def _current(current: float) -> str:
    return f"{nanoampere(current):.4f} nA"
