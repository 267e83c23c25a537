"""Pictures with matplotlib: devices, bands, and what figures of results share (labels from attributes, maps, style)."""

from floquant.drawing.bands import draw_bands
from floquant.drawing.device import draw_device, draw_picture, plot_device
from floquant.drawing.picture import PictureOptions, picture_of
from floquant.drawing.style import save, style
from floquant.model import Drive

__all__ = [
    "Drive",
    "PictureOptions",
    "draw_bands",
    "draw_device",
    "draw_picture",
    "picture_of",
    "plot_device",
    "save",
    "style",
]
