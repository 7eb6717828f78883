"""Profiles of rhetoric, drawn: how each text differs from the others, category by category."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from rhetorica.figures.columns import Columns
from rhetorica.figures.grid import Measure, draw_shades, limit_of, row_names
from rhetorica.figures.style import (
    BLUE,
    GREY,
    INK,
    SMALL_SIZE,
    VERMILION,
    Page,
)
from rhetorica.findings import DOTTED_TEXTS, Finding

PROFILE = Measure(
    "category", "category_label", "difference", "low", "high", "per 1,000 words",
    signed=True, sure="sure",
)  # fmt: skip
_ROW = 6.0  # mm
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
    rows = row_names(page, frame, PROFILE, _NAME_WIDTH)
    texts = frame.drop_duplicates("label")
    columns = Columns(page, page.widest(list(rows.values())), texts)
    columns.set_height(_ROW * len(rows))
    for place, name in enumerate(rows.values()):
        columns.write_name(_ROW * (place + 0.5), name)
    limit = limit_of(frame, ["difference", "low", "high"])
    for column, label in enumerate(texts["label"]):
        columns.write_head(column)
        axes = columns.axes(column, _GAP)
        _draw_column(axes, frame[frame["label"] == label], list(rows), limit)
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
