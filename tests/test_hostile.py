"""What a text, a name or a value says is only ever text, whichever way it leaves the program."""

import ast
import csv
import json
import re
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rhetorica import gallery, notebook
from rhetorica.annotations import read_annotations, write_annotations
from rhetorica.catalogue import CATALOGUE
from rhetorica.cells import csv_bytes, guarded, unguarded
from rhetorica.cli import main
from rhetorica.corpus import Corpus, read_corpus
from rhetorica.errata import Erratum, read_errata, write_errata
from rhetorica.errors import AnnotationError, NothingToShow, RhetoricaError, harmless
from rhetorica.figures import draw
from rhetorica.files import sha256_of
from rhetorica.findings import record, table
from rhetorica.new_study import make_study
from rhetorica.parameters import PARAMETER_NAMES, check_parameters, read_value
from rhetorica.records import read_records
from rhetorica.sources import read_sources
from rhetorica.study import load_study
from support.nasty import CODE, FORMULAE, MARKUP, NASTY, PATHS, UNREADABLE

# Where a program of tables might see the beginning of a formula.
FORMULA = re.compile(r"[\s\u200b\ufeff\"“”«»„‚‘’]*[=+\-@＝＋－＠]|[\t\r\n]")  # noqa: RUF001
# What a study file may hold; and short, or comparing the passages of the texts would take long.
SHOWN = tuple(t for t in NASTY if harmless(t) == t and t.strip() and len(t) < 300)


def cells(data: bytes, delimiter: str = ",") -> list[list[str]]:
    text = data.decode("utf-8")
    return list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))


# --- spreadsheets


@pytest.mark.parametrize("text", NASTY)
def test_a_cell_is_read_back_as_it_was(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(st.text(alphabet="'\"=+-@;\t\r\n a＝\u200b\u00a0“", max_size=12))  # noqa: RUF001
def test_any_cell_is_read_back_as_it_was(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not FORMULA.match(guarded(text))


@pytest.mark.parametrize("text", FORMULAE)
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_no_cell_is_a_formula(text: str, delimiter: str) -> None:
    """Also where a spreadsheet is set to semicolons, and cuts the cells elsewhere."""
    data = csv_bytes([["a", text, "b"], [text, 1, "b"]])
    assert not [cell for row in cells(data, delimiter) for cell in row if FORMULA.match(cell)]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("'=1+1", "''=1+1"),
        ("\t=1", "'\t=1"),
        ("a;=1", "a;'=1"),
        ("one = two", "one = two"),
        ("people's", "people's"),
        ("'tis", "'tis"),
        ("– a dash", "– a dash"),
        ("a; b", "a; b"),
    ],
)
def test_an_apostrophe_stands_only_where_it_must(text: str, cell: str) -> None:
    assert guarded(text) == cell


def test_a_table_of_a_finding_is_text_and_numbers() -> None:
    frame = pd.DataFrame(
        {
            "=term": list(NASTY),
            "n": range(-3, len(NASTY) - 3),
            "share": [-1 / 3] * len(NASTY),
            "is_one": [True] * len(NASTY),
            "mixed": pd.Series([*NASTY[:-2], None, -2.5], dtype=object),
        }
    )
    head, *rows = cells(table(frame))
    assert head == ["'=term", "n", "share", "is_one", "mixed"]
    assert [unguarded(row[0]) for row in rows] == list(NASTY)
    assert [row[1:4] for row in rows][:2] == [
        ["-3", "-0.333333", "True"],
        ["-2", "-0.333333", "True"],
    ]
    assert [row[4] for row in rows][-2:] == ["", "-2.5"]
    assert not [row for row in rows if FORMULA.match(row[0])]


def test_errata_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    texts = [text.strip() for text in NASTY if text.strip()]
    errata = [
        Erratum(f"e:{i}", "a", text, text, f"{i} {text}", "word", "likely", True, text)
        for i, text in enumerate(texts, 2)
    ]
    path = tmp_path / "errata.csv"
    path.write_bytes(write_errata(errata))
    read = read_errata(path, ["a"])
    assert [e.context for e in read] == [e.context for e in errata]
    assert [e.reason for e in read] == [e.reason for e in errata]
    assert [e.correction for e in read] == [" ".join(e.correction.split()) for e in errata]
    assert not [cell for row in cells(path.read_bytes()) for cell in row if FORMULA.match(cell)]


def test_sheets_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    rows = [{"document": "a", "sentence": text, "before": text, "note": text} for text in NASTY]
    path = tmp_path / "sheet.csv"
    path.write_bytes(write_annotations(rows, ["-unity"]))
    read = [fields for _, fields in read_records(path, AnnotationError, lambda _, __: None)]
    assert list(read[0]) == [
        "document",
        "before",
        "sentence",
        "-unity",
        "borderline",
        "note",
        "draw",
    ]
    assert [fields["sentence"] for fields in read] == list(NASTY)
    assert not [cell for row in cells(path.read_bytes()) for cell in row if FORMULA.match(cell)]
    assert read_annotations(path, ["a"], ["-unity"]).unlabelled == len(NASTY)


