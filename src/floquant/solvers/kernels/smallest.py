"""The smallest unsigned flow that a panel's error will ever be compared with."""

from __future__ import annotations

import numpy as np

from floquant.solvers.kernels.compiler import compiled


@compiled
def smallest_flows(begins, edges, unsigned, low, high, out):
    """For each panel, lead and cut: the least unsigned flow U(μ) over all μ of the window whose current counts this panel at this cut.

    A current at μ = ε_μ + k ħΩ is ∫_0^{ε_μ} J_k + ∫_{ε_μ}^{ħΩ} J_{k−1}: a panel counts at cut k if below ε_μ, at cut k − 1 if above.
    `edges` (panels, 2) are the panels' ends in ε, `unsigned` (panels, leads, cuts) their integrals, `low` and `high` the window's ends
    folded into the zone. Where no μ of the window counts a panel, the answer is infinite.
    """
    leads, cuts = unsigned.shape[1], unsigned.shape[2]
    for p in range(begins.shape[0] - 1):
        begin, end = begins[p], begins[p + 1]
        count = end - begin
        flow = np.empty(count + 1)
        for b in range(leads):
            for j in range(cuts):
                for i in range(begin, end):
                    out[i, b, j] = np.inf
            for r in range(cuts - 1):
                value = 0.0
                for i in range(begin, end):
                    value += unsigned[i, b, r]
                flow[0] = value
                for i in range(count):
                    value += unsigned[begin + i, b, r + 1] - unsigned[begin + i, b, r]
                    flow[i + 1] = max(value, 0.0)
                for i in range(count + 1):
                    # The boundaries next to the window's ends stay: μ may lie between them.
                    below = edges[begin + i, 1] if i < count else edges[end - 1, 1]
                    above = edges[begin + i - 1, 0] if i > 0 else edges[begin, 0]
                    if (r == 0 and below < low) or (r == cuts - 2 and above > high):
                        flow[i] = np.inf
                least = np.inf
                for i in range(count):
                    least = min(least, flow[i])
                    reached = min(least, flow[i + 1])
                    out[begin + i, b, r] = min(out[begin + i, b, r], reached)
                least = np.inf
                for i in range(count - 1, -1, -1):
                    least = min(least, flow[i + 1])
                    reached = min(least, flow[i])
                    out[begin + i, b, r + 1] = min(out[begin + i, b, r + 1], reached)
