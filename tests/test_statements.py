"""What a file states: taken as it stands, with its place, and never made up."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetorica.statements import read_date, read_front_matter, read_head, state, tidy


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("1992", "1992"),
        ("1992-10", "1992-10"),
        ("1992-10-10", "1992-10-10"),
        ("1992/10/9", "1992-10-09"),
        ("1992.10.09", "1992-10-09"),
        ("19921010", "1992-10-10"),
        ("1992-10-10T23:59:59+09:00", "1992-10-10"),
        ("1992-10-10 12:00", "1992-10-10"),
        ("(October 10, 1992)", "1992-10-10"),
        ("10 October 1992", "1992-10-10"),
        ("10th of October 1992", ""),
        ("1st May 1992", "1992-05-01"),
        ("10. Oct. 1992", "1992-10-10"),
        ("Sept. 9, 1948", "1948-09-09"),
        ("OCTOBER 1992", "1992-10"),
        ("Saturday, October 10, 1992", "1992-10-10"),
        ("Sat, 10 Oct 1992 12:00:00 +0000", "1992-10-10"),
        ("1992年10月10日", "1992-10-10"),
        ("1992년 10월", "1992-10"),
        ("31/10/1992", "1992-10-31"),
        ("10/31/1992", "1992-10-31"),
        ("10.10.1992", "1992-10-10"),
        ("10/11/1992", ""),
        ("32/10/1992", ""),
        ("1992-13-01", ""),
        ("30 February 1992", ""),
        ("0000-01-01", ""),
        ("0000", ""),
        ("١٩٩٢", "1992"),
        ("Ma 1992", ""),
        ("Juche 81", ""),
        ("92", ""),
        ("", ""),
    ],
)
def test_dates(text: str, date: str) -> None:
    assert read_date(text) == date


@given(st.text())
def test_a_date_is_one_or_none(text: str) -> None:
    written = read_date(text)
    assert written == "" or written[:4].isdigit()


def head(text: str) -> dict[str, tuple[str, str]]:
    return {key: (one.value, one.origin) for key, one in read_head(text).items()}


@pytest.mark.parametrize(
    ("text", "title", "author", "date"),
    [
        ("On Unity\n\nBy A. B\n\n10 October 1992\n\nWe met.", "On Unity", "A. B", "1992-10-10"),
        ("On Unity\nby Kim Il\n(1992-10-10)\nWe met.", "On Unity", "Kim Il", "1992-10-10"),
        ("\r\n\r\nOn Unity\r\n\r\nWe met.\r\nIt rained.", "On Unity", "", ""),
        ("# On **Unity**\n\n*By A. B*\n\nWe met.", "On Unity", "A. B", ""),
        ("October 10, 1992\n\nWe met.", "", "", "1992-10-10"),
        ("BY KIM\n\nWe met.", "", "KIM", ""),
        # No paragraph: what stands there may be the text itself.
        ("On Unity", "", "", ""),
        ("On Unity\n\nPeace", "", "", ""),
        ("We met.\n\nOn Unity\n\nBy A. B\n\n1992-10-10\n\nIt rained.", "", "", ""),
        ("Comrades!\n\nWe met.", "", "", ""),
        ("We met\nand then went.\n", "", "", ""),
        ("1992\n\nWe met.", "1992", "", ""),
        ("word " * 31 + "\n\nWe met.", "", "", ""),
        ("By then we had met.\n\nOn.", "", "", ""),
        ("By the sea\n\nWe met.", "By the sea", "", ""),
        ("", "", "", ""),
    ],
)  # fmt: skip
def test_the_head_of_a_text(text: str, title: str, author: str, date: str) -> None:
    wanted = {"title": title, "author": author, "date": date}
    assert {k: v for k, (v, _) in head(text).items()} == {k: v for k, v in wanted.items() if v}


def test_lines_are_numbered_as_in_the_file() -> None:
    assert head("\n\nOn Unity\r\n\rBy A. B\n\nWe met.") == {
        "title": ("On Unity", "line 3 of the file"),
        "author": ("A. B", "line 5 of the file"),
    }


def test_where_two_lines_may_be_the_title_it_is_said() -> None:
    assert head("Kim Jong Il\n\nOn Unity\n\nWe met.")["title"] == (
        "Kim Jong Il",
        "line 1 of the file (or is it line 3?)",
    )


@pytest.mark.parametrize(
    ("matter", "stated"),
    [
        ("title: A: B\nauthor: A\ndate: 1992", {"title": "A: B", "author": "A", "date": "1992"}),
        ("Title: 'It''s: on'\nDATE: \"10 Oct 1992\"", {"title": "It's: on", "date": "1992-10-10"}),
        ('title: "a \\"b\\" \\u00e9"', {"title": 'a "b" é'}),
        ("title: On Unity # a note", {"title": "On Unity"}),
        ("authors: [A. B, 'C']", {"author": "A. B, C"}),
        ("date: some day", {"date_note": "some day"}),
        ("title: |\n  On Unity", {}),
        ("title:\nauthor: &x y\nnested:\n  title: x", {}),
        ("subtitle: x", {}),
    ],
)  # fmt: skip
def test_front_matter(matter: str, stated: dict[str, str]) -> None:
    for text in (f"---\n{matter}\n---\nWe met.", f"\ufeff---\n{matter}\n...\nWe met."):
        assert {key: one.value for key, one in read_front_matter(text).items()} == stated


@pytest.mark.parametrize("text", ["---\ntitle: x\nWe met.", "We met.\n---\ntitle: x\n---\n", "---"])
def test_no_front_matter(text: str) -> None:
    assert read_front_matter(text) == {}


@given(st.text())
def test_any_head_is_read(text: str) -> None:
    read_head(text)
    read_front_matter(f"---\ntitle: {text}\n---\n")


@given(st.text(st.characters()))
def test_a_tidy_value_is_one_line_that_toml_can_hold(text: str) -> None:
    value = tidy(text)
    assert len(value) <= 500
    assert value.splitlines() in ([], [value])
    assert tomllib.loads(f"a = 1 # {value}\n") == {"a": 1}


def test_what_is_empty_is_not_stated() -> None:
    assert state("title", " \x00\n", "") == {}
    assert state("date", None, "") == {}


def test_a_title_decoded_wrongly_is_mended_as_its_text_is() -> None:
    assert tidy("The People\u00e2\u20ac\u2122s Bread") == "The People\u2019s Bread"
    assert tidy("São Paulo, naïve") == "São Paulo, naïve"
