"""One run of a study: find out what is finished, compute the rest, keep it, and put it together."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from floquant.errors import BadInput
from floquant.study.compute.pieces import Part, joined
from floquant.study.compute.progress import shown
from floquant.study.compute.workers import run_blocks
from floquant.study.result.dataset import dataset
from floquant.study.result.files import open_dataset
from floquant.study.result.provenance import attributes
from floquant.study.store.store import Store

if TYPE_CHECKING:
    import xarray as xr

    from floquant.study.study import Study


def run(study: Study, folder: Any, workers: Any, progress: bool | None) -> xr.Dataset:
    """See `Study.run`."""
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise BadInput(f"workers is {workers!r}, but it must be an integer ≥ 1; give a number of processes.")
    begin = time.perf_counter()
    with ExitStack() as stack:
        store = stack.enter_context(Store(folder, study)) if folder is not None else None
        if store is not None and store.exported():
            return open_dataset(store.data)
        found = store.finished() if store is not None else {}
        earlier = len(found)
        todo = [number for number in range(len(study.layout.blocks)) if number not in found]

        def done(number: int, parts: dict[str, Part]) -> None:
            if store is not None:
                store.keep(number, parts)
            found[number] = parts
            advance(_points(study, [number]))

        try:
            with shown(
                _points(study, range(len(study.layout.blocks))), _points(study, list(found)), progress
            ) as advance:
                run_blocks(study, todo, workers, done, keeping=store is not None)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(_interrupted(study, store)) from None
        parts = {one.name: joined([found[n].pop(one.name) for n in sorted(found)], axis=0) for one in study.observe}
        result = dataset(study, parts, attributes(study, time.perf_counter() - begin, earlier))
        if store is not None:
            store.export(result)
        return result


def _points(study: Study, numbers: Sequence[int]) -> int:
    """Number of points in these blocks."""
    rows = sum(len(study.layout.blocks[number]) for number in numbers)
    return rows * study.points // max(1, int(study.layout.rows[0] * study.layout.rows[1]))


def _interrupted(study: Study, store: Store | None) -> str:
    """What an interrupt has left."""
    if store is None:
        return "Interrupted: nothing was kept, because the run has no folder; study.run(folder) keeps what is finished."
    return (
        f'Interrupted: {store.count()} of {len(study.layout.blocks)} blocks are kept in "{store.folder}"; '
        f"the same call goes on from there."
    )
