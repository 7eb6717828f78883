"""Raw texts: proved unchanged, read in the order of the study, refused where they are no text."""

import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from rhetorica import new_study
from rhetorica.errors import SourceError, StudyError
from rhetorica.sources import read_bytes, read_sources
from rhetorica.study import Study, default_study_file, load_study
from support import replace_text
from support.documents import docx_bytes, pdf_bytes

RUSSIAN = "Партия ведёт народы мира к единству и солидарности."
MakeStudy = Callable[[Mapping[str, str | bytes]], Path]


def declare(folder: Path, key: str, value: str) -> Study:
    """Add a line to the last document of a study file."""
    file = folder / "study.toml"
    file.write_text(f"{file.read_text(encoding='utf-8')}{key} = {value!r}\n", encoding="utf-8")
    return load_study(folder)


def replaced(folder: Path, name: str, data: bytes) -> Study:
    replace_text(folder, name, data)
    return load_study(folder)


def complaint(study: Study) -> str:
    with pytest.raises(SourceError) as caught:
        read_sources(study)
    return str(caught.value)


def test_texts_are_read_in_the_order_of_the_study_and_left_as_they_are(
    make_study: MakeStudy,
) -> None:
    texts = {"b": "The  people \r\n unite.\n\n", "a": "We struggle on."}
    folder = make_study(texts)
    before = {path.name: path.read_bytes() for path in (folder / "raw").iterdir()}
    sources = read_sources(load_study(folder))
    assert [source.document.id for source in sources] == ["b", "a"]
    assert [source.text for source in sources] == list(texts.values()), "spaces and line ends stay"
    assert [source.encoding for source in sources] == ["utf-8", "utf-8"]
    assert sources[1].sha256 == hashlib.sha256(b"We struggle on.").hexdigest()
    assert {path.name: path.read_bytes() for path in (folder / "raw").iterdir()} == before


def test_the_five_texts_are_utf_8_and_keep_every_byte() -> None:
    for source in read_sources(load_study(default_study_file())):
        assert source.encoding_basis in {"utf-8", "mark"}
        assert source.text.encode(source.encoding) == source.path.read_bytes()


def test_a_changed_text(make_study: MakeStudy) -> None:
    folder = make_study({"a": "The people unite.", "b": "We struggle on."})
    (folder / "raw" / "b.txt").write_text("We struggle on!", encoding="utf-8")
    message = complaint(load_study(folder))
    assert str(folder / "raw" / "b.txt") in message
    assert hashlib.sha256(b"We struggle on!").hexdigest() in message
    assert hashlib.sha256(b"We struggle on.").hexdigest() in message
    assert "for 'b'" in message


def test_a_missing_text_with_the_nearest(make_study: MakeStudy) -> None:
    folder = make_study({"speech": "The people unite."})
    raw = folder / "raw"
    (raw / "speech.txt").rename(raw / "speeches.txt")
    assert complaint(load_study(folder)) == (
        f"There is no text {raw.resolve() / 'speech.txt'}. Did you mean 'speeches.txt'?"
    )


def test_no_folder_of_texts(make_study: MakeStudy) -> None:
    folder = make_study({"speech": "The people unite."})
    (folder / "raw").rename(folder / "elsewhere")
    assert complaint(load_study(folder)).endswith("raw/speech.txt.")
    (folder / "raw").write_text("a file", encoding="utf-8")
    assert "Not a directory" in complaint(load_study(folder))


def test_a_pipe_is_no_text(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "endless.txt")
    with pytest.raises(SourceError, match=r"endless\.txt is a device or a pipe, not a file\."):
        read_bytes(tmp_path / "endless.txt")


def test_a_folder_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="Is a directory"):
        read_bytes(tmp_path)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b" \r\n\t \n", id="spaces"),
        pytest.param("\u00a0\u3000\n".encode(), id="spaces beyond ASCII"),
        pytest.param(b"\xef\xbb\xbf", id="byte-order mark alone"),
        pytest.param(b"\xff\xfe", id="byte-order mark of UTF-16 alone"),
        pytest.param("\n \n".encode("utf-16"), id="spaces in UTF-16"),
    ],
)
def test_an_empty_text(make_study: MakeStudy, data: bytes) -> None:
    folder = make_study({"a": "The people unite."})
    study = replaced(folder, "a.txt", data)
    assert complaint(study) == f"{study.raw / 'a.txt'} is empty: there is no text in it."


