"""The question of a study: axes and their roles, device functions, observables; checked, and frozen."""
