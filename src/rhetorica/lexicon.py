"""The lexicon: categories of rhetoric, each with its definition and the patterns that find it."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from rhetorica.errors import LexiconError, ParameterError, harmless, nearest
from rhetorica.files import read_utf_8
from rhetorica.patterns import compile_regex, split_globs
from rhetorica.toml import parse_toml

Kind = Literal["glob", "regex"]
Within = Literal["sentence", "block", "text"]
"""What the words of a hit must stand in: one sentence, one paragraph or title, or one text."""

_ENTRY_KEYS = ("pattern", "kind", "case", "hyphens", "within", "except", "needs", "certainty")
_CATEGORY_KEYS = ("label", "parent", "include", "exclude", "needs", "entries")
_TEXT_KEYS = ("label", "parent", "include", "exclude")
_TOP_KEYS = ("lexicon", "parents", "categories")
SHEET_COLUMNS = ("document", "sentence", "before", "borderline", "note", "weight", "draw")
"""What a sheet of labelled sentences has besides its categories: no category may be named so."""
_NAME = re.compile(r"[A-Za-z0-9_-]+")  # a name with a comma could not be given as a parameter


@dataclass(frozen=True)
class Entry:
    """One pattern of a category.

    A glob is kept as `words`, which must follow one another; a regular expression has none.
    `case`: capitals count. `hyphens`: a part of a hyphenated word may match. `within`: what a hit
    may not reach beyond. `exceptions` are phrases; a hit inside one of them does not count.
    `needs` are phrases; if there are any, a hit counts only where one of them stands in the same
    sentence (or what `within` says). `certainty`: which share of its hits is expected to be
    meant. `line`: where it stands in the file, 0 if that is not known.
    """

    pattern: str
    words: tuple[str, ...]
    kind: Kind = "glob"
    case: bool = False
    hyphens: bool = False
    within: Within = "sentence"
    exceptions: tuple[tuple[str, ...], ...] = ()
    needs: tuple[tuple[str, ...], ...] = ()
    certainty: float = 1.0
    line: int = 0


@dataclass(frozen=True)
class Category:
    """A category: its id, label, parent, what it counts, what not, and its entries."""

    id: str
    label: str
    parent: str
    include: str
    exclude: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, eq=False)
class Lexicon:
    """The categories of a lexicon file in its order, and the labels of their parents."""

    title: str
    categories: tuple[Category, ...]
    parents: Mapping[str, str]

    def __repr__(self) -> str:
        entries = sum(len(category.entries) for category in self.categories)
        return f"<Lexicon '{self.title}': {len(self.categories)} categories, {entries} entries>"


def load_lexicon(path: Path) -> Lexicon:
    """Read a lexicon file; raise :class:`LexiconError` naming file, line or key, and what to do.

    Of several mistakes the first is told, and how many there are more.
    """
    lexicon, mistakes = read_lexicon(path)
    if lexicon is None:
        more = len(mistakes) - 1
        rest = f" ({more} more: 'rhetorica lexicon check' lists them.)" if more else ""
        raise LexiconError(mistakes[0] + rest)
    return lexicon


def read_lexicon(path: Path) -> tuple[Lexicon | None, tuple[str, ...]]:
    """Return a lexicon and no mistakes, or none and every mistake of its file in words."""
    if not path.exists():
        others = [other.name for other in path.parent.glob("*.toml")]
        return None, (
            f"There is no lexicon {path}.{nearest(path.name, others)} study.toml names it: "
            '[paths] lexicon = "...".',
        )
    try:
        reader = _Reader(path, read_utf_8(path, LexiconError))
        lexicon = reader.read()
    except LexiconError as error:
        return None, (str(error),)
    if reader.mistakes:
        return None, tuple(reader.mistakes)
    return lexicon, ()


class _Reader:
    """Reads one file and gathers its mistakes, so that they can be mended in one go."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.lines = text.splitlines()
        self.headers = [(n, name) for n, name in enumerate(map(_header, self.lines)) if name]
        self.mistakes: list[str] = []
        try:
            self.content = parse_toml(text)
        except ValueError as error:
            raise LexiconError(self._syntax(error)) from None

    def read(self) -> Lexicon:
        """Return the lexicon as far as it can be read; what cannot is among the mistakes."""
        content = self.content
        self._check_keys("", "the file", content, _TOP_KEYS)
        tables, parents = content.get("categories", {}), content.get("parents", {})
        if not isinstance(tables, dict) or not isinstance(parents, dict) or not tables:
            message = "there are no categories: add a table such as [categories.unity]."
            self.mistakes.append(f"{self.path}: {message}")
            return Lexicon(self.path.stem, (), {})
        labels = {name: self._parent(name, table) for name, table in parents.items()}
        read = [self._category(name, table, labels) for name, table in tables.items()]
        categories = tuple(category for category in read if category is not None)
        self._check_names(categories, labels)
        head = content.get("lexicon", {})
        self._check_keys("lexicon", "[lexicon]", head, ("title", "description"))
        title = head.get("title", "") if isinstance(head, dict) else ""
        self._check_text("lexicon", "title", title)
        return Lexicon(str(title) or self.path.stem, categories, labels)

    def _parent(self, name: str, table: object) -> str:
        place = f"parents.{name}"
        if self._check_keys(place, f"[{place}]", table, ("label",)) and isinstance(table, dict):
            self._check_text(place, "label", table.get("label", name))
            return str(table.get("label", name))
        return name

    def _check_text(self, place: str, key: str, value: object) -> None:
        if not isinstance(value, str):
            self._mistake(place, key, f"{key} of [{place}] must be text in quotation marks.")
        elif harmless(value) != value:  # no figure or page can show them
            wrong = "has characters that cannot be seen: take them out."
            self._mistake(place, key, f"{key} of [{place}] {wrong}")

    def _category(self, name: str, table: object, parents: Mapping[str, str]) -> Category | None:
        place = f"categories.{name}"
        if not self._check_keys(place, f"[{place}]", table, _CATEGORY_KEYS):
            return None
        assert isinstance(table, dict)
        for key in _TEXT_KEYS:
            self._check_text(place, key, table.get(key, ""))
        parent = str(table.get("parent", ""))
        if parent and parent not in parents:
            self._mistake(
                place,
                parent,
                f"[{place}] names the parent '{parent}', which has no table "
                f"[parents.{parent}].{nearest(parent, parents)}",
            )
        items = table.get("entries")
        if not isinstance(items, list) or not items:
            self._mistake(place, "", f'[{place}] has no entries: write entries = ["...", ...].')
            items = []
        needs = table.get("needs", [])
        if not _is_phrases(needs):
            self._mistake(place, "needs", f'needs of [{place}]: write needs = ["a phrase", ...].')
            needs = []
        entries = (self._entry(place, item, needs) for item in items)
        return Category(
            id=name,
            label=str(table.get("label", name)),
            parent=parent,
            include=str(table.get("include", "")),
            exclude=str(table.get("exclude", "")),
            entries=tuple(entry for entry in entries if entry is not None),
        )

    def _entry(self, place: str, item: object, needs: list[str]) -> Entry | None:
        table = {"pattern": item} if isinstance(item, str) else item
        pattern = table.get("pattern") if isinstance(table, dict) else None
        what = f"an entry of [{place}]" if pattern is None else f"'{pattern}' in [{place}]"
        if isinstance(table, dict) and not self._check_keys(
            place, what, table, _ENTRY_KEYS, str(pattern or next(iter(table), ""))
        ):
            return None
        if not isinstance(table, dict) or not isinstance(pattern, str):
            near = str(next(iter(table), "")) if isinstance(table, dict) else str(item)
            self._mistake(place, near, f"an entry of [{place}] has no pattern: {item!r}.")
            return None
        wrong = _wrong_value(table)
        if wrong:
            self._mistake(place, pattern, f"'{pattern}' in [{place}]: {wrong}")
            return None
        kind, case = table.get("kind", "glob"), table.get("case", False)
        try:
            words = () if kind == "regex" else split_globs(pattern, case)
            if kind == "regex":
                compile_regex(pattern, case)
        except ValueError as error:
            self._mistake(place, pattern, _unusable(pattern, place, kind, str(error)))
            return None
        return Entry(
            pattern=pattern,
            words=words,
            kind=kind,
            case=case,
            hyphens=table.get("hyphens", False),
            within=table.get("within", "sentence"),
            exceptions=self._phrases(place, pattern, table.get("except", [])),
            needs=self._phrases(place, pattern, table.get("needs", needs)),
            certainty=float(table.get("certainty", 1.0)),
            line=self._line(place, pattern),
        )

    def _phrases(self, place: str, pattern: str, phrases: list[str]) -> tuple[tuple[str, ...], ...]:
        found = []
        for phrase in phrases:
            try:
                found.append(split_globs(phrase))
            except ValueError:
                what = f"the phrase '{phrase}' of '{pattern}' in [{place}]"
                self._mistake(place, pattern, _never(what))
        return tuple(found)

    def _check_names(self, categories: tuple[Category, ...], parents: Mapping[str, str]) -> None:
        for name in [*parents, *(category.id for category in categories)]:
            if not _NAME.fullmatch(name):
                self._mistake(
                    "", name, f"the name '{name}' may have letters, digits, - and _ only."
                )
        for category in categories:
            if category.id in SHEET_COLUMNS:
                place = f"categories.{category.id}"
                message = f"'{category.id}' is a column of labelled sentences: rename the category."
                self._mistake(place, "", message)
            if category.id in parents:
                place = f"categories.{category.id}"
                self._mistake(
                    place, "", f"'{category.id}' is the name of a parent too: rename one."
                )
        labels = Counter([*(c.label for c in categories), *parents.values()])
        for label, times in labels.items():
            if times > 1:
                self._mistake("", label, f"the label '{label}' is used {times} times.")

    def _check_keys(
        self, place: str, what: str, table: object, known: tuple[str, ...], near: str = ""
    ) -> bool:
        if not isinstance(table, dict):
            keys = ", ".join(known)
            self._mistake(place, near, f"{what} must be a table with the keys {keys}.")
            return False
        unknown = [key for key in table if key not in known]
        for key in unknown:
            self._mistake(
                place,
                near or key,
                f"{what} has an unknown key '{key}'.{nearest(key, known)} "
                f"Known: {', '.join(known)}.",
            )
        return not unknown

    def _mistake(self, place: str, near: str, message: str) -> None:
        line = self._line(place, near)
        self.mistakes.append(f"{self.path}{f', line {line}' if line else ''}: {message}")

    def _line(self, place: str, near: str) -> int:
        """Return the line below the head of a table on which a text stands; else the head's.

        The parser of TOML tells no lines but those of wrong syntax; a scan is enough here.
        """
        begin, end = 0, len(self.lines)
        if place:
            found = [n for n, name in self.headers if name == place]
            if not found:
                return 0
            begin = found[0]
            end = next((n for n, _ in self.headers if n > begin), len(self.lines))
        # A pattern stands in quotation marks in the list of entries; a name or key anywhere.
        listed = [n for n in range(begin, end) if re.match(r"\s*entries\s*=", self.lines[n])]
        quoted = {f"{mark}{text}{mark}" for mark in "\"'" for text in (near, _escaped(near))}
        for first in (listed[0] if listed else begin, begin):
            for number in range(first, end):
                if any(text in self.lines[number] for text in quoted):
                    return number + 1
        key = re.compile(rf"(?<!\w){re.escape(near)}(?!\w)")
        for number in range(begin, end) if near else ():
            if key.search(self.lines[number]):
                return number + 1
        return begin + 1 if place else 0

    def _syntax(self, error: Exception) -> str:
        """Say what is wrong with the syntax; a table that stands twice by its name."""
        for name, times in Counter(name for _, name in self.headers).items():
            if times > 1:
                numbers = [str(n + 1) for n, other in self.headers if other == name]
                return (
                    f"{self.path}, lines {' and '.join(numbers)}: [{name}] stands {times} times. "
                    "Write its entries in one table, or give the other another name."
                )
        return (
            f"{self.path} is not valid TOML: {error}. Texts stand in quotation marks, and a comma "
            "parts the entries."
        )


