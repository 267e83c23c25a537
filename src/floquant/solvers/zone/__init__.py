"""The Floquet zone: panels, their refinement, and flows for given reservoirs."""
