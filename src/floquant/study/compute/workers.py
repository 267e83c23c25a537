"""Where the blocks of a study are computed: in this process, or in several."""

from __future__ import annotations

from collections.abc import Sequence

from floquant.solvers.threads import one_thread
from floquant.study.compute.pieces import Done
from floquant.study.description.description import Description
from floquant.study.plan.blocks import Block


def run_blocks(
    description: Description, blocks: Sequence[Block], missing: Sequence[int], workers: int, done: Done, keeping: bool
) -> None:
    """Compute the missing ones of these blocks, by number, and hand each over as it is finished, in any order.

    `keeping`: finished blocks are stored, so the other blocks are still computed when one is given up.
    Raises what the computation raises, and `FloquantError` for a block whose worker died three times.
    """
    workers = min(workers, len(missing))
    if workers > 1:
        from floquant.study.compute.processes import Processes

        Processes(description, blocks, workers, done, keeping).run(missing)
        return
    from floquant.study.compute.block import compute_block

    with one_thread():
        for number in missing:
            done(number, compute_block(description, blocks[number]))
