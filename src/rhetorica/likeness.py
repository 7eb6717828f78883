"""Likeness: what texts are compared by, fixed once, so that any parts of them can be compared."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from rhetorica.corpus import Corpus
from rhetorica.counts import Counts, sum_documents
from rhetorica.errors import NothingToShow
from rhetorica.findings import require_texts
from rhetorica.measures import (
    MEASURES,
    Measure,
    MeasureName,
    all_products,
    by_chunks,
    cosines,
    deltas,
    jaccards,
    overlaps,
    standardise,
)
from rhetorica.stop_words import all_left_out, is_left_out
from rhetorica.tokens import units_of
from rhetorica.weighting import Weighting, inverse_document_frequency

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_MIN_DELTA_TEXTS = 3  # of two texts every word is one standard deviation from the other


@dataclass(frozen=True, eq=False)
class Yardstick:
    """A measure with all that it takes from the texts it was made for.

    `units` are counts, paragraphs x features: words, or runs of words. `sizes` are all words of
    each paragraph and `documents` its text. Feature ``codes[i]`` stands at token ``positions[i]``,
    ascending. `weights` are the idf of each feature; `means` and `deviations` those of the rates,
    for Delta. All of these stay as they are when parts of the texts are compared.
    """

    measure: Measure
    formula: str
    features: tuple[str, ...]
    units: sparse.csr_matrix
    sizes: Integers
    documents: Integers
    positions: Integers
    codes: Integers
    weights: Floats
    means: Floats
    deviations: Floats

    def __post_init__(self) -> None:
        for value in vars(self).values():
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    def __repr__(self) -> str:
        units, features = self.units.shape
        return f"<Yardstick: {self.measure.label}, {units} paragraphs x {features} features>"


def compare(
    yardstick: Yardstick, a: sparse.csr_matrix, b: sparse.csr_matrix, words: tuple[Floats, Floats]
) -> Floats:
    """Return the measure of each row of counts `a` and the row of `b` beside it.

    `words` are all words of each row of either, which the rates of Delta need.
    """
    name = yardstick.measure.name
    if name == "delta":
        return deltas(scores(yardstick, a, words[0]), scores(yardstick, b, words[1]))
    if name == "shingles":
        return jaccards(a, b)
    if name == "jensen_shannon":
        return overlaps(a, b)
    return cosines(weighted(yardstick, a), weighted(yardstick, b))


def weighted(yardstick: Yardstick, rows: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return counts with each feature multiplied by its weight."""
    data = rows.data * yardstick.weights[rows.indices]
    return sparse.csr_matrix((data, rows.indices, rows.indptr), shape=rows.shape)


def scores(yardstick: Yardstick, rows: sparse.csr_matrix, words: Floats) -> Floats:
    """Return the z-scores of the rates of counts, for Delta."""
    percent = 100 * rows.toarray() / np.maximum(words, 1)[:, None]
    return standardise(percent, yardstick.means, yardstick.deviations)


def add_up(yardstick: Yardstick, gather: sparse.csr_matrix) -> tuple[sparse.csr_matrix, Floats]:
    """Return the counts and the words of rows that are made of paragraphs.

    `gather` is rows x paragraphs: how often each paragraph stands in each row.
    """
    counts = sparse.csr_matrix(gather @ yardstick.units)
    counts.sort_indices()
    return counts, np.asarray(gather @ yardstick.sizes, dtype=np.float64)


def spread_weights(
    yardstick: Yardstick, text: int, weights: NDArray[np.int64]
) -> sparse.csr_matrix:
    """Return weights of the paragraphs of one text as weights of all paragraphs."""
    inside = np.flatnonzero(yardstick.documents == text)
    rows, columns = np.nonzero(weights)
    shape = (len(weights), len(yardstick.documents))
    data = weights[rows, columns].astype(np.float64)
    return sparse.csr_matrix((data, (rows, inside[columns])), shape=shape)


