"""The shared core, drawn: the rate of each term in each text, how even it is, and the whole."""

from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from rhetorica.figures.columns import Columns
from rhetorica.figures.grid import Measure, draw_shades, limit_of, row_names
from rhetorica.figures.style import BLUE, GREY, INK, MARGIN, PALE, RULE, SMALL_SIZE, Page
from rhetorica.findings import DOTTED_TEXTS, Finding, amount


class _Rate(Measure):
    """A rate of a term that stands in every text: it is never written as 0."""

    def write(self, value: float) -> str:
        """Write a rate, a small one with a decimal."""
        return amount(value)


RATES = _Rate("rank", "term", "per_1000_words", "low", "high", "per 1,000 words")
_ROW = 5.6  # mm of a term
_WHOLE = 5.6  # mm of a bar of what the core makes up
_SPACE = 2.4  # mm below those bars
_GAP = 6.0  # mm between two columns: half of a count at the end of one and of one at the next
_ALL = 22.0  # mm of the column of all texts together
_EVENNESS = 0.30  # of that column, what is kept free for the percentages
_NAME_WIDTH = 36.0  # mm; a longer name is cut, it stands whole in the csv
_SHADED_TERMS = 15  # with the column of the whole, as many as have their values written
_WHOLES = (
    ("share_of_words", "core, all words"),
    ("share_of_content_words", "words not left out"),
)


def draw_shared_core(finding: Finding) -> Drawing:
    """Draw the rate of each shared term in each text, with its interval, count and evenness."""
    if len(finding.tables["shared_core_texts"]) > DOTTED_TEXTS:
        return _shades(finding)
    return _columns(finding)


def _shades(finding: Finding) -> Drawing:
    """Draw texts as rows of shaded fields, the first field being what the core makes up."""
    frame, texts = finding.frame, finding.tables["shared_core_texts"]
    shown = frame[frame["rank"] <= _SHADED_TERMS]
    whole = texts[["label"]].assign(
        rank=0,
        term="the core, % of all words",
        per_1000_words=100 * texts["share_of_words"],
        short=frame.drop_duplicates("document")["short"].to_numpy(),
    )
    subtitle = (
        "Per 1,000 words of each text; the darker, the more. First what the whole core makes up, "
        f"then its first {shown['rank'].max()} terms. Orange names: short texts"
    )
    shaded = pd.concat([whole, shown], ignore_index=True)
    return draw_shades(replace(finding, frame=shaded), RATES, subtitle)


def _columns(finding: Finding) -> Drawing:
    frame = finding.frame
    shown, every = frame["rank"].max(), len(finding.tables["shared_core_terms"])
    first = f"The first {shown} of {every:,} terms. " if shown < every else ""
    subtitle = (
        f"{first}Times per 1,000 words: a dot with its interval and how often the term stands "
        "there. At the left all texts together: pale the rate, dark marked down where few texts "
        "have most of the term, and how even it is"
    )
    page = Page(finding.title, subtitle, finding.basis)
    rows = row_names(page, frame, RATES, _NAME_WIDTH)
    texts = finding.tables["shared_core_texts"].to_dict("records")
    wholes = _WHOLES if any(item["left_out"] for item in texts) else _WHOLES[:1]
    names = page.widest([*rows.values(), *(name for _, name in wholes)])
    columns = Columns(page, names + 3 + _ALL, frame.drop_duplicates("label"))
    above = _WHOLE * len(wholes) + _SPACE
    columns.set_height(above + _ROW * len(rows))
    right, top = MARGIN + names, columns.top + above
    for place, (_, name) in enumerate(wholes):
        y = columns.top + _WHOLE * (place + 0.5)
        page.text(right, y, name, ha="right", va="center")
    for place, name in enumerate(rows.values()):
        page.text(right, top + _ROW * (place + 0.5), name, ha="right", va="center")
    page.text(right + 3, columns.top - 5, "All texts", va="bottom", weight="bold")
    small = {"size": SMALL_SIZE, "color": GREY, "va": "bottom"}
    page.text(right + 3, columns.top - 1.8, "rate, evenness", **small)
    _draw_all(page.axes(right + 3, top, _ALL - 3, _ROW * len(rows)), frame, len(rows))
    limit = limit_of(frame, ["high"])
    for column, item in enumerate(texts):
        columns.write_head(column)
        width = columns.width - _GAP
        x, height = columns.x(column), _WHOLE * len(wholes)
        _draw_wholes(page.axes(x, columns.top, width, height), [item[name] for name, _ in wholes])
        own = frame[frame["document"] == item["document"]]
        _draw_rates(page.axes(x, top, width, _ROW * len(rows)), own, limit)
    return page.drawing


def _draw_all(axes: Axes, frame: pd.DataFrame, rows: int) -> None:
    """Draw the rate in all texts together, the adjusted rate within it, and write the evenness."""
    terms = frame.drop_duplicates("rank")
    for place, item in enumerate(terms.to_dict("records")):
        whole, even = item["all_per_1000_words"], item["adjusted_per_1000_words"]
        axes.barh(place + 0.5, whole, height=0.5, color=PALE)
        axes.barh(place + 0.5, even, height=0.5, color=BLUE)
        axes.annotate(f"{item['evenness']:.0%}", (whole, place + 0.5), xytext=(2, 0),
                      textcoords="offset points", va="center", fontsize=5.5, color=INK)  # fmt: skip
    axes.set_xlabel(RATES.axis, labelpad=1, loc="left", fontsize=SMALL_SIZE)
    axes.set_xlim(0, float(terms["all_per_1000_words"].max()) / (1 - _EVENNESS))
    _set_rows(axes, rows)


def _draw_wholes(axes: Axes, shares: list[float]) -> None:
    """Draw what the core makes up of a text: two bars, each on a pale one that is the whole."""
    for place, share in enumerate(shares):
        y = place + 0.68
        axes.barh(y, 1, height=0.3, color=RULE)
        axes.barh(y, share, height=0.3, color=BLUE)
        axes.annotate(f"{amount(100 * share)}%", (0, y - 0.17), xytext=(0, 1),
                      textcoords="offset points", va="bottom", fontsize=SMALL_SIZE, color=INK,
                      weight="bold")  # fmt: skip
    axes.set_xlim(0, 1)
    axes.set_ylim(len(shares), 0)
    axes.set_axis_off()


def _draw_rates(axes: Axes, own: pd.DataFrame, limit: float) -> None:
    for place, item in enumerate(own.to_dict("records")):
        y, value = place + 0.6, item["per_1000_words"]
        axes.plot([item["low"], item["high"]], [y, y], color=BLUE, linewidth=1.4, alpha=0.45)
        if item["high"] > limit >= value:  # the interval goes on beyond the axis
            axes.plot([limit], [y], ">", color=BLUE, markersize=2.4, alpha=0.6, clip_on=False)
        at, sign = (value, "o") if value <= limit else (limit, ">")
        axes.plot([at], [y], sign, color=BLUE, markersize=3.4, clip_on=False, zorder=3)
        axes.annotate(
            f"{item['count']:,}", (at, y), xytext=(0, 2.4), textcoords="offset points",
            ha="center", fontsize=5.5, color=INK, annotation_clip=False,
        )  # fmt: skip
    axes.set_xlim(0, limit)
    _set_rows(axes, len(own))


def _set_rows(axes: Axes, rows: int) -> None:
    axes.set_ylim(rows, 0)
    axes.set_yticks(np.zeros(0))
    axes.grid(axis="x")
    axes.locator_params(axis="x", nbins=3)
