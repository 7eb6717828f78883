"""What a file states of itself: title, author and date, each with the place it was found in."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import regex

_VALUE_LIMIT = 500  # characters: what is longer is no title, and would flood the study file
_HEAD_LINES = 40  # a title, an author and a date stand near the head, or are none
_TITLE_WORDS = 30  # a title longer than this would be a paragraph without a full stop
_AUTHOR_WORDS = 10
_LONGEST_MARK = 100  # characters of a byline or a date line
_LINE_END = re.compile(r"\r\n?|\n")
_BYLINE = regex.compile(r"(?:By|BY|by):? +(\p{Lu}[^!?;:\d]*[^!?;:,.\d\s])")

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_MONTH = r"(?P<month>\p{L}{3,9})\.?"
_DAY = r"(?P<day>\d{1,2})"
_YEAR = r"(?P<year>\d{4})"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?\.?,? +)?"
_TIME = r"(?:[T ,]+\d{1,2}:\d{2}.*)?"
_DATES = tuple(
    regex.compile(pattern, regex.IGNORECASE)
    for pattern in (
        rf"{_YEAR}(?:[-/.](?P<month>\d{{1,2}})(?:[-/.]{_DAY})?)?{_TIME}",
        rf"{_YEAR}(?P<month>\d{{2}})(?P<day>\d{{2}})",
        rf"{_WEEKDAY}{_MONTH} +{_DAY}(?:st|nd|rd|th)?,? +{_YEAR}{_TIME}",
        rf"{_WEEKDAY}{_DAY}(?:st|nd|rd|th|\.)? +{_MONTH},? +{_YEAR}{_TIME}",
        rf"{_MONTH},? +{_YEAR}",
        rf"{_YEAR} ?[年년] ?(?P<month>\d{{1,2}}) ?[月월](?: ?{_DAY} ?[日일])?",
    )
)
# Of 10/11/1992 nobody can tell the month: it is read only where one number is no month.
_NUMBERED = regex.compile(
    r"(?P<one>\d{1,2})(?P<mark>[./-])(?P<two>\d{1,2})(?P=mark)(?P<year>\d{4})"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A value as a file states it, and where: ``Statement("On Unity", "from <title>")``."""

    value: str
    origin: str


Stated = Mapping[str, Statement]
"""Statements by key: title, author, date, date_note, id or label; absent if not stated."""


def tidy(value: object) -> str:
    r"""Return a value on one line, without what no study file could hold.

    >>> tidy("On\n Unity\x00 ")
    'On Unity'
    """
    text = regex.sub(r"[\s\p{Zl}\p{Zp}]+", " ", str(value or ""))
    if not text.isascii():
        from ftfy import fix_encoding

        text = fix_encoding(text)  # the text itself is mended by a rule
    text = regex.sub(r"[\p{Cc}\p{Cs}\p{Bidi_Control}]", "", text).strip()
    return text if len(text) <= _VALUE_LIMIT else text[: _VALUE_LIMIT - 1].rstrip() + "…"


def state(key: str, value: object, origin: str) -> dict[str, Statement]:
    """Return the statement of a value, none if it is empty; a date is written as YYYY-MM-DD.

    A date that cannot be read becomes the ``date_note``, as it stands.
    """
    text = tidy(value)
    if not text:
        return {}
    if key != "date":
        return {key: Statement(text, origin)}
    written = read_date(text)
    if written:
        return {"date": Statement(written, origin)}
    return {"date_note": Statement(text, f"{origin}: as it stands, for it is no plain date")}


def first_stated(*found: Stated) -> dict[str, Statement]:
    """Join statements; of two on the same key the first holds."""
    joined: dict[str, Statement] = {}
    for one in reversed(found):
        joined |= one
    return joined


def read_date(text: str) -> str:
    """Return a date as YYYY, YYYY-MM or YYYY-MM-DD, or nothing where it cannot be told.

    >>> read_date("(October 10, 1992)"), read_date("10th Oct. 1992"), read_date("1992-10")
    ('1992-10-10', '1992-10-10', '1992-10')
    >>> read_date("31/10/1992"), read_date("10/11/1992"), read_date("30 February 1992")
    ('1992-10-31', '', '')
    """
    text = text.strip().removeprefix("(").removesuffix(")").strip()
    numbered = _NUMBERED.fullmatch(text)
    if numbered:
        one, two = int(numbered["one"]), int(numbered["two"])
        if one <= 12 and two <= 12 and one != two:
            return ""
        return _written(numbered["year"], str(min(one, two)), str(max(one, two)))
    for pattern in _DATES:
        found = pattern.fullmatch(text)
        if found:
            parts = found.groupdict()
            return _written(parts["year"], parts.get("month"), parts.get("day"))
    return ""


def _written(year: str, month: str | None, day: str | None) -> str:
    number = _month(month) if month else 1
    try:
        whole = date(int(year), number, int(day or 1)).isoformat()
    except ValueError:
        return ""
    return whole[: 10 if day else 7 if month else 4]


