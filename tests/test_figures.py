"""Figures: made from datasets alone, labelled with units, nothing clipped or overlapping, currents on a scale symmetric about zero."""

import itertools
import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest
import xarray as xr
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.text import Text

import floquant as fq
from floquant.drawing import draw_device, picture_of, save
from floquant.drawing.labels import exponent_of, label, unit_text
from floquant.drawing.loops import enclosed
from floquant.paper.datasets import DATASETS, FIGURE_DATASETS
from floquant.paper.figures import FIGURES
from floquant.paper.labelling import ring
from floquant.paper.perturbation import resonance_half_width, second_order_current

CURRENT_MAPS = ("fig2b_current", "flux_plane")


@pytest.fixture(scope="module")
def data():
    return {name: make(True) for name, make in DATASETS.items()}


@pytest.fixture(scope="module")
def figures(data):
    return {name: FIGURES[name](*(data[each] for each in FIGURE_DATASETS[name])) for name in FIGURES}


def boxes(figure):
    """Every visible text with the box that the renderer gives it."""
    figure.draw_without_rendering()
    renderer = figure.canvas.get_renderer()
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    shown = [(text, text.get_window_extent(renderer)) for text in texts]
    # a tick beyond the limits keeps its label, but does not draw it
    ticks = {
        id(tick_label)
        for axes in figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks())
        for tick_label in (tick.label1, tick.label2)
    }
    drawn = {
        id(tick_label)
        for axes in figure.axes
        if axes.axison
        for axis in (axes.xaxis, axes.yaxis)
        for tick in axis._update_ticks()
        for tick_label in (tick.label1, tick.label2)
    }
    return [(text, box) for text, box in shown if id(text) not in ticks or id(text) in drawn]


def numbers_in(figure):
    """Everything that the artists of a figure hold, as arrays."""
    for axes in figure.axes:
        for line in axes.lines:
            yield np.asarray(line.get_xdata(), float)
            yield np.asarray(line.get_ydata(), float)
        for mesh in axes.collections:
            if isinstance(mesh, QuadMesh):
                yield np.asarray(mesh.get_array())


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_made_from_its_dataset_and_saved_twice(figures, name, tmp_path):
    figure = figures[name]
    assert isinstance(figure, Figure)
    assert figure.get_figwidth() in (3.4, 7.0)
    paths = save(figure, tmp_path / f"{name}.v1")
    assert [path.name for path in paths] == [f"{name}.v1.png", f"{name}.v1.pdf"]
    assert paths[0].read_bytes().startswith(b"\x89PNG")
    assert paths[1].read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("name", FIGURES)
def test_no_text_is_cut_off_at_the_canvas(figures, name):
    canvas = figures[name].bbox
    for text, box in boxes(figures[name]):
        assert box.x0 >= canvas.x0 - 0.5, text
        assert box.y0 >= canvas.y0 - 0.5, text
        assert box.x1 <= canvas.x1 + 0.5, text
        assert box.y1 <= canvas.y1 + 0.5, text


@pytest.mark.parametrize("name", FIGURES)
def test_no_two_texts_overlap(figures, name):
    for (one, first), (other, second) in itertools.combinations(boxes(figures[name]), 2):
        width = min(first.x1, second.x1) - max(first.x0, second.x0)
        height = min(first.y1, second.y1) - max(first.y0, second.y0)
        # boxes are as high as the highest letter; a pixel or two of two boxes may meet
        assert width <= 2 or height <= 4, (one, other)


@pytest.mark.parametrize("name", [name for name in FIGURES if name != "fig1_device"])
def test_every_axis_names_its_quantity_and_unit(figures, name):
    shared = 0
    for axes in figures[name].axes:
        for axis in (axes.xaxis, axes.yaxis):
            words = axis.get_label().get_text()
            if not words:
                shared += 1
                continue
            dimensionless = any(word in words for word in ("ransmission", "T_\\mathrm{RL}", "ratio", "Photons"))
            assert dimensionless or words.endswith(")"), words
    # each colour bar has one axis without a label, and panels in a row or column share theirs
    assert shared <= len(figures[name].axes)


@pytest.mark.parametrize("name", CURRENT_MAPS)
def test_colours_of_currents_are_symmetric_about_zero(figures, name):
    meshes = [
        mesh for axes in figures[name].axes for mesh in axes.collections if isinstance(mesh, QuadMesh) and mesh.axes
    ]
    shown = [mesh for mesh in meshes if mesh.get_cmap().name == "RdBu_r"]
    assert shown
    for mesh in shown:
        low, high = mesh.get_clim()
        assert low == -high
        assert np.abs(mesh.get_array()).max() <= high
        assert mesh.norm(0.0) == 0.5