@lru_cache(maxsize=8)
def whole_texts(yardstick: Yardstick) -> tuple[sparse.csr_matrix, Floats]:
    """Return the counts and the words of each text."""
    units = len(yardstick.documents)
    ones = np.ones(units)
    shape = (int(yardstick.documents.max()) + 1, units)
    return add_up(
        yardstick, sparse.csr_matrix((ones, (yardstick.documents, np.arange(units))), shape=shape)
    )


def likeness(yardstick: Yardstick, first: Integers, second: Integers) -> Floats:
    """Return the measure of pairs of whole texts: text ``first[i]`` and text ``second[i]``."""
    rows, words = whole_texts(yardstick)
    width = max(int(np.diff(rows.indptr).max()), 1)
    parts = [
        compare(
            yardstick,
            rows[first[part]],
            rows[second[part]],
            (words[first[part]], words[second[part]]),
        )
        for part in by_chunks(len(first), width)
    ]
    return np.concatenate(parts) if parts else np.zeros(0)


def against_all(yardstick: Yardstick, texts: slice) -> Floats:
    """Return the measure of some texts and all texts: texts x all."""
    rows, words = whole_texts(yardstick)
    name = yardstick.measure.name
    if name in ("cosine", "cosine_rates", "shingles"):
        counts = weighted(yardstick, rows) if name != "shingles" else sparse.csr_matrix(rows != 0)
        counts = sparse.csr_matrix(counts, dtype=np.float64)
        lengths = np.asarray(counts.multiply(counts).sum(axis=1), dtype=np.float64).ravel()
        products = all_products(counts[texts], counts)
        scale = np.sqrt(np.outer(lengths[texts], lengths))
        if name == "shingles":  # of ones, the sum of squares is their number
            scale = lengths[texts][:, None] + lengths[None, :] - products
        return np.clip(products / np.where(scale > 0, scale, np.inf), 0, 1)
    if name == "delta":
        from scipy.spatial.distance import cdist

        z = scores(yardstick, rows, words)
        apart: Floats = cdist(z[texts], z, "cityblock") / max(z.shape[1], 1)
        return apart
    count = rows.shape[0]
    every = np.arange(count)
    return np.stack([likeness(yardstick, np.full(count, i), every) for i in every[texts]])


def measure_of(corpus: Corpus) -> Measure:
    """Return the measure that the parameter `measure` asks for."""
    return MEASURES[corpus.parameters.measure]


@lru_cache(maxsize=8)
def yardstick_of(corpus: Corpus, name: MeasureName) -> Yardstick:
    """Return the yardstick of a measure for a corpus.

    Words that are left out do not count. Delta leaves out those of the parameter `leave_out` alone,
    for it lives on function words, and shingles none: they are runs of all words. Raises
    :class:`NothingToShow` for a single text, where no word is left, where no paragraph is as long
    as a shingle, and for the Delta of two texts.
    """
    require_texts(len(corpus.sources), "a comparison")
    if name == "shingles":
        return _of_shingles(corpus)
    counts = sum_documents(corpus.counts)
    if name == "delta":
        return _of_frequent_words(corpus, counts)
    kept = ~is_left_out(corpus.counts.terms, corpus.parameters)
    kept &= np.asarray(counts.matrix.sum(axis=0)).ravel() > 0
    if not kept.any():
        raise NothingToShow(all_left_out(corpus.parameters))
    if name != "cosine":
        return _of_words(corpus, kept, name, MEASURES[name].formula)
    weighting = Weighting(idf=corpus.parameters.similarity_idf)
    texts = len(counts.document_ids)
    formula = MEASURES[name].formula.format(weighting=f"{weighting.formula}, N = {texts} texts")
    weights = inverse_document_frequency(counts, weighting)[kept]
    return _of_words(corpus, kept, name, formula, weights=weights)


