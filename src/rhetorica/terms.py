"""Terms: words and phrases, and every place where each of them stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from rhetorica.corpus import Corpus
from rhetorica.counts import Counts
from rhetorica.errors import NothingToShow
from rhetorica.stop_words import all_left_out, is_left_out
from rhetorica.tokens import units_of

MIN_PHRASE = 2  # a phrase that stands once is a sentence's wording, not a term
_STANDS_FOR = 0.75  # a phrase with so much of a term's places says what the term would, and more
_REPEATS = 0.5  # a term with more of its places in other terms than this says little of its own

Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Terms:
    """The terms of a corpus, sorted, and where each stands in the token stream.

    `lengths` are the words of each term. Term *i* begins at the tokens
    ``positions[offsets[i]:offsets[i + 1]]``, ascending.
    """

    names: tuple[str, ...]
    lengths: Integers
    offsets: Integers
    positions: Integers

    def __post_init__(self) -> None:
        for array in (self.lengths, self.offsets, self.positions):
            array.setflags(write=False)

    def __repr__(self) -> str:
        phrases = int((self.lengths > 1).sum())
        return f"<Terms: {len(self.names) - phrases} words, {phrases} phrases>"

    def places(self, term: int) -> Integers:
        """Return the token positions at which a term begins."""
        return self.positions[self.offsets[term] : self.offsets[term + 1]]


@lru_cache(maxsize=8)
def find_terms(corpus: Corpus, longest: int) -> Terms:
    """Return the words of a corpus and its phrases of up to so many words, with their places.

    Words that are left out are no terms and begin and end no phrase, but may stand within one
    (*cause of independence*). A phrase lies within a sentence, stands at least twice, and is not
    the beginning or end of a longer one that was cut (*cause of global*). Raises
    :class:`NothingToShow` where no word is left.
    """
    left_out = is_left_out(corpus.counts.terms, corpus.parameters)
    words = corpus.term_of_type[corpus.tokens.codes]
    if left_out[words].all():
        raise NothingToShow(all_left_out(corpus.parameters))
    sentences = units_of(corpus.tokens.sentences, np.arange(len(words)))
    starts = np.flatnonzero(~left_out[words])
    found = [(1, _gather(words[starts], starts))]
    keys = words
    for length in range(2, longest + 1):
        if len(words) < length:
            break
        # Equal phrases get equal numbers: of the phrase without its last word, and of that word.
        pairs = keys[:-1] * len(left_out) + words[length - 1 :]
        keys = np.unique(pairs, return_inverse=True)[1]
        last = np.arange(len(keys)) + length - 1
        inside = sentences[: len(keys)] == sentences[last]
        edges = ~left_out[words[: len(keys)]] & ~left_out[words[last]]
        starts = np.flatnonzero(inside & edges)
        phrases = [own for own in _gather(keys[starts], starts) if len(own) >= MIN_PHRASE]
        if length == longest:
            around = np.where(left_out[words], -1, words)
            phrases = [own for own in phrases if not _is_cut(own, length, around, sentences)]
        found.append((length, phrases))
    return _sorted(corpus.counts.terms, words, found)


def _gather(codes: Integers, places: Integers) -> list[Integers]:
    """Group places by the term that stands there."""
    order = np.argsort(codes, kind="stable")
    cuts = np.flatnonzero(np.diff(codes[order])) + 1
    return np.split(places[order], cuts) if len(places) else []


def _is_cut(places: Integers, length: int, words: Integers, sentences: Integers) -> bool:
    """Tell whether a phrase is nearly always followed or preceded by the same word.

    `words` are those of the stream, -1 where one is left out: it would not make a phrase longer.
    """
    for step in (length, -1):
        beside = places + step
        inside = beside[(beside >= 0) & (beside < len(words))]
        inside = inside[sentences[inside] == sentences[inside - step]]
        next_words = words[inside]
        most = np.unique(next_words[next_words >= 0], return_counts=True)[1].max(initial=0)
        if most >= _STANDS_FOR * len(places):
            return True
    return False


def _sorted(
    words_of: tuple[str, ...], words: Integers, found: list[tuple[int, list[Integers]]]
) -> Terms:
    """Put terms, given with their lengths as groups of places, in order of their names."""
    named = [
        (" ".join(words_of[words[places[0] + i]] for i in range(length)), length, places)
        for length, groups in found
        for places in groups
    ]
    named.sort(key=lambda item: item[0])
    sizes = [len(places) for _, _, places in named]
    return Terms(
        tuple(name for name, _, _ in named),
        np.array([length for _, length, _ in named], dtype=np.int64),
        np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int64),
        np.concatenate([places for _, _, places in named]) if named else np.zeros(0, np.int64),
    )


@lru_cache(maxsize=8)
def count_terms(corpus: Corpus, longest: int) -> Counts:
    """Count the terms of :func:`find_terms` in each paragraph."""
    terms = find_terms(corpus, longest)
    rows = units_of(corpus.tokens.paragraphs, terms.positions)
    columns = np.repeat(np.arange(len(terms.names)), np.diff(terms.offsets))
    ones = np.ones(len(rows), dtype=np.int64)
    shape = (len(corpus.counts.sizes), len(terms.names))
    matrix = sparse.csr_matrix((ones, (rows, columns)), shape=shape)
    matrix.sum_duplicates()
    return Counts(
        matrix,
        terms.names,
        "paragraph",
        corpus.counts.unit_documents,
        corpus.counts.document_ids,
        corpus.counts.sizes,
    )


def leading(
    terms: Terms, ranked: Sequence[int], counts: Integers, span: tuple[int, int], limit: int
) -> list[int]:
    """Return the first terms of a ranking, without those that only repeat another's words.

    `counts` are the places of every term between the two tokens of `span`. Where a phrase of the
    ranking holds three quarters or more of a term's places, it stands for the term, unless it
    repeats a word already taken. A term more than half of whose places share a word with terms
    already taken is passed over, and so is one that has none there.
    """
    ranked = [term for term in ranked if counts[term]]
    place_of = {term: place for place, term in enumerate(ranked)}
    taken = np.zeros(span[1] - span[0], dtype=bool)
    kept: list[int] = []
    for term in ranked:
        if len(kept) == limit:
            break
        whole = _whole_of(terms, term, counts, place_of)
        for choice in (whole, term) if whole not in kept else ():
            own = terms.places(choice)
            own = own[slice(*np.searchsorted(own, span))] - span[0]
            covered = own[:, None] + np.arange(terms.lengths[choice])
            if choice not in kept and taken[covered].any(axis=1).mean() <= _REPEATS:
                kept.append(choice)
                taken[covered] = True
                break
    return sorted(kept, key=place_of.__getitem__)


def _whole_of(terms: Terms, term: int, counts: Integers, among: Mapping[int, int]) -> int:
    """Return the longest phrase that stands for a term, or the term itself."""
    whole = term
    while True:
        wider = [
            phrase
            for phrase in _phrases_with(terms).get(whole, ())
            if phrase in among and counts[phrase] >= _STANDS_FOR * counts[term]
        ]
        if not wider:
            return whole
        whole = max(wider, key=lambda phrase: (counts[phrase], terms.lengths[phrase], -phrase))


@lru_cache(maxsize=8)
def _phrases_with(terms: Terms) -> Mapping[int, list[int]]:
    """Return, for each term, the phrases it is a part of."""
    index = {name: i for i, name in enumerate(terms.names)}
    phrases: dict[int, list[int]] = {}
    for i in np.flatnonzero(terms.lengths > 1):
        words = terms.names[i].split(" ")
        parts = {
            " ".join(words[low:high])
            for low, high in combinations(range(len(words) + 1), 2)
            if high - low < len(words)
        }
        for part in parts & index.keys():
            phrases.setdefault(index[part], []).append(int(i))
    return phrases
