"""Sparse elimination by nested dissection: the pattern of a device, its fronts, and the Schur complement on chosen orbitals."""
