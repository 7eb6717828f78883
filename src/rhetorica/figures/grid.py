"""Rates and shares of many things in many texts, drawn: dots with intervals, or shades for many."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from rhetorica.figures.style import BLUE, GREY, INK, MARGIN, RULE, SMALL_SIZE, TEXT_SIZE, Page
from rhetorica.findings import Finding

_FEW = 6  # up to so many texts each has a column of dots with intervals; beyond, shades
_ROW = 6.0  # mm
_LINE = 3.4  # mm of a line of text


@dataclass(frozen=True)
class Measure:
    """Which columns of a frame to draw, and how: the rows' names, the value, its unit's format."""

    row: str
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


RATES = Measure(
    "category_label",
    "per_1000_words",
    "low",
    "high",
    "per 1,000 words",
    group="parent",
    mark="hits",
)
SHARES = Measure("name", "share", "low", "high", "share of the text", percent=True)


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
    if len(labels) <= _FEW:
        return _dots(finding, measure, labels, dots)
    return _shades(finding, measure, labels, f"{shades}; the darker, the more")


def _dots(finding: Finding, measure: Measure, labels: Sequence[str], subtitle: str) -> Drawing:
    frame = finding.frame
    page = Page(finding.title, subtitle)
    rows, groups = _rows(frame, measure)
    names = page.widest([row for row in rows if row])
    left = MARGIN + min(max(names, page.widest(list(groups.values()), TEXT_SIZE)), 60.0) + 3
    width = (page.width - left - MARGIN) / len(labels)
    heads = [page.wrap(label, TEXT_SIZE, width - 3, bold=True) for label in labels]
    head, foot = 2 + _LINE * max(len(lines) for lines in heads), 9.0
    page.set_height(page.top + head + _ROW * len(rows) + foot)
    limit = _limit(frame, measure)
    top = page.top + head
    for place, row in enumerate(rows):
        y = top + _ROW * (place + 0.5)
        if place in groups:
            page.text(
                MARGIN,
                y + 1,
                groups[place],
                weight="bold",
                size=SMALL_SIZE,
                color=GREY,
                va="center",
            )
        else:
            page.text(left - 2, y, row, ha="right", va="center")
    for column, label in enumerate(labels):
        x = left + column * width
        page.text(x + 1, top - 2, "\n".join(heads[column]), weight="bold", va="bottom")
        axes = page.axes(x + 1, top, width - 4, _ROW * len(rows))
        _draw_column(axes, frame[frame["label"] == label], measure, rows)
        axes.set_xlim(0, limit)
        if column == 0:
            axes.set_xlabel(measure.axis, labelpad=1, loc="left", fontsize=SMALL_SIZE)
    return page.drawing


def _rows(frame: pd.DataFrame, measure: Measure) -> tuple[list[str], dict[int, str]]:
    """Return the rows from top to bottom, and at which places a group's name stands instead."""
    columns = [measure.row] + ([measure.group] if measure.group else [])
    named = frame[columns].drop_duplicates()
    if not measure.group or not named[measure.group].any():
        return list(named[measure.row]), {}
    rows: list[str] = []
    groups: dict[int, str] = {}
    for group, own in named.groupby(measure.group, sort=False):
        groups[len(rows)] = str(group)
        rows += ["", *own[measure.row]]
    return rows, groups


def _limit(frame: pd.DataFrame, measure: Measure) -> float:
    largest = float(np.nanmax(frame[[measure.value, measure.high]].to_numpy()))
    return max(largest * 1.06, 1e-9)


def _draw_column(axes: Axes, own: pd.DataFrame, measure: Measure, rows: Sequence[str]) -> None:
    place_of = {row: place for place, row in enumerate(rows) if row}
    for item in own.to_dict("records"):
        y, value = place_of[item[measure.row]], item[measure.value]
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
    page = Page(finding.title, f"{subtitle}. Intervals are in the csv")
    rows, _ = _rows(frame, measure)
    names = [row for row in rows if row]
    table = frame.pivot(index="label", columns=measure.row, values=measure.value)
    values = table.loc[list(labels), names].to_numpy()
    row = 4.6 if len(labels) <= 60 else 3.2
    size = SMALL_SIZE if len(labels) <= 60 else 5.5
    left = MARGIN + min(page.widest(list(labels), size), 45.0) + 3
    head = 0.72 * min(page.widest(names, SMALL_SIZE), 60.0) + 4
    page.set_height(page.top + head + row * len(labels) + 4)
    # Room at the right for the last of the slanted names.
    axes = page.axes(left, page.top + head, page.width - left - 28, row * len(labels))
    largest = max(float(np.nanmax(values)), 1e-9)
    axes.pcolormesh(values, cmap="Blues", vmin=0, vmax=largest, edgecolors="white", linewidth=0.4)
    if len(names) <= 16:
        for (y, x), value in np.ndenumerate(values):
            colour = "white" if value > 0.55 * largest else INK
            axes.text(
                x + 0.5,
                y + 0.5,
                measure.write(value),
                ha="center",
                va="center",
                fontsize=5,
                color=colour,
            )
    axes.set_ylim(len(labels), 0)
    axes.set_yticks(np.arange(len(labels)) + 0.5, list(labels), fontsize=size)
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
    for spine in axes.spines.values():
        spine.set_visible(False)
    return page.drawing
