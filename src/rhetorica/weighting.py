"""Weighting: term frequency x inverse document frequency, every part of it a stated choice."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from rhetorica.counts import Counts, document_frequency, require_plain

Floats = NDArray[np.float64]
Tf = Literal["count", "proportion", "rate", "log"]
Idf = Literal["none", "plain", "smooth"]
Base = Literal["e", "2", "10"]
Norm = Literal["none", "l1", "l2"]

_TF: dict[Tf, str] = {
    "count": "count",
    "proportion": "count / words",
    "rate": "count per 1,000 words",
    "log": "1 + {log} count",
}
_IDF: dict[Idf, str] = {
    "none": "1",
    "plain": "{log}(N / df)",
    "smooth": "{log}((1 + N) / (1 + df)) + 1",
}
_LOGARITHM: dict[Base, str] = {"e": "ln", "2": "log2", "10": "log10"}
_NORM: dict[Norm, str] = {
    "none": "",
    "l1": ", rows scaled to sum to 1",
    "l2": ", rows scaled to length 1",
}


@dataclass(frozen=True)
class Weighting:
    """The choices that make a TF-IDF.

    `tf` is, of the count c of a term in a unit of n words: ``count``, c; ``proportion``, c / n;
    ``rate``, 1000 c / n; ``log``, 1 + log c (Manning, Raghavan & Schütze 2008, §6.4.1), 0 where
    c is 0. n are all words of the unit, whatever was left out. `idf` is, with N units and df of
    them holding the term: ``none``, 1; ``plain``, log(N / df) (Spärck Jones 1972), which gives
    a term of all units 0; ``smooth``, log((1 + N) / (1 + df)) + 1, as if one more unit held
    every term (scikit-learn's default), which gives a term of all units 1. `base` is that of
    both logarithms. `norm` scales each unit's row: ``l2`` to a Euclidean length of 1, ``l1`` to
    a sum of 1.

    >>> Weighting(tf="proportion", base="10").formula
    'tf × idf; tf = count / words, idf = log10(N / df)'
    """

    tf: Tf = "rate"
    idf: Idf = "plain"
    base: Base = "e"
    norm: Norm = "none"

    @property
    def formula(self) -> str:
        """The weighting in words, as the figures state it."""
        logarithm = _LOGARITHM[self.base]
        tf, idf = (said.format(log=logarithm) for said in (_TF[self.tf], _IDF[self.idf]))
        return f"tf × idf; tf = {tf}, idf = {idf}{_NORM[self.norm]}"

    def logarithm(self, values: Floats) -> Floats:
        """Return the logarithm of values to the base that was chosen."""
        scale = {"e": 1.0, "2": np.log(2), "10": np.log(10)}[self.base]
        logarithm: Floats = np.log(values) / scale
        return logarithm


def weight(counts: Counts, weighting: Weighting) -> Counts:
    """Return counts weighted by TF-IDF; they remember how.

    Every count keeps its place in the matrix, also where its weight is 0. Raises
    :class:`CountsError` for counts that are weighted already.
    """
    require_plain(counts, "weighted by tf-idf")
    plain = counts.matrix
    rows = np.repeat(np.arange(plain.shape[0]), np.diff(plain.indptr))
    words = np.maximum(counts.sizes, 1)[rows]
    data = _term_frequency(plain.data.astype(np.float64), words, weighting)
    data = data * inverse_document_frequency(counts, weighting)[plain.indices]
    if weighting.norm != "none":
        power = 1 if weighting.norm == "l1" else 2
        total = np.bincount(rows, np.abs(data) ** power, plain.shape[0]) ** (1 / power)
        data = data / np.where(total > 0, total, 1)[rows]
    # Built anew: scipy's own conversions may put the entries of a row in another order.
    structure = (data, plain.indices.copy(), plain.indptr.copy())
    matrix = sparse.csr_matrix(structure, shape=plain.shape)
    return replace(counts, matrix=matrix, weighting=weighting.formula)


def inverse_document_frequency(counts: Counts, weighting: Weighting) -> Floats:
    """Return the idf of each term over the units of some counts."""
    units, frequency = counts.matrix.shape[0], document_frequency(counts)
    if weighting.idf == "none":
        return np.ones(len(frequency))
    if weighting.idf == "smooth":
        return weighting.logarithm((1 + units) / (1 + frequency)) + 1
    return weighting.logarithm(units / np.maximum(frequency, 1))


def _term_frequency(counts: Floats, words: NDArray[np.int64], weighting: Weighting) -> Floats:
    """Return the tf of some counts of units of so many words."""
    if weighting.tf == "log":
        some = np.maximum(counts, 1)  # a count of 0 may be stored
        return np.where(counts > 0, 1 + weighting.logarithm(some), 0.0)
    if weighting.tf == "count":
        return counts
    scale = 1000 if weighting.tf == "rate" else 1
    frequency: Floats = scale * counts / words
    return frequency
