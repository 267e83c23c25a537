"""What a planted mistake is: what is planted, in which module and function, and which test notices it. The mistakes are in planted/.

A module is named by its key in `MODULES`, so that a file that moves changes one line there and nothing else.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parent
MODULES = {
    "lead": "leads.lead",
    "modes": "leads.modes",
    "open_channels": "leads.open_channels",
    "periodic": "leads.periodic",
    "outgoing": "leads.surface.outgoing",
    "transverse_modes": "leads.surface.transverse_modes",
    "peierls": "model.knobs.peierls",
    "voltage": "model.voltage",
    "cosine": "model.waveforms.cosine",
    "cycle": "model.waveforms.cycle",
    "bound_states": "solvers.poles.bound_states",
    "contacts": "solvers.ladder.contacts",
    "dissection": "solvers.extended.dissection",
    "elimination": "solvers.elimination.elimination",
    "block_columns": "solvers.kernels.block_columns",
    "scalar_columns": "solvers.kernels.scalar_columns",
    "front_kernel": "solvers.kernels.elimination",
    "partition": "solvers.kernels.partition",
    "scalar": "solvers.kernels.scalar",
    "slice_kernel": "solvers.kernels.slices",
    "steps": "solvers.kernels.steps",
    "ends": "solvers.ladder.ends",
    "ladder": "solvers.ladder.ladder",
    "ports": "solvers.local.ports",
    "recording": "solvers.zone.recording",
    "continued_fractions": "solvers.local.continued_fractions",
    "slices": "solvers.extended.slices",
    "wide_contacts": "solvers.local.wide_contacts",
    "amplitudes": "transport.amplitudes",
    "gap_bound": "transport.gap_bound",
    "ladder_bound": "transport.ladder_bound",
    "sector_scattering": "transport.sector_scattering",
    "transmitted": "transport.transmitted",
    "band_edges": "transport.band_edges",
    "cutoff": "transport.cutoff",
    "conservation": "observe.conservation",
    "energy": "observe.energy",
    "carrier": "results.carrier",
    "propagation": "results.propagation",
}


@dataclass(frozen=True)
class Mutant:
    """One mistake in one place: `old` becomes `new` in `function` of `module`, and `caught_by` goes red.

    `function` is a qualified name such as "Ladder.energies", or "" for a constant of the module. `caught_by` is the name of a test with
    its parameters, wherever its file is.
    """

    mistake: str
    planted_in: str
    module: str
    function: str
    old: str
    new: str
    caught_by: str
    also: tuple[tuple[str, str, str], ...] = ()  # further (function, old, new) in the same module

    @property
    def name(self) -> str:
        return f"{self.mistake}, in the {self.planted_in}"

    @property
    def file(self) -> str:
        """The file of the test that catches it, relative to tests/."""
        return files_of_tests()[self.caught_by.partition("[")[0]]

    @property
    def catching_test(self) -> str:
        """What pytest calls the test that catches it, with the path of its file."""
        return f"{TESTS / self.file}::{self.caught_by}"

    def plant(self, package: Path) -> None:
        """Make the mistake in this copy of the package."""
        file = package / f"{MODULES[self.module].replace('.', '/')}.py"
        text = file.read_text(encoding="utf-8")
        for function, old, new in ((self.function, self.old, self.new), *self.also):
            begin, end = span(text, function)
            inside = text[begin:end]
            assert old in inside, f"the mistake no longer fits {MODULES[self.module]}.{function}: its text is gone"
            text = text[:begin] + inside.replace(old, new) + text[end:]
        file.write_text(text, encoding="utf-8")


@cache
def files_of_tests() -> dict[str, str]:
    """The file of each test, relative to tests/: no test of the references, and none that shares its name with another."""
    places: dict[str, list[str]] = {}
    for file in sorted(TESTS.rglob("test_*.py")):
        if file.parent.name == "reference":
            continue
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                places.setdefault(node.name, []).append(file.relative_to(TESTS).as_posix())
    return {name: found[0] for name, found in places.items() if len(found) == 1}


def span(text: str, function: str) -> tuple[int, int]:
    """Where a function of a module begins and ends in its text; all of the text for ""."""
    if not function:
        return 0, len(text)
    body: list[ast.stmt] = ast.parse(text).body
    for name in function.split("."):
        found = next(
            (node for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name), None
        )
        assert found is not None, f"there is no {function} any more"
        body = found.body
    lines = text.splitlines(keepends=True)
    return sum(map(len, lines[: found.lineno - 1])), sum(map(len, lines[: found.end_lineno]))
