"""Lemmas: what becomes one word, what must stay as it is, and what is known to go wrong."""

from pathlib import Path

import numpy as np
import pytest

from rhetorica.corpus import Corpus
from rhetorica.counts import sum_documents
from rhetorica.lemmas import lemmatize
from rhetorica.stop_words import is_left_out
from support import corpus_of, default_corpus


def lemma(word: str, keep: bool = False) -> str:
    [found] = lemmatize([word], np.array([keep]))
    return found


GOOD = {
    # plurals
    "parties": "party",
    "Parties": "party",
    "PARTIES": "party",
    "imperialists": "imperialist",
    "countries": "country",
    "phenomena": "phenomenon",
    "crises": "crisis",
    "men": "man",
    "children": "child",
    "strata": "stratum",
    # verbs
    "strengthened": "strengthen",
    "strengthening": "strengthen",
    "fought": "fight",
    "led": "lead",
    "went": "go",
    "were": "be",
    "defending": "defend",
    # comparatives
    "higher": "high",
    "poorer": "poor",
    # possessives
    "people's": "people",
    "people’s": "people",
    "PEOPLE'S": "people",
    "peoples": "people",
    "parties's": "party",
    "world's": "world",
    "Korea's": "korea",
    # hyphens: the last part
    "anti-imperialists": "anti-imperialist",
    "Anti-Imperialists": "anti-imperialist",
    "co-operated": "co-operate",
    "nation-states": "nation-state",
    "nation-state's": "nation-state",
    "anti‑imperialists": "anti-imperialist",
    "working-class": "working-class",
    # what the package itself corrects
    "masses": "mass",
    "defence": "defence",
    "Koreans": "korean",
    "km": "km",
    "media": "media",
    "thinking": "think",
    # what is denied is not what is said
    "don't": "don't",
    "can't": "can't",
    "developed": "develop",
    "growing": "grow",
    "ever-growing": "ever-grow",
    "us": "us",
    "US": "us",
}

# In lower case only: no form of another word.
STAY = [
    "party",
    "Party",
    "people",
    "news",
    "politics",
    "economics",
    "series",
    "means",
    "socialism",
    "revolutionary",
    "independence",
    "his",
    "its",
    "this",
    "always",
    "process",
    "success",
    "class",
    "mass",
    "progress",
    "imperialism",
    "further",
    "unprecedented",
    "Paris",
    "Moses",
    "Texas",
    "Marx",
    "Juche",
    "Songun",
    "Pyongyang",
    "x",
    "café",
    "народы",
    "ß",
    "1990",
    "166,065",
    "3.5",
    "1990s",
    "1990's",
    "20th",
    "P19",
    "mid-1990s",
    "G20's",
    "e-mail",
    "O'Brien",
    "qwertings",
]


@pytest.mark.parametrize(("word", "expected"), GOOD.items())
def test_forms_of_a_word_become_one(word: str, expected: str) -> None:
    assert lemma(word) == expected


@pytest.mark.parametrize("word", STAY)
def test_what_is_no_form_of_another_word_stays(word: str) -> None:
    assert lemma(word) == word.lower()


KEPT = ["Sung", "Sung's", "Sung’s", "Workers", "non-aligned", "were", "1990s", "People's"]


@pytest.mark.parametrize("word", KEPT)
def test_words_that_are_kept_are_lower_case_and_nothing_else(word: str) -> None:
    assert lemma(word, keep=True) == word.lower()


def test_a_name_that_is_not_kept_may_be_a_verb() -> None:
    assert lemma("Sung") == "sing", "the reason why names are marked"


def test_words_keep_their_order_and_are_kept_one_by_one() -> None:
    words = ["Sung", "sung", "parties", "Parties"]
    found = lemmatize(words, np.array([True, False, False, True]))
    assert found == ["sung", "sing", "party", "parties"]
    assert lemmatize([], np.zeros(0, dtype=bool)) == []


def test_as_many_marks_as_words() -> None:
    with pytest.raises(ValueError, match="zip"):
        lemmatize(["a", "b"], np.array([True]))


@pytest.mark.parametrize("word", sorted(set(GOOD.values())))
def test_a_lemma_is_its_own_lemma(word: str) -> None:
    assert lemma(word) == word


# What the dictionary gives is not what a reader would: the right lemma, and what is wrong.
WRONG = {
    "non-aligned": ("non-aligned", "a name of a movement is no form of a verb"),
    "axes": ("axis", "two words of one plural"),
    "worse": ("bad", "another word"),
    "felt": ("feel", "the material"),
    "mothers-in-law": ("mother-in-law", "the first part is the plural"),
}


