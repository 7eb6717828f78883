"""The lexicon: categories of rhetoric, each with its definition and the patterns that find it."""

import fnmatch
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhetorica.errors import LexiconError, ParameterError, listing, nearest
from rhetorica.files import read_utf_8
from rhetorica.tokens import split_words

_ENTRY_KEYS = ("pattern", "case", "except", "hyphens")
_CATEGORY_KEYS = ("label", "parent", "include", "exclude", "entries")
_TOP_KEYS = ("lexicon", "parents", "categories")
_WILDCARD = re.compile(r"\[[^\]]+\]|[*?]")


@dataclass(frozen=True)
class Entry:
    """One pattern of a category: word globs that must follow one another in a sentence.

    `case`: capitals count. `hyphens`: a part of a hyphenated word may match. `exceptions` are
    phrases; a hit inside one of them does not count.
    """

    pattern: str
    words: tuple[str, ...]
    case: bool = False
    hyphens: bool = False
    exceptions: tuple[tuple[str, ...], ...] = ()


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
    """Read a lexicon file; raise :class:`LexiconError` naming file, line or key, and what to do."""
    if not path.exists():
        raise LexiconError(
            f'There is no lexicon {path}. Name one in study.toml: [paths] lexicon = "...".'
        )
    try:
        content = tomllib.loads(read_utf_8(path, LexiconError))
    except tomllib.TOMLDecodeError as error:
        raise LexiconError(f"{path} is not valid TOML: {error}.") from None
    return _parse(path, content)


def _parse(path: Path, content: dict[str, Any]) -> Lexicon:
    _check_keys(path, "the file", content, _TOP_KEYS)
    tables = content.get("categories", {})
    parents = content.get("parents", {})
    if not isinstance(tables, dict) or not isinstance(parents, dict) or not tables:
        raise LexiconError(f"{path} has no categories: add a table such as [categories.unity].")
    labels = {}
    for name, parent in parents.items():
        _check_keys(path, f"[parents.{name}]", parent, ("label",))
        labels[name] = str(parent.get("label", name))
    categories = tuple(_category(path, name, table, labels) for name, table in tables.items())
    title = str(content.get("lexicon", {}).get("title", path.stem))
    return Lexicon(title, categories, labels)


def _check_keys(path: Path, place: str, table: object, known: tuple[str, ...]) -> None:
    if not isinstance(table, dict):
        raise LexiconError(
            f"{path}: {place} must be a table with the keys {listing(known)}, not {table!r}."
        )
    for key in table:
        if key not in known:
            raise LexiconError(
                f"{path}: {place} has an unknown key '{key}'.{nearest(key, known)} "
                f"Known: {', '.join(known)}."
            )


def _category(path: Path, name: str, table: object, parents: Mapping[str, str]) -> Category:
    place = f"[categories.{name}]"
    _check_keys(path, place, table, _CATEGORY_KEYS)
    assert isinstance(table, dict)
    parent = str(table.get("parent", ""))
    if parent and parent not in parents:
        raise LexiconError(
            f"{path}: {place} names the parent '{parent}', which has no table."
            f"{nearest(parent, parents)}"
        )
    entries = table.get("entries")
    if not isinstance(entries, list) or not entries:
        raise LexiconError(f'{path}: {place} has no entries: write entries = ["...", ...].')
    return Category(
        id=name,
        label=str(table.get("label", name)),
        parent=parent,
        include=str(table.get("include", "")),
        exclude=str(table.get("exclude", "")),
        entries=tuple(_entry(path, place, item) for item in entries),
    )


def _entry(path: Path, place: str, item: object) -> Entry:
    table = {"pattern": item} if isinstance(item, str) else item
    _check_keys(path, f"an entry of {place}", table, _ENTRY_KEYS)
    assert isinstance(table, dict)
    pattern = table.get("pattern")
    if not isinstance(pattern, str):
        raise LexiconError(f"{path}: an entry of {place} has no pattern: {item!r}.")
    case, hyphens = table.get("case", False), table.get("hyphens", False)
    if hyphens is True and len(pattern.split()) > 1:
        raise LexiconError(
            f"{path}: '{pattern}' in {place}: hyphens = true is for patterns of one word."
        )
    exceptions = table.get("except", [])
    if not isinstance(case, bool) or not isinstance(hyphens, bool):
        raise LexiconError(f"{path}: '{pattern}' in {place}: case and hyphens are true or false.")
    if not isinstance(exceptions, list) or not all(isinstance(e, str) for e in exceptions):
        raise LexiconError(f"{path}: '{pattern}' in {place}: write except = [\"a phrase\", ...].")
    return Entry(
        pattern=pattern,
        words=_words(path, place, pattern, case),
        case=case,
        hyphens=hyphens,
        exceptions=tuple(_words(path, place, phrase, case=False) for phrase in exceptions),
    )


def _words(path: Path, place: str, pattern: str, case: bool) -> tuple[str, ...]:
    """Split a pattern into word globs, as the corpus tokeniser splits a text into words."""
    words = pattern.replace("\u2019", "'").split()
    probes = [_WILDCARD.sub("a", word) for word in words]
    if not words or any(split_words(probe) != [probe] for probe in probes):
        raise LexiconError(
            f"{path}: '{pattern}' in {place} can never match: an entry is made of words as "
            "the texts are split into, with the wildcards *, ? and [...]."
        )
    return tuple(word if case else word.lower() for word in words)


def select_categories(lexicon: Lexicon, names: tuple[str, ...]) -> tuple[Category, ...]:
    """Return the categories a parameter names, in the lexicon's order; all if it is empty."""
    known = [category.id for category in lexicon.categories]
    for name in names:
        if name not in known:
            raise ParameterError(
                f"categories: the lexicon has no category '{name}'.{nearest(name, known)} "
                f"Known: {', '.join(known)}."
            )
    return tuple(c for c in lexicon.categories if not names or c.id in names)


class Vocabulary:
    """The types of a corpus, prepared so that many globs can be looked up in them."""

    def __init__(self, types: tuple[str, ...]) -> None:
        self.types = types
        self.folded = tuple(word.lower() for word in types)
        self._exact: dict[bool, dict[str, list[int]]] = {True: {}, False: {}}
        for code, (word, folded) in enumerate(zip(types, self.folded, strict=True)):
            self._exact[True].setdefault(word, []).append(code)
            self._exact[False].setdefault(folded, []).append(code)

    def mask(self, glob: str, case: bool, hyphens: bool = False) -> NDArray[np.bool_]:
        """Return which types a glob matches, as a mask over the codes."""
        found = np.zeros(len(self.types), dtype=bool)
        if not hyphens and not any(sign in glob for sign in "*?["):
            found[self._exact[case].get(glob, [])] = True
            return found
        matches = re.compile(fnmatch.translate(glob)).match
        words = self.types if case else self.folded
        for code, word in enumerate(words):
            whole = matches(word) is not None
            found[code] = whole or (
                hyphens and "-" in word and any(matches(part) for part in word.split("-"))
            )
        return found
