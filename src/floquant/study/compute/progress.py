"""A bar with rate and time left, for work that takes long."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.progress import Progress

# Seconds before the bar appears: quick work needs none.
PATIENCE = 2.0


class Advance(Protocol):
    """Called with the number of points that have been finished since the last time."""

    def __call__(self, points: int) -> None: ...


@contextmanager
def shown(total: int, done: int, wanted: bool | None, patience: float = PATIENCE) -> Iterator[Advance]:
    """Show a bar on stderr until the block ends, beginning at `done` of `total` points.

    `wanted`: None for a bar if stderr is a terminal and the work goes on for `patience` seconds; True for one at once; False for none.
    """
    if wanted is False or (wanted is None and not sys.stderr.isatty()):
        yield lambda points: None
        return
    bar = _bar()
    # What an earlier run finished does not count for the rate: the bar measures the rest.
    task = bar.add_task("points", total=total - done, earlier=f", {done:,} kept from an earlier run" if done else "")
    starter = threading.Timer(0.0 if wanted else patience, bar.start)
    starter.daemon = True
    starter.start()
    try:
        yield lambda points: bar.advance(task, points)
    finally:
        starter.cancel()
        starter.join()
        bar.stop()


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        """Points a second."""

        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text("" if speed is None else f"{speed:,.0f} points/s" if speed >= 10 else f"{speed:.2g} points/s")

    return Progress(
        BarColumn(), TextColumn("{task.completed:,.0f}/{task.total:,.0f} points{task.fields[earlier]}"), Rate(), TimeRemainingColumn(),
        TextColumn("left"), console=Console(stderr=True), transient=True,
    )  # fmt: skip
