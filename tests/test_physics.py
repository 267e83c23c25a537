"""What is known about driven devices, against closed forms, limits and numbers obtained without this project's code.

The right-hand sides are in tests/reference, which imports nothing from floquant, and in the tables below. Numbers are met to 1e-9, or
to all printed digits where they are fewer.
"""

import numpy as np
import pytest
from reference import closed_forms, dense_floquet
from reference.brute_force import brute_current
from reference.known_numbers import RING_HALF_WIDTHS
from scipy.special import jv

import floquant as fq

RING = fq.gallery.quantum_ring()
SHAKEN_DOT = fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2)
TIGHT = 1e-10  # what is asked for where 1e-9 is to be met


def transmissions(device, drive, energy, to="R", from_="L", n=range(-2, 3), **knobs):
    """T^(n) at one energy as an array over n; what was left out as negligible is 0."""
    scattering = fq.scatter(device, drive, [energy], rtol=1e-12, **knobs)
    numbers = scattering.transmission(to, from_).isel(energy=0)
    return numbers.reindex(sideband=list(n), fill_value=0.0).values


def right_current(device, drive, fermi_energy=0.0, **knobs):
    """I_R at zero temperature and bias."""
    solution = fq.solve(device, drive, window=(fermi_energy, fermi_energy), rtol=TIGHT, **knobs)
    return fq.dc_current(solution, fq.Reservoirs(mu=fermi_energy)).sel(lead="R")


# The ring


def test_an_undriven_ring_reflects_at_the_dots_level_unless_the_flux_is_an_integer():
    static = fq.scatter(RING, None, [0.0], flux=[0.02, 0.1, 0.3, 0.5, 0.77, -0.2]).transmission("R", "L", kind="total")
    np.testing.assert_allclose(static.values, 0, atol=1e-12)
    integer = fq.scatter(RING, None, [0.0], flux=[0, 1, -2]).transmission("R", "L", kind="total")
    np.testing.assert_allclose(integer.values, 1, atol=1e-12)  # a bound state in the continuum: the limit, and not 0/0


def test_an_undriven_ring_transmits_as_the_textbook_says():
    energies = np.linspace(-1.95, 1.95, 41)
    static = fq.scatter(RING, None, energies, flux=0.23).transmission("R", "L", kind="total")
    np.testing.assert_allclose(static.values.squeeze(), closed_forms.ring_transmission(energies, 0.23), atol=1e-12)


def pole_of(energies, amplitudes, degree):
    """The pole of a function that is a pole on a polynomial background: S (E − p) = polynomial, by least squares."""
    scale = np.abs(energies).max()
    x = energies / scale
    columns = np.column_stack([amplitudes, np.vander(x, degree + 1)])
    p = np.linalg.lstsq(columns, x * amplitudes, rcond=None)[0][0]
    return p * scale


@pytest.mark.parametrize(("flux", "v", "half_width", "digits"), RING_HALF_WIDTHS)
def test_the_rings_resonance_narrows_as_flux_squared_and_is_ionised_by_the_drive(flux, v, half_width, digits):
    energies = half_width * np.cos(np.pi * (np.arange(24) + 0.5) / 24)
    drive = fq.Drive({"dot_level": fq.Cosine(v)}, photon_energy=0.2) if v else None
    scattering = fq.scatter(RING, drive, energies, rtol=1e-8, flux=flux)
    elastic = scattering.amplitude("R", "L").sel(sideband=0).values.squeeze()
    pole = pole_of(energies, elastic, degree=8)
    assert abs(pole.real) < 1e-5 * half_width
    assert -pole.imag == pytest.approx(half_width, abs=0.51 * digits)


@pytest.mark.parametrize(("flux", "energy"), [(0.1, 2.002900), (0.2, 2.001610), (0.3, 2.000484)])
def test_the_rings_bound_states_lie_just_outside_the_band(flux, energy):
    found = fq.solve(RING, None, window=(-1, 1), flux=flux).certificate.bound_states
    np.testing.assert_allclose(found, [-energy, energy], atol=5.1e-7)


def test_the_driven_rings_sidebands():
    forwards = [2.2605670e-4, 2.71015998e-2, 0.2554194781, 1.50653742e-2, 1.0380252e-4]
    backwards = [3.5338297e-4, 3.13653607e-2, 0.2615256127, 9.7040492e-3, 4.9023707e-5]
    np.testing.assert_allclose(transmissions(RING, SHAKEN_DOT, 0.05, flux=0.3), forwards, rtol=5e-8)
    np.testing.assert_allclose(transmissions(RING, SHAKEN_DOT, 0.05, "L", "R", flux=0.3), backwards, rtol=5e-8)
    exact = dense_floquet.transmission(dense_floquet.ring(0.3), [0.05], 10, "R", "L")[0, 8:13]
    np.testing.assert_allclose(transmissions(RING, SHAKEN_DOT, 0.05, flux=0.3), exact, rtol=1e-9)


