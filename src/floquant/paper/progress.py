"""A bar while figures are made: on a terminal only, and removed when they are done."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

Task = TypeVar("Task")


def counted(tasks: Iterable[Task], total: int, folder: Path) -> Iterator[Task]:
    """The tasks, counted on a bar with the time left. An interruption says what is kept."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("the paper"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    shown = sys.stderr.isatty()
    count = 0
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not shown) as progress:
        bar = progress.add_task("the paper", total=total)
        try:
            for task in tasks:
                count += 1
                progress.advance(bar)
                yield task
        except KeyboardInterrupt:
            print(f"floquant: stopped; what was finished, {count} of {total}, is in {folder}", file=sys.stderr)
            raise
