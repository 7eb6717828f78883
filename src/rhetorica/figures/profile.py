"""Profiles of rhetoric, drawn: how each text differs from the others, category by category."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from rhetorica.figures.grid import Measure, draw_shades, limit_of
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
from rhetorica.findings import DOTTED_TEXTS, Finding

PROFILE = Measure(
    "category", "category_label", "difference", "low", "high", "per 1,000 words",
    signed=True, sure="sure",
)  # fmt: skip
_ROW = 6.0  # mm
_LINE = 3.4  # mm of a line of text
_GAP = 7.0  # mm between two columns
_NAME_WIDTH = 50.0  # mm; a longer name is cut, it stands whole in the csv


def draw_rhetoric_profile(finding: Finding) -> Drawing:
    """Draw the difference of each text from the others in each category, with its interval."""
    frame = finding.frame
    if frame["label"].nunique() > DOTTED_TEXTS:
        subtitle = (
            "Hits per 1,000 words more or less than in the others; bold, or with a dot: more than "
            "chance. Orange names: short texts"
        )
        return draw_shades(finding, PROFILE, subtitle)
    subtitle = (
        "Hits per 1,000 words more (right of the line) or less (left) than in the other texts "
        "together, with interval. Hollow: may be chance, so many differences being looked at"
    )
    page = Page(finding.title, subtitle, finding.basis)
    keys = list(dict.fromkeys(frame["category"]))
    names = [
        page.shorten(str(name), TEXT_SIZE, _NAME_WIDTH)
        for name in frame.drop_duplicates("category")["category_label"]
    ]
    left = MARGIN + page.widest(names) + 3
    texts = frame.drop_duplicates("label").to_dict("records")
    width = (page.width - left - MARGIN) / len(texts)
    heads = [page.wrap(text["label"], TEXT_SIZE, width - 3, bold=True) for text in texts]
    top = page.top + 5.5 + _LINE * max(len(lines) for lines in heads)
    height = _ROW * len(keys)
    page.set_height(top + height + 9.0)
    for place, name in enumerate(names):
        page.text(left - 2, top + _ROW * (place + 0.5), name, ha="right", va="center")
    limit = limit_of(frame, ["difference", "low", "high"])
    for column, text in enumerate(texts):
        x = left + column * width + 1
        page.text(x, top - 5.0, "\n".join(heads[column]), weight="bold", va="bottom")
        short = text["short"] == "yes"
        words = f"{text['words']:,} words" + (" (short)" if short else "")
        colour = VERMILION if short else GREY
        page.text(x, top - 1.8, words, size=SMALL_SIZE, color=colour, va="bottom")
        axes = page.axes(x, top, width - _GAP, height)
        _draw_column(axes, frame[frame["label"] == text["label"]], keys, max(limit, 1e-9))
        if column == 0:
            axes.set_xlabel(PROFILE.axis, labelpad=1, loc="left", fontsize=SMALL_SIZE)
    return page.drawing


def _draw_column(axes: Axes, own: pd.DataFrame, keys: list[object], limit: float) -> None:
    axes.axvline(0, color=GREY, linewidth=0.8)
    for item in own.to_dict("records"):
        y, value = keys.index(item["category"]) + 0.5, item["difference"]
        sure = item["sure"] == "yes"
        colour = GREY if not sure else BLUE if value > 0 else VERMILION
        axes.plot(
            [item["low"], item["high"]], [y, y], color=colour, linewidth=1.4,
            alpha=0.6 if sure else 0.4,
        )  # fmt: skip
        inside = min(max(value, -limit), limit)
        sign = "o" if inside == value else ">" if value > 0 else "<"
        axes.plot(
            [inside], [y], sign, color=colour, markerfacecolor=colour if sure else "white",
            markersize=3.6, zorder=3,
        )  # fmt: skip
        if sure:
            axes.annotate(
                PROFILE.write(value), (inside, y), xytext=(0, 2.6), textcoords="offset points",
                ha="center", fontsize=5.5, color=INK,
            )  # fmt: skip
    axes.set_xlim(-limit, limit)
    axes.set_ylim(len(keys), 0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x")
    axes.locator_params(axis="x", nbins=4)
    axes.xaxis.set_major_formatter(lambda tick, _: PROFILE.write(tick))
