"""A bar with rate and time left, for work that takes long: of a study, of the paper, or of one call.

The outermost bar counts; what is worked on inside it shows nothing. So solvers report ladders to whoever counts them, and know no more.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from rich.progress import Progress

# Seconds before the bar appears: quick work needs none.
PATIENCE = 2.0


class Advance(Protocol):
    """Called with the number of points that have been finished since the last time."""

    def __call__(self, points: int) -> None: ...


class Ladders:
    """Counts the ladders of one call: a planned number, and more where the work turns out to be more."""

    def __init__(self, planned: int, bar: Progress | None, task: Any) -> None:
        self.planned, self.bar, self.task = planned, bar, task
        self.known = self.finished = 0

    def add(self, expected: int, finished: int) -> None:
        """So many more are known to be needed, and so many are solved."""
        self.known += expected
        self.finished += finished
        if self.bar is not None:
            self.bar.update(self.task, completed=self.finished, total=max(self.known, self.planned))


# What counts the ladders that are solved; None where nobody does.
_counting: ContextVar[Ladders | None] = ContextVar("counting", default=None)
# True inside whatever has a bar, and where there shall be none.
_taken: ContextVar[bool] = ContextVar("taken", default=False)


def expect_ladders(number: int) -> None:
    """So many more ladders will be solved."""
    ladders = _counting.get()
    if ladders is not None:
        ladders.add(number, 0)


def ladders_solved(number: int) -> None:
    """So many ladders are solved."""
    ladders = _counting.get()
    if ladders is not None:
        ladders.add(0, number)


def no_bars_from_now_on() -> None:
    """In a worker process: only the main process shows a bar."""
    _taken.set(True)


@contextmanager
def shown(
    total: int, done: int, wanted: bool | None, patience: float = PATIENCE, what: str = "points"
) -> Iterator[Advance]:
    """Show a bar on stderr until the block ends, beginning at `done` of `total` points, or of what else is counted.

    `wanted`: None for a bar if stderr is a terminal and the work goes on for `patience` seconds; True for one at once; False for none.
    """
    # What an earlier run finished does not count for the rate: the bar measures the rest.
    earlier = f", {done:,} kept from an earlier run" if done else ""
    with _bar(wanted, patience, what) as bar:
        if bar is None:
            yield lambda points: None
            return
        task = bar.add_task(what, total=total - done, earlier=earlier)
        yield lambda points: bar.advance(task, points)


@contextmanager
def ladders_shown(planned: int, wanted: bool | None, patience: float = PATIENCE) -> Iterator[None]:
    """The same for one call, whose ladders are counted where they are solved; about so many are planned."""
    with _bar(wanted, patience, "ladders") as bar:
        task = None if bar is None else bar.add_task("ladders", total=planned, earlier="")
        token = _counting.set(None if bar is None else Ladders(planned, bar, task))
        try:
            yield
        finally:
            _counting.reset(token)


@contextmanager
def _bar(wanted: bool | None, patience: float, what: str) -> Iterator[Progress | None]:
    """A bar that begins after a while, None if there shall be none; inside, no other one is shown."""
    if wanted is False or _taken.get() or (wanted is None and not sys.stderr.isatty()):
        token = _taken.set(True)
        try:
            yield None
        finally:
            _taken.reset(token)
        return
    token, bar = _taken.set(True), _made(what)
    starter = threading.Timer(0.0 if wanted else patience, bar.start)
    starter.daemon = True
    starter.start()
    try:
        yield bar
    finally:
        starter.cancel()
        starter.join()
        bar.stop()
        _taken.reset(token)


def _made(what: str) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        """Points a second."""

        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text("" if speed is None else f"{speed:,.0f} {what}/s" if speed >= 10 else f"{speed:.2g} {what}/s")

    return Progress(
        BarColumn(), TextColumn(f"{{task.completed:,.0f}}/{{task.total:,.0f}} {what}{{task.fields[earlier]}}"), Rate(),
        TimeRemainingColumn(), TextColumn("left"), console=Console(stderr=True), transient=True,
    )  # fmt: skip
