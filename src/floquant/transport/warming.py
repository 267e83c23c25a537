"""Compile every kernel before the first calculation."""

from __future__ import annotations


def warm_up(big_devices: bool = False) -> None:
    """Compile the kernels (once per machine) by solving two tiny problems; later processes load them from the cache.

    `big_devices`: also those of the dissection and of slices, which take about a minute more.
    """
    from floquant.checks.flags import flag
    from floquant.solvers.compilation import compiling

    big_devices = flag(big_devices, "big_devices")
    with compiling():
        _solve_tiny_problems()
        if big_devices:
            _solve_a_wire()


def _solve_tiny_problems() -> None:
    import numpy as np

    from floquant.model import Chain, Contact, Cosine, Device, Drive, Onsite
    from floquant.solvers.zone.fermi_integrals import Occupied
    from floquant.transport.scattering import scatter
    from floquant.transport.solve import solve

    lead = Chain()
    device = Device(
        np.array([[0.0, 1.0], [1.0, 0.0]]),
        {"L": Contact(lead, [0]), "R": Contact(lead, [1])},
        {"left": Onsite(0), "right": Onsite(1)},
    )
    for knobs in (("left",), ("left", "right")):
        drive = Drive({name: Cosine(0.1) for name in knobs}, photon_energy=1.0)
        scatter(device, drive, [0.1], rtol=1e-2).transmission("R", "L")
        integrals = Occupied(solve(device, drive, (0.1, 0.1), rtol=1e-2).parts[0].counted)
        level = np.array([[0.1]])
        for temperature in (np.zeros((1, 1)), np.full((1, 1), 0.001)):
            integrals.pumped(level, temperature)
            integrals.transferred(level, level, temperature, temperature)
    chain = np.eye(20, k=1) + np.eye(20, k=-1)
    scatter(Device(chain, {"L": Contact(lead, [0]), "R": Contact(lead, [19])}), None, [0.1]).transmission("R", "L")


def _solve_a_wire() -> None:
    """With real elements and with complex ones."""
    import numpy as np

    from floquant.model import Chain, Contact, Cosine, Device, Drive, Onsite
    from floquant.transport.scattering import scatter

    for hopping in (1.0, 1j):
        chain = np.diag(np.full(19, hopping), 1)
        contacts = {"L": Contact(Chain(), [0]), "R": Contact(Chain(), [19])}
        wire = Device(chain + chain.conj().T, contacts, {"level": Onsite(range(20))})
        drive = Drive({"level": Cosine(0.1)}, photon_energy=1.0)
        for solver in ("dissection", "slices"):
            scatter(wire, drive, [0.1], sidebands=1, solver=solver)
