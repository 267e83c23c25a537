"""Compiled twins of the solvers: plain arrays in, plain arrays out, one thread, energy nodes in the outer loop.

A kernel is reached only through the solver that it speeds up. Each is compiled at its first call for the processor it runs on and
kept in numba's cache, so that later processes load it in a fraction of a second.
"""
