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
# Characters that no line of a page has: a block with such lines has a paragraph on each.
_PAGE_WIDTH = 120
# So many lines that all begin with a capital in the middle of a sentence are no chance.
_CAPITAL_LINES = 3
# Words a block needs before it can be the first half of a paragraph cut in two: titles,
# bylines and headings are shorter.
_CUT_PARAGRAPH_WORDS = 8
# Words of this many letters show whether a block is written as a title, with capitals.
_TITLE_WORD_LETTERS = 4
# A line is a page's furniture if it heads or foots more than half of at least so many pages.
_FURNISHED_PAGES = 3
_LIST_ITEM = regex.compile(
    r"(?:[-*+•◦▪‣·–—>]|\(?\d{1,3}[.)]|\(?[A-Za-z][.)]|\(?[ivx]{1,5}[.)]|[IVX]{1,5}[.)]) |>"
)
_CJK = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\u3001-\u303f\uff01-\uff60]")
_LINE_END = r"(?:\r\n|\r(?!\n)|(?<!\r)\n)"  # never half of one: two in a row are a blank line
_LONE_NUMBER = regex.compile(
    rf"(?<={_LINE_END}[ \t]{{0,40}}{_LINE_END})[ \t]*+[-–— ]{{0,40}}(\d{{1,4}})[-–— ]*+"
    rf"(?=\s*\Z|{_LINE_END}[ \t]*+{_LINE_END})"
)
# What follows a hyphen at the end of a line within a word; not so in "pre- and post-war".
_GOES_ON = regex.compile(r"(?!(?:and|or|to|und|oder|bis|et|ou|y)\b)\p{Ll}")
# Tried where letters begin, or a run of them without an end would be tried from each.
_DIVIDED = regex.compile(r"(?:\G|(?<!\p{L}))(\p{L}++)-(\n{1,3})(\p{Ll}+)")
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
        yield from _lone_page_numbers(text)
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


def _lone_page_numbers(text: str) -> Iterator[Change]:
    """Yield the numbers between blank lines that count pages, and not chapters.

    They go on by one, and at least a third of them stand in the middle of a sentence.
    """
    run: list[regex.Match[str]] = []
    for match in [*_LONE_NUMBER.finditer(text), None]:
        if run and (match is None or int(match[1]) != int(run[-1][1]) + 1):
            if len(run) > 1 and 3 * sum(_cuts(text, number) for number in run) >= len(run):
                yield from ((number.start(), number.end(), "") for number in run)
            run = []
        if match is not None:
            run.append(match)


def _cuts(text: str, number: regex.Match[str]) -> bool:
    """Tell whether a page number stands in the middle of a sentence."""
    before = text[max(0, number.start() - _PAGE_WIDTH) : number.start()]
    after = text[number.end() : number.end() + _PAGE_WIDTH].lstrip()
    return bool(before.strip()) and not ends_sentence(before) and after[:1].islower()


