"""What kernels take, in bundles: named tuples of plain arrays and numbers, which the compiler takes apart again."""

from __future__ import annotations

from typing import Any, NamedTuple


class Table(NamedTuple):
    """The reference at nodes (U, X, R): energies, G on the ports (d, d), ports → channels (C, d), back (d, C), static (C, C), P (C,),
    and squared norms (2,) of G's columns on all orbitals: from the channels, and from the ports."""

    energies: Any
    green: Any
    left: Any
    right: Any
    static: Any
    is_open: Any
    norms: Any


class Pairs(NamedTuple):
    """Which setting (`problem`) is solved at which row of a table."""

    problem: Any
    row: Any


class Rungs(NamedTuple):
    """The window on the ladder: its first rung, cuts and rungs."""

    first: int
    n_cut: int
    n_rung: int


class Counting(NamedTuple):
    """How outgoing waves are counted: contact of each channel, contacts, detectors (Q, 4) with the energy they weigh from, how many of
    them have an unsigned flow, probes' phases (R, C), and where quantities begin (see `ladder.flow_layout`)."""

    group: Any
    n_group: int
    detectors: Any
    reference: float
    n_unsigned: int
    phase_in: Any
    phase_out: Any
    starts: Any


class Blocks(NamedTuple):
    """One way through a ladder of steps of B orbitals: ratios (J, B, B), outgoing o (J, M·C, B), α, β (J, Q, B, B), probes (J, B)."""

    ratio: Any
    outgoing: Any
    alpha: Any
    beta: Any
    enter: Any
    leave: Any


class Links(NamedTuple):
    """What ties the steps of a block ladder: V_in (B, B) within one, V₊ from the step below, V₋ = V₊† from the step above."""

    inside: Any
    up: Any
    down: Any


class Scratch(NamedTuple):
    """Four matrices (B, B)."""

    source: Any
    work: Any
    green: Any
    emitted: Any


class Steps(NamedTuple):
    """How steps of `per_step` rungs lie on a ladder: the first rung of the first one, and how many there are."""

    offset: int
    number: int
    per_step: int
