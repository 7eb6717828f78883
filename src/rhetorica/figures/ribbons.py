"""Shared passages, drawn: two texts as bars of their true lengths, joined by ribbons."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.patheffects import withStroke

from rhetorica.figures.sheet import LINE_HEIGHT, POINT, Room, fit, sheet, small, spread
from rhetorica.figures.style import BLUE, GREY, INK, MARGIN, SMALL_SIZE, VERMILION, Page
from rhetorica.findings import Finding

_QUOTE = Room(49.0, SMALL_SIZE, 3)
_BETWEEN = 1.8  # mm from one quotation to the next
_STRIP = 10.0  # mm between quotations and bar, for the numbers of the words
_BAR = 4.0  # mm
_LEAST, _MOST = 92.0, 150.0  # mm of the longer text
_THIN = 0.25  # mm, what the narrowest ribbon has at least
_BLOCKS = 0.9  # mm: where paragraphs are closer on the average, their marks are left out
_DENSE = 60  # ribbons; where there are more, they are paler
_SPACE = 5.6  # mm of a row of samples


@dataclass(frozen=True)
class _Look:
    """How ribbons of a kind are drawn, from the first kind on top to the last below all."""

    word: str
    short: str
    face: str
    edge: str
    alpha: float
    hatch: str = ""
    line: Any = "-"


_LOOKS = {
    "verbatim": _Look("word for word", "word for word", BLUE, BLUE, 0.85),
    "near": _Look("nearly word for word", "nearly word for word", "#8fc3e6", BLUE, 0.75),
    "retold": _Look("sentence retold", "retold", "#fbe3d2", VERMILION, 0.75, line=(0, (3, 1))),
    "title": _Look("title or name", "title or name", "white", GREY, 0.9, hatch="/////"),
    "formula": _Look("formula of a few words", "formula", "#d2d2d2", "#bdbdbd", 0.6),
}


@dataclass(frozen=True, eq=False)
class _Side:
    """One of the two texts: where its bar stands, and how a word is found on it, in mm."""

    name: str
    label: str
    words: int
    left: float
    top: float
    scale: float  # mm of a word
    blocks: pd.DataFrame

    @property
    def inner(self) -> float:
        """Return the edge of the bar at which ribbons end."""
        return self.left + (_BAR if self.name == "a" else 0)

    @property
    def outer(self) -> float:
        """Return the other edge."""
        return self.left + (0 if self.name == "a" else _BAR)

    @property
    def out(self) -> int:
        """Return in which direction the quotations stand."""
        return -1 if self.name == "a" else 1

    def y(self, word: float) -> float:
        """Return the height at which so many words are over."""
        return self.top + self.scale * word

    def ends(self, item: dict[Any, Any]) -> tuple[float, float]:
        """Return the upper and lower end of a passage."""
        return (
            self.y(item[f"word_{self.name}"] - 1),
            self.y(item[f"last_word_{self.name}"]),
        )


def draw_shared_passages(finding: Finding) -> Drawing:
    """Draw the passages that two texts share, at their true places, and quote the most telling."""
    shown = finding.frame[finding.frame["shown"] == "yes"].reset_index(drop=True)
    numbers = shown["quoted"].to_numpy(dtype=np.int64)
    quoted = sorted(np.flatnonzero(numbers).tolist(), key=lambda row: numbers[row])
    page = Page(finding.title, _subtitle(shown, len(quoted)), finding.basis)
    texts = {row: _quotations(page, shown.loc[row], number) for number, row in enumerate(quoted, 1)}
    needed = max(
        sum(_height(texts[row][side]) for row in quoted) for side in ("a", "b")
    )  # fmt: skip
    height = min(max(_LEAST, needed + 6, 22 + 1.6 * len(shown)), max(_MOST, needed))
    first = shown.iloc[0]
    heads = {
        side: fit(page, str(first[f"label_{side}"]), Room(62.0, lines=2), bold=True)
        for side in ("a", "b")
    }
    lines = max(head.count("\n") + 1 for head in heads.values())
    top = page.top + _SPACE + 3.3 * lines + 5.5
    page.set_height(top + height + 6)
    sides = [_side(page, finding, first, name, (top, height)) for name in ("a", "b")]
    layer = sheet(page)
    _draw_samples(page, layer, shown)
    for side in sides:
        _write_head(page, side, heads[side.name])
    thin = min(1.0, (_DENSE / len(shown)) ** 0.5)
    for item in _bottom_first(shown):
        _draw_ribbon(layer, sides, item, thin)
    for side in sides:
        _draw_bar(page, layer, side)
        ordered = sorted(quoted, key=lambda row: (*_middles(side, shown, row), row))
        wanted = [side.ends(shown.loc[row].to_dict()) for row in ordered]
        _write_quotations(
            page, layer, side,
            [(*ends, texts[row][side.name]) for ends, row in zip(wanted, ordered, strict=True)],
            top + height,
        )  # fmt: skip
    return page.drawing


def _subtitle(shown: pd.DataFrame, quoted: int) -> str:
    some = "" if quoted == len(shown) else f" The {quoted} most telling of {len(shown)} are quoted."
    return (
        "A ribbon joins a passage to its like in the other text; both texts are bars on one scale "
        f"of words, marked where paragraphs and, thick, headings begin.{some} All are in the csv"
    )


def _quotations(page: Page, item: Any, number: int) -> dict[str, str]:
    """Return the words of a passage in either text, with kind and length, as they are written."""
    look = _LOOKS[str(item["kind"])]
    written = {}
    for side in ("a", "b"):
        words = int(item[f"last_word_{side}"]) - int(item[f"word_{side}"]) + 1
        often = f", {int(item['times'])} times" if item["times"] > 1 else ""
        head = f"{number} · {look.short}, {words} words{often}"
        quotation = fit(page, f"“{item[f'text_{side}']}”", _QUOTE)
        written[side] = f"{head}\n{quotation}"
    return written


def _height(text: str) -> float:
    return (text.count("\n") + 1) * LINE_HEIGHT * POINT * SMALL_SIZE + _BETWEEN


def _side(page: Page, finding: Finding, first: Any, name: str, place: tuple[float, float]) -> _Side:
    """Place the bar of a text; `place` is the top of both and the height of the longer one."""
    top, height = place
    blocks = finding.tables["shared_passages_blocks"]
    words = {
        side: int(blocks.loc[blocks["side"] == side, "last_word"].max()) for side in ("a", "b")
    }
    scale = height / max(*words.values(), 1)
    margin = MARGIN + _QUOTE.width + _STRIP
    left = margin if name == "a" else page.width - margin - _BAR
    return _Side(name, str(first[f"label_{name}"]), words[name], left, top, scale,
                 blocks[blocks["side"] == name])  # fmt: skip


def _draw_samples(page: Page, layer: Axes, shown: pd.DataFrame) -> None:
    """Draw a piece of ribbon of each kind there is, with its word and how many there are."""
    counts = shown["kind"].value_counts()
    x, y = MARGIN, page.top + 1.2
    between = 4.5 if len(counts) < len(_LOOKS) else 2.5
    for kind, look in _LOOKS.items():
        if kind in counts:
            layer.add_patch(Rectangle((x, y - 0.9), 6, 1.8, **_fill(look)))
            said = f"{look.word}: {counts[kind]}"
            page.text(x + 7, y, said, **small())
            x += 7 + page.text_width(said, SMALL_SIZE) + between


def _fill(look: _Look) -> dict[str, Any]:
    return {"facecolor": look.face, "edgecolor": look.edge, "alpha": look.alpha, "linewidth": 0.4,
            "hatch": look.hatch or None, "linestyle": look.line}  # fmt: skip


def _write_head(page: Page, side: _Side, head: str) -> None:
    """Write over a bar which text it is, and how long."""
    x = side.left + (_BAR if side.name == "a" else 0)
    align = "right" if side.name == "a" else "left"
    page.text(x, side.top - 4.6, head, weight="bold", ha=align, va="bottom")
    page.text(x, side.top - 2.6, f"{side.words:,} words", ha=align, **small(color=GREY))


def _bottom_first(shown: pd.DataFrame) -> list[dict[Any, Any]]:
    """Return the passages in the order of drawing: the telling kinds last, so on top."""
    order = {kind: place for place, kind in enumerate(reversed(_LOOKS))}
    by = shown.assign(order=shown["kind"].map(order))
    return by.sort_values(["order", "word_a", "word_b"], kind="stable").to_dict("records")


def _draw_ribbon(layer: Axes, sides: list[_Side], item: dict[Any, Any], thin: float) -> None:
    """Draw a ribbon from one bar to the other, curved so that it leaves both level.

    `thin` is how much of its colour is left to it, so that those below can be seen.
    """
    a, b = sides
    (top_a, low_a), (top_b, low_b) = (_wide(*side.ends(item)) for side in sides)
    middle = (a.inner + b.inner) / 2
    points = [
        (a.inner, top_a), (middle, top_a), (middle, top_b), (b.inner, top_b),
        (b.inner, low_b), (middle, low_b), (middle, low_a), (a.inner, low_a), (a.inner, top_a),
    ]  # fmt: skip
    curve = [Path.CURVE4] * 3
    codes = [Path.MOVETO, *curve, Path.LINETO, *curve, Path.CLOSEPOLY]
    look = _LOOKS[item["kind"]]
    style = _fill(look) | {"alpha": thin * look.alpha}
    layer.add_patch(PathPatch(Path(points, codes), **style))
    for side, top, low in ((a, top_a, low_a), (b, top_b, low_b)):
        layer.add_patch(Rectangle((side.left, top), _BAR, low - top, zorder=3, linewidth=0,
                                  facecolor=look.edge))  # fmt: skip


def _wide(top: float, low: float) -> tuple[float, float]:
    """Widen what would be too narrow to see."""
    more = max(_THIN - (low - top), 0) / 2
    return top - more, low + more


def _draw_bar(page: Page, layer: Axes, side: _Side) -> None:
    """Draw the bar of a text, its headings darker, its paragraphs marked, its words numbered."""
    end = side.y(side.words)
    layer.add_patch(Rectangle((side.left, side.top), _BAR, end - side.top, facecolor="#f0f0f0",
                              edgecolor=GREY, linewidth=0.5, zorder=2.5))  # fmt: skip
    close = (end - side.top) / max(len(side.blocks), 1) < _BLOCKS
    for item in side.blocks.to_dict("records"):
        start, last = side.y(item["first_word"] - 1), side.y(item["last_word"])
        if item["part"] in ("title", "heading"):
            layer.add_patch(Rectangle((side.outer, start), -side.out * 1.3, last - start,
                                      facecolor=GREY, linewidth=0, zorder=4))  # fmt: skip
        elif not close and item["first_word"] > 1:
            layer.plot([side.outer, side.outer - side.out * 1.3], [start, start], color=GREY,
                       linewidth=0.4, zorder=4, solid_capstyle="butt")  # fmt: skip
    halo = [withStroke(linewidth=1.6, foreground="white")]
    align = "right" if side.name == "a" else "left"
    for word in _numbers(side):
        y = side.y(word)
        layer.plot([side.outer, side.outer + side.out * 0.8], [y, y], color=GREY, linewidth=0.5)
        page.text(side.outer + side.out * 1.2, y, f"{word:,}", size=5, color=GREY, ha=align,
                  va="center", path_effects=halo)  # fmt: skip


def _numbers(side: _Side) -> list[int]:
    """Return round numbers of words some 20 mm apart, and the last word of a short text."""
    wanted = 20 / side.scale
    power = 10 ** (len(str(int(wanted))) - 1)
    step = next((n * power for n in (1, 2, 5, 10) if n * power >= wanted), 10 * power)
    return list(range(step, side.words + 1, step)) or [side.words]


def _middles(side: _Side, shown: pd.DataFrame, row: int) -> tuple[float, float]:
    top, low = side.ends(shown.loc[row].to_dict())
    return round(top + low, 6), top


def _write_quotations(
    page: Page, layer: Axes, side: _Side, quotations: list[tuple[float, float, str]], bottom: float
) -> None:
    """Write quotations beside a bar in the order of their places, each joined by a line."""
    heights = [_height(text) for _, _, text in quotations]
    wanted = [(top + low) / 2 for top, low, _ in quotations]
    begins = spread(wanted, heights, side.top - 0.6, bottom + 2)
    x = side.outer + side.out * _STRIP
    line = LINE_HEIGHT * POINT * SMALL_SIZE
    align = "right" if side.name == "a" else "left"
    for at, begin, (_, _, text) in zip(wanted, begins, quotations, strict=True):
        head, quotation = text.split("\n", 1)
        y = begin + line / 2
        page.text(x, y, head, ha=align, **small(color=GREY))
        page.text(x, begin + line, quotation, ha=align, **small(va="top", color=INK))
        layer.plot([side.outer, x - side.out * 0.8], [at, y], color=GREY, linewidth=0.4, zorder=2)
