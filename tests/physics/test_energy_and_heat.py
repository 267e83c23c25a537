"""Energy and heat into the leads: closed forms, the laws of thermodynamics, and sums over amplitudes of the dense reference."""

from itertools import pairwise

import numpy as np
import pytest
from reference import dense_floquet
from reference.closed_forms import driven_level_amplitude, graded_integral

import floquant as fq


def level():
    device = fq.gallery.driven_level(gamma_left=0.5, gamma_right=0.3, level=0.3)
    return device, fq.Drive({"level": fq.Cosine(1.2)}, photon_energy=1.0)


def test_the_energy_that_a_driven_level_takes_up_is_bessel_functions():
    """Σ_b J^E_b = Σ_an nħΩ Γ_a Γ ∫ |G_n0|², all energies from −∞ to μ_a: nothing of the window form is in it."""
    device, drive = level()
    gammas, mu = (0.5, 0.3), (0.5, -0.5)
    solution = fq.solve(device, drive, (-0.5, 0.5), rtol=1e-9)
    energy = fq.energy_current(solution, fq.Reservoirs(mu=dict(zip("LR", mu, strict=True))))
    taken_up = 0.0
    for gamma, top in zip(gammas, mu, strict=True):
        stops = top - np.concatenate([[0.0], 0.05 * 1.25 ** np.arange(60)])
        nodes, weights = np.polynomial.legendre.leggauss(40)
        for high, low in pairwise(stops):
            energies = 0.5 * (high + low) + 0.5 * (high - low) * nodes
            for n in range(-12, 13):
                amplitude = driven_level_amplitude(n, energies, level=0.3, gamma=0.8, amplitude=1.2, photon_energy=1.0)
                taken_up += gamma * 0.8 * n * np.sum(0.5 * (high - low) * weights * np.abs(amplitude) ** 2)
    assert float(energy.sum("lead")) == pytest.approx(taken_up, rel=1e-10)
    assert abs(float(energy.sum("lead")) - taken_up) <= float(energy.energy_current_error.sum())


@pytest.mark.parametrize("temperature", [0.0, 0.07])
def test_a_static_level_carries_the_integral_of_its_transmission(temperature):
    device, _ = level()
    mu, warm = {"L": 0.4, "R": -0.2}, {"L": temperature, "R": 0.5 * temperature}
    reach = 40 * temperature
    solution = fq.solve(device, None, (-0.2 - reach, 0.4 + reach), rtol=1e-10)
    reservoirs = fq.Reservoirs(mu=mu, temperature=warm)
    transmission = lambda e: 0.5 * 0.3 / ((e - 0.3) ** 2 + 0.16)  # noqa: E731
    filled = {lead: lambda e, lead=lead: dense_floquet.fermi(e, mu[lead], warm[lead]) for lead in mu}
    spots = (0.3, *mu.values())

    def into_right(zero):
        integrand = lambda e: (e - zero) * transmission(e) * (filled["L"](e) - filled["R"](e))  # noqa: E731
        return graded_integral(integrand, -0.2 - reach, 0.4 + reach, spots)

    for found, zeros in (
        (fq.energy_current(solution, reservoirs), (0, 0)), (fq.heat_current(solution, reservoirs), (0.4, -0.2))
    ):  # fmt: skip
        wanted = [-into_right(zeros[0]), into_right(zeros[1])]
        np.testing.assert_allclose(found.values, wanted, rtol=1e-9)
        assert np.all(np.abs(found.values - wanted) <= found.coords[f"{found.name}_error"].values + 1e-13)


def random_problem(seed):
    """Three sites with two driven levels between two finite bands, and the same for the dense reference."""
    rng = np.random.default_rng(seed)
    h = rng.normal(size=(3, 3))
    h = 0.5 * (h + h.T)
    couplings, photon_energy = rng.uniform(0.3, 0.8, size=2), rng.uniform(0.4, 1.2)
    strengths, phase = rng.uniform(0.1, 0.6, size=2), rng.uniform(0, 6)
    device = fq.Device(
        h,
        contacts={
            "L": fq.Contact(fq.Chain(1.0), 0, couplings[0]),
            "R": fq.Contact(fq.Chain(1.3, 0.2), 2, couplings[1]),
        },
        knobs={"a": fq.Onsite(0), "b": fq.Onsite(1)},
    )
    drive = fq.Drive({"a": fq.Cosine(strengths[0]), "b": fq.Cosine(strengths[1], phase)}, photon_energy=photon_energy)
    first = np.diag([strengths[0] / 2, strengths[1] / 2 * np.exp(-1j * phase), 0])
    contacts = [
        dense_floquet.chain("L", 0, coupling=couplings[0]),
        dense_floquet.chain("R", 2, hopping=1.3, level=0.2, coupling=couplings[1]),
    ]
    problem = dense_floquet.Problem(h, {1: first}, photon_energy, contacts)
    mu, temperature = rng.uniform(-0.5, 0.5, size=2), rng.uniform(0.05, 0.2, size=2)
    return device, drive, problem, mu, temperature


