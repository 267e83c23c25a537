"""Kwant devices of every kind, driven through parameters of their value functions: name → Case."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import floquant as fq


@dataclass(frozen=True)
class Case:
    """`waves`: {knob: (amplitude, phase)} of cosines around the values in `params`; knobs are named after parameters."""

    builder: Any
    params: dict[str, Any]
    waves: dict[str, tuple[float, float]]
    photon_energy: float
    energy: float
    order: int = 9
    spin: bool = False
    names: list[str] = field(default_factory=lambda: ["L", "R"])

    def device(self) -> fq.Device:
        knobs = list(self.waves)
        return fq.interop.kwant.from_system(self.builder.finalized(), self.params, self.names, knobs, spin=self.spin)

    def drive(self) -> fq.Drive:
        waves = {name: fq.Cosine(*wave) for name, wave in self.waves.items()}
        return fq.Drive(waves, photon_energy=self.photon_energy)

    def driven(self) -> dict[str, Callable[[float], float]]:
        """The parameters as functions of Ωt."""
        return {
            name: lambda angle, v=v, lag=lag, rest=self.params[name]: rest + v * np.cos(angle + lag)
            for name, (v, lag) in self.waves.items()
        }


def _square(norbs: int = 1) -> Any:
    import kwant

    return kwant.lattice.square(norbs=norbs)


def _attach(system: Any, lead: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        system.attach_lead(lead)


def three_terminal_cross() -> Case:
    """Three leads of width 3 and two gates with a phase lag."""
    import kwant

    lattice, system = _square(), kwant.Builder()
    system[(lattice(x, y) for x in range(5) for y in range(5))] = lambda site, left, right: (
        0.1 * np.cos(site.tag[0] + 2 * site.tag[1]) + (left if site.tag[0] < 2 else right * (site.tag[1] - 1.5))
    )
    system[lattice.neighbors()] = -1
    for direction, cell in (
        ((-1, 0), [lattice(0, y) for y in (1, 2, 3)]),
        ((1, 0), [lattice(0, y) for y in (0, 1, 2)]),
        ((0, 1), [lattice(x, 0) for x in (1, 2, 3)]),
    ):
        lead = kwant.Builder(kwant.TranslationalSymmetry(direction))
        lead[cell] = 0.2
        lead[lattice.neighbors()] = -1
        _attach(system, lead)
    return Case(
        system, {"left": 0.1, "right": -0.2}, {"left": (0.3, 0.2), "right": (0.25, 1.4)}, 0.9, -0.73,
        names=["west", "east", "north"],
    )  # fmt: skip


def ring_with_flux() -> Case:
    """A ring of square lattice around a hole; the flux through it and a gate on one arm are driven."""
    import kwant

    lattice, system = _square(), kwant.Builder()
    hole = {(2, 2), (2, 3), (3, 2), (3, 3)}

    def level(site: Any, gate: float) -> float:
        return gate if site.tag[1] >= 4 else 0.0

    def hopping(a: Any, b: Any, flux: float) -> complex:
        crosses = {a.tag[0], b.tag[0]} == {2, 3} and a.tag[1] == b.tag[1] >= 4
        sign = 1 if a.tag[0] > b.tag[0] else -1
        return complex(-np.exp(2j * np.pi * sign * flux)) if crosses else -1.0

    system[(lattice(x, y) for x in range(6) for y in range(6) if (x, y) not in hole)] = level
    system[lattice.neighbors()] = hopping
    lead = kwant.Builder(kwant.TranslationalSymmetry((-1, 0)))
    lead[(lattice(0, y) for y in (2, 3))] = 0
    lead[lattice.neighbors()] = -1
    _attach(system, lead)
    _attach(system, lead.reversed())
    return Case(system, {"flux": 0.17, "gate": 0.3}, {"flux": (0.06, 0.0), "gate": (0.3, 1.1)}, 0.8, 0.41)


def rashba_strip() -> Case:
    """Two spins per site, a Rashba field driven by a gate, and a Zeeman field that it does not commute with."""
    import kwant

    sigma_x, sigma_y = np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]])
    sigma_z, one = np.diag([1, -1]), np.eye(2)
    lattice, system = _square(2), kwant.Builder()
    system[(lattice(x, y) for x in range(6) for y in range(3))] = lambda site, zeeman: (
        0.3 * one + zeeman * (sigma_x + 0.4 * sigma_z * site.tag[1])
    )
    system[kwant.HoppingKind((1, 0), lattice)] = lambda a, b, alpha: -one - 1j * alpha * sigma_y
    system[kwant.HoppingKind((0, 1), lattice)] = lambda a, b, alpha: -one + 1j * alpha * sigma_x
    lead = kwant.Builder(kwant.TranslationalSymmetry((-1, 0)))
    lead[(lattice(0, y) for y in range(3))] = 0.2 * one + 0.15 * sigma_z
    lead[lattice.neighbors()] = -one
    _attach(system, lead)
    _attach(system, lead.reversed())
    return Case(
        system, {"alpha": 0.3, "zeeman": 0.2}, {"alpha": (0.2, 0.3), "zeeman": (0.1, 1.0)}, 0.7, -1.1, spin=True
    )


def disordered_billiard() -> Case:
    """A disc with a random potential, and a gate in its middle that is not linear in its voltage."""
    import kwant

    lattice, system = _square(), kwant.Builder()

    def level(site: Any, gate: float, salt: str) -> float:
        x, y = site.pos
        return kwant.digest.uniform(repr(site.tag), salt) - 0.5 + gate * np.exp(-(x**2 + y**2) / (3 + gate**2))

    system[lattice.shape(lambda pos: pos[0] ** 2 + pos[1] ** 2 < 4.3**2, (0, 0))] = level
    system[lattice.neighbors()] = -1
    lead = kwant.Builder(kwant.TranslationalSymmetry((-1, 0)))
    lead[(lattice(0, y) for y in range(-1, 3))] = 0
    lead[lattice.neighbors()] = -1
    _attach(system, lead)
    down = kwant.Builder(kwant.TranslationalSymmetry((0, -1)))
    down[(lattice(x, 0) for x in range(-2, 1))] = 0
    down[lattice.neighbors()] = -1
    _attach(system, down)
    return Case(system, {"gate": 0.4, "salt": "7"}, {"gate": (0.5, 0.0)}, 0.6, -1.37)


def irradiated_ribbon() -> Case:
    """Zigzag graphene under circular light: both components of the vector potential enter every hopping of the device."""
    import kwant

    lattice = kwant.lattice.honeycomb(norbs=1)
    system = kwant.Builder()

    def inside(position: Any) -> bool:
        return -0.1 < position[1] < 2.4

    def hopping(a: Any, b: Any, light_x: float, light_y: float) -> complex:
        way = a.pos - b.pos
        return complex(-np.exp(1j * (light_x * way[0] + light_y * way[1])))

    system[lattice.shape(lambda position: inside(position) and -0.1 < position[0] < 4.1, (0, 0))] = 0
    system[lattice.neighbors()] = hopping
    lead = kwant.Builder(kwant.TranslationalSymmetry(lattice.vec((-1, 0))))
    lead[lattice.shape(inside, (0, 0))] = 0
    lead[lattice.neighbors()] = -1
    _attach(system, lead)
    _attach(system, lead.reversed())
    return Case(
        system, {"light_x": 0.0, "light_y": 0.0}, {"light_x": (0.4, 0.0), "light_y": (0.4, -np.pi / 2)}, 1.1, 0.37
    )


def field_in_the_leads() -> Case:
    """A magnetic field everywhere, two orbitals a site, cells of two rows: H00 and H01 complex, the interface half a cell."""
    import kwant

    lattice, system = _square(2), kwant.Builder()
    onsite, mixed = np.array([[0.2, 0.1 - 0.2j], [0.1 + 0.2j, -0.3]]), np.array([[-1, 0.2j], [0.1, -0.8]])

    def hop_x(a: Any, b: Any, field: float) -> Any:
        return mixed * np.exp(-2j * np.pi * field * a.tag[1])

    system[(lattice(x, y) for x in range(4) for y in range(3))] = lambda site, gate: (
        onsite + gate * np.array([[1, 0.5j], [-0.5j, 0.3]]) * (site.tag[0] == 1)
    )
    system[kwant.HoppingKind((1, 0), lattice)] = hop_x
    system[kwant.HoppingKind((0, 1), lattice)] = mixed.T
    for period in ((-1, 0), (2, 0)):
        lead = kwant.Builder(kwant.TranslationalSymmetry(period))
        lead[(lattice(x, y) for x in range(abs(period[0])) for y in range(3))] = onsite
        lead[kwant.HoppingKind((1, 0), lattice)] = hop_x
        lead[kwant.HoppingKind((0, 1), lattice)] = mixed.T
        _attach(system, lead)
    return Case(system, {"gate": 0.1, "field": 0.07}, {"gate": (0.4, 0.0)}, 0.75, -0.9)


CASES = {
    function.__name__: function
    for function in (
        three_terminal_cross, ring_with_flux, rashba_strip, disordered_billiard, irradiated_ribbon, field_in_the_leads,
    )
}  # fmt: skip
