"""Tables whose rows are texts: read alike each time, and refused where a row is not clear."""

import csv
import time
from pathlib import Path

import pytest

from rhetorica.errors import SourceError
from rhetorica.tables import Table, column_texts, read_table, row_text, state_row, text_column

HERE = Path("raw/speeches.csv")


def read(text: str, encoding: str = "utf-8", declared: str = "") -> Table:
    return read_table(text.encode(encoding), HERE, declared)


def read_row(text: str, column: str, row: int) -> str:
    table = read(text)
    return row_text(table, text_column(table, column), row)


def refusal(text: str, column: str = "", row: int = 1) -> str:
    with pytest.raises(SourceError) as caught:
        read_row(text, column, row)
    message = str(caught.value)
    assert message.startswith(str(HERE))
    assert "\n" not in message
    return message.removeprefix(str(HERE)).lstrip(" ,:")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_and_line_ends(delimiter: str, end: str) -> None:
    rows = [["id", "text"], ["1", f'We{delimiter} "all",\n\n met; a|b\tc.'], ["2", "It rained."]]
    lines = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    for last in ("", end, end * 3):
        table = read(end.join(lines) + last)
        assert table.columns == ("id", "text")
        assert [list(row) for row in table.rows] == rows[1:]


def test_a_blank_line_is_no_row_and_keeps_no_number() -> None:
    table = read("text\n\nOne\n\n\nTwo\n")
    assert column_texts(table, "text") == ("One", "Two")
    assert row_text(table, "TEXT", 2) == "Two"


def test_commas_in_the_one_column_part_nothing() -> None:
    assert column_texts(read("text\nWe met, all.\nIt rained, and how, and when.\n"), "text") == (
        "We met, all.",
        "It rained, and how, and when.",
    )


def test_a_delimiter_in_texts_does_not_win() -> None:
    table = read("title;text\nA;One, two\nB;Three, four\n")
    assert table.columns == ("title", "text")


@pytest.mark.parametrize(
    ("encoding", "named", "basis"),
    [
        ("utf-8", "utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig", "mark"),
        ("utf-16", "utf-16", "mark"),
        ("latin-1", "cp1252", "detected"),
    ],
)
def test_encodings(encoding: str, named: str, basis: str) -> None:
    text = "In the café of our naïve friends the struggle goes on."
    table = read(f"id,text\n1,{text}\n2,{text}", encoding)
    assert (table.encoding, table.encoding_basis) == (named, basis)
    assert table.columns == ("id", "text")
    assert column_texts(table, "text") == (text, text)
    assert read(f"text\n{text}", encoding, encoding).encoding_basis == "declared"


@pytest.mark.parametrize("column", ["text", "Body", "CONTENT", " speech "])
def test_the_column_of_the_texts_by_its_usual_names(column: str) -> None:
    assert text_column(read(f"id,{column}\n1,One\n")) == column.strip()


def test_the_column_of_the_texts_as_named() -> None:
    table = read("Words,words,text\n1,2,3\n")
    assert text_column(table, "words") == "words"
    assert text_column(table, "TEXT") == "text"


TWO = "id,text\n1,We met.\n"


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        (
            "We met.\nIt rained.\n",
            "",
            "has no column text, body, content or speech: name the column of the texts with "
            "--text-column (the first line must name them). Its columns: 'We met.'.",
        ),
        ("id,text,speech\n1,2,3", "", "'text', 'speech' may each hold the texts: name one with"),
        (TWO, "txet", "has no column 'txet'. Did you mean 'text'? Its columns: 'id', 'text'."),
        ("a,a\n1,2", "a", "has 2 columns 'a': rename one."),
        ("id,text\n", "", "has no rows below its first line, which must name the columns."),
        (
            f"{TWO}2,It rained, and how.\n",
            "",
            "line 3: the row has 3 fields, but the first line names 2 columns: put quotation marks",
        ),
        (f'{TWO}2,"It\nrained"\n3\n', "", "line 5: the row has 1 field, but the first line names"),
        (f'{TWO}2,"It rained.\n3,x\n', "", "in the row that begins on line 3, a quotation mark"),
        (f'{TWO}2,"It" rained\n', "", "in the row that begins on line 3, ',' expected after"),
        ("id,text\n1, \n", "", "row 1 is empty: there is no text in it."),
        ("", "", "is empty: there is no text in it."),
        ("\n\n", "", "is empty: there is no text in it."),
    ],
)
def test_a_table_that_is_not_clear(text: str, column: str, said: str) -> None:
    assert said in refusal(text, column)


@pytest.mark.parametrize("row", [0, 2, 99])
def test_a_row_that_is_not_there(row: int) -> None:
    assert refusal(TWO, row=row) == (
        f"has no row {row}: it has 1 row below the names of its columns."
    )


def test_long_names_do_not_flood_the_message() -> None:
    assert len(refusal("x" * 5000 + "\ny\n")) < 300


def test_a_text_longer_than_the_csv_module_takes_by_itself() -> None:
    long = "We met. " * 50_000
    before = csv.field_size_limit()
    assert row_text(read(f"id,text\n1,{long}\n"), "text", 1) == long
    assert csv.field_size_limit() == before
    assert "which no text has" in refusal(f"text\n{'a' * 5_000_001}\n")


def test_what_a_row_states() -> None:
    head = "ID,label,Title,speaker,author,DATE,text\n"
    table = read(head + "7,L,T,S,,10 Oct 1992,x\n,,,S,A,last year,x\n")
    values = {key: one.value for key, one in state_row(table, 1).items()}
    assert values == {
        "id": "7", "label": "L", "title": "T", "author": "S", "date": "1992-10-10",
    }  # fmt: skip
    second = state_row(table, 2)
    assert second["author"].value == "A"
    assert second["date_note"].value == "last year"
    assert second["author"].origin == 'column "author", row 2'


def test_five_thousand_rows_are_read_at_once() -> None:
    text = "id,text\n" + "".join(f'{n},"Speech {n}, {"we met. " * 100}"\n' for n in range(5000))
    started = time.monotonic()
    table = read(text)
    assert len(table.rows) == 5000
    assert time.monotonic() - started < 5, "usually a tenth of a second"
