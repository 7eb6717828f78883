"""Retelling: sentences of two texts that tell the same in like words, though in no like order.

Where one text follows another in a different translation, hardly six words in a row are the same,
but single sentences share rare words, and follow each other in much the same order. Only words
are compared: a sentence retold in other words, *validity* for *truth*, is out of reach.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from rhetorica.corpus import Corpus
from rhetorica.parallels import Parallel
from rhetorica.patterns import typed
from rhetorica.resampling import MIN_UNITS, generator
from rhetorica.reuse import stem_of
from rhetorica.stop_words import is_left_out
from rhetorica.structure import PARTS

MIN_WORDS = 5
"""A sentence with fewer different content words is compared only together with a neighbour."""
MIN_SHARED = 4
"""Fewer different content words in common, in any form, are a phrase and no retelling."""
CHANCE = 0.05
"""The share of shuffled pairs of texts in which the best pair of sentences passes the floor."""

# Of the content words of a sentence so many come back, in some form, where it is retold.
_KEPT = 0.4
# A second sentence has to earn so many bits: it may be one of four neighbours, and adds words.
_SECOND = 4.0
# A pair may stand so many sentences after or before one that is sure, in both texts.
_REACH = 4
_MAX_DRAWS, _MIN_DRAWS = 100, 20
_CELLS = 20_000_000  # pairs that are scored in all draws together, unless that were too few draws
_CHUNK = 1_000_000  # pairs that are scored at a time, 8 MB of them
_TOP = 200  # of each draw so many of the best scores are kept
_LEAST = 2.0  # bits; below, a pair is not even four times likelier a retelling than chance
_DIGITS = 6  # sums of logarithms differ in the last digits between processors
_PROSE = (PARTS.index("paragraph"), PARTS.index("quotation"))

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Retelling:
    """The retold sentences of two texts, and what pairs of sentences reach by chance.

    `parallels` are sorted by falling score, then by position. The best of all pairs of sentences
    passes `floor` in :data:`CHANCE` of shuffled texts. A pair near one that passes it, in the same
    order, needs only pass `floor_beside`, which the best of all pairs so placed passes as rarely.
    Both are in bits, never below 2, and infinite where nothing can be compared.
    """

    parallels: tuple[Parallel, ...]
    floor: float
    floor_beside: float


def find_retold(corpus: Corpus, left: int, right: int) -> list[Parallel]:
    """Return the sentences of text `left` that text `right` retells, by falling score.

    The same as the `parallels` of :func:`compare_sentences`, which tells the floor of chance too.
    """
    return list(compare_sentences(corpus, left, right).parallels)


def compare_sentences(corpus: Corpus, left: int, right: int) -> Retelling:
    """Find the pairs of sentences, or of one with two, that share more words than by chance.

    The score is in bits: how much likelier the shared and the missing words are if a share k = 0.4
    of the content words of a sentence comes back in its retelling, than if words come back by
    chance. Sentences of n and m different content words score ::

        sum over shared words max(0, log2(k / (1 - k) / e)) + (n + m) / 2 * log2(1 - k)

    where e is how often the sentences of both texts have the word on average: a rare word that
    both have earns much, one that every other sentence has nothing, and every word costs the
    same, so that long sentences do not win by their length. Where one sentence is compared with
    two, 4 bits are taken off. Forms of a word (:func:`~rhetorica.reuse.stem_of`) count as that
    word, function words and those that `leave_out` names do not count, and at least
    :data:`MIN_SHARED` must be shared. Only running prose is compared, and each
    sentence is used once at most, in its best pair, by falling score.

    The floor deals the words of a text anew, one by one. Set phrases of a subject, of which each
    word counts here, are not in it: of pairs of unrelated sections of one technical manual, one
    in seven had a pair of sentences above it. Two texts that both have fewer than five
    sentences, or that have no pair above the floor, have no parallel.
    """
    ids = corpus.tokens.document_ids
    # All draws and ties are those of the texts by their ids: the order in which the texts stand,
    # or are asked for, changes nothing.
    turned = ids[left] > ids[right]
    first, second = (right, left) if turned else (left, right)
    a, b = _side(corpus, first), _side(corpus, second)
    if max(len(a.bounds), len(b.bounds)) < MIN_UNITS or not min(len(a.forms), len(b.forms)):
        return Retelling((), np.inf, np.inf)
    random = generator(corpus.parameters.seed, "retelling", ids[first], ids[second])
    scores = _scores(a, b, a.forms[None, :])[0]
    chosen, floors = _choose(a, b, scores, _chance(a, b, random))
    found = [_parallel(corpus, a, b, unit, scores[unit]) for unit in chosen]
    if turned:
        found = [_turned(one) for one in found]
    return Retelling(tuple(sorted(found, key=lambda one: (-one.score, one.a, one.b))), *floors)


@lru_cache(maxsize=1)
def _words(corpus: Corpus) -> tuple[Ints, Ints, Marks]:
    """Number each token's word and the word it is a form of, and mark those that are compared."""
    tokens = corpus.tokens
    words = [typed(word).lower() for word in tokens.types]
    codes = np.unique(np.array(words, dtype=object), return_inverse=True)[1]
    stems = np.array([stem_of(word) for word in words], dtype=object)
    forms = np.unique(stems, return_inverse=True)[1].astype(np.int64)
    # Function words carry nothing here, whatever else is compared with them.
    content = ~is_left_out(
        tokens.types, corpus.parameters.model_copy(update={"stop_words": "english"})
    )
    return codes[tokens.codes], forms[tokens.codes], content[tokens.codes]


