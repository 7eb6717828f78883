"""Labelled sentences: what a person found in them, to hold the lexicon against."""

import difflib
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rhetorica.cells import csv_bytes
from rhetorica.corpus import Corpus
from rhetorica.errors import AnnotationError, listing, nearest
from rhetorica.lexicon import SHEET_COLUMNS
from rhetorica.passages import sentence_texts
from rhetorica.patterns import typed
from rhetorica.records import read_records
from rhetorica.tokens import split_words, units_of

_TEXT_COLUMNS = ("document", "sentence")
_YES = {"1", "1.0", "yes", "y", "x", "true"}
_NO = {"0", "0.0", "no", "n", "false"}
_DRAW_UNIT = 1_000_000  # a drawn weight is kept to a millionth
_SHOWN = 90  # characters of a sentence that a message quotes
_ALIKE = 0.6  # from this likeness on, a sentence is offered as the one that may be meant


@dataclass(frozen=True)
class Annotation:
    """One labelled sentence: the categories it has, those it may have, and a note.

    `weight` is how many sentences it stands for, where sentences were drawn unequally. `line`
    is that of its file.
    """

    document: str
    sentence: str
    present: frozenset[str]
    borderline: frozenset[str]
    note: str = ""
    weight: float = 1.0
    line: int = 0


@dataclass(frozen=True, eq=False)
class Annotations:
    """The labelled sentences of a file, the categories labelled, and how many rows are empty."""

    path: Path
    categories: tuple[str, ...]
    rows: tuple[Annotation, ...]
    unlabelled: int = 0

    def __repr__(self) -> str:
        return f"<Annotations '{self.path.name}': {len(self.rows)} sentences>"


def read_annotations(
    path: Path, document_ids: Sequence[str], categories: Sequence[str]
) -> Annotations:
    """Read labelled sentences: a column for each category, 1 where a sentence has it, else 0.

    A row in which every category is empty is not labelled yet and is left out, and so is a
    category that is empty in every row. Raises :class:`AnnotationError` naming file, line and the
    nearest valid name.
    """
    if not path.is_file():
        raise AnnotationError(f"There are no labelled sentences: {path} is not there.")

    records = list(read_records(path, AnnotationError, partial(_check_header, categories)))
    filled = {name for _, fields in records for name, value in fields.items() if value.strip()}
    labelled = [name for name in (records[0][1] if records else ()) if name in categories]
    labelled = [name for name in labelled if name in filled]
    rows, empty = [], 0
    for line, fields in records:
        place = f"{path}, line {line}"
        if fields["document"].strip() not in document_ids:
            name = fields["document"].strip()
            raise AnnotationError(
                f"{place}: there is no text '{name}'.{nearest(name, document_ids)} "
                f"Known: {listing(document_ids)}."
            )
        if not any(fields[name].strip() for name in labelled):
            empty += 1
            continue
        rows.append(_annotation(place, line, fields, labelled))
    return Annotations(path, tuple(labelled), tuple(rows), empty)


def _check_header(categories: Sequence[str], place: str, header: Sequence[str]) -> None:
    known = [*_TEXT_COLUMNS, *categories, *(c for c in SHEET_COLUMNS if c not in _TEXT_COLUMNS)]
    for name in header:
        if name not in known:
            raise AnnotationError(
                f"{place}: the column '{name}' is no category of the lexicon."
                f"{nearest(name, known)} Known: {', '.join(known)}."
            )
        if header.count(name) > 1:
            raise AnnotationError(f"{place}: the header names the column '{name}' twice.")
    for name in _TEXT_COLUMNS:
        if name not in header:
            raise AnnotationError(f"{place}: the header lacks the column '{name}'.")
    if not set(header) & set(categories):
        raise AnnotationError(
            f"{place}: no column is a category of the lexicon. Known: {', '.join(categories)}."
        )


def _annotation(
    place: str, line: int, fields: Mapping[str, str], labelled: Sequence[str]
) -> Annotation:
    present = set()
    for name in labelled:
        value = fields[name].strip().lower()
        if not value:
            raise AnnotationError(
                f"{place}: {name} is empty, and other categories of the sentence are labelled: "
                "write 1 or 0 for each, or leave all empty until it is labelled."
            )
        if value not in _YES | _NO:
            raise AnnotationError(f"{place}: {name} is 1 or 0, not '{fields[name].strip()}'.")
        if value in _YES:
            present.add(name)
    borderline = {name.strip() for name in fields.get("borderline", "").split(";")} - {""}
    for name in sorted(borderline):
        if name not in labelled:
            raise AnnotationError(
                f"{place}: borderline names '{name}', which is no labelled category."
                f"{nearest(name, labelled)} Several are parted by semicolons."
            )
    return Annotation(
        document=fields["document"].strip(),
        sentence=" ".join(fields["sentence"].split()),
        present=frozenset(present),
        borderline=frozenset(borderline),
        note=fields.get("note", "").strip(),
        weight=_weight(place, fields),
        line=line,
    )


