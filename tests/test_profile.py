"""Profiles: differences by hand on small texts, what is sure, and what no other text may move."""

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy.stats import false_discovery_control

from rhetorica.corpus import Corpus
from rhetorica.errors import NothingToShow
from rhetorica.findings import Finding
from rhetorica.intervals import poisson_interval
from rhetorica.profile import MORE_DRAWS, rhetoric_profile
from rhetorica.rates import estimate_others, estimate_rates
from rhetorica.resampling import draw_orders, generator, kept_weights, permutation_p_values
from support import corpus_of, default_corpus

LEXICON = """
[parents.own]
label = "Own side"
[categories.unity]
label = "Unity"
parent = "own"
entries = ["unite"]
[categories.people]
label = "People"
parent = "own"
entries = ["people"]
[categories.crisis]
label = "Crisis"
entries = ["crisis"]
"""
Profile = Callable[..., Finding]


def words(size: int, **hits: int) -> str:
    """Return a paragraph of so many words, some of which are hits."""
    found = [word for word, times in hits.items() for _ in range(times)]
    return " ".join([*found, *["and"] * (size - len(found))]) + "."


def text_of(paragraphs: Sequence[str]) -> str:
    return "\n\n".join(paragraphs)


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    """Return a function that profiles texts given by their ids."""

    def make(texts: dict[str, str], folder: str = "study", **parameters: object) -> Finding:
        return rhetoric_profile(made(tmp_path / folder, texts, **parameters))

    return make


def made(folder: Path, texts: dict[str, str], **parameters: object) -> Corpus:
    corpus = corpus_of(folder, texts, **parameters)
    corpus.study.lexicon.write_text(LEXICON, encoding="utf-8")
    return corpus


def of(frame: pd.DataFrame, **wanted: str) -> dict[str, Any]:
    """Return the one row that has some values."""
    for column, value in wanted.items():
        frame = frame[frame[column] == value]
    [row] = frame.to_dict("records")
    return {str(key): value for key, value in row.items()}


# --- by hand

THREE = {
    "one": text_of([words(10, unite=2), words(10, unite=1, people=1)]),
    "two": text_of([words(10, unite=1)]),
    "six": text_of([words(20, people=4), words(10)]),
}
# Hits of unity, words, and rates of the text and of the others.
UNITY = {
    "one": (3, 20, Fraction(3, 20), Fraction(1, 40)),
    "two": (1, 10, Fraction(1, 10), Fraction(3, 50)),
    "six": (0, 30, Fraction(0), Fraction(4, 30)),
}


def test_rates_and_differences_by_hand(profile: Profile) -> None:
    finding = profile(THREE, n_draws=100)
    assert finding.frame["category"].tolist() == ["unity", "people", "crisis"] * 3  # no parent
    for name, (hits, size, own, others) in UNITY.items():
        row = of(finding.frame, document=name, category="unity")
        assert (row["hits"], row["words"], row["label"]) == (hits, size, name)
        assert row["per_1000_words"] == pytest.approx(float(1000 * own))
        assert row["others_per_1000_words"] == pytest.approx(float(1000 * others))
        assert row["difference"] == pytest.approx(float(1000 * (own - others)))
        assert (row["parent"], row["short"]) == ("Own side", "yes")


def test_intervals_by_hand(profile: Profile) -> None:
    # Few paragraphs: each rate has the exact interval of a count. 3 in 20 words against 1 in 40.
    row = of(profile(THREE, n_draws=100).frame, document="one", category="unity")
    low, high = poisson_interval([3, 1], 0.95)
    own, rest = (1000 * low[0] / 20, 1000 * high[0] / 20), (1000 * low[1] / 40, 1000 * high[1] / 40)
    assert row["low"] == pytest.approx(125 - math.hypot(150 - own[0], rest[1] - 25))
    assert row["high"] == pytest.approx(125 + math.hypot(own[1] - 150, 25 - rest[0]))


