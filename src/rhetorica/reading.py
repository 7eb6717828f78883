"""Reading: the lines of a concordance, and a paragraph with what was found and edited in it."""

import operator
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import cast, get_args

import numpy as np
import pandas as pd

from rhetorica.apparatus import Entry, list_changes
from rhetorica.concordance import Sort, category_hits, concordance, pattern_hits, read_pattern
from rhetorica.corpus import Corpus
from rhetorica.edition import Edition, raw_lines, to_raw
from rhetorica.errors import NothingToShow, ParameterError, listing, nearest, on_one_line, plural
from rhetorica.structure import Part
from rhetorica.views import Span, lines_html, passage_html

_ROW = ("document", "label", "paragraph", "raw_line", "left", "hit", "right")


@dataclass(frozen=True, eq=False)
class Lines:
    """Hits in their contexts, in the order asked for; the first of them are shown.

    `shown` has those, with the columns of :func:`~rhetorica.concordance.concordance`. `hits`
    says where all of them stand in `corpus`, `sort` in which order the lines are. `what` says
    what was looked for, `texts` in how many texts, `limit` how many are shown.
    """

    corpus: Corpus
    hits: pd.DataFrame
    sort: Sort
    what: str
    texts: int
    limit: int
    shown: pd.DataFrame

    def __len__(self) -> int:
        return len(self.hits)

    def __repr__(self) -> str:
        return f"<Lines: {_summary(self)}>"

    def _repr_html_(self) -> str:
        shown = f"; shown: the first {self.limit:,} of {len(self):,}"
        head = _summary(self) + (shown if len(self) > self.limit else "")
        return lines_html(f"{head}.", line_rows(self), _counts(self))

    @cached_property
    def frame(self) -> pd.DataFrame:
        """All lines, with the columns of `shown`; of very many they take some seconds."""
        if len(self) <= self.limit:
            return self.shown
        return concordance(self.corpus, self.hits, self.sort)


@dataclass(frozen=True, eq=False)
class Passage:
    """A paragraph of a text as edited, with where hits and edits stand in it.

    `paragraph` counts from 1 the blocks with words, of which there are `paragraphs`; `previous`
    and `next` are None at the ends. `heading` is the nearest one above. `hits` are characters of
    `text`. `first_line` to `last_line` are those of `file`, the text as obtained. `changes` is
    the apparatus of the paragraph, and `changed` where each change stands in `text`: an empty
    span where it took something out, one that reaches beyond where it did more; None: not asked.
    """

    document: str
    label: str
    paragraph: int
    paragraphs: int
    kind: Part
    heading: str
    text: str
    what: str
    hits: tuple[Span, ...]
    file: str
    first_line: int
    last_line: int
    changes: tuple[Entry, ...] | None = None
    changed: tuple[Span, ...] = ()

    @property
    def previous(self) -> int | None:
        """The number of the paragraph before this one."""
        return self.paragraph - 1 if self.paragraph > 1 else None

    @property
    def next(self) -> int | None:
        """The number of the paragraph after this one."""
        return self.paragraph + 1 if self.paragraph < self.paragraphs else None

    def __repr__(self) -> str:
        found = f", {plural(len(self.hits), 'hit')} of {self.what}" if self.what else ""
        edited = "" if self.changes is None else f", {plural(len(self.changes), 'change')}"
        return on_one_line(
            f"<Passage: '{self.document}', paragraph {self.paragraph} of {self.paragraphs}"
            f"{found}{edited}>"
        )

    def _repr_html_(self) -> str:
        facts = {
            "paragraph": f"{self.paragraph} of {self.paragraphs}",
            "a": self.kind if self.kind != "paragraph" else "",
            "below": f"“{self.heading}”" if self.heading else "",
            "from": f"{self.file}, {_numbers('line', self.first_line, self.last_line)}",
            "marked:": f"{plural(len(self.hits), 'hit')} of {self.what}" if self.what else "",
        }
        return passage_html(self.label, facts, self.text, self.hits, self.changes, self.changed)


