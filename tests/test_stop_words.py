"""Stop words and names: which words they leave out, what is said of it, and what is left."""

from pathlib import Path

import numpy as np
import pytest

from rhetorica.corpus import read_corpus
from rhetorica.counts import Counts
from rhetorica.errors import NothingToShow
from rhetorica.parameters import check_parameters
from rhetorica.stop_words import content_counts, english_stop_words, is_left_out, left_out
from rhetorica.tokens import split_words
from support import corpus_of, counts_of, default_corpus


def left(text: str, leave_out: object = (), stop_words: str = "none") -> str:
    """The words of a text that are left, each once and sorted."""
    chosen = check_parameters({"leave_out": leave_out, "stop_words": stop_words})
    return " ".join(content_counts(counts_of({"a": text}), chosen).terms)


# --- the list


def test_stop_words_are_function_words_only() -> None:
    words = english_stop_words()
    assert {"the", "of", "and", "must", "not", "he"} <= set(words)
    assert not {"party", "people", "us", "one", "great", "said", "world"} & set(words)
    assert all(word == word.lower() for word in words)
    assert len(set(words)) == len(words)


def test_each_stop_word_is_one_word_of_the_tokeniser() -> None:
    assert [word for word in english_stop_words() if split_words(word) != [word]] == []


# --- what is left out

# Words of the text, what is to be left out, and what is left, sorted with capitals first.
LEAVE_OUT = {
    "nothing": ("The party", "", "The party"),
    "a word": ("the party of Kim", "Kim", "of party the"),
    "whatever its capitals in the text": ("Kim KIM kim Kims", "Kim", "Kims"),
    "whatever its capitals in the list": ("Kim KIM kim Kims", "kIM", "Kims"),
    "no part of a word": ("Kim Kimchi Kim-led mankim", "Kim", "Kim-led Kimchi mankim"),
    "its possessive is another word": ("Sung Sung's Sung’s", "Sung", "Sung's Sung’s"),
    "either apostrophe in the text": ("Sung Sung's Sung’s", "Sung's", "Sung"),
    "either apostrophe in the list": ("Sung Sung's Sung’s", "Sung’s", "Sung"),
    "either hyphen": ("anti-war anti‑war antiwar", "anti-war", "antiwar"),
    "any ending": ("Kim kims Kim-led Kimchi akim", "kim*", "akim"),
    "any beginning": ("anti-war war wars prewar", "*war", "wars"),
    "any letters within": ("labour labor labr libor", "l*r", ""),
    "one letter": ("labour labor is a", "?", "is labor labour"),
    "one of some letters": ("man men min", "m[ae]n", "min"),
    "none of some letters": ("man men min", "m[!ae]n", "man men"),
    "digits": ("1992 1993 2011 19", "19??", "19 2011"),
    "a number": ("in 1992 and 1993", 1992, "1993 and in"),
    "several": ("a b c d", "a, d", "b c"),
    "one twice": ("a b c d", "a, A, a", "b c d"),
    "letters with marks": ("Café cafe CAFÉ", "café", "cafe"),
    "other alphabets": ("Народ народы the", "народ*", "the"),
    # What the tokeniser would split leaves out its parts.
    "two words": ("Kim Il Sung spoke", "Il sung", "Kim spoke"),
    "a stop within": ("the U S of e mail", "U.S., e.mail", "of the"),
    "a mark at its end": ("unite world", "unite!", "world"),
    "a mark and an apostrophe": ("people’s people's world", "people’s!", "world"),
    "marks only": ("unite world", "!, --, [", "unite world"),
    "no words of these texts": ("unite world", "Lenin", "unite world"),
}


@pytest.mark.parametrize(("text", "names", "expected"), LEAVE_OUT.values(), ids=LEAVE_OUT)
def test_what_is_left(text: str, names: object, expected: str) -> None:
    if expected:
        assert left(text, names) == expected
    else:
        with pytest.raises(NothingToShow):
            left(text, names)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The THE the party", "party"),
        ("don't Don’t DON'T do wont", "wont"),
        ("not must never party", "party"),
        ("non-aligned the-party us one", "non-aligned one the-party us"),
    ],
)
def test_english_function_words(text: str, expected: str) -> None:
    assert left(text, stop_words="english") == expected
    assert left(text) == " ".join(sorted(set(split_words(text))))


def test_both_lists_together() -> None:
    assert left("the party of Kim and the people", "Kim", "english") == "party people"


def test_marks_are_one_for_each_term() -> None:
    chosen = check_parameters({"leave_out": "b*"})
    assert is_left_out(("ab", "b", "bc", "the"), chosen).tolist() == [False, True, True, True]
    assert is_left_out((), chosen).tolist() == []


def test_sizes_are_still_those_of_all_words() -> None:
    counts = counts_of({"a": "the party of Kim", "b": "people"})
    kept = content_counts(counts, check_parameters({"leave_out": "Kim"}))
    assert kept.terms == ("party", "people")
    assert kept.sizes.tolist() == [4, 1]
    assert kept.matrix.toarray().tolist() == [[1, 0], [0, 1]]


