"""States found one by one: resonances of the driven device, and states that no reservoir reaches."""
