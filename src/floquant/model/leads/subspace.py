"""The space of the outgoing waves where eigenvectors of decaying ones coalesce.

Two decaying waves become one at isolated energies, without any edge of a band. Eigenvectors then span their space badly; the
leading columns of an ordered Schur form are an orthonormal basis of it, as good as the matrix.
"""

from __future__ import annotations

import numpy as np

from floquant.model.checks import Array
from floquant.model.leads.cell import Cell
from floquant.model.leads.transfer import Waves, right_divided

CIRCLE = 1e-4  # waves with |λ| nearer to 1 are taken by their eigenvectors


def from_schur(cell: Cell, found: Waves, chosen: Array, i: int) -> Array:
    """σ (r, r) at energy i: decaying waves from a Schur form, chosen waves near |λ| = 1 by their eigenvectors."""
    from scipy.linalg import lapack, schur

    triangular, basis = schur(found.problem[i], output="complex")
    s, r = np.diagonal(triangular), cell.rank
    with np.errstate(divide="ignore", invalid="ignore"):
        decays = np.abs(found.origin[i] + 1 / s) < 1 - CIRCLE
    basis = lapack.ztrsen(decays, triangular, basis, job="N")[1][:, : decays.sum()]
    near = np.flatnonzero(chosen[i] & (np.abs(found.factor[i]) >= 1 - CIRCLE))
    basis = np.hstack([basis, np.concatenate([found.b[i], found.a[i]])[:, near]])
    if basis.shape[1] != r:
        return np.full((r, r), np.nan, complex)
    return right_divided(basis[None, :r], basis[None, r:])[0]
