"""Matching: the patterns of a lexicon on the stream of integers, and which of their hits count."""

import re
import time
from bisect import bisect_left, insort
from functools import cached_property
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rhetorica.entries import Entry, Within
from rhetorica.errors import LexiconError
from rhetorica.lexicon import Category
from rhetorica.patterns import Vocabulary, compile_regex, typed
from rhetorica.tokens import Tokens, units_of

# Regular expressions can take time exponential in the length of a line. So long an entry may take
# on so many words: no entry of the default lexicon needs a hundredth of it.
REGEX_SECONDS, REGEX_WORDS = 10.0, 100_000

Positions = NDArray[np.int64]
Spans = NDArray[np.int64]
"""An array of two columns: first token of a span and the token after its last."""
# What an expression says about the words before and after its match, or about the line's ends.
_LOOKS_AROUND = re.compile(r"\(\?(?:[=!]|<[=!])|[\^$]|\\[AZzGbBKmM]")
_NO_SPANS = np.zeros((0, 2), dtype=np.int64)


class Matcher:
    """A token stream prepared for many patterns.

    Globs are looked up in the vocabulary, not in the text. Where the words they stand for occur
    is kept, so that an entry costs what its rarest word costs and not a pass over the stream.
    """

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.vocabulary = Vocabulary(tokens.types)
        self._lines: dict[Within, tuple[list[str], Positions]] = {}
        self._units_with: dict[tuple[object, Within], NDArray[np.int64]] = {}

    @property
    def _seconds(self) -> float:
        return REGEX_SECONDS * max(1.0, len(self.tokens) / REGEX_WORDS)

    @cached_property
    def _by_code(self) -> tuple[Positions, Positions]:
        """The positions sorted by code, and where those of each code begin."""
        order = np.argsort(self.tokens.codes, kind="stable")
        counts = np.bincount(self.tokens.codes, minlength=len(self.vocabulary))
        return order, np.concatenate([[0], np.cumsum(counts)])

    def spans(self, entry: Entry) -> tuple[Spans, NDArray[np.int64]]:
        """Return the spans of one entry and, for each, why it does not count, or -1 if it does.

        The reason is the number of the exception it lies in, or, where no phrase that the entry
        needs stands in the same sentence, the number of exceptions. Overlapping spans are all
        returned, from the first to the last.
        """
        spans = self._regex_spans(entry) if entry.kind == "regex" else self._glob_spans(entry)
        barred = np.full(len(spans), -1, dtype=np.int64)
        for number in reversed(range(len(entry.exceptions))):
            inside = self._inside(spans, entry.exceptions[number])
            barred[inside] = number
        if entry.needs and len(spans):
            barred[(barred < 0) & ~self._has_needed(spans, entry)] = len(entry.exceptions)
        return spans, barred

    def _has_needed(self, spans: Spans, entry: Entry) -> NDArray[np.bool_]:
        """Tell which spans have a phrase that their entry needs in the same sentence."""
        offsets = self._offsets(entry.within)
        key = entry.needs, entry.within
        if key not in self._units_with:
            found = [self._units_of_phrase(phrase, entry.within) for phrase in entry.needs]
            self._units_with[key] = np.unique(np.concatenate(found))
        return np.isin(units_of(offsets, spans[:, 0]), self._units_with[key])

    def _units_of_phrase(self, phrase: tuple[str, ...], within: Within) -> NDArray[np.int64]:
        codes = [self.vocabulary.codes_of(word) for word in phrase]
        first = self._follow(self._positions(codes[0]), codes, known=0)
        spans = self._bounded(np.stack([first, first + len(phrase)], axis=1), within)
        return units_of(self._offsets(within), spans[:, 0])

    def _glob_spans(self, entry: Entry) -> Spans:
        codes = [self.vocabulary.codes_of(w, entry.case, entry.hyphens) for w in entry.words]
        size = len(codes)
        _, begins = self._by_code
        frequency = [int((begins[own + 1] - begins[own]).sum()) for own in codes]
        anchor = int(np.argmin(frequency))
        first = self._positions(codes[anchor]) - anchor
        first = self._follow(first, codes, known=anchor)
        return self._bounded(np.stack([first, first + size], axis=1), entry.within)

    def _positions(self, codes: NDArray[np.int64]) -> Positions:
        order, begins = self._by_code
        parts: list[Positions] = [order[begins[code] : begins[code + 1]] for code in codes.tolist()]
        found: Positions = np.concatenate([*parts, np.zeros(0, dtype=np.int64)])
        found.sort()
        return found

    def _follow(
        self, first: Positions, words: list[NDArray[np.int64]], known: int = -1
    ) -> Positions:
        """Keep the positions from which on the stream has the words, given as codes."""
        first = first[(first >= 0) & (first <= len(self.tokens) - len(words))]
        for i, codes in enumerate(words):
            if i != known and len(first):
                found = self.tokens.codes[first + i]
                place = np.minimum(np.searchsorted(codes, found), max(len(codes) - 1, 0))
                first = first[codes[place] == found] if len(codes) else first[:0]
        return first

    def _bounded(self, spans: Spans, within: Within) -> Spans:
        """Keep the spans that do not reach beyond a sentence, block or text."""
        offsets = self._offsets(within)
        inside = units_of(offsets, spans[:, 0]) == units_of(offsets, spans[:, 1] - 1)
        kept: Spans = spans[inside]
        return kept

    def _offsets(self, within: Within) -> NDArray[np.int64]:
        """Return where units begin; where words were taken out of the stream another one does."""
        tokens = self.tokens
        if within == "sentence":
            return tokens.sentences
        units = tokens.paragraphs if within == "block" else tokens.documents
        return np.union1d(units, tokens.gaps)

    def _inside(self, spans: Spans, phrase: tuple[str, ...]) -> NDArray[np.bool_]:
        """Tell which spans lie inside a phrase, which itself stays within a sentence."""
        inside = np.zeros(len(spans), dtype=bool)
        words = [self.vocabulary.codes_of(word) for word in phrase]
        lengths = spans[:, 1] - spans[:, 0]
        for before in range(len(phrase)):
            fits = np.flatnonzero(~inside & (before + lengths <= len(phrase)))
            starts = spans[fits, 0] - before
            found = self._follow(np.unique(starts), words)
            phrases = self._bounded(np.stack([found, found + len(phrase)], axis=1), "sentence")
            inside[fits[np.isin(starts, phrases[:, 0])]] = True
        return inside

    def _regex_spans(self, entry: Entry) -> Spans:
        """Try a regular expression from every word that its matches can begin with."""
        expression = compile_regex(entry.pattern, entry.case)
        deadline = time.monotonic() + self._seconds
        lines, places = self._lines_of(entry.within)
        positions = self._beginnings(entry, deadline)
        units = units_of(self._offsets(entry.within), positions)
        offsets = self._offsets(entry.within)
        found: list[tuple[int, int]] = []
        triples = zip(positions.tolist(), units.tolist(), places[positions].tolist(), strict=True)
        for position, unit, place in triples:
            left = max(deadline - time.monotonic(), 0.001)
            try:
                match = expression.match(lines[unit], place, timeout=left)
            except TimeoutError:
                raise LexiconError(self._too_slow(entry, position)) from None
            if match and match.end() > place:
                after = places[position : offsets[unit + 1]].searchsorted(match.end())
                found.append((position, position + int(after)))
        return np.array(found, dtype=np.int64).reshape(-1, 2)

    def _beginnings(self, entry: Entry, deadline: float) -> Positions:
        """Return the positions at which a match can begin, by the types that can begin one.

        An expression that looks around itself is tried everywhere: what it would see there a
        type alone does not show.
        """
        if _LOOKS_AROUND.search(entry.pattern):
            return np.arange(len(self.tokens), dtype=np.int64)
        expression = compile_regex(entry.pattern, entry.case)
        codes = []
        for code, word in enumerate(self.vocabulary.types):
            left = max(deadline - time.monotonic(), 0.001)
            try:
                if expression.match(f"{typed(word)} ", partial=True, timeout=left):
                    codes.append(code)
            except TimeoutError:  # the word itself takes forever: let the text say so
                codes.append(code)
        return self._positions(np.array(codes, dtype=np.int64))

    def _too_slow(self, entry: Entry, position: int) -> str:
        tokens = self.tokens
        document = tokens.document_ids[int(units_of(tokens.documents, np.array([position]))[0])]
        line = f", line {entry.line}," if entry.line else ""
        return (
            f"The regular expression '{entry.pattern}'{line} was stopped after "
            f"{self._seconds:.0f} seconds, in the text '{document}': make it simpler. Nested "
            "repetitions such as (a+)+ take time without end."
        )

    def _lines_of(self, within: Within) -> tuple[list[str], Positions]:
        """Return the words of each unit joined by spaces, and where in it each token begins."""
        if within not in self._lines:
            words = [typed(word) for word in self.vocabulary.types]
            offsets, codes = self._offsets(within), self.tokens.codes
            lines = [
                " ".join([words[code] for code in codes[low:high].tolist()])
                for low, high in pairwise(offsets.tolist())
            ]
            sizes = np.array([len(word) + 1 for word in words], dtype=np.int64)[codes]
            begins = np.concatenate([[0], np.cumsum(sizes)])
            places = begins[:-1] - np.repeat(begins[offsets[:-1]], np.diff(offsets))
            self._lines[within] = lines, places
        return self._lines[within]


