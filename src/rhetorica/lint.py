"""The linter: entries of a lexicon that find nothing, add nothing, weigh too much or overlap."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rhetorica.corpus import Corpus
from rhetorica.entries import Entry
from rhetorica.errors import plural
from rhetorica.lexicon import Category, Lexicon
from rhetorica.matching import Matcher, Positions, resolve
from rhetorica.spans import matcher_of
from rhetorica.tokens import Tokens, units_of

Kind = Literal[
    "never counts", "stands twice", "changes the order", "dominates", "always barred",
    "adds nothing", "finds nothing", "overlap", "one sentence",
]  # fmt: skip
Severity = Literal["error", "warning", "note"]
SEVERITIES: dict[Kind, Severity] = {
    "never counts": "error",
    "stands twice": "warning",
    "changes the order": "warning",
    "dominates": "warning",
    "always barred": "warning",
    "adds nothing": "warning",
    "finds nothing": "warning",
    "overlap": "note",
    "one sentence": "note",
}
"""How grave each kind of remark is; the gravest first, and so are the remarks."""

# With four hits, one hit more or less moves a share of a half by a quarter or more.
MIN_CATEGORY_HITS = 5
NAME_LIMIT = 40  # characters of a pattern: two of them have room on a line
DOMINANT_SHARE = 0.5  # the entry then outweighs all the others together


@dataclass(frozen=True)
class Remark:
    """What is to be said of one entry, or, where `entry` is empty, of a category.

    `category` is its label and `line` that of the entry in the file, 0 if there is none.
    `message` goes on from the entry: together they are a sentence.
    """

    kind: Kind
    category: str
    entry: str
    line: int
    message: str

    @property
    def severity(self) -> Severity:
        """Return how grave this is: only an error makes a lexicon unfit for use."""
        return SEVERITIES[self.kind]


@dataclass(frozen=True, eq=False)
class _Hits:
    """The hits of a category outside of exceptions: one array element a hit, by entry.

    `owner` indexes `entries`, which are in the order that decides between equals; `counts`
    tells which hits count. Hits of different clusters have nothing to do with one another.
    `barred` are the numbers of hits, by entry, that its exceptions leave out.
    """

    category: Category
    entries: tuple[Entry, ...]
    barred: NDArray[np.int64]
    owner: NDArray[np.int64]
    first: Positions
    end: Positions
    counts: NDArray[np.bool_]
    cluster: NDArray[np.int64]

    def without(self, entry: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return which hits stop to count when an entry is left out, and which then do instead.

        Hits can be in both. Only clusters that hold a hit of the entry are resolved again.
        """
        touched = np.isin(self.cluster, self.cluster[self.owner == entry])
        rest = np.flatnonzero(touched & (self.owner != entry))
        again = resolve(self.first[rest], self.end[rest]) == np.arange(len(rest))
        return np.flatnonzero(touched & self.counts), rest[again]


def check_lexicon(corpus: Corpus, lexicon: Lexicon) -> tuple[Remark, ...]:
    """Return what is to be said of a lexicon on these texts, the gravest and worst first.

    The order of the entries in the file never matters. Each entry is matched once, and left out
    by resolving anew only the hits that touch its own.
    """
    matcher = matcher_of(corpus.tokens)
    found = [_match(matcher, category) for category in lexicon.categories]
    remarks: list[Remark] = []
    for hits in found:
        remarks += _never_counting(hits)
        remarks += _standing_twice(hits.category)
        remarks += _dominating(hits)
        remarks += _adding_nothing(hits, corpus.tokens)
    remarks += _changing_orders(found, corpus)
    remarks += _overlaps(found)
    remarks += _in_one_sentence(found, corpus.tokens)
    kinds = list(SEVERITIES)
    return tuple(sorted(remarks, key=lambda remark: kinds.index(remark.kind)))


def _match(matcher: Matcher, category: Category) -> _Hits:
    """Match the entries of a category, each once also where it stands twice."""
    ranked = sorted(category.entries, key=lambda e: (e.line, e.pattern), reverse=True)
    unique = {_meaning(entry): entry for entry in ranked}
    entries = tuple(e for _, e in sorted(unique.items(), key=lambda item: (item[1].pattern, item)))
    spans = [np.zeros((0, 2), dtype=np.int64)]
    barred, sizes = [], []
    for entry in entries:
        every, exceptions = matcher.spans(entry)
        spans.append(every[exceptions < 0])
        barred.append(int((exceptions >= 0).sum()))
        sizes.append(len(spans[-1]))
    first, end = np.concatenate(spans).T
    return _Hits(
        category=category,
        entries=entries,
        barred=np.array(barred, dtype=np.int64),
        owner=np.repeat(np.arange(len(entries)), sizes),
        first=first,
        end=end,
        counts=resolve(first, end) == np.arange(len(first)),
        cluster=_clusters(first, end),
    )


def _meaning(entry: Entry) -> str:
    """Return what two entries have in common that find the same in any text."""
    return repr(replace(entry, line=0, pattern="" if entry.words else entry.pattern))


