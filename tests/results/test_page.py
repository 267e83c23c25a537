"""The page on results: its examples run, and its comments are true."""

import os
import re
from pathlib import Path

import numpy as np

PAGE = Path(__file__).parents[2] / "docs" / "results.md"


def test_the_examples_of_the_page_run(tmp_path):
    before = os.getcwd()
    os.chdir(tmp_path)
    try:
        names = {}
        for block in re.findall(r"^```python\n(.+?)^```", PAGE.read_text("utf8"), re.MULTILINE | re.DOTALL):
            exec(block, names)
    finally:
        os.chdir(before)
    current, data = names["current"], names["data"]
    np.testing.assert_allclose((current / 0.2 * 1e6).dc_current_error, 5e6 * current.dc_current_error)
    assert names["ratio"].attrs.get("units") is None
    assert {"dc_current_error", "transmission_error", "converged", "backward_error"} <= set(data.data_vars)
    assert set(names["change"].data_vars) >= {"dc_current_error", "transmission_error", "converged"}
    assert names["in_nanoampere"].attrs["long_name"] in PAGE.read_text("utf8")
    assert names["charge"].attrs["units"] == "e"
