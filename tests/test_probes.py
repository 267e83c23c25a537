"""Voltage and temperature probes, against Büttiker's formula, closed forms in wide bands, Sommerfeld's law and the quantum Hall effect."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import jv

import floquant as fq


def star(level=0.1, **gammas):
    """One level with a wide-band lead for each name."""
    contacts = {name: fq.Contact(fq.WideBand(gamma), 0) for name, gamma in gammas.items()}
    return fq.Device([[level]], contacts, {"level": fq.Onsite(0)})


def filled(mu, level, width):
    """∫ of the level's Lorentzian up to μ, but for a factor."""
    return np.arctan((mu - level) / (0.5 * width))


@settings(max_examples=10)
@given(st.floats(0.05, 1.0), st.floats(0.05, 1.0), st.floats(0.05, 1.0), st.floats(-0.5, 0.5))
def test_a_probe_on_a_level_fills_to_where_nothing_flows(one, two, probe, level):
    """I_p = Σ_a Γ_p Γ_a/Γ ∫ A(E) [f_a − f_p]: beyond linear response, and whatever the probe's own coupling."""
    width = one + two + probe
    solution = fq.solve(star(level, L=one, R=two, p=probe), None, window=(-1, 1), rtol=1e-9)
    floated = fq.float_probes(solution, "p", fq.Reservoirs(mu={"L": 0.8, "R": -0.6}))

    def excess(mu):
        goal = one * filled(0.8, level, width) + two * filled(-0.6, level, width)
        return goal - (one + two) * filled(mu, level, width)

    expected = brentq(excess, -0.6, 0.8, xtol=1e-15)
    assert float(floated.mu["p"]) == pytest.approx(expected, abs=1e-8)
    assert abs(float(floated.mu["p"]) - expected) <= 10 * float(floated.mu["p"].mu_error) + 1e-12
    current = fq.dc_current(solution, floated)
    assert abs(float(current.sel(lead="p"))) < 1e-9


def random_device(seed, sites, leads):
    rng = np.random.default_rng(seed)
    h = rng.normal(size=(sites, sites)) + 1j * rng.normal(size=(sites, sites))
    contacts = {name: fq.Contact(fq.Chain(1.0), i) for i, name in enumerate(leads)}
    return fq.Device(0.4 * (h + h.conj().T), contacts)


def test_a_probe_adds_incoherent_transmission_as_buettiker_says():
    """I = [T_21 + T_2p T_p1 / (T_p1 + T_p2)] V for a small bias (M. Büttiker, PRB 33, 3020)."""
    device = random_device(0, 4, "12p")
    energy, bias = 0.3, 1e-4
    t = {
        (b, a): float(fq.scatter(device, None, [energy]).transmission(b, a, kind="total").squeeze())
        for b in "12p" for a in "12p"
    }  # fmt: skip
    solution = fq.solve(device, None, window=(energy - bias, energy + bias), rtol=1e-9)
    reservoirs = fq.Reservoirs(mu={"1": energy + bias / 2, "2": energy - bias / 2})
    floated = fq.float_probes(solution, ["p"], reservoirs)
    expected = t["2", "1"] + t["2", "p"] * t["p", "1"] / (t["p", "1"] + t["p", "2"])
    assert float(fq.dc_current(solution, floated).sel(lead="2")) / bias == pytest.approx(expected, rel=1e-6)


def test_several_probes_solve_buettikers_equations():
    """Σ_a T_ba (μ_a − μ_b) = 0 for every probe b."""
    names = "12abc"
    device = random_device(1, 6, names)
    energy, bias = -0.2, 1e-4
    scattering = fq.scatter(device, None, [energy])
    t = np.array([[float(scattering.transmission(b, a, kind="total").squeeze()) for a in names] for b in names])
    np.fill_diagonal(t, 0)
    matrix = t - np.diag(t.sum(axis=1))
    expected = np.linalg.solve(matrix[2:, 2:], -matrix[2:, 0] * 1.0)  # μ_1 = 1, μ_2 = 0
    solution = fq.solve(device, None, window=(energy, energy + bias), rtol=1e-9)
    floated = fq.float_probes(solution, list("abc"), fq.Reservoirs(mu={"1": energy + bias, "2": energy}))
    found = [(float(floated.mu[name]) - energy) / bias for name in "abc"]
    np.testing.assert_allclose(found, expected, rtol=1e-4)  # T changes by so much over the bias


