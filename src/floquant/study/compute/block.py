"""One block of a study → plain arrays. Pure: the same block of the same study gives the same numbers, wherever it runs."""

from __future__ import annotations

from floquant.study.compute.at_energies import observed_at_energies
from floquant.study.compute.at_reservoirs import Solve, observed_at_reservoirs
from floquant.study.compute.pieces import BlockPart, joined
from floquant.study.compute.problem import problem_of
from floquant.study.description.description import Description
from floquant.study.plan.blocks import Block, Cell
from floquant.transport import solve


def compute_block(description: Description, block: Block, solve: Solve = solve) -> dict[str, BlockPart]:
    """All observables on the rows of a block, by name; each cell is solved by one call of `solve` for all of its reservoirs."""
    cells = [_compute_cell(description, cell, solve) for cell in block.cells()]
    return {each.name: joined([cell.pop(each.name) for cell in cells], axis=0) for each in description.observe}


def _compute_cell(description: Description, cell: Cell, solve: Solve) -> dict[str, BlockPart]:
    problem = problem_of(description, cell)
    found: dict[str, BlockPart] = {}
    at_reservoirs = [request for request in description.observe if request.observable.needs == "reservoirs"]
    if at_reservoirs:
        found |= observed_at_reservoirs(description, cell, problem, at_reservoirs, solve)
    for request in description.observe:
        if request.observable.needs == "energy":
            found[request.name] = observed_at_energies(description, cell, problem, request)
    return found
