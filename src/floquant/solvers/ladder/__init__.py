"""The ladder of energies ε + kħΩ, its channels, the interface of every solver, and the dense reference."""
