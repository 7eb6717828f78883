"""Lemmas: the dictionary form of a word, so that *lesson* and *lessons* count as one."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rhetorica.patterns import typed

# What simplemma 2.0 gets wrong in words of political texts, found by reading the lemmas of all
# words of the default study and of some like them.
_KNOWN = {
    "bounden": "bounden", "defence": "defence", "developed": "develop", "growing": "grow",
    "km": "km", "koreans": "korean", "masses": "mass", "media": "media", "outdated": "outdated",
    "thinking": "think", "us": "us",
}  # fmt: skip


def lemmatize(words: Sequence[str], keep: NDArray[np.bool_]) -> list[str]:
    """Return the English lemma of each word in lower case; words marked in `keep` stay as they are.

    Possessives lose their ending, of a hyphenated word the last part is brought to its lemma;
    words with digits and negations (don't) stay. The dictionary is that of simplemma (Barbaresi
    2021). It sees no sentence: a word of two lemmas always gets the same, and names must be marked.

    >>> lemmatize(["Parties", "people's", "anti-imperialists", "us"], np.zeros(4, dtype=bool))
    ['party', 'people', 'anti-imperialist', 'us']
    """
    return [word.lower() if kept else _lemma(word) for word, kept in zip(words, keep, strict=True)]


def _lemma(word: str) -> str:
    import simplemma

    written = typed(word).lower()
    if any(map(str.isdigit, written)) or written.endswith("n't"):  # don't is not do
        return written
    plain = written.removesuffix("'s")
    first, hyphen, last = plain.rpartition("-")
    lemma = _KNOWN.get(last) or simplemma.lemmatize(last, lang="en").lower()
    return f"{first}{hyphen}{lemma}"
