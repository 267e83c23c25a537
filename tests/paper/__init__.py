"""The paper's claims, data, figures and command. Right-hand sides are in tests/reference, which imports nothing from floquant."""
