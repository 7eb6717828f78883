"""Edit the lexicon of a corpus in memory: add a pattern, drop one, and say what was changed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from rhetorica.corpus import Corpus
from rhetorica.entries import Entry, Within, make_entry
from rhetorica.errors import LexiconError, ParameterError, listing, nearest, on_one_line
from rhetorica.lexicon import Category, Lexicon, load_lexicon


@dataclass(frozen=True)
class Change:
    """One pattern that an edited lexicon has and the study's file has not, or the reverse.

    >>> print(Change("unity", "hand in hand", "added"), Change("unity", "cohesion", "dropped"))
    + hand in hand − cohesion
    """

    category: str
    pattern: str
    how: Literal["added", "dropped"]

    def __str__(self) -> str:
        return f"{'+' if self.how == 'added' else '−'} {self.pattern}"


def add_pattern(
    corpus: Corpus,
    category: str,
    pattern: str,
    *,
    regex: bool = False,
    case: bool = False,
    hyphens: bool = False,
    within: Within = "sentence",
    exceptions: str | Sequence[str] = (),
    needs: str | Sequence[str] | None = None,
    certainty: float = 1.0,
) -> Corpus:
    """Return the corpus with one more pattern in a category of its lexicon; no file is changed.

    The settings are those of an entry of a lexicon file: `regex`: the pattern is a regular
    expression for whole words; `case`: capitals count; `hyphens`: a part of a hyphenated word
    may match; `within`: what a hit may not reach beyond; `exceptions` and `needs`: phrases, in
    a list or with commas between them, in which no hit counts, and one of which must stand
    beside it; `certainty`: which share of the hits is expected to be meant. `needs` are those
    of the category if they are not given. An entry of the file that was dropped, and is added
    with the same settings, stands where it stood.

    Raises :class:`ParameterError` with the nearest name for a category that is not there, and
    :class:`LexiconError` for a pattern that can never match or is in the category already.
    """
    edited = _category(_whole(corpus), category)
    table = {
        "pattern": _one_line(pattern, regex),
        "kind": "regex" if regex else "glob",
        "case": case,
        "hyphens": hyphens,
        "within": within,
        "except": _phrases("exceptions", exceptions),
        "certainty": certainty,
    }
    if needs is not None:
        table["needs"] = _phrases("needs", needs)
    entry = _new_entry(edited, table)
    of_file = [e for c in _of_file(corpus).categories if c.id == category for e in c.entries]
    return _edited(corpus, category, _with(edited.entries, entry, of_file))


def drop_pattern(corpus: Corpus, category: str, pattern: str) -> Corpus:
    """Return the corpus without a pattern of a category of its lexicon; no file is changed.

    All entries of the category with this pattern go, whatever their settings. Raises
    :class:`ParameterError` with the nearest name for a category that is not there, and
    :class:`LexiconError` for a pattern that is not in it, or is all that it has.
    """
    lexicon = _whole(corpus)
    edited = _category(lexicon, category)
    kept = tuple(entry for entry in edited.entries if entry.pattern != pattern)
    place = f"[categories.{category}]"
    if len(kept) == len(edited.entries):
        others = [c.id for c in lexicon.categories for e in c.entries if e.pattern == pattern]
        hint = nearest(str(pattern), [entry.pattern for entry in edited.entries])
        if others:
            hint = f" It is in {listing(dict.fromkeys(others))}."
        raise LexiconError(f"There is no pattern '{pattern}' in {place}.{hint}")
    if not kept:
        raise LexiconError(
            f"'{pattern}' is all that {place} has, and a category needs a pattern: add another "
            "before you drop it."
        )
    return _edited(corpus, category, kept)


def changes_of(corpus: Corpus) -> tuple[Change, ...]:
    """Return how the lexicon of a corpus differs from the study's file, category by category.

    Of an entry whose settings are others the pattern is both added and dropped.
    """
    if corpus.lexicon is None:
        return ()
    there = {category.id: category.entries for category in _of_file(corpus).categories}
    here = {category.id: category.entries for category in corpus.lexicon.categories}
    return tuple(
        change
        for name in dict.fromkeys([*there, *here])
        for change in _changes(name, there.get(name, ()), here.get(name, ()))
    )


def _changes(name: str, there: tuple[Entry, ...], here: tuple[Entry, ...]) -> Iterator[Change]:
    for entry in (Counter(here) - Counter(there)).elements():
        yield Change(name, entry.pattern, "added")
    for entry in (Counter(there) - Counter(here)).elements():
        yield Change(name, entry.pattern, "dropped")


def code_of_edits(before: Lexicon, now: Lexicon) -> tuple[str, ...]:
    """Return the lines of Python that make of a corpus with one lexicon that with another.

    Of several entries with one pattern none can be dropped alone: those that stay are added again.
    """
    there = {category.id: category.entries for category in before.categories}
    lines: list[str] = []
    for category in now.categories:
        old, new = Counter(there.get(category.id, ())), Counter(category.entries)
        gone = list(dict.fromkeys(entry.pattern for entry in (old - new).elements()))
        fresh = [entry for entry in (new - old).elements() if entry.pattern not in gone]
        stays = [entry for entry in category.entries if entry.pattern in gone]
        lines += [_call("add", category, entry.pattern, entry) for entry in fresh]
        lines += [_call("drop", category, pattern) for pattern in gone]
        lines += [_call("add", category, entry.pattern, entry) for entry in stays]
    return tuple(lines)


def _call(verb: str, category: Category, pattern: str, entry: Entry | None = None) -> str:
    """Return the line that adds or drops a pattern, with the settings that are not the usual."""
    values: dict[str, object] = {}
    if entry:
        values = {
            "regex": entry.kind == "regex",
            "case": entry.case,
            "hyphens": entry.hyphens,
            "within": "" if entry.within == "sentence" else entry.within,
            "exceptions": [" ".join(phrase) for phrase in entry.exceptions],
            "certainty": entry.certainty if entry.certainty != 1 else None,
        }
        if entry.needs != category.needs:
            values["needs"] = [" ".join(phrase) for phrase in entry.needs]
    given = [f"{name}={value!r}" for name, value in values.items() if value or name == "needs"]
    arguments = ", ".join(["corpus", repr(category.id), repr(pattern), *given])
    return f"corpus = {verb}_pattern({arguments})"


def _of_file(corpus: Corpus) -> Lexicon:
    return load_lexicon(corpus.study.lexicon)


def _whole(corpus: Corpus) -> Lexicon:
    """Return the lexicon with all its entries, also those of too little certainty to count."""
    return corpus.lexicon or _of_file(corpus)


def _category(lexicon: Lexicon, name: str) -> Category:
    for category in lexicon.categories:
        if category.id == name:
            return category
    if name in list(lexicon.parents):
        members = listing(c.id for c in lexicon.categories if c.parent == name)
        raise ParameterError(f"'{name}' is a group of categories: name one of them, {members}.")
    known = [category.id for category in lexicon.categories]
    raise ParameterError(
        f"The lexicon has no category '{name}'.{nearest(str(name), known)} "
        f"Known: {', '.join(known)}."
    )


def _new_entry(category: Category, table: Mapping[str, object]) -> Entry:
    """Return an entry to be added; refuse one that will not do or is there already."""
    place = f"categories.{category.id}"
    entry, mistakes = make_entry(place, table, category.needs)
    if entry is None:
        raise LexiconError(" ".join(mistakes))
    for there in category.entries:
        if _meaning(there) == _meaning(entry):
            same = "" if there.pattern == entry.pattern else f", as '{there.pattern}'"
            raise LexiconError(f"'{entry.pattern}' is in [{place}] already{same}.")
    return entry


def _one_line(pattern: str, regex: bool) -> str:
    """Return a pattern with single spaces between its words; refuse what cannot be seen."""
    if not isinstance(pattern, str):
        raise ParameterError(f"{pattern!r} is no pattern: it is text in quotation marks.")
    spaced = pattern if regex else " ".join(pattern.split())
    if on_one_line(spaced) != spaced:
        raise LexiconError(f"'{pattern}' has characters that cannot be seen: take them out.")
    return spaced


def _phrases(name: str, value: object) -> list[str]:
    """Read phrases as a parameter takes names: in a list, or with commas between them."""
    given = value.split(",") if isinstance(value, str) else value
    # A list, for some can be read but once.
    phrases: list[Any] = list(given) if isinstance(given, Iterable) else [given]
    if not all(isinstance(item, str) for item in phrases):
        raise ParameterError(f"{name} = {value!r} will not do: it takes phrases.")
    stripped = [item.strip() for item in phrases if item.strip()]
    for phrase in stripped:
        if on_one_line(phrase) != phrase:
            raise LexiconError(f"'{phrase}' has characters that cannot be seen: take them out.")
    return stripped


def _meaning(entry: Entry) -> Entry:
    """Return what decides the hits of an entry: of a glob its words, however they are typed."""
    return replace(entry, pattern="") if entry.words else entry


def _with(entries: tuple[Entry, ...], entry: Entry, of_file: Sequence[Entry]) -> tuple[Entry, ...]:
    """Put an entry last, or, where the file has it, after those that stand before it there."""
    known = [_meaning(other) for other in of_file]
    if _meaning(entry) not in known:
        return (*entries, entry)
    place, start, at = known.index(_meaning(entry)), 0, 0
    for number, other in enumerate(map(_meaning, entries), start=1):
        if other in known[start:place]:  # an entry may stand twice in the file
            start, at = known.index(other, start) + 1, number
    return (*entries[:at], of_file[place], *entries[at:])


def _edited(corpus: Corpus, name: str, entries: tuple[Entry, ...]) -> Corpus:
    """Return the corpus with other entries in a category; unedited if that is the file again."""
    lexicon = _whole(corpus)
    categories = tuple(
        replace(c, entries=entries) if c.id == name else c for c in lexicon.categories
    )
    same = categories == _of_file(corpus).categories
    return replace(corpus, lexicon=None if same else replace(lexicon, categories=categories))
