"""Terms: words and phrases by hand, a plain reference beside them, and texts that lay traps."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetorica.corpus import Corpus, read_corpus
from rhetorica.counts import count_paragraphs, merge_terms, sum_documents
from rhetorica.errors import NothingToShow
from rhetorica.parameters import check_parameters
from rhetorica.stop_words import english_stop_words
from rhetorica.terms import Terms, count_terms, find_terms, leading
from support import corpus_of, default_corpus, tokens_of

Make = Callable[..., Corpus]
Sentence = Sequence[str]

FIVE = default_corpus()


def corpus_from(texts: Mapping[str, str], **parameters: object) -> Corpus:
    """A corpus in lower case of texts as they are, without a study on disk."""
    tokens = tokens_of(texts)
    names = [word.lower() for word in tokens.types]
    counts = merge_terms(count_paragraphs(tokens), names)
    return replace(
        FIVE,
        parameters=check_parameters(parameters),
        tokens=tokens,
        counts=counts,
        term_of_type=np.array([counts.terms.index(name) for name in names]),
    )


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Return a function that makes a study of texts and reads it."""

    def read(of: Mapping[str, str], **parameters: object) -> Corpus:
        study = corpus_of(tmp_path, of).study
        return read_corpus(study, check_parameters(parameters, study.parameters))

    return read


def phrases(corpus: Corpus, longest: int = 3) -> dict[str, list[int]]:
    """Where each phrase of a corpus begins."""
    terms = find_terms(corpus, longest)
    return {
        name: terms.places(i).tolist() for i, name in enumerate(terms.names) if terms.lengths[i] > 1
    }


def words(corpus: Corpus) -> list[str]:
    terms = find_terms(corpus, 1)
    assert (terms.lengths == 1).all()
    return list(terms.names)


# --- phrases by hand

PHRASES: dict[str, tuple[str, dict[str, list[int]]]] = {
    "twice": ("World unity. World unity.", {"world unity": [0, 2]}),
    "once is no term": ("World unity. Strong party.", {}),
    "once in each of two paragraphs": ("World unity.\n\nWorld unity.", {"world unity": [0, 2]}),
    "capitals are one": ("WORLD unity grew. World Unity fell.", {"world unity": [0, 3]}),
    "marks within a sentence do not matter": (
        "World, unity. World unity.",
        {"world unity": [0, 2]},
    ),
    "a stop word within": (
        "Cause of independence. Cause of independence.",
        {"cause of independence": [0, 3]},
    ),
    "no stop word at an edge": ("The unity of all. The unity of all.", {}),
    "two stop words are too many for three": ("Unity in the party. Unity in the party.", {}),
    "not across sentences": (
        "They like unity. World is. I like unity. World was.",
        {"like unity": [1, 6]},
    ),
    "not across paragraphs": ("Like unity\n\nworld\n\nunity\n\nworld", {}),
    "three words and their parts": (
        "Strong world unity. Strong world unity. Strong world. World unity.",
        {
            "strong world": [0, 3, 6],
            "strong world unity": [0, 3],
            "world unity": [1, 4, 8],
        },
    ),
    "numbers are words": ("June 1992 came. June 1992 went.", {"june 1992": [0, 3]}),
    "apostrophes and hyphens": (
        "Party's anti-war stand. Party's anti-war line.",
        {"party's anti-war": [0, 3]},
    ),
}


@pytest.mark.parametrize(("text", "expected"), PHRASES.values(), ids=PHRASES)
def test_phrases_by_hand(text: str, expected: dict[str, list[int]]) -> None:
    assert phrases(corpus_from({"a": text})) == expected


def test_a_phrase_may_stand_once_in_each_of_two_texts_but_not_across_them() -> None:
    corpus = corpus_from({"a": "World unity", "b": "world", "c": "unity", "d": "World unity"})
    assert phrases(corpus) == {"world unity": [0, 4]}


def test_words_stand_as_terms_however_rare() -> None:
    assert words(corpus_from({"a": "The unity of a party: unity, 1992."})) == [
        "1992",
        "party",
        "unity",
    ]


@pytest.mark.parametrize("longest", [1, 2, 3])
def test_the_longest_phrase(longest: int) -> None:
    text = "Strong world unity grew. Strong world unity fell. A strong world. A world unity."
    found = phrases(corpus_from({"a": text}), longest)
    expected = {
        1: set(),
        2: {"strong world", "world unity"},
        3: {"strong world", "world unity", "strong world unity"},
    }[longest]
    # 2 of 3 places of "strong world" go on with "unity": fewer than three quarters.
    assert set(found) == expected


