"""The token stream: one integer per word, and where documents, paragraphs and sentences begin."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import regex
from numpy.typing import NDArray

from rhetorica import cards
from rhetorica.edition import Edition
from rhetorica.errors import SourceError, plural
from rhetorica.sentences import find_sentences
from rhetorica.structure import PARTS, Part

# A word: letters and digits with their marks. Apostrophes and hyphens between letters or digits
# stay inside it, and so do points and commas between digits (520,000 and 3.5 are one token).
_WORD = regex.compile(
    r"[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:(?:['’\-‐‑]|(?<=\p{Nd})[.,](?=\p{Nd}))[\p{L}\p{N}][\p{L}\p{N}\p{M}]*)*"
)


@dataclass(frozen=True, eq=False)
class Tokens:
    """The words of all documents as one sealed stream of integer codes.

    `codes` (int32, one per token) index `types`, which is sorted. `starts` and `ends` are
    character positions in the edition of the token's document. `documents`, `paragraphs`
    and `sentences` are offsets into the stream: unit *i* is ``codes[offsets[i]:offsets[i+1]]``.
    Every block of an edition with a word in it is a unit of `paragraphs`; `paragraph_kinds`
    says what it is (title, heading, paragraph ...). `parts` (int8, one per token) index
    :data:`~rhetorica.structure.PARTS`: what the token's block is, but a quotation within a
    paragraph is one of its own. `gaps` are the positions before which words were taken out.
    """

    document_ids: tuple[str, ...]
    types: tuple[str, ...]
    codes: NDArray[np.int32]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    documents: NDArray[np.int64]
    paragraphs: NDArray[np.int64]
    sentences: NDArray[np.int64]
    paragraph_kinds: tuple[Part, ...]
    parts: NDArray[np.int8]
    gaps: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __post_init__(self) -> None:
        for value in vars(self).values():
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    def __len__(self) -> int:
        return len(self.codes)

    def __repr__(self) -> str:
        return f"<Tokens: {', '.join(_sizes(self))}>"

    def _repr_html_(self) -> str:
        units = [
            f"{len(self.paragraph_kinds):,} paragraphs and titles",
            plural(len(self.sentences) - 1, "sentence"),
        ]
        cut = [f"words taken out in {plural(len(self.gaps), 'place')}"] if len(self.gaps) else []
        columns = ("document", "words", "most frequent types")
        total = len(self.document_ids)
        rows = cards.long_table(columns, _rows(self), (False, True, False), total)
        return cards.card("Tokens", ", ".join(_sizes(self)), [*units, *cut], rows)

    @cached_property
    def paragraph_documents(self) -> NDArray[np.int64]:
        """The index of the document each paragraph belongs to."""
        return units_of(self.documents, self.paragraphs[:-1])


def _sizes(tokens: Tokens) -> list[str]:
    # A selection keeps the types of the whole stream: those that still occur are counted.
    types = int(np.count_nonzero(np.bincount(tokens.codes)))
    sizes = {"token": len(tokens), "type": types, "document": len(tokens.document_ids)}
    return [plural(size, noun) for noun, size in sizes.items()]


def _rows(tokens: Tokens) -> Iterator[tuple[str, int, str]]:
    """Yield for each document how many words it has, and its ten most frequent types."""
    for i, name in enumerate(tokens.document_ids):
        codes = tokens.codes[tokens.documents[i] : tokens.documents[i + 1]]
        counts = np.bincount(codes)
        occurring = np.flatnonzero(counts)
        first = occurring[np.argsort(-counts[occurring], kind="stable")[:10]]
        frequent = [f"{cards.brief(tokens.types[code], 20)} {counts[code]:,}" for code in first]
        yield name, len(codes), ", ".join(frequent)


def find_words(text: str) -> list[tuple[int, int]]:
    """Return start and end of every word of a text.

    >>> text = "The Workers' Party gave 166,065 gifts: anti-imperialist, Sung's, P.19."
    >>> [text[start:end] for start, end in find_words(text)][2:]
    ['Party', 'gave', '166,065', 'gifts', 'anti-imperialist', "Sung's", 'P', '19']
    """
    return [match.span() for match in _WORD.finditer(text)]


def split_words(text: str) -> list[str]:
    """Return the words of a text: what the corpus, stop words and lexicon entries go through.

    >>> split_words("People of the Whole World, unite!")
    ['People', 'of', 'the', 'Whole', 'World', 'unite']
    """
    return _WORD.findall(text)


def tokenize(editions: Iterable[Edition]) -> Tokens:
    """Turn editions into one token stream; raise :class:`SourceError` for one without a word."""
    stream = _Stream()
    for edition in editions:
        stream.add(edition)
    types = sorted(set(stream.words))
    code_of = {word: code for code, word in enumerate(types)}
    return Tokens(
        document_ids=tuple(stream.document_ids),
        types=tuple(types),
        codes=np.fromiter(map(code_of.__getitem__, stream.words), np.int32, len(stream.words)),
        starts=np.array(stream.starts, dtype=np.int64),
        ends=np.array(stream.ends, dtype=np.int64),
        documents=np.array(stream.documents, dtype=np.int64),
        paragraphs=np.array(stream.paragraphs, dtype=np.int64),
        sentences=np.array(stream.sentences, dtype=np.int64),
        paragraph_kinds=tuple(stream.kinds),
        parts=np.array(stream.parts, dtype=np.int8),
    )


class _Stream:
    """The lists a token stream is gathered in before it is sealed."""

    def __init__(self) -> None:
        self.document_ids: list[str] = []
        self.words: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.documents, self.paragraphs, self.sentences = [0], [0], [0]
        self.kinds: list[Part] = []
        self.parts: list[int] = []

    def add(self, edition: Edition) -> None:
        """Append the words of one document; refuse a document without any."""
        before = len(self.words)
        for kind, start, end in edition.blocks:
            block = edition.text[start:end]
            at = len(self.words)
            for low, high in find_sentences(block):
                self._add_sentence(block[low:high], start + low)
            if len(self.words) > at:
                self.paragraphs.append(len(self.words))
                self.kinds.append(kind)
                self.parts += [PARTS.index(kind)] * (len(self.words) - at)
        if len(self.words) == before:
            raise SourceError(f"The text '{edition.document_id}' has no words in it.")
        self._mark_quotations(edition, before)
        self.document_ids.append(edition.document_id)
        self.documents.append(len(self.words))

    def _mark_quotations(self, edition: Edition, first: int) -> None:
        """Make the words of paragraphs between quotation marks parts of their own."""
        paragraph, quotation = PARTS.index("paragraph"), PARTS.index("quotation")
        for quoted in edition.quotations:
            low = bisect_left(self.starts, quoted.start, lo=first)
            high = bisect_left(self.starts, quoted.end, lo=first)
            self.parts[low:high] = [
                quotation if part == paragraph else part for part in self.parts[low:high]
            ]

    def _add_sentence(self, sentence: str, offset: int) -> None:
        spans = find_words(sentence)
        if not spans:
            return
        self.words += [sentence[low:high] for low, high in spans]
        self.starts += [offset + low for low, _ in spans]
        self.ends += [offset + high for _, high in spans]
        self.sentences.append(len(self.words))


def units_of(offsets: NDArray[np.int64], positions: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return, for each token position, the index of the unit whose offsets enclose it.

    >>> units_of(np.array([0, 2, 5]), np.array([0, 1, 2, 4])).tolist()
    [0, 0, 1, 1]
    """
    return np.searchsorted(offsets, positions, side="right") - 1


