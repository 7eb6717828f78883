"""Counts and their weighting: textbook values, hand-computed fractions and refusals."""

import math

import numpy as np
import pytest
from scipy import sparse

from rhetorica.counts import (
    Counts,
    count_paragraphs,
    document_frequency,
    fold_case,
    select_terms,
    sum_documents,
    weight_tf_idf,
    without_words,
)
from rhetorica.errors import CountsError
from rhetorica.parameters import check_parameters
from rhetorica.stop_words import content_counts, english_stop_words
from support import REFERENCE, counts_of, tokens_of

TFIDF = REFERENCE["tfidf"]
TWO = {f"doc{i + 1}": text for i, text in enumerate(TFIDF["documents"])}


def value(counts: Counts, document: str, term: str) -> float:
    row, column = counts.document_ids.index(document), counts.terms.index(term)
    return float(counts.matrix[row, column])


def test_counts_by_hand() -> None:
    counts = count_paragraphs(tokens_of({"a": "b a b.\n\nc b", "d": "a"}))
    assert counts.terms == ("a", "b", "c")
    assert counts.matrix.toarray().tolist() == [[1, 2, 0], [0, 1, 1], [1, 0, 0]]
    assert counts.sizes.tolist() == [3, 2, 1]
    assert counts.unit_documents.tolist() == [0, 0, 1]
    summed = sum_documents(counts)
    assert summed.matrix.toarray().tolist() == [[1, 3, 1], [1, 0, 0]]
    assert summed.sizes.tolist() == [5, 1]
    assert document_frequency(summed).tolist() == [2, 1, 1]


def test_counting_leaves_the_token_stream_in_order() -> None:
    tokens = tokens_of({"a": "z y z x z"})
    before = tokens.codes.tolist()
    count_paragraphs(tokens)
    assert tokens.codes.tolist() == before == [2, 1, 2, 0, 2]


def test_folding_adds_up_words_that_differ_in_capitals() -> None:
    folded = fold_case(counts_of({"a": "The the THE party", "b": "Party"}))
    assert folded.terms == ("party", "the")
    assert folded.matrix.toarray().tolist() == [[1, 3], [1, 0]]


@pytest.mark.parametrize("term", ["a", "sample", "another", "example", "this", "is"])
def test_plain_idf_is_that_of_quanteda_but_for_scale(term: str) -> None:
    weighted = weight_tf_idf(counts_of(TWO), "plain")
    # The reference has proportions and the logarithm to base 10, we a rate and the natural one.
    scale = 1000 * math.log(10)
    for document, expected in zip(TWO, TFIDF["quanteda prop*log10(N/df)"][term], strict=True):
        assert value(weighted, document, term) / scale == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize("document", ["doc1", "doc2"])
def test_smooth_idf_is_that_of_scikit_learn(document: str) -> None:
    # scikit-learn's own tokeniser drops words of one letter; the reference keeps them.
    weighted = weight_tf_idf(counts_of(TWO), "smooth", normalise=True)
    for term, expected in TFIDF["scikit-learn smoothed, L2"][document].items():
        assert value(weighted, document, term) == pytest.approx(expected, abs=5e-8)


def test_smooth_weights_agree_with_scikit_learn_on_random_counts() -> None:
    from sklearn.feature_extraction.text import TfidfTransformer

    random = np.random.default_rng(7)
    table = random.poisson(0.7, (12, 40))
    counts = Counts(
        sparse.csr_matrix(table),
        tuple(f"t{i:02d}" for i in range(40)),
        "document",
        np.arange(12),
        tuple(f"d{i}" for i in range(12)),
        np.maximum(table.sum(axis=1), 1),
    )
    ours = weight_tf_idf(counts, "smooth", normalise=True).matrix.toarray()
    theirs = TfidfTransformer(smooth_idf=True, norm="l2").fit_transform(table).toarray()
    np.testing.assert_allclose(ours, theirs, atol=1e-12)


def test_plain_weight_by_hand() -> None:
    # 2 of 4 words, in 1 of 3 texts: 500 per 1,000 words times ln 3.
    counts = counts_of({"a": "x x y z", "b": "y z", "c": "z"})
    weighted = weight_tf_idf(counts, "plain")
    assert value(weighted, "a", "x") == pytest.approx(500 * math.log(3))
    assert value(weighted, "a", "y") == pytest.approx(250 * math.log(3 / 2))
    assert value(weighted, "a", "z") == 0


def test_rates_count_words_that_were_left_out() -> None:
    counts = without_words(counts_of({"a": "the the the x", "b": "y"}), ["the"])
    assert counts.sizes.tolist() == [4, 1]
    # Plain idf of a word of one of two texts is ln 2; x is 1 of 4 words, not 1 of 1.
    assert value(weight_tf_idf(counts, "plain"), "a", "x") == pytest.approx(250 * math.log(2))


@pytest.mark.parametrize(
    "again", [weight_tf_idf, sum_documents, fold_case], ids=lambda function: function.__name__
)
def test_weighted_counts_are_refused(again: object) -> None:
    weighted = weight_tf_idf(counts_of(TWO))
    assert callable(again)
    with pytest.raises(CountsError, match="weighted already"):
        again(weighted)


def test_mask_of_wrong_length_is_refused() -> None:
    with pytest.raises(CountsError, match="2 marks cannot select from 6 terms"):
        select_terms(counts_of(TWO), np.array([True, False]))


def test_counts_are_sealed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        counts_of(TWO).matrix.data[0] = 9


def test_stop_words_go_through_the_tokeniser() -> None:
    counts = counts_of({"a": "The non-aligned don't e mail"})
    # 'e.mail' is no word of ours: its parts are what can be left out.
    assert without_words(counts, ["the", "don't", "e.mail"]).terms == ("non-aligned",)


def test_stop_words_and_names_left_out_by_parameter() -> None:
    counts = counts_of({"a": "the party of Kim and the people"})
    chosen = check_parameters({"leave_out": "Kim"})
    assert content_counts(counts, chosen).terms == ("party", "people")
    every = check_parameters({"stop_words": "none"})
    assert content_counts(counts, every).terms == counts.terms


def test_stop_words_are_function_words_only() -> None:
    words = english_stop_words()
    assert {"the", "of", "and", "must", "not", "he"} <= set(words)
    assert not {"party", "people", "us", "one", "great", "said", "world"} & set(words)
    assert all(word == word.lower() for word in words)
    assert len(set(words)) == len(words)
