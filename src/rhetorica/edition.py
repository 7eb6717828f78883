"""The edition: a cleaned text that knows, for every character, where it stands in the raw file."""

import heapq
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rhetorica.rules import RULES, Change, Rule
from rhetorica.sources import Source
from rhetorica.structure import Block, find_blocks

_Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Edit:
    """One difference between raw text and edition: a raw span, what replaces it, and why.

    `rules` names every rule that had a part in it, in the order they were applied.
    """

    raw_start: int
    raw_end: int
    replacement: str
    rules: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Edition:
    """A cleaned text, its blocks and its apparatus.

    `edits` are in raw order and never overlap: raw text outside them stands unchanged in
    `text`. Applying them to `raw` gives `text` (:func:`apply_edits`).
    """

    document_id: str
    raw: str
    text: str
    edits: tuple[Edit, ...]
    blocks: tuple[Block, ...]

    def __repr__(self) -> str:
        return (
            f"<Edition '{self.document_id}': {len(self.blocks)} blocks, "
            f"{len(self.text)} characters, {len(self.edits)} edits>"
        )


def edit_source(source: Source, rules: tuple[Rule, ...] = RULES) -> Edition:
    """Clean one source by the rules in their order and return its :class:`Edition`.

    Without rules the edition is the raw text itself.
    """
    text = source.text
    edits: tuple[Edit, ...] = ()
    for rule in rules:
        text, edits = apply_rule(text, edits, rule.name, rule.find(text))
    blocks = tuple(find_blocks(text, source.document.author))
    return Edition(source.document.id, source.text, text, edits, blocks)


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
    pieces: list[str] = []
    result: list[Edit] = []
    done, shift = 0, 0  # shift: how much longer the text is than the raw text, up to here
    for cluster in _clusters(edits, changes):
        low, high = cluster[0][0], max(item[1] for item in cluster)
        raw_low = low - shift
        shift += sum(
            len(old.replacement) - (old.raw_end - old.raw_start)
            for _, _, old in cluster
            if isinstance(old, Edit)
        )
        new = [(a, b, item) for a, b, item in cluster if isinstance(item, str)]
        if not new:
            result += [old for _, _, old in cluster if isinstance(old, Edit)]
            continue
        whole = _changed(text, low, high, new)
        names = [rule for _, _, old in cluster if isinstance(old, Edit) for rule in old.rules]
        result.append(Edit(raw_low, high - shift, whole, tuple(dict.fromkeys([*names, name]))))
        pieces += [text[done:low], whole]
        done = high
    pieces.append(text[done:])
    return "".join(pieces), tuple(result)


_Item = tuple[int, int, "Edit | str"]


def _clusters(edits: tuple[Edit, ...], changes: Iterable[Change]) -> Iterator[list[_Item]]:
    """Group earlier edits and new changes, placed on the present text, where they overlap."""
    cluster: list[_Item] = []
    high = -1
    for item in heapq.merge(_placed(edits), changes, key=lambda item: item[:2]):
        low, end = item[0], item[1]
        same_point = low == end == high and cluster[0][0] == low
        if cluster and low >= high and not same_point:
            yield cluster
            cluster = []
        cluster.append(item)
        high = max(high, end)
    if cluster:
        yield cluster


def _placed(edits: tuple[Edit, ...]) -> Iterator[_Item]:
    shift = 0
    for edit in edits:
        start = edit.raw_start + shift
        shift += len(edit.replacement) - (edit.raw_end - edit.raw_start)
        yield start, start + len(edit.replacement), edit


def _changed(text: str, low: int, high: int, changes: list[tuple[int, int, str]]) -> str:
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
