"""The declared errata: transcription errors found by a person, each at one place of one text."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import regex

from rhetorica.cells import csv_bytes
from rhetorica.errors import ErrataError, listing, nearest
from rhetorica.records import read_records

KINDS = {
    "encoding": "a character was lost or misread by a decoder",
    "word": "one word was read as another",
    "letters": "letters or an ending were lost, added or misread",
    "capital": "a capital or small letter stands where none belongs",
    "punctuation": "a mark was lost, added or misread",
    "spacing": "a space was lost or added",
    "paragraph": "the end of a paragraph was lost or added",
    "lost text": "words are missing that cannot be restored",
    "odd English": "the author's or translator's own, listed and left",
}
"""The kinds of erratum, and what each means."""

CERTAINTIES = ("certain", "likely", "unsure")
COLUMNS = (
    "document", "context", "reading", "correction", "kind", "certainty", "apply", "reason",
)  # fmt: skip
PARAGRAPH_SIGN = "¶"  # stands in a correction for the end of a paragraph

# How marks differ between what a person types and what a source holds, one character for one.
_TYPED = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "\u00a0": " ", "‐": "-", "‑": "-"}
)
_SHOWN_LINES = 6  # so many lines are named where a reading stands in many


@dataclass(frozen=True, slots=True)
class Erratum:
    """One line of errata.csv: where, what stands there, what should, how surely, and why.

    `context` is a stretch of the source that occurs once in it, white space aside, and holds
    `reading` once; `reading` alone is replaced by `correction`. `name` is the file and line it
    was read from.
    """

    name: str
    document: str
    context: str
    reading: str
    correction: str
    kind: str
    certainty: str
    apply: bool
    reason: str

    @property
    def place(self) -> str:
        """The file and line for a message."""
        return self.name.replace(":", ", line ")

    @property
    def replacement(self) -> str:
        """The correction as it stands in the edition: a paragraph sign is a blank line there."""
        return regex.sub(rf"\s*{PARAGRAPH_SIGN}\s*", "\n\n", self.correction)

    @property
    def marked_context(self) -> str:
        """The context with the reading between brackets."""
        low, high = _find(self.reading, self.context)[0]
        return f"{self.context[:low]}[{self.context[low:high]}]{self.context[high:]}"


Placed = tuple[int, int, Erratum]
"""Start and end of the reading in the source's text, and the erratum."""


def read_errata(path: Path, document_ids: Sequence[str]) -> tuple[Erratum, ...]:
    """Read an errata file; a file that is not there holds no errata.

    Columns are those of :data:`COLUMNS`; without ``apply`` an erratum is applied unless it is
    unsure. Raises :class:`ErrataError` naming file, line and the nearest valid name.
    """
    if not path.exists():
        return ()
    return tuple(_rows(path, document_ids))


def write_errata(errata: Iterable[Erratum]) -> bytes:
    """Return errata as the bytes of a file that :func:`read_errata` reads."""
    rows: list[Sequence[object]] = [COLUMNS]
    for erratum in errata:
        row = {name: getattr(erratum, name) for name in COLUMNS}
        rows.append(list((row | {"apply": "yes" if erratum.apply else "no"}).values()))
    return csv_bytes(rows)


def _rows(path: Path, document_ids: Sequence[str]) -> Iterator[Erratum]:
    for line, fields in read_records(path, ErrataError, _check_header):
        place = f"{path}, line {line}"
        yield _erratum(place, f"{path.name}:{line}", fields, document_ids)


def _check_header(place: str, header: Sequence[str]) -> None:
    for name in header:
        if name not in COLUMNS:
            raise ErrataError(
                f"{place}: unknown column '{name}'.{nearest(name, COLUMNS)} "
                f"Known: {', '.join(COLUMNS)}."
            )
    missing = [name for name in COLUMNS if name not in header and name != "apply"]
    doubled = {name for name in header if header.count(name) > 1}
    if missing or doubled:
        what = f"lacks the column {listing(missing)}" if missing else "names a column twice"
        raise ErrataError(f"{place}: the header {what}.")


def _erratum(place: str, name: str, fields: dict[str, str], document_ids: Sequence[str]) -> Erratum:
    fields = {key: fields.get(key, "").strip() for key in COLUMNS}
    for key, known in (("document", document_ids), ("kind", KINDS), ("certainty", CERTAINTIES)):
        if fields[key] not in known:
            raise ErrataError(
                f"{place}: there is no {key} '{fields[key]}'.{nearest(fields[key], known)} "
                f"Known: {listing(known)}."
            )
    fields["correction"] = " ".join(fields["correction"].split())
    fields["apply"] = fields["apply"].lower() or (
        "no" if fields["certainty"] == "unsure" else "yes"
    )
    if fields["apply"] not in ("yes", "no"):
        raise ErrataError(f"{place}: apply is 'yes' or 'no', not '{fields['apply']}'.")
    apply = fields["apply"] == "yes"
    erratum = Erratum(**{**fields, "name": name, "apply": apply})  # type: ignore[arg-type]
    _check(place, erratum)
    return erratum


