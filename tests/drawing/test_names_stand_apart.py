"""Names in a drawing: none lies on another, none falls off the page, and plates tell whose they are."""

from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_hex

import floquant as fq
from drawing.texts import boxes

G, C = fq.gallery, fq.Cosine
DEVICES = {
    "double dot": G.double_dot(),
    "spin pump": G.spin_pump(),
    "three terminals": G.three_terminal_ring(),
    "three terminals, longer arms": G.three_terminal_ring(arm=2),
    "two gates": G.two_gate_ring(),
    "Rashba": G.rashba_ring(),
    "quantum ring": G.quantum_ring(),
    "quantum ring with spin": G.quantum_ring(spin=True),
    "Rice and Mele": G.rice_mele_pump(),
    "pump": G.two_gate_pump(),
}
DRIVES = {
    "spin pump": fq.rotating("field_x", "field_y", 0.5),
    "two gates": {"upper_gate": C(0.2), "lower_gate": C(0.2, 1.0), "flux_so": C(0.1, phase=np.pi / 2)},
    "three terminals": {f"gate_{name}": C(0.2) for name in "abc"},
    "Rashba": {"upper_gate": C(0.2), "lower_gate": C(0.2)},
    "double dot": {"detuning": C(0.2), "level": C(0.1)},
}


def assert_apart(figure):
    found = boxes(figure)
    for (one, a), (other, b) in combinations(found, 2):
        width, height = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
        assert width <= 1 or height <= 2, f"{one.get_text()} lies on {other.get_text()}"
    for text, box in found:
        assert figure.bbox.x0 - 1 <= box.x0 <= box.x1 <= figure.bbox.x1 + 1, text.get_text()
        assert figure.bbox.y0 - 1 <= box.y0 <= box.y1 <= figure.bbox.y1 + 1, text.get_text()


@pytest.mark.parametrize("name", DEVICES)
def test_names_of_all_knobs_are_readable(name):
    figure = DEVICES[name].plot()
    assert_apart(figure)
    assert {*DEVICES[name].knobs, *DEVICES[name].contacts} <= {text.get_text() for text, _ in boxes(figure)}


@pytest.mark.parametrize("name", DRIVES)
def test_names_of_what_is_driven_are_readable(name):
    assert_apart(DEVICES[name].plot(fq.Drive(DRIVES[name], photon_energy=0.3)))


def test_plates_of_different_knobs_have_different_colours():
    (panel,) = G.rashba_ring().plot().axes
    named = {text.get_text(): to_hex(text.get_color()) for text in panel.texts}
    assert len({named[knob] for knob in ("upper_gate", "lower_gate", "zeeman")}) == 3
    plates = [to_hex(line.get_color()) for line in panel.lines if line.get_linewidth() == 2.2]
    assert plates.count(named["upper_gate"]) == plates.count(named["lower_gate"]) == 5


def test_bonds_that_light_drives_everywhere_are_coloured():
    ribbon = G.zigzag_ribbon(chains=6, length=10)
    figure = ribbon.plot(fq.Drive(fq.rotating("light_x", "light_y", 0.1), photon_energy=1.0))
    (panel,) = figure.axes
    lines = [c for c in panel.collections if hasattr(c, "get_segments")]
    drawn = {to_hex(c.get_color()[0]): len(c.get_segments()) for c in lines}
    legend = {t.get_text().partition(":")[0]: to_hex(t.get_color()) for t in panel.get_legend().get_texts()}
    bonds = max(drawn.values())
    assert drawn[legend["light_y"]] == bonds
    assert 0.5 * bonds < drawn[legend["light_x"]] < bonds  # those across the ribbon do not feel it