def kwic(
    corpus: Corpus,
    words: str = "",
    *,
    category: str = "",
    text: str = "",
    sort: str = "text",
    regex: bool = False,
    case: bool = False,
    hyphens: bool = False,
    limit: int = 100,
) -> Lines:
    """Return every hit of words, or of a category, on a line of its own with what is around it.

    `words` are written as in a lexicon (``"unit*"``, ``"popular masses"``), or with `regex` as
    a regular expression for whole words; `case`: capitals count; `hyphens`: a part of a
    hyphenated word may match. `category` is one of the lexicon, or a group. `text`: only in the
    text of that id. `sort`: ``text``, or by the words before (``left``) or after (``right``).
    `limit`: how many lines are shown; all are in the frame.

    Raises :class:`ParameterError` for a name or pattern that will not do, and
    :class:`NothingToShow` where there is no hit.
    """
    sorts = get_args(Sort)
    if sort not in sorts:
        raise ParameterError(
            f"sort = {sort!r} will not do.{nearest(str(sort), sorts)} Known: {listing(sorts)}."
        )
    order, limit = cast(Sort, sort), _whole("limit", limit)
    place = find_text(corpus, text) if text else None
    hits = _hits(corpus, words, category, regex=regex, case=case, hyphens=hyphens)
    what = _what(words, category)
    if place is not None:
        hits = _only_in(hits, corpus.tokens.document_ids[place], what)
    texts = 1 if text else len(corpus.sources)
    shown = concordance(corpus, hits, order, limit=limit)
    return Lines(corpus, hits, order, what, texts, limit, shown)


def line_rows(lines: Lines) -> list[dict[str, str | int]]:
    """Return the lines that are shown as plain rows, each with where it stands and what it says.

    Keys: document, label, paragraph, raw_line, left, hit and right.
    """
    columns = [lines.shown[name].tolist() for name in _ROW]  # plain values, not those of NumPy
    return [dict(zip(_ROW, values, strict=True)) for values in zip(*columns, strict=True)]


def read(
    corpus: Corpus,
    text: str,
    paragraph: int,
    *,
    words: str = "",
    category: str = "",
    regex: bool = False,
    case: bool = False,
    hyphens: bool = False,
    apparatus: bool = False,
) -> Passage:
    """Return a paragraph of a text as edited, whole, with the hits of words or a category marked.

    `text` is the id of a text, `paragraph` a number as :func:`kwic` gives it; titles and
    headings are counted too. What to look for is written as for :func:`kwic`. `apparatus`: with
    every change that made the paragraph of what the source has. Raises :class:`ParameterError`
    for what is unknown.
    """
    document = find_text(corpus, text)
    number, of = _paragraph(corpus, document, paragraph)
    edition, source = corpus.editions[document], corpus.sources[document]
    index = numbered_blocks(corpus, document)[number - 1]
    kind, start, end = edition.blocks[index]
    how = {"regex": regex, "case": case, "hyphens": hyphens}
    asked = bool(words or category)
    hits = _hits_between(corpus, document, (start, end), words, category, how) if asked else ()
    changes, changed = _changes(corpus, document, (start, end)) if apparatus else (None, ())
    first, last = _raw_lines(edition, start, end)
    return Passage(
        document=source.document.id,
        label=source.document.label,
        paragraph=number,
        paragraphs=of,
        kind=kind,
        heading=_heading(edition, index),
        text=edition.text[start:end],
        what=_what(words, category) if asked else "",
        hits=hits,
        file=source.document.file,
        first_line=first,
        last_line=last,
        changes=changes,
        changed=changed,
    )


def find_text(corpus: Corpus, text: str) -> int:
    """Return the place of a text in the corpus, by its id.

    Raises :class:`ParameterError` with the nearest id, or the id of the text that has this label.
    """
    ids = corpus.tokens.document_ids
    if text in ids:
        return ids.index(text)
    known = f" Known: {listing(ids)}."
    if text in [one.id for one in corpus.study.documents]:
        raise ParameterError(f"The text '{text}' is left out by the parameter texts.{known}")
    labelled = [name for name, label in zip(ids, corpus.labels, strict=True) if label == text]
    hint = f" The id of that text is '{labelled[0]}'." if labelled else nearest(str(text), ids)
    raise ParameterError(f"There is no text '{text}'.{hint}{known}")


def numbered_blocks(corpus: Corpus, document: int) -> list[int]:
    """Return which block of a text is the first paragraph, the second ..., as they are counted.

    A block without words has no number, nor has one of a part that the corpus leaves out.
    """
    tokens = corpus.tokens
    first = tokens.paragraphs[:-1][tokens.paragraph_documents == document]
    starts = [start for _, start, _ in corpus.editions[document].blocks]
    return [bisect_right(starts, place) - 1 for place in tokens.starts[first].tolist()]


def _whole(name: str, value: object) -> int:
    """Return a number from 1, as it is or as NumPy has it."""
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = 0
    if number < 1 or isinstance(value, bool):
        raise ParameterError(f"{name} = {value!r} will not do: it takes a whole number from 1.")
    return number


