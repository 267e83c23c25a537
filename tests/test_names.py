"""Names that a user cannot give: all that calls and results need for themselves, and no other."""

import inspect
import re
from pathlib import Path

import numpy as np
import pytest

import floquant as fq
from floquant.checks import names

root = Path(__file__).parent.parent
TO_COME = {
    "lead_other", "spin_other", "harmonic", "time", "cumulant", "knob", "bond", "state", "flow", "force", "part",
}  # fmt: skip
RING = fq.gallery.quantum_ring(spin=True)
DRIVE = fq.Drive({"dot_level": fq.Cosine("v")}, photon_energy=0.2)


def section():
    """The section of the conventions that lists them: {first word of an entry: names}."""
    page = (root / "docs/conventions.md").read_text()
    text = page.partition("## Reserved names\n")[2].partition("\n## ")[0]
    entries = text.split("\n- ")[1:]
    return {entry.split()[0]: re.findall(r"`(\w+)`", entry) for entry in entries}


def results():
    """What calls return, with a swept knob and a swept parameter."""
    swept = {"flux_ab": [0.1, 0.2], "v": 0.1}
    solution = fq.solve(RING, DRIVE, window=(-0.1, 0.1), rtol=1e-3, **swept)
    reservoirs = fq.Reservoirs(mu=0.05)
    scattering = fq.scatter(RING, DRIVE, [0.05], sidebands=2, **swept)
    yield fq.dc_current(solution, reservoirs, resolve_spin=True)
    yield fq.charge_per_cycle(fq.dc_current(solution, reservoirs)).to_dataset()
    yield fq.spin_current(solution, reservoirs)
    yield fq.spin_current(solution, reservoirs, axes="z")
    yield scattering.transmission("R", "L")
    yield scattering.amplitude("R", "L")
    yield scattering.amplitude("R", "L", basis="modes")
    yield fq.resonances(RING, DRIVE, (-0.1, 0.1), states=True, sidebands=2, **swept)
    yield fq.bound_states(RING, None, flux_ab=[0.1, 0.2])
    axes = {"flux_ab": [0.1, 0.2], "fermi_energy": [0.05], "temperature": 0.0, "bias": 0.0, "energy": [0.1]}
    observe = ["dc_current", "spin_current", "energy_current", "heat_current", "transmission"]
    yield fq.Study(RING, DRIVE, axes, observe, window=(-0.1, 0.1), rtol=1e-3, v=0.1).run()


@pytest.fixture(scope="module")
def used():
    """Dims, coordinates and variables of all results, apart from the axes that were asked for."""
    found = set()
    for result in results():
        found |= {str(name) for name in (*result.dims, *result.coords, *getattr(result, "data_vars", ()))}
    return found - {"flux_ab", "v"}


def test_what_results_use_cannot_be_a_knob(used):
    assert {"lead", "converged", "spin_axis", "half_width_by_lead", "momentum_in", "transmission_error"} <= used
    for name in used:
        assert names.reserved_for(name) is not None, name


def test_what_no_result_uses_can_be_a_knob(used):
    kept = set(names.RESERVED_DIMENSIONS) - TO_COME
    assert kept <= used
    for name in (
        "error",
        "channel",
        "accuracy",
        "solution",
        "reservoirs",
        "muon",
        "amplitude",
        "site_1",
    ):
        assert fq.Device([[0.0]], knobs={name: fq.Onsite(0)}).knobs


def test_values_of_results_are_known(used):
    known = {f"{value}{ending}" for value in names.RESERVED_VALUES for ending in ("", *names.RESERVED_ENDINGS)}
    assert set(names.RESERVED_VALUES) - {"mu"} <= used
    for name in ("mu_L", "mu_error", "temperature_R", "dc_current_best", "spin_current_converged"):
        assert names.reserved_for(name) is not None
    assert used <= known | set(names.RESERVED_ERRORS) | set(names.RESERVED_DIMENSIONS) | set(names.RESERVED_AXES)


def test_keywords_are_those_of_the_calls_that_take_knobs():
    calls = [
        *(fq.solve, fq.scatter, fq.plan, fq.resonances, fq.bound_states, fq.symmetries, fq.Study.__init__),
        *(fq.Device.at, fq.Device.hamiltonian, fq.Drive.at, fq.Drive.hamiltonian),
    ]
    taken = set()
    for call in calls:
        parameters = inspect.signature(call).parameters.values()
        assert any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)
        taken |= {parameter.name for parameter in parameters if parameter.kind is not parameter.VAR_KEYWORD}
    assert taken == set(names.RESERVED_KEYWORDS)


def test_the_conventions_list_the_same_names():
    told = section()
    assert told["Axes"] == list(names.RESERVED_AXES)
    assert told["Keywords"] == list(names.RESERVED_KEYWORDS)
    assert sorted(told["Dimensions"]) == sorted(names.RESERVED_DIMENSIONS)
    assert told["Values"] == [*names.RESERVED_VALUES, *names.RESERVED_ENDINGS]
    assert told["Names"] == list(names.RESERVED_BEGINNINGS)


@pytest.mark.parametrize("name", ["spin_axis", "cumulant", "bond", "part", "mu", "mu_L", "transmission", "t", "axes"])
def test_a_reserved_name_is_refused_with_its_meaning(name):
    meaning = names.reserved_for(name)
    with pytest.raises(fq.BadInput, match=f'named "{name}", which is reserved: {meaning}; give it another name'):
        fq.Device(np.zeros((1, 1)), knobs={name: fq.Onsite(0)})
    with pytest.raises(fq.BadInput, match="reserved"):
        fq.Cosine(name)