def select_tokens(tokens: Tokens, keep: NDArray[np.bool_]) -> Tokens:
    """Return the stream of the marked tokens only; `keep` is a mask over the stream.

    Units without a token left are gone, documents too. Where tokens are taken out of the middle
    of a sentence, what stands before and after them are two sentences, so that no phrase is
    found across the gap. Types keep their codes, so that what was counted over the whole stream
    stays comparable.
    """
    if keep.all():
        return tokens
    kept = np.flatnonzero(keep)
    gaps = np.diff(kept, prepend=-1) > 1
    documents, owners = _selected_offsets(tokens.documents, kept)
    paragraphs, blocks = _selected_offsets(tokens.paragraphs, kept)
    sentences, _ = _selected_offsets(tokens.sentences, kept, gaps)
    return Tokens(
        document_ids=tuple(tokens.document_ids[i] for i in owners),
        types=tokens.types,
        codes=tokens.codes[kept],
        starts=tokens.starts[kept],
        ends=tokens.ends[kept],
        documents=documents,
        paragraphs=paragraphs,
        sentences=sentences,
        paragraph_kinds=tuple(tokens.paragraph_kinds[i] for i in blocks),
        parts=tokens.parts[kept],
        gaps=np.flatnonzero(gaps),
    )


def _selected_offsets(
    offsets: NDArray[np.int64], kept: NDArray[np.int64], breaks: NDArray[np.bool_] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the offsets of the units that keep a token, and which units those were.

    A unit is cut in two where `breaks` marks a kept token.
    """
    units = units_of(offsets, kept)
    begins = np.diff(units, prepend=-1) != 0
    if breaks is not None:
        begins |= breaks
    starts = np.flatnonzero(begins)
    return np.append(starts, len(kept)), units[starts]
