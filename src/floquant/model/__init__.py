"""What a problem is: frozen data, checked once when made."""

from floquant.leads import Chain, Lead, PeriodicLead, SelfEnergy, WideBand
from floquant.model.added import Hopping, Matrix, Onsite
from floquant.model.contact import Contact
from floquant.model.device import Device
from floquant.model.drive import Drive
from floquant.model.function import Function
from floquant.model.knob import Knob
from floquant.model.multiplied import Flux, Strength
from floquant.model.peierls import Peierls
from floquant.model.reservoirs import Reservoirs
from floquant.model.sector import Sector, Terminal, has_conserved_spin, sectors
from floquant.model.waveforms import Cosine, Harmonics, Lorentzian, Sampled, Square, Triangle, Waveform, rotating
from floquant.model.zeeman import Zeeman

__all__ = [
    "Chain", "Contact", "Cosine", "Device", "Drive", "Flux", "Function", "Harmonics", "Hopping", "Knob", "Lead",
    "Lorentzian", "Matrix", "Onsite", "Peierls", "PeriodicLead", "Reservoirs", "Sampled", "Sector", "SelfEnergy",
    "Square", "Strength", "Terminal", "Triangle", "Waveform", "WideBand", "Zeeman", "has_conserved_spin", "rotating", "sectors",
]  # fmt: skip
