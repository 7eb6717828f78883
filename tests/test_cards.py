import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from rhetorica import cards
from rhetorica.cards import card, changed, long_table, opening, table_html, visible
from rhetorica.corpus import Corpus
from rhetorica.counts import Counts, count_paragraphs
from rhetorica.edition import Edit, Edition
from rhetorica.entries import Entry
from rhetorica.errors import harmless, on_one_line
from rhetorica.findings import Finding
from rhetorica.lexicon import Category, Lexicon
from rhetorica.parameters import Parameters
from rhetorica.sources import Source
from rhetorica.structure import Part
from rhetorica.study import Study
from rhetorica.study_file import Document
from rhetorica.tokens import Tokens, select_tokens
from support import corpus_of, counts_of
from support.nasty import NASTY, UNREADABLE

OURS = {
    *("details", "div", "p", "small", "strong", "summary"),
    *("table", "tbody", "td", "th", "thead", "tr"),
}
TEXTS = {
    "a": "On Unity\n\nThe people unite. The people win.\n",
    "b": "War is war. We met.\n",
}


class Noun(Protocol):
    def _repr_html_(self) -> str: ...


class Page(HTMLParser):
    """What a browser would find in some html: elements, their attributes, texts and tables."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.rows: list[list[str]] = []
        self.feed(html)
        self.close()
        assert not self.open

    @property
    def text(self) -> str:
        return "\n".join(self.texts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self.open and self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a declaration: {data}")


def page_of(noun: Noun) -> Page:
    return Page(noun._repr_html_())


def study_of(*documents: Document, **values: object) -> Study:
    places = dict.fromkeys(("raw", "processed", "figures", "build"), Path("/study"))
    files = dict.fromkeys(("file", "lexicon", "errata", "annotations"), Path("/study/a.toml"))
    told = {"title": "T", "description": "", "parameters": Parameters(), "documents": documents}
    return Study.model_construct(**{**places, **files, **told, **values})  # type: ignore[arg-type]


def document_of(text: str) -> Document:
    return Document.model_construct(
        id=text, file=text, label=text, title=text, author=text, date=text, kind=text,
        date_basis="stated", sha256=text, encoding=text, column=text, row=1,
    )  # fmt: skip


def nasty_study(text: str) -> Study:
    return study_of(document_of(text), title=text, description=text, date=text, license=text)


def nasty_source(text: str) -> Source:
    return Source(document_of(text), Path(), text, text, text, text)


def nasty_edition(text: str) -> Edition:
    edits = (Edit(0, len(text), text, (text,)), Edit(len(text), len(text), "", (text,)))
    return Edition(text, text, text, edits, (("title", 0, len(text)),))


def nasty_tokens(text: str) -> Tokens:
    one = np.array([0, 1])
    codes, parts = np.zeros(1, dtype=np.int32), np.zeros(1, dtype=np.int8)
    return Tokens((text,), (text,), codes, one[:1], one[1:], one, one, one, ("title",), parts)


def nasty_counts(text: str) -> Counts:
    counts = count_paragraphs(nasty_tokens(text))
    return replace(counts, weighting=text)


def nasty_lexicon(text: str) -> Lexicon:
    category = Category(text, text, text, text, text, (Entry(text, (text,)),))
    return Lexicon(text, (category,), {text: text})


def nasty_corpus(text: str) -> Corpus:
    tokens, study = nasty_tokens(text), nasty_study(text)
    counts = count_paragraphs(tokens)
    source, edition = nasty_source(text), nasty_edition(text)
    parameters = Parameters.model_construct(left=text, words=(text,))
    return Corpus(
        study, parameters, (source,), (edition,), tokens, counts,
        np.zeros(1, dtype=np.int64), (), text, nasty_lexicon(text),
    )  # fmt: skip


def nasty_finding(text: str) -> Finding:
    frame = pd.DataFrame([[text, text, 1.5]], columns=[text, text, "n"])
    return Finding(
        text, text, frame, text, text, text, text, text, (text,), {}, text, {text: frame}
    )


NOUNS: dict[str, Callable[[str], Noun]] = {
    "Study": nasty_study,
    "Source": nasty_source,
    "Edition": nasty_edition,
    "Tokens": nasty_tokens,
    "Counts": nasty_counts,
    "Lexicon": nasty_lexicon,
    "Corpus": nasty_corpus,
    "Finding": nasty_finding,
}


@pytest.mark.parametrize("kind", NOUNS)
def test_a_card_has_no_element_but_ours_whatever_it_quotes(kind: str) -> None:
    plain = page_of(NOUNS[kind]("plain"))
    for text in (*NASTY, *UNREADABLE):
        html = NOUNS[kind](text)._repr_html_()
        page = Page(html)
        assert set(page.elements) <= OURS, text
        # An empty text has no paragraph, and one of white space an empty one.
        if text.strip():
            assert page.elements == plain.elements, text
            assert page.attributes == plain.attributes, text
        assert {name for name, _ in page.attributes} == {"class", "style"}
        assert html == harmless(html), text
        html.encode("utf-8")  # no half of a character is left
        assert len(html) < 20_000, text


@pytest.mark.parametrize("kind", NOUNS)
def test_what_a_card_quotes_is_seen_as_it_is_written(kind: str) -> None:
    seen = 0
    for text in NASTY:
        if text.strip() and text.isprintable() and len(text) <= 20 and "  " not in text:
            assert text.strip() in page_of(NOUNS[kind](text)).text, text
            seen += 1
    assert seen > 100


@pytest.mark.parametrize("kind", NOUNS)
def test_every_noun_says_itself_on_one_short_line(kind: str) -> None:
    for text in (*NASTY, *UNREADABLE):
        for said in (repr(NOUNS[kind](text)), str(NOUNS[kind](text))):
            assert said == on_one_line(said), text
            assert re.fullmatch(rf"<{kind}.{{1,220}}>", said), text


def test_a_card_leaves_mathematics_and_other_peoples_colours_alone() -> None:
    html = nasty_finding("$x^2$")._repr_html_()
    assert html.startswith("<div class='mathjax_ignore tex2jax_ignore'")
    colours = re.findall(r"color\d?:\s*([^;']+)|solid ([^;']+)", html)
    assert colours
    for colour in ("".join(found) for found in colours):
        assert re.fullmatch(r"inherit|var\(--jp-[a-z0-9-]+, (inherit|#8888)\)", colour), colour
    assert not re.search(r"\bid=|url\(|src=|href=", html)


def test_a_table_has_words_left_and_numbers_right() -> None:
    html = table_html(
        ["who", "n"], [("a & b", 1234), ("c", 2.0), ("d", float("nan"))], [False, True]
    )
    assert Page(html).rows == [["who", "n"], ["a & b", "1,234"], ["c", "2.00"], ["d", "–"]]
    aligned = re.findall(r"<t[dh] style='[^']*text-align:(\w+); white-space:(\w+)'", html)
    assert aligned == [("left", "normal"), ("right", "nowrap")] * 4
    assert "<table class='mathjax_ignore tex2jax_ignore'" in html


@pytest.mark.parametrize(
    ("total", "open_rows", "folded_rows", "said"),
    [
        (0, 0, 0, []),
        (6, 6, 0, []),
        (7, 6, 1, ["and 1 more"]),
        (30, 6, 24, ["and 24 more"]),
        (1031, 6, 24, ["and 1,025 more", "and 1,001 more that are not shown"]),
    ],
)
def test_a_long_table_is_cut_and_says_so(
    total: int, open_rows: int, folded_rows: int, said: list[str]
) -> None:
    asked = []

    def rows() -> "object":
        for i in range(total):
            asked.append(i)
            yield (i, "x" * 500)

    html = long_table(["i", "x"], rows(), [True, False], total)  # type: ignore[arg-type]
    shown, _, within = html.partition("<details")
    assert len(Page(shown).rows) - 1 == open_rows
    assert len(re.findall("<tr>", within)) - bool(said) == folded_rows
    assert re.findall(r"and [\d,]+ more[\w ]*", html) == said
    assert "x" * 121 not in html
    assert len(asked) <= cards.ROWS + cards.FOLDED + 1  # it does not compute what it does not show


@pytest.mark.parametrize(
    ("text", "limit", "seen"),
    [
        ("", 10, ""),
        ("On Unity\r\n\r\nThe  people", 99, "On Unity The people"),
        ("one two", 7, "one two"),
        ("one two", 6, "one …"),
        ("abcdefgh", 5, "abcde …"),
        ("a" + " " * 500 + "b", 10, "a …"),
    ],
)
def test_an_opening_ends_with_a_word(text: str, limit: int, seen: str) -> None:
    assert opening(text, limit) == seen


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        (" ", "‹␣›"),
        ("a b", "‹a b›"),
        ("a   b", "‹a␣␣␣b›"),
        ("\u200b\u202e\u00a0", r"‹\u200b\u202e\xa0›"),
        ('"’', '"’'.join("‹›")),
    ],
)
def test_what_shows_nothing_is_made_visible(text: str, seen: str) -> None:
    assert visible(text) == seen


def test_only_what_is_not_the_default_is_named() -> None:
    default = Parameters().model_dump()
    assert changed(default, default) == ""
    assert changed({**default, "seed": 0, "texts": ("a",)}, default) == "texts = 'a', seed = 0"


def test_a_card_leaves_empty_facts_out() -> None:
    assert Page(card("Kind", "Title", ["one", "", "two"])).texts == [
        "Kind",
        " ",
        "Title",
        "one · two",
    ]


def test_a_study_says_what_it_is_of() -> None:
    texts = (
        Document(id="a", file="a.txt", label="A", date="1992-10", date_basis="inferred",
                 kind="essay", author="Ann", sha256="0" * 64),
        Document(id="b", file="b.txt", label="B", sha256="0" * 64),
    )  # fmt: skip
    study = study_of(
        *texts, title="Two texts", description="Of unity.", file=Path("/s/data/study.toml"),
        raw=Path("/s/data/raw"), processed=Path("/s/data/made"), figures=Path("/s/figures"),
        build=Path("/s/data/build"), lexicon=Path("/s/data/rhetoric.toml"),
        errata=Path("/s/data/errata.csv"), annotations=Path("/s/data/annotations.csv"),
        parameters=Parameters(n_topics=4, leave_out=("Kim", "Il")), date="2026-01-02",
    )  # fmt: skip
    page = page_of(study)
    assert page.rows == [
        ["text", "id", "date", "kind", "author"],
        ["A", "a", "1992-10 (inferred)", "essay", "Ann"],
        ["B", "b", "unknown", "text", "not stated"],
    ]
    assert page.texts[2:5] == ["Two texts", "2 texts · study.toml · dated 2026-01-02", "Of unity."]
    assert page.texts[-2:] == [
        "Folders and files: raw, processed made, ../figures, build, lexicon rhetoric.toml, "
        "errata.csv, annotations.csv",
        "Parameters it sets: leave_out = 'Kim, Il', n_topics = 4",
    ]
    assert repr(study) == str(study) == "<Study 'Two texts': 2 texts, study.toml>"
    assert page_of(study_of()).texts[-1] == "Parameters it sets: none"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", "0 lines"),
        ("a", "1 line"),
        ("a\n", "1 line"),
        ("a\r\nb\rc\n\nd", "5 lines"),
        ("\n", "1 line"),
    ],
)
def test_a_source_says_its_file_and_its_size(text: str, lines: str) -> None:
    document = Document(id="a", file="sub/a.txt", label="A", sha256="12" * 32)
    source = Source(document, Path("a.txt"), "12" * 32, text, "cp1252", "detected")
    facts = f"a · sub/a.txt · sha256 121212121212… · cp1252 (guessed from the bytes) · {lines}"
    count = f"{len(text)} character{'' if len(text) == 1 else 's'}"
    assert page_of(source).texts[:4] == ["Source", " ", "A", f"{facts} · {count}"]
    assert repr(source) == f"<Source 'a': {count}, cp1252>"


def test_an_edition_says_its_blocks_and_its_edits() -> None:
    raw = "a  b\u00ad\nteh\nc"
    edits = (
        Edit(1, 3, " ", ("wide-spaces",)),
        Edit(4, 5, "", ("invisible", "errata.csv:2")),
        Edit(6, 9, "the", ("errata.csv:5", "errata.csv:6")),
        Edit(9, 10, " ", ("wide-spaces",)),
    )
    blocks = (("title", 0, 3), ("paragraph", 4, 7), ("paragraph", 8, 9))
    edition = Edition("x", raw, "a b\nthe c", edits, blocks)  # type: ignore[arg-type]
    page = page_of(edition)
    facts = "9 characters (source: 11) · 1 title · 2 paragraphs · 4 edits"
    assert page.texts[2:6] == [
        "x", facts, "a b the c", "Edits by rule: wide-spaces 2, errata.csv 2, invisible 1",
    ]  # fmt: skip
    assert page.rows == [
        ["line", "in the source", "in the edition", "by"],
        ["1", "‹␣␣›", "‹␣›", "wide-spaces"],
        ["1", r"‹\xad›", "‹›", "invisible, errata.csv:2"],
        ["2", "‹teh›", "‹the›", "errata.csv:5, errata.csv:6"],
        ["2", r"‹\n›", "‹␣›", "wide-spaces"],
    ]
    assert repr(edition) == "<Edition 'x': 3 blocks, 9 characters, 4 edits>"
    unchanged = page_of(Edition("x", "a", "a", (), blocks[:1]))  # type: ignore[arg-type]
    assert "details" not in unchanged.elements


def test_a_corpus_and_what_is_in_it_tell_their_sizes(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, TEXTS)
    page = page_of(corpus)
    assert page.rows == [
        ["text", "id", "words", "paragraphs and titles", "types"],
        ["On Unity", "a", "8", "2", "6"],
        ["b", "b", "5", "1", "5"],
    ]
    assert page.texts[3:5] == [
        "2 texts · 13 words · 10 terms",
        "Counted: the edited texts, all parts (13 words).",
    ]
    assert "Parameters other" not in page.text
    assert repr(corpus) == f"<Corpus '{corpus.study.title}': 2 texts, 13 words>"

    page = page_of(corpus.tokens)
    assert page.texts[2:4] == [
        "13 tokens, 11 types, 2 documents",
        "3 paragraphs and titles · 5 sentences",
    ]
    assert page.rows[1:] == [
        ["a", "8", "The 2, people 2, On 1, Unity 1, unite 1, win 1"],
        ["b", "5", "War 1, We 1, is 1, met 1, war 1"],
    ]
    assert repr(corpus.tokens) == "<Tokens: 13 tokens, 11 types, 2 documents>"

    assert page_of(corpus.counts).texts[2:] == [
        "3 paragraphs × 10 terms",
        "of 2 documents · 13 words in all, terms or not · plain counts · "
        "33.3% of the fields are not zero",
        "Most frequent: people 2, the 2, war 2, is 1, met 1, on 1, unite 1, unity 1, we 1, win 1",
    ]
    assert repr(corpus.counts) == "<Counts: 3 paragraphs x 10 terms, count>"


def test_a_selection_tells_what_is_left_in_it(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, TEXTS, parts="paragraph", seed=7)
    page = page_of(corpus.tokens)
    # Of the types of the whole stream, On and Unity stand nowhere any more.
    assert page.texts[2:4] == [
        "11 tokens, 9 types, 2 documents",
        "2 paragraphs and titles · 4 sentences · words taken out in 1 place",
    ]
    assert repr(corpus.tokens) == "<Tokens: 11 tokens, 9 types, 2 documents>"
    lexicon = Lexicon("L", (Category("u", "Unity", "", "", "", (Entry("unit*", ("unit*",)),)),), {})
    page = page_of(replace(corpus, lexicon=lexicon))
    assert page.texts[3] == "2 texts · 11 words · 8 terms · lexicon edited"
    assert page.texts[-1] == "Parameters other than the study's: parts = 'paragraph', seed = 7"
    assert repr(replace(corpus, lexicon=lexicon)).endswith("2 texts, 11 words, lexicon edited>")


def test_nothing_is_a_number_too() -> None:
    tokens = nasty_tokens("a")
    nothing = select_tokens(tokens, np.zeros(1, dtype=bool))
    assert repr(nothing) == "<Tokens: 0 tokens, 0 types, 0 documents>"
    assert page_of(nothing).rows == [["document", "words", "most frequent types"]]
    none = np.zeros(0, dtype=np.int64)
    empty = Counts(sparse.csr_matrix((0, 0)), (), "document", none, (), none)
    assert "0.0% of the fields" in page_of(empty).text
    assert repr(Lexicon("L", (), {})) == "<Lexicon 'L': 0 categories, 0 entries>"


def test_weighted_counts_say_how_they_are_weighted() -> None:
    counts = counts_of({"a": "war war peace.", "b": "peace."})
    weighted = replace(counts, matrix=counts.matrix * 0.25, weighting="a quarter")
    assert page_of(weighted).texts[3:] == [
        "of 2 documents · 4 words in all, terms or not · weighted: a quarter · "
        "75.0% of the fields are not zero",
        "Most weight: peace 0.50, war 0.50",
    ]


def test_a_lexicon_tells_its_categories() -> None:
    def category(name: str, parent: str, *patterns: str) -> Category:
        entries = tuple(Entry(pattern, (pattern,)) for pattern in patterns)
        return Category(name, name.title(), parent, f"What is {name}. " * 9, "The rest.", entries)

    lexicon = Lexicon(
        "L", (category("war", "bad", "war*"), category("unity", "", "u", "v")), {"bad": "Bad"}
    )
    page = page_of(lexicon)
    assert page.texts[2:4] == ["L", "2 categories · 3 entries · 1 group"]
    start = "What is war. What is war. What is war. What is war. What is …"
    assert page.rows[:3] == [
        ["category", "id", "group", "entries", "counts"],
        ["War", "war", "Bad", "1", start],
        [
            "Unity",
            "unity",
            "",
            "2",
            "What is unity. What is unity. What is unity. What is unity. …",
        ],
    ]
    assert page.rows[4] == ["War", "What is war. " * 9, "The rest.", "'war*'"]
    assert repr(lexicon) == "<Lexicon 'L': 2 categories, 3 entries, 1 group>"


def test_a_finding_shows_the_beginning_of_its_frame() -> None:
    frame = pd.DataFrame({
        "word": ["war", "peace"], "count": [1200, 7], "rate": [0.12345, 0.00042],
        "short": [True, False],
    })  # fmt: skip
    finding = Finding(
        "f", "War leads", frame, "word", "Look.", "n / N", "", "Scope.", tables={"more": frame}
    )
    page = page_of(finding)
    assert page.texts[:5] == [
        "Finding f",
        " ",
        "War leads",
        "2 rows · further tables: more",
        "Look.",
    ]
    assert page.rows == [
        ["word", "count", "rate", "short"],
        ["war", "1,200", "0.12", "True"],
        ["peace", "7", "0.0004", "False"],
    ]
    assert page.texts[-1] == "Unit: word. Formula: n / N. Scope."
    assert finding._repr_html_().count("text-align:right") == 6
    assert repr(finding) == "<Finding 'f': War leads (2 rows)>"
    wide = pd.DataFrame([range(30)], columns=[f"c{i}" for i in range(30)])
    page = page_of(replace(finding, frame=wide, tables={}))
    assert page.texts[3] == "1 row · 20 more columns in its frame"
    assert len(page.rows[1]) == 10


def large_tokens(words: int, texts: int) -> Tokens:
    codes = np.random.default_rng(1).zipf(1.3, words).clip(max=50_000).astype(np.int32) - 1
    kinds: list[Part] = ["paragraph"] * (texts * 50)
    units = np.linspace(0, words, texts * 50 + 1).astype(np.int64)
    return Tokens(
        tuple(f"text-{i}" for i in range(texts)),
        tuple(f"word{i:05}" for i in range(50_000)),
        codes, np.arange(words), np.arange(words) + 1, units[::50], units, units,
        tuple(kinds), np.full(words, 7, dtype=np.int8),
    )  # fmt: skip


def large() -> dict[str, Noun]:
    documents = [
        Document(id=f"t{i}", file=f"{i}.txt", label=f"T{i}", title="t" * 900, sha256="0" * 64)
        for i in range(200)
    ]
    text = "word  " * 100_000
    edits = tuple(Edit(i + 4, i + 6, " ", ("wide-spaces",)) for i in range(0, len(text), 6))
    edition = Edition("t", text, "word " * 100_000, edits, (("paragraph", 0, 500_000),))
    tokens = large_tokens(1_000_000, 200)
    entries = tuple(Entry(f"pattern{i}", (f"pattern{i}",)) for i in range(20))
    categories = tuple(
        Category(f"c{i}", f"C{i}", "", "long " * 500, "no " * 500, entries) for i in range(5_000)
    )
    study, counts = study_of(*documents, description="d " * 9_000), count_paragraphs(tokens)
    sources = tuple(Source(d, Path(), "0" * 64, text, "utf-8", "utf-8") for d in documents)
    lexicon = Lexicon("L", categories, {})
    corpus = Corpus(
        study, Parameters(), sources, (edition,) * 200, tokens, counts,
        np.arange(50_000), (), "", lexicon,
    )  # fmt: skip
    frame = pd.DataFrame({f"c{i}": np.arange(10_000) / 7 for i in range(40)})
    return {
        "Study": study,
        "Source": sources[0],
        "Edition": edition,
        "Tokens": tokens,
        "Counts": counts,
        "Lexicon": lexicon,
        "Corpus": corpus,
        "Finding": Finding("f", "t " * 999, frame, "u", "r " * 999, "f", "a"),
    }


def quickest(work: Callable[[], object]) -> float:
    """Return the seconds that some work takes when nothing else is in its way."""
    seconds = []
    for _ in range(5):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def test_the_card_of_something_large_is_small_and_quick() -> None:
    nouns = large()
    codes = nouns["Tokens"].codes.tolist()  # type: ignore[attr-defined]
    # What a mere look at every word takes: no loop over them in Python is as quick.
    patience = quickest(lambda: Counter(codes))
    for kind, noun in nouns.items():
        assert quickest(noun._repr_html_) < patience, kind
        assert quickest(noun.__repr__) < patience / 4, kind
        html, said = noun._repr_html_(), repr(noun)
        assert len(html) < 60_000, kind
        assert len(said) < 240, kind
        # What stands open: a few paragraphs and one table of at most six rows.
        flat = html.replace("</details></details>", "</details>")
        stands = Page(re.sub(r"<details.*?</details>", "", flat))
        assert len(stands.rows) <= 7, kind
        assert sum(map(len, stands.texts)) < 4_000, kind
