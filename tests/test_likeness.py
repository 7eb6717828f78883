"""Likeness: yardsticks made for texts, what they count, and the same values by other ways."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rhetorica.corpus import Corpus
from rhetorica.errors import NothingToShow
from rhetorica.likeness import (
    Yardstick,
    against_all,
    compare,
    likeness,
    measure_of,
    scores,
    whole_texts,
    yardstick_of,
)
from rhetorica.measures import MEASURES, MeasureName
from support import REFERENCE, corpus_of, default_corpus

NAMES: tuple[MeasureName, ...] = tuple(MEASURES)
STYLO = REFERENCE["Burrows's Delta (stylo; rows as percent, z with sd over n-1, mean absolute "
                  "difference)"]  # fmt: skip


def values_of(corpus: Corpus, name: MeasureName) -> dict[tuple[str, str], float]:
    """Return the likeness of every two texts, their ids in alphabetical order."""
    first, second = np.triu_indices(len(corpus.sources), 1)
    ids = corpus.tokens.document_ids
    found = likeness(yardstick_of(corpus, name), first, second)
    return {
        (min(ids[a], ids[b]), max(ids[a], ids[b])): float(value)
        for a, b, value in zip(first, second, found, strict=True)
    }


def with_parameters(corpus: Corpus, **changed: object) -> Corpus:
    return replace(corpus, parameters=corpus.parameters.model_copy(update=changed))


def two_by(yardstick: Yardstick) -> float:
    return float(likeness(yardstick, np.array([0]), np.array([1]))[0])


def test_deltas_of_stylo_from_texts_with_such_counts(tmp_path: Path) -> None:
    words = ("the", "of", "sea", "sky")
    texts = {
        f"d{i}": " ".join(word for word, n in zip(words, row, strict=True) for _ in range(n)) + "."
        for i, row in enumerate(STYLO["counts"], 1)
    }
    found = values_of(corpus_of(tmp_path, texts), "delta")
    for pair in ("d1d2", "d1d3", "d2d3"):
        assert found[pair[:2], pair[2:]] == pytest.approx(STYLO[pair], abs=5e-11)


def test_delta_takes_the_most_frequent_words_and_all_words_as_the_length(tmp_path: Path) -> None:
    texts = {
        "a": "The the the of of sea sea sky a a in.",
        "b": "The the of of sea sky sky a a in in.",
        "c": "The of sea sea sky sky a a in in in tree.",
    }
    yardstick = yardstick_of(corpus_of(tmp_path, texts, frequent_words=5), "delta")
    # the 6, of 5, sea 5, sky 5, a 6, in 6: of the equals, the first in the alphabet.
    assert yardstick.features == ("a", "in", "of", "sea", "the")
    rows, words = whole_texts(yardstick)
    assert words.tolist() == [11, 11, 12]
    percent = 100 * rows.toarray() / words[:, None]
    expected = (percent - percent.mean(axis=0)) / np.where(
        percent.std(axis=0, ddof=1) > 0, percent.std(axis=0, ddof=1), 1
    )
    np.testing.assert_allclose(scores(yardstick, rows, words), expected, atol=1e-12)


def test_names_are_left_out_of_delta_and_function_words_are_not(tmp_path: Path) -> None:
    texts = {"a": "The Kim Kim sea.", "b": "The the Kim sky.", "c": "Of the Kim Kim Kim."}
    corpus = corpus_of(tmp_path, texts, leave_out="kim")
    assert yardstick_of(corpus, "delta").features == ("of", "sea", "sky", "the")
    assert yardstick_of(corpus, "cosine").features == ("sea", "sky")
    assert "the kim kim" in yardstick_of(corpus, "shingles").features


def test_a_word_of_one_rate_in_all_texts_does_not_count_by_rounding(tmp_path: Path) -> None:
    # 'the' is one word of nine in each, whatever the length. The mean of three such rates is
    # another number by rounding, and their standard deviation 2e-15.
    assert np.full(3, 100 / 9).std(ddof=1) > 0
    texts = {
        "a": "The sea sea sea sky sky sky sky sky.",
        "b": "The sea sea sky sky sky sky sky sky. " * 2,
        "c": "The sea sky sky sky sky sky sky sky. " * 3,
    }
    yardstick = yardstick_of(corpus_of(tmp_path, texts), "delta")
    assert yardstick.deviations[yardstick.features.index("the")] == 0
    assert yardstick.deviations[yardstick.features.index("sea")] > 1


def test_measures_by_hand(tmp_path: Path) -> None:
    # Counts of sky, sea, sun: (2, 1, 0) and (1, 1, 1).
    texts = {"a": "Sky sky sea.", "b": "Sky sea sun."}
    corpus = corpus_of(tmp_path, texts)
    assert two_by(yardstick_of(corpus, "cosine_rates")) == pytest.approx(3 / np.sqrt(5 * 3))
    sun = np.log(3 / 2) + 1  # one text of two has it
    assert two_by(yardstick_of(corpus, "cosine")) == pytest.approx(3 / np.sqrt(5 * (2 + sun**2)))
    # p = (2/3, 1/3, 0) and q = (1/3, 1/3, 1/3), m = (1/2, 1/3, 1/6).
    divergence = (2 * np.log2(4 / 3) + np.log2(2 / 3) + np.log2(2)) / 6
    assert two_by(yardstick_of(corpus, "jensen_shannon")) == pytest.approx(1 - divergence)
    assert two_by(yardstick_of(corpus, "shingles")) == 0
    assert two_by(yardstick_of(with_parameters(corpus, shingle_words=2), "shingles")) == 1 / 3
    # Plain idf: only what one text has weighs anything.
    plain = with_parameters(corpus, similarity_idf="plain")
    assert two_by(yardstick_of(plain, "cosine")) == 0


def test_runs_end_with_their_paragraph(tmp_path: Path) -> None:
    texts = {"a": "One two three four.\n\nFive six seven.", "b": "Three four five."}
    yardstick = yardstick_of(corpus_of(tmp_path, texts), "shingles")
    expected = ("five six seven", "one two three", "three four five", "two three four")
    assert yardstick.features == expected
    assert yardstick.positions.tolist() == [0, 1, 4, 7]
    assert [yardstick.features[code] for code in yardstick.codes] == [
        "one two three", "two three four", "five six seven", "three four five",
    ]  # fmt: skip


def test_runs_end_where_a_part_was_not_chosen(tmp_path: Path) -> None:
    texts = {
        "a": "He said, “Every river finds its sea.” Then he left the room.",
        "b": "Others said that and left.",
    }
    whole = corpus_of(tmp_path / "one", texts)
    assert "said every river" in yardstick_of(whole, "shingles").features
    parts = corpus_of(tmp_path / "two", texts, parts="paragraph")
    yardstick = yardstick_of(parts, "shingles")
    own = yardstick.codes[yardstick.positions < parts.tokens.documents[1]]
    assert {yardstick.features[code] for code in own} == {
        "then he left", "he left the", "left the room",
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_the_same_text_twice_is_as_alike_as_can_be(tmp_path: Path, name: MeasureName) -> None:
    text = "The sea is wide.\n\nThe sky is high over the sea."
    corpus = corpus_of(tmp_path, {"a": text, "b": text, "c": "A tree of the wood is high."})
    assert values_of(corpus, name)["a", "b"] == (0 if name == "delta" else 1)


@pytest.mark.parametrize("name", ["cosine", "cosine_rates", "jensen_shannon", "delta"])
def test_a_text_said_twice_over_changes_nothing(tmp_path: Path, name: MeasureName) -> None:
    texts = {
        "a": "The sea is wide and deep.",
        "b": "The sky is high over the sea.",
        "c": "A tree of the wood.",
    }
    once = values_of(corpus_of(tmp_path / "1", texts), name)
    doubled = texts | {"b": f"{texts['b']}\n\n{texts['b']}"}
    assert values_of(corpus_of(tmp_path / "2", doubled), name) == pytest.approx(once)


@pytest.mark.parametrize("name", NAMES)
def test_texts_in_another_order_have_the_same_values(tmp_path: Path, name: MeasureName) -> None:
    texts = {
        "a": "The sea is wide and deep.",
        "b": "The sky is high and wide.",
        "c": "A tree of the wood is high.",
    }
    other = corpus_of(tmp_path / "2", dict(reversed(texts.items())))
    assert other.tokens.document_ids == ("c", "b", "a")
    assert values_of(other, name) == pytest.approx(
        values_of(corpus_of(tmp_path / "1", texts), name), abs=1e-12
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_block_against_all_is_pair_by_pair(name: MeasureName) -> None:
    yardstick = yardstick_of(default_corpus(), name)
    every = np.arange(5)
    for block in (slice(0, 2), slice(2, 5), slice(4, 5)):
        found = against_all(yardstick, block)
        for row, text in zip(found, every[block], strict=True):
            expected = likeness(yardstick, np.full(5, text), every)
            np.testing.assert_allclose(row, expected, atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_chunks_of_pairs_do_not_change_a_value(
    monkeypatch: pytest.MonkeyPatch, name: MeasureName
) -> None:
    yardstick = yardstick_of(default_corpus(), name)
    pairs = np.triu_indices(5, 1)
    expected = likeness(yardstick, *pairs)
    monkeypatch.setattr("rhetorica.measures._CELLS", 1)
    np.testing.assert_array_equal(likeness(yardstick, *pairs), expected)
    assert likeness(yardstick, np.zeros(0, int), np.zeros(0, int)).shape == (0,)


@pytest.mark.parametrize("name", NAMES)
def test_paragraphs_add_up_to_texts(name: MeasureName) -> None:
    corpus = default_corpus()
    yardstick = yardstick_of(corpus, name)
    rows, words = whole_texts(yardstick)
    assert words.tolist() == np.diff(corpus.tokens.documents).tolist()
    # Each feature stands in the text, and in the paragraph, that its positions say.
    texts = np.searchsorted(corpus.tokens.documents, yardstick.positions, side="right") - 1
    expected = np.zeros(rows.shape)
    np.add.at(expected, (texts, yardstick.codes), 1)
    np.testing.assert_array_equal(rows.toarray(), expected)
    assert (np.diff(yardstick.positions) > 0).all()
    assert yardstick.units.sum() == len(yardstick.positions)


def test_the_words_counted_are_those_of_the_corpus() -> None:
    corpus = default_corpus()
    yardstick = yardstick_of(corpus, "cosine_rates")
    totals = dict(zip(yardstick.features, whole_texts(yardstick)[0].sum(axis=0).A1, strict=True))
    counts = dict(zip(corpus.counts.terms, corpus.counts.matrix.sum(axis=0).A1, strict=True))
    assert "the" not in totals
    assert len(totals) > 900
    assert all(counts[term] == total for term, total in totals.items())


def test_lemmas_are_compared_where_they_are_asked_for(tmp_path: Path) -> None:
    texts = {"a": "Party builds house.", "b": "Parties build houses."}
    forms = corpus_of(tmp_path / "1", texts)
    lemmas = corpus_of(tmp_path / "2", texts, lemmas="english", shingle_words=2)
    assert two_by(yardstick_of(forms, "cosine")) == 0
    assert two_by(yardstick_of(lemmas, "cosine")) == 1
    assert two_by(yardstick_of(lemmas, "shingles")) == 1


def test_only_the_chosen_texts_make_the_yardstick() -> None:
    corpus = default_corpus(texts="feats-for-parties, party-building-treatise")
    yardstick = yardstick_of(corpus, "cosine")
    assert "N = 2 texts" in yardstick.formula
    assert (whole_texts(yardstick)[0].sum(axis=0).A1 > 0).all()
    # idf over two texts: a word of one has ln(3 / 2) + 1, one of both has 1.
    found: NDArray[np.float64] = np.unique(yardstick.weights.round(12))
    np.testing.assert_allclose(found, [1, np.log(1.5) + 1])


def test_a_yardstick_is_sealed_and_says_what_it_is() -> None:
    yardstick = yardstick_of(default_corpus(), "shingles")
    assert repr(yardstick).startswith("<Yardstick: shingle overlap, ")
    with pytest.raises(ValueError, match="read-only"):
        yardstick.weights[0] = 2


def test_the_measure_is_that_of_the_parameter(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, {"a": "One sky.", "b": "Two skies."}, measure="jensen_shannon")
    assert measure_of(corpus) is MEASURES["jensen_shannon"]


def test_rows_without_a_word_are_compared_without_a_warning() -> None:
    for name in NAMES:
        yardstick = yardstick_of(default_corpus(), name)
        empty = yardstick.units[[0]] * 0
        empty.eliminate_zeros()
        none = np.zeros(1)
        value = compare(yardstick, empty, empty, (none, none))[0]
        assert value == 0


@pytest.mark.parametrize(
    ("texts", "name", "parameters", "message"),
    [
        (
            {"a": "Sky sea.", "b": "Sky sun."},
            "delta",
            {},
            "at least 3 texts, and there are 2",
        ),
        ({"a": "It is.", "b": "We are."}, "cosine", {}, "every word of these texts is left out by"),
        ({"a": "It is.", "b": "We are."}, "jensen_shannon", {}, "left out by stop_words"),
        ({"a": "Sky.", "b": "Sky.", "c": "Sky."}, "delta", {"leave_out": "sky"}, "No word is left"),
        (
            {"a": "One two three.\n\nFour five.", "b": "One."},
            "shingles",
            {"shingle_words": 4},
            "No paragraph of these texts has 4 words in a row: lower shingle_words",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(
    tmp_path: Path,
    texts: Mapping[str, str],
    name: MeasureName,
    parameters: dict[str, object],
    message: str,
) -> None:
    with pytest.raises(NothingToShow, match=message):
        yardstick_of(corpus_of(tmp_path, texts, **parameters), name)
