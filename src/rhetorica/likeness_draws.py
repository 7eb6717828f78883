"""Draws of a likeness: how it would vary, had each text other paragraphs of its own kind."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from rhetorica.corpus import Corpus
from rhetorica.likeness import (
    Yardstick,
    add_up,
    compare,
    likeness,
    spread_weights,
    weighted,
    whole_texts,
)
from rhetorica.resampling import MIN_UNITS, generator

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MAX_DRAWS, MIN_DRAWS = 1000, 100
# Numbers multiplied in all draws together, some seconds' worth: of products of paragraphs with
# paragraphs, which the processor does in bulk, and of terms, which it does one by one.
_PRODUCTS, _TERMS = 2_000_000_000, 40_000_000


def bootstrap(corpus: Corpus, yardstick: Yardstick, first: Integers, second: Integers) -> Floats:
    """Return the likeness of pairs of texts as it may have come out: draws x pairs.

    Each paragraph comes as often as a Poisson number of mean 1 says, which is what drawing with
    replacement comes to (Hanley & MacGibbon 2006); paragraphs of the same words, in whatever text,
    come equally often. A text drawn so repeats paragraphs and has fewer different words, so that
    it is less like any other: the draws are shifted back until their mean is the likeness of the
    whole texts. Few paragraphs vary less than what they are drawn from: deviations are widened by
    √(n / (n - 1)) and by Student's t with n - 1 degrees of freedom over the normal quantile, n the
    paragraphs of the text that has fewer (after Hesterberg 2015). A draw in which two texts have
    nothing in common stays 0. NaN for a text of fewer than
    :data:`~rhetorica.resampling.MIN_UNITS` paragraphs.

    In simulated texts of 8 to 60 paragraphs and different subjects, 95% intervals made so held the
    cosine to be expected in 90 to 97 of 100 cases, plain percentiles of the draws in 63 to 92. Of
    texts on one subject that differ by chance alone they held it always: there they are up to
    twice as wide as they need be.
    """
    values = likeness(yardstick, first, second)
    numbers = np.bincount(yardstick.documents)
    draws = _draw_number(corpus, yardstick, first, second)
    weights = {
        text: _paragraph_weights(corpus, yardstick, text, draws)
        for text in map(int, np.unique(np.concatenate([first, second])))
        if numbers[text] >= MIN_UNITS
    }
    fewest = np.minimum(numbers[first], numbers[second])
    known = fewest >= MIN_UNITS
    by_products = yardstick.measure.name in ("cosine", "cosine_rates")
    draw = _cosine_draws if by_products else _other_draws
    drawn = np.full((draws, len(first)), np.nan)
    drawn[:, known] = draw(yardstick, weights, first[known], second[known])
    wider = _widening(np.maximum(fewest, 2), corpus.parameters.confidence)
    shifted: Floats = values + wider * (drawn - drawn.mean(axis=0))
    if yardstick.measure.distance:
        return shifted
    return np.where(drawn == 0, 0.0, shifted)


def _paragraph_weights(
    corpus: Corpus, yardstick: Yardstick, text: int, draws: int
) -> NDArray[np.int64]:
    """Return how often each paragraph of a text comes in each draw: draws x paragraphs.

    The numbers belong to the words of a paragraph. Where none comes at all, each comes once.
    """
    tokens, seed = corpus.tokens, corpus.parameters.seed
    columns = []
    for unit in np.flatnonzero(yardstick.documents == text):
        codes = tokens.codes[slice(*tokens.paragraphs[unit : unit + 2])]
        words = " ".join(tokens.types[code] for code in codes)
        columns.append(generator(seed, "likeness", words).poisson(1.0, draws))
    weights = np.stack(columns, axis=1)
    weights[weights.sum(axis=1) == 0] = 1
    return weights


def quantiles(drawn: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Return the ends between which `confidence` of the draws lie, for each column."""
    tail = (1 - confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    return low, high


def _draw_number(corpus: Corpus, yardstick: Yardstick, first: Integers, second: Integers) -> int:
    """Return how many draws so many pairs can have: fewer where there is much to multiply."""
    if yardstick.measure.name in ("cosine", "cosine_rates"):
        numbers = np.bincount(yardstick.documents).astype(np.float64)
        able = _PRODUCTS / max(float(numbers[first] @ numbers[second]), 1)
    else:
        types = np.diff(whole_texts(yardstick)[0].indptr).astype(np.float64)
        able = _TERMS / max(float(np.sum(types[first] + types[second])), 1)
    wanted = min(corpus.parameters.n_draws, MAX_DRAWS)
    return max(min(wanted, int(able)), min(wanted, MIN_DRAWS))


def _widening(units: Integers, confidence: float) -> Floats:
    from scipy.special import ndtri, stdtrit

    upper = (1 + confidence) / 2
    factor: Floats = stdtrit(units - 1, upper) / ndtri(upper) * np.sqrt(units / (units - 1))
    return factor


def _cosine_draws(
    yardstick: Yardstick, weights: dict[int, NDArray[np.int64]], first: Integers, second: Integers
) -> Floats:
    """Return the cosines of drawn texts from the products of their paragraphs, which stay."""
    own = {text: weighted(yardstick, _paragraphs(yardstick, text)) for text in weights}

    def product(a: int, b: int) -> Floats:
        """Return the product of two drawn texts, one a draw."""
        between = (own[a] @ own[b].T).toarray()
        summed: Floats = np.einsum("ij,ij->i", weights[a] @ between, weights[b])
        return summed

    squares = {text: product(text, text) for text in weights}
    columns = []
    for a, b in zip(first.tolist(), second.tolist(), strict=True):
        scale = np.sqrt(squares[a] * squares[b])
        columns.append(product(a, b) / np.where(scale > 0, scale, np.inf))
    return np.stack(columns, axis=1) if columns else np.zeros((1, 0))


def _other_draws(
    yardstick: Yardstick, weights: dict[int, NDArray[np.int64]], first: Integers, second: Integers
) -> Floats:
    """Return any measure of drawn texts, which are added up anew."""
    rows = {
        text: add_up(yardstick, spread_weights(yardstick, text, own))
        for text, own in weights.items()
    }
    columns = [
        compare(yardstick, rows[a][0], rows[b][0], (rows[a][1], rows[b][1]))
        for a, b in zip(first.tolist(), second.tolist(), strict=True)
    ]
    return np.stack(columns, axis=1) if columns else np.zeros((1, 0))


def _paragraphs(yardstick: Yardstick, text: int) -> sparse.csr_matrix:
    return yardstick.units[np.flatnonzero(yardstick.documents == text)]
