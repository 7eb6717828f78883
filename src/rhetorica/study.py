"""A study: which texts, what is known of each, where things lie, and its parameter defaults."""

import re
import tomllib
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from rhetorica.errors import ParameterError, StudyError, listing, nearest
from rhetorica.files import read_utf_8
from rhetorica.parameters import Parameters, check_parameters

STUDY_FILE = "study.toml"
ERRATA_FILE = "errata.csv"  # where a study has its errata if it names no file
ANNOTATIONS_FILE = "annotations.csv"  # likewise its labelled sentences
LABEL_LIMIT = 24  # characters: what fits beside an axis of the figures at 7 pt
TABLE_SUFFIXES = (".csv", ".tsv")  # files in which every row is a text


# What a key of the study file takes, for messages; text, if it is not listed.
_TAKES = {
    "study": "a table: write [study] on a line of its own",
    "paths": "a table: write [paths] on a line of its own",
    "parameters": "a table: write [parameters] on a line of its own",
    "documents": "tables: write [[documents]] on a line of its own before each text",
    "title": "some text in quotation marks",
    "id": "1 to 60 small letters (a to z), digits and hyphens",
    "file": "the name of a file in the raw folder",
    "label": f"1 to {LABEL_LIMIT} characters on one line, without spaces around them",
    "date": "a date that exists, as YYYY, YYYY-MM or YYYY-MM-DD in quotation marks",
    "date_basis": "'stated', 'inferred' or 'unknown'",
    "row": "the number of a row of the table, the first below the names of the columns being 1",
    "sha256": "the 64 digits (0 to 9, a to f) of the file's SHA-256",
}


def _plain_date(value: object) -> object:
    """Accept a TOML date as well as text: ``date = 1992-10-10`` and ``date = "1992-10"``."""
    text = value.isoformat() if hasattr(value, "isoformat") else value
    if isinstance(text, str) and text:
        date.fromisoformat(text + {4: "-01-01", 7: "-01"}.get(len(text), ""))
    return text


def _tables(value: object) -> object:
    """Refuse at once what is no list of tables, such as a single ``[documents]``."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ValueError("not a list of tables")
    return tuple(value)


Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]  # no file name has a NUL character


class Document(BaseModel):
    """One text of a study, as its ``[[documents]]`` table describes it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)
    file: Text = Field(min_length=1)
    label: str = Field(pattern=r"^\S(.*\S)?$", max_length=LABEL_LIMIT)
    title: str = ""
    author: str = "not stated"
    date: Annotated[str, BeforeValidator(_plain_date)] = Field(
        "", pattern=r"^([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)?$"
    )
    date_basis: Literal["stated", "inferred", "unknown"] = "unknown"
    date_note: str = ""
    kind: str = "text"
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    encoding: Text = ""
    column: str = ""  # of a table: where its texts stand
    row: int | None = Field(None, ge=1)  # of a table: which of its rows this text is


