"""The edition: a cleaned text that knows, for every character, where it stands in the raw file."""

import heapq
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import regex
from numpy.typing import NDArray

from rhetorica import cards
from rhetorica.changes import Change
from rhetorica.errata import Erratum, Placed, place_errata
from rhetorica.errors import ErrataError, plural
from rhetorica.rules import RULES, Rule
from rhetorica.sources import Source
from rhetorica.structure import Block, Quotation, find_blocks, find_quotations

_Positions = NDArray[np.int64]


# The rules that write one letter or mark in one way, wherever it stands.
_OF_CHARACTERS = (
    "composition", "ligatures", "quotation-marks", "apostrophes", "hyphens", "wide-spaces",
)  # fmt: skip
# Before these, the end of the text too, a space that parted two words parts none any more.
_LEFT_OVER = regex.compile(r"[\s.,;:!?)\]}»]|\Z")


@dataclass(frozen=True, slots=True)
class Edit:
    """One difference between raw text and edition: a raw span, what replaces it, and why.

    `rules` names every rule that had a part in it, in the order they were applied; an erratum
    is named by its file and line.
    """

    raw_start: int
    raw_end: int
    replacement: str
    rules: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Edition:
    """A cleaned text, its blocks, its quotations and its apparatus.

    `edits` are in raw order and never overlap: raw text outside them stands unchanged in
    `text`. Applying them to `raw` gives `text` (:func:`apply_edits`).
    """

    document_id: str
    raw: str
    text: str
    edits: tuple[Edit, ...]
    blocks: tuple[Block, ...]
    quotations: tuple[Quotation, ...] = ()

    def __repr__(self) -> str:
        sizes = {"block": self.blocks, "character": self.text, "edit": self.edits}
        said = ", ".join(plural(len(things), noun) for noun, things in sizes.items())
        return f"<Edition '{cards.brief(self.document_id)}': {said}>"

    def _repr_html_(self) -> str:
        kinds = Counter(kind for kind, _, _ in self.blocks)
        edits = cards.long_table(_COLUMNS, _rows(self), _NUMERIC, len(self.edits))
        made = cards.amounts(_edits_by_rule(self).most_common())
        return cards.card(
            "Edition",
            self.document_id,
            [
                f"{plural(len(self.text), 'character')} (source: {len(self.raw):,})",
                *(plural(count, kind) for kind, count in kinds.items()),
                *([plural(len(self.quotations), "quotation")] if self.quotations else []),
                plural(len(self.edits), "edit"),
            ],
            cards.paragraph(cards.opening(self.text)),
            cards.paragraph(f"Edits by rule: {made}" if made else "", quiet=True),
            *([cards.folded("The first edits", edits)] if self.edits else []),
        )


_COLUMNS = ("line", "in the source", "in the edition", "by")
_NUMERIC = (True, False, False, False)


def _edits_by_rule(edition: Edition) -> Counter[str]:
    """Count in how many edits each rule had a part; all errata of a file are one."""
    made: Counter[str] = Counter()
    for rules, count in Counter(edit.rules for edit in edition.edits).items():
        for name in dict.fromkeys(name.rsplit(":", 1)[0] for name in rules):
            made[name] += count
    return made


def _rows(edition: Edition) -> Iterator[tuple[int, str, str, str]]:
    edits = edition.edits[: cards.ROWS + cards.FOLDED]
    lines = raw_lines(edition, np.array([edit.raw_start for edit in edits], dtype=np.int64))
    for line, edit in zip(lines, edits, strict=True):
        raw = edition.raw[edit.raw_start : edit.raw_end]
        by = ", ".join(edit.rules)
        yield int(line), cards.visible(raw), cards.visible(edit.replacement), by


def edit_source(
    source: Source, rules: tuple[Rule, ...] = RULES, errata: Iterable[Erratum] = ()
) -> Edition:
    """Clean one source by the rules in their order, then its errata; return the :class:`Edition`.

    Without rules and errata the edition is the raw text itself. Raises :class:`ErrataError` for
    an erratum that does not stand once in the source.
    """
    text = source.text
    edits: tuple[Edit, ...] = ()
    for rule in rules:
        text, edits = apply_rule(text, edits, rule.name, rule.find(text))
    placed = place_errata(source.document.id, source.text, errata)
    if any(erratum.apply for _, _, erratum in placed):
        plain = Edition(source.document.id, source.text, text, edits, ())
        text, edits = _apply(text, edits, _corrections(plain, placed))
    # What rules changed and changed back is no change; what an erratum says stays on record.
    decided = {erratum.name for _, _, erratum in placed}
    edits = tuple(
        edit
        for edit in edits
        if source.text[edit.raw_start : edit.raw_end] != edit.replacement
        or decided.intersection(edit.rules)
    )
    blocks = tuple(find_blocks(text, source.document.author))
    quotations = find_quotations(text, blocks)
    return Edition(source.document.id, source.text, text, edits, blocks, quotations)


