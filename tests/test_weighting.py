"""Weighting: textbook values, each part by hand in fractions, and scikit-learn beside it."""

import math
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any, get_args

import numpy as np
import pytest
from scipy import sparse

from rhetorica.counts import Counts, merge_terms, select_terms, sum_documents
from rhetorica.errors import CountsError
from rhetorica.weighting import (
    Base,
    Idf,
    Norm,
    Tf,
    Weighting,
    inverse_document_frequency,
    weight,
)
from support import REFERENCE, counts_of

TFIDF = REFERENCE["tfidf"]
SKLEARN = TFIDF["scikit-learn smoothed, L2"]
TWO = {f"doc{i + 1}": text for i, text in enumerate(TFIDF["documents"])}
# x stands in one of three texts, y in two, z in all.
THREE = {"a": "x x x x y z z w", "b": "y z", "c": "z"}
EVERY = [
    Weighting(tf, idf, base, norm)
    for tf, idf, base, norm in product(*map(get_args, (Tf, Idf, Base, Norm)))
]


def value(counts: Counts, document: str, term: str) -> float:
    row, column = counts.document_ids.index(document), counts.terms.index(term)
    return float(counts.matrix[row, column])


def random_counts(rows: int = 12, columns: int = 40, seed: int = 7) -> Counts:
    """One unit is empty; the first term stands in all the others, the second in none."""
    table = np.random.default_rng(seed).poisson(0.7, (rows, columns))
    table[:, 0] += 1
    table[:, 1] = 0
    table[3] = 0
    return Counts(
        sparse.csr_matrix(table),
        tuple(f"t{i:02d}" for i in range(columns)),
        "document",
        np.arange(rows),
        tuple(f"d{i}" for i in range(rows)),
        np.maximum(table.sum(axis=1), 1),
    )


# --- other people's values


@pytest.mark.parametrize("term", ["a", "sample", "another", "example", "this", "is"])
def test_proportions_by_log10_are_quantedas(term: str) -> None:
    weighted = weight(counts_of(TWO), Weighting(tf="proportion", idf="plain", base="10"))
    for document, expected in zip(TWO, TFIDF["quanteda prop*log10(N/df)"][term], strict=True):
        assert value(weighted, document, term) == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize("tf", ["count", "proportion", "rate"])
@pytest.mark.parametrize("document", ["doc1", "doc2"])
def test_smooth_idf_of_length_1_is_that_of_scikit_learn(document: str, tf: Tf) -> None:
    # Scaled to length 1, a count and its share of the words are the same. scikit-learn's own
    # tokeniser drops words of one letter; the reference keeps them.
    weighted = weight(counts_of(TWO), Weighting(tf=tf, idf="smooth", norm="l2"))
    for term, expected in SKLEARN[document].items():
        assert value(weighted, document, term) == pytest.approx(expected, abs=5e-8)


def test_smooth_idf_is_that_of_scikit_learn() -> None:
    counts = counts_of(TWO)
    idf = dict(
        zip(counts.terms, inverse_document_frequency(counts, Weighting(idf="smooth")), strict=True)
    )
    assert idf["sample"] == pytest.approx(SKLEARN["idf_df1"], abs=5e-11)
    assert idf["this"] == SKLEARN["idf_df2"] == 1


@pytest.mark.parametrize("norm", get_args(Norm))
@pytest.mark.parametrize("tf", ["count", "log"])
@pytest.mark.parametrize("idf", ["none", "smooth"])
def test_weights_agree_with_scikit_learn(tf: Tf, idf: Idf, norm: Norm) -> None:
    from sklearn.feature_extraction.text import TfidfTransformer

    counts = random_counts()
    theirs = TfidfTransformer(
        use_idf=idf == "smooth",
        smooth_idf=True,
        sublinear_tf=tf == "log",
        norm=None if norm == "none" else norm,
    ).fit_transform(counts.matrix.astype(np.float64))
    ours = weight(counts, Weighting(tf=tf, idf=idf, norm=norm)).matrix
    np.testing.assert_allclose(ours.toarray(), theirs.toarray(), atol=1e-12)


