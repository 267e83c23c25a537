"""The paper with one command: every figure with its data, and a verdict on every claim.

J. P. Ramos, L. E. F. Foa Torres, P. A. Orellana and V. M. Apel, Single-parameter spin-pumping in driven metallic rings with spin-orbit
coupling, J. Appl. Phys. 115, 124507 (2014). What a run needs is imported when it runs.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from floquant.paper.summary import Report

__all__ = ["run"]


def run(
    out: str | Path = "paper", quick: bool = False, only: Sequence[str] | None = None, workers: int | None = None
) -> Report:
    """Write every figure as PNG and PDF, its data as netCDF, and summary.md into the folder `out`; print the summary.

    `quick`: coarser grids. `only`: names of figures, and "claims" for the verdicts; all if not given. `workers`: processes that share the
    work, as many as there are processors if not given, eight at most; files do not depend on it.
    Raises `BadInput` for unknown names, and for a folder that cannot be written or holds something else; nothing is then overwritten.
    """
    from floquant.checks.names import unknown
    from floquant.errors import BadInput
    from floquant.paper.folder import claim_folder, write_summary
    from floquant.paper.making import CLAIMS, Drawn, Judged, figure_names, files_of, made
    from floquant.paper.progress import counted
    from floquant.paper.summary import Report, markdown, show

    begin = time.perf_counter()
    known = [CLAIMS, *figure_names()]
    chosen = list(dict.fromkeys(only)) if only else known
    for name in chosen:
        if name not in known:
            raise unknown("figure", name, known, "The paper")
    if workers is not None and workers < 1:
        raise BadInput(f"workers is {workers!r}, but it must be an integer ≥ 1; give one or leave it out.")
    folder = claim_folder(out, [file for name in figure_names() for file in files_of(name)])
    done: dict[str, Drawn | Judged] = {}
    for task in counted(made(chosen, folder, quick, workers or min(_processors(), 8)), len(chosen), folder):
        done[task.name if isinstance(task, Drawn) else CLAIMS] = task
    drawn = tuple(each for name in known if isinstance(each := done.get(name), Drawn))
    judged = next((task for task in done.values() if isinstance(task, Judged)), None)
    report = Report(folder, drawn, judged, quick, time.perf_counter() - begin)
    write_summary(folder, markdown(report))
    show(report)
    return report


def _processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