def _of_words(
    corpus: Corpus, kept: NDArray[np.bool_], name: MeasureName, formula: str, **more: Floats
) -> Yardstick:
    """Return a yardstick whose features are the terms that are marked."""
    column = np.where(kept, np.cumsum(kept) - 1, -1)
    codes = column[corpus.term_of_type[corpus.tokens.codes]]
    positions = np.flatnonzero(codes >= 0)
    features = tuple(np.array(corpus.counts.terms, dtype=object)[kept])
    return _assembled(corpus, name, formula, features, (positions, codes[positions]), **more)


def _of_frequent_words(corpus: Corpus, counts: Counts) -> Yardstick:
    texts, chosen = len(counts.document_ids), corpus.parameters
    if texts < _MIN_DELTA_TEXTS:
        raise NothingToShow(
            "Burrows's Delta compares rates with their spread over the texts: it needs at least "
            f"{_MIN_DELTA_TEXTS} texts, and there are {texts}. Take another measure."
        )
    named = is_left_out(counts.terms, chosen.model_copy(update={"stop_words": "none"}))
    totals = np.where(named, 0, np.asarray(counts.matrix.sum(axis=0)).ravel())
    frequent = np.argsort(-totals, kind="stable")[: chosen.frequent_words]
    kept = np.zeros(len(totals), dtype=bool)
    kept[frequent[totals[frequent] > 0]] = True
    if not kept.any():
        raise NothingToShow(all_left_out(chosen))
    percent = 100 * counts.matrix[:, kept].toarray() / np.maximum(counts.sizes, 1)[:, None]
    deviations = percent.std(axis=0, ddof=1)
    deviations[deviations < 1e-12 * percent.mean(axis=0)] = 0  # what rounding leaves of no spread
    formula = MEASURES["delta"].formula.format(words=int(kept.sum()))
    spread = {"means": percent.mean(axis=0), "deviations": deviations}
    return _of_words(corpus, kept, "delta", formula, **spread)


def _of_shingles(corpus: Corpus) -> Yardstick:
    """Return a yardstick whose features are runs of words within a paragraph or heading."""
    tokens, length = corpus.tokens, corpus.parameters.shingle_words
    words = corpus.term_of_type[tokens.codes]
    starts = np.arange(max(len(words) - length + 1, 0))
    block = units_of(tokens.paragraphs, np.arange(len(words)))
    # Where a part of a paragraph was not chosen, what stands around it is no run.
    block += np.searchsorted(tokens.gaps, np.arange(len(words)), side="right")
    starts = starts[block[starts] == block[starts + length - 1]]
    if not len(starts):
        raise NothingToShow(
            f"No paragraph of these texts has {length} words in a row: lower shingle_words."
        )
    runs = np.stack([words[starts + i] for i in range(length)], axis=1)
    unique, codes = np.unique(runs, axis=0, return_inverse=True)
    features = tuple(" ".join(corpus.counts.terms[word] for word in run) for run in unique)
    formula = MEASURES["shingles"].formula.format(shingle=length)
    return _assembled(corpus, "shingles", formula, features, (starts, codes.ravel()))


def _assembled(
    corpus: Corpus,
    name: MeasureName,
    formula: str,
    features: tuple[str, ...],
    standing: tuple[Integers, Integers],
    **more: Floats,
) -> Yardstick:
    positions, codes = standing
    rows = units_of(corpus.tokens.paragraphs, positions)
    shape = (len(corpus.counts.sizes), len(features))
    units = sparse.csr_matrix((np.ones(len(codes)), (rows, codes)), shape=shape)
    units.sum_duplicates()
    plain = {"weights": np.ones(len(features)), "means": np.zeros(0), "deviations": np.zeros(0)}
    return Yardstick(
        MEASURES[name],
        formula,
        features,
        units,
        corpus.counts.sizes,
        corpus.counts.unit_documents,
        positions,
        codes.astype(np.int64),
        **plain | more,
    )