def test_what_scikit_learn_calls_not_smooth_is_plain_and_1() -> None:
    # Its ln(N / df) + 1 keeps a term of all units; Spärck Jones's ln(N / df) makes it 0.
    from sklearn.feature_extraction.text import TfidfTransformer

    counts = random_counts()
    used = np.asarray(counts.matrix.sum(axis=0)).ravel() > 0
    counts = select_terms(counts, used)
    theirs = TfidfTransformer(smooth_idf=False).fit(counts.matrix.astype(np.float64)).idf_
    np.testing.assert_allclose(inverse_document_frequency(counts, Weighting()) + 1, theirs)


# --- each part by hand

TF_BY_HAND: dict[Tf, tuple[Fraction, Fraction]] = {
    # x: 4 of 8 words; y: 1 of 8.
    "count": (Fraction(4), Fraction(1)),
    "proportion": (Fraction(1, 2), Fraction(1, 8)),
    "rate": (Fraction(500), Fraction(125)),
}


@pytest.mark.parametrize("base", get_args(Base))
@pytest.mark.parametrize("tf", TF_BY_HAND)
def test_tf_by_hand(tf: Tf, base: Base) -> None:
    weighted = weight(counts_of(THREE), Weighting(tf=tf, idf="none", base=base))
    x, y = TF_BY_HAND[tf]
    assert value(weighted, "a", "x") == float(x)
    assert value(weighted, "a", "y") == float(y)
    assert value(weighted, "b", "x") == 0


@pytest.mark.parametrize(
    ("base", "four"), [("2", 1 + 2), ("e", 1 + math.log(4)), ("10", 1 + math.log10(4))]
)
def test_logarithmic_tf_by_hand(base: Base, four: float) -> None:
    weighted = weight(counts_of(THREE), Weighting(tf="log", idf="none", base=base))
    assert value(weighted, "a", "x") == pytest.approx(four, rel=1e-15)
    assert value(weighted, "a", "y") == 1
    assert value(weighted, "c", "x") == 0, "what does not stand there weighs nothing"


IDF_BY_HAND = {
    # df of w, x, y, z is 1, 1, 2, 3 of N = 3: the numbers whose logarithm is taken.
    "plain": ((Fraction(3, 1), Fraction(3, 1), Fraction(3, 2), Fraction(3, 3)), 0),
    "smooth": ((Fraction(4, 2), Fraction(4, 2), Fraction(4, 3), Fraction(4, 4)), 1),
}


@pytest.mark.parametrize(("base", "number"), [("e", math.e), ("2", 2.0), ("10", 10.0)])
@pytest.mark.parametrize("idf", IDF_BY_HAND)
def test_idf_by_hand(idf: Idf, base: Base, number: float) -> None:
    ratios, more = IDF_BY_HAND[idf]
    expected = [math.log(ratio, number) + more for ratio in ratios]
    found = inverse_document_frequency(counts_of(THREE), Weighting(idf=idf, base=base))
    assert found.tolist() == pytest.approx(expected, rel=1e-14)
    assert found[3] == more, "of a term of all units, 0 or 1 and nothing beside it"


def test_no_idf_is_1_for_every_term() -> None:
    assert inverse_document_frequency(counts_of(THREE), Weighting(idf="none")).tolist() == [1] * 4


@pytest.mark.parametrize("idf", get_args(Idf))
def test_a_term_without_a_place_has_a_finite_idf(idf: Idf) -> None:
    counts = counts_of(THREE)
    counts = replace(counts, matrix=sparse.csr_matrix(counts.matrix.toarray() * [0, 1, 1, 1]))
    assert np.isfinite(inverse_document_frequency(counts, Weighting(idf=idf))).all()
    assert value(weight(counts, Weighting(idf=idf)), "a", "w") == 0


@pytest.mark.parametrize(
    ("norm", "expected"),
    [
        # Text a: w 1, x 4, y 1, z 2: sum 8, squares 22.
        ("none", [1, 4, 1, 2]),
        ("l1", [1 / 8, 4 / 8, 1 / 8, 2 / 8]),
        ("l2", [1 / 22**0.5, 4 / 22**0.5, 1 / 22**0.5, 2 / 22**0.5]),
    ],
)
def test_norm_by_hand(norm: Norm, expected: list[float]) -> None:
    weighted = weight(counts_of(THREE), Weighting(tf="count", idf="none", norm=norm))
    assert weighted.matrix.toarray()[0].tolist() == pytest.approx(expected, rel=1e-15)


