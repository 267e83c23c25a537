"""Problems with one number left open, which may be as large or as small as a float can be."""

import numpy as np

import floquant as fq

CHAIN = fq.Chain()
LEVEL = fq.Onsite(0)
DRIVE = fq.Drive({"level": fq.Cosine(0.1)}, photon_energy=0.5)
WINDOW = (-0.3, 0.2)


def device(element=0.1, left=CHAIN, coupling=0.5, **others):
    return fq.Device(
        [[element]],
        {"L": fq.Contact(left, 0, coupling), "R": fq.Contact(fq.WideBand(0.5), 0)},
        {"level": LEVEL, **others},
    )


def transmitted(device, drive=DRIVE, energies=(0.1,), **more):
    return fq.scatter(device, drive, energies, rtol=1e-3, **more).transmission("R", "L").values


def pumped(device, drive=DRIVE, window=WINDOW, reservoirs=None, **more):
    solution = fq.solve(device, drive, window, rtol=1e-2, **more)
    return fq.dc_current(solution, reservoirs or fq.Reservoirs({"L": 0.1, "R": 0.0})).values


def both(device, drive=DRIVE, **more):
    return np.concatenate([np.ravel(transmitted(device, drive, **more)), np.ravel(pumped(device, drive, **more))])


def in_a_field(value, **more):
    square = fq.Device(
        [[0.0, 1.0, 0, 1], [1, 0, 1, 0], [0, 1, 0, 1], [1, 0, 1, 0]], {"L": fq.Contact(CHAIN, 0), "R": fq.Contact(CHAIN, 2)},
        {"level": LEVEL, "field": fq.Peierls(field="z")}, positions=np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * more.pop("size", 1.0),
    )  # fmt: skip
    return both(square, field=value)


def spin(value):
    leads = {name: fq.Contact(CHAIN, 0, 0.5) for name in "LR"}
    magnet = fq.Device(np.eye(2), leads, {"level": LEVEL, "b": fq.Zeeman(0, "x")}, orbitals=2, spin=True)
    return np.ravel(transmitted(magnet, b=value))


def probed(value):
    three = fq.Device([[0.1]], {name: fq.Contact(CHAIN, 0, 0.5) for name in "LRP"}, {"level": LEVEL})
    solution = fq.solve(three, DRIVE, WINDOW, rtol=1e-2)
    return float(fq.float_probes(solution, "P", fq.Reservoirs({"L": 0.1, "R": 0.0, "P": 0.0}), current=value).mu["P"])


def drive(wave, **more):
    return fq.Drive({"level": wave}, **{"photon_energy": 0.5, **more})


def found(dataset):
    return dataset.energy.values[np.isfinite(dataset.energy.values)]


PROBLEMS = {
    "an element of H": lambda x: both(device(x)),
    "a knob": lambda x: both(device(), level=x),
    "a resting knob": lambda x: both(device().at(level=x)),
    "the hopping of a chain": lambda x: both(device(left=fq.Chain(x))),
    "the level of a chain": lambda x: both(device(left=fq.Chain(1.0, x))),
    "a coupling": lambda x: both(device(coupling=x)),
    "a gamma": lambda x: both(device(left=fq.WideBand(x), coupling=None)),
    "the hopping of a wire": lambda x: both(device(left=fq.PeriodicLead([[0.0]], [[x]]))),
    "the level of a wire": lambda x: both(device(left=fq.PeriodicLead([[x]], [[1.0]]))),
    "a self-energy": lambda x: both(device(left=fq.SelfEnergy(lambda energy: -1j * x))),
    "an amplitude": lambda x: both(device(), drive(fq.Cosine(x))),
    "a phase": lambda x: both(device(), drive(fq.Cosine(0.1, x))),
    "a shift": lambda x: both(device(), drive(fq.Cosine(0.1).shifted(x))),
    "a harmonic": lambda x: both(device(), drive(fq.Harmonics({1: 0.1, 2: x}))),
    "a duty": lambda x: both(device(), drive(fq.Square(0.1, duty=x, order=3))),
    "the width of a pulse": lambda x: transmitted(
        device(), drive(fq.Lorentzian(x, amplitude=0.1, order=9)), sidebands=3
    ),
    "a sample": lambda x: both(device(), drive(fq.Sampled([0.0, x, 0.1]))),
    "a photon energy": lambda x: both(device(), drive(fq.Cosine(0.1), photon_energy=x)),
    "a voltage": lambda x: both(device(), drive(fq.Cosine(0.1), voltages={"L": fq.Cosine(x)})),
    "a driven strength": lambda x: both(
        device(coupling=2.0, s=fq.Strength(contact="L")), fq.Drive({"s": fq.Cosine(x)}, photon_energy=0.5)
    ),
    "a raw harmonic": lambda x: both(device(), fq.Drive.from_matrices({1: [[x]]}, 0.5)),
    "an energy": lambda x: transmitted(device(), energies=[x]),
    "an undriven energy": lambda x: transmitted(device(), None, energies=[x]),
    "half a window": lambda x: pumped(device(), window=(-abs(x), abs(x)), reservoirs=fq.Reservoirs(0.0)),
    "a window below": lambda x: pumped(
        device(), window=(-abs(x) - 1, 0.1), reservoirs=fq.Reservoirs({"L": -abs(x), "R": 0.0})
    ),
    "an undriven bias": lambda x: pumped(
        device(), None, window=(-abs(x) - 1, 0.1), reservoirs=fq.Reservoirs({"L": -abs(x), "R": 0.0})
    ),
    "a temperature": lambda x: pumped(
        device(), window=(-60 * abs(x) - 1, 60 * abs(x) + 1), reservoirs=fq.Reservoirs(0.0, x)
    ),
    "rtol": lambda x: transmitted(device(), sidebands=2) if fq.Accuracy(rtol=x) else None,
    "atol": lambda x: fq.solve(device(), DRIVE, WINDOW, rtol=1e-2, atol=x).certificate.nodes,
    "a field": in_a_field,
    "a size": lambda x: in_a_field(0.1, size=x),
    "a Zeeman energy": spin,
    "the current into a probe": probed,
    "half a width of resonances": lambda x: found(
        fq.resonances(device(), DRIVE, (0.0, 0.2), max_half_width=x, sidebands=1)
    ),
    "a window of resonances": lambda x: found(
        fq.resonances(device(), DRIVE, (0.0, x), max_half_width=0.1, sidebands=1)
    ),
    "a level that is bound": lambda x: found(fq.bound_states(device(x, left=CHAIN))),
    "a level with symmetries": lambda x: len(fq.symmetries(device(x), DRIVE).symmetries),
    "an axis": lambda x: (
        fq.Study(device(), DRIVE, {"level": [x], "fermi_energy": 0.1}, rtol=1e-2).run().dc_current_error.values
    ),
    "a Fermi energy": lambda x: (
        fq.Study(device(), DRIVE, {"fermi_energy": [x]}, rtol=1e-2).run().dc_current_error.values
    ),
    "a bias": lambda x: (
        fq.Study(device(), DRIVE, {"bias": [x], "fermi_energy": 0.1}, rtol=1e-2).run().dc_current_error.values
    ),
}
VALUES = (0.0, 5e-324, 1e-200, 1e-100, 1e-50, 1e-20, 1e-9, 1e5, 1e9, 1e20, 1e50, 1e60, 1e160, 1e308)
