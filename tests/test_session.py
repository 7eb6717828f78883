"""The state of a workbench: its numbers are those of the figures, its edits of the library."""

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rhetorica import add_pattern, drop_pattern, vary
from rhetorica.corpus import Corpus
from rhetorica.errors import LexiconError, RhetoricaError
from rhetorica.lexicon import Lexicon, load_lexicon
from rhetorica.places import word_rates
from rhetorica.rates import rate_table
from rhetorica.spans import lexicon_of
from rhetorica.widgets.chart import Bar
from rhetorica.widgets.session import Session
from support import default_corpus
from support.bench import ENTRIES, TEXTS, make, patterns


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """A corpus of which no file is changed."""
    return make(tmp_path_factory.mktemp("shared"))


def rows_of(bars: list[Bar]) -> list[tuple[object, ...]]:
    return [(b.label, b.hits, b.words, b.rate, b.low, b.high, b.uncertain) for b in bars]


def rate_rows(corpus: Corpus, category: str) -> list[tuple[object, ...]]:
    table = rate_table(corpus)
    own = table[(table["category"] == category) & (table["kind"] == "category")]
    return [
        (r["label"], r["hits"], r["words"], r["per_1000_words"], r["low"], r["high"],
         r["interval"] == "Poisson")
        for r in own.to_dict("records")
    ]  # fmt: skip


def edited_by(lines: Iterable[str], corpus: Corpus) -> Corpus:
    """Run lines of code that edit a corpus."""
    names: dict[str, Any] = {
        "corpus": corpus, "add_pattern": add_pattern, "drop_pattern": drop_pattern,
    }  # fmt: skip
    exec("\n".join(lines), names)
    result: Corpus = names["corpus"]
    return result


# --- the session: the numbers


@pytest.mark.parametrize(
    "parameters",
    [{}, {"texts": "feats, about"}, {"min_certainty": 0.8}, {"parts": "paragraph", "level": "raw"},
     {"confidence": 0.8, "seed": 7, "n_draws": 300}],
)  # fmt: skip
def test_bars_are_the_rates_of_the_figure(parameters: dict[str, object]) -> None:
    corpus = default_corpus()
    ids = [source.document.id for source in corpus.sources]
    if "texts" in parameters:
        parameters = {"texts": f"{ids[3]}, {ids[1]}"}
    corpus = vary(corpus, **parameters)
    session = Session(corpus)
    for category in session.categories:
        bars = session.category_bars(category.id)
        assert rows_of(bars) == rate_rows(corpus, category.id)
        assert [bar.before for bar in bars] == [None] * len(corpus.sources)
        assert [len(bar.places) for bar in bars] == [bar.hits for bar in bars]


def test_bars_are_the_rates_of_the_figure_after_every_edit() -> None:
    corpus = default_corpus()
    session = Session(corpus)
    names = [category.id for category in session.categories]
    before = {name: rows_of(session.category_bars(name)) for name in names}
    first, second = names[0], names[1]
    session.add(first, "the")
    session.switch(second, {0, 2})
    session.choose_texts(tuple(name for name, _ in session.documents[1:4]))
    edited = add_pattern(vary(corpus, texts=session.texts), first, "the")
    for place in set(range(len(session.category(second).entries))) - {0, 2}:
        edited = drop_pattern(edited, second, session.category(second).entries[place].pattern)
    for name in names:
        bars = session.category_bars(name)
        assert rows_of(bars) == rate_rows(edited, name)
        old = [row[3] for row in before[name][1:4]] if name in (first, second) else [None] * 3
        assert [bar.before for bar in bars] == old


def test_places_and_rates_by_hand(shared: Corpus) -> None:
    one, two, three = Session(shared).category_bars("unity")
    # 10 words, then "Party unity again, with one mind": hits are the words 1, 3, 12 and 15.
    assert (one.hits, one.words) == (4, 16)
    assert one.rate == 1000 * 4 / 16
    assert one.places.tolist() == [0.5 / 16, 2.5 / 16, 11.5 / 16, 14.5 / 16]
    assert (two.hits, three.hits, three.rate, three.places.tolist()) == (1, 0, 0.0, [])
    assert [bar.label for bar in (one, two, three)] == list(shared.labels)


@pytest.mark.parametrize("words", ["unity", "p*", "one mind", "popular masses", "FOE"])
@pytest.mark.parametrize("texts", [(), ("two", "one")])
def test_bars_of_words_are_those_of_their_figure(
    shared: Corpus, words: str, texts: tuple[str, ...]
) -> None:
    session = Session(shared)
    session.choose_texts(texts)
    bars = session.word_bars(words)
    table = word_rates(vary(shared, words=words, texts=texts))
    assert rows_of(bars) == [
        (r["label"], r["hits"], r["words"], r["per_1000_words"], r["low"], r["high"],
         r["interval"] == "Poisson")
        for r in table.to_dict("records")
    ]  # fmt: skip
    assert [len(bar.places) for bar in bars] == [bar.hits for bar in bars]


