"""Cards: the small html by which a study, a text or a table of counts shows itself in a notebook.

Whatever a card quotes is escaped, and its size is bounded: of a long list it shows the beginning
and says how much there is besides. Colours are those of JupyterLab's theme; where there is none,
as in an exported page, those of the page.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import islice
from typing import NewType

from rhetorica.errors import harmless, on_one_line, shortened

Html = NewType("Html", str)
"""Text in which every quoted value is escaped already."""

ROWS = 6
"""Rows of a table that stand open."""

FOLDED = 24
"""Further rows of a table that can be unfolded; what is beyond them is only counted."""

CELL = 120
"""Characters of a longer cell that are shown."""

_NO_MATHS = "mathjax_ignore tex2jax_ignore"  # a dollar sign in a text begins no formula
_FRAME = (
    "overflow-x:auto; padding:0.1em 0 0.1em 0.8em; line-height:1.4; "
    "border-left:3px solid var(--jp-border-color1, #8888); color:var(--jp-ui-font-color1, inherit)"
)
_QUIET = "color:var(--jp-ui-font-color2, inherit); font-size:90%"
_PARAGRAPH = "margin:0.2em 0; max-width:60em; overflow-wrap:anywhere"
# A column is never narrower than its longest word, and breaks only a word wider than the page.
_TABLE = "margin:0.2em 0; color:inherit; font-size:inherit; overflow-wrap:break-word"
_CELL = "vertical-align:top; padding:0.15em 1em 0.15em 0; text-align:"
_WORDS, _NUMBERS = _CELL + "left; white-space:normal", _CELL + "right; white-space:nowrap"
_NAME, _TITLE = 60, 200  # characters of a name in a line, of the title of a card
# A space that nobody would see: at an edge, or beside another.
_HIDDEN_SPACE = re.compile(r"^ | $|(?<= ) | (?= )")


def card(kind: str, title: str, facts: Iterable[str], *parts: Html) -> Html:
    """Return a card: what it is, its title, facts on one line, and below them its parts.

    >>> card("Text", "<b>", ["2 words"]).count("&lt;b&gt;")
    1
    """
    named = _quoted(brief(title, _TITLE))
    head = f"<small style='{_QUIET}'>{_quoted(brief(kind))}</small> <strong>{named}</strong>"
    line = " · ".join(fact for fact in facts if fact)
    return Html(
        f"<div class='{_NO_MATHS}' style='{_FRAME}'><p style='{_PARAGRAPH}'>{head}</p>"
        f"{paragraph(line, quiet=True)}{''.join(parts)}</div>"
    )


def paragraph(text: str, limit: int = 1000, quiet: bool = False) -> Html:
    """Return a text as one paragraph, cut in its middle if it is long; nothing if it is empty."""
    said = _quoted(shortened(text, limit))
    return Html(
        f"<p style='{_PARAGRAPH}{'; ' + _QUIET if quiet else ''}'>{said}</p>" if text else ""
    )


def folded(summary: str, *parts: Html) -> Html:
    """Return parts that stand below a line and are seen when it is clicked."""
    line = f"<summary style='cursor:pointer; {_QUIET}'>{_quoted(summary)}</summary>"
    return Html(f"<details style='margin:0.2em 0'>{line}{''.join(parts)}</details>")


def table_html(
    columns: Sequence[str], rows: Iterable[Sequence[object]], numeric: Sequence[bool]
) -> Html:
    """Return a table: words to the left, numbers to the right, all of it escaped.

    `numeric` says of each column whether it holds numbers, which are never broken.
    """
    styles = [_NUMBERS if number else _WORDS for number in numeric]
    head = _row("th", styles, columns)
    body = "".join(_row("td", styles, row) for row in rows)
    inner = f"<thead>{head}</thead><tbody>{body}</tbody>"
    return Html(f"<table class='{_NO_MATHS}' style='{_TABLE}'>{inner}</table>")


def long_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    numeric: Sequence[bool],
    total: int,
) -> Html:
    """Return the beginning of a table of `total` rows, and how many more there are.

    A few rows stand open and some more can be unfolded; of `rows` no more than those are taken,
    so they may be computed as they are asked for. Long cells are cut.
    """
    cells = ([_short(value) for value in row] for row in rows)
    parts = [table_html(columns, islice(cells, ROWS), numeric)]
    if total > ROWS:
        within = [table_html(columns, islice(cells, FOLDED), numeric)]
        if total > ROWS + FOLDED:
            within.append(paragraph(f"and {total - ROWS - FOLDED:,} more that are not shown"))
        parts.append(folded(f"and {total - ROWS:,} more", *within))
    return Html("".join(parts))


def amounts(items: Sequence[tuple[str, float]], limit: int = 10) -> str:
    """Write names with their amounts on one line, a long list cut.

    >>> amounts([("unity", 1200), ("people", 7), ("war", 0.25)], limit=2)
    'unity 1,200, people 7 and 1 more'
    """
    said = ", ".join(f"{brief(name)} {written(amount)}" for name, amount in items[:limit])
    rest = len(items) - limit
    return f"{said} and {rest:,} more" if rest > 0 else said


def opening(text: str, limit: int = 200) -> str:
    r"""Return the first words of a text, on one line.

    >>> opening("On Unity\n\nThe people  unite.", 12)
    'On Unity The …'
    """
    # White space alone may be as long as a text: what is looked at is bounded, too.
    words = " ".join(text[: 20 * limit].split())
    if len(words) <= limit:
        return words if len(text) <= 20 * limit else words + " …"
    return words[: limit + 1].rsplit(" ", 1)[0][:limit] + " …"


def visible(text: str, limit: int = 80) -> str:
    r"""Write a text so that also what shows nothing is seen: between marks, escaped.

    >>> print(visible("no\u00ad\nbreak"), visible("a  b"), visible(""))
    ‹no\xad\nbreak› ‹a␣␣b› ‹›
    """
    seen = _HIDDEN_SPACE.sub("␣", shortened(text, limit))
    signs = (c if c.isprintable() else c.encode("unicode_escape").decode() for c in seen)
    return f"‹{''.join(signs)}›"


def changed(values: Mapping[str, object], defaults: Mapping[str, object]) -> str:
    """Name the values that are not the defaults.

    >>> changed({"seed": 2, "level": "raw", "texts": ("a", "b")}, {"seed": 2})
    "level = 'raw', texts = 'a, b'"
    """
    return ", ".join(
        f"{name} = {brief(repr(', '.join(value) if isinstance(value, tuple) else value))}"
        for name, value in values.items()
        if name not in defaults or defaults[name] != value
    )


def brief(text: str, limit: int = _NAME) -> str:
    r"""Write a name on one line that a terminal does not obey, and cut its middle if it is long.

    >>> print(brief("a\nb" + "c" * 90, 20))
    a\nbcccccc […] ccccc
    """
    return shortened(on_one_line(shortened(text, limit)), limit)


def written(value: object) -> str:
    """Write the value of a cell: a number with two decimals, or what it needs not to seem zero.

    >>> written(1234567), written(2.5), written(0.00042), written(float("nan")), written(True)
    ('1,234,567', '2.50', '0.0004', '–', 'True')
    """
    if isinstance(value, float):
        if value != value:
            return "–"
        if value and not 0.005 <= abs(value) < 1e15:
            return f"{value:.1g}"
        return f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _row(tag: str, styles: Sequence[str], cells: Sequence[object]) -> str:
    fields = (
        f"<{tag} style='{style}'>{_quoted(written(cell))}</{tag}>"
        for style, cell in zip(styles, cells, strict=True)
    )
    return f"<tr>{''.join(fields)}</tr>"


def _short(value: object) -> str:
    return opening(written(value), CELL)


def _quoted(text: str) -> str:
    """Escape a text for html; a page has no control characters, nor may one turn its lines."""
    return escape(harmless(text))