def match_category(matcher: Matcher, category: Category) -> pd.DataFrame:
    """Return every hit of one category, those that do not count too.

    Columns: first, end (token positions), entry, certainty, suppressed_by. A hit counts where
    suppressed_by is empty. Else it says why not: ``except:`` and the phrase it lies in, ``needs:``
    and what its sentence lacks, or the entry whose hit counts instead. Where hits overlap the
    longest counts, then the first, then the entry first in the alphabet: the order of the
    entries never matters.
    """
    spans, entries, certainties, reasons = [_NO_SPANS], [], [], []
    for entry in sorted(category.entries, key=_alphabetical):
        found, barred = matcher.spans(entry)
        why = [f"except: {' '.join(phrase)}" for phrase in entry.exceptions]
        why.append(f"needs: {', '.join(' '.join(phrase) for phrase in entry.needs)}")
        spans.append(found)
        entries += [entry.pattern] * len(found)
        certainties += [entry.certainty] * len(found)
        reasons += [why[i] if i >= 0 else "" for i in barred.tolist()]
    every = np.concatenate(spans)
    hits = pd.DataFrame(
        {
            "first": every[:, 0],
            "end": every[:, 1],
            "entry": pd.Series(entries, dtype=object),
            "certainty": np.array(certainties, dtype=np.float64),
            "suppressed_by": pd.Series(reasons, dtype=object),
        }
    )
    free = np.flatnonzero(hits["suppressed_by"] == "")
    owners = free[resolve(hits["first"].to_numpy()[free], hits["end"].to_numpy()[free])]
    names = hits["entry"].to_numpy()
    instead = hits["suppressed_by"].to_numpy(copy=True)
    instead[free] = np.where(owners == free, "", names[owners])
    hits["suppressed_by"] = instead
    return hits.sort_values(["first", "end"], kind="stable", ignore_index=True)


