"""Figures: made from datasets alone, labelled with units, nothing clipped or overlapping, currents on a scale symmetric about zero."""

import itertools
import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest
import xarray as xr
from drawing.texts import boxes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure

import floquant as fq
from floquant.drawing import save
from floquant.drawing.labels import exponent_of, label, unit_text
from floquant.paper.datasets import DATASETS, FIGURE_DATASETS
from floquant.paper.figures import FIGURES

CURRENT_MAPS = ("fig2b_current", "flux_plane")


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
