"""The study file as it is written: its tables and keys, and what is said of a mistake in it."""

import re
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from rhetorica.errors import StudyError, harmless, nearest, shortened
from rhetorica.toml import parse_toml

LABEL_LIMIT = 24  # characters: what fits beside an axis of the figures at 7 pt
TABLE_SUFFIXES = (".csv", ".tsv")  # files in which every row is a text
VALUE_SHOWN = 200  # characters of a value that a message quotes

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


class Unfit(ValueError):
    """A value that says itself, in words, why it will not do."""


def _readable(value: str) -> str:
    """Refuse control characters and the like, which a figure or a page cannot show."""
    if harmless(value) != value:
        raise Unfit("has characters that cannot be seen: take them out.")
    return value


def nameable(value: str) -> str:
    """Refuse what no file can be called, for which systems raise errors of their own."""
    parts = [part.encode("utf-8") for part in value.split("/")]
    if "\0" in value or max(map(len, parts)) > 255 or sum(map(len, parts)) > 1000:
        raise Unfit("is no name that a file can have.")
    return value


Name = Annotated[str, AfterValidator(nameable)]
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


class StudyFile(BaseModel):
    """The tables of a study file."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    study: _Heading
    paths: _Paths = _Paths()
    parameters: dict[str, Any] = {}
    documents: Annotated[tuple[Document, ...], BeforeValidator(_tables)] = ()


def parse_study_file(text: str, file: Path) -> StudyFile:
    """Return what the text of a study file says; `file` is for messages.

    Raises :class:`StudyError` for what is not TOML, for an unknown key, a wrong type, a doubled
    id and a document that names no file a study may have.
    """
    try:
        content = parse_toml(text)
    except ValueError as error:
        raise StudyError(f"{file} is not valid TOML: {error}.") from None
    try:
        parsed = StudyFile.model_validate(content)
    except ValidationError as error:
        raise StudyError(_explain(file, text, error)) from None
    _check_documents(file, text, parsed.documents)
    return parsed


def place_of(file: Path, text: str, table: str, number: int | None, key: str) -> str:
    """Say in which file and line a key stands, for a message; `number` is that of a document."""
    line = _line_of(text, table, number, key)
    return f"{file}, line {line}" if line else str(file)


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
                    f"{place_of(file, text, 'documents', number, name)}: {name} {what} is already "
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
    place = place_of(file, text, "documents", number, "file")
    raise StudyError(f"{place}: file '{document.file}' {wrong}")


def _line_of(text: str, table: str, number: int | None, key: str) -> int | None:
    """Find the 1-based line of `key` in a table, or of the table's header if the key is absent.

    `number` counts tables of an array (``[[documents]]``) from 0. A scan of the lines is
    enough here, for tomllib tells positions of syntax errors only.
    """
    header = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
    assignment = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
    current, count, fallback = "", -1, None
    for line_number, line in enumerate(text.split("\n"), start=1):
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
    "": tuple(StudyFile.model_fields),
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
    place = place_of(file, text, table, number, key)
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
    shown = shortened(repr(value), VALUE_SHOWN)
    reason = problem.get("ctx", {}).get("error")
    if isinstance(reason, Unfit):
        return f"{place}: {key} = {shown} {reason}"
    return f"{place}: {key} = {shown} will not do: it takes {takes}.{hint}"
