"""Many problems → one Dataset."""

from floquant.study.citation import cite
from floquant.study.files import open_dataset as open
from floquant.study.files import save
from floquant.study.study import Study

__all__ = ["Study", "cite", "open", "save"]
