"""The rules of characters: what encodings, keyboards and fonts did to letters and marks.

Each function finds spans of a text that should read otherwise, as all rules do; the order in
which they are applied is that of :data:`rhetorica.rules.RULES`.
"""

import unicodedata
from collections.abc import Iterator

import regex

from rhetorica.changes import Change, replacing


def find_mojibake(text: str) -> Iterator[Change]:
    r"""Decode again what was decoded wrongly: UTF-8 read as Windows-1252 and its like.

    What is damaged, and how it was meant, ``ftfy`` decides, line by line; bytes that are lost
    stay lost.

    >>> list(find_mojibake("the partyâ€™s unity"))
    [(9, 12, '’')]
    >>> list(find_mojibake("São Paulo, l’été"))
    []
    """
    if text.isascii():
        return
    from ftfy import TextFixerConfig, fix_encoding

    settings = TextFixerConfig(replace_lossy_sequences=False, explain=False)
    for line in regex.finditer(r"[^\r\n]+", text):
        if not line.group().isascii():
            fixed = fix_encoding(line.group(), settings)
            for start, end, new in _changed_letters(line.group(), fixed):
                yield line.start() + start, line.start() + end, new


def _changed_letters(line: str, fixed: str) -> Iterator[Change]:
    """Yield what of a line reads otherwise, as narrowly as its plain letters show it.

    Decoding again leaves ASCII as it was, but for spaces that were part of a damaged letter:
    whatever stands between two ASCII letters became what stands between them afterwards.
    """
    if line == fixed:
        return
    old, new = (regex.split(r"([!-~])", text) for text in (line, fixed))
    if old[1::2] != new[1::2]:
        old, new = [line], [fixed]
    start = 0
    for before, after in zip(old, new, strict=True):
        # What is lost is no damaged letter: two U+FFFD in a row were a quotation mark.
        if before == after or "\ufffd" in before:
            start += len(before)
            continue
        words, new_words = (regex.split(r"( )", text) for text in (before, after))
        if len(words) != len(new_words):
            words, new_words = [before], [after]
        for word, new_word in zip(words, new_words, strict=True):
            if word != new_word:
                head = _shared(word, new_word)
                tail = _shared(word[head:][::-1], new_word[head:][::-1])
                yield start + head, start + len(word) - tail, new_word[head : len(new_word) - tail]
            start += len(word)


def _shared(a: str, b: str) -> int:
    """Return how many letters two texts begin with in common."""
    pairs = zip(a, b, strict=False)
    return next((i for i, (x, y) in enumerate(pairs) if x != y), min(len(a), len(b)))


def find_composable(text: str) -> Iterator[Change]:
    r"""Compose letters and their marks (Unicode NFC), so that one word is one string.

    >>> list(find_composable("cafe\u0301"))
    [(3, 5, 'é')]
    >>> list(find_composable("café"))
    []
    """
    for match in regex.finditer(r"\P{M}\p{M}+|[\u1100-\u11ff]+|[^\x00-\x7f]", text):
        composed = unicodedata.normalize("NFC", match.group())
        if composed != match.group():
            yield match.start(), match.end(), composed


def find_ligatures(text: str) -> Iterator[Change]:
    r"""Write the ligatures of print, such as ``ﬁ``, as the letters they join.

    >>> list(find_ligatures("ﬁnal ofﬁce"))
    [(0, 1, 'fi'), (7, 8, 'fi')]
    >>> list(find_ligatures("œuvre, Æsop"))
    []
    """
    for match in regex.finditer(r"[\ufb00-\ufb06]", text):
        yield match.start(), match.end(), unicodedata.normalize("NFKC", match.group())


def find_double_quotes(text: str) -> Iterator[Change]:
    r"""Write double quotation marks straight, and two U+FFFD in a row as the mark they were.

    A decoder writes U+FFFD for a byte it cannot read. The quotation marks of old word
    processors took two bytes in East Asian encodings, and so turned into pairs of it.

    >>> list(find_double_quotes("\u201cUnite!\ufffd\ufffd"))
    [(0, 1, '"'), (7, 9, '"')]
    >>> list(find_double_quotes("one \ufffd alone"))
    []
    """
    pattern = r"(?<!\ufffd)\ufffd\ufffd(?!\ufffd)|[\u201c\u201d\u201e\u201f\u301d\u301e\uff02]"
    yield from replacing(pattern, '"')(text)


def find_apostrophes(text: str) -> Iterator[Change]:
    r"""Write apostrophes and single quotation marks straight.

    >>> list(find_apostrophes("Sung\u2019s"))
    [(4, 5, "'")]
    """
    yield from replacing(r"[\u2018\u2019\u201a\u201b\u02bc\uff07]", "'")(text)


def find_hyphens(text: str) -> Iterator[Change]:
    r"""Write the typographic hyphens as the plain one, so that a compound is one word.

    >>> list(find_hyphens("non\u2011aligned"))
    [(3, 4, '-')]
    >>> list(find_hyphens("1990\u20131994"))
    []
    """
    yield from replacing(r"[\u2010\u2011]", "-")(text)


def find_dashes(text: str) -> Iterator[Change]:
    r"""Write what parts thoughts as one dash: hyphens that stand free, in twos or in threes.

    Hyphens within words, between numbers and before the items of a list stay.

    >>> list(find_dashes("to unite -- at last - and win"))
    [(9, 11, '—'), (20, 21, '—')]
    >>> list(find_dashes("anti-imperialist, 1990 - 1994, 1990–1994"))
    []
    """
    free = r"(?<=[^\s\d][ ])[-–―](?=[ ]\S)|(?<=\d[ ])[-–―](?=[ ][^\s\d])"
    double = r"(?<=[^\s-])-{2,3}(?=[\w\s\"'(])|(?<=[^\s-][ ])-{2,3}(?=[ ])"
    yield from replacing(rf"{free}|{double}|(?<=\w)―(?=\w)", "—")(text)


def find_invisible(text: str) -> Iterator[Change]:
    r"""Drop characters that show nothing but split words: soft hyphens, zero-width spaces, marks.

    A soft hyphen at the end of a line says that the word goes on in the next one.

    >>> list(find_invisible("inde\u00adpendence"))
    [(4, 5, '')]
    >>> list(find_invisible("inde\u00ad\npendence"))
    [(4, 6, '')]
    """
    yield from replacing(r"\u00ad(?:[ \t]*\n[ \t]*(?=\p{Ll}))?|[\u200b\u2060\ufeff]", "")(text)


def find_wide_spaces(text: str) -> Iterator[Change]:
    r"""Write no-break, wide and narrow spaces and tabs as a space.

    >>> list(find_wide_spaces("duties.\u00a0"))
    [(7, 8, ' ')]
    """
    yield from replacing(r"[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]", " ")(text)
