"""Names for what public calls take and return. Annotations use them; a running program loads nothing for them.

Each is a string that type checkers read. NumPy's ArrayLike is a number, a sequence (of sequences) of numbers, an array, or anything
that converts to one; DataArray is added where its dims and coordinates are kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence
    from typing import SupportsIndex

    import xarray as xr
    from numpy.typing import ArrayLike
    from scipy import sparse

    from floquant.checks import Array

# a number, or many: an array has one dimension, a DataArray those that it names
Numbers: TypeAlias = "ArrayLike | xr.DataArray"
# a number, a 1-D array, or the name of a parameter that gets its value later
Parameter: TypeAlias = "str | ArrayLike"
# what these two become once they are checked; arrays are read-only
Value: TypeAlias = "float | complex | Array"
Checked: TypeAlias = "str | float | complex | Array"
# the same for all leads, or one by contact name
ByLead: TypeAlias = "ArrayLike | xr.DataArray | Mapping[str, ArrayLike | xr.DataArray]"
# any dense matrix, or a scipy.sparse matrix or array of any format
MatrixLike: TypeAlias = "ArrayLike | sparse.sparray | sparse.spmatrix"
# a site, or several
SiteList: TypeAlias = "SupportsIndex | Sequence[SupportsIndex] | Array"
# a bond (i, j), or several
BondList: TypeAlias = "Sequence[SupportsIndex] | Sequence[Sequence[SupportsIndex]] | Array"
# "x", "y", "z", or a vector whose length does not matter
Direction: TypeAlias = "str | Sequence[float] | Array"
# a file or a folder
PathLike: TypeAlias = "str | os.PathLike[str]"
