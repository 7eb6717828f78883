"""Topics, drawn: how many of them are stable, their terms, and their share of each text."""

from collections.abc import Hashable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from rhetorica.figures.columns import Columns
from rhetorica.figures.grid import Measure, draw_shades, limit_of
from rhetorica.figures.panels import Panel, draw_panels, more_panels
from rhetorica.figures.style import (
    BLUE,
    GREY,
    INK,
    MARGIN,
    RULE,
    SMALL_SIZE,
    TEXT_SIZE,
    Page,
)
from rhetorica.findings import DOTTED_TEXTS, Finding

SHARES = Measure("topic", "name", "share", "low", "high", "share of the text", percent=True)
_ROW = 8.0  # mm of a topic: its name and, below, its stability
_GAP = 5.0  # mm between two columns
_NAME_WIDTH = 44.0  # mm; a longer name takes two lines
_LINE = 3.2  # mm of a further line of a name
_CURVE = 52.0  # mm, the height of the curve
_SCALE, _BELOW, _RIGHT = 9.0, 9.0, 24.0  # mm left of the curve, below it, and for its labels


def draw_topic_number(finding: Finding) -> Drawing:
    """Draw the stability of each number of topics beside what chance gives, the chosen marked."""
    frame = finding.frame
    subtitle = (
        "How well topics come back when a fifth of the paragraphs is left out (stability, 0 to 1), "
        "by their number; grey: of texts whose words were shuffled"
    )
    page = Page(finding.title, subtitle, finding.basis)
    page.set_height(page.top + _CURVE + _BELOW)
    width = page.width - 2 * MARGIN - _SCALE - _RIGHT
    axes = page.axes(MARGIN + _SCALE, page.top, width, _CURVE)
    numbers = frame["topics"].to_numpy(dtype=np.float64)
    # Half a number more at both ends, so that a single number has a band as well.
    edges = np.concatenate([[numbers[0] - 0.4], numbers, [numbers[-1] + 0.4]])
    low, high = (np.pad(frame[f"chance_{side}"], 1, mode="edge") for side in ("low", "high"))
    axes.fill_between(edges, low, high, color=RULE, alpha=0.6, linewidth=0)
    axes.plot(edges, np.pad(frame["chance"], 1, mode="edge"), color=GREY, linewidth=0.8)
    asked = bool((finding.parameters or {}).get("n_topics"))
    for item in frame.to_dict("records"):
        _draw_number(axes, item, asked, item["topics"] == frame["topics"].max())
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylim(0, 1.0)
    axes.set_xticks(numbers[:: 1 if len(numbers) <= 30 else 2])
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}")
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    axes.tick_params(axis="y", labelsize=SMALL_SIZE, labelcolor=GREY)
    axes.grid(axis="y")
    axes.set_xlabel("number of topics", labelpad=1, loc="left", fontsize=SMALL_SIZE)
    _label_lines(axes, frame)
    return page.drawing


def _draw_number(axes: Axes, item: dict[Hashable, Any], asked: bool, last: bool) -> None:
    """Draw one number of topics: full, larger and with its value if it was chosen, else hollow.

    The value stands to the right, or to the left of the last number.
    """
    chosen, x, y = item["chosen"] == "yes", item["topics"], item["stability"]
    axes.plot([x, x], [item["low"], item["high"]], color=BLUE, linewidth=1.4, alpha=0.45)
    axes.plot(
        [x], [y], "o", color=BLUE, markerfacecolor=BLUE if chosen else "white",
        markersize=6.5 if chosen else 4.2, zorder=3,
    )  # fmt: skip
    if chosen:
        said = f"{y:.2f}, as asked" if asked else f"{y:.2f}"
        axes.annotate(
            said, (x, y), xytext=(-5.5 if last else 5.5, 0), textcoords="offset points",
            ha="right" if last else "left", va="center", fontsize=TEXT_SIZE, fontweight="bold",
            color=INK,
        )  # fmt: skip


def _label_lines(axes: Axes, frame: pd.DataFrame) -> None:
    """Name what is seen at the right end of it, the names kept apart."""
    last = frame.iloc[-1]
    topics, chance = float(last["stability"]), float(last["chance"])
    push = max(0.09 - abs(topics - chance), 0) / 2 * (1 if topics >= chance else -1)
    for name, y, colour in (
        ("these texts", topics + push, BLUE),
        ("shuffled", chance - push, GREY),
    ):
        axes.annotate(
            name, (1, y), xycoords=("axes fraction", "data"), xytext=(4, 0),
            textcoords="offset points", va="center", fontsize=TEXT_SIZE, color=colour,
            annotation_clip=False,
        )  # fmt: skip


