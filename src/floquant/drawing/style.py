"""How figures look.

Column width 3.4 in, two columns 7 in; STIX letters, which matplotlib brings along. Colours are safe for the colour-blind: viridis for what
has one sign, RdBu about zero for currents, Okabe and Ito's for lines (M. Okabe and K. Ito, Color Universal Design, 2008).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec

import numpy as np

from floquant.checks.words import brief
from floquant.errors import BadInput

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

P = ParamSpec("P")

COLUMN, TWO_COLUMNS = 3.4, 7.0
BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
BLUE, VERMILION, PURPLE = "#0072B2", "#D55E00", "#CC79A7"
GREY = "#767676"
PARAMETERS = {
    "font.family": ["STIXGeneral", "DejaVu Sans"],
    "mathtext.fontset": "stix",
    "font.size": 8.5,
    "axes.labelsize": 8.5,
    "axes.titlesize": 8.5,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "legend.fontsize": 7.5,
    "legend.frameon": False,
    "legend.handlelength": 1.8,
    "axes.linewidth": 0.6,
    "lines.linewidth": 1.1,
    "xtick.direction": "in",
    "ytick.direction": "in",
    "xtick.top": True,
    "ytick.right": True,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "axes.labelpad": 2.5,
    "figure.dpi": 300,
    "savefig.dpi": 300,
    "pdf.fonttype": 42,
    "image.interpolation": "nearest",
}


@contextmanager
def style() -> Iterator[None]:
    """The style of this package's figures inside the block; afterwards matplotlib's settings are what they were."""
    with _matplotlib().rc_context(PARAMETERS):
        yield


def styled(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """A function that makes a figure, in our style. Layout and ticks are fixed while the style is set."""

    @functools.wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with style():
            figure = draw(*args, **kwargs)
            ours = len(args) < 2 and kwargs.get("axes") is None
            for axes in figure.axes if ours else ():
                # how many ticks there are depends on their size, which is looked up again whenever the figure is drawn
                axes.tick_params(labelsize=PARAMETERS["xtick.labelsize"])
            figure.draw_without_rendering()
            if ours:  # the layout is fixed and need not be computed again
                figure.set_layout_engine("none")
            return figure

    return drawn


def panels(axes: Any, rows: int, columns: int, size: tuple[float, float], **options: Any) -> tuple[Figure, list[Axes]]:
    """A new figure of `size` inches with rows × columns axes, or the figure of the `axes` that are given, which must be as many."""
    if axes is None:
        _matplotlib()
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from matplotlib.layout_engine import ConstrainedLayoutEngine

        layout = ConstrainedLayoutEngine(w_pad=0.02, h_pad=0.02, wspace=0.03, hspace=0.03)
        figure = Figure(figsize=size, layout=layout)
        FigureCanvasAgg(figure)
        made = figure.subplots(rows, columns, squeeze=False, **options)
        return figure, list(made.ravel())
    given = (
        list(np.ravel(axes)) if isinstance(axes, np.ndarray) else list(axes) if isinstance(axes, Sequence) else [axes]
    )
    for one in given:
        if not hasattr(one, "figure") or not hasattr(one, "plot"):
            raise BadInput(f"The axes hold {brief(one)}, but they must be axes of matplotlib; give those of a figure.")
    if len(given) != rows * columns:
        raise BadInput(f"The figure has {rows * columns} panels, but {len(given)} axes are given; give as many.")
    return given[0].figure, given


def save(figure: Figure, path: str | Path) -> list[Path]:
    """Write a figure as PNG (300 dots per inch) and PDF beside each other; `path` without its ending. Returns both paths."""
    base = Path(path)
    written = []
    with style():
        for ending, metadata in ((".png", {"Software": None}), (".pdf", {"CreationDate": None})):
            written.append(base.with_name(base.name + ending))
            figure.savefig(written[-1], metadata=metadata)
    return written


def _matplotlib() -> Any:
    try:
        import matplotlib
    except ImportError:
        raise BadInput("Figures need matplotlib, but it is not installed; install floquant[plot].") from None
    return matplotlib
