"""A bar while figures are made: on a terminal only, and removed when they are done."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from floquant.solvers.progress import shown

Task = TypeVar("Task")


def counted(tasks: Iterable[Task], total: int, folder: Path) -> Iterator[Task]:
    """The tasks, counted on a bar with the time left. An interruption says what is kept."""
    count = 0
    with shown(total, 0, None, patience=0.0, what="parts of the paper") as advance:
        try:
            for task in tasks:
                count += 1
                advance(1)
                yield task
        except KeyboardInterrupt:
            print(f"floquant: stopped; what was finished, {count} of {total}, is in {folder}", file=sys.stderr)
            raise
