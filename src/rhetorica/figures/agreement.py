"""How far the lexicon agrees with labelled sentences, drawn: precision, recall and F1."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from rhetorica.figures.style import (
    BLUE,
    GREY,
    INK,
    MARGIN,
    SMALL_SIZE,
    TEXT_SIZE,
    VERMILION,
    Page,
)
from rhetorica.findings import Finding

_MEASURES = {"precision": "Precision", "recall": "Recall", "f1": "F1"}
_EXPLAINED = {
    "precision": "of the found, labelled",
    "recall": "of the labelled, found",
    "f1": "both in one",
}
_ROW = 5.6  # mm
_COUNTS = 40.0  # mm for the three columns of counts
_GAP = 6.0  # mm between two columns
_NAME_WIDTH = 50.0  # mm; a longer name is cut, it stands whole in the csv


def draw_lexicon_agreement(finding: Finding) -> Drawing:
    """Draw precision, recall and F1 of each category with their intervals and the counts."""
    frame = finding.frame
    subtitle = (
        "Share of sentences, with interval, and sentences counted. Hollow diamond: F1 with only "
        "those entries that also hit in another text"
    )
    page = Page(finding.title, subtitle, finding.basis)
    names = [page.shorten(str(n), TEXT_SIZE, _NAME_WIDTH) for n in frame["category_label"]]
    left = MARGIN + page.widest(names) + 3
    width = (page.width - left - MARGIN - _COUNTS) / len(_MEASURES)
    top = page.top + 8.0
    height = _ROW * len(frame)
    page.set_height(top + height + 7.0)
    for place, name in enumerate(names):
        page.text(left - 2, top + _ROW * (place + 0.5), name, ha="right", va="center")
    for column, (measure, title) in enumerate(_MEASURES.items()):
        x = left + column * width + 1
        page.text(x, top - 4.6, title, weight="bold", va="bottom")
        page.text(x, top - 1.4, _EXPLAINED[measure], size=SMALL_SIZE, color=GREY, va="bottom")
        _draw_measure(page.axes(x, top, width - _GAP, height), frame, measure)
    _write_counts(page, frame, page.width - MARGIN - _COUNTS, top)
    return page.drawing


def _draw_measure(axes: Axes, frame: pd.DataFrame, measure: str) -> None:
    places = np.arange(len(frame)) + 0.5
    low, high = frame[f"{measure}_low"], frame[f"{measure}_high"]
    axes.hlines(places, low, high, color=BLUE, linewidth=1.6, alpha=0.45)
    axes.plot(frame[measure], places, "o", color=BLUE, markersize=3.6, clip_on=False, zorder=3)
    if measure == "f1":
        axes.plot(
            frame["f1_elsewhere"], places, "D", color=VERMILION, markerfacecolor="white",
            markersize=5.0, clip_on=False, zorder=2.5,
        )  # fmt: skip
    axes.set_xlim(0, 1)
    axes.set_ylim(len(frame), 0)
    axes.set_yticks([])
    axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    axes.grid(axis="x")


def _write_counts(page: Page, frame: pd.DataFrame, x: float, top: float) -> None:
    for column, name in enumerate(("labelled", "found", "both")):
        right = x + (column + 1) * _COUNTS / 3
        page.text(right, top - 1.4, name, size=SMALL_SIZE, color=GREY, ha="right", va="bottom")
        for place, number in enumerate(frame[name]):
            y = top + _ROW * (place + 0.5)
            page.text(right, y, str(number), color=INK, ha="right", va="center")
