"""Pumps: Rice and Mele's cycle, and Brouwer's charge when it is slow."""

import numpy as np
import pytest
from reference import closed_forms

import floquant as fq
from physics.questions import right_current


def rice_mele(count):
    alternate = (-1.0) ** np.arange(count)
    bonds = np.diag(alternate[:-1], 1) + np.diag(alternate[:-1], -1)
    return fq.Device(
        0.5 * np.abs(bonds),
        contacts={"L": fq.Contact(fq.Chain(1.0), [0]), "R": fq.Contact(fq.Chain(1.0), [count - 1])},
        knobs={"bonds": fq.Matrix(0.4 * bonds), "levels": fq.Matrix(0.8 * np.diag(alternate))},
    )


def test_rice_mele_pumps_nearly_one_charge_a_cycle():
    """Known as 0.9745226995; the brute-force integral says 0.97452269960."""
    drive = fq.Drive({"bonds": fq.Cosine(1.0), "levels": fq.Cosine(1.0, phase=-np.pi / 2)}, photon_energy=0.4)
    assert float(right_current(rice_mele(6), drive)) / 0.4 == pytest.approx(0.97452269960, rel=1e-9)


def test_a_slow_pump_moves_brouwers_charge():
    """Rice and Mele's pump of four sites is generic: it approaches his charge as the frequency falls."""
    charge = closed_forms.brouwer_charge(*closed_forms.rice_mele(4), 0.0, (0, 3))
    assert charge == pytest.approx(0.9738142194878, abs=1e-13)
    missing = []
    for photon_energy in (0.08, 0.04):
        drive = fq.Drive(
            {"bonds": fq.Cosine(1.0), "levels": fq.Cosine(1.0, phase=-np.pi / 2)}, photon_energy=photon_energy
        )
        missing.append(abs(float(right_current(rice_mele(4), drive)) / photon_energy - charge))
    assert missing[1] < 0.6 * missing[0] < 0.01
