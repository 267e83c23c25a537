"""Any device can be drawn: where its sites, leads and knobs stand, and which names are refused."""

import numpy as np
import pytest

import floquant as fq
from drawing.texts import boxes
from floquant.drawing import draw_device, picture_of
from floquant.drawing.loops import enclosed
from floquant.paper.labelling import ring


def test_the_ring_is_drawn_as_it_is():
    picture = picture_of(ring(spin=True), fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2))
    bonds = set(zip(picture.bond_from.values.tolist(), picture.bond_to.values.tolist(), strict=True))
    assert bonds == {(0, 1), (1, 2), (0, 3), (2, 3)}
    marks = {
        str(kind): place
        for kind, *place in zip(picture.mark_kind.values, picture.mark_x.values, picture.mark_y.values, strict=True)
    }
    assert marks["flux"] == pytest.approx((0.0, 1 / 3))  # the flux is in the middle of the loop
    assert marks["gate"] == pytest.approx((0.0, 1.0))  # the gate is at the dot
    assert marks["turn"] == marks["spin"] == pytest.approx((-0.5, 0.5))  # the phases are on the bond from the dot to −1
    arrow = picture.isel(mark=int(np.flatnonzero(picture.mark_kind == "turn")[0]))
    assert (float(arrow.mark_dx), float(arrow.mark_dy)) == (-1.0, -1.0)  # ⟨−1|H|d⟩ gains exp(+2πi φ): from d to −1
    leads = dict(zip(picture.lead_name.values.tolist(), picture.lead_dx.values.tolist(), strict=True))
    assert leads == {"L": -1.0, "R": 1.0}
    assert picture.mark_driven.values[picture.mark_kind.values == "gate"] == 1
    assert picture.attrs["waveforms"] == "dot_level: 0.07 cos(Ωt)"


def test_any_device_can_be_drawn():
    width, length = 3, 5
    sites = [(x, y) for x in range(length) for y in range(width)]
    distance = np.abs(np.array(sites)[:, None] - np.array(sites)).sum(axis=-1)
    h = (distance == 1).astype(float)
    wide = fq.WideBand(1.0, orbitals=width)
    device = fq.Device(
        h,
        {"L": fq.Contact(wide, [0, 1, 2]), "R": fq.Contact(wide, [12, 13, 14]), "tip": fq.Contact(fq.Chain(), 8)},
        {
            "gate": fq.Onsite([7, 4]),
            "link": fq.Hopping((7, 10)),
            "phase": fq.Flux((3, 6)),
            "tip_strength": fq.Strength(contact="tip"),
            "all": fq.Matrix(np.diag(np.arange(15.0))),
        },
        positions=sites,
    )
    drive = fq.Drive({"gate": fq.Cosine(0.1), "link": fq.Cosine(0.2)}, photon_energy=1.0)
    figure = draw_device(device, drive, knobs=device.knobs)
    for text, box in boxes(figure):
        assert figure.bbox.x0 - 0.5 <= box.x0 <= box.x1 <= figure.bbox.x1 + 0.5, text
    assert {"L", "R", "tip", "gate", "link", "phase"} <= {text.get_text() for text, _ in boxes(figure)}


@pytest.mark.parametrize("device", [fq.gallery.driven_level(), fq.gallery.driven_site(), fq.gallery.two_gate_pump()])
def test_leads_on_one_site_go_different_ways(device):
    picture = picture_of(device)
    ways = set(zip(picture.lead_dx.values.tolist(), picture.lead_dy.values.tolist(), strict=True))
    assert ways == {(-1.0, 0.0), (1.0, 0.0)}
    draw_device(device)


def test_a_device_without_positions_is_laid_out():
    h = np.zeros((6, 6))
    for i in range(6):
        h[i, (i + 1) % 6] = h[(i + 1) % 6, i] = 1.0
    hexagon = picture_of(fq.Device(h))
    assert np.hypot(hexagon.site_x, hexagon.site_y).values == pytest.approx(np.ones(6))
    row = picture_of(fq.Device(np.diag(np.ones(3), 1) + np.diag(np.ones(3), -1)))
    assert row.site_y.values.tolist() == [0.0] * 4


def test_a_bond_that_closes_no_loop_encloses_nothing():
    xy = np.array([(0.0, 0.0), (1.0, 0.0), (2.0, 0.0)])
    assert enclosed(0, 1, [(0, 1), (1, 2)], xy) is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"knobs": ["dot_levle"]}, 'Did you mean "dot_level"|dot_level'),
        ({"site_names": {7: "x"}}, "touches site 7"),
        ({"bond_names": {(1, 3): "x"}}, r"bond \(1, 3\), but H does not join"),
    ],
)
def test_names_of_what_is_not_there_are_refused(options, message):
    with pytest.raises(fq.BadInput, match=message):
        picture_of(ring(), **options)