@pytest.mark.parametrize(
    ("word", "right"),
    [
        pytest.param(word, right, marks=pytest.mark.xfail(reason=why), id=word)
        for word, (right, why) in WRONG.items()
    ],
)
def test_known_failures_of_the_dictionary(word: str, right: str) -> None:
    assert lemma(word) == right


# --- in a corpus

TEXT = "The Party leads. Parties led the party's People, non-Parties."


def count_of(corpus: Corpus, term: str) -> int:
    return int(sum_documents(corpus.counts).matrix[0, corpus.counts.terms.index(term)])


def test_counts_of_the_forms_of_a_word_are_added_up(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, {"a": TEXT}, lemmas="english")
    assert corpus.counts.terms == ("lead", "non-party", "party", "people", "the")
    assert (count_of(corpus, "party"), count_of(corpus, "lead")) == (3, 2)
    words = [corpus.counts.terms[i] for i in corpus.term_of_type[corpus.tokens.codes]]
    assert words == ["the", "party", "lead", "party", "lead", "the", "party", "people", "non-party"]


@pytest.mark.parametrize("lowercase", [True, False])
def test_lemmas_are_in_lower_case_whatever_else_is_asked(tmp_path: Path, lowercase: bool) -> None:
    corpus = corpus_of(tmp_path, {"a": TEXT}, lemmas="english", lowercase=lowercase)
    assert all(term == term.lower() for term in corpus.counts.terms)


def test_names_that_are_left_out_are_no_verbs(tmp_path: Path) -> None:
    texts = {"a": "Kim Il Sung sang. He sings what was sung. Sung's song."}
    corpus = corpus_of(tmp_path / "left out", texts, lemmas="english", leave_out="Sung, Sung's")
    assert (count_of(corpus, "sung"), count_of(corpus, "sing")) == (2, 2)
    assert "sung's" in corpus.counts.terms
    named = corpus_of(tmp_path / "not", texts, lemmas="english")
    assert count_of(named, "sing") == 5
    assert "sung" not in named.counts.terms


def test_function_words_that_are_left_out_stay_as_they_are(tmp_path: Path) -> None:
    texts = {"a": "They were his, and the parties have them."}
    corpus = corpus_of(tmp_path / "left out", texts, lemmas="english")
    assert corpus.counts.terms == tuple(
        sorted(["they", "were", "his", "and", "the", "party", "have", "them"])
    )
    every = corpus_of(tmp_path / "all", texts, lemmas="english", stop_words="none")
    assert every.counts.terms == tuple(sorted(["they", "be", "his", "and", "the", "party", "have"]))
    assert count_of(every, "they") == 2


def test_a_word_that_is_not_left_out_does_not_become_one_that_is(tmp_path: Path) -> None:
    # beings -> being, wills -> will, nearest -> near, outing -> out.
    words = ("beings", "wills", "nearest", "outing")
    corpus = corpus_of(tmp_path, {"a": f"Human {' '.join(words)}."}, lemmas="english")
    assert not is_left_out(corpus.counts.terms, corpus.parameters).any()


def test_lemmas_change_no_sentence_and_no_denominator() -> None:
    plain, lemmas = default_corpus(), default_corpus(lemmas="english")
    for name in ("codes", "documents", "paragraphs", "sentences", "starts", "ends"):
        assert np.array_equal(getattr(plain.tokens, name), getattr(lemmas.tokens, name))
    assert plain.tokens.types == lemmas.tokens.types
    assert plain.counts.sizes.tolist() == lemmas.counts.sizes.tolist()
    sums = [corpus.counts.matrix.sum(axis=1).ravel().tolist() for corpus in (plain, lemmas)]
    assert sums[0] == sums[1] == [plain.counts.sizes.tolist()]
    assert len(lemmas.counts.terms) < 0.9 * len(plain.counts.terms)


def test_every_type_of_a_lemma_counts_for_it() -> None:
    corpus = default_corpus(lemmas="english")
    keep = is_left_out(corpus.tokens.types, corpus.parameters)
    named = lemmatize(corpus.tokens.types, keep)
    found = [corpus.counts.terms[i] for i in corpus.term_of_type]
    # A lemma of the lists is none of a word that they do not name.
    listed = is_left_out(tuple(named), corpus.parameters) & ~keep
    pairs = zip(corpus.tokens.types, found, named, listed, strict=True)
    assert all(one == name or (of and one == word.lower()) for word, one, name, of in pairs)
    assert listed.sum() < 5
    per_type = np.bincount(corpus.tokens.codes, minlength=len(named))
    per_term = np.bincount(corpus.term_of_type, per_type, len(corpus.counts.terms))
    assert corpus.counts.matrix.sum(axis=0).A1.tolist() == per_term.tolist()
