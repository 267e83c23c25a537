"""Random devices of few values, which have symmetries by chance, and what contradicts a report of them."""

from __future__ import annotations

from hypothesis import strategies as st

import floquant as fq

OMEGA = 0.7
seeds = st.integers(0, 10_000)


def flat(blocks):
    n, _, k, _ = blocks.shape
    return blocks.transpose(0, 2, 1, 3).reshape(n * k, n * k)


def made(h, harmonics, contacts):
    k = h.shape[-1]
    device = fq.Device(flat(h), contacts, orbitals=k, spin=k == 2)
    return device, fq.Drive.from_matrices({n: flat(x) for n, x in harmonics.items()}, photon_energy=OMEGA)


def transmissions(device, drive, energies):
    """{(to, from, n, energy): (T, its error)}, spins summed."""
    energies = sorted(set(energies))
    scattering = fq.scatter(device, drive, energies=energies, rtol=1e-6)
    most = (len(scattering.sidebands) - 1) // 2
    found = {}
    for to in device.contacts:
        for from_ in device.contacts:
            values = scattering.transmission(to, from_)
            spins = [dim for dim in values.dims if dim.startswith("spin")]
            errors = values.transmission_error.sum(spins).values
            values = values.sum(spins).values
            for e, energy in enumerate(energies):
                for n in range(-3, 4):
                    inside = abs(n) <= most
                    found[to, from_, n, energy] = (values[e, most + n], errors[e, most + n]) if inside else (0.0, 1e-6)
    return found


def wrong_relations(device, drive, report):
    """The claims T = T′ of a report that numbers contradict."""
    asked = []
    for symmetry in report.symmetries:
        for to in device.contacts:
            for from_ in device.contacts:
                for n in (-1, 0, 1, 2):
                    partner = symmetry.partner(to, from_, n, 0.137, OMEGA)
                    asked.append((symmetry, (to, from_, n, 0.137), (*partner[:3], round(partner[3], 12))))
    values = transmissions(device, drive, [0.137, *(other[3] for _, _, other in asked)])
    pairs = ((str(s), values[a], values[b]) for s, a, b in asked)
    return [(s, a, b) for s, a, b in pairs if abs(a[0] - b[0]) > a[1] + b[1] + 1e-12]


def currents(device, drive, mu, rtol=1e-5):
    """{(what, lead): (current, its error)} at equal reservoirs."""
    solution = fq.solve(device, drive, window=(mu, mu), rtol=rtol)
    charge = fq.dc_current(solution, fq.Reservoirs(mu=mu))
    found = {
        ("dc charge", lead): (float(charge.sel(lead=lead)), float(charge.dc_current_error.sel(lead=lead)))
        for lead in device.contacts
    }
    if device.spin:
        spin = fq.spin_current(solution, fq.Reservoirs(mu=mu))
        for lead in device.contacts:
            for direction in "xyz":
                here = spin.sel(lead=lead, direction=direction)
                found[f"dc spin {direction}", lead] = (float(here), float(here.spin_current_error))
    return found


def claimed_but_flowing(device, drive, report, mu):
    """Currents that the report calls zero at this μ, and that are not."""
    values = currents(device, drive, mu)
    claims = report.forbids_at_energy if mu == report.energy else report.forbids
    return {
        claim: values[claim] for claim in claims if claim in values and abs(values[claim][0]) > values[claim][1] + 1e-12
    }


def ring_report(**fluxes):
    spin = "flux_so" in fluxes
    drive = fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2)
    return fq.symmetries(fq.gallery.quantum_ring(spin=spin), drive, **fluxes)
