"""Rates and shares of many things in many texts, drawn: dots with intervals, or shades for many."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from numpy.typing import NDArray

from rhetorica.figures.style import BLUE, GREY, INK, MARGIN, RULE, SMALL_SIZE, TEXT_SIZE, Page
from rhetorica.findings import DOTTED_TEXTS, Finding

_ROW = 6.0  # mm
_LINE = 3.4  # mm of a line of text
_GAP = 5.0  # mm between two columns: half of "100%" at the end of one and of "0%" of the next
_NAME_WIDTH = 60.0  # mm; a longer name of a row or column is cut, it stands whole in the csv
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
    group: str = ""
    mark: str = ""

    def write(self, value: float) -> str:
        """Write a value as it stands in the figure."""
        return f"{value:.0%}" if self.percent else f"{value:.0f}"


@dataclass(frozen=True)
class _Row:
    """A row of dots, or the name of a group of them, which has no key."""

    key: object
    name: str


RATES = Measure(
    "category",
    "category_label",
    "per_1000_words",
    "low",
    "high",
    "per 1,000 words",
    group="parent",
    mark="hits",
)
SHARES = Measure("topic", "name", "share", "low", "high", "share of the text", percent=True)


def draw_rhetoric_rates(finding: Finding) -> Drawing:
    """Draw the rate of each category in each text, with interval and number of hits."""
    dots = "Hits per 1,000 words with interval; above each dot the hits it rests on; hollow: none"
    return _draw(finding, RATES, dots, "Hits per 1,000 words")


def draw_topic_shares(finding: Finding) -> Drawing:
    """Draw the share of each topic in each text, with interval."""
    dots = "Share of each topic in each text, with interval"
    return _draw(finding, SHARES, dots, "Share of each topic in each text")


def _draw(finding: Finding, measure: Measure, dots: str, shades: str) -> Drawing:
    labels = list(dict.fromkeys(finding.frame["label"]))
    if len(labels) <= DOTTED_TEXTS:
        return _dots(finding, measure, labels, dots)
    return _shades(finding, measure, labels, f"{shades}; the darker, the more")


def _dots(finding: Finding, measure: Measure, labels: Sequence[str], subtitle: str) -> Drawing:
    frame = finding.frame
    page = Page(finding.title, subtitle, finding.basis)
    rows = _rows(page, frame, measure)
    left = MARGIN + page.widest([row.name for row in rows]) + 3
    width = (page.width - left - MARGIN) / len(labels)
    heads = [page.wrap(label, TEXT_SIZE, width - 3, bold=True) for label in labels]
    top = page.top + 2 + _LINE * max(len(lines) for lines in heads)
    page.set_height(top + _ROW * len(rows) + 9.0)
    _write_rows(page, rows, left, top)
    limit = _limit(frame, measure)
    for column, label in enumerate(labels):
        x = left + column * width
        page.text(x + 1, top - 2, "\n".join(heads[column]), weight="bold", va="bottom")
        axes = page.axes(x + 1, top, width - _GAP, _ROW * len(rows))
        _draw_column(axes, frame[frame["label"] == label], measure, rows)
        axes.set_xlim(0, limit)
        if column == 0:
            axes.set_xlabel(measure.axis, labelpad=1, loc="left", fontsize=SMALL_SIZE)
    return page.drawing


def _rows(page: Page, frame: pd.DataFrame, measure: Measure) -> list[_Row]:
    """Return the rows from top to bottom, each group after its name."""
    columns = [measure.key, measure.name] + ([measure.group] if measure.group else [])
    named = frame[columns].drop_duplicates(measure.key)
    names = [page.shorten(str(name), TEXT_SIZE, _NAME_WIDTH) for name in named[measure.name]]
    rows = [_Row(key, name) for key, name in zip(named[measure.key], names, strict=True)]
    if not measure.group or not named[measure.group].any():
        return rows
    grouped: dict[str, list[_Row]] = {}
    for group, row in zip(named[measure.group], rows, strict=True):
        grouped.setdefault(str(group), []).append(row)
    parts = [
        [_Row(None, page.shorten(group, TEXT_SIZE, _NAME_WIDTH)), *own]
        for group, own in grouped.items()
    ]
    return [row for part in parts for row in part]


def _write_rows(page: Page, rows: Sequence[_Row], left: float, top: float) -> None:
    for place, row in enumerate(rows):
        y = top + _ROW * (place + 0.5)
        if row.key is not None:
            page.text(left - 2, y, row.name, ha="right", va="center")
            continue
        page.text(MARGIN, y + 1, row.name, weight="bold", size=SMALL_SIZE, color=GREY, va="center")


def _limit(frame: pd.DataFrame, measure: Measure) -> float:
    largest = float(np.nanmax(frame[[measure.value, measure.high]].to_numpy()))
    return max(largest * 1.06, 1e-9)


def _draw_column(axes: Axes, own: pd.DataFrame, measure: Measure, rows: Sequence[_Row]) -> None:
    place_of = {row.key: place for place, row in enumerate(rows) if row.key is not None}
    for item in own.to_dict("records"):
        y, value = place_of[item[measure.key]], item[measure.value]
        axes.plot([0, value], [y, y], color=RULE, linewidth=0.6, zorder=1)
        axes.plot(
            [item[measure.low], item[measure.high]], [y, y], color=BLUE, linewidth=1.6, alpha=0.45
        )
        inside = BLUE if value > 0 else "white"
        axes.plot(
            [value],
            [y],
            "o",
            color=BLUE,
            markerfacecolor=inside,
            markersize=3.6,
            clip_on=False,
            zorder=3,
        )
        mark = str(item[measure.mark]) if measure.mark else measure.write(value)
        axes.annotate(
            mark,
            (value, y),
            xytext=(0, 3.2),
            textcoords="offset points",
            ha="center",
            fontsize=5.5,
            color=INK,
            annotation_clip=False,
        )
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks([])
    axes.grid(axis="x")
    axes.locator_params(axis="x", nbins=3)
    if measure.percent:
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")


def _shades(finding: Finding, measure: Measure, labels: Sequence[str], subtitle: str) -> Drawing:
    """Draw texts as rows and categories as columns of shaded fields."""
    frame = finding.frame
    page = Page(finding.title, f"{subtitle}. Intervals are in the csv", finding.basis)
    columns = [row for row in _rows(page, frame, measure) if row.key is not None]
    table = frame.pivot(index="label", columns=measure.key, values=measure.value)
    keys = [column.key for column in columns]
    values = table.reindex(index=list(labels), columns=keys).to_numpy()
    row, size = (4.6, SMALL_SIZE) if len(labels) <= 60 else (3.2, 5.5)
    left = MARGIN + page.widest(list(labels), size) + 3
    heads = [_SLANT * page.text_width(column.name, SMALL_SIZE) for column in columns]
    page.set_height(page.top + max(heads) + row * len(labels) + 8)
    # Each name begins over the middle of its column; room for the part that reaches beyond.
    room = page.width - left - MARGIN
    width = min((room - head - 2) / (place + 0.5) for place, head in enumerate(heads))
    width = min(width, room / len(columns))
    axes = page.axes(left, page.top + max(heads) + 4, width * len(columns), row * len(labels))
    largest = max(float(np.nanmax(values)), 1e-9)
    axes.pcolormesh(values, cmap="Blues", vmin=0, vmax=largest, edgecolors="white", linewidth=0.4)
    if len(columns) <= 16:
        _write_values(axes, values, measure, largest)
    axes.set_ylim(len(labels), 0)
    axes.set_yticks(np.arange(len(labels)) + 0.5, list(labels), fontsize=size)
    _write_heads(axes, [column.name for column in columns])
    for spine in axes.spines.values():
        spine.set_visible(False)
    return page.drawing


def _write_values(axes: Axes, values: NDArray[np.float64], measure: Measure, most: float) -> None:
    for (y, x), value in np.ndenumerate(values):
        colour = "white" if value > 0.55 * most else INK
        shown = measure.write(value)
        axes.text(x + 0.5, y + 0.5, shown, ha="center", va="center", fontsize=5, color=colour)


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
