"""Keyness: named programs' values to the digit, scipy beside it, and what must not change."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.special import xlogy
from scipy.stats import chi2, chi2_contingency, fisher_exact

from rhetorica.keyness import exact_p_values, log_likelihood, log_odds, log_ratio
from support import REFERENCE

TABLE = REFERENCE["keyness 2x2"]
[LOG_ODDS] = [value for name, value in REFERENCE.items() if name.startswith("log-odds")]
# 7 of 10 words against 2 of 9, and the words that are others.
CELLS = [[7, 2], [3, 7]]

words = st.integers(1, 10_000)


@st.composite
def tables(draw: st.DrawFn) -> tuple[int, int, int, int]:
    """How often a term stands in a target and a reference, each with its words."""
    n, m = draw(words), draw(words)
    a, b = draw(st.integers(0, n)), draw(st.integers(0, m))
    assume(a + b > 0)
    return a, n, b, m


def scores(a: int, n: int, b: int, m: int) -> tuple[float, float]:
    return float(log_likelihood(a, n, b, m)), float(log_ratio(a, n, b, m))


def p_value(a: int, n: int, b: int, m: int) -> float:
    return float(exact_p_values([a], n, [a + b], n + m)[0])


# --- G²


def test_g2_and_log_ratio_of_the_reference() -> None:
    # quanteda adds 1e-9 to each O / E, lest a cell be 0; that is all that differs.
    observed, expected = np.array(CELLS), np.outer([9, 10], [10, 9]) / 19
    guarded = 2 * float((observed * np.log(observed / expected + 1e-9)).sum())
    assert guarded == pytest.approx(TABLE["G2_none"], abs=5e-9)
    assert float(log_likelihood(7, 10, 2, 9)) == pytest.approx(guarded - 2e-9 * 19, abs=1e-12)
    assert float(log_ratio(7, 10, 2, 9)) == pytest.approx(TABLE["log_ratio"], abs=5e-7)


def test_g2_by_hand() -> None:
    # 3 of 4 against 1 of 4: half of the words are expected, 2 in each cell.
    expected = 2 * (2 * 3 * math.log(3 / 2) + 2 * 1 * math.log(1 / 2))
    assert float(log_likelihood(3, 4, 1, 4)) == pytest.approx(expected, rel=1e-14)
    assert float(log_likelihood(1, 4, 3, 4)) == pytest.approx(-expected, rel=1e-14)
    # All of 4 against none of 4: 8 words, each of which says one bit.
    assert float(log_likelihood(4, 4, 0, 4)) == pytest.approx(2 * 8 * math.log(2), rel=1e-14)


def test_other_measures_of_the_same_table_are_others() -> None:
    """What programs call keyness differs; ours is the 4-cell G² without a correction."""
    plain = chi2_contingency(CELLS, correction=False)
    yates = chi2_contingency(CELLS, correction=True)
    # UCREL's calculator leaves out the words that are others: two cells of the four.
    expected = np.array([10, 9]) * 9 / 19
    two_cells = 2 * float(xlogy([7, 2], [7, 2] / expected).sum())
    g2 = float(log_likelihood(7, 10, 2, 9))
    # Williams (1976) divides by q = 1 + (N/n + N/m - 1) (N/b + N/rest - 1) / 6N.
    williams = 1 + (19 / 10 + 19 / 9 - 1) * (19 / 9 + 19 / 10 - 1) / (6 * 19)
    assert plain.statistic == pytest.approx(TABLE["chi2_none"], abs=5e-10)
    assert yates.statistic == pytest.approx(TABLE["chi2_yates"], abs=5e-10)
    assert fisher_exact(CELLS).pvalue == pytest.approx(TABLE["fisher_p"], abs=5e-12)
    assert two_cells == pytest.approx(TABLE["LL_2cell_UCREL"], abs=5e-5)
    assert g2 / williams == pytest.approx(TABLE["G2_williams"], abs=5e-8)
    others = [plain.statistic, yates.statistic, two_cells, g2 / williams]
    assert min(abs(g2 - other) for other in others) > 0.15
    # The measure decides: by χ² of G² the rates differ at 0.05, by the exact test they do not.
    assert chi2.sf(g2, df=1) < 0.05 < TABLE["fisher_p"]


def test_two_cells_say_nearly_the_same_where_a_term_is_rare() -> None:
    four = float(log_likelihood(30, 100_000, 5, 90_000))
    expected = np.array([100_000, 90_000]) * 35 / 190_000
    two = 2 * float(xlogy([30, 5], [30, 5] / expected).sum())
    assert four == pytest.approx(two, rel=0.001)


@given(tables())
def test_g2_is_scipys(table: tuple[int, int, int, int]) -> None:
    a, n, b, m = table
    ours = float(log_likelihood(a, n, b, m))
    if a == n and b == m:  # scipy refuses a table with an empty row
        assert ours == 0
        return
    theirs = chi2_contingency([[a, b], [n - a, m - b]], correction=False, lambda_="log-likelihood")
    assert abs(ours) == pytest.approx(theirs.statistic, rel=1e-9, abs=1e-7)


@given(tables())
def test_the_sign_is_that_of_the_difference(table: tuple[int, int, int, int]) -> None:
    a, n, b, m = table
    g2 = float(log_likelihood(a, n, b, m))
    assert g2 == 0 or (g2 > 0) == (a * m > b * n)


@given(tables())
def test_target_and_reference_swapped_give_the_negative(table: tuple[int, int, int, int]) -> None:
    a, n, b, m = table
    g2, ratio = scores(a, n, b, m)
    swapped = scores(b, m, a, n)
    assert swapped == pytest.approx((-g2, -ratio), rel=1e-9, abs=1e-9)


@given(st.integers(1, 100), st.integers(0, 100), st.integers(1, 50), st.integers(1, 50))
def test_equal_rates_are_no_difference(hits: int, rest: int, times: int, other: int) -> None:
    a, n, b, m = hits * times, (hits + rest) * times, hits * other, (hits + rest) * other
    assert scores(a, n, b, m) == (0, 0)
    assert not np.signbit(log_likelihood(a, n, b, m))
    assert p_value(a, n, b, m) == pytest.approx(1, abs=1e-9)


@given(tables(), st.integers(2, 20))
def test_more_of_the_same_is_more_evidence_and_no_greater_ratio(
    table: tuple[int, int, int, int], times: int
) -> None:
    a, n, b, m = table
    g2, ratio = scores(a, n, b, m)
    more = scores(a * times, n * times, b * times, m * times)
    assert more[0] == pytest.approx(times * g2, rel=1e-6, abs=1e-6)
    if a and b:
        assert more[1] == pytest.approx(ratio, abs=1e-12)


def test_many_terms_at_once_are_each_as_alone() -> None:
    random = np.random.default_rng(3)
    n = random.integers(1, 500, (4, 1))
    m = random.integers(1, 500, (4, 1))
    a, b = random.integers(0, n + 1, (4, 30)), random.integers(0, m + 1, (4, 30))
    g2, ratio = log_likelihood(a, n, b, m), log_ratio(a, n, b, m)
    assert g2.shape == ratio.shape == (4, 30)
    for i in range(4):
        for j in range(30):
            alone = scores(a[i, j], n[i, 0], b[i, j], m[i, 0])
            assert (g2[i, j], ratio[i, j]) == pytest.approx(alone, rel=1e-12)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [((0, 5, 0, 7), 0), ((5, 5, 7, 7), 0), ((1, 1, 1, 1), 0), ((0, 1, 0, 10**9), 0)],
)
def test_nowhere_and_everywhere_are_no_difference(
    cells: tuple[int, int, int, int], expected: float
) -> None:
    assert float(log_likelihood(*cells)) == expected


# --- p-values


def test_p_value_of_the_reference() -> None:
    assert p_value(7, 10, 2, 9) == pytest.approx(TABLE["fisher_p"], abs=5e-12)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        # Both words of 4 fall into the 2 of the target: 1 of 6 ways, and 1 of 6 for the rest.
        ((2, 2, 0, 2), Fraction(2, 6)),
        ((1, 2, 1, 2), Fraction(1)),
        # 2 of 10 against 0 of 90: 45 of 4,950 ways, and nothing else is so unlikely.
        ((2, 10, 0, 90), Fraction(45, 4950)),
        # 0 of 10 against 2 of 90 is the likeliest there is.
        ((0, 10, 2, 90), Fraction(1)),
        ((1, 10, 1, 90), Fraction(45 + 900, 4950)),
        # Of two halves either may have all three: what is equally unlikely counts, too.
        ((0, 10, 3, 10), Fraction(2 * 120, 1140)),
        ((3, 10, 0, 10), Fraction(2 * 120, 1140)),
        ((0, 5, 0, 7), Fraction(1)),
        ((5, 5, 7, 7), Fraction(1)),
    ],
)
def test_p_values_by_hand(cells: tuple[int, int, int, int], expected: Fraction) -> None:
    assert p_value(*cells) == pytest.approx(float(expected), rel=1e-12)


@given(tables())
def test_p_values_are_scipys(table: tuple[int, int, int, int]) -> None:
    a, n, b, m = table
    theirs = fisher_exact([[a, b], [n - a, m - b]]).pvalue
    assert p_value(a, n, b, m) == pytest.approx(theirs, rel=1e-6, abs=1e-14)


@given(tables())
def test_p_values_of_target_and_reference_are_one(table: tuple[int, int, int, int]) -> None:
    a, n, b, m = table
    found = p_value(a, n, b, m)
    assert 0 <= found <= 1
    assert found == pytest.approx(p_value(b, m, a, n), rel=1e-6, abs=1e-14)


def test_p_values_of_many_terms_are_each_as_alone() -> None:
    random = np.random.default_rng(3)
    target, reference = random.poisson(2, 60), random.poisson(6, 60)
    found = exact_p_values(target, 300, target + reference, 1200)
    alone = [
        p_value(a, 300, b, 900) for a, b in zip(target.tolist(), reference.tolist(), strict=True)
    ]
    assert found.tolist() == alone
    assert exact_p_values([], 300, [], 1200).tolist() == []


def test_chi_squared_calls_a_rare_word_surer_than_it_is() -> None:
    # Twice in a text of 300 words, nowhere in the 9,700 others.
    exact, approximate = p_value(2, 300, 0, 9_700), chi2.sf(log_likelihood(2, 300, 0, 9_700), df=1)
    assert exact == pytest.approx(300 * 299 / (10_000 * 9_999), rel=1e-9)
    assert approximate < exact / 3 < 0.001


def test_where_words_are_many_chi_squared_is_near() -> None:
    exact = p_value(450, 10_000, 380, 10_000)
    assert exact == pytest.approx(chi2.sf(log_likelihood(450, 10_000, 380, 10_000), df=1), rel=0.15)


# --- the log ratio


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ((4, 100, 1, 100), 2),
        ((1, 100, 4, 100), -2),
        ((1, 100, 1, 200), 1),
        ((3, 100, 3, 100), 0),
        # 0 is taken as 0.5.
        ((4, 100, 0, 100), 3),
        ((0, 100, 4, 100), -3),
        ((1, 100, 0, 50), 0),
    ],
)
def test_log_ratios_by_hand(cells: tuple[int, int, int, int], expected: float) -> None:
    assert float(log_ratio(*cells)) == pytest.approx(expected, abs=1e-14)


# --- log-odds


def loop(
    target: tuple[list[int], int], reference: tuple[list[int], int], prior: list[float]
) -> list[tuple[float, float]]:
    """Equations 15, 16, 20 and 22 of Monroe, Colaresi & Quinn (2008), a word at a time."""
    (y_i, n_i), (y_j, n_j), alpha_0 = target, reference, sum(prior)
    found = []
    for i, j, alpha in zip(y_i, y_j, prior, strict=True):
        odds_i = (i + alpha) / (n_i + alpha_0 - i - alpha)
        odds_j = (j + alpha) / (n_j + alpha_0 - j - alpha)
        delta = math.log(odds_i) - math.log(odds_j)
        variance = 1 / (i + alpha) + 1 / (j + alpha)
        found.append((delta, delta / math.sqrt(variance)))
    return found


def test_log_odds_of_the_reference() -> None:
    y_i, y_j = LOG_ODDS["y_i"], LOG_ODDS["y_j"]
    prior = [0.01] * 4
    delta, z = log_odds((y_i, 18), (y_j, 20), (prior, 0.04))
    assert delta.round(6).tolist() == LOG_ODDS["delta"]
    assert z.round(6).tolist() == LOG_ODDS["z"]


y = st.lists(st.integers(0, 500), min_size=5, max_size=5)
alphas = st.lists(st.floats(0.01, 500), min_size=5, max_size=5)


@given(y, y, alphas)
def test_log_odds_are_those_of_the_papers_equations(
    y_i: list[int], y_j: list[int], prior: list[float]
) -> None:
    n_i, n_j = sum(y_i), sum(y_j)
    delta, z = log_odds((y_i, n_i), (y_j, n_j), (prior, sum(prior)))
    expected = loop((y_i, n_i), (y_j, n_j), prior)
    np.testing.assert_allclose(delta, [d for d, _ in expected], rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(z, [v for _, v in expected], rtol=1e-6, atol=1e-8)


@given(y, y, alphas)
def test_log_odds_swapped_are_the_negative(
    y_i: list[int], y_j: list[int], prior: list[float]
) -> None:
    one = log_odds((y_i, sum(y_i)), (y_j, sum(y_j)), (prior, sum(prior)))
    other = log_odds((y_j, sum(y_j)), (y_i, sum(y_i)), (prior, sum(prior)))
    for here, there in zip(one, other, strict=True):
        np.testing.assert_allclose(here, -there, rtol=1e-9, atol=1e-9)


@given(y, alphas)
def test_the_same_text_twice_has_no_odds(y_i: list[int], prior: list[float]) -> None:
    text: Any = (y_i, sum(y_i))
    delta, z = log_odds(text, text, (prior, sum(prior)))
    assert delta.tolist() == z.tolist() == [0] * 5


@given(y.filter(any), st.integers(2, 9), st.floats(0.1, 1000))
def test_equal_rates_have_no_odds_under_a_prior_of_the_same_rates(
    y_i: list[int], times: int, size: float
) -> None:
    total = sum(y_i)
    y_j = [times * count for count in y_i]
    prior = np.array(y_i) * size / total
    some = prior > 0
    assume(some.sum() > 1)
    delta, _ = log_odds(
        (np.array(y_i)[some], total), (np.array(y_j)[some], times * total), (prior[some], size)
    )
    np.testing.assert_allclose(delta, 0, atol=1e-9)


def test_a_larger_prior_holds_rare_terms_back_more() -> None:
    # 3 of 1,000 against none, and 60 against 30: the first is the greater ratio, the second surer.
    target, reference = ([3, 60], 1000), ([0, 30], 1000)
    share = np.array([3, 90]) / 2000
    by_size = {
        size: log_odds(target, reference, (share * size, size)) for size in (1.0, 500.0, 5000.0)
    }
    deltas = [delta[0] for delta, _ in by_size.values()]
    assert deltas == sorted(deltas, reverse=True)
    small, large = by_size[1.0][0], by_size[500.0][0]
    assert small[0] > small[1]
    assert small[0] - large[0] > 10 * (small[1] - large[1])
    assert by_size[500.0][1][1] > by_size[500.0][1][0]


@given(tables(), st.floats(1, 5000))
def test_log_odds_and_g2_agree_on_the_side(table: tuple[int, int, int, int], size: float) -> None:
    a, n, b, m = table
    assume(a + b < n + m)
    share = (a + b) / (n + m)
    delta, z = log_odds(([a], n), ([b], m), ([share * size], size))
    g2 = float(log_likelihood(a, n, b, m))
    assert np.isfinite(z).all()
    if abs(g2) > 1e-6:
        assert np.sign(delta[0]) == np.sign(g2)
