"""Runs pytest on copies of the package, each in a process of its own that need not load NumPy, numba and pytest again.

The nursery is one process that has loaded all of them, but nothing of floquant, with kernels as plain Python. For each copy it forks a
child, which finds that copy first. A child that takes ten minutes is ended.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

LIMIT = 600  # seconds
LOADED = (
    "hypothesis",
    "hypothesis.strategies",
    "numba",
    "numpy",
    "pytest",
    "scipy.linalg",
    "scipy.sparse.csgraph",
    "scipy.special",
    "xarray",
)


@dataclass(frozen=True)
class Done:
    """How a run of pytest ended: its exit code (negative: the signal that ended it), and all that it printed."""

    returncode: int
    output: str


class Nursery:
    """The process, from this side. Ends with its `with` block."""

    def __init__(self) -> None:
        environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        self.process = subprocess.Popen(
            [sys.executable, __file__], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Nursery:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.process.communicate()

    def run(self, arguments: list[str], source: Path, output: Path) -> Done:
        """Run pytest with these arguments on the package in the folder `source`; what it prints is kept in the file `output`."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([arguments, str(source), str(output)]) + "\n")
        self.process.stdin.flush()
        return Done(int(self.process.stdout.readline()), output.read_text(encoding="utf-8"))


def child(arguments: list[str], source: str, output: str) -> int:
    """The forked process: pytest on the copy, printing into the file."""
    signal.alarm(LIMIT)
    with open(output, "wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    sys.path.insert(0, source)
    import pytest

    # hypothesis is loaded before pytest could rewrite its asserts, which it has no need of
    return int(pytest.main(["-W", "ignore::pytest.PytestAssertRewriteWarning", *arguments]))


def main() -> None:
    for module in LOADED:
        __import__(module)
    assert not any(name.partition(".")[0] == "floquant" for name in sys.modules)
    for line in sys.stdin:
        number = os.fork()
        if not number:
            code = child(*json.loads(line))
            sys.stdout.flush()
            os._exit(code)
        print(os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
