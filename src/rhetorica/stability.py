"""How many topics: the number whose topics come back when paragraphs are left out.

Greene, O'Callaghan & Cunningham (2014), "How Many Topics? Stability Analysis for Topic Models":
topics of parts of the texts are matched with the topics of the whole, and their leading terms are
compared. What that leaves open is how much agreement means nothing: few topics of shared
vocabulary agree by themselves. So the same is done with texts whose words were shuffled, and a
number of topics is judged by what it has beyond that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from rhetorica.corpus import Corpus
from rhetorica.counts import Counts
from rhetorica.resampling import generator
from rhetorica.topic_model import (
    NOISE_DIGITS,
    WEIGHTING,
    Topics,
    factorise,
    largest_number,
    leading_terms,
    modelled_counts,
    require_topics,
    weighted_paragraphs,
)
from rhetorica.weighting import weight

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

DEPTH = 10  # leading terms of a topic that are compared
KEPT = 0.8  # share of the paragraphs in a resample; depth and share as in the paper
# Resamples of the texts (the paper draws 100), shufflings of their words, and resamples of each; of
# the first two fewer, down to the second number, where more topics are tried than 2 to 10.
RESAMPLES, SHUFFLES, EACH = (25, 10), (10, 4), 2
_USUAL = sum(range(2, 11))
MOST_UNITS = 300  # of more paragraphs, so many are drawn and stand for all
LEAST_UNITS = 10  # with fewer, a fifth left out is one paragraph
_UNITS_A_TOPIC = 2  # a topic of one paragraph is that paragraph
FALLBACK = 2  # topics where stability cannot tell
SURE = 2.0  # standard deviations above the mean of chance


@dataclass(frozen=True, eq=False)
class Stability:
    """How well models of some numbers of topics come back from parts of the texts.

    `observed` is resamples x numbers, `chance` the same of shuffled texts (draws x numbers).
    `rankings` has, for each number, the leading terms of the topics of each resample: resamples x
    topics x :data:`DEPTH`. Where there are too few paragraphs, `numbers` is empty. `units` are
    the paragraphs that were resampled.
    """

    numbers: tuple[int, ...]
    observed: Floats
    chance: Floats
    rankings: Mapping[int, Integers]
    units: int

    def __post_init__(self) -> None:
        for array in (self.observed, self.chance, *self.rankings.values()):
            array.setflags(write=False)

    def __repr__(self) -> str:
        return f"<Stability of {len(self.numbers)} numbers of topics>"

    @property
    def draws(self) -> tuple[int, int]:
        """How many resamples and how many shufflings were made."""
        return len(self.observed), len(self.chance) // EACH


@lru_cache(maxsize=8)
def measure_stability(corpus: Corpus) -> Stability:
    """Measure the stability of 2 to `max_topics` topics, and of `n_topics` where that is more.

    Resamples are drawn paragraph by paragraph from the stream of their text, so that the order of
    the texts changes nothing. Vocabulary and idf are those of all paragraphs. Of more than
    :data:`MOST_UNITS` paragraphs so many are drawn first. Raises :class:`NothingToShow` where the
    texts cannot hold two topics.
    """
    require_topics(corpus, corpus.parameters.n_topics)
    weighted = weighted_paragraphs(corpus)
    rows = _drawn_rows(corpus, np.flatnonzero(np.diff(weighted.matrix.indptr)))
    numbers = _numbers(corpus, len(rows))
    if not numbers:
        nothing = np.zeros((0, 0))
        return Stability((), nothing, nothing, {}, len(rows))
    whole = sparse.csr_matrix(weighted.matrix[rows])
    parts = _parts(corpus, whole, rows, _affordable(RESAMPLES, numbers), "topic_stability")
    observed, rankings = _resample(whole, parts, numbers, settled=True)
    shuffles = range(_affordable(SHUFFLES, numbers))
    chance = [_shuffled(corpus, rows, numbers, str(i)) for i in shuffles]
    by_number = {
        number: np.stack([ranking[place] for ranking in rankings])
        for place, number in enumerate(numbers)
    }
    return Stability(numbers, observed, np.concatenate(chance), by_number, len(rows))


def _affordable(draws: tuple[int, int], numbers: Sequence[int]) -> int:
    """Return how many draws to make: the usual many, or fewer where many topics are tried."""
    usual, least = draws
    return max(min(usual, usual * _USUAL // sum(numbers)), least)


def by_chance(stability: Stability) -> tuple[Floats, Floats]:
    """Return the mean stability of shuffled texts and the standard deviation among them.

    The variance of a mean over k topics is taken to be one k-th of a variance that all numbers of
    topics share (the draws bear that out), which makes the most of few shuffles. Each shuffled
    text is known from :data:`EACH` resamples only, so that the deviation is rather too large.
    """
    topics = np.array(stability.numbers)
    shuffles = stability.chance.reshape(-1, EACH, len(topics)).mean(axis=1)
    variance = float((shuffles.var(axis=0, ddof=1) * topics).mean())
    return shuffles.mean(axis=0), np.sqrt(variance / topics)


def beyond_chance(stability: Stability) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return, for each number, its stability beyond chance, the standard error, and if it is sure.

    With S the mean over the resamples and C what chance gives it is (S - C) / (1 - C): 0 at chance,
    1 where every topic comes back whole. The error is that of drawing: what another seed would
    change. Sure is what lies more than :data:`SURE` standard deviations of chance above it.
    """
    mean, (chance, spread) = stability.observed.mean(axis=0), by_chance(stability)
    room = np.maximum(1 - chance, 1e-9)
    adjusted = np.round(1 - (1 - mean) / room, NOISE_DIGITS)
    drawn = stability.observed.std(axis=0, ddof=1) / np.sqrt(len(stability.observed))
    error = (
        np.hypot(drawn, (1 - mean) / room * spread / np.sqrt(len(stability.chance) / EACH)) / room
    )
    sure = np.round(mean - chance - SURE * spread, NOISE_DIGITS) > 0
    return adjusted, np.round(error, NOISE_DIGITS), sure


