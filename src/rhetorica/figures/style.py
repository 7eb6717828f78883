"""One style for all figures: sizes, colours, and the page with its title."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache, partial
from itertools import accumulate

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure as Drawing
from matplotlib.font_manager import FontProperties

PNG_DPI = 300  # what journals ask for
PAGE_WIDTH = 178.0  # mm, two columns of a journal page

INK = "#1b1b1b"
GREY = "#5f5f5f"  # 6.4 : 1 on white, readable as small text
RULE = "#d4d4d4"
PALE = "#a9cbe3"
# Blue and vermilion of Okabe & Ito (2008), told apart with any colour vision and in grey.
BLUE = "#0072b2"
VERMILION = "#d55e00"

TITLE_SIZE = 9.5
TEXT_SIZE = 7.5
SMALL_SIZE = 6.5
MARGIN = 3.0  # mm
_FOOT_LINE = 3.1  # mm
_GAP = 0.15  # mm between two words for each point of the size, about

STYLE: dict[str, object] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # comes with matplotlib: the same on every machine
    "font.size": TEXT_SIZE,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": RULE,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.color": GREY,
    "ytick.color": INK,
    "xtick.labelsize": SMALL_SIZE,
    "ytick.labelsize": TEXT_SIZE,
    "xtick.major.size": 2,
    "ytick.major.size": 0,
    "xtick.major.width": 0.6,
    "hatch.linewidth": 0.4,
    "grid.color": "#e6e6e6",
    "grid.linewidth": 0.5,
    "svg.hashsalt": "rhetorica",
    "svg.fonttype": "path",
    "figure.dpi": 100,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "text.parse_math": False,  # a dollar sign in a text is a dollar sign
}


class Page:
    """A page in millimetres from its top left corner, with the title already on it.

    `top` is where the title ends and the figure may begin; `foot` is a small line below all.
    """

    def __init__(
        self, title: str, subtitle: str, foot: str = "", width: float = PAGE_WIDTH
    ) -> None:
        self.width = width
        self.drawing = Drawing(figsize=(width / 25.4, 1))
        # A page measures the same words many times, and each time takes as long as to draw them.
        self._measured = lru_cache(maxsize=4096)(partial(_measure, RendererAgg(1, 1, PNG_DPI)))
        self._title = self.wrap(title, TITLE_SIZE, width - 2 * MARGIN, bold=True)
        self._subtitle = self.wrap(subtitle, TEXT_SIZE, width - 2 * MARGIN)
        self._foot = self.wrap(foot, SMALL_SIZE, width - 2 * MARGIN)
        self._after_title = MARGIN + 4.4 * len(self._title)
        self.top = self._after_title + 3.5 * len(self._subtitle) + 2.5
        self.height = 0.0

    def set_height(self, height: float) -> None:
        """Fix the height in mm above the foot, and write title and foot; axes may follow."""
        lines = len(self._foot) if self._foot[0] else 0
        self.height = height + (_FOOT_LINE * lines + 1.5 if lines else 0)
        self.drawing.set_size_inches(self.width / 25.4, self.height / 25.4)
        title, subtitle = "\n".join(self._title), "\n".join(self._subtitle)
        self.text(MARGIN, MARGIN, title, size=TITLE_SIZE, weight="bold", va="top")
        self.text(MARGIN, self._after_title + 0.8, subtitle, color=GREY, va="top")
        if lines:
            foot = {"size": SMALL_SIZE, "color": GREY, "va": "bottom"}
            self.text(MARGIN, self.height - 1.5, "\n".join(self._foot), **foot)

    def text(self, x: float, y: float, text: str, **options: object) -> None:
        """Write text at a place of the page."""
        self.drawing.text(x / self.width, 1 - y / self.height, text, **options)  # type: ignore[arg-type]

    def axes(self, x: float, y: float, width: float, height: float) -> Axes:
        """Place axes with their top left corner at (x, y)."""
        return self.drawing.add_axes(
            (
                x / self.width,
                1 - (y + height) / self.height,
                width / self.width,
                height / self.height,
            )
        )

    def text_width(self, text: str, size: float = TEXT_SIZE, bold: bool = False) -> float:
        """Return the width of a line of text in mm."""
        return self._measured(text, size, bold)

    def widest(self, texts: Sequence[str], size: float = TEXT_SIZE) -> float:
        """Return the width of the widest of some lines in mm; 0 if there is none."""
        return max((self.text_width(text, size) for text in texts), default=0.0)

    def wrap(self, text: str, size: float, width: float, bold: bool = False) -> list[str]:
        """Break a text into lines that fit a width in mm; a word wider than that is broken too."""
        lines, words = [], text.split()
        while words:
            *pieces, words[0] = self._break_word(words[0], size, width, bold)
            count = self._fitting_words(words, size, width, bold)
            lines += [*pieces, " ".join(words[:count])]
            words = words[count:]
        return lines or [""]

    def _fitting_words(self, words: list[str], size: float, width: float, bold: bool) -> int:
        """Return how many words fit a line, at least one.

        The words by themselves tell nearly how many; to measure a line takes much longer.
        """
        gap = _GAP * size
        ends = accumulate(self.text_width(word, size, bold) + gap for word in words)
        count = max(bisect_right(list(ends), width + gap), 1)
        while count < len(words) and self._fits(words[: count + 1], size, width, bold):
            count += 1
        while count > 1 and not self._fits(words[:count], size, width, bold):
            count -= 1
        return count

    def _fits(self, words: list[str], size: float, width: float, bold: bool) -> bool:
        return self.text_width(" ".join(words), size, bold) <= width

    def _break_word(self, word: str, size: float, width: float, bold: bool) -> list[str]:
        """Break a word that is wider than a width: after a hyphen, else where the line is full."""
        pieces = []
        while len(word) > 1 and self.text_width(word, size, bold) > width:
            full = self._fitting(word, "", size, width, bold)
            end = word.rfind("-", 0, full) + 1 or max(full, 1)
            pieces.append(word[:end])
            word = word[end:]
        return [*pieces, word]

    def shorten(self, text: str, size: float, width: float) -> str:
        """Cut a line that is wider than a width in mm, and end it with an ellipsis."""
        if self.text_width(text, size) <= width:
            return text
        return f"{text[: self._fitting(text, '…', size, width, False)].rstrip()}…"

    def _fitting(self, text: str, end: str, size: float, width: float, bold: bool) -> int:
        """Return how many characters of a line that is too wide fit a width, with `end` added."""
        lengths = range(1, len(text) + 1)
        return bisect_right(
            lengths, width, key=lambda n: self.text_width(text[:n] + end, size, bold)
        )


def _measure(renderer: RendererAgg, text: str, size: float, bold: bool) -> float:
    """Return the width of a line of text in mm; it differs a little with the resolution."""
    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    pixels, _, _ = renderer.get_text_width_height_descent(text, font, ismath=False)
    return float(pixels / PNG_DPI * 25.4)
