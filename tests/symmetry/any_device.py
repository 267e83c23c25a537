"""Random devices and what is asked of them: sidebands at one energy, currents with their errors."""

from hypothesis import settings

import floquant as fq

few = settings(max_examples=12)


def scattered(device, drive, *energies, **knobs):
    """The device at these energies, tightly enough for `sidebands` to be compared to 1e-9."""
    return fq.scatter(device, drive, energies, rtol=1e-9, **knobs)


def sidebands(scattering, to, from_, n, at=0):
    """T^(n) for n in a list, at the energy number `at`; 0 where it was left out as negligible."""
    numbers = scattering.transmission(to, from_).isel(energy=at)
    return numbers.reindex(sideband=list(n), fill_value=0.0).values


def currents(device, drive, mu=0.0, temperature=0.0, rtol=1e-8, **knobs):
    """dc currents and their errors, over leads; `mu` may be a dict."""
    highest = max(mu.values()) if isinstance(mu, dict) else mu
    lowest = min(mu.values()) if isinstance(mu, dict) else mu
    solution = fq.solve(
        device, drive, window=(lowest - 40 * temperature, highest + 40 * temperature), rtol=rtol, **knobs
    )
    found = fq.dc_current(solution, fq.Reservoirs(mu=mu, temperature=temperature))
    return found.values, found.dc_current_error.values