def _corrections(edition: Edition, placed: tuple[Placed, ...]) -> Iterator["_Named"]:
    """Yield the applied errata as changes of the text that the rules have made."""
    applied = [item for item in placed if item[2].apply]
    raw_starts = np.array([start for start, _, _ in applied], dtype=np.int64)
    raw_ends = np.array([end for _, end, _ in applied], dtype=np.int64)
    starts, ends = from_raw(edition, raw_starts, raw_ends)
    back_starts, back_ends = to_raw(edition, starts, np.maximum(ends, starts + 1))
    for i, (raw_start, raw_end, erratum) in enumerate(applied):
        if starts[i] == ends[i]:
            raise ErrataError(
                f"{erratum.place}: the cleaning rules take out '{erratum.reading}' by themselves."
            )
        if (back_starts[i], back_ends[i]) != (raw_start, raw_end):
            raise ErrataError(
                f"{erratum.place}: the cleaning rules changed '{erratum.reading}' together with "
                f"what stands beside it: the source has "
                f"'{edition.raw[back_starts[i] : back_ends[i]]}' there. Take all of it as reading, "
                "without marks that the rules take out."
            )
        new = _in_one_way(erratum.replacement)
        start, end, new = _narrowed(edition.text, int(starts[i]), int(ends[i]), new)
        yield start, end, new, erratum.name


def _in_one_way(correction: str) -> str:
    """Write the marks and letters of a correction as the rules write those of the text."""
    for rule in RULES:
        if rule.name in _OF_CHARACTERS:
            correction, _ = apply_rule(correction, (), rule.name, rule.find(correction))
    return correction


def _narrowed(text: str, start: int, end: int, replacement: str) -> Change:
    """Leave out of a correction the whole words and marks at its edges that it does not change."""
    old, new = (regex.findall(r"\w+|\s+|.", part) for part in (text[start:end], replacement))
    while old and new and old[0] == new[0]:
        start += len(old.pop(0))
        new.pop(0)
    while old and new and old[-1] == new[-1]:
        end -= len(old.pop())
        new.pop()
    # What is taken out takes a space along that would be left over.
    if not new and text[start - 1 : start] == " " and _LEFT_OVER.match(text, end):
        start -= 1
    elif not new and text[end : end + 1] == " " and text[start - 1 : start] in ("", "\n"):
        end += 1
    return start, end, "".join(new)


def apply_rule(
    text: str, edits: tuple[Edit, ...], name: str, changes: Iterable[Change]
) -> tuple[str, tuple[Edit, ...]]:
    """Return the text with `changes` made, and the edits that lead there from the raw text.

    `changes` are spans of `text`, in order and apart; `edits` are those that made `text`. A
    change that overlaps an earlier edit is merged with it, so that edits never overlap.

    >>> text, edits = apply_rule("a  b", (), "spaces", [(1, 3, " ")])
    >>> text, edits
    ('a b', (Edit(raw_start=1, raw_end=3, replacement=' ', rules=('spaces',)),))
    >>> apply_rule(text, edits, "dash", [(0, 3, "a-b")])[1]
    (Edit(raw_start=0, raw_end=4, replacement='a-b', rules=('spaces', 'dash')),)
    """
    return _apply(text, edits, ((low, high, new, name) for low, high, new in changes))


_Named = tuple[int, int, str, str]  # a change, and the name of the rule or erratum that makes it


class _Item(NamedTuple):
    """A span of the present text that an earlier edit made, or that `name` is to change."""

    low: int
    high: int
    edit: Edit | None
    replacement: str = ""
    name: str = ""


def _apply(
    text: str, edits: tuple[Edit, ...], changes: Iterable[_Named]
) -> tuple[str, tuple[Edit, ...]]:
    pieces: list[str] = []
    result: list[Edit] = []
    done, shift = 0, 0  # shift: how much longer the text is than the raw text, up to here
    for cluster in _clusters(edits, changes):
        low, high = cluster[0].low, max(item.high for item in cluster)
        raw_low = low - shift
        old = [item.edit for item in cluster if item.edit]
        new = [item for item in cluster if not item.edit]
        shift += sum(len(edit.replacement) - (edit.raw_end - edit.raw_start) for edit in old)
        if not new:
            result += old
            continue
        whole = _changed(text, low, high, [(item.low, item.high, item.replacement) for item in new])
        names = [name for edit in old for name in edit.rules] + [item.name for item in new]
        result.append(Edit(raw_low, high - shift, whole, tuple(dict.fromkeys(names))))
        pieces += [text[done:low], whole]
        done = high
    pieces.append(text[done:])
    return "".join(pieces), tuple(result)


