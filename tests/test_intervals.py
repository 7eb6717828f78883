"""Intervals and many tests at once: against SciPy, against tables, and by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, binomtest, chi2, false_discovery_control

from rhetorica.intervals import (
    benjamini_hochberg,
    difference_interval,
    poisson_interval,
    share_interval,
)

# --- counts

# Garwood (1936), table 1: the limits of 95% of a Poisson mean after so many events.
GARWOOD = {0: (0, 3.69), 1: (0.0253, 5.57), 2: (0.242, 7.22), 5: (1.62, 11.67), 10: (4.80, 18.39)}


@pytest.mark.parametrize("events", GARWOOD)
def test_count_has_the_limits_of_the_table(events: int) -> None:
    low, high = poisson_interval(events, 0.95)
    assert (float(low), float(high)) == pytest.approx(GARWOOD[events], abs=0.006)


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95, 0.999])
def test_counts_agree_with_the_chi_squared_distribution(confidence: float) -> None:
    events = np.array([1, 2, 3, 8, 40, 1000])
    tail = (1 - confidence) / 2
    low, high = poisson_interval(events, confidence)
    np.testing.assert_allclose(low, chi2.ppf(tail, 2 * events) / 2, rtol=1e-9)
    np.testing.assert_allclose(high, chi2.ppf(1 - tail, 2 * events + 2) / 2, rtol=1e-9)


def test_no_event_has_a_closed_form() -> None:
    # P(0) = exp(-m) is the tail at the upper limit.
    low, high = poisson_interval([0], 0.9)
    assert low.tolist() == [0]
    assert high.tolist() == pytest.approx([-math.log(0.05)])


# --- shares

SHARES = [(0, 1), (1, 1), (0, 10), (1, 10), (5, 10), (9, 10), (10, 10), (3, 7), (40, 41), (17, 500)]


@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.999])
@pytest.mark.parametrize(("k", "n"), SHARES)
def test_share_agrees_with_the_exact_test(k: int, n: int, confidence: float) -> None:
    expected = binomtest(k, n).proportion_ci(confidence, method="exact")
    low, high = share_interval(k, n, confidence)
    assert (float(low), float(high)) == pytest.approx((expected.low, expected.high), abs=1e-9)


@pytest.mark.parametrize("n", [1, 3, 12])
def test_none_and_all_have_a_closed_form(n: int) -> None:
    # (1 - p)^n is the tail at the upper limit of none, p^n at the lower limit of all.
    low, high = share_interval([0, n], [n, n], 0.95)
    root = 0.025 ** (1 / n)
    assert low.tolist() == pytest.approx([0, root])
    assert high.tolist() == pytest.approx([1 - root, 1])
    assert (low[0], high[1]) == (0, 1)


def test_share_of_nothing_is_not_known() -> None:
    low, high = share_interval([0, 1], [0, 2], 0.95)
    assert np.isnan(low).tolist() == np.isnan(high).tolist() == [True, False]


def test_trials_need_not_be_whole() -> None:
    # Korn & Graubard (1998): the quantiles of beta distributions, of any positive parameters.
    low, high = share_interval(2.5, 7.25, 0.95)
    assert float(low) == pytest.approx(beta.ppf(0.025, 2.5, 5.75))
    assert float(high) == pytest.approx(beta.ppf(0.975, 3.5, 4.75))


@given(st.floats(0.01, 50), st.floats(0.01, 50), st.floats(0.5, 0.999))
def test_share_lies_within_its_interval(k: float, rest: float, confidence: float) -> None:
    low, high = share_interval(k, k + rest, confidence)
    assert 0 <= float(low) <= k / (k + rest) <= float(high) <= 1


def test_all_of_a_weighted_sample_reach_one() -> None:
    # A share that is 1 but for rounding leaves a rest that is 0 but for rounding.
    number = 0.1 + 0.2
    low, high = share_interval([0.3], [number], 0.95)
    assert high.tolist() == [1]
    assert low.tolist() == pytest.approx([0.025 ** (1 / 0.3)], rel=1e-6)


# --- differences


def test_difference_by_hand() -> None:
    # 5 with 2 to 9 less 1 with 1 - 4 to 1 + 3: 4 - sqrt(3² + 3²), 4 + sqrt(4² + 4²).
    low, high = difference_interval((5, 2, 9), (1, -3, 4))
    assert (float(low), float(high)) == pytest.approx((4 - math.sqrt(18), 4 + math.sqrt(32)))


def test_difference_of_unlike_arms_by_hand() -> None:
    # Down: sqrt(3² + 4²) = 5; up: sqrt(8² + 6²) = 10.
    low, high = difference_interval((10, 7, 18), (6, 0, 10))
    assert (float(low), float(high)) == pytest.approx((4 - 5, 4 + 10))


def test_difference_turned_round_is_its_negative() -> None:
    one, other = (np.array([10, 2]), np.array([7, 0]), np.array([18, 3])), (6, 0, 10)
    low, high = difference_interval(one, other)
    turned_low, turned_high = difference_interval(other, one)
    assert turned_low.tolist() == (-high).tolist()
    assert turned_high.tolist() == (-low).tolist()


def test_a_sure_estimate_leaves_the_other_interval() -> None:
    low, high = difference_interval((10, 7, 18), (4, 4, 4))
    assert (float(low), float(high)) == (3, 14)


# --- many tests at once

# Benjamini & Hochberg (1995), section 3.2: the 15 p-values of the example, of which the first
# four are rejected at 0.05, and none after them.
EXAMPLE = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
    0.5719, 0.6528, 0.7590, 1.0000,
]  # fmt: skip

ADJUSTED = [
    ([], []),
    ([0.2], [0.2]),
    ([1.0, 1.0], [1.0, 1.0]),
    ([0.5, 0.5, 0.5], [0.5, 0.5, 0.5]),
    # by hand: 4/1, 4/2, 4/3 and 4/4 times, each no more than the next
    ([0.01, 0.02, 0.03, 0.04], [0.04, 0.04, 0.04, 0.04]),
    ([0.9, 0.01, 0.5, 0.02], [0.9, 0.04, 2 / 3, 0.04]),
    ([0.02, 0.8], [0.04, 0.8]),
    ([0.9, 1.0], [1.0, 1.0]),
]


@pytest.mark.parametrize(("p_values", "expected"), ADJUSTED)
def test_adjusted_by_hand(p_values: list[float], expected: list[float]) -> None:
    assert benjamini_hochberg(p_values).tolist() == pytest.approx(expected)


def test_example_of_the_paper() -> None:
    adjusted = benjamini_hochberg(EXAMPLE)
    assert np.flatnonzero(adjusted <= 0.05).tolist() == [0, 1, 2, 3]
    assert adjusted[3] == pytest.approx(0.0095 * 15 / 4)


P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


@given(P_VALUES)
def test_adjusted_agrees_with_scipy(p_values: list[float]) -> None:
    expected = false_discovery_control(p_values)
    np.testing.assert_allclose(benjamini_hochberg(p_values), expected, atol=1e-12)


@given(P_VALUES)
def test_adjusted_keeps_the_order_and_lowers_nothing(p_values: list[float]) -> None:
    adjusted = benjamini_hochberg(p_values)
    assert (adjusted >= np.array(p_values) - 1e-12).all()
    assert (adjusted <= 1).all()
    assert (np.diff(adjusted[np.argsort(p_values, kind="stable")]) >= 0).all()


@given(P_VALUES, st.data())
def test_what_is_no_test_changes_no_other(p_values: list[float], data: st.DataObject) -> None:
    holes = data.draw(st.lists(st.integers(0, len(p_values)), max_size=4))
    gapped = np.insert(np.array(p_values), holes, np.nan)
    adjusted = benjamini_hochberg(gapped)
    assert np.isnan(adjusted).tolist() == np.isnan(gapped).tolist()
    assert adjusted[~np.isnan(gapped)].tolist() == benjamini_hochberg(p_values).tolist()


def test_no_test_at_all() -> None:
    assert np.isnan(benjamini_hochberg([np.nan, np.nan])).all()
