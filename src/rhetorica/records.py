"""Tables that people write and keep as csv: their lines, with what is wrong named by its line."""

import csv
from collections.abc import Callable, Iterator, Sequence
from io import StringIO
from pathlib import Path

from rhetorica.cells import unguarded
from rhetorica.errors import RhetoricaError, plural
from rhetorica.files import read_utf_8

_ZIP = b"PK\x03\x04"  # how the files of spreadsheets begin


def read_records(
    path: Path, error: type[RhetoricaError], check_header: Callable[[str, Sequence[str]], None]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the lines of a csv file below its header: number of the line, and field by column.

    Empty lines are passed over. Commas, semicolons and tabs may part the columns. `check_header`
    is given the place of the header for a message, and its columns. Raises `error` with file and
    line for a file that is no csv, and a line with more or fewer fields than the header.
    """
    if path.is_file() and path.read_bytes().startswith(_ZIP):
        raise error(f"{path} is a spreadsheet, not a csv file: save it as csv.")
    text = read_utf_8(path, error)
    if "\0" in text:
        raise error(f"{path} is no csv file but a binary one: save the table as csv.")
    header: list[str] = []
    for line, row in _rows(path, text, error):
        place = f"{path}, line {line}"
        if not header:
            header = [unguarded(cell).strip() for cell in row]
            check_header(place, header)
            continue
        if len(row) != len(header):
            raise error(
                f"{place}: {plural(len(row), 'field')} where the header names {len(header)}. "
                'A field with a comma in it stands in quotation marks: "one, two".'
            )
        yield line, dict(zip(header, map(unguarded, row), strict=True))


def _rows(path: Path, text: str, error: type[RhetoricaError]) -> Iterator[tuple[int, list[str]]]:
    # Spreadsheets of some countries part the columns by semicolons.
    head = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise error(
                f"{path}, line {line}: a quotation mark is opened and not closed, or stands inside "
                'a field that is not quoted; within a quoted field it is doubled: "the ""end""".'
            ) from None
        if any(cell.strip() for cell in row):
            yield line, row
