"""The bound holds: over 1,000 random problems, half of them with a resonance narrower than 1e-4, the true error is below the claimed one.

True currents are in tests/reference/bound_references.npz, by brute force (make_bound_references.py); a few are computed again here.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from reference.make_bound_references import reference
from reference.random_problems import random_problem

import floquant as fq

FILE = Path(__file__).parent / "reference" / "bound_references.npz"
COUNT, CHUNK = 1000, 25
# Problems at whose energies no lead is open.
OUTSIDE = {890}


@cache
def truths():
    with np.load(FILE) as stored:
        return dict(stored)


def as_floquant(problem):
    """A random problem as device, drive, window and reservoirs."""
    contacts, names = {}, [c["name"] for c in problem["contacts"]]
    for c in problem["contacts"]:
        if c["kind"] == "wide":
            contacts[c["name"]] = fq.Contact(fq.WideBand(c["gamma"]), c["sites"])
        else:
            contacts[c["name"]] = fq.Contact(fq.Chain(c["hopping"], c["level"]), c["sites"], coupling=c["coupling"])
    knobs, waves = {}, {}
    for i, knob in enumerate(problem["knobs"]):
        kind = fq.Onsite(knob["sites"]) if knob["kind"] == "onsite" else fq.Hopping(bond=knob["bond"])
        knobs[f"knob{i}"], waves[f"knob{i}"] = kind, fq.Harmonics(knob["waveform"])
    device = fq.Device(problem["hamiltonian"], contacts=contacts, knobs=knobs)
    drive = fq.Drive(waves, photon_energy=problem["photon_energy"])
    mu, temperature = problem["mu"], problem["temperature"]
    window = (float((mu - 40 * temperature).min()), float((mu + 40 * temperature).max()))
    reservoirs = fq.Reservoirs(
        mu=dict(zip(names, mu.tolist(), strict=True)),
        temperature=dict(zip(names, temperature.tolist(), strict=True)),
    )
    return device, drive, window, reservoirs


def compare(seed):
    """(true error, claimed error, unsigned flow, the reference's own error) over contacts."""
    device, drive, window, reservoirs = as_floquant(random_problem(seed))
    found = fq.dc_current(fq.solve(device, drive, window=window), reservoirs)
    stored = truths()
    count = len(device.contacts)
    exact, flow, own = (stored[name][seed, :count] for name in ("current", "flow", "error"))
    return np.abs(found.values - exact), found.dc_current_error.values, flow, own


def test_half_of_the_problems_have_a_narrow_resonance():
    stored = truths()
    assert np.array_equal(stored["seed"], np.arange(COUNT))
    assert np.sum(stored["half_width"] < 1e-4) >= COUNT // 2


def test_the_references_are_far_better_than_what_is_claimed_of_them():
    """Their own errors are below 1e-10 of the flow, or below what rounding leaves; currents are conserved to the same."""
    stored = truths()
    assert np.all((stored["error"] <= 1e-10 * stored["flow"] + 1e-14) | np.isnan(stored["current"]))
    leak = np.abs(np.nansum(stored["current"], axis=1))
    assert np.all(leak <= 1e-12 * np.nanmax(stored["flow"], axis=1) + 1e-14)


@pytest.mark.parametrize("seed", [1, 14, 23, 64, 407, 508, 621, 830])
def test_a_reference_computed_afresh_is_the_stored_one(seed):
    stored = truths()
    current, flow, error, _ = reference(seed)
    allowed = error + stored["error"][seed] + 1e-13 * flow
    present = ~np.isnan(current)
    np.testing.assert_array_equal(present, ~np.isnan(stored["current"][seed]))
    assert np.all((np.abs(current - stored["current"][seed]) <= allowed)[present])


@pytest.mark.parametrize("start", range(0, COUNT, CHUNK))
def test_the_true_error_is_below_the_claimed_one(start):
    broken = []
    for seed in range(start, start + CHUNK):
        if seed in OUTSIDE:
            with pytest.raises(fq.BadInput, match="no lead has an open channel there"):
                compare(seed)
            continue
        off, claimed, flow, own = compare(seed)
        if np.any(off > claimed + own):
            worst = int(np.argmax(off / (claimed + own)))
            broken.append(f"seed {seed}: off by {off[worst]:.1e}, {claimed[worst]:.1e} claimed, flow {flow[worst]:.1e}")
        if np.any(claimed > 1e-6 * flow * 1.001 + 1e-13 * 1.5):
            broken.append(
                f"seed {seed}: {claimed.max():.1e} claimed of a flow of {flow.max():.1e}: not what was asked for"
            )
    assert not broken, f"{len(broken)} of {CHUNK}\n" + "\n".join(broken)
