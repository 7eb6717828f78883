"""Nearest neighbours, drawn: how alike each text is to its nearest, and the most alike pairs."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from numpy.typing import NDArray

from rhetorica.figures.sheet import LIKENESS, TINY_SIZE, Room, measure_in, sheet, write_pair
from rhetorica.figures.style import (
    BLUE,
    GREY,
    INK,
    MARGIN,
    PALE,
    RULE,
    SMALL_SIZE,
    TEXT_SIZE,
    Page,
)
from rhetorica.findings import Finding
from rhetorica.measures import Measure

_PAIRS = 25
_BINS = 20
_ROW = 4.4  # mm of a pair
_LEFT = 54.0  # mm of the histogram
_BETWEEN = 8.0
_HIGH = 74.0  # mm of the histogram
_NAMES = 70.0  # mm of the names of a pair
_VALUE = 9.0


def draw_neighbours(finding: Finding) -> Drawing:
    """Draw a histogram of each text's nearest neighbour, and the most alike pairs as dots."""
    frame, measure = finding.frame, measure_in(finding)
    pairs = most_alike(frame, measure.distance)
    nearest = frame.loc[frame["rank"] == 1, "value"].dropna().to_numpy(dtype=np.float64)
    subtitle = (
        f"{LIKENESS[measure.name]}: {frame['document'].nunique():,} texts. Left, each "
        f"text and its nearest; right, the {len(pairs)} pairs most alike. All neighbours found are "
        "in the csv"
    )
    page = Page(finding.title, subtitle, finding.basis)
    top = page.top + 5
    page.set_height(top + max(_ROW * len(pairs), _HIGH) + 10)
    limit = max(float(nearest.max(initial=0.0)), 1e-9) if measure.distance else 1.0
    page.text(MARGIN, top - 1.6, "Each text and its nearest", weight="bold", va="bottom")
    page.text(MARGIN, top + 0.5, "texts", size=SMALL_SIZE, va="top")
    word = f"{'distance' if measure.distance else 'likeness'} to the nearest text"
    _draw_histogram(page.axes(MARGIN + 9, top, _LEFT - 9, _HIGH), nearest, (measure, limit), word)
    _draw_pairs(page, pairs, top, (measure, limit))
    return page.drawing


def most_alike(frame: pd.DataFrame, distance: bool) -> pd.DataFrame:
    """Return the most alike pairs of a table of neighbours, each pair once."""
    ends = np.sort(frame[["document", "neighbour"]].to_numpy(dtype=str), axis=1)
    once = frame.assign(first=ends[:, 0], second=ends[:, 1]).drop_duplicates(["first", "second"])
    ordered = once.assign(order=np.round(once["value"], 9) * (1 if distance else -1))
    ordered = ordered.sort_values(["order", "first", "second"], kind="stable", ignore_index=True)
    return ordered.drop(columns="order").head(_PAIRS)


def _draw_histogram(
    axes: Axes, values: NDArray[np.float64], scale: tuple[Measure, float], word: str
) -> None:
    measure, limit = scale
    counts, edges = np.histogram(values, bins=_BINS, range=(0, limit))
    axes.bar(edges[:-1], counts, width=np.diff(edges), align="edge", color=PALE,
             edgecolor="white", linewidth=0.4)  # fmt: skip
    most = max(int(counts.max(initial=1)), 1)
    axes.set_ylim(0, 1.12 * most)
    middle = float(np.median(values)) if len(values) else 0.0
    axes.plot([middle, middle], [0, 1.04 * most], color=INK, linewidth=0.9)
    axes.annotate(f"median {measure.write(middle)}", (middle, 1.04 * most), xytext=(0, 1),
                  textcoords="offset points", va="bottom", fontsize=SMALL_SIZE,
                  ha="left" if middle < limit / 2 else "right")  # fmt: skip
    axes.set_xlim(0, limit)
    axes.locator_params(axis="x", nbins=5)
    axes.locator_params(axis="y", nbins=5, integer=True)
    axes.tick_params(axis="y", labelsize=SMALL_SIZE, colors=GREY)
    axes.set_xlabel(word, labelpad=1, loc="left", fontsize=SMALL_SIZE)


def _draw_pairs(page: Page, pairs: pd.DataFrame, top: float, scale: tuple[Measure, float]) -> None:
    measure, limit = scale
    left = MARGIN + _LEFT + _BETWEEN
    start = left + _NAMES + 3
    wide = page.width - MARGIN - _VALUE - start
    page.text(left, top - 1.6, "The most alike pairs", weight="bold", va="bottom")
    layer = sheet(page)
    for place, item in enumerate(pairs.to_dict("records")):
        y = top + _ROW * (place + 0.5)
        names = (str(item["label"]), str(item["neighbour_label"]))
        write_pair(page, (start - 2, y), names, Room(_NAMES, SMALL_SIZE))
        x = start + wide * float(np.clip(item["value"] / limit, 0, 1))
        layer.plot([start, start + wide], [y, y], color=RULE, linewidth=0.5)
        layer.plot([x], [y], "o", color=BLUE, markersize=3.6)
        page.text(page.width - MARGIN, y, measure.write(item["value"]), ha="right", va="center",
                  size=TEXT_SIZE)  # fmt: skip
    below = top + _ROW * len(pairs) + 1.8
    ends = {"size": TINY_SIZE, "color": GREY, "va": "center"}
    page.text(start, below, "0", ha="center", **ends)
    page.text(start + wide, below, f"{limit:.2g}", ha="center", **ends)
