"""Concordance: every hit of a pattern or category on a line of its own, with what is around it."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rhetorica.corpus import Corpus
from rhetorica.entries import Entry
from rhetorica.errors import NothingToShow, ParameterError, harmless, listing, nearest
from rhetorica.matching import Matcher
from rhetorica.passages import number_places
from rhetorica.patterns import compile_regex, split_globs
from rhetorica.spans import chosen_categories, counted_hits, lexicon_of, matcher_of
from rhetorica.tokens import Tokens, split_words, units_of

Sort = Literal["text", "left", "right"]
"""The order of lines: that of the texts, or by the words before or after the hit."""

CONTEXT = 100  # characters on each side: about a line of print, enough to judge most hits
PARAGRAPH = "¶"  # stands where a paragraph begins
_SORTED_BY = 10  # words; lines alike in so many stand in the order of the texts
_REACH = 4 * CONTEXT  # characters in which ten words stand, and what white space is around them
_WORD = 20  # characters; what is longer than nearly every word is cut within
_LEAST_ROOM = 24  # columns; where hit and context would have fewer, they have the line alone

_WIDE = re.compile(r"[^\S ]\s*| \s+")  # white space that is more than one space


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
    tokens, matcher = corpus.tokens, matcher_of(corpus.tokens)
    spans, _ = matcher.spans(entry)
    if not len(spans):
        raise NothingToShow(
            f"'{entry.pattern}' stands nowhere in these texts.{_hint(matcher, entry)}"
        )
    first, end = spans.T
    owner = units_of(tokens.documents, first)
    return pd.DataFrame(
        {
            "document": np.array(tokens.document_ids, dtype=object)[owner],
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
    """Return the hits that count in a category, or in a parent.

    Columns: document, start, end, category and entry. Raises :class:`ParameterError` for a name
    that is neither or was left out, :class:`NothingToShow` without a hit.
    """
    lexicon = lexicon_of(corpus)
    known = [category.id for category in lexicon.categories] + list(lexicon.parents)
    if name not in known:
        raise ParameterError(
            f"The lexicon has no category '{name}'.{nearest(name, known)} "
            f"Known: {', '.join(known)}."
        )
    chosen = chosen_categories(corpus)
    own = [category for category in lexicon.categories if name in (category.id, category.parent)]
    if own and not any(category in chosen for category in own):
        raise ParameterError(
            f"The category '{name}' is left out by the parameter categories. "
            f"Known: {listing(category.id for category in chosen)}."
        )
    hits = counted_hits(corpus, name)
    if hits.empty:
        raise NothingToShow(f"The category '{name}' has no hit in these texts.")
    return hits


def concordance(
    corpus: Corpus,
    hits: pd.DataFrame,
    sort: Sort = "text",
    width: int = CONTEXT,
    limit: int | None = None,
) -> pd.DataFrame:
    """Return one row a hit, with up to `width` characters of its text before and after it.

    `hits` has the columns document, start and end, as :func:`pattern_hits`, :func:`category_hits`
    and :func:`~rhetorica.spans.find_spans` return them. `sort`: by the words before a hit, the
    nearest first (``left``), by those after it (``right``), or as they stand in the texts.
    `limit`: only the first so many rows of that order; None: all.

    Columns: document, label, paragraph and sentence (counted in the text from 1), raw_line,
    left, hit, right, and of the span table also category and entry.

    Line ends are spaces, and a ¶ stands where a paragraph begins; left, hit
    and right put together are a stretch of the edited text, which never leaves its document.
    """
    first, after = _tokens_of(corpus, hits)
    keys = [hits["end"].to_numpy(), first]
    if sort != "text":
        keys += reversed(list(_ranks_around(corpus, first, after, sort).T))
    order = np.lexsort(keys)[:limit]
    hits = hits.iloc[order]
    contexts = _contexts(corpus, hits, max(width, _REACH))
    frame = number_places(corpus, first[order]).rename(columns={"block": "paragraph"})
    frame = frame.assign(
        left=pd.Series([last_words(left, width) for left, _, _ in contexts], dtype=object),
        hit=pd.Series([hit for _, hit, _ in contexts], dtype=object),
        right=pd.Series([first_words(right, width) for _, _, right in contexts], dtype=object),
    )
    return frame.assign(
        **{name: hits[name].to_numpy() for name in ("category", "entry") if name in hits}
    )


def _tokens_of(corpus: Corpus, hits: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first token of each hit, and the one after its last."""
    tokens = corpus.tokens
    number = {name: i for i, name in enumerate(tokens.document_ids)}
    owner = np.array([number[name] for name in hits["document"].tolist()], dtype=np.int64)
    # One scale for the places of all texts, one behind the other.
    size = 1 + max(len(edition.text) for edition in corpus.editions)
    offsets = np.repeat(np.arange(len(number)) * size, np.diff(tokens.documents))
    starts, ends = (owner * size + hits[name].to_numpy() for name in ("start", "end"))
    return (
        np.searchsorted(offsets + tokens.starts, starts),
        np.searchsorted(offsets + tokens.ends, ends, side="right"),
    )


