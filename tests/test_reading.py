"""Reading: lines and paragraphs by hand, and html that adds nothing to the text."""

import re
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rhetorica.concordance
from rhetorica.apparatus import list_changes
from rhetorica.concordance import concordance, pattern_hits, read_pattern
from rhetorica.corpus import Corpus
from rhetorica.errors import NothingToShow, ParameterError
from rhetorica.notebook import vary
from rhetorica.reading import Passage, kwic, line_rows, numbered_blocks, read
from rhetorica.spans import find_spans
from rhetorica.views import Span, cut, lines_html, marked, marked_edits, text_html
from support import corpus_of, default_corpus
from support.nasty import NASTY

Corpora = Callable[..., Corpus]
Values = dict[str, object]

TREATISE, COMMENTARY = "party-building-treatise", "party-building-commentary"


@pytest.fixture
def corpora(tmp_path: Path) -> Corpora:
    """Return a function that reads texts, given one by one, as a corpus."""

    def make(*texts: str, **parameters: object) -> Corpus:
        names = ("alpha", "beta", "gamma")
        return corpus_of(tmp_path, dict(zip(names, texts, strict=False)), **parameters)

    return make


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return default_corpus()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    folder = tmp_path_factory.mktemp("small")
    texts = {
        "alpha": "On Unity\n\nWe met for unity. It rained on the party.\n\n"
        "The End Nears\n\nThe party sang. Unity and the party won.",
        "beta": "All stood still.\n\nUnity came.",
        "gamma": "Nobody spoke.",
    }
    return corpus_of(folder, texts)


class _Reader(HTMLParser):
    """What a browser shows of the texts in a view, without numbers, and what is marked in them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.marks: list[list[Span]] = []
        self.open: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag in ("br", "col"):
            return
        self.open.append("text" if ("class", "rhetorica-text") in attrs else tag)
        if self.open[-1] == "text":
            self.texts.append("")
            self.marks.append([])
        elif tag == "mark" and self.texts:
            self.marks[-1].append((len(self.texts[-1]), -1))

    def handle_endtag(self, tag: str) -> None:
        closed = self.open.pop()
        assert closed == tag or (closed, tag) == ("text", "div")
        if tag == "mark" and self.texts:
            self.marks[-1][-1] = self.marks[-1][-1][0], len(self.texts[-1])

    def handle_data(self, data: str) -> None:
        if "text" in self.open and "sup" not in self.open:
            self.texts[-1] += data


def seen(html: str) -> _Reader:
    """Return what is read in a view; every tag of it closes in its order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert not reader.open
    return reader


def shown(value: object) -> str:
    """Return the html with which a notebook shows a value."""
    html = value._repr_html_()  # type: ignore[attr-defined]
    assert isinstance(html, str)
    return html


def test_lines_are_those_of_the_concordance(small: Corpus) -> None:
    lines = kwic(small, "unit*")
    assert lines.frame.equals(concordance(small, pattern_hits(small, read_pattern("unit*"))))
    assert line_rows(lines)[1:3] == [
        {
            "document": "alpha",
            "label": small.labels[0],
            "paragraph": 2,
            "raw_line": 3,
            "left": "On Unity ¶ We met for ",
            "hit": "unity",
            "right": ". It rained on the party. ¶ The End Nears ¶ The party sang. Unity and the "
            "party won.",
        },
        {
            "document": "alpha",
            "label": small.labels[0],
            "paragraph": 4,
            "raw_line": 7,
            "left": "On Unity ¶ We met for unity. It rained on the party. ¶ The End Nears ¶ "
            "The party sang. ",
            "hit": "Unity",
            "right": " and the party won.",
        },
    ]
    assert {type(value) for row in line_rows(lines) for value in row.values()} == {str, int}


REPRS: dict[str, tuple[Values, str]] = {
    "some texts": ({"words": "unit*"}, "<Lines: 4 hits of 'unit*' in 2 of 3 texts>"),
    "one hit": ({"words": "rained"}, "<Lines: 1 hit of 'rained' in 1 of 3 texts>"),
    "one text": ({"words": "party", "text": "alpha"}, "<Lines: 3 hits of 'party' in 1 text>"),
    "regex": ({"words": "[A-Z]nity", "regex": True, "case": True}, "3 hits of '[A-Z]nity'"),
    "category": ({"category": "unity"}, "4 hits of category 'unity' in 2 of 3 texts>"),
}


