"""The funnel of a text, drawn: a dot for each term, those that stand out named at the side."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import MaxNLocator, NullFormatter, NullLocator
from numpy.typing import NDArray

from rhetorica.figures.style import BLUE, GREY, INK, MARGIN, RULE, SMALL_SIZE, TEXT_SIZE, Page
from rhetorica.findings import Finding

_WIDTH, _HEIGHT = 100.0, 96.0  # mm of the axes
_LEFT = 12.0  # mm before them, for the numbers of the scale
_LINE = 3.5  # mm a name takes
_LEADER = 9.0  # mm from the axes to the names
_TICKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000, 100_000)


def draw_term_funnel(finding: Finding) -> Drawing:
    """Draw frequency against z-score, with the band of chance, and name the extreme terms."""
    frame = finding.frame
    label, known = str(frame["label"].iloc[0]), bool(finding.tables["funnel_band"]["draws"].iloc[0])
    subtitle = (
        f"z-score of each term's log-odds in “{label}” against how often it stands in all texts; "
        "beside a name, how often in this text and in all. Large dots: several terms. "
        f"Grey: {'what chance gives' if known else 'one term tested alone'}"
    )
    page = Page(finding.title, subtitle, finding.basis)
    page.set_height(page.top + _HEIGHT + 10)
    axes = page.axes(MARGIN + _LEFT, page.top, _WIDTH, _HEIGHT)
    band = finding.tables["funnel_band"].iloc[0]
    _draw_dots(axes, frame, (float(band["low"]), float(band["high"])))
    axes.set_xlabel("times in all texts", labelpad=1, loc="left", fontsize=SMALL_SIZE)
    for y, said, va in (
        (1, "↑ more often here", "top"),
        (_HEIGHT - 1, "↓ less often here", "bottom"),
    ):
        page.text(MARGIN + _LEFT + 1.5, page.top + y, said, size=SMALL_SIZE, va=va)
    page.text(MARGIN, page.top + 1, "z", size=SMALL_SIZE, va="top")
    _write_names(page, axes, frame[frame["named"] == "yes"])
    return page.drawing


def _draw_dots(axes: Axes, frame: pd.DataFrame, band: tuple[float, float]) -> None:
    most = float(frame["count_in_all"].max())
    axes.set_xscale("log")
    low, high = 0.85 * float(frame["count_in_all"].min()), 1.2 * most
    axes.axhspan(*band, color=RULE, alpha=0.5, linewidth=0)
    axes.axhline(0, color=GREY, linewidth=0.6)
    outside = frame["side"] != "neither"
    for marked, colour, size in ((~outside, INK, 2.2), (outside, BLUE, 3.6)):
        some = frame[marked].round({"log_odds": 6})
        dots = some.groupby(["count_in_all", "log_odds"]).size().reset_index(name="terms")
        area = size**2 * dots["terms"] ** 0.5
        axes.scatter(dots["count_in_all"], dots["log_odds"], area, color=colour, alpha=0.8,
                     linewidth=0)  # fmt: skip
    lowest, highest = frame["log_odds"].min(), frame["log_odds"].max()
    axes.set_ylim(1.15 * min(lowest, band[0], -1), 1.1 * max(highest, band[1], 1))
    axes.set_xticks([tick for tick in _TICKS if low <= tick <= high], minor=False)
    axes.set_xlim(low, high)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_locator(MaxNLocator(7, integer=True))
    axes.tick_params(axis="y", labelsize=SMALL_SIZE, colors=GREY)
    axes.yaxis.set_major_formatter(lambda z, _: f"{z:+.0f}".replace("-", "\u2212") if z else "0")


def _write_names(page: Page, axes: Axes, named: pd.DataFrame) -> None:
    """Write the names of the dots beside the axes, each joined to its dot by a line."""
    low, high = axes.get_ylim()
    down = (high - named["log_odds"].to_numpy(np.float64)) / (high - low)
    wanted = page.top + _HEIGHT * down
    left = MARGIN + _LEFT + _WIDTH + _LEADER
    room = page.width - MARGIN - left
    places = _spread(wanted, page.top + _LINE / 2, page.top + _HEIGHT - _LINE / 2)
    for item, place in zip(named.to_dict("records"), places, strict=True):
        count = f" {item['count']} of {item['count_in_all']}"
        own = room - page.text_width(count, SMALL_SIZE) - 0.5
        name = page.shorten(str(item["term"]), TEXT_SIZE, own)
        weight = "bold" if item["side"] != "neither" else "normal"
        if weight == "bold":
            name = page.shorten(str(item["term"]), TEXT_SIZE, own * 0.9)
        page.text(left, place, name, va="center", weight=weight)
        wide = page.text_width(name, TEXT_SIZE, weight == "bold")
        page.text(left + wide, place, count, va="center", size=SMALL_SIZE, color=GREY)
        at = 1 - (place - page.top) / _HEIGHT
        axes.annotate(
            "", (item["count_in_all"], item["log_odds"]), xytext=(1 + 0.8 * _LEADER / _WIDTH, at),
            textcoords="axes fraction", annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": INK, "linewidth": 0.35, "alpha": 0.6},
        )  # fmt: skip


def _spread(wanted: NDArray[np.float64], top: float, bottom: float) -> NDArray[np.float64]:
    """Move ascending places apart so that each has a line between two limits.

    A line goes down as far as those above it ask, and where that runs over the lower limit, up.
    """
    lines = _LINE * np.arange(len(wanted))
    placed = np.maximum.accumulate(np.maximum(wanted, top) - lines) + lines
    limit = bottom - lines[::-1]
    spread: NDArray[np.float64] = np.minimum(placed, limit)
    return spread
