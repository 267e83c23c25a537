"""What `solve`, `scatter` and observables refuse."""

import numpy as np
import pytest
import xarray as xr

import floquant as fq
from messages.asked import ring


def test_calls_refuse_what_is_not_what_it_should_be():
    solution = fq.solve(ring, None, (-1, 1))
    with pytest.raises(fq.BadInput, match="must be a Device"):
        fq.solve(np.eye(2), None, (-1, 1))
    with pytest.raises(fq.BadInput, match="must be a Drive or None"):
        fq.scatter(ring, {"dot_level": 0.1}, [0.1])
    with pytest.raises(fq.BadInput, match="must be Reservoirs"):
        fq.dc_current(solution, 0.1)
    with pytest.raises(fq.BadInput, match="needs a Solution"):
        fq.dc_current(ring, fq.Reservoirs())


def test_arrays_inside_a_waveform_must_be_named():
    with pytest.raises(fq.BadInput, match="name it"):
        fq.solve(ring, fq.Drive({"dot_level": fq.Cosine([0.07, 0.1])}, photon_energy=0.2), (0, 0.1))
    named = fq.Drive({"dot_level": fq.Cosine("v")}, photon_energy=0.2)
    assert fq.scatter(ring, named, [0.1], v=[0.07, 0.1]).transmission("R", "L").sizes["v"] == 2


def test_dims_of_results_are_not_dims_of_a_sweep():
    with pytest.raises(fq.BadInput, match='a dim "lead"'):
        fq.solve(ring, None, (-1, 1), flux=xr.DataArray([0.1, 0.2], dims="lead"))
    with pytest.raises(fq.BadInput, match="a dict by contact name"):
        fq.dc_current(fq.solve(ring, None, (-1, 1)), fq.Reservoirs(xr.DataArray([0.1, 0.2], dims="lead")))


def test_a_fermi_level_or_bias_outside_the_window_names_the_window_to_ask_for():
    solution = fq.solve(ring, None, (-0.1, 0.1))
    for reservoirs in (fq.Reservoirs(0.2), fq.Reservoirs({"L": 0.3, "R": 0.0}), fq.Reservoirs(0.0, temperature=0.01)):
        with pytest.raises(fq.BadInput, match="solve with window="):
            fq.dc_current(solution, reservoirs)


def test_energies_at_which_every_lead_is_closed_are_refused():
    far = fq.gallery.quantum_ring(lead_level=10.0)
    drive = fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2)
    with pytest.raises(fq.BadInput, match=r"\"L\" \[8, 12\], \"R\" \[8, 12\], .* no lead has an open channel there"):
        fq.scatter(far, drive, [0.0])
    with pytest.raises(fq.BadInput, match="no lead has an open channel there"):
        fq.solve(far, drive, (-0.1, 0.1))
