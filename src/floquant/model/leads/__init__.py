"""Leads: semi-infinite wires, each reduced to the Green function of its first cell."""

from floquant.model.leads.chain import Chain
from floquant.model.leads.given import SelfEnergy
from floquant.model.leads.lead import Lead
from floquant.model.leads.modes import Modes
from floquant.model.leads.periodic import PeriodicLead
from floquant.model.leads.wide_band import WideBand

__all__ = ["Chain", "Lead", "Modes", "PeriodicLead", "SelfEnergy", "WideBand"]
