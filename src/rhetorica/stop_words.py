"""Words left out of a comparison: function words, and those that the study names."""

from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from rhetorica.counts import Counts, document_frequency, select_terms
from rhetorica.errors import NothingToShow, listing, plural
from rhetorica.parameters import Parameters
from rhetorica.patterns import Vocabulary, split_globs, typed
from rhetorica.tokens import split_words

# English texts have some 40 to 60% of function words; fewer than this in so many words or more
# are a sign of another language.
_FUNCTION_WORDS, _MIN_WORDS = 0.15, 200


@lru_cache(maxsize=1)
def english_stop_words() -> tuple[str, ...]:
    """Return the English function words of ``resources/stop_words_en.txt``, in its order."""
    text = (files("rhetorica") / "resources" / "stop_words_en.txt").read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def is_left_out(terms: tuple[str, ...], chosen: Parameters) -> NDArray[np.bool_]:
    """Mark the words that `stop_words` and `leave_out` name, whatever their capitals.

    Each entry goes through the tokeniser of the texts: one that it would split leaves out its
    parts, so that the list does what it seems to say. ``*``, ``?`` and ``[...]`` stand for
    letters, as in the lexicon.
    """
    vocabulary = Vocabulary(terms)
    marked = np.zeros(len(terms), dtype=bool)
    for glob in (*_listed(chosen), *_globs(chosen.leave_out)):
        marked[vocabulary.codes_of(glob)] = True
    return marked


def content_counts(counts: Counts, chosen: Parameters) -> Counts:
    """Return the counts without the words that `stop_words` and `leave_out` name.

    Raises :class:`NothingToShow` where no word is left.
    """
    content = select_terms(counts, ~is_left_out(counts.terms, chosen))
    if not content.matrix.nnz:  # a term may be left that only the texts not chosen have
        raise NothingToShow(all_left_out(chosen))
    return content


def all_left_out(chosen: Parameters) -> str:
    """Say that the words left out are all there are, and what to do."""
    asked = ["stop_words"] if chosen.stop_words != "none" else []
    if chosen.leave_out:
        asked.append(f"leave_out = {', '.join(chosen.leave_out)}")
    return (
        f"No word is left: every word of these texts is left out by {' and '.join(asked)}. "
        "Leave out fewer."
    )


def left_out(counts: Counts, chosen: Parameters) -> tuple[str, ...]:
    """Say which words were left out of the counts and how many they are; nothing if none was.

    What `leave_out` names and no text has is named: it may be a slip.
    """
    parts = ["English function words"] if chosen.stop_words == "english" else []
    if chosen.leave_out:
        parts.append(", ".join(chosen.leave_out))
    if not parts:
        return ()
    gone = int(counts.matrix.sum(axis=0).A1[is_left_out(counts.terms, chosen)].sum())
    words = int(counts.sizes.sum())
    notes = [
        f"Left out: {' and '.join(parts)}, {gone:,} of {plural(words, 'word')} "
        f"({gone / max(words, 1):.0%}); lengths and rates still count them."
    ]
    if chosen.stop_words == "english" and words >= _MIN_WORDS and gone < _FUNCTION_WORDS * words:
        notes.append("So few of them are rare in English: are these texts in another language?")
    standing = document_frequency(counts) > 0
    vocabulary = Vocabulary(tuple(np.array(counts.terms, dtype=object)[standing]))
    absent = [
        word
        for word in chosen.leave_out
        if not any(len(vocabulary.codes_of(glob)) for glob in _globs((word,)))
    ]
    if absent:
        notes.append(f"Of leave_out, these texts do not have {listing(absent)}.")
    return tuple(notes)


def _listed(chosen: Parameters) -> tuple[str, ...]:
    return english_stop_words() if chosen.stop_words == "english" else ()


def _globs(entries: tuple[str, ...]) -> tuple[str, ...]:
    """Return the entries as globs of one word each, split as the texts are."""
    globs: list[str] = []
    for entry in entries:
        try:
            globs += split_globs(entry)
        except ValueError:  # a mark that is no part of a word: what is left are words
            globs += [word.lower() for word in split_words(typed(entry))]
    return tuple(globs)