def test_pairs_by_hand(profile: Profile) -> None:
    pairs = profile(THREE, n_draws=100).tables["rhetoric_differences"]
    own = pairs[pairs["category"] == "unity"]
    listed = own[["left", "right", "per_1000_words", "right_per_1000_words", "difference"]]
    expected = [
        ("one", "two", 150, 100, 50), ("one", "six", 150, 0, 150), ("two", "six", 100, 0, 100),
    ]  # fmt: skip
    for row, values in zip(listed.to_numpy().tolist(), expected, strict=True):
        assert tuple(row[:2]) == values[:2]
        assert row[2:] == pytest.approx(values[2:])
    assert list(pairs) == [
        "left", "right", "category", "category_label", "per_1000_words", "right_per_1000_words",
        "difference", "low", "high", "p", "q", "sure",
    ]  # fmt: skip


def test_a_category_that_no_text_has_is_no_test(profile: Profile) -> None:
    finding = profile(THREE, n_draws=100)
    for table in (finding.frame, *finding.tables.values()):
        own = table[table["category"] == "crisis"]
        assert own[["p", "q"]].isna().all(axis=None)
        assert own["difference"].tolist() == [0, 0, 0]
        assert ((own["low"] < 0) & (own["high"] > 0)).all()
        assert own["sure"].tolist() == ["no"] * 3
        assert table.loc[table["category"] != "crisis", "p"].notna().sum() >= 5


def test_a_pair_without_a_hit_is_no_test_though_another_text_has_one(profile: Profile) -> None:
    texts = THREE | {"ten": words(10)}
    pairs = profile(texts, n_draws=100).tables["rhetoric_differences"]
    unity = pairs[pairs["category"] == "unity"].set_index(["left", "right"])["p"]
    assert unity.index[unity.isna()].tolist() == [("six", "ten")]


# --- what is sure

# Twelve paragraphs of ten words: 2 or 3 hits in each, 0 or 1 in each.
MANY = text_of([words(10, unite=2 + i % 2) for i in range(12)])
FEW = text_of([words(10, unite=i % 2) for i in range(12)])


def test_a_difference_beyond_chance_is_sure_and_said(profile: Profile) -> None:
    finding = profile({"many": MANY, "few": FEW}, n_draws=999, categories="unity, crisis")
    one, other = (of(finding.frame, document=name, category="unity") for name in ("many", "few"))
    # 30 hits in 120 words, and 6.
    assert (one["difference"], other["difference"]) == pytest.approx((200, -200))
    assert (one["sure"], other["sure"]) == ("yes", "yes")
    # As small as 999 draws could tell, so had from more.
    assert (one["p"], one["q"]) == pytest.approx((1 / (1 + MORE_DRAWS), 1 / (1 + MORE_DRAWS)))
    assert finding.title == (
        "1 of 1 differences is more than chance gives; the largest: “many” has 200 hits per "
        "1,000 words more of Unity than the other"
    )
    assert finding.alt.endswith("More than chance gives: many: Unity +200; few: Unity -200.")
    assert finding.notes == (
        "Short, with fewer than 500 words: many, few; only large differences show.",
    )


def test_less_is_said_of_the_larger_difference(profile: Profile) -> None:
    # Against both others together "few" differs by 50 - 250, each of them by less.
    texts = {"few": FEW, "many": MANY, "more": MANY}
    finding = profile(texts, n_draws=999, categories="unity", short_text=0)
    assert "“few” has 200 hits per 1,000 words less of Unity" in finding.title
    assert finding.notes == ()


def test_texts_that_are_the_same_differ_in_nothing(profile: Profile) -> None:
    finding = profile({"one": MANY, "two": MANY}, n_draws=200)
    for table in (finding.frame, *finding.tables.values()):
        assert table["difference"].tolist() == [0] * len(table)
        assert table["sure"].unique().tolist() == ["no"]
        assert table["p"].dropna().tolist() == [1] * int(table["p"].notna().sum())
    assert finding.title == (
        "No text uses a category more or less than the other by more than chance gives"
    )
    assert finding.alt.endswith("More than chance gives: none.")


