"""The cleaning rules: small, ordered, each with its reason and examples.

A rule looks at a text and says which spans should read otherwise; it changes nothing itself.
`rhetorica.edition` applies the changes and keeps where every character came from. The order
matters and is that of :data:`RULES`: later rules may rely on what earlier ones made plain.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import regex

Change = tuple[int, int, str]
"""Start, end and the replacement of one span of the text a rule looked at."""


@dataclass(frozen=True)
class Rule:
    """A named reason to change a text, and the function that finds where."""

    name: str
    reason: str
    find: Callable[[str], Iterator[Change]]


TERMINAL = (
    ".!?:;\u2026。！？؟।"  # marks after which a block may end (full stops of other scripts too)
)
_CLOSING = "\"')]}\u2019\u201d»"  # marks that may follow a terminal mark
_SENTENCE_END = regex.compile(rf"[{TERMINAL}][{regex.escape(_CLOSING)}]*$")

# Characters per line below which lines are verse, lists or addresses rather than wrapped prose.
_PROSE_WIDTH = 50
# Words a block needs before it can be the first half of a paragraph cut in two: titles,
# bylines and headings are shorter.
_CUT_PARAGRAPH_WORDS = 8


def _replace(pattern: str, replacement: str) -> Callable[[str], Iterator[Change]]:
    compiled = regex.compile(pattern, regex.MULTILINE)

    def find(text: str) -> Iterator[Change]:
        """Yield every match that reads otherwise than its replacement."""
        for match in compiled.finditer(text):
            if match.group() != replacement:
                yield match.start(), match.end(), replacement

    return find


def find_line_ends(text: str) -> Iterator[Change]:
    r"""Write every line end as a line feed; a form feed is a page end and becomes one too.

    >>> list(find_line_ends("a\r\nb\rc"))
    [(1, 3, '\n'), (4, 5, '\n')]
    """
    yield from _replace(r"\r\n?|[\x85\u2028\u2029\x0b\x0c]", "\n")(text)


def find_composable(text: str) -> Iterator[Change]:
    r"""Compose letters and their marks (Unicode NFC), so that one word is one string.

    >>> list(find_composable("cafe\u0301"))
    [(3, 5, 'é')]
    >>> list(find_composable("café"))
    []
    """
    import unicodedata

    for match in regex.finditer(r"\P{M}\p{M}+|[\u1100-\u11ff]+|[^\x00-\x7f]", text):
        composed = unicodedata.normalize("NFC", match.group())
        if composed != match.group():
            yield match.start(), match.end(), composed


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
    yield from _replace(pattern, '"')(text)


def find_apostrophes(text: str) -> Iterator[Change]:
    r"""Write apostrophes and single quotation marks straight.

    >>> list(find_apostrophes("Sung\u2019s"))
    [(4, 5, "'")]
    """
    yield from _replace(r"[\u2018\u2019\u201a\u201b\u02bc\uff07]", "'")(text)


def find_hyphens(text: str) -> Iterator[Change]:
    r"""Write the typographic hyphens as the plain one, so that a compound is one word.

    >>> list(find_hyphens("non\u2011aligned"))
    [(3, 4, '-')]
    >>> list(find_hyphens("1990\u20131994"))
    []
    """
    yield from _replace(r"[\u2010\u2011]", "-")(text)


def find_invisible(text: str) -> Iterator[Change]:
    r"""Drop characters that show nothing but split words: soft hyphens, zero-width spaces, marks.

    >>> list(find_invisible("inde\u00adpendence"))
    [(4, 5, '')]
    """
    yield from _replace(r"[\u00ad\u200b\u2060\ufeff]", "")(text)


def find_wide_spaces(text: str) -> Iterator[Change]:
    r"""Write no-break, wide and narrow spaces and tabs as a space.

    >>> list(find_wide_spaces("duties.\u00a0"))
    [(7, 8, ' ')]
    """
    yield from _replace(r"[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]", " ")(text)


def find_markdown(text: str) -> Iterator[Change]:
    """Drop Markdown's heading and emphasis marks, keeping what they mark.

    >>> list(find_markdown("# A **bold** word"))
    [(0, 2, ''), (4, 6, ''), (10, 12, '')]
    >>> list(find_markdown("2 * 3 * 4 and snake_case"))
    []
    """
    spans = [m.span() for m in regex.finditer(r"^ {0,3}#{1,6} +", text, regex.MULTILINE)]
    for pattern in (
        r"(\*\*)(?=\S)(?:[^*\n]|\*(?!\*))+(?<=\S)(\*\*)",
        r"(?<![*\w])(\*)(?=[^\s*])[^*\n]+(?<=[^\s*])(\*)(?![*\w])",
    ):
        for match in regex.finditer(pattern, text):
            spans += [match.span(1), match.span(2)]
    for start, end in sorted(set(spans)):
        yield start, end, ""


def find_page_breaks(text: str) -> Iterator[Change]:
    r"""Drop lines that are a rule of hyphens, asterisks or underscores: they mark a page's end.

    >>> list(find_page_breaks("to be\n\n---\n\npublished"))
    [(7, 10, '')]
    >>> list(find_page_breaks("a --- b"))
    []
    """
    yield from _replace(r"^ *([-*_])(?: *\1){2,} *$", "")(text)


def find_line_spaces(text: str) -> Iterator[Change]:
    r"""Drop spaces at the start and end of lines and write runs of spaces as one.

    >>> list(find_line_spaces(" the  work \nnext"))
    [(0, 1, ''), (4, 6, ' '), (10, 11, '')]
    """
    for match in regex.finditer(r"^ +| +$| {2,}", text, regex.MULTILINE):
        at_edge = match.start() == 0 or text[match.start() - 1] == "\n"
        at_edge = at_edge or match.end() == len(text) or text[match.end()] == "\n"
        yield match.start(), match.end(), "" if at_edge else " "


def find_hard_wraps(text: str) -> Iterator[Change]:
    r"""Join the lines of a paragraph that were broken at the page's width.

    In a text whose printed lines are each followed by a blank one, single blank lines are
    taken for line ends first. A line end stays a paragraph's end where the line ends a
    sentence and the next word would still have fitted on it. Lines of verse, lists and
    addresses, too short to be wrapped prose, stay as they are.

    >>> wrapped = "The cause had fallen into a vortex of serious crisis and\nsetback."
    >>> list(find_hard_wraps(wrapped))
    [(56, 57, ' ')]
    >>> list(find_hard_wraps("Roses are red\nViolets are blue"))
    []
    """
    gap = 2 if _is_double_spaced(text) else 1
    for block in _blocks(text, gap):
        lines = [text[start:end] for start, end in block]
        if len(lines) < 2 or not _is_wrapped(lines):
            continue
        width = max(len(line) for line in lines)
        for (_, end), (following, _), line, after in zip(
            block, block[1:], lines, lines[1:], strict=False
        ):
            fits = len(line) + 1 + len(after.split(" ", 1)[0]) <= width
            ends_paragraph = fits and _SENTENCE_END.search(line)
            yield end, following, "\n\n" if ends_paragraph else " "


def _blocks(text: str, gap: int) -> Iterator[list[tuple[int, int]]]:
    """Yield the line spans of each block: lines with at most `gap` line ends between them."""
    spans: list[tuple[int, int]] = []
    for match in regex.finditer(r"[^\n]+", text):
        if spans and match.start() - spans[-1][1] > gap:
            yield spans
            spans = []
        spans.append(match.span())
    if spans:
        yield spans


def _is_double_spaced(text: str) -> bool:
    """Tell whether a blank line follows every printed line, not every paragraph.

    Then many blank lines stand in the middle of a sentence: what precedes ends none, and
    what follows begins with a small letter.
    """
    blocks = [block for block in regex.split(r"\n\n+", text.strip("\n")) if block]
    pairs = list(pairwise(blocks))
    cut = sum(1 for before, after in pairs if not _ends_sentence(before) and after[0].islower())
    return len(pairs) >= 4 and cut > len(pairs) / 3


def _ends_sentence(block: str) -> bool:
    return bool(_SENTENCE_END.search(block.rstrip()))


def _is_wrapped(lines: list[str]) -> bool:
    """Tell wrapped prose from verse, lists and addresses: its open lines are wide."""
    open_lines = [len(line) for line in lines[:-1] if not _ends_sentence(line)]
    if not open_lines or median(open_lines) < _PROSE_WIDTH:
        return False
    return not any(regex.match(r"(?:[-*•–]|\(?\d{1,3}[.)]) ", line) for line in lines[1:])


def find_cut_paragraphs(text: str) -> Iterator[Change]:
    r"""Join a paragraph that a page's end cut in two.

    The first part ends in the middle of a sentence, the second begins with a small letter;
    the first is long enough not to be a title, byline or heading.

    >>> cut = "support to the revolution in those years though the\n\ncountry was poor."
    >>> list(find_cut_paragraphs(cut))
    [(51, 53, ' ')]
    >>> list(find_cut_paragraphs("A title\n\nby somebody"))
    []
    """
    for match in regex.finditer(r"(?<=[^\n])\n{2,}(?=\p{Ll})", text):
        before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        open_end = not _ends_sentence(before) or before[-1] in _CLOSING
        if len(before.split()) >= _CUT_PARAGRAPH_WORDS and open_end:
            yield match.start(), match.end(), " "


def find_blank_lines(text: str) -> Iterator[Change]:
    r"""Leave one blank line between blocks, and none at the start and end of the text.

    >>> list(find_blank_lines("\n\na\n\n\n\nb\n"))
    [(0, 2, ''), (3, 7, '\n\n'), (8, 9, '')]
    """
    for match in regex.finditer(r"\A\n+|\n+\Z|\n{3,}", text):
        inside = match.start() > 0 and match.end() < len(text)
        yield match.start(), match.end(), "\n\n" if inside else ""


RULES = (
    Rule("line-ends", "Line ends differ between systems and mean the same.", find_line_ends),
    Rule("composition", "One letter can be written as two characters.", find_composable),
    Rule(
        "quotation-marks", "The shape of a mark, or its damage, is the file's.", find_double_quotes
    ),
    Rule("apostrophes", "The shape of an apostrophe is the file's.", find_apostrophes),
    Rule("hyphens", "The shape of a hyphen is the file's.", find_hyphens),
    Rule("invisible", "The character shows nothing and would split a word.", find_invisible),
    Rule("wide-spaces", "The width of a space is the file's.", find_wide_spaces),
    Rule("page-breaks", "The mark stands for the end of a page.", find_page_breaks),
    Rule("markdown", "The marks are markup, not text.", find_markdown),
    Rule("line-spaces", "Space at the edge of a line is layout.", find_line_spaces),
    Rule("hard-wraps", "The line was broken at the width of the page.", find_hard_wraps),
    Rule("cut-paragraphs", "A page's end cut the paragraph in two.", find_cut_paragraphs),
    Rule("blank-lines", "The number of blank lines is layout.", find_blank_lines),
)
