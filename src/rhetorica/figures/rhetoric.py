"""Rates of rhetoric, drawn: dots with intervals and, beneath, where in the text the hits stand."""

from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure as Drawing

from rhetorica.figures.columns import Columns
from rhetorica.figures.grid import Measure, draw_shades, limit_of, row_names
from rhetorica.figures.style import (
    BLUE,
    INK,
    RULE,
    SMALL_SIZE,
    TEXT_SIZE,
    Page,
)
from rhetorica.findings import DOTTED_TEXTS, Finding

RATES = Measure("category", "category_label", "per_1000_words", "low", "high", "per 1,000 words")
_ROW = 8.4  # mm of a category: the number, the dot, and the strip below it
_DOT, _STRIP, _STRIP_END = 0.42, 0.63, 0.86  # where in a row they lie, from its top
_SPACE = 2.0  # mm above a parent
_GAP = 5.0  # mm between two columns
_NAME_WIDTH = 50.0  # mm; a longer name is cut, it stands whole in the csv


def draw_rhetoric_rates(finding: Finding) -> Drawing:
    """Draw the rate of each category in each text with its interval and its hits in the text."""
    if finding.frame["label"].nunique() > DOTTED_TEXTS:
        categories = finding.frame[finding.frame["kind"] == "category"]
        subtitle = "Hits per 1,000 words; the darker, the more. Orange names: short texts"
        return draw_shades(replace(finding, frame=categories), RATES, subtitle)
    return _columns(finding)


def _columns(finding: Finding) -> Drawing:
    frame = finding.frame
    subtitle = (
        "Hits per 1,000 words: a dot with its interval (broken: few hits or paragraphs) and the "
        "number of hits; below, where in the text each hit stands. Groups, in bold: the rate, "
        "with its interval, in figures"
    )
    page = Page(finding.title, subtitle, finding.basis)
    rows = row_names(page, frame, RATES, _NAME_WIDTH)
    kinds = frame.drop_duplicates("category")["kind"]
    weights = ["bold" if kind == "parent" else "normal" for kind in kinds]
    tops = _tops(weights)
    named = list(zip(rows.values(), weights, tops, strict=True))
    widest = max(page.text_width(name, TEXT_SIZE, weight == "bold") for name, weight, _ in named)
    texts = frame.drop_duplicates("label")
    columns = Columns(page, widest, texts)
    columns.set_height(tops[-1] + _ROW)
    for name, weight, place in named:
        columns.write_name(place + _ROW * _DOT, name, weight)
    limit = limit_of(frame[frame["kind"] == "category"], ["high"])
    for column, label in enumerate(texts["label"]):
        columns.write_head(column)
        axes, own = columns.axes(column, _GAP), frame[frame["label"] == label]
        _draw_rates(axes, own, tops, columns.height, limit)
        _write_groups(page, columns, column, own, tops)
        _draw_strips(columns.axes(column, _GAP), finding, own, tops, columns.height)
        if column == 0:
            axes.set_xlabel(RATES.axis, labelpad=1, loc="left", fontsize=SMALL_SIZE)
    return page.drawing


def _tops(weights: list[str]) -> list[float]:
    """Return where each row begins, in mm from the top: there is room above a parent."""
    tops, at = [], 0.0
    for place, weight in enumerate(weights):
        at += _SPACE if weight == "bold" and place else 0.0
        tops.append(at)
        at += _ROW
    return tops


def _write_groups(
    page: Page, columns: Columns, column: int, own: pd.DataFrame, tops: list[float]
) -> None:
    """Write the rates of groups: sums, which on the scale of their parts would dwarf them."""
    for item, place in zip(own.to_dict("records"), tops, strict=True):
        if item["kind"] == "parent":
            rate = f"rate {item['per_1000_words']:.0f}"
            whole = f"{rate} ({item['low']:.0f}–{item['high']:.0f})"
            fits = page.text_width(whole, SMALL_SIZE, bold=True) <= columns.width - 2
            x, y = columns.x(column), columns.top + place + _ROW * _DOT
            shown = whole if fits else rate
            page.text(x, y, shown, va="center", weight="bold", size=SMALL_SIZE)


def _draw_rates(
    axes: Axes, own: pd.DataFrame, tops: list[float], height: float, limit: float
) -> None:
    for item, top in zip(own.to_dict("records"), tops, strict=True):
        y, value = top + _ROW * _DOT, item["per_1000_words"]
        if item["kind"] == "parent":
            continue
        broken = (0, (1.2, 0.8)) if item["interval"] == "Poisson" else "solid"
        axes.plot([item["low"], item["high"]], [y, y], color=BLUE, linewidth=1.4, alpha=0.55,
                  linestyle=broken)  # fmt: skip
        inside = BLUE if item["hits"] else "white"
        place, sign = (value, "o") if value <= limit else (limit, ">")
        axes.plot([place], [y], sign, color=BLUE, markerfacecolor=inside, markersize=3.6,
                  clip_on=False, zorder=3)  # fmt: skip
        axes.annotate(
            str(item["hits"]), (place, y), xytext=(0, 2.6), textcoords="offset points",
            ha="center", fontsize=5.5, color=INK, annotation_clip=False,
        )  # fmt: skip
    axes.set_xlim(0, limit)
    axes.set_ylim(height, 0)
    axes.set_yticks([])
    axes.grid(axis="x")
    axes.locator_params(axis="x", nbins=3)


def _draw_strips(
    axes: Axes, finding: Finding, own: pd.DataFrame, tops: list[float], height: float
) -> None:
    """Draw a pale strip for the text, and a stroke on it for each hit."""
    spans = finding.tables["rhetoric_spans"]
    spans = spans[spans["document"] == own["document"].iloc[0]]
    axes.patch.set_alpha(0)
    axes.set_axis_off()
    for item, top in zip(own.to_dict("records"), tops, strict=True):
        low, high = top + _ROW * _STRIP, top + _ROW * _STRIP_END
        axes.fill_between([0, 1], low, high, color=RULE, alpha=0.45, linewidth=0)
        parent = item["kind"] == "parent"
        column = "parent_suppressed_by" if parent else "suppressed_by"
        members = spans["parent" if parent else "category"] == item["category"]
        places = spans.loc[members & (spans[column] == ""), "word"].to_numpy(dtype=np.float64)
        at = (places - 0.5) / item["words"]
        strokes = [[(x, low), (x, high)] for x in at.tolist()]
        colour = INK if parent else BLUE
        axes.add_collection(LineCollection(strokes, colors=colour, linewidths=0.5))
    axes.set_xlim(0, 1)
    axes.set_ylim(height, 0)
