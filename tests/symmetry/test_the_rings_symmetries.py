"""What the ring's mirror, its particles and holes, and its two spins make equal or zero, at any flux and drive."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import floquant as fq
from symmetry.any_device import currents, few, scattered, sidebands

RING = fq.gallery.quantum_ring()
fluxes = st.floats(-1.5, 1.5)
levels = st.floats(-1.5, 1.5)
amplitudes = st.floats(0.05, 0.6)
photon_energies = st.floats(0.15, 0.9)
energies = st.floats(-1.7, 1.7)


def shaken_dot(amplitude, photon_energy):
    return fq.Drive({"dot_level": fq.Cosine(amplitude)}, photon_energy=photon_energy)


@few
@given(flux=fluxes, level=levels, amplitude=amplitudes, photon_energy=photon_energies, energy=energies)
def test_the_mirror_turns_the_flux_round(flux, level, amplitude, photon_energy, energy):
    """T_LR^(n)(E, Φ) = T_RL^(n)(E, −Φ)."""
    drive, n = shaken_dot(amplitude, photon_energy), range(-5, 6)
    there = sidebands(scattered(RING, drive, energy, flux=flux, dot_level=level), "L", "R", n)
    back = sidebands(scattered(RING, drive, energy, flux=-flux, dot_level=level), "R", "L", n)
    np.testing.assert_allclose(there, back, atol=1e-9)


@few
@given(flux=fluxes, level=levels, amplitude=amplitudes, photon_energy=photon_energies, fermi_energy=energies)
def test_the_pumped_current_is_odd_and_periodic_in_the_flux(flux, level, amplitude, photon_energy, fermi_energy):
    """I(−Φ) = −I(Φ) and I(Φ + 1) = I(Φ), for any level of the dot."""
    drive = shaken_dot(amplitude, photon_energy)
    values, errors = currents(RING, drive, fermi_energy, flux=[flux, -flux, flux + 1], dot_level=level)
    assert np.all(np.abs(values[0] + values[1]) <= errors[0] + errors[1])
    assert np.all(np.abs(values[0] - values[2]) <= errors[0] + errors[2])


@few
@given(level=levels, amplitude=amplitudes, photon_energy=photon_energies, fermi_energy=energies)
def test_no_flux_and_half_a_flux_pump_nothing(level, amplitude, photon_energy, fermi_energy):
    drive = shaken_dot(amplitude, photon_energy)
    values, errors = currents(RING, drive, fermi_energy, flux=[0.0, 0.5, 1.0], dot_level=level)
    assert np.all(np.abs(values) <= errors)


@few
@given(flux=fluxes, amplitude=amplitudes, photon_energy=photon_energies, fermi_energy=st.floats(0, 1.7))
def test_particles_and_holes_are_pumped_alike(flux, amplitude, photon_energy, fermi_energy):
    """I(−E_F) = I(E_F) while all levels are 0."""
    drive = shaken_dot(amplitude, photon_energy)
    above, error = currents(RING, drive, fermi_energy, flux=flux)
    below, other = currents(RING, drive, -fermi_energy, flux=flux)
    assert np.all(np.abs(above - below) <= error + other)


@few
@given(flux=fluxes, amplitude=amplitudes, photon_energy=photon_energies, energy=energies, corner=st.integers(0, 3))
def test_only_the_flux_through_the_loop_matters(flux, amplitude, photon_energy, energy, corner):
    """The phase may sit on any bond of the loop 0 ← 3 ← 2 ← 1 ← 0."""
    bond = [(0, 3), (3, 2), (2, 1), (1, 0)][corner]
    moved = fq.Device(
        RING.hamiltonian(),
        contacts=dict(RING.contacts),
        knobs={"flux": fq.Flux(bond=bond), "dot_level": fq.Onsite(3)},
    )
    drive, n = shaken_dot(amplitude, photon_energy), range(-5, 6)
    here = sidebands(scattered(RING, drive, energy, flux=flux), "R", "L", n)
    np.testing.assert_allclose(sidebands(scattered(moved, drive, energy, flux=flux), "R", "L", n), here, atol=1e-9)
    if corner:
        both = fq.Flux(bond=[(0, 3), bond])  # one knob on two bonds: its loop has twice the value
        spread = fq.Device(
            RING.hamiltonian(), contacts=dict(RING.contacts), knobs={"flux": both, "dot_level": fq.Onsite(3)}
        )
        np.testing.assert_allclose(
            sidebands(scattered(spread, drive, energy, flux=flux / 2), "R", "L", n), here, atol=1e-9
        )


@few
@given(flux=fluxes, orbit=fluxes, amplitude=amplitudes, photon_energy=photon_energies, energy=energies)
def test_two_spins_are_two_rings(flux, orbit, amplitude, photon_energy, energy):
    """↑ sees φ_AB + φ_SO, ↓ sees φ_AB − φ_SO, and neither turns into the other."""
    both = fq.gallery.quantum_ring(spin=True)
    drive, n = shaken_dot(amplitude, photon_energy), list(range(-5, 6))
    numbers = fq.scatter(both, drive, [energy], rtol=1e-9, flux_ab=flux, flux_so=orbit).transmission("R", "L")
    numbers = numbers.isel(energy=0).reindex(sideband=n, fill_value=0.0)
    for spin, sign in (("up", 1), ("down", -1)):
        alone = sidebands(scattered(RING, drive, energy, flux=flux + sign * orbit), "R", "L", n)
        np.testing.assert_allclose(numbers.sel(spin_out=spin, spin_in=spin).values, alone, atol=1e-9)
    assert float(np.abs(numbers.sel(spin_out="up", spin_in="down")).max()) == 0
    assert float(np.abs(numbers.sel(spin_out="down", spin_in="up")).max()) == 0


@few
@given(flux=fluxes, orbit=fluxes, amplitude=amplitudes, photon_energy=photon_energies, fermi_energy=energies)
def test_spin_currents_are_the_difference_of_two_rings(flux, orbit, amplitude, photon_energy, fermi_energy):
    both = fq.gallery.quantum_ring(spin=True)
    drive = shaken_dot(amplitude, photon_energy)
    window, reservoirs = (fermi_energy, fermi_energy), fq.Reservoirs(mu=fermi_energy)
    solution = fq.solve(both, drive, window=window, rtol=1e-8, flux_ab=flux, flux_so=orbit)
    charge, spin = fq.dc_current(solution, reservoirs), fq.spin_current(solution, reservoirs)
    rings, errors = currents(RING, drive, fermi_energy, flux=[flux + orbit, flux - orbit])
    allowed = errors.sum(0)
    assert np.all(np.abs(charge.values - rings.sum(0)) <= allowed + charge.dc_current_error.values)
    along = spin.sel(direction="z")
    assert np.all(np.abs(along.values - (rings[0] - rings[1])) <= allowed + along.spin_current_error.values)
    assert float(np.abs(spin.sel(direction=["x", "y"])).max()) <= 1e-15
