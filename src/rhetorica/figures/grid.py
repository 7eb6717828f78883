"""Rates and shares of many things in many texts, drawn: a field of shades for each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from numpy.typing import NDArray

from rhetorica.figures.style import (
    INK,
    MARGIN,
    SMALL_SIZE,
    TEXT_SIZE,
    VERMILION,
    Page,
)
from rhetorica.findings import Finding

_NAME_WIDTH = 60.0  # mm; a longer name of a row or column is cut, it stands whole in the csv
_ROOM = 1.06  # an axis is so much longer than its longest value
_SLANT = 0.72  # of a name's width, how far it reaches across and up when it is slanted


@dataclass(frozen=True)
class Measure:
    """Which columns of a frame to draw: what tells the rows apart and names them, the values."""

    key: str
    name: str
    value: str
    low: str
    high: str
    axis: str
    percent: bool = False
    signed: bool = False
    sure: str = ""  # the column that says "yes" where a value is more than chance may give

    def write(self, value: float) -> str:
        """Write a value as it stands in the figure."""
        if self.signed:
            return f"{value:+.0f}".replace("-", "\u2212") if round(value) else "0"
        return f"{value:.0%}" if self.percent else f"{value:.0f}"


def row_names(
    page: Page, frame: pd.DataFrame, measure: Measure, width: float = _NAME_WIDTH
) -> dict[object, str]:
    """Return what the rows or columns are and how they are named, in the order of the frame.

    A name wider than `width` in mm is cut.
    """
    named = frame[[measure.key, measure.name]].drop_duplicates(measure.key)
    return {
        key: page.shorten(str(name), TEXT_SIZE, width)
        for key, name in zip(named[measure.key], named[measure.name], strict=True)
    }


def limit_of(frame: pd.DataFrame, columns: list[str]) -> float:
    """Return how far an axis must reach for some columns, those of short texts aside.

    A text of a few words would press the dots of all others together; what lies beyond is shown
    to do so. Where all texts are short, all count.
    """
    long = frame[frame["short"] == "no"] if "short" in frame else frame
    values = np.abs((long if len(long) else frame)[columns].to_numpy(dtype=np.float64))
    return max(float(np.nanmax(values)) * _ROOM, 1e-9)


def draw_shades(finding: Finding, measure: Measure, subtitle: str) -> Drawing:
    """Draw texts as rows and what is measured in them as columns of shaded fields."""
    frame = finding.frame
    labels = list(dict.fromkeys(frame["label"]))
    page = Page(finding.title, f"{subtitle}. Intervals are in the csv", finding.basis)
    columns = row_names(page, frame, measure)
    row, size = (4.6, SMALL_SIZE) if len(labels) <= 60 else (3.2, 5.5)
    left = MARGIN + page.widest(labels, size) + 3
    heads = [_SLANT * page.text_width(name, SMALL_SIZE) for name in columns.values()]
    page.set_height(page.top + max(heads) + row * len(labels) + 8)
    # Each name begins over the middle of its column; room for the part that reaches beyond.
    room = page.width - left - MARGIN
    width = min((room - head - 2) / (place + 0.5) for place, head in enumerate(heads))
    width = min(width, room / len(columns))
    axes = page.axes(left, page.top + max(heads) + 4, width * len(columns), row * len(labels))
    _fill(axes, frame, measure, labels, list(columns))
    axes.set_ylim(len(labels), 0)
    axes.set_yticks(np.arange(len(labels)) + 0.5, labels, fontsize=size)
    if "short" in frame:
        short = set(frame.loc[frame["short"] == "yes", "label"])
        for tick, label in zip(axes.get_yticklabels(), labels, strict=True):
            tick.set_color(VERMILION if label in short else INK)
    _write_heads(axes, list(columns.values()))
    for spine in axes.spines.values():
        spine.set_visible(False)
    return page.drawing


def _fill(
    axes: Axes, frame: pd.DataFrame, measure: Measure, labels: list[str], keys: list[object]
) -> None:
    def spread(column: str) -> pd.DataFrame:
        """Return a column of the frame as texts x keys."""
        table = frame.pivot(index="label", columns=measure.key, values=column)
        return table.reindex(index=labels, columns=keys)

    values = spread(measure.value).to_numpy(dtype=np.float64)
    most = limit_of(frame, [measure.value]) / _ROOM
    colours, least = ("PuOr", -most) if measure.signed else ("Blues", 0.0)
    axes.pcolormesh(values, cmap=colours, vmin=least, vmax=most, edgecolors="white", linewidth=0.4)
    sure = spread(measure.sure).to_numpy() == "yes" if measure.sure else values < 0
    if len(keys) <= 16:
        _write_values(axes, values, measure, most, sure)
    else:
        rows, columns = np.nonzero(sure)
        axes.plot(columns + 0.5, rows + 0.5, "o", color=INK, markersize=1.5)


def _write_values(
    axes: Axes,
    values: NDArray[np.float64],
    measure: Measure,
    most: float,
    sure: NDArray[np.bool_],
) -> None:
    for (y, x), value in np.ndenumerate(values):
        colour = "white" if abs(value) > 0.55 * most else INK
        weight = "bold" if sure[y, x] else "normal"
        shown = measure.write(value)
        axes.text(
            x + 0.5, y + 0.5, shown, ha="center", va="center", fontsize=5, color=colour,
            fontweight=weight,
        )  # fmt: skip


def _write_heads(axes: Axes, names: Sequence[str]) -> None:
    axes.xaxis.tick_top()
    axes.set_xticks(
        np.arange(len(names)) + 0.5,
        names,
        rotation=45,
        ha="left",
        rotation_mode="anchor",
        color=INK,
    )
    axes.tick_params(axis="x", length=0, pad=1)
