"""The bar: on a terminal, for long work, and where the user has not refused it."""

import os
import pty

import pytest


def seen_on_a_terminal(script, **keywords):
    """What the script writes to stderr if that is a terminal."""
    try:
        controller, terminal = pty.openpty()
    except OSError as reason:  # a container without /dev/pts
        pytest.skip(f"this machine has no pseudo-terminals: {reason}")
    run = script(**keywords)(stderr=terminal)
    os.close(terminal)
    shown = b""
    while True:
        try:
            piece = os.read(controller, 65536)
        except OSError:  # the terminal is closed when the script ends
            break
        if not piece:
            break
        shown += piece
    run.communicate(timeout=300)
    os.close(controller)
    assert run.returncode == 0, shown
    return shown.decode()


def test_a_long_run_shows_rate_and_time_left_on_a_terminal(script):
    shown = seen_on_a_terminal(script, delay=0.4)
    assert "32 points" in shown
    assert "points/s" in shown
    assert "0:00:0" in shown
    assert "left" in shown


def test_quick_work_shows_no_bar_and_the_user_may_refuse_one(script):
    # quick: less than the patience, which is set here to what the slowest machine needs to start
    hook = "import floquant.study.compute.progress; floquant.study.compute.progress.PATIENCE = 300.0"
    assert "points" not in seen_on_a_terminal(script, hook=hook, blocks=2)
    assert "points" not in seen_on_a_terminal(script, blocks=6, delay=0.4, progress=False)


def test_a_long_run_is_silent_where_nobody_watches(script):
    run = script(delay=0.3)()
    output, errors = run.communicate(timeout=300)
    assert run.returncode == 0
    assert output == "ready\nfinished\n"
    assert errors == ""
