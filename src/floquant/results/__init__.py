"""Labelled numbers that keep the bounds of their errors through arithmetic."""

from floquant.results.array import ResultArray
from floquant.results.conversion import install
from floquant.results.dataset import ResultDataset

__all__ = ["ResultArray", "ResultDataset"]

install()  # arrays get their way to Datasets
