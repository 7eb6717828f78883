"""Keyness: how much more often a term stands in one text than in others, and how surely."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

# The informative prior: a page of text in which every term stands as often as in all texts
# together. A choice: with more of it, fewer rare terms reach high scores.
PRIOR_WORDS = 500.0


def log_likelihood(
    target: ArrayLike, target_words: ArrayLike, reference: ArrayLike, reference_words: ArrayLike
) -> Floats:
    """Return G² of each term: the evidence that its rates in target and reference differ.

    Given are how often each term stands in the target and in the reference, and how many words
    each has. All four cells of the table count (Dunning 1993; Rayson & Garside 2000 leave out
    those of the other words): G² = 2 Σ O ln(O / E). Negative where the target has the lower rate.

    >>> log_likelihood([7, 2], 10, [2, 7], 9).round(6).tolist()
    [4.534939, -6.744177]
    """
    a, b = np.asarray(target, dtype=np.float64), np.asarray(reference, dtype=np.float64)
    n, m = np.asarray(target_words, dtype=np.float64), np.asarray(reference_words, dtype=np.float64)
    share = (a + b) / (n + m)
    total = _cell(a, n * share) + _cell(b, m * share)
    total = total + _cell(n - a, n * (1 - share)) + _cell(m - b, m * (1 - share))
    # What rounding leaves of no difference at all is none.
    signed: Floats = np.where(a * m >= b * n, 2.0, -2.0) * np.where(total > 1e-9, total, 0.0)
    return signed


def _cell(observed: Floats, expected: Floats) -> Floats:
    """Return O ln(O / E), which is 0 where O is."""
    some = np.where(observed > 0, observed, 1.0)
    cell: Floats = np.where(observed > 0, observed * np.log(some / np.maximum(expected, 1e-300)), 0)
    return cell


def exact_p_values(target: ArrayLike, target_words: int, total: ArrayLike, words: int) -> Floats:
    """Return the p-value that the words of a term fell into the target and the rest by chance.

    `total` is how often each term stands in all the `words`, of which `target_words` are the
    target. Fisher's exact test, two-sided: the probability of all tables as unlikely as this
    one or more. The χ² approximation of G² calls a word that stands twice in a short text and
    nowhere else surer than it is.

    >>> exact_p_values([7, 2], 10, [9, 9], 19).round(6).tolist()
    [0.069779, 0.023014]
    """
    here = np.asarray(target, dtype=np.int64)
    every = np.asarray(total, dtype=np.int64)
    p_values = np.ones(here.shape)
    for size in np.unique(every):
        members = every == size
        p_values[members] = _two_sided(int(size), target_words, words)[here[members]]
    return p_values


def _two_sided(total: int, target_words: int, words: int) -> Floats:
    """Return the two-sided p-value of 0, 1, ... of so many places in the target."""
    from scipy.special import gammaln

    k = np.arange(total + 1)
    possible = (k <= target_words) & (total - k <= words - target_words)
    rest = np.maximum(words - target_words - (total - k), 0)
    log_ways = -gammaln(k + 1) - gammaln(np.maximum(target_words - k, 0) + 1)
    log_ways = log_ways - gammaln(total - k + 1) - gammaln(rest + 1)
    chances = np.where(possible, np.exp(log_ways - log_ways[possible].max()), 0)
    chances = chances / chances.sum()
    # Tables as likely as the one seen count; rounding must not tell them apart.
    order = np.argsort(chances, kind="stable")
    cumulated = np.cumsum(chances[order])
    last = np.searchsorted(chances[order], chances * (1 + 1e-7), side="right") - 1
    p_values: Floats = np.minimum(cumulated[last], 1.0)
    return p_values


def log_ratio(
    target: ArrayLike, target_words: ArrayLike, reference: ArrayLike, reference_words: ArrayLike
) -> Floats:
    """Return the binary logarithm of the ratio of two rates: 1 is twice, 2 four times as often.

    A count of 0 is taken as 0.5, so that a term of one side only has a ratio too (Hardie 2014).

    >>> log_ratio([7, 4], 10, [2, 0], 9).round(6).tolist()
    [1.655352, 2.847997]
    """
    a, b = np.asarray(target, dtype=np.float64), np.asarray(reference, dtype=np.float64)
    n, m = np.asarray(target_words, dtype=np.float64), np.asarray(reference_words, dtype=np.float64)
    ratio: Floats = np.log2(np.where(a > 0, a, 0.5) / n) - np.log2(np.where(b > 0, b, 0.5) / m)
    return ratio


def log_odds(
    target: tuple[ArrayLike, ArrayLike],
    reference: tuple[ArrayLike, ArrayLike],
    prior: tuple[ArrayLike, float],
) -> tuple[Floats, Floats]:
    """Return the log-odds ratio of each term under a Dirichlet prior, and its z-score.

    Each of the three is how often every term stands and how many words there are: in the target,
    in the reference (which must not hold the target), and in the words taken for granted
    beforehand. Monroe, Colaresi & Quinn (2008), eqs. 15, 16 and 22: with y of n words and a
    prior α of α₀, δ = ln((y + α) / (n + α₀ - y - α)) of the target minus that of the reference;
    z = δ / √(1 / (y + α) + 1 / (y' + α)), y' being the count in the reference.

    >>> y, other, prior = np.array([10, 3, 5, 0]), np.array([2, 7, 5, 6]), np.full(4, 0.01)
    >>> delta, z = log_odds((y, 18), (other, 20), (prior, 0.04))
    >>> delta.round(6).tolist(), z.round(6).tolist()
    ([2.414302, -0.988191, 0.142794, -6.649434], [3.123593, -1.434001, 0.226003, -0.664391])
    """
    alpha, prior_words = np.asarray(prior[0], dtype=np.float64), prior[1]
    logits, variance = [], np.zeros(())
    for counts, words in (target, reference):
        pseudo = np.asarray(counts, dtype=np.float64) + alpha
        logits.append(np.log(pseudo / (np.asarray(words) + prior_words - pseudo)))
        variance = variance + 1 / pseudo
    delta: Floats = logits[0] - logits[1]
    return delta, delta / np.sqrt(variance)