def test_mirror_and_micro_reversibility_of_the_driven_ring():
    """T_LR^(n)(E, Φ) = T_RL^(n)(E, −Φ); T_RL^(n)(E, Φ) = T_LR^(−n)(E + nħΩ, −Φ)."""
    there = transmissions(RING, SHAKEN_DOT, 0.05, flux=0.3)
    np.testing.assert_allclose(transmissions(RING, SHAKEN_DOT, 0.05, "L", "R", flux=-0.3), there, rtol=1e-9)
    for n, number in zip(range(-2, 3), there, strict=True):
        returned = transmissions(RING, SHAKEN_DOT, 0.05 + 0.2 * n, "L", "R", n=[-n], flux=-0.3)
        assert returned[0] == pytest.approx(number, rel=1e-9)


def test_three_different_pictures_are_called_transmission_at_the_dots_level():
    scattering = fq.scatter(RING, SHAKEN_DOT, [0.0], rtol=1e-10, flux=0.3)
    static, total, elastic = (
        float(scattering.transmission("R", "L", kind=kind).squeeze()) for kind in ("static", "total", "elastic")
    )
    assert static == pytest.approx(0, abs=1e-12)
    assert total == pytest.approx(0.0530, abs=5e-5)
    assert elastic == pytest.approx(0.0028, abs=5e-5)


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
def test_the_current_that_the_ring_pumps(flux, fermi_energy, current):
    """Known to 1e-9; the brute-force integral is good to 1e-12."""
    pumped = right_current(RING, SHAKEN_DOT, fermi_energy, flux=flux)
    assert float(pumped) == pytest.approx(current, rel=1e-9)
    exact = brute_current(dense_floquet.ring(flux), fermi_energy).current[1]
    assert abs(float(pumped) - exact) <= min(float(pumped.dc_current_error), 1e-9 * exact)


def test_one_solution_serves_all_fermi_levels_and_fluxes():
    levels, fluxes = [-0.2, -0.05, 0.0, 0.05, 0.2], [0.1, 0.3, 0.6]
    solution = fq.solve(RING, SHAKEN_DOT, window=(-0.2, 0.2), rtol=TIGHT, flux=fluxes)
    map_ = fq.dc_current(solution, fq.Reservoirs(mu=np.array(levels))).sel(lead="R").values
    expected = [[brute_current(dense_floquet.ring(flux), mu).current[1] for mu in levels] for flux in fluxes]
    np.testing.assert_allclose(map_, expected, rtol=1e-9)


def test_two_spins_pump_in_figure_3():
    """At (φ_AB, φ_SO) = (0.2, 0.1) charge and spin; (1/2, 0.4) spin alone; (0.1, 0.1) one spin is blocked."""
    ring = fq.gallery.quantum_ring(spin=True)

    def spins(ab, so, fermi_energy=0.0):
        solution = fq.solve(ring, SHAKEN_DOT, window=(fermi_energy, fermi_energy), rtol=TIGHT, flux_ab=ab, flux_so=so)
        reservoirs = fq.Reservoirs(mu=fermi_energy)
        resolved = fq.dc_current(solution, reservoirs, resolve_spin=True).sel(lead="R")
        charge = fq.dc_current(solution, reservoirs).sel(lead="R")
        spin = fq.spin_current(solution, reservoirs).sel(lead="R", direction="z")
        assert float(resolved.sum("spin")) == pytest.approx(float(charge), abs=1e-15)
        assert float(resolved.sel(spin="up") - resolved.sel(spin="down")) == pytest.approx(float(spin), abs=1e-15)
        return float(charge), float(spin), resolved

    charge, spin, _ = spins(0.2, 0.1)
    assert charge == pytest.approx(3.148070511439e-3, rel=1e-9)
    assert spin == pytest.approx(3.6096624e-4, abs=0.51e-11)
    charge, spin, _ = spins(0.5, 0.4)
    assert charge == pytest.approx(0, abs=1e-14)
    assert spin == pytest.approx(-2.787104269656e-3, rel=1e-9)
    _, _, resolved = spins(0.1, 0.1)
    assert float(resolved.sel(spin="up")) == pytest.approx(2.3147e-3, abs=0.51e-7)
    assert float(resolved.sel(spin="down")) == pytest.approx(0, abs=1e-14)


