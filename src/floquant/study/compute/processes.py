"""Blocks in several worker processes.

If a worker dies, its block is tried again, alone, and given up after three deaths.
"""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from floquant.errors import BadInput, FloquantError
from floquant.study.compute.interrupts import interrupts_ignored
from floquant.study.compute.pieces import Done
from floquant.study.compute.worker import compute, packed, prepare
from floquant.study.description.description import Description
from floquant.study.plan.blocks import Block

# Deaths of workers after which a block is given up.
DEATHS = 3
# Seconds that a worker which broke may take to be gone.
PATIENCE = 5.0


class Processes:
    """So many worker processes, and what each of them computes."""

    def __init__(
        self, description: Description, blocks: Sequence[Block], workers: int, done: Done, keeping: bool
    ) -> None:
        self.description, self.blocks = description, blocks
        self.workers, self.done, self.keeping = workers, done, keeping
        self.payload = packed(description)
        self.running: dict[Future[Any], int] = {}
        self.deaths: Counter[int] = Counter()
        self.given_up: list[int] = []

    def run(self, missing: Sequence[int]) -> None:
        """Compute these blocks. Raises `FloquantError` for those that were given up, at the end if the others are kept."""
        pending: deque[int] = deque(missing)
        suspects: deque[int] = deque()
        self._open()
        try:
            while pending or suspects or self.running:
                # A block that was there when a worker died runs alone, so that it is to blame if another dies.
                if suspects and not self.running:
                    self._submit(suspects.popleft())
                while not suspects and not self._runs_alone() and pending and len(self.running) <= self.workers:
                    self._submit(pending.popleft())
                suspects += self._collect()
        except KeyboardInterrupt:
            self._hand_over_finished()
            raise
        finally:
            self._close()
        if self.given_up:
            self._refuse()

    def _runs_alone(self) -> bool:
        """True while a block that may have killed a worker is computed."""
        return any(self.deaths[number] for number in self.running.values())

    def _submit(self, number: int) -> None:
        try:
            future = self.pool.submit(compute, self.blocks[number])
        except BrokenProcessPool as broken:  # the pool broke since the last check, which is the same as breaking now
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
        if self._cannot_start():
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

    def _cannot_start(self) -> bool:
        """True if no worker ever ran, and one gave up by itself: it could not import the script. One that was killed did not give up."""
        if any(greeting.done() and greeting.exception() is None for greeting in self.greetings):
            return False
        for process in self.started:
            process.join(PATIENCE)
        return any((process.exitcode or 0) > 0 for process in self.started)

    def _refuse(self) -> None:
        number = self.given_up[0]
        others = f" (and {len(self.given_up) - 1} others)" if len(self.given_up) > 1 else ""
        block = self.blocks[number]
        rows = self.description.rows.described(block.start, block.stop - 1)
        raise FloquantError(
            f"Block {number}{others}, {rows}, killed its worker {DEATHS} times, as a lack of memory does; run it with "
            f"workers=1, or on a larger machine."
        )

    def _open(self) -> None:
        import multiprocessing

        # Workers ignore Ctrl-C from their start, and only this process ends them.
        with interrupts_ignored():
            self.pool = ProcessPoolExecutor(
                self.workers, multiprocessing.get_context("spawn"), prepare, (self.payload,)
            )
            self.greetings = [self.pool.submit(os.getpid) for _ in range(self.workers)]
            self.started = list(self.pool._processes.values())

    def _close(self) -> None:
        """End the workers: at once if one still computes a result that is not needed."""
        processes = list((getattr(self.pool, "_processes", None) or {}).values())
        idle = not self.running
        self.pool.shutdown(wait=False, cancel_futures=True)
        if not idle:
            for process in processes:
                process.terminate()

    def _hand_over_finished(self) -> None:
        """What was finished while an interrupt came."""
        for future, number in self.running.items():
            if future.done() and not future.cancelled() and future.exception() is None:
                self.done(number, future.result())
