"""Every refusal says what is, what must be, and what to do."""

import numpy as np
import pytest
import scipy.sparse

from floquant import gallery
from floquant.errors import BadInput, FloquantError
from floquant.model import (
    Chain,
    Contact,
    Cosine,
    Device,
    Drive,
    Flux,
    Function,
    Harmonics,
    Hopping,
    Lead,
    Matrix,
    Onsite,
    Reservoirs,
    Strength,
    WideBand,
    sectors,
)

h4 = np.diag([1.0, 1.0, 1.0], 1) + np.diag([1.0, 1.0, 1.0], -1)
ring = gallery.quantum_ring()
cosine = Cosine(0.1)


def device(knob=None, **others):
    return Device(h4, **{"contacts": {"L": Contact(Chain(), 0)}, "knobs": {"turned": knob} if knob else {}, **others})


def spinful(**others):
    return Device(np.kron(h4, np.eye(2)), **{"orbitals": 2, "spin": True, **others})


def with_element(i, j, value):
    h = h4.astype(complex)
    h[i, j] = value
    return h


class Closed(Lead):
    """A lead that cannot give up a cell."""

    def surface(self, energy):
        return np.full((*np.shape(energy), 1, 1), -0.5j)

    def bands(self):
        return ((-1.0, 1.0),)


# what is refused: (a call, words that the message must hold)
matrices = {
    "not Hermitian": (
        lambda: Device(with_element(0, 3, 2j)),
        ["[0, 3] is 0+2j", "[3, 0] is 0+0j", "complex conjugates"],
    ),
    "not Hermitian, sparse": (
        lambda: Device(scipy.sparse.csr_array(with_element(1, 0, 3))),
        ["[0, 1]", "not Hermitian"],
    ),
    "a complex diagonal": (lambda: Device([[1j]]), ["[0, 0] is 0+1j", "complex conjugates"]),
    "not square": (lambda: Device(np.zeros((2, 3))), ["(2, 3)", "must be square"]),
    "empty": (lambda: Device(np.zeros((0, 0))), ["(0, 0)", "one row and column per orbital"]),
    "not a matrix": (lambda: Device([1.0, 2.0]), ["(2,)", "2-D array"]),
    "ragged": (lambda: Device([[1.0], [1.0, 2.0]]), ["must be a matrix of numbers"]),
    "words": (lambda: Device("abc"), ["'abc'", "must be a matrix of numbers"]),
    "nan": (lambda: Device(with_element(0, 0, np.nan)), ["nan or inf", "must be finite"]),
    "inf, sparse": (lambda: Device(scipy.sparse.coo_matrix(with_element(0, 0, np.inf))), ["nan or inf"]),
    "knob matrix not Hermitian": (lambda: device(Matrix(with_element(0, 1, 5))), ["not Hermitian", "Matrix knob"]),
    "knob matrix too small": (lambda: device(Matrix(np.eye(3))), ["(3, 3)", "must be (4, 4)"]),
    "harmonic not square": (lambda: Drive.from_matrices({1: np.ones((2, 3))}, 1.0), ["Harmonic matrix 1", "square"]),
    "key 0 not Hermitian": (
        lambda: Drive.from_matrices({0: [[0, 1], [0, 0]]}, 1.0),
        ["Harmonic matrix 0", "Hermitian"],
    ),
    "H_-n is not H_n†": (lambda: Drive.from_matrices({1: np.eye(2), -1: 2 * np.eye(2)}, 1.0), ["must be H_n†"]),
    "harmonics of two sizes": (lambda: Drive.from_matrices({1: np.eye(2), 2: np.eye(3)}, 1.0), ["one size"]),
    "harmonics of another size": (lambda: sectors(ring, Drive.from_matrices({1: np.eye(2)}, 1)), ["(2, 2)", "(4, 4)"]),
    "a harmonic of 1.5": (lambda: Drive.from_matrices({1.5: np.eye(2)}, 1), ["1.5", "integer"]),
    "no dict": (lambda: Drive.from_matrices([np.eye(2)], 1), ["dict from n to H_n"]),
}

