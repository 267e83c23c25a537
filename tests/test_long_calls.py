"""Calls that take long: they say how far they are, stay silent where nobody watches, and can be interrupted."""

from __future__ import annotations

import io
import signal
import sys
import threading
import time

import numpy as np
import pytest
from terminals import seen_on_a_terminal

import floquant as fq
from floquant.solvers.progress import ladders_shown, no_bars_from_now_on
from floquant.solvers.zone.recording import Recorder

RING = fq.gallery.quantum_ring(dot_coupling=0.25)
DRIVE = fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2)
FLUXES = np.linspace(0.05, 0.45, 6)


def test_a_solve_counts_its_ladders(monkeypatch):
    found = []
    seen = seen_on_a_terminal(
        monkeypatch, lambda: found.append(fq.solve(RING, DRIVE, (0, 0), flux=FLUXES, progress=True))
    )
    solved = found[0].outcome.nodes
    assert f"{solved:,}/" in seen
    assert "left" in seen


def test_a_scattering_counts_its_ladders(monkeypatch):
    energies = np.linspace(-0.9, 0.93, 7)  # no rung stands on a band edge: around it more would be solved
    seen = seen_on_a_terminal(monkeypatch, lambda: fq.scatter(RING, DRIVE, energies, flux=FLUXES, progress=True))
    assert "42/42 ladders" in seen


def test_quick_and_unwatched_calls_are_silent(monkeypatch):
    def quick():
        fq.scatter(RING, DRIVE, [0.1])
        fq.solve(RING, DRIVE, (0, 0), progress=False)

    assert seen_on_a_terminal(monkeypatch, quick) == ""
    stream = io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", stream)
        fq.solve(RING, DRIVE, (0, 0))
    assert stream.getvalue() == ""


def test_only_the_outermost_shows_a_bar(monkeypatch):
    def study():
        fq.Study(RING, DRIVE, {"flux": FLUXES, "fermi_energy": 0.0}).run(progress=True)

    seen = seen_on_a_terminal(monkeypatch, study)
    assert "6/6 points" in seen
    assert "ladders" not in seen

    def worker():
        thread = threading.Thread(target=lambda: (no_bars_from_now_on(), fq.solve(RING, DRIVE, (0, 0), progress=True)))
        thread.start()
        thread.join()

    assert seen_on_a_terminal(monkeypatch, worker) == ""


@pytest.fixture
def interrupt():
    """Interrupts what runs, so many seconds later; returns when it did."""
    at = []

    def strike(number, frame):
        at.append(time.perf_counter())
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, strike)
    yield lambda seconds: (signal.setitimer(signal.ITIMER_REAL, seconds), at)[1]
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="no timers here")
def test_an_interrupt_comes_through_at_once(interrupt, monkeypatch):
    fq.solve(RING, DRIVE, (0, 0))  # what is loaded first cannot be interrupted well

    def long():
        at = interrupt(0.3)
        with pytest.raises(KeyboardInterrupt):
            fq.solve(RING, DRIVE, (-1.5, 1.5), flux=np.linspace(0.01, 0.49, 20_000), rtol=1e-9, progress=True)
        assert time.perf_counter() - at[0] < 3.0  # of about a minute

    threads = threading.active_count()
    seen_on_a_terminal(monkeypatch, long)
    assert threading.active_count() <= threads
    with ladders_shown(1, wanted=None):  # nobody holds the bar any more
        pass
    assert seen_on_a_terminal(monkeypatch, lambda: fq.solve(RING, DRIVE, (0, 0), progress=True)) != ""


def test_nothing_half_made_is_kept(monkeypatch):
    """An observable that is interrupted while it refines leaves the solution as it was: asked again, it gives the same bits."""
    solution, whole = (fq.solve(RING, DRIVE, (-0.3, 0.3), flux=FLUXES, rtol=1e-3) for _ in range(2))
    part, levels = solution.parts[0], np.full(len(FLUXES), 7)
    record, calls = Recorder.record, []

    def interrupted(*arguments):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return record(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(Recorder, "record", interrupted)
        with pytest.raises(KeyboardInterrupt):
            part.recorded(part.recordings.counting, levels)
    found = part.recorded(part.recordings.counting, levels)
    right = whole.parts[0].recorded(whole.parts[0].recordings.counting, levels)
    for name in ("coefficients", "flow_error", "total_error", "checks"):
        assert getattr(found, name).tobytes() == getattr(right, name).tobytes()
    assert np.array_equal(found.noticed.nodes, right.noticed.nodes)