@pytest.mark.parametrize(("asked", "expected"), REPRS.values(), ids=REPRS)
def test_lines_say_how_many_hits_of_what(small: Corpus, asked: Values, expected: str) -> None:
    assert expected in repr(kwic(small, **asked))  # type: ignore[arg-type]


def test_lines_are_sorted_by_what_is_around(small: Corpus) -> None:
    texts = [row["right"] for row in line_rows(kwic(small, "party", sort="right"))]
    # By words, for which a full stop and a new paragraph count nothing: sang, the, won.
    assert [str(text).split()[:3] for text in texts] == [
        ["sang.", "Unity", "and"],
        [".", "¶", "The"],
        ["won."],
    ]
    lefts = [str(row["left"]).split()[-2] for row in line_rows(kwic(small, "party", sort="left"))]
    assert lefts == ["and", "¶", "on"]  # before "the" each time: and, nears, on


def test_only_the_first_lines_are_shown_and_all_are_kept(small: Corpus) -> None:
    lines = kwic(small, "unit*", limit=2)
    assert (len(lines.frame), len(line_rows(lines))) == (4, 2)
    html = shown(lines)
    assert html.count("<mark") == 2
    assert "shown: the first 2 of 4" in html
    assert "shown:" not in shown(kwic(small, "unit*"))


@pytest.mark.parametrize("sort", ["text", "left", "right"])
@pytest.mark.parametrize("asked", [{"words": "part*"}, {"category": "own_side"}])
def test_what_is_shown_is_the_beginning_of_all_lines(
    corpus: Corpus, asked: Values, sort: str
) -> None:
    few, many = (kwic(corpus, sort=sort, limit=n, **asked) for n in (7, 10**6))  # type: ignore[arg-type]
    assert few.shown.equals(many.frame[:7])
    assert few.frame.equals(many.frame)
    assert len(few) == len(many) == len(many.frame) > 7
    assert repr(few) == repr(many)
    assert shown(few).split("</table>")[1] == shown(many).split("</table>")[1]


