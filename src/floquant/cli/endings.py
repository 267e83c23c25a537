"""How a command ends that fails: one message on stderr, no traceback, and an exit code."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from floquant.errors import BadInput, FloquantError

# The question cannot be answered. Typer ends with the same code for an option that does not exist.
REFUSED = 2
# The question was understood, but its answer was not reached: not converged, or a worker that found no memory.
FAILED = 1


@contextmanager
def exits_in_words() -> Iterator[None]:
    """End the process with one message and an exit code for whatever floquant raises inside."""
    try:
        yield
    except FloquantError as failure:
        typer.echo(f"floquant: {failure}", err=True)
        sys.exit(REFUSED if isinstance(failure, BadInput) else FAILED)
