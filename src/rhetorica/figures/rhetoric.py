"""Rates of rhetoric, drawn: dots with intervals and, beneath, where in the text the hits stand."""

from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure as Drawing

from rhetorica.figures.grid import Measure, draw_shades, limit_of
from rhetorica.figures.style import (
    BLUE,
    GREY,
    INK,
    MARGIN,
    RULE,
    SMALL_SIZE,
    TEXT_SIZE,
    VERMILION,
    Page,
)
from rhetorica.findings import DOTTED_TEXTS, Finding

RATES = Measure("category", "category_label", "per_1000_words", "low", "high", "per 1,000 words")
_ROW = 8.4  # mm of a category: the number, the dot, and the strip below it
_DOT, _STRIP, _STRIP_END = 0.42, 0.63, 0.86  # where in a row they lie, from its top
_SPACE = 2.0  # mm above a parent
_LINE = 3.4  # mm of a line of text
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
    rows = frame.drop_duplicates("category")
    names = [
        page.shorten(name, TEXT_SIZE, _NAME_WIDTH) for name in rows["category_label"].astype(str)
    ]
    bold = (rows["kind"] == "parent").tolist()
    tops = _tops(bold)
    left = (
        MARGIN
        + max(
            page.text_width(name, TEXT_SIZE, strong)
            for name, strong in zip(names, bold, strict=True)
        )
        + 3
    )
    texts = frame.drop_duplicates("label")
    width = (page.width - left - MARGIN) / len(texts)
    heads = [page.wrap(label, TEXT_SIZE, width - 3, bold=True) for label in texts["label"]]
    top = page.top + 5.5 + _LINE * max(len(lines) for lines in heads)
    height = tops[-1] + _ROW
    page.set_height(top + height + 9.0)
    for name, strong, place in zip(names, bold, tops, strict=True):
        weight = "bold" if strong else "normal"
        y = top + place + _ROW * _DOT
        page.text(left - 2, y, name, ha="right", va="center", weight=weight)
    limit = limit_of(frame[frame["kind"] == "category"], ["high"])
    for column, text in enumerate(texts.to_dict("records")):
        x = left + column * width
        _write_head(page, x + 1, top, "\n".join(heads[column]), text)
        axes = page.axes(x + 1, top, width - _GAP, height)
        own = frame[frame["label"] == text["label"]]
        _draw_rates(axes, own, tops, height, limit)
        _write_groups(page, x + 1, top, width - 2, own, tops)
        _draw_strips(page.axes(x + 1, top, width - _GAP, height), finding, own, tops, height)
        if column == 0:
            axes.set_xlabel(RATES.axis, labelpad=1, loc="left", fontsize=SMALL_SIZE)
    return page.drawing


def _tops(bold: list[bool]) -> list[float]:
    """Return where each row begins, in mm from the top: there is room above a parent."""
    tops, at = [], 0.0
    for place, strong in enumerate(bold):
        at += _SPACE if strong and place else 0.0
        tops.append(at)
        at += _ROW
    return tops


def _write_head(page: Page, x: float, top: float, label: str, text: dict[object, object]) -> None:
    page.text(x, top - 5.0, label, weight="bold", va="bottom")
    short = text["short"] == "yes"
    words = f"{text['words']:,} words" + (" (short)" if short else "")
    colour = VERMILION if short else GREY
    page.text(x, top - 1.8, words, size=SMALL_SIZE, color=colour, va="bottom")


def _write_groups(
    page: Page, x: float, top: float, width: float, own: pd.DataFrame, tops: list[float]
) -> None:
    """Write the rates of groups: sums, which on the scale of their parts would dwarf them."""
    for item, place in zip(own.to_dict("records"), tops, strict=True):
        if item["kind"] == "parent":
            rate = f"rate {item['per_1000_words']:.0f}"
            whole = f"{rate} ({item['low']:.0f}–{item['high']:.0f})"
            fits = page.text_width(whole, SMALL_SIZE, bold=True) <= width
            y = top + place + _ROW * _DOT
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
