"""The ring with a shaken dot, its drive with named parameters, and single calls that stand beside a study."""

import floquant as fq
from floquant.study.compute.block import compute_block
from floquant.study.result.dataset import dataset

RING = fq.gallery.quantum_ring(dot_coupling=0.25)
DRIVE = fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2)
NAMED = fq.Drive({"dot_level": fq.Cosine("v")}, photon_energy="omega")


def current(device, drive, mu, temperature=0.0, rtol=1e-6, **knobs):
    """One current into R, by direct calls over a window that is as large as it need be."""
    levels = [*mu.values()] if isinstance(mu, dict) else [mu]
    window = (min(levels) - 40 * temperature, max(levels) + 40 * temperature)
    solution = fq.solve(device, drive, window=window, rtol=rtol, **knobs)
    return fq.dc_current(solution, fq.Reservoirs(mu=mu, temperature=temperature)).sel(lead="R")


def agree(study_value, direct):
    """Two numbers within both of their error bounds."""
    return abs(float(study_value) - float(direct)) <= 2 * float(direct.dc_current_error) + 1e-15


def computed(study, solve):
    """The Dataset of a study of one block, whose solves are done by this function."""
    (block,) = study.blocks
    return dataset(study.description, compute_block(study.description, block, solve), {})
