"""Places of words, drawn: for each pattern and text a strip, with a stroke where a hit stands."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Outline
from numpy.typing import NDArray

from rhetorica.figures.sheet import sheet
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
from rhetorica.findings import Finding, amount

_MANY_ROWS = 40  # more than so many in all are set closer
_ROW, _CLOSE_ROW = 4.4, 3.3  # mm of a text
_STRIP = 0.72  # of a row, what the strip takes
_HEAD = 5.2  # mm of a pattern's name above its rows
_GAP = 2.6  # mm between two blocks
_SCALE = 4.0  # mm of the line that says what the columns are
_BETWEEN = 3.0  # mm between two columns of figures
_STROKE = 0.16  # mm
_DENSE = 300  # hits in a text; the strokes of more would be one field
_TONES = 8
_DARKEST = 2.0  # times a text's own rate
_HITS_A_FIELD, _FIELDS = 4, 400  # hits in a shaded field, about, and fields in a strip at most
_HEADS = ("per 1,000", "interval", "hits", "words")

Row = dict[Hashable, Any]


@dataclass(frozen=True)
class _Grid:
    """Where on the page the strips begin, how long they are, and where each figure ends, in mm."""

    left: float
    width: float
    ends: tuple[float, ...]
    row: float
    size: float


def draw_word_places(finding: Finding) -> Drawing:
    """Draw a block of strips for each pattern, with the rates, hits and words in figures."""
    frame, all_hits = finding.frame, finding.tables["word_places_hits"]
    shown = frame[frame["shown"] == "yes"]
    page = Page(finding.title, _subtitle(frame, shown), finding.basis)
    grid = _grid(page, shown)
    blocks = [(str(name), _ordered(own, frame)) for name, own in shown.groupby("word", sort=False)]
    heights = [_HEAD + grid.row * len(own) for _, own in blocks]
    page.set_height(page.top + _SCALE + sum(heights) + _GAP * len(blocks))
    axes = sheet(page)
    top = page.top + _SCALE
    _write_scale(page, grid, page.top)
    for (name, own), height in zip(blocks, heights, strict=True):
        total = int(frame.loc[frame["word"] == name, "hits"].sum())
        _write_pattern(page, grid, top + _HEAD / 2, name, total)
        hits = all_hits[all_hits["word"] == name]
        for place, item in enumerate(own.to_dict("records")):
            y = top + _HEAD + grid.row * (place + 0.5)
            _write_row(page, grid, y, item)
            at = hits.loc[hits["document"] == item["document"], "position"].to_numpy(np.float64)
            _draw_strip(axes, grid, y, (at - 0.5) / item["words"])
        top += height + _GAP
    return page.drawing


def _subtitle(frame: pd.DataFrame, shown: pd.DataFrame) -> str:
    patterns, texts = frame["word"].nunique(), frame["document"].nunique()
    said = (
        "Each strip is a text from its beginning to its end, each stroke a hit. All strips are "
        "equally long: how densely a word stands, the rates per 1,000 words tell, with intervals "
        "(slanted: few hits or paragraphs)"
    )
    if shown["hits"].max() > _DENSE:
        said += f". Shaded: more than {_DENSE} hits"
    if (shown["short"] == "yes").any():
        said += ". Orange names: short texts"
    if len(shown) < len(frame):
        said += f". The {len(shown) // patterns} of {texts:,} texts with the highest rates"
    return said


def _ordered(own: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Put the texts in the order of the study; where not all are shown, the highest rate first."""
    if len(own) == frame["document"].nunique():
        return own
    ranked = own.assign(rate=-own["per_1000_words"])
    return ranked.sort_values(["short", "rate"], kind="stable")


def _rate(value: float) -> str:
    """Write a rate with one decimal, or with what it needs not to be none.

    >>> _rate(12.34), _rate(0.004), _rate(0)
    ('12.3', '0.004', '0')
    """
    return f"{value:.1f}" if value >= 0.05 else amount(value)


def _cells(item: Row) -> tuple[str, ...]:
    rate, low, high = (_rate(float(item[name])) for name in ("per_1000_words", "low", "high"))
    return rate, f"{low}–{high}", f"{item['hits']:,}", f"{item['words']:,}"


