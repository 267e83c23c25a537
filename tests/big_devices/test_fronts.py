"""Elimination of one front: what it hands to its parent has the same Green function on the border, singular pivots or not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from floquant.solvers.elimination.fronts import TOGETHER as ESTIMATED
from floquant.solvers.kernels import elimination
from floquant.solvers.kernels.elimination import TOGETHER, hand_over, reduced

# ‖F11⁻¹‖ beyond which pivots are delayed; eigenvalues of the fronts here are between 0.1 and 2 but for the singular ones.
ALLOWED = 300.0


def front_of(pivots: int, border: int, small: np.ndarray, kind: type, seed: int) -> np.ndarray:
    """A Hermitian front whose pivots have these eigenvalues among their own, coupled to the border by numbers of order 1."""
    rng = np.random.default_rng(seed)

    def numbers(*shape: int) -> np.ndarray:
        drawn = rng.normal(size=shape)
        return drawn + 1j * rng.normal(size=shape) if kind is complex else drawn

    vectors = np.linalg.qr(numbers(pivots, pivots))[0]
    values = rng.choice([-1.0, 1.0], pivots) * rng.uniform(0.1, 2.0, pivots)
    values[: len(small)] = small
    front = numbers(pivots + border, pivots + border) / np.sqrt(pivots)
    front = front + front.conj().T
    front[:pivots, :pivots] = (vectors * values) @ vectors.conj().T
    return front


def handed_over(front: np.ndarray, pivots: int) -> tuple[np.ndarray, int]:
    """What the kernel makes of the lower triangle; above it is rubbish that must not be read."""
    size = len(front)
    lower = np.asfortranarray(np.tril(front) + np.triu(np.full_like(front, 1e30), 1))
    rooms = tuple(np.empty(length, front.dtype) for length in (size**2, size**2, size**2))
    late = reduced(lower, pivots, ALLOWED, rooms)
    update = np.full((size - pivots + late,) * 2, np.nan, front.dtype, order="F")
    hand_over(lower, pivots, late, update)
    return np.tril(update) + np.tril(update, -1).conj().T, late


def assert_same_green_function(front: np.ndarray, pivots: int) -> int:
    """(F⁻¹) on the border, directly and by way of the update; returns how many unknowns are delayed."""
    border = len(front) - pivots
    update, late = handed_over(front, pivots)
    whole = np.linalg.inv(front)
    found = np.linalg.inv(update)[:border, :border]
    # an error ε on the way is one of |F⁻¹|² ε
    tolerance = 1e-11 * max(1.0, np.linalg.norm(whole, 2)) ** 2
    np.testing.assert_allclose(found, whole[pivots:, pivots:], rtol=0, atol=tolerance)
    return late


@settings(max_examples=40, deadline=None)
@given(
    pivots=st.integers(1, 170),
    border=st.integers(1, 150),
    singular=st.integers(0, 30),
    smallest=st.sampled_from([0.0, 1e-15, 1e-9, 1e-4, 2e-3]),
    kind=st.sampled_from([float, complex]),
    seed=st.integers(0, 2**31),
)
def test_a_front_hands_over_what_it_must(pivots, border, singular, smallest, kind, seed) -> None:
    # more singular directions than the border has orbitals would make the whole singular
    count = min(singular, pivots, border // 2)
    small = smallest * np.linspace(1.0, 2.0, count) * (-1.0) ** np.arange(count)
    assert_same_green_function(front_of(pivots, border, small, kind, seed), pivots)


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("count", [0, 1, 3, 7, 12])
@pytest.mark.parametrize("smallest", [1e-13, 1e-3])
def test_only_singular_directions_are_delayed(kind: type, count: int, smallest: float) -> None:
    front = front_of(40, 150, np.full(count, smallest), kind, seed=count)
    assert assert_same_green_function(front, 40) == count


@pytest.mark.parametrize("kind", [float, complex])
def test_an_orbital_that_is_cut_off_from_the_other_pivots_is_delayed_alone(kind: type) -> None:
    front = front_of(40, 30, np.zeros(0), kind, seed=8)
    front[17, :40] = front[:40, 17] = 0  # an exact zero among the pivots of LAPACK
    assert assert_same_green_function(front, 40) == 1


@pytest.mark.parametrize("kind", [float, complex])
def test_a_block_of_zeros_is_delayed_until_its_partners_come(kind: type) -> None:
    # the first pivots see only later ones: [[0, A], [A†, 0]] is regular although its diagonal blocks vanish
    rng = np.random.default_rng(3)
    n, border = TOGETHER, 20
    front = front_of(2 * n, border, np.zeros(0), kind, seed=4)
    front[:n, :n] = front[n : 2 * n, n : 2 * n] = 0
    front[:n, n : 2 * n] = np.eye(n) + 0.1 * rng.normal(size=(n, n)) / np.sqrt(n)
    front[n : 2 * n, :n] = front[:n, n : 2 * n].conj().T
    assert assert_same_green_function(front, 2 * n) == 0


def test_a_front_of_nothing_but_zeros_is_handed_over_whole() -> None:
    front = front_of(60, 70, np.zeros(0), complex, seed=5)
    front[:60, :60] = 0
    assert assert_same_green_function(front, 60) == 60


def test_the_estimate_counts_on_as_many_pivots_at_a_time_as_the_kernel_takes() -> None:
    assert ESTIMATED == elimination.TOGETHER
