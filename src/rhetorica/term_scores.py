"""Scores of terms in texts: how far each term sets each text apart, and how far chance would."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from rhetorica.corpus import Corpus
from rhetorica.counts import Counts, select_terms, sum_documents
from rhetorica.intervals import benjamini_hochberg
from rhetorica.keyness import (
    PRIOR_WORDS,
    exact_p_values,
    log_likelihood,
    log_odds,
    log_ratio,
)
from rhetorica.resampling import MIN_UNITS, generator
from rhetorica.terms import count_terms
from rhetorica.weighting import Weighting, weight

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MIN_SHUFFLED = 10  # with fewer paragraphs to shuffle there are too few ways to deal them out
# More draws than this do not move a quantile by what a figure shows; so many numbers may be added
# up in all draws together, which takes some seconds. The caption says how many draws there were.
MAX_SHUFFLES, _MAX_WORK, _MIN_SHUFFLES = 1000, 50_000_000, 100


@dataclass(frozen=True, eq=False)
class TermScores:
    """The scores of the terms of a corpus in each of its texts.

    `counts` are those of the texts, with the terms that stand at least `min_count` times in all
    texts together; the arrays are texts x terms. `g2` is signed, negative where the text has the
    lower rate; `q` is the false discovery rate of Fisher's exact test over the whole table;
    `paragraphs` are those of the text in which the term stands.
    """

    counts: Counts
    table: Integers
    paragraphs: Integers
    tf_idf: Floats
    g2: Floats
    log_ratio: Floats
    log_odds: Floats
    q: Floats

    def __post_init__(self) -> None:
        for value in vars(self).values():
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    def __repr__(self) -> str:
        texts, terms = self.table.shape
        return f"<TermScores: {texts} texts x {terms} terms>"


def weighting_of(corpus: Corpus) -> Weighting:
    """Return the TF-IDF that the parameters `contrast_tf` and `contrast_idf` ask for."""
    return Weighting(tf=corpus.parameters.contrast_tf, idf=corpus.parameters.contrast_idf)


@lru_cache(maxsize=4)
def compared_counts(corpus: Corpus) -> Counts:
    """Count, in paragraphs, the terms that all texts together have at least `min_count` times."""
    counts = count_terms(corpus, corpus.parameters.longest_phrase)
    often = np.asarray(counts.matrix.sum(axis=0)).ravel() >= corpus.parameters.min_count
    return select_terms(counts, often)


@lru_cache(maxsize=4)
def score_terms(corpus: Corpus) -> TermScores:
    """Return the scores of every term in every text, each text against all the others.

    Raises :class:`NothingToShow` where no word is left.
    """
    paragraphs = compared_counts(corpus)
    counts = sum_documents(paragraphs)
    table = counts.matrix.toarray()
    words, rest = counts.sizes[:, None], counts.sizes.sum() - counts.sizes[:, None]
    others = table.sum(axis=0) - table
    total, every = table.sum(axis=0), int(counts.sizes.sum())
    p_values = np.stack(
        [
            exact_p_values(own, int(n), total, every)
            for own, n in zip(table, counts.sizes, strict=True)
        ]
    )
    standing = np.zeros(table.shape, dtype=np.int64)
    cells = paragraphs.matrix.tocoo()
    np.add.at(standing, (paragraphs.unit_documents[cells.row], cells.col), 1)
    return TermScores(
        counts,
        table,
        standing,
        weight(counts, weighting_of(corpus)).matrix.toarray(),
        log_likelihood(table, words, others, rest),
        log_ratio(table, words, others, rest),
        log_odds_of(table, words, total, every),
        benjamini_hochberg(p_values.ravel()).reshape(table.shape),
    )


def log_odds_of(target: Integers, words: Integers, total: Integers, all_words: int) -> Floats:
    """Return the z-score of the log-odds of terms in a target against the rest.

    The prior is :data:`~rhetorica.keyness.PRIOR_WORDS` words, shared out as the terms are in
    target and rest together. Infinite odds of a term that is every word are none.
    """
    prior = PRIOR_WORDS * total / all_words
    with np.errstate(divide="ignore", invalid="ignore"):
        _, z = log_odds((target, words), (total - target, all_words - words), (prior, PRIOR_WORDS))
    return np.nan_to_num(z, nan=0.0, posinf=0.0, neginf=0.0)


@dataclass(frozen=True, eq=False)
class Floors:
    """The scores that chance gives: one number a text.

    `single` is passed in a text by chance as rarely as `confidence` leaves open, `joint` in any of
    the texts. `low` and `high` are how far other draws may move `single` (95%). `draws` is how
    often paragraphs were shuffled; with none, the floors are NaN.
    """

    single: Floats
    joint: Floats
    low: Floats
    high: Floats
    draws: int

    def __post_init__(self) -> None:
        for floor in (self.single, self.joint, self.low, self.high):
            floor.setflags(write=False)


@lru_cache(maxsize=4)
def chance_floors(corpus: Corpus) -> Floors:
    """Return the largest score that chance gives in each text.

    Paragraphs are dealt out anew to the texts by :func:`deal`, and the largest score by `rank_by`
    of any term that stands in a text at least `min_count` times is noted. The floor is the
    quantile of these maxima at `confidence` (a single-step maximum test: Westfall & Young 1993,
    §2.3), and for all texts together that of a Bonferroni share of what `confidence` leaves. No
    floor with fewer than :data:`MIN_SHUFFLED` paragraphs, and none for a text of fewer than
    :data:`~rhetorica.resampling.MIN_UNITS`: a few paragraphs are as unlike the rest as they like.
    """
    counts, chosen = compared_counts(corpus), corpus.parameters
    texts = len(counts.document_ids)
    if len(counts.sizes) < MIN_SHUFFLED or texts < 2:
        nothing = np.full(texts, np.nan)
        return Floors(nothing, nothing, nothing, nothing, 0)
    draws = shuffles(corpus, counts.matrix.nnz)
    random = generator(chosen.seed, "chance_floors")
    score, words = _score_of(corpus), sum_documents(counts).sizes
    by_id = np.argsort(np.array(counts.document_ids, dtype=object), kind="stable")
    most = np.zeros((draws, texts))
    for draw in range(draws):
        owners = by_id[deal(counts, words[by_id], random)]
        most[draw] = _largest(_gather(counts, owners), score, chosen.min_count)
    # The rank of a quantile among the draws is binomial; so it is among those of another seed.
    error = 1.96 * np.sqrt(2 * chosen.confidence * (1 - chosen.confidence) / draws)
    levels = np.clip(chosen.confidence + error * np.array([0, -1, 1]), 0, 1)
    single, low, high = np.quantile(most, levels, axis=0)
    joint = _rare_maximum(most, (1 - chosen.confidence) / texts)
    few = np.bincount(counts.unit_documents, minlength=texts) < MIN_UNITS
    single, joint, low, high = (
        np.where(few, np.nan, floor) for floor in (single, joint, low, high)
    )
    return Floors(single, joint, low, high, draws)


def _rare_maximum(most: Floats, chance: float) -> Floats:
    """Return what a maximum passes with so small a chance, from draws x texts of such maxima.

    Where there are too few draws to have seen it, the quantile of the extreme value distribution
    with their mean and variance is taken, if it is larger (Gumbel 1958, §5.2.1).
    """
    seen: Floats = np.quantile(most, 1 - chance, axis=0)
    if len(most) * chance >= 0.999:
        return seen
    scale = most.std(axis=0, ddof=1) * np.sqrt(6) / np.pi
    extreme = most.mean(axis=0) + scale * (-np.log(-np.log1p(-chance)) - np.euler_gamma)
    joint: Floats = np.maximum(seen, extreme)
    return joint


def shuffles(corpus: Corpus, work: int) -> int:
    """Return how many times to shuffle, given how much is to be added up each time."""
    wanted = min(corpus.parameters.n_draws, MAX_SHUFFLES)
    return max(min(wanted, _MAX_WORK // max(work, 1)), min(wanted, _MIN_SHUFFLES))


def deal(counts: Counts, lengths: Integers, random: np.random.Generator) -> Integers:
    """Return the part that each paragraph is given to when paragraphs are dealt out by chance.

    `lengths` are the words that each part is to have. The paragraphs are laid end to end in random
    order and cut where parts of these lengths would end: were each to have a certain number of
    paragraphs instead, a text of short ones would become longer. The draw does not depend on the
    order of the texts in the study.
    """
    ids = np.array(counts.document_ids, dtype=object)
    units = np.argsort(
        np.argsort(ids, kind="stable").argsort()[counts.unit_documents], kind="stable"
    )
    order = units[random.permutation(len(units))]
    sizes, ends = counts.sizes[order], np.cumsum(lengths)[:-1]
    parts = np.empty(len(order), dtype=np.int64)
    parts[order] = np.searchsorted(ends, np.cumsum(sizes) - sizes / 2, side="right")
    return parts


def _gather(counts: Counts, owners: Integers) -> Counts:
    """Return the counts of texts made of the paragraphs that are given to each."""
    shape = (len(counts.document_ids), len(owners))
    ones = np.ones(len(owners), dtype=np.int64)
    gather = sparse.csr_matrix((ones, (owners, np.arange(len(owners)))), shape=shape)
    matrix = sparse.csr_matrix(gather @ counts.matrix)  # in no order within a row: none is needed
    documents = np.arange(shape[0])
    return Counts(
        matrix, counts.terms, "document", documents, counts.document_ids, gather @ counts.sizes
    )


_Score = Callable[[Counts, Integers], Floats]
"""Scores the entries of the counts of texts, given the text of each entry."""


def _largest(counts: Counts, score: _Score, least: int) -> Floats:
    """Return the largest score in each text of a term that stands there at least so often."""
    matrix = counts.matrix
    texts = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    scores = score(counts, texts)
    often = matrix.data >= least
    most = np.zeros(matrix.shape[0])
    np.maximum.at(most, texts[often], scores[often])
    return most


def _score_of(corpus: Corpus) -> _Score:
    """Return the function that computes the score which `rank_by` names."""
    weighting = weighting_of(corpus)

    def tf_idf(counts: Counts, texts: Integers) -> Floats:
        """Return the weights; `texts` are in the counts already."""
        del texts
        scores: Floats = weight(counts, weighting).matrix.data
        return scores

    return {"tf_idf": tf_idf, "g2": _g2, "log_odds": _log_odds}[corpus.parameters.rank_by]


def _g2(counts: Counts, texts: Integers) -> Floats:
    here, words = counts.matrix.data, counts.sizes[texts]
    return log_likelihood(here, words, _totals(counts) - here, counts.sizes.sum() - words)


def _log_odds(counts: Counts, texts: Integers) -> Floats:
    words, every = counts.sizes[texts], int(counts.sizes.sum())
    return log_odds_of(counts.matrix.data, words, _totals(counts), every)


def _totals(counts: Counts) -> Integers:
    """Return, for each entry of the matrix, how often its term stands in all texts together."""
    matrix = counts.matrix
    total: Integers = np.bincount(matrix.indices, matrix.data, len(counts.terms))[matrix.indices]
    return total
