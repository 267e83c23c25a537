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

PAPER = """\
@article{RamosFoaTorresOrellanaApel2014,
  author  = {Ramos, J. P. and Foa Torres, L. E. F. and Orellana, P. A. and Apel, V. M.},
  title   = {Single-parameter spin-pumping in driven metallic rings with spin-orbit coupling},
  journal = {Journal of Applied Physics},
  volume  = {115},
  pages   = {124507},
  year    = {2014}
}"""


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
def paper(
    quick: Annotated[bool, typer.Option("--quick", help="Coarser grids; every point as accurate.")] = False,
    out: Annotated[str, typer.Option(help="Folder for figures, data and summary; made if it is not there.")] = "paper",
    only: Annotated[
        list[str] | None, typer.Option(help='A figure, or "claims"; several by repeating, or with commas.')
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="Processes; as many as there are processors if not given.")
    ] = None,
) -> None:
    """The ring of Ramos, Foa Torres, Orellana and Apel (2014): every figure with its data, and a verdict on every claim."""
    from floquant.paper import run

    names = [name.strip() for each in only or [] for name in each.split(",") if name.strip()]
    run(out, quick, names, workers)


@app.command("warm-up")
def warm_up(
    all_kernels: Annotated[bool, typer.Option("--all", help="Also the kernels of big devices: a minute more.")] = False,
) -> None:
    """Compile the kernels now, once, rather than in the first calculation."""
    import floquant as fq

    fq.warm_up(big_devices=all_kernels)


@app.command()
def cite() -> None:
    """Print BibTeX for this software and for the paper it grew from."""
    import floquant as fq

    typer.echo(f"{fq.cite()}\n\n{PAPER}")