def _page_edges(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the first and the last printed line of a page, with the line end that goes too."""
    found = regex.finditer(r"[^\r\n]++", text, pos=start, endpos=end)
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
    divided = list(_DIVIDED.finditer(text))
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

    Where they indent the first lines of paragraphs, a blank line takes their place.

    >>> list(find_line_spaces(" the  work \nnext"))
    [(0, 1, ''), (4, 6, ' '), (10, 11, '')]
    """
    indented = _indented_paragraphs(text)
    for match in regex.finditer(r"^ +| +$| {2,}", text, regex.MULTILINE):
        at_edge = match.start() == 0 or text[match.start() - 1] == "\n"
        at_edge = at_edge or match.end() == len(text) or text[match.end()] == "\n"
        replacement = "" if at_edge else " "
        yield match.start(), match.end(), "\n" if match.start() in indented else replacement


def _indented_paragraphs(text: str) -> set[int]:
    """Return where indented lines begin that begin paragraphs of prose, after another one."""
    found: set[int] = set()
    for block in _blocks(text, 1):
        lines = [text[start:end] for start, end in block]
        flush = [len(line) for line in lines[:-1] if not line.startswith(" ")]
        if len(flush) == len(lines) or not flush or median(flush) < _PROSE_WIDTH:
            continue
        if _is_list([line.strip() for line in lines]):
            continue
        for (start, _), line, before in zip(block[1:], lines[1:], lines, strict=False):
            begins = line.startswith("  ") and not line.lstrip()[:1].islower()
            if begins and ends_sentence(before):
                found.add(start)
    return found


def find_hard_wraps(text: str) -> Iterator[Change]:
    r"""Join the lines of a paragraph that were broken at the page's width.

    In a text whose printed lines are each followed by a blank one, single blank lines are
    taken for line ends first. A line end stays a paragraph's end where the line ends a
    sentence and the next word would still have fitted on it, or where the lines are wider
    than a page's, and end sentences. Lines of verse, lists and addresses, too short to be
    wrapped prose, stay as they are.

    >>> wrapped = "The cause had fallen into a vortex of serious crisis and\nsetback."
    >>> list(find_hard_wraps(wrapped))
    [(56, 57, ' ')]
    >>> list(find_hard_wraps("Roses are red\nViolets are blue"))
    []
    """
    gap = 2 if _is_double_spaced(text) else 1
    for block in _blocks(text, gap):
        lines = [text[start:end] for start, end in block]
        listed, whole = _is_list(lines), _are_paragraphs(lines)
        if len(lines) < 2 or not (listed or whole or _is_wrapped(lines)):
            continue
        width = max(len(line) for line in lines)
        for (_, end), (following, _), line, after in zip(
            block, block[1:], lines, lines[1:], strict=False
        ):
            fits = _fits(line, after, width)
            if listed and not _continues_item(line, after, fits):
                continue
            ends_paragraph = not listed and (whole or (fits and ends_sentence(line)))
            yield end, following, "\n\n" if ends_paragraph else _joint(line, after)


def _fits(line: str, after: str, width: int) -> bool:
    """Tell whether the first word of the next line had room at the end of a line."""
    word = 0 if _CJK.match(after) else len(after.split(" ", 1)[0])
    return len(line) + 1 + word <= width


def _continues_item(line: str, after: str, fits: bool) -> bool:
    """Tell whether a line goes on with the item of a list that the wide line above is in."""
    if len(line) < _PROSE_WIDTH or ends_sentence(line) or _LIST_ITEM.match(after):
        return False
    return not fits or after[0].islower()


def _joint(line: str, after: str) -> str:
    """Return what joins two lines: nothing after a dash, within a compound, and in Chinese."""
    if regex.search(r"\S—$", line) or (_CJK.match(line[-1]) and _CJK.match(after)):
        return ""
    divided = regex.search(r"\p{L}-$", line) and _GOES_ON.match(after)
    return "" if divided else " "


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
    """Tell wrapped prose from verse, lists and addresses: its open lines are wide.

    Long lines are verse where each begins with a capital, if they are many or most of them
    had room for a word more.
    """
    pairs = [(line, after) for line, after in pairwise(lines) if not ends_sentence(line)]
    if not pairs or median(_columns(line) for line, _ in pairs) < _PROSE_WIDTH:
        return False
    width = max(len(line) for line in lines)
    room = sum(_fits(line, after, width) for line, after in pairs)
    capitals = all(after.lstrip("\"'(")[:1].isupper() for _, after in pairs)
    many = len(pairs) > _CAPITAL_LINES
    return not (capitals and (many or (len(pairs) > 1 and 2 * room >= len(pairs))))


def _columns(line: str) -> int:
    """Return the width of a line; a Chinese character is twice as wide as a Latin one."""
    return len(line) if line.isascii() else len(line) + len(_CJK.findall(line))


def _is_list(lines: list[str]) -> bool:
    """Tell the items of a list from prose in which a line begins with a dash or a number."""
    items = [i for i, line in enumerate(lines) if _LIST_ITEM.match(line)]
    if not items:
        return False
    before = lines[items[0] - 1] if items[0] else ""
    return before.endswith(":") or (len(items) > 1 and (not items[0] or ends_sentence(before)))


def _are_paragraphs(lines: list[str]) -> bool:
    """Tell whether each line is a paragraph: two or more wider than a page, most are closed."""
    if sum(_columns(line) > _PAGE_WIDTH for line in lines) < 2:
        return False
    return 2 * sum(ends_sentence(line) for line in lines[:-1]) >= len(lines) - 1


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
