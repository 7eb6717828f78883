"""Editing a lexicon in memory: what is added and dropped, what follows, and what is refused."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from rhetorica.corpus import Corpus
from rhetorica.editing import Change, add_pattern, changes_of, code_of_edits, drop_pattern
from rhetorica.entries import Entry
from rhetorica.errors import LexiconError, ParameterError, RhetoricaError
from rhetorica.lexicon import load_lexicon
from rhetorica.lexicon_file import edited_toml
from rhetorica.spans import find_spans
from support import corpus_of, default_corpus
from support.nasty import NASTY

LEXICON = """
[parents.own]
label = "Own side"
[categories.unity]
label = "Unity"
parent = "own"
entries = [
  "unity",
  { pattern = "united", except = ["United States"] }, # not the state
  { pattern = "as one", certainty = 0.5 },
  "unity", # twice
]
[categories.leader]
needs = ["he", "our leader"]
entries = ["great"]
"""
TEXTS = {
    "one": "Unity of all. The united front of the United States is great. He is great.",
    "two": "Hand in hand they go as one. A great day. Our Leader is a wise man.",
}


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    made = corpus_of(tmp_path, TEXTS)
    made.study.lexicon.write_text(LEXICON, encoding="utf-8")
    return made


def patterns(corpus: Corpus, name: str) -> list[str]:
    lexicon = corpus.lexicon or load_lexicon(corpus.study.lexicon)
    return [e.pattern for c in lexicon.categories if c.id == name for e in c.entries]


def hits(corpus: Corpus, name: str) -> list[str]:
    spans = find_spans(corpus)
    rows = spans[(spans["category"] == name) & (spans["suppressed_by"] == "")]
    return [hit.lower() for hit in rows["hit"]]


def said(corpus: Corpus) -> list[str]:
    return [f"{change.category} {change}" for change in changes_of(corpus)]


def test_an_added_pattern_is_found_and_no_file_is_changed(corpus: Corpus) -> None:
    edited = add_pattern(corpus, "unity", "Hand  in hand ")
    assert patterns(edited, "unity") == ["unity", "united", "as one", "unity", "Hand in hand"]
    assert hits(edited, "unity") == ["unity", "united", "hand in hand", "as one"]
    assert hits(corpus, "unity") == ["unity", "united", "as one"]
    assert corpus.lexicon is None
    assert corpus.study.lexicon.read_text(encoding="utf-8") == LEXICON


def test_a_dropped_pattern_is_not_found(corpus: Corpus) -> None:
    edited = drop_pattern(corpus, "unity", "unity")  # both of them
    assert patterns(edited, "unity") == ["united", "as one"]
    assert hits(edited, "unity") == ["united", "as one"]
    assert said(edited) == ["unity − unity", "unity − unity"]


def test_what_was_edited_goes_on_from_there(corpus: Corpus) -> None:
    edited = add_pattern(drop_pattern(corpus, "unity", "as one"), "leader", "wise")
    edited = add_pattern(edited, "unity", "front")
    assert patterns(edited, "unity") == ["unity", "united", "unity", "front"]
    assert said(edited) == ["unity + front", "unity − as one", "leader + wise"]
    assert changes_of(edited)[0] == Change("unity", "front", "added")


def test_an_entry_of_the_file_comes_back_to_its_place(corpus: Corpus) -> None:
    edited = add_pattern(drop_pattern(corpus, "unity", "as one"), "unity", "front")
    again = add_pattern(edited, "unity", "As One", certainty=0.5)
    assert patterns(again, "unity") == ["unity", "united", "as one", "unity", "front"]
    assert said(again) == ["unity + front"]
    other = add_pattern(edited, "unity", "as one")  # of another certainty: another entry
    assert patterns(other, "unity")[-2:] == ["front", "as one"]
    assert said(other) == ["unity + front", "unity + as one", "unity − as one"]


def test_what_is_undone_is_no_edit(corpus: Corpus) -> None:
    assert changes_of(corpus) == ()
    assert drop_pattern(add_pattern(corpus, "unity", "front"), "unity", "front").lexicon is None
    dropped = drop_pattern(corpus, "unity", "united")
    assert dropped.lexicon is not None
    assert add_pattern(dropped, "unity", "united", exceptions="United States").lexicon is None


def test_entries_of_little_certainty_are_kept_whatever_counts(corpus: Corpus) -> None:
    certain = replace(
        corpus, parameters=corpus.parameters.model_copy(update={"min_certainty": 0.9})
    )
    edited = add_pattern(certain, "unity", "front")
    assert patterns(edited, "unity") == ["unity", "united", "as one", "unity", "front"]
    assert hits(edited, "unity") == ["unity", "united", "front"]


def test_a_new_pattern_has_the_needs_of_its_category(corpus: Corpus) -> None:
    assert hits(add_pattern(corpus, "leader", "day"), "leader") == ["great"]
    assert hits(add_pattern(corpus, "leader", "wise"), "leader") == ["great", "wise"]
    assert hits(add_pattern(corpus, "leader", "day", needs=""), "leader") == ["great", "day"]
    assert hits(add_pattern(corpus, "leader", "day", needs=["they"]), "leader") == ["great"]


SETTINGS: list[tuple[str, dict[str, object], Entry]] = [
    ("Juche", {"case": True}, Entry("Juche", ("Juche",), case=True)),
    ("juche", {"hyphens": True}, Entry("juche", ("juche",), hyphens=True)),
    ("a b", {"within": "block"}, Entry("a b", ("a", "b"), within="block")),
    ("a", {"certainty": 1}, Entry("a", ("a",))),
    ("a", {"certainty": 0.25}, Entry("a", ("a",), certainty=0.25)),
    (
        "a",
        {"exceptions": ["A b", "c's *"]},
        Entry("a", ("a",), exceptions=(("a", "b"), ("c's", "*"))),
    ),
    ("a", {"exceptions": "a b, c,"}, Entry("a", ("a",), exceptions=(("a", "b"), ("c",)))),
    ("a", {"needs": ("x y",)}, Entry("a", ("a",), needs=(("x", "y"),))),
    (r"\w+ b", {"regex": True}, Entry(r"\w+ b", (), kind="regex")),
]


@pytest.mark.parametrize(("pattern", "settings", "entry"), SETTINGS)
def test_settings_are_those_of_an_entry(
    corpus: Corpus, pattern: str, settings: Mapping[str, object], entry: Entry
) -> None:
    edited = add_pattern(corpus, "unity", pattern, **settings)  # type: ignore[arg-type]
    assert edited.lexicon is not None
    assert edited.lexicon.categories[0].entries[-1] == entry
    # And written into the file, it is read as the same.
    text = edited_toml(LEXICON, edited.lexicon)
    corpus.study.lexicon.write_text(text, encoding="utf-8")
    assert load_lexicon(corpus.study.lexicon).categories == edited.lexicon.categories
    assert changes_of(edited) == ()


def test_phrases_that_can_be_read_but_once_are_kept(corpus: Corpus) -> None:
    phrases = iter(["a b", "c"])
    edited = add_pattern(corpus, "unity", "a", exceptions=phrases)  # type: ignore[arg-type]
    assert edited.lexicon is not None
    assert edited.lexicon.categories[0].entries[-1].exceptions == (("a", "b"), ("c",))


Edit = Callable[[Corpus], Corpus]


def adding(name: str, pattern: str, **settings: object) -> Edit:
    return partial(add_pattern, category=name, pattern=pattern, **settings)  # type: ignore[arg-type]


def dropping(name: str, pattern: str) -> Edit:
    return partial(drop_pattern, category=name, pattern=pattern)


HAS_NO = "The lexicon has no category "
REFUSED: list[tuple[Edit, type[RhetoricaError], str]] = [
    (
        adding("Unty", "a"),
        ParameterError,
        f"{HAS_NO}'Unty'. Did you mean 'unity'? Known: unity, leader.",
    ),
    (dropping("zzz", "a"), ParameterError, f"{HAS_NO}'zzz'. Known: unity, leader."),
    (adding("", "a"), ParameterError, f"{HAS_NO}''. Known: unity, leader."),
    (
        adding("own", "a"),
        ParameterError,
        "'own' is a group of categories: name one of them, 'unity'.",
    ),
    (
        adding("unity", "unite!"),
        LexiconError,
        "'unite!' in [categories.unity] can never match: write words as they stand, with single "
        "spaces and no marks between them; *, ? and [...] are wildcards.",
    ),
    (
        adding("unity", "a", exceptions="b, !"),
        LexiconError,
        "the phrase '!' of 'a' in [categories.unity] can never match",
    ),
    (adding("unity", ""), LexiconError, "'' in [categories.unity] can never match"),
    (
        adding("unity", "(a", regex=True),
        LexiconError,
        "the regular expression '(a' in [categories.unity] does not compile: missing )",
    ),
    (adding("unity", "a\nb", regex=True), LexiconError, r"'a\nb' has characters that cannot be"),
    (adding("unity", "[\x00]*"), LexiconError, r"'[\x00]*' has characters that cannot be seen"),
    (
        adding("unity", "a", needs="[\x1b]"),
        LexiconError,
        r"'[\x1b]' has characters that cannot be seen: take them out.",
    ),
    (adding("unity", "a b", hyphens=True), LexiconError, "hyphens = true is for patterns of one"),
    (adding("unity", "a", certainty=0), LexiconError, "a number above 0 and up to 1, not 0."),
    (adding("unity", "a", certainty="1"), LexiconError, "certainty is a number above 0 and up"),
    (adding("unity", "a", within="page"), LexiconError, "within is 'sentence' or 'block' or"),
    (adding("unity", "a", case=1), LexiconError, "case and hyphens are true or false."),
    (adding("unity", "a", exceptions=3), ParameterError, "exceptions = 3 will not do: it takes"),
    (adding("unity", "a", needs=[3]), ParameterError, "needs = [3] will not do: it takes phrases"),
    (adding("unity", 3), ParameterError, "3 is no pattern: it is text in"),  # type: ignore[arg-type]
    (adding("unity", "unity"), LexiconError, "'unity' is in [categories.unity] already."),
    (
        adding("unity", "Unity"),
        LexiconError,
        "'Unity' is in [categories.unity] already, as 'unity'.",
    ),
    (
        dropping("unity", "unitd"),
        LexiconError,
        "There is no pattern 'unitd' in [categories.unity]. Did you mean 'united'?",
    ),
    (
        dropping("unity", "great"),
        LexiconError,
        "There is no pattern 'great' in [categories.unity]. It is in 'leader'.",
    ),
    (
        dropping("leader", "great"),
        LexiconError,
        "'great' is all that [categories.leader] has, and a category needs a pattern: add another "
        "before you drop it.",
    ),
]


@pytest.mark.parametrize(("edit", "error", "message"), REFUSED)
def test_what_is_refused(
    corpus: Corpus, edit: Edit, error: type[RhetoricaError], message: str
) -> None:
    with pytest.raises(error) as caught:
        edit(corpus)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_same_words_with_other_settings_are_another_entry(corpus: Corpus) -> None:
    edited = add_pattern(corpus, "unity", "unity", case=True)
    assert patterns(edited, "unity").count("unity") == 3


def test_whatever_is_added_is_refused_in_words_or_can_be_written(corpus: Corpus) -> None:
    written = 0
    for text in NASTY:
        for settings in ({"regex": True}, {"regex": False}, {"exceptions": [text]}):
            pattern = "zzz" if "exceptions" in settings else text
            try:
                edited = add_pattern(corpus, "unity", pattern, **settings)
            except RhetoricaError:
                continue
            assert edited.lexicon is not None
            written += edited_toml(LEXICON, edited.lexicon) != LEXICON
        with pytest.raises(RhetoricaError):
            add_pattern(corpus, text, "a")
        with pytest.raises(RhetoricaError):
            drop_pattern(corpus, "unity", text)
    assert written > len(NASTY) / 2


def test_the_code_of_edits_makes_the_same_lexicon() -> None:
    corpus = default_corpus()
    steps: list[Callable[[Corpus], Corpus]] = [
        lambda c: drop_pattern(c, "unity", "cohesion"),
        lambda c: add_pattern(c, "unity", "unity", case=True),
        lambda c: drop_pattern(c, "unity", "unity"),
        lambda c: add_pattern(c, "unity", "Unity", case=True, within="block", certainty=0.5),
        lambda c: add_pattern(c, "masses", r"pop\w+", regex=True, exceptions=["popular masses"]),
        lambda c: add_pattern(c, "leader", "wise", needs=["he", "his"]),
        lambda c: add_pattern(c, "leader", "able", needs=[]),
        lambda c: add_pattern(c, "leader", "anti", hyphens=True),
    ]
    edited, of_file = corpus, load_lexicon(corpus.study.lexicon)
    for step in steps:
        edited = step(edited)
        names: dict[str, object] = {"add_pattern": add_pattern, "drop_pattern": drop_pattern}
        names["corpus"] = corpus
        assert edited.lexicon is not None
        exec("\n".join(code_of_edits(of_file, edited.lexicon)), names)
        again = names["corpus"]
        assert isinstance(again, Corpus)
        assert set(changes_of(again)) == set(changes_of(edited))
        assert again.lexicon is not None
        for one, other in zip(again.lexicon.categories, edited.lexicon.categories, strict=True):
            assert Counter(one.entries) == Counter(other.entries)
