"""Solutions and scatterings in files: bit for bit what they were, for the floquant that wrote them, and harmless to open."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pytest
import xarray as xr

import floquant as fq
from floquant.study.result import solved_files
from store.functions_of_a_user import sigma

RING = fq.gallery.quantum_ring(dot_coupling=0.25)
DRIVE = fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2)
ARRAYS = ("coefficients", "flow_error", "total_error", "checks")


def solved(**keywords):
    return fq.solve(RING, DRIVE, (-0.2, 0.2), flux=[0.1, 0.3], rtol=1e-3, **keywords)


@pytest.fixture(scope="module")
def solution():
    return solved()


def bits(result):
    return result.values.tobytes(), result.coords[f"{result.name}_error"].values.tobytes()


@pytest.mark.parametrize("solver", [None, "ports", "slices", "dissection", "dense"])
def test_a_solution_comes_back_with_every_bit(tmp_path, solver):
    solution = solved(solver=solver)
    path = tmp_path / "deep" / "ring.solution"
    assert fq.save(solution, path) == path
    back = fq.open(path)
    assert isinstance(back, fq.Solution)
    for part, own in zip(solution.parts, back.parts, strict=True):
        for name in ARRAYS:
            assert getattr(own.counted, name).tobytes() == getattr(part.counted, name).tobytes()
    reservoirs = fq.Reservoirs(mu={"L": 0.05, "R": [0.0, 0.1]}, temperature=0.002)
    assert bits(fq.dc_current(back, reservoirs)) == bits(fq.dc_current(solution, reservoirs))
    assert repr(back.certificate) == repr(solution.certificate)
    assert repr(back) == repr(solution)


def test_what_is_opened_is_refined_as_the_solution_is(tmp_path, solution):
    """Observables that ask for more solve on: from the same meshes, by the same solver."""
    back, levels = fq.open(fq.save(solution, tmp_path / "a")), np.array([2, 1])
    part, own = (it.parts[0].recorded(it.parts[0].recordings.counting, levels) for it in (solution, back))
    for name in ARRAYS:
        assert getattr(own, name).tobytes() == getattr(part, name).tobytes()


def test_a_scattering_comes_back_with_every_bit(tmp_path):
    scattering = fq.scatter(RING, DRIVE, [-0.4, 0.1], flux=[0.1, 0.3])  # of which one has a rung on a band edge
    back = fq.open(fq.save(scattering, tmp_path / "ring.scattering"))
    assert isinstance(back, fq.Scattering)
    for kind in ("sidebands", "total", "elastic", "static"):
        there, here = back.transmission("R", "L", kind=kind), scattering.transmission("R", "L", kind=kind)
        assert bits(there) == bits(here)
        assert there.attrs == here.attrs
    assert back.amplitude("R", "L").values.tobytes() == scattering.amplitude("R", "L").values.tobytes()


@pytest.mark.parametrize("name", ["rashba_ring", "zigzag_ribbon", "two_gate_pump", "three_terminal_ring"])
def test_devices_of_every_kind_need_no_trust(tmp_path, name):
    device = getattr(fq.gallery, name)()
    scattering = fq.scatter(device, None, [0.3])
    back = fq.open(fq.save(scattering, tmp_path / "it"))
    assert repr(back) == repr(scattering)


def test_functions_of_a_user_need_trust(tmp_path):
    lead = fq.SelfEnergy(sigma, bands=[(-np.inf, np.inf)])
    device = fq.Device([[0.1]], {"L": fq.Contact(fq.Chain(), 0, 0.5), "R": fq.Contact(lead, 0)})
    scattering = fq.scatter(device, None, [0.3])
    path = fq.save(scattering, tmp_path / "own")
    with pytest.raises(fq.BadInput, match=r"functions_of_a_user\.sigma, .* give trusted=True if you know who wrote it"):
        fq.open(path)
    back = fq.open(path, trusted=True)
    assert bits(back.transmission("R", "L")) == bits(scattering.transmission("R", "L"))
    local = fq.SelfEnergy(lambda energy: np.array([[-0.1j]]), bands=[(-np.inf, np.inf)])
    nameless = fq.scatter(fq.Device([[0.1]], {"L": fq.Contact(local, 0)}), None, [0.3])
    with pytest.raises(fq.BadInput, match=r"Scattering cannot be saved: .* must stand at the top of a module"):
        fq.save(nameless, tmp_path / "nameless")
    assert not list(tmp_path.glob("*nameless"))


class Evil:
    """What a stranger may write: it runs a function when it is read."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def forged(path, content):
    """A file that is whole, and holds anything."""
    with open(path, "wb") as file:
        summed = solved_files._Summed(file)
        about = {"floquant_format": solved_files.FORMAT, "floquant_version": fq.__version__, "source": ""}
        summed.write(solved_files.FIRST_LINE + json.dumps(about).encode() + b"\n" + content)
        file.write(summed.digest())
    return path


