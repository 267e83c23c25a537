"""Short questions to a device, for tests that ask them often."""

import floquant as fq

TIGHT = 1e-10


def transmissions(device, drive, energy, to="R", from_="L", n=range(-3, 4), rtol=1e-12, **knobs):
    """T^(n) at one energy as an array over n, all spins together; what was left out as negligible is 0."""
    scattering = fq.scatter(device, drive, [energy], rtol=rtol, **knobs)
    numbers = scattering.transmission(to, from_).isel(energy=0)
    numbers = numbers.sum([dim for dim in ("spin_out", "spin_in") if dim in numbers.dims])
    return numbers.reindex(sideband=list(n), fill_value=0.0).values.squeeze()


def static(device, energies, to="R", from_="L", **knobs):
    """T without a drive, all spins together."""
    numbers = fq.scatter(device, None, energies, **knobs).transmission(to, from_, kind="total")
    return numbers.sum([dim for dim in ("spin_out", "spin_in") if dim in numbers.dims]).values.squeeze()


def current(device, drive, fermi_energy=0.0, rtol=TIGHT, **knobs):
    """dc charge currents by lead, zero temperature and bias."""
    solution = fq.solve(device, drive, window=(fermi_energy, fermi_energy), rtol=rtol, **knobs)
    return fq.dc_current(solution, fq.Reservoirs(mu=fermi_energy))
