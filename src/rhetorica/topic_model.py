"""A topic model: groups of terms that stand in the same paragraphs, found by NMF.

Non-negative matrix factorisation writes the paragraphs x terms matrix as mixture x components,
both without negative numbers (Lee & Seung 1999). scikit-learn solves it by coordinate descent.
Its start is computed here and holds nothing random, so that the topics of some texts depend on
the texts and the number of topics alone: on no seed, and not on the order of the texts.
"""

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from rhetorica.corpus import Corpus
from rhetorica.counts import Counts, document_frequency, select_terms
from rhetorica.errors import NothingToShow, plural
from rhetorica.terms import count_terms
from rhetorica.weighting import Weighting, weight

Floats = NDArray[np.float64]
Parts = tuple[Floats, Floats]  # mixture (units x topics) and components (topics x terms)

WEIGHTING = Weighting(tf="count", idf="smooth", norm="l2")
FORMULA = (
    "NMF (least squares; start: singular vectors without their negative parts) of "
    f"{WEIGHTING.formula}, N = paragraphs, titles and headings; only terms that stand in at "
    "least two of them"
)
MOST_TOPICS = 30  # the upper end of the parameters n_topics and max_topics
NOISE_DIGITS = 9  # NMF differs at 1e-16 between processors: rounded before anything is ordered
_MIN_UNITS = 2  # a term of a single paragraph stands beside nothing again
_TOLERANCE, _ITERATIONS = 1e-4, 2000  # scikit-learn's own, and enough to settle
_LOOSE, _FEW = 3e-3, 50  # the order of the leading terms is nearly settled by then
_DENSE = 500_000  # a matrix of so many cells is factorised faster as a plain array
_NARROW = 100  # and so is one with so few rows or columns
_TINY = 1e-6  # below, a start counts as zero, as in scikit-learn
_NAME_TERMS, _TRIED_NAMES = 3, 20


@dataclass(frozen=True, eq=False)
class Topics:
    """A topic model of the paragraphs.

    `weights` is topics x terms: how much of the topic a term is; rows sum to 1. `specificity` is
    topics x terms: of what the model gives a term in all paragraphs together, the share that comes
    from this topic, which does not depend on how the factors are scaled; columns sum to 1, or to
    0 where a term is in no topic. `mixture` is paragraphs x topics: rows sum to 1, or to 0 where
    a paragraph has no term of the model. Topics are in descending order of the share of the
    corpus' words that they fill, rounded to six digits, then of their heaviest term; terms are
    sorted.
    """

    terms: tuple[str, ...]
    weights: Floats
    specificity: Floats
    mixture: Floats

    def __post_init__(self) -> None:
        for array in (self.weights, self.specificity, self.mixture):
            array.setflags(write=False)

    def __repr__(self) -> str:
        return f"<Topics: {len(self.weights)} topics over {len(self.terms)} terms>"


@lru_cache(maxsize=8)
def modelled_counts(corpus: Corpus) -> Counts:
    """Count the terms topics are made of: those that stand in at least two paragraphs.

    Phrases of up to `topic_phrase` words are terms too. Raises :class:`NothingToShow` where all
    words are left out.
    """
    counts = count_terms(corpus, corpus.parameters.topic_phrase)
    return select_terms(counts, document_frequency(counts) >= _MIN_UNITS)


@lru_cache(maxsize=8)
def weighted_paragraphs(corpus: Corpus) -> Counts:
    """Return the TF-IDF of the terms in each paragraph, rows of length 1 or empty."""
    return weight(modelled_counts(corpus), WEIGHTING)


@lru_cache(maxsize=8)
def largest_number(corpus: Corpus) -> int:
    """Return how many topics the texts can hold, up to :data:`MOST_TOPICS`.

    It is the rank of the matrix: as many topics as there are paragraphs that no mixture of
    others could replace would fit the texts without error.
    """
    values = _singular(weighted_paragraphs(corpus).matrix)[1]
    return int((values[:MOST_TOPICS] > _TINY).sum())