@dataclass(frozen=True, eq=False)
class _Side:
    """The sentences of the running prose of one text, and their content words.

    `bounds` (sentences x 2) are positions in the token stream, `forms` the content words one after
    the other. Units are the sentences and, after them, every two that follow each other: `units`
    (x 2) are their first and last sentence. `entries` (x 2) say which unit has which of the words.
    """

    bounds: Ints
    forms: Ints
    units: Ints
    entries: Ints

    def matrix(self, dealt: Ints, columns: int) -> sparse.csr_matrix:
        """Return which unit has which form, ones and zeros, for each row of words dealt to it."""
        units, words = self.entries.T
        rows = units + np.arange(len(dealt))[:, None] * len(self.units)
        forms = dealt[:, words].ravel()
        shape = (len(dealt) * len(self.units), columns)
        matrix = sparse.csr_matrix((np.ones(len(forms)), (rows.ravel(), forms)), shape=shape)
        matrix.sum_duplicates()
        matrix.data[:] = 1.0
        return matrix

    def span(self, unit: int) -> tuple[int, int]:
        """Return the first token of a unit and the one after its last."""
        first, last = self.units[unit]
        return int(self.bounds[first, 0]), int(self.bounds[last, 1])


def _side(corpus: Corpus, document: int) -> _Side:
    tokens = corpus.tokens
    _, forms, content = _words(corpus)
    low, high = tokens.documents[document : document + 2]
    starts = tokens.sentences[(tokens.sentences >= low) & (tokens.sentences <= high)]
    bounds = np.column_stack([starts[:-1], starts[1:]])
    bounds = bounds[np.isin(tokens.parts[bounds[:, 0]], _PROSE)]
    owners = np.repeat(np.arange(len(bounds)), np.diff(bounds, axis=1)[:, 0])
    places = np.concatenate([np.zeros(0, np.int64), *(np.arange(*span) for span in bounds)])
    owners, words = owners[content[places]], forms[places][content[places]]
    apart = np.isin(bounds[1:, 0], tokens.gaps) | (bounds[1:, 0] != bounds[:-1, 1])
    alone, doubles = np.arange(len(bounds)), np.flatnonzero(~apart)
    units = np.column_stack([np.append(alone, doubles), np.append(alone, doubles + 1)])
    # The double that begins with a sentence, and the one that ends with it.
    begins, ends = np.full((2, len(bounds) + 1), -1)
    begins[doubles] = ends[doubles + 1] = len(bounds) + np.arange(len(doubles))
    of_word = np.concatenate([owners, begins[owners], ends[owners]])
    entries = np.column_stack([of_word, np.tile(np.arange(len(words)), 3)])
    return _Side(bounds, words, units, entries[of_word >= 0])


