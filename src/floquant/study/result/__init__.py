"""From finished blocks to a Dataset, to a file, and to what shall be cited."""
