"""Quantum transport through periodically driven devices, with an error bar on every number.

The public names, and nothing else. Each is loaded at its first use (SPEC 1), so `import floquant` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what type checkers see; at run time __getattr__ below does the same
    from floquant import gallery as gallery
    from floquant import interop as interop
    from floquant.errors import BadInput as BadInput
    from floquant.errors import NotConverged as NotConverged
    from floquant.leads import Chain as Chain
    from floquant.leads import Lead as Lead
    from floquant.leads import Modes as Modes
    from floquant.leads import PeriodicLead as PeriodicLead
    from floquant.leads import SelfEnergy as SelfEnergy
    from floquant.leads import WideBand as WideBand
    from floquant.model import Contact as Contact
    from floquant.model import Cosine as Cosine
    from floquant.model import Device as Device
    from floquant.model import Drive as Drive
    from floquant.model import Flux as Flux
    from floquant.model import Function as Function
    from floquant.model import Harmonics as Harmonics
    from floquant.model import Hopping as Hopping
    from floquant.model import Knob as Knob
    from floquant.model import Lorentzian as Lorentzian
    from floquant.model import Matrix as Matrix
    from floquant.model import Onsite as Onsite
    from floquant.model import Peierls as Peierls
    from floquant.model import Reservoirs as Reservoirs
    from floquant.model import Sampled as Sampled
    from floquant.model import Square as Square
    from floquant.model import Strength as Strength
    from floquant.model import Triangle as Triangle
    from floquant.model import Waveform as Waveform
    from floquant.model import Zeeman as Zeeman
    from floquant.model import rotating as rotating
    from floquant.observe import bound_states as bound_states
    from floquant.observe import dc_current as dc_current
    from floquant.observe import energy_current as energy_current
    from floquant.observe import float_probes as float_probes
    from floquant.observe import heat_current as heat_current
    from floquant.observe import resonances as resonances
    from floquant.observe import spin_current as spin_current
    from floquant.results import ResultArray as ResultArray
    from floquant.results import ResultDataset as ResultDataset
    from floquant.results import charge_per_cycle as charge_per_cycle
    from floquant.results import to_si as to_si
    from floquant.study import Study as Study
    from floquant.study import cite as cite
    from floquant.study import open as open
    from floquant.study import save as save
    from floquant.symmetry import Symmetry as Symmetry
    from floquant.symmetry import SymmetryReport as SymmetryReport
    from floquant.symmetry import symmetries as symmetries
    from floquant.transport import Accuracy as Accuracy
    from floquant.transport import Certificate as Certificate
    from floquant.transport import Plan as Plan
    from floquant.transport import Plans as Plans
    from floquant.transport import Scattering as Scattering
    from floquant.transport import Solution as Solution
    from floquant.transport import plan as plan
    from floquant.transport import scatter as scatter
    from floquant.transport import solve as solve
    from floquant.transport import warm_up as warm_up

    __version__: str

_names = {
    "errors": ["BadInput", "NotConverged"],
    "leads": ["Chain", "Lead", "Modes", "PeriodicLead", "SelfEnergy", "WideBand"],
    "model": [
        *("Contact", "Cosine", "Device", "Drive", "Flux", "Function", "Harmonics", "Hopping", "Knob"),
        *("Lorentzian", "Matrix", "Onsite", "Peierls", "Reservoirs", "Sampled", "Square", "Strength"),
        *("Triangle", "Waveform", "Zeeman", "rotating"),
    ],
    "observe": [
        *("bound_states", "dc_current", "energy_current", "float_probes", "heat_current", "resonances"),
        "spin_current",
    ],
    "results": ["ResultArray", "ResultDataset", "charge_per_cycle", "to_si"],
    "symmetry": ["Symmetry", "SymmetryReport", "symmetries"],
    "study": ["Study", "cite", "open", "save"],
    "transport": [
        *("Accuracy", "Certificate", "Plan", "Plans", "Scattering", "Solution"),
        *("plan", "scatter", "solve", "warm_up"),
    ],
}
_home = {name: home for home, names in _names.items() for name in names}
_modules = ["gallery", "interop"]
__all__ = sorted({*_home, *_modules} - {"open"})  # a star import must not hide the builtin


if not TYPE_CHECKING:  # a checker that sees a __getattr__ would believe any name

    def __getattr__(name: str) -> object:
        if name in _home:
            value = getattr(import_module(f"floquant.{_home[name]}"), name)
        elif name in _modules:
            value = import_module(f"floquant.{name}")
        elif name == "__version__":
            from importlib.metadata import version

            value = version("floquant")
        else:
            raise AttributeError(f"module 'floquant' has no attribute {name!r}")
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return [*__all__, "__version__", "open"]
