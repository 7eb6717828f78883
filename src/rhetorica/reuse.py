"""Reuse: the passages that two texts share, word for word or nearly so, and what each is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rhetorica.alignment import Alignment, Scoring, Side, align
from rhetorica.corpus import Corpus
from rhetorica.parallels import Kind, Parallel
from rhetorica.patterns import typed
from rhetorica.stop_words import english_stop_words
from rhetorica.structure import Part
from rhetorica.tokens import Tokens, split_words, units_of

Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]

_PASSAGE = 8  # words; a shorter parallel is a formula
_SHORTEST, _CONTENT = 3, 2  # matched words, and how many of them are no function words
_CHANCE = 0.05  # how many chance matches are expected between two texts
_K = 1 / 32  # of the formula for them: see least_score
_TITLES: tuple[Part, ...] = ("title", "heading", "byline")
_CAPITALS = 0.8  # the share of the matched content words that have capitals in a name
_ALL_CAPITALS = 0.75  # in a block with more of them, capitals make no name
_OF_TITLE = 0.8  # the share of a title's words that make a quotation of it
_TITLE_PARTS = re.compile(r"[,;:.–—]\s")

# In this order: the ending of a number or tense, then what other spellings and kinds of word have.
_ENDINGS = (
    (re.compile(r"(?<=\w{3})(?:ies|ied)$"), "y"),
    (re.compile(r"(?<=\w\wit)(?:y|e|es|ed|ing)$"), ""),
    (re.compile(r"(?<=ss|sh|ch)es$|(?<=[xz])es$|(?<=\w{3})(?<![sui])s$"), ""),
    (re.compile(r"(?<=\w{3})(?:ed|ing|e)$"), ""),
    (re.compile(r"(?<=\w{3})is(?=$|ation$)"), "iz"),
    (re.compile(r"(?<=\w{3})our$"), "or"),
    (re.compile(r"(?<=\w{3})ism$"), "ist"),
    (re.compile(r"(?<=\w{3}[ae])nc$"), "nt"),
    (re.compile(r"([bdfgmnprt])(?=\1$)"), ""),
)
_VOWEL = re.compile(r"[aeiouy]")


def find_passages(corpus: Corpus, left: int, right: int) -> list[Parallel]:
    """Find the passages that two texts of a corpus share; `left` is always the side of a.

    Words are compared in lower case and with plain apostrophes and hyphens, whatever the
    parameter `lowercase` says; by the parameter `lemmas` words of one lemma are the same. An
    inflected word answers to another by :func:`stem_of`. No passage runs over the end of a
    paragraph, heading or title. The kind is ``title`` where it is most of a title, heading or
    byline of either text, or, with capitals in one text, of the title of a document of the study,
    or has capitals in both like a name; else ``verbatim`` (8 words or more, all the same), ``near``
    (8 words or more on the longer side) or ``formula``. A passage has three matched words, two of
    them content words, and more bits than shuffled texts of these lengths have
    (:func:`least_score`); of a name, what is no part of it is then taken off its ends. A passage
    that is found again, more than half of it, is listed once, where most of it stands: `times` is
    the number of its places in the text that has fewer. By falling score, then by position.
    """
    words = _words(corpus)
    starts = corpus.tokens.documents[[left, right]]
    a, b = words.side(left), words.side(right)
    content = words.content[starts[0] : starts[0] + len(a)]
    found = _worthy(a, b, content)
    return [
        words.parallel(group[0].pairs + starts, group[0].score, _times(group))
        for group in _groups(found, a.forms, content)
    ]


def least_score(one: int, other: int) -> float:
    """Return the bits from which a match of two texts of so many words is hardly chance.

    Between texts of m and n words, K m n 2^-S matches of S bits are expected by chance (Karlin
    & Altschul 1990); the S returned leaves 0.05 of one. K was measured on texts whose words were
    shuffled.

    >>> round(least_score(1000, 2000), 1)
    20.3
    """
    return float(np.log2(max(_K * one * other, 1) / _CHANCE))


def _worthy(a: Side, b: Side, content: Marks) -> list[Alignment]:
    """Return the alignments that are long, rare and full of content enough, best first."""
    least, scoring = least_score(len(a), len(b)), Scoring(a, b)
    found = []
    for one in align(a, b, least):
        pairs = _without_loose_ends(one.pairs, content[one.pairs[:, 0]])
        if len(pairs) < _SHORTEST or content[pairs[:, 0]].sum() < _CONTENT:
            continue
        if (score := scoring.score(pairs)) >= least:
            found.append(Alignment(pairs, score))
    return sorted(found, key=lambda one: (-one.score, one.a, one.b))


def stem_of(word: str) -> str:
    """Return what the forms of an English word in lower case have in common.

    Endings of number and tense are taken off; -ise and -ize, -our and -or, -ism and -ist, -nce
    and -nt, -ity and -ite are evened out. At least three letters stay. This sees letters, not
    meanings, and is no root: words that begin alike (party, part; country, count) stay apart. Of
    most words of other languages it takes nothing.

    >>> [stem_of(word) for word in ("realising", "realized", "parties", "part", "independence")]
    ['realiz', 'realiz', 'party', 'part', 'independent']
    """
    stem = word.removesuffix("'s")
    if len(stem) < 4 or not stem.isalpha():
        return stem
    for pattern, other in _ENDINGS:
        shorter = pattern.sub(other, stem)
        stem = shorter if _VOWEL.search(shorter) else stem
    return stem


@dataclass(frozen=True, eq=False)
class _Words:
    """The words of a corpus as they are compared: four marks of each token.

    Tokens of the same `codes` are the same word, of the same `forms` its forms; `content` marks
    what is no function word, `capitals` what begins with a capital in a block where most words
    do not. `titles` are the stems of the titles of the study's documents, part by part.
    """

    tokens: Tokens
    codes: Ints
    forms: Ints
    content: Marks
    capitals: Marks
    stems: tuple[str, ...]
    titles: tuple[frozenset[str], ...]
    structured: bool  # whether what is a heading can be told: not in raw texts, line by line

    def side(self, document: int) -> Side:
        """Return the words of one text for the alignment."""
        low, high = self.tokens.documents[document : document + 2]
        blocks = units_of(self.tokens.paragraphs, np.arange(low, high))
        return Side(self.codes[low:high], self.forms[low:high], blocks)

    def parallel(self, pairs: Ints, score: float, times: int) -> Parallel:
        """Return matched positions of the token stream as a parallel, with its kind."""
        titled = self._is_name(pairs) or self._is_title(pairs)
        titled = titled or (self.structured and self._in_title(pairs))
        if titled:
            pairs = self._without_edges(pairs)
        a, b = ((int(column[0]), int(column[-1]) + 1) for column in pairs.T)
        same = int((self.codes[pairs[:, 0]] == self.codes[pairs[:, 1]]).sum())
        kind: Kind = "formula"
        if titled:
            kind = "title"
        elif max(a[1] - a[0], b[1] - b[0]) >= _PASSAGE:
            whole = same == len(pairs) == a[1] - a[0] == b[1] - b[0]
            kind = "verbatim" if whole else "near"
        return Parallel(kind, a, b, pairs, same, score, times)

    def _without_edges(self, pairs: Ints) -> Ints:
        """Take function words off both ends that have no capitals: they are no part of a name."""
        part = np.flatnonzero((self.content | self.capitals)[pairs].any(axis=1))
        return pairs[part[0] : part[-1] + 1]

    def _in_title(self, pairs: Ints) -> bool:
        """Tell whether this is most of what a title, heading or byline says."""
        for column in pairs.T:
            block = int(units_of(self.tokens.paragraphs, column[:1])[0])
            said = slice(*self.tokens.paragraphs[block : block + 2])
            matched = self.content[column].sum() >= _OF_TITLE * self.content[said].sum()
            if matched and self.tokens.paragraph_kinds[block] in _TITLES:
                return True
        return False

    def _is_name(self, pairs: Ints) -> bool:
        return bool(self._with_capitals(pairs).all(axis=1).mean() >= _CAPITALS)

    def _with_capitals(self, pairs: Ints) -> Marks:
        return self.capitals[pairs[self.content[pairs].any(axis=1)]]

    def _is_title(self, pairs: Ints) -> bool:
        if self._with_capitals(pairs).mean(axis=0).max() < _CAPITALS:
            return False  # running prose that has the words of a title
        matched = {self.stems[form] for form in self.forms[pairs[:, 0]]}
        most = (
            len(matched & title) >= _OF_TITLE * max(len(title), len(matched))
            for title in self.titles
        )
        return any(most)


@lru_cache(maxsize=1)
def _words(corpus: Corpus) -> _Words:
    """Prepare the words of a corpus once for all its pairs of texts."""
    tokens = corpus.tokens
    folded = [typed(corpus.counts.terms[term]).lower() for term in corpus.term_of_type]
    codes = np.unique(np.array(folded, dtype=object), return_inverse=True)[1]
    stems, forms = np.unique(
        np.array([stem_of(word) for word in folded], dtype=object), return_inverse=True
    )
    function_words = set(english_stop_words())
    content = np.array([typed(word).lower() not in function_words for word in tokens.types])
    capitals = np.array([word[:1].isupper() for word in tokens.types])[tokens.codes]
    blocks = units_of(tokens.paragraphs, np.arange(len(tokens)))
    shares = np.bincount(blocks, capitals) / np.diff(tokens.paragraphs)
    parts = (
        [stem_of(typed(word).lower()) for word in split_words(part)]
        for document in corpus.study.documents
        for part in _TITLE_PARTS.split(document.title)
    )
    return _Words(
        tokens,
        codes.astype(np.int64)[tokens.codes],
        forms.astype(np.int64)[tokens.codes],
        content[tokens.codes],
        capitals & (shares <= _ALL_CAPITALS)[blocks],
        tuple(stems),
        tuple(dict.fromkeys(frozenset(part) for part in parts if len(part) >= _SHORTEST)),
        corpus.parameters.level != "raw",
    )


def _without_loose_ends(pairs: Ints, content: Marks) -> Ints:
    """Return the pairs without function words that a gap parts from the first or last content."""
    run = np.append(0, np.cumsum((np.diff(pairs, axis=0) != 1).any(axis=1)))
    with_content = run[content]
    if not len(with_content):
        return pairs[:0]
    kept: Ints = pairs[(run >= with_content[0]) & (run <= with_content[-1])]
    return kept


def _groups(found: Sequence[Alignment], forms: Ints, content: Marks) -> list[list[Alignment]]:
    """Put each alignment, best first, to the first better one that it repeats.

    It repeats one whose content words it has in a row, and more than half of them. What shares a
    place of a text with a better one and adds no content word to it is in no group.
    """
    groups: list[list[Alignment]] = []
    heads: list[list[int]] = []
    for one in found:
        matched = one.pairs[:, 0]
        words = forms[matched[content[matched]]].tolist()
        for group, head in zip(groups, heads, strict=True):
            beside = _overlap(one.a, group[0].a) or _overlap(one.b, group[0].b)
            repeats = 2 * len(words) > len(head) and _in_a_row(words, head)
            if repeats:
                group.append(one)
            if repeats or (beside and _in_order(words, head)):
                break
        else:
            groups.append([one])
            heads.append(words)
    return groups


def _in_a_row(words: list[int], head: list[int]) -> bool:
    size = len(words)
    return any(head[i : i + size] == words for i in range(len(head) - size + 1))


def _in_order(words: list[int], head: list[int]) -> bool:
    rest = iter(head)
    return all(word in rest for word in words)


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _times(group: Sequence[Alignment]) -> int:
    """Return at how many places a group stands in the text that has fewer of them."""
    return min(_places([one.a for one in group]), _places([one.b for one in group]))


def _places(spans: Sequence[tuple[int, int]]) -> int:
    """Return how many stretches there are when those that overlap are one."""
    ordered = sorted(spans)
    ends = np.maximum.accumulate([end for _, end in ordered])
    return 1 + sum(bool(start >= end) for (start, _), end in zip(ordered[1:], ends, strict=False))
