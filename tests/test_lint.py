"""The linter: what it must say of a lexicon, by hand, and what it must not."""

from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetorica import lint
from rhetorica.corpus import Corpus
from rhetorica.entries import Entry
from rhetorica.lexicon import Category, Lexicon, load_lexicon
from rhetorica.lint import Remark, check_lexicon
from rhetorica.matching import Matcher, match_category
from rhetorica.patterns import split_globs
from support import corpus_of, default_corpus, tokens_of

Check = Callable[..., list[Remark]]


def lexicon_of(folder: Path, categories: dict[str, str]) -> Lexicon:
    """Write categories with their entries as a file and read it."""
    tables = (f"[categories.{name}]\nentries = [{items}]\n" for name, items in categories.items())
    path = folder / "lexicon.toml"
    path.write_text("\n".join(tables), encoding="utf-8")
    return load_lexicon(path)


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Return a function that checks categories on texts and returns the remarks of one kind."""

    def run(kind: str, categories: dict[str, str] | str, *texts: str) -> list[Remark]:
        own = {"test": categories} if isinstance(categories, str) else categories
        corpus = corpus_of(tmp_path, dict(zip(("one", "two", "six"), texts, strict=False)))
        remarks = check_lexicon(corpus, lexicon_of(tmp_path, own))
        return [remark for remark in remarks if remark.kind == kind]

    return run


NEVER = {
    "the word itself": ('{pattern = "united", except = ["united"]}', "united"),
    "capitals": ('{pattern = "US", case = true, except = ["us"]}', "us"),
    "a wider glob": ('{pattern = "united", except = ["unit*"]}', "unit*"),
    "a wider glob of a glob": ('{pattern = "unite*", except = ["unit*"]}', "unit*"),
    "any word": ('{pattern = "imperialis*", hyphens = true, except = ["*"]}', "*"),
    "word for word": ('{pattern = "common cause", except = ["no", "common *"]}', "common *"),
}
MAY_COUNT = {
    "a longer phrase": '{pattern = "united", except = ["united states"]}',
    "a shorter phrase": '{pattern = "united states", except = ["united"]}',
    "a narrower glob": '{pattern = "unit*", except = ["unite*", "united"]}',
    "one letter": '{pattern = "unit*", except = ["unit?"]}',
    "one word of two": '{pattern = "common cause", except = ["common task"]}',
    "parts of words": '{pattern = "imperialis*", hyphens = true, except = ["imperialis*"]}',
    "over sentences": '{pattern = "a b", within = "block", except = ["a b"]}',
    "a regular expression": '{pattern = "unit.*", kind = "regex", except = ["unit"]}',
}


@pytest.mark.parametrize(("entry", "phrase"), NEVER.values(), ids=NEVER)
def test_an_entry_within_its_own_exception_is_an_error(
    check: Check, entry: str, phrase: str
) -> None:
    [remark] = check("never counts", entry, "It rained.")
    assert remark.severity == "error"
    assert remark.line == 2
    assert remark.message == f"its exception “{phrase}” fits wherever it does"


@pytest.mark.parametrize("entry", MAY_COUNT.values(), ids=MAY_COUNT)
def test_an_entry_that_may_count_is_none(check: Check, entry: str) -> None:
    assert check("never counts", entry, "It rained.") == []


# Kind, entries, text, and the entries and messages expected.
ENTRIES: dict[str, tuple[str, str, str, list[tuple[str, str]]]] = {
    "barred everywhere here": (
        "always barred",
        '{pattern = "united", except = ["united states"]}',
        "The United States. United States!",
        [("united", "2 hits, left out by its exceptions")],
    ),
    "barred for want of what it needs": (
        "always barred", '{pattern = "great", needs = ["he"]}', "It is great. So great.",
        [("great", "2 hits, left out by its needs")],
    ),
    "barred in one place of two": (
        "always barred",
        '{pattern = "united", except = ["united states"]}',
        "The United States. We are united.",
        [],
    ),
    "absent is not barred": (
        "always barred", '{pattern = "united", except = ["united states"]}', "It rained.", [],
    ),
    "found in no text": (
        "finds nothing", '"unity", "rain*", "snow"', "It rained.",
        [("snow", "no hit in these texts"), ("unity", "no hit in these texts")],
    ),
    "barred is not absent": (
        "finds nothing", '{pattern = "rain", except = ["the rain"]}', "See the rain.", [],
    ),
    "not across sentences": (
        "finds nothing", '"popular masses"', "Popular. Masses.",
        [("popular masses", "no hit in these texts")],
    ),
    "twice": (
        "stands twice", '"unity", "Unity", "unite"', "Unity.", [("Unity", "2 times")],
    ),
    "twice alike": ("stands twice", '"unity", "unity", "unity"', "A.", [("unity", "3 times")]),
    "twice with other settings": (
        "stands twice", '"us", {pattern = "US", case = true}', "US.",
        [("US", "2 times, with other settings")],
    ),
    "a glob is not the word": ("stands twice", '"unit*", "unity"', "Unity.", []),
    "longer, found by the shorter": (
        "adds nothing", '"masses", "popular masses"', "Masses met. The popular masses won.",
        [("popular masses", "found by “masses” too")],
    ),
    "each finds what the other does": (
        "adds nothing", '"masses", "popular masses"', "The popular masses won.",
        [("masses", "found by “popular masses” too"), ("popular masses", "found by “masses” too")],
    ),
    # Without the long entry one hit would be two; without a short one nothing changes.
    "what joins two hits": (
        "adds nothing", '"struggl*", "imperialis*", "struggl* against imperialis*"',
        "We struggle against imperialism.",
        [
            ("imperialis*", "found by “struggl* against imperialis*” too"),
            ("struggl*", "found by “struggl* against imperialis*” too"),
        ],
    ),
    # Without "a b" it is "b c" that counts, and then "c d" does not.
    "what frees another": (
        "adds nothing", '"a b", "b c", "c d"', "See a b c d.",
        [("b c", "found by “a b” and “c d” too")],
    ),
    # Without it there is a hit more in the first paragraph and one less in the second.
    "as many in all, not in each paragraph": (
        "adds nothing", '"? b ?", "a", "c"', "See a b c.\n\nSee x b y.\n\nAnd a; and c.", [],
    ),
    "twice alike, each needed once": ("adds nothing", '"unity", "unity"', "Unity.", []),
    "found nowhere adds nothing that is said": ("adds nothing", '"snow"', "It rained.", []),
    "three of five": ("dominates", '"a", "b"', "A a a b b.", [("a", "3 of 5 hits (60%)")]),
    "half": ("dominates", '"a", "b"', "A a a b b b.", []),
    "four hits": ("dominates", '"a", "b"', "A a a a.", []),
    "most hits are suppressed": ("dominates", '"a", "a b", "c"', "A b, a b, a b; c c c.", []),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "entries", "text", "expected"), ENTRIES.values(), ids=ENTRIES)
def test_remarks_on_entries(
    check: Check, kind: str, entries: str, text: str, expected: list[tuple[str, str]]
) -> None:
    found = check(kind, entries, text)
    assert [(remark.entry, remark.message) for remark in found] == expected
    assert {(remark.severity, remark.category, remark.line) for remark in found} <= {
        ("warning", "test", 2)
    }


def test_an_entry_that_stands_twice_is_named_with_both_lines() -> None:
    entries = tuple(Entry("unity", ("unity",), line=line) for line in (7, 3))
    category = Category("own", "Own", "", "", "", entries)
    for lexicon in (
        Lexicon("", (category,), {}),
        Lexicon("", (replace(category, entries=entries[::-1]),), {}),
    ):
        remarks = check_lexicon(default_corpus(), lexicon)
        twice, dominating = remarks[0], next(r for r in remarks if r.kind == "dominates")
        assert twice == Remark("stands twice", "Own", "unity", 3, "2 times, again on line 7")
        assert dominating.line == 3


FILLED = "w w w w w w w w w w"  # ten words, the last of which are replaced


def text_of(*words: str) -> str:
    return " ".join([*words, *FILLED.split()[len(words) :]])


# Texts of ten words each, and which entry changes the order of which.
ORDERS = {
    # 3 and 2 hits; without "u", none and 2.
    "opposite": (
        [["u"] * 3, ["s"] * 2],
        [("u", "“two” goes before “one”")],
    ),
    "equal before": ([["u"] * 3, ["s"] * 3], []),
    "equal after": ([["u", "s", "s"], ["s", "s"]], []),
    "further apart": ([["u"] * 3, ["s"]], [("u", "“two” goes before “one”")]),
    "the same order": ([["u", "s", "s"], ["s"]], []),
    # 5, 4 and 3 hits; without "u", 0, 4 and 3: the first and the last were furthest apart.
    "two of three pairs": (
        [["u"] * 5, ["s"] * 4, ["s"] * 3],
        [("u", "“six” goes before “one” (2 of 3 pairs)")],
    ),
    # 5, 4 and 3 hits; without "u", 0, 4 and 3; without "t", 5, 2 and 3.
    "the worst first": (
        [["u"] * 5, ["s"] * 2 + ["t"] * 2, ["s"] * 3],
        [
            ("u", "“six” goes before “one” (2 of 3 pairs)"),
            ("t", "“six” goes before “two” (1 of 3 pairs)"),
        ],
    ),
    "one text": ([["u"] * 3], []),
}  # fmt: skip


@pytest.mark.parametrize(("texts", "expected"), ORDERS.values(), ids=ORDERS)
def test_entries_that_decide_the_order(
    check: Check, texts: list[list[str]], expected: list[tuple[str, str]]
) -> None:
    found = check("changes the order", '"s", "t", "u"', *(text_of(*words) for words in texts))
    assert [(remark.entry, remark.message) for remark in found] == expected


def test_the_order_is_that_of_rates_and_not_of_counts(check: Check) -> None:
    # 2 hits in 5 words and 4 in 20: 0.4 and 0.2; without "u" 0 and 0.2.
    texts = ["u u w w w", " ".join(["s"] * 4 + ["w"] * 16)]
    [remark] = check("changes the order", '"u", "s"', *texts)
    assert (remark.entry, remark.message) == ("u", "“two” goes before “one”")


def test_the_order_counts_what_an_entry_kept_from_counting(check: Check) -> None:
    # Three hits of "a" in the first text; in the other two of "a b a", or else four of "a".
    texts = ["a w a w a w w w w w", "a b a w a b a w w w"]
    found = check("changes the order", '"a", "a b a"', *texts)
    assert [(remark.entry, remark.message) for remark in found] == [
        ("a", "“two” goes before “one”"),
        ("a b a", "“two” goes before “one”"),
    ]


ALL = "1 of 1 hit (100%) on words that y has too, most often "

# Two categories, a text, and what is said of the words they share.
OVERLAPS: dict[str, tuple[str, str, str, list[tuple[str, str]]]] = {
    "within": (
        '"popular masses"', '"masses"', "The popular masses and the masses.",
        [("x", ALL + "“popular masses” and “masses”")],
    ),
    "the smaller one first": (
        '"a", "c"', '"a b"', "A b, a, c.",
        [("y", "1 of 1 hit (100%) on words that x has too, most often “a b” and “a”")],
    ),
    "partly": (
        '"a b"', '"b c"', "A b c; a b; b c; b c.",
        [("x", "1 of 2 hits (50%) on words that y has too, most often “a b” and “b c”")],
    ),
    "one hit with two": (
        '"a b c"', '"a", "c"', "A b c.",
        [("x", ALL + "“a b c” and “a”")],
    ),
    "only what counts": (
        '"united front"', '"front", "front line"', "Our united front line.",
        [("x", ALL + "“united front” and “front line”")],
    ),
    "the most frequent pair": (
        '"a", "b"', '"b", "a *"', "B. B. A c.",
        [("x", "3 of 3 hits (100%) on words that y has too, most often “b” and “b”")],
    ),
    "side by side": ('"popular"', '"masses"', "The popular masses.", []),
    "barred": ('"a"', '{pattern = "a", except = ["a b"]}', "See a b.", []),
}  # fmt: skip


@pytest.mark.parametrize(("one", "other", "text", "expected"), OVERLAPS.values(), ids=OVERLAPS)
def test_categories_that_share_words(
    check: Check, one: str, other: str, text: str, expected: list[tuple[str, str]]
) -> None:
    found = check("overlap", {"x": one, "y": other}, text)
    assert [(remark.category, remark.message) for remark in found] == expected
    assert all(remark.severity == "note" for remark in found)


def test_overlaps_are_listed_by_the_share_of_the_smaller(check: Check) -> None:
    categories = {"x": '"a"', "y": '"a b"', "z": '"a c", "d"'}
    found = check("overlap", categories, "A b; a c; d; a.")
    assert [(remark.category, remark.message.split(" on ")[0]) for remark in found] == [
        ("y", "1 of 1 hit (100%)"),
        ("z", "1 of 2 hits (50%)"),
    ]


# In "rain" two hits stand in one sentence; "sun" stands in two.
SENTENCES = {
    "one of two": ('"rain", "sun"', "Rain or rain. The sun. A sun.", ["1 of 2 (50%)"]),
    "none": ('"sun"', "The sun. A sun.", []),
    "what finds nothing is not counted": ('"rain", "snow"', "Rain.", ["1 of 1 (100%)"]),
    "alike in two texts": ('"sun"', "The sun.|The sun.", []),
    "what does not count is not": ('"sun", "sun set"', "Sun set. A sun. A sun.", ["1 of 2 (50%)"]),
}


@pytest.mark.parametrize(("entries", "texts", "expected"), SENTENCES.values(), ids=SENTENCES)
def test_entries_that_stand_in_one_sentence(
    check: Check, entries: str, texts: str, expected: list[str]
) -> None:
    found = check("one sentence", entries, *texts.split("|"))
    assert [remark.message for remark in found] == expected


def test_the_gravest_remarks_come_first(check: Check, tmp_path: Path) -> None:
    entries = '"rain", "rain", "snow", {pattern = "sun", except = ["sun"]}'
    corpus = corpus_of(tmp_path, {"one": "Rain or rain. Rain, rain and rain."})
    remarks = check_lexicon(corpus, lexicon_of(tmp_path, {"x": entries}))
    assert [remark.kind for remark in remarks] == [
        "never counts", "stands twice", "dominates", "finds nothing",
    ]  # fmt: skip


# --- on any lexicon

WORDS = st.sampled_from(["a", "b", "c", "ab"])
TEXT = st.lists(st.lists(WORDS, min_size=1, max_size=9).map(" ".join), min_size=1, max_size=4).map(
    ". X ".join
)
PATTERNS = st.sampled_from(["a", "b", "a*", "?", "a b", "b a", "b *", "a b c", "? a ?", "c c"])


@st.composite
def categories(draw: st.DrawFn) -> Category:
    patterns = draw(st.lists(PATTERNS, min_size=1, max_size=6, unique=True))
    exceptions = draw(st.sampled_from([(), (("a", "b"),), (("c", "*"),)]))
    entries = tuple(Entry(p, split_globs(p), exceptions=exceptions) for p in patterns)
    return Category("x", "X", "", "", "", entries)


def places(found: "lint._Hits", which: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> object:
    return sorted(zip(found.first[which].tolist(), found.end[which].tolist(), strict=True))


@given(categories(), TEXT)
def test_hits_without_an_entry_are_those_of_a_lexicon_without_it(
    category: Category, text: str
) -> None:
    matcher = Matcher(tokens_of({"one": text}))
    found = lint._match(matcher, category)
    for k, entry in enumerate(found.entries):
        rest = tuple(other for other in category.entries if other != entry)
        expected = match_category(matcher, replace(category, entries=rest))
        expected = expected[expected["suppressed_by"] == ""]
        gone, again = found.without(k)
        left = np.setdiff1d(np.flatnonzero(found.counts), gone)
        together = np.concatenate([left, again])
        assert len(np.unique(together)) == len(together)
        assert places(found, together) == sorted(
            zip(expected["first"].tolist(), expected["end"].tolist(), strict=True)
        )


@given(categories(), TEXT)
def test_hits_are_those_that_the_rates_count(category: Category, text: str) -> None:
    matcher = Matcher(tokens_of({"one": text}))
    found, expected = lint._match(matcher, category), match_category(matcher, category)
    counts = expected[expected["suppressed_by"] == ""]["entry"].value_counts().to_dict()
    names = [found.entries[k].pattern for k in found.owner[found.counts]]
    assert {name: names.count(name) for name in set(names)} == counts


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return default_corpus()


def test_the_order_of_the_entries_never_changes_the_report(corpus: Corpus) -> None:
    lexicon = load_lexicon(corpus.study.lexicon)
    expected = check_lexicon(corpus, lexicon)
    turned = tuple(replace(c, entries=c.entries[::-1]) for c in lexicon.categories)
    assert check_lexicon(corpus, replace(lexicon, categories=turned)) == expected
    assert {remark.kind for remark in expected} >= {"changes the order", "adds nothing", "overlap"}


def test_the_lexicons_of_the_project_have_no_errors(corpus: Corpus) -> None:
    starter = files("rhetorica") / "resources" / "starter_lexicon.toml"
    for path in (corpus.study.lexicon, Path(str(starter))):
        lexicon = load_lexicon(path)
        assert [r for r in check_lexicon(corpus, lexicon) if r.severity == "error"] == []