def _ranks_around(
    corpus: Corpus, first: NDArray[np.int64], after: NDArray[np.int64], sort: Sort
) -> NDArray[np.int64]:
    """Return where in the alphabet the words next to each hit stand, the nearest first.

    The text ends with a 0, which is before all words.
    """
    tokens = corpus.tokens
    folded = [name.casefold() for name in tokens.types]
    alphabet = sorted(set(folded))
    rank_of = {name: rank for rank, name in enumerate(alphabet, start=1)}
    rank_of_code = np.array([rank_of[name] for name in folded], dtype=np.int64)
    owner = units_of(tokens.documents, first)[:, None]
    steps = np.arange(_SORTED_BY)
    places = after[:, None] + steps if sort == "right" else first[:, None] - 1 - steps
    inside = (places >= tokens.documents[owner]) & (places < tokens.documents[owner + 1])
    codes = tokens.codes[np.clip(places, 0, len(tokens) - 1)]
    ranks = np.where(inside, rank_of_code[codes], 0)
    # Words that were taken out of the stream are seen in the lines nevertheless.
    for row in _at_gaps(tokens, places):
        words = _words_seen(corpus, int(first[row]), int(after[row]), sort)
        ranks[row] = 0
        ranks[row, : len(words)] = [bisect_left(alphabet, word) + 1 for word in words]
    return ranks


def _at_gaps(tokens: Tokens, places: NDArray[np.int64]) -> list[int]:
    """Return the rows of neighbouring places near to which words were taken out."""
    gaps = np.append(tokens.gaps, len(tokens))  # after the last word nothing says so
    low, high = places.min(axis=1, initial=len(tokens)), places.max(axis=1, initial=0)
    near = np.searchsorted(gaps, low) < np.searchsorted(gaps, high + 1, side="right")
    return np.flatnonzero(near).tolist()


def _words_seen(corpus: Corpus, first: int, after: int, sort: Sort) -> list[str]:
    """Return the words next to a hit as its text has them, the nearest first."""
    tokens = corpus.tokens
    owner = int(units_of(tokens.documents, np.array([first]))[0])
    text = corpus.editions[owner].text
    if sort == "right":
        end = int(tokens.ends[after - 1])
        return split_words(text[end : end + _REACH].casefold())[:_SORTED_BY]
    start = int(tokens.starts[first])
    return split_words(text[max(start - _REACH, 0) : start].casefold())[: -_SORTED_BY - 1 : -1]


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
    first, last = bisect_right(breaks, start), bisect_right(breaks, end)
    whole = text[start:end]
    if last > first:
        places = [start, *breaks[first:last], end]
        whole = f" {PARAGRAPH} ".join(text[low:high] for low, high in pairwise(places))
    return _WIDE.sub(" ", whole)


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