def test_a_declared_encoding_is_used(make_study: MakeStudy) -> None:
    folder = make_study({"a": "The people unite."})
    # Valid as UTF-8 too, where it is "é"; only the declaration tells.
    replaced(folder, "a.txt", b"caf\xc3\xa9")
    source = read_sources(declare(folder, "encoding", "cp1252"))[0]
    assert (source.text, source.encoding, source.encoding_basis) == ("cafÃ©", "cp1252", "declared")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """The folder of a study of two texts that are rows of one table."""
    (tmp_path / "speeches.csv").write_text("id,text\na,We met.\nb,It rained.\n", encoding="utf-8")
    new_study.make_study(tmp_path / "study", [tmp_path / "speeches.csv"])
    return tmp_path / "study"


def rewritten(folder: Path, old: str, new: str) -> Path:
    file = folder / "study.toml"
    content = file.read_text(encoding="utf-8")
    assert old in content
    file.write_text(content.replace(old, new, 1), encoding="utf-8")
    return folder


def test_the_rows_of_a_table_are_sources(table: Path) -> None:
    first, second = read_sources(load_study(table))
    assert (first.text, second.text) == ("We met.", "It rained.")
    assert first.sha256 == second.sha256
    assert first.path == second.path


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("row = 2", "row = 1", "row 1 of 'speeches.csv' is already the row of document 1"),
        ("row = 2", "row = 0", "row = 0 will not do: it takes the number of a row of the table"),
        ("row = 2", "row = '2'", "row = '2' will not do: it takes the number of a row"),
        ("row = 2", "", 'is a table: say which text in it is meant, as column = "text" and row'),
        ('column = "text"', "", "is a table: say which text in it is meant"),
        ("speeches.csv", "speeches.txt", "is no table (.csv or .tsv): take column and row out."),
    ],
)
def test_a_study_says_row_and_column_of_a_table(table: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(StudyError) as caught:
        load_study(rewritten(table, old, new))
    assert said in str(caught.value)
    assert "study.toml, line " in str(caught.value)


def test_a_row_or_column_that_is_not_in_the_table(table: Path) -> None:
    assert "speeches.csv has no row 3: it has 2 rows" in complaint(
        load_study(rewritten(table, "row = 2", "row = 3"))
    )
    assert "has no column 'texts'. Did you mean 'text'?" in complaint(
        load_study(rewritten(table, 'column = "text"', 'column = "texts"'))
    )


def test_a_row_that_became_empty(table: Path) -> None:
    study = replaced(table, "speeches.csv", b"id,text\na,We met.\nb, \n")
    assert (
        complaint(study) == f"{study.raw / 'speeches.csv'}, row 2 is empty: there is no text in it."
    )


def test_each_kind_of_file_is_a_source(tmp_path: Path) -> None:
    page = f"<meta charset=windows-1251><p>{RUSSIAN}<br>{RUSSIAN}".encode("cp1251")
    files = {
        "a.html": page,
        "b.pdf": pdf_bytes(["We", "met"]),
        "c.docx": docx_bytes("It", "rained"),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    new_study.make_study(tmp_path / "study", [tmp_path / name for name in files])
    sources = read_sources(load_study(tmp_path / "study"))
    assert [(source.text, source.encoding, source.encoding_basis) for source in sources] == [
        (f"{RUSSIAN}\n{RUSSIAN}\n", "cp1251", "declared"),
        ("We\n\fmet", "pdf (text layer)", "format"),
        ("It\n\nrained\n", "docx", "format"),
    ]
    assert [source.path.read_bytes() for source in sources] == list(files.values())
    rewritten(tmp_path / "study", 'encoding = "cp1251"', "")
    assert read_sources(load_study(tmp_path / "study"))[0].encoding_basis == "stated"


@pytest.mark.parametrize("name", ["b.pdf", "c.docx"])
def test_a_pdf_takes_no_encoding(tmp_path: Path, name: str) -> None:
    data = pdf_bytes(["We met."]) if name == "b.pdf" else docx_bytes("We met.")
    (tmp_path / name).write_bytes(data)
    new_study.make_study(tmp_path / "study", [tmp_path / name])
    assert f"{name} has no encoding to declare" in complaint(
        declare(tmp_path / "study", "encoding", "utf-8")
    )
