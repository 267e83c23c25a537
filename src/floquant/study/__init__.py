"""Studies: many problems, one Dataset."""

from floquant.study.result.citation import cite
from floquant.study.result.files import open_dataset as open
from floquant.study.result.files import save
from floquant.study.study import Study

__all__ = ["Study", "cite", "open", "save"]