# --- nothing is left

NOTHING = {
    "stop words": ("The of and.", {}, "stop_words"),
    "a star": (
        "Party.",
        {"leave_out": "*", "stop_words": "none"},
        "leave_out = *",
    ),
    "both": (
        "The party of Kim.",
        {"leave_out": "party, Kim"},
        "stop_words and leave_out = party, Kim",
    ),
}


@pytest.mark.parametrize(("text", "chosen", "said"), NOTHING.values(), ids=NOTHING)
def test_nothing_is_left(text: str, chosen: dict[str, object], said: str) -> None:
    with pytest.raises(NothingToShow) as caught:
        content_counts(counts_of({"a": text}), check_parameters(chosen))
    assert str(caught.value) == (
        f"No word is left: every word of these texts is left out by {said}. Leave out fewer."
    )


TEXTS = {"a": "World unity of Lenin.", "b": "Of the party of Kim.", "c": "And of the."}


def test_words_of_other_texts_are_not_left(tmp_path: Path) -> None:
    study = corpus_of(tmp_path, TEXTS).study
    alone = read_corpus(study, check_parameters({"texts": "c"}))
    with pytest.raises(NothingToShow):
        content_counts(alone.counts, alone.parameters)


# --- what is said


def said(counts: Counts, **chosen: object) -> tuple[str, ...]:
    return left_out(counts, check_parameters(chosen))


def test_shares_by_hand() -> None:
    # the the of: 3 of 8 words; Kim and Il's: 3 of 8; world and party are left.
    counts = counts_of({"a": "The world of Kim KIM", "b": "the party Il's"})
    tail = "lengths and rates still count them."
    assert said(counts) == (f"Left out: English function words, 3 of 8 words (38%); {tail}",)
    assert said(counts, leave_out="Kim, Il’s") == (
        f"Left out: English function words and Kim, Il’s, 6 of 8 words (75%); {tail}",
    )
    assert said(counts, leave_out="kim", stop_words="none") == (
        f"Left out: kim, 2 of 8 words (25%); {tail}",
    )
    assert said(counts, stop_words="none") == ()


def test_words_of_both_lists_are_counted_once() -> None:
    [note] = said(counts_of({"a": "the party the"}), leave_out="the, t*, THE")
    assert ", 2 of 3 words (67%);" in note


def test_large_numbers_are_set_in_groups() -> None:
    [note] = said(counts_of({"a": "the " * 1200 + "party"}))
    assert ", 1,200 of 1,201 words (100%);" in note


ABSENT = {
    "Kim": [],
    "Kim, Lenin": ["Lenin"],
    "Lenin, kim*, Mar?, K[!i]*": ["Lenin", "Mar?", "K[!i]*"],
    "Mao Zedong": ["Mao Zedong"],
    # A part of it is there.
    "Kim Zedong": [],
    "!": ["!"],
}


@pytest.mark.parametrize(("names", "absent"), ABSENT.items())
def test_names_that_no_text_has_are_named(names: str, absent: list[str]) -> None:
    _, *notes = said(counts_of({"a": "The world of Kim"}), leave_out=names)
    assert all(note.startswith("Of leave_out, these texts do not have ") for note in notes)
    assert len(notes) == bool(absent)
    assert all(f"'{name}'" in notes[0] for name in absent)
    assert sum(note.count("'") for note in notes) == 2 * len(absent)


def test_a_name_of_another_text_is_absent(tmp_path: Path) -> None:
    study = corpus_of(tmp_path, TEXTS).study
    chosen = check_parameters({"texts": "b", "leave_out": "Lenin, Kim"})
    counted, absent = left_out(read_corpus(study, chosen).counts, chosen)
    assert ", 4 of 5 words (80%);" in counted
    assert absent == "Of leave_out, these texts do not have 'Lenin'."


@pytest.mark.parametrize("chosen", [{}, {"lowercase": False}, {"lemmas": "english"}], ids=str)
def test_the_five_texts_lose_the_same_words_however_they_are_counted(
    chosen: dict[str, object],
) -> None:
    corpus = default_corpus(**chosen)
    types = is_left_out(corpus.tokens.types, corpus.parameters)
    gone = int(types[corpus.tokens.codes].sum())
    words = len(corpus.tokens)
    [note] = left_out(corpus.counts, corpus.parameters)
    # With lemmas, a word may still become one of the list.
    slack = 5 if corpus.parameters.lemmas == "english" else 0
    found = int(note.split(" of ")[0].split(", ")[-1].replace(",", ""))
    assert abs(found - gone) <= slack
    assert f"of {words:,} words ({found / words:.0%})" in note
    kept = content_counts(corpus.counts, corpus.parameters)
    assert int(kept.matrix.sum()) == words - found
    assert np.array_equal(kept.sizes, corpus.counts.sizes)
