"""Suggestions: what each method must find and must leave, and what it does on our own texts."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetorica.corpus import Corpus
from rhetorica.edition import Edition
from rhetorica.errata import Erratum, place_errata, read_errata, write_errata
from rhetorica.spelling import inflected_words, near_words
from rhetorica.structure import find_blocks
from rhetorica.study import default_study_file, load_study
from rhetorica.suggest import suggest_errata
from rhetorica.tokens import tokenize
from support import corpus_of, default_corpus

# Enough plain text around a case that its words are known: each sentence stands several times.
PLAIN = (
    "The people of the whole world want peace and friendship. "
    "In each country the parties of the people work for the modern world. "
    "They build peace and friendship among the people of each country, which is a great cause. "
)
# Words that are near to those and are none of their misreadings.
OTHER = (
    "A party is a part of its people. One party met in a county town, and another along the river. "
    "Every county has a town; a word from the town is heard in the county. He gave his word. "
)
BACKGROUND = {f"b{i}": PLAIN for i in range(6)} | {f"c{i}": OTHER for i in range(2)}


def corpus_from(texts: dict[str, str]) -> Corpus:
    """Return a corpus of texts as they are; only editions and tokens are looked at."""
    editions = tuple(
        Edition(name, text, text, (), tuple(find_blocks(text))) for name, text in texts.items()
    )
    corpus = object.__new__(Corpus)
    object.__setattr__(corpus, "editions", editions)
    object.__setattr__(corpus, "tokens", tokenize(editions))
    return corpus


def suggested(texts: dict[str, str], known: tuple[Erratum, ...] = ()) -> set[tuple[str, str]]:
    return {(e.reading, e.correction) for e in suggest_errata(corpus_from(texts), known)}


@pytest.mark.parametrize(
    ("sentence", "reading", "correction"),
    [
        ("The parties work for the modem world.", "modem", "modern"),  # rn read as m
        ("They live in each contry of the world.", "contry", "country"),  # a letter lost
        ("The people of the whole word agree.", "word", "world"),  # a word for a word
        ("The partise of the people agree.", "partise", "parties"),  # letters swapped
        ("They want peace and fiendish.", "fiendish", "friendship"),  # far, but for its place
        ("THE PEOPLE OF THE WHOLE WORD.", "WORD", "WORLD"),  # capitals are kept
        ("They are for a great Cause now.", "Cause", "cause"),
        ("They live in a country, Which is great.", "Which", "which"),
        ("They want the the peace of all.", "the the", "the"),
        ("The pe\ufffdple want it all.", "pe\ufffdple", "people"),
        ("They met \ufffd again.", "\ufffd", "\ufffd"),  # nothing to put there: left as it is
        ("They met in l990 again.", "l990", "1990"),
        ("They met 0f their own will, of course.", "0f", "of"),
    ],
)
def test_finds(sentence: str, reading: str, correction: str) -> None:
    assert (reading, correction) in suggested({**BACKGROUND, "a": sentence})


@pytest.mark.parametrize(
    "sentence",
    [
        "A party met here.",  # inflection: party and parties
        "A party met in a county town.",  # the neighbours speak for neither
        "She gave her word, and worked.",
        "They said that that peace had had its day.",
        "We saw Bora Bora in the 1990s, on a 20th visit.",
        "The Cause of the Peace Party is great.",  # a title, not a stray capital
        'They said: "Peace" and left.',
        "We drove on the A1 and the M25.",
        "The Peoples' Friendship is a journal.",
        "They want peace; peace is great.",  # a mark stands between the two
    ],
)
def test_leaves(sentence: str) -> None:
    assert suggested({**BACKGROUND, "a": sentence}) == set()


@pytest.mark.parametrize(
    "text", ["Word", "One short text, which says little. It says it once.", PLAIN]
)
def test_little_or_clean_text_has_no_suggestions(text: str) -> None:
    assert suggest_errata(corpus_from({"a": text})) == ()


def test_a_word_left_divided_is_found_and_a_hyphen_that_is_meant_is_not(tmp_path: Path) -> None:
    lines = (
        "It was already late in the morn-\ning of the day when we came to the well-\n"
        "known house, which is a well-known one, for the pre-\nand post-war talks of the year.\n"
    )
    found = suggest_errata(corpus_of(tmp_path, {"a": lines, "b": "Two."}, level="normalised"))
    assert [(item.reading, item.correction) for item in found] == [("morn- ing", "morning")]


def test_in_a_short_text_a_rare_word_is_no_error_by_itself() -> None:
    text = "There is a door. Three poor men ate bread. Three poor men sold bread. Three read it."
    assert suggested({"a": text}) == set()


def test_known_places_are_left_out_applied_or_not() -> None:
    texts = {
        **BACKGROUND,
        "a": "The people of the whole word agree. The parties work for the modem world.",
    }
    found = suggest_errata(corpus_from(texts))
    assert {e.reading for e in found} == {"word", "modem"}
    assert suggest_errata(corpus_from(texts), found) == ()
    assert {e.reading for e in suggest_errata(corpus_from(texts), found[:1])} == {found[1].reading}


def test_reason_gives_the_numbers() -> None:
    texts = {**BACKGROUND, "a": "The people of the whole word agree."}
    assert [e.reason for e in suggest_errata(corpus_from(texts))] == [
        "'world' stands 12 times in these texts and 'word' 5 times; "
        "'the whole world' stands 6 times elsewhere."
    ]


WORDS = [
    "word",
    "world",
    "The",
    "the",
    "country",
    "county",
    "l990",
    "pe\ufffdple",
    "people",
    ".\n\n",
]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=60).map(" ".join))
def test_every_suggestion_stands_once_and_changes_nothing(text: str) -> None:
    text = "Word " + text
    corpus = corpus_from({**BACKGROUND, "a": text})
    found = suggest_errata(corpus)
    assert found == suggest_errata(corpus)
    assert corpus.editions[-1].raw == text
    for erratum in found:
        raw = {e.document_id: e.raw for e in corpus.editions}[erratum.document]
        ((start, end, _),) = place_errata(erratum.document, raw, [erratum])
        assert " ".join(raw[start:end].split()) == erratum.reading
        assert (erratum.apply, erratum.certainty) == (False, "unsure")


def test_suggestions_are_an_errata_file(tmp_path: Path) -> None:
    corpus = default_corpus(level="normalised")
    found = suggest_errata(corpus)
    path = tmp_path / "suggested.csv"
    path.write_bytes(write_errata(found))
    read = read_errata(path, corpus.tokens.document_ids)
    assert [(e.document, e.context, e.correction) for e in read] == [
        (e.document, e.context, e.correction) for e in found
    ]


def test_recall_and_false_alarms_on_our_own_errata() -> None:
    """What was measured, so that a change that makes it worse is noticed.

    Measured against the errata that are applied and that a word can mend: 18 found with the
    right correction, 4 false alarms in 5,404 words, and the first ten all right.
    """
    corpus = default_corpus(level="normalised")
    declared = read_errata(
        default_study_file().parent / "editorial" / "errata.csv", corpus.tokens.document_ids
    )
    places = {
        (e.document_id, start): erratum
        for e in corpus.editions
        for start, _, erratum in place_errata(e.document_id, e.raw, declared)
    }
    raws = {e.document_id: e.raw for e in corpus.editions}
    right = []
    for erratum in suggest_errata(corpus):
        start = place_errata(erratum.document, raws[erratum.document], [erratum])[0][0]
        declared_here = places.get((erratum.document, start))
        right.append(declared_here is not None and declared_here.correction == erratum.correction)
    assert sum(right) >= 18
    assert right.count(False) <= 4
    assert all(right[:10])


def test_false_alarms_once_our_errata_are_applied() -> None:
    assert len(suggest_errata(default_corpus(level="edited"))) <= 3


def test_near_words_need_no_more_than_two_edits_and_a_frequent_candidate() -> None:
    types = ["boy", "country", "county", "dominate", "domination", "modem", "modern", "toy"]
    counts = [1, 9, 1, 4, 9, 1, 4, 9]
    pairs = {(types[p.word], types[p.candidate], p.likeness) for p in near_words(types, counts, 2)}
    assert pairs == {("county", "country", "one"), ("modem", "modern", "print")}


def test_endings_are_learned_from_the_vocabulary() -> None:
    types = sorted(["work", "works", "park", "parks", "bank", "banks", "form", "former"])
    pairs = {(types[i.word], types[i.other]) for i in inflected_words(types)}
    assert ("works", "work") in pairs
    assert ("bank", "banks") in pairs
    assert ("former", "form") not in pairs


def test_editorial_notes_say_what_is_found() -> None:
    study = load_study(default_study_file())
    notes = " ".join((study.errata.parent / "README.md").read_text(encoding="utf-8").split())
    corpus = default_corpus(level="normalised")
    found = suggest_errata(corpus)
    raw = {edition.document_id: edition.raw for edition in corpus.editions}
    applied = [e for e in corpus.errata if e.apply]
    truth = {
        (name, start): erratum.correction
        for name, text in raw.items()
        for start, _, erratum in place_errata(name, text, applied)
    }
    places = [(s, place_errata(s.document, raw[s.document], [s])[0][0]) for s in found]
    right = sum(truth.get((s.document, start)) == s.correction for s, start in places)
    false = sum((s.document, start) not in truth for s, start in places)
    sought = sum(e.kind in ("word", "letters", "capital") for e in applied)
    assert f"it gives {len(found)} suggestions: {right} of the {sought} words" in notes
    assert f"and {false} false alarms. It misses {sought - right}:" in notes
