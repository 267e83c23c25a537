"""The waves of a ladder that one harmonic drives: from both ends to a rung c in the middle, and back.

    ψ_m = φ_m + g_m χ_m,   χ_m = V ψ_m + H_1 ψ_{m−1} + H_1† ψ_{m+1},   S_m = i l_m χ_m and what the reference scatters

φ_m is the field of the waves that enter at rung m, in the reference. Above c the rungs farther out are eliminated,

    ψ_m = X_m ψ_{m−1} + η_m,   X_m = Y_m H_1,   η_m = (1 − g_m (V + F_m))⁻¹ φ_m + Y_m H_1† η_{m+1},
    Y_m = (1 − g_m (V + F_m))⁻¹ g_m,   F_{m−1} = H_1† X_m,

and below c with H_1 and H_1† exchanged. On the way back each side carries its own waves and P_m = X_m … X_{c+1}, by which waves of the
other side get there: ψ_m = P_m ψ_c. So no rung has more columns than d and the waves of one side.
Rounding grows with F over the energies of the device, which is large where the rungs beyond hold a state by themselves: such a rung is
the better middle.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from floquant.checks import Array

# F over the size of the device's energies up to which a rung may be eliminated.
LARGEST_STEP = 1e4
# Rungs that are tried in the middle, before another way must be found.
MIDDLES = 3


@dataclass(frozen=True, eq=False)
class Coupling:
    """What the drive does between neighbouring rungs, a (d, d) matrix: quick where it is diagonal."""

    matrix: Array

    @cached_property
    def diagonal(self) -> Array | None:
        """Its diagonal (d,), if it has nothing else."""
        diagonal = np.diagonal(self.matrix)
        return diagonal if np.count_nonzero(self.matrix) == np.count_nonzero(diagonal) else None

    def on(self, x: Array) -> Array:
        """The matrix times x (…, d, n)."""
        return np.asarray(self.matrix @ x if self.diagonal is None else self.diagonal[:, None] * x)

    def after(self, y: Array) -> Array:
        """Y (…, n, d) times the matrix."""
        return np.asarray(y @ self.matrix if self.diagonal is None else y * self.diagonal)


@dataclass(frozen=True, eq=False)
class Rungs:
    """Ladders of one setting at several nodes, X of them, and which lead orbitals `chosen` bring waves at each rung.

    Of the reference: `green` (X, R, d, d), `left` (X, R, C, d), `right` (X, R, d, C). `potential` V (d, d), `drive` H_1 (d, d); `scale`:
    the size of energies. All waves are numbered rung by rung, W in all.
    """

    green: Array
    left: Array
    right: Array
    chosen: list[Array]
    potential: Array
    drive: Array
    scale: float

    @cached_property
    def rising(self) -> Coupling:
        """H_1."""
        return Coupling(self.drive)

    @cached_property
    def falling(self) -> Coupling:
        """H_1†."""
        return Coupling(self.drive.conj().T)

    @cached_property
    def sources(self) -> list[Array]:
        """φ_m of every rung, (X, d, c_m) each."""
        return [self.right[:, m][..., c] for m, c in enumerate(self.chosen)]

    @cached_property
    def begins(self) -> Array:
        """Where each rung's waves begin, and where the last ones end, (R + 1,)."""
        return np.cumsum([0, *(len(c) for c in self.chosen)])

    def scattered(self) -> tuple[Array, Array] | None:
        """i l_m χ_m of all waves at all rungs (X, W, W), and Σ|ψ|² of each at the first rung and the last, 0 at others, (X, R, W).

        None where no rung that was tried in the middle spares a large F.
        """
        middle = self.green.shape[1] // 2
        for _ in range(MIDDLES):
            sides = self._sides(middle)
            found = self._from_both_ends(middle, sides)
            largest = np.zeros(self.green.shape[1])
            for side in sides:
                largest[list(side.order)] = side.largest
            if np.isfinite(found).all() and np.max(largest) <= LARGEST_STEP:
                return self._seen(middle, sides, found), self._ends(middle, sides, found)
            middle = int(np.argmax(largest))  # nan comes first
        return None

    def _sides(self, middle: int) -> tuple[Side, Side]:
        """The rungs above and below, from the ends to the middle."""
        last = self.green.shape[1] - 1
        return (
            Side(self, range(last, middle, -1), self.rising, self.falling),
            Side(self, range(middle), self.falling, self.rising),
        )

    def _from_both_ends(self, middle: int, sides: tuple[Side, Side]) -> Array:
        """ψ_c (X, d, W); the fields of both sides are filled."""
        green = self.green[:, middle]
        arriving, total = np.zeros((*green.shape[:2], self.begins[-1]), complex), self.potential
        with np.errstate(all="ignore"):
            for side in sides:
                total = total + side.inward()
                arriving[..., side.columns] = side.arriving
            right = green @ arriving
            right[..., self.begins[middle] : self.begins[middle + 1]] += self.sources[middle]
            found = _solved(np.eye(green.shape[-1]) - green @ total, right)
            for side in sides:
                side.outward(found)
        return found

    def _seen(self, middle: int, sides: tuple[Side, Side], found: Array) -> Array:
        """i l_m χ_m from the fields of both sides and ψ_c."""
        result = np.zeros((len(found), self.begins[-1], self.begins[-1]), complex)
        near, seen = self._seen_of(range(middle, middle + 1), found[:, None])
        result[:, near] += seen
        for side in sides:
            if not side.order:
                continue
            near, seen = self._seen_of(side.order, side.field)
            d, other, rows = found.shape[1], side.other, result[:, near]
            rows[..., side.columns] += seen[..., d:]
            rows[..., other] += seen[..., :d] @ found[..., other]
        return 1j * result

    def _seen_of(self, order: range, field: Array) -> tuple[slice, Array]:
        """l_k χ_k from the fields (X, rungs, d, n) of these rungs alone, (X, waves, n), for the waves that they reach."""
        lowest, highest = min(order) - 1, max(order) + 1
        near = slice(self.begins[max(lowest, 0)], self.begins[min(highest + 1, len(self.chosen))])
        rung, orbital = self._waves[0][near] - lowest, self._waves[1][near]
        rows = self._rows[:, list(order)]
        shape = (len(field), highest - lowest + 3, *rows.shape[2:4], field.shape[-1])
        seen = np.zeros(shape, complex)
        made = rows.reshape(*rows.shape[:2], -1, rows.shape[-1]) @ field
        seen[:, np.array(order) - lowest + 1] = made.reshape(len(field), len(order), *shape[2:])
        return near, seen[:, rung, 0, orbital] + seen[:, rung + 1, 1, orbital] + seen[:, rung + 2, 2, orbital]

    @cached_property
    def _waves(self) -> tuple[Array, Array]:
        """The rung and the lead orbital of each wave, (W,)."""
        return np.repeat(np.arange(len(self.chosen)), np.diff(self.begins)), np.concatenate(self.chosen)

    @cached_property
    def _rows(self) -> Array:
        """l_{m+1} H_1, l_m V and l_{m−1} H_1† of every rung m, (X, R, 3, C, d): what the field ψ_m is seen by."""
        left = self.left
        result = np.zeros((*left.shape[:2], 3, *left.shape[2:]), complex)
        result[:, :-1, 0] = self.rising.after(left[:, 1:])
        result[:, :, 1] = left @ self.potential
        result[:, 1:, 2] = self.falling.after(left[:, :-1])
        return result

    def _ends(self, middle: int, sides: tuple[Side, Side], found: Array) -> Array:
        """Σ|ψ|² (X, R, W) at both ends."""
        result = np.zeros((len(found), len(self.chosen), found.shape[-1]))
        for side, end in zip(sides, (-1, 0), strict=True):
            result[:, end] = _size(side.farthest(found) if side.order else found)
        return result


