"""Matching: semantics by table, and agreement with a slow reading that is obviously right."""

import fnmatch
import random
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetorica import matching
from rhetorica.entries import Entry, Within
from rhetorica.errors import LexiconError
from rhetorica.lexicon import Category, load_lexicon
from rhetorica.matching import Matcher, match_category, resolve
from rhetorica.patterns import Vocabulary
from rhetorica.tokens import Tokens
from support import tokens_of


def category_of(folder: Path, entries: str) -> Category:
    path = folder / "lexicon.toml"
    path.write_text(f"[categories.test]\nentries = [{entries}]\n", encoding="utf-8")
    return load_lexicon(path).categories[0]


def hits(category: Category, text: str) -> list[str]:
    tokens = tokens_of({"a": text})
    found = match_category(Matcher(tokens), category)
    found = found[found["suppressed_by"] == ""]
    words = [tokens.types[code] for code in tokens.codes]
    return [" ".join(words[a:b]) for a, b in found[["first", "end"]].to_numpy()]


SEMANTICS = [
    ('"unity"', "Unity, unity and disunity.", ["Unity", "unity"]),
    ('"imperialis*"', "imperialist anti-imperialist imperial", ["imperialist"]),
    (
        '{pattern = "imperialis*", hyphens = true}',
        "imperialist anti-imperialist imperial",
        ["imperialist", "anti-imperialist"],
    ),
    ('{pattern = "US", case = true}', "The US lets us go. US!", ["US", "US"]),
    ('{pattern = "US", case = true}', "Let Us defend it", []),
    ('{pattern = "U S", case = true}', "The U.S. and u s", ["U S"]),
    ('"popular masses"', "popular masses. Popular. Masses of it", ["popular masses"]),
    ('"popular masses"', "the popular\n\nmasses", []),
    ('"masses", "popular masses"', "popular masses and masses", ["popular masses", "masses"]),
    ('"a b", "b c d"', "a b c d", ["b c d"]),
    ('"a b", "b c"', "a b c", ["a b"]),
    (
        '{pattern = "united", except = ["united reactionary forces"]}',
        "united, united reactionary forces, united",
        ["united", "united"],
    ),
    ('{pattern = "Juche", except = ["Juche [0-9]*"]}', "Juche 49 (1960), Juche", ["Juche"]),
    # An exception is a phrase in one sentence, as an entry is.
    ('{pattern = "a", except = ["a b"]}', "a. B. a b", ["a"]),
    # An exception bars its own entry only.
    ('{pattern = "a", except = ["a b"]}, "a b"', "a b", ["a b"]),
    ('{pattern = "b", except = ["a b c"]}', "a b c b a b", ["b", "b"]),
    ('"people*s"', "people's peoples people", ["people's", "peoples"]),
    ('"people\u2019s"', "the people's party", ["people's"]),
    ('"people\'s"', "the people\u2019s party", ["people\u2019s"]),
    ('"anti-*"', "anti\u2011war", ["anti\u2011war"]),
    ('"m?n"', "man men mean", ["man", "men"]),
    ('"[!m]an"', "man can", ["can"]),
    ('"* cause"', "cause the cause. Cause", ["the cause"]),
    ('"the"', "the the the the", ["the", "the", "the", "the"]),
    ('"the the"', "the the the the", ["the the", "the the"]),
    ('"nothing"', "else", []),
    # a number with its separators is one word, and so are its wildcards
    ('"[0-9]*,[0-9]*"', "520,000 gifts and 48", ["520,000"]),
    ('"*.[0-9]"', "3.5 or 3", ["3.5"]),
    # of three that overlap one after the other the outer two count
    ('"a b", "b c", "c d"', "a b c d", ["a b", "c d"]),
    # regular expressions
    ("{pattern = 'defend (and|or) advance', kind = 'regex'}", "Defend, and advance. Defend or",
     ["Defend and advance"]),
    ("{pattern = 'struggl', kind = 'regex'}", "struggling", []),
    ("{pattern = 'struggl\\\\w*', kind = 'regex'}", "STRUGGLING struggle",
     ["STRUGGLING", "struggle"]),
    ("{pattern = 'US', kind = 'regex', case = true}", "us US", ["US"]),
    ("{pattern = 'a b', kind = 'regex'}", "a. B a b", ["a b"]),
    ("{pattern = 'a b', kind = 'regex', within = 'block'}", "a. B\n\na\n\nb", ["a B"]),
    ("{pattern = 'people.s', kind = 'regex'}", "people\u2019s", ["people\u2019s"]),
    ("{pattern = 'x*', kind = 'regex'}", "a xx", ["xx"]),
    # as everywhere with regular expressions, the first alternative that fits is taken
    ("{pattern = 'a|a b', kind = 'regex'}", "a b", ["a"]),
    ("{pattern = '(\\\\w+) \\\\1', kind = 'regex'}", "on and and on", ["and and"]),
    ("{pattern = 'a( \\\\w+)? c', kind = 'regex', except = ['a b c']}", "a b c. a c", ["a c"]),
    # how far a hit may reach
    ('{pattern = "a b", within = "block"}', "A. B. A\n\nb", ["A B"]),
    ('{pattern = "a b", within = "text"}', "A. B. A\n\nb", ["A B", "A b"]),
    # what a hit needs
    ('{pattern = "great", needs = ["he"]}', "He is great. It is great.", ["great"]),
    ('{pattern = "great", needs = ["he", "Mr *"]}', "Great. Mr Xu, great! Great, sir.", ["great"]),
    ('{pattern = "great", needs = ["he"], within = "block"}', "He is. Great!\n\nGreat.",
     ["Great"]),
    ('{pattern = "great", needs = ["he"], except = ["great power"]}', "he: great power", []),
]  # fmt: skip


