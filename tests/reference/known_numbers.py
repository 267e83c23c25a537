"""Numbers that were known before this project, by two unrelated methods, as tables that several tests share."""

# The ring's resonance at E = 0: flux, drive v, half width, and the last digit of it that is printed.
RING_HALF_WIDTHS = [
    (0.05, 0, 0.002887, 1e-6),
    (0.1, 0, 0.011359, 1e-6),
    (0.2, 0, 0.042342, 1e-6),
    (0.3, 0, 0.083421, 1e-6),
    (0.5, 0, 0.133631, 1e-6),
    (0.02, 0.07, 5.28e-4, 1e-6),
    (0.002, 0.07, 6.88e-5, 1e-7),
    (0.0, 0.07, 6.42e-5, 1e-7),
    (0.002, 0.007, 5.3e-6, 1e-7),
    (0.0, 0.007, 6.4e-7, 1e-8),
]
