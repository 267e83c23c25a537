"""What a problem is: frozen data, checked once when made."""

from floquant.leads import Chain, Lead, PeriodicLead, SelfEnergy, WideBand
from floquant.model.assembly.sector import Sector, Terminal, has_conserved_spin, sectors
from floquant.model.contact import Contact
from floquant.model.device import Device
from floquant.model.drive import Drive
from floquant.model.knobs.additive import Hopping, Matrix, Onsite
from floquant.model.knobs.function import Function
from floquant.model.knobs.knob import Knob
from floquant.model.knobs.multiplicative import Flux, Strength
from floquant.model.knobs.peierls import Peierls
from floquant.model.knobs.zeeman import Zeeman
from floquant.model.reservoirs import Reservoirs
from floquant.model.waveforms import Cosine, Harmonics, Lorentzian, Sampled, Square, Triangle, Waveform, rotating

__all__ = [
    "Chain", "Contact", "Cosine", "Device", "Drive", "Flux", "Function", "Harmonics", "Hopping", "Knob", "Lead",
    "Lorentzian", "Matrix", "Onsite", "Peierls", "PeriodicLead", "Reservoirs", "Sampled", "Sector", "SelfEnergy",
    "Square", "Strength", "Terminal", "Triangle", "Waveform", "WideBand", "Zeeman", "has_conserved_spin", "rotating", "sectors",
]  # fmt: skip