@pytest.mark.parametrize(("entries", "text", "expected"), SEMANTICS)
def test_semantics(tmp_path: Path, entries: str, text: str, expected: list[str]) -> None:
    entries = entries.replace("\\\\", "\\")
    assert hits(category_of(tmp_path, entries), text) == expected


def test_what_does_not_count_says_why(tmp_path: Path) -> None:
    category = category_of(
        tmp_path,
        '"masses", "popular masses", {pattern = "united", except = ["united kingdom"]}, '
        '{pattern = "great", needs = ["he", "the leader"]}',
    )
    tokens = tokens_of({"a": "popular masses, united kingdom, great"})
    found = match_category(Matcher(tokens), category)
    assert found[["entry", "suppressed_by"]].to_numpy().tolist() == [
        ["popular masses", ""],
        ["masses", "popular masses"],
        ["united", "except: united kingdom"],
        ["great", "needs: he, the leader"],
    ]


WORDS = st.sampled_from(["a", "b", "ab", "a-b", "B"])
PATTERNS = st.sampled_from(["a", "b", "a*", "?", "*b", "a b", "b a b", "a* b", "B"])
REGEXES = st.sampled_from(
    [
        "a",
        "a b",
        "a+b?",
        "b( a)?",
        "[ab]-b",
        "b.*",
        "(a )?b",
        ".b",
        "(a|b) a",
        "(?<!a )b",
        "a(?= b)",
    ]
)
TEXT = st.lists(st.lists(WORDS, min_size=1, max_size=6).map(" ".join), min_size=1, max_size=4).map(
    ". X ".join
)
WITHIN: tuple[Within, ...] = ("sentence", "block", "text")


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    case, within = draw(st.booleans()), draw(st.sampled_from(WITHIN))
    exceptions = draw(st.lists(PATTERNS, max_size=2))
    needs = draw(st.lists(PATTERNS, max_size=1))
    common: dict[str, Any] = {
        "case": case,
        "within": within,
        "exceptions": tuple(tuple(phrase.lower().split()) for phrase in exceptions),
        "needs": tuple(tuple(phrase.lower().split()) for phrase in needs),
    }
    if draw(st.booleans()):
        return Entry(draw(REGEXES), (), kind="regex", **common)
    pattern = draw(PATTERNS)
    words = tuple(word if case else word.lower() for word in pattern.split())
    hyphens = len(words) == 1 and draw(st.booleans())
    return Entry(pattern, words, hyphens=hyphens, **common)


