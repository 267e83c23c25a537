"""PythTB models as devices and leads."""

from __future__ import annotations

import numpy as np
import pytest

import floquant as fq


def ladder(nspin=1):
    """Two legs with a flux between them, period 1 along x; with spin a Zeeman field and spin-orbit hopping."""
    import pythtb

    model = pythtb.tb_model(1, 2, [[1.0, 0.0], [0.0, 1.0]], [[0.0, 0.0], [0.3, 0.5]], per=[0], nspin=nspin)
    model.set_onsite([0.1, -0.2] if nspin == 1 else [[0.1, 0.3, 0.0, 0.2], [-0.2, 0.0, 0.0, 0.1]])
    model.set_hop(-1.0 * np.exp(0.4j), 0, 0, [1, 0])
    model.set_hop(-0.8 if nspin == 1 else np.array([[-0.8, 0.3], [-0.3, -0.8]]), 1, 1, [1, 0])
    model.set_hop(-0.6, 0, 1, [0, 0])
    model.set_hop(0.3j, 0, 1, [1, 0])
    return model


def wire(model, cells=4):
    """A piece of the model between leads of the same model."""
    device = fq.interop.pythtb.from_model(model.cut_piece(cells, 0, glue_edgs=False))
    left, right = (fq.interop.pythtb.lead(model, direction) for direction in (-1, 1))
    last = device.site_count
    contacts = {"L": fq.Contact(left, [0, 1]), "R": fq.Contact(right, [last - 2, last - 1])}
    knobs = {"gate": fq.Onsite([2])}
    return fq.interop.pythtb.from_model(model.cut_piece(cells, 0, glue_edgs=False), contacts, knobs)


@pytest.mark.parametrize("nspin", [1, 2])
def test_a_uniform_wire_transmits_every_open_channel(nspin):
    model = ladder(nspin)
    device = wire(model)
    grid = np.linspace(0, 1, 4001)
    bands = model.solve_all(grid)
    for energy in (-1.4, -0.3, 0.9):
        rising = np.sum((bands[:, :-1] < energy) & (bands[:, 1:] >= energy))  # bands that cross E upwards
        found = fq.scatter(device, None, [energy])
        assert float(found.transmission("R", "L", spin_axis=None).sum()) == pytest.approx(rising, abs=1e-10)
        assert float(found.transmission("L", "R", spin_axis=None).sum()) == pytest.approx(rising, abs=1e-10)


def test_positions_and_spin_are_the_models():
    device = wire(ladder(2))
    assert device.spin
    np.testing.assert_allclose(device.positions[:4], [[0, 0], [0.3, 0.5], [1, 0], [1.3, 0.5]], atol=1e-15)


def test_what_is_periodic_is_no_device_and_what_is_not_no_lead():
    with pytest.raises(fq.BadInput, match=r"periodic in 1 directions.*cut_piece"):
        fq.interop.pythtb.from_model(ladder())
    with pytest.raises(fq.BadInput, match="a lead must be in one"):
        fq.interop.pythtb.lead(ladder().cut_piece(3, 0))
    with pytest.raises(fq.BadInput, match=r"must be a pythtb.tb_model"):
        fq.interop.pythtb.lead(np.eye(2))
    with pytest.raises(fq.BadInput, match="direction of a lead is 2"):
        fq.interop.pythtb.lead(ladder(), 2)
    far = ladder()
    far.set_hop(0.1, 0, 0, [2, 0])
    with pytest.raises(fq.BadInput, match="reach 2 cells"):
        fq.interop.pythtb.lead(far)
