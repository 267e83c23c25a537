"""Where the blocks of a study are computed: in this process, or in several.

A worker that dies takes its block with it: the block is tried again, alone, and given up after three deaths. Workers have one thread
each, and end when their parent does.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any

from floquant.errors import BadInput, FloquantError
from floquant.study.compute.interrupts import interrupts_ignored

if TYPE_CHECKING:
    from floquant.study.compute.pieces import Part
    from floquant.study.study import Study

Done = Callable[[int, "dict[str, Part]"], None]

# Deaths of workers after which a block is given up.
DEATHS = 3


def run_blocks(study: Study, todo: Sequence[int], workers: int, done: Done, keeping: bool) -> None:
    """Compute these blocks and hand each over as it is finished, in any order.

    `keeping`: what is handed over outlives an error, so that the other blocks are still worth computing when one is given up.
    Raises what the computation raises, and `FloquantError` for a block whose worker died three times.
    """
    workers = min(workers, len(todo))
    if workers > 1:
        _Processes(study, workers, done, keeping).run(todo)
        return
    from floquant.study.compute.block import compute_block

    blocks = study.layout.blocks
    with one_thread():
        for number in todo:
            done(number, compute_block(study, blocks[number]))


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """One thread for linear algebra, as in every worker: sums in another order would be other numbers."""
    import numpy as np  # noqa: F401  each of the two carries its own library, which must be loaded to be limited
    import scipy.linalg  # noqa: F401
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield


class _Processes:
    """Blocks in several processes."""

    def __init__(self, study: Study, workers: int, done: Done, keeping: bool) -> None:
        self.study, self.workers, self.done, self.keeping = study, workers, done, keeping
        self.payload = _packed(study)
        self.running: dict[Future[Any], int] = {}
        self.deaths: Counter[int] = Counter()
        self.given_up: list[int] = []

    def run(self, todo: Sequence[int]) -> None:
        pending: deque[int] = deque(todo)
        suspects: deque[int] = deque()
        self._open()
        try:
            while pending or suspects or self.running:
                # A block that was there when a worker died runs alone, so that the next death is its own.
                if suspects and not self.running:
                    self._submit(suspects.popleft())
                while not suspects and not self._alone() and pending and len(self.running) <= self.workers:
                    self._submit(pending.popleft())
                suspects += self._collect()
        except KeyboardInterrupt:
            self._flush()
            raise
        finally:
            self._close()
        if self.given_up:
            self._refuse()

    def _alone(self) -> bool:
        return any(self.deaths[number] for number in self.running.values())

    def _submit(self, number: int) -> None:
        try:
            future = self.pool.submit(_compute, number)
        except BrokenProcessPool as broken:  # it broke since the last look: the same as breaking now
            future = Future()
            future.set_exception(broken)
        self.running[future] = number

    def _collect(self) -> list[int]:
        """Hand over what is finished. Returns blocks to try again."""
        finished, _ = wait(self.running, return_when=FIRST_COMPLETED)
        lost = []
        for future in finished:
            number = self.running.pop(future)
            try:
                parts = future.result()
            except BrokenProcessPool:
                lost.append(number)
            else:
                self.done(number, parts)
        return self._reopened(lost) if lost else []

    def _reopened(self, lost: list[int]) -> list[int]:
        """New workers after a death; the blocks that were being computed, less those that are given up."""
        if not any(greeting.done() and greeting.exception() is None for greeting in self.greetings):
            raise BadInput(
                "The worker processes could not start; a script that runs a study with workers must do so under "
                'if __name__ == "__main__": (Python starts workers by importing the script again), or run with workers=1.'
            )
        lost = [*lost, *self.running.values()]
        self.running.clear()
        self._close()
        self._open()
        self.deaths.update(lost)
        self.given_up += [number for number in lost if self.deaths[number] >= DEATHS]
        if self.given_up and not self.keeping:
            self._refuse()
        return [number for number in lost if self.deaths[number] < DEATHS]

    def _refuse(self) -> None:
        number = self.given_up[0]
        others = f" (and {len(self.given_up) - 1} others)" if len(self.given_up) > 1 else ""
        raise FloquantError(
            f"Block {number}{others}, {self.study.layout.told(self.study.layout.blocks[number])}, killed its worker {DEATHS} times, "
            f"as a process does that finds no memory; run it with workers=1, or on a larger machine."
        )

    def _open(self) -> None:
        import multiprocessing

        # Workers inherit that Ctrl-C is ignored, from their first instruction on: it is for this process to end them.
        with interrupts_ignored():
            self.pool = ProcessPoolExecutor(
                self.workers, multiprocessing.get_context("spawn"), _prepare_worker, (self.payload,)
            )
            self.greetings = [self.pool.submit(os.getpid) for _ in range(self.workers)]

    def _close(self) -> None:
        """End the workers: at once if one of them still computes what nobody waits for."""
        processes = list((getattr(self.pool, "_processes", None) or {}).values())
        idle = not self.running
        self.pool.shutdown(wait=False, cancel_futures=True)
        if not idle:
            for process in processes:
                process.terminate()

    def _flush(self) -> None:
        """Hand over what was finished while the interrupt came."""
        for future, number in self.running.items():
            if future.done() and not future.cancelled() and future.exception() is None:
                self.done(number, future.result())


def _packed(study: Study) -> bytes:
    try:
        return pickle.dumps(study)
    except (pickle.PicklingError, AttributeError, TypeError) as failure:
        raise BadInput(
            f"The study cannot be sent to worker processes: {failure}; define its functions at the top level of a module (no lambda), "
            f"or run with workers=1."
        ) from failure


# In a worker: the study, packed until the first block asks for it, so that what it raises on the way reaches the user.
_payload: bytes = b""
_study: Any = None
_limits: Any = None


def _prepare_worker(payload: bytes) -> None:
    global _payload, _limits
    _payload = payload
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _limits = one_thread()  # held: its end would lift the limit
    _limits.__enter__()


def _end_with_parent() -> None:
    """A parent that is killed cannot end its workers; they would wait for ever."""
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _compute(number: int) -> dict[str, Part]:
    from floquant.study.compute.block import compute_block

    global _study
    if _study is None:
        try:
            _study = pickle.loads(_payload)
        except (AttributeError, ImportError) as failure:
            raise BadInput(
                f"A worker process cannot find what the study was made with: {failure}; define functions in a module that can be "
                f"imported (not in a notebook), or run with workers=1."
            ) from failure
    return compute_block(_study, _study.layout.blocks[number])