def require_topics(corpus: Corpus, number: int) -> None:
    """Raise :class:`NothingToShow` where the texts cannot hold so many topics, or not even two."""
    problem = too_many(corpus, number)
    if problem:
        raise NothingToShow(problem)


def too_many(corpus: Corpus, number: int) -> str:
    """Say why the texts cannot hold so many topics; nothing if they can. 0 asks for any."""
    limit = largest_number(corpus)
    if max(number, 2) <= limit:
        return ""
    shared = modelled_counts(corpus)
    rows, terms = int((np.diff(shared.matrix.indptr) > 0).sum()), len(shared.terms)
    alike = ", some of them alike," if limit < min(rows, terms) else ""
    held = f"{plural(rows, 'paragraph')}{alike} share {plural(terms, 'term')}"
    held = held if terms else "no two paragraphs share a term"
    if limit < 2:
        asked = f"n_topics = {number} is more than these texts can hold: " if number else ""
        said = f"{asked}{held}. They are too short for topics."
        return said[0].upper() + said[1:] if not number else said
    return f"n_topics = {number} is more than these texts can hold: {held}. The nearest is {limit}."


@lru_cache(maxsize=8)
def fit_topics(corpus: Corpus, number: int) -> Topics:
    """Fit a model of so many topics to the paragraphs of a corpus.

    Minimises the squared error of TF-IDF rows of length 1. Raises :class:`NothingToShow` where the
    texts cannot hold so many topics.
    """
    require_topics(corpus, number)
    weighted = weighted_paragraphs(corpus)
    [(mixture, components)] = factorise(weighted.matrix, [number])
    return _ordered(weighted.terms, mixture, components, weighted.sizes)


def factorise(
    matrix: sparse.csr_matrix, numbers: Iterable[int], settled: bool = True
) -> list[Parts]:
    """Return mixture and components of a units x terms matrix for each number of topics.

    The start is NNDSVD with zeros filled by the mean (Boutsidis & Gallopoulos 2008), on exact
    singular vectors. Without `settled` the iteration ends earlier, when the leading terms of the
    topics hardly move any more, which is enough to compare many models.
    """
    from sklearn.decomposition import non_negative_factorization
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    values = matrix.toarray() if _is_small(matrix) else matrix
    tolerance, iterations = (_TOLERANCE, _ITERATIONS) if settled else (_LOOSE, _FEW)
    found = []
    # A perfect fit leaves an error of -1e-17, and scikit-learn takes its square root.
    # One thread: more only wait for each other over matrices as small as these.
    with threadpool_limits(1), np.errstate(invalid="ignore"), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Maximum number of iterations")
        singular = _singular(matrix)
        for number in numbers:
            start, parts = _start(singular, number, matrix.sum() / np.prod(matrix.shape))
            mixture, components, _ = non_negative_factorization(
                values, W=start, H=parts, n_components=number, init="custom",
                tol=tolerance, max_iter=iterations,
            )  # fmt: skip
            found.append((mixture, components))
    return found


def leading_terms(components: Floats, depth: int) -> NDArray[np.int64]:
    """Return the heaviest terms of each topic, topics x depth; -1 where a topic has no more.

    Weights are rounded and ties are in the order of the terms, which is alphabetical.
    """
    scale = components.sum(axis=1, keepdims=True)
    weights = np.round(components / np.where(scale > 0, scale, 1), NOISE_DIGITS)
    order = np.argsort(-weights, axis=1, kind="stable")[:, :depth]
    found = np.full((len(components), depth), -1, dtype=np.int64)
    found[:, : order.shape[1]] = np.where(np.take_along_axis(weights, order, 1) > 0, order, -1)
    return found


