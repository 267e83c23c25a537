"""Studies: what is swept, fixed and zipped, one Dataset out of it. The right-hand sides are single calls, one for each point."""
