"""The texts of a figure, with their boxes."""

from matplotlib.text import Text


def boxes(figure):
    """Every visible text with the box that the renderer gives it."""
    figure.draw_without_rendering()
    renderer = figure.canvas.get_renderer()
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    shown = [(text, text.get_window_extent(renderer)) for text in texts]
    # a tick beyond the limits keeps its label, but does not draw it
    ticks = {
        id(tick_label)
        for axes in figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks())
        for tick_label in (tick.label1, tick.label2)
    }
    drawn = {
        id(tick_label)
        for axes in figure.axes
        if axes.axison
        for axis in (axes.xaxis, axes.yaxis)
        for tick in axis._update_ticks()
        for tick_label in (tick.label1, tick.label2)
    }
    return [(text, box) for text, box in shown if id(text) not in ticks or id(text) in drawn]