sites = {
    "a contact outside": (
        lambda: device(contacts={"R": Contact(Chain(), 7)}),
        ['Contact "R" touches site 7, but the device has sites 0…3; give sites inside the device.'],
    ),
    "a negative site": (lambda: device(Onsite(-1)), ['Knob "turned" touches site -1, but the device has sites 0…3;']),
    "the only site": (lambda: Device([[0]], knobs={"a": Onsite(1)}), ["the device has only site 0"]),
    "a bond outside": (lambda: device(Hopping((0, 4))), ["site 4", "sites 0…3"]),
    "a strength outside": (lambda: device(Strength(bond=(0, 4))), ["site 4", "sites 0…3"]),
    "a function outside": (lambda: device(Function([0, 9], np.diag)), ["site 9", "sites 0…3"]),
    "a contact on no site": (lambda: Contact(Chain(), []), ["A contact touches no site", "at least one"]),
    "a site twice": (lambda: Contact(Chain(), [1, 1]), ["[1, 1]", "only once"]),
    "a site of 0.5": (lambda: Onsite(0.5), ["0.5", "integers"]),
    "a bond of one site": (lambda: Flux(bond=(1, 1)), ["(1, 1)", "joins two sites", "Onsite"]),
    "a bond of three sites": (lambda: Flux(bond=(1, 2, 3)), ["(1, 2, 3)", "pair of sites"]),
    "a bond both ways": (lambda: Flux(bond=[(0, 1), (1, 0)]), ["only once", "one direction"]),
    "orbitals do not divide": (lambda: device(orbitals=3), ["4 rows", "3 orbitals"]),
    "orbitals do not add up": (lambda: device(orbitals=[1, 2]), ["add up to 3", "4 rows"]),
    "orbitals of 1.5": (lambda: device(orbitals=1.5), ["1.5", "integer"]),
    "spin with one orbital": (lambda: device(spin=True), ["1 orbital,", "must be even", "orbitals=2"]),
    "positions of other sites": (lambda: device(positions=[(0, 0)]), ["(1, 2)", "(4, 1…3)"]),
    "positions of words": (lambda: device(positions="abcd"), ["positions is 'abcd'", "real numbers"]),
    "one level of two": (lambda: gallery.two_gate_pump(levels=[0.1]), ["levels are [0.1]", "two numbers"]),
    "a ring of nan": (lambda: gallery.quantum_ring(dot_coupling=np.nan), ["dot_coupling is nan", "finite"]),
    "a ring of words": (lambda: gallery.quantum_ring(hopping="a"), ["hopping is 'a'", "number"]),
    "positions of nan": (lambda: device(positions=[0, 1, 2, np.nan]), ["positions holds nan"]),
}

couplings = {
    "wrong shape": (
        lambda: device(contacts={"R": Contact(Chain(), [0, 1], [[1.0, 2.0]])}),
        ['coupling of contact "R" has shape (1, 2)', "must be (2, 1)"],
    ),
    "one chain on two sites": (
        lambda: device(contacts={"R": Contact(Chain(), [0, 1])}),
        ['Contact "R" joins 2 orbitals', "1 of its lead", "matrix of shape (2, 1)"],
    ),
    "nan": (lambda: Contact(Chain(), 0, np.nan), ["coupling of a contact", "finite"]),
    "nan in a matrix": (lambda: Contact(Chain(), 0, [[np.nan]]), ["coupling of a contact", "finite"]),
    "a word": (lambda: Contact(Chain(), 0, "strong"), ["'strong'"]),
    "no lead": (lambda: Contact(1.0, 0), ["must be a Lead"]),
    "no contact": (lambda: device(contacts={"L": Chain()}), ['Contact "L"', "must be a Contact"]),
    "a contact without a name": (lambda: device(contacts={"": Contact(Chain(), 0)}), ["not empty"]),
    "contacts as a list": (lambda: device(contacts=[Contact(Chain(), 0)]), ["contacts are", "dict"]),
    "a lead without spin states": (lambda: spinful(contacts={"L": Contact(Closed(), 0)}), ["1 orbitals", "even"]),
    "hopping 0": (lambda: Chain(0), ["hopping of a Chain is 0", "not 0"]),
    "hopping nan": (lambda: Chain(np.nan), ["hopping of a Chain is nan", "finite"]),
    "complex level": (lambda: Chain(1, 1j), ["level of a Chain is 1j", "real"]),
    "gamma 0": (lambda: WideBand(0), ["gamma of a WideBand is 0", "> 0"]),
    "gamma < 0": (lambda: WideBand(-0.5), ["gamma of a WideBand is -0.5", "> 0"]),
    "no orbitals": (lambda: WideBand(1, orbitals=0), ["0 orbitals", "at least 1"]),
    "a lead that cannot be opened": (
        lambda: sectors(
            device(Strength(contact="L"), contacts={"L": Contact(Closed(), 0)}), None, {"turned": [0.5, 0.6]}
        ),
        ['contact "L"', "cannot give up a cell"],
    ),
}