@pytest.mark.parametrize("name", FIGURES)
def test_the_same_dataset_gives_the_same_numbers(data, figures, name):
    again = FIGURES[name](*(data[each] for each in FIGURE_DATASETS[name]))
    for one, other in zip(numbers_in(figures[name]), numbers_in(again), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("name", [name for name in FIGURES if name != "fig1_device"])
def test_a_figure_computes_nothing(data, figures, name):
    """Every curve and every map is a slice of a variable of the dataset, as it is."""
    (dataset,) = (data[each] for each in FIGURE_DATASETS[name])
    slices = set()
    for variable in dataset.variables.values():
        if variable.dtype.kind in "fi":
            values = np.asarray(variable.values, float)
            for axis in range(values.ndim):
                slices |= {row.tobytes() for row in np.moveaxis(values, axis, -1).reshape(-1, values.shape[axis])}
    for axes in figures[name].axes:
        curves = [line for line in axes.lines if len(line.get_xdata()) > 2]
        for line in curves:
            assert np.asarray(line.get_xdata(), float).tobytes() in slices, line
            assert np.asarray(line.get_ydata(), float).tobytes() in slices, line
        for mesh in axes.collections:
            if isinstance(mesh, QuadMesh) and axes.get_label() != "<colorbar>":
                values = np.asarray(mesh.get_array())
                assert all(np.ascontiguousarray(row).tobytes() in slices for row in values), name


@pytest.mark.parametrize("name", FIGURES)
def test_a_stored_dataset_gives_the_same_figure(data, figures, name, tmp_path):
    (dataset,) = (data[each] for each in FIGURE_DATASETS[name])
    dataset.to_netcdf(tmp_path / "data.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "data.nc", engine="h5netcdf") as stored:
        again = FIGURES[name](stored.load())
    for one, other in zip(numbers_in(figures[name]), numbers_in(again), strict=True):
        np.testing.assert_array_equal(one, other)


def test_every_dataset_has_units_and_bounds(data):
    for name, dataset in data.items():
        assert dataset.attrs["title"], name
        for variable in dataset.data_vars.values():
            if "current" in str(variable.name) and not str(variable.name).endswith("error"):
                assert variable.attrs["units"] == "e/h * γ", (name, variable.name)
                assert f"{variable.name}_error" in dataset, (name, variable.name)
        if "converged" in dataset:
            assert bool(dataset["converged"].all()), name
        assert set(dataset.data_vars) | set(dataset.coords), name


def test_figures_go_onto_axes_that_are_given(data):
    figure = Figure()
    axes = figure.subplots(1, 2)
    assert FIGURES["flux_plane"](data["flux_plane"], axes) is figure
    with pytest.raises(fq.BadInput, match="2 panels, but 1 axes"):
        FIGURES["flux_plane"](data["flux_plane"], axes[0])


def test_drawing_leaves_the_settings_of_matplotlib_alone(data):
    before = dict(mpl.rcParams)
    FIGURES["frequency"](data["frequency"])
    assert dict(mpl.rcParams) == before


def test_figures_and_datasets_go_together():
    assert set(FIGURES) == set(FIGURE_DATASETS)
    assert {name for names in FIGURE_DATASETS.values() for name in names} == set(DATASETS)


def test_importing_figures_does_not_load_matplotlib():
    code = "import sys, floquant.drawing, floquant.paper.figures, floquant.paper.datasets; print('matplotlib' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"


# Labels


@pytest.mark.parametrize(
    ("units", "exponent", "shown"),
    [
        ("1", 0, ""),
        ("1", -3, "$10^{-3}$"),
        ("γ", 0, r"$\gamma$"),
        ("e/h * γ", -3, r"$10^{-3}\,e\gamma/h$"),
        ("e/h * meV", 0, r"$e\,\mathrm{meV}/h$"),
        ("flux quanta", 0, "flux quanta"),
        ("nA", 3, "$10^{3}$ nA"),
    ],
)
def test_units_are_set_as_formulas(units, exponent, shown):
    assert unit_text(units, exponent) == shown


def test_a_label_has_name_symbol_and_unit():
    energy = xr.DataArray([0.0], attrs={"long_name": "Fermi energy", "units": "meV", "symbol": "E_F"})
    assert label(energy) == "Fermi energy $E_F$ (meV)"
    assert label(energy, short=True) == "$E_F$ (meV)"
    assert label(xr.DataArray([0.0], name="length")) == "Length"


@pytest.mark.parametrize(
    ("largest", "exponent"), [(0.0, 0), (2.3e-3, -3), (6e-4, -3), (4e-5, -6), (0.7, 0), (12.0, 0), (5e4, 3)]
)
def test_powers_of_ten_leave_readable_ticks(largest, exponent):
    assert exponent_of(xr.DataArray([largest, -largest / 2])) == exponent


# Drawings of devices


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


# What the datasets say


def test_photons_together_carry_the_current(data):
    parts = data["sidebands"]
    whole = fq.solve(
        ring(), fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2), window=(0.05, 0.05), rtol=1e-9, flux=0.3
    )
    expected = fq.dc_current(whole, fq.Reservoirs(mu=0.05))
    bound = parts["current_by_photons_error"].sum("photons") + expected.dc_current_error
    assert np.all(np.abs(parts["current_by_photons"].sum("photons") - expected) <= bound)
    assert float(parts["current_by_photons"].sel(lead="R", photons=1)) / float(expected.sel(lead="R")) == pytest.approx(
        0.94, abs=0.005
    )


def test_the_plane_of_fluxes_is_that_of_a_ring_with_spin(data):
    plane = data["flux_plane"]
    random = np.random.default_rng(4)
    i, j = random.integers(0, plane.sizes["flux_ab"], (2, 12))
    solution = fq.solve(
        ring(spin=True),
        fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2),
        window=(0.0, 0.0),
        flux_ab=xr.DataArray(plane.flux_ab.values[i], dims="point"),
        flux_so=xr.DataArray(plane.flux_so.values[j], dims="point"),
    )
    here = plane.isel(flux_ab=xr.DataArray(i, dims="point"), flux_so=xr.DataArray(j, dims="point"))
    charge = fq.dc_current(solution, fq.Reservoirs())
    spin = fq.spin_current(solution, fq.Reservoirs()).sel(direction="z")
    assert np.all(np.abs(here.dc_current - charge).values <= (here.dc_current_error + charge.dc_current_error).values)
    assert np.all(
        np.abs(here.spin_current.sel(direction="z") - spin).values
        <= (here.spin_current_error.sel(direction="z") + spin.spin_current_error).values
    )


