"""The references against each other and against the numbers that were known before: no line of floquant is run here."""

import ast
from pathlib import Path

import numpy as np
import pytest

from reference import closed_forms
from reference.brute_force import brute_current, current_by_energy, find_pole
from reference.dense_floquet import (
    Problem,
    chain,
    jacobi_anger,
    probabilities,
    ring,
    scattering,
    scattering_ladder,
    transmission,
    wide_band,
)
from reference.known_numbers import RING_HALF_WIDTHS
from reference.random_problems import as_matrices, random_problem

HERE = Path(__file__).parent
LEVEL = {"level": 0.3, "gammas": (0.5, 0.3), "amplitude": 1.2, "photon_energy": 1.0}


def level_problem():
    contacts = (wide_band("L", 0, gamma=0.5), wide_band("R", 0, gamma=0.3))
    return Problem(np.array([[0.3]]), {1: np.array([[0.6]])}, 1.0, contacts)


@pytest.mark.parametrize("path", sorted(HERE.glob("*.py")), ids=lambda path: path.stem)
def test_references_import_nothing_from_floquant(path):
    """The right-hand sides are independent: NumPy, SciPy's special functions in the closed forms, and one another."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add("reference" if node.level else node.module)
    roots = {name.split(".")[0] for name in names}
    allowed = {
        "numpy",
        "reference",
        "typing",
        "collections",
        "itertools",
        "functools",
        "pathlib",
        "os",
        "sys",
        "atexit",
    }
    allowed |= {"__future__", "dataclasses", "math", "fractions", "enum"}
    allowed |= {"scipy"} if path.stem == "closed_forms" else set()
    allowed |= {"__future__", "inspect", "kwant"} if path.stem == "kwant_lattice" else set()
    allowed |= {"ast", "pytest"} if path.stem.startswith("test_") else set()
    assert roots <= allowed


def test_a_driven_level_is_bessel_functions():
    numbers = transmission(level_problem(), [0.37], 20, "R", "L")[0]
    expected = [closed_forms.driven_level_transmission(n, 0.37, **LEVEL) for n in range(-20, 21)]
    np.testing.assert_allclose(numbers[8:33], expected[8:33], atol=1e-14)
    assert numbers[20] == pytest.approx(0.24643113210653, abs=1e-14)
    assert numbers[21] == pytest.approx(0.089614799716562, abs=1e-14)
    assert numbers.sum() == pytest.approx(0.476473967736045, abs=1e-14)
    assert closed_forms.driven_level_total(0.37, **LEVEL) == pytest.approx(0.476473967736045, abs=1e-14)


@pytest.mark.parametrize(("temperature", "current"), [(0.0, 0.3633768094424), (0.1, 0.3576048362177)])
def test_a_biased_driven_level_carries_tien_and_gordons_current(temperature, current):
    closed = closed_forms.driven_level_current(**LEVEL, mu=(0.5, -0.5), temperature=temperature)
    brute = brute_current(level_problem(), (0.5, -0.5), temperature)
    assert closed == pytest.approx(current, abs=1e-13)
    np.testing.assert_allclose(brute.current, [-current, current], atol=1e-12)


def test_a_driven_site_in_a_chain_is_a_continued_fraction():
    known = [0.03748356906304, 0.8109617096306, 0.03936862616555, 0.003797711625606, 0.0]
    problem = Problem(np.array([[-0.3]]), {1: np.array([[0.45]])}, 0.6, (chain("L", 0), chain("R", 0)))
    fraction = closed_forms.driven_site_transmission(range(-1, 4), 0.4, level=-0.3, amplitude=0.9, photon_energy=0.6)
    np.testing.assert_allclose(fraction, known, atol=1e-14)
    np.testing.assert_allclose(transmission(problem, [0.4], 16, "R", "L")[0, 15:20], known, atol=1e-14)


def test_a_rotating_field_fixes_the_sign_of_n():
    known = {("down", "up", 1): 0.17482580139316, ("up", "down", -1): 0.06301960997638}
    known |= {("up", "up", 0): 0.37392330870329, ("down", "down", 0): 0.42955595829859}
    closed = closed_forms.rotating_field(
        -0.25, level=0.1, static_field=0.3, rotating=0.5, photon_energy=0.4, couplings=(0.5, 0.35)
    )
    left = chain("L", (0, 1), coupling=0.5 * np.eye(2))
    right = chain("R", (0, 1), coupling=0.35 * np.eye(2))
    raising = np.array([[0, 0.25], [0, 0]])
    s = scattering(Problem(np.diag([0.25, -0.05]), {1: raising}, 0.4, (left, right)), [-0.25], 3)[0]
    spin = {"up": 0, "down": 1}
    for (spin_in, spin_out, n), number in known.items():
        assert closed[spin_in, spin_out, n] == pytest.approx(number, abs=1e-14)
        assert abs(s[3 + n, 2 + spin[spin_out], spin[spin_in]]) ** 2 == pytest.approx(number, abs=1e-14)


def test_a_level_and_its_leads_shaken_together_are_at_rest():
    """The gauge identity, and that the opposite orientation breaks it."""
    h = np.array([[0.2, 0.7j], [-0.7j, -0.1]])

    def shaken(sign):
        moved = jacobi_anger(sign * 0.9 / 0.6)
        leads = (chain("L", 0, motion=moved), chain("R", (0, 1), coupling=[[0.3], [0.8j]], motion=moved))
        return scattering(Problem(h, {1: 0.45 * np.eye(2)}, 0.6, leads), [0.4], 24)[0]

    still = scattering(Problem(h, {}, 0.6, (chain("L", 0), chain("R", (0, 1), coupling=[[0.3], [0.8j]]))), [0.4], 0)[0]
    expected = np.zeros((9, 2, 2), complex)
    expected[4] = still[0]
    np.testing.assert_allclose(shaken(1)[20:29], expected, atol=1e-12)
    assert np.abs(shaken(-1)[20:29] - expected).max() > 0.1


def test_a_driven_stretch_is_matched_waves():
    h = 0.3 * np.eye(4) + np.diag(np.ones(3), 1) + np.diag(np.ones(3), -1)
    problem = Problem(h, {1: 0.45 * np.eye(4)}, 0.6, (chain("L", 0), chain("R", 3)))
    waves = closed_forms.driven_stretch_transmission(
        range(-3, 4), 0.4, length=4, level=0.3, amplitude=0.9, photon_energy=0.6
    )
    np.testing.assert_allclose(transmission(problem, [0.4], 18, "R", "L")[0, 15:22], waves, atol=1e-12)


def test_two_barriers_are_a_fabry_perot():
    h = np.diag([0.7, 0.0, 0.0, 0.7]) + np.diag(np.ones(3), 1) + np.diag(np.ones(3), -1)
    energies = np.linspace(-1.9, 1.9, 7)
    dense = transmission(Problem(h, {}, 1.0, (chain("L", 0), chain("R", 3))), energies, 0, "R", "L")[:, 0]
    np.testing.assert_allclose(
        dense, closed_forms.double_barrier_transmission(energies, barrier=0.7, distance=3), atol=1e-13
    )


# The ring


def test_the_rings_sidebands():
    known = [2.2605670e-4, 2.71015998e-2, 0.2554194781, 1.50653742e-2, 1.0380252e-4]
    back = [3.5338297e-4, 3.13653607e-2, 0.2615256127, 9.7040492e-3, 4.9023707e-5]
    np.testing.assert_allclose(transmission(ring(0.3), [0.05], 8, "R", "L")[0, 6:11], known, rtol=5e-8)
    np.testing.assert_allclose(transmission(ring(0.3), [0.05], 8, "L", "R")[0, 6:11], back, rtol=5e-8)
    np.testing.assert_allclose(closed_forms.ring_transmission([1e-9, 0.4], 0.3)[0], 0, atol=1e-12)
    assert transmission(ring(0.3), [0.0], 8, "R", "L")[0, 8] == pytest.approx(0.0028, abs=5e-5)
    assert transmission(ring(0.3), [0.0], 8, "R", "L").sum() == pytest.approx(0.0530, abs=5e-5)


@pytest.mark.parametrize(
    ("flux", "fermi_energy", "current"),
    [
        (0.1, 0.0, 1.393552134828e-3),
        (0.1, 0.05, 1.257070599786e-3),
        (0.1, 0.2, 4.976241066574e-4),
        (0.3, 0.0, 1.754518376611e-3),
        (0.3, 0.05, 1.612667831821e-3),
        (0.3, 0.2, 5.124308474009e-4),
    ],
)
def test_the_rings_current(flux, fermi_energy, current):
    """To 1e-10: the numbers known before end 3.3e-14 (flux 0.1) and 1.8e-15 (flux 0.3) too low, at each Fermi level."""
    result = brute_current(ring(flux), fermi_energy)
    np.testing.assert_allclose(result.current, [-current, current], rtol=1e-10)
    assert result.error.max() < 1e-11 * result.flow.max()


def test_the_rings_current_three_ways():
    """The zone integral, each energy by itself, and Landauer's form agree; too few sidebands are seen by the two forms."""
    exact = brute_current(ring(0.3), 0.05).current[1]
    assert current_by_energy(ring(0.3), 0.05, 9)[1] == pytest.approx(exact, rel=1e-12)
    assert current_by_energy(ring(0.3), 0.05, 9, form="landauer")[1] == pytest.approx(exact, rel=1e-12)
    known = {2: (8e-3, 1e-3), 4: (6e-7, 1e-7)}
    for sidebands, (window, landauer) in known.items():
        by_window = current_by_energy(ring(0.3), 0.05, sidebands)[1] / exact - 1
        by_landauer = current_by_energy(ring(0.3), 0.05, sidebands, form="landauer")[1] / exact - 1
        assert abs(by_window) == pytest.approx(window, rel=0.3)
        assert abs(by_landauer) == pytest.approx(landauer, rel=0.3)


