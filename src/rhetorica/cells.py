"""The cells of a csv: written so that no spreadsheet runs one, and read back as they were."""

import csv
import re
from collections.abc import Iterable, Sequence
from io import StringIO

import regex

# What a spreadsheet takes for the beginning of a formula, also in full width.
_SIGN = r"[=+\-@\uff1d\uff0b\uff0d\uff20]"
# What it may pass over before that: blanks, marks of quotation and what cannot be seen.
_OPENING = r"[[\p{Z}\p{C}\p{Pi}\p{Pf}\"'\u201e\u201a]--[\r\n]]"
# Where a formula would begin: at the head of a cell, and after a semicolon or a line end in it,
# for a spreadsheet that is set to semicolons cuts cells and rows there, whatever is quoted. At
# the head a tab or line end is enough: some spreadsheets drop it and run the rest.
_CUT = re.compile("[;\r\n]")
_FORMULA = rf"{_OPENING}*+{_SIGN}"
_UNGUARDED = regex.compile(rf"\A(?='*[\t\r\n])|(?:\A|(?<=[;\r\n]))(?={_FORMULA})", regex.V1)
_GUARDED = regex.compile(rf"\A'(?='*[\t\r\n])|(?:\A|(?<=[;\r\n]))'(?={_FORMULA})", regex.V1)


def guarded(text: str) -> str:
    """Return a text as a cell of a csv: an apostrophe stands before what a spreadsheet would run.

    :func:`unguarded` is its inverse, for every text.

    >>> guarded("=1+1"), guarded("'-1"), guarded("a = b")
    ("'=1+1", "''-1", 'a = b')
    """
    if text[:1].isalnum() and not _CUT.search(text):  # as nearly every cell, and quickly told
        return text
    return _UNGUARDED.sub("'", text)


def unguarded(cell: str) -> str:
    """Return the text that a cell holds, without the apostrophes of :func:`guarded`.

    >>> unguarded("'=1+1"), unguarded("'tis")
    ('=1+1', "'tis")
    """
    return _GUARDED.sub("", cell)


class CsvText(StringIO):
    r"""Gathers what a writer of csv writes, its lines ended by a line feed.

    The writer must be told to end lines by ``\r\n``: else it does not quote a cell with a carriage
    return in it, and whoever reads the file begins a new row there.
    """

    def write(self, row: str) -> int:
        """Add a row; the writers of the standard library and of pandas hand over one at a time."""
        return super().write(row.removesuffix("\r\n") + "\n")


def csv_bytes(rows: Iterable[Sequence[object]]) -> bytes:
    r"""Return rows as the bytes of a csv, texts guarded and numbers as they are.

    >>> csv_bytes([["term", "n"], ["=1+1", -1]])
    b"term,n\n'=1+1,-1\n"
    """
    buffer = CsvText(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    for row in rows:
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
    return buffer.getvalue().encode("utf-8")
