"""A study of one's own: made complete from any file names, or not made at all."""

import errno
import os
import time
import tomllib
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rhetorica.errors import OutputError, RhetoricaError, SourceError
from rhetorica.lexicon import load_lexicon
from rhetorica.new_study import NewStudy, _entry, _File, _Text, make_study
from rhetorica.sources import read_sources
from rhetorica.statements import Statement, state, tidy
from rhetorica.study import Study, load_study
from rhetorica.study_file import LABEL_LIMIT, Document
from rhetorica.tables import Table, read_table
from support import replace_text, snapshot
from support.documents import ENCRYPTED, XLSX, docx_bytes, pdf_bytes, zip_bytes


def write(folder: Path, name: str, content: str | bytes = "The people unite.") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def made(folder: Path, *texts: Path) -> Study:
    make_study(folder, texts)
    return load_study(folder)


def test_a_study_is_made_of_texts(tmp_path: Path) -> None:
    first = write(tmp_path / "in", "a_speech of May.txt", "The people unite.")
    second = write(tmp_path / "in", "Leaflet-3.txt", "We struggle on.")
    new = make_study(tmp_path / "My study", [first, second])
    study = load_study(tmp_path / "My study")
    assert new == NewStudy(2, ("a_speech of May.txt: utf-8", "Leaflet-3.txt: utf-8"))
    assert study.title == "My study"
    assert [document.id for document in study.documents] == ["a-speech-of-may", "leaflet-3"]
    assert [document.file for document in study.documents] == [first.name, second.name]
    assert [document.label for document in study.documents] == ["a speech of May", "Leaflet-3"]
    assert [document.title for document in study.documents] == ["a_speech of May", "Leaflet-3"]
    assert [source.text for source in read_sources(study)] == [
        "The people unite.",
        "We struggle on.",
    ]
    assert load_lexicon(study.lexicon).categories
    assert sorted(path.name for path in study.file.parent.iterdir()) == [
        "errata.csv", "lexicon.toml", "raw", "study.toml",
    ]  # fmt: skip
    assert sorted(path.name for path in tmp_path.iterdir()) == ["My study", "in"]


def test_a_new_study_has_the_date_of_the_day_and_no_licence(tmp_path: Path) -> None:
    before = date.today()
    study = made(tmp_path / "study", write(tmp_path, "a.txt"))
    assert before.isoformat() <= study.date <= date.today().isoformat()
    assert study.license == ""


def test_others_may_read_what_was_made(tmp_path: Path) -> None:
    study = made(tmp_path / "study", write(tmp_path, "a.txt"))
    assert study.file.parent.stat().st_mode & 0o755 == 0o755


@pytest.mark.parametrize(
    ("name", "identifier", "label"),
    [
        ("two words.txt", "two-words", "two words"),
        ("Größe & Maß.txt", "groe-ma", "Größe & Maß"),
        ("連設.txt", "text", "連設"),
        ("🙂.txt", "text", "🙂"),
        ('a "quoted" one.txt', "a-quoted-one", 'a "quoted" one'),
        ("it's.txt", "it-s", "it's"),
        ("back\\slash.txt", "back-slash", "back\\slash"),
        ("new\nline.txt", "new-line", "new line"),
        ("tab\tand\x7fmore.txt", "tab-and-more", "tab and more"),
        ("bell\x07.txt", "bell", "bell"),
        (" spaces .txt", "spaces", "spaces"),
        ("[documents].txt", "documents", "[documents]"),
        ("# = {}.txt", "text", "# = {}"),
        ("{title}.txt", "title", "{title}"),
        ("___.txt", "text", "text"),
        ("1992.txt", "1992", "1992"),
        (".hidden", "hidden", ".hidden"),
        ("no suffix", "no-suffix", "no suffix"),
        ("a.b.c.TXT", "a-b-c", "a.b.c"),
        ("x" * 19 + ".txt", "x" * 19, "x" * 19),
        # 18 characters and the sign that more was there.
        ("x" * 240 + ".txt", "x" * 50, "x" * 18 + "…"),
    ],
)
def test_names_of_all_kinds(tmp_path: Path, name: str, identifier: str, label: str) -> None:
    study = made(tmp_path / "study", write(tmp_path / "in", name))
    (document,) = study.documents
    assert (document.id, document.label) == (identifier, label)
    assert document.file == name
    assert read_sources(study)[0].text == "The people unite."


