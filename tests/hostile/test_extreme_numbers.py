"""Numbers at the ends of what a float holds: an answer without nan, or a refusal, at once."""

import time
import warnings

import numpy as np
import pytest

from floquant.errors import FloquantError
from hostile.extremes import PROBLEMS, VALUES

# Seconds, on a machine that is busy with other things: minutes would be a fault.
PATIENCE = 30.0


@pytest.mark.parametrize("name", PROBLEMS)
def test_no_number_is_too_large_or_too_small_to_be_answered_or_refused(name):
    strange = []
    for value in {sign * size for size in VALUES for sign in (1.0, -1.0)}:
        begin = time.perf_counter()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                answer = PROBLEMS[name](value)
            if not np.all(np.isfinite(answer)):
                strange.append(f"{value:g}: {answer}")
        except FloquantError:
            pass
        except Exception as error:
            strange.append(f"{value:g}: {type(error).__name__}: {error}")
        if time.perf_counter() - begin > PATIENCE:
            strange.append(f"{value:g}: {time.perf_counter() - begin:.0f} s")
    assert not strange, "\n".join(strange)
