"""Random devices and what is asked of them: sidebands at one energy, currents with their errors."""

from hypothesis import settings

import floquant as fq

few = settings(max_examples=12)


def sidebands(device, drive, energy, to, from_, n, **knobs):
    """T^(n) at one energy for n in a list; 0 where it was left out as negligible."""
    numbers = fq.scatter(device, drive, [energy], rtol=1e-9, **knobs).transmission(to, from_)
    return numbers.isel(energy=0).reindex(sideband=list(n), fill_value=0.0).values


def currents(device, drive, mu=0.0, temperature=0.0, rtol=1e-8, **knobs):
    """dc currents and their errors, over leads; `mu` may be a dict."""
    highest = max(mu.values()) if isinstance(mu, dict) else mu
    lowest = min(mu.values()) if isinstance(mu, dict) else mu
    solution = fq.solve(
        device, drive, window=(lowest - 40 * temperature, highest + 40 * temperature), rtol=rtol, **knobs
    )
    found = fq.dc_current(solution, fq.Reservoirs(mu=mu, temperature=temperature))
    return found.values, found.dc_current_error.values
