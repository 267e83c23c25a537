"""What is measured: labelled arrays out."""

from floquant.observe.currents import dc_current, spin_current

__all__ = ["dc_current", "spin_current"]
