"""What a study asks: axes and their roles, device functions, observables; checked, and frozen."""