def _month(name: str) -> int:
    """Return the number of a month, 0 for another word; three letters of it are enough."""
    if name.isdecimal():
        return int(name)
    found = [n for n, month in enumerate(_MONTHS, 1) if month.startswith(name.casefold())]
    return found[0] if found else 0


def read_front_matter(text: str) -> dict[str, Statement]:
    r"""Return what the ``key: value`` lines between two ``---`` at the head of a text state.

    >>> read_front_matter("---\ntitle: 'On Unity'\ndate: 1992-10-10\n---\nWe met.")["title"]
    Statement(value='On Unity', origin='line 2 of the file')
    """
    stated: dict[str, Statement] = {}
    for number, line in _front_matter(text):
        found = regex.match(r"(?i)(title|authors?|date)\s*:\s*(.*)", line)
        if found:
            key = found[1].lower().removesuffix("s")
            value = _unquoted(found[2])
            stated = first_stated(stated, state(key, value, f"line {number} of the file"))
    return stated


def _front_matter(text: str) -> list[tuple[int, str]]:
    """Return the numbered lines of the front matter, nothing where it does not end."""
    lines = list(_lines(text))
    if not lines or lines[0][1].lstrip("\ufeff").rstrip() != "---":
        return []
    end = next((i for i, (_, line) in enumerate(lines[1:], 1) if line in {"---", "..."}), 0)
    return lines[1:end]


def _unquoted(value: str) -> str:
    value = value.strip()
    if value.startswith('"') and value.endswith('"'):
        try:
            return str(json.loads(value))
        except ValueError:
            return value.strip('"')
    if value.startswith("'") and value.endswith("'"):
        return value[1:-1].replace("''", "'")
    if value.startswith("[") and value.endswith("]"):
        return ", ".join(filter(None, map(_unquoted, value[1:-1].split(","))))
    return "" if value[:1] in {"|", ">", "#", "&", "*", "{"} else regex.sub(r"\s+#.*", "", value)


def read_head(text: str, place: str = "file") -> dict[str, Statement]:
    r"""Return what the head of a plain text states: a title, a line ``By NAME``, a lone date.

    A title is a line of its own without a full stop, before the first paragraph.

    >>> read_head("On Unity\n\nBy A. Author\n(10 October 1992)\n\nWe met.\n")["author"]
    Statement(value='A. Author', origin='line 3 of the file')
    """
    stated: dict[str, Statement] = {}
    titles: list[tuple[int, str]] = []
    for number, line, alone in _head(text):
        author = _author(line)
        if author:
            stated = first_stated(stated, state("author", author, f"line {number} of the {place}"))
        elif _is_date(line):
            stated = first_stated(stated, state("date", line, f"line {number} of the {place}"))
        elif alone and len(line.split()) <= _TITLE_WORDS and not line.endswith(tuple(".!?…:;,")):
            titles.append((number, line))
        else:  # the first paragraph
            return stated | _title(titles, place)
    return stated


def _title(titles: list[tuple[int, str]], place: str) -> dict[str, Statement]:
    """Take the first candidate; where there is another, say so: only a reader can tell."""
    if not titles:
        return {}
    number, line = titles[0]
    doubt = f" (or is it line {titles[1][0]}?)" if len(titles) > 1 else ""
    return state("title", line, f"line {number} of the {place}{doubt}")


def _head(text: str) -> Iterator[tuple[int, str, bool]]:
    """Yield the first lines that are not blank: number, text, and whether a title may be there.

    That is where the next line is blank, a date or an author.
    """
    matter = _front_matter(text)
    first = matter[-1][0] + 2 if matter else 1
    lines = [(n, _bare(line)) for n, line in _lines(text, first + _HEAD_LINES) if n >= first]
    for i, (number, line) in enumerate(lines):
        following = lines[i + 1][1] if i + 1 < len(lines) else ""
        if line:
            yield number, line, not following or bool(_author(following)) or _is_date(following)


def _lines(text: str, limit: int = 1000) -> Iterator[tuple[int, str]]:
    """Number the first lines, which end as those of raw positions do."""
    start = 0
    for number in range(1, limit + 1):
        if start >= len(text):
            return
        found = _LINE_END.search(text, start)
        yield number, text[start : found.start() if found else len(text)]
        start = found.end() if found else len(text)


def _bare(line: str) -> str:
    """Take off the marks of Markdown for headings and emphasis."""
    line = regex.sub(r"^\s*#{1,6}\s+", "", line.strip("\ufeff\f")).replace("**", "")
    return regex.sub(r"^([*_])(.*)\1$", r"\2", line.strip()).strip()


def _author(line: str) -> str:
    found = _BYLINE.fullmatch(line[:_LONGEST_MARK])
    return found[1] if found and len(found[1].split()) <= _AUTHOR_WORDS else ""


def _is_date(line: str) -> bool:
    """Tell a lone date; a number alone may be anything."""
    return len(line) <= _LONGEST_MARK and not line.isdecimal() and bool(read_date(line))
