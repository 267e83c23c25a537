"""The verdicts on the paper's claims."""

VERDICTS = {
    "antiresonance": "right",
    "antiresonance, driven": "imprecise",
    "phase rigidity": "right",
    "phase rigidity, driven": "right",
    "maxima": "right",
    "no current at integer and half-integer flux": "right",
    "no current without drive": "right",
    "sign reversal": "right",
    "a flux of π": "imprecise",
    "one spin blocked": "right",
    "all charge blocked": "right",
    "spin current is maximal there": "imprecise",
    "the ratio of spin to charge is tuned": "right",
    "a magnetic flux is needed": "imprecise",
    "line styles of Fig. 3": "imprecise",
    "the adiabatic response vanishes": "right",
    "the Ω² law": "imprecise",
    "Eq. (2): + h.c.": "imprecise",
    "Eq. (7): G_LR": "imprecise",
}