LEFT_OUT = {
    "name at an edge": ("Leader Kim spoke. Leader Kim wrote.", {}),
    "name within": (
        "Leader Kim spoke. Leader Kim spoke.",
        {"leader kim spoke": [0, 3]},
    ),
    "two names within": ("Leader Kim Kim spoke. Leader Kim Kim spoke.", {}),
}


@pytest.mark.parametrize(("text", "expected"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_names_that_are_left_out_are_as_stop_words(
    text: str, expected: dict[str, list[int]]
) -> None:
    corpus = corpus_from({"a": text}, leave_out="Kim")
    assert phrases(corpus) == expected
    assert "kim" not in words(corpus)
    assert {"leader kim"} <= set(phrases(corpus_from({"a": text})))


def test_the_beginning_and_the_end_of_a_longer_phrase_are_dropped() -> None:
    # Four words, three times: of the five phrases of two and three words those of three go.
    text = "Great world party unity. " * 3
    found = phrases(corpus_from({"a": text}))
    assert set(found) == {"great world", "world party", "party unity"}
    # Alone often enough, the end of it is a term again: 3 of 5 is less than three quarters.
    found = phrases(corpus_from({"a": text + "World party unity. " * 2}))
    assert {"world party unity"} == {name for name in found if name.count(" ") == 2}


@pytest.mark.parametrize(("alone", "stands"), [(0, False), (1, False), (2, True)])
def test_three_quarters_of_the_places_make_a_fragment(alone: int, stands: bool) -> None:
    # Of 3, 4 and 5 places of the phrase 3 go on with the same word.
    text = "Cause of global peace. " * 3 + "Cause of global war. " * alone
    found = phrases(corpus_from({"a": text}))
    assert ("cause of global" in found) == stands
    assert "global peace" in found


def test_the_word_before_counts_as_the_word_after() -> None:
    text = "Peace of global cause. " * 3
    assert set(phrases(corpus_from({"a": "World " + text.replace("Peace", "World peace")}))) == {
        "world peace",
        "global cause",
    }


def test_a_stop_word_beside_makes_no_fragment() -> None:
    # "in" stands after it always; it would not make the phrase a longer term.
    found = phrases(corpus_from({"a": "Cause of peace in it. " * 3}))
    assert set(found) == {"cause of peace"}
    assert "peace cause" in phrases(corpus_from({"a": "It was the peace cause. " * 3}), 2)


def test_a_word_of_the_next_sentence_is_not_beside() -> None:
    assert set(phrases(corpus_from({"a": "Cause of peace. World. " * 3}))) == {"cause of peace"}


def test_two_words_are_cut_where_two_are_the_longest() -> None:
    text = "Strong world unity. " * 3
    assert set(phrases(corpus_from({"a": text}), 2)) == set()
    assert set(phrases(corpus_from({"a": text}), 3)) == {
        "strong world",
        "world unity",
        "strong world unity",
    }


# --- texts that lay traps


def test_a_phrase_that_overlaps_itself_stands_at_each_place() -> None:
    found = phrases(corpus_from({"a": "Unity and unity and unity and unity"}))
    assert found == {"unity and unity": [0, 2, 4]}


def test_the_same_word_over_and_over() -> None:
    found = phrases(corpus_from({"a": "Unity unity unity unity unity"}))
    # Each phrase of two stands at each place but the last; those of three go on with the same.
    assert found == {"unity unity": [0, 1, 2, 3], "unity unity unity": [0, 1, 2]}


@pytest.mark.parametrize("text", ["Unity", "The unity", "Unity of"])
@pytest.mark.parametrize("longest", [1, 2, 3])
def test_a_text_of_one_word(text: str, longest: int) -> None:
    corpus = corpus_from({"a": text})
    terms = find_terms(corpus, longest)
    assert (terms.names, terms.lengths.tolist()) == (("unity",), [1])
    counts = count_terms(corpus, longest)
    assert counts.matrix.toarray().tolist() == [[1]]
    assert counts.sizes.tolist() == [len(text.split())]


@pytest.mark.parametrize(
    ("text", "chosen", "said"),
    [
        ("Of the and.", {}, "stop_words"),
        ("Unity of parties.", {"leave_out": "*"}, "stop_words and leave_out = *"),
        ("Unity.", {"stop_words": "none", "leave_out": "UNITY"}, "leave_out = UNITY"),
    ],
)
def test_nothing_is_left(text: str, chosen: dict[str, object], said: str) -> None:
    for longest in (1, 3):
        with pytest.raises(NothingToShow) as caught:
            find_terms(corpus_from({"a": text}, **chosen), longest)
        assert str(caught.value) == (
            f"No word is left: every word of these texts is left out by {said}. Leave out fewer."
        )


def test_words_of_texts_that_are_not_chosen_are_no_terms(make: Make) -> None:
    texts = {"a": "World unity.", "b": "Strong world. Strong world.", "c": "Of the and."}
    chosen = make(texts, texts="b")
    assert find_terms(chosen, 3).names == ("strong", "strong world", "world")
    alone = read_corpus(chosen.study, check_parameters({"texts": "c"}, chosen.parameters))
    with pytest.raises(NothingToShow, match="No word is left"):
        find_terms(alone, 3)


def test_not_across_words_that_were_taken_out(make: Make) -> None:
    # Without what is quoted, "world" and "unity" stand side by side, but nobody wrote so.
    said = "They praise world “We march on.” unity there."
    texts = {"a": f"Title\n\n{said}\n\n{said}"}
    whole = make(texts)
    parted = read_corpus(whole.study, check_parameters({"parts": "paragraph"}))
    kept = [parted.tokens.types[code] for code in parted.tokens.codes]
    assert kept == ["They", "praise", "world", "unity", "there"] * 2
    assert phrases(parted) == {"praise world": [1, 6]}
    assert "march on unity" in phrases(whole)
    assert count_terms(parted, 3).sizes.tolist() == [5, 5]


def test_capitals_are_kept_where_they_are_asked_for(make: Make) -> None:
    texts = {"a": "Title\n\nMy World unity. My World unity. Your world unity."}
    kept = make(texts, lowercase=False)
    assert phrases(kept) == {"World unity": [2, 5]}
    folded = read_corpus(kept.study, check_parameters({}))
    assert phrases(folded) == {"world unity": [2, 5, 8]}


def test_lemmas_make_one_phrase_of_several_forms(make: Make) -> None:
    texts = {"a": "Title\n\nA strong party. Strong parties. The strong party's Workers."}
    plain = make(texts)
    assert phrases(plain) == {}
    lemmas = read_corpus(plain.study, check_parameters({"lemmas": "english"}))
    assert phrases(lemmas) == {"strong party": [2, 4, 7]}


# --- against a plain implementation

SMALL = ["unity", "party", "world", "of", "the", "kim"]
sentences = st.lists(st.sampled_from(SMALL), min_size=1, max_size=9)
paragraphs = st.lists(sentences, min_size=1, max_size=4)
documents = st.lists(st.lists(paragraphs, min_size=1, max_size=3), min_size=1, max_size=3)


def text_of(document: Sequence[Sequence[Sentence]]) -> str:
    return "\n\n".join(
        " ".join(f"{' '.join(sentence).capitalize()}." for sentence in paragraph)
        for paragraph in document
    )


Place = tuple[int, Sentence, int]
"""The number of a paragraph, a sentence of it, and the word at which a term begins."""


def naive_places(units: Sequence[Sequence[Sentence]], length: int) -> Iterator[Place]:
    for unit, paragraph in enumerate(units):
        for sentence in paragraph:
            yield from ((unit, sentence, at) for at in range(len(sentence) - length + 1))


def naive_fragment(own: Sequence[Place], length: int, left_out: set[str]) -> bool:
    after = Counter(s[i + length] for _, s, i in own if i + length < len(s))
    before = Counter(s[i - 1] for _, s, i in own if i)
    beside = [n for c in (after, before) for word, n in c.items() if word not in left_out]
    return 4 * max(beside, default=0) >= 3 * len(own)


def naive(
    units: Sequence[Sequence[Sentence]], longest: int, left_out: set[str]
) -> list[Counter[str]]:
    """Count terms in each paragraph, a word at a time."""
    places: dict[tuple[str, ...], list[Place]] = {}
    for length in range(1, longest + 1):
        for unit, sentence, at in naive_places(units, length):
            term = tuple(sentence[at : at + length])
            if left_out.isdisjoint((term[0], term[-1])):
                places.setdefault(term, []).append((unit, sentence, at))
    found: list[Counter[str]] = [Counter() for _ in units]
    for term, own in places.items():
        rare = len(term) > 1 and len(own) < 2
        cut = len(term) == longest > 1 and naive_fragment(own, longest, left_out)
        if not rare and not cut:
            for unit, _, _ in own:
                found[unit][" ".join(term)] += 1
    return found


@pytest.mark.parametrize("longest", [1, 2, 3])
@given(documents)
def test_counts_are_those_of_a_plain_implementation(
    longest: int, document_list: list[list[list[list[str]]]]
) -> None:
    left_out = {*english_stop_words(), "kim"}
    texts = {f"t{i}": text_of(document) for i, document in enumerate(document_list)}
    corpus = corpus_from(texts, leave_out="kim")
    units = [paragraph for document in document_list for paragraph in document]
    expected = naive(units, longest, left_out)
    if not any(expected):
        with pytest.raises(NothingToShow):
            count_terms(corpus, longest)
        return
    counts = count_terms(corpus, longest)
    found = [
        {term: n for term, n in zip(counts.terms, row, strict=True) if n}
        for row in counts.matrix.toarray().tolist()
    ]
    assert found == [dict(counter) for counter in expected]
    assert counts.sizes.tolist() == [sum(map(len, paragraph)) for paragraph in units]
    assert counts.unit_documents.tolist() == [
        i for i, document in enumerate(document_list) for _ in document
    ]


def check_form(terms: Terms) -> None:
    assert list(terms.names) == sorted(set(terms.names))
    assert terms.lengths.tolist() == [len(name.split(" ")) for name in terms.names]
    assert terms.offsets.tolist()[0] == 0
    assert terms.offsets.tolist()[-1] == len(terms.positions)
    for i in range(len(terms.names)):
        assert (np.diff(terms.places(i)) > 0).all()


@given(documents)
def test_terms_are_sorted_and_their_places_ascend(
    document_list: list[list[list[list[str]]]],
) -> None:
    texts = {f"t{i}": text_of(document) for i, document in enumerate(document_list)}
    check_form(find_terms(corpus_from(texts, stop_words="none"), 3))


@pytest.mark.parametrize(
    "chosen", [{}, {"lemmas": "english"}, {"lowercase": False}, {"parts": "paragraph"}], ids=str
)
def test_terms_of_the_five_texts_stand_where_they_say(chosen: dict[str, object]) -> None:
    corpus = default_corpus(**chosen)
    terms = find_terms(corpus, 3)
    check_form(terms)
    stream = [corpus.counts.terms[i] for i in corpus.term_of_type[corpus.tokens.codes]]
    for i, name in enumerate(terms.names):
        length = int(terms.lengths[i])
        places = terms.places(i).tolist()
        assert {" ".join(stream[at : at + length]) for at in places} == {name}
    counts = count_terms(corpus, 3)
    assert counts.terms == terms.names
    assert counts.matrix.sum(axis=0).A1.tolist() == np.diff(terms.offsets).tolist()
    assert counts.matrix.has_sorted_indices
    assert counts.sizes.tolist() == corpus.counts.sizes.tolist()


def test_terms_are_sealed_and_say_how_many_they_are() -> None:
    corpus = corpus_from({"a": "World unity. World unity."})
    terms = find_terms(corpus, 3)
    assert repr(terms) == "<Terms: 2 words, 1 phrases>"
    assert find_terms(corpus, 3) is terms, "found once"
    with pytest.raises(ValueError, match="read-only"):
        terms.positions[0] = 9
    counts = count_terms(corpus, 3)
    assert (counts.unit, counts.weighting) == ("paragraph", "count")


# --- the leading terms of a ranking


def lead(text: str, ranked: str, limit: int = 9, longest: int = 3) -> list[str]:
    """The leading of some terms, given in the order of their ranking, a comma between."""
    corpus = corpus_from({"a": text})
    terms = find_terms(corpus, longest)
    order = [terms.names.index(name) for name in ranked.split(", ")]
    counts = np.diff(terms.offsets)
    return [terms.names[i] for i in leading(terms, order, counts, (0, len(corpus.tokens)), limit)]


UNITY = "World unity grew. World unity fell. World unity rose. "
LEADING: dict[str, tuple[str, str, str]] = {
    "a phrase stands for both its words": (UNITY, "world, unity, world unity", "world unity"),
    "wherever it is ranked": (UNITY, "world unity, unity, world", "world unity"),
    "not if it is not ranked": (UNITY, "world, unity", "world, unity"),
    "3 of 4 places are enough": (
        UNITY + "A unity.",
        "unity, world, world unity",
        "world unity",
    ),
    "3 of 5 are not; the word comes first, and its phrase repeats it": (
        UNITY + "A unity. A unity.",
        "unity, world unity",
        "unity",
    ),
    "the phrase comes first, and more than half of the word repeats it": (
        UNITY + "A unity. A unity.",
        "world unity, unity",
        "world unity",
    ),
    "half is not more than half": (
        UNITY + "A unity. " * 3,
        "world unity, unity",
        "world unity, unity",
    ),
    "words that share no place keep their order": (UNITY, "rose, unity, fell", "rose, unity, fell"),
    "the place in the ranking is that of the phrase": (
        UNITY,
        "unity, rose, world unity, fell",
        "rose, world unity, fell",
    ),
    "the longest phrase that stands for a word": (
        "Strong world unity. " * 3,
        "unity, world unity, strong world, strong world unity",
        "strong world unity",
    ),
    "a phrase within the same word twice": (
        "Unity and unity and unity and unity.",
        "unity, unity and unity",
        "unity and unity",
    ),
    "phrases that overlap": (
        "Great world party unity. " * 3,
        "great world, world party, party unity",
        "great world, party unity",
    ),
}


@pytest.mark.parametrize(("text", "ranked", "expected"), LEADING.values(), ids=LEADING)
def test_leading_terms(text: str, ranked: str, expected: str) -> None:
    assert ", ".join(lead(text, ranked)) == expected


@pytest.mark.parametrize(
    ("limit", "expected"), [(0, []), (1, ["rose"]), (2, ["rose", "world unity"])]
)
def test_no_more_than_the_limit(limit: int, expected: list[str]) -> None:
    assert lead(UNITY, "rose, unity, world, world unity, fell", limit) == expected


def test_what_a_phrase_replaces_does_not_use_up_the_limit() -> None:
    assert lead(UNITY, "unity, world, world unity, rose, fell", 3) == [
        "world unity",
        "rose",
        "fell",
    ]


def test_leading_counts_within_its_span_only() -> None:
    # In the first text "world unity" stands for "unity", in the second it does not.
    corpus = corpus_from({"a": UNITY, "b": "Unity. A unity. World unity. Unity!", "c": "Rose."})
    terms = find_terms(corpus, 3)
    per_text = sum_documents(count_terms(corpus, 3)).matrix.toarray()
    offsets = corpus.tokens.documents.tolist()
    ranked = [terms.names.index(name) for name in ("unity", "world unity", "fell")]
    found = [
        [terms.names[i] for i in leading(terms, ranked, per_text[d], (low, high), 5)]
        for d, (low, high) in enumerate(pairwise(offsets))
    ]
    assert found[0] == ["world unity", "fell"]
    assert found[1] == ["unity"], "its phrase repeats it, and 'fell' does not stand there"
    assert found[2] == []


def test_nothing_ranked_leads_to_nothing() -> None:
    corpus = corpus_from({"a": UNITY})
    terms = find_terms(corpus, 3)
    assert leading(terms, [], np.diff(terms.offsets), (0, len(corpus.tokens)), 5) == []


@given(paragraphs, st.randoms(use_true_random=False), st.integers(0, 6))
def test_what_leads_is_ranked_in_order_and_repeats_little(
    paragraph: list[list[str]], random: object, limit: int
) -> None:
    corpus = corpus_from({"a": text_of([paragraph])}, stop_words="none")
    terms = find_terms(corpus, 3)
    ranked = list(range(len(terms.names)))
    random.shuffle(ranked)  # type: ignore[attr-defined]
    counts, span = np.diff(terms.offsets), (0, len(corpus.tokens))
    kept = leading(terms, ranked, counts, span, limit)
    assert len(kept) == len(set(kept)) <= limit
    assert kept == sorted(kept, key=ranked.index)
    if limit:
        assert kept, "the first of a ranking, or what stands for it, always leads"
    # A shorter list is part of a longer one.
    assert set(leading(terms, ranked, counts, span, max(limit - 1, 0))) <= set(kept)


def test_a_word_is_shown_where_the_phrase_that_stands_for_it_would_repeat_another() -> None:
    # Rent stands alone too and comes first; freeze stands with it only, and is news all the same.
    small = corpus_from({"a": "Rent rises. " * 4 + "The rent freeze. " * 3})
    terms = find_terms(small, 2)
    places = np.diff(terms.offsets)
    ranked = sorted(range(len(terms.names)), key=lambda i: (-places[i], terms.names[i]))
    kept = [terms.names[i] for i in leading(terms, ranked, places, (0, len(small.tokens)), 9)]
    assert kept == ["rent", "rises", "freeze"]
