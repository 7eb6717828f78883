"""The similarity matrix, drawn: a lower triangle in clustered order with its values."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure as Drawing
from numpy.typing import NDArray

from rhetorica.figures.style import GREY, INK, MARGIN, SMALL_SIZE, TEXT_SIZE, Page
from rhetorica.findings import Finding

_VALUES = 24  # up to so many texts the fields are large enough for a number
_NAMES = 60  # up to so many each row has its name


def draw_similarity_matrix(finding: Finding) -> Drawing:
    """Draw the cosines as shaded fields; a text with itself is left out.

    The name of a row stands at its left, that of a column above its first field, where the
    other half of the matrix would only repeat this one.
    """
    labels, values = _triangle(finding)
    count = len(labels)
    page = Page(finding.title, _subtitle(count), finding.basis)
    size = TEXT_SIZE if count <= 12 else SMALL_SIZE if count <= _VALUES else 4.0
    names = page.widest(labels[1:], size) + 3 if count <= _NAMES else 2.0
    heads = [page.text_width(label, size) for label in labels[:-1]] if count <= _NAMES else []
    width = _field_width(page.width - 2 * MARGIN - names, count - 1, heads)
    height = min(width, 11.0)
    left, top = MARGIN + names, page.top + 5
    page.set_height(top + height * (count - 1) + 13)
    axes = page.axes(left, top, width * (count - 1), height * (count - 1))
    shades = axes.pcolormesh(
        np.ma.masked_invalid(values[1:, :-1]),
        cmap="Blues",
        vmin=0,
        vmax=1,
        edgecolors="white",
        linewidth=0.8 if count <= _NAMES else 0.0,
    )
    if count <= _VALUES:
        _write_values(
            axes, values[1:, :-1], 8 if count <= 8 else SMALL_SIZE if count <= 14 else 4.5
        )
    axes.set_xlim(0, count - 1)
    axes.set_ylim(count - 1, 0)
    axes.set_axis_off()
    if count <= _NAMES:
        _write_names(axes, labels, size)
    _draw_key(page, shades, left, top + height * (count - 1) + 4)
    return page.drawing


def _field_width(room: float, columns: int, heads: Sequence[float]) -> float:
    """Return the width of a field in mm, so that all columns fit the room, and their names too.

    `heads` are the widths of the names; each begins with its column and may reach over the next.
    """
    limits = [(room - head - 1) / column for column, head in enumerate(heads) if column]
    return min(26.0, room / columns, *limits)


def _draw_key(page: Page, shades: QuadMesh, x: float, y: float) -> None:
    note = "0: no weighted word in common, 1: the same in the same shares"
    x = min(x, page.width - MARGIN - 44 - page.text_width(note, SMALL_SIZE))
    scale = page.axes(x, y, 40.0, 2.5)
    bar = page.drawing.colorbar(shades, cax=scale, orientation="horizontal", ticks=[0, 0.5, 1])
    bar.outline.set_visible(False)
    scale.tick_params(length=0, pad=1)
    scale.set_xticklabels(["0", "0.5", "1"])
    page.text(x + 44, y + 1.2, note, va="center", size=SMALL_SIZE, color=GREY)


def _subtitle(count: int) -> str:
    text = "Cosine of the texts' weighted words; each pair once, like beside like"
    if count > _NAMES:
        return text + f". Too many texts ({count}) to name: see the csv"
    return text + ("" if count <= _VALUES else f". {count} texts: the values are in the csv")


def _triangle(finding: Finding) -> tuple[list[str], NDArray[np.float64]]:
    frame = finding.frame
    count = int(frame["place_a"].max())
    labels = [""] * count
    values = np.full((count, count), np.nan)
    for pair in frame.itertuples():
        a, b = int(pair.place_a) - 1, int(pair.place_b) - 1  # type: ignore[arg-type]
        labels[a], labels[b] = str(pair.label_a), str(pair.label_b)
        values[a, b] = pair.cosine
    return labels, values


def _write_values(axes: Axes, values: NDArray[np.float64], size: float) -> None:
    for (row, column), value in np.ndenumerate(values):
        if not np.isnan(value):
            colour = "white" if value > 0.55 else INK
            axes.text(
                column + 0.5,
                row + 0.5,
                f"{value:.2f}",
                ha="center",
                va="center",
                fontsize=size,
                color=colour,
            )


def _write_names(axes: Axes, labels: list[str], size: float) -> None:
    for place, label in enumerate(labels[1:]):
        axes.annotate(
            label,
            (0, place + 0.5),
            (-4, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            size=size,
        )
    for place, label in enumerate(labels[:-1]):
        axes.annotate(
            label,
            (place, place),
            (1, 3),
            textcoords="offset points",
            ha="left",
            va="bottom",
            size=size,
        )
