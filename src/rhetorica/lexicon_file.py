"""The text of a lexicon file with entries added and dropped, and all else as it stands.

TOML libraries write lists anew, or lose a comment here and there; this changes the lines of the
entries themselves, and reads the outcome again to be sure that it says what it should.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from rhetorica.entries import Entry
from rhetorica.errors import LexiconError
from rhetorica.lexicon import Category, Lexicon, parse_lexicon

_PART = r"""(?:[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*')"""
_KEY = re.compile(rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*")
_EQUALS = re.compile(r"[ \t]*=[ \t]*")
_HEAD_END = re.compile(r"[ \t]*\]+")
_TEXT = re.compile(
    r'"""(?:\\.|(?!""").)*"{3,5}' r"|'''(?:(?!''').)*'{3,5}" r'|"(?:\\.|[^"\\])*"' r"|'[^']*'",
    re.DOTALL,
)
_TOKEN = re.compile(rf"{_TEXT.pattern}|#[^\n]*|[\[\]{{}}]", re.DOTALL)
_BARE = re.compile(r"[^\s,\]}#]+")  # a number, true or false
_BLANKS = re.compile(r"(?:\s|#[^\n]*)*")
_GAP = re.compile(r"(?:[\s,]|#[^\n]*)*")
_LINE_END = re.compile(r"[ \t]*(?P<comma>,?)[ \t]*(?:#[^\n]*?)?(?P<newline>\r?\n)")
_SPACES = re.compile(r"[ \t]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_MARK = "\ufeff"  # with which some editors begin a file


@dataclass(frozen=True)
class _Item:
    """Where an item of a list stands in the text, and the comma after it."""

    start: int
    end: int
    comma: int | None


def edited_toml(text: str, lexicon: Lexicon) -> str:
    """Return the text of a lexicon file changed so that its entries are those of `lexicon`.

    A new entry has a line of its own after the last of its category, written as its neighbours
    are; of one that is dropped the line goes, with the comment on it. No other line is touched,
    but for a comma where the list has none at its end. Raises :class:`LexiconError` where the
    text is no lexicon, or differs in more than its entries.
    """
    mark = _MARK if text.startswith(_MARK) else ""
    content = text.removeprefix(_MARK)
    old = _read(content)
    wanted = {category.id: category for category in lexicon.categories}
    for category in old.categories:
        new = wanted.get(category.id, category)
        if new.entries != category.entries:
            content = _with_entries(content, category, new)
    # What else differs, such as a label, shows here, too.
    if _read(content).categories != lexicon.categories:
        raise LexiconError(
            "The lexicon was not written: more than its entries has changed, in the file or here. "
            "Open the study anew."
        )
    return mark + content


def _read(text: str) -> Lexicon:
    lexicon, mistakes = parse_lexicon(text, Path("The lexicon"))
    if lexicon is None:
        raise LexiconError(mistakes[0])
    return lexicon


def _with_entries(text: str, old: Category, new: Category) -> str:
    at = _find_lists(text).get(("categories", old.id, "entries"))
    if at is None:
        raise LexiconError(
            f"The lexicon was not written: the entries of [categories.{old.id}] are tables with "
            "heads of their own. Write them in one list: entries = [...]."
        )
    # From the last to the first, so that the numbers of those before stay what they are.
    steps = SequenceMatcher(None, old.entries, new.entries, autojunk=False).get_opcodes()
    for step, i1, i2, j1, j2 in reversed(steps):
        if step == "equal":
            continue
        for entry in reversed(new.entries[j1:j2]):
            text = _inserted(text, at, i2 - 1, _written(entry, new, text, at))
        for index in reversed(range(i1, i2)):
            text = _removed(text, at, index)
    return text


# --- where things stand. The text is valid, and without dates, for no lexicon has any.


def _find_lists(text: str) -> dict[tuple[str, ...], int]:
    """Return where each list that has a name begins, by its keys."""
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    at = _past(_GAP, text, 0)
    while at < len(text):
        if text[at] == "[":
            key = _KEY.search(text, at)
            assert key is not None
            table, at = _parts(key[0]), _past(_HEAD_END, text, key.end())
        else:
            at = _value_of_key(text, at, table, found)
        at = _past(_GAP, text, at)
    return found


def _value_of_key(
    text: str, at: int, table: tuple[str, ...], found: dict[tuple[str, ...], int]
) -> int:
    """Note the list, or the lists in the table, that a key names; return where its value ends."""
    key = _KEY.match(text, at)
    assert key is not None
    path, start = table + _parts(key[0]), _past(_EQUALS, text, key.end())
    if text[start] == "{":
        at = _past(_GAP, text, start + 1)
        while text[at] != "}":
            at = _past(_GAP, text, _value_of_key(text, at, path, found))
        return at + 1
    if text[start] == "[":
        found[path] = start
    return _value_end(text, start)


def _parts(key: str) -> tuple[str, ...]:
    """Return the parts of a dotted key, with the quotation marks of each out."""
    parts = re.findall(_PART, key)
    return tuple(next(iter(tomllib.loads(f"{part} = 0"))) for part in parts)


def _value_end(text: str, at: int) -> int:
    if text[at] not in "[{":
        return _past(_TEXT if text[at] in "\"'" else _BARE, text, at)
    depth = 0
    for token in _TOKEN.finditer(text, at):
        depth += (token[0] in "[{") - (token[0] in "]}")
        if depth == 0:
            return token.end()
    raise AssertionError(at)


def _items(text: str, at: int) -> list[_Item]:
    """Return the items of the list that begins here."""
    items: list[_Item] = []
    at = _past(_BLANKS, text, at + 1)
    while text[at] != "]":
        start, end = at, _value_end(text, at)
        at = _past(_BLANKS, text, end)
        comma = at if text[at] == "," else None
        items.append(_Item(start, end, comma))
        at = at if comma is None else _past(_BLANKS, text, at + 1)
    return items


def _past(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


# --- what is changed


def _inserted(text: str, at: int, index: int, written: str) -> str:
    """Put an entry after an item of a list, or before the first: on a line of its own if it can."""
    item = _items(text, at)[max(index, 0)]
    begin = _line_start(text, item.start)
    lead, within = text[begin : item.start], begin > at  # a line that begins within the list
    if index < 0:
        newline = "\r\n" if text[begin - 2 : begin] == "\r\n" else "\n"
        gap = newline + lead if within and not lead.strip() else " "
        return f"{text[: item.start]}{written},{gap}{text[item.start :]}"
    ends = _LINE_END.match(text, item.end)
    if within and ends:
        comma, newline, rest = ends["comma"], ends["newline"], text[ends.end() :]
        if not comma and lead.strip() == ",":  # each line begins with the comma
            return text[: ends.end()] + lead + written + newline + rest
        if comma or item.comma is None:
            indent = text[begin : _past(_SPACES, text, begin)]
            before = text[: item.end] + ("" if comma else ",") + text[item.end : ends.end()]
            return before + indent + written + comma + newline + rest
    return f"{text[: item.end]}, {written}{text[item.end :]}"


def _removed(text: str, at: int, index: int) -> str:
    """Take an item out of a list, with the comma that is nearest to it."""
    items = _items(text, at)
    item = items[index]
    before = items[index - 1].comma if index else None
    if item.comma is not None and "\n" not in text[item.end : item.comma]:
        return _cut(text, item.start, item.comma + 1)
    if before is not None and "\n" not in text[before : item.start]:
        return _cut(text, before, item.end)
    if item.comma is not None:
        text = _cut(text, item.comma, item.comma + 1)
    return _cut(text, item.start, item.end)


def _cut(text: str, start: int, end: int) -> str:
    """Take a part of a text out; its whole lines, if nothing else but a comment is on them."""
    begin, ends = _line_start(text, start), _LINE_END.match(text, end)
    alone = not text[begin:start].strip()
    if alone and ends and not ends["comma"]:
        return text[:begin] + text[ends.end() :]
    after = _past(_SPACES, text, end)
    if text[after] in "]#\r\n":
        start = begin + len(text[begin:start].rstrip())
    else:
        end = after
    return text[:start] + text[end:]


# --- how an entry is written


def _written(entry: Entry, category: Category, text: str, at: int) -> str:
    """Write an entry as its neighbours are: plain, or as a table of what is not as usual."""
    begins = [text[item.start : item.start + 2] for item in _items(text, at)]
    mark = next((two[0] for two in begins if two[0] != "{"), '"')
    values: dict[str, object] = {"pattern": entry.pattern}
    if entry.kind == "regex":
        values = {"kind": "regex"} | values
    values |= {name: True for name in ("case", "hyphens") if getattr(entry, name)}
    if entry.within != "sentence":
        values["within"] = entry.within
    if entry.exceptions:
        values["except"] = [" ".join(words) for words in entry.exceptions]
    if entry.needs != category.needs:
        values["needs"] = [" ".join(words) for words in entry.needs]
    if entry.certainty != 1.0:
        values["certainty"] = entry.certainty
    if len(values) == 1:
        return _quoted(entry.pattern, mark)
    tables = [two for two in begins if two[0] == "{"]
    return _table(values, mark, "" if tables and not tables[0][1:].isspace() else " ")


def _table(values: Mapping[str, object], mark: str, space: str) -> str:
    pairs = ", ".join(f"{name} = {_value(value, mark)}" for name, value in values.items())
    return f"{{{space}{pairs}{space}}}"


def _value(value: object, mark: str) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_quoted(item, mark) for item in value)}]"
    return _quoted(value, mark) if isinstance(value, str) else json.dumps(value)


def _quoted(text: str, mark: str) -> str:
    r"""Write a text between quotation marks, with as little to escape as can be.

    >>> print(_quoted("unity", '"'), _quoted(r"\w+s", '"'), _quoted(r"\w+'s", '"'))
    "unity" '\w+s' '''\w+'s'''
    """
    if (mark == "'" or "\\" in text or '"' in text) and not _CONTROL.search(text):
        if "'" not in text:
            return f"'{text}'"
        if ("\\" in text or '"' in text) and "'''" not in text and not text.endswith("'"):
            return f"'''{text}'''"
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
