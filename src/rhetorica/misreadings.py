"""Words that other words near them in spelling fit better: a noisy channel over the texts alone."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rhetorica.spelling import (
    Inflected,
    Likeness,
    are_far_alike,
    inflected_words,
    near_words,
)
from rhetorica.tokens import Tokens, units_of

_Ints = NDArray[np.int64]
_Floats = NDArray[np.float64]

# Before anything is known of a text, one word in so many is taken to be misread. Mays, Damerau and
# Mercer (1991) tried one in 100 to one in 10,000.
_WORDS_PER_ERROR = 200
# A word misread becomes this one of so many: of those alike in print, of the one or two edits that
# make a word of a word, of all that share most of its letters.
_ALTERNATIVES: dict[Likeness, int] = {"print": 3, "one": 10, "two": 100, "far": 20_000}
_LIKENESSES = tuple(_ALTERNATIVES)
# A word seen for the first time is one of so many: the order of an educated reader's vocabulary.
_UNSEEN_WORDS = 50_000
_RATIO = 2.0  # a candidate stands at least so many times as often as the word it would replace
_ROUNDS = 3  # the second already finds most of what the first makes likelier
_MOST_IN_SLOT = 100  # a slot with more words in it, as 'of the _', says little of any
_RARE = 5  # only rarer words are compared with all that stand in the same slot
_LEAST_ODDS = 0.0  # a round takes a word for misread that is likelier so than not


@dataclass(frozen=True, eq=False)
class WordStream:
    """The tokens of a corpus without their capitals, and the sentence and document of each."""

    types: tuple[str, ...]
    codes: _Ints
    sentences: _Ints
    documents: _Ints

    @cached_property
    def counts(self) -> _Ints:
        """How often each type stands in the corpus."""
        return np.bincount(self.codes, minlength=len(self.types))

    def at(self, distance: int, codes: _Ints | None = None) -> _Ints:
        """Return the word `distance` tokens on in the same sentence; beyond it, one past all."""
        codes = self.codes if codes is None else codes
        found = np.full(len(codes), len(self.types), dtype=np.int64)
        here = np.arange(len(codes))
        there = here + distance
        here = here[(there >= 0) & (there < len(codes))]
        here = here[self.sentences[here] == self.sentences[here + distance]]
        found[here] = codes[here + distance]
        return found


@dataclass(frozen=True, slots=True)
class Misreading:
    """A token, the word that fits better there, how the two are alike, and the log odds of it."""

    position: int
    candidate: str
    likeness: Likeness
    odds: float


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Columns: a token, a candidate for it, and the index of their likeness."""

    positions: _Ints
    candidates: _Ints
    likenesses: _Ints

    def __len__(self) -> int:
        return len(self.positions)


def read_stream(tokens: Tokens) -> WordStream:
    """Return a token stream without its capitals."""
    folded = [word.lower() for word in tokens.types]
    types = tuple(sorted(set(folded)))
    index = {word: i for i, word in enumerate(types)}
    codes = np.array([index[word] for word in folded], dtype=np.int64)[tokens.codes]
    here = np.arange(len(codes))
    sentences = units_of(tokens.sentences, here)
    return WordStream(types, codes, sentences, units_of(tokens.documents, here))


def find_misreadings(stream: WordStream) -> tuple[Misreading, ...]:
    """Return the best candidate of each token that has one, in the order of the texts.

    With w the word that stands, v a candidate, l and r the words to the left and right::

        log odds = log P(v | l, r) - log P(w | l, r) + log P(misread) + log P(w read for v)

    P(v | l, r) is P(v | l) P(v | r) / P(v); each side backs off from two words to one to none by
    Witten and Bell (1991), method C, and the place judged is left out of all counts. P(misread)
    is learned for each text, and so is P(w read for v) where w was read for v elsewhere in the
    text: words found misread in one round stand corrected in the counts of the next.
    """
    endings = tuple(inflected_words(stream.types))
    pairs = _pairs(stream, endings)
    if not len(pairs):
        return ()
    codes = stream.codes
    channel = _likeness_costs(pairs) - math.log(_WORDS_PER_ERROR)
    for _ in range(_ROUNDS):
        odds = _gain(stream, codes, pairs, endings) + channel
        best = _best(pairs, odds)
        hits = best[odds[best] > _LEAST_ODDS]
        codes = stream.codes.copy()
        codes[pairs.positions[hits]] = pairs.candidates[hits]
        channel = _learned_channel(stream, pairs, hits)
    return tuple(
        Misreading(
            int(pairs.positions[i]),
            stream.types[pairs.candidates[i]],
            _LIKENESSES[pairs.likenesses[i]],
            float(odds[i]),
        )
        for i in best
    )


