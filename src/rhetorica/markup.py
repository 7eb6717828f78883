"""The rules of markup: Markdown's signs dropped, and what they mark kept.

Each function finds spans of a text that should read otherwise, as all rules do; the order in
which they are applied is that of :data:`rhetorica.rules.RULES`.
"""

from collections.abc import Iterator

import regex

from rhetorica.changes import Change, replacing

# Where a link leads: it has no space in it, and a sign of an address.
_TARGET = r"\(<?(?=[^\s()<>]*[/.#:])[^\s()<>]++>?(?: +(?:\"[^\"\n]*\"|'[^'\n]*'))?\)"
# An image can be the text of a link, as the badges at the head of a README are.
_LINK = regex.compile(
    rf"(!?\[)(?:!\[[^\[\]\n]*\]{_TARGET}|[^\[\]\n])++(\](?:{_TARGET}|\[[^\[\]\n]*\]))"
)
_IMAGE = regex.compile(rf"(!\[)[^\[\]\n]*+(\]{_TARGET})")
_FENCE = regex.compile(r"^ {0,3}(`{3,}|~{3,})([^`\n]*)$", regex.MULTILINE)
_HEADING = regex.compile(r"^ {0,3}#{1,6} +", regex.MULTILINE)
_PAIRS = (
    # Signs that enclose words, outside words and close to what they enclose.
    r"(?<!\*)(\*{2,3})(?=[^\s*])(?:[^*\n]|\n(?!\n)|\*(?!\*))+(?<=\S)(\1)(?!\*)",
    r"(?<![*\w])(\*)(?=[^\s*])(?:[^*\n]|\n(?!\n))+(?<=[^\s*])(\*)(?![*\w])",
    r"(?<![_\w])(_{1,3})(?=[^\s_])(?:[^_\n]|\n(?!\n)|(?<=\w)_(?=\w))+(?<=[^\s_])(\1)(?![_\w])",
    r"(~~)(?=\S)[^~\n]+(?<=\S)(~~)",
    r"(?<!`)(`)(?=[^\s`])[^`\n]+(?<=[^\s`])(`)(?!`)",
)
_FRONT_MATTER = regex.compile(
    r"\A\ufeff?---[ \t]*\n(?:[A-Za-z][\w -]*+:.*\n(?:[ \t].*\n|- .*\n)*+)++---[ \t]*\n"
)


def find_front_matter(text: str) -> Iterator[Change]:
    r"""Drop the block of keys and values at the head of a file: it describes the text.

    >>> list(find_front_matter("---\ntitle: On Unity\n---\nWe met."))
    [(0, 24, '')]
    >>> list(find_front_matter("---\nWe met.\n---\n"))
    []
    """
    match = _FRONT_MATTER.match(text)
    if match:
        yield match.start(), match.end(), ""


def find_markdown(text: str) -> Iterator[Change]:
    """Drop the marks of Markdown for headings, emphasis, links and code, keeping what they mark.

    >>> list(find_markdown("# A **bold** word"))
    [(0, 2, ''), (4, 6, ''), (10, 12, '')]
    >>> list(find_markdown("see [the text](http://example.org/a)"))
    [(4, 5, ''), (13, 36, '')]
    >>> list(find_markdown("2 * 3 * 4 and snake_case [sic]"))
    []
    """
    fences = list(_fences(text))
    spans = {span for opening, closing in fences for span in (opening, closing)}
    spans |= {(start, end) for start, end, _ in _whole_marks(text)}
    for pattern in (*_PAIRS, _LINK, _IMAGE):
        for match in regex.finditer(pattern, text):
            spans |= {match.span(1), match.span(2)}
    code = iter([(opening[1], closing[0]) for opening, closing in fences])
    low, high = next(code, (len(text), len(text)))
    done = 0
    for start, end in sorted(spans):
        while start >= high and high < len(text):
            low, high = next(code, (len(text), len(text)))
        # A sign inside the address of a link goes with it; one inside code is no sign.
        if start >= done and not (low <= start < high or low < end <= high):
            yield start, end, ""
            done = end


def _fences(text: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield the lines that open and close each block of code."""
    opened: regex.Match[str] | None = None
    for line in _FENCE.finditer(text):
        if opened is None:
            opened = line
        elif line[1].startswith(opened[1]) and not line[2].strip():
            yield opened.span(), line.span()
            opened = None


def _whole_marks(text: str) -> Iterator[Change]:
    """Yield marks that stand by themselves: of headings, comments, and link definitions."""
    for heading in _HEADING.finditer(text):
        yield *heading.span(), ""
        end = text.find("\n", heading.end())
        line = text[heading.end() : end if end >= 0 else len(text)]
        closing = regex.search(r"(?<=\S) +#{1,6} *$", line)
        if closing:
            yield heading.end() + closing.start(), heading.end() + closing.end(), ""
    yield from replacing(r"(?<=\S\n) {0,3}={3,} *$", "")(text)
    start = text.find("<!--")
    while start >= 0 and (end := text.find("-->", start)) >= 0:
        yield start, end + 3, ""
        start = text.find("<!--", end)
    yield from replacing(r"^ {0,3}\[[^\[\]\n]+\]: +\S*[/.#:]\S*(?: +\"[^\"\n]*\")? *$", "")(text)
    yield from replacing(r"\\(?=[!-/:-@\[-`{-~])", "")(text)
