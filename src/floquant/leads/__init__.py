"""Leads: semi-infinite wires, each reduced to the Green function of its first cell."""

from floquant.leads.chain import Chain
from floquant.leads.lead import Lead
from floquant.leads.modes import Modes
from floquant.leads.periodic import PeriodicLead
from floquant.leads.self_energy import SelfEnergy
from floquant.leads.wide_band import WideBand

__all__ = ["Chain", "Lead", "Modes", "PeriodicLead", "SelfEnergy", "WideBand"]