def test_the_default_by_hand() -> None:
    # 2 of 4 words, in 1 of 3 texts: 500 per 1,000 words times ln 3.
    weighted = weight(counts_of({"a": "x x y z", "b": "y z", "c": "z"}), Weighting())
    assert value(weighted, "a", "x") == pytest.approx(500 * math.log(3))
    assert value(weighted, "a", "y") == pytest.approx(250 * math.log(3 / 2))
    assert value(weighted, "a", "z") == 0


@pytest.mark.parametrize(("tf", "expected"), [("rate", 250), ("proportion", 0.25)])
def test_rates_count_words_that_were_left_out(tf: Tf, expected: float) -> None:
    counts = counts_of({"a": "the the the x", "b": "y"})
    kept = select_terms(counts, np.array([term != "the" for term in counts.terms]))
    weighted = weight(kept, Weighting(tf=tf, idf="none"))
    assert value(weighted, "a", "x") == expected, "x is 1 of 4 words, not 1 of 1"


# --- what holds of every weighting


@pytest.mark.parametrize("weighting", EVERY, ids=lambda w: w.formula)
def test_every_weighting_keeps_shape_places_and_order(weighting: Weighting) -> None:
    counts = random_counts()
    weighted = weight(counts, weighting)
    assert weighted.matrix.indices.tolist() == counts.matrix.indices.tolist()
    assert weighted.matrix.indptr.tolist() == counts.matrix.indptr.tolist()
    assert (weighted.terms, weighted.unit) == (counts.terms, counts.unit)
    assert weighted.sizes.tolist() == counts.sizes.tolist()
    table = weighted.matrix.toarray()
    assert np.isfinite(table).all()
    assert (table >= 0).all()
    if weighting.norm != "none":
        power = 1 if weighting.norm == "l1" else 2
        lengths = (table**power).sum(axis=1)
        assert lengths[3] == 0, "an empty unit stays empty"
        np.testing.assert_allclose(np.delete(lengths, 3), 1)


@pytest.mark.parametrize("weighting", EVERY, ids=lambda w: w.formula)
def test_every_weighting_is_its_formula(weighting: Weighting) -> None:
    """Each weight once more, entry by entry, in plain Python."""
    counts = random_counts(5, 8)
    table, number = counts.matrix.toarray().tolist(), {"e": math.e, "2": 2.0, "10": 10.0}
    log = number[weighting.base]
    rows = []
    for row, words in zip(table, counts.sizes.tolist(), strict=True):
        weights = []
        for column, count in enumerate(row):
            df = sum(other[column] > 0 for other in table)
            tf = {
                "count": count,
                "proportion": count / words,
                "rate": 1000 * count / words,
                "log": 1 + math.log(count, log) if count else 0,
            }[weighting.tf]
            idf = {
                "none": 1,
                "plain": math.log(len(table) / max(df, 1), log),
                "smooth": math.log((1 + len(table)) / (1 + df), log) + 1,
            }[weighting.idf]
            weights.append(tf * idf)
        total = {"none": 1, "l1": sum(weights), "l2": math.hypot(*weights)}[weighting.norm]
        rows.append([w / total if total else 0 for w in weights])
    np.testing.assert_allclose(weight(counts, weighting).matrix.toarray(), rows, atol=1e-12)


def test_a_row_of_weight_0_is_no_division_by_0() -> None:
    # In each text only words of all texts: plain idf leaves nothing of either.
    weighted = weight(counts_of({"a": "x y", "b": "y x x"}), Weighting(norm="l2"))
    assert weighted.matrix.toarray().tolist() == [[0, 0], [0, 0]]