def test_the_spin_current_changes_sign_twice_above_the_dots_level():
    """At |E_F| = 0.1216048 and 0.1994225 (by brute force)."""
    ring = fq.gallery.quantum_ring(spin=True)
    levels = np.array([0.121604, 0.121606, 0.199422, 0.199423])
    solution = fq.solve(ring, SHAKEN_DOT, window=(-0.2, 0.2), rtol=1e-8, flux_ab=0.2, flux_so=0.1)
    for sign in (1, -1):
        spin = fq.spin_current(solution, fq.Reservoirs(mu=sign * levels)).sel(lead="R", direction="z").values.squeeze()
        np.testing.assert_array_equal(np.sign(spin), [1, -1, -1, 1])


def test_the_largest_pure_spin_current_of_the_ring():
    """−2.787e-3 at (1/2, 0.4) is 60 % of it."""
    ring = fq.gallery.quantum_ring(spin=True)
    solution = fq.solve(
        ring, SHAKEN_DOT, window=(0, 0), rtol=1e-7, flux_ab=[0.0, 0.5], flux_so=np.linspace(0, 0.5, 101)
    )
    spin = np.abs(fq.spin_current(solution, fq.Reservoirs(mu=0.0)).sel(lead="R", direction="z"))
    assert 2.787104e-3 / float(spin.max()) == pytest.approx(0.60, abs=0.005)


@pytest.mark.parametrize(("sidebands", "window", "landauer"), [(2, 8e-3, 1e-3), (4, 6e-7, 1e-7), (6, 7.1e-12, 1.3e-12)])
def test_too_few_sidebands_cost_what_is_known_and_the_error_says_so(sidebands, window, landauer):
    """Relative errors of −N…N sidebands around each energy, window and Landauer form: forced ones are no worse, and are owned up to."""
    exact = brute_current(dense_floquet.ring(0.3), 0.05).current[1]
    for form, low, known in (("window", 0.05, window), ("landauer", -2, landauer)):
        solution = fq.solve(RING, SHAKEN_DOT, window=(low, 0.05), rtol=1e-12, sidebands=sidebands, flux=0.3)
        found = fq.dc_current(solution, fq.Reservoirs(mu=0.05), form=form).sel(lead="R")
        assert abs(float(found) / exact - 1) <= 1.3 * known + 1e-12
        assert abs(float(found) - exact) <= float(found.dc_current_error)


@pytest.mark.parametrize(("v", "off"), [(1e-3, 5e-6), (1e-2, 5e-4)])
def test_a_weak_drive_pumps_as_its_square_at_any_frequency(v, off):
    drive = fq.Drive({"dot_level": fq.Cosine(v)}, photon_energy=0.2)
    weak = closed_forms.ring_weak_drive_current(0.3, 0.05, amplitude=v, photon_energy=0.2)
    assert float(right_current(RING, drive, 0.05, flux=0.3)) == pytest.approx(weak, rel=off)


def test_one_gate_pumps_as_frequency_squared_only_far_below_the_resonances_width():
    def exponent(photon_energy):
        currents = [
            float(right_current(RING, fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=w), 0.05, flux=0.3))
            for w in (photon_energy / 1.05, photon_energy * 1.05)
        ]
        return np.log(currents[1] / currents[0]) / np.log(1.05**2)

    assert exponent(0.002) == pytest.approx(2, abs=0.01)
    assert exponent(0.2) < 1


def test_a_fixed_grid_of_energies_misses_the_narrow_resonance():
    """At flux 0.02, 401 energies over the band: how far off depends on where they fall, and here one falls on the resonance."""
    energies = np.linspace(-2, 2, 401)[1:-1]
    scattering = fq.scatter(RING, SHAKEN_DOT, energies, flux=0.02)
    net = (scattering.transmission("R", "L", kind="total") - scattering.transmission("L", "R", kind="total")).squeeze()
    grid = float(net.where(net.energy < 1e-9, 0).sum()) * 0.01
    exact = float(right_current(RING, SHAKEN_DOT, 0.0, flux=0.02))
    assert exact == pytest.approx(brute_current(dense_floquet.ring(0.02), 0.0).current[1], rel=1e-9)
    assert abs(grid / exact - 1) > 0.2


# A driven level between wide bands

LEVEL = {"level": 0.3, "gammas": (0.5, 0.3), "amplitude": 1.2, "photon_energy": 1.0}