knobs = {
    "no such knob": (lambda: ring.hamiltonian(fluks=0.3), ['no knob "fluks"', '"flux", "dot_level"', 'mean "flux"?']),
    "no such knob to rest": (lambda: ring.at(dotlevel=0.3), ['Did you mean "dot_level"?']),
    "no such knob in settings": (lambda: sectors(ring, None, {"armlevel": 0}), ['Did you mean "arm_level"?']),
    "no such knob to drive": (
        lambda: sectors(ring, Drive({"dot": cosine}, photon_energy=1)),
        ['"dot"', 'mean "dot_level"?'],
    ),
    "no such contact": (lambda: device(Strength(contact="R")), ['no contact "R"', 'it has "L"']),
    "nothing like it": (lambda: ring.at(zzz=0), ['no knob "zzz"; it has "flux"']),
    "not a knob": (lambda: Device(h4, knobs={"a": 3.0}), ['Knob "a" is 3.0', "must be a Knob"]),
    "a value of nan": (lambda: ring.at(flux=np.nan), ['Knob "flux" is nan', "finite"]),
    "a value of inf": (lambda: sectors(ring, None, {"flux": [0.0, np.inf]}), ['Knob "flux" holds nan or inf']),
    "a complex value": (lambda: ring.hamiltonian(flux=1j), ['Knob "flux" is 1j', "real"]),
    "a word": (lambda: ring.at(flux="a"), ["'a'", "number"]),
    "an array at rest": (lambda: ring.at(flux=[0.1, 0.2]), ['"flux" is an array', "one number"]),
    "an array of two dimensions": (lambda: sectors(ring, None, {"flux": np.zeros((2, 2))}), ["1-D"]),
    "two lengths": (lambda: sectors(ring, None, {"flux": [0, 1, 2], "dot_level": [0, 1]}), ["flux: 3", "dot_level: 2"]),
    "two that set one element": (
        lambda: Device(h4, knobs={"a": Function([0, 1], np.diag), "b": Function([2, 1], np.diag)}),
        ['"a" and "b" both set element [1, 1]', "by one knob"],
    ),
    "neither bond nor contact": (lambda: Strength(), ["either a bond or a contact"]),
    "both bond and contact": (lambda: Flux(bond=(0, 1), contact="L"), ["either a bond or a contact"]),
    "weights for other sites": (lambda: Onsite([0, 1], weights=[1.0]), ["1 weights for 2 sites"]),
    "matrix of one orbital": (lambda: spinful(knobs={"a": Onsite(0, matrix=[[1]])}), ["(1, 1)", "must be (2, 2)"]),
    "matrix of a bond": (lambda: device(Hopping((0, 1), matrix=[[1, 2]])), ["(1, 2)", "must be (1, 1)"]),
    "bond of unequal sites": (lambda: device(Hopping((0, 1)), orbitals=[1, 3]), ["1 orbitals", "with 3", "(1, 3)"]),
    "spin flux without spin": (lambda: device(Flux(bond=(0, 1), spin=True)), ["spin=True", "no spin"]),
    "spin flux on a mixing bond": (
        lambda: Device(
            np.kron([[0, 1], [1, 0]], [[1, 0.2], [0.2, 1]]),
            knobs={"so": Flux((0, 1), spin=True)},
            orbitals=2,
            spin=True,
        ),
        ['"so"', "turns the spin over"],
    ),
    "spin flux with a mixing knob": (
        lambda: spinful(knobs={"so": Flux((0, 1), spin=True), "mix": Hopping((1, 0), matrix=[[0, 1], [1, 0]])}),
        ['"so"', "turns the spin over"],
    ),
    "a function that is none": (lambda: Function(0, 3.0), ["must be callable"]),
    "a function of the wrong size": (
        lambda: device(Function(0, lambda x: np.eye(2))).at(turned=1).hamiltonian(),
        ["(2, 2)"],
    ),
    "a function that is not Hermitian": (
        lambda: device(Function([0, 1], lambda x: [[0, x], [0, 0]])).hamiltonian(turned=1),
        ['"turned" at 1 is not Hermitian'],
    ),
    "driven without a value": (
        lambda: sectors(device(Function(0, lambda x: [[x]])), Drive({"turned": cosine}, photon_energy=1)),
        ["no resting value", "device.at(turned="],
    ),
    "beyond all harmonics": (
        lambda: sectors(ring, Drive({"flux": Cosine(1e5)}, photon_energy=1)),
        ["harmonics beyond", "smaller amplitudes"],
    ),
}

