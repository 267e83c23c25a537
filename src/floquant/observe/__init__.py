"""Observables: from a solution to labelled arrays with errors."""

from floquant.observe.currents import dc_current
from floquant.observe.energy import energy_current, heat_current
from floquant.observe.probes.float_probes import float_probes
from floquant.observe.spin_currents import spin_current
from floquant.observe.states.bound_states import bound_states
from floquant.observe.states.resonances import resonances

__all__ = ["bound_states", "dc_current", "energy_current", "float_probes", "heat_current", "resonances", "spin_current"]
