"""Dispersion: reference values, extremes, and what chance gives, counted out by fractions."""

from fractions import Fraction
from itertools import product
from math import comb, prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetorica.dispersion import deviation_by_chance, deviation_of_proportions
from rhetorica.resampling import generator
from support import REFERENCE

GRIES = REFERENCE["dispersion (Gries 2019, five parts)"]


def dp(hits: list[int], sizes: list[int]) -> tuple[float, float]:
    """Return DP and DPnorm of one quantity."""
    plain, norm = deviation_of_proportions(np.array(hits)[:, None], np.array(sizes))
    return float(plain[0]), float(norm[0])


def dp_by_hand(hits: tuple[int, ...], sizes: list[int]) -> Fraction:
    """DPnorm by its definition, in fractions."""
    of, words = sum(hits), sum(sizes)
    apart = [abs(Fraction(h, of) - Fraction(s, words)) for h, s in zip(hits, sizes, strict=True)]
    return sum(apart, Fraction(0)) / 2 / (1 - Fraction(min(sizes), words))


@pytest.mark.parametrize("word", ["a", "b"])
def test_reference_values(word: str) -> None:
    parts = [part.split() for part in GRIES["parts"]]
    found = dp([part.count(word) for part in parts], [len(part) for part in parts])
    assert found == pytest.approx((GRIES[word]["DP"], GRIES[word]["DPnorm"]), abs=1e-6)


EXTREMES = [
    ([1, 1], [10, 10], (0, 0)),
    ([1, 2, 3], [10, 20, 30], (0, 0)),
    ([5, 0], [10, 10], (Fraction(1, 2), 1)),
    ([9, 0, 0], [10, 20, 70], (Fraction(9, 10), 1)),
    # all in the greater part: 1/2 (|1 - 3/4| + |0 - 1/4|) = 1/4, of 3/4 at most
    ([0, 2], [10, 30], (Fraction(1, 4), Fraction(1, 3))),
    # 1/2 (|1/4 - 1/2| + |3/4 - 1/2|) = 1/4, of 1/2 at most
    ([1, 3], [10, 10], (Fraction(1, 4), Fraction(1, 2))),
]


@pytest.mark.parametrize(("hits", "sizes", "expected"), EXTREMES)
def test_extremes_by_hand(
    hits: list[int], sizes: list[int], expected: tuple[Fraction, Fraction]
) -> None:
    assert dp(hits, sizes) == pytest.approx(tuple(map(float, expected)))


def test_each_quantity_has_its_own() -> None:
    plain, norm = deviation_of_proportions(np.array([[1, 0, 0], [3, 0, 2]]), np.array([10, 10]))
    assert plain.tolist() == pytest.approx([0.25, np.nan, 0.5], nan_ok=True)
    assert norm.tolist() == pytest.approx([0.5, np.nan, 1], nan_ok=True)


def test_one_part_is_spread_as_it_is_and_cannot_be_otherwise() -> None:
    assert dp([3], [10]) == pytest.approx((0, np.nan), nan_ok=True)
    assert np.isnan(deviation_by_chance(np.array([3]), np.array([10]))).all()


def test_a_part_without_words_is_none() -> None:
    assert dp([1, 0, 3], [10, 0, 10]) == dp([1, 3], [10, 10])
    totals = np.array([4])
    whole = deviation_by_chance(totals, np.array([10, 0, 10]))
    assert whole.tolist() == deviation_by_chance(totals, np.array([10, 10])).tolist()


PARTS = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 50)), min_size=2, max_size=8)


@given(PARTS)
def test_order_of_the_parts_never_matters(parts: list[tuple[int, int]]) -> None:
    turned = sorted(parts, key=lambda part: part[::-1])
    for chosen in (turned, parts[::-1]):
        hits, sizes = map(list, zip(*chosen, strict=True))
        here, there = map(list, zip(*parts, strict=True))
        assert dp(hits, sizes) == pytest.approx(dp(here, there), nan_ok=True, abs=1e-12)
        totals = np.array([0, 1, 7])
        np.testing.assert_allclose(
            deviation_by_chance(totals, np.array(sizes)),
            deviation_by_chance(totals, np.array(there)),
            rtol=1e-9,
        )


@given(PARTS.filter(lambda parts: any(hits for hits, _ in parts)))
def test_dispersion_is_that_of_fractions(parts: list[tuple[int, int]]) -> None:
    hits, sizes = map(list, zip(*parts, strict=True))
    plain, norm = dp(hits, sizes)
    assert norm == pytest.approx(float(dp_by_hand(tuple(hits), sizes)), abs=1e-12)
    assert 0 <= plain <= norm <= 1 + 1e-12


def expected_by_hand(total: int, sizes: list[int]) -> Fraction:
    """Mean DPnorm over every way in which hits can fall on the parts, in fractions."""
    words, mean = sum(sizes), Fraction(0)
    for hits in product(range(total + 1), repeat=len(sizes)):
        if sum(hits) == total:
            left = [total - sum(hits[:i]) for i in range(len(hits))]
            ways = prod(comb(n, h) for n, h in zip(left, hits, strict=True))
            chance = prod(Fraction(s, words) ** h for s, h in zip(sizes, hits, strict=True))
            mean += ways * chance * dp_by_hand(hits, sizes)
    return mean


CHANCES = [
    (1, [10, 10]), (2, [10, 10]), (5, [10, 10]), (1, [1, 2, 3]), (4, [1, 2, 3]), (6, [1, 2, 3]),
    (7, [30, 5, 1]), (10, [3, 7]), (3, [4, 4, 4, 4]), (6, [9, 1, 2, 5]),
]  # fmt: skip


@pytest.mark.parametrize(("total", "sizes"), CHANCES)
def test_chance_is_the_mean_over_all_ways(total: int, sizes: list[int]) -> None:
    found = deviation_by_chance(np.array([total]), np.array(sizes))
    assert found.tolist() == pytest.approx([float(expected_by_hand(total, sizes))], rel=1e-9)


def test_chance_of_two_hits_in_halves_by_hand() -> None:
    # Both in one half (DPnorm 1) half the time, else one in each (0).
    assert deviation_by_chance(np.array([2]), np.array([5, 5])).tolist() == pytest.approx([1 / 2])


def test_chance_of_no_hit_is_not_known() -> None:
    found = deviation_by_chance(np.array([0, 1]), np.array([5, 5]))
    assert np.isnan(found).tolist() == [True, False]


def test_chance_is_what_draws_give() -> None:
    sizes, totals = np.array([12, 80, 33, 5, 70]), np.array([1, 9, 60])
    random = generator(1, "test")
    for total, expected in zip(totals, deviation_by_chance(totals, sizes), strict=True):
        drawn = random.multinomial(total, sizes / sizes.sum(), size=20_000).T
        _, norm = deviation_of_proportions(drawn, sizes)
        assert norm.mean() == pytest.approx(expected, abs=0.008)


def test_more_hits_look_less_clumped() -> None:
    found = deviation_by_chance(np.array([1, 2, 5, 20, 1000, 100_000]), np.array([5, 9, 30]))
    assert (np.diff(found) < 0).all()
    assert found[-1] < 0.01