drives = {
    "photon energy 0": (lambda: Drive({}, photon_energy=0), ["photon energy is 0", "must be > 0"]),
    "photon energy < 0": (lambda: Drive({}, photon_energy=-0.2), ["photon energy is -0.2", "must be > 0"]),
    "photon energy < 0, later": (lambda: Drive({}, photon_energy="w").at(w=-1), ["photon energy is -1"]),
    "photon energy nan": (lambda: Drive({}, photon_energy=np.nan), ["photon energy is nan", "finite"]),
    "no photon energy": (lambda: Drive({}), ["no photon energy", "photon_energy=ħΩ"]),
    "photon energy without a value": (
        lambda: Drive({}, photon_energy="omega").hamiltonian(ring, 0),
        ['"omega" has no value', "drive.at(omega="],
    ),
    "not a waveform": (
        lambda: Drive({"flux": 0.1}, photon_energy=1),
        ['"flux" is driven by 0.1', "Waveform", "Cosine(0.1)"],
    ),
    "a voltage with a mean": (
        lambda: Drive({}, voltages={"L": cosine + 0.1}, photon_energy=1),
        ["mean of 0.1", "belongs to the reservoir"],
    ),
    "an amplitude of nan": (lambda: Cosine(np.nan), ["amplitude of a Cosine is nan"]),
    "a complex amplitude": (lambda: Cosine(1j), ["amplitude of a Cosine is 1j", "real"]),
    "a phase of nothing": (lambda: Cosine(1, phase=None), ["phase of a Cosine is None"]),
    "a reserved parameter": (lambda: Cosine("bias"), ['"bias"', "reserved"]),
    "negative k": (lambda: Harmonics({-1: 0.2}), ["key -1", "k ≥ 0"]),
    "a complex mean": (lambda: Harmonics({0: 1j}), ["Harmonic 0 is 1j", "real"]),
    "not a dict": (lambda: Harmonics([1, 2]), ["dict from k to x_k"]),
    "a parameter without a value": (
        lambda: sectors(ring, Drive({"flux": Cosine("v")}, photon_energy=1)),
        ['no value for "v"', "drive.at(v="],
    ),
    "no such parameter": (
        lambda: Drive({"flux": Cosine("strength")}, photon_energy=1).at(strenght=1),
        ['no parameter "strenght"', 'mean "strength"?'],
    ),
    "a parameter that is a knob": (
        lambda: sectors(ring, Drive({"flux": Cosine("dot_level")}, photon_energy=1)),
        ['"dot_level" names both', "rename the parameter"],
    ),
    "not a drive": (lambda: sectors(ring, {"flux": cosine}), ["must be a Drive or None"]),
    "not a device": (lambda: sectors(h4, None), ["must be a Device"]),
    "t is a word": (lambda: Drive({}, photon_energy=1).hamiltonian(ring, "now"), ["t is 'now'", "real numbers"]),
    "an array of amplitudes at one time": (
        lambda: Drive({"flux": Cosine([0.1, 0.2])}, photon_energy=1).hamiltonian(ring, 0),
        ["(2 values) cos(Ωt) has an array", "give numbers"],
    ),
    "an array of photon energies at one time": (
        lambda: Drive({}, photon_energy=[1, 2]).hamiltonian(ring, 0),
        ["photon energy is an array", "one number"],
    ),
    "t is nan": (lambda: Drive({}, photon_energy=1).hamiltonian(ring, np.nan), ["t holds nan", "finite"]),
}

reservoirs = {
    "temperature < 0": (lambda: Reservoirs(temperature=-0.1), ["temperature is -0.1", "≥ 0"]),
    "a temperature < 0 of one lead": (lambda: Reservoirs(temperature={"L": [0.1, -0.2]}), ["temperature is -0.2"]),
    "mu nan": (lambda: Reservoirs(mu=np.nan), ["mu is nan", "finite"]),
    "mu of a lead inf": (lambda: Reservoirs(mu={"L": [0, np.inf]}), ['mu of lead "L" holds nan or inf']),
    "a word": (lambda: Reservoirs(mu="fermi"), ["'fermi'", "number"]),
    "a complex mu": (lambda: Reservoirs(mu=1j), ["mu is 1j", "real"]),
    "a lead without": (lambda: Reservoirs(mu={"L": 0}).by_lead(["L", "R"]), ['Lead "R" has no mu']),
    "another lead": (lambda: Reservoirs(mu={"left": 0}).by_lead(["L", "R"]), ['no lead "left"; it has "L", "R"']),
}

