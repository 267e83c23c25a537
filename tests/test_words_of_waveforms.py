"""How waveforms are written: signs in their places, multiples of π by name."""

import numpy as np
import pytest

import floquant as fq

C = fq.Cosine
WORDS = {
    "0.1 cos(Ωt)": C(0.1),
    "0.1 cos(Ωt − π/2)": C(0.1, -np.pi / 2),
    "0.1 cos(Ωt + 2π/3)": C(0.1, 2 * np.pi / 3),
    "0.1 cos(Ωt + π)": C(0.1, np.pi),
    "0.1 cos(Ωt − 0.3)": C(0.1, -0.3),
    "0.1 cos(Ωt + 1.5708)": C(0.1, 1.5708),
    "−0.1 cos(3Ωt + π/12)": C(-0.1, np.pi / 12, multiple=3),
    "v cos(Ωt + shift)": C("v", "shift"),
    "0.1 cos(Ωt + (2 values))": C(0.1, [0.1, 0.2]),
    "0.1 cos(2Ωt − π/2)": C(0.1, multiple=2).shifted(-np.pi / 4),
    "(v cos(Ωt + shift)) shifted by π": C("v", "shift").shifted(np.pi),
    "0.1 cos(Ωt) − 0.2": C(0.1) - 0.2,
    "v cos(Ωt) − 0.1 cos(Ωt)": C("v") + C(-0.1),
    "2·(0.1 cos(Ωt) − 0.2)": 2 * (C(0.1) - 0.2),
    "2·0.1 cos(Ωt − π/2)": 2 * C(0.1, -np.pi / 2),
    "(0.1 cos(Ωt) + 0.2) · v cos(Ωt)": (C(0.1) + 0.2) * C("v"),
    "−(0.1 cos(Ωt) + 0.2)": -(C(0.1) + 0.2),
    "0.2 pulses(Ωt − π/4, width 0.1)": fq.Lorentzian(0.1, amplitude=0.2).shifted(-np.pi / 4),
    "cycle of 3 samples(Ωt − π/2)": fq.Sampled([0, 1, 2], phase=-np.pi / 2),
}


@pytest.mark.parametrize("words", WORDS)
def test_a_waveform_is_written_as_on_a_blackboard(words):
    assert str(WORDS[words]) == words


def test_a_vector_that_rotates_is_a_cosine_and_a_sine():
    assert [str(wave) for wave in fq.rotating("x", "y", 0.5).values()] == ["0.5 cos(Ωt)", "0.5 cos(Ωt − π/2)"]
