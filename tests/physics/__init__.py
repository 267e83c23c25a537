"""What is known about driven devices, against closed forms, limits and numbers obtained without this project's code.

The right-hand sides are in tests/reference, which imports nothing from floquant, and in the tables of the tests. Numbers are met to 1e-9,
or to all printed digits where they are fewer.
"""
