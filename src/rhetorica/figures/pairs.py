"""Pairs of texts, drawn: how alike, how surely, and what chance and length would give."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.patches import Rectangle

from rhetorica.errors import plural
from rhetorica.figures.sheet import (
    LIKENESS,
    Room,
    fit,
    measure_in,
    sheet,
    small,
    two_lined,
    write_pair,
)
from rhetorica.figures.style import BLUE, GREY, INK, MARGIN, RULE, SMALL_SIZE, TEXT_SIZE, Page
from rhetorica.findings import Finding

_TWO_LINES = 22  # up to so many pairs a row may be as high as two lines of names
_LOW, _HIGH = 4.6, 7.4  # mm of a row of one line, and of two
_NAMES = 62.0  # mm of the names
_GAP = 3.0
_SWATCH = 9.0  # mm of a mark in the sample row
_AXIS = 11.0  # mm below the rows
_FLOOR = "#dcdcdc"
_SAMPLES = {
    "floor": "floor: the same counts, dealt out to words at random",
    "value": "the pair, with its interval",
    "equal": "the longer text cut to the length of the shorter, many times",
    "ceiling": "ceiling: a piece of the longer, as long as the shorter or half, and the rest",
}

_FLOORS = {
    "delta": "floor: the same z-scores, dealt out to words at random",
    "shingles": "floor: the same words in random order",
}


def draw_similarity_pairs(finding: Finding) -> Drawing:
    """Draw each pair as a dot with its interval, between what chance gives and what one text does.

    Pairs stand in the order of the frame, the most alike first. What is unknown is not drawn.
    """
    frame, measure = finding.frame, measure_in(finding)
    samples = _SAMPLES | {"floor": _FLOORS.get(measure.name, _SAMPLES["floor"])}
    known = [name for name in samples if frame[name].notna().any()]
    order = ", the most alike first" if len(frame) > 1 else ""
    subtitle = f"{LIKENESS[measure.name]}. {plural(len(frame), 'pair')}{order}"
    page = Page(finding.title, subtitle, finding.basis)
    pairs = [(str(a), str(b)) for a, b in zip(frame["label_a"], frame["label_b"], strict=True)]
    room = _room(page, pairs)
    row = _HIGH if room.lines == 2 else _LOW
    said = samples if frame["low"].notna().any() else samples | {"value": "the pair"}
    wanted = [fit(page, said[name], _sample_room(page, known)) for name in known]
    top = page.top + max(8.0, 2.9 * max(text.count("\n") + 1 for text in wanted) + 1.5) + 5.5
    page.set_height(top + row * len(frame) + _AXIS)
    _draw_samples(page, known, wanted)
    words = [f"{a:,} : {b:,}" for a, b in zip(frame["words_a"], frame["words_b"], strict=True)]
    right = page.width - MARGIN - page.widest([*words, "words"], SMALL_SIZE)
    left = MARGIN + min(_NAMES, _widest(page, pairs, room)) + _GAP
    values = right - 3.0
    axes = page.axes(left, top, values - 10.5 - left, row * len(frame))
    _set_scale(axes, frame, measure.distance)
    page.text(page.width - MARGIN, top - 1.2, "words", ha="right", **small(va="bottom", color=GREY))
    for place, item in enumerate(frame.to_dict("records")):
        y = top + row * (place + 0.5)
        write_pair(page, (left - _GAP + 0.6, y), pairs[place], room)
        page.text(values, y, measure.write(item["value"]), ha="right", va="center", weight="bold")
        page.text(page.width - MARGIN, y, words[place], ha="right", **small(color=GREY))
        _draw_marks(axes, place, item)
    return page.drawing


def _room(page: Page, pairs: list[tuple[str, str]]) -> Room:
    """Return how the names are written: on two lines where the rows are few and the names long."""
    if len(pairs) > _TWO_LINES:
        return Room(_NAMES, SMALL_SIZE)
    if not two_lined(page, pairs, Room(_NAMES)):
        return Room(_NAMES)
    longest = page.widest([f"{a} –" for a, _ in pairs] + [b for _, b in pairs])
    return Room(_NAMES, TEXT_SIZE if longest <= _NAMES else SMALL_SIZE, 2)


def _widest(page: Page, pairs: list[tuple[str, str]], room: Room) -> float:
    """Return the width of the widest pair of names as it is written."""
    names = []
    for one, other in pairs:
        broken = room.lines == 2 and two_lined(page, [(one, other)], room)
        names += [f"{one} – ", other] if broken else [f"{one} – {other}"]
    return page.widest(names, room.size)


def _sample_room(page: Page, known: list[str]) -> Room:
    width = (page.width - 2 * MARGIN) / max(len(known), 1)
    return Room(width - _SWATCH - 4, SMALL_SIZE, 4)


def _draw_samples(page: Page, known: list[str], wanted: list[str]) -> None:
    """Draw a sample of each mark in a row over the pairs, with what it means beside it."""
    layer = sheet(page)
    width = (page.width - 2 * MARGIN) / max(len(known), 1)
    for place, (name, text) in enumerate(zip(known, wanted, strict=True)):
        x, y = MARGIN + place * width, page.top + 2.4
        ends = {name: x + _SWATCH / 2, f"{name}_low": x + 1, f"{name}_high": x + _SWATCH - 1}
        if text == "the pair":
            ends |= {f"{name}_low": np.nan}
        _MARKS[name](layer, y, ends, 3.0)
        page.text(x + _SWATCH + 0.6, page.top + 0.8, text, **small(va="top"))


def _set_scale(axes: Axes, frame: pd.DataFrame, distance: bool) -> None:
    """Give all pairs one scale from 0, lines between the rows, and say where more alike is."""
    drawn = [
        name for name in frame if str(name).split("_")[0] in _SAMPLES or name in ("low", "high")
    ]
    values = frame[drawn].to_numpy(dtype=np.float64)
    most = max(float(np.nanmax(values)), 1e-9) if np.isfinite(values).any() else 1.0
    axes.set_xlim(0, 1.03 * most)
    axes.set_ylim(len(frame), 0)
    axes.set_yticks([])
    for place in range(len(frame) + 1):
        axes.axhline(place, color="#ececec", linewidth=0.5, zorder=0.5)
    axes.grid(axis="x", color=RULE)
    axes.spines["left"].set_color(GREY)
    axes.locator_params(axis="x", nbins=6)
    axes.set_xlabel("← more alike" if distance else "more alike →", labelpad=1,
                    loc="left" if distance else "right", fontsize=SMALL_SIZE)  # fmt: skip


def _draw_marks(axes: Axes, place: int, item: dict[Any, Any]) -> None:
    """Draw what is known of a pair in its row: bands first, the pair itself on top."""
    value = {"value": item["value"], "value_low": item["low"], "value_high": item["high"]}
    middle = place + 0.5
    for name, up in (("floor", 0.0), ("ceiling", 0.0), ("equal", 0.22), ("value", -0.16)):
        ends = value if name == "value" else item
        if np.isfinite(ends[name]):
            _MARKS[name](axes, middle + up, ends, 0.74)


def _ends(ends: Mapping[Any, Any], name: str) -> tuple[float, float, float]:
    """Return the ends of an interval and its middle; without an interval, the middle thrice."""
    low, middle, high = (float(ends[key]) for key in (f"{name}_low", name, f"{name}_high"))
    return (low, middle, high) if np.isfinite(low + high) else (middle, middle, middle)


def _draw_floor(axes: Axes, y: float, ends: Mapping[Any, Any], height: float) -> None:
    low, middle, high = _ends(ends, "floor")
    top = y - height / 2
    axes.add_patch(Rectangle((low, top), high - low, height, facecolor=_FLOOR, linewidth=0))
    axes.plot([middle, middle], [top, top + height], color=GREY, linewidth=0.9)


def _draw_ceiling(axes: Axes, y: float, ends: Mapping[Any, Any], height: float) -> None:
    low, middle, high = _ends(ends, "ceiling")
    top = y - height / 2
    axes.add_patch(Rectangle((low, top), high - low, height, facecolor="white", edgecolor="#9a9a9a",
                             hatch="//////", linewidth=0.5))  # fmt: skip
    axes.plot([middle, middle], [top, top + height], color=INK, linewidth=0.9)


def _draw_equal(axes: Axes, y: float, ends: Mapping[Any, Any], _: float) -> None:
    low, middle, high = _ends(ends, "equal")
    axes.plot([low, high], [y, y], color=INK, linewidth=0.7)
    axes.plot([middle], [y], "o", markerfacecolor="white", markeredgecolor=INK,
              markeredgewidth=0.7, markersize=3.2, clip_on=False)  # fmt: skip


def _draw_value(axes: Axes, y: float, ends: Mapping[Any, Any], _: float) -> None:
    low, middle, high = _ends(ends, "value")
    axes.plot([low, high], [y, y], color=BLUE, linewidth=1.8, solid_capstyle="butt")
    axes.plot([middle], [y], "o", color=BLUE, markersize=4, clip_on=False, zorder=3)


_MARKS = {
    "floor": _draw_floor,
    "value": _draw_value,
    "equal": _draw_equal,
    "ceiling": _draw_ceiling,
}
