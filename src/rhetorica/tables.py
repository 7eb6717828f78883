"""Tables (.csv, .tsv) whose rows are texts: their columns, rows and what they state."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from pathlib import Path

from rhetorica.decoding import check_text, decode
from rhetorica.errors import SourceError, listing, nearest, plural
from rhetorica.statements import Statement, first_stated, state

TEXT_COLUMNS = ("text", "body", "content", "speech")
_STATING = ("id", "label", "title", "author", "speaker", "date")
_DELIMITERS = ",;\t|"
_SAMPLE = 200  # rows: enough to see which delimiter parts every row alike
_FIELD_LIMIT = 2**31 - 1  # the largest that any system takes
_NAME_LIMIT = 40  # characters of a column's name that a message shows


@dataclass(frozen=True, eq=False)
class Table:
    """A table as it was read: the names of its columns, its rows, and how it was decoded."""

    path: Path
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    encoding: str
    encoding_basis: str

    def __repr__(self) -> str:
        return f"<Table {self.path.name}: {len(self.rows)} rows, {len(self.columns)} columns>"


def read_table(data: bytes, path: Path, declared: str = "") -> Table:
    """Read a table whose first line names its columns; blank lines between rows do not count.

    The delimiter is that of ``,`` ``;`` tab and ``|`` which parts the first rows alike. Raises
    :class:`SourceError` for what cannot be decoded, has no rows, or has a row of another length.
    """
    text, encoding, basis = decode(data, path, declared)
    text = text.removeprefix("\ufeff")
    rows: list[tuple[str, ...]] = []
    columns: tuple[str, ...] = ()
    try:
        for line, row in _records(text, _delimiter(text)):
            if not columns:
                columns = tuple(name.strip() for name in row)
            elif len(row) != len(columns):
                raise SourceError(
                    f"{path}, line {line}: the row has {plural(len(row), 'field')}, but the first "
                    f"line names {plural(len(columns), 'column')}: put quotation marks around "
                    "texts in which the delimiter or a line end stands."
                )
            else:
                rows.append(row)
    except csv.Error as error:
        raise SourceError(f"{path} cannot be read as a table: {error}.") from None
    if not rows:
        raise SourceError(f"{path} has no rows below its first line, which must name the columns.")
    return Table(path, columns, tuple(rows), encoding, basis)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield each row that is not blank, with the line it begins on."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    with _long_fields():
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                cause = str(error)
                if "unexpected end" in cause:
                    cause = "a quotation mark that opens there is never closed"
                raise csv.Error(f"in the row that begins on line {line}, {cause}") from None
            if row:
                yield line, tuple(row)
            line = reader.line_num + 1


@contextmanager
def _long_fields() -> Iterator[None]:
    """Let a field be as long as a text, while a table is read."""
    before = csv.field_size_limit(_FIELD_LIMIT)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _delimiter(text: str) -> str:
    """Return what parts the first rows alike; of two, that which makes more columns."""

    def merit(delimiter: str) -> tuple[bool, float, int]:
        """Rank a delimiter by how alike and how many the columns are that it makes."""
        lengths = []
        with suppress(csv.Error):  # what is wrong is told when the table is read
            for _, row in islice(_records(text, delimiter), _SAMPLE):
                lengths.append(len(row))
        columns = lengths[0] if lengths else 0
        alike = lengths.count(columns) / max(1, len(lengths))
        return columns > 1 and alike >= 0.5, alike, columns

    return max(_DELIMITERS, key=merit)


def text_column(table: Table, wanted: str = "") -> str:
    """Return the column of the texts: the one `wanted`, or that of a usual name.

    Raises :class:`SourceError` with the names there are where it is not there or cannot be told.
    """
    named = f"Its columns: {_listing(table.columns)}."
    if wanted:
        return table.columns[_position(table, wanted)]
    usual = [name for name in table.columns if name.casefold() in TEXT_COLUMNS]
    if len(usual) == 1:
        return usual[0]
    if usual:
        raise SourceError(
            f"{table.path}: {listing(usual)} may each hold the texts: name one with --text-column."
        )
    raise SourceError(
        f"{table.path} has no column {', '.join(TEXT_COLUMNS[:-1])} or {TEXT_COLUMNS[-1]}: name "
        f"the column of the texts with --text-column (the first line must name them). {named}"
    )


def _position(table: Table, name: str) -> int:
    """Return the place of a column, by its name as it stands or, if none has it, in any case."""
    for fold in (str, str.casefold):
        places = [i for i, column in enumerate(table.columns) if fold(column) == fold(name)]
        if len(places) > 1:
            raise SourceError(f"{table.path} has {len(places)} columns '{name}': rename one.")
        if places:
            return places[0]
    raise SourceError(
        f"{table.path} has no column '{name}'.{nearest(name, table.columns)} "
        f"Its columns: {_listing(table.columns)}."
    )


def _listing(names: tuple[str, ...]) -> str:
    short = (n if len(n) <= _NAME_LIMIT else n[: _NAME_LIMIT - 1] + "…" for n in names)
    return listing(" ".join(name.split()) for name in short)


def column_texts(table: Table, column: str) -> tuple[str, ...]:
    """Return the fields of a column, row by row; they may be empty."""
    position = _position(table, column)
    return tuple(row[position] for row in table.rows)


def row_text(table: Table, column: str, row: int) -> str:
    """Return the text in a row, the first being 1.

    Raises :class:`SourceError` for a row or column that is not there and for an empty text.
    """
    position = _position(table, column)
    if not 1 <= row <= len(table.rows):
        raise SourceError(
            f"{table.path} has no row {row}: it has {plural(len(table.rows), 'row')} below the "
            "names of its columns."
        )
    text = table.rows[row - 1][position]
    check_text(text, table.path, f", row {row}")
    return text


def state_row(table: Table, row: int) -> dict[str, Statement]:
    """Return what the columns id, label, title, author (else speaker) and date state of a row."""
    found: dict[str, Statement] = {}
    for wanted in _STATING:
        for column, value in zip(table.columns, table.rows[row - 1], strict=True):
            if column.casefold() == wanted:
                key = "author" if wanted == "speaker" else wanted
                origin = f'column "{column}", row {row}'
                found = first_stated(found, state(key, value, origin))
    return found
