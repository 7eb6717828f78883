"""The study file: what it may say, and what a person is told of each slip, with its line."""

import hashlib
from pathlib import Path

import pytest
from pydantic import ValidationError

from rhetorica.errors import StudyError
from rhetorica.parameters import Parameters
from rhetorica.study import Study, default_study_file, document_ids, load_study

A, B = "a" * 64, "b" * 64

# The comments give the number of their line: the tests below name lines by counting from them.
GOOD = f"""\
[study]  # 1
title = "Two texts"

[paths]  # 4
raw = "texts"
figures = "../figures"

[parameters]  # 8
seed = 7
leave_out = [
  "Kim",
]
n_terms = 6  # 13

[[documents]]  # 15
id = "one"
file = "one.txt"
label = "One"
sha256 = "{A}"

[[documents]]  # 21
id = "two"
file = "two.txt"
label = "Two"
sha256 = "{B}"
"""


def write(folder: Path, content: str | bytes) -> Path:
    file = folder.resolve() / "study.toml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return file


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


def complaint(file: Path) -> str:
    with pytest.raises(StudyError) as caught:
        load_study(file)
    message = str(caught.value)
    assert str(file) in message
    return message


def test_the_default_study_describes_the_five_texts_as_they_are() -> None:
    study = load_study(default_study_file())
    assert len(study.documents) == 5
    for document in study.documents:
        data = (study.raw / document.file).read_bytes()
        assert hashlib.sha256(data).hexdigest() == document.sha256
    assert len({document.id for document in study.documents}) == 5
    assert len({document.label for document in study.documents}) == 5
    assert study.parameters.n_topics == Parameters().n_topics == 0, "the study leaves it open"
    assert study.parameters.leave_out[:2] == ("Kim", "Il")
    assert study.lexicon.is_file()


def test_a_study_is_found_by_its_folder_or_its_file(tmp_path: Path) -> None:
    file = write(tmp_path, GOOD)
    by_folder, by_file = load_study(tmp_path), load_study(str(file))
    assert by_folder == by_file
    assert by_folder.file == file


def test_what_a_study_says(tmp_path: Path) -> None:
    study = load_study(write(tmp_path, GOOD))
    folder = tmp_path.resolve()
    assert study.title == "Two texts"
    assert (study.date, study.license) == ("", ""), "neither is guessed"
    assert [document.id for document in study.documents] == ["one", "two"]
    assert study.documents[1].date == ""
    assert study.documents[1].date_basis == "unknown"
    assert (study.parameters.seed, study.parameters.n_terms) == (7, 6)
    assert study.parameters.leave_out == ("Kim",)
    assert study.parameters.n_topics == 0, "what the study does not set keeps its default"
    assert study.raw == folder / "texts"
    assert study.figures == folder.parent / "figures", "paths are relative to the study file"
    assert study.lexicon == folder / "lexicon.toml"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('""', ""),
        ('"1992"', "1992"),
        ('"1992-10"', "1992-10"),
        ('"1992-10-10"', "1992-10-10"),
        ("1992-10-10", "1992-10-10"),
        ('"2012-02-29"', "2012-02-29"),
    ],
)
def test_dates(tmp_path: Path, written: str, read: str) -> None:
    study = load_study(
        write(tmp_path, changed('label = "Two"', f'label = "Two"\ndate = {written}'))
    )
    assert study.documents[1].date == read
    title = 'title = "Two texts"'
    assert load_study(write(tmp_path, changed(title, f"{title}\ndate = {written}"))).date == read


def test_a_licence_is_any_words(tmp_path: Path) -> None:
    title = 'title = "Two texts"'
    study = load_study(write(tmp_path, changed(title, f'{title}\nlicense = "CC BY, by hand"')))
    assert study.license == "CC BY, by hand"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('id = "two"', 'id = "2"'),
        ('id = "two"', f'id = "{"x" * 60}"'),
        ('file = "two.txt"', 'file = "2"'),
        ('file = "two.txt"', 'file = "a folder/..two.txt"'),
        ('label = "Two"', 'label = "2"'),
        ('label = "Two"', f'label = "{"x" * 24}"'),
        ('title = "Two texts"', 'title = "2"'),
    ],
)
def test_the_shortest_and_the_longest(tmp_path: Path, old: str, new: str) -> None:
    assert len(load_study(write(tmp_path, changed(old, new))).documents) == 2