def test_a_probe_beside_a_driven_level_fills_with_its_sidebands():
    """In wide bands the cycle average is A(E) = Σ_k J_k² Lorentz(E − ε − kħΩ), for every lead alike."""
    gammas = {"L": 0.3, "R": 0.5, "p": 0.2}
    v, omega, level = 0.9, 0.7, 0.15
    drive = fq.Drive({"level": fq.Cosine(v)}, photon_energy=omega)
    solution = fq.solve(star(level, **gammas), drive, window=(-1, 1), rtol=1e-9)
    floated = fq.float_probes(solution, "p", fq.Reservoirs(mu={"L": 0.7, "R": -0.4}))
    k = np.arange(-30, 31)

    def total(mu):
        return np.sum(jv(k, v / omega) ** 2 * filled(mu, level + k * omega, 1.0))

    expected = brentq(lambda mu: 0.3 * total(0.7) + 0.5 * total(-0.4) - 0.8 * total(mu), -0.4, 0.7, xtol=1e-15)
    assert float(floated.mu["p"]) == pytest.approx(expected, abs=1e-8)


def test_a_pump_on_an_open_circuit_charges_until_the_bias_stops_it():
    """The ring's right lead floats: what is pumped flows back. To first order μ_R = I_pumped / ΣT, both computed by scattering."""
    ring = fq.gallery.quantum_ring().at(flux=0.1)
    weak = fq.Drive({"dot_level": fq.Cosine(0.002)}, photon_energy=0.2)
    energy = 0.05
    pumped = float(
        fq.dc_current(fq.solve(ring, weak, window=(energy, energy), rtol=1e-9), fq.Reservoirs(mu=energy)).sel(lead="R")
    )
    back = float(fq.scatter(ring, weak, [energy]).transmission("L", "R", kind="total").squeeze())
    solution = fq.solve(ring, weak, window=(energy - 0.01, energy + 0.01), rtol=1e-9)
    floated = fq.float_probes(solution, ["R"], fq.Reservoirs(mu={"L": energy}))
    assert float(floated.mu["R"]) - energy == pytest.approx(pumped / back, rel=1e-3)
    assert abs(float(fq.dc_current(solution, floated).sel(lead="R"))) < 1e-6 * abs(pumped)


def test_a_current_source_finds_the_voltage_that_drives_its_current():
    solution = fq.solve(star(L=0.3, R=0.5), None, window=(-2, 2), level=[0.0, 0.4], rtol=1e-9)
    voltage = xr.DataArray([-1.1, 0.2, 0.9], dims="V")
    given = fq.Reservoirs(mu={"L": voltage, "R": -0.1})
    current = fq.dc_current(solution, given).sel(lead="L", drop=True)
    found = fq.float_probes(solution, "L", fq.Reservoirs(mu={"R": -0.1}), current={"L": current}).mu["L"]
    assert found.dims == ("level", "V")
    np.testing.assert_allclose(found, np.broadcast_to(voltage, (2, 3)), atol=1e-7)


def test_a_sweep_of_settings_and_biases_has_the_dims_of_both():
    bias = xr.DataArray(np.linspace(-1, 1, 4), dims="bias", coords={"bias": np.linspace(-1, 1, 4)})
    solution = fq.solve(star(L=0.3, R=0.5, p=0.2), None, window=(-1, 1), level=[0.0, 0.2, 0.4])
    floated = fq.float_probes(solution, "p", fq.Reservoirs(mu={"L": bias / 2, "R": -bias / 2}))
    assert floated.mu["p"].dims == ("level", "bias")
    one = fq.solve(star(L=0.3, R=0.5, p=0.2), None, window=(-1, 1), level=0.2)
    alone = fq.float_probes(one, "p", fq.Reservoirs(mu={"L": 0.5, "R": -0.5}))
    assert float(floated.mu["p"].sel(level=0.2, bias=1.0)) == pytest.approx(float(alone.mu["p"]), abs=1e-6)
    assert fq.dc_current(solution, floated).dims == ("level", "bias", "lead")


@pytest.mark.parametrize("gamma", [1e-3, 1e-5])
def test_a_probe_across_a_narrow_level_is_found_though_nearly_nothing_changes_with_its_voltage(gamma):
    """Two levels far narrower than the bias: the current is a staircase, on whose treads Newton's method is lost."""
    h = np.diag([0.3, -0.35])
    contacts = {name: fq.Contact(fq.WideBand(1.0, orbitals=2), [0, 1], coupling=np.sqrt(g) * np.eye(2))
                for name, g in (("L", gamma), ("R", 2 * gamma), ("p", gamma))}  # fmt: skip
    solution = fq.solve(fq.Device(h, contacts), None, window=(-1, 1), rtol=1e-8)
    floated = fq.float_probes(solution, "p", fq.Reservoirs(mu={"L": 0.9, "R": -0.8}))

    def total(mu):
        return filled(mu, 0.3, 4 * gamma) + filled(mu, -0.35, 4 * gamma)

    expected = brentq(lambda mu: total(0.9) + 2 * total(-0.8) - 3 * total(mu), -0.8, 0.9, xtol=1e-15)
    assert float(floated.mu["p"]) == pytest.approx(expected, abs=2e-2 * gamma)


