"""The ladder of energies ε + kħΩ, its channels, what every solver gives, and the dense reference."""
