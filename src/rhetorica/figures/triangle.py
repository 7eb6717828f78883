"""A lower triangle of shaded fields, its diagonal outside the shades, and a tree at its left."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import QuadMesh
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from rhetorica.figures.dendrogram import draw_dendrogram
from rhetorica.figures.sheet import TINY_SIZE, Room, balanced, fit, ink_on, small
from rhetorica.figures.style import GREY, MARGIN, RULE, SMALL_SIZE, TEXT_SIZE, Page
from rhetorica.measures import Measure

SPACIOUS = 10  # up to so many rows a field has room for its interval in numbers
_SMALL = 0.2  # of a likeness: where none is larger, a scale up to 1 would show nothing
SHADED = 24  # up to so many, for its value and a line; beyond, for its shade alone
_TREE = 27.0  # mm of the tree, and of that of very many rows
_TREE_OF_MANY = 17.0
_GAP = 1.2  # mm from a field to the name
_BELOW = 13.0  # mm below the fields, for the axis of the tree and the key
_EDGE = 0.12  # of a field, free at either end of the line of an interval
_NONE = "–"


@dataclass(frozen=True, eq=False)
class Triangle:
    """What stands in the triangle, in the order of its rows.

    `lines` are said below the names, where there is room. `cells` are value, low and high, each
    rows x columns, NaN above the diagonal and where unknown; `diagonal` the same three, for each
    row. `branches` are those of the tree; there may be none.
    """

    labels: Sequence[str]
    lines: Sequence[str]
    cells: NDArray[np.float64]
    diagonal: NDArray[np.float64]
    diagonal_said: str
    measure: Measure
    branches: pd.DataFrame

    @property
    def limit(self) -> float:
        """Return the end of the shades: 1, or the largest value of distances and of small ones."""
        largest = _largest(self.cells[0])
        return largest if self.measure.distance or largest < _SMALL else 1.0

    @property
    def end(self) -> float:
        """Return the end of the scale on which intervals are drawn."""
        if self.limit == 1:
            return 1.0
        return max(_largest(self.cells), _largest(self.diagonal))


def _largest(values: NDArray[np.float64]) -> float:
    return max(float(values[~np.isnan(values)].max(initial=0.0)), 1e-9)


@dataclass(frozen=True)
class _Layout:
    """Where the fields stand on the page, in mm, and the names that stand beside them."""

    left: float
    top: float
    width: float
    height: float
    room: Room
    names: tuple[str, ...]


def draw_triangle(page: Page, triangle: Triangle) -> None:
    """Draw fields, names, tree and key, and fix the height of the page."""
    count = len(triangle.labels)
    layout = _layout(page, triangle)
    end = layout.top + layout.height * count
    page.set_height(end + _BELOW)
    wide = layout.width * count
    axes = page.axes(layout.left, layout.top, wide, layout.height * count)
    shades = _draw_fields(axes, triangle)
    axes.set_xlim(0, count)
    axes.set_ylim(count, 0)
    axes.set_axis_off()
    _frame_diagonal(axes, triangle, layout)
    if count <= SHADED:
        _write_values(page, axes, triangle, layout)
    _write_names(page, triangle, layout)
    said = triangle.diagonal_said if count <= SHADED else "Framed: each with itself, not compared"
    page.text(layout.left, layout.top - 1.2, said, style="italic", color=GREY,
              size=SMALL_SIZE, va="bottom")  # fmt: skip
    if len(triangle.branches):
        free = 5.2 if count <= SHADED else 1.0  # for the numbers at the last branches
        place = (MARGIN + 2, layout.top, layout.left - MARGIN - 2 - free, layout.height)
        word = "Delta" if triangle.measure.distance else "1 − likeness"
        draw_dendrogram(page, triangle.branches, place, word, count <= SHADED)
    _draw_key(page, shades, triangle, (layout.left, end + 4))


def _layout(page: Page, triangle: Triangle) -> _Layout:
    """Make the fields as wide as the names that end the rows allow."""
    count = len(triangle.labels)
    if count <= SPACIOUS:
        room, height, widest = Room(36, TEXT_SIZE, 2), 10.0, 19.0
    elif count <= SHADED:
        room, height, widest = Room(33, SMALL_SIZE, 2), max(6.4, 84 / count), 13.0
    else:
        size = TINY_SIZE if count <= 45 else 5.0
        room, height, widest = Room(46, size), max(2.6, 120 / count), 4.6
    names = tuple(balanced(page, label, room) for label in triangle.labels)
    tree = _TREE if count <= SHADED else _TREE_OF_MANY
    left = MARGIN + (tree if len(triangle.branches) else 0)
    space = page.width - MARGIN - left - _GAP
    widths = [page.widest(name.split("\n"), room.size) for name in names]
    width = min(widest, *((space - name) / (place + 1) for place, name in enumerate(widths)))
    return _Layout(left, page.top + 5, width, height, room, names)


def _draw_fields(axes: Axes, triangle: Triangle) -> QuadMesh:
    colours = "Blues_r" if triangle.measure.distance else "Blues"
    return axes.pcolormesh(
        np.ma.masked_invalid(triangle.cells[0]), cmap=colours, vmin=0, vmax=triangle.limit,
        edgecolors="white", linewidth=0.8 if len(triangle.labels) <= SHADED else 0.3,
    )  # fmt: skip


def _frame_diagonal(axes: Axes, triangle: Triangle, layout: _Layout) -> None:
    """Draw a frame for each text with itself: what stands in it is no pair."""
    inset = min(0.3 / layout.width, 0.3 / layout.height, 0.15)
    thick = 0.6 if len(triangle.labels) <= SHADED else 0.4
    for place in range(len(triangle.labels)):
        at, side = place + inset, 1 - 2 * inset
        axes.add_patch(Rectangle((at, at), side, side, facecolor="white", edgecolor=GREY,
                                 linewidth=thick, clip_on=False))  # fmt: skip


def _write_values(page: Page, axes: Axes, triangle: Triangle, layout: _Layout) -> None:
    """Write each value, and its interval in numbers or as a line below it."""
    size, tiny = _sizes(page, triangle, layout.width)
    scale = axes.collections[0]
    for row, column in zip(*np.tril_indices(len(triangle.labels)), strict=True):
        own = row == column
        value, low, high = triangle.diagonal[row] if own else triangle.cells[:, row, column]
        ground = _ground(scale, value) if not own else "white"
        style: dict[str, object] = {"ha": "center", "va": "center", "size": size}
        style |= {"color": GREY, "style": "italic"} if own else {"color": ink_on(ground)}
        known = bool(np.isfinite([low, high]).all())
        y = row + (0.36 if known else 0.5)
        axes.text(column + 0.5, y, _said(triangle.measure, value), **style)  # type: ignore[arg-type]
        if known and len(triangle.labels) <= SPACIOUS:
            style["size"] = tiny
            said = _interval(triangle.measure, low, high)
            axes.text(column + 0.5, row + 0.72, said, **style)  # type: ignore[arg-type]
        elif known:
            ends = np.array([low, value, high]) / triangle.end
            _draw_interval(axes, (float(column), row + 0.76), ends, str(style["color"]))


def _ground(shades: ScalarMappable, value: float) -> str:
    """Return the shade behind a value; white behind one that is unknown."""
    if not np.isfinite(value):
        return "white"
    red, green, blue, _ = shades.to_rgba(np.array(value))
    return to_hex((float(red), float(green), float(blue)))


def _said(measure: Measure, value: float) -> str:
    return measure.write(value) if np.isfinite(value) else _NONE


def _interval(measure: Measure, low: float, high: float) -> str:
    return f"{measure.write(low)}–{measure.write(high)}"


def _sizes(page: Page, triangle: Triangle, width: float) -> tuple[float, float]:
    """Return the largest sizes of letters in which all values, and all intervals, fit a field."""
    cells = np.concatenate([triangle.cells.reshape(3, -1).T, triangle.diagonal])
    cells = cells[np.isfinite(cells[:, 0])]
    values = {_said(triangle.measure, value) for value in cells[:, 0]} | {triangle.measure.write(0)}
    intervals = {
        _interval(triangle.measure, low, high) for _, low, high in cells if np.isfinite(low + high)
    }

    def largest(said: set[str], sizes: Sequence[float]) -> float:
        """Return the first size that fits, else the last."""
        return next((s for s in sizes if page.widest(sorted(said), s) <= 0.86 * width), sizes[-1])

    return largest(values, (8, TEXT_SIZE, SMALL_SIZE, TINY_SIZE, 5, 4.5)), largest(
        intervals, (TINY_SIZE, 5)
    )


def _draw_interval(
    axes: Axes, place: tuple[float, float], ends: NDArray[np.float64], colour: str
) -> None:
    """Draw an interval as a line in its field, whose edges are the ends of the scale."""
    x, y = place
    low, value, high = x + _EDGE + (1 - 2 * _EDGE) * np.clip(ends, 0, 1)
    axes.plot([x + _EDGE, x + 1 - _EDGE], [y, y], color=colour, linewidth=0.3, alpha=0.5)
    axes.plot([low, high], [y, y], color=colour, linewidth=1.3, solid_capstyle="butt")
    axes.plot([value], [y], "o", color=colour, markersize=1.5)


def _write_names(page: Page, triangle: Triangle, layout: _Layout) -> None:
    spacious = len(triangle.labels) <= SPACIOUS and bool(triangle.lines)
    for place, name in enumerate(layout.names):
        x = layout.left + layout.width * (place + 1) + _GAP
        y = layout.top + layout.height * (place + 0.5)
        lines = name.count("\n") + 1
        up = 1.5 if spacious else 0.0
        page.text(x, y - up, name, size=layout.room.size, va="center")
        if spacious:
            below = y - up + lines * 1.6 + 0.5
            page.text(x, below, triangle.lines[place], size=TINY_SIZE, color=GREY, va="top")


def _draw_key(page: Page, shades: QuadMesh, triangle: Triangle, place: tuple[float, float]) -> None:
    """Draw the scale of the shades, and beside it what it measures."""
    x, y = place
    wide, room = 34.0, Room(page.width - MARGIN - x - 38, SMALL_SIZE, 3)
    scale = page.axes(x, y, wide, 2.4)
    limit = triangle.limit
    bar = page.drawing.colorbar(shades, cax=scale, orientation="horizontal", ticks=[0, limit])
    bar.outline.set_edgecolor(RULE)
    scale.tick_params(length=0, pad=1)
    scale.set_xticklabels(["0", "1" if limit == 1 else triangle.measure.write(limit)])
    note = fit(page, triangle.measure.unit, room)
    page.text(x + wide + 4, y - 0.4, note, **small(va="top", color=GREY))
