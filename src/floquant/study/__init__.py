"""Many problems → one Dataset."""

from floquant.study.study import Study

__all__ = ["Study"]