# --- a study in which everything is nasty


def toml(text: str) -> str:
    """A basic string of TOML."""
    plain = json.dumps(text, ensure_ascii=False)
    return re.sub(r"[\x7f]", lambda m: f"\\u{ord(m[0]):04x}", plain)


LABELS = ("=cmd|' {0}", '<b>x & "y"', "$x^2$ `a` ![b]")
LEXICON = """
[lexicon]
title = '<script>alert(1)</script>'
[parents.own]
label = '=1+1 <script>'
[categories.-unity]
label = '<img src=x>{0}$x$'
parent = 'own'
include = '<img src=x onerror=alert(1)>'
entries = ['unit*', 'unite and']
[categories.masses]
label = '@SUM(1) [x](y) %s'
entries = ['masses', 'people']
"""


def make(folder: Path, nasty: Sequence[str] = SHOWN) -> Path:
    """Make a study whose names, titles, labels, categories and texts are nasty."""
    (folder / "raw").mkdir(parents=True)
    title = toml(MARKUP[0] + CODE[0] + "=1+1 {0} $x$")
    named = ", ".join(map(toml, nasty[:40]))
    lines = ["[study]", f"title = {title}", "[parameters]", "n_draws = 100", "n_topics = 2"]
    lines += [f"leave_out = [{named}]", f"words = [{toml('[<script>$x$=]*')}, 'the people']"]
    for i, label in enumerate(LABELS):
        own = [f"{text} The people unite and struggle {text} on." for text in nasty[i::3]]
        data = "\n\n".join([*own, "The masses of the people unite. " * 30, ""]).encode()
        values = {
            "id": f"text-{i}",
            "file": f"{i} {label}.txt",
            "label": label,
            "title": FORMULAE[i] + MARKUP[i],
            "author": MARKUP[-i] + "{0} %s",
            "sha256": sha256_of(data),
        }
        (folder / "raw" / values["file"]).write_bytes(data)
        lines += ["[[documents]]", *(f"{key} = {toml(value)}" for key, value in values.items())]
    (folder / "study.toml").write_text("\n".join(lines), encoding="utf-8")
    (folder / "lexicon.toml").write_text(LEXICON, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return read_corpus(load_study(make(tmp_path_factory.mktemp("nasty") / "study", SHOWN[::3])))


@pytest.mark.parametrize("item", CATALOGUE, ids=lambda item: item.name)
def test_every_figure_of_nasty_texts_is_a_picture_and_tables_without_formulas(
    corpus: Corpus, item: Any
) -> None:
    try:
        finding = item.find(corpus)
    except NothingToShow:
        return
    figure = draw(finding, item.draw)
    root = ElementTree.fromstring(figure.svg)
    titles = [node.text for node in root.iter("{http://purl.org/dc/elements/1.1/}title")]
    assert titles[0] == finding.title
    kinds = {node.tag.rpartition("}")[2] for node in root.iter()}
    assert not kinds & {"script", "a", "foreignObject", "img"}
    links = [value for node in root.iter() for key, value in node.items() if key.endswith("href")]
    assert not [link for link in links if not link.startswith(("#", "data:image/png;"))]
    assert json.loads(record(finding))["title"] == finding.title
    for frame in (finding.frame, *finding.tables.values()):
        texts = [not pd.api.types.is_numeric_dtype(frame[name]) for name in frame.columns]
        for row in cells(table(frame)):
            assert not [
                c for c, is_text in zip(row, texts, strict=True) if is_text and FORMULA.match(c)
            ]


# --- pages


@pytest.mark.parametrize("text", [text for text in NASTY if text.strip()])
def test_a_table_in_a_notebook_shows_text(text: str) -> None:
    page = BeautifulSoup(notebook._table(pd.DataFrame({text: [text]})), "html.parser")
    assert {tag.name for tag in page.find_all()} == {"table", "thead", "tbody", "tr", "th", "td"}
    assert {key for tag in page.find_all() for key in tag.attrs} <= {"style", "class"}
    shown = [cell.get_text() for cell in page.find_all(["th", "td"])]
    assert [one_kind_of_line_end(cell) for cell in shown] == [one_kind_of_line_end(text)] * 2


def one_kind_of_line_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize("text", [text for text in NASTY if text.strip()])
def test_the_gallery_shows_text(text: str) -> None:
    plain = gallery._plain(text)
    page = MarkdownIt("gfm-like", {"linkify": False}).render(
        f"# {plain}\n\n![{plain}](a.svg)\n\n{plain}\n"
    )
    read = BeautifulSoup(page, "html.parser")
    assert [tag.name for tag in read.find_all()] == ["h1", "p", "img", "p"]
    shown = " ".join(harmless(" ".join(text.split())).split())
    assert read.h1 is not None
    assert read.h1.get_text() == shown
    assert read.find_all("p")[1].get_text() == shown
    assert read.find_all("img")[0]["alt"] == shown


# --- names and paths


def test_a_study_of_files_with_nasty_names(tmp_path: Path) -> None:
    names = [f"{text}.txt" for text in (*NASTY, *UNREADABLE)]
    names += [text.rstrip(".") for text in PATHS]
    (tmp_path / "in").mkdir()
    made = []
    for name in dict.fromkeys(names):
        path = tmp_path / "in" / name
        if "/" in name or "\0" in name or Path(name).suffix not in ("", ".txt"):
            continue
        try:
            path.write_text("The people unite.", encoding="utf-8")
        except (OSError, ValueError):  # no file can be called so
            continue
        made.append(path)
    assert len(made) > 150
    new = make_study(tmp_path / "study", made)
    study = load_study(tmp_path / "study")
    assert len(read_sources(study)) == new.texts == len(made)
    assert all(harmless(line) == line and "\n" not in line for line in new.lines)
    assert all(re.fullmatch("[a-z0-9-]{1,60}", document.id) for document in study.documents)
    assert all(harmless(document.label) == document.label for document in study.documents)
    inside = [path for path in (tmp_path / "study").rglob("*") if path.is_file()]
    assert len(inside) == len(made) + 3
    assert {path.name for path in tmp_path.iterdir()} == {"in", "study"}


@pytest.mark.parametrize("text", NASTY)
def test_a_file_of_a_study_lies_in_its_raw_folder_or_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "up.txt").write_text("secret", encoding="utf-8")
    digest = sha256_of(b"secret")
    named = f'id = "a"\nlabel = "A"\nfile = {toml(text)}\nsha256 = "{digest}"\n'
    study = f'[study]\ntitle = "x"\n[[documents]]\n{named}'
    (tmp_path / "study.toml").write_text(study, encoding="utf-8")
    with pytest.raises(RhetoricaError):
        read_sources(load_study(tmp_path))