# Temperature


@pytest.mark.parametrize("share_of_current", [0.0, 0.3])
def test_a_temperature_probe_of_constant_transmission_obeys_sommerfeld(share_of_current):
    """μ_p = Σ T_pa μ_a − I, T_p² = Σ T_pa [T_a² + (3/π²)(μ_a − μ_p)²], each over Σ T_pa: exact where transmission is constant."""
    gammas = {"L": 3000.0, "R": 5000.0, "p": 4000.0}
    solution = fq.solve(star(0.0, **gammas), None, window=(-40, 40), rtol=1e-9)
    given = fq.Reservoirs(mu={"L": 0.5, "R": -0.5}, temperature={"L": 0.1, "R": 0.2})
    share = np.array([3, 5]) / 8
    current = share_of_current * 4 * 4000 * 8000 / 12000**2
    floated = fq.float_probes(solution, "p", given, current=current, temperature=True)
    mu = share @ [0.5, -0.5] - share_of_current
    kt = np.sqrt(share @ (np.array([0.1, 0.2]) ** 2 + 3 / np.pi**2 * (np.array([0.5, -0.5]) - mu) ** 2))
    assert float(floated.mu["p"]) == pytest.approx(mu, abs=1e-6)
    assert float(floated.temperature["p"]) == pytest.approx(kt, rel=1e-5)


def energy_into(lead, gammas, level, v, omega, mu, kt):
    """J^E_b = Σ_a,n ∫ dE E_n Γ_b Γ_a |G_n0|² [f_a(E) − f_b(E_n)], by Bessel functions and one long integral; b ≠ a and b = a."""
    k = np.arange(-14, 15)
    bessel = jv(k, v / omega)
    width = sum(gammas.values())

    def fermi(energy, name):
        return 1 / (np.exp(np.clip((energy - mu[name]) / kt[name], -700, 700)) + 1)

    def integrand(energy):
        poles = 1 / (energy - level - k * omega + 0.5j * width)
        result = 0.0
        for n in range(-10, 11):
            green = np.sum((bessel * poles)[max(0, -n) : len(k) - max(0, n)] * bessel[max(0, n) : len(k) + min(0, n)])
            out = energy + n * omega
            for name in gammas:
                s = 1j * np.sqrt(gammas[name] * gammas[lead]) * green - (n == 0 and name == lead)
                result += out * abs(s) ** 2 * (fermi(energy, name) - fermi(out, lead))
        return result

    return quad(integrand, -9, 9, points=[-2, -1, 0, 1, 2], limit=400, epsabs=1e-10, epsrel=1e-10)[0]


def test_a_temperature_probe_beside_a_driven_level_takes_up_no_heat():
    """The current and the energy current into the probe vanish where an independent integral says so too."""
    gammas = {"L": 0.3, "R": 0.5, "p": 0.4}
    v, omega, level = 0.5, 0.6, 0.2
    solution = fq.solve(
        star(level, **gammas), fq.Drive({"level": fq.Cosine(v)}, photon_energy=omega), window=(-12, 12), rtol=1e-8
    )
    given = fq.Reservoirs(mu={"L": 0.3, "R": -0.2}, temperature={"L": 0.05, "R": 0.1})
    floated = fq.float_probes(solution, "p", given, temperature=True)
    mu = {name: float(value) for name, value in floated.mu.items()}
    kt = {name: float(value) for name, value in floated.temperature.items()}
    assert kt["p"] > 0.12  # the drive heats it
    scale = abs(energy_into("L", gammas, level, v, omega, mu, kt))
    assert abs(energy_into("p", gammas, level, v, omega, mu, kt)) < 1e-6 * scale
    assert abs(float(fq.dc_current(solution, floated).sel(lead="p"))) < 1e-8


def test_in_equilibrium_a_probe_is_as_warm_as_the_others():
    device = random_device(3, 4, "12p")
    solution = fq.solve(device, None, window=(-2, 2), rtol=1e-8)
    floated = fq.float_probes(
        solution, "p", fq.Reservoirs(mu={"1": 0.2, "2": 0.2}, temperature={"1": 0.3, "2": 0.3}), temperature=True
    )
    assert float(floated.mu["p"]) == pytest.approx(0.2, abs=1e-7)
    assert float(floated.temperature["p"]) == pytest.approx(0.3, rel=1e-6)


