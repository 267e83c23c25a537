"""The bar: on a terminal, for long work, and where the user has not refused it."""

import io
import sys
import time

from terminals import seen_on_a_terminal

from floquant.solvers.progress import shown
from store.six_blocks import study


def eight_blocks(total=32, done=0, wanted=None, patience=0.02):
    """Work of eight blocks of four points, which takes 0.4 seconds."""
    with shown(total, done, wanted, patience) as advance:
        for _ in range(8):
            time.sleep(0.05)
            advance(4)


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
