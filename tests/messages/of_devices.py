"""Devices that are refused: {name: (a call, words that the message must hold)}."""

import numpy as np
import scipy.sparse

from floquant import gallery
from floquant.model import (
    Chain,
    Contact,
    Device,
    Drive,
    Flux,
    Function,
    Hopping,
    Matrix,
    Onsite,
    Strength,
    WideBand,
    sectors,
)
from messages.asked import Closed, device, ring, spinful, with_element

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
    "no orbitals": (lambda: WideBand(1, orbitals=0), ["number of orbitals of a WideBand is 0", "≥ 1"]),
    "a lead that cannot be opened": (
        lambda: sectors(
            device(Strength(contact="L"), contacts={"L": Contact(Closed(), 0)}), None, {"turned": [0.5, 0.6]}
        ),
        ['contact "L"', "cannot give up a cell"],
    ),
}
