"""The lexicon: categories of rhetoric, each with its definition and the patterns that find it."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from rhetorica import cards
from rhetorica.entries import ENTRY_KEYS, Entry, is_phrases, make_entry, split_phrases
from rhetorica.errors import LexiconError, ParameterError, harmless, listing, nearest, plural
from rhetorica.files import read_utf_8
from rhetorica.toml import parse_toml

_CATEGORY_KEYS = ("label", "parent", "include", "exclude", "needs", "entries")
_TEXT_KEYS = ("label", "parent", "include", "exclude")
_TOP_KEYS = ("lexicon", "parents", "categories")
SHEET_COLUMNS = ("document", "sentence", "before", "borderline", "note", "weight", "draw")
"""What a sheet of labelled sentences has besides its categories: no category may be named so."""
_NAME = re.compile(r"[A-Za-z0-9_-]+")  # a name with a comma could not be given as a parameter


@dataclass(frozen=True)
class Category:
    """A category: its id, label, parent, what it counts, what not, and its entries.

    `needs` are those of its entries that say nothing else.
    """

    id: str
    label: str
    parent: str
    include: str
    exclude: str
    entries: tuple[Entry, ...]
    needs: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, eq=False)
class Lexicon:
    """The categories of a lexicon file in its order, and the labels of their parents."""

    title: str
    categories: tuple[Category, ...]
    parents: Mapping[str, str]

    def __repr__(self) -> str:
        return f"<Lexicon '{cards.brief(self.title)}': {', '.join(_sizes(self))}>"

    def _repr_html_(self) -> str:
        rows = (
            (
                c.label,
                c.id,
                self.parents.get(c.parent, c.parent),
                len(c.entries),
                cards.opening(c.include, 60),
            )
            for c in self.categories
        )
        columns = ("category", "id", "group", "entries", "counts")
        numeric = [name == "entries" for name in columns]
        total = len(self.categories)
        whole = cards.table_html(
            ("category", "counts", "does not count", "entries"), _definitions(self), [False] * 4
        )
        return cards.card(
            "Lexicon",
            self.title,
            _sizes(self),
            cards.long_table(columns, rows, numeric, total),
            cards.folded("Definitions in full, and the first entries", whole),
        )


def _sizes(lexicon: Lexicon) -> list[str]:
    """Say how many categories and entries a lexicon has, and how many groups of categories."""
    number = len(lexicon.categories)
    entries = sum(len(category.entries) for category in lexicon.categories)
    said = [
        f"{number:,} {'category' if number == 1 else 'categories'}",
        f"{entries:,} {'entry' if entries == 1 else 'entries'}",
    ]
    return [*said, plural(len(lexicon.parents), "group")] if lexicon.parents else said


def _definitions(lexicon: Lexicon) -> Iterator[tuple[str, str, str, str]]:
    for category in islice(lexicon.categories, cards.FOLDED):
        patterns = listing([cards.brief(entry.pattern) for entry in category.entries], 8)
        texts = (category.label, category.include, category.exclude)
        label, include, exclude = (cards.brief(text, 400) for text in texts)
        yield label, include, exclude, patterns


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
        text = read_utf_8(path, LexiconError)
    except LexiconError as error:
        return None, (str(error),)
    return parse_lexicon(text, path)


def parse_lexicon(text: str, path: Path) -> tuple[Lexicon | None, tuple[str, ...]]:
    """Return what :func:`read_lexicon` does, of a text; `path` is for messages."""
    try:
        reader = _Reader(path, text)
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
        self.lines = text.split("\n")  # as editors count lines: no other sign ends one
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
        if not is_phrases(needs):
            self._mistake(place, "needs", f'needs of [{place}]: write needs = ["a phrase", ...].')
            needs = []
        inherited, mistakes = split_phrases(f"the needs of [{place}]", needs)
        for mistake in mistakes:
            self._mistake(place, "needs", mistake)
        entries = (self._entry(place, item, inherited) for item in items)
        return Category(
            id=name,
            label=str(table.get("label", name)),
            parent=parent,
            include=str(table.get("include", "")),
            exclude=str(table.get("exclude", "")),
            entries=tuple(entry for entry in entries if entry is not None),
            needs=inherited,
        )

    def _entry(self, place: str, item: object, needs: tuple[tuple[str, ...], ...]) -> Entry | None:
        table = {"pattern": item} if isinstance(item, str) else item
        pattern = table.get("pattern") if isinstance(table, dict) else None
        what = f"an entry of [{place}]" if pattern is None else f"'{pattern}' in [{place}]"
        if isinstance(table, dict) and not self._check_keys(
            place, what, table, ENTRY_KEYS, str(pattern or next(iter(table), ""))
        ):
            return None
        if not isinstance(table, dict) or not isinstance(pattern, str):
            near = str(next(iter(table), "")) if isinstance(table, dict) else str(item)
            self._mistake(place, near, f"an entry of [{place}] has no pattern: {item!r}.")
            return None
        entry, mistakes = make_entry(place, table, needs)
        for mistake in mistakes:
            self._mistake(place, pattern, mistake)
        return replace(entry, line=self._line(place, pattern)) if entry else None

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