def draw_topic_terms(finding: Finding) -> Drawing:
    """Draw a panel of term weights for each topic, dark as far as the term goes to the topic."""
    frame = finding.frame
    topics = frame["topic"].nunique()
    subtitle = (
        "Share of the topic's weight; dark: what of the term goes to this topic and not to others; "
        f"¶: the paragraphs, titles and headings with the term{more_panels(topics)}"
    )
    page = Page(finding.title, subtitle, finding.basis)
    panels = []
    for topic, own in frame.groupby("topic"):
        bars = pd.DataFrame(
            {
                "name": own["term"],
                "value": own["weight"],
                "dark": own["weight"] * own["specificity"],
                "mark": own["paragraphs"].map("{} ¶".format),
            }
        )
        panels.append(Panel(f"Topic {topic}", _stability(own["stability"].iloc[0]), bars))
    draw_panels(page, panels)
    return page.drawing


def _stability(value: float) -> str:
    return "stability not known" if np.isnan(value) else f"stability {value:.2f}"


def draw_topic_shares(finding: Finding) -> Drawing:
    """Draw the share of each topic in each text with its interval, and each topic's stability."""
    frame = finding.frame
    if frame["label"].nunique() <= DOTTED_TEXTS:
        return _dots(finding)
    shown = [
        f"({value:.2f}) {name}" if value == value else name
        for name, value in zip(frame["name"], frame["stability"], strict=True)
    ]
    subtitle = "Share of each topic in each text; the darker, the more. In brackets: its stability"
    return draw_shades(replace(finding, frame=frame.assign(name=shown)), SHARES, subtitle)


def _dots(finding: Finding) -> Drawing:
    frame = finding.frame
    subtitle = (
        "Share of each topic in each text, with interval; below its name, how well the topic comes "
        "back when paragraphs are left out (stability, 0 to 1)"
    )
    page = Page(finding.title, subtitle, finding.basis)
    topics = frame.drop_duplicates("topic").to_dict("records")
    names = [_wrapped(page, str(item["name"])) for item in topics]
    texts = frame[["label", "words", "short"]].drop_duplicates("label")
    columns = Columns(page, page.widest([line for name in names for line in name]), texts)
    row = _ROW + _LINE * (max(map(len, names)) - 1)
    columns.set_height(row * len(topics))
    below = {"size": SMALL_SIZE, "color": GREY, "ha": "right", "va": "center"}
    for place, (item, name) in enumerate(zip(topics, names, strict=True)):
        middle = row * (place + 0.5) - 0.5 * _LINE
        columns.write_name(middle, "\n".join(name))
        y = columns.top + middle + 0.5 * _LINE * len(name) + 1.3
        said = f"topic {item['topic']}, {_stability(item['stability'])}"
        page.text(columns.left - 2, y, said, **below)
    limit = limit_of(frame, ["share", "high"])
    for column, label in enumerate(texts["label"]):
        columns.write_head(column)
        axes = columns.axes(column, _GAP)
        _draw_column(axes, frame[frame["label"] == label], [item["topic"] for item in topics])
        axes.set_xlim(0, limit)
        if column == 0:
            axes.set_xlabel(SHARES.axis, labelpad=1, loc="left", fontsize=SMALL_SIZE)
    return page.drawing


def _wrapped(page: Page, name: str) -> list[str]:
    """Break a name into two lines at most; what does not fit is cut."""
    lines = page.wrap(name, TEXT_SIZE, _NAME_WIDTH)
    if len(lines) <= 2:
        return lines
    return [lines[0], page.shorten(" ".join(lines[1:]), TEXT_SIZE, _NAME_WIDTH)]


def _draw_column(axes: Axes, own: pd.DataFrame, rows: list[object]) -> None:
    for item in own.dropna(subset="share").to_dict("records"):
        y, value = rows.index(item["topic"]), item["share"]
        axes.plot([0, value], [y, y], color=RULE, linewidth=0.6, zorder=1)
        axes.plot([item["low"], item["high"]], [y, y], color=BLUE, linewidth=1.6, alpha=0.45)
        axes.plot([value], [y], "o", color=BLUE, markersize=3.6, clip_on=False, zorder=3)
        axes.annotate(
            SHARES.write(value), (value, y), xytext=(0, 3.2), textcoords="offset points",
            ha="center", fontsize=5.5, color=INK, annotation_clip=False,
        )  # fmt: skip
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks([])
    axes.grid(axis="x")
    axes.locator_params(axis="x", nbins=3)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