def _alphabetical(entry: Entry) -> tuple[str, ...]:
    return entry.pattern, repr(entry)


def resolve(first: Positions, end: Positions) -> NDArray[np.int64]:
    """Return, for each span, the index of the span that counts in its place: its own, if it does.

    Where spans overlap the longest counts, then the first, then the one given first. A span
    that is overlapped by none is never looked at twice.
    """
    owners = np.arange(len(first))
    order = np.lexsort((owners, first))
    reach = np.maximum.accumulate(end[order]) if len(order) else end
    alone = np.ones(len(order), dtype=bool)
    touches = first[order][1:] < reach[:-1]
    alone[1:] &= ~touches
    alone[:-1] &= ~touches
    rest = order[~alone]
    ranked = rest[np.lexsort((rest, first[rest], first[rest] - end[rest]))]
    taken: list[tuple[int, int, int]] = []
    for index in ranked.tolist():
        low, high = int(first[index]), int(end[index])
        at = bisect_left(taken, (low,))
        neighbours = [i for i in (at - 1, at) if 0 <= i < len(taken)]
        rivals = [taken[i] for i in neighbours if taken[i][0] < high and low < taken[i][1]]
        if rivals:
            owners[index] = rivals[0][2]
        else:
            insort(taken, (low, high, index))
    return owners


def union_of(hits: pd.DataFrame) -> NDArray[np.object_]:
    """Return, for hits that count in the categories of a parent, what counts there instead.

    Empty where the hit itself counts, else the category whose hit does. Of hits that overlap as
    many count as can stand side by side, those that end first, so that a parent has no fewer
    hits than any of its categories, and a hit that two of them share counts once.
    """
    first, end = hits["first"].to_numpy(), hits["end"].to_numpy()
    names = hits["category"].to_numpy(dtype=object)
    instead: NDArray[np.object_] = np.full(len(hits), "", dtype=object)
    reach, last = 0, ""
    for index in np.lexsort((np.arange(len(hits)), first, end)).tolist():
        if first[index] >= reach:
            reach, last = int(end[index]), str(names[index])
        else:
            instead[index] = last
    return instead
