"""One block of a study → plain arrays. Pure: the same block of the same study gives the same numbers, wherever it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from floquant.study.compute.at_energies import read_scattering
from floquant.study.compute.at_reservoirs import read_currents
from floquant.study.compute.pieces import Part, joined
from floquant.study.compute.problem import problem_of
from floquant.study.plan.blocks import Cell, Layout

if TYPE_CHECKING:
    from floquant.study.study import Study


def compute_block(study: Study, block: range) -> dict[str, Part]:
    """All observables on these rows."""
    layout = study.layout
    pieces = [_cell(study, layout, cell) for cell in layout.cells(block)]
    return {one.name: joined([piece.pop(one.name) for piece in pieces], axis=0) for one in study.observe}


def _cell(study: Study, layout: Layout, cell: Cell) -> dict[str, Part]:
    at = layout.outer_index(cell.outer)
    device = study.device_at(at)
    answers: dict[str, Part] = {}
    problem = problem_of(study, layout, cell, at, device)
    reservoirs = [one for one in study.observe if one.kind.needs == "reservoirs"]
    if reservoirs:
        answers |= read_currents(study, layout, cell, at, problem, reservoirs)
    for one in study.observe:
        if one.kind.needs == "energy":
            answers[one.name] = read_scattering(study, layout, cell, at, problem, one)
    return answers
