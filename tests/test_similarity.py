"""Similarity: textbook cosines, the order of the matrix and the reasons that add up."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetorica.errors import NothingToShow
from rhetorica.similarity import (
    cluster_order,
    compare_weightings,
    cosine_matrix,
    explain_pairs,
    similarity_matrix,
)
from rhetorica.weighting import Weighting, weight
from support import REFERENCE, corpus_of, counts_of, default_corpus

QUANTEDA = REFERENCE["similarity (quanteda)"]


def test_cosines_of_quanteda() -> None:
    counts = counts_of({**QUANTEDA["documents"], "d4": "x y z"})
    cosines = cosine_matrix(counts)
    for pair, expected in QUANTEDA["cosine"].items():
        row, column = (counts.document_ids.index(name) for name in (pair[:2], pair[2:]))
        assert cosines[row, column] == pytest.approx(expected, abs=5e-8)


def test_cosine_by_hand() -> None:
    # (2, 1) and (1, 1): 3 / (sqrt 5 x sqrt 2)
    cosines = cosine_matrix(counts_of({"a": "x x y", "b": "x y"}))
    assert cosines[0, 1] == pytest.approx(3 / math.sqrt(10))


@given(st.lists(st.text("ab cd", min_size=1).map("w ".__add__), min_size=2, max_size=6))
def test_cosines_are_symmetric_and_bounded(texts: list[str]) -> None:
    counts = counts_of({f"t{i}": text for i, text in enumerate(texts)})
    cosines = cosine_matrix(weight(counts, Weighting(idf="smooth")))
    assert (cosines == cosines.T).all()
    assert (np.diag(cosines) == 1).all()
    assert ((cosines >= 0) & (cosines <= 1)).all()
    doubled = cosine_matrix(counts_of({f"t{i}": f"{t} {t}" for i, t in enumerate(texts)}))
    np.testing.assert_allclose(doubled, cosine_matrix(counts), atol=1e-12)


def test_like_stands_beside_like() -> None:
    cosines = np.array(
        [[1.0, 0.1, 0.9, 0.1], [0.1, 1.0, 0.1, 0.8], [0.9, 0.1, 1.0, 0.1], [0.1, 0.8, 0.1, 1.0]]
    )
    order = cluster_order(cosines)
    assert sorted(order) == [0, 1, 2, 3]
    assert abs(order.index(0) - order.index(2)) == 1
    assert abs(order.index(1) - order.index(3)) == 1


def test_every_pair_of_the_five_texts_once() -> None:
    frame = similarity_matrix(default_corpus()).frame
    pairs = {frozenset(pair) for pair in frame[["document_a", "document_b"]].to_numpy()}
    assert len(frame) == len(pairs) == 10
    assert (frame["place_a"] > frame["place_b"]).all()
    assert frame["cosine"].between(0, 1).all()


def test_similarity_of_the_texts_agrees_with_scikit_learn() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.metrics.pairwise import cosine_similarity

    from rhetorica.stop_words import english_stop_words
    from rhetorica.tokens import split_words

    corpus = default_corpus()
    left_out = {w.lower() for w in (*english_stop_words(), *corpus.parameters.leave_out)}
    vectorizer = TfidfVectorizer(
        analyzer=lambda text: [w.lower() for w in split_words(text) if w.lower() not in left_out]
    )
    expected = cosine_similarity(vectorizer.fit_transform([e.text for e in corpus.editions]))
    ids = list(corpus.tokens.document_ids)
    for pair in similarity_matrix(corpus).frame.to_dict("records"):
        row, column = ids.index(pair["document_a"]), ids.index(pair["document_b"])
        assert pair["cosine"] == pytest.approx(expected[row, column], abs=1e-8)


def test_title_names_the_most_alike_which_every_weighting_puts_first() -> None:
    corpus = default_corpus()
    finding = similarity_matrix(corpus)
    best = finding.frame.iloc[int(finding.frame["cosine"].to_numpy().argmax())]
    assert f"“{best['label_a']}” and “{best['label_b']}”" in finding.title
    assert f"{best['cosine']:.2f}" in finding.title
    assert compare_weightings(corpus)["places"].iloc[0] == "1, 1, 1, 1"


def test_caption_warns_of_unlike_lengths_only(tmp_path: Path) -> None:
    alike = similarity_matrix(corpus_of(tmp_path, {"a": "one two", "b": "two three"}))
    assert not any("Lengths differ" in note for note in alike.notes)
    assert any(
        "Lengths differ (357 to 2,218 words)" in note
        for note in similarity_matrix(default_corpus()).notes
    )


def test_reasons_are_shared_words_in_order(tmp_path: Path) -> None:
    texts = {"a": "unity unity unity struggle alpha", "b": "unity struggle beta"}
    corpus = corpus_of(tmp_path, texts)
    # Weights: 3 x 1 and 1 x 1 of the shared words (same idf): 3 of 4 parts and 1 of 4.
    assert explain_pairs(corpus)["shared_terms"].tolist() == ["unity 75%, struggle 25%"]


def test_two_identical_texts_and_two_without_a_common_word(tmp_path: Path) -> None:
    texts = {"a": "one sky", "b": "one sky", "c": "green grass"}
    corpus = corpus_of(tmp_path, texts, stop_words="none")
    frame = similarity_matrix(corpus).frame
    cosine = {frozenset(p[:2]): p[2] for p in frame[["label_a", "label_b", "cosine"]].to_numpy()}
    assert cosine[frozenset({"a", "b"})] == 1
    assert cosine[frozenset({"a", "c"})] == 0


def test_other_weightings_stand_beside_the_first() -> None:
    corpus = default_corpus()
    table = compare_weightings(corpus)
    assert len(table) == 10
    assert table["smooth_idf"].is_monotonic_decreasing
    # Function words make every pair more alike; dropping what all share makes it less.
    assert (table["all_words"] > table["smooth_idf"]).all()
    assert (table["plain_idf"] < table["smooth_idf"]).all()


@pytest.mark.parametrize("question", [similarity_matrix, explain_pairs, compare_weightings])
def test_one_text_has_nothing_to_be_compared_with(question: object) -> None:
    assert callable(question)
    with pytest.raises(NothingToShow, match="With one text there is nothing to compare"):
        question(default_corpus(texts="feats-for-parties"))


def test_texts_without_a_common_word_are_not_called_alike(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, {"a": "Party unity.", "b": "World peace.", "c": "Great leader."})
    assert similarity_matrix(corpus).title == "No two of these texts share a weighted word"
