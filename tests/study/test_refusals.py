"""Which studies are refused, when, and in which words."""

import numpy as np
import pytest
import xarray as xr

import floquant as fq
from study.problems import DRIVE, NAMED, RING

F = {"fermi_energy": 0.0}
ONE_LEAD = fq.Device([[0.0]], {"L": fq.Contact(fq.Chain(), [0])}, {"level": fq.Onsite(0)})


def needs(length, gate=0.0):
    return RING


REFUSED = {
    "empty axis": (RING, DRIVE, {"flux": [], **F}, {}, r'"flux" is empty.*at least one value.*linspace'),
    "empty fermi energies": (RING, DRIVE, {"fermi_energy": np.zeros(0)}, {}, r'"fermi_energy" is empty'),
    "misspelt": (RING, DRIVE, {"flx": [0.1], **F}, {}, r'"flx" is neither a knob nor an axis.*Did you mean "flux"\?'),
    "misspelt reserved": (RING, DRIVE, {"fermi": 0.1}, {}, r'neither a knob nor an axis.*Did you mean "fermi_energy"\?'),
    "misspelt keyword": (RING, DRIVE, F, {"flxu": 0.1}, r'"flxu" is neither.*Did you mean "flux"\?'),
    "swept and fixed": (RING, DRIVE, {"flux": [0.1, 0.2], **F}, {"flux": 0.3}, r'"flux" is swept by axes and fixed by flux=0.3'),
    "swept along a fixed one": (
        RING, DRIVE, {"flux": 0.3, "fermi_energy": xr.DataArray([0.0, 0.1], dims="flux")}, {}, r'"flux" is swept .* and fixed at 0.3',
    ),
    "fixed photon energy": (RING, DRIVE, {"photon_energy": [0.1], **F}, {}, r'"photon_energy" is swept.*fixed by the drive.*name it'),
    "many fixed": (RING, DRIVE, F, {"flux": [0.1, 0.2]}, r'"flux" is given as a keyword.*2 values; put it into axes'),
    "zipped": (
        RING, DRIVE, {"flux": xr.DataArray([0.1, 0.2], dims="s"), "fermi_energy": xr.DataArray([0.1, 0.2, 0.3], dims="s")}, {},
        r'"flux" and "fermi_energy" share "s", but have 2 and 3 values',
    ),
    "zipped along an axis": (
        RING, DRIVE, {"flux": [0.1, 0.2], "fermi_energy": xr.DataArray([0.1, 0.2, 0.3], dims="flux")}, {},
        r'"flux" and "fermi_energy" share "flux", but have 2 and 3 values',
    ),
    "zipped at other values": (
        RING, DRIVE, {"flux": [0.1, 0.2], "fermi_energy": xr.DataArray([0.0, 0.1], dims="flux", coords={"flux": [0.1, 0.3]})}, {},
        r'along "flux" at other values',
    ),
    "disagreeing coordinates": (
        RING, DRIVE, {
            "flux": xr.DataArray([0.1, 0.2], dims="s", coords={"s": [1, 2]}),
            "fermi_energy": xr.DataArray([0.1, 0.2], dims="s", coords={"s": [1, 3]}),
        }, {}, r'disagree about the coordinates along "s"',
    ),
    "along a knob that is no axis": (
        RING, DRIVE, {"fermi_energy": xr.DataArray([0.0, 0.1], dims="flux")}, {}, r'"flux", which the study could sweep, but does not',
    ),
    "along a dimension of results": (
        RING, DRIVE, {"fermi_energy": xr.DataArray([0.0, 0.1], dims="lead")}, {}, r'along "lead", which is a dimension of results',
    ),
    "parameter without a value": (RING, NAMED, {"omega": 0.2, **F}, {}, r'"v" has no value; sweep or fix it'),
    "no Fermi energy": (RING, DRIVE, {"flux": 0.1}, {}, r'"dc_current" needs a Fermi energy'),
    "no energies": (RING, DRIVE, {"flux": 0.1}, {"observe": "transmission"}, r'"transmission" needs energies'),
    "two dimensions": (RING, DRIVE, {"flux": np.zeros((2, 2)), **F}, {}, r'"flux" is an array of 2 dimensions.*DataArray'),
    "ragged": (RING, DRIVE, {"flux": [[0.1], [0.1, 0.2]], **F}, {}, r'"flux" is .*must be a number or an array'),
    "text": (RING, DRIVE, {"flux": "0.3", **F}, {}, r'"flux" holds \'0.3\', but it must hold real numbers'),
    "nan": (RING, DRIVE, {"flux": [0.1, np.nan], **F}, {}, r'"flux" holds nan or inf'),
    "nothing": (RING, DRIVE, {"flux": None, **F}, {}, r'"flux" holds None'),
    "complex flux": (RING, DRIVE, {"flux": [0.1, 0.2j], **F}, {}, r'"flux" holds complex numbers'),
    "complex energy": (RING, DRIVE, {"fermi_energy": [0.1j]}, {}, r'"fermi_energy" holds complex'),
    "cold": (RING, DRIVE, {"temperature": [-0.1, 0.1], **F}, {}, r'"temperature" begins at -0.1, but it must be ≥ 0'),
    "no photons": (RING, NAMED, {"omega": [0.0, 0.1], "v": 0.1, **F}, {}, r'"omega" begins at 0, but a photon energy must be > 0'),
    "axes no dict": (RING, DRIVE, [("flux", 0.1)], {}, r"axes is .*must be a dict"),
    "no observable": (RING, DRIVE, F, {"observe": []}, r"observe is empty"),
    "unknown observable": (RING, DRIVE, F, {"observe": "dc_curent"}, r'no observable "dc_curent".*Did you mean "dc_current"\?'),
    "observable no name": (RING, DRIVE, F, {"observe": [fq.dc_current]}, r"observe holds <function.*list of names"),
    "unknown option": (RING, DRIVE, F, {"observe": {"dc_current": {"spin": True}}}, r'no option "spin"; it has "resolve_spin", "form"'),
    "option value": (RING, DRIVE, F, {"observe": {"transmission": {"kind": "all"}}}, r"'all', but it must be one of 'sidebands', 'total'"),
    "option number": (RING, DRIVE, F, {"observe": {"dc_current": {"resolve_spin": 1}}}, r"is 1, but it must be one of False, True"),
    "options no dict": (RING, DRIVE, F, {"observe": {"dc_current": True}}, r'options of "dc_current" are True'),
    "spin without spin": (RING, DRIVE, F, {"observe": "spin_current"}, r"the device has no spin; build it with spin=True"),
    "resolved without spin": (RING, DRIVE, F, {"observe": {"dc_current": {"resolve_spin": True}}}, r"mixes spins or has none"),
    "unused": (
        RING, DRIVE, {"temperature": [0.1, 0.2], "energy": 0.0}, {"observe": "transmission"},
        r'"temperature" is swept, but transmission does not depend on it',
    ),
    "unused energy": (RING, DRIVE, {"energy": [0.1, 0.2], **F}, {}, r'"energy" is swept, but dc_current does not depend on it'),
    "bias of one lead": (ONE_LEAD, None, {"bias": 0.1, **F}, {}, r'"bias" needs two leads, but the device has 1'),
    "no device": (3, DRIVE, F, {}, r"device is 3, but it must be a Device or a function"),
    "an array in the drive": (
        RING, fq.Drive({"dot_level": fq.Cosine([0.1, 0.2])}, photon_energy=0.2), F, {}, r'holds an array.*Cosine\("v"\)',
    ),
    "no drive": (RING, 0.2, F, {}, r"drive is 0.2, but it must be a Drive or None"),
    "argument without a value": (needs, DRIVE, F, {}, r'argument "length" has no value; give it as an axis'),
    "empty argument": (needs, DRIVE, {"length": [], **F}, {}, r'"length" is empty'),
    "returns no device": (lambda length: None, DRIVE, {"length": 3, **F}, {}, r"returned None at length = 3, but it must return a Device"),
    "argument named as a knob": (lambda flux: RING, DRIVE, {"flux": 0.1, **F}, {}, r'both an argument .* and a knob; rename'),
    "rtol": (RING, DRIVE, F, {"rtol": 2}, r"rtol is 2"),
    "window": (RING, DRIVE, F, {"window": (1, 0)}, r"window is \(1, 0\)"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_study_is_refused_when_it_is_made(case):
    device, drive, axes, keywords, words = REFUSED[case]
    with pytest.raises(fq.BadInput, match=words):
        fq.Study(device, drive, axes=axes, **keywords)


def test_a_window_that_is_too_small_names_the_one_to_ask_for():
    with pytest.raises(fq.BadInput, match=r"window=\(-0.1, 0.1\)"):
        fq.Study(RING, DRIVE, axes={"fermi_energy": [-0.1, 0.1]}, window=(0, 0.1)).run()


def test_contacts_that_change_along_the_way_are_refused():
    def device(length):
        contacts = {"LR"[k] if length == 2 else f"lead{k}": fq.Contact(fq.Chain(), [k]) for k in (0, 1)}
        return fq.Device(np.eye(2)[::-1], contacts)

    with pytest.raises(fq.BadInput, match=r'contacts "lead0", "lead1" at length = 3, but "L", "R" at the first point'):
        fq.Study(device, None, axes={"length": [2, 3], "energy": 0.0}, observe="transmission").run()


@pytest.mark.parametrize("workers", [0, 1.5, True, "two"])
def test_workers_are_a_whole_number(workers):
    with pytest.raises(fq.BadInput, match="workers is"):
        fq.Study(RING, DRIVE, axes=F).run(workers=workers)