def _gains(a: _Side, b: _Side) -> Floats:
    """Return the bits that each form earns where two sentences share it, never fewer than 0."""
    counts = np.bincount(np.append(a.forms, b.forms))
    expected = np.maximum(counts, 1) / (len(a.bounds) + len(b.bounds))
    gains: Floats = np.maximum(0.0, np.log2(_KEPT / (1 - _KEPT) / expected))
    return gains


def _scores(a: _Side, b: _Side, dealt: Ints) -> Floats:
    """Return the scores of all units of a with all of b, for each row of words dealt to a.

    They are -inf for two sentences with two, and for units of too few words.
    """
    gains = _gains(a, b)
    one, other = a.matrix(dealt, len(gains)), b.matrix(b.forms[None, :], len(gains))
    scores: Floats = (one @ (other @ sparse.diags(gains)).T).toarray()
    scores -= _costs(a, one)[:, None]
    scores -= _costs(b, other)
    scores = scores.reshape(len(dealt), len(a.units), len(b.units))
    scores[:, len(a.bounds) :, len(b.bounds) :] = -np.inf
    return np.round(scores, _DIGITS, out=scores)


def _shared(a: _Side, b: _Side) -> Floats:
    """Return how many different words each unit of a shares with each of b."""
    columns = len(_gains(a, b))
    one, other = (side.matrix(side.forms[None, :], columns) for side in (a, b))
    shared: Floats = (one @ other.T).toarray()
    return shared


