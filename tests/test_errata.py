"""The errata file: read with every mistake named, and each erratum placed once or refused."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetorica.errata import (
    KINDS,
    Erratum,
    _find,
    place_errata,
    read_errata,
    unique_context,
    write_errata,
)
from rhetorica.errors import ErrataError
from rhetorica.sources import read_sources
from rhetorica.study import default_study_file, document_ids, load_study

HEADER = "document,context,reading,correction,kind,certainty,apply,reason"
GOOD = "speech,a free word is,word,world,word,certain,yes,The sense."
STUDY = load_study(default_study_file())
ERRATA = read_errata(STUDY.errata, document_ids(STUDY))


def read(folder: Path, *lines: str, data: bytes = b"") -> tuple[Erratum, ...]:
    path = folder / "errata.csv"
    path.write_bytes(data or ("\n".join(lines) + "\n").encode("utf-8"))
    return read_errata(path, ("speech", "leaflet"))


def erratum(context: str, reading: str, apply: bool = True, name: str = "errata.csv:2") -> Erratum:
    certainty = "certain" if apply else "unsure"
    return Erratum(name, "speech", context, reading, "x", "word", certainty, apply, "Why.")


def test_a_line_is_read_whole(tmp_path: Path) -> None:
    assert read(tmp_path, HEADER, GOOD) == (
        Erratum(
            "errata.csv:2", "speech", "a free word is", "word", "world", "word", "certain", True,
            "The sense.",
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "applied"),
    [
        ([HEADER], []),
        (["", HEADER, "", GOOD, " , ,,,,,,"], [True]),
        ([HEADER, GOOD.replace("yes", "no")], [False]),
        ([HEADER, GOOD.replace("yes", "")], [True]),
        ([HEADER, GOOD.replace("certain,yes", "unsure,")], [False]),
        ([HEADER.replace("apply,", ""), GOOD.replace("yes,", "")], [True]),
        ([HEADER.replace("apply,", ""), GOOD.replace("certain,yes", "unsure")], [False]),
        ([HEADER, 'speech,"one, two","one,",one,punctuation,likely,yes,"A comma, stray."'], [True]),
        ([HEADER, GOOD.replace(",", " , ")], [True]),
        ([HEADER, GOOD.replace("yes", "YES")], [True]),
        ([HEADER.replace(",", ";"), GOOD.replace(",", ";")], [True]),
        ([HEADER.replace(",", "\t"), GOOD.replace(",", "\t")], [True]),
    ],
)
def test_what_is_applied(tmp_path: Path, lines: list[str], applied: list[bool]) -> None:
    assert [item.apply for item in read(tmp_path, *lines)] == applied


def test_columns_come_in_any_order(tmp_path: Path) -> None:
    order = [7, 0, 2, 1, 3, 6, 5, 4]
    lines = [",".join(line.split(",")[i] for i in order) for line in (HEADER, GOOD)]
    assert read(tmp_path, *lines) == read(tmp_path, HEADER, GOOD)


def test_no_file_holds_no_errata(tmp_path: Path) -> None:
    assert read_errata(tmp_path / "errata.csv", ()) == ()


def test_what_spreadsheets_write_is_read(tmp_path: Path) -> None:
    data = f"\ufeff{HEADER}\r\n{GOOD}\r\n,,,,,,,\r\n".encode()
    assert read(tmp_path, data=data) == read(tmp_path, HEADER, GOOD)


def test_a_field_over_two_lines_counts_them(tmp_path: Path) -> None:
    split = GOOD.replace("a free word is", '"a free\nword is"')
    first, second = read(tmp_path, HEADER, split, GOOD.replace("speech", "leaflet"))
    assert (first.name, second.name) == ("errata.csv:2", "errata.csv:4")


BAD = {
    "unknown column": (
        [HEADER.replace("reading", "readings"), GOOD],
        "line 1: unknown column 'readings'. Did you mean 'reading'?",
    ),
    "missing column": ([HEADER.replace("reading,", ""), GOOD], "line 1: the header lacks"),
    "doubled column": ([HEADER + ",kind", GOOD], "line 1: the header names a column twice"),
    "field too few": ([HEADER, GOOD, GOOD.replace(",yes", "")], "line 3: 7 fields where"),
    "field too many": ([HEADER, GOOD + ", too"], "line 2: 9 fields where the header names 8"),
    "unknown text": (
        [HEADER, GOOD.replace("speech", "speach")],
        "line 2: there is no document 'speach'. Did you mean 'speech'?",
    ),
    "unknown kind": (
        [HEADER, GOOD.replace("world,word", "world,wird")],
        "line 2: there is no kind 'wird'. Did you mean 'word'?",
    ),
    "unknown certainty": (
        [HEADER, GOOD.replace("certain", "certainly")],
        "line 2: there is no certainty 'certainly'. Did you mean 'certain'?",
    ),
    "apply": (
        [HEADER, GOOD.replace("yes", "maybe")],
        "line 2: apply is 'yes' or 'no', not 'maybe'",
    ),
    "no reason": ([HEADER, GOOD.replace("The sense.", "")], "line 2: no reason is given"),
    "no reading": (
        [HEADER, GOOD.replace(",word,world", ",,world")],
        "line 2: the reading is empty",
    ),
    "no context": ([HEADER, GOOD.replace("a free word is", "")], "line 2: the context is empty"),
    "reading elsewhere": (
        [HEADER, GOOD.replace(",word,world", ",work,world")],
        "line 2: the reading 'work' does not stand in the context 'a free word is'",
    ),
    "reading twice": (
        [HEADER, GOOD.replace("a free word", "word of a word")],
        "line 2: the reading 'word' stands 2 times in the context",
    ),
    "unsure and applied": (
        [HEADER, GOOD.replace("certain", "unsure")],
        "line 2: 'word' is unsure and yet to be applied",
    ),
    "nothing changed": ([HEADER, GOOD.replace("world", "word")], "line 2: reading and correction"),
    "open quotation": ([HEADER, 'speech,"a'], "line 2: a quotation mark is opened and not closed"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, case: str) -> None:
    lines, said = BAD[case]
    with pytest.raises(ErrataError) as caught:
        read(tmp_path, *lines)
    assert str(caught.value).startswith(f"{tmp_path / 'errata.csv'}, {said}")
    assert "\n" not in str(caught.value)


def test_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ErrataError, match=r"errata\.csv, line 2, is not UTF-8 text: save the file"):
        read(tmp_path, data=f"{HEADER}\n{GOOD} caf\u00e9".encode("latin-1"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04\x14\xff", "is a spreadsheet, not a csv file"),
        (b"PK\x03\x04\x14 abc", "is a spreadsheet, not a csv file"),
        (f"{HEADER}\n{GOOD}\0".encode(), "is no csv file but a binary one"),
    ],
)
def test_another_kind_of_file_is_named(tmp_path: Path, data: bytes, said: str) -> None:
    with pytest.raises(ErrataError, match=re.escape(f"{tmp_path / 'errata.csv'} {said}")):
        read(tmp_path, data=data)


def test_a_folder_is_no_errata_file(tmp_path: Path) -> None:
    (tmp_path / "errata.csv").mkdir()
    with pytest.raises(ErrataError, match="cannot be read"):
        read_errata(tmp_path / "errata.csv", ())


def test_a_line_end_in_a_correction_is_a_space(tmp_path: Path) -> None:
    [item] = read(tmp_path, HEADER, GOOD.replace(",world,", ',"new\nworld",'))
    assert item.correction == "new world"


TEXT = "A free word is here.\r\nThe “word” and the\u00a0word; words\n\nend."
PLACES = [
    ("free word is", "word", "word"),
    ("free  word\nis", "word", "word"),
    ("here. The “word” and", "“word”", "“word”"),
    ("here. The", "here. The", "here.\r\nThe"),
    ("words end", "words", "words"),
    ("words end", "words end", "words\n\nend"),
    ("the word;", "word", "word"),
]


@pytest.mark.parametrize(("context", "reading", "found"), PLACES)
def test_an_erratum_is_found_whatever_space_parts_the_words(
    context: str, reading: str, found: str
) -> None:
    [(start, end, _)] = place_errata("speech", TEXT, [erratum(context, reading)])
    assert TEXT[start:end] == found


MISPLACED = [
    ("A Free word", "word", "stands nowhere", "The source writes it 'A free word'."),
    ("word", "word", "stands 4 times", "It stands in lines 1, 2: add a word before or after it."),
    ("free word was", "word", "stands nowhere", "The reading 'word' stands in lines 1, 2."),
    (
        "work is",
        "work",
        "stands nowhere",
        "Nor does the reading 'work'. Copy both from the source.",
    ),
    ('The "word" and', '"word"', "stands nowhere", "The source writes it 'The “word” and'."),
]


@pytest.mark.parametrize("apply", [True, False])
@pytest.mark.parametrize(("context", "reading", "times", "hint"), MISPLACED)
def test_an_erratum_that_does_not_stand_once_is_refused(
    context: str, reading: str, times: str, hint: str, apply: bool
) -> None:
    with pytest.raises(ErrataError) as caught:
        place_errata("speech", TEXT, [erratum(context, reading, apply)])
    assert str(caught.value) == (
        f"errata.csv, line 2: the context '{context}' {times} in 'speech', "
        f"and must stand there once. {hint}"
    )


def test_errata_that_overlap_are_refused() -> None:
    pair = [erratum("free word", "free word"), erratum("word is", "word is", name="errata.csv:9")]
    with pytest.raises(ErrataError) as caught:
        place_errata("speech", TEXT, pair)
    assert str(caught.value).startswith(
        "errata.csv, line 2 and errata.csv, line 9 overlap in 'speech': both change 'word'."
    )


def test_errata_that_touch_do_not_overlap() -> None:
    assert len(place_errata("speech", "abcd", [erratum("abcd", "ab"), erratum("abcd", "cd")])) == 2


def test_a_context_that_overlaps_itself_is_not_unique() -> None:
    with pytest.raises(ErrataError, match="stands 2 times"):
        place_errata("speech", "aXaXa", [erratum("aXa", "X")])


def test_errata_that_touch_or_are_not_applied_do_not_overlap() -> None:
    errata = [
        erratum("free word", "free"),
        erratum("word is", "word"),
        erratum("word is", "word is", apply=False),
    ]
    assert len(place_errata("speech", TEXT, errata)) == 3


def test_errata_come_in_the_order_of_the_text_whatever_that_of_the_file() -> None:
    errata = [erratum("words end", "words"), erratum("free word", "free")]
    assert [e.reading for _, _, e in place_errata("speech", TEXT, errata)] == ["free", "words"]


def test_an_erratum_of_another_text_is_not_looked_for() -> None:
    assert place_errata("leaflet", "nothing like it", [erratum("free word", "free")]) == ()


@given(st.lists(st.text("ab “", min_size=1, max_size=4), min_size=1, max_size=8), st.data())
def test_a_unique_context_is_unique(words: list[str], data: st.DataObject) -> None:
    text = "\n".join(words)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    reading = text[start:end]
    if reading != reading.strip() or not reading:
        return
    context = unique_context(text, start, end, at_least=data.draw(st.integers(1, 4)))
    if context:
        [(low, high, _)] = place_errata("speech", text, [erratum(context, reading)])
        assert (low, high) == (start, end)


@pytest.mark.parametrize(
    ("at_least", "context"), [(1, "two"), (3, "one two three"), (9, "one two three four")]
)
def test_a_context_has_as_many_words_as_are_asked_for(at_least: int, context: str) -> None:
    assert unique_context("one two three four", 4, 7, at_least) == context


def test_no_context_is_unique_in_a_word_repeated() -> None:
    assert unique_context("ha ha ha", 3, 5) == ""


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "errata.csv"
    path.write_bytes(write_errata(ERRATA))
    again = read_errata(path, document_ids(STUDY))
    assert again == ERRATA


# The errata of the five texts. They were found by reading; see data/editorial/README.md.


def test_every_erratum_of_the_five_texts_stands_once() -> None:
    placed = [place_errata(s.document.id, s.text, ERRATA) for s in read_sources(STUDY)]
    assert sum(map(len, placed)) == len(ERRATA)


def test_errata_stand_in_the_order_of_the_texts() -> None:
    order = [
        erratum for s in read_sources(STUDY)
        for _, _, erratum in place_errata(s.document.id, s.text, ERRATA)
    ]  # fmt: skip
    assert list(ERRATA) == order


def test_no_place_is_listed_twice_and_no_kind_is_unused_by_chance() -> None:
    assert len({(e.document, e.context, e.reading) for e in ERRATA}) == len(ERRATA)
    assert {e.kind for e in ERRATA} <= set(KINDS)
    assert all(e.reason.endswith(".") for e in ERRATA)


def test_what_is_odd_english_or_lost_is_left() -> None:
    assert not [e for e in ERRATA if e.apply and e.kind in ("odd English", "lost text")]


def test_editorial_notes_count_the_errata() -> None:
    notes = (STUDY.errata.parent / "README.md").read_text(encoding="utf-8")
    for kind in KINDS:
        applied = sum(e.apply for e in ERRATA if e.kind == kind)
        left = sum(not e.apply for e in ERRATA if e.kind == kind)
        if applied or left:
            assert f"| {kind} | {applied} | {left} |" in notes


def test_one_long_word_is_found_at_once() -> None:
    """An expression searched for a word of one letter takes the cube of its length."""
    started = time.monotonic()
    assert _find("x" * 20_000, "x" * 20_000) == [(0, 20_000)]
    assert _find("xx", "xxx") == [(0, 2), (1, 3)]
    assert _find("a a", "a a  a") == [(0, 3), (2, 6)]
    assert time.monotonic() - started < 1
