"""Bounds of a likeness: what chance gives, what a text has with itself, what length takes away."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from rhetorica.corpus import Corpus
from rhetorica.likeness import (
    Yardstick,
    add_up,
    compare,
    scores,
    spread_weights,
    weighted,
    whole_texts,
)
from rhetorica.likeness_draws import quantiles
from rhetorica.measures import cosines, deltas, overlaps
from rhetorica.resampling import MIN_UNITS, generator

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Rows = tuple[sparse.csr_matrix, Floats]
"""Counts of parts of texts, one part a row, and all words of each."""

SHUFFLES = 20  # texts put in random order: what runs they share by chance hardly varies
SPLITS = 200  # random cuts of a text: their mean varies by a tenth of what single cuts do


@dataclass(frozen=True, eq=False)
class Bound:
    """A mean over random draws, and the ends between which `confidence` of the draws lie.

    NaN where a text has too few paragraphs to draw from.
    """

    mean: Floats
    low: Floats
    high: Floats

    def __post_init__(self) -> None:
        for array in (self.mean, self.low, self.high):
            array.setflags(write=False)


def halves(corpus: Corpus, yardstick: Yardstick) -> Bound:
    """Return how alike two halves of each text are, made of its paragraphs at random."""
    texts = np.arange(len(corpus.sources))
    words = np.bincount(yardstick.documents, weights=yardstick.sizes)
    values = []
    for text in texts.tolist():
        parts = _pieces(corpus, yardstick, text, words[text] / 2)
        if parts is None:
            values.append(np.full(SPLITS, np.nan))
            continue
        (one, one_words), (two, two_words) = parts
        values.append(compare(yardstick, one, two, (one_words, two_words)))
    return _bound(corpus, values)


def ceilings(corpus: Corpus, yardstick: Yardstick, first: Integers, second: Integers) -> Bound:
    """Return, for pairs of texts, how alike the longer is to itself.

    Compared are a piece of it as long as the shorter text, at most half of it, made of its
    paragraphs at random, and the rest of it.
    """
    pairs = _by_length(corpus, first, second)
    return _bound(corpus, [_with_rest(corpus, yardstick, *pair)[0] for pair in pairs])


def reach_ceilings(
    corpus: Corpus, yardstick: Yardstick, first: Integers, second: Integers
) -> Floats:
    """Return, for pairs of texts, in which share of cuts the shorter is as like as a piece is.

    The longer text is cut as for :func:`ceilings`, and the rest of it is compared with the piece
    and with as many words of the shorter text: at the same lengths. NaN where a text to be cut
    has too few paragraphs.
    """
    shares = []
    for pair in _by_length(corpus, first, second):
        piece, other = map(yardstick.measure.nearness, _with_rest(corpus, yardstick, *pair))
        known = np.isfinite(piece + other).all()
        shares.append(float((other >= piece).mean()) if known else np.nan)
    return np.array(shares)


def _with_rest(
    corpus: Corpus, yardstick: Yardstick, longer: int, shorter: int
) -> tuple[Floats, Floats]:
    """Compare the rest of a text with a piece of it, and with as much of a shorter text."""
    rows, words = whole_texts(yardstick)
    length = min(float(words[shorter]), float(words[longer]) / 2)
    unknown = np.full(SPLITS, np.nan)
    parts = _pieces(corpus, yardstick, longer, length)
    if parts is None:
        return unknown, unknown
    piece, rest = parts
    inside = compare(yardstick, piece[0], rest[0], (piece[1], rest[1]))
    if length == words[shorter]:
        same = np.full(SPLITS, shorter)
        other: Rows = (rows[same], words[same])
    elif np.count_nonzero(yardstick.documents == shorter) < MIN_UNITS:
        return inside, unknown
    else:
        other = _cut(corpus, yardstick, shorter, int(length))
    return inside, compare(yardstick, other[0], rest[0], (other[1], rest[1]))


def equal_lengths(corpus: Corpus, yardstick: Yardstick, first: Integers, second: Integers) -> Bound:
    """Return how alike pairs of texts are once the longer is cut to the length of the shorter.

    Its paragraphs are taken in random order, the last of them as far as it goes. Two texts of the
    same length are compared whole. NaN where a text to be cut has too few paragraphs.
    """
    rows, words = whole_texts(yardstick)
    values = []
    for longer, shorter in _by_length(corpus, first, second):
        few = np.count_nonzero(yardstick.documents == longer) < MIN_UNITS
        if few and words[longer] > words[shorter]:
            values.append(np.full(SPLITS, np.nan))
            continue
        cut, lengths = _cut(corpus, yardstick, longer, int(words[shorter]))
        same = np.full(SPLITS, shorter)
        values.append(compare(yardstick, cut, rows[same], (lengths, words[same])))
    return _bound(corpus, values)


def floors(corpus: Corpus, yardstick: Yardstick, first: Integers, second: Integers) -> Bound:
    """Return how alike pairs of texts are once chance says which word has which count in one.

    Each text keeps its counts, or its z-scores, but in the shorter they are given to words at
    random. As the z-scores of N texts sum to 0, those of two texts tend apart even where they have
    nothing in common: shuffled distances are widened by √(N / (N - 1)) for that. For runs of words,
    the words of the shorter text are put in random order.
    """
    rows, words = whole_texts(yardstick)
    name = yardstick.measure.name
    apart = np.sqrt(rows.shape[0] / max(rows.shape[0] - 1, 1))
    z = scores(yardstick, rows, words) if name == "delta" else np.zeros((0, 0))
    values = []
    for a, b in _by_length(corpus, first, second):
        random = _random(corpus, "floor", a, b)
        if name == "shingles":
            values.append(_shuffled_runs(corpus, yardstick, (a, b), random))
            continue
        same, other = np.full(SPLITS, a), rows[b]
        if name == "delta":
            shuffled = random.permuted(np.tile(z[b], (SPLITS, 1)), axis=1)
            values.append(apart * deltas(z[same], shuffled))
            continue
        columns = [random.permutation(rows.shape[1])[: other.nnz] for _ in range(SPLITS)]
        weights = yardstick.weights[other.indices]  # the weight goes along with its count
        values.append(_with_columns(yardstick, rows[same], other.data * weights, columns))
    return _bound(corpus, values)


def _with_columns(
    yardstick: Yardstick, rows: sparse.csr_matrix, data: Floats, columns: list[Integers]
) -> Floats:
    """Compare rows with rows of weighted counts that stand in other columns."""
    shape, each = rows.shape, len(data)
    offsets = np.arange(len(columns) + 1) * each
    dealt = sparse.csr_matrix(
        (np.tile(data, len(columns)), np.concatenate(columns), offsets), shape=shape
    )
    measure = overlaps if yardstick.measure.name == "jensen_shannon" else cosines
    return measure(weighted(yardstick, rows), dealt)


def _shuffled_runs(
    corpus: Corpus, yardstick: Yardstick, pair: tuple[int, int], random: np.random.Generator
) -> Floats:
    """Compare the runs of a text with those of another whose words are in random order.

    Runs are told apart by a number that words give in order; that two of them should have the
    same by accident has a chance of one in 10^19.
    """
    tokens, length = corpus.tokens, corpus.parameters.shingle_words
    key_of = random.integers(2**63, size=len(corpus.counts.terms), dtype=np.uint64)
    codes = (tokens.codes[slice(*tokens.documents[text : text + 2])] for text in pair)
    own = [key_of[corpus.term_of_type[of_text]] for of_text in codes]
    standing = [
        yardstick.positions[_standing(corpus, yardstick, text)] - tokens.documents[text]
        for text in pair
    ]
    multiplier = np.uint64(6364136223846793005)  # Knuth's, for numbers of 64 bits

    def runs(keys: NDArray[np.uint64], starts: Integers) -> NDArray[np.uint64]:
        """Return the different runs of words that start at some places."""
        code = np.zeros(len(starts), dtype=np.uint64)
        for i in range(length):
            code = code * multiplier + keys[starts + i]
        return np.unique(code)

    first = runs(own[0], standing[0])
    values = []
    for _ in range(SHUFFLES):
        second = runs(random.permutation(own[1]), standing[1])
        shared = np.intersect1d(first, second, assume_unique=True).size
        values.append(shared / max(len(first) + len(second) - shared, 1))
    return np.repeat(np.array(values), SPLITS // SHUFFLES)


def _standing(corpus: Corpus, yardstick: Yardstick, text: int) -> slice:
    """Return which places of features lie in a text."""
    low, high = np.searchsorted(yardstick.positions, corpus.tokens.documents[text : text + 2])
    return slice(int(low), int(high))


def _random(corpus: Corpus, purpose: str, *texts: int) -> np.random.Generator:
    ids = sorted(corpus.sources[text].document.id for text in texts)
    return generator(corpus.parameters.seed, purpose, *ids)


def _by_length(corpus: Corpus, first: Integers, second: Integers) -> Iterator[tuple[int, int]]:
    """Yield the longer and the shorter text of each pair; of equals, by their ids."""
    words = np.diff(corpus.tokens.documents)
    key = [(-int(size), name) for size, name in zip(words, corpus.tokens.document_ids, strict=True)]
    for a, b in zip(first.tolist(), second.tolist(), strict=True):
        yield (a, b) if key[a] <= key[b] else (b, a)


def _pieces(
    corpus: Corpus, yardstick: Yardstick, text: int, length: float
) -> tuple[Rows, Rows] | None:
    """Return random pieces of a text, of so many words to the nearest paragraph, and their rests.

    None where the text has too few paragraphs.
    """
    inside = np.flatnonzero(yardstick.documents == text)
    if len(inside) < MIN_UNITS:
        return None
    random = _random(corpus, "split", text)
    orders = random.permuted(np.tile(np.arange(len(inside)), (SPLITS, 1)), axis=1)
    sizes = yardstick.sizes[inside][orders]
    taken = np.cumsum(sizes, axis=1) - sizes / 2 < length
    taken[:, 0], taken[:, -1] = True, False  # no part is empty
    piece = np.zeros(orders.shape, dtype=np.int64)
    np.put_along_axis(piece, orders, taken.astype(np.int64), axis=1)
    one, two = (
        add_up(yardstick, spread_weights(yardstick, text, part)) for part in (piece, 1 - piece)
    )
    return one, two


def _cut(corpus: Corpus, yardstick: Yardstick, text: int, length: int) -> Rows:
    """Return parts of a text of exactly so many words, made of its paragraphs in random order."""
    inside = np.flatnonzero(yardstick.documents == text)
    random = _random(corpus, "cut", text)
    starts = corpus.tokens.paragraphs[inside]
    run = corpus.parameters.shingle_words if yardstick.measure.name == "shingles" else 1
    whole = np.zeros((SPLITS, len(inside)), dtype=np.int64)
    rows: list[Integers] = []
    codes: list[Integers] = []
    for draw in range(SPLITS):
        order = random.permutation(len(inside))
        ends = np.cumsum(yardstick.sizes[inside][order])
        full = int(np.searchsorted(ends, length, side="right"))
        whole[draw, order[:full]] = 1
        left = length - int(ends[full - 1] if full else 0)
        if left and full < len(order):
            start = int(starts[order[full]])
            low, high = np.searchsorted(yardstick.positions, [start, start + left - run + 1])
            codes.append(yardstick.codes[low : max(low, high)])
            rows.append(np.full(len(codes[-1]), draw))
    counts, _ = add_up(yardstick, spread_weights(yardstick, text, whole))
    if codes:
        at = (np.concatenate(rows), np.concatenate(codes))
        counts = counts + sparse.csr_matrix((np.ones(len(at[0])), at), shape=counts.shape)
    return sparse.csr_matrix(counts), np.full(SPLITS, float(length))


def _bound(corpus: Corpus, values: list[Floats]) -> Bound:
    """Return the mean and the ends of draws, given for each text or pair."""
    drawn = np.stack(values, axis=1) if values else np.zeros((1, 0))
    low, high = quantiles(drawn, corpus.parameters.confidence)
    return Bound(drawn.mean(axis=0), low, high)
