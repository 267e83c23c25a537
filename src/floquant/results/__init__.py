"""Labelled numbers that keep the bounds of their errors through arithmetic, and what they are in other units."""

from floquant.results.array import ResultArray
from floquant.results.charge import charge_per_cycle
from floquant.results.conversion import install
from floquant.results.dataset import ResultDataset
from floquant.results.si import to_si

__all__ = ["ResultArray", "ResultDataset", "charge_per_cycle", "to_si"]

install()  # arrays get their way to Datasets
