"""The concordance: lines by hand, their order, their columns, and hits that are nowhere."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from rhetorica.concordance import (
    Sort,
    aligned_lines,
    category_hits,
    concordance,
    first_words,
    last_words,
    pattern_hits,
    read_pattern,
)
from rhetorica.corpus import Corpus, read_corpus
from rhetorica.errors import NothingToShow, ParameterError
from rhetorica.parameters import check_parameters
from rhetorica.rates import rate_table
from rhetorica.spans import find_spans, lexicon_of
from rhetorica.tokens import split_words
from support import corpus_of, default_corpus

Corpora = Callable[..., Corpus]


@pytest.fixture
def corpora(tmp_path: Path) -> Corpora:
    """Return a function that reads texts, given one by one, as a corpus."""

    def read(*texts: str, **parameters: object) -> Corpus:
        names = ("alpha", "beta", "gamma")
        return corpus_of(tmp_path, dict(zip(names, texts, strict=False)), **parameters)

    return read


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return default_corpus()


def test_a_row_is_a_stretch_of_the_text_and_where_it_stands(corpora: Corpora) -> None:
    text = 'We met. We left.\n\nHe said: "The popular\nmasses march." They won.\n\nAll went home.'
    corpus = corpora(text, "The popular masses.")
    rows = concordance(corpus, pattern_hits(corpus, read_pattern("popular masses")))
    assert rows.to_dict("records") == [
        {
            "document": "alpha",
            "label": corpus.labels[0],
            "paragraph": 2,
            "sentence": 3,
            "raw_line": 3,
            "left": 'We met. We left. ¶ He said: "The ',
            "hit": "popular masses",
            "right": ' march." They won. ¶ All went home.',
        },
        {
            "document": "beta",
            "label": corpus.labels[1],
            "paragraph": 1,
            "sentence": 1,
            "raw_line": 1,
            "left": "The ",
            "hit": "popular masses",
            "right": ".",
        },
    ]


# Words that begin a paragraph, its end, and hits that reach over one.
EDGES = {
    "first of a paragraph": (
        "One two.\n\nThree four.",
        "three",
        ("One two. ¶ ", "Three", " four."),
    ),
    "last of a paragraph": ("One two.\n\nThree four.", "two", ("One ", "two", ". ¶ Three four.")),
    "first of the text": ("One two.", "one", ("", "One", " two.")),
    "last of the text": ("One two", "two", ("One ", "two", "")),
}


@pytest.mark.parametrize(("text", "pattern", "expected"), EDGES.values(), ids=EDGES)
def test_edges(corpora: Corpora, text: str, pattern: str, expected: tuple[str, str, str]) -> None:
    corpus = corpora(text, "Other words.")
    rows = concordance(corpus, pattern_hits(corpus, read_pattern(pattern)))
    assert [tuple(row) for row in rows[["left", "hit", "right"]].to_numpy()] == [expected]


PATTERNS: dict[str, tuple[str, dict[str, bool], list[str]]] = {
    "a word": ("unity", {}, ["unity", "Unity"]),
    "capitals": ("Unity", {"case": True}, ["Unity"]),
    "a glob": ("unit*", {}, ["unity", "Unity", "units"]),
    "any word": ("* cause", {}, ["common cause"]),
    "parts of words": ("war*", {"hyphens": True}, ["anti-war"]),
    "words": ("unit(y|s)", {"regex": True}, ["unity", "Unity", "units"]),
    "words and capitals": ("[a-z]nity", {"regex": True, "case": True}, ["unity"]),
    "an apostrophe": ("people’s", {}, ["people's"]),
}


@pytest.mark.parametrize(("pattern", "how", "expected"), PATTERNS.values(), ids=PATTERNS)
def test_patterns_are_those_of_a_lexicon(
    corpora: Corpora, pattern: str, how: dict[str, bool], expected: list[str]
) -> None:
    corpus = corpora(
        "For unity, anti-war. The common. Cause.", "Unity, units: a common cause, people's."
    )
    rows = concordance(corpus, pattern_hits(corpus, read_pattern(pattern, **how)))
    assert rows["hit"].tolist() == expected


WRONG: dict[str, tuple[str, dict[str, bool], str]] = {
    "a mark": ("unite!", {}, "'unite!' can never match"),
    "nothing": (" ", {}, "can never match"),
    "no expression": ("(unit", {"regex": True}, "'(unit' does not compile: missing )"),
    "parts of two words": ("a b", {"hyphens": True}, "patterns of one word only"),
    "parts of an expression": ("a", {"hyphens": True, "regex": True}, "patterns of one word only"),
}


@pytest.mark.parametrize(("pattern", "how", "said"), WRONG.values(), ids=WRONG)
def test_patterns_that_are_refused(pattern: str, how: dict[str, bool], said: str) -> None:
    with pytest.raises(ParameterError) as caught:
        read_pattern(pattern, **how)
    assert said in str(caught.value)


NOWHERE: dict[str, tuple[str, dict[str, bool], str]] = {
    "a slip": (
        "struglle",
        {},
        "'struglle' stands nowhere in these texts. Did you mean 'struggle'?",
    ),
    "the slip of a glob": ("strugll*", {}, "Did you mean 'struggle'?"),
    "the second word": ("we strugle", {}, "Did you mean 'struggle'?"),
    "capitals": ("struggle", {"case": True}, "Did you mean 'Struggle'?"),
    "apart": ("we struggle", {}, "Each of its words does, but not one after another."),
    "unlike any": ("zzz", {}, "nowhere in these texts."),
    "an expression": ("strugle", {"regex": True}, "nowhere in these texts."),
}


@pytest.mark.parametrize(("pattern", "how", "said"), NOWHERE.values(), ids=NOWHERE)
def test_what_stands_nowhere(
    corpora: Corpora, pattern: str, how: dict[str, bool], said: str
) -> None:
    corpus = corpora("Struggle we must.")
    with pytest.raises(NothingToShow) as caught:
        pattern_hits(corpus, read_pattern(pattern, **how))
    assert str(caught.value).endswith(said)


def test_the_nearest_word_is_one_that_was_counted(tmp_path: Path) -> None:
    texts = {"alpha": 'He said, "We struggle." So.', "beta": "We struggled."}
    corpus = read_corpus(
        corpus_of(tmp_path, texts).study, check_parameters({"texts": "alpha", "parts": "paragraph"})
    )
    with pytest.raises(NothingToShow) as caught:
        pattern_hits(corpus, read_pattern("strugle"))
    assert "Did you mean" not in str(caught.value)


# The order of the hits by what stands on the other side.
TEXT = "Old dog b. A red dog a. The old dog; b dog 12. Dog"
SORTS: dict[Sort, list[str]] = {
    "text": ["b", "a", "b", "12", ""],
    # before: old; red a ...; old the; b dog old; 12 dog b
    "left": ["", "12", "b", "b", "a"],
    # after: b a; a the; b dog; 12 dog; nothing
    "right": ["", "12", "a", "b", "b"],
}


@pytest.mark.parametrize("sort", SORTS)
def test_the_order_of_lines(corpora: Corpora, sort: Sort) -> None:
    corpus = corpora(TEXT)
    rows = concordance(corpus, pattern_hits(corpus, read_pattern("dog")), sort)
    after = [
        (right.replace(";", "").replace(".", "").split() or [""])[0] for right in rows["right"]
    ]
    assert after == SORTS[sort]
    assert list(rows.index) == [0, 1, 2, 3, 4]


def test_the_nearest_word_before_decides_first_and_the_order_of_the_texts_last(
    corpora: Corpora,
) -> None:
    corpus = corpora("Z a dog. A b dog. M a dog.", "M a dog.")
    hits = pattern_hits(corpus, read_pattern("dog"))
    rows = concordance(corpus, hits, "left", width=4)
    # "m a" after "dog b a" in the first text, and with nothing before it in the second
    assert rows[["document", "left"]].to_numpy().tolist() == [
        ["beta", "M a "], ["alpha", "M a "], ["alpha", "Z a "], ["alpha", "A b "],
    ]  # fmt: skip


def test_the_order_does_not_depend_on_the_width(corpora: Corpora) -> None:
    corpus = corpora("Dog of the old zoo. Dog of the old ark.")
    hits = pattern_hits(corpus, read_pattern("dog"))
    rows = concordance(corpus, hits, "right", width=7)
    assert rows["sentence"].tolist() == [2, 1]
    assert rows["right"].tolist() == [" of the", " of the"]


LIMITS = [1, 3, 5, 6, None]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_leaves_the_first_lines_of_the_same_order(
    corpora: Corpora, sort: Sort, limit: int | None
) -> None:
    corpus = corpora(TEXT)
    hits = pattern_hits(corpus, read_pattern("dog"))
    whole = concordance(corpus, hits, sort)
    assert concordance(corpus, hits, sort, limit=limit).equals(whole[:limit])
    assert len(whole) == 5


def by_the_words_seen(rows: pd.DataFrame, sort: Sort) -> pd.DataFrame:
    """Sort lines by splitting what is seen of them, slowly."""
    keys = [
        split_words(str(row.right).casefold())[:10]
        if sort == "right"
        else split_words(str(row.left).casefold())[:-11:-1]
        for row in rows.itertuples()
    ]
    return rows.iloc[sorted(range(len(keys)), key=keys.__getitem__)].reset_index(drop=True)


PARTS = ["", "paragraph", "heading, title"]


@pytest.mark.parametrize("sort", ["left", "right"])
@pytest.mark.parametrize("parts", PARTS)
@pytest.mark.parametrize("pattern", ["the", "part*", "* of"])
def test_lines_are_sorted_by_the_words_that_are_seen(pattern: str, parts: str, sort: Sort) -> None:
    corpus = default_corpus(parts=parts)
    hits = pattern_hits(corpus, read_pattern(pattern))
    lines = concordance(corpus, hits, width=400)
    expected = by_the_words_seen(lines, sort)
    assert concordance(corpus, hits, sort, width=400).equals(expected)
    assert len(expected) > 20 or parts.startswith("heading")
    assert parts.startswith("heading") or not expected.equals(lines)


def test_words_that_were_taken_out_sort_as_they_are_seen(corpora: Corpora) -> None:
    text = (
        "A dog.\n\nZoo Heading Words\n\nAn ape sat. One dog.\n\n"
        "Bee Heading Words\n\nWho sat with a dog?"
    )
    corpus = corpora(text, "A dog came late.\n\nA Dog", parts="paragraph")
    rows = concordance(corpus, pattern_hits(corpus, read_pattern("dog")), "right")
    # nothing; bee heading; came; zoo heading. By the words that are left: nothing, an, came, who.
    assert rows["sentence"].tolist() == [4, 3, 1, 1]
    assert rows["document"].tolist() == ["alpha", "alpha", "beta", "alpha"]


def test_the_end_of_a_text_is_before_all_words_and_no_word_of_the_next(corpora: Corpora) -> None:
    corpus = corpora("Ape dog.", "Bee dog. Cow dog 9.", "Zoo dog.")
    hits = pattern_hits(corpus, read_pattern("dog"))
    rows = concordance(corpus, hits, "right")
    assert rows["left"].tolist() == ["Ape ", "Zoo ", "Bee dog. Cow ", "Bee "]
    rows = concordance(corpus, pattern_hits(corpus, read_pattern("*")), "left")
    assert rows["hit"].tolist()[:3] == ["Ape", "Bee", "Zoo"]


def squeezed(text: str) -> str:
    return " ".join(text.replace("¶", " ").split())


@pytest.mark.parametrize("level", ["raw", "edited"])
def test_left_hit_and_right_are_in_the_text_of_their_document(level: str) -> None:
    corpus = default_corpus(level=level)
    texts = {edition.document_id: squeezed(edition.text) for edition in corpus.editions}
    rows = concordance(corpus, find_spans(corpus), width=60)
    assert len(rows) == len(find_spans(corpus)) > 0
    for row in rows.itertuples():
        assert squeezed(f"{row.left}{row.hit}{row.right}") in texts[str(row.document)]
        assert len(str(row.left)) <= 60 >= len(str(row.right))


@pytest.mark.parametrize("name", ["unity", "leader", "own_side", "stance"])
def test_hits_of_a_category_are_those_of_its_rate(corpus: Corpus, name: str) -> None:
    rates = rate_table(corpus)
    expected = rates[rates["category"] == name].set_index("document")["hits"]
    rows = concordance(corpus, category_hits(corpus, name))
    assert rows["document"].value_counts().to_dict() == expected[expected > 0].to_dict()


@pytest.mark.parametrize("categories", ["", "unity", "stance", "own_side, enemy"])
def test_hits_of_a_category_are_the_rows_of_the_span_table_that_count(categories: str) -> None:
    corpus = default_corpus(categories=categories)
    spans, lexicon = find_spans(corpus), lexicon_of(corpus)
    columns = ["document", "start", "end", "category", "entry"]
    for name in {*spans["category"], *spans["parent"]} - {""}:
        parent = name in lexicon.parents
        own = spans[spans["parent" if parent else "category"] == name]
        own = own[own["parent_suppressed_by" if parent else "suppressed_by"] == ""]
        found = category_hits(corpus, name)
        assert found[columns].to_numpy().tolist() == own[columns].to_numpy().tolist()


def test_a_part_of_the_categories_has_the_rows_of_all(corpus: Corpus) -> None:
    whole = find_spans(corpus)
    for name in ["unity", "enemy", "quantity"]:
        own = whole[whole["category"] == name].reset_index(drop=True)
        found = find_spans(default_corpus(categories=name))
        assert found.to_numpy().tolist() == own.to_numpy().tolist()
        assert len(own) > 0


def test_a_group_without_a_category_has_no_hit(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, {"alpha": "We unite."})
    corpus.study.lexicon.write_text(
        '[parents.none]\nlabel = "None"\n\n[categories.unity]\nentries = ["unite"]\n',
        encoding="utf-8",
    )
    with pytest.raises(NothingToShow, match="'none' has no hit"):
        category_hits(corpus, "none")
    assert find_spans(corpus)["hit"].tolist() == ["unite"]


def test_hits_of_a_category_that_do_not_count_are_left_out(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, {"alpha": "In the United States they unite in a common cause."})
    corpus.study.lexicon.write_text(
        "[categories.unity]\nentries = ["
        '{pattern = "united", except = ["united states"]}, "unite", "cause", "common cause"]\n',
        encoding="utf-8",
    )
    assert concordance(corpus, category_hits(corpus, "unity"))["hit"].tolist() == [
        "unite", "common cause",
    ]  # fmt: skip


def test_a_category_that_is_not_there_or_has_no_hit(corpora: Corpora) -> None:
    corpus = corpora("It rained.")
    with pytest.raises(ParameterError, match="Did you mean 'unity'"):
        category_hits(corpus, "unty")
    with pytest.raises(ParameterError, match=r"^The lexicon has no category 'unty'"):
        category_hits(corpus, "unty")
    with pytest.raises(NothingToShow, match="'unity' has no hit"):
        category_hits(corpus, "unity")


# --- lines of a terminal

MIXED = st.text(st.sampled_from("ab c 人民é\u0301 "), max_size=40)


@given(MIXED, st.integers(0, 30))
def test_what_is_cut_has_room_and_is_the_beginning_or_end(text: str, room: int) -> None:
    for size in (len, cell_len):
        for part, whole in (
            (first_words(text, room, size), text.startswith),
            (last_words(text, room, size), text.endswith),
        ):
            assert whole(part)
            assert size(part) <= room
        if size(text) <= room:
            assert first_words(text, room, size) == last_words(text, room, size) == text


@pytest.mark.parametrize("marked", [True, False])
@pytest.mark.parametrize("wide", [1, 7, 24, 40, 60, 80, 120, 300])
def test_lines_are_as_wide_as_the_terminal_at_most_and_hits_below_one_another(
    corpus: Corpus, wide: int, marked: bool
) -> None:
    rows = concordance(corpus, find_spans(corpus), width=wide)
    begins = set()
    for place, left, hit, right in aligned_lines(rows, wide, None, marked):
        assert cell_len(f"{place}{left}{hit}{right}") <= wide
        begins.add(cell_len(place + left))
    assert len(begins) == 1


def test_lines_of_wide_characters_are_aligned_too(corpora: Corpora) -> None:
    corpus = corpora("人民 群众 的 party 事业 是 伟大 的.", "The party of it.")
    rows = concordance(corpus, pattern_hits(corpus, read_pattern("party")))
    lines = list(aligned_lines(rows, 44, None, True))
    assert [hit for _, _, hit, _ in lines] == ["[party]", "[party]"]
    assert len({cell_len(place + left) for place, left, _, _ in lines}) == 1
    assert all(cell_len("".join(line)) <= 44 for line in lines)
    assert lines[0][1].endswith("群众 的 ")


def test_a_hit_without_room_is_cut(corpora: Corpora) -> None:
    corpus = corpora("See this extraordinarily long and winding phrase here.")
    rows = concordance(corpus, pattern_hits(corpus, read_pattern("this * long and winding phrase")))
    [(place, left, hit, right)] = aligned_lines(rows, 20, None, True)
    assert (place, right) == ("", "")
    assert cell_len(left + hit) <= 20
    assert hit.startswith("[this extra")
    assert hit.endswith("…]")
    [(_, _, hit, _)] = aligned_lines(rows, 20, None, False)
    assert hit.endswith("…")


def test_lines_of_a_file_are_as_wide_as_their_context(corpora: Corpora) -> None:
    corpus = corpora("One two three four five six seven. Nine four ten.")
    rows = concordance(corpus, pattern_hits(corpus, read_pattern("four")))
    lines = list(aligned_lines(rows, 0, 9, True))
    assert [line[1:] for line in lines] == [
        ("   three ", "[four]", " five six"),
        ("   Nine ".rjust(9), "[four]", " ten."),
    ]


def test_text_never_commands_the_terminal(corpora: Corpora) -> None:
    corpus = corpora("We \x1b[31m see the party \u202e there.", level="raw")
    rows = concordance(corpus, pattern_hits(corpus, read_pattern("party")))
    line = "".join(next(iter(aligned_lines(rows, 80, None, True))))
    assert "\\x1b[31m" in line
    assert line.isprintable()
