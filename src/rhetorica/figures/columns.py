"""Texts side by side on a page: what all of them share, a head over each and axes below it."""

import pandas as pd
from matplotlib.axes import Axes

from rhetorica.figures.style import GREY, MARGIN, SMALL_SIZE, TEXT_SIZE, VERMILION, Page

_LINE = 3.4  # mm of a line of a head
_HEAD = 2.0  # mm from a head to its column
_HEAD_WITH_WORDS, _WORDS = 5.0, 1.8  # mm from the head, and from the words below it, to the column
_AXIS = 9.0  # mm below the rows


class Columns:
    """The columns of a page, one a text, in millimetres.

    `widest` is the width of the widest name of a row. `texts` has a line a text: its label and,
    where the heads are to say how long it is, its words and whether it is short. `left` is where
    the first column begins, `top` where the rows do, and `width` what each column has.
    """

    def __init__(self, page: Page, widest: float, texts: pd.DataFrame) -> None:
        self._page = page
        self._texts = texts.to_dict("records")
        self._long = "words" in texts
        self.left = MARGIN + widest + 3
        self.width = (page.width - self.left - MARGIN) / len(texts)
        wrapped = [
            page.wrap(label, TEXT_SIZE, self.width - 3, bold=True) for label in texts["label"]
        ]
        self._heads = ["\n".join(lines) for lines in wrapped]
        above = _HEAD_WITH_WORDS + 0.5 if self._long else _HEAD
        self.top = page.top + above + _LINE * max(map(len, wrapped))
        self.height = 0.0

    def set_height(self, height: float) -> None:
        """Fix the height of the rows together, and so that of the page."""
        self.height = height
        self._page.set_height(self.top + height + _AXIS)

    def write_name(self, y: float, name: str, weight: str = "normal") -> None:
        """Write the name of a row at its height below the top."""
        x = self.left - 2
        self._page.text(x, self.top + y, name, ha="right", va="center", weight=weight)

    def x(self, column: int) -> float:
        """Return where the axes of a column begin."""
        return self.left + column * self.width + 1

    def axes(self, column: int, gap: float) -> Axes:
        """Place axes in a column, with so much room to the next."""
        return self._page.axes(self.x(column), self.top, self.width - gap, self.height)

    def write_head(self, column: int) -> None:
        """Write the label of a text over its column, and how long it is."""
        x, text = self.x(column), self._texts[column]
        above = _HEAD_WITH_WORDS if self._long else _HEAD
        self._page.text(x, self.top - above, self._heads[column], weight="bold", va="bottom")
        if self._long:
            short = text["short"] == "yes"
            words = f"{text['words']:,} words" + (" (short)" if short else "")
            style = {"size": SMALL_SIZE, "color": VERMILION if short else GREY, "va": "bottom"}
            self._page.text(x, self.top - _WORDS, words, **style)