def _grid(page: Page, shown: pd.DataFrame) -> _Grid:
    row, size = (_ROW, TEXT_SIZE) if len(shown) <= _MANY_ROWS else (_CLOSE_ROW, SMALL_SIZE)
    left = MARGIN + page.widest(list(shown["label"].unique()), size) + 2
    columns = zip(*[_cells(item) for item in shown.to_dict("records")], strict=True)
    widths = [
        max(page.widest(list(set(column)), size), page.text_width(head, SMALL_SIZE))
        for column, head in zip(columns, _HEADS, strict=True)
    ]
    ends, end = [], page.width - MARGIN
    for width in reversed(widths):
        ends.append(end)
        end -= width + _BETWEEN
    return _Grid(left, end - left, tuple(reversed(ends)), row, size)


def _write_scale(page: Page, grid: _Grid, top: float) -> None:
    """Say what the columns are, and which end of a strip is which."""
    style = {"size": SMALL_SIZE, "color": GREY, "va": "top"}
    page.text(grid.left, top, "beginning", **style)
    page.text(grid.left + grid.width, top, "end", ha="right", **style)
    for end, head in zip(grid.ends, _HEADS, strict=True):
        page.text(end, top, head, ha="right", **style)


def _write_pattern(page: Page, grid: _Grid, y: float, name: str, total: int) -> None:
    """Write a pattern over its block, and how often it stands in all texts."""
    said = f"{total:,} in all" if total else "no hit"
    room = grid.left + grid.width - MARGIN - page.text_width(said, SMALL_SIZE) - 3
    quoted = f"“{page.shorten(name, TEXT_SIZE, 0.85 * room)}”"
    page.text(MARGIN, y, quoted, weight="bold", va="center")
    x = MARGIN + page.text_width(quoted, TEXT_SIZE, bold=True) + 2
    page.text(x, y, said, size=SMALL_SIZE, color=GREY, va="center")


def _write_row(page: Page, grid: _Grid, y: float, item: Row) -> None:
    style = {"size": grid.size, "color": VERMILION if item["short"] == "yes" else INK}
    page.text(grid.left - 2, y, item["label"], ha="right", va="center", **style)
    slant = "italic" if item["interval"] == "Poisson" else "normal"
    styles: tuple[dict[str, object], ...] = (
        {"weight": "bold"},
        {"style": slant, "color": GREY},
        {},
        {"color": GREY},
    )
    for end, cell, style in zip(grid.ends, _cells(item), styles, strict=True):
        options = {"ha": "right", "va": "center", "size": grid.size} | style
        page.text(end, y, cell, **options)


def _draw_strip(axes: Axes, grid: _Grid, y: float, places: NDArray[np.float64]) -> None:
    """Draw a pale strip and on it a stroke for each place, or shades where there are too many."""
    height = _STRIP * grid.row
    top = y - height / 2
    axes.add_patch(
        Rectangle((grid.left, top), grid.width, height, color=RULE, alpha=0.45, linewidth=0)
    )
    if len(places) <= _DENSE:
        _draw_bars(axes, grid.left + grid.width * places, _STROKE, (top, height), 1.0)
        return
    fields = min(len(places) // _HITS_A_FIELD, _FIELDS)
    counted, _ = np.histogram(places, bins=fields, range=(0, 1))
    share = np.minimum(counted / counted.mean() / _DARKEST, 1)
    tones = np.ceil(_TONES * share).astype(np.int64)
    middles = grid.left + grid.width * (np.arange(fields) + 0.5) / fields
    for tone in range(1, _TONES + 1):
        own = middles[tones == tone]
        _draw_bars(axes, own, grid.width / fields, (top, height), tone / _TONES)


def _draw_bars(
    axes: Axes,
    middles: NDArray[np.float64],
    width: float,
    place: tuple[float, float],
    alpha: float,
) -> None:
    """Draw upright bars of one width and tone as a single path: some thousand are soon drawn."""
    if not len(middles):
        return
    top, height = place
    corners = np.array([(-0.5, 0), (0.5, 0), (0.5, 1), (-0.5, 1), (-0.5, 0)])
    across = middles[:, None] + width * corners[:, 0]
    down = np.broadcast_to(top + height * corners[:, 1], across.shape)
    codes = [Outline.MOVETO, *[Outline.LINETO] * 3, Outline.CLOSEPOLY]
    outline = Outline(
        np.stack([across.ravel(), down.ravel()], axis=1), np.tile(codes, len(middles))
    )
    # Not moved to whole pixels, which would make some bars broader than others.
    axes.add_patch(PathPatch(outline, facecolor=BLUE, edgecolor="none", alpha=alpha, snap=False))