def test_a_study_and_its_documents_are_frozen(tmp_path: Path) -> None:
    study = load_study(write(tmp_path, GOOD))
    with pytest.raises(ValidationError, match="frozen"):
        study.title = "Another"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="frozen"):
        study.documents[0].id = "another"  # type: ignore[misc]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("\ufeff" + GOOD, id="byte-order mark"),
        pytest.param(GOOD.replace("\n", "\r\n"), id="line ends of Windows"),
    ],
)
def test_what_an_editor_may_do_to_a_study_file(tmp_path: Path, content: str) -> None:
    assert load_study(write(tmp_path, content)).title == "Two texts"


# What stands in the file, what stands there instead, the line to be named, and what is said.
SLIPS = {
    # Unknown keys, at each level.
    "key of the file": (
        "[study]  # 1",
        "colour = 1\n[study]",
        1,
        ["unknown key 'colour'", "study"],
    ),
    "table": ("[parameters]", "[parameter]", 8, ["'parameter'", "Did you mean 'parameters'?"]),
    "key of study": ('title = "Two texts"', 'titel = "T"', 2, ["'titel'", "Did you mean 'title'?"]),
    "key of paths": ("figures =", "figure =", 6, ["'figure'", "Did you mean 'figures'?"]),
    "key of a document": (
        'label = "Two"',
        'label = "Two"\nauthr = "x"',
        25,
        ["unknown key 'authr'", "Did you mean 'author'?", "date_basis"],
    ),
    # Types.
    "type of title": ('"Two texts"', "3", 2, ["title = 3", "text in quotation marks"]),
    "type of a document's title": ('"Two"', '"Two"\ntitle = 3', 25, ["title = 3"]),
    "empty title": ('"Two texts"', '""', 2, ["title = ''", "some text"]),
    "type of a path": ('"texts"', '["texts"]', 5, ["raw = ['texts']", "text in quotation marks"]),
    "type of a file": ('"two.txt"', "2", 23, ["file = 2", "the name of a file"]),
    "single brackets": (
        f'[[documents]]  # 15\nid = "one"\nfile = "one.txt"\nlabel = "One"\nsha256 = "{A}"\n\n'
        "[[documents]]  # 21",
        "[documents]",
        15,
        ["documents = ", "[[documents]]"],
    ),
    # Missing keys: the line is that of the table's header.
    "missing title": ('title = "Two texts"\n', "", 1, ["[study]", "lacks the key 'title'"]),
    "missing id": ('id = "two"\n', "", 21, ["document 2", "lacks the key 'id'"]),
    "missing file": ('file = "one.txt"\n', "", 15, ["document 1", "lacks the key 'file'"]),
    "missing label": ('label = "Two"\n', "", 21, ["document 2", "lacks the key 'label'"]),
    "missing sha256": (f'sha256 = "{B}"\n', "", 21, ["document 2", "lacks the key 'sha256'"]),
    # Doubles: the line is that of the second.
    "doubled id": ('"two"', '"one"', 22, ["id 'one'", "document 1", "different"]),
    "doubled file": ('"two.txt"', '"one.txt"', 23, ["file 'one.txt'", "document 1", "different"]),
    "doubled label": ('"Two"', '"One"', 24, ["label 'One'", "document 1", "different"]),
    # Values.
    "id with a space": ('"two"', '"Text two"', 22, ["id = 'Text two'", "small letters"]),
    "id that ends a line": ('"two"', '"two\\n"', 22, ["id = 'two\\n'", "small letters"]),
    "long id": ('"two"', f'"{"x" * 61}"', 22, ["1 to 60"]),
    "long label": ('"Two"', f'"{"x" * 25}"', 24, ["label", "1 to 24 characters"]),
    "empty label": ('"Two"', '""', 24, ["label = ''", "1 to 24 characters"]),
    "blank label": ('"Two"', '"  "', 24, ["label = '  '", "without spaces"]),
    "label of two lines": ('"Two"', '"a\\nb"', 24, ["label", "one line"]),
    "date in words": ('"Two"', '"Two"\ndate = "12 May"', 25, ["date = '12 May'", "YYYY-MM-DD"]),
    "date as number": ('"Two"', '"Two"\ndate = 2012', 25, ["date = 2012", "quotation marks"]),
    "date with a time": ('"Two"', '"Two"\ndate = 2012-10-10T10:00:00', 25, ["YYYY-MM-DD"]),
    "date without hyphens": ('"Two"', '"Two"\ndate = "20121010"', 25, ["'20121010'"]),
    "month 13": ('"Two"', '"Two"\ndate = "2012-13"', 25, ["'2012-13'", "a date that exists"]),
    "29 February": ('"Two"', '"Two"\ndate = "2011-02-29"', 25, ["a date that exists"]),
    "date of the study": (
        'title = "Two texts"',
        'title = "T"\ndate = "23 November"',
        3,
        ["date = '23 November'", "a date that exists", "YYYY-MM-DD"],
    ),
    "type of a licence": ('title = "Two texts"', 'title = "T"\nlicense = 1', 3, ["a licence"]),
    "misspelt licence": (
        'title = "Two texts"',
        'title = "T"\nlicence = "MIT"',
        3,
        ["unknown key 'licence'", "Did you mean 'license'?"],
    ),
    "basis of the date": (
        '"Two"',
        '"Two"\ndate_basis = "infered"',
        25,
        ["date_basis = 'infered'", "Did you mean 'inferred'?"],
    ),
    "short sha256": (f'"{B}"', '"abc"', 25, ["sha256 = 'abc'", "64 digits"]),
    "sha256 in capitals": (f'"{B}"', f'"{"B" * 64}"', 25, ["sha256", "a to f"]),
    # Files outside raw, or nowhere.
    "file above raw": ('"two.txt"', '"../two.txt"', 23, ["'../two.txt'", "raw folder"]),
    "file round about": ('"two.txt"', '"a/../../b.txt"', 23, ["'a/../../b.txt'", "raw folder"]),
    "absolute file": ('"two.txt"', '"/two.txt"', 23, ["'/two.txt'", "raw folder"]),
    "empty file": ('"two.txt"', '""', 23, ["file = ''", "raw folder"]),
    "file that no system can name": ('"two.txt"', '"a\\u0000b"', 23, ["file = "]),
    "path that no system can name": ('"texts"', '"a\\u0000b"', 5, ["raw = "]),
    "encoding that has no name": ('"Two"', '"Two"\nencoding = "u\\u0000"', 25, ["encoding"]),
    # What no page, picture or system can show or name.
    "title with a command": ('"Two texts"', '"T\\u001b[31m"', 2, ["title = 'T\\x1b[31m' has char"]),
    "label that turns": ('"Two"', '"a\\u202eb"', 24, ["label = 'a\\u202eb' has characters that"]),
    "author with a bell": ('"Two"', '"Two"\nauthor = "\\u0007"', 25, ["cannot be seen: take them"]),
    "a path too long": ('"texts"', f'"{"x" * 256}"', 5, ["is no name that a file can have."]),
    "a title of many lines and a number": (
        '"Two texts"',
        '["""\na\n""", 1]',
        2,
        ["title = ['a\\n'"],
    ),
    # Raw texts are never written over.
    "raw is where figures go": ('"texts"', '"../figures"', 6, ["figures = ", "folder of the raw"]),
    "processed among the raw texts": (
        'raw = "texts"',
        'raw = "texts"\nprocessed = "texts/processed"',
        6,
        ["processed = ", "which are never changed"],
    ),
    "raw is where edited texts go": (
        'raw = "texts"',
        'raw = "texts"\nprocessed = "."',
        6,
        ["processed = ", "which are never changed"],
    ),
    # Parameters.
    "unknown parameter": (
        "n_terms = 6",
        "n_termz = 6",
        13,
        ["'n_termz'", "Did you mean 'n_terms'?"],
    ),
    "type of a parameter": ("n_terms = 6", 'n_terms = "6"', 13, ["n_terms = '6'", "1 to 25"]),
    "range of a parameter": ("n_terms = 6", "n_terms = 26", 13, ["26", "The nearest is 25."]),
    "choice of a parameter": (
        "n_terms = 6",
        'stop_words = "englsh"',
        13,
        ["stop_words = 'englsh'", "Did you mean 'english'?"],
    ),
    "a single topic": (
        "n_terms = 6",
        "n_topics = 1",
        13,
        ["n_topics = 1 will not do: a single topic fills every text; take 0"],
    ),
    "type of a name": ("n_terms = 6", 'left = ["one"]', 13, ["left = ['one']", "a name"]),
    "first parameter": ("seed = 7", "seed = -1", 9, ["seed = -1", "The nearest is 0."]),
    "table in parameters": ("n_terms = 6", "[parameters.seeds]", 8, ["no parameter 'seeds'"]),
}


