"""What the tests of runs share: the slow script in a folder of its own, and a run that is finished."""

import shutil

import pytest

from store.six_blocks import study
from store.slow_script import written


@pytest.fixture
def script(tmp_path):
    """Write the slow script into this test's folder; returns a function that starts it with these arguments."""
    return lambda **options: written(tmp_path, **options)


@pytest.fixture(scope="session")
def run_once(tmp_path_factory):
    """The six blocks, computed once: (folder, Dataset). Nobody changes it."""
    folder = tmp_path_factory.mktemp("six_blocks") / "run"
    return folder, study().run(folder)


@pytest.fixture
def finished(run_once, tmp_path):
    """A finished run of the six blocks, as a folder of this test's own: (folder, Dataset)."""
    folder, data = run_once
    return shutil.copytree(folder, tmp_path / "run"), data
