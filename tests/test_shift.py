"""Word shifts: contributions by hand, against scipy, mirrored, and what chance gives."""

from collections.abc import Mapping
from fractions import Fraction
from math import log2
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon

from rhetorica.errors import NothingToShow
from rhetorica.figures import draw
from rhetorica.figures.shift import draw_word_shift
from rhetorica.findings import Finding
from rhetorica.shift import (
    MAX_DRAWS,
    chosen_pair,
    shift_contributions,
    shift_sentences,
    word_shift,
)
from support import corpus_of, default_corpus

COUNTS = st.integers(2, 12).flatmap(
    lambda size: st.tuples(
        *[st.lists(st.integers(0, 40), min_size=size, max_size=size).filter(any) for _ in range(2)]
    )
)

# Without stop words 8 and 4 words: peace 4 and 1, bread 2 and 1, milk 2 and none, corn none and 2.
TWO = {
    "one": "Peace is peace and peace.\n\nThe peace of bread, milk, bread and milk was it.",
    "two": "Peace and the corn.\n\nBread, corn.",
}
WORDS = {"peace": (4, 1), "bread": (2, 1), "milk": (2, 0), "corn": (0, 2)}


def by_hand(left: Fraction, right: Fraction) -> float:
    """What a word of such shares adds, in bits."""
    mean = (left + right) / 2
    return sum(float(share) * log2(share / mean) for share in (left, right) if share) / 2


def shift(folder: Path, texts: Mapping[str, str], **parameters: object) -> Finding:
    return word_shift(corpus_of(folder, texts, n_draws=200, **parameters))


def chance_of(finding: Finding) -> dict[str, Any]:
    [row] = finding.tables["word_shift_chance"].to_dict("records")
    return {str(name): value for name, value in row.items()}


# --- contributions


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ([1], [5], [0.0]),
        ([1, 2], [10, 20], [0.0, 0.0]),
        ([1, 0], [0, 7], [0.5, 0.5]),
        ([1, 1, 0, 0], [0, 0, 3, 1], [0.25, 0.25, 0.375, 0.125]),
        ([1, 1], [0, 1], [0.25, (log2(2 / 3) / 2 + log2(4 / 3)) / 2]),
    ],
)
def test_contributions_by_hand(left: list[int], right: list[int], expected: list[float]) -> None:
    assert shift_contributions(left, right).tolist() == pytest.approx(expected)
    assert shift_contributions(right, left).tolist() == pytest.approx(expected)


@given(COUNTS)
def test_contributions_sum_to_the_divergence(counts: tuple[list[int], list[int]]) -> None:
    found = shift_contributions(*counts)
    assert (found >= 0).all()
    distance = jensenshannon(*(np.array(side) / sum(side) for side in counts), base=2)
    assert found.sum() == pytest.approx(distance**2, abs=1e-7)
    np.testing.assert_array_equal(found, shift_contributions(counts[1], counts[0]))


def test_many_rows_at_once_are_each_alone() -> None:
    left, right = np.array([[1, 2, 3], [4, 0, 1]]), np.array([[3, 2, 1], [1, 1, 1]])
    both = shift_contributions(left, right)
    for i in range(2):
        assert both[i].tolist() == shift_contributions(left[i], right[i]).tolist()


# --- two texts by hand


def test_rows_by_hand(tmp_path: Path) -> None:
    finding = shift(tmp_path, TWO)
    rows = {row["term"]: row for row in finding.frame.to_dict("records")}
    assert set(rows) == set(WORDS)
    total = sum(by_hand(Fraction(a, 8), Fraction(b, 4)) for a, b in WORDS.values())
    for term, (left, right) in WORDS.items():
        row = rows[term]
        assert (row["left_count"], row["right_count"]) == (left, right)
        assert row["left_per_1000_content_words"] == pytest.approx(125 * left)
        assert row["right_per_1000_content_words"] == pytest.approx(250 * right)
        assert row["contribution"] == pytest.approx(by_hand(Fraction(left, 8), Fraction(right, 4)))
    # Bread has the same share in both, though not the same count.
    assert finding.frame["term"].tolist() == ["corn", "milk", "peace", "bread"]
    assert finding.frame["side"].tolist() == ["right", "left", "left", "same"]
    assert finding.frame["rank"].tolist() == [1, 2, 3, 4]
    assert finding.frame["left_paragraphs"].tolist() == [0, 1, 2, 1]
    assert finding.frame["right_paragraphs"].tolist() == [2, 0, 1, 1]
    assert finding.frame["cumulative_share"].tolist() == pytest.approx(
        [0.25 / total, (0.25 + 0.125) / total, 1, 1]
    )
    assert chance_of(finding)["divergence"] == pytest.approx(total)


