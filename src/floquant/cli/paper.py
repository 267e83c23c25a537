"""`floquant paper`: the ring of 2014, computed again."""

from typing import Annotated

import typer


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