def test_a_name_that_is_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.txt")
    try:
        path.write_bytes(b"The people unite.")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    (line,) = make_study(tmp_path / "study", [path]).lines
    study = load_study(tmp_path / "study")
    assert line == "caf\ufffd.txt: utf-8"
    assert study.documents[0].id == "caf"
    assert read_sources(study)[0].text == "The people unite."


@pytest.mark.parametrize("name", ['my "study"', "Größe", "{title}", "a\\b"])
def test_names_of_the_folder(tmp_path: Path, name: str) -> None:
    assert made(tmp_path / name, write(tmp_path, "a.txt")).title == name


def test_what_no_title_can_hold_is_left_out_of_the_name_of_the_folder(tmp_path: Path) -> None:
    name = "two\nlines \x1b[31m\u202ered"
    assert made(tmp_path / name, write(tmp_path, "a.txt")).title == "two lines [31mred"


def test_texts_of_one_name(tmp_path: Path) -> None:
    texts = [write(tmp_path / place, "a.txt", f"The {place} people.") for place in "xyz"]
    texts.append(write(tmp_path / "z", "A.TXT", "Not the same on every system."))
    texts.append(write(tmp_path / "z", "a-2.txt", "A name that was given already."))
    study = made(tmp_path / "study", *texts)
    assert [document.file for document in study.documents] == [
        "a.txt", "a-2.txt", "a-3.txt", "A-4.TXT", "a-2-2.txt",
    ]  # fmt: skip
    assert [document.id for document in study.documents] == ["a", "a-2", "a-3", "a-4", "a-2-2"]
    assert [document.label for document in study.documents] == ["a", "a-2", "a-3", "A-4", "a-2-2"]
    assert [source.text.split()[1] for source in read_sources(study)][:3] == ["x", "y", "z"]


def test_labels_of_long_names_fit_a_figure_and_differ(tmp_path: Path) -> None:
    prefix = "Speech of the President on the occasion of the anniversary "
    texts = [write(tmp_path / "in", f"{prefix}{n}.txt") for n in range(1001)]
    labels = [document.label for document in made(tmp_path / "study", *texts).documents]
    assert labels[0] == "Speech of the Pres…"
    assert labels[1000] == "Speech of the Pres…-1001"
    assert max(map(len, labels)) == LABEL_LIMIT
    assert len(set(labels)) == 1001


def test_a_folder_stands_for_its_texts(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "b.txt": "B.",
        "a.html": "<p>A.",
        "C.TXT": "C.",
        "d.md": "D.",
        "t.csv": "text\nT.\n",
    }
    files |= {"e.pdf": pdf_bytes(["E."]), "f.docx": docx_bytes("F."), "._a.txt": "hidden"}
    files |= {"notes.rtf": "left out", "data.json": "{}", "README": "left out"}
    for name, content in files.items():
        write(tmp_path / "in", name, content)
    (tmp_path / "in" / "sub.txt").mkdir()
    single = write(tmp_path, "z.markdown", "Z.")
    new = make_study(tmp_path / "study", [single, tmp_path / "in"])
    sources = read_sources(load_study(tmp_path / "study"))
    assert [source.document.file for source in sources] == [
        "z.markdown", "C.TXT", "a.html", "b.txt", "d.md", "e.pdf", "f.docx", "t.csv",
    ]  # fmt: skip
    assert "".join(source.text.strip() for source in sources) == "Z.C.A.B.D.E.F.T."
    assert new.texts == len(new.lines) - 1 == 8
    assert new.lines[-1] == (
        "left out, for they are not .txt, .md, .html, .pdf, .docx or .csv: "
        "'README', 'data.json', 'notes.rtf', 'sub.txt/'"
    )


