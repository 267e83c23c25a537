"""One figure: its data computed and saved, then drawn from them alone; or the claims. Each is a task for one process."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from floquant.paper.claims.claim import Claim
from floquant.paper.extremum import Extremum
from floquant.paper.folder import DRAFT
from floquant.paper.measured import Row
from floquant.study.compute.interrupts import interrupts_ignored

if TYPE_CHECKING:
    import xarray as xr

CLAIMS = "claims"


@dataclass(frozen=True)
class Drawn:
    """A figure that was made: its files, the title of its data, and how long it took.

    `unconverged` points of the data missed their bound; `error` is the largest bound over the largest value, of any quantity.
    """

    name: str
    title: str
    files: tuple[str, ...]
    unconverged: int
    error: float
    seconds: float


@dataclass(frozen=True)
class Judged:
    """The claims and what they mean in a laboratory, with the largest current that both start from."""

    extremum: Extremum
    claims: tuple[Claim, ...]
    rows: tuple[Row, ...]
    seconds: float


def figure_names() -> list[str]:
    """The figures, in the order of the paper."""
    from floquant.paper.datasets import FIGURE_DATASETS

    return list(FIGURE_DATASETS)


def files_of(figure: str) -> tuple[str, ...]:
    """The files of one figure, and of its data."""
    from floquant.paper.datasets import FIGURE_DATASETS

    return (f"{figure}.png", f"{figure}.pdf", *(f"{name}.nc" for name in FIGURE_DATASETS[figure]))


def make(name: str, folder: Path, quick: bool) -> Drawn | Judged:
    """Do one task."""
    return judge() if name == CLAIMS else draw(name, folder, quick)


def draw(name: str, folder: Path, quick: bool) -> Drawn:
    """Compute a figure's data, save them, and draw the figure. Files come into the folder when all of them are finished."""
    import floquant as fq
    from floquant.drawing import save
    from floquant.paper.datasets import DATASETS, FIGURE_DATASETS
    from floquant.paper.figures import FIGURES

    begin = time.perf_counter()
    data = {each: DATASETS[each](quick) for each in FIGURE_DATASETS[name]}
    with TemporaryDirectory(prefix=DRAFT, dir=folder) as draft:
        for each, dataset in data.items():
            fq.save(dataset, Path(draft) / f"{each}.nc")
        save(FIGURES[name](*data.values()), Path(draft) / name)
        for file in files_of(name):
            (Path(draft) / file).replace(folder / file)
    title = str(next(iter(data.values())).attrs["title"])
    unconverged = sum(int((~each["converged"]).sum()) for each in data.values() if "converged" in each)
    error = max(_worst(each) for each in data.values())
    return Drawn(name, title, files_of(name), unconverged, error, time.perf_counter() - begin)


def _worst(dataset: xr.Dataset) -> float:
    """The largest bound of an error over the largest value, of any quantity of a dataset that has one."""
    pairs = [(dataset[name], dataset[f"{name}_error"]) for name in dataset.data_vars if f"{name}_error" in dataset]
    return max((float(error.max() / abs(value).max()) for value, error in pairs), default=0.0)


def judge() -> Judged:
    """Compute all claims."""
    from floquant.paper.claims import claims
    from floquant.paper.extremum import extremum
    from floquant.paper.measured import laboratory

    begin = time.perf_counter()
    largest = extremum()
    found, rows = tuple(claims(largest)), tuple(laboratory(largest))
    return Judged(largest, found, rows, time.perf_counter() - begin)


def made(names: Iterable[str], folder: Path, quick: bool, workers: int) -> Iterator[Drawn | Judged]:
    """Do these tasks, and yield each as it is finished; with more than one worker, in processes of one BLAS thread each."""
    names = list(names)
    if workers == 1 or len(names) == 1:
        for name in names:
            yield make(name, folder, quick)
        return
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(min(workers, len(names)), get_context("spawn"), _prepare_worker)
    with interrupts_ignored():  # workers inherit it from their start, and only this process ends them
        tasks = [pool.submit(make, name, folder, quick) for name in names]
    try:
        for task in as_completed(tasks):
            yield task.result()
    finally:
        processes = list((getattr(pool, "_processes", None) or {}).values())
        busy = not all(task.done() for task in tasks)
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes if busy else []:
            process.terminate()


def _prepare_worker() -> None:
    from floquant.solvers.progress import no_bars_from_now_on
    from floquant.solvers.threads import one_thread_from_now_on

    one_thread_from_now_on()
    no_bars_from_now_on()
