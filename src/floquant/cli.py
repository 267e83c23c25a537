"""The command line. What a command needs is imported in its body, so that `floquant --help` answers at once."""

import sys
from typing import Annotated

import typer

app = typer.Typer(
    name="floquant",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

CITATION = """\
@software{{floquant,
  author  = {{{{floquant developers}}}},
  title   = {{floquant: quantum transport through periodically driven devices}},
  version = {{{version}}},
  year    = {{2026}}
}}

@article{{RamosFoaTorresOrellanaApel2014,
  author  = {{Ramos, J. P. and Foa Torres, L. E. F. and Orellana, P. A. and Apel, V. M.}},
  title   = {{Single-parameter spin-pumping in driven metallic rings with spin-orbit coupling}},
  journal = {{Journal of Applied Physics}},
  volume  = {{115}},
  pages   = {{124507}},
  year    = {{2014}}
}}"""


def main() -> None:
    """Run the command line. A refusal is one message and exit code 2; a result that did not converge, exit code 1."""
    from floquant.errors import BadInput, NotConverged

    try:
        app()
    except BadInput as refusal:
        typer.echo(f"floquant: {refusal}", err=True)
        sys.exit(2)
    except NotConverged as failure:
        typer.echo(f"floquant: {failure}", err=True)
        sys.exit(1)


def show_version(wanted: bool) -> None:
    if wanted:
        import floquant

        typer.echo(floquant.__version__)
        raise typer.Exit


Version = Annotated[bool, typer.Option("--version", callback=show_version, is_eager=True, help="Show the version.")]


@app.callback()
def options(version: Version = False) -> None:
    """Quantum transport through periodically driven devices, with an error bar on every number."""


@app.command()
def paper() -> None:
    """The ring of Ramos, Foa Torres, Orellana and Apel (2014): its pumped current at one point."""
    import floquant as fq

    flux, fermi_energy = 0.3, 0.05
    ring = fq.gallery.quantum_ring(dot_coupling=0.25)
    drive = fq.Drive({"dot_level": fq.Cosine(0.07)}, photon_energy=0.2)
    solution = fq.solve(ring, drive, window=(fermi_energy, fermi_energy), flux=flux)
    current = fq.dc_current(solution, fq.Reservoirs(mu=fermi_energy))

    typer.echo(f"Ring at flux {flux}, Fermi energy {fermi_energy}, dot level driven with 0.07 cos Ωt, ħΩ = 0.2.")
    typer.echo("Pumped current into each lead, in e/h times the chain hopping, per spin:")
    for lead in current["lead"].values:
        value = current.sel(lead=lead)
        typer.echo(f"  {lead}  {float(value):+.12e}  ± {float(value.dc_current_error):.1e}")
    typer.echo(str(solution.certificate))


@app.command("warm-up")
def warm_up() -> None:
    """Compile the kernels now, once, rather than in the first calculation."""
    import floquant as fq

    fq.warm_up()


@app.command()
def cite() -> None:
    """Print BibTeX for this software and for the paper it grew from."""
    import floquant

    typer.echo(CITATION.format(version=floquant.__version__))
