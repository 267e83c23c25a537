"""One BLAS thread wherever something is calculated, and as many as before afterwards."""

from __future__ import annotations

import numpy as np
import pytest

import floquant as fq
from floquant.solvers.threads import _controller, one_thread

RING = fq.gallery.quantum_ring(dot_coupling=0.25)


def counts() -> set[int]:
    """Threads of each BLAS library."""
    return {library["num_threads"] for library in _controller().info() if library["user_api"] == "blas"}


@pytest.fixture
def three_threads():
    """As on a machine of three cores."""
    with _controller().limit(limits=3, user_api="blas"):
        yield


def test_calls_inside_calls_hold_one_thread_until_the_last_one_has_ended(three_threads):
    with one_thread():
        with one_thread(), one_thread():
            assert counts() == {1}
        assert counts() == {1}
    assert counts() == {3}


def test_a_refusal_leaves_as_many_threads_as_there_were(three_threads):
    with pytest.raises(fq.BadInput):
        fq.solve(fq.Device(np.eye(2)), None, (0, 1))
    assert counts() == {3}


def test_every_call_that_calculates_holds_one_thread(three_threads, monkeypatch):
    seen = []
    solve = np.linalg.solve

    def watched(*arguments, **options):
        seen.append(counts())
        return solve(*arguments, **options)

    monkeypatch.setattr(np.linalg, "solve", watched)
    solution = fq.solve(RING, None, (-0.1, 0.1))
    fq.dc_current(solution, fq.Reservoirs(mu={"L": 0.05, "R": -0.05}))
    fq.scatter(RING, None, [0.1]).amplitude("R", "L")
    assert len(seen) > 3
    assert set(map(frozenset, seen)) == {frozenset({1})}
    assert counts() == {3}