def test_places_of_words_are_those_of_a_category(shared: Corpus) -> None:
    session = Session(add_pattern(shared, "enemy", "party"))
    for texts in ((), ("two",)):
        session.choose_texts(texts)
        session.switch("enemy", {2})
        pairs = zip(session.word_bars("party"), session.category_bars("enemy"), strict=True)
        assert all(np.array_equal(one.places, other.places) for one, other in pairs)


# --- the session: the edits


def test_off_and_on_again_is_the_original(shared: Corpus) -> None:
    session = Session(shared)
    before = rows_of(session.category_bars("unity"))
    session.switch("unity", {1})
    assert session.is_edited
    assert [patterns(c) for c in lexicon_of(session.corpus).categories] == [
        ["cohesion"], ["foe", "enem*"],
    ]  # fmt: skip
    assert patterns(session.category("unity")) == ENTRIES
    assert [bar.hits for bar in session.category_bars("unity")] == [1, 0, 0]
    assert [bar.before for bar in session.category_bars("unity")] == [row[3] for row in before]
    session.switch("unity", {3, 2, 1, 0})
    assert not session.is_edited
    assert session.unedited_if_possible.lexicon is None
    assert session.edits() == ()
    assert rows_of(session.category_bars("unity")) == before
    assert [bar.before for bar in session.category_bars("unity")] == [None] * 3


def test_an_addition_switched_off_is_the_original(shared: Corpus) -> None:
    session = Session(shared)
    session.add("unity", "party")
    session.switch("unity", {0, 1, 2, 3})
    assert not session.is_edited
    assert session.unedited_if_possible.lexicon is None
    assert patterns(session.category("unity")) == [*ENTRIES, "party"]
    session.switch("unity", {0, 1, 2, 3, 4})
    assert session.edits() == ("corpus = add_pattern(corpus, 'unity', 'party')",)


def test_a_category_keeps_one_entry(shared: Corpus) -> None:
    session = Session(shared)
    session.switch("enemy", {1})
    with pytest.raises(LexiconError, match="leave one ticked"):
        session.switch("enemy", set())
    assert [session.is_on("enemy", e) for e in session.category("enemy").entries] == [False, True]


EDITS: dict[str, list[tuple[Any, ...]]] = {
    "nothing": [],
    "added": [("unity", "party")],
    "a regular expression": [("unity", "part(y|ies)", True)],
    "capitals": [("unity", "Party", False, True)],
    "both": [("unity", r"Part\w", True, True)],
    "quotation marks": [("unity", r"""par('|")?ty\w*""", True)],
    "dropped": [("unity", {0, 3})],
    "all others": [("unity", "party"), ("unity", {4})],
    "one pattern twice": [("unity", "foe"), ("unity", "foe", False, True)],
    "one as regex, too": [("unity", "foe"), ("unity", "foe", True)],
    "one in place of its twin": [("unity", "unity", False, True), ("unity", {1, 2, 3, 4})],
    "in two categories": [("unity", "foe"), ("enemy", {1})],
}
"""Edits, one after the other: what is added to a category, or which of its entries count."""


def edit(session: Session, edits: Iterable[tuple[Any, ...]]) -> None:
    for category, what, *options in edits:
        if isinstance(what, set):
            session.switch(category, what)
        else:
            session.add(category, what, *options)


@pytest.mark.parametrize("what", EDITS)
def test_the_lines_of_code_make_the_same_edits(shared: Corpus, what: str) -> None:
    session = Session(shared)
    edit(session, EDITS[what])
    again = edited_by(session.edits(), shared)
    assert lexicon_of(again).categories == lexicon_of(session.corpus).categories
    assert (
        (again.lexicon is None)
        == (session.unedited_if_possible.lexicon is None)
        == (what == "nothing")
    )


OPENED: list[tuple[str, Callable[[Corpus], Corpus]]] = [
    ("added", lambda c: add_pattern(c, "unity", "party")),
    ("with settings", lambda c: add_pattern(c, "unity", "party", certainty=0.5, needs="foe")),
    ("dropped", lambda c: drop_pattern(c, "unity", "cohesion")),
]