def test_a_driven_level_is_bessel_functions():
    device = fq.gallery.driven_level(gamma_left=0.5, gamma_right=0.3, level=0.3)
    drive = fq.Drive({"level": fq.Cosine(1.2)}, photon_energy=1.0)
    numbers = transmissions(device, drive, 0.37, n=range(-4, 5))
    expected = [closed_forms.driven_level_transmission(n, 0.37, **LEVEL) for n in range(-4, 5)]
    np.testing.assert_allclose(numbers, expected, rtol=1e-9)
    assert numbers[4] == pytest.approx(0.24643113210653, rel=1e-12)
    assert numbers[5] == pytest.approx(0.089614799716562, rel=1e-12)
    total = fq.scatter(device, drive, [0.37], rtol=1e-12).transmission("R", "L", kind="total")
    assert float(total.squeeze()) == pytest.approx(0.476473967736045, rel=1e-11)


@pytest.mark.parametrize(("temperature", "current"), [(0.0, 0.3633768094424), (0.1, 0.3576048362177)])
def test_a_biased_driven_level_carries_tien_and_gordons_current(temperature, current):
    device = fq.gallery.driven_level(gamma_left=0.5, gamma_right=0.3, level=0.3)
    drive = fq.Drive({"level": fq.Cosine(1.2)}, photon_energy=1.0)
    solution = fq.solve(device, drive, window=(-0.5 - 40 * temperature, 0.5 + 40 * temperature), rtol=1e-11)
    carried = fq.dc_current(solution, fq.Reservoirs(mu={"L": 0.5, "R": -0.5}, temperature=temperature))
    closed = closed_forms.driven_level_current(**LEVEL, mu=(0.5, -0.5), temperature=temperature)
    np.testing.assert_allclose(carried.sel(lead=["L", "R"]).values, [-current, current], rtol=1e-10)
    assert abs(float(carried.sel(lead="R")) - closed) <= float(carried.dc_current_error.sel(lead="R"))


# A driven site in a finite band: no wide-band excuse


