"""Contributions: parts by hand, and that they add up to the likeness of every pair."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rhetorica.contributions import fold_rest, name_terms, pair_terms
from rhetorica.corpus import Corpus
from rhetorica.likeness import likeness, yardstick_of
from rhetorica.measures import MEASURES, MeasureName
from support import corpus_of, default_corpus


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    texts = {"a": "Unity unity unity struggle alpha.", "b": "Unity struggle beta.",
             "c": "Gamma gamma struggle unity."}  # fmt: skip
    return corpus_of(tmp_path_factory.mktemp("contributions"), texts, shingle_words=2)


@pytest.mark.parametrize("name", list(MEASURES))
def test_contributions_sum_to_the_likeness_of_every_pair(name: MeasureName) -> None:
    yardstick = yardstick_of(default_corpus(), name)
    for a, b in combinations(range(5), 2):
        terms = pair_terms(yardstick, a, b)
        value = likeness(yardstick, np.array([a]), np.array([b]))[0]
        assert terms["contribution"].sum() == pytest.approx(value, rel=1e-12)
        assert (terms["contribution"] > 0).all()
        assert terms["contribution"].round(9).is_monotonic_decreasing
        assert terms["term"].is_unique
        other = pair_terms(yardstick, b, a).rename(
            columns={"count_a": "count_b", "count_b": "count_a"}
        )
        pd.testing.assert_frame_equal(terms, other[list(terms)])


def test_contributions_to_a_cosine_by_hand(made: Corpus) -> None:
    # Counts (3, 1, 1, 0) and (1, 1, 0, 1) of unity, struggle, alpha, beta: 3 and 1 of √(11 x 3).
    terms = pair_terms(yardstick_of(made, "cosine_rates"), 0, 1)
    assert terms[["term", "count_a", "count_b"]].to_numpy().tolist() == [
        ["unity", 3, 1],
        ["struggle", 1, 1],
    ]
    np.testing.assert_allclose(terms["contribution"], np.array([3, 1]) / np.sqrt(33))
    # Both terms stand in all three texts: the same share of each with idf.
    assert name_terms(pair_terms(yardstick_of(made, "cosine"), 0, 1), 6) == (
        "unity 75%, struggle 25%"
    )


def test_contributions_to_an_overlap_by_hand(made: Corpus) -> None:
    # Shares 1/5 and 1/3 of struggle: ½ (1/5 (1 - log2 3/4) + 1/3 (1 - log2 5/4)).
    terms = pair_terms(yardstick_of(made, "jensen_shannon"), 0, 1).set_index("term")
    expected = 0.5 * ((1 - np.log2(3 / 4)) / 5 + (1 - np.log2(5 / 4)) / 3)
    assert terms.loc["struggle", "contribution"] == pytest.approx(expected)


def test_contributions_of_runs_and_of_delta_by_hand(made: Corpus) -> None:
    # unity unity, unity struggle, struggle alpha; unity struggle, struggle beta.
    terms = pair_terms(yardstick_of(made, "shingles"), 0, 1)
    assert terms.to_numpy().tolist() == [["unity struggle", 1, 1, 0.25]]
    delta = yardstick_of(made, "delta")
    terms = pair_terms(delta, 0, 1).set_index("term")
    rates = np.array([60, 100 / 3, 25])  # of unity
    expected = (rates[0] - rates[1]) / rates.std(ddof=1) / len(delta.features)
    assert terms.loc["unity", "contribution"] == pytest.approx(expected)
    assert "gamma" not in terms.index  # neither text has it: no difference


def test_equal_contributions_stand_in_alphabetical_order(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, {"a": "Wolf bear fox fox.", "b": "Fox wolf bear fox."})
    for name in ("cosine", "jensen_shannon"):
        assert pair_terms(yardstick_of(corpus, name), 0, 1)["term"].tolist() == [
            "fox",
            "bear",
            "wolf",
        ]


def test_nothing_in_common_has_no_terms(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, {"a": "Wolf bear.", "b": "Green grass."})
    for name in ("cosine", "cosine_rates", "jensen_shannon"):
        terms = pair_terms(yardstick_of(corpus, name), 0, 1)
        assert list(terms) == ["term", "count_a", "count_b", "contribution"]
        assert not len(terms)
        assert name_terms(terms, 6) == ""


@pytest.mark.parametrize(("most", "rows"), [(1, 2), (3, 4), (4, 5), (5, 5), (9, 5)])
def test_what_is_folded_keeps_the_sum(most: int, rows: int) -> None:
    terms = pd.DataFrame({"term": list("abcde"), "count_a": [1, 2, 3, 4, 5], "count_b": [1] * 5,
                          "contribution": [0.5, 0.25, 0.125, 0.0625, 0.0625]})  # fmt: skip
    folded = fold_rest(terms, most)
    assert len(folded) == rows
    assert folded["contribution"].sum() == 1
    assert folded[["count_a", "count_b"]].sum().tolist() == [15, 5]
    assert folded["term"].tolist()[:most] == list("abcde")[:most]
    if most < 4:
        assert folded["term"].iloc[-1] == f"({5 - most} other terms)"
