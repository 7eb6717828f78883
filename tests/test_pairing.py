"""Pairing: what two texts share by hand, and columns that are the texts."""

import re
from collections.abc import Sequence
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from rhetorica.corpus import Corpus
from rhetorica.errors import ParameterError
from rhetorica.pair_passages import KINDS, parallels_of
from rhetorica.pairing import Block, Column, Pair, Shared, pair_html, pair_rows, side_by_side
from rhetorica.reading import numbered_blocks
from rhetorica.views import Span
from support import corpus_of, default_corpus
from support.nasty import NASTY

TREATISE, COMMENTARY = "party-building-treatise", "party-building-commentary"
SAID = "the workers of every northern harbour must build seven bright bridges before winter"


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return default_corpus()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    texts = {
        "alpha": f"Rain fell.\n\nHe said that {SAID}, and left.\n\nNobody answered him.",
        "beta": f"Today, as ever: {SAID}. Some agreed.",
        "gamma": "Quite other words stand here alone.",
    }
    return corpus_of(tmp_path_factory.mktemp("small"), texts)


class _Columns(HTMLParser):
    """The texts of both columns without numbers, and the stretches that are underlined."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.columns: list[list[str]] = []
        self.marks: list[list[str]] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        name = tag
        if given.get("class") == "rhetorica-text":
            name = "text"
            self.columns[-1].append("")
        elif given.get("role") == "region":
            self.columns.append([])
            self.marks.append([])
        elif "underline" in (given.get("style") or "") and self.columns:
            name = "mark"
            self.marks[-1].append("")
        if tag != "br":
            self.open.append(name)

    def handle_endtag(self, tag: str) -> None:
        closed = self.open.pop()
        assert (closed, tag) in {("text", "div"), ("mark", "span")} or closed == tag

    def handle_data(self, data: str) -> None:
        if "text" in self.open and "sup" not in self.open:
            self.columns[-1][-1] += data
            if "mark" in self.open:
                self.marks[-1][-1] += data


def seen(html: str) -> _Columns:
    """Return what is read in the columns; every tag of them closes in its order."""
    columns = _Columns()
    columns.feed(html)
    columns.close()
    assert not columns.open
    return columns


def test_a_passage_by_hand_is_marked_in_both(small: Corpus) -> None:
    pair = side_by_side(small, "alpha", "beta")
    assert repr(pair) == "<Pair: 'alpha' and 'beta', 1 shared passage>"
    assert pair_rows(pair) == [
        {
            "number": 1,
            "kind": "verbatim",
            "words": "13",
            "paragraph_a": 2,
            "paragraph_b": 1,
            "text": "the workers of every northern harbour must build …",
        }
    ]
    columns = seen(pair_html(pair))
    assert columns.columns == [
        ["Rain fell.", f"He said that {SAID}, and left.", "Nobody answered him."],
        [f"Today, as ever: {SAID}. Some agreed."],
    ]
    assert columns.marks == [[SAID], [SAID]]


def test_texts_change_sides(small: Corpus) -> None:
    pair = side_by_side(small, "beta", "alpha")
    assert (pair.left.document, pair.right.document) == ("beta", "alpha")
    assert [(row["paragraph_a"], row["paragraph_b"]) for row in pair_rows(pair)] == [(1, 2)]
    assert seen(pair_html(pair)).marks == [[SAID], [SAID]]


def test_texts_that_share_nothing_stand_side_by_side(small: Corpus) -> None:
    pair = side_by_side(small, "alpha", "gamma")
    assert pair_rows(pair) == []
    html = pair_html(pair)
    assert "share no passage" in html
    assert seen(html).columns[1] == ["Quite other words stand here alone."]
    assert seen(html).marks == [[], []]


WRONG: dict[str, tuple[tuple[str, str], dict[str, object], str]] = {
    "unknown": (("alpha", "betta"), {}, "There is no text 'betta'. Did you mean 'beta'?"),
    "itself": (("alpha", "alpha"), {}, "left and right are both 'alpha'"),
    "empty": (("alpha", ""), {}, "There is no text ''"),
    "kind": (("alpha", "beta"), {"kinds": ("verbatm",)}, "Did you mean 'verbatim'?"),
    "kinds": (("alpha", "beta"), {"kinds": "near, far"}, "there is no kind 'far'"),
}


@pytest.mark.parametrize(("texts", "how", "message"), WRONG.values(), ids=WRONG)
def test_what_will_not_do_is_said(
    small: Corpus, texts: tuple[str, str], how: dict[str, object], message: str
) -> None:
    with pytest.raises(ParameterError, match=re.escape(message)):
        side_by_side(small, *texts, **how)  # type: ignore[arg-type]


def test_a_label_is_answered_with_the_id(corpus: Corpus) -> None:
    label = corpus.labels[corpus.tokens.document_ids.index(COMMENTARY)]
    with pytest.raises(ParameterError, match=f"The id of that text is '{COMMENTARY}'"):
        side_by_side(corpus, TREATISE, label)


KINDS_ASKED: dict[str, tuple[str | Sequence[str], set[str]]] = {
    "one": (("title",), {"title"}),
    "as text": ("near, title", {"near", "title"}),
    "all": ((), {"near", "title", "formula"}),
    "none there": (["verbatim"], set()),
}


@pytest.mark.parametrize(("kinds", "expected"), KINDS_ASKED.values(), ids=KINDS_ASKED)
def test_only_the_kinds_asked_for(
    corpus: Corpus, kinds: str | Sequence[str], expected: set[str]
) -> None:
    pair = side_by_side(corpus, TREATISE, COMMENTARY, kinds=kinds)
    assert {one.kind for one in pair.passages} == expected
    assert [one.number for one in pair.passages] == list(range(1, len(pair.passages) + 1))


def test_passages_are_the_parallels(corpus: Corpus) -> None:
    ids, tokens = corpus.tokens.document_ids, corpus.tokens
    places = sorted((ids.index(TREATISE), ids.index(COMMENTARY)))
    found = parallels_of(corpus, *places)
    pair = side_by_side(corpus, TREATISE, COMMENTARY)
    assert [one.kind for one in pair.passages] == [one.kind for one in found]
    for one, parallel in zip(pair.passages, found, strict=True):
        for side, (low, high) in enumerate((parallel.a, parallel.b)):
            assert one.spans[side] == (tokens.starts[low], tokens.ends[high - 1])
            assert one.words[side] == high - low
            column = (pair.left, pair.right)[side]
            (block,) = [b for b in column.blocks if b.number == one.paragraphs[side]]
            assert block.start <= one.spans[side][0] < block.start + len(block.text)


def test_columns_are_the_texts_and_marks_the_passages(corpus: Corpus) -> None:
    ids = corpus.tokens.document_ids
    for left in ids:
        for right in set(ids) - {left}:
            pair = side_by_side(corpus, left, right)
            columns = seen(pair_html(pair))
            for side, name in enumerate((left, right)):
                edition = corpus.editions[ids.index(name)]
                blocks = [edition.text[low:high] for _, low, high in edition.blocks]
                assert columns.columns[side] == blocks
                covered = {i for one in pair.passages for i in range(*one.spans[side])}
                inside = [i for _, low, high in edition.blocks for i in range(low, high)]
                expected = "".join(edition.text[i] for i in inside if i in covered)
                assert "".join(columns.marks[side]) == expected


def test_numbers_beside_are_those_of_the_paragraphs(corpus: Corpus) -> None:
    pair = side_by_side(corpus, TREATISE, COMMENTARY)
    for column in (pair.left, pair.right):
        place = corpus.tokens.document_ids.index(column.document)
        numbered = [i for i, block in enumerate(column.blocks) if block.number]
        assert numbered == numbered_blocks(corpus, place)


def made(left: str, right: str, *passages: tuple[str, Span, Span]) -> Pair:
    """Return a pair of texts of one paragraph each, with passages as given."""
    shared = tuple(
        Shared(i, kind, (a, b), (1, 2), (1, 1), "begins", ((), ()))  # type: ignore[arg-type]
        for i, (kind, a, b) in enumerate(passages, start=1)
    )
    columns = [
        Column(name, name, (Block(1, "paragraph", 0, text),))
        for name, text in (("l", left), ("r", right))
    ]
    return Pair(columns[0], columns[1], shared)


def test_passages_that_overlap_are_cut_and_both_named() -> None:
    pair = made("one two three four", "x", ("near", (4, 13), (0, 1)), ("formula", (8, 18), (0, 1)))
    html = pair_html(pair)
    assert seen(html).columns[0] == ["one two three four"]
    assert seen(html).marks[0] == ["two ", "three", " four"]
    left = html[html.index("one ") :]
    pieces = re.findall(r"<span style='text-decoration:underline (\w+)[^>]* title='([^']*)'>", left)
    assert pieces[:3] == [
        ("dashed", "1 near"),
        ("dashed", "1 near; 2 formula"),
        ("wavy", "2 formula"),
    ]
    assert re.findall(r"<sup[^>]*>([^<]*)</sup>", left) == ["1", "2", "1,2"]


def test_kinds_differ_without_colours() -> None:
    styles = set()
    for kind in KINDS:
        found = re.findall(r"underline (\w+)", pair_html(made("a", "b", (kind, (0, 1), (0, 1)))))
        assert len(set(found)) == 1
        styles.add(found[0])
    assert len(styles) == len(KINDS)


def test_same_words_of_a_near_passage_are_bold(corpus: Corpus) -> None:
    pair = side_by_side(corpus, TREATISE, COMMENTARY, kinds="near")
    html = pair_html(pair, 1)
    one = pair.passages[0]
    assert one.same[0]
    for side, column in enumerate((pair.left, pair.right)):
        text = {i: c for b in column.blocks for i, c in enumerate(b.text, start=b.start)}
        words = ["".join(text[i] for i in range(*span)) for span in one.same[side]]
        part = html.split("role='region'")[side + 1]
        focused = part[part.index("outline:2px") :]
        assert [unescape(b) for b in re.findall(r"<b>([^<]*)</b>", focused)][: len(words)] == words
    assert [w.lower() for w in words] == [
        "".join(c for i, c in _characters(pair.left) if low <= i < high).lower()
        for low, high in one.same[0]
    ]


def _characters(column: Column) -> list[tuple[int, str]]:
    return [(i, c) for b in column.blocks for i, c in enumerate(b.text, start=b.start)]


def test_focus_shows_what_is_around_the_passage(corpus: Corpus) -> None:
    pair = side_by_side(corpus, TREATISE, COMMENTARY)
    for one in pair.passages:
        html = pair_html(pair, one.number)
        assert html.count("outline:2px") == 2
        for side, column in enumerate((pair.left, pair.right)):
            texts = [block.text for block in column.blocks]
            own = [block.number for block in column.blocks].index(one.paragraphs[side])
            assert seen(html).columns[side] == texts[max(own - 2, 0) : own + 3]
        assert len(re.findall(r"<tr>", html)) == 2  # the head, and the passage


@pytest.mark.parametrize("focus", [0, -1, 2, "x"])
def test_a_number_that_no_passage_has_is_refused(small: Corpus, focus: int) -> None:
    with pytest.raises(ParameterError, match="these texts have 1 passage, numbered from 1"):
        pair_html(side_by_side(small, "alpha", "beta"), focus)


def test_words_of_left_out_parts_are_shown_and_not_numbered(tmp_path: Path) -> None:
    texts = {"alpha": "A Title\n\nOne stood here.", "beta": "Two sat there."}
    pair = side_by_side(corpus_of(tmp_path, texts, parts="paragraph"), "alpha", "beta")
    assert [(block.number, block.text) for block in pair.left.blocks] == [
        (None, "A Title"),
        (1, "One stood here."),
    ]


def test_nothing_is_obeyed() -> None:
    known = seen(pair_html(made("a", "b", ("near", (0, 1), (0, 1))))).tags
    for value in NASTY:
        if len(value) < 3:
            continue
        size = len(value)
        pair = made(value, value, ("near", (1, size), (0, size - 1)), ("title", (0, 2), (0, 1)))
        html = pair_html(pair)
        columns = _Columns()
        columns.feed(html)
        assert columns.tags <= known
        bodies = re.findall(r"<div class='rhetorica-text'.*?</div>", html, flags=re.DOTALL)
        for body in bodies:
            plain = re.sub(r"<sup.*?</sup>|<[^>]*>", "", body)
            assert unescape(plain) == value


def test_a_view_stands_by_itself(corpus: Corpus) -> None:
    html = side_by_side(corpus, TREATISE, COMMENTARY)._repr_html_()
    assert html.startswith("<div class='mathjax_ignore tex2jax_ignore'")
    assert not re.search(r"\sid=|<script|<style|https?:|url\(", html)