def test_two_hundred_texts(tmp_path: Path) -> None:
    for n in range(200):
        write(tmp_path / "in", f"speech {n:03}.txt", f"The people unite {n} times.")
    study = made(tmp_path / "study", tmp_path / "in")
    sources = read_sources(study)
    assert len(sources) == 200
    assert sources[199].text == "The people unite 199 times."
    assert study.documents[199].id == "speech-199"


def test_an_encoding_that_was_found_is_written_down(tmp_path: Path) -> None:
    text = "The party’s “unity” – in the café of our naïve friends – goes on."
    new = make_study(
        tmp_path / "study",
        [write(tmp_path, "a.txt", text.encode("cp1252")), write(tmp_path, "b.txt", text)],
    )
    assert new.lines == ("a.txt: cp1252 (detected)", "b.txt: utf-8")
    content = (tmp_path / "study" / "study.toml").read_text(encoding="utf-8")
    assert 'encoding = "cp1252"      # detected\n' in content
    first, second = tomllib.loads(content)["documents"]
    assert first["encoding"] == "cp1252"
    assert "encoding" not in second
    sources = read_sources(load_study(tmp_path / "study"))
    assert [source.text for source in sources] == [text, text]
    assert [source.encoding_basis for source in sources] == ["declared", "utf-8"]
    assert sources[0].path.read_bytes() == text.encode("cp1252"), "the file itself is as it was"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_text_with_a_byte_order_mark(tmp_path: Path, encoding: str) -> None:
    study = made(tmp_path / "study", write(tmp_path, "a.txt", "Größe".encode(encoding)))
    assert study.documents[0].encoding == encoding
    assert read_sources(study)[0].text == "Größe"


BAD = {
    "empty.txt": (b"", "is empty"),
    "spaces.txt": (b" \n", "is empty"),
    "spaces.html": (b" \n", "is a web page without text"),
    "no words.txt": (b"--- *** ?!", "has no words"),
    "no words.html": (b"<p>--- *** ?!", "has no words"),
    "pdf.txt": (pdf_bytes(["We met."]), "is a PDF, not plain text: rename it to end in .pdf"),
    "docx.txt": (docx_bytes("We met."), "is a Word document (.docx), not plain text: rename it"),
    "xlsx.txt": (XLSX, "is a spreadsheet (.xlsx), not plain text: save it as .csv first"),
    "xlsx.csv": (XLSX, "is a spreadsheet (.xlsx), not plain text: save it as .csv first"),
    "xlsx.docx": (XLSX, "is a spreadsheet (.xlsx), not a Word document (.docx)"),
    "zip.docx": (zip_bytes("a"), "is a zip archive, not a Word document (.docx): unpack it first"),
    "page.txt": (b"<!DOCTYPE html><p>We met.", "is a web page, for it begins with <!DOCTYPE html"),
    "notes.rtf": (b"{\\rtf1 We met.}", ".rtf files are not read. Save it as .txt, .md, .html"),
    "notes.odt": (zip_bytes("content.xml"), ".odt files are not read"),
    "pictures.pdf": (pdf_bytes([""]), "has no text layer: it is pictures of pages; run OCR"),
    "encrypted.pdf": (pdf_bytes(["We met."], encrypt=ENCRYPTED), "is encrypted"),
    "broken.pdf": (b"%PDF-1.4\n%%EOF", "is damaged, or is no PDF"),
    "binary.txt": (b"a\x00b", "is a binary file"),
    "binary.html": (b"<p>a\x00b", "is a binary file"),
    "binary.csv": (b"text\na\x00b\n", "is a binary file"),
    "line.txt": (b"a" * 50_000_000, "has a line of 50,000,000 characters, which no text has"),
    "damaged.txt": ("Größe Größe Größe".encode() + b"\xff", "line 1: byte 23 is not UTF-8"),
    "ragged.csv": (b"id,text\n1,We met.\n2\n", "line 3: the row has 1 field, but the first line"),
    "no names.csv": (b"1,We met.\n2,It rained.\n", "Its columns: '1', 'We met.'."),
    "names.csv": (b"id,text\n", "has no rows below its first line"),
    "empty.csv": (b"id,text\n1,\n2,---\n", "has no words in its column 'text'"),
    "zero.csv": (b"", "is empty"),
}


