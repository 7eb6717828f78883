"""An entry of a lexicon: one pattern with its settings, made from what a file says of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from rhetorica.errors import nearest
from rhetorica.patterns import compile_regex, split_globs

Kind = Literal["glob", "regex"]
Within = Literal["sentence", "block", "text"]
"""What the words of a hit must stand in: one sentence, one paragraph or title, or one text."""

ENTRY_KEYS = ("pattern", "kind", "case", "hyphens", "within", "except", "needs", "certainty")
"""What an entry that is a table may say."""


@dataclass(frozen=True)
class Entry:
    """One pattern of a category.

    A glob is kept as `words`, which must follow one another; a regular expression has none.
    `case`: capitals count. `hyphens`: a part of a hyphenated word may match. `within`: what a hit
    may not reach beyond. `exceptions` are phrases; a hit inside one of them does not count.
    `needs` are phrases; if there are any, a hit counts only where one of them stands in the same
    sentence (or what `within` says). `certainty`: which share of its hits is expected to be
    meant. `line`: where it stands in the file, 0 if that is not known; entries that differ in
    nothing else are equal.
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
    line: int = field(default=0, compare=False)


def make_entry(
    place: str, table: Mapping[str, Any], needs: tuple[tuple[str, ...], ...] = ()
) -> tuple[Entry | None, tuple[str, ...]]:
    """Return the entry that a table of a file describes, or none and its mistakes in words.

    `table` has a pattern and known keys; `place` is the category's table, and `needs` are those
    of the category.
    """
    pattern = table["pattern"]
    wrong = _wrong_value(table)
    if wrong:
        return None, (f"'{pattern}' in [{place}]: {wrong}",)
    kind, case = table.get("kind", "glob"), table.get("case", False)
    try:
        words = () if kind == "regex" else split_globs(pattern, case)
        if kind == "regex":
            compile_regex(pattern, case)
    except ValueError as error:
        return None, (_unusable(pattern, place, kind, str(error)),)
    what = f"'{pattern}' in [{place}]"
    exceptions, barred = split_phrases(what, table.get("except", []))
    own_needs, unmet = split_phrases(what, table.get("needs", []))
    entry = Entry(
        pattern=pattern,
        words=words,
        kind=kind,
        case=case,
        hyphens=table.get("hyphens", False),
        within=table.get("within", "sentence"),
        exceptions=exceptions,
        needs=own_needs if "needs" in table else needs,
        certainty=float(table.get("certainty", 1.0)),
    )
    mistakes = (*barred, *unmet)
    return None if mistakes else entry, mistakes


def split_phrases(
    what: str, phrases: Iterable[str]
) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """Return the words of each phrase, and for each that can never match a mistake in words.

    `what` says whose phrases they are.
    """
    found, mistakes = [], []
    for phrase in phrases:
        try:
            found.append(split_globs(phrase))
        except ValueError:
            mistakes.append(_never(f"the phrase '{phrase}' of {what}"))
    return tuple(found), tuple(mistakes)


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
        if not is_phrases(table.get(key, [])):
            return f'write {key} = ["a phrase", ...].'
    certainty = table.get("certainty", 1.0)
    if isinstance(certainty, bool) or not isinstance(certainty, (int, float)):
        return "certainty is a number above 0 and up to 1."
    if not 0 < certainty <= 1:
        return f"certainty is a number above 0 and up to 1, not {certainty}."
    if table.get("hyphens") and (table.get("kind") == "regex" or len(table["pattern"].split()) > 1):
        return "hyphens = true is for patterns of one word."
    return ""


def is_phrases(value: object) -> bool:
    """Tell whether a value of a file is a list of texts."""
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
