"""What runs inside a worker process: it ignores interrupts, ends with its parent, has one thread, and computes blocks."""

from __future__ import annotations

import os
import pickle
import signal
import threading

from floquant.errors import BadInput
from floquant.solvers.progress import no_bars_from_now_on
from floquant.solvers.threads import one_thread_from_now_on
from floquant.study.compute.pieces import BlockPart
from floquant.study.description.description import Description
from floquant.study.plan.blocks import Block

# The description stays packed until the first block needs it, so that what is raised on unpacking reaches the user.
_packed: bytes = b""
_description: Description | None = None


def packed(description: Description) -> bytes:
    """A description as workers get it. Raises `BadInput` if it cannot be pickled."""
    try:
        return pickle.dumps(description)
    except (pickle.PicklingError, AttributeError, TypeError) as failure:
        raise BadInput(
            f"The study cannot be sent to worker processes: {failure}; define its functions at the top level of a module (no lambda), "
            f"or run with workers=1."
        ) from failure


def prepare(payload: bytes) -> None:
    """Called once in each worker, before any block."""
    global _packed
    _packed = payload
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    one_thread_from_now_on()
    no_bars_from_now_on()


def _end_with_parent() -> None:
    """A parent that is killed cannot end its workers; they would wait forever."""
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def compute(block: Block) -> dict[str, BlockPart]:
    """One block of the description that this worker was prepared with."""
    from floquant.study.compute.block import compute_block

    global _description
    if _description is None:
        try:
            _description = pickle.loads(_packed)
        except (AttributeError, ImportError) as failure:
            raise BadInput(
                f"A worker process cannot find what the study was made with: {failure}; define functions in a module that can be "
                f"imported (not in a notebook), or run with workers=1."
            ) from failure
    return compute_block(_description, block)