def test_contexts_are_made_for_the_lines_that_are_shown(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []

    def spy(*given: object) -> list[tuple[str, str, str]]:
        found = around(*given)  # type: ignore[arg-type]
        made.append(len(found))
        return found

    around = rhetorica.concordance._contexts
    monkeypatch.setattr(rhetorica.concordance, "_contexts", spy)
    lines = kwic(corpus, "the", limit=5, sort="right")
    line_rows(lines)
    shown(lines)
    assert made == [5]
    assert len(lines.frame) == len(lines) > 100
    assert made == [5, len(lines)]


def test_texts_are_counted_most_hits_first(small: Corpus) -> None:
    html = shown(kwic(small, "unit*", sort="left"))
    assert f"By text: {small.labels[0]} 3, {small.labels[1]} 1." in html


def test_lines_of_a_category_are_the_hits_that_count(corpus: Corpus) -> None:
    spans = find_spans(corpus)
    counted = spans[(spans["category"] == "unity") & (spans["suppressed_by"] == "")]
    lines = kwic(corpus, category="unity", sort="right")
    assert len(lines.frame) == len(counted) > 0
    own = kwic(corpus, category="unity", text=TREATISE).frame
    assert len(own) == (counted["document"] == TREATISE).sum()
    assert set(own["document"]) == {TREATISE}


WRONG: dict[str, tuple[Values, type[Exception], str]] = {
    "neither": ({}, ParameterError, "Nothing to look for"),
    "both": ({"words": "a", "category": "unity"}, ParameterError, "not for both"),
    "sort": ({"words": "a", "sort": "rigth"}, ParameterError, "Did you mean 'right'?"),
    "text": ({"words": "a", "text": "alhpa"}, ParameterError, "Did you mean 'alpha'?"),
    "category": (
        {"category": "unty"},
        ParameterError,
        "The lexicon has no category 'unty'. Did you mean 'unity'?",
    ),
    "pattern": ({"words": "unity!"}, ParameterError, "can never match"),
    "expression": ({"words": "(", "regex": True}, ParameterError, "does not compile"),
    "limit": ({"words": "a", "limit": 0}, ParameterError, "limit = 0 will not do"),
    "limit as text": ({"words": "a", "limit": "9"}, ParameterError, "a whole number"),
    "limit as truth": ({"words": "a", "limit": True}, ParameterError, "a whole number"),
    "words as number": ({"words": 5}, ParameterError, "words = 5 will not do"),
    "flags": ({"category": "unity", "case": True}, ParameterError, "leave out 'case'"),
    "nowhere": ({"words": "unitty"}, NothingToShow, "Did you mean 'unity'?"),
    "elsewhere": ({"words": "unity", "text": "gamma"}, NothingToShow, "but in 'alpha', 'beta'"),
}


@pytest.mark.parametrize(("asked", "error", "message"), WRONG.values(), ids=WRONG)
def test_what_will_not_do_is_said(
    small: Corpus, asked: Values, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=re.escape(message)):
        kwic(small, **asked)  # type: ignore[arg-type]


def test_a_text_left_out_is_said(corpora: Corpora) -> None:
    corpus = corpora("One stood.", "Two sat.", "Three ran.")
    corpus = vary(corpus, texts="alpha, beta")
    with pytest.raises(ParameterError, match="'gamma' is left out by the parameter texts"):
        kwic(corpus, "one", text="gamma")


def test_a_label_is_answered_with_the_id(corpus: Corpus) -> None:
    for label, name in zip(corpus.labels, corpus.tokens.document_ids, strict=True):
        with pytest.raises(ParameterError, match=f"The id of that text is '{name}'"):
            read(corpus, label, 1)


def test_a_category_left_out_is_said() -> None:
    corpus = default_corpus(categories="unity")
    with pytest.raises(ParameterError, match="'struggle' is left out by the parameter categories"):
        kwic(corpus, category="struggle")


def test_a_paragraph_is_read_whole_with_its_place(small: Corpus) -> None:
    passage = read(small, "alpha", 4, words="party")
    assert passage.text == "The party sang. Unity and the party won."
    assert passage.hits == ((4, 9), (30, 35))
    assert (passage.kind, passage.heading) == ("paragraph", "The End Nears")
    assert (passage.paragraph, passage.paragraphs) == (4, 4)
    assert (passage.previous, passage.next) == (3, None)
    assert (passage.first_line, passage.last_line) == (7, 7)
    assert passage.file == small.sources[0].document.file
    assert passage.changes is None
    assert repr(passage) == "<Passage: 'alpha', paragraph 4 of 4, 2 hits of 'party'>"
    title = read(small, "alpha", 1)
    assert (title.kind, title.text, title.previous, title.next) == ("title", "On Unity", None, 2)
    assert (title.hits, title.heading) == ((), "")


def test_a_paragraph_on_several_lines_has_all_of_them(corpora: Corpora) -> None:
    corpus = corpora("A Title\n\nFirst comes this\nand then that\nand the end.\n\nLast.", "Other.")
    assert read(corpus, "alpha", 2).text == "First comes this\nand then that\nand the end."
    assert [read(corpus, "alpha", 2).first_line, read(corpus, "alpha", 2).last_line] == [3, 5]


def test_numbers_are_those_of_the_concordance(corpus: Corpus) -> None:
    frame = kwic(corpus, "part*").frame
    for name, paragraph in set(zip(frame["document"], frame["paragraph"], strict=True)):
        own = frame[(frame["document"] == name) & (frame["paragraph"] == paragraph)]
        passage = read(corpus, name, paragraph, words="part*")
        assert [passage.text[low:high] for low, high in passage.hits] == own["hit"].tolist()
        lines = own["raw_line"]
        assert passage.first_line <= lines.min() <= lines.max() <= passage.last_line


def test_numbers_follow_the_parts_that_are_left(corpora: Corpora) -> None:
    text = "A Title\n\nFirst comes this.\n\nA Heading Here\n\nThen comes that."
    corpus = corpora(text, "Other words stand.", parts="paragraph")
    assert read(corpus, "alpha", 2).text == "Then comes that."
    assert kwic(corpus, "then").frame["paragraph"].tolist() == [2]
    assert numbered_blocks(corpus, 0) == [1, 3]


def test_a_block_without_words_has_no_number(corpora: Corpora) -> None:
    corpus = corpora("One stood.\n\n* * *\n\nTwo sat.", "Other words.", level="raw")
    assert numbered_blocks(corpus, 0) == [0, 2]
    assert read(corpus, "alpha", 2).text == "Two sat."
    assert kwic(corpus, "two").frame["paragraph"].tolist() == [2]


MISSING: dict[str, tuple[object, object, str]] = {
    "too high": ("alpha", 5, "has no paragraph 5: it has 4 paragraphs"),
    "zero": ("alpha", 0, "a whole number from 1"),
    "negative": ("alpha", -1, "a whole number from 1"),
    "text": ("alpha", "2", "a whole number from 1"),
    "a half": ("alpha", 2.5, "a whole number from 1"),
    "unknown": ("betta", 1, "There is no text 'betta'. Did you mean 'beta'?"),
    "no text": ("", 1, "There is no text ''"),
}


@pytest.mark.parametrize(("text", "paragraph", "message"), MISSING.values(), ids=MISSING)
def test_what_is_not_there_is_said(small: Corpus, text: str, paragraph: int, message: str) -> None:
    with pytest.raises(ParameterError, match=re.escape(message)):
        read(small, text, paragraph)


def test_words_that_stand_elsewhere_are_no_mistake(small: Corpus) -> None:
    assert read(small, "gamma", 1, words="unity").hits == ()
    assert read(small, "gamma", 1, words="nowhere").hits == ()
    assert "0 hits of 'nowhere'" in unescape(shown(read(small, "gamma", 1, words="nowhere")))
    with pytest.raises(ParameterError, match="can never match"):
        read(small, "gamma", 1, words="unity!")
    with pytest.raises(ParameterError, match="not for both"):
        read(small, "gamma", 1, words="unity", category="unity")


def every_passage(corpus: Corpus, **how: object) -> list[Passage]:
    ids = corpus.tokens.document_ids
    return [
        read(corpus, name, number, **how)  # type: ignore[arg-type]
        for place, name in enumerate(ids)
        for number in range(1, len(numbered_blocks(corpus, place)) + 1)
    ]


@pytest.mark.parametrize("apparatus", [False, True])
def test_html_is_the_text_and_marks_the_hits(corpus: Corpus, apparatus: bool) -> None:
    for passage in every_passage(corpus, words="part*", apparatus=apparatus):
        reader = seen(shown(passage))
        assert reader.texts == [passage.text]
        assert [passage.text[low:high] for low, high in reader.marks[0]] == [
            passage.text[low:high] for low, high in passage.hits
        ]


def test_the_apparatus_of_all_paragraphs_is_that_of_the_texts(corpus: Corpus) -> None:
    for place, edition in enumerate(corpus.editions):
        entries = list_changes(edition, corpus.errata)
        own = [
            read(corpus, edition.document_id, number, apparatus=True)
            for number in range(1, len(numbered_blocks(corpus, place)) + 1)
        ]
        listed = [change for passage in own for change in passage.changes or ()]
        assert set(listed) <= set(entries)
        # What touches no paragraph stands between two of them: blank lines, and what was there.
        shift, spans = 0, []
        for edit in edition.edits:
            spans.append((edit.raw_start + shift, edit.raw_start + shift + len(edit.replacement)))
            shift += len(edit.replacement) - (edit.raw_end - edit.raw_start)
        for entry, (start, end) in zip(entries, spans, strict=True):
            inside = [start < end and low < end and start < high for _, low, high in edition.blocks]
            at = [low <= start == end <= high for _, low, high in edition.blocks]
            assert listed.count(entry) == sum(inside) + sum(at)
        for passage in own:
            assert len(passage.changed) == len(passage.changes or ())
            for change, (low, high) in zip(passage.changes or (), passage.changed, strict=True):
                if 0 < low < len(passage.text):
                    assert passage.first_line <= change.raw_line <= passage.last_line
                if 0 <= low < high <= len(passage.text) and change.kind:
                    assert passage.text[low:high] == change.edited_reading


def test_errata_are_numbered_in_the_text_and_explained(corpus: Corpus) -> None:
    passage = read(corpus, TREATISE, 17, apparatus=True)
    changes = passage.changes or ()
    errata = [change for change in changes if change.kind]
    assert ("temper", "temporary") in [(e.raw_reading, e.edited_reading) for e in errata]
    html = shown(passage)
    for change in errata:
        assert f"⟨{change.raw_reading}⟩" in html
        assert f"({change.kind}, {change.certainty})" in html
        assert change.reason in unescape(html)
    numbers = re.findall(r"<sup[^>]*>([\d,]+)</sup>", html)
    named = [str(i) for i, change in enumerate(changes, start=1) if change.kind]
    assert ",".join(numbers).split(",") == named


def test_an_edit_by_hand_is_listed_with_its_reading(corpora: Corpora) -> None:
    corpus = corpora("We  met here.\n\nNothing else.", "Other words.")
    passage = read(corpus, "alpha", 1, apparatus=True)
    (change,) = passage.changes or ()
    assert (change.raw_line, change.raw_column) == (1, 3)
    assert (change.raw_reading, change.edited_reading) == ("  ", " ")
    assert passage.changed == ((2, 3),)
    assert repr(passage) == "<Passage: 'alpha', paragraph 1 of 2, 1 change>"
    assert "Nothing was changed" not in shown(passage)
    other = read(corpus, "alpha", 2, apparatus=True)
    assert other.changes == ()
    assert "Nothing was changed in this paragraph." in shown(other)


def test_what_cannot_be_seen_is_written_out(corpora: Corpora) -> None:
    corpus = corpora("We met\u00a0here today.", "Other words.")
    (change,) = read(corpus, "alpha", 1, apparatus=True).changes or ()
    assert change.raw_reading == "\\xa0"
    assert "⟨\\xa0⟩" in shown(read(corpus, "alpha", 1, apparatus=True))


SPANS = st.lists(st.tuples(st.integers(-3, 30), st.integers(-3, 30)), max_size=6)
TEXTS = st.text("ab <&'\"é\n$", max_size=25)


@given(st.integers(0, 9), st.integers(0, 20), SPANS)
def test_cutting_keeps_all_and_names_what_is_over(low: int, size: int, spans: list[Span]) -> None:
    pieces = list(cut(low, low + size, spans))
    places = [place for a, b, over in pieces for place in range(a, b)]
    assert places == list(range(low, low + size))
    for start, end, over in pieces:
        for place in range(start, end):
            assert over == tuple(i for i, (a, b) in enumerate(spans) if a <= place < b)


@given(TEXTS, SPANS)
def test_marks_cover_the_hits_and_nothing_else(text: str, spans: list[Span]) -> None:
    hits = [(a, b) for a, b in spans if 0 <= a < b <= len(text)]
    reader = seen(text_html(marked(text, hits)))
    assert reader.texts == [text]
    covered = {place for low, high in reader.marks[0] for place in range(low, high)}
    assert covered == {place for low, high in hits for place in range(low, high)}


def test_hits_that_overlap_are_one_mark_and_those_side_by_side_are_two() -> None:
    assert re.sub(r" style='[^']*'", "", marked("abcdef", [(0, 3), (2, 4), (4, 5)])) == (
        "<mark>abcd</mark><mark>e</mark>f"
    )


@given(TEXTS, SPANS, SPANS)
def test_edits_and_hits_are_marked_together(text: str, spans: list[Span], own: list[Span]) -> None:
    hits = [(a, b) for a, b in spans if 0 <= a < b <= len(text)]
    edits = [((min(span), max(span)), "raw", i % 2 == 0) for i, span in enumerate(sorted(own))]
    html = marked_edits(text, hits, edits)
    reader = seen(text_html(html))
    assert reader.texts == [text]
    covered = {place for low, high in reader.marks[0] for place in range(low, high)}
    assert covered == {place for low, high in hits for place in range(low, high)}
    assert re.sub(r"<sup.*?</sup>|</?span[^>]*>", "", html) == marked(text, hits)
    numbers = ",".join(re.findall(r"<sup[^>]*>([\d,]+)</sup>", html)).split(",")
    expected = [str(i) for i in range(1, len(edits) + 1, 2)]
    assert sorted(filter(None, numbers)) == sorted(expected)


def test_nothing_is_obeyed_in_a_text() -> None:
    for value in NASTY:
        html = marked(value, [(0, len(value) // 2)])
        reader = _Reader()
        reader.feed(text_html(html))
        assert reader.tags <= {"div", "mark"}
        assert unescape(re.sub(r"<[^>]*>", "", html)) == value


def test_nothing_is_obeyed_in_lines() -> None:
    known = seen(shown_lines("a")).tags
    for value in NASTY:
        html = shown_lines(value)
        assert seen(html).tags == known
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", html)


def shown_lines(value: str) -> str:
    """Return lines in which everything that a text or a study says is `value`."""
    row = dict.fromkeys(("document", "label", "left", "hit", "right"), value)
    return lines_html(value, [{**row, "paragraph": 1, "raw_line": 1}], [(value, 1)])


def test_a_view_stands_by_itself(corpus: Corpus) -> None:
    views = [kwic(corpus, "unity"), read(corpus, TREATISE, 17, words="unity", apparatus=True)]
    for html in map(shown, views):
        assert html.startswith("<div class='mathjax_ignore tex2jax_ignore'")
        assert not re.search(r"\sid=|<script|<style|https?:|url\(", html)
        colours = re.findall(r"(?<![-\w])(?:color|background)\s*:\s*([^;'\"]+)", html)
        assert all("var(--jp-" in colour or colour == "inherit" for colour in colours)
        assert "font-weight:bold" in html