def test_sides_by_hand(tmp_path: Path) -> None:
    sides = shift(tmp_path, TWO).tables["word_shift_sides"].set_index("side")
    assert sides["label"].tolist() == ["one", "two"]
    assert sides["words"].tolist() == [15, 6]
    assert sides["content_words"].tolist() == [8, 4]
    assert sides["paragraphs"].tolist() == [2, 2]
    peace = by_hand(Fraction(1, 2), Fraction(1, 4))
    assert sides["contribution"].tolist() == pytest.approx([0.125 + peace, 0.25])
    assert sides["share"].sum() == pytest.approx(1)


def test_equal_contributions_are_in_alphabetical_order(tmp_path: Path) -> None:
    frame = shift(tmp_path, {"one": "Milk, corn, bread.", "two": "Work, art, peace."}).frame
    assert frame["term"].tolist() == ["art", "bread", "corn", "milk", "peace", "work"]
    assert frame["contribution"].nunique() == 1


@pytest.mark.parametrize(("left", "right"), [("one", "two"), ("two", "one")])
def test_swapped_sides_mirror_the_result(left: str, right: str, tmp_path: Path) -> None:
    texts = {"one": "Peace and bread.\n\n" * 6, "two": "Bread, corn, milk.\n\n" * 5 + "Peace."}
    found = shift(tmp_path / "a", texts, left=left, right=right)
    mirror = shift(tmp_path / "b", texts, left=right, right=left)
    others = {"left": "right", "right": "left"}
    turned = mirror.frame.rename(
        columns=lambda name: "_".join(others.get(part, part) for part in name.split("_"))
    )
    turned["side"] = turned["side"].replace(others)
    pd.testing.assert_frame_equal(found.frame, turned[list(found.frame)], check_exact=True)
    assert chance_of(found) == chance_of(mirror)
    assert chance_of(found)["more"] == "yes"


def test_order_of_documents_does_not_matter() -> None:
    corpus = default_corpus(left="feats-for-parties", n_draws=200)
    assert chosen_pair(corpus).right_label == "the other 4 texts"
    ids = [source.document.id for source in corpus.sources]
    others = [ids[i] for i in chosen_pair(corpus).right]
    assert others == sorted(set(ids) - {"feats-for-parties"})


def test_documents_in_another_order_give_the_same(tmp_path: Path) -> None:
    texts = {
        "six": "Work, peace.\n\n" * 5,
        "one": "Peace and bread.\n\n" * 6,
        "two": "Bread, corn, milk.\n\n" * 5 + "Peace.",
    }
    turned = dict(reversed(texts.items()))
    for i, chosen in enumerate(({}, {"left": "one"}, {"left": "six", "right": "one"})):
        one = shift(tmp_path / f"a{i}", texts, **chosen)
        other = shift(tmp_path / f"b{i}", turned, **chosen)
        assert one.title == other.title
        pd.testing.assert_frame_equal(one.frame, other.frame)
        assert chance_of(one) == chance_of(other)


def test_the_five_texts_against_scipy() -> None:
    corpus = default_corpus(left="global-independence", n_draws=200)
    finding = word_shift(corpus)
    frame = finding.frame
    shares = (
        frame[["left_per_1000_content_words", "right_per_1000_content_words"]].to_numpy() / 1000
    )
    np.testing.assert_allclose(shares.sum(axis=0), 1)
    divergence = jensenshannon(*shares.T, base=2) ** 2
    assert frame["contribution"].sum() == pytest.approx(divergence)
    assert f"chance gives: {divergence:.2f} of 1, where chance gives up to 0." in finding.title
    assert frame["contribution"].is_monotonic_decreasing
    assert frame["cumulative_share"].iloc[-1] == pytest.approx(1)
    more = frame["left_per_1000_content_words"] > frame["right_per_1000_content_words"]
    assert (frame.loc[more, "side"] == "left").all()


# --- which texts


def test_the_two_longest_by_themselves() -> None:
    pair = chosen_pair(default_corpus())
    assert (pair.left_label, pair.right_label) == ("Treatise 1992", "External activity")


def test_one_other_text_is_called_by_its_name(tmp_path: Path) -> None:
    pair = chosen_pair(corpus_of(tmp_path, TWO, left="two"))
    assert (pair.left, pair.right, pair.right_label) == ((1,), (0,), "one")


def test_texts_of_one_length_are_taken_by_id(tmp_path: Path) -> None:
    texts = {"c": "Peace.", "b": "Bread.", "a": "Milk."}
    pair = chosen_pair(corpus_of(tmp_path, texts))
    assert (pair.left_label, pair.right_label) == ("a", "b")


# --- chance

MIXED = "Peace, bread and milk.\n\nWork, milk, corn.\n\nArt, peace, work.\n\nBread, art, corn.\n\n"


def test_texts_of_the_same_paragraphs_differ_no_more_than_chance(tmp_path: Path) -> None:
    finding = shift(tmp_path, {"one": MIXED * 3 + "Peace.", "two": MIXED * 2 + "Corn, corn."})
    found = chance_of(finding)
    assert found["more"] == "no"
    assert "differ in their words no more than chance gives" in finding.title
    assert finding.title.endswith(f"where chance gives up to {found['limit']:.2f}")