# --- parameters, and the terminal


@pytest.mark.parametrize("name", PARAMETER_NAMES)
def test_a_nasty_parameter_is_a_value_or_refused(name: str) -> None:
    refused = []
    for text in (*NASTY, *UNREADABLE):
        try:
            value = getattr(check_parameters({name: read_value(name, text)}), name)
        except RhetoricaError as error:
            refused.append(str(error))
        else:
            assert isinstance(value, (str, tuple, int, float))
    assert all(said == harmless(said).replace("\n", "") for said in refused)
    assert max(map(len, refused), default=0) <= 2000


def test_nothing_that_is_said_of_a_nasty_study_is_a_command(tmp_path: Path) -> None:
    folder = make(tmp_path / "study", [text for text in NASTY if len(text) < 300])
    for command in (
        ["edition", "text-0", "--diff"],
        ["kwic", "people", "--width", "40"],
        ["kwic", "--category", "masses"],
        ["lexicon", "check", "--all"],
        ["errata", "suggest"],
        ["annotate", "sample", "-o", str(tmp_path / "sheet.csv")],
        ["annotate", "score", "--sheet", str(tmp_path / "sheet.csv")],
        ["annotate", "score", "--sheet", str(tmp_path / "\x1b[31m\n.csv")],
        ["run", "--only", "\x1b[31m"],
    ):
        code, said = call(*command, str(folder))
        assert code in (0, 1)
        assert said == harmless(said)
        assert "Traceback" not in said
    assert not list(tmp_path.rglob("OWNED"))


def call(*arguments: str) -> tuple[int, str]:
    """Run the command line in this process; return its code and all that it said."""
    said = StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        code = main(list(arguments))
    return code, said.getvalue()


# --- a whole run


def test_a_run_of_a_nasty_study_executes_nothing_of_it(tmp_path: Path) -> None:
    folder = make(tmp_path / "a {0} {x} %s $(touch OWNED) 'b' \"c\" <i>")
    nasty = '"; __import__("os").system("touch OWNED"); x = """\n%%bash\ntouch OWNED\n!touch OWNED'
    code, said = call(
        "run", str(folder), "--only", "02_topics", "-p", "leave_out", nasty, "-p", "n_topics", "2"
    )
    assert (code, said) == (0, harmless(said)), said
    [file] = (folder / "build" / "notebooks").glob("*.ipynb")
    cells = nbformat.read(file, as_version=4).cells
    [injected] = [cell for cell in cells if "injected-parameters" in cell.metadata.get("tags", [])]
    values = {
        node.targets[0].id: ast.literal_eval(node.value) for node in ast.parse(injected.source).body
    }
    assert values["leave_out"] == [nasty]
    assert not list(tmp_path.rglob("OWNED"))
    assert not Path("OWNED").exists()
    for path in (folder / "figures").glob("*.svg"):
        assert "<script" not in path.read_text(encoding="utf-8")
    for path in (folder / "figures").glob("*.csv"):
        numbers = re.compile(r"-?[\d.]+(e-?\d+)?|")
        found = [cell for row in cells_of(path) for cell in row if not numbers.fullmatch(cell)]
        assert not [cell for cell in found if FORMULA.match(cell)]


def cells_of(path: Path) -> list[list[str]]:
    return cells(path.read_bytes())