def _clusters(first: Positions, end: Positions) -> NDArray[np.int64]:
    """Number the groups of spans that overlap, directly or through others."""
    order = np.argsort(first, kind="stable")
    reach = np.maximum.accumulate(end[order]) if len(order) else end
    clusters = np.zeros(len(first), dtype=np.int64)
    clusters[order[1:]] = np.cumsum(first[order][1:] >= reach[:-1])
    return clusters


def _remark(kind: Kind, hits: _Hits, entry: Entry, message: str) -> Remark:
    return Remark(kind, hits.category.label, entry.pattern, entry.line, message)


def _never_counting(hits: _Hits) -> Iterator[Remark]:
    for k, entry in enumerate(hits.entries):
        covering = [phrase for phrase in entry.exceptions if _covers(phrase, entry)]
        barred = int(hits.barred[k])
        if covering:
            message = f"its exception {named(' '.join(covering[0]))} fits wherever it does"
            yield _remark("never counts", hits, entry, message)
        elif barred and not (hits.owner == k).any():
            by = [name for name in ("exceptions", "needs") if getattr(entry, name)]
            message = f"{plural(barred, 'hit')}, left out by its {' or '.join(by)}"
            yield _remark("always barred", hits, entry, message)
        elif not (hits.owner == k).any():
            yield _remark("finds nothing", hits, entry, "no hit in these texts")


def _covers(phrase: tuple[str, ...], entry: Entry) -> bool:
    """Tell whether an exception fits whatever its entry finds: word for word, in any text."""
    if entry.kind == "regex" or len(phrase) != len(entry.words):
        return False
    if entry.within != "sentence" and len(phrase) > 1:  # an exception ends with its sentence
        return False
    return all(
        wide == "*" or (not entry.hyphens and _covers_word(wide, narrow.lower()))
        for wide, narrow in zip(phrase, entry.words, strict=True)
    )


def _covers_word(wide: str, narrow: str) -> bool:
    """Tell whether one glob fits whatever another does, as far as that is sure.

    >>> _covers_word("unit*", "united"), _covers_word("unit*", "unite*"), _covers_word("a?", "a*")
    (True, True, False)
    """
    if wide == narrow:
        return True
    if any(sign in narrow for sign in "*?[") and any(sign in wide + narrow for sign in "?["):
        return False
    return fnmatchcase(narrow, wide)


def _standing_twice(category: Category) -> Iterator[Remark]:
    """Yield the patterns that stand twice in a category, also with other settings."""
    same: defaultdict[tuple[str, ...], list[Entry]] = defaultdict(list)
    for entry in category.entries:
        same[(entry.kind, *(word.lower() for word in entry.words or [entry.pattern]))].append(entry)
    for entries in sorted(same.values(), key=lambda own: min(e.pattern for e in own)):
        if len(entries) > 1:
            entries.sort(key=lambda entry: (entry.line, entry.pattern, repr(entry)))
            lines = sorted({entry.line for entry in entries[1:]} - {0, entries[0].line})
            where = f", again on line {' and '.join(map(str, lines))}" if lines else ""
            alike = len(set(map(_meaning, entries))) == 1
            message = f"{len(entries)} times{where}{'' if alike else ', with other settings'}"
            first = entries[0]
            yield Remark("stands twice", category.label, first.pattern, first.line, message)


def _dominating(hits: _Hits) -> Iterator[Remark]:
    total = int(hits.counts.sum())
    if total < MIN_CATEGORY_HITS:
        return
    sizes = np.bincount(hits.owner[hits.counts], minlength=len(hits.entries))
    most = int(sizes.argmax())
    if sizes[most] > DOMINANT_SHARE * total:
        message = f"{sizes[most]:,} of {total:,} hits ({sizes[most] / total:.0%})"
        yield _remark("dominates", hits, hits.entries[most], message)


def _adding_nothing(hits: _Hits, tokens: Tokens) -> Iterator[Remark]:
    """Yield the entries without which every paragraph has as many hits as with them."""
    units = units_of(tokens.paragraphs, hits.first)
    for k, entry in enumerate(hits.entries):
        own = np.flatnonzero(hits.owner == k)
        gone, again = hits.without(k)
        if len(own) and np.array_equal(np.sort(units[gone]), np.sort(units[again])):
            low, high = hits.first[own], hits.end[own]
            others = Counter(
                hits.entries[hits.owner[i]].pattern
                for i in again.tolist()
                if ((hits.first[i] < high) & (low < hits.end[i])).any()
            )
            yield _remark("adds nothing", hits, entry, f"found by {_quoted(others)} too")


def named(pattern: str) -> str:
    """Return a pattern in quotation marks, as much of it as has room."""
    return f"“{pattern if len(pattern) <= NAME_LIMIT else pattern[: NAME_LIMIT - 1] + '…'}”"


def _quoted(counts: "Counter[str]", limit: int = 2) -> str:
    """Name the most frequent patterns, equals by the alphabet."""
    ranked = sorted(counts, key=lambda name: (-counts[name], name))
    names = [named(name) for name in ranked[:limit]]
    if ranked[limit:]:
        return f"{', '.join(names)} and {len(ranked) - limit} more"
    return " and ".join(names)


