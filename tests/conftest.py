"""One thread for every linear-algebra library (set before NumPy is loaded), and hypothesis without a clock."""

import os

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = "1"

from hypothesis import HealthCheck, settings  # noqa: E402

# "ci" is the default everywhere: the same examples each time. More and other ones: HYPOTHESIS_PROFILE=explore make test
settings.register_profile("ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