def test_the_rings_spin_current():
    def spins(ab, so, fermi_energy=0.0):
        return [brute_current(ring(ab + s * so), fermi_energy).current[1] for s in (1, -1)]

    up, down = spins(0.2, 0.1)
    assert up + down == pytest.approx(3.148070511439e-3, rel=1e-10)
    assert up - down == pytest.approx(3.6096624e-4, rel=1e-7)
    up, down = spins(0.5, 0.4)
    assert abs(up + down) < 1e-15
    assert up - down == pytest.approx(-2.787104269656e-3, rel=1e-10)
    up, down = spins(0.1, 0.1)
    assert up == pytest.approx(2.3147e-3, abs=5e-8)
    assert abs(down) < 1e-15
    for crossing in (0.12160, 0.19943):
        signs = [np.sign(np.subtract(*spins(0.2, 0.1, crossing + step))) for step in (-1e-5, 1e-5)]
        assert signs[0] == -signs[1]


@pytest.mark.parametrize(("flux", "v", "half_width", "digits"), RING_HALF_WIDTHS)
def test_the_rings_resonance_narrows_with_flux_and_drive(flux, v, half_width, digits):
    pole = find_pole(ring(flux, v), -1e-4j, 8 if v else 0)
    assert abs(pole.real) < 1e-12
    assert -pole.imag == pytest.approx(half_width, abs=0.51 * digits)


