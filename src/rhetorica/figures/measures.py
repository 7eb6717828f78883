"""Measures of likeness compared: do they put the pairs of texts in the same order?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.patheffects import withStroke

from rhetorica.figures.sheet import TINY_SIZE, Room, sheet, small, spread, write_pair
from rhetorica.figures.style import (
    BLUE,
    GREY,
    MARGIN,
    RULE,
    SMALL_SIZE,
    VERMILION,
    Page,
)
from rhetorica.findings import Finding
from rhetorica.measures import MEASURES

_NAMES = 41.0  # mm of the names of pairs at either side
_LABEL = 6.6  # mm of the names of a pair, on two lines
_LEADER = 4.5  # mm from a name to the first or last column
_EVEN = 20  # up to so many pairs all places are as far from each other
_VALUES = 10  # up to so many pairs the values stand at the dots
_LEAST, _MOST = 22.0, 120.0  # mm of the places
_MARKED = 2  # pairs that change most, and least, drawn in colour
_TICKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True)
class _Look:
    """How the line of a pair is drawn."""

    colour: str
    width: float
    style: Any = "-"


_PALE = _Look("#dedede", 0.4)
_SHOWN = _Look("#4a4a4a", 0.9)
_MOVES = _Look(VERMILION, 1.8, (0, (4, 1.2)))
_STAYS = _Look(BLUE, 1.8)


def draw_similarity_measures(finding: Finding) -> Drawing:
    """Draw each pair as a line through its places by each measure, the headline measure first."""
    frame = finding.frame.assign(
        pair=finding.frame["document_a"].astype(str)
        + "\x00"
        + finding.frame["document_b"].astype(str)
    )
    agreement = finding.tables["similarity_agreement"]
    there = agreement[agreement["measure"].isin(set(frame["measure"]))].to_dict("records")
    absent = agreement[~agreement["measure"].isin(set(frame["measure"]))].to_dict("records")
    count = int(frame["pair"].nunique())
    page = Page(finding.title, _subtitle(frame, count, len(there)), finding.basis)
    shown = list(dict.fromkeys(frame.loc[frame["shown"] == "yes", "pair"]))
    left, right = MARGIN + _NAMES + _LEADER, page.width - MARGIN - _NAMES - _LEADER
    across = np.linspace(left, right, len(there)).tolist()
    wide = (right - left) / max(len(there) - 1, 1) - 1
    heads = [page.wrap(_head(item), SMALL_SIZE, wide) for item in there]
    top = page.top + 3.0 * max(map(len, heads)) + 8
    high = min(max(_LEAST, 7.0 * count, _LABEL * len(shown)), _MOST)
    page.set_height(top + high + 6 + 3.2 * len(absent) + 2)
    for x, head, item in zip(across, heads, there, strict=True):
        page.text(x, top - 7.4, "\n".join(head), ha="center", va="bottom", size=SMALL_SIZE)
        tau = "the first" if item is there[0] else _tau(item["tau"])
        page.text(x, top - 4.4, tau, ha="center", **small(color=GREY, va="center"))
    places = _Places(top, high, count)
    layer = sheet(page)
    _draw_scale(layer, page, places, across)
    columns = {item["measure"]: x for item, x in zip(there, across, strict=True)}
    _draw_lines(layer, frame, places, columns)
    own = frame[frame["pair"].isin(shown)]
    _write_sides(page, layer, own, places, columns)
    if count <= _VALUES:
        _write_values(page, own, places, columns)
    for row, item in enumerate(absent):
        said = f"{item['measure_label']}: not computed, {item['note']}"
        y = top + high + 6 + 3.2 * row
        page.text(MARGIN, y, page.shorten(said, SMALL_SIZE, page.width - 2 * MARGIN),
                  **small(color=GREY))  # fmt: skip
    return page.drawing


def _subtitle(frame: pd.DataFrame, count: int, measures: int) -> str:
    shown = frame.loc[frame["shown"] == "yes", "pair"].nunique()
    said = ["Places of the pairs by each measure, the most alike at the top"]
    if shown < count:
        said.append(f"{shown} of {count:,} pairs are named")
    if measures > 1 and count > 1:
        said.append("τ: how far the order is that of the first, 1 wholly, 0 no more than by chance")
    if _MOVES in _looks(frame).values():
        said.append("Dashed, vermilion: the pairs that change places most; blue: least")
    return ". ".join(said)


@dataclass(frozen=True)
class _Places:
    """Where the ranks stand: evenly, or where there are many, wide apart at the top."""

    top: float
    height: float
    count: int

    def y(self, rank: float) -> float:
        """Return the height of a rank on the page in mm."""
        if self.count == 1:
            return self.top + self.height / 2
        if self.count <= _EVEN:
            return self.top + self.height * (rank - 0.5) / self.count
        return self.top + 2 + (self.height - 4) * float(np.log(rank) / np.log(self.count))


def _draw_scale(layer: Axes, page: Page, places: _Places, across: Sequence[float]) -> None:
    for x in across:
        layer.plot([x, x], [places.top - 1, places.top + places.height + 1], color=RULE,
                   linewidth=0.6)  # fmt: skip
    if places.count > _EVEN:
        for tick in (*(t for t in _TICKS if t < 0.8 * places.count), places.count):
            page.text(across[0] - 0.8, places.y(tick), f"{tick:,}", ha="right", color=GREY,
                      size=5, va="center", path_effects=_halo())  # fmt: skip


def _halo() -> list[withStroke]:
    return [withStroke(linewidth=1.6, foreground="white")]


def _looks(frame: pd.DataFrame) -> dict[str, _Look]:
    """Choose the pairs whose places differ most and least, among those shown."""
    ranks = frame[frame["shown"] == "yes"].groupby("pair", sort=False)["rank"]
    most, least = ranks.max().to_dict(), ranks.min().to_dict()
    moved = {pair: int(rank) - int(least[pair]) for pair, rank in most.items()}
    looks: dict[str, _Look] = dict.fromkeys(map(str, moved), _SHOWN)
    ordered = [str(pair) for pair in sorted(moved, key=lambda pair: moved[pair])]
    if len(ordered) > 2 * _MARKED and moved[ordered[0]] < moved[ordered[-1]]:
        looks |= dict.fromkeys(ordered[:_MARKED], _STAYS)
        looks |= dict.fromkeys(ordered[-_MARKED:], _MOVES)
    return looks


def _draw_lines(
    layer: Axes, frame: pd.DataFrame, places: _Places, columns: dict[Any, float]
) -> None:
    looks = _looks(frame)
    for pair, own in frame.groupby("pair", sort=False):
        ranks = dict(zip(own["measure"], own["rank"], strict=True))
        xs = [x for name, x in columns.items() if name in ranks]
        ys = [places.y(ranks[name]) for name in columns if name in ranks]
        look = looks.get(str(pair), _PALE)
        order = 1.5 if look is _PALE else 2 if look is _SHOWN else 2.5
        layer.plot(xs, ys, color=look.colour, linewidth=look.width, linestyle=look.style,
                   zorder=order)  # fmt: skip
        if look is not _PALE:
            layer.plot(xs, ys, "o", color=look.colour, markersize=3.2, zorder=order + 1)


def _write_sides(
    page: Page, layer: Axes, own: pd.DataFrame, places: _Places, columns: dict[Any, float]
) -> None:
    """Name the pairs before the first column and after the last, in their order there."""
    names = list(columns)
    sides = [(names[0], "right", -1)] + ([(names[-1], "left", 1)] if len(names) > 1 else [])
    looks = _looks(own)
    for name, align, sign in sides:
        rows = own[own["measure"] == name].sort_values(["rank", "pair"], kind="stable")
        wanted = [places.y(rank) for rank in rows["rank"]]
        low, high = places.top - 3, places.top + places.height + 3
        begins = spread(wanted, [_LABEL] * len(rows), low, high)
        near = columns[name] + sign
        far = columns[name] + sign * (_LEADER - 0.6)
        for item, at, begin in zip(rows.to_dict("records"), wanted, begins, strict=True):
            y = begin + _LABEL / 2
            look = looks[item["pair"]]
            layer.plot([near, far], [at, y], color=look.colour, linewidth=0.5 * look.width)
            pair = (str(item["label_a"]), str(item["label_b"]))
            write_pair(page, (far + sign * 0.6, y), pair, Room(_NAMES, SMALL_SIZE, 2), ha=align)


def _head(item: dict[Any, Any]) -> str:
    less = " (less is more alike)" if MEASURES[item["measure"]].distance else ""
    return f"{item['measure_label']}{less}"


def _tau(value: float) -> str:
    said = "\u2013" if np.isnan(value) else f"{value:.2f}".replace("-", "\u2212")
    return f"τ {said}"


def _write_values(
    page: Page, own: pd.DataFrame, places: _Places, columns: dict[Any, float]
) -> None:
    once = own.drop_duplicates(["measure", "rank"])  # pairs of one place have one value
    for item in once.to_dict("records"):
        x, y = columns[item["measure"]], places.y(item["rank"])
        said = MEASURES[item["measure"]].write(item["value"])
        style = {"ha": "center", "va": "center", "size": TINY_SIZE}
        page.text(x, y - 1.9, said, path_effects=_halo(), **style)
