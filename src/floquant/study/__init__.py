"""Studies: many problems, one Dataset."""

from floquant.study.result.citation import cite
from floquant.study.result.saving import open_any as open
from floquant.study.result.saving import save
from floquant.study.study import Study

__all__ = ["Study", "cite", "open", "save"]
