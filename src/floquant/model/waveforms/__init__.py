"""Waveforms: how a knob, or the voltage of a lead, oscillates."""

from floquant.model.waveforms.algebra import Product, Sum
from floquant.model.waveforms.changed import Scaled, Shifted
from floquant.model.waveforms.cosine import Cosine, Harmonics
from floquant.model.waveforms.edges import Square, Triangle
from floquant.model.waveforms.lorentzian import Lorentzian
from floquant.model.waveforms.rotating import rotating
from floquant.model.waveforms.sampled import Sampled
from floquant.model.waveforms.waveform import Waveform, at_angles, parameter
from floquant.model.waveforms.words import shown

__all__ = [
    "Cosine", "Harmonics", "Lorentzian", "Product", "Sampled", "Scaled", "Shifted", "Square", "Sum", "Triangle", "Waveform",
    "at_angles", "parameter", "rotating", "shown",
]  # fmt: skip