def fits(glob: str, word: str, case: bool, hyphens: bool) -> bool:
    word = word if case else word.lower()
    parts = [word, *(word.split("-") if hyphens and "-" in word else [])]
    return any(fnmatch.fnmatchcase(part, glob) for part in parts)


class Slow:
    """A reading the plain way: every place, every word, one after the other."""

    def __init__(self, tokens: Tokens) -> None:
        self.words = [tokens.types[code] for code in tokens.codes]
        self.units = {
            "sentence": tokens.sentences.tolist(),
            "block": tokens.paragraphs.tolist(),
            "text": tokens.documents.tolist(),
        }

    def places(
        self, globs: Sequence[str], within: str, case: bool = False, hyphens: bool = False
    ) -> set[tuple[int, int]]:
        found = set()
        for low, high in pairwise(self.units[within]):
            for at in range(low, high - len(globs) + 1):
                pairs = zip(globs, self.words[at : at + len(globs)], strict=True)
                if all(fits(glob, word, case, hyphens) for glob, word in pairs):
                    found.add((at, at + len(globs)))
        return found

    def expressions(self, entry: Entry) -> set[tuple[int, int]]:
        found = set()
        wanted = re.compile(f"(?:{entry.pattern})(?= |$)", 0 if entry.case else re.IGNORECASE)
        for low, high in pairwise(self.units[entry.within]):
            line = " ".join(self.words[low:high])
            for at in range(low, high):
                place = len(" ".join([*self.words[low:at], ""]))
                match = wanted.match(line, place)
                if match and match[0]:
                    found.add((at, at + len(match[0].split(" "))))
        return found

    def spans(self, entry: Entry) -> set[tuple[int, int]]:
        if entry.kind == "regex":
            found = self.expressions(entry)
        else:
            found = self.places(entry.words, entry.within, entry.case, entry.hyphens)
        barred = [span for phrase in entry.exceptions for span in self.places(phrase, "sentence")]
        found = {(a, b) for a, b in found if not any(x <= a and b <= y for x, y in barred)}
        if not entry.needs:
            return found
        starts = self.units[entry.within]
        needed = {
            sum(start <= at for start in starts)
            for phrase in entry.needs
            for at, _ in self.places(phrase, entry.within)
        }
        return {(a, b) for a, b in found if sum(start <= a for start in starts) in needed}


@given(TEXT, st.lists(entries(), min_size=1, max_size=4))
def test_matching_agrees_with_a_slow_reading(text: str, chosen: list[Entry]) -> None:
    tokens = tokens_of({"a": text, "b": f"{text}\n\n{text}"})
    spans = {(a, b, e.pattern, repr(e)) for e in chosen for a, b in Slow(tokens).spans(e)}
    expected: list[tuple[int, int]] = []
    for a, b, _, _ in sorted(spans, key=lambda s: (s[0] - s[1], *s)):
        if all(b <= low or high <= a for low, high in expected):
            expected.append((a, b))
    category = Category("c", "c", "", "", "", tuple(chosen))
    found = match_category(Matcher(tokens), category)
    counting = found[found["suppressed_by"] == ""]
    assert list(map(tuple, counting[["first", "end"]].to_numpy())) == sorted(expected)


