"""A narrow device within its band against the dense matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import floquant as fq
from floquant.model import Sector, sectors
from floquant.solvers.compilation import compiling
from floquant.solvers.local import banded, ports

NAMES = ("green", "left", "right", "static", "is_open", "norms")


def narrow_sector(size: int, width: int, shuffled: bool = True) -> Sector:
    """Elements within so many of the diagonal, in an order that hides it; the middle orbital is a port."""
    rng = np.random.default_rng(size)
    number = np.arange(size)
    h = rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size))
    h[np.abs(number[:, None] - number) > width] = 0
    h = h + h.conj().T
    place = rng.permutation(size) if shuffled else number
    hidden = np.zeros_like(h)
    hidden[np.ix_(place, place)] = h
    lead = fq.Chain(2.0)
    contacts = {"L": fq.Contact(lead, int(place[0]), 0.3), "R": fq.Contact(lead, int(place[-1]), 0.4)}
    device = fq.Device(hidden, contacts=contacts, knobs={"gate": fq.Onsite(int(place[size // 2]))})
    return sectors(device, None, {"gate": np.array([0.3])})[0]


def reference_of(sector: Sector) -> ports.Reference:
    return ports.Reference(sector, sector.ports, ports.damping(sector))


@pytest.mark.parametrize(("size", "width"), [(40, 1), (60, 3), (90, 7)])
def test_a_narrow_device_is_solved_as_the_dense_matrix_is(size: int, width: int) -> None:
    reference = reference_of(narrow_sector(size, width))
    energies = np.random.default_rng(1).uniform(-4, 4, 60)
    with compiling():
        assert reference.band.narrow
        assert reference.band.h.shape[1] <= 4 * width + 1
        found = reference.at(energies)
    dense = ports._reduce_dense(reference.sector, reference.ports, reference.kappa, energies)
    for name in NAMES:
        wanted = getattr(dense, name)
        assert np.abs(getattr(found, name) - wanted).max() <= 1e-11 * np.abs(wanted).max(), name


def test_a_tiny_device_is_solved_so_at_many_energies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(banded, "MANY", 10)
    reference = reference_of(narrow_sector(5, 5))
    energies = np.linspace(-3, 3, 20)
    with compiling():
        assert reference.band.pays(len(energies))
        found = reference.at(energies)
    dense = ports._reduce_dense(reference.sector, reference.ports, reference.kappa, energies)
    assert np.allclose(found.static, dense.static, rtol=0, atol=1e-13)


def test_a_wide_device_is_left_to_lapack() -> None:
    assert not reference_of(narrow_sector(40, 30)).band.pays(1000)


def test_a_singular_matrix_is_reported() -> None:
    from floquant.solvers.kernels.banded import eliminate_band

    assert not eliminate_band(np.zeros((3, 4), complex), np.ones((3, 1), complex), 1)


def test_where_the_matrix_is_singular_the_limit_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """As LAPACK's route takes it: there every energy that the kernel marks is solved again."""
    reference = reference_of(narrow_sector(20, 1))
    energies = np.linspace(-2, 2, 5)
    plain = banded.Band.reference

    def marked(self: banded.Band, *arguments: Any) -> tuple[list[Any], Any]:
        found, singular = plain(self, *arguments)
        found[0][2], singular[2] = np.nan, True
        return found, singular

    monkeypatch.setattr(banded.Band, "reference", marked)
    with compiling():
        found = reference.at(energies)
    dense = ports._reduce_dense(reference.sector, reference.ports, reference.kappa, energies)
    assert np.allclose(found.green, dense.green, rtol=0, atol=1e-13)


def test_a_weakly_coupled_chain_has_its_closed_form() -> None:
    """T = Γ²|G_1L|² with G of a chain between semi-infinite ones, by a dense solution."""
    length, coupling = 40, 0.1
    device = fq.gallery.driven_stretch(length, coupling=coupling)
    energies = np.linspace(-1.5, 1.5, 7)
    with compiling():
        found = fq.scatter(device, None, energies).transmission("R", "L", kind="total")
    for energy, value, error in zip(
        energies, found.values.ravel(), found.transmission_error.values.ravel(), strict=True
    ):
        g = energy / 2 - 1j * np.sqrt(1 - energy**2 / 4)
        sign = -1.0 if device.h[0, 1] > 0 else 1.0
        h = -sign * (np.eye(length, k=1) + np.eye(length, k=-1)).astype(complex)
        h[0, 0] += coupling**2 * g
        h[-1, -1] += coupling**2 * g
        green = np.linalg.inv(energy * np.eye(length) - h)[0, -1]
        gamma = -2 * coupling**2 * g.imag
        assert abs(value - gamma**2 * abs(green) ** 2) <= error + 1e-12