def _escaped(text: str) -> str:
    """Write a text as it stands between double quotation marks in TOML."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _header(line: str) -> str:
    """Return the name of the table that a line begins, with the quotation marks of its parts out.

    >>> _header("[categories.unity]  # own side"), _header('["a", "b"],')
    ('categories.unity', '')
    """
    found = re.match(r"\s*\[\s*([^\[\],]+?)\s*\]\s*(?:#.*)?$", line)
    return re.sub(r"[\"'\s]", "", found[1]) if found else ""


def _wrong_value(table: Mapping[str, Any]) -> str:
    """Say which value of an entry will not do; nothing if all will."""
    for key, choices in (("kind", get_args(Kind)), ("within", get_args(Within))):
        value = table.get(key, choices[0])
        if value not in choices:
            return (
                f"{key} is {' or '.join(map(repr, choices))}, not {value!r}."
                f"{nearest(str(value), choices)}"
            )
    if not all(isinstance(table.get(key, False), bool) for key in ("case", "hyphens")):
        return "case and hyphens are true or false."
    for key in ("except", "needs"):
        if not _is_phrases(table.get(key, [])):
            return f'write {key} = ["a phrase", ...].'
    certainty = table.get("certainty", 1.0)
    if isinstance(certainty, bool) or not isinstance(certainty, (int, float)):
        return "certainty is a number above 0 and up to 1."
    if not 0 < certainty <= 1:
        return f"certainty is a number above 0 and up to 1, not {certainty}."
    if table.get("hyphens") and (table.get("kind") == "regex" or len(table["pattern"].split()) > 1):
        return "hyphens = true is for patterns of one word."
    return ""


def _is_phrases(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(phrase, str) for phrase in value)


def _unusable(pattern: str, place: str, kind: str, error: str) -> str:
    if kind == "regex":
        return f"the regular expression '{pattern}' in [{place}] does not compile: {error}."
    return _never(f"'{pattern}' in [{place}]")


def _never(what: str) -> str:
    return (
        f"{what} can never match: write words as they stand, with single spaces and no marks "
        "between them; *, ? and [...] are wildcards."
    )


def select_categories(lexicon: Lexicon, names: tuple[str, ...]) -> tuple[Category, ...]:
    """Return the categories a parameter names, in the lexicon's order; all if it is empty.

    The name of a parent stands for all of its categories.
    """
    known = [category.id for category in lexicon.categories] + list(lexicon.parents)
    for name in names:
        if name not in known:
            raise ParameterError(
                f"categories: the lexicon has no category '{name}'.{nearest(name, known)} "
                f"Known: {', '.join(known)}."
            )
    return tuple(c for c in lexicon.categories if not names or c.id in names or c.parent in names)