def topic_names(topics: Topics) -> tuple[str, ...]:
    """Name each topic by three terms: those with the largest weight x specificity.

    A term that fills several topics alike names none of them. Ties are in alphabetical order; a
    term that shares a word with one already taken is passed over; of topics with the same name,
    the later ones are told apart by their number.
    """
    names: list[str] = []
    for row in leading_terms(topics.weights * topics.specificity, _TRIED_NAMES):
        name = ", ".join(_unlike([topics.terms[i] for i in row if i >= 0])) or "no term"
        names.append(name if name not in names else f"{name} ({len(names) + 1})")
    return tuple(names)


def _unlike(terms: list[str]) -> list[str]:
    """Return the first three terms that share no word with one before them."""
    kept: list[str] = []
    for term in terms:
        if len(kept) < _NAME_TERMS and not set(term.split()) & set(" ".join(kept).split()):
            kept.append(term)
    return kept


def _is_small(matrix: sparse.csr_matrix) -> bool:
    return bool(np.prod(matrix.shape) <= _DENSE or min(matrix.shape) <= _NARROW)


def _singular(matrix: sparse.csr_matrix) -> tuple[Floats, Floats, Floats]:
    """Return left vectors, values and right vectors (rows), as many as any number may need."""
    count = min(MOST_TOPICS, *matrix.shape)
    if _is_small(matrix):
        left, values, right = np.linalg.svd(matrix.toarray(), full_matrices=False)
        return left[:, :count], values[:count], right[:count]
    from scipy.sparse.linalg import svds

    found: Any = svds(matrix, k=count, v0=np.ones(min(matrix.shape)))
    order = np.argsort(-found[1], kind="stable")
    return found[0][:, order], found[1][order], found[2][order]


def _start(singular: tuple[Floats, Floats, Floats], number: int, fill: float) -> Parts:
    """Return mixture and components to start from: NNDSVD, its zeros filled."""
    left, values, right = singular[0][:, :number], singular[1][:number], singular[2][:number]
    one, other = _side(left, right, 1), _side(left, right, -1)
    # Rounded, so that where both sides are as large the same one is taken everywhere.
    first = np.round(one[2], NOISE_DIGITS) >= np.round(other[2], NOISE_DIGITS)
    scale = np.sqrt(values * np.where(first, one[2], other[2]))
    mixture = np.where(first, one[0], other[0]) * scale
    components = np.where(first[:, None], one[1], other[1]) * scale[:, None]
    mixture[mixture < _TINY] = fill
    components[components < _TINY] = fill
    return np.ascontiguousarray(mixture), np.ascontiguousarray(components)


def _side(left: Floats, right: Floats, sign: int) -> tuple[Floats, Floats, Floats]:
    """Return the positive parts of pairs of singular vectors, of length 1, and how much they are.

    With the sign -1 these are the negative parts.
    """
    one, other = np.maximum(sign * left, 0), np.maximum(sign * right, 0)
    sizes, lengths = np.linalg.norm(one, axis=0), np.linalg.norm(other, axis=1)
    one, other = one / np.maximum(sizes, _TINY), other / np.maximum(lengths, _TINY)[:, None]
    return one, other, sizes * lengths


def _ordered(
    terms: tuple[str, ...], mixture: Floats, components: Floats, sizes: NDArray[np.int64]
) -> Topics:
    """Scale a model so that it can be read, and put its topics in order."""
    scale = components.sum(axis=1)
    weights = components / np.where(scale > 0, scale, 1)[:, None]
    given = mixture.sum(axis=0)[:, None] * components
    over_all = given.sum(axis=0)
    strength = mixture * scale
    total = strength.sum(axis=1, keepdims=True)
    shares = np.round(strength / np.where(total > 0, total, 1), NOISE_DIGITS)
    first = leading_terms(weights, 1)[:, 0]
    order = np.lexsort((first, -np.round(sizes @ shares / max(sizes.sum(), 1), 6)))
    return Topics(
        terms,
        np.round(weights, NOISE_DIGITS)[order],
        np.round(given / np.where(over_all > 0, over_all, 1), NOISE_DIGITS)[order],
        shares[:, order],
    )
