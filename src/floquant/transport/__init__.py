"""One problem: from the model to numbers with error bounds."""

from floquant.transport.accuracy import Accuracy
from floquant.transport.certificate import Certificate
from floquant.transport.plan import Plan, Plans, plan
from floquant.transport.scattering import Scattering, scatter
from floquant.transport.solution import Solution
from floquant.transport.solve import solve
from floquant.transport.warming import warm_up

__all__ = ["Accuracy", "Certificate", "Plan", "Plans", "Scattering", "Solution", "plan", "scatter", "solve", "warm_up"]