def test_another_base_scales_linear_weights_only() -> None:
    counts = random_counts()
    by_e, by_2 = (weight(counts, Weighting(base=base)).matrix.toarray() for base in ("e", "2"))
    np.testing.assert_allclose(by_e / math.log(2), by_2)
    norms = [
        weight(counts, Weighting(base=base, norm="l2")).matrix.toarray() for base in ("e", "10")
    ]
    np.testing.assert_allclose(*norms)
    smooth = [
        weight(counts, Weighting(idf="smooth", base=base, norm="l2")).matrix.toarray()
        for base in ("e", "10")
    ]
    assert np.abs(smooth[0] - smooth[1]).max() > 0.001, "the 1 in smooth idf has no base"


def test_the_plain_counts_are_not_touched() -> None:
    counts = random_counts()
    before = counts.matrix.toarray()
    weighted = weight(counts, Weighting(tf="log", norm="l1"))
    assert (counts.matrix.toarray() == before).all()
    assert counts.weighting == "count"
    with pytest.raises(ValueError, match="read-only"):
        weighted.matrix.data[0] = 9


# --- what they remember, and refuse

FORMULAS = {
    Weighting(): "tf × idf; tf = count per 1,000 words, idf = ln(N / df)",
    Weighting("count", "none"): "tf × idf; tf = count, idf = 1",
    Weighting("proportion", "plain", "10"): "tf × idf; tf = count / words, idf = log10(N / df)",
    Weighting("log", "smooth", "2"): (
        "tf × idf; tf = 1 + log2 count, idf = log2((1 + N) / (1 + df)) + 1"
    ),
    Weighting("log", "plain", "e", "l1"): (
        "tf × idf; tf = 1 + ln count, idf = ln(N / df), rows scaled to sum to 1"
    ),
    Weighting("rate", "smooth", "e", "l2"): (
        "tf × idf; tf = count per 1,000 words, idf = ln((1 + N) / (1 + df)) + 1, "
        "rows scaled to length 1"
    ),
}


@pytest.mark.parametrize(("weighting", "said"), FORMULAS.items(), ids=FORMULAS.values())
def test_formulas(weighting: Weighting, said: str) -> None:
    assert weighting.formula == said
    weighted = weight(counts_of(TWO), weighting)
    assert weighted.weighting == said
    assert repr(weighted) == f"<Counts: 2 documents x 6 terms, {said}>"


def test_no_two_weightings_have_one_formula() -> None:
    # But for the base, where no logarithm is taken.
    formulas = {w.formula for w in EVERY}
    without_logarithm = 3 * 3 * (3 - 1)  # count, proportion, rate without idf; three norms
    assert len(formulas) == len(EVERY) - without_logarithm


@pytest.mark.parametrize(
    ("again", "said"),
    [
        (lambda counts: weight(counts, Weighting(idf="smooth")), "weighted by tf-idf"),
        (sum_documents, "added up"),
        (lambda counts: merge_terms(counts, counts.terms), "added up"),
    ],
    ids=["weight", "sum", "merge"],
)
@pytest.mark.parametrize("first", [Weighting(), Weighting("count", "none")], ids=["rate", "count"])
def test_weighted_counts_are_refused(again: Any, said: str, first: Weighting) -> None:
    weighted = weight(counts_of(TWO), first)
    with pytest.raises(CountsError) as caught:
        again(weighted)
    assert str(caught.value) == (
        f"These counts cannot be {said}: they are weighted already ({first.formula}). "
        "Start from the plain counts."
    )


def test_selecting_from_weighted_counts_keeps_the_memory() -> None:
    weighted = weight(counts_of(TWO), Weighting())
    some = select_terms(weighted, np.array([term != "a" for term in weighted.terms]))
    assert some.weighting == weighted.weighting
    with pytest.raises(CountsError, match="weighted already"):
        weight(some, Weighting())


def test_a_stored_zero_is_no_count() -> None:
    counts = counts_of(THREE)
    matrix = counts.matrix.copy()
    matrix.data = np.where(matrix.data == 4, 0, matrix.data)
    zeroed = replace(counts, matrix=matrix)
    assert inverse_document_frequency(zeroed, Weighting())[counts.terms.index("x")] == math.log(3)
    assert value(weight(zeroed, Weighting(tf="log")), "a", "x") == 0
