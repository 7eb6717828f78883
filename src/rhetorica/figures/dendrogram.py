"""A tree beside rows: how they join, the root at the left, and how surely at each branch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.colors import to_hex, to_rgb
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from rhetorica.figures.sheet import TINY_SIZE, sheet
from rhetorica.figures.style import GREY, INK, MARGIN, RULE, SMALL_SIZE, Page

_UNSURE = "#bdbdbd"  # a branch that no resample has; one that all have is in ink
_STUB = 1.6  # mm of the line before the root
_FREE = 5.0  # mm at the right of the tree that the numbers of the last branches may take
_BEFORE = 0.6  # of the distance between the lowest branch and the root, what is drawn before
_NEAR = 0.3  # mm a number keeps from lines

Box = tuple[float, float, float, float]  # left, top, right, bottom, in mm


@dataclass(frozen=True)
class _Place:
    """Where the tree stands, in mm: its left edge, its top, its width, and the height of a row."""

    left: float
    top: float
    width: float
    row: float
    most: float  # the height of the root
    least: float  # the height at the right end: what is lower is drawn there

    def x(self, height: float) -> float:
        """Return where a height stands; the lowest are at the right, at the rows."""
        share = (max(height, self.least) - self.least) / (self.most - self.least)
        return self.left + self.width * (1 - share)

    def y(self, position: float) -> float:
        """Return where the middle of a row stands that is counted from 0.5."""
        return self.top + self.row * position


def draw_dendrogram(
    page: Page, branches: pd.DataFrame, place: Box, word: str, numbers: bool
) -> None:
    """Draw a tree at a place: left, top, width, and the height of a row, in mm.

    `word` says what its axis measures. With `numbers` the support of each branch is written in
    percent, for which :data:`_FREE` mm are kept at the right, else it is shown by how dark the
    branch is; the root always holds and has none.
    """
    most = float(branches["height"].max()) or 1.0
    where = _Place(*place, most, _least(branches["height"].to_numpy(dtype=np.float64)))
    axes = sheet(page)
    rows = branches.to_dict("records")
    count = max(item["size"] for item in rows)  # of the root
    leaves = len(rows) + 1
    for leaf in range(leaves if numbers else 0):
        y = where.y(leaf + 0.5)
        axes.plot([where.x(0), where.x(0) + _FREE - 0.6], [y, y], color=RULE, linewidth=0.5)
    lines: list[Box] = []
    for item in rows:
        colour, wide = _look(item, count, numbers)
        for a, b, c, d in _lines(where, item, count):
            axes.plot([a, c], [b, d], color=colour, linewidth=wide, solid_capstyle="projecting")
            lines.append((a, min(b, d), c, max(b, d)))
    if numbers:
        written: list[Box] = []
        for item in rows:
            if np.isfinite(item["support"]) and item["size"] < count:
                _write_support(page, where, item, lines, written)
    _draw_axis(page, where, leaves, word)


def _least(heights: NDArray[np.float64]) -> float:
    """Return the height at which the tree begins to be drawn: 0, or near its lowest branch.

    Texts that are all far from each other join late, and all branches would lie upon each other.
    """
    lowest, most = float(heights.min()), float(heights.max())
    return max(lowest - _BEFORE * (most - lowest), 0.0) if most > lowest > most / 2 else 0.0


def _look(item: dict[Any, Any], count: int, numbers: bool) -> tuple[str, float]:
    """Return the colour and the width of the lines of a branch."""
    if numbers or item["size"] == count or not np.isfinite(item["support"]):
        return GREY, 0.8
    share = float(item["support"])
    mixed = (1 - share) * np.array(to_rgb(_UNSURE)) + share * np.array(to_rgb(INK))
    return to_hex(mixed.tolist()), 0.5 + 0.7 * share


def _lines(where: _Place, item: dict[Any, Any], count: int) -> list[Box]:
    """Return the lines of a branch: the upright one, and one to each of what it joins."""
    x, upper, lower = (
        where.x(item["height"]), where.y(item["left_position"]), where.y(item["right_position"]),
    )  # fmt: skip
    lines = [
        (x, upper, x, lower),
        (x, upper, where.x(item["left_height"]), upper),
        (x, lower, where.x(item["right_height"]), lower),
    ]
    if item["size"] == count:
        y = where.y(item["position"])
        lines.append((x - _STUB, y, x, y))
    return lines


def _write_support(
    page: Page, where: _Place, item: dict[Any, Any], lines: Sequence[Box], written: list[Box]
) -> None:
    """Write the support of a branch beside it, where it covers no line if there is such a place."""
    said = f"{item['support']:.0%}"
    wide, high = page.text_width(said, TINY_SIZE), 1.9
    x, y = where.x(item["height"]), where.y(item["position"])
    corners = [
        (x + 0.5, y - high / 2),  # within the fork
        (x - wide - 0.5, y - high - 0.3),  # over its stem
        (x - wide - 0.5, y + 0.4),  # under it
        *((x + 0.5, y + down - high / 2) for down in (-1.6, 1.6, -3.2, 3.2, -4.8, 4.8)),
    ]
    boxes = [(left, top, left + wide, top + high) for left, top in corners]
    end = where.x(0) + _FREE
    faults = [
        (
            sum(_meet(box, other) for other in written) + (box[2] > end or box[0] < MARGIN),
            sum(_meet(box, line) for line in lines),
        )
        for box in boxes
    ]
    best = boxes[faults.index(min(faults))]
    written.append(best)
    page.text(best[0], (best[1] + best[3]) / 2, said, size=TINY_SIZE, va="center",
              path_effects=[withStroke(linewidth=1.4, foreground="white")])  # fmt: skip


def _meet(one: Box, other: Box) -> bool:
    return (
        one[0] < other[2] + _NEAR
        and other[0] < one[2] + _NEAR
        and one[1] < other[3] + _NEAR
        and other[1] < one[3] + _NEAR
    )


def _draw_axis(page: Page, where: _Place, leaves: int, word: str) -> None:
    axes = page.axes(where.left, where.y(leaves), where.width, 0.1)
    axes.set_xlim(where.most, where.least)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(3))
    digits = 2 if where.most - where.least > 0.05 * where.most else 4
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.{digits}g}")
    axes.tick_params(axis="x", pad=1.5, labelsize=TINY_SIZE)
    page.text(MARGIN, where.y(leaves) + 5.6, word, size=SMALL_SIZE, color=GREY, va="center")
