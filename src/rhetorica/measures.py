"""Measures of likeness: how alike two vectors of counts are, in five ways that are in use."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]
MeasureName = Literal["cosine", "cosine_rates", "jensen_shannon", "delta", "shingles"]

_CELLS = 4_000_000  # numbers compared at once: what is made of them stays under 200 MB


@dataclass(frozen=True)
class Measure:
    """A measure: how it is called, in what unit it is given, and how it is computed.

    `distance` says that it is smaller the more alike two texts are; else it runs from 0 (nothing
    in common) to 1 (the same). `digits` are those with which it is written.
    """

    name: MeasureName
    label: str
    unit: str
    formula: str
    distance: bool = False
    digits: int = 2

    def write(self, value: float) -> str:
        """Write a value as figures and titles do: one that is not 0 never as 0."""
        small = 0 < value < 0.5 * 10**-self.digits
        return f"{value:.1g}" if small else f"{value:.{self.digits}f}"

    def nearness(self, values: Floats) -> Floats:
        """Return values that are larger the more alike, to order pairs by."""
        nearer: Floats = -values if self.distance else values
        return nearer

    def distances(self, values: Floats) -> Floats:
        """Return values that are 0 for texts that are the same, to draw a tree from."""
        apart: Floats = values if self.distance else 1 - values
        return apart


MEASURES: Mapping[MeasureName, Measure] = {
    measure.name: measure
    for measure in (
        Measure(
            "cosine",
            "cosine of TF-IDF",
            "cosine, from 0 (no weighted word in common) to 1 (the same words in the same shares)",
            "Σ ab / √(Σ a² Σ b²) over the weights a and b of each word; {weighting}",
        ),
        Measure(
            "cosine_rates",
            "cosine of rates",
            "cosine, from 0 (no word in common) to 1 (the same words in the same shares)",
            "Σ ab / √(Σ a² Σ b²) over the rates a and b of each word, none weighing more",
        ),
        Measure(
            "jensen_shannon",
            "Jensen–Shannon overlap",
            "overlap, from 0 (no word in common) to 1 (the same words in the same shares)",
            "1 − ½ Σ (p log2(p / m) + q log2(q / m)) over the shares p and q of each word, "
            "m = (p + q) / 2: 1 less the Jensen-Shannon divergence in bits",
        ),
        Measure(
            "delta",
            "Burrows's Delta",
            "Delta, from 0 (all frequent words at the same rates) up: the smaller, the more alike",
            "mean of |z − z′| over the {words} most frequent words, function words among them; z "
            "is a rate less its mean over the texts, divided by its standard deviation (n − 1)",
            distance=True,
        ),
        Measure(
            "shingles",
            "shingle overlap",
            "share, from 0 (no run of words in common) to 1 (all)",
            "runs of {shingle} words that both texts have / runs that either has (Jaccard)",
            digits=3,  # texts hardly share a twentieth of their runs
        ),
    )
}  # fmt: skip


def cosines(a: sparse.csr_matrix, b: sparse.csr_matrix) -> Floats:
    """Return the cosine of each row of `a` with the row of `b` beside it.

    Σ a_i b_i / √(Σ a_i² Σ b_i²) (Salton, Wong & Yang 1975); 0 where a row is empty.
    """
    scale = np.sqrt(_sums(a.multiply(a)) * _sums(b.multiply(b)))
    return _ratio(_sums(a.multiply(b)), scale)


def overlaps(a: sparse.csr_matrix, b: sparse.csr_matrix) -> Floats:
    """Return 1 less the Jensen-Shannon divergence, in bits, of each row of `a` and that of `b`.

    Lin (1991), eq. 4.1, with weights ½. Only terms that both rows have add to it: with shares p
    and q, ½ p (1 - log2(2p / (p + q))) + ½ q (1 - log2(2q / (p + q))). 0 where a row is empty.
    """
    shares = [_scaled(rows, _sums(rows)) for rows in (a, b)]
    p, q = _common(shares[0], shares[1])
    of_p, of_q = overlap_terms(p.data, q.data)
    both = sparse.csr_matrix((of_p + of_q, p.indices, p.indptr), shape=p.shape)
    return np.clip(_sums(both), 0, 1)


def overlap_terms(p: Floats, q: Floats) -> tuple[Floats, Floats]:
    """Return what terms with the shares p and q add to an overlap, for either side.

    >>> [float(part) for part in overlap_terms(np.array(0.5), np.array(0.5))]
    [0.25, 0.25]
    """
    of_p: Floats = 0.5 * p * (1 - np.log2(2 * p / (p + q)))
    of_q: Floats = 0.5 * q * (1 - np.log2(2 * q / (p + q)))
    return of_p, of_q


def jaccards(a: sparse.csr_matrix, b: sparse.csr_matrix) -> Floats:
    """Return, for each row of `a` and that of `b`, the features of both over those of either.

    The resemblance of Broder (1997); 0 where both rows are empty.
    """
    shared = _sums((a != 0).multiply(b != 0))
    either = np.diff(a.indptr) + np.diff(b.indptr) - shared
    return _ratio(shared, either)


def deltas(a: Floats, b: Floats) -> Floats:
    """Return the mean absolute difference of each row of z-scores `a` and that of `b`.

    Burrows (2002), as Argamon (2008, eq. 1) writes it.
    """
    return np.asarray(np.abs(a - b).mean(axis=1))


def standardise(rates: Floats, means: Floats, deviations: Floats) -> Floats:
    """Return z-scores: rates less their mean, over their standard deviation (0 where it is 0)."""
    varied = deviations > 0
    scores: Floats = np.where(varied, rates - means, 0) / np.where(varied, deviations, 1)
    return scores


def all_products(rows: sparse.csr_matrix, others: sparse.csr_matrix) -> Floats:
    """Return rows x others: the sum of products of the columns of each row and each other.

    A product of sparse matrices adds up column by column. What most rows have is cheaper as a
    dense product: the columns are parted by how many of the others have them.
    """
    standing = np.bincount(others.indices, minlength=others.shape[1])
    dense = standing > max(0.02 * others.shape[0], 2)
    if dense.sum() * others.shape[0] > _CELLS:
        most = max(_CELLS // others.shape[0], 1)
        dense &= standing >= np.sort(standing)[-most]
    frequent = rows[:, dense].toarray() @ others[:, dense].toarray().T
    rare = rows[:, ~dense] @ others[:, ~dense].T
    products: Floats = frequent + rare.toarray()
    return products


def by_chunks(rows: int, width: int) -> list[slice]:
    """Return slices that cut so many rows of some width into chunks that fit the memory."""
    size = max(1, _CELLS // max(width, 1))
    return [slice(start, start + size) for start in range(0, rows, size)]


def _common(a: sparse.csr_matrix, b: sparse.csr_matrix) -> tuple[sparse.csr_matrix, ...]:
    """Return two matrices with only the entries that both have, in the same order."""
    kept = [sparse.csr_matrix(own.multiply(other != 0)) for own, other in ((a, b), (b, a))]
    for matrix in kept:
        matrix.sort_indices()
    return tuple(kept)


def _sums(matrix: sparse.csr_matrix) -> Floats:
    return np.asarray(matrix.sum(axis=1), dtype=np.float64).ravel()


def _scaled(matrix: sparse.csr_matrix, totals: Floats) -> sparse.csr_matrix:
    data = matrix.data / np.repeat(np.where(totals > 0, totals, 1), np.diff(matrix.indptr))
    return sparse.csr_matrix((data, matrix.indices, matrix.indptr), shape=matrix.shape)


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Return part / whole, 0 where there is no whole; rounding leads to no value beyond 1."""
    return np.clip(part / np.where(whole > 0, whole, np.inf), 0, 1)
