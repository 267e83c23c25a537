"""How to cite a result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from floquant.checks.words import brief
from floquant.errors import BadInput

if TYPE_CHECKING:
    import xarray as xr

SOFTWARE = """\
@software{{floquant,
  author  = {{{{floquant developers}}}},
  title   = {{floquant: quantum transport through periodically driven devices}},
  version = {{{version}}},
  year    = {{2026}}
}}"""

METHODS = {
    "Phys. Rev. B 66, 205320": """\
@article{MoskaletsButtiker2002,
  author  = {Moskalets, M. and B{\\"u}ttiker, M.},
  title   = {Floquet scattering theory of quantum pumps},
  journal = {Physical Review B},
  volume  = {66},
  pages   = {205320},
  year    = {2002}
}""",
}


def cite(dataset: xr.Dataset | None = None) -> str:
    """What to cite for a Dataset, as text: how it was made in a sentence, then BibTeX for the software and for the methods."""
    from importlib.metadata import version

    if dataset is not None and not isinstance(getattr(dataset, "attrs", None), Mapping):
        raise BadInput(
            f"What is to be cited is {brief(dataset)}, but it must be a Dataset or None; give what a study returns."
        )
    attrs = {} if dataset is None else dataset.attrs
    software = SOFTWARE.format(version=attrs.get("floquant_version", version("floquant")))
    methods = [entry for mark, entry in METHODS.items() if mark in str(attrs.get("references", ""))]
    made = []
    if "title" in attrs and "source" in attrs:
        made = [f"% {attrs['title']}; {attrs['source']}; {attrs.get('history', '').partition(':')[0][:10]}"]
    return "\n\n".join(["\n".join([*made, software]), *methods])
