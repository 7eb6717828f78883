"""How a view of the texts looks: pieces of html that can be read on a light page and a dark one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import pairwise

from rhetorica.apparatus import Entry
from rhetorica.errors import harmless, plural

Span = tuple[int, int]
"""A stretch of a text: its first character and the one after its last."""

_NO_MATHS = "mathjax_ignore tex2jax_ignore"  # a dollar sign in a text begins no formula
_INK = "color:var(--jp-ui-font-color1, inherit)"
_PALE = "color:var(--jp-ui-font-color2, inherit)"
EDGE = "1px solid var(--jp-border-color1, currentColor)"
_TINT = "color-mix(in srgb, var(--jp-warn-color1, currentColor) 28%, transparent)"
# Bold and underlined, so that who sees no colours, or prints in black, sees the hit too.
_HIT = f"color:inherit;background:{_TINT};font-weight:bold;text-decoration:underline"
_EDIT = "text-decoration:underline dotted 2px;text-underline-offset:.2em"
_CELL = "vertical-align:top;text-align:left;padding:.15em .5em;white-space:pre-wrap"
_LINE = "vertical-align:top;white-space:pre;overflow:hidden;padding:.1em 0"
_BEFORE, _AFTER = (  # a context that has no room fades out
    f"{_LINE};mask-image:linear-gradient(to {side}, transparent, black 1.5em)"
    for side in ("right", "left")
)
_PLACE = (
    "vertical-align:top;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;"
    "padding:.1em .6em .1em 0"
)
_APPARATUS = ("", "Line of the source", "Source", "Edition", "By", "Reason")
_HEIGHT = "24em"  # of an apparatus; a longer one scrolls
_LONGEST_HIT = 30  # characters; the lines of a longer one are broken
_MANY_TEXTS = 20  # with more, their counts are folded


def view(*parts: str, width: str = "none") -> str:
    """Return the root of a view, in the colours of the page it stands on."""
    style = f"{_INK};max-width:{width}"
    return f"<div class='{_NO_MATHS}' style='{style}'>{''.join(parts)}</div>"


def note(text: str) -> str:
    """Return a small line of prose above or below what is shown."""
    return f"<p style='margin:.3em 0'>{_small(text)}</p>"


def number(*names: object) -> str:
    """Return numbers that stand in a text and are no part of it."""
    joined = escape(",".join(map(str, names)))
    return f"<sup style='font-weight:bold;font-size:.7em;line-height:0'>{joined}</sup>"


def text_html(inner: str, kind: str = "paragraph") -> str:
    """Return a paragraph of a text, with its line ends; titles and headings are bold."""
    weight = ";font-weight:bold" if kind in ("title", "heading") else ""
    style = f"white-space:pre-wrap;overflow-wrap:break-word;margin:.3em 0{weight}"
    return f"<div class='rhetorica-text' dir='auto' style='{style}'>{inner}</div>"


def cut(low: int, high: int, spans: Iterable[Span]) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Yield the stretches between `low` and `high`, each with the numbers of the spans over it.

    Spans may overlap and reach beyond; what is cut is never nested, so that its marks close.

    >>> list(cut(0, 9, [(2, 6), (4, 20)]))
    [(0, 2, ()), (2, 4, (0,)), (4, 6, (0, 1)), (6, 9, (1,))]
    """
    clipped = [(max(start, low), min(end, high)) for start, end in spans]
    events: dict[int, list[int]] = {low: [], high: []}
    for index, (start, end) in enumerate(clipped):
        if start < end:
            events.setdefault(start, []).append(index)
            events.setdefault(end, []).append(index)
    places, over = sorted(events), set[int]()
    for start, end in pairwise(places):
        over ^= set(events[start])
        yield start, end, tuple(sorted(over))


def marked(text: str, hits: Sequence[Span]) -> str:
    """Return a text as html with its hits marked."""
    return marked_edits(text, hits, ())


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Join spans that overlap: what two hits share is marked once."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def marked_edits(text: str, hits: Sequence[Span], edits: Sequence[tuple[Span, str, bool]]) -> str:
    """Return a text with its hits marked, and dotted lines under what was edited.

    An edit is its span in the text, what the source has, shown where the pointer rests, and
    whether its number, counted from 1, stands before it, even if nothing is left of it.
    """
    html = []
    for low, high, over in cut(0, len(text), _joined(hits)):
        inner = "".join(_edited(text, low, high, edits))
        html.append(f"<mark style='{_HIT}'>{inner}</mark>" if over else inner)
    beyond = [
        i for i, ((at, _), _, named) in enumerate(edits, 1) if named and max(at, 0) >= len(text)
    ]
    return "".join(html) + (number(*beyond) if beyond else "")


