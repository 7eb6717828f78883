"""Alignments: found as a full table of all cells finds them, with gaps, within blocks, fast."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetorica.alignment import Scoring, Side, align
from rhetorica.resampling import generator


def side_of(text: str) -> Side:
    """A side of one-letter words: capitals are forms of their small letter, | ends a block."""
    letters = [letter for letter in text if letter != "|"]
    blocks = np.cumsum([letter == "|" for letter in text])[[letter != "|" for letter in text]]
    codes = np.array([ord(letter) for letter in letters])
    return Side(codes, np.array([ord(letter.lower()) for letter in letters]), blocks)


def shared(one: str, other: str, least: float = 6) -> list[tuple[str, str]]:
    """What of two texts of one-letter words is aligned, first to last word."""
    a, b = one.replace("|", ""), other.replace("|", "")
    found = align(side_of(one), side_of(other), least)
    return [(a[slice(*each.a)], b[slice(*each.b)]) for each in found]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("123abcdefgh456", "789abcdefgh0", [("abcdefgh", "abcdefgh")]),
        ("123abcdefgh456", "789abcdXefgh0", [("abcdefgh", "abcdXefgh")]),  # inserted
        ("123abcdefgh456", "789abcefgh0", [("abcdefgh", "abcefgh")]),  # missing
        ("123abcdefgh456", "789abcXefgh0", [("abcdefgh", "abcXefgh")]),  # exchanged
        ("123abcdefgh456", "789abcDefgh0", [("abcdefgh", "abcDefgh")]),  # inflected
        ("123abc|defgh456", "789abcdefgh0", [("defgh", "defgh"), ("abc", "abc")]),
        ("123abcdefgh456", "789abc|defgh0", [("defgh", "defgh"), ("abc", "abc")]),
        ("abcd", "wxyz", []),
        ("abcd12", "1wxyz", []),  # a word in common is no alignment
        ("hgfedcba", "abcdefgh", []),  # the same words in another order
        ("", "abc", []),
    ],
)
def test_what_is_inserted_missing_exchanged_or_inflected_is_aligned_within_a_block(
    one: str, other: str, expected: list[tuple[str, str]]
) -> None:
    assert shared(one, other) == expected
    assert shared(other, one) == [(second, first) for first, second in expected]


def test_the_score_is_the_information_of_the_words_less_what_lies_between() -> None:
    # 8 words on each side, each once: 3 bits a word, 0.4 less for the same, 2.5 less for a form.
    a, b = side_of("abcdefgh"), side_of("abXcd|YZV")
    (found,) = align(a, b, 4)
    assert found.pairs.tolist() == [[0, 0], [1, 1], [2, 3], [3, 4]]
    assert found.score == pytest.approx(4 * 2.6 - 4)
    assert Scoring(a, side_of("aB123456")).score(np.array([[0, 0], [1, 1]])) == pytest.approx(
        2.6 + 0.5
    )


def test_a_frequent_word_earns_less() -> None:
    a, b = side_of("aaaabcde"), side_of("aaaabcde")
    scoring = Scoring(a, b)
    assert scoring.score(np.array([[0, 0]])) == pytest.approx(1 - 0.4)
    assert scoring.score(np.array([[4, 4]])) == pytest.approx(3 - 0.4)


def full_table(scoring: Scoring) -> float:
    """The best local alignment by Smith and Waterman's table of all cells, in bits."""
    rows, columns = len(scoring.a), len(scoring.b)
    table = np.zeros((rows + 1, columns + 1))
    for i in range(rows):
        for j in range(columns):
            gain = scoring.gains(np.array([i]), np.array([j]))[0] / 1000
            table[i + 1, j + 1] = max(
                0.0, table[i, j] + gain, table[i, j + 1] - 4, table[i + 1, j] - 4
            )
    return float(table.max())


LETTERS = st.text("abcdefghijklmnopABCD", min_size=1, max_size=6)


@given(LETTERS, LETTERS, LETTERS, LETTERS, LETTERS)
@settings(max_examples=150, deadline=None)
def test_the_best_is_the_best_of_the_table_of_all_cells(
    first: str, second: str, third: str, fourth: str, fifth: str
) -> None:
    one = first + second + third + fourth
    other = fifth + second + third[:1] + fourth
    scoring = Scoring(side_of(one), side_of(other))
    found = align(side_of(one), side_of(other), 4)
    best = full_table(scoring)
    if found:
        assert found[0].score <= best + 1e-9
    # Two rare words near each other are what a seed needs.
    if best >= 9:
        assert found
        assert found[0].score == pytest.approx(best)
    for each in found:
        assert (np.diff(each.pairs, axis=0) > 0).all()
        assert each.score == pytest.approx(scoring.score(each.pairs))
        assert each.score >= 4


def test_alignments_that_overlap_on_both_sides_are_one() -> None:
    found = align(side_of("abcdefabcdef"), side_of("abcdef"), 6)
    assert [(each.a, each.b) for each in found] == [((0, 6), (0, 6)), ((6, 12), (0, 6))]


def words(size: int, name: str, block: int = 120) -> Side:
    """A side of words as frequent as Zipf's law has them."""
    shares = 1 / (np.arange(5000) + 2.7)
    codes = generator(1, "alignment", name).choice(5000, size, p=shares / shares.sum())
    return Side(codes, codes, np.arange(size) // block)


def test_identical_texts_give_one_alignment_a_block() -> None:
    a = words(3000, "one")
    found = align(a, a, 22)
    assert len(found) == 25
    assert all(each.a == each.b and each.a[1] - each.a[0] == 120 for each in found)


def test_a_long_passage_is_followed_through_all_that_is_missing_in_it() -> None:
    a = words(2000, "one", 2000)
    missing = generator(1, "alignment", "missing").choice(2000, 60, replace=False)
    b = np.delete(a.codes, missing)
    (found,) = align(a, Side(b, b, np.zeros_like(b)), 22)
    assert len(found.pairs) > 1900  # it drifts by sixty words, far out of a fixed band


def test_a_paragraph_repeated_often_is_bounded() -> None:
    paragraph = np.tile(words(60, "one").codes, 150)
    a = Side(paragraph, paragraph, np.arange(len(paragraph)) // 60)
    found = align(a, a, 22)
    assert 64 <= len(found) <= 64 * 64  # the first places of each
    assert all(each.a[1] - each.a[0] == 60 for each in found)
