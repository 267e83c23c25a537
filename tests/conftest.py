"""One thread for every linear-algebra library (set before NumPy is loaded), hypothesis without a clock, tests without Kwant."""

import os
from importlib.util import find_spec

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = "1"

import pytest  # noqa: E402
from hypothesis import HealthCheck, settings  # noqa: E402

# "ci" is the default everywhere: the same examples each time. More and other ones: HYPOTHESIS_PROFILE=explore make test
settings.register_profile("ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tests of test_kwant*.py are skipped from this one line, so that pytest counts them in one; CI must have Kwant."""
    if item.path.name.startswith("test_kwant") and not find_spec("kwant"):
        if os.environ.get("FLOQUANT_KWANT") == "required":
            pytest.fail("Kwant is not installed, but FLOQUANT_KWANT=required asks for its tests; run `make kwant`.")
        pytest.skip("left out, because Kwant is not installed (make kwant)")
