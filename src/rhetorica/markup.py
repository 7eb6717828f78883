"""The rules of markup: Markdown's signs dropped, and what they mark kept.

Each function finds spans of a text that should read otherwise, as all rules do; the order in
which they are applied is that of :data:`rhetorica.rules.RULES`.
"""

from collections.abc import Iterator

import regex

from rhetorica.changes import Change, replacing

# Where a link leads: it has no space in it, and a sign of an address.
_TARGET = r"\(<?[^\s()<>]*[/.#:][^\s()<>]*>?(?: +(?:\"[^\"\n]*\"|'[^'\n]*'))?\)"
_PAIRS = (
    # Signs that enclose words, outside words and close to what they enclose.
    r"(?<!\*)(\*{2,3})(?=[^\s*])(?:[^*\n]|\n(?!\n)|\*(?!\*))+(?<=\S)(\1)(?!\*)",
    r"(?<![*\w])(\*)(?=[^\s*])(?:[^*\n]|\n(?!\n))+(?<=[^\s*])(\*)(?![*\w])",
    r"(?<![_\w])(_{1,3})(?=[^\s_])(?:[^_\n]|\n(?!\n)|(?<=\w)_(?=\w))+(?<=[^\s_])(\1)(?![_\w])",
    r"(~~)(?=\S)[^~\n]+(?<=\S)(~~)",
    r"(?<!`)(`)(?=[^\s`])[^`\n]+(?<=[^\s`])(`)(?!`)",
)
_FRONT_MATTER = regex.compile(
    r"\A\ufeff?---[ \t]*\n(?:[A-Za-z][\w -]*:.*\n(?:[ \t]+.*\n|- .*\n)*)+---[ \t]*\n"
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
    spans = {(start, end) for start, end, _ in _whole_marks(text)}
    for pattern in _PAIRS:
        for match in regex.finditer(pattern, text):
            spans |= {match.span(1), match.span(2)}
    for match in regex.finditer(rf"(!?\[)(?:[^\[\]\n])+(\](?:{_TARGET}|\[[^\[\]\n]*\]))", text):
        spans |= {match.span(1), match.span(2)}
    done = 0
    for start, end in sorted(spans):
        if start >= done:  # a sign inside the address of a link goes with it
            yield start, end, ""
            done = end


def _whole_marks(text: str) -> Iterator[Change]:
    """Yield marks that stand by themselves: of headings, comments, and link definitions."""
    yield from replacing(r"^ {0,3}#{1,6} +|(?<=^ {0,3}#{1,6} [^\n]*\S) +#{1,6} *$", "")(text)
    yield from replacing(r"(?<=\S\n) {0,3}={3,} *$", "")(text)
    yield from replacing(r"<!--[\s\S]*?-->", "")(text)
    yield from replacing(r"^ {0,3}\[[^\[\]\n]+\]: +\S*[/.#:]\S*(?: +\"[^\"\n]*\")? *$", "")(text)
    yield from replacing(r"\\(?=[!-/:-@\[-`{-~])", "")(text)