def _paragraph(corpus: Corpus, document: int, paragraph: int) -> tuple[int, int]:
    """Return the number of a paragraph that is there, and how many there are."""
    number, of = _whole("paragraph", paragraph), len(numbered_blocks(corpus, document))
    if number > of:
        raise ParameterError(
            f"The text '{corpus.tokens.document_ids[document]}' has no paragraph {number}: it has "
            f"{plural(of, 'paragraph')}, title and headings counted."
        )
    return number, of


def _hits(corpus: Corpus, words: str, category: str, **how: bool) -> pd.DataFrame:
    """Return where the words or the category stand, whichever was asked for."""
    for name, value in (("words", words), ("category", category)):
        if not isinstance(value, str):
            raise ParameterError(f"{name} = {value!r} will not do: it takes text.")
    if bool(words) == bool(category):
        raise ParameterError(
            "Ask for words or for a category, not for both: leave one of them empty."
            if words
            else 'Nothing to look for: give words, such as "unit*", or category = the name of one.'
        )
    if words:
        return pattern_hits(corpus, read_pattern(words, **how))
    if any(how.values()):
        named = listing(name for name, value in how.items() if value)
        raise ParameterError(f"A category has its own patterns: leave out {named}.")
    return category_hits(corpus, category)


def _only_in(hits: pd.DataFrame, document: str, what: str) -> pd.DataFrame:
    own: pd.DataFrame = hits[hits["document"] == document]
    if own.empty:
        others = listing(hits["document"].drop_duplicates())
        raise NothingToShow(f"There is no hit of {what} in the text '{document}', but in {others}.")
    return own


def _hits_between(
    corpus: Corpus, document: int, block: Span, words: str, category: str, how: dict[str, bool]
) -> tuple[Span, ...]:
    """Return where hits stand in a block, counted from its start; one may begin in another."""
    try:
        hits = _hits(corpus, words, category, **how)
    except NothingToShow:
        return ()
    low, high = block
    own = hits[hits["document"] == corpus.tokens.document_ids[document]]
    own = own[(own["start"] < high) & (own["end"] > low)]
    starts, ends = own["start"].tolist(), own["end"].tolist()
    return tuple(
        (max(start, low) - low, min(end, high) - low)
        for start, end in sorted(zip(starts, ends, strict=True))
    )


def _heading(edition: Edition, index: int) -> str:
    """Return the nearest heading above a block; a title or heading stands below none."""
    if edition.blocks[index][0] in ("title", "heading"):
        return ""
    above = (block for block in reversed(edition.blocks[:index]) if block[0] == "heading")
    return next((" ".join(edition.text[low:high].split()) for _, low, high in above), "")


def _raw_lines(edition: Edition, start: int, end: int) -> tuple[int, int]:
    low, high = to_raw(edition, np.array([start]), np.array([end]))
    first, last = raw_lines(edition, np.array([low[0], max(high[0] - 1, low[0])])).tolist()
    return first, last


def _changes(
    corpus: Corpus, document: int, block: Span
) -> tuple[tuple[Entry, ...], tuple[Span, ...]]:
    """Return the changes that touch a block, and where they stand, counted from its start.

    What was taken out stood in the block if it stood at an edge of it.
    """
    edition, (low, high) = corpus.editions[document], block
    entries, spans, shift = [], [], 0  # shift: how much longer the edition is, up to here
    for edit, entry in zip(edition.edits, list_changes(edition, corpus.errata), strict=True):
        start, end = edit.raw_start + shift, edit.raw_start + shift + len(edit.replacement)
        shift += len(edit.replacement) - (edit.raw_end - edit.raw_start)
        if (start < high and end > low) if start < end else low <= start <= high:
            entries.append(entry)
            spans.append((start - low, end - low))
    return tuple(entries), tuple(spans)


def _what(words: str, category: str) -> str:
    return f"'{words}'" if words else f"category '{category}'"


def _summary(lines: Lines) -> str:
    """Say how many hits there are of what, and in how many texts."""
    found = lines.hits["document"].nunique()
    texts = plural(lines.texts, "text")
    there = f"{found} of {texts}" if found < lines.texts else texts
    return on_one_line(f"{plural(len(lines), 'hit')} of {lines.what} in {there}")


def _counts(lines: Lines) -> list[tuple[str, int]]:
    """Return the label and the hits of each text, most first."""
    label = dict(zip(lines.corpus.tokens.document_ids, lines.corpus.labels, strict=True))
    counts = lines.hits["document"].value_counts(sort=False)
    found = [(label[str(name)], size) for name, size in counts.items()]
    return sorted(found, key=lambda each: (-each[1], each[0]))


def _numbers(noun: str, first: int, last: int) -> str:
    return f"{noun} {first:,}" if first == last else f"{noun}s {first:,}–{last:,}"