# The Hall bar


def hall_bar(width=10, length=20, probes=((4, 6), (13, 15))):
    """A square lattice with a source, a drain, and two pairs of voltage probes; the field is in the bar only."""
    site = np.arange(length * width).reshape(length, width)
    h = np.zeros((length * width, length * width))
    for one, other in ((site[:-1], site[1:]), (site[:, :-1], site[:, 1:])):
        h[one.ravel(), other.ravel()] = h[other.ravel(), one.ravel()] = -1.0

    def wide(channels):
        return fq.PeriodicLead(-np.eye(channels, k=1) - np.eye(channels, k=-1), -np.eye(channels))

    contacts = {"source": fq.Contact(wide(width), site[0]), "drain": fq.Contact(wide(width), site[-1])}
    for number, (first, last) in enumerate(probes, start=1):
        contacts[f"top{number}"] = fq.Contact(wide(last - first + 1), site[first : last + 1, -1])
        contacts[f"bottom{number}"] = fq.Contact(wide(last - first + 1), site[first : last + 1, 0])
    positions = np.array([(x, y) for x in range(length) for y in range(width)], float)
    return fq.Device(h, contacts, {"field": fq.Peierls(field="z", gauge="x")}, positions=positions)


def test_a_hall_bar_has_a_quantised_hall_voltage_and_no_voltage_along_its_edge():
    """One edge channel: V_H = I h/e², V_x = 0, and both change places with the field's sign. Energies lie in the first gap."""
    energy, bias = -2.5, 0.005
    solution = fq.solve(hall_bar(), None, window=(energy, energy + bias), field=[0.125, -0.125], rtol=1e-5)
    floated = fq.float_probes(
        solution, ["top1", "top2", "bottom1", "bottom2"], fq.Reservoirs(mu={"source": energy + bias, "drain": energy})
    )
    current = fq.dc_current(solution, floated).sel(lead="drain")
    hall = [(floated.mu[f"top{i}"] - floated.mu[f"bottom{i}"]) / current for i in (1, 2)]
    along = [(floated.mu[f"{side}1"] - floated.mu[f"{side}2"]) / current for side in ("top", "bottom")]
    for resistance in hall:
        np.testing.assert_allclose(np.abs(resistance), 1, atol=2e-3)
        assert float(resistance[0]) * float(resistance[1]) < 0
    for resistance in along:
        np.testing.assert_allclose(resistance, 0, atol=2e-3)


# Refusals

LEVEL = fq.solve(star(L=0.3, R=0.5, p=0.2), None, window=(-0.1, 0.1))


@pytest.mark.parametrize(
    ("leads", "reservoirs", "options", "what"),
    [
        ("q", fq.Reservoirs(), {}, 'no lead "q"'),
        (["L", "R", "p"], fq.Reservoirs(), {}, "nothing fixes the zero"),
        (["p", "p"], fq.Reservoirs(), {}, "named once"),
        ("p", fq.Reservoirs(mu={"L": 0.0}), {}, 'Lead "R" has no mu'),
        ("p", fq.Reservoirs(mu=0.0), {"current": 10.0}, "needs a μ below"),
        ("p", fq.Reservoirs(mu=0.0), {"current": {"L": 0.1}}, 'no probe "L"'),
        ("p", fq.Reservoirs(mu=0.0), {"current": "much"}, "must be a finite number"),
        ("p", fq.Reservoirs(mu=0.0), {"temperature": True}, "every lead is cold"),
        ("p", fq.Reservoirs(mu=0.5), {}, "solve with window"),
        ("p", 0.5, {}, "must be Reservoirs"),
    ],
)
def test_a_question_about_probes_that_cannot_be_answered_is_refused(leads, reservoirs, options, what):
    with pytest.raises(fq.BadInput, match=what):
        fq.float_probes(LEVEL, leads, reservoirs, **options)


def test_a_probe_without_a_channel_has_no_voltage():
    contacts = {"L": fq.Contact(fq.Chain(), 0), "R": fq.Contact(fq.Chain(), 0), "p": fq.Contact(fq.Chain(0.2, 5.0), 0)}
    solution = fq.solve(fq.Device([[0.0]], contacts), None, window=(-1, 6))
    with pytest.raises(fq.BadInput, match="exchanges no electrons"):
        fq.float_probes(solution, "p", fq.Reservoirs(mu={"L": 0.1, "R": -0.1}))