def test_an_interval_with_zero_is_not_sure_however_small_q(profile: Profile) -> None:
    # 7 hits against 1, each in a paragraph of its own, of 8. At least 7 of 8 fall to one side in
    # 2 (8 * 8 + 1) of 12,870 splits; the lower limit is 6 - sqrt(4.19² + 4.57²) in 80 words.
    seven = text_of([words(10, unite=int(i > 0)) for i in range(8)])
    one = text_of([words(10, unite=int(i == 0)) for i in range(8)])
    finding = profile({"seven": seven, "one": one}, n_draws=2000, categories="unity")
    row = of(finding.frame, document="seven")
    assert row["p"] == pytest.approx(130 / 12_870, abs=0.006)
    assert row["low"] == pytest.approx(1000 * (6 - math.hypot(4.186, 4.572)) / 80, abs=0.05)
    assert (row["q"] < 0.05, row["low"] < 0, row["sure"]) == (True, True, "no")
    assert finding.title.startswith("No text uses a category more")


@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_sure_is_what_the_interval_and_q_say(confidence: float) -> None:
    finding = rhetoric_profile(default_corpus(confidence=confidence, n_draws=300))
    both = [finding.frame, finding.tables["rhetoric_differences"]]
    seen = set()
    for table in both:
        tested = table.dropna(subset="p")
        assert (tested["q"] >= tested["p"] - 1e-12).all()
        np.testing.assert_allclose(tested["q"], false_discovery_control(tested["p"]))
        for low, high, q, sure in table[["low", "high", "q", "sure"]].to_numpy().tolist():
            apart, few = low > 0 or high < 0, q <= 1 - confidence
            assert (sure == "yes") == (apart and few)
            seen.add((apart, few))
        assert ((table["low"] < table["difference"]) & (table["difference"] < table["high"])).all()
    assert {(True, True), (True, False), (False, False)} <= seen


def test_title_and_alt_are_those_of_the_five_texts() -> None:
    finding = rhetoric_profile(default_corpus())
    frame = finding.frame
    rows = [row for row in frame.to_dict("records") if row["sure"] == "yes"]
    assert len(rows) >= 5
    assert finding.title.startswith(f"{len(rows)} of {len(frame)} differences are more than ")
    [top] = [r for r in rows if abs(r["difference"]) == max(abs(q["difference"]) for q in rows)]
    assert f"“{top['label']}” has {abs(top['difference']):.0f} hits" in finding.title
    assert f"{'more' if top['difference'] > 0 else 'less'} of {top['category_label']} than" in (
        finding.title
    )
    said = finding.alt.partition("More than chance gives: ")[2].removesuffix(".")
    listed = [
        (label, item)
        for part in said.split("; ")
        for label, items in [part.split(": ")]
        for item in items.split(", ")
    ]
    assert listed == [
        (row["label"], f"{row['category_label']} {row['difference']:+.0f}") for row in rows
    ]
    assert len(finding.tables["rhetoric_differences"]) == 10 * len(frame) / 5


# --- what must not change


def test_texts_in_another_order_give_the_negative(profile: Profile) -> None:
    texts = {"many": MANY, "few": FEW}
    turned = dict(reversed(texts.items()))
    one = profile(texts, "one", n_draws=500).tables["rhetoric_differences"]
    other = profile(turned, "other", n_draws=500).tables["rhetoric_differences"]
    assert one["left"].unique().tolist() == other["right"].unique().tolist() == ["many"]
    assert one["difference"].tolist() == (-other["difference"]).tolist()
    assert one["low"].tolist() == (-other["high"]).tolist()
    assert one["high"].tolist() == (-other["low"]).tolist()
    np.testing.assert_allclose(one["p"], other["p"], atol=0.05)


def test_two_texts_are_the_others_of_each_other() -> None:
    chosen = default_corpus(texts="external-activities, global-independence", n_draws=2000)
    frame = rhetoric_profile(chosen).frame
    one, other = (own.reset_index(drop=True) for _, own in frame.groupby("document"))
    assert one["difference"].tolist() == (-other["difference"]).tolist()
    np.testing.assert_allclose(one["low"], -other["high"], atol=2.5)
    np.testing.assert_allclose(one["p"], other["p"], atol=0.06)