def _costs(side: _Side, matrix: sparse.csr_matrix) -> Floats:
    """Return the bits that each unit costs, one for one with the rows of its matrix."""
    sizes = np.diff(matrix.indptr)
    doubles = np.arange(len(side.units)) >= len(side.bounds)
    costs = -np.log2(1 - _KEPT) / 2 * sizes
    costs += _SECOND * np.tile(doubles, len(sizes) // len(doubles))
    return np.where(sizes >= MIN_WORDS, costs, np.inf)


def _chance(a: _Side, b: _Side, random: np.random.Generator) -> Floats:
    """Return draws x the best scores, falling, with the words of one text dealt anew.

    Every sentence keeps its length. The text of more sentences is shuffled: in one of a single
    sentence, shuffling changes nothing.
    """
    if len(a.bounds) < len(b.bounds):
        a, b = b, a
    cells = len(a.units) * len(b.units)
    draws = int(np.clip(_CELLS // cells, _MIN_DRAWS, _MAX_DRAWS))
    size = max(1, _CHUNK // cells)
    top = max(0, cells - _TOP)
    best = []
    for start in range(0, draws, size):
        dealt = np.tile(a.forms, (min(size, draws - start), 1))
        scores = _scores(a, b, random.permuted(dealt, axis=1, out=dealt))
        best.append(np.partition(scores.reshape(len(dealt), -1), top, axis=1)[:, top:])
    return np.sort(np.concatenate(best), axis=1)[:, ::-1]


def _floor(maxima: Floats) -> float:
    """Return what a draw's maximum passes with the probability :data:`CHANCE`, or less."""
    # The r-th largest of n draws is passed by another draw with probability r / (n + 1).
    rank = int(CHANCE * (len(maxima) + 1))
    return max(_LEAST, float(np.sort(maxima)[-rank]))


def _choose(
    a: _Side, b: _Side, scores: Floats, best: Floats
) -> tuple[list[tuple[int, int]], tuple[float, float]]:
    """Choose pairs of units, best first, each sentence once; return them and both floors."""
    floor = _floor(best[:, 0])
    used = np.zeros(len(a.bounds), dtype=bool), np.zeros(len(b.bounds), dtype=bool)
    enough = _shared(a, b) >= MIN_SHARED
    chosen = _pick(a, b, np.where(enough & (scores > floor), scores, -np.inf), used)
    if not chosen:
        return [], (floor, floor)
    beside = _beside(a, b, chosen)
    # Where all cells may have so many scores above the floor a draw, those beside rarely have one.
    possible = np.isfinite(scores)
    allowed = CHANCE * possible.sum() / max(1, (beside & possible).sum())
    rank = int(min(allowed, best.shape[1] / 2) * len(best))
    floor_beside = min(floor, max(_LEAST, float(np.sort(best, axis=None)[-1 - rank])))
    worthy = enough & beside & (scores > floor_beside)
    chosen += _pick(a, b, np.where(worthy, scores, -np.inf), used)
    return chosen, (floor, floor_beside)


def _pick(a: _Side, b: _Side, scores: Floats, used: tuple[Marks, Marks]) -> list[tuple[int, int]]:
    """Pick the pairs with a finite score, best first, whose sentences are unused; mark them."""
    rows, columns = np.nonzero(np.isfinite(scores))
    order = np.lexsort((columns, rows, -scores[rows, columns]))
    chosen = []
    for row, column in zip(rows[order].tolist(), columns[order].tolist(), strict=True):
        one, other = a.units[row], b.units[column]
        if used[0][one].any() or used[1][other].any():
            continue
        used[0][one] = used[1][other] = True
        chosen.append((row, column))
    return chosen


def _beside(a: _Side, b: _Side, chosen: list[tuple[int, int]]) -> Marks:
    """Mark the pairs of units that follow or precede a chosen pair in both texts, and near it."""
    marked = np.zeros((len(a.units), len(b.units)), dtype=bool)
    for row, column in chosen:
        after, before = [], []
        for side, unit in ((a, row), (b, column)):
            first, last = side.units[unit]
            onward, back = side.units[:, 0] - last, first - side.units[:, 1]
            after.append(np.flatnonzero((onward > 0) & (onward <= _REACH)))
            before.append(np.flatnonzero((back > 0) & (back <= _REACH)))
        marked[np.ix_(*after)] = marked[np.ix_(*before)] = True
    return marked


def _parallel(corpus: Corpus, a: _Side, b: _Side, units: tuple[int, int], score: float) -> Parallel:
    codes, forms, content = _words(corpus)
    spans = a.span(units[0]), b.span(units[1])
    one, other = (np.arange(*span)[content[slice(*span)]] for span in spans)
    same = _matched(codes[one], codes[other])
    left = np.delete(one, same[:, 0]), np.delete(other, same[:, 1])
    forms_of = _matched(forms[left[0]], forms[left[1]])
    pairs = np.vstack(
        [
            np.column_stack([one[same[:, 0]], other[same[:, 1]]]),
            np.column_stack([left[0][forms_of[:, 0]], left[1][forms_of[:, 1]]]),
        ]
    )
    return Parallel("retold", *spans, pairs[np.argsort(pairs[:, 0])], len(same), float(score))


def _matched(one: Ints, other: Ints) -> Ints:
    """Return the places of equal numbers: of each number the first with the first, and so on.

    >>> _matched(np.array([7, 5, 7]), np.array([5, 7, 5])).tolist()
    [[1, 0], [0, 1]]
    """
    keys = []
    for numbers in (one, other):
        order = np.argsort(numbers, kind="stable")
        ordered = numbers[order]
        ranks = np.empty(len(numbers), dtype=np.int64)
        ranks[order] = np.arange(len(numbers)) - np.searchsorted(ordered, ordered)
        keys.append(numbers * (len(one) + len(other)) + ranks)
    _, first, second = np.intersect1d(keys[0], keys[1], return_indices=True)
    return np.column_stack([first, second])


def _turned(one: Parallel) -> Parallel:
    pairs = one.pairs[np.argsort(one.pairs[:, 1])][:, ::-1]
    return replace(one, a=one.b, b=one.a, pairs=pairs)
