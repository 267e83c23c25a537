"""How a study is computed: cut into blocks of bounded memory, and no loop over settings inside one."""

import numpy as np
import pytest

import floquant as fq
from floquant.study.plan.blocks import cut
from floquant.study.running import run as run_in_blocks
from study.problems import DRIVE, NAMED, RING, computed


def test_no_loop_runs_over_settings_or_fermi_energies():
    calls = []

    def counted(*arguments, **keywords):
        calls.append(keywords)
        return fq.solve(*arguments, **keywords)

    axes = {"flux": np.linspace(0, 1, 30), "v": np.linspace(0.01, 0.07, 5), "fermi_energy": np.linspace(-0.5, 0.5, 90)}
    data = computed(fq.Study(RING, NAMED.at(omega=0.2), axes=axes), counted)
    assert len(calls) == 1
    assert data.dc_current.size == 30 * 5 * 90 * 2


def test_blocks_change_no_number_beyond_its_error():
    axes = {"omega": [0.2, 0.3], "flux": np.linspace(0.05, 0.95, 7), "fermi_energy": [0.0, 0.05], "v": 0.07}
    study = fq.Study(RING, NAMED, axes=axes, observe=["dc_current", "transmission"])
    whole = study.run()
    assert [(block.start, block.stop) for block in study.blocks] == [(0, 7), (7, 14)]
    small = cut(2, 7, most_settings=3)
    assert [(b.start, b.stop) for b in small] == [(0, 3), (3, 6), (6, 7), (7, 10), (10, 13), (13, 14)]
    pieces = run_in_blocks(study.description, small, None, 1, None)
    for name in ("dc_current", "transmission"):
        bound = whole[f"{name}_error"] + pieces[f"{name}_error"]
        difference = whole[name] - pieces[name]
        difference = difference.dropna("sideband") if name == "transmission" else difference
        assert np.all(abs(difference) <= bound.reindex_like(difference) + 1e-15)


@pytest.mark.parametrize(
    ("outer", "inner", "settings", "most"), [(7, 5, 2, 100), (7, 5, 5, 3), (23, 4, 3, 10), (1, 11, 4, 1)]
)
def test_blocks_hold_every_row_once(outer, inner, settings, most):
    blocks = cut(outer, inner, settings, most_blocks=most)
    rows = [row for block in blocks for row in range(block.start, block.stop)]
    assert rows == list(range(outer * inner))
    assert [len(block) for block in blocks] == [block.stop - block.start for block in blocks]
    cells = [cell for block in blocks for cell in block.cells()]
    assert [cell.outer * inner + s for cell in cells for s in range(cell.start, cell.stop)] == rows
    assert all(cell.stop - cell.start <= settings for cell in cells)
    assert len(blocks) <= most


def test_a_large_sweep_is_cut_so_that_a_solve_fits_into_memory():
    axes = {"flux": np.linspace(0, 1, 200_000), "fermi_energy": np.linspace(-0.6, 0.6, 3)}
    blocks = fq.Study(RING, DRIVE, axes=axes).blocks
    assert max(len(block) for block in blocks) <= 2000
    assert len(blocks) < 4096
