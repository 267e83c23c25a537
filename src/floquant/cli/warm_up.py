"""`floquant warm-up`: kernels compiled ahead of time."""

from typing import Annotated

import typer


def warm_up(
    all_kernels: Annotated[bool, typer.Option("--all", help="Also the kernels of big devices: a minute more.")] = False,
) -> None:
    """Compile the kernels now, once, rather than in the first calculation."""
    import floquant as fq

    fq.warm_up(big_devices=all_kernels)
