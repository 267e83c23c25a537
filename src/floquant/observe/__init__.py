"""What is measured: labelled arrays out."""

from floquant.observe.bound_states import bound_states
from floquant.observe.currents import dc_current
from floquant.observe.probes import float_probes
from floquant.observe.resonances import resonances
from floquant.observe.spin_currents import spin_current

__all__ = ["bound_states", "dc_current", "float_probes", "resonances", "spin_current"]
