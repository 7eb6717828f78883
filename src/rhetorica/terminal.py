"""A text as it reads in a terminal: edited, or with every change of the edition in its place."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import regex

from rhetorica.apparatus import visible
from rhetorica.edition import Edition, raw_lines, to_raw
from rhetorica.errata import PARAGRAPH_SIGN, Erratum
from rhetorica.errors import harmless, plural

if TYPE_CHECKING:
    from rich.text import Text

WIDTH = 100  # columns; longer lines are hard to read
# Colour never stands alone: what is gone is struck through, what is new underlined.
_STYLES = {
    "gone": "strike red",
    "new": "underline green",
    "gone by erratum": "strike bold red",
    "new by erratum": "underline bold green",
    "layout": "dim",
    "sign": "underline bold green",
    "line": "dim",
}
LEGEND = (
    "Taken out: ⏎ a line end, ␣ a space, ⍽ a no-break space, others as in Python (\\t a tab). "
    "¶ begins a paragraph by an erratum. The number before a block is its line in the raw text."
)
_LAYOUT = str.maketrans({" ": "␣", "\n": "⏎", "\u00a0": "⍽"})

Piece = tuple[str, str]
"""A stretch of text and its role: empty for what stands in both, else a key of the styles."""


def pieces_of(edition: Edition, errata: Iterable[Erratum]) -> Iterator[Piece]:
    """Yield the edition with every change at its place: what is gone, then what is new.

    Each block begins with the raw line it comes from. Where only white space was changed, what
    is gone stands there as signs (see :data:`LEGEND`), and what is new as it is.
    """
    corrected = {erratum.name for erratum in errata}
    starts = np.array([start for _, start, _ in edition.blocks], dtype=np.int64)
    lines = raw_lines(edition, to_raw(edition, starts, starts + 1)[0])
    heads = dict(zip(starts.tolist(), lines.tolist(), strict=True))
    done_raw, done = 0, 0
    for edit in edition.edits:
        kept = edit.raw_start - done_raw
        yield from _with_heads(edition.text[done : done + kept], done, heads)
        done += kept
        gone = edition.raw[edit.raw_start : edit.raw_end]
        if done in heads:
            yield f"{heads.pop(done)}: ", "line"
        by = " by erratum" if corrected.intersection(edit.rules) else ""
        breaks = by and edit.replacement.isspace() and "\n\n" in edit.replacement
        blank = not gone.strip() and not edit.replacement.strip()
        if blank and (breaks or not by):
            new = ""
            yield _signs(gone), "layout"
            if breaks:
                yield PARAGRAPH_SIGN, "sign"
        else:
            new = f"new{by}"
            yield _signs(gone), f"gone{by}"
        for text, role in _with_heads(edit.replacement, done, heads):
            yield text, role or new
        done += len(edit.replacement)
        done_raw = edit.raw_end
    yield from _with_heads(edition.text[done:], done, heads)


def _with_heads(text: str, place: int, heads: dict[int, int]) -> Iterator[Piece]:
    """Yield a stretch of the edition, cut where blocks begin and headed by their raw lines."""
    done = 0
    for start in sorted(start for start in heads if place <= start < place + len(text)):
        yield text[done : start - place], ""
        yield f"{heads.pop(start)}: ", "line"
        done = start - place
    yield text[done:], ""


def _signs(gone: str) -> str:
    """Write white space as signs, and what else cannot be seen as Python does."""
    lines = regex.sub(r"\r\n?", "\n", gone)
    if lines.isspace():
        return visible(lines.translate(_LAYOUT))
    return visible(lines.replace("\n", "⏎"))


def marked(pieces: Iterable[Piece]) -> str:
    """Return the pieces as plain text: ``[-gone-]``, ``{+new+}`` and the raw line before blocks."""
    frames = {"gone": "[-{}-]", "new": "{{+{}+}}", "sign": "{{+{}+}}"}
    return "".join(
        frames.get(role.split(" ")[0], "{}").format(harmless(text)) for text, role in pieces if text
    )


def coloured(pieces: Iterable[Piece]) -> "Text":
    """Return the pieces as a text of ``rich``, for a terminal that shows colours."""
    from rich.text import Text

    text = Text()
    for piece, role in pieces:
        text.append(harmless(piece), style=_STYLES.get(role, ""))
    return text


def summary(edition: Edition) -> str:
    """Return in a line how many changes were made, and by which rules."""
    counts = Counter(
        "errata" if ":" in name else name for edit in edition.edits for name in edit.rules
    )
    by = ", ".join(f"{name} {count}" for name, count in counts.most_common())
    made = plural(len(edition.edits), "change")
    return f"{made}; what had a part in them: {by}." if by else f"{made}."
