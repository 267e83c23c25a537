"""Whether the kernels that a solver needs are compiled: until they are, small problems go by NumPy, at once and in silence."""

from __future__ import annotations

from floquant.solvers.kernels.compiler import compiling, is_there

__all__ = ["LARGE", "SCALAR", "SEVERAL", "compiling", "is_there"]

# The kernels that compile longest: of one driven orbital with one harmonic, of several, of a device that is eliminated piece by piece.
SCALAR, SEVERAL, LARGE = "scalar.scalar_flows", "block_flows.block_flows", "elimination.eliminate"