refusals = {
    f"{group}: {name}": case
    for group, cases in {
        "matrix": matrices,
        "sites": sites,
        "coupling": couplings,
        "knob": knobs,
        "drive": drives,
        "reservoirs": reservoirs,
    }.items()
    for name, case in cases.items()
}


@pytest.mark.parametrize("name", refusals)
def test_bad_input_is_refused_in_words_that_help(name):
    call, words = refusals[name]
    with pytest.raises(BadInput) as refused:
        call()
    message = str(refused.value)
    for word in words:
        assert word in message
    assert message.endswith((".", "?"))


@pytest.mark.parametrize(
    "name",
    [
        *("energy", "fermi_energy", "temperature", "bias"),
        *("energies", "window", "rtol", "atol", "sidebands", "solver", "max_nodes", "device", "drive"),
        *(
            "lead",
            "lead_in",
            "lead_out",
            "lead_other",
            "sideband",
            "spin",
            "spin_in",
            "spin_out",
            "direction",
            "harmonic",
        ),
        *("site", "time"),
    ],
)
def test_names_with_another_meaning_are_refused(name):
    with pytest.raises(BadInput, match=f'named "{name}", which is reserved: .*; give it another name'):
        device(knobs={name: Onsite(0)})


@pytest.mark.parametrize("name", ["", "two words", "1st", "lambda", 3])
def test_a_knob_is_named_by_an_identifier(name):
    with pytest.raises(BadInput, match=r"names become keywords and axes; give an identifier"):
        device(knobs={name: Onsite(0)})


def test_bad_input_is_a_value_error_and_ours():
    assert issubclass(BadInput, ValueError)
    assert issubclass(BadInput, FloquantError)


def test_calls_refuse_what_is_not_what_it_should_be() -> None:
    import floquant as fq

    ring = fq.gallery.quantum_ring()
    solution = fq.solve(ring, None, (-1, 1))
    with pytest.raises(fq.BadInput, match="must be a Device"):
        fq.solve(np.eye(2), None, (-1, 1))
    with pytest.raises(fq.BadInput, match="must be a Drive or None"):
        fq.scatter(ring, {"dot_level": 0.1}, [0.1])
    with pytest.raises(fq.BadInput, match="must be Reservoirs"):
        fq.dc_current(solution, 0.1)
    with pytest.raises(fq.BadInput, match="needs a Solution"):
        fq.dc_current(ring, fq.Reservoirs())


def test_arrays_inside_a_waveform_must_be_named() -> None:
    import floquant as fq

    ring = fq.gallery.quantum_ring()
    with pytest.raises(fq.BadInput, match="name it"):
        fq.solve(ring, fq.Drive({"dot_level": fq.Cosine([0.07, 0.1])}, photon_energy=0.2), (0, 0.1))
    named = fq.Drive({"dot_level": fq.Cosine("v")}, photon_energy=0.2)
    assert fq.scatter(ring, named, [0.1], v=[0.07, 0.1]).transmission("R", "L").sizes["v"] == 2


def test_dims_of_results_are_not_dims_of_a_sweep() -> None:
    import xarray as xr

    import floquant as fq

    ring = fq.gallery.quantum_ring()
    with pytest.raises(fq.BadInput, match='a dim "lead"'):
        fq.solve(ring, None, (-1, 1), flux=xr.DataArray([0.1, 0.2], dims="lead"))
    with pytest.raises(fq.BadInput, match="a dict by contact name"):
        fq.dc_current(fq.solve(ring, None, (-1, 1)), fq.Reservoirs(xr.DataArray([0.1, 0.2], dims="lead")))


def test_a_fermi_level_or_bias_outside_the_window_names_the_window_to_ask_for() -> None:
    import floquant as fq

    solution = fq.solve(fq.gallery.quantum_ring(), None, (-0.1, 0.1))
    for reservoirs in (fq.Reservoirs(0.2), fq.Reservoirs({"L": 0.3, "R": 0.0}), fq.Reservoirs(0.0, temperature=0.01)):
        with pytest.raises(fq.BadInput, match="solve with window="):
            fq.dc_current(solution, reservoirs)


def test_energies_at_which_every_lead_is_closed_are_refused() -> None:
    import floquant as fq

    far = fq.gallery.quantum_ring(lead_level=10.0)
    drive = fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2)
    with pytest.raises(fq.BadInput, match=r"\"L\" \[8, 12\], \"R\" \[8, 12\], .* no lead has an open channel there"):
        fq.scatter(far, drive, [0.0])
    with pytest.raises(fq.BadInput, match="no lead has an open channel there"):
        fq.solve(far, drive, (-0.1, 0.1))
