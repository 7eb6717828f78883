"""Small panels of bars on a page, all on one scale: names to the left, marks to the right."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from rhetorica.figures.style import (
    BLUE,
    GREY,
    INK,
    MARGIN,
    PALE,
    SMALL_SIZE,
    TEXT_SIZE,
    VERMILION,
    Page,
)

MAX_PANELS = 30  # a figure of more panels is no longer a figure; all of them are in the csv
_ROW = 4.1  # mm of one bar
_HEAD = 9.6  # mm above the bars of a panel, for its name and what is said below it
_LINE = 3.4  # mm of a further line of the name
_GAP = 5.0  # mm below and beside a panel
_STRETCH = 1.5  # so much longer than the others need, at most, may a short text make the scale
_NAMES = 0.58  # of a panel's width, what the names may take


@dataclass(frozen=True)
class Panel:
    """What stands in a panel: its head, a line below it, and its bars.

    `bars` has the columns name, value, dark (the part of the value drawn dark) and mark.
    `floor` is a value to draw a line at, NaN for none; `empty` is said where there is no bar.
    `short` marks a text of few words: its bars may reach beyond the scale of the others.
    """

    head: str
    line: str
    bars: pd.DataFrame
    floor: float = np.nan
    empty: str = ""
    short: bool = False


def more_panels(count: int) -> str:
    """Say that only the first panels are drawn, if it is so."""
    return f". The first {MAX_PANELS} of {count} panels; the csv has all" * (count > MAX_PANELS)


def draw_panels(page: Page, panels: Sequence[Panel]) -> None:
    """Draw panels on a page, all on one scale, and fix the height of the page.

    A bar that reaches beyond the scale ends in an arrow.
    """
    shown = panels[:MAX_PANELS]
    columns = min(_columns(page, shown), max(len(shown), 1))
    width = (page.width - 2 * MARGIN) / columns
    heads = [page.wrap(panel.head, TEXT_SIZE, width - _GAP, bold=True) for panel in shown]
    above = _HEAD + _LINE * (max(map(len, heads), default=1) - 1)
    bars = max((len(panel.bars) for panel in shown), default=1)
    height = above + _ROW * max(bars, 1) + _GAP
    page.set_height(page.top + -(-len(shown) // columns) * height)
    limit, names = _limit(shown), page.widest(_names(shown))
    for place, (panel, head) in enumerate(zip(shown, heads, strict=True)):
        x = MARGIN + (place % columns) * width
        y = page.top + (place // columns) * height + above
        page.text(x, y - 5.2, "\n".join(head), weight="bold", va="bottom")
        colour = VERMILION if panel.short else GREY
        page.text(x, y - 1.6, panel.line, size=SMALL_SIZE, color=colour, va="bottom")
        if panel.bars.empty:
            page.text(x, y + 1, panel.empty, color=GREY, va="top", style="italic")
        else:
            _draw_bars(page, panel, (x, y, width - _GAP, min(names, _NAMES * width)), limit)


def _columns(page: Page, panels: Sequence[Panel]) -> int:
    """Return how many panels stand side by side: three where the names leave room for bars."""
    width = (page.width - 2 * MARGIN) / 3 - _GAP
    return 3 if page.widest(_names(panels)) <= _NAMES * width else 2


def _names(panels: Sequence[Panel]) -> list[str]:
    return [str(name) for panel in panels for name in panel.bars["name"]]


def _limit(panels: Sequence[Panel]) -> float:
    """Return how far the scale reaches: to the longest bar or line.

    A short text may make it longer by :data:`_STRETCH` at most: it would squeeze all others.
    """
    drawn = [panel for panel in panels if len(panel.bars)]
    long = [panel for panel in drawn if not panel.short]
    long = long or [panel for panel in drawn if not np.isnan(panel.floor)] or drawn
    limit = min(_longest(drawn), _STRETCH * _longest(long))
    return 1.02 * limit or 1.0


def _longest(panels: Sequence[Panel]) -> float:
    values = [panel.bars["value"].max() for panel in panels]
    floors = [panel.floor for panel in panels if not np.isnan(panel.floor)]
    return float(max([*values, *floors], default=1.0))


def _draw_bars(
    page: Page, panel: Panel, place: tuple[float, float, float, float], limit: float
) -> None:
    """Draw the bars of a panel at a place: left, top, width, and width of the names, in mm."""
    x, y, width, left = place
    bars = panel.bars
    names = [page.shorten(str(name), TEXT_SIZE, left) for name in bars["name"]]
    left += 1.5
    right = page.widest(list(bars["mark"]), SMALL_SIZE) + 1.5
    axes = page.axes(x + left, y, max(width - left - right, 1.0), _ROW * len(bars))
    places = np.arange(len(bars))
    axes.barh(places, bars["value"], height=0.66, color=PALE)
    axes.barh(places, bars["dark"], height=0.66, color=BLUE)
    for row, (name, mark) in enumerate(zip(names, bars["mark"], strict=True)):
        middle = y + _ROW * (row + 0.5)
        page.text(x + left - 1.5, middle, name, ha="right", va="center")
        page.text(x + width, middle, mark, ha="right", va="center", size=SMALL_SIZE, color=GREY)
    _tidy(axes, len(bars), limit)
    beyond = places[bars["value"].to_numpy(dtype=np.float64) > limit]
    axes.plot(np.full(len(beyond), limit), beyond, ">", color=INK, markersize=2.6, clip_on=False)
    if panel.floor <= limit:
        axes.plot([panel.floor] * 2, [-0.5, len(bars) - 0.5], color=INK, linewidth=0.7,
                  linestyle=(0, (3, 2)), clip_on=False)  # fmt: skip
        axes.annotate(
            "chance", (panel.floor, len(bars) - 0.5), xytext=(0, -1.5), textcoords="offset points",
            ha="center", va="top", fontsize=5.5, color=INK, annotation_clip=False,
        )  # fmt: skip


def _tidy(axes: Axes, bars: int, limit: float) -> None:
    axes.set_ylim(bars - 0.5, -0.5)
    axes.set_xlim(0, limit)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines["bottom"].set_visible(False)