def test_paragraphs_of_other_lengths_are_no_difference(tmp_path: Path) -> None:
    # One source, cut into short paragraphs here and long ones there.
    words = np.random.default_rng(1).choice([f"w{i}" for i in range(60)], size=600)
    short = "\n\n".join(" ".join(words[i : i + 5]) + "." for i in range(0, 100, 5))
    long = "\n\n".join(" ".join(words[i : i + 25]) + "." for i in range(100, 600, 25))
    found = chance_of(shift(tmp_path, {"one": short, "two": long}))
    assert found["more"] == "no"


def test_all_ways_to_deal_out_paragraphs(tmp_path: Path) -> None:
    # Ten paragraphs of one word, a on one side and b on the other. k of five exchanged leave the
    # shares k/5 and 1 - k/5; 100 + 100 of 252 ways have k = 2 or 3, so that is the median.
    finding = shift(tmp_path, {"one": "Milk.\n\n" * 5, "two": "Corn.\n\n" * 5})
    found = chance_of(finding)
    assert found["median"] == pytest.approx(shift_contributions([2, 3], [3, 2]).sum())
    assert found["limit"] == pytest.approx(shift_contributions([1, 4], [4, 1]).sum())
    assert (found["divergence"], found["more"]) == (1, "yes")
    assert finding.title == "“one” and “two” have no content word in common"


@pytest.mark.parametrize("paragraphs", [1, 4])
def test_too_few_paragraphs_tell_nothing_of_chance(paragraphs: int, tmp_path: Path) -> None:
    texts = {"one": "Peace, bread.\n\n" * paragraphs, "two": "Bread, milk.\n\n" * 5}
    finding = shift(tmp_path, texts, left="one")
    found = chance_of(finding)
    assert found["more"] == "unknown"
    assert np.isnan([found["median"], found["limit"]]).all()
    assert finding.title.endswith("; too few paragraphs to tell what chance gives")
    assert (
        "What chance gives cannot be told with fewer than 5 paragraphs on a side "
        f"(here {paragraphs} and 5)."
    ) in finding.notes
    assert finding.scope == ""
    assert draw(finding, draw_word_shift).png


def test_same_seed_same_limit_and_draws_are_capped() -> None:
    asked = [chance_of(word_shift(default_corpus(seed=s, n_draws=300))) for s in (1, 1, 2)]
    assert asked[0] == asked[1]
    assert asked[0]["limit"] != asked[2]["limit"]
    assert asked[0]["divergence"] == asked[2]["divergence"]
    many = word_shift(default_corpus(n_draws=5000))
    assert (many.parameters or {})["n_draws"] == MAX_DRAWS == 1000
    assert "dealt out anew 1,000 times" in many.scope


# --- sentences, and what cannot be shown


def test_sentences_are_of_the_side_that_has_more() -> None:
    corpus = default_corpus(n_draws=100)
    frame, found = word_shift(corpus).frame, shift_sentences(corpus, per_side=4)
    assert found.columns.tolist() == ["term", "text", "raw_line", "sentence"]
    assert found["text"].tolist() == ["Treatise 1992"] * 4 + ["External activity"] * 4
    leading = [frame.loc[frame["side"] == side, "term"].head(4) for side in ("left", "right")]
    assert found["term"].tolist() == [term for terms in leading for term in terms]
    for term, sentence in found[["term", "sentence"]].to_numpy():
        assert term in sentence.lower()


def test_one_text_has_no_other(tmp_path: Path) -> None:
    with pytest.raises(NothingToShow, match="a word shift needs at least two"):
        shift(tmp_path, {"one": TWO["one"]}, left="one")


@pytest.mark.parametrize("other", [TWO["one"], f"{TWO['one']}\n\n{TWO['one']}"])
def test_texts_of_the_same_rates_have_no_difference(other: str, tmp_path: Path) -> None:
    with pytest.raises(NothingToShow, match="use every word at the same rate: no difference"):
        shift(tmp_path, {"one": TWO["one"], "two": other})


def test_a_text_without_a_word_left(tmp_path: Path) -> None:
    with pytest.raises(NothingToShow, match="No word of “two” is left"):
        shift(tmp_path / "a", {"one": "Peace and bread.", "two": "It is."})
    with pytest.raises(NothingToShow, match="No word is left"):
        shift(tmp_path / "b", {"one": "It was.", "two": "It is."})


def test_stop_words_count_where_they_are_asked_for(tmp_path: Path) -> None:
    finding = shift(tmp_path, TWO, stop_words="none")
    assert {"is", "the"} <= set(finding.frame["term"])
    assert finding.tables["word_shift_sides"]["content_words"].tolist() == [15, 6]
    assert not any(note.startswith("Not compared") for note in finding.notes)
