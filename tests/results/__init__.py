"""What happens to errors and labels of results after they have left the solver."""
