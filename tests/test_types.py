"""What public calls take and give: signatures that say it, results that can be imported, sent, read and compared."""

import importlib.util
import inspect
import os
import pickle
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse
import user_script
import xarray as xr

import floquant as fq

root = Path(__file__).parent.parent
RING = fq.gallery.quantum_ring()
DRIVE = fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2)
RESERVOIRS = fq.Reservoirs(mu=xr.DataArray([0.05, 0.1], dims="fermi_energy"), temperature={"L": 0.001, "R": [0.001]})


def tool(name):
    """A module of tools/, which is no package."""
    spec = importlib.util.spec_from_file_location(name, root / "tools" / f"{name}.py")
    sys.modules[name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


public_types = tool("public_types")

# Signatures


def test_public_signatures_say_what_they_take():
    left = public_types.untyped()
    assert len(list(public_types.places())) > 400
    assert len(left) <= public_types.MOST, "\n".join(map(str, left))


def test_each_any_that_is_left_has_its_reason():
    for place in public_types.untyped():
        name = place.where.removesuffix(" returns").rpartition(".")[2].split()[-1]
        lines = (root / "src/floquant" / place.file).read_text().splitlines()
        assert any(re.search(rf"\b{name}\b.*\bAny\b.*  # \w", line) for line in lines), place


def test_any_is_seen_wherever_it_stands():
    @dataclass(frozen=True)
    class Known:
        size: int

        def scaled(self, by: dict[str, Any]) -> None: ...

        @property
        def area(self) -> Any: ...

    Known.__module__ = "floquant.errors"
    found = [place.where for place in public_types.places_of({"Known": Known}) if "Any" in place.annotation]
    assert found == ["Known.scaled by", "Known.area returns"]


def test_what_annotations_name_exists():
    """An alias that nobody defines would be `Any` to a checker that does not look."""
    from floquant.checks import types

    known = {name for name, value in vars(types).items() if isinstance(value, str)}
    for name in ("Numbers", "Parameter", "ByLead", "MatrixLike", "SiteList", "BondList", "Direction", "PathLike"):
        assert name in known


def test_aliases_load_neither_scipy_nor_xarray():
    code = "import sys, floquant.checks.types as t; print({'scipy', 'xarray'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


def test_a_users_script_passes_a_strict_checker():
    pytest.importorskip("mypy")
    options = ["--strict", "--config-file=", "--follow-imports=silent"]
    cache = f"--cache-dir={root / '.mypy_cache' / 'user_script'}"
    run = subprocess.run(
        [sys.executable, "-m", "mypy", *options, cache, str(root / "tests/user_script.py")],
        capture_output=True, text=True, check=False, env={**os.environ, "MYPYPATH": str(root / "src")},
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_users_script_runs(tmp_path, capsys):
    user_script.main(tmp_path)
    assert "Solution: window -2.5 … 2.5" in capsys.readouterr().out
    assert {path.name for path in tmp_path.iterdir()} == {"wire.nc", "wire.png", "wire.solution"}


@pytest.mark.parametrize(
    "matrix",
    [[[0, 1], [1, 0]], np.eye(2), scipy.sparse.csr_array(np.eye(2)), scipy.sparse.coo_matrix(np.eye(2))],
    ids=["list", "array", "sparse array", "sparse matrix"],
)
def test_a_matrix_is_anything_that_the_alias_says(matrix):
    assert fq.Device(matrix, knobs={"gate": fq.Matrix(matrix)}).orbital_count == 2
    assert fq.PeriodicLead(matrix, matrix).orbitals == 2
    assert fq.Contact(fq.Chain(), [0, 1], matrix).coupling.shape == (2, 2)


# Results


def solved():
    return fq.solve(RING, DRIVE, window=(-0.2, 0.2), flux=[0.1, 0.3], rtol=1e-3)


def scattered():
    return fq.scatter(RING, DRIVE, [0.05], flux=0.1, sidebands=2)


RESULTS = {
    "Solution": (solved, lambda it: fq.dc_current(it, fq.Reservoirs(0.05)).values),
    "Scattering": (scattered, lambda it: it.amplitude("R", "L").values),
    "Certificate": (lambda: solved().certificate, lambda it: it.current_leak),
    "Plans": (lambda: fq.plan(fq.gallery.driven_stretch(30), None), lambda it: [c.seconds for c in it[0].choices]),
    "Plan": (lambda: fq.plan(RING, DRIVE)[0], lambda it: it.choices[0].make().channels.names),
    "Modes": (lambda: RING.contacts["L"].lead.modes(0.3), lambda it: it.velocities_out),
    "SymmetryReport": (lambda: fq.symmetries(RING, DRIVE), lambda it: it.forbids),
    "Symmetry": (lambda: fq.symmetries(RING, DRIVE).symmetries[0], lambda it: it.matrix().toarray()),
    "Reservoirs": (lambda: RESERVOIRS, lambda it: it.by_lead(["L", "R"])["R"][1]),
    "Device": (lambda: RING.at(flux=0.2), lambda it: it.hamiltonian()),
    "Drive": (lambda: DRIVE, lambda it: it.hamiltonian(RING, 0.3)),
    "Study": (lambda: fq.Study(RING, DRIVE, {"flux": [0.1, 0.2], "fermi_energy": 0.1}), lambda it: it.points),
    "Accuracy": (lambda: fq.Accuracy(rtol=1e-3), lambda it: it.rtol),
    "NotConverged": (lambda: fq.NotConverged("no", best=np.ones(2), bound=0.1), lambda it: it.best),
    "Waveform": (
        lambda: 2 * fq.Cosine(0.1) + (fq.Square(0.2) * fq.Sampled([1, 2, 3])).shifted(0.3),
        lambda it: it.values([0, 1]),
    ),
    "Lead": (lambda: fq.PeriodicLead(np.eye(2), np.eye(2)), lambda it: it.surface(0.3)),
    "Contact": (lambda: fq.Contact(fq.WideBand([1.0, 0.5]), [0, 1]), lambda it: it.lead.default_coupling()),
    "Knob": (lambda: fq.Zeeman([0, 1], [[0, 0, 1], [1, 0, 0]], [1, 2]), lambda it: it.weights),
}  # fmt: skip


@pytest.fixture(scope="module", params=RESULTS)
def result(request):
    make, number = RESULTS[request.param]
    return request.param, make(), number


def test_a_result_is_of_a_public_class(result):
    name, made, _ = result
    assert isinstance(made, getattr(fq, name))
    assert name in fq.__all__


def test_a_result_travels_to_another_process(result):
    _, made, number = result
    np.testing.assert_array_equal(number(pickle.loads(pickle.dumps(made))), number(made))


def test_a_result_can_be_read(result):
    _, made, _ = result
    lines = repr(made).splitlines()
    assert 1 <= len(lines) <= 40
    assert max(map(len, lines)) <= 200
    assert "object at 0x" not in repr(made)
    assert "array(" not in repr(made)
    assert "<" not in repr(made)


def test_comparing_results_never_fails(result):
    _, made, _ = result
    assert made == made
    for other in (pickle.loads(pickle.dumps(made)), 1, None, RING):
        assert isinstance(made == other, bool)
        assert (made != other) is not (made == other)


def test_equal_values_are_equal_where_that_means_something():
    assert fq.Chain(2.0) == fq.Chain(2) != fq.Chain(1.0)
    assert fq.WideBand([1.0, 0.5]) == fq.WideBand(np.array([1.0, 0.5])) != fq.WideBand(1.0)
    assert fq.Accuracy(rtol=1e-3) == fq.Accuracy(rtol=1e-3) != fq.Accuracy()


def test_what_a_call_returns_can_be_imported():
    for name, call in public_types.public_objects().items():
        if inspect.isfunction(call):
            for word in re.findall(r"\b[A-Z]\w+", inspect.signature(call).return_annotation.replace("xr.", "")):
                assert word in {*fq.__all__, "Dataset", "DataArray", "Path", "None"}, f"{name} returns {word}"


def test_every_public_name_stands_in_the_docs():
    page = (root / "docs/api.md").read_text()
    told = re.findall(r"^\.\. auto(?:class|function|exception):: (\w+)", page, re.MULTILINE)
    assert sorted(told) == sorted({*fq.__all__, "open"} - {"gallery", "interop"})
    listed = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    used = " ".join(place.annotation for place in public_types.places() if not place.where.startswith("types."))
    for name in listed:
        assert re.search(rf"\b{name}\b", used), name


def test_a_solution_says_what_was_solved_and_how_well():
    text = repr(solved())
    for word in (
        "-0.2 … 0.2",
        "flux (2)",
        "4 sites",
        "L, R",
        "photon energy 0.2",
        "converged",
        "sidebands",
        "energies",
    ):
        assert word in text
    assert re.search(r"quadrature bound \d\.\de-\d\d", text)


def test_reservoirs_say_their_values_and_their_bounds():
    mu = xr.DataArray(0.1, name="mu", coords={"mu_error": 1e-9})
    text = repr(fq.Reservoirs(mu={"L": mu, "R": -0.1}, temperature=xr.DataArray([0.0, 0.2], dims="warm")))
    assert "L: 0.1 ± 1.0e-09, R: -0.1" in text
    assert "0 … 0.2 (2 values over warm)" in text


def test_long_lists_of_sites_stay_short():
    assert len(repr(fq.Onsite(range(100_000)))) < 80
    assert len(repr(fq.Contact(fq.Chain(), range(1000), np.ones((1000, 1))))) < 120
