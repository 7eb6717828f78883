"""A word shift, drawn: bars to either side of a line, and beside them how they add up."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

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
from rhetorica.findings import Finding

_SHOWN = 24  # words; all are in the csv
_COLOURS = {"left": VERMILION, "right": BLUE}
_SIGNS = {"left": -1, "right": 1}
_ROW = 4.1  # mm of a word
_HALF = 57.0  # mm of a side: the longest bar and its word
_MOST_ROOM = 0.6  # of a side, what the words may take beyond the bars
_LINE = 3.4  # mm of a line of a head
_TOTAL = 8.0  # mm of the bar of all words of a side, and of what is written over it
_AXIS = 9.0  # mm below the bars
_ASIDE = 46.0  # mm, the width of what stands at the right
_CURVE = 34.0  # mm, its height


def draw_word_shift(finding: Finding) -> Drawing:
    """Draw the words that add most to the difference of two texts, on the side that has more."""
    frame = finding.frame[finding.frame["contribution"] > 0].head(_SHOWN)
    sides = finding.tables["word_shift_sides"]
    labels = dict(zip(sides["side"], sides["label"], strict=True))
    subtitle = (
        f"What each word adds to the difference: the first {len(frame)} of {len(finding.frame):,} "
        "words, on the side that uses it more; beside it how often the left and the right have it"
    )
    page = Page(finding.title, subtitle, finding.basis)
    heads = {
        side: page.wrap(label, TEXT_SIZE, _HALF - 4, bold=True) for side, label in labels.items()
    }
    middle = MARGIN + _HALF
    head = page.top + _LINE * max(map(len, heads.values())) + 1
    top = head + _TOTAL
    page.set_height(max(top + _ROW * len(frame) + _AXIS, page.top + _CURVE + 62))
    for side, lines in heads.items():
        x, align = middle + 2 * _SIGNS[side], "left" if side == "right" else "right"
        page.text(x, head - 1, "\n".join(lines), ha=align, va="bottom", weight="bold",
                  color=_COLOURS[side])  # fmt: skip
    _draw_totals(page.axes(MARGIN, head, 2 * _HALF, _TOTAL - 1.5), sides)
    room = _room(page, frame)
    _draw_bars(page.axes(MARGIN, top, 2 * _HALF, _ROW * len(frame)), frame, room)
    scale = _HALF * (1 - room) / float(frame["contribution"].max())
    for place, item in enumerate(frame.to_dict("records")):
        end = scale * item["contribution"]
        start = middle + _SIGNS[item["side"]] * end
        _write_term(page, start, top + _ROW * (place + 0.5), item, _HALF - end)
    left = page.width - MARGIN - _ASIDE
    _draw_aside(page, left, finding, len(frame))
    return page.drawing


def _draw_totals(axes: Axes, sides: pd.DataFrame) -> None:
    """Draw what all words of each side add, on a scale of their own."""
    shares = dict(zip(sides["side"], sides["share"], strict=True))
    for side, share in shares.items():
        sign = _SIGNS[side]
        axes.barh(0.75, sign * share, height=0.5, color=_COLOURS[side])
        axes.annotate(
            f"words used more: {share:.0%} of the difference", (0, 0.45), xytext=(5.7 * sign, 0),
            textcoords="offset points", ha="left" if sign > 0 else "right", va="bottom",
            fontsize=SMALL_SIZE, color=GREY,
        )  # fmt: skip
    limit = max(shares.values())
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.set_xlim(-limit, limit)
    axes.set_ylim(1, 0)
    axes.set_axis_off()


def _draw_bars(axes: Axes, frame: pd.DataFrame, room: float) -> None:
    """Draw the bars, the longest leaving so much of its half free for its word."""
    for place, (side, size) in enumerate(frame[["side", "contribution"]].to_numpy()):
        axes.barh(place + 0.5, _SIGNS[side] * size, height=0.68, color=_COLOURS[side])
    limit = float(frame["contribution"].max()) / (1 - room)
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.set_xlim(-limit, limit)
    axes.set_ylim(len(frame), 0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.locator_params(axis="x", nbins=6)
    axes.xaxis.set_major_formatter(lambda value, _: f"{abs(value):.3g}")
    axes.set_xlabel("bits", labelpad=1, fontsize=SMALL_SIZE)


def _room(page: Page, frame: pd.DataFrame) -> float:
    """Return what share of a half the longest bar leaves free, so that every word has its place."""
    most = float(frame["contribution"].max())
    scales = [
        (_HALF - 5 - page.text_width(item["term"]) - page.text_width(_counts(item), SMALL_SIZE))
        / item["contribution"]
        for item in frame.to_dict("records")
    ]
    return min(max(1 - float(min(scales)) * most / _HALF, 0.05), _MOST_ROOM)


def _counts(item: dict[Any, Any]) -> str:
    return f"{item['left_count']:,} : {item['right_count']:,}"


def _write_term(page: Page, start: float, y: float, item: dict[Any, Any], room: float) -> None:
    """Write a word where its bar ends, and its counts after it, in so many mm."""
    sign = _SIGNS[item["side"]]
    align = "left" if sign > 0 else "right"
    counts = _counts(item)
    term = page.shorten(item["term"], TEXT_SIZE, room - 4 - page.text_width(counts, SMALL_SIZE))
    page.text(start + 1.2 * sign, y, term, ha=align, va="center")
    beyond = 1.2 + page.text_width(term) + 1.8
    small = {"size": SMALL_SIZE, "color": GREY, "va": "center"}
    page.text(start + beyond * sign, y, counts, ha=align, **small)


def _draw_aside(page: Page, left: float, finding: Finding, shown: int) -> None:
    """Draw at the right how the words add up, how long the sides are, and what chance gives."""
    y = page.top
    page.text(left, y, "How the words add up", va="top", weight="bold", size=SMALL_SIZE)
    _draw_curve(page.axes(left + 6, y + 5, _ASIDE - 8, _CURVE), finding.frame, shown)
    y += _CURVE + 17
    page.text(left, y, "How long the sides are", va="top", weight="bold", size=SMALL_SIZE)
    sides = finding.tables["word_shift_sides"].to_dict("records")
    for item in sides:
        words = f": {item['words']:,} words"
        room = _ASIDE - page.text_width(words, SMALL_SIZE)
        label = page.shorten(item["label"], SMALL_SIZE, room)
        page.text(left, y + 5, f"{label}{words}", va="top", size=SMALL_SIZE)
        axes = page.axes(left, y + 8.2, _ASIDE, 1.8)
        axes.barh(0, item["words"], color=_COLOURS[item["side"]])
        axes.set_xlim(0, max(side["words"] for side in sides))
        axes.set_axis_off()
        y += 6.5
    page.text(left, y + 8, "The difference, and chance", va="top", weight="bold", size=SMALL_SIZE)
    _draw_chance(page.axes(left + 1, y + 12, _ASIDE - 3, 8), finding.tables["word_shift_chance"])


def _draw_curve(axes: Axes, frame: pd.DataFrame, shown: int) -> None:
    """Draw the share of the difference that the first words make up, against their number."""
    shares = frame["cumulative_share"].to_numpy(dtype=np.float64)
    last = max(len(shares), 2)
    axes.plot(np.arange(len(shares)) + 1, shares, color=INK, linewidth=1)
    share, across = float(shares[shown - 1]), np.log(shown) / np.log(last)
    axes.plot([shown], [share], "o", color=INK, markersize=3.4, clip_on=False)
    said = f"{shown} words: {share:.0%}"
    if across < 0.55:
        axes.annotate(said, (shown, share), xytext=(4, -3), textcoords="offset points",
                      va="top", fontsize=SMALL_SIZE)  # fmt: skip
    else:  # the curve ends near by: below it there is room
        axes.text(0.98, 0.05, said, transform=axes.transAxes, ha="right", fontsize=SMALL_SIZE)
    axes.set_xscale("log")
    axes.set_xlim(1, last)
    ticks = [10**power for power in range(int(np.log10(last)) + 1)]
    axes.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    axes.set_xticks([], minor=True)
    axes.set_xlabel("words, by what they add", labelpad=1, loc="left", fontsize=SMALL_SIZE)
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"], fontsize=SMALL_SIZE)
    axes.tick_params(axis="y", colors=GREY, pad=1)
    axes.grid(axis="y")


def _draw_chance(axes: Axes, chance: pd.DataFrame) -> None:
    """Draw the divergence from 0 to 1, and from the median to the limit of what chance gives."""
    [found] = chance.to_dict("records")
    value, known = found["divergence"], found["more"] != "unknown"
    axes.plot([0, 1], [0, 0], color=RULE, linewidth=2, solid_capstyle="butt", clip_on=False)
    said = "chance: too few paragraphs to tell"
    if known:
        axes.plot([found["median"], found["limit"]], [0, 0], color=GREY, linewidth=4,
                  solid_capstyle="butt", clip_on=False)  # fmt: skip
        said = f"grey: chance, {found['median']:.3f} up to {found['limit']:.3f}"
    axes.plot([value], [0], "o", color=INK, markersize=4.2, clip_on=False, zorder=3)
    small: dict[str, Any] = {
        "textcoords": "offset points",
        "fontsize": SMALL_SIZE,
        "annotation_clip": False,
    }
    align = "right" if value > 0.6 else "left"
    axes.annotate(f"{value:.3f} bits", (value, 0), xytext=(0, 3.5), ha=align, va="bottom", **small)
    axes.annotate(said, (0, 0), xytext=(0, -10), ha="left", va="top", color=GREY, **small)
    axes.set_xlim(0, 1)
    axes.set_ylim(-1, 1)
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xticks([])
    axes.annotate("0", (0, 0), xytext=(0, -2.5), ha="center", va="top", color=GREY, **small)
    axes.annotate("1", (1, 0), xytext=(0, -2.5), ha="center", va="top", color=GREY, **small)
