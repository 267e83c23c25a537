"""One thread for every linear-algebra library (set before NumPy is loaded), hypothesis without a clock, tests without peers."""

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


PEERS = {"test_kwant": "kwant", "test_pythtb": "pythtb", "test_sisl": "sisl"}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tests with another program are skipped from this one line, so that pytest counts them in one; CI must have them all."""
    for prefix, module in PEERS.items():
        if item.path.name.startswith(prefix) and not find_spec(module):
            if os.environ.get("FLOQUANT_PEERS") == "required":
                pytest.fail(f"{module} is not installed, but FLOQUANT_PEERS=required asks for it; run `make peers`.")
            pytest.skip(f"left out, because {module} is not installed (make peers)")