def _check(place: str, erratum: Erratum) -> None:
    for key in ("context", "reading"):
        if not getattr(erratum, key):
            raise ErrataError(f"{place}: the {key} is empty; copy the words that stand there.")
    times = len(_find(erratum.reading, erratum.context))
    if times != 1:
        how_often = "does not stand" if not times else f"stands {times} times"
        raise ErrataError(
            f"{place}: the reading '{erratum.reading}' {how_often} in the context "
            f"'{erratum.context}': it must stand there once."
        )
    if not erratum.reason:
        raise ErrataError(f"{place}: no reason is given for '{erratum.reading}'.")
    if erratum.apply and erratum.certainty == "unsure":
        raise ErrataError(
            f"{place}: '{erratum.reading}' is unsure and yet to be applied: "
            "call it likely, or write apply = no."
        )
    if erratum.apply and erratum.reading == erratum.correction:
        raise ErrataError(f"{place}: reading and correction of '{erratum.reading}' are the same.")


def _find(wanted: str, text: str) -> list[tuple[int, int]]:
    """Return every span, overlapping ones too, where words stand, whatever space parts them."""
    words = wanted.split()
    if len(words) < 2:  # a search for one long word takes an expression very long
        return [(at, at + len(wanted.strip())) for at in _places(wanted.strip(), text)]
    pattern = regex.compile(r"\s+".join(map(regex.escape, words)))
    found = (pattern.match(text, at) for at in _places(words[0], text))
    return [match.span() for match in found if match]


def _places(word: str, text: str) -> Iterator[int]:
    at = text.find(word) if word else -1
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def place_errata(document_id: str, text: str, errata: Iterable[Erratum]) -> tuple[Placed, ...]:
    """Return where in a source's text each of its errata stands, in the order of the text.

    Errata that are not applied are placed too, so that the list stays true. Raises
    :class:`ErrataError` for a context that stands nowhere or more than once, and for applied
    readings that overlap.
    """
    placed = [(*_place(text, e), e) for e in errata if e.document == document_id]
    placed.sort(key=lambda item: item[:2])
    applied = [item for item in placed if item[2].apply]
    for (_, end, before), (start, _, after) in pairwise(applied):
        if start < end:
            raise ErrataError(
                f"{before.place} and {after.place} overlap in '{document_id}': "
                f"both change '{text[start:end]}'. Make them one erratum, or apply one only."
            )
    return tuple(placed)


def _place(text: str, erratum: Erratum) -> tuple[int, int]:
    found = _find(erratum.context, text)
    if len(found) != 1:
        times = f"stands {len(found)} times" if found else "stands nowhere"
        raise ErrataError(
            f"{erratum.place}: the context '{erratum.context}' {times} in "
            f"'{erratum.document}', and must stand there once.{_hint(text, erratum, found)}"
        )
    start, end = found[0]
    low, high = _find(erratum.reading, text[start:end])[0]
    return start + low, start + high


def _hint(text: str, erratum: Erratum, found: list[tuple[int, int]]) -> str:
    """Say where the context stands, or how the source writes it, or where the reading stands."""
    if found:
        return f" It stands in {_lines(text, found)}: add a word before or after it."
    typed = _find(_as_typed(erratum.context), _as_typed(text))
    if typed:
        start, end = typed[0]
        return f" The source writes it '{text[start:end]}'."
    readings = _find(erratum.reading, text)
    if readings:
        return f" The reading '{erratum.reading}' stands in {_lines(text, readings)}."
    return f" Nor does the reading '{erratum.reading}'. Copy both from the source."


def _as_typed(text: str) -> str:
    """Write a text as somebody may type it, without changing its length."""
    plain = text.translate(_TYPED)
    small = plain.lower()
    return small if len(small) == len(plain) else plain


def _lines(text: str, spans: list[tuple[int, int]]) -> str:
    ends = [match.end() for match in regex.finditer(r"\r\n?|\n", text)]
    numbers = sorted({bisect_right(ends, start) + 1 for start, _ in spans})
    more = " and others" if len(numbers) > _SHOWN_LINES else ""
    noun = "line " if len(numbers) == 1 else "lines "
    return noun + ", ".join(map(str, numbers[:_SHOWN_LINES])) + more


def unique_context(text: str, start: int, end: int, at_least: int = 1) -> str:
    """Return a short run of words around a span that stands once in the text.

    The span stands once within it too. Words are added by turns before and after, until there
    are `at_least` so many and the run is unique; white space becomes one space. Empty where no
    context will do, as in a text of one word repeated.

    >>> unique_context("the whole word and a word", 10, 14)
    'whole word'
    """
    words = [match.span() for match in regex.finditer(r"\S+", text)]
    low = min(bisect_right(words, start, key=lambda word: word[1]), len(words) - 1)
    high = min(bisect_left(words, end, key=lambda word: word[1]), len(words) - 1)
    reading, best = text[start:end], ""
    for turn in range(2 * len(words)):
        context = " ".join(text[words[low][0] : words[high][1]].split())
        if len(_find(reading, context)) > 1:
            break  # more words cannot mend that
        if len(_find(context, text)) == 1:
            best = context
            if high - low + 1 >= at_least:
                break
        if low > 0 and (turn % 2 == 0 or high == len(words) - 1):
            low -= 1
        elif high < len(words) - 1:
            high += 1
        else:
            break
    return best
