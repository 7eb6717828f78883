"""Counts: how they are made, merged, summed and selected, by hand; and what is refused."""

import numpy as np
import pytest

from rhetorica.counts import (
    count_paragraphs,
    document_frequency,
    merge_terms,
    select_terms,
    sum_documents,
)
from rhetorica.errors import CountsError
from support import counts_of, tokens_of


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


FOLDED = {"a": "The the THE party", "b": "Party"}


def test_terms_of_one_name_are_added_up_and_sorted() -> None:
    counts = counts_of(FOLDED)
    assert counts.terms == ("Party", "THE", "The", "party", "the")
    folded = merge_terms(counts, [term.lower() for term in counts.terms])
    assert folded.terms == ("party", "the")
    assert folded.matrix.toarray().tolist() == [[1, 3], [1, 0]]
    assert folded.matrix.has_sorted_indices
    assert folded.sizes.tolist() == counts.sizes.tolist() == [4, 1]
    assert folded.weighting == "count"
    assert all(type(term) is str for term in folded.terms)


@pytest.mark.parametrize(
    ("names", "terms", "expected"),
    [
        (["Party", "THE", "The", "party", "the"], None, [[0, 1, 1, 1, 1], [1, 0, 0, 0, 0]]),
        (["e", "d", "c", "b", "a"], tuple("abcde"), [[1, 1, 1, 1, 0], [0, 0, 0, 0, 1]]),
        (["x"] * 5, ("x",), [[4], [1]]),
        (["", "b", "", "é", "Ω"], ("", "b", "é", "Ω"), [[1, 1, 1, 1], [1, 0, 0, 0]]),
    ],
    ids=["as they are", "turned round", "all one", "odd names"],
)
def test_merging_by_hand(
    names: list[str], terms: tuple[str, ...] | None, expected: list[list[int]]
) -> None:
    merged = merge_terms(counts_of(FOLDED), names)
    assert merged.terms == (terms or tuple(names))
    assert merged.matrix.toarray().tolist() == expected


@pytest.mark.parametrize("names", [[], ["a"] * 4, ["a"] * 6], ids=len)
def test_as_many_names_as_terms(names: list[str]) -> None:
    with pytest.raises(CountsError, match=f"^{len(names)} names cannot be given to 5 terms\\.$"):
        merge_terms(counts_of(FOLDED), names)


def test_merging_and_summing_may_change_places() -> None:
    counts = count_paragraphs(tokens_of({"a": "b a B.\n\nc A", "d": "a"}))
    names = [term.lower() for term in counts.terms]
    one = sum_documents(merge_terms(counts, names))
    other = merge_terms(sum_documents(counts), names)
    assert (
        one.matrix.toarray().tolist() == other.matrix.toarray().tolist() == [[2, 2, 1], [1, 0, 0]]
    )
    assert one.terms == other.terms == ("a", "b", "c")


def test_mask_of_wrong_length_is_refused() -> None:
    with pytest.raises(CountsError, match="2 marks cannot select from 5 terms"):
        select_terms(counts_of(FOLDED), np.array([True, False]))


def test_counts_are_sealed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        counts_of(FOLDED).matrix.data[0] = 9


def test_selecting_keeps_the_sizes_of_all_words() -> None:
    counts = counts_of({"a": "the the the x", "b": "y"})
    kept = select_terms(counts, np.array([False, True, True]))
    assert kept.terms == ("x", "y")
    assert kept.matrix.toarray().tolist() == [[1, 0], [0, 1]]
    assert kept.sizes.tolist() == [4, 1]
    nothing = select_terms(counts, np.zeros(3, dtype=bool))
    assert (nothing.terms, nothing.matrix.shape) == ((), (2, 0))
