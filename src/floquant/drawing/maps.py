"""A map: one quantity over two axes of a dataset, as an image with its colour bar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from floquant.drawing.labels import exponent_of, in_powers, label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import QuadMesh
    from matplotlib.colors import Normalize


def signed(*arrays: Any) -> Normalize:
    """One colour scale for these currents, symmetric about zero."""
    from matplotlib.colors import Normalize

    largest = max(float(abs(array).max()) for array in arrays) or 1.0
    return Normalize(-largest, largest)


def draw_map(axes: Axes, array: Any, x: str, y: str, norm: Normalize, colours: str, *, short: bool = False) -> QuadMesh:
    """`array` over its coordinates x and y; a point of the dataset is a cell of the image. `short`: as for `label`."""
    mesh = axes.pcolormesh(
        array[x].values,
        array[y].values,
        array.transpose(y, x).values,
        norm=norm,
        cmap=colours,
        shading="nearest",
        rasterized=True,
    )
    # half a cell more on each side belongs to the outermost points; the axes end at the points themselves
    axes.set_xlim(float(array[x].min()), float(array[x].max()))
    axes.set_ylim(float(array[y].min()), float(array[y].max()))
    axes.set_xlabel(label(array[x], short=short))
    axes.set_ylabel(label(array[y], short=short))
    in_powers(axes.xaxis, 0)
    in_powers(axes.yaxis, 0)
    return mesh


def add_colour_bar(mesh: QuadMesh, axes: Axes | Sequence[Axes], *arrays: Any, short: bool = False) -> None:
    """The bar of a map, labelled as its arrays say, in units of a power of ten where that reads better."""
    first = axes[0] if isinstance(axes, Sequence) else axes
    bar = first.figure.colorbar(mesh, ax=axes, pad=0.02, aspect=25)
    exponent = exponent_of(*arrays)
    bar.set_label(label(*arrays, exponent=exponent, short=short))
    bar.outline.set_linewidth(0.6)
    in_powers(bar.ax.yaxis if bar.orientation == "vertical" else bar.ax.xaxis, exponent)
