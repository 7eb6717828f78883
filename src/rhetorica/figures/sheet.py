"""A layer over a whole page, in millimetres, and how names find their place on it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from numpy.typing import NDArray

from rhetorica.figures.style import INK, SMALL_SIZE, TEXT_SIZE, Page
from rhetorica.findings import Finding
from rhetorica.measures import MEASURES, Measure

TINY_SIZE = 5.5  # of what may be passed over at the first look
POINT = 25.4 / 72  # mm of a point
LINE_HEIGHT = 1.2  # of the size of its letters, as matplotlib sets lines
READABLE = 4.5  # contrast asked of small text (WCAG 2.2, success criterion 1.4.3)
LIKENESS = {
    "cosine": "Cosine of the texts' weighted words",
    "cosine_rates": "Cosine of the texts' word rates",
    "jensen_shannon": "Likeness by the Jensen–Shannon divergence",
    "delta": "Burrows's Delta, where smaller is more alike",
    "shingles": "Share of runs of words that both texts have",
}


def measure_in(finding: Finding) -> Measure:
    """Return the measure of likeness that a finding states among its parameters."""
    name = str((finding.parameters or {})["measure"])
    return next(measure for measure in MEASURES.values() if measure.name == name)


@dataclass(frozen=True)
class Room:
    """What a name may take: its width in mm, the size of its letters and how many lines."""

    width: float
    size: float = TEXT_SIZE
    lines: int = 1

    @property
    def height(self) -> float:
        """Return the height of all lines in mm."""
        return self.lines * LINE_HEIGHT * POINT * self.size


def sheet(page: Page) -> Axes:
    """Lay axes over a page of known height, both directions in mm from its top left corner."""
    axes = page.axes(0, 0, page.width, page.height)
    axes.set_xlim(0, page.width)
    axes.set_ylim(page.height, 0)
    axes.set_axis_off()
    return axes


def fit(page: Page, text: str, room: Room, bold: bool = False) -> str:
    """Break a text into the lines it may have; what is over is cut, with an ellipsis."""
    lines = page.wrap(text, room.size, room.width, bold)
    if len(lines) > room.lines:
        rest = " ".join(lines[room.lines - 1 :])
        width = room.width * (0.9 if bold else 1.0)  # what is cut is measured in thin letters
        last = page.shorten(rest, room.size, width)
        if room.lines > 1 and " " in last and not rest.startswith(f"{last[:-1]} "):
            last = f"{last[: last.rindex(' ')]}…"  # of several lines none ends within a word
        lines = [*lines[: room.lines - 1], last]
    return "\n".join(lines)


def balanced(page: Page, text: str, room: Room) -> str:
    """Break a name into no more lines than it needs, as even as they can be."""
    lines = page.wrap(text, room.size, room.width)
    if 1 < len(lines) <= room.lines:
        for share in (0.5, 0.6, 0.7, 0.8, 0.9):
            narrower = page.wrap(text, room.size, share * room.width)
            if len(narrower) == len(lines):
                return "\n".join(narrower)
    return fit(page, text, room)


def spread(
    wanted: Sequence[float], heights: Sequence[float], top: float, bottom: float
) -> NDArray[np.float64]:
    """Return where labels begin so that none covers another, each as near its place as may be.

    `wanted` are the heights of their middles in mm, ascending, `heights` what each takes. The
    sum of squares of what they are moved is the least (isotonic regression; Barlow, Bartholomew,
    Bremner & Brunk 1972).
    """
    from scipy.optimize import isotonic_regression

    if not len(wanted):
        return np.zeros(0)
    sizes = np.asarray(heights, dtype=np.float64)
    above = np.concatenate([[0.0], np.cumsum(sizes)[:-1]])
    starts = np.asarray(wanted, dtype=np.float64) - sizes / 2 - above
    moved = np.clip(isotonic_regression(starts).x, top, max(bottom - float(sizes.sum()), top))
    placed: NDArray[np.float64] = np.round(moved + above, 6)
    return placed


def contrast(one: str | Sequence[float], other: str | Sequence[float]) -> float:
    """Return the contrast of two colours, from 1 to 21 (WCAG 2.2).

    >>> round(contrast("white", "black"), 1)
    21.0
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str | Sequence[float]) -> float:
    channels: NDArray[np.float64] = np.array(to_rgb(colour))  # type: ignore[arg-type]
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))


def ink_on(colour: str | Sequence[float]) -> str:
    """Return the colour of text that can be read on a ground: ours, else white, else black."""
    best = [ink for ink in (INK, "white", "black") if contrast(ink, colour) >= READABLE]
    return best[0]  # black or white reaches 4.58 on any ground


def two_lined(page: Page, pairs: Sequence[tuple[str, str]], room: Room) -> bool:
    """Tell whether any pair of names needs a second line."""
    return any(page.text_width(f"{a} – {b}", room.size) > room.width for a, b in pairs)


def write_pair(
    page: Page,
    place: tuple[float, float],
    pair: tuple[str, str],
    room: Room,
    **options: object,
) -> None:
    """Write two names around a height, `place`, ending there or, with `ha="left"`, beginning.

    On one line where they fit, else on two if the room has them; longer names are cut.
    """
    x, y = place
    style = {"ha": "right", "va": "center", "size": room.size} | options
    dash = page.text_width(" – ", room.size)
    if room.lines > 1 and two_lined(page, [pair], room):
        half = LINE_HEIGHT * POINT * room.size / 2
        upper = page.shorten(pair[0], room.size, room.width - dash)
        lower = page.shorten(pair[1], room.size, room.width)
        _write_row(page, (x, y - half), (upper, " –"), style)
        page.text(x, y + half, lower, **style)
        return
    _write_row(page, (x, y), _cut(page, pair, room.size, room.width - dash), style)


def _cut(page: Page, pair: tuple[str, str], size: float, width: float) -> tuple[str, str, str]:
    """Shorten two names to a width together; what a short one leaves, the other takes."""
    widths = [page.text_width(name, size) for name in pair]
    first = page.shorten(pair[0], size, max(width / 2, width - widths[1]))
    second = page.shorten(pair[1], size, max(width / 2, width - widths[0]))
    return first, " – ", second


def _write_row(
    page: Page, place: tuple[float, float], pieces: Sequence[str], style: dict[str, object]
) -> None:
    """Write pieces of a line one after the other, so that a name is a text of its own."""
    x, y = place
    size = float(style["size"])  # type: ignore[arg-type]
    if style["ha"] == "right":
        x -= sum(page.text_width(piece, size) for piece in pieces)
    for piece in pieces:
        page.text(x, y, piece, **(style | {"ha": "left"}))
        x += page.text_width(piece, size)


def small(**options: object) -> dict[str, object]:
    """Return the options of small text, with those given."""
    return {"size": SMALL_SIZE, "va": "center"} | options
