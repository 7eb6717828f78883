"""Candidates for transcription errors in the texts of a study, for a person to judge.

A word is weighed against the words near it as in a noisy channel (Kernighan, Church and Gale 1990;
Mays, Damerau and Mercer 1991), with nothing to go by but the texts themselves: no dictionary,
no trained model. Nothing is corrected here.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import regex
from numpy.typing import NDArray

from rhetorica.corpus import Corpus
from rhetorica.edition import Edition, from_raw, to_raw
from rhetorica.errata import Erratum, place_errata, unique_context
from rhetorica.errors import plural
from rhetorica.misreadings import Misreading, WordStream, find_misreadings, read_stream
from rhetorica.tokens import Tokens, units_of

_Ints = NDArray[np.int64]

LEAST_ODDS = math.log(3)  # three to one that it is an error: below, a list is mostly false alarms

# A decoder's mark, a word doubled and digits for letters are seen as damage with no other evidence.
_ODDS_OF_MARK = math.log(1000)
_ODDS_OF_DIGITS = math.log(50)
_ODDS_OF_DOUBLE = math.log(20)
_ODDS_OF_DIVIDED = math.log(20)
# A capital that stands alone inside a sentence is meant twice as often as it is not: the Party.
_ODDS_OF_CAPITAL = math.log(1 / 2)
# In a short text most words stand once, and near a word that stands thrice: with no neighbour to
# speak for it, a candidate must be frequent.
_FREQUENT = 8
_CHAIN = 2  # so many words around, none capitalised: Cause of Socialism is a title
_DOUBLED = frozenset({"that", "had"})  # English doubles these: "that that is", "he had had"
_LETTERS_FOR_DIGITS = str.maketrans("lIOo", "1100")
_DIGITS_FOR_LETTERS = str.maketrans("01", "ol")
_LEAST_DIGITS = 3  # l990 is a year; I5 may be a road

_CONTEXT_WORDS = 5  # so many words show a person what a place says

_MARK = "\ufffd"
_MARKED = regex.compile(rf"[\p{{L}}\p{{N}}]*{_MARK}+(?:[\p{{L}}\p{{N}}]+{_MARK}*)*")
_DIVIDED = regex.compile(
    r"(?<![\w-])(\p{L}{2,})-[ \t]*(?:\r\n?|\n)\s*"
    r"(?!(?:and|or|to|und|et|o|y)\b)(\p{Ll}{2,})(?![\w-])"
)
_PAUSE = regex.compile(r"[\s,;]*")


class _Found(NamedTuple):
    """A candidate at a span of an edition; `odds` is the logarithm of its odds to be an error."""

    odds: float
    document: int
    start: int
    end: int
    correction: str
    kind: str
    reason: str


def suggest_errata(corpus: Corpus, known: Iterable[Erratum] = ()) -> tuple[Erratum, ...]:
    """List likely transcription errors of a corpus, likeliest first, and change nothing.

    The corpus is read at the level 'normalised'. Places that one of `known` covers are left
    out. The rank is by log odds of an error against none; at equal odds, the order of the
    texts. Each erratum is unsure and not applied, and its context stands once in the source;
    a place that has no such context is left out. Raises :class:`ErrataError` where one of
    `known` does not stand in its text.
    """
    known = tuple(known)
    stream = read_stream(corpus.tokens)
    found = [
        *_marks(corpus, stream),
        *_digits(corpus.tokens, stream),
        *_doubles(corpus, stream),
        *_divided(corpus),
        *_capitals(corpus, stream),
        *_words(corpus.tokens, stream),
    ]
    found = [item for item in found if item.odds > LEAST_ODDS]
    found.sort(key=lambda item: (-item.odds, *item[1:]))
    covered = [
        [span[:2] for span in place_errata(e.document_id, e.raw, known)] for e in corpus.editions
    ]
    return tuple(_errata(corpus.editions, found, covered))


def _errata(
    editions: Sequence[Edition], found: Iterable[_Found], covered: list[list[tuple[int, int]]]
) -> Iterator[Erratum]:
    """Yield each candidate as an erratum of the source; where two overlap, the likelier one."""
    for item in found:
        edition = editions[item.document]
        starts, ends = to_raw(edition, np.array([item.start]), np.array([item.end]))
        low, high = int(starts[0]), int(ends[0])
        taken = covered[item.document]
        if any(start < high and low < end for start, end in taken):
            continue
        taken.append((low, high))
        context = unique_context(edition.raw, low, high, at_least=_CONTEXT_WORDS)
        reading = " ".join(edition.raw[low:high].split())
        if context and (reading != item.correction or item.kind == "encoding"):
            yield Erratum(
                "suggestion", edition.document_id, context, reading, item.correction, item.kind,
                "unsure", False, item.reason,
            )  # fmt: skip


def _marks(corpus: Corpus, stream: WordStream) -> Iterator[_Found]:
    """Yield words and places where a decoder left its mark for a character it lost.

    The correction is the most frequent word of the texts that fits, with one letter or none
    for each mark; where there is none, the reading itself, for a person to fill in.
    """
    order = np.argsort(-stream.counts, kind="stable")
    by_frequency = [stream.types[i] for i in order.tolist()]
    for document, edition in enumerate(corpus.editions):
        for match in _MARKED.finditer(edition.text):
            reading = match.group()
            letters = r"[\p{L}\p{N}’']?"
            pattern = regex.compile(regex.escape(reading.lower()).replace(_MARK, letters))
            fits = (word for word in by_frequency if pattern.fullmatch(word))
            word = next(fits, "") if reading.strip(_MARK) else ""
            reason = "A character was lost when the text was decoded"
            reason += f"; '{word}' would fit." if word else ", and no word of these texts fits."
            correction = _cased(word, reading) if word else reading
            span = (document, match.start(), match.end())
            yield _Found(_ODDS_OF_MARK, *span, correction, "encoding", reason)


def _digits(tokens: Tokens, stream: WordStream) -> Iterator[_Found]:
    """Yield words with letters among digits, or digits among letters, that print confuses."""
    counts = dict(zip(stream.types, stream.counts.tolist(), strict=True))
    for code, word in enumerate(tokens.types):
        number = word.translate(_LETTERS_FOR_DIGITS)
        plain = word.lower().translate(_DIGITS_FOR_LETTERS)
        if word.isalpha() or not word.isalnum() or word.isdigit():
            continue
        if number.isdigit() and len(number) >= _LEAST_DIGITS:
            correction = number
        elif plain.isalpha() and counts.get(plain, 0):
            correction = _cased(plain, word.translate(_DIGITS_FOR_LETTERS))
        else:
            continue
        stands = _stands(correction, counts.get(correction.lower(), 0))
        reason = f"Letters and digits are mixed as print confuses them; {stands} in these texts."
        for at in np.flatnonzero(tokens.codes == code).tolist():
            yield _Found(_ODDS_OF_DIGITS, *_span(tokens, at), correction, "letters", reason)


def _doubles(corpus: Corpus, stream: WordStream) -> Iterator[_Found]:
    """Yield words that stand twice in a row, with nothing but space between."""
    tokens = corpus.tokens
    same = np.flatnonzero(stream.codes == stream.at(-1))
    often = Counter(stream.codes[same].tolist())
    for at in same.tolist():
        document, start, end = _span(tokens, at)
        first = int(tokens.starts[at - 1])
        text = corpus.editions[document].text
        word = text[first : int(tokens.ends[at - 1])]
        doubled = often[int(stream.codes[at])] > 1 or word.lower() in _DOUBLED
        # Capitalised twice it is a name: Bora Bora.
        name = text[start].isupper() or not word.isalpha()
        if text[int(tokens.ends[at - 1]) : start].isspace() and not (doubled or name):
            reason = f"'{word}' stands twice in a row, and nowhere else so in these texts."
            yield _Found(_ODDS_OF_DOUBLE, document, first, end, word, "letters", reason)


def _divided(corpus: Corpus) -> Iterator[_Found]:
    """Yield words divided at the end of a line that the rules left with their hyphen.

    The rules join those that the text shows whole. A compound that stands elsewhere with its
    hyphen is none, and neither is ``pre- and post-war``.
    """
    shown = Counter(corpus.tokens.types[code].lower() for code in corpus.tokens.codes)
    for document, edition in enumerate(corpus.editions):
        divided = list(_DIVIDED.finditer(edition.raw))
        raw_spans = np.array([match.span() for match in divided], dtype=np.int64).reshape(-1, 2)
        starts, ends = from_raw(edition, raw_spans[:, 0], raw_spans[:, 1])
        for match, start, end in zip(divided, starts.tolist(), ends.tolist(), strict=True):
            if "-" in edition.text[start:end] and shown[f"{match[1]}-{match[2]}".lower()] < 2:
                whole = match[1] + match[2]
                reason = f"The end of a line divides it, and it stands nowhere whole: '{whole}'?"
                yield _Found(_ODDS_OF_DIVIDED, document, start, end, whole, "letters", reason)


def _capitals(corpus: Corpus, stream: WordStream) -> Iterator[_Found]:
    """Yield capitals alone inside a sentence on words that are elsewhere small inside sentences.

    The log odds are those of small to capital elsewhere, a half added to each (Haldane 1956),
    times the odds of any lone capital to be a stray one, which grow with each clear one of the
    same text.
    """
    tokens = corpus.tokens
    words = [tokens.types[code] for code in tokens.codes]
    inside = stream.at(-1) < len(stream.types)
    small = Counter(word for word in words if word == word.lower())
    capital = Counter(
        word.lower() for word, within in zip(words, inside, strict=True) if within and _high(word)
    )
    lone = []
    for at in np.flatnonzero(inside).tolist():
        word = words[at].lower()
        if small[word] and _is_lone(corpus, words, stream, at):
            odds = math.log((small[word] + 0.5) / (capital[word] - 0.5)) + _ODDS_OF_CAPITAL
            lone.append((odds, at, word))
    clear = Counter(int(stream.documents[at]) for odds, at, _ in lone if odds > LEAST_ODDS)
    for odds, at, word in lone:
        others = clear[int(stream.documents[at])] - (odds > LEAST_ODDS)
        reason = (
            f"{_stands(word, small[word])} small in these texts and, elsewhere inside a sentence, "
            f"{_times(capital[word] - 1)} with a capital; no word beside it here has one."
        )
        yield _Found(odds + math.log(1 + others), *_span(tokens, at), word, "capital", reason)


def _is_lone(corpus: Corpus, words: Sequence[str], stream: WordStream, at: int) -> bool:
    """Say whether a word inside a sentence has a capital and none stands around it."""
    word, tokens = words[at], corpus.tokens
    if not (word.isalpha() and word.istitle()):
        return False
    document, start, _ = _span(tokens, at)
    before = corpus.editions[document].text[int(tokens.ends[at - 1]) : start]
    if not _PAUSE.fullmatch(before):
        return False
    around = (at + step for step in range(-_CHAIN, _CHAIN + 1) if step)
    return not any(
        0 <= other < len(words)
        and stream.sentences[other] == stream.sentences[at]
        and _high(words[other])
        for other in around
    )


def _words(tokens: Tokens, stream: WordStream) -> Iterator[_Found]:
    """Yield the words that another word of these texts, near in spelling, fits better."""
    common = _common_forms(tokens)
    around = {step: stream.at(step) for step in range(-_CHAIN, _CHAIN + 1)}
    bylines = np.array([kind in ("byline", "date") for kind in tokens.paragraph_kinds], dtype=bool)
    for item in find_misreadings(stream):
        at = item.position
        word = tokens.types[tokens.codes[at]]
        form = common[item.candidate]
        # A name may be rare and near to a common word; it is no misreading of that.
        name = word.istitle() and form.islower() and around[-1][at] < len(stream.types)
        paragraph = int(units_of(tokens.paragraphs, np.array([at]))[0])
        if item.odds <= LEAST_ODDS or name or bylines[paragraph]:
            continue
        phrase, often = _phrase(stream, around, item)
        if not often and stream.counts[stream.types.index(item.candidate)] < _FREQUENT:
            continue
        correction = form if word.islower() else _cased(form, word)
        kind = "word" if item.likeness == "far" else "letters"
        reason = _reason(stream, item, phrase, often)
        yield _Found(item.odds, *_span(tokens, at), correction, kind, reason)


def _common_forms(tokens: Tokens) -> dict[str, str]:
    """Return for each word without capitals the form in which it stands most often."""
    counts = np.bincount(tokens.codes, minlength=len(tokens.types))
    common: dict[str, str] = {}
    for i in np.argsort(counts, kind="stable").tolist():
        common[tokens.types[i].lower()] = tokens.types[i]
    return common


def _reason(stream: WordStream, item: Misreading, phrase: str, often: int) -> str:
    code = stream.codes[item.position]
    alone = int(stream.counts[stream.types.index(item.candidate)])
    reason = (
        f"{_stands(item.candidate, alone)} in these texts and '{stream.types[code]}' "
        f"{_times(int(stream.counts[code]))}; "
    )
    if often:
        return reason + f"{_stands(phrase, often)} elsewhere."
    return reason + "the two are alike, and the words beside it speak for neither."


def _phrase(stream: WordStream, around: Mapping[int, _Ints], item: Misreading) -> tuple[str, int]:
    """Return the longest run of words around a place that stands elsewhere with the candidate."""
    code = stream.types.index(item.candidate)
    places = np.flatnonzero(stream.codes == code)
    best: tuple[int, int, tuple[int, ...]] = (1, 0, ())
    for low in range(-_CHAIN, 1):
        for high in range(_CHAIN + 1):
            steps = [step for step in range(low, high + 1) if step]
            wanted = {step: int(around[step][item.position]) for step in steps}
            if not steps or len(stream.types) in wanted.values():
                continue
            fits = np.ones(len(places), dtype=bool)
            for step in steps:
                fits &= around[step][places] == wanted[step]
            found = (len(steps) + 1, int(fits.sum()), tuple(sorted({*steps, 0})))
            if found[1] and found[:2] > best[:2]:
                best = found
    words = [stream.types[code if not step else around[step][item.position]] for step in best[2]]
    return " ".join(words), best[1]


def _span(tokens: Tokens, at: int) -> tuple[int, int, int]:
    document = int(units_of(tokens.documents, np.array([at]))[0])
    return document, int(tokens.starts[at]), int(tokens.ends[at])


def _high(word: str) -> bool:
    return word[:1].isupper()


def _cased(word: str, like: str) -> str:
    """Return a word with the capitals of another."""
    if like.isupper() and len(like) > 1:
        return word.upper()
    return word[:1].upper() + word[1:] if _high(like) else word


def _stands(words: str, times: int) -> str:
    return f"'{words}' stands {_times(times)}"


def _times(times: int) -> str:
    return {0: "nowhere", 1: "once", 2: "twice"}.get(times) or plural(times, "time")
