"""What makes slow regimes quick: each against plain NumPy or the dense reference."""