def _edited(
    text: str, low: int, high: int, edits: Sequence[tuple[Span, str, bool]]
) -> Iterator[str]:
    """Yield the pieces of a stretch, the numbers of edits before those in which they begin."""
    before: dict[int, list[int]] = {}
    for name, ((start, _), _, numbered) in enumerate(edits, start=1):
        if numbered and low <= max(start, 0) < high:
            before.setdefault(max(start, 0), []).append(name)
    places = [(place, high) for place in before]
    for start, end, over in cut(low, high, [*(span for span, _, _ in edits), *places]):
        if start in before:
            yield number(*before[start])
        piece = escape(text[start:end])
        if over and over[0] < len(edits):
            title = escape(harmless(f"source: ⟨{edits[over[0]][1]}⟩"))
            piece = f"<span style='{_EDIT}' title='{title}'>{piece}</span>"
        yield piece


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], height: str) -> str:
    """Return a table of cells that are html already; one higher than `height` scrolls."""
    top = "".join(f"<th scope='col' style='{_CELL}'>{escape(head)}</th>" for head in heads)
    body = "".join(
        "<tr>" + "".join(f"<td style='{_CELL}'>{cell}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    whole = (
        "<table style='border-collapse:collapse;margin:0;font-size:.9em'>"
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    )
    return f"<div tabindex='0' style='max-height:{height};overflow:auto'>{whole}</div>"


def lines_html(
    head: str, rows: Sequence[Mapping[str, str | int]], counts: Sequence[tuple[str, int]]
) -> str:
    """Return lines of a concordance as a table, and how many hits each text has.

    The context that has no room is cut at the edges of the page, not at the hit.
    """
    longest = max((len(str(row["hit"])) for row in rows), default=0)
    widths = ("11em", "3.5em", "auto", f"{min(longest, _LONGEST_HIT) + 2}ch", "auto")
    columns = "".join(f"<col style='width:{width}'>" for width in widths)
    aligned = ("left", "right", "right", "left", "left")
    heads = "".join(
        f"<th scope='col' style='text-align:{side};padding:.1em .6em .1em 0'>{name}</th>"
        for name, side in zip(("Text", "¶", "Before", "Hit", "After"), aligned, strict=True)
    )
    listed = ", ".join(f"{label} {count:,}" for label, count in counts)
    foot = note(f"By text: {listed}. ¶: the number of the paragraph in its text.")
    if len(counts) > _MANY_TEXTS:
        foot = f"<details><summary>Hits by text</summary>{foot}</details>"
    return view(
        note(head),
        "<table style='table-layout:fixed;width:100%;border-collapse:collapse;font-size:.95em'>"
        f"<colgroup>{columns}</colgroup><thead><tr>{heads}</tr></thead><tbody>",
        *map(_line, rows),
        f"</tbody></table>{foot}",
    )


def _line(row: Mapping[str, str | int]) -> str:
    """Return one line; a left context too long for its column loses its beginning."""
    label, left, hit, right = (
        escape(harmless(str(row[name]))) for name in ("label", "left", "hit", "right")
    )
    return (
        f"<tr><td style='{_PLACE};text-align:left' title='{label}'>{label}</td>"
        f"<td style='{_PLACE};text-align:right' title='raw line {row['raw_line']}'>"
        f"{row['paragraph']}</td>"
        f"<td style='{_BEFORE}'><div style='display:flex;justify-content:flex-end;overflow:hidden'>"
        f"<bdi>{left}</bdi></div></td>"
        f"<td style='vertical-align:top;text-align:left;padding:.1em 0;white-space:pre-wrap'>"
        f"<mark style='{_HIT}'>{hit}</mark></td>"
        f"<td style='{_AFTER};text-align:left'><bdi>{right}</bdi></td></tr>"
    )


def passage_html(
    title: str,
    facts: Mapping[str, str],
    text: str,
    hits: Sequence[Span],
    changes: Sequence[Entry] | None,
    changed: Sequence[Span],
) -> str:
    """Return a paragraph with its hits marked, what is to be known of it, and its apparatus.

    Facts that are empty are left out. Only errata have their number in the text: rules change
    too much that nobody needs to look up.
    """
    listed = " · ".join(f"{name} {value}" for name, value in facts.items() if value)
    head = f"<strong>{escape(harmless(title))}</strong><br>{_small(listed)}"
    edits = [
        (span, change.raw_reading, bool(change.kind))
        for span, change in zip(changed, changes or (), strict=True)
    ]
    body = text_html(marked_edits(text, hits, edits))
    foot = "" if changes is None else _apparatus(changes)
    return view(f"<p style='margin:.3em 0'>{head}</p>{body}{foot}", width="55em")


def _small(text: str) -> str:
    return f"<small style='{_PALE}'>{escape(harmless(text))}</small>"


def _apparatus(changes: Sequence[Entry]) -> str:
    """Return the changes of a paragraph as a table that scrolls, or say that there is none."""
    if not changes:
        return note("Nothing was changed in this paragraph.")
    rows = []
    for name, change in enumerate(changes, start=1):
        by = f"{change.rule} ({change.kind}, {change.certainty})" if change.kind else change.rule
        place = f"{change.raw_line}:{change.raw_column}"
        readings = (f"⟨{change.raw_reading}⟩", f"⟨{change.edited_reading}⟩")
        rows.append([escape(cell) for cell in (str(name), place, *readings, by, change.reason)])
    return note(f"Apparatus: {plural(len(changes), 'change')} of the source.") + table(
        _APPARATUS, rows, _HEIGHT
    )
