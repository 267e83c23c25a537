"""The balance of floating leads over all points of settings, reservoirs and currents, solved and labelled (see `probes`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from floquant.checks import Array
from floquant.errors import BadInput, NotConverged
from floquant.model import Reservoirs
from floquant.observe.currents import Current
from floquant.observe.energy import HeatCurrent
from floquant.observe.filling import REACH, ReservoirArrays, refuse_outside
from floquant.observe.measure import REFINEMENTS
from floquant.observe.probes.balance import derivative, newton, take_turns
from floquant.observe.probes.points import laid_out
from floquant.solvers.zone.forms import Filling
from floquant.transport import Accuracy, Solution
from floquant.transport.solve import finer
from floquant.transport.windows import hull

if TYPE_CHECKING:
    import xarray as xr


# Step of a difference, and a step small enough to stop, in units of the span of μ (of T² for temperatures).
STEP, SETTLED = 1e-5, 1e-10
# Share of the conductance below which a probe counts as cut off.
CUT_OFF = 1e-12
# Turns that probes take when Newton's method does not converge.
TURNS = 12
# Steps of Newton's method that a window beyond the solution has room for.
ROOM = 2.0


@dataclass(frozen=True, eq=False)
class _IntoProbes:
    """What flows into each probe (probes, points), the bound of its error, whether some bound is not met, and whether for lack of nodes."""

    value: Array
    bound: Array
    missed: bool
    coarse: bool


@dataclass(frozen=True, eq=False)
class _Balanced:
    """The unknowns at balance and bounds of their errors (unknowns, points); whether they are good, or lack nodes."""

    x: Array
    error: Array
    good: bool
    coarse: bool


@dataclass(frozen=True, eq=False)
class Floating:
    """The fixed reservoirs as arrays over all points, and what must flow into the probes; every array has the shape `template.shape`."""

    solution: Solution
    probes: tuple[str, ...]
    template: xr.DataArray
    mu: Mapping[str, Array]
    kt: Mapping[str, Array]
    target: Array
    heated: bool
    level: int = 0  # of refinement of the solution's mesh
    accuracy: Accuracy | None = None  # the required accuracy, where the solution is a finer one

    @classmethod
    def of(
        cls, solution: Solution, probes: tuple[str, ...], reservoirs: Reservoirs, current: Any, heated: bool
    ) -> Floating:
        """Everything laid out over the common dims: those of the settings first."""
        laid = laid_out(solution, probes, reservoirs, current, heated)
        return cls(solution, probes, laid.template, laid.mu, laid.temperature, laid.current, heated)

    def answer(self) -> Reservoirs:
        """Solve, check, and label; on finer solutions where a μ is not good to rtol because the currents are not."""
        problem = self
        for _ in range(REFINEMENTS):
            balanced = problem._solved()
            if balanced.good:
                break
            problem = problem._finer(balanced)
        else:
            balanced = problem._solved()
        if not balanced.good:
            raise NotConverged(
                f"The μ of {self._names()} is not good to rtol = {self.solution.accuracy.rtol:g}, because currents are not; raise "
                f"max_nodes (now {self.solution.accuracy.max_nodes}) or rtol.",
                balanced.x[: len(self.probes)],
                balanced.error[: len(self.probes)],
            )
        return self._labelled_answer(balanced)

    def _solved(self) -> _Balanced:
        """The balance on the solution that is there, with its error."""
        x, slope, residual = self._balanced()
        count = len(self.probes)
        mu, kt = self._reservoirs(x)
        flows = self._flows(mu, kt)
        unsure = np.abs(residual) + np.concatenate([flow.bound for flow in flows])
        inverse = np.abs(np.linalg.inv(np.moveaxis(slope, -1, 0)))
        error = np.einsum("pij,jp->ip", inverse, unsure)
        # a probe's μ must be good to rtol of the spread of all μ, whether or not the flows met their bounds
        asked = self.solution.accuracy if self.accuracy is None else self.accuracy
        poor = np.any(error[:count] > asked.rtol * self._scale(mu, kt))
        missed = any(flow.missed for flow in flows)
        return _Balanced(x, error, not (missed and poor), any(flow.coarse for flow in flows))

    def _finer(self, balanced: _Balanced) -> Floating:
        """The same problem on panels halved further, or on a longer ladder where those are good enough."""
        if balanced.coarse:
            return replace(self, level=self.level + 1)
        return replace(self, solution=finer(self.solution), accuracy=self.accuracy or self.solution.accuracy, level=0)

    def _labelled_answer(self, balanced: _Balanced) -> Reservoirs:
        count, x, error = len(self.probes), balanced.x, balanced.error
        errors = {"mu": dict(zip(self.probes, error, strict=False))}
        if self.heated:
            roots = 2 * np.sqrt(x[count:])
            errors["temperature"] = dict(zip(self.probes, error[count:] / roots, strict=True))
        return self._labelled_reservoirs(*self._reservoirs(x), errors)

    def _balanced(self) -> tuple[Array, Array, Array]:
        """x with its derivative and what is left over."""
        x, low, high, span = self._start()
        step, settled = STEP * span, SETTLED * span
        found, slope, done = newton(self._balance, x, low, high, step, settled)
        for turn in range(0 if self.heated else TURNS):
            if done.all():
                break
            swept = take_turns(self._balance, np.where(done, found, x), low, high, settled)
            if turn or len(self.probes) == 1:
                self._refuse_bounds(swept, low, high, span)
            again, slope, done = newton(self._balance, swept, low, high, step, settled)
            found, x = again, swept
        self._refuse_cut_off(slope)
        self._refuse_bounds(found, low, high, span)
        if not done.all():
            worst = int(np.argmin(done))
            raise NotConverged(
                f"No μ gives the required current into {self._names()} ({int((~done).sum())} of {done.size} points, "
                f"first {worst}); solve with a smaller rtol, or float the temperature only where reservoirs have one.",
                found,
                np.abs(self._balance(found)),
            )
        return found, slope, self._balance(found)

    def _start(self) -> tuple[Array, Array, Array, Array]:
        """First guess, bounds and span of the unknowns, each (unknowns, points): μ of the probes, then T²."""
        names = [name for name in self.mu if name not in self.probes]
        fixed, kt = np.array([self.mu[name] for name in names]), np.array([self.kt[name] for name in names])
        centre = fixed.mean(axis=0)
        low, high = self.solution.window
        bottom, top = self._hull()
        spread = np.abs(fixed - centre).max(axis=0)
        span = np.maximum(spread, 1e-3 * (min(high, top) - max(low, bottom)) if high > low else 1e-6)
        own = np.array([self.kt[name] for name in self.probes])
        reach = REACH * own if not self.heated else np.zeros_like(own)
        lower = low + (reach if low > bottom else 0.0 * reach)
        upper = high - (reach if high < top else 0.0 * reach)
        start = np.clip(np.broadcast_to(centre, own.shape), lower, upper)
        spans = np.broadcast_to(span, own.shape)
        if not self.heated:
            return start, lower, upper, spans
        # metals of constant transmission: T² is the mean of T² and of the voltage drops' heat
        squared = (kt**2 + (3 / np.pi**2) * (fixed - centre) ** 2).mean(axis=0)
        if np.any(squared <= 0):
            raise BadInput(
                "A temperature probe floats at zero temperature and without a bias, where every lead is cold; give a temperature > 0."
            )
        squares = np.broadcast_to(squared, own.shape)
        return (
            np.concatenate([start, squares]),
            np.concatenate([lower, 1e-4 * squares]),
            np.concatenate([upper, 1e4 * squares]),
            np.concatenate([spans, squares]),
        )

    def _balance(self, x: Array) -> Array:
        """The excess of what flows into each probe over what shall flow; with temperatures, the heat too."""
        flows = self._flows(*self._reservoirs(x))
        flows[0].value[:] -= self.target
        return np.concatenate([flow.value for flow in flows])

    def _flows(self, mu: Mapping[str, Array], kt: Mapping[str, Array]) -> list[_IntoProbes]:
        """Charge, and with floating temperatures heat, into the probes at every point."""
        settings = self.solution.settings.count
        filling = Filling(*({lead: own.reshape(settings, -1) for lead, own in numbers.items()} for numbers in (mu, kt)))
        refuse_outside(self.solution, filling)
        where = [list(mu).index(name) for name in self.probes]
        result = []
        levels = np.full(settings, self.level)
        for observable in (Current(), HeatCurrent()) if self.heated else (Current(),):
            found = observable.evaluate(self.solution, ReservoirArrays(filling), levels)
            value, bound = (numbers.reshape(-1, len(mu)).T[where] for numbers in (found.value, found.error))
            coarse = bool((found.unmet & ~found.too_short).any())
            result.append(_IntoProbes(value, bound, bool(found.unmet.any()), coarse))
        return result

    def _scale(self, mu: Mapping[str, Array], kt: Mapping[str, Array]) -> Array:
        """The scale of which a μ must be good to rtol: the spread of all μ, or the temperature."""
        every = np.array(list(mu.values()))
        return np.asarray(np.maximum(np.ptp(every, axis=0), np.array(list(kt.values())).max(axis=0)))

    def _reservoirs(self, x: Array) -> tuple[dict[str, Array], dict[str, Array]]:
        mu = dict(self.mu) | dict(zip(self.probes, x, strict=False))
        kt = dict(self.kt)
        if self.heated:
            kt |= dict(zip(self.probes, np.sqrt(x[len(self.probes) :]), strict=True))
        return mu, kt

    def _labelled_reservoirs(
        self, mu: Mapping[str, Array], kt: Mapping[str, Array], errors: Mapping[str, Mapping[str, Array]] | None = None
    ) -> Reservoirs:
        from floquant.results import ResultArray

        unit = self.solution.device.energy_unit or "energy"

        def labelled(kind: str, lead: str, values: Array) -> Any:
            result = self.template.copy(data=values.reshape(self.template.shape)).rename(kind)
            result = result.assign_attrs(units=unit, long_name=f"{kind} of lead {lead}")
            own = (errors or {}).get(kind, {}).get(lead)
            if own is None:
                return result
            return ResultArray.of(result.assign_coords({f"{kind}_error": (result.dims, own.reshape(result.shape))}))

        return Reservoirs(
            mu={lead: labelled("mu", lead, values) for lead, values in mu.items()},
            temperature={lead: labelled("temperature", lead, values) for lead, values in kt.items()},
        )

    def _hull(self) -> tuple[float, float]:
        ends = [hull(part.sector) for part in self.solution.parts]
        return min(low for low, _ in ends), max(high for _, high in ends)

    def _names(self) -> str:
        return ", ".join(f'"{name}"' for name in self.probes)

    def _refuse_cut_off(self, slope: Array) -> None:
        count = len(self.probes)
        for j, name in enumerate(self.probes):
            if np.any(np.abs(slope[j, j]) <= CUT_OFF):
                raise BadInput(
                    f'Probe "{name}" exchanges no electrons with the other leads at its μ (its band is closed there, or it is cut off), '
                    f"so that its μ is not determined; take it out of the probes, or give it a temperature."
                )
        singular = np.linalg.cond(np.moveaxis(slope[:count, :count], -1, 0)) > 1 / CUT_OFF
        if np.any(singular):
            raise BadInput(
                f"Probes {self._names()} exchange electrons with each other only, so that their μ is not determined; leave one of them "
                f"with its reservoir."
            )

    def _refuse_bounds(self, x: Array, low: Array, high: Array, span: Array) -> None:
        excess = self._balance(x)
        for j, name in enumerate(self.probes):
            slack = SETTLED * span[j]
            below, above = (x[j] <= low[j] + slack) & (excess[j] < 0), (x[j] >= high[j] - slack) & (excess[j] > 0)
            if np.any(below | above):
                wanted = "above" if np.any(above) else "below"
                edge = float(high[j].max() if np.any(above) else low[j].min())
                window = self._wider(j, x, low, high, span, excess)
                raise BadInput(
                    f'Probe "{name}" needs a μ {wanted} {edge:g}, where the solution ends; solve with '
                    f"window=({window[0]:g}, {window[1]:g}), or ask for less current."
                )

    def _wider(self, j: int, x: Array, low: Array, high: Array, span: Array, excess: Array) -> tuple[float, float]:
        """A window that holds the μ of probe j by the slope of its balance, with room; no wider than all bands, where that is enough."""
        slope = derivative(self._balance, x, excess, STEP * span, low, high)[j, j]
        step = np.divide(-excess[j], slope, out=np.zeros_like(slope), where=np.abs(slope) > CUT_OFF)
        (bottom, top), reach = self._hull(), REACH * np.max([own.max() for own in self.kt.values()])
        lowest = float(np.min(x[j] + ROOM * step - span[j] - reach))
        highest = float(np.max(x[j] + ROOM * step + span[j] + reach))
        begin, end = self.solution.window
        # μ beyond all bands changes nothing any more
        return min(begin, max(lowest, bottom - reach)), max(end, min(highest, top + reach))