def _weight(place: str, fields: Mapping[str, str]) -> float:
    text, draw = fields.get("weight", "").strip(), fields.get("draw", "").strip()
    if draw:
        try:
            return (int(draw, 16) ^ _mask(fields["sentence"])) / _DRAW_UNIT
        except ValueError:
            raise AnnotationError(
                f"{place}: draw is '{draw}', which no sheet says: leave it as it was drawn."
            ) from None
    try:
        weight = float(text or 1)
    except ValueError:
        weight = 0.0
    if not 0 < weight < float("inf"):
        raise AnnotationError(f"{place}: weight is a number above 0, not '{text}'.")
    return weight


def _mask(sentence: str) -> int:
    return zlib.crc32(_key(sentence).encode("utf-8"))


def write_draw(sentence: str, weight: float) -> str:
    """Write the weight of a drawn sentence so that it does not tell who labels what was found.

    Sentences in which the lexicon finds more weigh less; a weight to be read would lead.
    """
    return f"{round(weight * _DRAW_UNIT) ^ _mask(sentence):08x}"


def place_annotations(annotations: Annotations, corpus: Corpus) -> NDArray[np.int64]:
    """Return the number of each labelled sentence in the token stream.

    A sentence is known by its words; marks and capitals may differ. One that stands several
    times in a text may be labelled as often, in the order of the text. Raises
    :class:`AnnotationError` with the sentence most like it where it is not in its text.
    """
    texts = sentence_texts(corpus, range(len(corpus.tokens.sentences) - 1))
    owners = units_of(corpus.tokens.documents, corpus.tokens.sentences[:-1])
    waiting: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        waiting[corpus.tokens.document_ids[owners[number]], _key(text)].append(number)
    placed = []
    for row in annotations.rows:
        numbers = waiting[row.document, _key(row.sentence)]
        # Of sentences that differ in their capitals only, the one with the same comes first.
        numbers.sort(key=lambda n: (_words(texts[n]) != _words(row.sentence), n))
        if not numbers:
            own = [texts[i] for i in range(len(texts))
                   if corpus.tokens.document_ids[owners[i]] == row.document]  # fmt: skip
            raise AnnotationError(_not_there(annotations.path, row, own))
        placed.append(numbers.pop(0))
    return np.array(placed, dtype=np.int64)


def _key(sentence: str) -> str:
    return " ".join(_words(sentence)).lower()


def _words(sentence: str) -> list[str]:
    return split_words(typed(sentence))


def _not_there(path: Path, row: Annotation, own: Sequence[str]) -> str:
    again = sum(_key(text) == _key(row.sentence) for text in own)
    what = "does not stand"
    if again:
        what = f"is labelled before, and stands {'once' if again == 1 else f'{again} times'}"
    near = difflib.get_close_matches(row.sentence, own, n=1, cutoff=_ALIKE) if not again else []
    hint = f" Nearest: “{_cut(near[0])}”" if near else ""
    return (
        f"{path}, line {row.line}: the sentence “{_cut(row.sentence)}” {what} in "
        f"'{row.document}' as edited.{hint}"
    )


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1].rstrip()}…"


def write_annotations(rows: Iterable[Mapping[str, str]], categories: Sequence[str]) -> bytes:
    """Return a sheet to be labelled as the bytes of a csv: the categories are left empty."""
    columns = ["document", "before", "sentence", *categories, "borderline", "note", "draw"]
    return csv_bytes([columns, *([row.get(name, "") for name in columns] for row in rows)])


def draw_sample(
    hits: NDArray[np.bool_], each: int, random: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Draw sentences for labelling, stratified; return their numbers and weights.

    `hits` is sentences x categories: whether the lexicon finds a category in a sentence. For
    each category `each` sentences with a hit are drawn and `each` without, all if there are
    fewer, independently of the other categories. The weight of a sentence is one over its
    probability to be in the sample by any of these draws (Horvitz & Thompson 1952), so that
    shares over the sample estimate shares over all sentences.
    """
    missed = np.ones(len(hits))
    drawn = np.zeros(len(hits), dtype=bool)
    for category in range(hits.shape[1]):
        for stratum in (hits[:, category], ~hits[:, category]):
            members = np.flatnonzero(stratum)
            take = min(each, len(members))
            if take:
                drawn[random.choice(members, take, replace=False)] = True
                missed[members] *= 1 - take / len(members)
    numbers = np.flatnonzero(drawn)
    return numbers, 1 / (1 - missed[numbers])