@pytest.mark.parametrize("name", BAD)
def test_one_bad_text_and_nothing_is_made(tmp_path: Path, name: str) -> None:
    data, said = BAD[name]
    good, bad = write(tmp_path, "good.txt"), write(tmp_path, name, data)
    before = snapshot(tmp_path)
    for folder in (tmp_path / "study", tmp_path / "new" / "study"):
        with pytest.raises(SourceError) as caught:
            make_study(folder, [good, bad])
        assert str(bad) in str(caught.value)
        assert said in str(caught.value)
        assert "\n" not in str(caught.value)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ([], "No texts were named"),
        (["nothing"], "There are no .txt, .md, .html, .pdf, .docx or .csv files in"),
        (["in/spech.txt"], "Did you mean 'speech.txt'?"),
        (["elsewhere/a.txt"], "There is no text"),
        (["in/speech.txt/a.txt"], "Not a directory"),
    ],
)
def test_no_text_and_nothing_is_made(tmp_path: Path, texts: list[str], said: str) -> None:
    write(tmp_path / "in", "speech.txt")
    (tmp_path / "nothing").mkdir()
    before = snapshot(tmp_path)
    with pytest.raises(SourceError) as caught:
        make_study(tmp_path / "study", [tmp_path / text for text in texts])
    assert said in str(caught.value)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize(
    ("name", "content", "stated", "origins"),
    [
        (
            "a.txt",
            "On Unity\n\nBy A. Author\n(October 10, 1992)\n\nWe met.",
            ("On Unity", "A. Author", "1992-10-10", "stated", ""),
            ["line 1 of the file", "line 3 of the file", "line 4 of the file"],
        ),
        (
            "a.md",
            "---\ntitle: On Unity\ndate: some day\n---\nWe met.",
            ("On Unity", "not stated", "", "unknown", "some day"),
            ["line 2 of the file", "line 3 of the file: as it stands, for it is no plain date"],
        ),
        (
            "a.html",
            "<title>On Unity</title><meta name=author content='A. Author'><p>We met.",
            ("On Unity", "A. Author", "", "unknown", ""),
            ["from <title>", "from <meta name=author>"],
        ),
        (
            "a.pdf",
            pdf_bytes(["We met."], "/Title (On Unity) /CreationDate (D:20120415)"),
            ("On Unity", "not stated", "", "unknown", "The PDF file was made on 2012-04-15; "),
            ["from the properties of the PDF file"],
        ),
        ("a.csv", "text\nWe met.\n", ("a 1", "not stated", "", "unknown", ""), []),
        ("a_b.txt", "We met.", ("a_b", "not stated", "", "unknown", ""), []),
    ],
)
def test_what_a_file_states_is_written_down_with_its_place(
    tmp_path: Path,
    name: str,
    content: str | bytes,
    stated: tuple[str, ...],
    origins: list[str],
) -> None:
    (document,) = made(tmp_path / "study", write(tmp_path, name, content)).documents
    assert (document.title, document.author, document.date, document.date_basis) == stated[:4]
    assert document.date_note.startswith(stated[4])
    assert bool(document.date_note) == bool(stated[4])
    study = (tmp_path / "study" / "study.toml").read_text(encoding="utf-8")
    assert all(f"# {origin}\n" in study for origin in origins)
    assert ("# from the name of the file\n" in study) == (document.title != "On Unity")


