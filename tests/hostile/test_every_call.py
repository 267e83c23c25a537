"""Every public call, with everything wrong for each of its parameters in turn: floquant's own refusals or an answer, and nothing else."""

import warnings

import pytest

import floquant as fq
from floquant.errors import FloquantError
from hostile.calls import MADE_BY_CALLS, calls, documented
from hostile.wrong_things import WRONG


@pytest.fixture(scope="module")
def every_call(tmp_path_factory):
    return calls(tmp_path_factory.mktemp("files"))


def test_right_arguments_are_answered(every_call):
    """Else a refusal would say nothing about the one that is wrong."""
    for call in every_call:
        if call.right:
            call.function(**call.right)


def test_every_documented_call_is_there(every_call):
    """What a user may call is on the API page; what has arguments there is in the table."""
    called = {call.name.partition(" ")[0] for call in every_call}
    missing = {name for name in documented() if _takes_arguments(name)} - called
    assert not missing
    assert {f"gallery.{name}" for name in fq.gallery.__all__} <= called


def _takes_arguments(name):
    owner, _, member = name.partition(".")
    if not member:
        return name not in MADE_BY_CALLS
    function = getattr(getattr(fq, owner), member, None)
    if not callable(function):
        return False
    return function.__code__.co_argcount + function.__code__.co_kwonlyargcount > 1 or bool(
        function.__code__.co_flags & 8
    )


def test_whatever_is_wrong_is_refused_in_our_words(every_call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a word that is taken for a folder makes one
    count, strange = 0, []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for call in every_call:
            for parameter in call.parameters:
                for name, value in WRONG.items():
                    count += 1
                    try:
                        call.with_wrong(parameter, value)
                    except FloquantError as refusal:
                        if not str(refusal).rstrip().endswith((".", "?")):
                            strange.append(f"{call.name}, {parameter} = {name}: says {refusal}")
                    except BaseException as error:
                        strange.append(f"{call.name}, {parameter} = {name}: {type(error).__name__}: {error}")
    assert count > 10_000
    assert not strange, "\n".join(strange[:40])