class _Heading(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    title: str = Field(min_length=1)
    description: str = ""


class _Paths(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    raw: Text = "raw"
    processed: Text = "processed"
    figures: Text = "figures"
    build: Text = "build"
    lexicon: Text = "lexicon.toml"
    errata: Text = ""
    annotations: Text = ""


class _StudyFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    study: _Heading
    paths: _Paths = _Paths()
    parameters: dict[str, Any] = {}
    documents: Annotated[tuple[Document, ...], BeforeValidator(_tables)] = ()


class Study(BaseModel):
    """Every path and every parameter default of a study; frozen, and validated when loaded."""

    model_config = ConfigDict(frozen=True)

    file: Path
    title: str
    description: str
    raw: Path
    processed: Path
    figures: Path
    build: Path
    lexicon: Path
    errata: Path
    annotations: Path
    parameters: Parameters
    documents: tuple[Document, ...]

    def __repr__(self) -> str:
        return f"<Study '{self.title}': {len(self.documents)} texts, {self.file.name}>"


def load_study(path: str | Path) -> Study:
    """Read a ``study.toml``, or the one in a folder, and return the :class:`Study`.

    Raises :class:`StudyError` naming file, line and key, and the nearest valid name, for a
    missing file, a file that is not TOML, an unknown key, a wrong type or a doubled id.
    """
    file = _study_file(Path(path))
    text = read_utf_8(file, StudyError)
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StudyError(f"{file} is not valid TOML: {error}.") from None
    try:
        parsed = _StudyFile.model_validate(content)
    except ValidationError as error:
        raise StudyError(_explain(file, text, error)) from None
    _check_documents(file, text, parsed.documents)
    return _study(file, text, parsed)


def default_study_file() -> Path:
    """Return the ``data/study.toml`` of the checkout this package is installed from."""
    file = Path(__file__).resolve().parents[2] / "data" / STUDY_FILE
    if not file.is_file():
        raise StudyError(
            "This installation comes without the five default texts. "
            "Name a study: the path of a study.toml or of its folder."
        )
    return file


def document_ids(study: Study, chosen: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the ids of the chosen documents in the study's order; all if none is named.

    Raises :class:`StudyError` with the nearest id where a name is not in the study.
    """
    known = tuple(document.id for document in study.documents)
    for name in chosen:
        if name not in known:
            raise StudyError(
                f"texts: there is no text '{name}' in {study.file.name}."
                f"{nearest(name, known)} Known: {listing(known)}."
            )
    return tuple(name for name in known if name in chosen) if chosen else known


def _study_file(path: Path) -> Path:
    file = path / STUDY_FILE if path.is_dir() else path
    if file.is_file():
        return file.resolve()
    candidates = []
    if file.parent.is_dir():
        candidates = [other.name for other in file.parent.glob("*.toml")]
        candidates += [other.parent.name for other in file.parent.glob(f"*/{STUDY_FILE}")]
    raise StudyError(
        f"There is no study file {file.absolute()}.{nearest(file.name, candidates)} "
        "A study is a folder with a study.toml; 'rhetorica new FOLDER TEXTS...' makes one."
    )


def _study(file: Path, text: str, parsed: _StudyFile) -> Study:
    parameters = Parameters()
    for name, value in parsed.parameters.items():
        try:
            parameters = check_parameters({name: value}, parameters)
        except ParameterError as error:
            raise StudyError(f"{_place(file, text, 'parameters', None, name)}: {error}") from None
    folder = file.parent
    paths = parsed.paths.model_dump()
    names = {"errata": ERRATA_FILE, "annotations": ANNOTATIONS_FILE}
    named = {name: value or names.get(name, "") for name, value in paths.items()}
    places = {name: (folder / value).resolve() for name, value in named.items()}
    for key in names:
        # A file that is named and not there would lose what it says silently.
        if paths[key] and not places[key].is_file():
            others = [path.name for path in places[key].parent.glob("*.csv")]
            raise StudyError(
                f"{_place(file, text, 'paths', None, key)}: there is no file "
                f"{places[key]}.{nearest(places[key].name, others)}"
            )
    return Study(
        file=file,
        title=parsed.study.title,
        description=parsed.study.description,
        parameters=parameters,
        documents=parsed.documents,
        **places,
    )


def _check_documents(file: Path, text: str, documents: tuple[Document, ...]) -> None:
    if not documents:
        raise StudyError(f"{file} names no texts: add a [[documents]] table for each.")
    for key in ("id", "label", "file"):
        seen: dict[tuple[str, int | None], int] = {}
        for number, document in enumerate(documents):
            value = getattr(document, key)
            row = document.row if key == "file" else None  # a table holds a text in each row
            if (value, row) in seen:
                name, what = (key, f"'{value}'") if row is None else ("row", f"{row} of '{value}'")
                raise StudyError(
                    f"{_place(file, text, 'documents', number, name)}: {name} {what} is already "
                    f"the {name} of document {seen[value, row] + 1}; each must be different."
                )
            seen[value, row] = number
    for number, document in enumerate(documents):
        _check_file(file, text, number, document)


def _check_file(file: Path, text: str, number: int, document: Document) -> None:
    """Check that a document names a file inside the raw folder, and of a table a row of it."""
    parts = PurePosixPath(document.file).parts
    is_table = document.file.lower().endswith(TABLE_SUFFIXES)
    if ".." in parts or PurePosixPath(document.file).is_absolute():
        wrong = "must lie inside the study's raw folder."
    elif is_table and not (document.column and document.row):
        wrong = 'is a table: say which text in it is meant, as column = "text" and row = 1.'
    elif not is_table and (document.column or document.row):
        wrong = f"is no table ({' or '.join(TABLE_SUFFIXES)}): take column and row out."
    else:
        return
    place = _place(file, text, "documents", number, "file")
    raise StudyError(f"{place}: file '{document.file}' {wrong}")


def _place(file: Path, text: str, table: str, number: int | None, key: str) -> str:
    line = _line_of(text, table, number, key)
    return f"{file}, line {line}" if line else str(file)


def _line_of(text: str, table: str, number: int | None, key: str) -> int | None:
    """Find the 1-based line of `key` in a table, or of the table's header if the key is absent.

    `number` counts tables of an array (``[[documents]]``) from 0. A scan of the lines is
    enough here, for tomllib tells positions of syntax errors only.
    """
    header = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
    assignment = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
    current, count, fallback = "", -1, None
    for line_number, line in enumerate(text.splitlines(), start=1):
        found = header.match(line)
        if found:
            current = found.group(1)
            count += current == table
            if current == (table or key) and (number is None or count == number):
                fallback = line_number
        elif current == table and (number is None or count == number) and assignment.match(line):
            return line_number
    return fallback


_KNOWN_KEYS = {
    "": tuple(_StudyFile.model_fields),
    "study": tuple(_Heading.model_fields),
    "paths": tuple(_Paths.model_fields),
    "documents": tuple(Document.model_fields),
}


def _explain(file: Path, text: str, error: ValidationError) -> str:
    """Turn pydantic's first complaint into a sentence with file, line, key and nearest name."""
    # A misspelt key comes first: it is why another one is missing.
    problem = min(error.errors(), key=lambda item: item["type"] != "extra_forbidden")
    location = problem["loc"]
    key = str(location[-1])
    table = str(location[0]) if len(location) > 1 else ""
    number = next((part for part in location if isinstance(part, int)), None)
    place = _place(file, text, table, number, key)
    known = _KNOWN_KEYS.get(table, ())
    if problem["type"] == "extra_forbidden":
        return f"{place}: unknown key '{key}'.{nearest(key, known)} Known: {', '.join(known)}."
    if problem["type"] == "missing" and not table:
        return f"{place} has no table [{key}]: it must name the study's title, at least."
    if problem["type"] == "missing":
        where = f"document {number + 1}" if number is not None else f"[{table}]"
        return f"{place}: {where} lacks the key '{key}'."
    value, hint = problem["input"], ""
    if problem["type"] == "literal_error" and isinstance(value, str):
        hint = nearest(value, get_args(Document.model_fields[key].annotation))
    takes = _TAKES.get(key, "text in quotation marks")
    return f"{place}: {key} = {value!r} will not do: it takes {takes}.{hint}"