def test_the_ratio_is_no_number_only_where_the_charge_vanishes(data):
    line = data["flux_so_line"]
    assert line.sizes["crossing"] >= 3
    for flux_ab, flux_so in zip(line.crossing_flux_ab.values, line.crossing_flux_so.values, strict=True):
        here = line.sel(flux_ab=flux_ab, flux_so=flux_so)
        assert abs(here.dc_current.sel(lead="R")) <= 10 * here.dc_current_error.sel(lead="R")
        assert np.isnan(here.spin_to_charge)
        assert abs(here.spin_current.sel(lead="R", direction="z")) > 1e-4
    assert int(np.isnan(line.spin_to_charge).sum()) == line.sizes["crossing"]


def test_the_antiresonance_is_at_the_level_of_the_dot_for_every_flux_but_whole_quanta(data):
    found = data["ring_map"]["antiresonance"]
    assert np.isnan(found[[0, -1]]).all()
    assert found[1:-1].values == pytest.approx(np.zeros(found.size - 2), abs=1e-15)


def test_second_order_has_the_known_value():
    assert second_order_current(ring().at(flux=0.3), 3, 0.07, 0.2, 0.05) == pytest.approx(1.6465829054e-3, rel=1e-9)


def test_the_resonance_has_the_known_width():
    known = {0.05: 0.002887, 0.1: 0.011359, 0.2: 0.042342, 0.3: 0.083421, 0.5: 0.133631}
    for flux, width in known.items():
        assert resonance_half_width(ring().at(flux=flux)) == pytest.approx(width, rel=1e-4)


def test_slow_drives_follow_the_square_law_and_weak_ones_second_order(data):
    current = data["frequency"]
    right = current.dc_current.sel(lead="R")
    slow = current.photon_energy < 0.02 * current.resonance_width
    assert np.abs(right / current.square_law - 1).where(slow).max() < 0.02
    # where the resonance is wider than the amplitude, second order is good at every photon energy; where it is narrower, it is not
    error = np.abs(right / current.second_order - 1)
    assert error.isel(case=0).max() < 0.06
    assert error.isel(case=1).max() > 0.8