def _pairs(stream: WordStream, endings: Sequence[Inflected]) -> _Pairs:
    """Pair each token with the words near its own, and rare ones with those of the same slot.

    A form of the candidate that stands more than once is a word of these texts, whatever its
    neighbours: such pairs would be most of the list.
    """
    forms = {(pair.word, pair.other) for pair in endings if stream.counts[pair.word] > 1}
    nearer = {
        (pair.word, pair.candidate): _LIKENESSES.index(pair.likeness)
        for pair in near_words(stream.types, stream.counts.tolist(), _RATIO)
        if (pair.word, pair.candidate) not in forms
    }
    known = nearer.keys() | forms
    far = sorted(
        (at, candidate, _LIKENESSES.index("far"))
        for at, candidate in set(_slot_pairs(stream))
        if (int(stream.codes[at]), candidate) not in known
    )
    order = np.argsort(stream.codes, kind="stable")
    bounds = np.concatenate([[0], np.cumsum(stream.counts)])
    tables = [np.array(far, dtype=np.int64).reshape(-1, 3)]
    for (word, candidate), likeness in nearer.items():
        places = order[bounds[word] : bounds[word + 1]]
        tables.append(
            np.column_stack([places, *np.full((2, len(places)), [[candidate], [likeness]])])
        )
    table = np.concatenate(tables)
    return _Pairs(table[:, 0], table[:, 1], table[:, 2])


def _slot_pairs(stream: WordStream) -> Iterator[tuple[int, int]]:
    """Yield rare tokens with a word far alike that stands between or beside the same two words."""
    size = len(stream.types) + 1
    left, right = stream.at(-1), stream.at(1)
    known: dict[tuple[int, int], bool] = {}
    for slot in (stream.at(-2) * size + left, left * size + right, right * size + stream.at(2)):
        for group in _groups(slot):
            words = sorted(set(stream.codes[group].tolist()))
            rare = [i for i in group.tolist() if stream.counts[stream.codes[i]] <= _RARE]
            for at in rare if len(words) > 1 else ():
                word = int(stream.codes[at])
                for other in words:
                    if other == word or stream.counts[other] < _RATIO * stream.counts[word]:
                        continue
                    pair = (word, other)
                    if pair not in known:
                        known[pair] = are_far_alike(stream.types[word], stream.types[other])
                    if known[pair]:
                        yield at, other


def _groups(keys: _Ints) -> Iterator[_Ints]:
    """Yield the positions that share a key, for keys of two to `_MOST_IN_SLOT` positions."""
    order = np.argsort(keys, kind="stable")
    edges = np.flatnonzero(np.diff(keys[order])) + 1
    starts = np.concatenate([[0], edges])
    ends = np.concatenate([edges, [len(keys)]])
    fit = (ends - starts > 1) & (ends - starts <= _MOST_IN_SLOT)
    for start, end in zip(starts[fit], ends[fit], strict=True):
        yield order[start:end]


def _likeness_costs(pairs: _Pairs) -> _Floats:
    costs = [-math.log(_ALTERNATIVES[name]) for name in _LIKENESSES]
    return np.array(costs, dtype=np.float64)[pairs.likenesses]


def _learned_channel(stream: WordStream, pairs: _Pairs, hits: _Ints) -> _Floats:
    """Return log P(misread) + log P(w read for v), as the errors found so far have it.

    One error is added to those found, and `_WORDS_PER_ERROR` words to the text. Where w was
    read for v at other places of the text, it is read so as often as v was there to be read.
    """
    documents = stream.documents[pairs.positions]
    sizes = np.bincount(stream.documents)
    errors = np.bincount(documents[hits], minlength=len(sizes))
    rate = (errors + 1) / (sizes + _WORDS_PER_ERROR)
    general = _likeness_costs(pairs) + np.log(rate[documents])

    size = len(stream.types)
    text_and_candidate = documents * size + pairs.candidates
    kind = text_and_candidate * size + stream.codes[pairs.positions]
    is_hit = np.zeros(len(pairs), dtype=np.int64)
    is_hit[hits] = 1
    kinds, index = np.unique(kind, return_inverse=True)
    found = np.bincount(index, weights=is_hit, minlength=len(kinds))[index]
    elsewhere = found - is_hit
    standing = _Counted(stream.documents * size + stream.codes)(text_and_candidate)
    repeated = np.log(np.maximum(elsewhere, 1) / np.maximum(standing + found, 1))
    return np.where(elsewhere > 0, np.maximum(general, repeated), general)


