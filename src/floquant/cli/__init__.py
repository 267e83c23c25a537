"""The command line, a file for each command. A command imports what it needs in its body, so `floquant --help` answers at once."""

from typing import Annotated

import typer

from floquant.cli.cite import cite
from floquant.cli.endings import exits_in_words
from floquant.cli.paper import paper
from floquant.cli.warm_up import warm_up

app = typer.Typer(
    name="floquant",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("paper")(paper)
app.command("warm-up")(warm_up)
app.command("cite")(cite)


def main() -> None:
    """Run the command line; `endings` says with which exit codes it ends."""
    with exits_in_words():
        app()


def show_version(wanted: bool) -> None:
    """Print the version and end, if `--version` is given."""
    if wanted:
        import floquant

        typer.echo(floquant.__version__)
        raise typer.Exit


Version = Annotated[bool, typer.Option("--version", callback=show_version, is_eager=True, help="Show the version.")]


@app.callback()
def options(version: Version = False) -> None:
    """Quantum transport through periodically driven devices, with an error bar on every number."""
