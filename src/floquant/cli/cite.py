"""`floquant cite`: what to cite."""

import typer

PAPER = """\
@article{RamosFoaTorresOrellanaApel2014,
  author  = {Ramos, J. P. and Foa Torres, L. E. F. and Orellana, P. A. and Apel, V. M.},
  title   = {Single-parameter spin-pumping in driven metallic rings with spin-orbit coupling},
  journal = {Journal of Applied Physics},
  volume  = {115},
  pages   = {124507},
  year    = {2014}
}"""


def cite() -> None:
    """Print BibTeX for this software and for the paper it grew from."""
    import floquant as fq

    typer.echo(f"{fq.cite()}\n\n{PAPER}")
