"""Measures side by side: ranks, agreement, and what is said where measures cannot be had."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import kendalltau, rankdata

from rhetorica.errors import NothingToShow
from rhetorica.findings import caption
from rhetorica.likeness import likeness, yardstick_of
from rhetorica.measures import MEASURES, MeasureName
from rhetorica.similarity import leading_pairs
from rhetorica.similarity_measures import _ranks, kendall_tau, similarity_measures
from support import corpus_of, default_corpus
from test_similarity import assert_whole, two_kinds


def test_tau_by_hand() -> None:
    # Pairs of (1, 2, 2, 3) and (1, 3, 2, 2): 3 concordant, 1 discordant, one tie in each: 5 and 5.
    one, other = np.array([1.0, 2, 2, 3]), np.array([1.0, 3, 2, 2])
    assert kendall_tau(one, other) == pytest.approx((3 - 1) / 5)
    assert kendall_tau(one, one) == pytest.approx(1)
    assert kendall_tau(one, -one) == pytest.approx(-1)
    assert np.isnan(kendall_tau(one, np.ones(4)))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=20))
def test_tau_is_that_of_scipy_with_ties(points: list[tuple[int, int]]) -> None:
    one, other = np.array(points, dtype=np.float64).T
    if len(set(one)) == 1 or len(set(other)) == 1:
        assert np.isnan(kendall_tau(one, other))
    else:
        assert kendall_tau(one, other) == pytest.approx(kendalltau(one, other).statistic)


def test_equals_share_the_smallest_rank() -> None:
    assert _ranks(np.array([0.2, 0.9, 0.9, 0.1, 0.2])).tolist() == [3, 1, 1, 5, 3]


@pytest.mark.parametrize("measure", list(MEASURES))
def test_ranks_of_the_five_texts(measure: MeasureName) -> None:
    corpus = default_corpus(measure=measure)
    finding = similarity_measures(corpus)
    assert_whole(finding)
    frame, agreement = finding.frame, finding.tables["similarity_agreement"]
    assert len(frame) == 50
    assert frame["measure"].iloc[0] == agreement["measure"].iloc[0] == measure
    assert set(frame["measure"]) == set(MEASURES)
    pairs = np.triu_indices(5, 1)
    near: dict[str, NDArray[np.float64]] = {}
    for name in MEASURES:
        own = frame[frame["measure"] == name]
        values = likeness(yardstick_of(corpus, name), *pairs)
        np.testing.assert_allclose(own["value"], values, atol=1e-9)
        near[name] = MEASURES[name].nearness(own["value"].to_numpy())
        assert own["rank"].tolist() == rankdata(-near[name], "min").tolist()
        assert (own["shown"] == "yes").all()
    for row in agreement.to_dict("records"):
        if row["measure"] == measure:
            assert np.isnan(row["tau"])
        else:
            expected = kendalltau(near[measure], near[row["measure"]]).statistic
            assert row["tau"] == pytest.approx(expected)
        own = frame[(frame["measure"] == row["measure"]) & (frame["rank"] == 1)].iloc[0]
        assert row["first_pair"] == f"{own['label_a']} – {own['label_b']}"


ONE_TEXT = {"a": "Red sky over sea.", "b": "Red sky over sea.", "c": "Red sky over land."}
CASES = [
    (ONE_TEXT, {}, "All five measures put “a” and “b” first"),
    (dict.fromkeys("abc", "Red sky over sea."), {},
     "All 3 pairs are equally alike (cosine of TF-IDF)"),
    (dict.fromkeys("abc", "Red sky over sea."), {"measure": "delta"},
     "All 3 pairs are equally alike (Burrows's Delta)"),
    ({"a": "Red sky.", "b": "Green sea.", "c": "Blue tree."}, {},
     "All 3 pairs are equally alike (cosine of TF-IDF)"),
    ({"a": "Red sky.", "b": "Red sky.", "c": "Green tree.", "d": "Green tree."}, {},
     "2 pairs share the first place (cosine of TF-IDF)"),
    # A run of three words is in none of them.
    ({"a": "Red sky.", "b": "Red sky.", "c": "Red tree."}, {},
     "All four measures put “a” and “b” first"),
    ({"a": "It is what it was.", "b": "It is what we are.", "c": "She has what he had then."},
     {"measure": "delta"}, "Both measures put “a” and “b” first"),
    ({"a": "Kim Kim Kim Lee.", "b": "Kim Kim Kim Kim.", "c": "Lee Lee Lee Lee Kim."},
     {"leave_out": "kim, lee", "measure": "shingles"},
     "Only one measure can be computed (shingle overlap): “a” and “b” are most alike"),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "parameters", "title"), CASES)
def test_titles_of_nasty_texts(
    tmp_path: Path, texts: dict[str, str], parameters: dict[str, object], title: str
) -> None:
    finding = similarity_measures(corpus_of(tmp_path, texts, **parameters))
    assert finding.title == title
    assert_whole(finding)


def test_a_measure_that_ties_puts_no_pair_first(tmp_path: Path) -> None:
    # a and b share most words, but no run of three: there all pairs are equal.
    texts = {"a": "Red sky sea.", "b": "Sea sky red.", "c": "Tree red leaf."}
    finding = similarity_measures(corpus_of(tmp_path, texts))
    assert finding.title == "Four of five measures put “a” and “b” first"
    runs = finding.tables["similarity_agreement"].set_index("measure").loc[["shingles"]]
    assert runs["first_pair"].tolist() == ["3 pairs"]
    assert runs["tau"].isna().all()


def test_one_measure_alone_against_the_others(tmp_path: Path) -> None:
    # By words a and b are most alike, by runs a and c.
    texts = {"a": "Red sky sea tree leaf.", "b": "Leaf sea red tree sky.",
             "c": "Red sky sea wolf bear fox."}  # fmt: skip
    title = similarity_measures(corpus_of(tmp_path, texts, measure="shingles")).title
    assert title == "One of five measures puts “a” and “c” first"


def test_what_cannot_be_computed_is_said_once(tmp_path: Path) -> None:
    texts = {"a": "It is what it was.", "b": "It is what we are.", "c": "She has what he had then."}
    finding = similarity_measures(corpus_of(tmp_path, texts, measure="delta"))
    assert set(finding.frame["measure"]) == {"delta", "shingles"}
    agreement = finding.tables["similarity_agreement"]
    assert len(agreement) == 5
    assert (agreement["note"] != "").sum() == 3
    assert caption(finding).count("No word is left") == 1
    assert finding.notes[0].startswith(
        "Not computed: cosine of TF-IDF, cosine of rates, Jensen–Shannon overlap. No word is left"
    )
    assert "Jensen–Shannon overlap: 1" not in finding.formula


@pytest.mark.parametrize(
    ("texts", "parameters", "message"),
    [
        ({"a": "Red sky."}, {}, "With one text there is nothing to compare"),
        ({"a": "Red sky.", "b": "Red sea."}, {}, "With two texts there is one pair"),
        ({"a": "It is.", "b": "We are.", "c": "She has."}, {}, "left out by stop_words"),
        ({"a": "Sky.", "b": "Sea.", "c": "Sun."}, {"measure": "shingles"}, "lower shingle_words"),
    ],
)
def test_what_has_no_order_is_refused(
    tmp_path: Path, texts: dict[str, str], parameters: dict[str, object], message: str
) -> None:
    with pytest.raises(NothingToShow, match=message):
        similarity_measures(corpus_of(tmp_path, texts, **parameters))


def test_of_very_many_pairs_some_are_drawn_for_good(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, two_kinds(70))
    frames = [similarity_measures(corpus).frame for _ in range(2)]
    own = frames[0][frames[0]["measure"] == "cosine"]
    assert 2000 <= len(own) <= 2012  # those drawn, and the most alike
    first, second, _ = leading_pairs(corpus, 12)
    ids = corpus.tokens.document_ids
    leading = {(ids[a], ids[b]) for a, b in zip(first, second, strict=True)}
    assert leading <= set(zip(own["document_a"], own["document_b"], strict=True))
    assert set(own.loc[own["shown"] == "yes", "document_a"]) == {a for a, _ in leading}
    assert not own.duplicated(["document_a", "document_b"]).any()
    assert frames[0].equals(frames[1])
    assert any(
        f"Of 2,415 pairs {len(own):,} are compared: 2,000 drawn at random" in note
        for note in similarity_measures(corpus).notes
    )
    assert (own["shown"] == "yes").sum() == 12
    assert own.loc[own["shown"] == "yes", "rank"].max() <= 12