def most_stable(stability: Stability) -> int:
    """Return the number of topics to take.

    It is the number with the largest stability beyond chance, the smaller one of equals; if none
    is surely above chance, :data:`FALLBACK`, the fewest.
    Numbers within one standard error of it are as good: :func:`as_stable` names them.
    """
    if not stability.numbers:
        return FALLBACK
    adjusted, _, sure = beyond_chance(stability)
    if not sure.any():
        return FALLBACK
    return stability.numbers[int(np.argmax(adjusted))]


def is_sure(stability: Stability, number: int) -> bool:
    """Tell whether so many topics come back surely better than chance gives."""
    return number in sure_numbers(stability)


def sure_numbers(stability: Stability) -> tuple[int, ...]:
    """Return the numbers of topics that come back surely better than chance gives."""
    if not stability.numbers:
        return ()
    sure = beyond_chance(stability)[2]
    return tuple(n for n, known in zip(stability.numbers, sure, strict=True) if known)


def as_stable(stability: Stability) -> tuple[int, ...]:
    """Return the numbers of topics that are not told apart from the most stable, but for itself."""
    if not stability.numbers or not beyond_chance(stability)[2].any():
        return ()
    adjusted, error, _ = beyond_chance(stability)
    best = stability.numbers.index(most_stable(stability))
    near = adjusted >= adjusted[best] - error[best]  # none is above the best
    return tuple(
        n
        for n, is_near in zip(stability.numbers, near, strict=True)
        if is_near and n != stability.numbers[best]
    )


def chosen_number(corpus: Corpus) -> int:
    """Return `n_topics`, or where that is 0 the most stable number."""
    return corpus.parameters.n_topics or most_stable(measure_stability(corpus))


def topic_stability(corpus: Corpus, topics: Topics) -> Floats:
    """Return the stability of each topic, resamples x topics; no rows where it is not known."""
    rankings = measure_stability(corpus).rankings.get(len(topics.weights), ())
    own = leading_terms(topics.weights, DEPTH)
    return np.array([match(own, other) for other in rankings]).reshape(-1, len(own))


def agreement(one: Integers, other: Integers) -> Floats:
    """Return how far the leading terms of each topic of two models agree: topics x topics.

    It is the average Jaccard score of the paper: the mean, over depths d from 1 to the length of
    the rankings, of the terms that both have among their first d over those that either has. A
    ranking that ends early is filled with -1.

    >>> agreement(np.array([[0, 1, 2]]), np.array([[1, 0, 5]])).round(4).tolist()  # (0 + 1 + 1/2)/3
    [[0.5]]
    """
    depth = one.shape[1]
    places = np.arange(depth)
    later = np.maximum(places[:, None], places).reshape(-1, 1) <= places
    equal = (one[:, None, :, None] == other[None, :, None, :]) & (one >= 0)[:, None, :, None]
    # Whole numbers, which numpy multiplies by itself: no library of many threads is woken for it.
    shared = equal.reshape(len(one), len(other), -1).astype(np.int64) @ later.astype(np.int64)
    sizes = [np.cumsum(ranking >= 0, axis=1) for ranking in (one, other)]
    either = sizes[0][:, None] + sizes[1][None] - shared
    mean: Floats = (shared / np.maximum(either, 1)).mean(axis=2)
    return np.round(mean, NOISE_DIGITS)


def match(one: Integers, other: Integers) -> Floats:
    """Pair the topics of two models one to one so that they agree most; return each agreement.

    The Hungarian method (Kuhn 1955). There must be as many topics in both.
    """
    from scipy.optimize import linear_sum_assignment

    scores = agreement(one, other)
    rows, columns = linear_sum_assignment(scores, maximize=True)
    matched: Floats = scores[rows, columns]
    return matched


