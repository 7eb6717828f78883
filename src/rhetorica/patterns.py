"""Patterns of a lexicon, read as the texts are split into words, and looked up in a vocabulary."""

import fnmatch
import math
import re
from bisect import bisect_left
from functools import cached_property

import numpy as np
import regex
from numpy.typing import NDArray

from rhetorica.tokens import split_words

_WILDCARD = re.compile(r"\[[^\]]+\]|[*?]")
_SIGNS = "*?["
# What must be repeated is written out when an expression is compiled: nested, {1000} within
# {1000} within {1000} fills any memory. No phrase has so many words or letters.
_REPEATED = re.compile(r"\{0*(\d+)")
_REPEATS = 1000
# Letters that are typed in one way and may stand in a text in another, at the level raw.
_TYPED = str.maketrans({"\u2019": "'", "\u2010": "-", "\u2011": "-"})
_LAST = "\U0010ffff"


def typed(text: str) -> str:
    """Return a text with the apostrophes and hyphens that one types.

    >>> typed("people’s")
    "people's"
    """
    return text.translate(_TYPED)


def split_globs(pattern: str, case: bool = False) -> tuple[str, ...]:
    """Split a pattern into globs, one a word, as the texts are split into words.

    Without `case` they are lower-cased. Raises :class:`ValueError` for a pattern that can never
    match, such as one of marks only, or one with a mark that is no part of a word.

    >>> split_globs("Masses of the people*")
    ('masses', 'of', 'the', 'people*')
    >>> split_globs("unite!")
    Traceback (most recent call last):
    ValueError: unite!
    """
    words = typed(pattern).split()
    if not words or not all(map(_is_word, words)):
        raise ValueError(pattern)
    return tuple(word if case else word.lower() for word in words)


def _is_word(glob: str) -> bool:
    """Tell whether a glob can match a word: with letters, or with digits, for its wildcards."""
    probes = [_WILDCARD.sub(sign, glob) for sign in "a0"]
    return any(split_words(probe) == [probe] for probe in probes)


def compile_regex(pattern: str, case: bool = False) -> "regex.Pattern[str]":
    """Compile a regular expression that matches whole words, one or several.

    The words it is tried on are joined by single spaces. Raises :class:`ValueError` that says
    what is wrong where it does not compile.

    >>> compile_regex("defend (and|or) advance").search("to defend or advance it").span()
    (3, 20)
    >>> compile_regex("defen").search("defend") is None
    True
    """
    flags = 0 if case else regex.IGNORECASE
    if math.prod(max(1, int(count[:9])) for count in _REPEATED.findall(pattern)) > _REPEATS:
        raise ValueError(f"it asks for more than {_REPEATS:,} repetitions")
    if pattern != pattern.strip():
        raise ValueError("a space at its beginning or end is part of no word")
    try:
        regex.compile(pattern, flags)  # alone first: an error in it names its own position
        return regex.compile(rf"(?<!\S)(?:{typed(pattern)})(?!\S)", flags)
    except regex.error as error:
        raise ValueError(str(error)) from None
    except RecursionError:
        raise ValueError("its brackets are nested too deeply") from None


class _Forms:
    """The written forms of some types, sorted, each with the code of its type."""

    def __init__(self, pairs: list[tuple[str, int]]) -> None:
        pairs.sort()
        self._forms = [form for form, _ in pairs]
        self._codes = np.array([code for _, code in pairs], dtype=np.int64)

    def codes_of(self, glob: str) -> NDArray[np.int64]:
        """Return the codes whose form a glob matches, sorted.

        Only the forms that begin as the glob does, up to its first wildcard, are tried.
        """
        sign = next((i for i, letter in enumerate(glob) if letter in _SIGNS), len(glob))
        prefix = glob[:sign]
        low = bisect_left(self._forms, prefix)
        if sign == len(glob):
            high = bisect_left(self._forms, prefix + "\0")
        else:
            high = bisect_left(self._forms, prefix + _LAST)
        if glob[sign:] not in ("", "*"):
            matches = re.compile(fnmatch.translate(glob)).match
            found = [i for i in range(low, high) if matches(self._forms[i])]
            return np.unique(self._codes[found])
        return np.unique(self._codes[low:high])


class Vocabulary:
    """The types of a corpus, prepared so that many globs are looked up in them, each once."""

    def __init__(self, types: tuple[str, ...]) -> None:
        self.types = types
        self._known: dict[tuple[str, bool, bool], NDArray[np.int64]] = {}

    def __len__(self) -> int:
        return len(self.types)

    def __repr__(self) -> str:
        return f"<Vocabulary: {len(self.types)} types>"

    def codes_of(self, glob: str, case: bool = False, hyphens: bool = False) -> NDArray[np.int64]:
        """Return the codes of the types a glob matches, sorted.

        With `hyphens`, a part of a hyphenated word may match instead of the whole. Without
        `case`, the glob is expected in lower case.
        """
        key = glob, case, hyphens
        if key not in self._known:
            forms = self._cased if case else self._folded
            codes = forms.codes_of(glob)
            if hyphens:
                parts = self._cased_parts if case else self._folded_parts
                codes = np.union1d(codes, parts.codes_of(glob))
            self._known[key] = codes
        return self._known[key]

    @cached_property
    def _cased(self) -> _Forms:
        return _Forms([(typed(word), code) for code, word in enumerate(self.types)])

    @cached_property
    def _folded(self) -> _Forms:
        return _Forms([(typed(word).lower(), code) for code, word in enumerate(self.types)])

    @cached_property
    def _cased_parts(self) -> _Forms:
        return _Forms(_parts([typed(word) for word in self.types]))

    @cached_property
    def _folded_parts(self) -> _Forms:
        return _Forms(_parts([typed(word).lower() for word in self.types]))


def _parts(words: list[str]) -> list[tuple[str, int]]:
    return [
        (part, code) for code, word in enumerate(words) if "-" in word for part in word.split("-")
    ]