@dataclass(frozen=True, eq=False)
class Side:
    """The rungs on one side of the middle, in the `order` from the end to there; `out` drives outwards, `back` to the middle.

    `field` (X, rungs, d, d + W'): P_m and the waves of this side, the farthest rung's first.
    """

    ladders: Rungs
    order: range
    out: Coupling
    back: Coupling

    @cached_property
    def begins(self) -> Array:
        """Where the waves of each rung begin in the field."""
        return np.cumsum([self.ladders.green.shape[-1], *(len(self.ladders.chosen[m]) for m in self.order)])

    @cached_property
    def columns(self) -> Array:
        """The numbers of this side's waves among all, (W',)."""
        begins = self.ladders.begins
        return np.concatenate([np.arange(0), *(np.arange(begins[m], begins[m + 1]) for m in self.order)])

    @cached_property
    def other(self) -> Array:
        """Those of all other waves."""
        return np.setdiff1d(np.arange(self.ladders.begins[-1]), self.columns)

    @cached_property
    def field(self) -> Array:
        """P_m and the waves, to be filled."""
        nodes, _, d = self.ladders.green.shape[:3]
        return np.empty((nodes, len(self.order), d, self.begins[-1]), complex)

    @cached_property
    def steps(self) -> list[Array]:
        """X_m (X, d, d) of each rung, to be filled."""
        return []

    @cached_property
    def largest(self) -> Array:
        """The largest F that each rung sends towards the middle, over the size of energies; to be filled."""
        return np.zeros(len(self.order))

    @property
    def arriving(self) -> Array:
        """What the waves of this side bring to the middle before it answers, (X, d, W')."""
        d = self.ladders.green.shape[-1]
        return (
            self.back.on(self.field[:, -1, :, d:]) if self.order else self.field[:, :0].reshape(len(self.field), d, 0)
        )

    def farthest(self, middle: Array) -> Array:
        """ψ of all waves at the end (X, d, W), from ψ_c."""
        field, d = self.field[:, 0], middle.shape[1]
        result = np.empty_like(middle)
        result[..., self.columns] = field[..., d:]
        result[..., self.other] = field[..., :d] @ middle[..., self.other]
        return result

    def inward(self) -> Array:
        """Put η into the field, rung by rung from the end; and F of the middle, (X, d, d)."""
        ladders, field = self.ladders, self.field
        d, identity, beyond = field.shape[2], np.eye(field.shape[2]), np.zeros_like(ladders.potential)
        for i, m in enumerate(self.order):
            green, begin = ladders.green[:, m], self.begins[i]
            right = np.concatenate([green, ladders.sources[m]], axis=-1)
            found = _solved(identity - green @ (ladders.potential + beyond), right)
            y, field[:, i, :, begin : self.begins[i + 1]] = found[..., :d], found[..., d:]
            if i:
                np.matmul(self.back.after(y), field[:, i - 1, :, d:begin], out=field[:, i, :, d:begin])
            self.steps.append(self.out.after(y))
            beyond = self.back.on(self.steps[-1])
            self.largest[i] = np.max(np.abs(beyond.view(float))) / ladders.scale
        return beyond

    def outward(self, middle: Array) -> None:
        """ψ_m = X_m ψ_{m−1} + η_m, from ψ_c to the end; and P_m."""
        d = middle.shape[1]
        unit = np.broadcast_to(np.eye(d, dtype=complex), (len(middle), d, d))
        nearer = np.concatenate([unit, middle[..., self.columns]], axis=-1)
        for i in reversed(range(len(self.order))):
            step, farther, end = self.steps[i], self.field[:, i], self.begins[i + 1]
            np.matmul(step, nearer[..., :d], out=farther[..., :d])
            np.matmul(step, nearer[..., end:], out=farther[..., end:])
            farther[..., d:end] += step @ nearer[..., d:end]
            nearer = farther


def _solved(matrix: Array, right: Array) -> Array:
    """matrix⁻¹ right; inf where it is exactly singular."""
    try:
        return np.asarray(np.linalg.solve(matrix, right))
    except np.linalg.LinAlgError:
        return np.full_like(right, np.inf)


def _size(field: Array) -> Array:
    """Σ|ψ|² of each wave, (X, W)."""
    return np.asarray(np.sum(field.real**2 + field.imag**2, axis=1))