@given(TEXT, st.lists(entries(), min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_order_of_entries_never_matters(
    text: str, chosen: list[Entry], shuffle: random.Random
) -> None:
    matcher = Matcher(tokens_of({"a": text}))
    turned = chosen.copy()
    shuffle.shuffle(turned)
    one = match_category(matcher, Category("c", "c", "", "", "", tuple(chosen)))
    other = match_category(matcher, Category("c", "c", "", "", "", tuple(turned)))
    assert one.equals(other)


@given(TEXT, TEXT, st.lists(entries(), min_size=1, max_size=4))
def test_another_document_changes_nothing(text: str, more: str, chosen: list[Entry]) -> None:
    category = Category("c", "c", "", "", "", tuple(chosen))
    alone = match_category(Matcher(tokens_of({"m": text})), category)
    together = tokens_of({"a": more, "m": text, "z": more})
    found = match_category(Matcher(together), category)
    low, high = together.documents[1], together.documents[2]
    own = found[(found["first"] >= low) & (found["first"] < high)].reset_index(drop=True)
    own[["first", "end"]] -= low
    assert own.to_numpy().tolist() == alone.to_numpy().tolist()


@given(TEXT, TEXT, st.lists(entries(), min_size=1, max_size=4))
def test_order_of_documents_never_matters(text: str, more: str, chosen: list[Entry]) -> None:
    category = Category("c", "c", "", "", "", tuple(chosen))

    def hits_of(texts: dict[str, str]) -> dict[str, list[list[object]]]:
        tokens = tokens_of(texts)
        found = match_category(Matcher(tokens), category)
        own: dict[str, list[list[object]]] = {}
        for i, name in enumerate(tokens.document_ids):
            low, high = tokens.documents[i : i + 2]
            part = found[(found["first"] >= low) & (found["first"] < high)].copy()
            part[["first", "end"]] -= low
            own[name] = part.to_numpy().tolist()
        return own

    assert hits_of({"a": text, "b": more}) == hits_of({"b": more, "a": text})


@given(TEXT, TEXT, st.lists(entries(), min_size=1, max_size=4))
def test_splitting_a_document_at_a_sentence_changes_nothing(
    text: str, more: str, chosen: list[Entry]
) -> None:
    """Only of entries that stay in a sentence: those that may reach further are cut, rightly."""
    category = Category(
        "c", "c", "", "", "", tuple(replace(entry, within="sentence") for entry in chosen)
    )
    whole = match_category(Matcher(tokens_of({"a": f"{text}.\n\n{more}."})), category)
    parted = match_category(Matcher(tokens_of({"a": f"{text}.", "b": f"{more}."})), category)
    assert whole.equals(parted)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 6)), max_size=12))
def test_resolving_overlaps_agrees_with_one_after_the_other(spans: list[tuple[int, int]]) -> None:
    first = np.array([low for low, _ in spans], dtype=np.int64)
    end = np.array([low + size for low, size in spans], dtype=np.int64)
    kept: list[int] = []
    for i in sorted(range(len(spans)), key=lambda i: (first[i] - end[i], first[i], i)):
        if all(end[i] <= first[j] or end[j] <= first[i] for j in kept):
            kept.append(i)
    owners = resolve(first, end)
    assert np.flatnonzero(owners == np.arange(len(spans))).tolist() == sorted(kept)
    for i, j in enumerate(owners.tolist()):
        assert j in kept  # who counts instead does count, and overlaps
        assert first[j] < end[i]
        assert first[i] < end[j]


def test_regex_that_runs_forever_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "REGEX_SECONDS", 0.2)
    category = category_of(tmp_path, "'x',\n{pattern = '(a|aa)+ d', kind = 'regex'}")
    with pytest.raises(LexiconError, match=r"line 3, was stopped after .* in the text 'a'"):
        hits(category, "a" * 60 + " c d")


def test_a_hit_between_two_that_count_names_the_first(tmp_path: Path) -> None:
    category = category_of(tmp_path, '"a b", "b c", "c d"')
    found = match_category(Matcher(tokens_of({"a": "a b c d"})), category)
    assert found[["entry", "suppressed_by"]].to_numpy().tolist() == [
        ["a b", ""],
        ["b c", "a b"],
        ["c d", ""],
    ]


@pytest.mark.parametrize(
    ("glob", "case", "hyphens", "expected"),
    [
        ("party", False, False, {"Party", "party"}),
        ("party", True, False, {"party"}),
        ("part*", False, False, {"Party", "party", "parties"}),
        ("*", False, False, {"Party", "all-party", "parties", "party", "par"}),
        ("*ies", False, False, {"parties"}),
        ("p*y", False, False, {"Party", "party"}),
        ("party", False, True, {"Party", "party", "all-party"}),
        ("absent", False, False, set()),
        ("par", False, False, {"par"}),
    ],
)
def test_globs_in_the_vocabulary(glob: str, case: bool, hyphens: bool, expected: set[str]) -> None:
    types = ("Party", "all-party", "par", "parties", "party")
    codes = Vocabulary(types).codes_of(glob, case, hyphens)
    assert {types[code] for code in codes} == expected
