"""Measures of likeness: values of other programs, values by hand, and what holds for any counts."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy import sparse
from scipy.spatial.distance import jensenshannon

from rhetorica.measures import (
    MEASURES,
    all_products,
    by_chunks,
    cosines,
    deltas,
    jaccards,
    overlap_terms,
    overlaps,
    standardise,
)
from support import REFERENCE, counts_of

Floats = NDArray[np.float64]
QUANTEDA = REFERENCE["similarity (quanteda)"]
STYLO = REFERENCE["Burrows's Delta (stylo; rows as percent, z with sd over n-1, mean absolute "
                  "difference)"]  # fmt: skip

two_matrices = st.tuples(st.integers(1, 5), st.integers(1, 6)).flatmap(
    lambda shape: st.tuples(*[arrays(np.float64, shape, elements=st.integers(0, 4))] * 2)
)


def rows_of(values: Sequence[Sequence[float]] | Floats) -> sparse.csr_matrix:
    return sparse.csr_matrix(np.array(values, dtype=np.float64))


@pytest.mark.parametrize("pair", ["d1d2", "d1d3", "d2d3", "d1d4"])
def test_cosines_of_quanteda(pair: str) -> None:
    counts = counts_of({**QUANTEDA["documents"], "d4": "x y z"})
    one, other = (counts.matrix[[counts.document_ids.index(name)]] for name in (pair[:2], pair[2:]))
    expected = QUANTEDA["cosine"][pair]
    assert cosines(one, other)[0] == pytest.approx(expected, abs=5e-8)


def test_deltas_of_stylo() -> None:
    counts = np.array(STYLO["counts"], dtype=np.float64)
    percent = 100 * counts / counts.sum(axis=1, keepdims=True)
    z = standardise(percent, percent.mean(axis=0), percent.std(axis=0, ddof=1))
    found = deltas(z[[0, 0, 1]], z[[1, 2, 2]])
    np.testing.assert_allclose(found, [STYLO[pair] for pair in ("d1d2", "d1d3", "d2d3")], rtol=1e-9)


def test_a_word_of_one_rate_everywhere_adds_nothing_to_a_delta() -> None:
    # The second word has no spread: its z-score is 0, and it still counts in the mean.
    rates = np.array([[1.0, 5.0], [3.0, 5.0]])
    z = standardise(rates, np.array([2.0, 5.0]), np.array([2.0, 0.0]))
    assert z.tolist() == [[-0.5, 0.0], [0.5, 0.0]]
    assert deltas(z[:1], z[1:]).tolist() == [0.5]


def test_cosines_by_hand() -> None:
    found = cosines(rows_of([[2, 1], [1, 0], [0, 0]]), rows_of([[1, 1], [0, 3], [1, 1]]))
    # (2 + 1) / (√5 √2); nothing in common; an empty row.
    np.testing.assert_allclose(found, [3 / math.sqrt(10), 0, 0], rtol=1e-15)


def test_overlaps_by_hand() -> None:
    one = rows_of([[1, 1, 0], [3, 0, 0], [1, 0, 0], [0, 0, 0], [2, 2, 0]])
    other = rows_of([[1, 0, 1], [9, 0, 0], [0, 1, 0], [1, 1, 1], [1, 0, 0]])
    # Half of either is shared: ½ (½ log2 1 ...) = ½. Then the same shares; nothing; an empty row.
    # Last p = (½, ½), q = (1, 0), m = (¾, ¼): 1 - ½ (½ log2 ⅔ + ½ log2 2 + log2 4/3).
    last = 1 - 0.5 * (0.5 * math.log2(2 / 3) + 0.5 + math.log2(4 / 3))
    np.testing.assert_allclose(overlaps(one, other), [0.5, 1, 0, 0, last], rtol=1e-14)


def test_jaccards_by_hand() -> None:
    one = rows_of([[5, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0], [2, 2, 2, 2]])
    other = rows_of([[1, 0, 3, 0], [0, 1, 0, 0], [0, 0, 0, 0], [1, 1, 1, 1]])
    assert jaccards(one, other).tolist() == [1 / 3, 0, 0, 1]


@given(two_matrices)
def test_overlaps_are_one_less_the_divergence_of_scipy(pair: tuple[Floats, Floats]) -> None:
    found = overlaps(*map(rows_of, pair))
    for value, p, q in zip(found, *pair, strict=True):
        expected = 1 - jensenshannon(p, q, base=2) ** 2 if p.any() and q.any() else 0
        assert value == pytest.approx(expected, abs=1e-7)


@given(two_matrices)
def test_jaccards_are_those_of_sets(pair: tuple[Floats, Floats]) -> None:
    for value, p, q in zip(jaccards(*map(rows_of, pair)), *pair, strict=True):
        a, b = set(np.flatnonzero(p).tolist()), set(np.flatnonzero(q).tolist())
        assert value == (len(a & b) / len(a | b) if a | b else 0)


@pytest.mark.parametrize("measure", [cosines, overlaps, jaccards])
@given(two_matrices, st.integers(2, 5))
def test_measures_are_symmetric_bounded_and_blind_to_length(
    measure: object, pair: tuple[Floats, Floats], times: int
) -> None:
    assert callable(measure)
    one, other = map(rows_of, pair)
    values = measure(one, other)
    assert ((values >= 0) & (values <= 1)).all()
    np.testing.assert_allclose(measure(other, one), values, atol=1e-12)
    np.testing.assert_allclose(measure(one * times, other), values, atol=1e-12)
    own = np.array([1.0 if row.any() else 0.0 for row in pair[0]])
    np.testing.assert_allclose(measure(one, one), own, atol=1e-12)


@given(two_matrices)
def test_deltas_are_a_distance(pair: tuple[Floats, Floats]) -> None:
    a, b = pair
    np.testing.assert_array_equal(deltas(a, b), deltas(b, a))
    assert (deltas(a, a) == 0).all()
    assert (deltas(a, b) <= deltas(a, a + b) + deltas(a + b, b) + 1e-12).all()


@given(st.floats(1e-6, 1), st.floats(1e-6, 1))
def test_parts_of_an_overlap_are_never_negative_and_belong_to_their_sides(
    p: float, q: float
) -> None:
    of_p, of_q = overlap_terms(np.array(p), np.array(q))
    other_q, other_p = overlap_terms(np.array(q), np.array(p))
    assert (of_p, of_q) == (other_p, other_q)
    assert of_p + of_q >= 0
    # What a term adds is no more than the shares it has.
    assert of_p + of_q <= (p + q) / 2 + 1e-12


@pytest.mark.parametrize(
    ("rows", "columns", "density"),
    [(3, 5, 1.0), (150, 40, 0.05), (120, 300, 0.01), (90, 1, 0.5)],
)
def test_products_are_those_of_dense_matrices(rows: int, columns: int, density: float) -> None:
    random = np.random.default_rng(rows)
    dense = random.random((rows, columns)) * (random.random((rows, columns)) < density)
    dense[:, 0] = 1.0  # a column that all have, beside rare ones
    matrix = rows_of(dense)
    expected = dense[:7] @ dense.T
    np.testing.assert_allclose(all_products(matrix[:7], matrix), expected, rtol=1e-12)


@pytest.mark.parametrize(("rows", "width"), [(0, 5), (1, 1), (10, 10**9), (11, 1_000_000)])
def test_chunks_cover_each_row_once(rows: int, width: int) -> None:
    slices = by_chunks(rows, width)
    covered = [place for index in slices for place in range(*index.indices(rows))]
    assert covered == list(range(rows))


def test_nearness_is_larger_and_distance_smaller_the_more_alike() -> None:
    values = np.array([0.2, 0.9])
    for measure in MEASURES.values():
        nearer = measure.nearness(values).argmax()
        assert nearer == (0 if measure.name == "delta" else 1)
        assert measure.distances(values).argmin() == nearer
    assert MEASURES["cosine"].distances(np.array([1.0])).tolist() == [0]
    assert MEASURES["delta"].distances(np.array([0.0])).tolist() == [0]