@pytest.mark.parametrize(("old", "new", "line", "said"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, said: list[str]
) -> None:
    file = write(tmp_path, changed(old, new))
    message = complaint(file)
    assert message.startswith(f"{file}, line {line}: ")
    for part in said:
        assert part in message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param("", "no table [study]", id="empty"),
        pytest.param('[study]\ntitle = "T"\n', "names no texts", id="no documents"),
        pytest.param(
            'documents = []\n[study]\ntitle = "T"', "names no texts", id="empty documents"
        ),
        pytest.param('documents = 3\n[study]\ntitle = "T"', "line 1: documents = 3", id="number"),
        pytest.param('documents = "a"\n[study]\ntitle = "T"', "line 1: documents = 'a'", id="text"),
        pytest.param("study = 3", "line 1: study = 3", id="study is no table"),
        pytest.param('[study]\ntitle = "T"\n\n[paths\n', "line 4, column 7", id="open bracket"),
        pytest.param(changed("seed = 7", "seed = 7\nseed = 8"), "at line 10", id="key twice"),
        pytest.param(changed('"Two texts"', "Two texts"), "at line 2", id="no quotation marks"),
        pytest.param(b"\x00\x01\x02", "not valid TOML", id="binary"),
        pytest.param("seed = " + "9" * 5000, "a whole number in it is too large", id="digits"),
        pytest.param(
            "seed = 0x" + "f" * 5000, "a whole number in it is too large", id="hexadecimal"
        ),
        pytest.param("a = " + "[" * 5000, "nested too deeply", id="open lists"),
        pytest.param("a." * 5000 + "b = 1", "nested too deeply", id="a key of many parts"),
        pytest.param(
            changed("Two texts", "caf\u00e9").encode("latin-1"),
            "line 2, is not UTF-8",
            id="not UTF-8",
        ),
    ],
)
def test_a_file_that_is_no_study(tmp_path: Path, content: str | bytes, said: str) -> None:
    assert said in complaint(write(tmp_path, content))


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("studdy.toml", "Did you mean 'study.toml'?"),
        ("corpuz", "Did you mean 'corpus'?"),
        ("elsewhere/study.toml", "'rhetorica new"),
        ("empty", "empty/study.toml"),
    ],
)
def test_a_missing_study(tmp_path: Path, asked: str, hint: str) -> None:
    write(tmp_path, GOOD)
    (tmp_path / "empty").mkdir()
    (tmp_path / "corpus").mkdir()
    write(tmp_path / "corpus", GOOD)
    message = complaint(tmp_path / asked)
    assert "There is no study file" in message
    assert hint in message


def test_an_installation_without_the_five_texts_asks_for_a_study(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rhetorica.study.__file__", str(tmp_path / "a" / "b" / "study.py"))
    with pytest.raises(StudyError, match=r"without the five default texts\. Name a study"):
        default_study_file()


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return load_study(write(tmp_path, GOOD))


@pytest.mark.parametrize(
    ("chosen", "ids"),
    [
        ((), ("one", "two")),
        (("two",), ("two",)),
        (("two", "one"), ("one", "two")),
        (("two", "two"), ("two",)),
    ],
)
def test_texts_are_chosen_in_the_order_of_the_study(
    study: Study, chosen: tuple[str, ...], ids: tuple[str, ...]
) -> None:
    assert document_ids(study, chosen) == ids


def test_an_unknown_text_is_named_with_the_nearest(study: Study) -> None:
    with pytest.raises(StudyError, match=r"no text 'twoo' in study.toml. Did you mean 'two'\?"):
        document_ids(study, ("one", "twoo"))
