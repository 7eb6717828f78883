"""A study: which texts, what is known of each, where things lie, and its parameter defaults."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from rhetorica.errors import ParameterError, StudyError, harmless, listing, nearest, shortened
from rhetorica.files import read_utf_8
from rhetorica.parameters import Parameters, check_parameters
from rhetorica.toml import parse_toml

STUDY_FILE = "study.toml"
ERRATA_FILE = "errata.csv"  # where a study has its errata if it names no file
ANNOTATIONS_FILE = "annotations.csv"  # likewise its labelled sentences
LABEL_LIMIT = 24  # characters: what fits beside an axis of the figures at 7 pt
_VALUE_SHOWN = 200  # characters of a value that a message quotes
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
    "license": "the name or the address of a licence, in quotation marks",
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


class _Unfit(ValueError):
    """A value that says itself, in words, why it will not do."""


def _readable(value: str) -> str:
    """Refuse control characters and the like, which a figure or a page cannot show."""
    if harmless(value) != value:
        raise _Unfit("has characters that cannot be seen: take them out.")
    return value


def _nameable(value: str) -> str:
    """Refuse what no file can be called, for which systems raise errors of their own."""
    parts = [part.encode("utf-8") for part in value.split("/")]
    if "\0" in value or max(map(len, parts)) > 255 or sum(map(len, parts)) > 1000:
        raise _Unfit("is no name that a file can have.")
    return value


Name = Annotated[str, AfterValidator(_nameable)]
Text = Annotated[str, AfterValidator(_readable)]
Date = Annotated[
    str,
    BeforeValidator(_plain_date),
    Field(pattern=r"^([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)?$"),
]


class Document(BaseModel):
    """One text of a study, as its ``[[documents]]`` table describes it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)
    file: Name = Field(min_length=1)
    label: Text = Field(pattern=r"^\S([^\t\n]*\S)?$", max_length=LABEL_LIMIT)
    title: Text = ""
    author: Text = "not stated"
    date: Date = ""
    date_basis: Literal["stated", "inferred", "unknown"] = "unknown"
    date_note: Text = ""
    kind: Text = "text"
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    encoding: Name = ""
    column: str = ""  # of a table: where its texts stand
    row: int | None = Field(None, ge=1)  # of a table: which of its rows this text is


class _Heading(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    title: Text = Field(min_length=1)
    description: Text = ""
    date: Date = ""
    license: Text = ""


class _Paths(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    raw: Name = "raw"
    processed: Name = "processed"
    figures: Name = "figures"
    build: Name = "build"
    lexicon: Name = "lexicon.toml"
    errata: Name = ""
    annotations: Name = ""


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
    date: str = ""  # when the study was, or is to be, made public
    license: str = ""  # of its figures and tables, not of its texts

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
        content = parse_toml(text)
    except ValueError as error:
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
    try:
        file = path / STUDY_FILE if path.is_dir() else path
        if file.is_file():
            return file.resolve()
    except OSError as error:  # a name too long, for one
        raise StudyError(f"{path} cannot be read ({error.strerror}).") from None
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
    places = {}
    for name, value in named.items():
        try:
            places[name] = (folder / value).resolve()
        except (OSError, RuntimeError):  # RuntimeError is what Python 3.11 says of such links
            raise StudyError(
                f"{_place(file, text, 'paths', None, name)}: {folder / value} is a link that "
                "leads to itself: remove it."
            ) from None
    for key in names:
        # A file that is named and not there would lose what it says silently.
        if paths[key] and not places[key].is_file():
            others = [path.name for path in places[key].parent.glob("*.csv")]
            raise StudyError(
                f"{_place(file, text, 'paths', None, key)}: there is no file "
                f"{places[key]}.{nearest(places[key].name, others)}"
            )
    _check_places(file, text, places)
    return Study(
        file=file,
        title=parsed.study.title,
        description=parsed.study.description,
        date=parsed.study.date,
        license=parsed.study.license,
        parameters=parameters,
        documents=parsed.documents,
        **places,
    )


def _check_places(file: Path, text: str, places: Mapping[str, Path]) -> None:
    """Refuse a study that would write among its own raw texts, or over them."""
    raw = places["raw"]
    written = {"processed": ("", "texts"), "figures": ("",), "build": ("", "notebooks", "figures")}
    for key, inner in written.items():
        folders = [places[key] / name for name in inner]
        if raw in folders or raw in places[key].parents:
            raise StudyError(
                f"{_place(file, text, 'paths', None, key)}: {key} = '{places[key]}' lies in the "
                f"folder of the raw texts, {raw}, which are never changed: name another folder."
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
    shown = shortened(repr(value), _VALUE_SHOWN)
    reason = problem.get("ctx", {}).get("error")
    if isinstance(reason, _Unfit):
        return f"{place}: {key} = {shown} {reason}"
    return f"{place}: {key} = {shown} will not do: it takes {takes}.{hint}"