def test_a_note_on_a_text_is_a_comment(tmp_path: Path) -> None:
    new = make_study(tmp_path / "study", [write(tmp_path, "a.pdf", pdf_bytes(["We met.", ""]))])
    assert new.lines == ("a.pdf: pdf (text layer); no text on page 2 of 2",)
    study = (tmp_path / "study" / "study.toml").read_text(encoding="utf-8")
    assert "[[documents]]\n# no text on page 2 of 2\n" in study
    assert "encoding" not in study


def test_labels_come_from_short_titles_that_differ(tmp_path: Path) -> None:
    long = "On the Unity of All the People"
    titles = ["On Unity", "Peace", "peace", long, "A title of 24 characters", "x 2"]
    files = [
        write(tmp_path / "in", f"x{n or ''}.md", f"# {title}\n\nWe met.")
        for n, title in enumerate(titles)
    ]
    files.append(write(tmp_path / "other", "x 2.txt", "We met."))
    assert [document.label for document in made(tmp_path / "study", *files).documents] == [
        "On Unity", "x1", "x2", "x3", "A title of 24 characters", "x 2", "x 2-2",
    ]  # fmt: skip


def test_a_table_is_as_many_texts_as_it_has_rows(tmp_path: Path) -> None:
    rows = 'id,label,Speaker,date,Body\nA 1,First,Kim,1992,"We met,\nand\nparted."\n'
    rows += "A 1,First,,soon,It rained.\n,,,,\nb,,Il,1992-10-10,It shone.\n"
    new = make_study(tmp_path / "study", [write(tmp_path, "speeches.csv", rows)])
    assert new == NewStudy(
        3,
        (
            "speeches.csv: utf-8; 3 texts in column “Body”; states author, date; left out, for "
            "want of words: row 3",
        ),
    )
    sources = read_sources(load_study(tmp_path / "study"))
    assert [source.text for source in sources] == [
        "We met,\nand\nparted.", "It rained.", "It shone.",
    ]  # fmt: skip
    documents = [source.document for source in sources]
    assert [(d.id, d.label, d.author, d.row) for d in documents] == [
        ("a-1", "speeches 1", "Kim", 1),
        ("a-1-2", "speeches 2", "not stated", 2),
        ("b", "speeches 4", "Il", 4),
    ]
    assert [d.date or d.date_note for d in documents] == ["1992", "soon", "1992-10-10"]
    assert {(d.file, d.column) for d in documents} == {("speeches.csv", "Body")}
    assert len(list((tmp_path / "study" / "raw").iterdir())) == 1


def test_the_column_that_holds_the_texts(tmp_path: Path) -> None:
    table = write(tmp_path, "a.csv", "text,words\nx,We met.\n")
    make_study(tmp_path / "study", [table], "words")
    assert read_sources(load_study(tmp_path / "study"))[0].text == "We met."
    with pytest.raises(SourceError, match=r"has no column 'wrods'\. Did you mean 'words'\?"):
        make_study(tmp_path / "other", [table], "wrods")
    with pytest.raises(SourceError, match=r"--text-column words: there is no \.csv file"):
        make_study(tmp_path / "other", [write(tmp_path, "a.txt")], "words")
    assert not (tmp_path / "other").exists()


def test_five_thousand_rows_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f"Speech {n},We met {n} times{' and more' * 300}.\n" for n in range(5000))
    calls: list[int] = []

    def counted(data: bytes, path: Path, declared: str = "") -> Table:
        calls.append(len(data))
        return read_table(data, path, declared)

    started = time.monotonic()
    study = made(tmp_path / "study", write(tmp_path, "a.csv", f"title,text\n{rows}"))
    monkeypatch.setattr("rhetorica.sources.read_table", counted)
    sources = read_sources(study)
    assert (len(sources), len(calls)) == (5000, 1)
    assert sources[4999].text.startswith("We met 4999 times and more")
    assert sources[4999].document.label == "Speech 4999"
    assert time.monotonic() - started < 20, (
        "usually 3 seconds; it was 40 when the file was hashed for every row"
    )


