"""Raw harmonics H_n of a drive as users give them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from floquant.checks import matrices as matrix
from floquant.checks.mappings import Frozen
from floquant.checks.numbers import whole
from floquant.checks.words import brief
from floquant.errors import BadInput

# The highest harmonic: a ladder has no more rungs.
MOST = 10_000


def checked_matrices(matrices: Any) -> Frozen[Any]:
    """{n ≥ 0: H_n}."""
    if not isinstance(matrices, Mapping):
        raise BadInput(
            f"The matrices of a drive are {brief(matrices)}, but they must be a dict from n to H_n; give a dict."
        )
    given: dict[int, Any] = {}
    for n, value in matrices.items():
        n = whole(n, "A harmonic of a drive", -MOST, MOST, "give a dict from n to H_n")
        what = f"Harmonic matrix {n}"
        given[n] = matrix.hermitian(value, what) if n == 0 else matrix.square(value, what)
    shapes = {value.shape for value in given.values()}
    if len(shapes) > 1:
        raise BadInput(
            f"The harmonic matrices have shapes {sorted(shapes)}, but all must be of one size; give equal sizes."
        )
    result: dict[int, Any] = {}
    for n in sorted({abs(n) for n in given}):
        if n in given and -n in given and n != 0:
            difference = abs(given[n] - given[-n].conj().T).max()
            if difference > matrix.HERMITIAN_TOLERANCE * abs(given[n]).max():
                raise BadInput(
                    f"Harmonic matrices {n} and {-n} differ from each other's adjoint by {difference:.3g}, but H_−n must be "
                    f"H_n†; give only one of them."
                )
        result[n] = given[n] if n in given else given[-n].conj().T
    return Frozen(result)
