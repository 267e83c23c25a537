"""The bar: on a terminal, for long work, and where the user has not refused it."""

import io
import os
import pty
import sys
import threading
import time

import pytest

from floquant.study.compute.progress import shown
from store.six_blocks import study


def eight_blocks(total=32, done=0, wanted=None, patience=0.02):
    """Work of eight blocks of four points, which takes 0.4 seconds."""
    with shown(total, done, wanted, patience) as advance:
        for _ in range(8):
            time.sleep(0.05)
            advance(4)


def seen_on_a_terminal(monkeypatch, work):
    """What this work writes to stderr if that is a terminal."""
    try:
        controller, terminal = pty.openpty()
    except OSError as reason:  # a container without /dev/pts
        pytest.skip(f"this machine has no pseudo-terminals: {reason}")
    written = bytearray()
    listener = threading.Thread(target=listen, args=(controller, written))
    listener.start()
    with monkeypatch.context() as patch, open(terminal, "w") as stream:
        patch.setattr(sys, "stderr", stream)
        patch.setenv("TERM", "xterm")
        work()
    listener.join()
    os.close(controller)
    return written.decode()


def listen(controller, written):
    """Read until the terminal is closed."""
    try:
        while piece := os.read(controller, 65536):
            written.extend(piece)
    except OSError:  # how Linux says that it is closed
        return


def test_a_long_run_shows_rate_and_time_left_on_a_terminal(monkeypatch):
    shown = seen_on_a_terminal(monkeypatch, eight_blocks)
    assert "32 points" in shown
    assert "points/s" in shown
    assert "0:00:0" in shown
    assert "left" in shown


def test_what_an_earlier_run_kept_is_no_work_left(monkeypatch):
    shown = seen_on_a_terminal(monkeypatch, lambda: eight_blocks(total=40, done=8))
    assert "/32 points, 8 kept from an earlier run" in shown


def test_quick_work_shows_no_bar_and_the_user_may_refuse_one(monkeypatch):
    assert seen_on_a_terminal(monkeypatch, lambda: eight_blocks(patience=300.0)) == ""
    assert seen_on_a_terminal(monkeypatch, lambda: eight_blocks(wanted=False)) == ""


def test_a_study_counts_its_points_for_a_user_who_wants_to_see_them(monkeypatch):
    assert "/24 points" in seen_on_a_terminal(monkeypatch, lambda: study().run(progress=True))
    assert seen_on_a_terminal(monkeypatch, lambda: study().run(progress=False)) == ""


def test_a_long_run_is_silent_where_nobody_watches(monkeypatch):
    stream = io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", stream)
        eight_blocks()
    assert stream.getvalue() == ""