@pytest.mark.parametrize("ending", ["", "\n", "\r\n\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_line_ends_and_no_line_end(tmp_path: Path, encoding: str, ending: str) -> None:
    text = f"In the café\r\nof our\rnaïve\nfriends{ending}"
    study = made(tmp_path / "study", write(tmp_path, "a.txt", text.encode(encoding)))
    assert read_sources(study)[0].text == text


@given(title=st.text(st.characters()), name=st.text(st.characters(exclude_categories=["Cs"])))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_statement_breaks_the_study_file(tmp_path: Path, title: str, name: str) -> None:
    """What comes from a file may hold quotation marks, line ends and control characters."""
    stated = state("title", title, f'column "{name}"') | state("date", name, title)
    file = _File("a.txt", b"", "0" * 64, "cp1252", title, (), "")
    entry = _entry("a", Statement("label", title), "a.txt", file, _Text(name, stated, (title,)))
    (document,) = tomllib.loads(entry)["documents"]
    assert document["title"] == tidy(title) or not tidy(title)
    assert set(document) <= set(Document.model_fields)


def test_a_line_of_fifty_megabytes_in_a_study_is_refused_at_once(tmp_path: Path) -> None:
    make_study(tmp_path / "study", [write(tmp_path, "a.txt")])
    replace_text(tmp_path / "study", "a.txt", b"We met." * 8_000_000)
    started = time.monotonic()
    with pytest.raises(SourceError, match="which no text has"):
        read_sources(load_study(tmp_path / "study"))
    assert time.monotonic() - started < 10, "usually half a second"


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("full", "exists already and is no empty folder"),
        ("full/kept.txt", "exists already and is no empty folder"),
        ("full/kept.txt/study", "a file is where a folder should be"),
        ("x" * 300 + "/study", "File name too long"),
    ],
)
def test_a_target_that_will_not_do_is_left_alone(tmp_path: Path, target: str, said: str) -> None:
    text = write(tmp_path / "in", "a.txt")
    write(tmp_path / "full", "kept.txt", "kept")
    before = snapshot(tmp_path)
    with pytest.raises((RhetoricaError, OSError), match=said):
        make_study(tmp_path / target, [text])
    assert snapshot(tmp_path) == before


def test_an_empty_folder_is_filled_even_if_someone_stands_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = write(tmp_path / "in", "a.txt")
    (tmp_path / "study").mkdir()
    number = (tmp_path / "study").stat().st_ino
    monkeypatch.chdir(tmp_path / "study")
    make_study(Path(), [text])
    assert (tmp_path / "study").stat().st_ino == number
    assert load_study(Path()).title == "study"
    assert sorted(path.name for path in (tmp_path / "study").iterdir()) == [
        "errata.csv", "lexicon.toml", "raw", "study.toml",
    ]  # fmt: skip


def test_a_link_to_an_empty_folder_stays_a_link(tmp_path: Path) -> None:
    text = write(tmp_path / "in", "a.txt")
    (tmp_path / "place").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "place")
    assert made(tmp_path / "link", text).raw == (tmp_path / "place" / "raw").resolve()
    assert (tmp_path / "link").is_symlink()


@pytest.mark.parametrize(
    "target", ["pathlib.Path.replace", "pathlib.Path.mkdir", "tempfile.mkdtemp"]
)
@pytest.mark.parametrize("exists", [False, True])
def test_a_full_disk_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, exists: bool
) -> None:
    def full_disk(*_: Any, **__: Any) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    text = write(tmp_path / "in", "a.txt")
    if exists:
        (tmp_path / "study").mkdir()
    before = snapshot(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(target, full_disk)
        with pytest.raises(OutputError, match="No space left on device"):
            make_study(tmp_path / "study", [text])
    assert snapshot(tmp_path) == before