@pytest.mark.parametrize(("flux", "energy"), [(0.1, 2.002900), (0.2, 2.001610), (0.3, 2.000484)])
def test_the_rings_bound_states_lie_just_outside_the_band(flux, energy):
    for sign in (1, -1):
        assert find_pole(ring(flux, 0), sign * 2.0015, 0) == pytest.approx(sign * energy, abs=5.1e-7)


@pytest.mark.parametrize(("v", "expected"), [(1e-3, 5e-6), (1e-2, 5e-4)])
def test_a_weak_drive_pumps_as_its_square(v, expected):
    weak = closed_forms.ring_weak_drive_current(0.3, 0.05, amplitude=v, photon_energy=0.2)
    assert brute_current(ring(0.3, v), 0.05).current[1] == pytest.approx(weak, rel=expected)
    full = closed_forms.ring_weak_drive_current(0.3, 0.05, amplitude=0.07, photon_energy=0.2)
    assert full == pytest.approx(1.6465829054e-3, rel=1e-10)


# A slow pump


def test_rice_mele_pumps_brouwers_charge():
    assert closed_forms.brouwer_charge(*closed_forms.rice_mele(4), 0.0, (0, 3)) == pytest.approx(
        0.9738142194878, abs=1e-13
    )
    assert closed_forms.brouwer_charge(*closed_forms.rice_mele(6), 0.0, (0, 5)) == pytest.approx(
        0.9993802039080, abs=1e-13
    )
    problem = rice_mele_problem(6, 0.4)
    assert brute_current(problem, 0.0).current[1] / 0.4 == pytest.approx(0.9745226995, abs=1.1e-10)


def rice_mele_problem(count, photon_energy):
    alternate = (-1.0) ** np.arange(count)
    bonds = np.diag(alternate[:-1], 1) + np.diag(alternate[:-1], -1)
    still = 0.5 * np.abs(bonds)
    return Problem(
        still, {1: 0.2 * bonds + 0.4j * np.diag(alternate)}, photon_energy, (chain("L", 0), chain("R", count - 1))
    )


# The machinery


def test_unitarity_and_one_ladder_for_every_incoming_wave():
    problem = as_matrices(random_problem(5))
    energies = np.array([0.1, 0.3])
    p = probabilities(problem, energies, 12)
    assert np.all(p >= 0)
    s = scattering_ladder(problem, energies, range(-14, 15))
    shifted = scattering(problem, energies + 2 * problem.photon_energy, 12)
    np.testing.assert_allclose(s[:, 10:23, :, 16, :], shifted[:, 6:19], atol=1e-11)


@pytest.mark.parametrize("seed", [3, 8, 10, 28])
def test_brute_force_does_not_care_how_it_is_refined(seed):
    """Another tolerance, more sidebands and useless marks move the current by no more than the bounds."""
    made = random_problem(seed)
    problem = as_matrices(made)
    one = brute_current(problem, made["mu"], made["temperature"])
    other = brute_current(
        problem,
        made["mu"],
        made["temperature"],
        rtol=1e-12,
        sidebands=one.sidebands + 3,
        resonances=(0.1234,),
    )
    assert other.nodes != one.nodes
    np.testing.assert_allclose(other.current, one.current, atol=2 * one.error.max() + 2e-15)
    assert abs(one.current.sum()) < 1e-13 * one.flow.max()