def test_another_text_changes_no_pair() -> None:
    names = "external-activities, global-independence"
    alone = rhetoric_profile(default_corpus(texts=names)).tables["rhetoric_differences"]
    whole = rhetoric_profile(default_corpus()).tables["rhetoric_differences"]
    left, right = names.split(", ")
    kept = whole[(whole["left"] == left) & (whole["right"] == right)].reset_index(drop=True)
    columns = ["category", "per_1000_words", "right_per_1000_words", "difference", "low", "high"]
    assert len(alone) == 11
    assert kept[[*columns, "p"]].equals(alone[[*columns, "p"]])


def test_another_category_changes_no_difference() -> None:
    chosen = rhetoric_profile(default_corpus(categories="enemy", n_draws=300)).frame
    whole = rhetoric_profile(default_corpus(n_draws=300)).frame
    kept = whole[whole["category"] == "enemy"].reset_index(drop=True)
    columns = ["difference", "low", "high", "p"]
    assert kept["document"].equals(chosen["document"])
    np.testing.assert_allclose(kept[columns], chosen[columns], rtol=1e-9)


def test_the_same_seed_gives_the_same_profile() -> None:
    frames = [rhetoric_profile(default_corpus(seed=s, n_draws=200)).frame for s in (3, 3, 4)]
    assert frames[0].equals(frames[1])
    assert not frames[0].equals(frames[2])
    assert frames[0]["difference"].equals(frames[2]["difference"])


# --- how many texts


def test_one_text_has_no_others(profile: Profile) -> None:
    with pytest.raises(NothingToShow, match="a profile needs at least two"):
        profile({"one": MANY})


@pytest.mark.parametrize(("texts", "pairs"), [(24, 276), (25, 0)])
def test_of_many_texts_the_pairs_are_left_out(profile: Profile, texts: int, pairs: int) -> None:
    named = {f"text-{i}": words(20, unite=i % 3) for i in range(texts)}
    finding = profile(named, n_draws=100)
    assert sum(map(len, finding.tables.values())) == 3 * pairs
    assert len(finding.frame) == 3 * texts
    assert "the field is darker" in finding.reading


# --- p-values by drawing anew

SIZES = [10, 12, 7, 9, 11, 8, 14]
COLUMNS = [[4, 1, 3, 0, 2, 0, 1], [0, 1, 0, 2, 1, 3, 1]]


def squared(hits: Sequence[int], first: Sequence[int]) -> Fraction:
    """The square of the difference of two rates over its standard error, in fractions."""
    rates, variance = [], Fraction(0)
    for group in (first, [i for i in range(len(hits)) if i not in first]):
        size = sum(SIZES[i] for i in group)
        rate = Fraction(sum(hits[i] for i in group), size)
        left = sum(((hits[i] - rate * SIZES[i]) ** 2 for i in group), Fraction(0))
        variance += left * len(group) / (len(group) - 1) / size**2
        rates.append(rate)
    return (rates[0] - rates[1]) ** 2 / variance


def p_values(
    columns: Sequence[Sequence[int]], first: NDArray[np.bool_], draws: int = 999, seed: int = 1
) -> list[float]:
    sizes = np.array(SIZES) if len(columns[0]) == len(SIZES) else np.full(len(columns[0]), 30)
    orders = draw_orders(len(sizes), int(first.sum()), draws, generator(seed, "test"))
    found = permutation_p_values(np.array(columns).T, sizes, first, orders)
    return [float(value) for value in found]


@pytest.mark.parametrize("group", [(0, 1, 2), (3, 5, 6), (0, 2), (0, 3, 4, 5)])
def test_p_values_are_those_of_every_split(group: tuple[int, ...]) -> None:
    first = np.isin(np.arange(len(SIZES)), group)
    for hits, found in zip(COLUMNS, p_values(COLUMNS, first, draws=20_000), strict=True):
        splits = list(combinations(range(len(SIZES)), len(group)))
        least = squared(hits, group)
        exact = Fraction(sum(squared(hits, split) >= least for split in splits), len(splits))
        assert found == pytest.approx(float(exact), abs=0.012)