@pytest.mark.parametrize("function", [eval, open, getattr, print, np.load, fq.save, fq.solve])
def test_a_file_of_a_stranger_runs_nothing(tmp_path, function):
    trap = tmp_path / "trap"
    content = pickle.dumps(Evil(function, str(trap)))
    with pytest.raises(fq.BadInput, match=f"{function.__name__}, which is none of floquant's"):
        fq.open(forged(tmp_path / "evil", content))
    assert not trap.exists()


def test_names_inside_modules_and_classes_are_not_reached(tmp_path):
    for module, name in (
        ("floquant.model.device", "Device.__init__.__globals__"),
        ("floquant.model.device", "np"),
        ("floquant.leads.chain", "Chain.plot_bands"),
        ("floquant.solvers.threads", "_controller"),
        ("floquant.study.store.store", "Store"),
        ("floquant_of_a_stranger.model", "Device"),
        ("scipy.sparse._compressed", "np"),
    ):
        content = (
            b"\x80\x04" + b"".join(b"\x8c" + bytes([len(text)]) + text.encode() for text in (module, name)) + b"\x93."
        )
        with pytest.raises(fq.BadInput, match="none of floquant's"):
            fq.open(forged(tmp_path / "evil", content))


def test_a_file_that_holds_something_else_is_refused(tmp_path):
    with pytest.raises(fq.BadInput, match="holds no solved problem"):
        fq.open(forged(tmp_path / "drive", pickle.dumps(DRIVE)))
    with pytest.raises(fq.BadInput, match=r"cannot be read: .* solve again"):
        fq.open(forged(tmp_path / "half", pickle.dumps(DRIVE)[:-20]))


def test_a_file_of_another_kind_is_refused(tmp_path, solution):
    path = fq.save(solution, tmp_path / "it")
    assert isinstance(fq.open(path, fq.Solution), fq.Solution)
    with pytest.raises(fq.BadInput, match="holds a Solution, but a Scattering is asked for"):
        fq.open(path, fq.Scattering)
    with pytest.raises(fq.BadInput, match="holds a Solution, but a Dataset is asked for"):
        fq.open(path, xr.Dataset)
    with pytest.raises(fq.BadInput, match=r"kind is .*int.*, but it must be Dataset, Solution or Scattering"):
        fq.open(path, int)


def test_a_damaged_file_is_refused(tmp_path, solution):
    path = fq.save(solution, tmp_path / "it")
    whole = path.read_bytes()
    for spoiled in (whole[:-1], whole[: len(whole) // 2], whole[:40], whole + b"x", whole[:5000] + b"?" + whole[5001:]):
        path.write_bytes(spoiled)
        with pytest.raises(fq.BadInput, match="is damaged: its checksum is another"):
            fq.open(path)


def test_another_version_or_format_is_refused(tmp_path, solution, monkeypatch):
    path = fq.save(solution, tmp_path / "it")
    for name, other in (("software_version", lambda: "0.0.1"), ("FORMAT", 99)):
        with monkeypatch.context() as patch:
            patch.setattr(solved_files, name, other)
            with pytest.raises(
                fq.BadInput, match=rf"was written by floquant {fq.__version__} in format 1, but this is"
            ):
                fq.open(path)
    assert isinstance(fq.open(path), fq.Solution)


def test_what_floquant_wrote_is_replaced_and_nothing_else(tmp_path, solution):
    path = fq.save(fq.dc_current(solution, fq.Reservoirs()), tmp_path / "it")
    assert isinstance(fq.open(fq.save(solution, path)), fq.Solution)
    assert "dc_current" in fq.open(fq.save(fq.dc_current(solution, fq.Reservoirs()), path))
    other = tmp_path / "notes.txt"
    other.write_text("floquant: a diary")
    with pytest.raises(fq.BadInput, match="is not a file that floquant wrote"):
        fq.save(solution, other)
    assert other.read_text() == "floquant: a diary"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["it", "notes.txt"]
