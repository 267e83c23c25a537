"""What a detector reads of outgoing amplitudes; see `ladder.detectors`."""

from __future__ import annotations

from floquant.solvers.kernels.compiler import compiled


@compiled
def detect(amplitudes, one, other, pauli):
    """|o₁|² (pauli 0), 2 Re o₁* o₂ (1: σ_x) or 2 Im o₁* o₂ (2: σ_y) of outgoing amplitudes."""
    if pauli == 0:
        return amplitudes[one].real ** 2 + amplitudes[one].imag ** 2
    product = amplitudes[one].conjugate() * amplitudes[other]
    return 2.0 * product.real if pauli == 1 else 2.0 * product.imag


@compiled
def weight_of_energy(power, energy):
    """w for power 1, |w| for power −1."""
    return energy if power > 0 else abs(energy)
