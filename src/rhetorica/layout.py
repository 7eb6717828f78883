"""The rules of layout: what pages, lines and files did to paragraphs, and how to undo it.

Each function finds spans of a text that should read otherwise, as all rules do; the order in
which they are applied is that of :data:`rhetorica.rules.RULES`.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from statistics import median

import regex

from rhetorica.changes import CLOSING, Change, ends_sentence, replacing

# Characters per line below which lines are verse, lists or addresses rather than wrapped prose.
_PROSE_WIDTH = 50
# Words a block needs before it can be the first half of a paragraph cut in two: titles,
# bylines and headings are shorter.
_CUT_PARAGRAPH_WORDS = 8
# Words of this many letters show whether a block is written as a title, with capitals.
_TITLE_WORD_LETTERS = 4
# A line is a page's furniture if it heads or foots more than half of at least so many pages.
_FURNISHED_PAGES = 3
_LIST_ITEM = regex.compile(r"(?:[-*•–—>]|\(?\d{1,3}[.)]|\(?[a-z][.)]) |>")
_BYLINE = regex.compile(r"by \p{Lu}")
_PAGE_NUMBER = regex.compile(r"[-–— ]*(?:[Pp]age )?#(?: ?(?:/|of) ?#)?[-–— ]*")


def find_page_furniture(text: str) -> Iterator[Change]:
    r"""Drop page numbers and the lines that head or foot most pages, where form feeds part them.

    >>> list(find_page_furniture("to be\n12\n\fpublished\n13\n"))
    [(5, 9, ''), (19, 23, '')]
    >>> list(find_page_furniture("to be\n12\npublished"))
    []
    """
    if "\f" not in text:
        return
    pages = [_page_edges(text, *match.span()) for match in regex.finditer(r"[^\f]+", text)]
    pages = [edges for edges in pages if edges]
    keys = Counter(key for edges in pages for key in {_furniture_key(text, edge) for edge in edges})
    needed = max(_FURNISHED_PAGES, len(pages) // 2 + 1)
    done = 0
    for edges in pages:
        for start, end in edges:
            key = _furniture_key(text, (start, end))
            if _PAGE_NUMBER.fullmatch(key) or keys[key] >= needed:
                yield max(start, done), end, ""  # two lines share the line end between them
                done = end


def _page_edges(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the first and the last printed line of a page, with the line end that goes too."""
    found = (m for m in regex.finditer(r"[^\r\n]++", text, pos=start, endpos=end))
    lines = [m.span() for m in found if not m.group().isspace()]
    if len(lines) < 2:
        return []
    return [(start, lines[1][0]), (lines[-2][1], end)]


def _furniture_key(text: str, span: tuple[int, int]) -> str:
    """Return a line with its numbers taken out: running heads differ in them alone."""
    return regex.sub(r"\d+|\b[ivxlc]+\b", "#", text[span[0] : span[1]].strip())


def find_line_ends(text: str) -> Iterator[Change]:
    r"""Write every line end as a line feed; a form feed is a page end and becomes one too.

    >>> list(find_line_ends("a\r\nb\rc"))
    [(1, 3, '\n'), (4, 5, '\n')]
    """
    yield from replacing(r"(?:\r\n?|\n)?\f(?:\r\n?|\n)?|\r\n?|[\x85\u2028\u2029\x0b]", "\n")(text)


def find_divided_words(text: str) -> Iterator[Change]:
    r"""Join a word divided at the end of a line, where the text itself shows it undivided.

    A compound which the text writes with its hyphen keeps it. Where the text shows neither,
    nothing is known and nothing changed.

    >>> list(find_divided_words("inde-\npendence, our independence"))
    [(4, 6, '')]
    >>> list(find_divided_words("anti-\nfascist and anti-fascist"))
    [(5, 6, '')]
    >>> list(find_divided_words("pre-\nand post-war"))
    []
    """
    divided = list(regex.finditer(r"(\p{L}+)-(\n{1,3})(\p{Ll}+)", text))
    if not divided:
        return
    shown = Counter(regex.findall(r"\p{L}+(?:-\p{L}+)*", text.lower()))
    for match in divided:
        first, second = match[1].lower(), match[3]
        if shown[first + second]:
            yield match.end(1), match.end(2), ""
        elif shown[f"{first}-{second}"]:
            yield match.start(2), match.end(2), ""


def find_page_breaks(text: str) -> Iterator[Change]:
    r"""Drop lines that are a rule of hyphens, asterisks or the like: they mark a page's end.

    >>> list(find_page_breaks("to be\n\n---\n\npublished"))
    [(7, 10, '')]
    >>> list(find_page_breaks("a --- b"))
    []
    """
    yield from replacing(r"^ *([-*_=~])(?: *\1){2,} *$", "")(text)


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
            ends_paragraph = fits and ends_sentence(line)
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
    cut = sum(1 for before, after in pairs if not ends_sentence(before) and after[0].islower())
    return len(pairs) >= 4 and cut > len(pairs) / 3


def _is_wrapped(lines: list[str]) -> bool:
    """Tell wrapped prose from verse, lists and addresses: its open lines are wide."""
    open_lines = [len(line) for line in lines[:-1] if not ends_sentence(line)]
    if not open_lines or median(open_lines) < _PROSE_WIDTH:
        return False
    return not any(_LIST_ITEM.match(line) for line in lines[1:])


def find_cut_paragraphs(text: str) -> Iterator[Change]:
    r"""Join a paragraph that a page's end cut in two.

    The first part ends in the middle of a sentence, the second begins with a small letter;
    the first is long enough not to be a title, byline or heading. Stanzas and lists, blocks of
    several lines, stay as they are.

    >>> cut = "support to the revolution in those years though the\n\ncountry was poor."
    >>> list(find_cut_paragraphs(cut))
    [(51, 53, ' ')]
    >>> list(find_cut_paragraphs("A title\n\nby somebody"))
    []
    """
    blocks = list(regex.finditer(r"[^\n]+(?:\n[^\n]+)*", text))
    for before, after in pairwise(blocks):
        goes_on = after.group()[0].islower() and not _BYLINE.match(after.group())
        if goes_on and "\n" not in after.group() and _is_cut(before.group()):
            yield before.end(), after.start(), " "


def _is_cut(block: str) -> bool:
    """Tell whether a block can be the first part of a paragraph: no title, list or verse."""
    words = block.split()
    if "\n" in block or _LIST_ITEM.match(block) or len(words) < _CUT_PARAGRAPH_WORDS:
        return False
    if ends_sentence(block) and block[-1] not in CLOSING:
        return False
    long = [word for word in words if len(word.strip(CLOSING + "(")) >= _TITLE_WORD_LETTERS]
    return 2 * sum(word.lstrip("\"'(")[:1].isupper() for word in long) <= len(long)


def find_blank_lines(text: str) -> Iterator[Change]:
    r"""Leave one blank line between blocks, and none at the start and end of the text.

    >>> list(find_blank_lines("\n\na\n\n\n\nb\n"))
    [(0, 2, ''), (3, 7, '\n\n'), (8, 9, '')]
    """
    for match in regex.finditer(r"\A\n+|\n+\Z|\n{3,}", text):
        inside = match.start() > 0 and match.end() < len(text)
        yield match.start(), match.end(), "\n\n" if inside else ""
