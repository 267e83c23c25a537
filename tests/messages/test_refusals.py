"""Bad input is refused when it is given: every refusal says what is, what must be, and what to do."""

import pytest

from floquant.errors import BadInput, FloquantError
from floquant.model import Onsite
from messages.asked import device
from messages.of_devices import couplings, matrices, sites
from messages.of_drives import drives, reservoirs
from messages.of_knobs import knobs

refusals = {
    f"{group}: {name}": case
    for group, cases in {
        "matrix": matrices,
        "sites": sites,
        "coupling": couplings,
        "knob": knobs,
        "drive": drives,
        "reservoirs": reservoirs,
    }.items()
    for name, case in cases.items()
}
RESERVED = [
    "energy", "fermi_energy", "temperature", "bias",
    "energies", "window", "rtol", "atol", "sidebands", "solver", "max_nodes", "device", "drive",
    "lead", "lead_in", "lead_out", "lead_other", "sideband", "spin", "spin_in", "spin_out", "direction", "harmonic",
    "site", "time",
]  # fmt: skip


@pytest.mark.parametrize("name", refusals)
def test_bad_input_is_refused_in_words_that_help(name):
    call, words = refusals[name]
    with pytest.raises(BadInput) as refused:
        call()
    message = str(refused.value)
    for word in words:
        assert word in message
    assert message.endswith((".", "?"))


@pytest.mark.parametrize("name", RESERVED)
def test_names_with_another_meaning_are_refused(name):
    with pytest.raises(BadInput, match=f'named "{name}", which is reserved: .*; give it another name'):
        device(knobs={name: Onsite(0)})


@pytest.mark.parametrize("name", ["", "two words", "1st", "lambda", 3])
def test_a_knob_is_named_by_an_identifier(name):
    with pytest.raises(BadInput, match=r"names become keywords and axes; give an identifier"):
        device(knobs={name: Onsite(0)})


def test_bad_input_is_a_value_error_and_ours():
    assert issubclass(BadInput, ValueError)
    assert issubclass(BadInput, FloquantError)
