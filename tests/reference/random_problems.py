"""Random driven devices for the test of the error bound. NumPy alone: this file imports nothing from floquant.

`random_problem(seed)` gives a plain dict, the same on every machine:

    family          what makes its resonances narrow: "broad", "weak site", "weak contact", "dark state", "bound state"
    hamiltonian     (n, n) complex Hermitian, 1 ≤ n ≤ 6
    photon_energy   ħΩ
    knobs           [{"kind": "onsite", "sites": [...]} or {"kind": "hopping", "bond": (i, j)}], one or two of them,
                    each with "waveform": {k: x_k}, k = 1 or 1 and 2, x(t) = Σ_k x_k e^{−ikΩt} + c.c.
    contacts        [{"name", "kind": "chain", "hopping", "level", "sites", "coupling"} or {"name", "kind": "wide", "gamma", "sites"}]
    mu, temperature one number for each contact

Five problems of nine are made to have a resonance narrower than 1e-4, so that half of them have one.
"""

import numpy as np

from .dense_floquet import Problem, chain, wide_band

NARROW = ("weak site", "weak contact", "dark state", "bound state")


def random_problem(seed):
    """A random driven device with its reservoirs, as matrices and numbers."""
    rng = np.random.default_rng([20251, seed])
    family = "broad" if seed % 9 in (0, 2, 4, 6) else NARROW[seed % 4]
    size = int(rng.choice([1, 2, 3, 4, 5, 6], p=[0.2, 0.25, 0.25, 0.15, 0.1, 0.05]))
    photon_energy = float(rng.uniform(0.35, 1.5))
    above = float(rng.uniform(0.1, 0.7))  # where a bound state is to be, above the bands
    if family == "bound state":
        photon_energy = above + float(rng.uniform(0.3, 0.9))
    if family == "dark state":
        size = max(size, 3)
    if family == "weak site":
        size = max(size, 2)

    h = _chain_of_sites(rng, size)
    knobs = _drive(rng, size, photon_energy)
    contacts = _contacts(rng, size)
    centre = rng.uniform(-1.2, 1.2)

    if family == "weak site":  # its width is about 4|w|²: 4e-7 to 4e-5
        w = 10 ** rng.uniform(-3.5, -2.5) * np.exp(2j * np.pi * rng.random())
        last = size - 1
        h[last, :last] = h[:last, last] = 0
        h[last, last] = centre = float(rng.uniform(-1.2, 1.2))
        h[last, last - 1], h[last - 1, last] = w, np.conj(w)
        for contact in contacts:
            contact["sites"] = [s if s < last else 0 for s in contact["sites"]]
        if rng.random() < 0.6:  # driven weakly itself, or the drive would ionise it through its neighbours' bonds
            knobs[0] = {"kind": "onsite", "sites": [last], "waveform": knobs[0]["waveform"]}
        knobs = [k for k in knobs if k["kind"] == "onsite" or last not in k["bond"]] or [
            {"kind": "onsite", "sites": [last], "waveform": {1: 0.2 * photon_energy + 0j}}
        ]
    elif family == "weak contact":
        for contact in contacts:
            scale = 10 ** rng.uniform(-2.8, -2.1)
            if contact["kind"] == "wide":
                contact["gamma"] *= scale**2
            else:
                contact["coupling"] = contact["coupling"] * scale
        centre = float(rng.choice(np.linalg.eigvalsh(h)))
    elif family == "dark state":
        # two equal sites on one neighbour: their difference couples to nothing, but for a detuning
        detuning = 10 ** rng.uniform(-3.5, -2.3)
        a, b = size - 2, size - 1
        h[[a, b], :] = h[:, [a, b]] = 0
        bond = rng.uniform(0.3, 0.8) * np.exp(2j * np.pi * rng.random())
        h[0, a] = h[0, b] = bond
        h[a, 0] = h[b, 0] = np.conj(bond)
        centre = float(rng.uniform(-1.2, 1.2))
        h[a, a], h[b, b] = centre - detuning, centre + detuning
        for contact in contacts:
            contact["sites"] = [s if s < a else 0 for s in contact["sites"]]
        quiet = {"kind": "onsite", "sites": [0], "waveform": knobs[0]["waveform"]}
        together = {"kind": "onsite", "sites": [a, b], "waveform": knobs[-1]["waveform"]}
        knobs = [quiet, together] if len(knobs) == 2 else [quiet if rng.random() < 0.5 else together]
    elif family == "bound state":  # just above the bands; its photon replica, of width ∝ v^2, lies inside
        contacts = [c for c in contacts if c["kind"] == "chain"] or [_chain_contact(rng, 0, [0])]
        top = max(c["level"] + 2 * c["hopping"] for c in contacts)
        site = int(rng.integers(size))
        h[site, site] = top + above
        weak = 10 ** rng.uniform(-2.0, -1.0)
        for knob in knobs:
            knob["waveform"] = {k: x * weak for k, x in knob["waveform"].items()}
        centre = h[site, site].real - photon_energy

    _deduplicate(contacts)
    return {
        "seed": seed,
        "family": family,
        "hamiltonian": h,
        "photon_energy": photon_energy,
        "knobs": knobs,
        "contacts": contacts,
        **_reservoirs(rng, contacts, centre, photon_energy),
    }


