"""Concordance: every hit of a pattern or category on a line of its own, with what is around it."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rhetorica.corpus import Corpus
from rhetorica.errors import NothingToShow, ParameterError, harmless, nearest
from rhetorica.lexicon import Entry, select_categories
from rhetorica.matching import Matcher
from rhetorica.passages import locate
from rhetorica.patterns import compile_regex, split_globs
from rhetorica.spans import find_spans, lexicon_of
from rhetorica.tokens import split_words, units_of

Sort = Literal["text", "left", "right"]
"""The order of lines: that of the texts, or by the words before or after the hit."""

CONTEXT = 100  # characters on each side: about a line of print, enough to judge most hits
PARAGRAPH = "¶"  # stands where a paragraph begins
_SORTED_BY = 10  # words; lines alike in so many stand in the order of the texts
_REACH = 4 * CONTEXT  # characters in which ten words stand, and what white space is around them
_WORD = 20  # characters; what is longer than nearly every word is cut within
_LEAST_ROOM = 24  # columns; where hit and context would have fewer, they have the line alone

_COLUMNS = ("document", "label", "paragraph", "sentence", "raw_line", "left", "hit", "right")


def read_pattern(
    pattern: str, *, regex: bool = False, case: bool = False, hyphens: bool = False
) -> Entry:
    """Return what to look for, written as an entry of a lexicon is.

    `regex`: it is a regular expression for whole words. `case`: capitals count. `hyphens`: a
    part of a hyphenated word may match. Raises :class:`ParameterError` for a pattern that can
    never match.

    >>> read_pattern("Struggl* for").words
    ('struggl*', 'for')
    """
    if hyphens and (regex or len(pattern.split()) > 1):
        raise ParameterError(
            "Parts of hyphenated words can be found for patterns of one word only."
        )
    try:
        if regex:
            compile_regex(pattern, case)
            return Entry(pattern, (), kind="regex", case=case)
        return Entry(pattern, split_globs(pattern, case), case=case, hyphens=hyphens)
    except ValueError as error:
        raise ParameterError(
            f"The regular expression '{pattern}' does not compile: {error}."
            if regex
            else f"'{pattern}' can never match: write words as they stand in the texts, without "
            "punctuation; * ? and [...] are wildcards."
        ) from None


def pattern_hits(corpus: Corpus, entry: Entry) -> pd.DataFrame:
    """Return where a pattern stands: document, start and end (characters of the edition).

    Raises :class:`NothingToShow` where it stands nowhere, with the nearest word of the texts.
    """
    tokens, matcher = corpus.tokens, Matcher(corpus.tokens)
    spans, _ = matcher.spans(entry)
    if not len(spans):
        raise NothingToShow(
            f"'{entry.pattern}' stands nowhere in these texts.{_hint(matcher, entry)}"
        )
    first, end = spans.T
    owner = units_of(tokens.documents, first)
    return pd.DataFrame(
        {
            "document": [tokens.document_ids[i] for i in owner],
            "start": tokens.starts[first],
            "end": tokens.ends[end - 1],
        }
    )


def _hint(matcher: Matcher, entry: Entry) -> str:
    """Name the word of the texts nearest to one that is not in them."""
    present = np.unique(matcher.tokens.codes)
    words = [matcher.tokens.types[code] for code in present.tolist()]
    for glob in entry.words:
        if not np.isin(matcher.vocabulary.codes_of(glob, entry.case, entry.hyphens), present).any():
            known = words if entry.case else [word.lower() for word in words]
            return nearest(re.sub(r"\[[^\]]*\]|[*?]", "", glob), known)
    return " Each of its words does, but not one after another." if len(entry.words) > 1 else ""


def category_hits(corpus: Corpus, name: str) -> pd.DataFrame:
    """Return the hits that count in a category, or in a parent, as rows of the span table.

    Raises :class:`ParameterError` for a name that is neither, :class:`NothingToShow` without a
    hit.
    """
    lexicon, spans = lexicon_of(corpus), find_spans(corpus)
    ids = [category.id for category in select_categories(lexicon, (name,))]
    column = "parent_suppressed_by" if name in lexicon.parents else "suppressed_by"
    hits: pd.DataFrame = spans[spans["category"].isin(ids) & (spans[column] == "")]
    if hits.empty:
        raise NothingToShow(f"The category '{name}' has no hit in these texts.")
    return hits


def concordance(
    corpus: Corpus, hits: pd.DataFrame, sort: Sort = "text", width: int = CONTEXT
) -> pd.DataFrame:
    """Return one row a hit, with up to `width` characters of its text before and after it.

    `hits` has the columns document, start and end, as :func:`pattern_hits`, :func:`category_hits`
    and :func:`~rhetorica.spans.find_spans` return them. `sort`: by the words before a hit, the
    nearest first (``left``), by those after it (``right``), or as they stand in the texts.

    Columns: document, label, paragraph and sentence (counted in the text from 1), raw_line,
    left, hit, right, and of the span table also category and entry.

    Line ends are spaces, and a ¶ stands where a paragraph begins; left, hit
    and right put together are a stretch of the edited text, which never leaves its document.
    """
    positions = _positions(corpus, hits)
    order = np.lexsort((hits["end"].to_numpy(), positions))
    frame = locate(corpus, positions[order]).rename(columns={"block": "paragraph"})
    contexts = _contexts(corpus, hits.iloc[order], max(width, _REACH))
    frame = frame.assign(
        left=pd.Series([last_words(left, width) for left, _, _ in contexts], dtype=object),
        hit=pd.Series([hit for _, hit, _ in contexts], dtype=object),
        right=pd.Series([first_words(right, width) for _, _, right in contexts], dtype=object),
    ).reindex(columns=list(_COLUMNS))
    for name in ("category", "entry"):
        if name in hits:
            frame[name] = hits[name].to_numpy()[order]
    if sort == "text":
        return frame
    keys = [
        split_words(right.casefold())[:_SORTED_BY]
        if sort == "right"
        else split_words(left.casefold())[: -_SORTED_BY - 1 : -1]
        for left, _, right in contexts
    ]
    return frame.iloc[sorted(range(len(keys)), key=keys.__getitem__)].reset_index(drop=True)


def _positions(corpus: Corpus, hits: pd.DataFrame) -> NDArray[np.int64]:
    """Return the first token of each hit."""
    tokens = corpus.tokens
    positions = np.zeros(len(hits), dtype=np.int64)
    documents, starts = hits["document"].to_numpy(), hits["start"].to_numpy()
    for i, name in enumerate(tokens.document_ids):
        low, high = tokens.documents[i : i + 2].tolist()
        own = np.flatnonzero(documents == name)
        positions[own] = low + np.searchsorted(tokens.starts[low:high], starts[own])
    return positions


def _contexts(corpus: Corpus, hits: pd.DataFrame, reach: int) -> list[tuple[str, str, str]]:
    """Return what stands before each hit, the hit, and what stands after it."""
    editions = {edition.document_id: edition for edition in corpus.editions}
    breaks = {name: [start for _, start, _ in own.blocks] for name, own in editions.items()}
    found = []
    for name, start, end in hits[["document", "start", "end"]].itertuples(index=False):
        edition, own = editions[name].text, breaks[name]
        before = _on_one_line(edition, own, max(start - reach, 0), start).lstrip()
        after = _on_one_line(edition, own, end, min(end + reach, len(edition))).rstrip()
        found.append((before, _on_one_line(edition, own, start, end), after))
    return found


def _on_one_line(text: str, breaks: list[int], start: int, end: int) -> str:
    """Return a stretch of a text on one line, with signs where blocks begin."""
    inner = breaks[bisect_right(breaks, start) : bisect_right(breaks, end)]
    places = [start, *inner, end]
    pieces = [text[low:high] for low, high in pairwise(places)]
    return re.sub(r"\s+", " ", f" {PARAGRAPH} ".join(pieces))


def last_words(text: str, room: int, size: Callable[[str], int] = len) -> str:
    """Return the end of a text that has room, beginning with a whole word where that is near.

    `size` measures a text: in characters, or in columns of a terminal.

    >>> last_words("the popular masses of ", 13)
    'masses of '
    """
    if size(text) <= room:
        return text
    cut = max(len(text) - room, 0)
    while size(text[cut:]) > room:
        cut += 1
    space = text.find(" ", cut, cut + _WORD)
    if text[cut - 1] != " " and space >= 0:
        cut = space + 1
    return text[cut:]


def first_words(text: str, room: int, size: Callable[[str], int] = len) -> str:
    """Return the beginning of a text that has room, ending with a whole word where that is near.

    >>> first_words(" of the popular masses", 13)
    ' of the'
    """
    if size(text) <= room:
        return text
    cut = min(room, len(text))
    while size(text[:cut]) > room:
        cut -= 1
    space = text.rfind(" ", max(cut - _WORD, 0), cut)
    if text[cut : cut + 1] != " " and space >= 0:
        cut = space
    return text[:cut]


def aligned_lines(
    rows: pd.DataFrame, wide: int, context: int | None, marked: bool
) -> Iterator[tuple[str, str, str, str]]:
    """Yield the parts of each line: its place, and left context, hit and right context.

    The lines fill `wide` columns, or none of them if that is 0, with `context` columns on each
    side at most. `marked`: the hit stands between brackets.
    """
    from rich.cells import cell_len

    hits = [f"[{harmless(hit)}]" if marked else harmless(hit) for hit in rows["hit"]]
    longest = max(map(cell_len, hits), default=0)
    places = _places(rows, wide)
    room = wide - cell_len(places[0]) if places else 0
    if wide and room < _LEAST_ROOM:
        places, room = [""] * len(rows), wide
    if not wide:
        room = 2 * (context or 0) + longest
    before = min((room - min(longest, room // 3)) // 2, context or room)
    for place, left, hit, right in zip(places, rows["left"], hits, rows["right"], strict=True):
        own = _cut(hit, room - before, "…]" if marked else "…")
        after = min(max(room - before - cell_len(own), 0), context or room)
        head = last_words(harmless(left), before, cell_len)
        tail = first_words(harmless(right), after, cell_len)
        yield place, " " * (before - cell_len(head)) + head, own, tail


def _cut(text: str, room: int, end: str = "…") -> str:
    """Cut a text to so many columns, and say with its end that it was."""
    from rich.cells import cell_len, set_cell_size

    if cell_len(text) <= room:
        return text
    kept = set_cell_size(text, max(room - len(end), 0)).rstrip()
    return kept + end[: max(room, 0)]


def _places(rows: pd.DataFrame, wide: int) -> list[str]:
    """Return where each hit stands: text, paragraph and line, in columns."""
    from rich.cells import cell_len, set_cell_size

    labels = [_cut(harmless(label), wide // 5 or 100) for label in rows["label"]]
    size = max(map(cell_len, labels), default=0)
    numbers = [rows["paragraph"].astype(str), rows["raw_line"].astype(str)]
    columns = [column.str.rjust(int(column.str.len().max())) for column in numbers]
    return [
        f"{set_cell_size(label, size)} {paragraph}:{line}  "
        for label, paragraph, line in zip(labels, *columns, strict=True)
    ]
