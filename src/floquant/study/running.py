"""One run of a study: read what is finished, compute and store the rest, and join it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any

from floquant.checks.flags import flag_or_none
from floquant.checks.numbers import whole
from floquant.errors import BadInput
from floquant.solvers.progress import shown
from floquant.study.compute.pieces import BlockPart, joined
from floquant.study.compute.workers import run_blocks
from floquant.study.description.description import Description
from floquant.study.plan.blocks import Block
from floquant.study.result.dataset import dataset
from floquant.study.result.files import open_dataset
from floquant.study.result.provenance import attributes
from floquant.study.store.store import Store

if TYPE_CHECKING:
    import xarray as xr

# More processes than any machine has.
MOST_WORKERS = 100_000


def run(
    description: Description, blocks: tuple[Block, ...], folder: Any, workers: Any, progress: bool | None
) -> xr.Dataset:
    """The Dataset of a study, computed in these blocks, which hold each of its rows once; see `Study.run`."""
    workers = whole(workers, "workers", 1, MOST_WORKERS, "give a number of processes")
    progress = flag_or_none(progress, "progress")
    begin = time.perf_counter()
    with ExitStack() as stack:
        store = stack.enter_context(Store(folder, description, blocks)) if folder is not None else None
        if store is not None and store.exported():
            with suppress(BadInput):  # damaged: it is put together again, from the blocks that are whole
                return open_dataset(store.data)
        found = store.finished() if store is not None else {}
        earlier = f"{len(found)} of {len(blocks)} blocks from an earlier run" if found else ""
        _compute_missing(description, blocks, store, found, workers, progress)
        parts = {
            each.name: joined([found[n].pop(each.name) for n in sorted(found)], axis=0) for each in description.observe
        }
        result = dataset(description, parts, attributes(description, time.perf_counter() - begin, earlier))
        if store is not None:
            store.export(result)
        return result


def _compute_missing(
    description: Description,
    blocks: tuple[Block, ...],
    store: Store | None,
    found: dict[int, dict[str, BlockPart]],
    workers: int,
    progress: bool | None,
) -> None:
    """Add the blocks to `found` that are not there, and keep them in the store; with a bar."""
    outer, settings = description.rows.counts
    points_of_a_row = description.points // (outer * settings)

    def points(numbers: Sequence[int]) -> int:
        return points_of_a_row * sum(len(blocks[number]) for number in numbers)

    def done(number: int, parts: dict[str, BlockPart]) -> None:
        if store is not None:
            store.keep(number, parts)
        found[number] = parts
        advance(points([number]))

    missing = [number for number in range(len(blocks)) if number not in found]
    try:
        with shown(description.points, points(list(found)), progress) as advance:
            run_blocks(description, blocks, missing, workers, done, keeping=store is not None)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(_interrupted(store)) from None


def _interrupted(store: Store | None) -> str:
    """What an interrupt has left."""
    if store is None:
        return "Interrupted: nothing was kept, because the run has no folder; study.run(folder) keeps what is finished."
    return (
        f'Interrupted: {store.count()} of {len(store.blocks)} blocks are kept in "{store.folder}"; '
        f"the same call goes on from there."
    )