def test_groups_of_one_size_may_be_swapped() -> None:
    hits, first = [[4, 2, 3, 1, 0, 1, 2, 0]], np.arange(8) < 4
    assert p_values(hits, first) == p_values(hits, ~first)
    assert 0.001 < p_values(hits, first)[0] < 0.5


def test_groups_of_unequal_size_may_be_swapped_but_for_the_draws() -> None:
    first = np.arange(7) < 2
    one, other = p_values(COLUMNS, first, 20_000), p_values(COLUMNS, ~first, 20_000)
    assert one == pytest.approx(other, abs=0.012)


def test_a_great_difference_is_as_rare_as_can_be_told() -> None:
    hits = [[5, 6, 7, 5, 6, 7, 5, 6, 7, 5, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1], [0] * 20, [1] * 20]
    found = p_values(hits, np.arange(20) < 10, draws=999)
    assert found == pytest.approx([1 / 1000, math.nan, 1], nan_ok=True)


@pytest.mark.parametrize(
    ("one", "other"),
    [([2] * 10, [0] * 10), ([2] * 10, [1] * 10), ([30], [0] * 10)],
    ids=["all and none", "two and one", "one paragraph"],
)
def test_a_difference_without_any_spread_is_no_chance(one: list[int], other: list[int]) -> None:
    first = np.arange(len(one) + len(other)) < len(one)
    [found] = p_values([[*one, *other]], first)
    # Every split but this one and its mirror is smaller: 2 of 184,756, and 1 of 11.
    assert found <= (0.02 if len(one) > 1 else 0.2)


def test_p_values_are_even_where_nothing_differs() -> None:
    random = generator(1, "texts")
    found: list[float] = []
    for _ in range(10):
        sizes = random.integers(20, 150, size=25)
        # Clumped hits, and groups of 8 and 17: the likes of a short text and the others.
        hits = random.poisson(random.gamma(1, 0.04, size=(25, 60)) * sizes[:, None])
        first = np.arange(25) < 8
        orders = draw_orders(25, 8, 199, random)
        found += permutation_p_values(hits, sizes, first, orders).tolist()
    values = np.array([value for value in found if not math.isnan(value)])
    assert len(values) > 500
    assert values.min() >= 1 / 200
    for level in (0.05, 0.2, 0.5, 0.8):
        assert (values <= level).mean() == pytest.approx(level, abs=0.07 * level**0.5 + 0.015)


def test_the_first_of_a_larger_sample_are_a_sample() -> None:
    orders = draw_orders(12, 7, 50, generator(1, "test"))
    assert orders.shape == (50, 7)
    assert all(len(set(row)) == 7 for row in orders.tolist())
    hits, sizes = np.arange(12)[:, None], np.full(12, 30)
    first = np.arange(12) < 3
    long = permutation_p_values(hits, sizes, first, orders)
    assert long == permutation_p_values(hits, sizes, first, orders[:, :3])


def test_the_others_are_all_the_texts_but_one() -> None:
    hits = np.array([[9, 0], [1, 1]] * 12)
    sizes = np.array([40, 60] * 12)
    owners = np.repeat([0, 1, 2], [2, 10, 12])
    random = generator(1, "test")
    found = estimate_others(hits, sizes, owners, 0.95, 4000, random)
    for i, rest in enumerate(found):
        own = owners != i
        assert rest.hits.tolist() == hits[own].sum(axis=0).tolist()
        assert rest.words == sizes[own].sum()
        assert rest.rate == pytest.approx(1000 * hits[own].sum(axis=0) / sizes[own].sum())
        direct = estimate_rates(
            hits[own], sizes[own], 0.95, partial(kept_weights, int(own.sum()), 4000, 2, "test")
        )
        assert rest.interval.tolist() == direct.interval.tolist()
        assert rest.low == pytest.approx(direct.low, rel=0.12)
        assert rest.high == pytest.approx(direct.high, rel=0.12)
