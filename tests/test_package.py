"""The package as it is installed: what importing it costs, what it offers, and what the command line says."""

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from importlib import metadata, resources
from pathlib import Path

import pytest

import floquant

root = Path(__file__).parent.parent
HEAVY = ["h5py", "matplotlib", "numba", "pandas", "pydantic", "rich", "scipy.linalg", "typer", "xarray"]


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `code` in a fresh interpreter."""
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a fresh interpreter."""
    return python("from floquant.cli import main; main()", *arguments)


def loaded_by(code: str) -> set[str]:
    run = python(f"{code}\nimport sys; print('\\n' + ' '.join(sys.modules))")
    assert run.returncode == 0, run.stderr
    return set(run.stdout.splitlines()[-1].split())


def test_importing_the_package_loads_nothing_heavy():
    assert loaded_by("import floquant").isdisjoint([*HEAVY, "numpy"])


def test_building_a_device_loads_no_compiler_and_no_table_library():
    build = (
        "import floquant as fq; fq.gallery.quantum_ring(); fq.Drive({'dot_level': fq.Cosine(0.07)}, photon_energy=0.2)"
    )
    assert loaded_by(build).isdisjoint(HEAVY)


def test_help_does_not_load_numpy():
    help_text = "import sys; sys.argv = ['floquant', '--help']\nfrom floquant.cli import main\ntry: main()\nexcept SystemExit: pass"
    modules = loaded_by(help_text)
    assert "typer" in modules
    assert "numpy" not in modules


def test_every_public_name_resolves():
    assert set(floquant.__all__) < set(dir(floquant))
    for name in dir(floquant):
        assert getattr(floquant, name) is not None


def test_type_checkers_see_the_names_that_exist():
    tree = ast.parse((root / "src/floquant/__init__.py").read_text())
    block = next(node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    seen = {alias.name: node.module for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    at_run_time = {name: f"floquant.{home}" for name, home in floquant._home.items()}
    assert seen == at_run_time | dict.fromkeys(floquant._modules, "floquant")


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'conductance_of_the_moon'"):
        _ = floquant.conductance_of_the_moon


def test_a_call_and_a_layer_are_reached_by_their_own_names():
    run = python(
        "import floquant.solvers.ladder.dense as dense\nimport floquant\nassert callable(floquant.solve) and dense.floquet_matrix"
    )
    assert run.returncode == 0, run.stderr


def test_types_are_shipped():
    assert resources.files("floquant").joinpath("py.typed").is_file()


def test_the_version_is_the_same_everywhere():
    declared = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    cited = re.search(r"^version: (.+)$", (root / "CITATION.cff").read_text(), re.MULTILINE)
    assert cited is not None
    shown = command("--version")
    assert shown.returncode == 0
    assert declared == floquant.__version__ == metadata.version("floquant") == cited[1] == shown.stdout.strip()


def test_cite_prints_the_software_and_the_paper():
    text = command("cite").stdout
    assert "@software{floquant" in text
    assert floquant.__version__ in text
    assert "@article{RamosFoaTorresOrellanaApel2014" in text
    assert text.count("{") == text.count("}")


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        ("BadInput('x is 1; it must be 2')", 2),
        ("NotConverged('stopped', best=1.0, bound=0.1)", 1),
        ("FloquantError('no memory')", 1),
    ],
)
def test_a_refusal_is_one_message_without_a_traceback(failure, code):
    refuse = f"from floquant import cli, errors\n@cli.app.command()\ndef fail(): raise errors.{failure}\ncli.main()"
    run = python(refuse, "fail")
    assert run.returncode == code
    assert run.stderr.startswith("floquant: ")
    assert "Traceback" not in run.stderr


def test_the_readme_example_runs(tmp_path):
    examples = re.findall(r"^```python\n(.+?)^```", (root / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    assert examples
    run = subprocess.run(
        [sys.executable, "-c", "\n".join(examples)], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert run.returncode == 0, run.stderr


def test_pages_and_docstrings_name_modules_and_files_that_exist():
    """`floquant.a.b` is importable, and `room/file.py` on the page about the architecture is a file of the package or of the repository."""
    package = root / "src/floquant"
    texts = [*(root / "docs").glob("*.md"), root / "README.md", *package.rglob("*.py")]
    named = {name for text in texts for name in re.findall(r"`(floquant(?:\.\w+)+)`", text.read_text("utf8"))}
    assert len(named) > 20
    assert [name for name in sorted(named) if not resolved(name)] == []
    page = (root / "docs/architecture.md").read_text("utf8")
    paths = set(re.findall(r"`([\w/]+/[\w.]+|[\w/]+\.py)`", page))
    assert len(paths) > 50
    known = [*package.rglob("*.py"), *(root / "docs").iterdir(), *(root / "tools").iterdir(), *package.rglob("*/")]
    known = [str(path).removesuffix("/") for path in known]
    assert [path for path in sorted(paths) if not any(each.endswith(f"/{path}") for each in known)] == []


def resolved(name: str) -> bool:
    """Whether a dotted name is a module, or an attribute of one."""
    module, *rest = name.split(".")
    value = importlib.import_module(module)
    for part in rest:
        if not hasattr(value, part):
            try:
                importlib.import_module(f"{value.__name__}.{part}")
            except (ImportError, AttributeError):
                return False
        value = getattr(value, part)
    return True
