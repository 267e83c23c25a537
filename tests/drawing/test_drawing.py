"""Drawings of devices and of bands: what is there is drawn, where it is, and nothing falls off the page."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

import floquant as fq
from floquant.drawing.crowd import side_of
from floquant.drawing.parts import bond_array, parts_of, spread_out


def square(width, length, **knobs):
    """A square lattice with wide leads at its short ends."""
    index = np.arange(width * length).reshape(length, width)
    rows = np.concatenate([index[:-1].ravel(), index[:, :-1].ravel()])
    columns = np.concatenate([index[1:].ravel(), index[:, 1:].ravel()])
    h = sp.coo_array((np.ones(len(rows)), (rows, columns)), shape=(index.size, index.size))
    wire = np.diag(np.ones(width - 1), 1)
    lead = fq.PeriodicLead(wire + wire.T, np.eye(width))
    contacts = {"left": fq.Contact(lead, index[0].tolist()), "right": fq.Contact(lead, index[-1].tolist())}
    positions = [(x, y) for x in range(length) for y in range(width)]
    return fq.Device((h + h.T).tocsc(), contacts, knobs, positions=positions)


def texts(figure):
    """All words of a figure with their boxes."""
    found = [text for axes in figure.axes for text in axes.texts]
    found += [text for axes in figure.axes if axes.get_legend() for text in axes.get_legend().get_texts()]
    return {text.get_text(): text.get_window_extent() for text in found if text.get_text()}


def assert_on_the_page(figure):
    figure.draw_without_rendering()
    page = figure.bbox
    for word, box in texts(figure).items():
        assert page.x0 - 1 <= box.x0 <= box.x1 <= page.x1 + 1, word
        assert page.y0 - 1 <= box.y0 <= box.y1 <= page.y1 + 1, word


@pytest.mark.parametrize(
    "device", [fq.gallery.quantum_ring(), fq.gallery.driven_level(), fq.gallery.three_terminal_ring()]
)
def test_without_a_drive_every_knob_and_lead_is_named(device):
    figure = device.plot()
    assert {*device.knobs, *device.contacts} <= set(texts(figure))
    assert_on_the_page(figure)


def test_what_is_driven_says_how():
    pump = fq.gallery.two_gate_pump()
    drive = fq.Drive({"left": fq.Cosine(0.3)}, voltages={"R": fq.Cosine(0.2)}, photon_energy=0.5)
    words = "\n".join(texts(pump.plot(drive)))
    assert "left: 0.3 cos(Ωt)" in words
    assert "voltage of lead R: 0.2 cos(Ωt)" in words


def test_a_drive_that_does_not_fit_is_refused():
    drive = fq.Drive({"nowhere": fq.Cosine(0.3)}, photon_energy=0.5)
    for device in (fq.gallery.quantum_ring(), square(10, 12, gate=fq.Onsite(3))):
        with pytest.raises(fq.BadInput, match="nowhere"):
            device.plot(drive)


@pytest.mark.parametrize(("width", "length"), [(8, 15), (100, 100)])
def test_large_devices_are_drawn_whole(width, length):
    sites = width * length
    device = square(width, length, gate=fq.Onsite([3, 4]), link=fq.Hopping((0, 1)), everything=fq.Onsite(range(sites)))
    drive = fq.Drive({"gate": fq.Cosine(0.1)}, voltages={"left": fq.Cosine(0.2)}, photon_energy=1.0)
    figure = device.plot(drive, knobs=["link", "everything"])
    (axes,) = figure.axes
    dots = [collection for collection in axes.collections if len(collection.get_offsets()) == sites]
    assert np.asarray(dots[0].get_offsets()) == pytest.approx(np.asarray(device.positions))
    lines = max((c for c in axes.collections if hasattr(c, "get_segments")), key=lambda c: len(c.get_segments()))
    assert len(lines.get_segments()) == (width - 1) * length + width * (length - 1)
    words = set(texts(figure))
    assert {"left", "right", "gate: 0.1 cos(Ωt)", "link", "everything, on all sites"} <= words
    assert "voltage of lead left: 0.2 cos(Ωt)" in words
    assert_on_the_page(figure)


def test_a_knob_is_coloured_where_it_acts():
    device = square(8, 15, gate=fq.Onsite([3, 4]), link=fq.Hopping((0, 1)))
    gate, link = parts_of(device, None, ["gate", "link"])
    assert gate.sites.tolist() == [3, 4]
    assert link.bonds.tolist() == [[0, 1]]
    figure = device.plot(fq.Drive({"gate": fq.Cosine(0.1)}, photon_energy=1.0))
    marked = [np.asarray(c.get_offsets()) for c in figure.axes[0].collections if len(c.get_offsets()) == 2]
    assert any(np.array_equal(places, np.asarray(device.positions)[[3, 4]]) for places in marked)


def test_contacts_at_the_border_are_blocks_and_others_are_rings():
    device = square(9, 11)
    tip = fq.Contact(fq.Chain(), 49)
    device = fq.Device(device.h, {**device.contacts, "tip": tip}, positions=device.positions)
    xy = np.asarray(device.positions)
    assert side_of(device, "left", xy, 10.0).tolist() == [-1.0, 0.0]
    assert side_of(device, "right", xy, 10.0).tolist() == [1.0, 0.0]
    assert side_of(device, "tip", xy, 10.0) is None


def test_without_positions_sites_stand_in_layers_about_the_first_lead():
    device = square(9, 11)
    bare = fq.Device(device.h, device.contacts)
    xy = spread_out(bare, bond_array(bare))
    assert xy[:, 0].tolist() == np.repeat(np.arange(11.0), 9).tolist()
    assert len({tuple(place) for place in xy}) == 99
    assert_on_the_page(bare.plot())


def test_names_at_single_sites_are_refused_where_they_would_not_be_read():
    with pytest.raises(fq.BadInput, match="120 sites"):
        square(10, 12).plot(site_names={0: "a"})


def test_harmonic_matrices_are_marked_where_they_act():
    h1 = np.zeros((120, 120), complex)
    h1[7, 8] = h1[7, 7] = 0.1
    (part,) = parts_of(square(10, 12), fq.Drive.from_matrices({1: h1}, photon_energy=1.0), [])
    assert part.sites.tolist() == [7]
    assert part.bonds.tolist() == [[7, 8]]


# Bands


def test_the_band_of_a_chain_is_a_cosine_and_one_channel_is_open():
    left, right = fq.Chain(hopping=0.7, level=0.2).plot_bands().axes
    k, energy = left.lines[0].get_data()
    assert np.asarray(energy) == pytest.approx(0.2 + 1.4 * np.cos(np.pi * np.asarray(k)))
    number, energies = (np.asarray(x) for x in right.lines[0].get_data())
    assert np.array_equal(number == 1, np.abs(energies - 0.2) < 1.4)
    dotted = sorted(line.get_ydata()[0] for line in left.lines if line.get_linestyle() == ":")
    assert dotted == pytest.approx([-1.2, 1.6])


def test_the_bands_of_a_ladder_open_one_after_the_other():
    """Two legs with a rung of 0.5: bands ±0.5 + 2 cos k."""
    lead = fq.PeriodicLead([[0, 0.5], [0.5, 0]], np.eye(2))
    left, right = lead.plot_bands(energy_unit="meV").axes
    assert "meV" in left.get_ylabel()
    number, energies = (np.asarray(x) for x in right.lines[0].get_data())
    expected = sum((np.abs(energies - shift) < 2).astype(int) for shift in (-0.5, 0.5))
    assert np.array_equal(number, expected)


def test_a_lead_without_cells_shows_its_spectral_function():
    left, right = fq.WideBand(0.5).plot_bands().axes
    assert np.unique(left.lines[0].get_xdata()) == pytest.approx([0.5 / np.pi])
    assert set(right.lines[0].get_xdata()) == {1}


def test_bands_of_what_is_no_lead_are_refused():
    from floquant.drawing import draw_bands

    with pytest.raises(fq.BadInput, match="only a Lead"):
        draw_bands(3)