def _changing_orders(found: Sequence[_Hits], corpus: Corpus) -> list[Remark]:
    """Return the entries without which two texts change places, most changes first."""
    documents = corpus.tokens.documents
    words = np.diff(documents)
    ranked: list[tuple[int, int, Remark]] = []
    for place, hits in enumerate(found):
        owner = units_of(documents, hits.first)
        totals = np.bincount(owner[hits.counts], minlength=len(words))
        for k, entry in enumerate(hits.entries):
            gone, again = hits.without(k)
            after = totals - np.bincount(owner[gone], minlength=len(words))
            after += np.bincount(owner[again], minlength=len(words))
            swaps = _swaps(totals, after, words)
            if swaps:
                above, below = (corpus.labels[i] for i in swaps[0])
                pairs = len(words) * (len(words) - 1) // 2
                of = f" ({len(swaps)} of {pairs} pairs)" if pairs > 1 else ""
                message = f"“{below}” goes before “{above}”{of}"
                remark = _remark("changes the order", hits, entry, message)
                ranked.append((-len(swaps), place, remark))
    return [remark for _, _, remark in sorted(ranked, key=lambda item: item[:2])]


def _swaps(
    before: NDArray[np.int64], after: NDArray[np.int64], words: NDArray[np.int64]
) -> list[tuple[int, int]]:
    """Return the pairs of texts whose order by rate is the opposite after a change.

    First in each pair is the text whose rate was the higher; the pair whose rates were furthest
    apart comes first. Rates are compared as fractions, and equal rates are not an order.

    >>> _swaps(np.array([4, 3, 3]), np.array([1, 3, 3]), np.array([100, 100, 100]))
    [(0, 1), (0, 2)]
    """
    if np.array_equal(before, after):
        return []
    was, now = (np.multiply.outer(h, words) - np.multiply.outer(words, h) for h in (before, after))
    pairs = np.argwhere((was > 0) & (now < 0))
    rates = before / words
    gaps = rates[pairs[:, 0]] - rates[pairs[:, 1]]
    ranked = pairs[np.argsort(-gaps, kind="stable")]
    return [(int(above), int(below)) for above, below in ranked]


def _overlaps(found: Sequence[_Hits]) -> list[Remark]:
    """Return which categories have hits on the same words, by the share of the smaller one."""
    ranked: list[tuple[float, int, Remark]] = []
    for one, other in combinations(found, 2):
        small, large = sorted((one, other), key=lambda hits: int(hits.counts.sum()))
        pairs = _overlapping(small, large)
        if pairs:
            total = int(small.counts.sum())
            common = len({i for i, _ in pairs})
            message = (
                f"{common} of {plural(total, 'hit')} ({common / total:.0%}) on words that "
                f"{large.category.label} has too, most often {_leading_pair(small, large, pairs)}"
            )
            remark = Remark("overlap", small.category.label, "", 0, message)
            ranked.append((-common / total, -common, remark))
    return [remark for _, _, remark in sorted(ranked, key=lambda item: item[:2])]


def _leading_pair(one: _Hits, other: _Hits, pairs: Sequence[tuple[int, int]]) -> str:
    """Name the two entries that share words most often."""
    counts = Counter((int(one.owner[i]), int(other.owner[j])) for i, j in pairs)
    k, m = min(counts, key=lambda pair: (-counts[pair], pair))
    return f"{named(one.entries[k].pattern)} and {named(other.entries[m].pattern)}"


def _overlapping(one: _Hits, other: _Hits) -> list[tuple[int, int]]:
    """Return the pairs of counting hits of two categories that share a word."""
    own, theirs = (
        np.flatnonzero(h.counts)[np.argsort(h.first[h.counts], kind="stable")] for h in (one, other)
    )
    # Hits that count in a category do not overlap, so both ends are sorted as well.
    low = np.searchsorted(other.end[theirs], one.first[own], side="right")
    high = np.searchsorted(other.first[theirs], one.end[own], side="left")
    return [
        (int(i), int(j))
        for i, a, b in zip(own, low.tolist(), high.tolist(), strict=True)
        for j in theirs[a:b]
    ]


def _in_one_sentence(found: Sequence[_Hits], tokens: Tokens) -> list[Remark]:
    """Return, by category, how many entries stand in one sentence only, the largest share first."""
    ranked: list[tuple[float, Remark]] = []
    for hits in found:
        sentences = units_of(tokens.sentences, hits.first)
        standing = [
            len(set(sentences[hits.counts & (hits.owner == k)].tolist()))
            for k in np.unique(hits.owner[hits.counts])
        ]
        single = standing.count(1)
        if single:
            share = single / len(standing)
            message = f"{single} of {len(standing)} ({share:.0%})"
            ranked.append((-share, Remark("one sentence", hits.category.label, "", 0, message)))
    return [remark for _, remark in sorted(ranked, key=lambda item: item[0])]
