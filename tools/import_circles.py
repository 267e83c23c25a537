"""Prints each circle of imports among floquant's modules, and exits 1 if there is one.

Imports under TYPE_CHECKING and inside functions count like all others. Allowed are the waveforms, whose algebra is closed (a sum is a
waveform, and a waveform can be added), and the edges that import-linter's contract in pyproject.toml leaves out.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import grimp  # what import-linter reads imports with, and comes with it
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

ALLOWED = "floquant.model.waveforms"


def package_imports() -> grimp.ImportGraph:
    """All imports of the package, less those that the contract leaves out."""
    graph = grimp.build_graph("floquant", cache_dir=None)
    settings = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf8"))
    for contract in settings["tool"]["importlinter"]["contracts"]:
        for left_out in contract.get("ignore_imports", []):
            importer, imported = left_out.split(" -> ")
            graph.remove_import(importer=importer, imported=imported)
    return graph


def circles(graph: grimp.ImportGraph) -> Iterator[list[str]]:
    """Sets of modules, each of which imports every other one, directly or through others of its set."""
    modules = sorted(graph.modules)
    number = {module: i for i, module in enumerate(modules)}
    edges = [(number[a], number[b]) for a in modules for b in graph.find_modules_directly_imported_by(a)]
    rows, columns = zip(*edges, strict=True)
    matrix = coo_array(([1] * len(edges), (rows, columns)), shape=(len(modules), len(modules)))
    count, group = connected_components(matrix, connection="strong")
    for circle in range(count):
        members = [module for module, own in zip(modules, group, strict=True) if own == circle]
        if len(members) > 1:
            yield members


def allowed(circle: list[str]) -> bool:
    """Whether all of it lies among the waveforms."""
    return all(module == ALLOWED or module.startswith(ALLOWED + ".") for module in circle)


def described(graph: grimp.ImportGraph, circle: list[str]) -> str:
    """The imports within a circle, with their lines."""
    lines = [f"A circle of {len(circle)} modules; cut one of these imports, or move what both sides need below them:"]
    for importer in circle:
        for imported in sorted(graph.find_modules_directly_imported_by(importer) & set(circle)):
            details = graph.get_import_details(importer=importer, imported=imported)
            where = ", ".join(str(detail["line_number"]) for detail in details)
            lines.append(f"  {importer} (line {where}) -> {imported}")
    return "\n".join(lines)


def main() -> int:
    graph = package_imports()
    found = [circle for circle in circles(graph) if not allowed(circle)]
    for circle in found:
        print(described(graph, circle))
    print(f"{len(found)} circles of imports among {len(graph.modules)} modules")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