def _best(pairs: _Pairs, odds: _Floats) -> _Ints:
    """Return the row of the likeliest candidate of each token; of equals, the first by name."""
    order = np.lexsort((pairs.candidates, -odds, pairs.positions))
    positions = pairs.positions[order]
    return np.asarray(order[np.concatenate([[True], np.diff(positions) > 0])])


def _gain(stream: WordStream, codes: _Ints, pairs: _Pairs, endings: Sequence[Inflected]) -> _Floats:
    """Return log P(v | l, r) - log P(w | l, r) for each pair, with `codes` as the words."""
    at, now = pairs.positions, codes[pairs.positions]
    base = _Base(codes, _first_seen(codes, len(stream.types), endings))
    sides = [
        _Side(codes, stream.at(sign, codes), stream.at(2 * sign, codes), len(stream.types))
        for sign in (-1, 1)
    ]

    def fit(words: _Ints) -> _Floats:
        """Return how much likelier words are here than anywhere, as a logarithm."""
        alone = base.probability(words, now)
        both = sum(np.log(side.probability(alone, words, now, at)) for side in sides)
        return np.asarray(both - np.log(alone))

    return fit(pairs.candidates) - fit(stream.codes[at])


def _first_seen(codes: _Ints, size: int, endings: Sequence[Inflected]) -> _Floats:
    """Return the probability of each type as that of a word seen for the first time.

    Half of it is that of an inflected form of the words that do stand, so that *partied* is no
    surprise beside *party*; at the least it is one of `_UNSEEN_WORDS`.
    """
    counts = np.bincount(codes, minlength=size)
    inflected = np.zeros(size)
    for pair in endings:
        inflected[pair.word] += counts[pair.other] * pair.share / len(codes)
    return np.maximum(inflected / 2, 1 / _UNSEEN_WORDS)


class _Counted:
    """How often each key stands in an array, asked of many keys at once."""

    def __init__(self, keys: _Ints) -> None:
        self.keys, self.counts = np.unique(keys, return_counts=True)

    def __call__(self, keys: _Ints) -> _Ints:
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[at] == keys, self.counts[at], 0)


class _Base:
    """P(v), smoothed by Witten and Bell: as likely to be new as there are types for tokens."""

    def __init__(self, codes: _Ints, first_seen: _Floats) -> None:
        self.counts = np.bincount(codes, minlength=len(first_seen))
        self.first_seen = first_seen
        self.tokens, self.types = len(codes), int((self.counts > 0).sum())

    def probability(self, words: _Ints, now: _Ints) -> _Floats:
        """Return P of each word, one token of `now` left out."""
        counts = self.counts[words] - (words == now)
        new = self.types * self.first_seen[words]
        return np.asarray((counts + new) / (self.tokens - 1 + self.types))


class _Side:
    """P(v | one or two words on one side)."""

    def __init__(self, codes: _Ints, near: _Ints, far: _Ints, size: int) -> None:
        self.size = size + 1
        self.contexts = (near, far * self.size + near)
        self.tokens = [_Counted(context) for context in self.contexts]
        self.words = [_Counted(context * self.size + codes) for context in self.contexts]
        self.types = [_Counted(words.keys // self.size) for words in self.words]

    def probability(self, alone: _Floats, words: _Ints, now: _Ints, at: _Ints) -> _Floats:
        """Return P of each word at a position, the token that stands there left out."""
        result = alone
        for level, contexts in enumerate(self.contexts):
            context = contexts[at]
            key = context * self.size
            tokens = self.tokens[level](context) - 1
            types = self.types[level](context) - (self.words[level](key + now) == 1)
            seen = self.words[level](key + words) - (words == now)
            smoothed = (seen + types * result) / np.maximum(tokens + types, 1)
            result = np.where(tokens > 0, smoothed, result)
        return np.asarray(result)
