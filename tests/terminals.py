"""What work writes to a terminal."""

import os
import pty
import sys
import threading

import pytest


def seen_on_a_terminal(monkeypatch, work):
    """What this work writes to stderr if that is a terminal."""
    try:
        controller, terminal = pty.openpty()
    except OSError as reason:  # a container without /dev/pts
        pytest.skip(f"this machine has no pseudo-terminals: {reason}")
    written = bytearray()
    listener = threading.Thread(target=_listen, args=(controller, written))
    listener.start()
    with monkeypatch.context() as patch, open(terminal, "w") as stream:
        patch.setattr(sys, "stderr", stream)
        patch.setenv("TERM", "xterm")
        work()
    listener.join()
    os.close(controller)
    return written.decode()


def _listen(controller, written):
    """Read until the terminal is closed."""
    try:
        while piece := os.read(controller, 65536):
            written.extend(piece)
    except OSError:  # how Linux says that it is closed
        return