@pytest.mark.parametrize(("what", "opened"), OPENED, ids=[what for what, _ in OPENED])
def test_a_lexicon_that_was_edited_before(
    shared: Corpus, what: str, opened: Callable[[Corpus], Corpus]
) -> None:
    """The lines of code go on from the corpus that the workbench was opened with."""
    corpus = opened(shared)
    session = Session(corpus)
    assert not session.is_edited
    assert session.edits() == ()
    session.add("enemy", "again")
    session.switch("unity", {1, 2})
    again = edited_by(session.edits(), corpus)
    assert lexicon_of(again).categories == lexicon_of(session.corpus).categories


def test_what_was_dropped_before_can_be_added(shared: Corpus) -> None:
    session = Session(drop_pattern(shared, "unity", "cohesion"))
    session.add("unity", "cohesion")
    assert patterns(lexicon_of(session.corpus).categories[0]) == ENTRIES
    assert session.is_edited


def test_what_is_added_is_looked_at_by_the_linter(shared: Corpus) -> None:
    session = Session(shared)
    session.add("enemy", "nowhere")
    said = {remark.entry: remark.kind for remark in session.remarks("enemy")}
    assert said["nowhere"] == "finds nothing"
    session.switch("enemy", {0, 1})
    assert "nowhere" not in {remark.entry for remark in session.remarks("enemy")}
    assert session.hits_of_entries("enemy") == {"foe": 2, "enem*": 1}


def test_the_texts_chosen(shared: Corpus) -> None:
    session = Session(shared)
    session.add("enemy", "party")
    for chosen, expected in [
        (("two",), ("two",)), (("three", "one"), ("one", "three")),
        (("one", "two", "three"), ("one", "two", "three")), ((), ("one", "two", "three")),
    ]:  # fmt: skip
        session.choose_texts(chosen)
        assert tuple(s.document.id for s in session.corpus.sources) == expected
        assert "party" in patterns(lexicon_of(session.corpus).categories[1])
    assert session.texts == ()
    assert session.documents == (("one", "one"), ("two", "two"), ("three", "three"))


def test_what_the_corpus_was_opened_for(shared: Corpus) -> None:
    assert Session(shared).first_category == "unity"
    session = Session(vary(shared, categories="enemy"))
    assert session.first_category == "enemy"
    assert rows_of(session.category_bars("unity")) == rate_rows(shared, "unity")


POOL = ("party", "foe", "p*", "the", "unity", "(", "masses!", "", "un.ty", "cohesion", "Party")
CATEGORIES = st.sampled_from(["unity", "enemy"])
OPERATIONS = st.one_of(
    st.tuples(CATEGORIES, st.sampled_from(POOL)),
    st.tuples(CATEGORIES, st.sets(st.integers(0, 5), min_size=1)),
    st.tuples(st.just(""), st.sets(st.sampled_from(sorted(TEXTS)))),
)


def apply(session: Session, corpus: Corpus, category: str, what: Any) -> Corpus:
    """Do something to a session, and the same to a corpus by the functions of the library."""
    if not category:
        chosen = tuple(name for name in TEXTS if name in what)
        session.choose_texts(chosen)
        return vary(corpus, texts=chosen)
    if isinstance(what, str):
        session.add(category, what)
        return add_pattern(corpus, category, what)
    every = patterns(session.category(category))
    on = {number % len(every) for number in what}
    session.switch(category, on)
    own = {c.id: patterns(c) for c in whole_lexicon(corpus).categories}[category]
    for entry in (session.category(category).entries[number] for number in on):
        if entry.pattern not in own:
            corpus = add_pattern(corpus, category, entry.pattern, certainty=entry.certainty)
    for number in set(range(len(every))) - on:
        if every[number] in own:
            corpus = drop_pattern(corpus, category, every[number])
    return corpus


def whole_lexicon(corpus: Corpus) -> Lexicon:
    return corpus.lexicon or load_lexicon(corpus.study.lexicon)


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(operations=st.lists(OPERATIONS, max_size=7))
def test_whatever_is_done_the_state_is_that_of_its_edits(
    shared: Corpus, operations: list[tuple[str, Any]]
) -> None:
    session, scratch = Session(shared), shared
    for category, what in operations:
        with suppress(RhetoricaError):
            scratch = apply(session, scratch, category, what)
    for one, other in zip(
        lexicon_of(session.corpus).categories, lexicon_of(scratch).categories, strict=True
    ):
        assert Counter(one.entries) == Counter(other.entries)
        assert rows_of(session.category_bars(one.id)) == rate_rows(scratch, one.id)
    assert session.is_edited == (session.unedited_if_possible.lexicon is not None)
    if not session.is_edited:
        assert scratch.lexicon is None
    again = edited_by(session.edits(), shared)
    for one, other in zip(
        lexicon_of(again).categories, lexicon_of(scratch).categories, strict=True
    ):
        assert Counter(one.entries) == Counter(other.entries)