def test_a_driven_site_in_a_chain_is_a_continued_fraction_with_its_closed_sidebands():
    known = [0.03748356906304, 0.8109617096306, 0.03936862616555, 0.003797711625606, 0.0]
    device = fq.gallery.driven_site(level=-0.3)
    drive = fq.Drive({"level": fq.Cosine(0.9)}, photon_energy=0.6)
    np.testing.assert_allclose(transmissions(device, drive, 0.4, n=range(-1, 4)), known, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("energy", [-1.7, -0.35, 0.9, 1.85])
def test_a_driven_site_with_weak_bonds_at_any_energy(energy):
    device = fq.gallery.driven_site(level=0.4, coupling_left=0.5, coupling_right=0.7)
    drive = fq.Drive({"level": fq.Cosine(1.5)}, photon_energy=0.7)
    expected = closed_forms.driven_site_transmission(
        range(-4, 5), energy, level=0.4, amplitude=1.5, photon_energy=0.7, couplings=(0.5, 0.7)
    )
    np.testing.assert_allclose(transmissions(device, drive, energy, n=range(-4, 5)), expected, rtol=1e-9, atol=1e-14)


# A rotating field: the sign of n


def rotating_field(by):
    spin = np.eye(2)
    h = np.diag([0.1 + 0.15, 0.1 - 0.15])
    half = {"x": np.array([[0, 0.5], [0.5, 0]]), "y": np.array([[0, -0.5j], [0.5j, 0]])}
    device = fq.Device(
        h,
        contacts={
            "L": fq.Contact(fq.Chain(1.0), [0], coupling=0.5),
            "R": fq.Contact(fq.Chain(1.0), [0], coupling=0.35 * spin),
        },
        knobs={"field_x": fq.Matrix(half["x"]), "field_y": fq.Matrix(half["y"])},
        orbitals=2,
        spin=True,
    )
    if by == "matrices":
        return device, fq.Drive.from_matrices({1: [[0, 0.25], [0, 0]]}, photon_energy=0.4)
    turning = {"field_x": fq.Cosine(0.5), "field_y": fq.Cosine(0.5, phase=-np.pi / 2)}  # cos(Ωt − π/2) = sin Ωt
    return device, fq.Drive(turning, photon_energy=0.4)


@pytest.mark.parametrize("by", ["matrices", "knobs"])
def test_a_photon_of_a_rotating_field_turns_the_spin_up(by):
    device, drive = rotating_field(by)
    numbers = fq.scatter(device, drive, [-0.25], rtol=1e-12).transmission("R", "L").isel(energy=0)

    def of(spin_in, spin_out, n):
        return float(numbers.sel(spin_in=spin_in, spin_out=spin_out, sideband=n))

    assert of("down", "up", 1) == pytest.approx(0.17482580139316, rel=1e-11)
    assert of("up", "down", -1) == pytest.approx(0.06301960997638, rel=1e-11)
    assert of("up", "up", 0) == pytest.approx(0.37392330870329, rel=1e-11)
    assert of("down", "down", 0) == pytest.approx(0.42955595829859, rel=1e-11)
    allowed = of("down", "up", 1) + of("up", "down", -1) + of("up", "up", 0) + of("down", "down", 0)
    assert float(numbers.sum()) == pytest.approx(allowed, rel=1e-12)  # no other photon number


def test_a_rotating_field_is_exact_at_any_energy():
    device, drive = rotating_field("matrices")
    energies = np.array([-1.5, -0.4, 0.05, 0.8, 1.9])
    numbers = fq.scatter(device, drive, energies, rtol=1e-12).transmission("R", "L")
    for energy in energies:
        closed = closed_forms.rotating_field(
            energy, level=0.1, static_field=0.3, rotating=0.5, photon_energy=0.4, couplings=(0.5, 0.35)
        )
        for (spin_in, spin_out, n), number in closed.items():
            found = float(numbers.sel(energy=energy, spin_in=spin_in, spin_out=spin_out, sideband=n))
            assert found == pytest.approx(number, rel=1e-9, abs=1e-15)


# The gauge identity


def shaken_together(lead, sites, coupling, sign, amplitude=0.9, photon_energy=0.6):
    """Two sites that go up and down together, on contacts that turn by exp(−i (v/ħΩ) sin Ωt)."""
    device = fq.Device(
        [[0.2, 0.7j], [-0.7j, -0.1]],
        contacts={
            "L": fq.Contact(fq.Chain(1.0, level=0.1), [0], coupling=0.8),
            "R": fq.Contact(lead, sites, coupling=coupling),
        },
        knobs={
            "level": fq.Onsite([0, 1]),
            "turn_L": fq.Flux(contact="L"),
            "turn_R": fq.Flux(contact="R"),
        },
    )
    # 2π · value = −(v/ħΩ) sin Ωt, and sin Ωt = cos(Ωt − π/2)
    turn = fq.Cosine(-sign * amplitude / (2 * np.pi * photon_energy), phase=-np.pi / 2)
    drive = fq.Drive({"level": fq.Cosine(amplitude), "turn_L": turn, "turn_R": turn}, photon_energy=photon_energy)
    return device, drive


@pytest.mark.parametrize(
    ("lead", "sites", "coupling"),
    [
        (fq.Chain(1.0), [1], 0.6),
        (fq.Chain(0.7, level=-0.2), [0, 1], [[0.3], [0.8j]]),
        (fq.WideBand(0.5), [1], None),
    ],
    ids=["chain", "chain on two sites", "wide band"],
)
def test_a_device_and_its_contacts_shaken_together_are_at_rest(lead, sites, coupling):
    device, drive = shaken_together(lead, sites, coupling, sign=1)
    n = np.arange(-6, 7)
    for energy in (-0.9, 0.4):
        still = fq.scatter(device, None, [energy]).transmission("R", "L", kind="total")
        expected = np.where(n == 0, float(still.squeeze()), 0.0)
        np.testing.assert_allclose(transmissions(device, drive, energy, n=n), expected, atol=1e-10)


def test_contacts_turned_the_other_way_are_not_at_rest():
    device, drive = shaken_together(fq.Chain(1.0), [1], 0.6, sign=-1)
    assert transmissions(device, drive, 0.4, n=[1, -1]).max() > 0.01


def test_moving_contacts_alone_against_dense_matrices():
    """Two contacts that turn and tremble out of step, on a device at rest: S in the lead's own frame."""
    h = np.array([[0.2, 0.7j], [-0.7j, -0.1]])
    device = fq.Device(
        h,
        contacts={"L": fq.Contact(fq.Chain(1.0), [0], 0.8), "R": fq.Contact(fq.Chain(0.9), [1], 0.6)},
        knobs={"turn_L": fq.Flux(contact="L"), "open_R": fq.Strength(contact="R")},
    )
    drive = fq.Drive({"turn_L": fq.Cosine(0.1, phase=0.4), "open_R": fq.Cosine(0.5, phase=1.1)}, photon_energy=0.5)
    # 2π·0.1·cos(Ωt + 0.4) = −x sin(Ωt + φ), x = −2π·0.1, φ = 0.4 + π/2; the strength is 1 + 0.5 cos(Ωt + 1.1)
    left = dense_floquet.jacobi_anger(-2 * np.pi * 0.1, 0.4 + np.pi / 2)
    right = {0: 1.0, 1: 0.25 * np.exp(-1.1j), -1: 0.25 * np.exp(1.1j)}
    problem = dense_floquet.Problem(
        h,
        {},
        0.5,
        (
            dense_floquet.chain("L", 0, coupling=0.8, motion=left),
            dense_floquet.chain("R", 1, hopping=0.9, coupling=0.6, motion=right),
        ),
    )
    for to, from_ in (("R", "L"), ("L", "R"), ("L", "L")):
        exact = dense_floquet.transmission(problem, [0.3], 20, to, from_)[0, 16:25]
        np.testing.assert_allclose(
            transmissions(device, drive, 0.3, to, from_, n=range(-4, 5)), exact, rtol=1e-9, atol=1e-14
        )


# Several gates, bonds and fluxes, against dense matrices


def test_two_gates_with_a_phase_lag_against_dense_matrices():
    """It fixes the sign of the phase, of n, and which index of G_n0 is which."""
    h = np.array([[0.3, 0.4 + 0.2j], [0.4 - 0.2j, -0.2]])
    device = fq.Device(
        h,
        contacts={"L": fq.Contact(fq.Chain(1.0), [0], 0.7), "R": fq.Contact(fq.Chain(0.8, 0.1), [1], 0.5)},
        knobs={"left": fq.Onsite(0), "right": fq.Onsite(1)},
    )
    drive = fq.Drive({"left": fq.Cosine(0.5), "right": fq.Cosine(0.6, phase=0.9)}, photon_energy=0.45)
    harmonic = np.diag([0.25, 0.3 * np.exp(-0.9j)])
    problem = dense_floquet.Problem(
        h,
        {1: harmonic},
        0.45,
        (dense_floquet.chain("L", 0, coupling=0.7), dense_floquet.chain("R", 1, hopping=0.8, level=0.1, coupling=0.5)),
    )
    for to, from_ in (("R", "L"), ("L", "R")):
        exact = dense_floquet.transmission(problem, [0.2], 14, to, from_)[0, 11:18]
        found = transmissions(device, drive, 0.2, to, from_, n=range(-3, 4))
        np.testing.assert_allclose(found, exact, rtol=1e-9, atol=1e-15)
    pumped = right_current(device, drive, 0.1)
    assert float(pumped) == pytest.approx(brute_current(problem, 0.1).current[1], rel=1e-9)


def test_two_harmonics_on_a_bond_and_a_complex_hamiltonian_against_dense_matrices():
    h = np.array([[0.1, 0.5j, 0.2], [-0.5j, 0.0, 0.6], [0.2, 0.6, -0.3]])
    device = fq.Device(
        h,
        contacts={"L": fq.Contact(fq.Chain(1.0), [0, 1], [[0.6], [0.3j]]), "R": fq.Contact(fq.WideBand(0.7), [2])},
        knobs={"link": fq.Hopping((0, 2)), "level": fq.Onsite(1)},
    )
    drive = fq.Drive({"link": fq.Harmonics({1: 0.2j, 2: 0.1}), "level": fq.Cosine(0.3, phase=0.5)}, photon_energy=0.5)
    one, two = np.zeros((3, 3), complex), np.zeros((3, 3), complex)
    one[0, 2] = one[2, 0] = 0.2j
    one[1, 1] = 0.15 * np.exp(-0.5j)
    two[0, 2] = two[2, 0] = 0.1
    problem = dense_floquet.Problem(
        h,
        {1: one, 2: two},
        0.5,
        (dense_floquet.chain("L", [0, 1], coupling=[0.6, 0.3j]), dense_floquet.wide_band("R", 2, gamma=0.7)),
    )
    exact = dense_floquet.transmission(problem, [0.2], 16, "R", "L")[0, 12:21]
    np.testing.assert_allclose(transmissions(device, drive, 0.2, n=range(-4, 5)), exact, rtol=1e-9, atol=1e-15)
    raw = fq.Drive.from_matrices({1: one, 2: two}, photon_energy=0.5)
    np.testing.assert_allclose(transmissions(device, raw, 0.2, n=range(-4, 5)), exact, rtol=1e-9, atol=1e-15)


def test_an_oscillating_flux_is_jacobis_and_angers_series():
    """The ring's flux as 0.2 + 0.15 cos(Ωt + 0.3): harmonics V0 e^{2πi·0.2} i^k J_k(2π·0.15) e^{−ik·0.3} on the bond to the dot."""
    drive = fq.Drive({"flux": fq.Cosine(0.15, phase=0.3)}, photon_energy=0.3)
    harmonics = {}
    for k in range(-14, 15):
        bond = 0.25 * np.exp(0.4j * np.pi) * 1j**k * jv(k, 0.3 * np.pi) * np.exp(-0.3j * k)
        block = harmonics.setdefault(abs(k), np.zeros((4, 4), complex))
        if k >= 0:
            block[0, 3] += bond
        if k <= 0:  # H_{−k} = H_k†, so the harmonic k < 0 of ⟨0|H|3⟩ is a piece of ⟨3|H_|k||0⟩
            block[3, 0] += np.conj(bond)
    base = dense_floquet.ring(0.0)
    still = base.hamiltonian.copy()
    still[0, 3] = still[3, 0] = 0
    problem = base._replace(hamiltonian=still, harmonics=harmonics, photon_energy=0.3)
    exact = dense_floquet.transmission(problem, [0.15], 16, "R", "L")[0, 12:21]
    np.testing.assert_allclose(transmissions(RING, drive, 0.15, n=range(-4, 5), flux=0.2), exact, rtol=1e-9, atol=1e-15)


def test_a_driven_strength_multiplies_its_bond():
    drive = fq.Drive({"dot_coupling_left": fq.Cosine(0.6, phase=-0.7)}, photon_energy=0.3)
    base = dense_floquet.ring(0.2)
    harmonic = np.zeros((4, 4), complex)
    harmonic[0, 3] = 0.25 * np.exp(0.4j * np.pi) * 0.3 * np.exp(0.7j)
    harmonic[3, 0] = 0.25 * np.exp(-0.4j * np.pi) * 0.3 * np.exp(0.7j)
    problem = base._replace(harmonics={1: harmonic}, photon_energy=0.3)
    exact = dense_floquet.transmission(problem, [0.15], 14, "R", "L")[0, 11:18]
    np.testing.assert_allclose(transmissions(RING, drive, 0.15, n=range(-3, 4), flux=0.2), exact, rtol=1e-9, atol=1e-15)


def test_a_driven_stretch_of_chain_is_matched_waves():
    length = 5
    h = 0.3 * np.eye(length) + np.diag(np.ones(length - 1), 1) + np.diag(np.ones(length - 1), -1)
    device = fq.Device(
        h,
        contacts={"L": fq.Contact(fq.Chain(1.0), [0]), "R": fq.Contact(fq.Chain(1.0), [length - 1])},
        knobs={"light": fq.Onsite(list(range(length)))},
    )
    drive = fq.Drive({"light": fq.Cosine(0.9)}, photon_energy=0.6)
    waves = closed_forms.driven_stretch_transmission(
        range(-3, 4), 0.4, length=length, level=0.3, amplitude=0.9, photon_energy=0.6
    )
    np.testing.assert_allclose(transmissions(device, drive, 0.4, n=range(-3, 4)), waves, rtol=1e-9, atol=1e-13)


def test_two_barriers_are_a_fabry_perot():
    h = np.diag([0.7, 0.0, 0.0, 0.7]) + np.diag(np.ones(3), 1) + np.diag(np.ones(3), -1)
    device = fq.Device(h, contacts={"L": fq.Contact(fq.Chain(1.0), [0]), "R": fq.Contact(fq.Chain(1.0), [3])})
    energies = np.linspace(-1.9, 1.9, 25)
    static = fq.scatter(device, None, energies).transmission("R", "L", kind="total").values.squeeze()
    expected = closed_forms.double_barrier_transmission(energies, barrier=0.7, distance=3)
    np.testing.assert_allclose(static, expected, rtol=1e-12)
    solution = fq.solve(device, None, window=(-0.3, 0.5), rtol=TIGHT)
    current = float(fq.dc_current(solution, fq.Reservoirs(mu={"L": 0.5, "R": -0.3})).sel(lead="R"))
    integral = closed_forms.graded_integral(
        lambda e: closed_forms.double_barrier_transmission(e, barrier=0.7, distance=3), -0.3, 0.5
    )
    assert current == pytest.approx(integral, rel=1e-9)


# Pumps


def rice_mele(count):
    alternate = (-1.0) ** np.arange(count)
    bonds = np.diag(alternate[:-1], 1) + np.diag(alternate[:-1], -1)
    return fq.Device(
        0.5 * np.abs(bonds),
        contacts={"L": fq.Contact(fq.Chain(1.0), [0]), "R": fq.Contact(fq.Chain(1.0), [count - 1])},
        knobs={"bonds": fq.Matrix(0.4 * bonds), "levels": fq.Matrix(0.8 * np.diag(alternate))},
    )


def test_rice_mele_pumps_nearly_one_charge_a_cycle():
    """Known as 0.9745226995; the brute-force integral says 0.97452269960."""
    drive = fq.Drive({"bonds": fq.Cosine(1.0), "levels": fq.Cosine(1.0, phase=-np.pi / 2)}, photon_energy=0.4)
    assert float(right_current(rice_mele(6), drive)) / 0.4 == pytest.approx(0.97452269960, rel=1e-9)


def test_a_slow_pump_moves_brouwers_charge():
    """Rice and Mele's pump of four sites is generic: it approaches his charge as the frequency falls."""
    charge = closed_forms.brouwer_charge(*closed_forms.rice_mele(4), 0.0, (0, 3))
    assert charge == pytest.approx(0.9738142194878, abs=1e-13)
    missing = []
    for photon_energy in (0.08, 0.04):
        drive = fq.Drive(
            {"bonds": fq.Cosine(1.0), "levels": fq.Cosine(1.0, phase=-np.pi / 2)}, photon_energy=photon_energy
        )
        missing.append(abs(float(right_current(rice_mele(4), drive)) / photon_energy - charge))
    assert missing[1] < 0.6 * missing[0] < 0.01


# Spin in a real ring


@pytest.mark.parametrize("theta", [0.4, 1.1])
def test_rashba_coupling_shifts_the_flux_of_each_spin(theta):
    """A ring of M links exp(iθ σ·r̂): T^(n) = T_AB(Φ + w/2π) + T_AB(Φ − w/2π), w = M arccos(cos(π/M) cos θ) − π."""
    sites, flux = 6, 0.17
    pauli_x, pauli_y = np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]])
    charge, rashba = np.zeros((sites, sites), complex), np.zeros((2 * sites, 2 * sites), complex)
    for j in range(sites):
        k = (j + 1) % sites
        angle = 2 * np.pi * (j + 0.5) / sites
        radial = np.cos(angle) * pauli_x + np.sin(angle) * pauli_y
        link = np.cos(theta) * np.eye(2) + 1j * np.sin(theta) * radial
        charge[k, j] += 0.8
        charge[j, k] += 0.8
        rashba[2 * k : 2 * k + 2, 2 * j : 2 * j + 2] += 0.8 * link
        rashba[2 * j : 2 * j + 2, 2 * k : 2 * k + 2] += 0.8 * link.conj().T
    contacts = {"L": fq.Contact(fq.Chain(1.0), [0], 0.7), "R": fq.Contact(fq.Chain(1.0), [2], 0.7)}
    knobs = {"flux": fq.Flux(bond=(0, sites - 1)), "level": fq.Onsite(4)}
    plain = fq.Device(charge, contacts=contacts, knobs=knobs)
    real = fq.Device(rashba, contacts=contacts, knobs=knobs, orbitals=2, spin=True)
    drive = fq.Drive({"level": fq.Cosine(0.5)}, photon_energy=0.4)
    w = sites * np.arccos(np.cos(np.pi / sites) * np.cos(theta)) - np.pi
    spins = fq.scatter(real, drive, [0.3], rtol=1e-12, flux=flux).transmission("R", "L").isel(energy=0)
    both = spins.sum(["spin_in", "spin_out"]).reindex(sideband=list(range(-3, 4)), fill_value=0.0).values
    shifted = [transmissions(plain, drive, 0.3, n=range(-3, 4), flux=flux + sign * w / (2 * np.pi)) for sign in (1, -1)]
    np.testing.assert_allclose(np.squeeze(both), np.squeeze(shifted[0] + shifted[1]), rtol=1e-9, atol=1e-13)


def test_heat_alone_drives_no_current_through_a_symmetric_spectrum():
    """T(E) of the ring is even in E: a difference of temperatures at E_F = 0 drives nothing, and the bound says so."""
    solution = fq.solve(fq.gallery.quantum_ring(), None, (-2, 2), flux=0.3)
    current = fq.dc_current(solution, fq.Reservoirs(0.0, {"L": 0.05, "R": 0.0}))
    assert np.all(np.abs(current) <= current.dc_current_error)
    assert float(current.dc_current_error.max()) < 1e-7