def _clusters(edits: tuple[Edit, ...], changes: Iterable[_Named]) -> Iterator[list[_Item]]:
    """Group earlier edits and new changes, placed on the present text, where they overlap."""
    cluster: list[_Item] = []
    high = -1
    wanted = (_Item(low, end, None, new, name) for low, end, new, name in changes)
    for item in heapq.merge(_placed(edits), wanted, key=lambda item: item[:2]):
        same_point = item.low == item.high == high and cluster[0].low == item.low
        if cluster and item.low >= high and not same_point:
            yield cluster
            cluster = []
        cluster.append(item)
        high = max(high, item.high)
    if cluster:
        yield cluster


def _placed(edits: tuple[Edit, ...]) -> Iterator[_Item]:
    shift = 0
    for edit in edits:
        start = edit.raw_start + shift
        shift += len(edit.replacement) - (edit.raw_end - edit.raw_start)
        yield _Item(start, start + len(edit.replacement), edit)


def _changed(text: str, low: int, high: int, changes: Iterable[Change]) -> str:
    parts, done = [], low
    for start, end, replacement in changes:
        parts += [text[done:start], replacement]
        done = end
    return "".join([*parts, text[done:high]])


def apply_edits(raw: str, edits: Iterable[Edit]) -> str:
    """Return the text that the edits make of the raw one: the proof that none is missing.

    >>> apply_edits("a  b", [Edit(1, 3, " ", ("spaces",))])
    'a b'
    """
    return _changed(raw, 0, len(raw), [(e.raw_start, e.raw_end, e.replacement) for e in edits])


def to_raw(edition: Edition, starts: _Positions, ends: _Positions) -> tuple[_Positions, _Positions]:
    """Map spans of the edition to the spans of the raw text they came from.

    `starts` and `ends` are arrays of equal length; a span must not be empty. A position inside
    a replacement maps to the whole raw span it replaced.
    """
    return _map(_edit_table(edition), starts, ends)


def from_raw(
    edition: Edition, starts: _Positions, ends: _Positions
) -> tuple[_Positions, _Positions]:
    """Map spans of the raw text to those of the edition that stand for them.

    What was deleted maps to an empty span at the place where it stood.
    """
    raw_low, raw_high, low, high = _edit_table(edition)
    return _map((low, high, raw_low, raw_high), starts, ends)


def _edit_table(edition: Edition) -> tuple[_Positions, _Positions, _Positions, _Positions]:
    raw_low = np.array([edit.raw_start for edit in edition.edits], dtype=np.int64)
    raw_high = np.array([edit.raw_end for edit in edition.edits], dtype=np.int64)
    length = np.array([len(edit.replacement) for edit in edition.edits], dtype=np.int64)
    shift = np.cumsum(length - (raw_high - raw_low))
    high = raw_high + shift
    return raw_low, raw_high, high - length, high


def _map(
    table: tuple[_Positions, _Positions, _Positions, _Positions],
    starts: _Positions,
    ends: _Positions,
) -> tuple[_Positions, _Positions]:
    """Map spans from the second pair of columns of `table` to the first."""
    to_low, to_high, low, high = table
    starts, ends = np.asarray(starts, dtype=np.int64), np.asarray(ends, dtype=np.int64)
    if not len(low):
        return starts, ends
    # A span that begins at the end of an edit begins after it; one that ends at its start,
    # before it.
    first = np.searchsorted(high, starts, side="right")
    last = np.searchsorted(low, ends, side="left") - 1
    offset_first = np.concatenate([[0], to_high - high])[first]
    offset_last = np.concatenate([[0], to_high - high])[last + 1]
    inside_first = (first < len(low)) & (low[np.minimum(first, len(low) - 1)] < starts)
    inside_last = (last >= 0) & (high[np.maximum(last, 0)] > ends)
    mapped_start = np.where(
        inside_first, to_low[np.minimum(first, len(low) - 1)], starts + offset_first
    )
    mapped_end = np.where(inside_last, to_high[np.maximum(last, 0)], ends + offset_last)
    return mapped_start, mapped_end


def raw_lines(edition: Edition, positions: _Positions) -> _Positions:
    """Return the 1-based line of the raw text that each raw position stands on."""
    ends = np.array(
        [match.end() for match in re.finditer(r"\r\n?|\n", edition.raw)], dtype=np.int64
    )
    return np.searchsorted(ends, positions, side="right") + 1
