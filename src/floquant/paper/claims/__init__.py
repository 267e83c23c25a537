"""The paper, claim by claim: each sentence that can be tested, the number that decides it, and the verdict.

Sentences are in our words. Numbers and verdicts are computed at every call, by `fq.scatter`, `fq.solve`, `fq.dc_current` and
`fq.spin_current`; none is stored.
"""

from floquant.paper.claims.claim import Claim
from floquant.paper.claims.current import current_claims
from floquant.paper.claims.frequency import frequency_claims
from floquant.paper.claims.spin import spin_claims
from floquant.paper.claims.text import formula_claims
from floquant.paper.claims.transmission import transmission_claims
from floquant.paper.extremum import Extremum

__all__ = ["Claim", "claims"]


def claims(extremum: Extremum) -> list[Claim]:
    """All claims, in the order of the paper's figures; `extremum` is that of the map (`floquant.paper.extremum.extremum`)."""
    return [
        *transmission_claims(),
        *current_claims(extremum),
        *spin_claims(extremum),
        *frequency_claims(),
        *formula_claims(extremum),
    ]
