"""Independent right-hand sides for the tests. Nothing in this package imports floquant, and a test reads the imports."""