def _numbers(corpus: Corpus, units: int) -> tuple[int, ...]:
    """Return the numbers of topics to try: as many as the paragraphs hold, two to a topic."""
    if units < LEAST_UNITS:
        return ()
    chosen = corpus.parameters
    limit = min(largest_number(corpus), units // _UNITS_A_TOPIC)
    tried = set(range(2, min(chosen.max_topics, limit) + 1))
    return tuple(sorted(tried | ({chosen.n_topics} & set(range(2, limit + 1)))))


def _drawn_rows(corpus: Corpus, rows: Integers) -> Integers:
    """Return the paragraphs to resample: all, or as many as are feasible."""
    if len(rows) <= MOST_UNITS:
        return rows
    keys = _keys(corpus, corpus.counts.unit_documents[rows], 1, "topic_paragraphs")[0]
    return np.sort(rows[np.argsort(keys, kind="stable")[:MOST_UNITS]])


def _parts(
    corpus: Corpus, matrix: sparse.csr_matrix, rows: Integers, draws: int, *names: str
) -> list[Integers]:
    """Draw samples of the paragraphs, none twice in one, as places among `rows`.

    Paragraphs of the same terms are drawn or left out together: a twin in the sample would bring
    back what was left out. `matrix` has a row for each of `rows`.
    """
    size = int(np.ceil(KEPT * len(rows)))
    keys = _keys(corpus, corpus.counts.unit_documents[rows], draws, *names)[:, _twins(matrix)]
    return [np.sort(np.argsort(key, kind="stable")[:size]) for key in keys]


def _twins(matrix: sparse.csr_matrix) -> Integers:
    """Return, for each row of a matrix, the first row that is the same."""
    first: dict[bytes, int] = {}
    ends = zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True)
    return np.array(
        [
            first.setdefault(matrix.indices[a:b].tobytes() + matrix.data[a:b].tobytes(), row)
            for row, (a, b) in enumerate(ends)
        ],
        dtype=np.int64,
    )


def _keys(corpus: Corpus, owners: Integers, draws: int, *names: str) -> Floats:
    """Return random numbers, draws x places, each from the stream of the document it belongs to."""
    keys = np.empty((draws, len(owners)))
    for document in np.unique(owners):
        own = owners == document
        random = generator(corpus.parameters.seed, *names, corpus.counts.document_ids[document])
        keys[:, own] = random.random((draws, int(own.sum())))
    return keys


def _resample(
    whole: sparse.csr_matrix, parts: Sequence[Integers], numbers: Sequence[int], settled: bool
) -> tuple[Floats, list[list[Integers]]]:
    """Compare the topics of the whole with those of its parts.

    Returns the mean agreement, parts x numbers, and the leading terms of each part's topics.
    """
    reference = [leading_terms(c, DEPTH) for _, c in factorise(whole, numbers, settled)]
    rankings = [
        [leading_terms(c, DEPTH) for _, c in factorise(whole[part], numbers, settled=False)]
        for part in parts
    ]
    scores = [
        [match(own, other).mean() for own, other in zip(reference, ranking, strict=True)]
        for ranking in rankings
    ]
    return np.array(scores), rankings


def _shuffled(corpus: Corpus, rows: Integers, numbers: Sequence[int], name: str) -> Floats:
    """Measure the stability of the paragraphs after shuffling their words."""
    counts = modelled_counts(corpus)
    own = replace(
        counts,
        matrix=sparse.csr_matrix(counts.matrix[rows]),
        unit_documents=counts.unit_documents[rows],
        sizes=counts.sizes[rows],
    )
    mixed = weight(shuffle(corpus, own, name), WEIGHTING).matrix
    parts = _parts(corpus, mixed, rows, EACH, "topic_chance_parts", name)
    return _resample(mixed, parts, numbers, settled=False)[0]


def shuffle(corpus: Corpus, counts: Counts, name: str) -> Counts:
    """Deal the terms of some paragraphs out anew: each paragraph has as many, each term as often.

    Each place draws a number from the stream of its text, and the terms, in the order of the
    alphabet, go to the places in the order of their numbers.
    """
    matrix = counts.matrix.tocoo()
    rows, columns = np.repeat(matrix.row, matrix.data), np.repeat(matrix.col, matrix.data)
    places, terms = np.sort(rows), np.sort(columns)
    key = _keys(corpus, counts.unit_documents[places], 1, "topic_chance", name)[0]
    dealt = (places[np.argsort(key, kind="stable")], terms)
    ones = np.ones(len(terms), dtype=np.int64)
    mixed = sparse.csr_matrix((ones, dealt), shape=matrix.shape)
    mixed.sum_duplicates()
    return replace(counts, matrix=mixed)