@pytest.mark.parametrize("seed", range(2))
def test_energies_are_sums_over_amplitudes_of_the_dense_reference(seed):
    """∫ E_n |S_ba(E_n, E)|² [f_a(E) − f_b(E_n)] over both bands, by panels graded towards every edge of either band, on every rung."""
    device, drive, problem, mu, temperature = random_problem(seed)
    solution = fq.solve(device, drive, tuple(np.array([-40, 40]) * temperature.max() + [mu.min(), mu.max()]), rtol=1e-8)
    reservoirs = fq.Reservoirs(
        mu=dict(zip("LR", mu, strict=True)), temperature=dict(zip("LR", temperature, strict=True))
    )
    edges = [edge + shift for edge in (-2, 2, -2.4, 2.8) for shift in problem.photon_energy * np.arange(-9, 10)]

    def integrand(energies):
        powers = dense_floquet.probabilities(problem, energies, 9)
        outgoing = energies[:, None] + problem.photon_energy * np.arange(-9, 10)
        incoming = np.stack([dense_floquet.fermi(energies, m, t) for m, t in zip(mu, temperature, strict=True)], -1)
        back = np.stack([dense_floquet.fermi(outgoing, m, t) for m, t in zip(mu, temperature, strict=True)], -1)
        flow = powers * (incoming[:, None, None, :] - back[..., None])
        return np.concatenate([(flow.sum(-1) * outgoing[..., None]).sum(1), flow.sum((1, 3))], axis=1)

    inside = [edge for edge in edges if -2.4 < edge < 2.8]
    wanted = graded_integral(integrand, -2.4, 2.8, inside, points=10, narrowest=1e-6)
    energy, charge = wanted[:2], wanted[2:]
    for found, exact in (
        (fq.energy_current(solution, reservoirs), energy), (fq.heat_current(solution, reservoirs), energy - mu * charge)
    ):  # fmt: skip
        # the panels beside the edges, which leave 1e-9, are the reference's
        np.testing.assert_allclose(found.values, exact, rtol=0, atol=1e-8)


@pytest.mark.parametrize("seed", range(6))
def test_the_laws_of_thermodynamics(seed):
    """Without a drive energy is conserved; entropy grows with and without one; heat is energy less μ times charge."""
    device, drive, _, mu, temperature = random_problem(seed)
    reservoirs = fq.Reservoirs(
        mu=dict(zip("LR", mu, strict=True)), temperature=dict(zip("LR", temperature, strict=True))
    )
    window = tuple(np.array([-40, 40]) * temperature.max() + [mu.min(), mu.max()])
    for driven in (None, drive):
        solution = fq.solve(device, driven, window)
        energy, heat, charge = (
            observable(solution, reservoirs) for observable in (fq.energy_current, fq.heat_current, fq.dc_current)
        )
        slack = float(energy.energy_current_error.sum() + heat.heat_current_error.sum() + charge.dc_current_error.sum())
        assert driven or abs(float(energy.sum())) <= slack
        assert float((heat / temperature).sum()) >= -slack / temperature.min()
        np.testing.assert_allclose(heat.values, energy.values - mu * charge.values, atol=slack)


def test_at_one_temperature_a_pump_only_heats():
    device, drive = level()
    heat = fq.heat_current(fq.solve(device, drive, (-4, 4)), fq.Reservoirs(mu=0.0, temperature=[0.0, 0.01, 0.09]))
    assert heat.dims == ("temperature", "lead")
    assert np.all(heat.sum("lead") > heat.heat_current_error.sum("lead"))
    assert heat.attrs["units"] == "1/h * energy^2"
    assert fq.to_si(heat, energy_unit="meV").attrs["units"] == "W"


def test_a_study_observes_them():
    device, drive = level()
    data = fq.Study(
        device, drive, axes={"fermi_energy": [-0.1, 0.0, 0.2]}, observe=["energy_current", "heat_current"]
    ).run()
    solution = fq.solve(device, drive, (-0.1, 0.2))
    for name in ("energy_current", "heat_current"):
        direct = getattr(fq, name)(solution, fq.Reservoirs(mu=np.array([-0.1, 0.0, 0.2])))
        assert data[name].dims == ("fermi_energy", "lead")
        np.testing.assert_allclose(data[name].values, direct.values, rtol=1e-6)


@pytest.mark.parametrize("observable", ["energy_current", "heat_current"])
def test_what_is_no_solution_is_refused(observable):
    device, drive = level()
    with pytest.raises(fq.BadInput, match="needs a Solution"):
        getattr(fq, observable)(fq.scatter(device, drive, [0.0]), fq.Reservoirs(mu=0.0))
    with pytest.raises(fq.BadInput, match="window"):
        getattr(fq, observable)(fq.solve(device, drive, (0.0, 0.0)), fq.Reservoirs(mu=0.3))
