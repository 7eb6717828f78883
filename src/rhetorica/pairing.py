"""Pairing: two texts side by side, with what they share marked in both."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from rhetorica.corpus import Corpus
from rhetorica.errors import ParameterError, listing, nearest, plural
from rhetorica.pair_passages import KINDS, parallels_of
from rhetorica.parallels import Kind, Parallel
from rhetorica.reading import find_text, numbered_blocks
from rhetorica.structure import Part
from rhetorica.views import EDGE, Span, cut, note, number, table, text_html, view

_LINES: dict[Kind, str] = {
    "verbatim": "solid 2px",
    "near": "dashed 2px",
    "retold": "dotted 2px",
    "title": "double 1px",
    "formula": "wavy 1px",
}
"""How what is shared is underlined: its kind can be seen without colours, what weighs more best."""

_WORD_BY_WORD: tuple[Kind, ...] = ("near", "retold")  # some words differ: the same ones are bold
_FIRST_WORDS = 8  # of a passage, in the list of passages
_AROUND = 2  # paragraphs shown on either side of the passage in focus
_COLUMN_HEIGHT, _LIST_HEIGHT = "36em", "14em"
_UNDERLINE = "text-decoration:underline {};text-underline-offset:.2em;text-decoration-skip-ink:none"
_FOCUS = (
    "outline:2px solid var(--jp-brand-color1, currentColor);outline-offset:1px;"
    "background:color-mix(in srgb, var(--jp-brand-color1, currentColor) 15%, transparent)"
)
_HEADS = ("No.", "Kind", "Words", "Paragraphs", "Begins")


@dataclass(frozen=True)
class Block:
    """A block of a text: its number if it has one, what it is, where it begins, what it says."""

    number: int | None
    kind: Part
    start: int
    text: str


@dataclass(frozen=True)
class Column:
    """One of the two texts, whole and as edited."""

    document: str
    label: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Shared:
    """A passage that two texts share; each pair of values is of the left and the right text.

    `spans` are characters of the edited texts, `same` in each text the words that are in both,
    where the passage is one of which some words differ.
    """

    number: int
    kind: Kind
    spans: tuple[Span, Span]
    words: tuple[int, int]
    paragraphs: tuple[int, int]
    begins: str
    same: tuple[tuple[Span, ...], tuple[Span, ...]]


@dataclass(frozen=True, eq=False)
class Pair:
    """Two texts side by side and the passages they share, the most telling kinds first."""

    left: Column
    right: Column
    passages: tuple[Shared, ...]

    def __repr__(self) -> str:
        shared = plural(len(self.passages), "shared passage")
        return f"<Pair: '{self.left.document}' and '{self.right.document}', {shared}>"

    def _repr_html_(self) -> str:
        return pair_html(self)


def side_by_side(corpus: Corpus, left: str, right: str, *, kinds: str | Sequence[str] = ()) -> Pair:
    """Return two texts, by their ids, with the passages that they share.

    `kinds`: only these of verbatim, near, retold, title and formula, as a list or as one text
    with commas; empty: all. Raises :class:`ParameterError` for a text or kind that is unknown,
    and for a text beside itself.
    """
    wanted = _kinds(kinds)
    places = find_text(corpus, left), find_text(corpus, right)
    if places[0] == places[1]:
        raise ParameterError(f"left and right are both '{left}': name two texts.")
    # Passages are looked for, and kept, in the order of the study.
    found = parallels_of(corpus, min(places), max(places))
    sides = (0, 1) if places[0] < places[1] else (1, 0)
    chosen = [one for one in found if not wanted or one.kind in wanted]
    columns = [_column(corpus, place) for place in places]
    shared = [_shared(corpus, i, one, sides) for i, one in enumerate(chosen, start=1)]
    return Pair(columns[0], columns[1], tuple(shared))


def _kinds(kinds: str | Sequence[str]) -> tuple[str, ...]:
    """Return the kinds that were named, all of which there are."""
    names = kinds.split(",") if isinstance(kinds, str) else list(kinds)
    stripped = [str(name).strip() for name in names]
    for name in stripped:
        if name and name not in KINDS:
            raise ParameterError(
                f"kinds: there is no kind '{name}' of passages.{nearest(name, KINDS)} "
                f"Known: {listing(KINDS)}."
            )
    return tuple(name for name in stripped if name)


def _column(corpus: Corpus, place: int) -> Column:
    edition, document = corpus.editions[place], corpus.sources[place].document
    numbers = {block: i for i, block in enumerate(numbered_blocks(corpus, place), start=1)}
    blocks = [
        Block(numbers.get(i), kind, start, edition.text[start:end])
        for i, (kind, start, end) in enumerate(edition.blocks)
    ]
    return Column(document.id, document.label, tuple(blocks))


def _shared(corpus: Corpus, name: int, one: Parallel, sides: tuple[int, int]) -> Shared:
    """Return a passage with its places in both texts, the left one first."""
    tokens = corpus.tokens
    stretches = [(one.a, one.b)[side] for side in sides]
    spans = [(int(tokens.starts[low]), int(tokens.ends[high - 1])) for low, high in stretches]
    paragraphs = []
    for low, _ in stretches:
        unit = int(np.searchsorted(tokens.paragraphs, low, side="right")) - 1
        of_text = tokens.paragraph_documents == tokens.paragraph_documents[unit]
        paragraphs.append(unit - int(np.argmax(of_text)) + 1)
    same = [_same(corpus, one, side) for side in sides]
    words = [high - low for low, high in stretches]
    return Shared(
        number=name,
        kind=one.kind,
        spans=(spans[0], spans[1]),
        words=(words[0], words[1]),
        paragraphs=(paragraphs[0], paragraphs[1]),
        begins=_beginning(corpus, stretches[0]),
        same=(same[0], same[1]),
    )


def _same(corpus: Corpus, one: Parallel, side: int) -> tuple[Span, ...]:
    """Return the words of one side that are the same in the other, capitals apart."""
    if one.kind not in _WORD_BY_WORD:
        return ()
    tokens = corpus.tokens
    words = [[tokens.types[code].lower() for code in tokens.codes[own]] for own in one.pairs.T]
    equal = [a == b for a, b in zip(*words, strict=True)]
    own = one.pairs[np.array(equal, dtype=bool), side]
    return tuple(zip(tokens.starts[own].tolist(), tokens.ends[own].tolist(), strict=True))


def _beginning(corpus: Corpus, stretch: Span) -> str:
    """Return the first words of a stretch of tokens, on one line."""
    tokens = corpus.tokens
    low, high = stretch
    text = corpus.editions[int(np.searchsorted(tokens.documents, low, side="right")) - 1].text
    last = min(low + _FIRST_WORDS, high)
    words = " ".join(text[int(tokens.starts[low]) : int(tokens.ends[last - 1])].split())
    return f"{words} …" if last < high else words


def pair_rows(pair: Pair) -> list[dict[str, str | int]]:
    """Return the passages of a pair as plain rows, in their order.

    Keys: number, kind, words (of the left and the right text, once if they have as many),
    paragraph_a and paragraph_b (where it begins, left and right), and text, its first words.
    """
    return [
        {
            "number": one.number,
            "kind": one.kind,
            "words": _both(one.words),
            "paragraph_a": one.paragraphs[0],
            "paragraph_b": one.paragraphs[1],
            "text": one.begins,
        }
        for one in pair.passages
    ]


def _both(numbers: tuple[int, int]) -> str:
    """Write the numbers of two texts, once if they are the same."""
    return " / ".join(map(str, dict.fromkeys(numbers)))


def pair_html(pair: Pair, focus: int | None = None, listed: bool = True) -> str:
    """Return two texts in two columns, and above them, with `listed`, a list of what they share.

    `focus` is the number of a passage: it is outlined in both texts, of which only the paragraphs
    around it are shown, and stands in the place of the list. Raises :class:`ParameterError` for
    a number that no passage has.
    """
    chosen = None if focus is None else _passage(pair, focus)
    style = "display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:1em"
    columns = [
        _column_html(column, side, pair.passages, chosen)
        for side, column in enumerate((pair.left, pair.right))
    ]
    kinds = [kind for kind in KINDS if any(one.kind == kind for one in pair.passages)]
    legend = ", ".join(f"{kind} {_LINES[kind].split()[0]}" for kind in kinds)
    foot = note(
        f"Underlined: {legend}. Bold: the same words, where others differ. "
        "Raised: the number of the passage that begins. Beside: that of the paragraph."
        if kinds
        else "Nothing to mark: these texts share no passage of these kinds."
    )
    above = _list_html([chosen] if chosen else pair.passages) if listed else ""
    return view(above, f"<div style='{style}'>{''.join(columns)}</div>", foot)


def _passage(pair: Pair, focus: int) -> Shared:
    for one in pair.passages:
        if one.number == focus:
            return one
    raise ParameterError(
        f"focus = {focus!r} will not do: these texts have {plural(len(pair.passages), 'passage')}, "
        "numbered from 1."
    )


def _list_html(passages: Sequence[Shared]) -> str:
    """Return the list of passages; each kind is underlined as it is in the texts."""
    rows = [
        (
            str(one.number),
            f"<span style='{_UNDERLINE.format(_LINES[one.kind])}'>{one.kind}</span>",
            _both(one.words),
            " / ".join(map(str, one.paragraphs)),
            escape(one.begins),
        )
        for one in passages
    ]
    return table(_HEADS, rows, _LIST_HEIGHT) if rows else ""


def _column_html(
    column: Column, side: int, passages: Sequence[Shared], focus: Shared | None
) -> str:
    """Return one text as a column that scrolls, all of it or what is around a passage."""
    starts = [block.start for block in column.blocks]
    over: list[list[Shared]] = [[] for _ in starts]
    for one in passages:
        for i in _blocks_of(one.spans[side], starts):
            over[i].append(one)
    first, begin, end = 0, 0, len(starts)
    if focus:
        own = _blocks_of(focus.spans[side], starts)
        begin = own[0]
        first, end = max(begin - _AROUND, 0), min(own[-1] + _AROUND + 1, end)
    shown = range(first, end)
    blocks = [_block_html(column.blocks[i], side, over[i], focus) for i in shown]
    if begin > first:  # folded, so that the column begins with the passage
        above, blocks = "".join(blocks[: begin - first]), blocks[begin - first :]
        summary = f"<summary>{plural(begin - first, 'paragraph')} before</summary>"
        blocks.insert(0, f"<details>{summary}{above}</details>")
    label = escape(column.label)
    part = "" if len(shown) == len(starts) else " (in part)"
    frame = f"max-height:{_COLUMN_HEIGHT};overflow:auto;border:{EDGE};padding:.3em .6em"
    return (
        f"<div><p style='margin:.3em 0'><strong>{label}</strong>{part}</p>"
        f"<div tabindex='0' role='region' aria-label='{label}' style='{frame}'>"
        f"{''.join(blocks)}</div></div>"
    )


def _blocks_of(span: Span, starts: Sequence[int]) -> range:
    """Return the blocks that a span reaches into, from the first to the last."""
    return range(max(bisect_right(starts, span[0]) - 1, 0), bisect_right(starts, span[1] - 1))


def _block_html(block: Block, side: int, passages: Sequence[Shared], focus: Shared | None) -> str:
    """Return a block with its number beside it and what is shared in it marked."""
    low, high = block.start, block.start + len(block.text)
    focused = [focus.spans[side]] if focus else []
    pieces = []
    for start, end, inside in cut(low, high, focused):
        marks = "".join(_marked(block, side, passages, start, end))
        pieces.append(f"<span style='{_FOCUS}'>{marks}</span>" if inside else marks)
    name = "" if block.number is None else str(block.number)
    beside = "color:var(--jp-ui-font-color2, inherit);text-align:right;font-size:.8em;margin:.5em 0"
    return (
        "<div style='display:grid;grid-template-columns:1.8em minmax(0,1fr);gap:.6em'>"
        f"<span style='{beside}'>{name}</span>{text_html(''.join(pieces), block.kind)}</div>"
    )


def _marked(
    block: Block, side: int, passages: Sequence[Shared], low: int, high: int
) -> Iterable[str]:
    """Yield the pieces of a stretch; where passages overlap the first in the list is shown."""
    for start, end, over in cut(low, high, [one.spans[side] for one in passages]):
        if not over:
            yield escape(block.text[start - block.start : end - block.start])
            continue
        inside = [passages[i] for i in over]
        begin = [one.number for one in inside if start == max(one.spans[side][0], block.start)]
        yield number(*begin) if begin else ""
        words = "".join(
            f"<b>{escape(block.text[a - block.start : b - block.start])}</b>"
            if bold
            else escape(block.text[a - block.start : b - block.start])
            for a, b, bold in cut(start, end, inside[0].same[side])
        )
        title = "; ".join(f"{one.number} {one.kind}" for one in inside)
        style = _UNDERLINE.format(_LINES[inside[0].kind])
        yield f"<span style='{style}' title='{title}'>{words}</span>"
