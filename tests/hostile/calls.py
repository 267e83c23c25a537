"""Every public call with arguments that are right, prepared once, so that each parameter in turn can be given what is wrong."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import scipy.sparse
import xarray as xr

import floquant as fq

API = Path(__file__).parents[2] / "docs" / "api.md"
# What only calls make: their constructors are none of the user's.
MADE_BY_CALLS = ("Lead", "Knob", "Waveform", "Modes", "Plan", "Plans", "Scattering", "Solution", "Symmetry", "SymmetryReport",
                 "Certificate", "ResultArray", "ResultDataset", "BadInput", "NotConverged")  # fmt: skip
# Parameters that may be any keyword: knobs of the device, parameters of a drive.
ANY_NAME = {"Drive.at": "v", "Waveform.at": "v", "Study": "level"}


@dataclass(frozen=True)
class Call:
    """A public callable and right arguments for all of its parameters; `keyword` is one that it takes besides."""

    name: str
    function: Callable[..., Any]
    right: Mapping[str, Any]
    keyword: str | None = None

    @property
    def parameters(self) -> list[str]:
        """Names of all parameters, `keyword` instead of **knobs."""
        named = [
            name
            for name, parameter in inspect.signature(self.function).parameters.items()
            if parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
        ]
        return [*named, *([self.keyword] if self.keyword else [])]

    def with_wrong(self, parameter: str, value: Any) -> Any:
        """The answer if this parameter has this value."""
        return self.function(**{**self.right, parameter: value})


def documented() -> set[str]:
    """Names of all classes, methods and functions of the page on the API, `Device.at` for a method."""
    text = API.read_text(encoding="utf-8")
    found = set(re.findall(r"autofunction:: (\w+)", text))
    for name, members in re.findall(r"autoclass:: (\w+)(?:\(\))?\n(?:   :members: ([\w, ]+))?", text):
        found |= {name, *(f"{name}.{member}" for member in re.split(r", ", members) if member)}
    return found


LEVEL = fq.Device(
    [[0.1]], {"L": fq.Contact(fq.Chain(), 0, 0.5), "R": fq.Contact(fq.WideBand(0.5), 0)}, {"level": fq.Onsite(0)}
)
SPIN = fq.Device(
    0.1 * np.eye(2), {"L": fq.Contact(fq.Chain(), 0, 0.5), "R": fq.Contact(fq.Chain(), 0, 0.5)}, {"level": fq.Onsite(0)},
    orbitals=2, spin=True,
)  # fmt: skip
THREE = fq.Device([[0.1]], {name: fq.Contact(fq.Chain(), 0, 0.5) for name in "LRP"}, {"level": fq.Onsite(0)})
DRIVE = fq.Drive({"level": fq.Cosine(0.1)}, photon_energy=0.5)
OPEN = fq.Drive({"level": fq.Cosine("v")}, photon_energy="omega")
NOTHING, BIASED = fq.Reservoirs(), fq.Reservoirs({"L": 0.1, "R": 0.0, "P": 0.0})
QUICK = {"rtol": 0.1, "sidebands": 1}


@cache
def solution(device: fq.Device, window: tuple[float, float] = (-0.3, 0.3)) -> fq.Solution:
    return fq.solve(device, DRIVE, window, **QUICK)


@cache
def scattering() -> fq.Scattering:
    return fq.scatter(SPIN, DRIVE, [0.1], **QUICK)


@cache
def report() -> fq.SymmetryReport:
    return fq.symmetries(fq.gallery.driven_site(), DRIVE)


def calls(folder: Path) -> list[Call]:
    """All of them; files are written to this folder."""
    return [*_constructors(), *_methods(), *_functions(folder), *_gallery(), *_interop()]


def _constructors() -> list[Call]:
    wave = {"amplitude": 0.1, "phase": 0.2, "multiple": 1}
    sigma = {"function": lambda energy: -0.1j, "orbitals": 1, "bands": [(-1.0, 1.0)], "spinless": True}
    right: dict[str, dict[str, Any]] = {
        "Accuracy": {"rtol": 1e-3, "atol": 1e-9, "sidebands": 2, "solver": "dense", "max_nodes": 100},
        "Chain": {"hopping": 1.0, "level": 0.0},
        "Contact": {"lead": fq.Chain(), "sites": [0], "coupling": [[0.5]]},
        "Cosine": wave,
        "Device": {
            "h": np.diag([1.0], 1) + np.diag([1.0], -1), "contacts": {"L": fq.Contact(fq.Chain(), 0)}, "knobs": {"a": fq.Onsite(0)},
            "orbitals": 1, "positions": [0.0, 1.0], "spin": False, "energy_unit": "meV",
        },
        "Drive": {"knobs": {"level": fq.Cosine(0.1)}, "voltages": {"L": fq.Cosine(0.1)}, "photon_energy": 0.5},
        "Flux": {"bond": (0, 1), "contact": None, "spin": False, "weights": [1.0]},
        "Function": {"sites": [0], "function": lambda value: [[value]]},
        "Harmonics": {"coefficients": {1: 0.1}},
        "Hopping": {"bond": (0, 1), "matrix": [[1.0]]},
        "Lorentzian": {"width": 0.1, "charge": 1.0, **wave, "order": 10, "photon_energy": None},
        "Matrix": {"h": np.eye(2)},
        "Onsite": {"sites": [0], "weights": [1.0], "matrix": [[1.0]]},
        "Peierls": {"vector_potential": None, "field": "z", "gauge": "x", "bond": (0, 1), "contacts": {"L": [[0.0, 0.0]]}},
        "PeriodicLead": {"h00": np.eye(2), "h01": np.eye(2), "spinless": True},
        "Reservoirs": {"mu": {"L": 0.1, "R": 0.0}, "temperature": 0.0},
        "Sampled": {"samples": [0.1, 0.2, 0.0], **wave},
        "SelfEnergy": sigma,
        "Square": {**wave, "duty": 0.5, "order": 9},
        "Strength": {"bond": (0, 1), "contact": None},
        "Study": {
            "device": fq.gallery.driven_site(), "drive": OPEN, "axes": {"v": [0.1], "omega": 0.5, "fermi_energy": [0.1]},
            "observe": ["dc_current"], "window": (-0.3, 0.3), "rtol": 0.1, "atol": 1e-9, "sidebands": 1, "solver": "ports", "max_nodes": 99,
        },
        "Triangle": {**wave, "rise": 0.5, "order": 9},
        "WideBand": {"gamma": [0.5], "orbitals": 1, "spinless": True},
        "Zeeman": {"sites": [0], "direction": "z", "weights": [1.0]},
    }  # fmt: skip
    return [Call(name, getattr(fq, name), own, ANY_NAME.get(name)) for name, own in right.items()]


def _methods() -> list[Call]:
    periodic = fq.PeriodicLead(np.eye(2), 0.5 * np.eye(2))
    leads = {
        "Chain": fq.Chain(),
        "PeriodicLead": periodic,
        "WideBand": fq.WideBand(0.5),
        "SelfEnergy": fq.SelfEnergy(lambda e: -0.1j),
    }
    waves = {
        "Cosine": fq.Cosine(0.1), "Harmonics": fq.Harmonics({1: 0.1}), "Sum": fq.Cosine("v") + 0.1, "Scaled": 2 * fq.Cosine(0.1),
    }  # fmt: skip
    found = [Call("Device.hamiltonian", LEVEL.hamiltonian, {}, "level"), Call("Device.at", LEVEL.at, {}, "level")]
    found += [Call("Device.site_orbitals", LEVEL.site_orbitals, {"site": 0})]
    found += [
        Call("Device.plot", LEVEL.plot, {"drive": DRIVE, "axes": None}, option)
        for option in ("knobs", "names", "site_names", "bond_names")
    ]
    for kind, lead in leads.items():
        found += [
            Call(f"Lead.surface ({kind})", lead.surface, {"energy": 0.1}),
            Call(f"Lead.modes ({kind})", lead.modes, {"energy": 0.1}),
            Call(f"Lead.open_channels ({kind})", lead.open_channels, {"energy": 0.1}),
        ]
    found += [Call("Lead.plot_bands", fq.Chain().plot_bands, {"axes": None, "energy_unit": "meV"})]
    found += [
        Call(
            "Drive.from_matrices",
            fq.Drive.from_matrices,
            {"matrices": {1: np.eye(2)}, "photon_energy": 0.5, "voltages": {}},
        )
    ]
    found += [Call("Drive.at", OPEN.at, {}, "v"), Call("Drive.at (ħΩ)", OPEN.at, {}, "omega")]
    found += [Call("Drive.hamiltonian", DRIVE.hamiltonian, {"device": LEVEL, "t": 0.1}, "level")]
    for kind, wave in waves.items():
        found += [
            Call(f"Waveform.at ({kind})", wave.at, {}, "v"),
            Call(f"Waveform.shifted ({kind})", wave.shifted, {"angle": 0.1}),
            Call(f"Waveform.values ({kind})", wave.at(v=0.1).values, {"angle": 0.1}),
        ]
    found += [Call(f"Waveform {sign}", _operator(sign), {"other": 0.1}) for sign in "+-*/"]
    found += [
        Call(
            "Scattering.transmission", scattering().transmission, {"to": "R", "from_": "L", "kind": "total", "spin_axis": "x"}
        ),
        Call("Scattering.amplitude", scattering().amplitude, {"to": "R", "from_": "L", "basis": "orbitals"}),
        Call("Reservoirs.by_lead", fq.Reservoirs({"L": 0.1, "R": 0.0}).by_lead, {"names": ["L", "R"]}),
        Call("SymmetryReport.why", report().why, {"current": "dc charge", "lead": "L"}),
        Call(
            "Symmetry.partner", report().symmetries[0].partner,
            {"to": "R", "from_": "L", "sideband": 1, "energy": 0.1, "photon_energy": 0.5},
        ),
    ]  # fmt: skip
    return found


def _operator(sign: str) -> Callable[..., Any]:
    wave, names = fq.Cosine(0.1), {"+": "__add__", "-": "__sub__", "*": "__mul__", "/": "__truediv__"}
    return getattr(wave, names[sign])


def _functions(folder: Path) -> list[Call]:
    data = xr.Dataset({"a": ("x", [1.0])})
    written = fq.save(data, folder / "right.nc")
    study = fq.Study(LEVEL, DRIVE, {"fermi_energy": [0.1]}, window=(-0.3, 0.3), **QUICK)
    current = fq.dc_current(solution(LEVEL), NOTHING)
    accuracy = {"rtol": 0.1, "atol": 1e-9, "sidebands": 1, "solver": "ports", "max_nodes": 99}
    problem = {"device": LEVEL, "drive": DRIVE}
    return [
        Call("solve", fq.solve, {**problem, "window": (0.1, 0.1), "progress": False, **accuracy}, "level"),
        Call("scatter", fq.scatter, {**problem, "energies": [0.1], "progress": False, **accuracy}, "level"),
        Call("plan", fq.plan, {**problem, "window": (0.1, 0.1), "sidebands": 1}, "level"),
        Call("symmetries", fq.symmetries, problem, "level"),
        Call("bound_states", fq.bound_states, {**problem, "window": None, "max_nodes": 99}, "level"),
        Call(
            "resonances", fq.resonances,
            {**problem, "window": (0.0, 0.2), "max_half_width": 0.1, "states": False, "rtol": 0.1, "sidebands": 1, "max_nodes": 2000},
            "level",
        ),
        Call("dc_current", fq.dc_current, {"solution": solution(SPIN), "reservoirs": NOTHING, "resolve_spin": True, "form": "window"}),
        Call("spin_current", fq.spin_current, {"solution": solution(SPIN), "reservoirs": fq.Reservoirs(), "axes": "z"}),
        Call("energy_current", fq.energy_current, {"solution": solution(LEVEL), "reservoirs": NOTHING}),
        Call("heat_current", fq.heat_current, {"solution": solution(LEVEL), "reservoirs": NOTHING}),
        Call(
            "float_probes", fq.float_probes,
            {"solution": solution(THREE), "leads": ["P"], "reservoirs": BIASED, "current": 0.0, "temperature": False},
        ),
        Call("rotating", fq.rotating, {"x": "a", "y": "b", "amplitude": 0.1, "phase": 0.0, "sense": 1, "multiple": 1}),
        Call("charge_per_cycle", fq.charge_per_cycle, {"current": current}),
        Call("to_si", fq.to_si, {"data": current, "energy_unit": "meV"}),
        Call("save", fq.save, {"result": data, "path": written}),
        Call("open", fq.open, {"path": written, "kind": xr.Dataset, "trusted": False}),
        Call("cite", fq.cite, {"dataset": data}),
        Call("warm_up", lambda big_devices: fq.warm_up(big_devices) if big_devices is not True else None, {}),
        Call("Study.run", study.run, {"folder": None, "workers": 1, "progress": False}),
    ]  # fmt: skip


def _gallery() -> list[Call]:
    small = {"length": 2, "lines": 3, "chains": 2, "width": 2, "sites": 4, "seed": 1, "levels": (0.0, 0.0)}
    found = []
    for name in fq.gallery.__all__:
        function = getattr(fq.gallery, name)
        parameters = inspect.signature(function).parameters
        found.append(Call(f"gallery.{name}", function, {p: value for p, value in small.items() if p in parameters}))
    return found


def _sisl(cells: int) -> SimpleNamespace:
    """As much of a sisl Hamiltonian as is read: a chain of one site a cell."""
    geometry = SimpleNamespace(nsc=[cells, 1, 1], xyz=np.zeros((1, 3)), orbitals=[1])
    spin = SimpleNamespace(is_nambu=False, is_unpolarized=True, is_polarized=False)
    return SimpleNamespace(
        geometry=geometry, spin=spin, orthogonal=True,
        Hk=lambda k, **_: scipy.sparse.csr_array([[2 * np.cos(2 * np.pi * k[0]) * (cells > 1) + 0.0j]]),
    )  # fmt: skip


def _interop() -> list[Call]:
    pair = np.array([[0.0, 1.0], [1.0, 0.0]])
    tb = SimpleNamespace(
        _dim_k=0, _nspin=1, _hoppings=[], _per=[0], _gen_ham=lambda: pair, get_orb=lambda: np.zeros((2, 1)), get_lat=lambda: np.eye(1),
        get_num_orbitals=lambda: 2,
    )  # fmt: skip
    wire = SimpleNamespace(**{**vars(tb), "_dim_k": 1, "cut_piece": lambda *_, **__: tb})
    return [
        Call(
            "interop.pythtb.from_model", fq.interop.pythtb.from_model,
            {"model": tb, "contacts": {"L": fq.Contact(fq.Chain(), 0)}, "knobs": {"a": fq.Onsite(0)}, "energy_unit": "eV"},
        ),
        Call("interop.pythtb.lead", fq.interop.pythtb.lead, {"model": wire, "direction": 1}),
        Call(
            "interop.sisl.from_hamiltonian", fq.interop.sisl.from_hamiltonian,
            {"hamiltonian": _sisl(1), "contacts": {"L": fq.Contact(fq.Chain(), 0)}, "knobs": {"a": fq.Onsite(0)}, "energy_unit": "eV"},
        ),
        Call("interop.sisl.lead", fq.interop.sisl.lead, {"hamiltonian": _sisl(3), "axis": 0, "direction": 1}),
    ]  # fmt: skip
