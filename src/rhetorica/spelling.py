"""Which words of a vocabulary lie near one another, in letters, in print or by their endings."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

Likeness = Literal["print", "one", "two", "far"]
"""How two words are alike: in print, by one edit, by two edits, or by most of their letters."""

# What print and its readers confuse, by shape (rn and m, cl and d ...): the pairs that surveys of
# errors in recognised text name first (Kukich 1992; Nguyen and others 2021).
CONFUSED = (
    ("rn", "m"), ("cl", "d"), ("vv", "w"), ("ri", "n"), ("li", "h"), ("nn", "m"), ("in", "m"),
    ("ii", "u"), ("tl", "d"), ("fi", "h"), ("h", "b"), ("c", "e"), ("i", "l"), ("f", "t"),
    ("u", "n"),
)  # fmt: skip
_SHORTEST = 4  # shorter words have too many neighbours: nearly every one of three letters is a word
_SHORTEST_IN_PRINT = 3
_TWO_EDITS_FROM = 8  # letters; a word of this length is rarely two edits from an unrelated one
# Twice the longest common subsequence over both lengths: fiendish and friendship have 0.78. Islam
# and Inkpen (2009) compare words so where edits are too many to count.
_FAR_LIKENESS = 0.7
_LONGEST_ENDING = 3
_SHORTEST_STEM = 3
# An ending exchanged for another on so many stems is grammar, and not a misreading (Goldsmith 2001
# calls such a pair a signature).
_LEAST_STEMS = 3


@dataclass(frozen=True, slots=True)
class Near:
    """Two words, as indices of a vocabulary, the second a candidate for the first."""

    word: int
    candidate: int
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Inflected:
    """A word that an exchange of endings makes of another, and the share of stems that allow it."""

    word: int
    other: int
    share: float


def near_words(types: Sequence[str], counts: Sequence[int], ratio: float) -> Iterator[Near]:
    """Yield the pairs of near words in which the candidate is `ratio` times as frequent.

    Near is one edit (two in long words; Damerau 1964), or equal but for what print confuses.
    Words are compared through what is left after deleting letters, so that the effort grows
    with the vocabulary and not with its square (Garbe's symmetric deletion, 2012).
    """
    seen: dict[tuple[int, int], Likeness] = {}
    index = {word: i for i, word in enumerate(types)}
    for i, word in enumerate(types):
        for other in _confusions(word) if word.isalpha() else ():
            j = index.get(other)
            if j is not None and min(len(word), len(other)) >= _SHORTEST_IN_PRINT:
                seen[i, j] = "print"
    for i, j in _sharing_deletions(types):
        for pair in ((i, j), (j, i)):
            if counts[pair[1]] >= ratio * counts[pair[0]] and pair not in seen:
                edits = edit_distance(types[i], types[j])
                if edits <= min(_reach(types[i]), _reach(types[j])):
                    seen[pair] = "one" if edits == 1 else "two"
    for (i, j), likeness in sorted(seen.items()):
        if counts[j] >= ratio * counts[i]:
            yield Near(i, j, likeness)


def _sharing_deletions(types: Sequence[str]) -> list[tuple[int, int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for i, word in enumerate(types):
        if word.isalpha() and _reach(word):
            for rest in _deletions(word, _reach(word)):
                groups[rest].append(i)
    pairs = {pair for group in groups.values() for pair in combinations(group, 2)}
    return sorted(pairs)


def _reach(word: str) -> int:
    """Return how many edits away a neighbour of a word may lie."""
    if len(word) < _SHORTEST:
        return 0
    return 2 if len(word) >= _TWO_EDITS_FROM else 1


def _deletions(word: str, edits: int) -> set[str]:
    found, layer = {word}, {word}
    for _ in range(edits):
        layer = {rest[:i] + rest[i + 1 :] for rest in layer for i in range(len(rest))}
        found |= layer
    return found


def _confusions(word: str) -> set[str]:
    """Return what a word could be read as, at one place, by print confusions."""
    found = set()
    for one, other in CONFUSED:
        for old, new in ((one, other), (other, one)):
            at = word.find(old)
            while at >= 0:
                found.add(word[:at] + new + word[at + len(old) :])
                at = word.find(old, at + 1)
    return found


def edit_distance(one: str, other: str) -> int:
    """Return the edits between two words: letters added, lost, replaced, or neighbours swapped.

    The restricted Damerau-Levenshtein distance, in which no stretch is edited twice.

    >>> edit_distance("county", "country"), edit_distance("form", "from")
    (1, 1)
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one):
        row = [i + 1]
        for j, against in enumerate(other):
            cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (letter != against))
            if i and j and letter == other[j - 1] and one[i - 1] == against:
                cost = min(cost, before[j - 1] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


def are_far_alike(one: str, other: str) -> bool:
    """Say whether two words share most of their letters in the same order.

    >>> are_far_alike("fiendish", "friendship"), are_far_alike("unity", "nations")
    (True, False)
    """
    lengths = len(one) + len(other)
    if min(len(one), len(other)) < _SHORTEST or not (one.isalpha() and other.isalpha()):
        return False
    if 2 * min(len(one), len(other)) < _FAR_LIKENESS * lengths:
        return False
    return 2 * _common_letters(one, other) >= _FAR_LIKENESS * lengths


def _common_letters(one: str, other: str) -> int:
    """Return the length of the longest common subsequence."""
    last = [0] * (len(other) + 1)
    for letter in one:
        row = [0]
        for j, against in enumerate(other):
            row.append(last[j] + 1 if letter == against else max(last[j + 1], row[j]))
        last = row
    return last[-1]


def inflected_words(types: Sequence[str]) -> Iterator[Inflected]:
    """Yield the words that an exchange of endings usual in this vocabulary makes of one another.

    Endings are learned from the vocabulary: two of up to three letters that stand on three or
    more of the same stems. The share is that of the stems with the other's ending that have
    the word's too. No language is presumed.
    """
    stems = _stems(types)
    on_stems: Counter[str] = Counter()
    together: Counter[tuple[str, str]] = Counter()
    for endings in stems.values():
        on_stems.update(endings.keys())
        together.update(_exchanges(endings))
    for endings in stems.values():
        for one, other in _exchanges(endings):
            stood = together[one, other]
            if stood >= _LEAST_STEMS:
                yield Inflected(endings[one], endings[other], stood / on_stems[other])
                yield Inflected(endings[other], endings[one], stood / on_stems[one])


def _stems(types: Sequence[str]) -> Mapping[str, dict[str, int]]:
    stems: dict[str, dict[str, int]] = defaultdict(dict)
    for i, word in enumerate(types):
        for length in range(_LONGEST_ENDING + 1):
            cut = len(word) - length
            if cut >= _SHORTEST_STEM:
                stems[word[:cut]][word[cut:]] = i
    return stems


def _exchanges(endings: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Yield the pairs of endings of one stem that part at once: the others have a longer stem."""
    for one, other in combinations(sorted(endings), 2):
        if one[:1] != other[:1]:
            yield one, other