def _chain_of_sites(rng, size):
    h = np.zeros((size, size), complex)
    for i in range(size - 1):
        h[i, i + 1] = rng.uniform(0.3, 1.2) * np.exp(2j * np.pi * rng.random())
    for i in range(size):
        for j in range(i + 2, size):
            if rng.random() < 0.4:
                h[i, j] = rng.uniform(0.2, 0.8) * np.exp(2j * np.pi * rng.random())
    h = h + h.conj().T
    h[np.diag_indices(size)] = rng.uniform(-1.2, 1.2, size)
    return h


def _drive(rng, size, photon_energy):
    knobs = []
    for _ in range(int(rng.integers(1, 3))):
        strength = rng.uniform(0.1, 1.0) * photon_energy
        waveform = {1: complex(strength / 2 * np.exp(-2j * np.pi * rng.random()))}
        if rng.random() < 0.3:
            waveform[2] = complex(0.4 * strength / 2 * np.exp(-2j * np.pi * rng.random()))
        if size > 1 and rng.random() < 0.25:
            i = int(rng.integers(size - 1))
            knobs.append({"kind": "hopping", "bond": (i, i + 1), "waveform": waveform})
        else:
            knobs.append({"kind": "onsite", "sites": [int(rng.integers(size))], "waveform": waveform})
    return knobs


def _chain_contact(rng, index, sites):
    hopping = float(rng.uniform(0.6, 1.2))
    coupling = rng.uniform(0.3, 1.0, len(sites)) * np.exp(2j * np.pi * rng.random(len(sites)))
    return {
        "name": "LRC"[index],
        "kind": "chain",
        "hopping": hopping,
        "level": float(rng.uniform(-0.5, 0.5)),
        "sites": sites,
        "coupling": coupling[:, None],
    }


def _contacts(rng, size):
    contacts = []
    ends = [0, size - 1, int(rng.integers(size))]
    for index in range(int(rng.choice([1, 2, 3], p=[0.1, 0.65, 0.25]))):
        site = ends[index]
        if rng.random() < 0.2:
            gamma = float(rng.uniform(0.1, 1.0))
            contacts.append({"name": "LRC"[index], "kind": "wide", "gamma": gamma, "sites": [site]})
        else:
            wide = size > 1 and rng.random() < 0.25  # one chain on two sites, with complex couplings
            sites = [site, (site + 1) % size] if wide else [site]
            contacts.append(_chain_contact(rng, index, sites))
    return contacts


def _deduplicate(contacts):
    """A chain that was moved onto one site twice touches it once."""
    for contact in contacts:
        if len(set(contact["sites"])) < len(contact["sites"]):
            contact["sites"] = contact["sites"][:1]
            contact["coupling"] = contact["coupling"][:1]


def _reservoirs(rng, contacts, centre, photon_energy):
    count = len(contacts)
    low, high = -1.5, 1.5
    for contact in contacts:
        if contact["kind"] == "chain":
            low = max(low, contact["level"] - 1.9 * contact["hopping"])
            high = min(high, contact["level"] + 1.9 * contact["hopping"])
    fermi = float(np.clip(centre + rng.uniform(-1, 1) * photon_energy, low, high))
    mu = np.full(count, fermi)
    if rng.random() < 0.5:
        mu = mu + rng.uniform(-0.4, 0.4, count)
    temperature = np.zeros(count)
    if rng.random() < 0.5:
        temperature = np.full(count, rng.uniform(0.01, 0.08))
        if rng.random() < 0.3:
            temperature = rng.uniform(0.01, 0.08, count)
    return {"mu": mu, "temperature": temperature}


def as_matrices(problem):
    """The dict as a dense_floquet.Problem."""
    size = len(problem["hamiltonian"])
    harmonics = {}
    for knob in problem["knobs"]:
        shape = np.zeros((size, size), complex)
        if knob["kind"] == "onsite":
            shape[knob["sites"], knob["sites"]] = 1
        else:
            i, j = knob["bond"]
            shape[i, j] = shape[j, i] = 1
        for k, x in knob["waveform"].items():
            harmonics[k] = harmonics.get(k, 0) + x * shape
    contacts = []
    for c in problem["contacts"]:
        if c["kind"] == "wide":
            contacts.append(wide_band(c["name"], c["sites"][0], gamma=c["gamma"]))
        else:
            contacts.append(
                chain(c["name"], c["sites"], hopping=c["hopping"], level=c["level"], coupling=c["coupling"])
            )
    return Problem(problem["hamiltonian"], harmonics, problem["photon_energy"], tuple(contacts))
