"""What the blocks of an edited text are, and where its sentences begin and end."""

from collections.abc import Iterator
from typing import Literal

import regex

BlockKind = Literal["title", "byline", "date", "heading", "paragraph"]
Block = tuple[BlockKind, int, int]
"""Kind, start and end of one block of an edition."""

_DATE = regex.compile(
    r"\(?(?:\p{Lu}\p{Ll}+ \d{1,2},? \d{4}|\d{1,2}\.? \p{Lu}\p{Ll}+ \d{4}|\d{4}-\d{2}-\d{2})\)?"
)
_TITLE_WORDS = 30  # a title or heading longer than this would be a paragraph without a full stop
# A sentence ends at a mark that white space follows, unless a small letter goes on.
_SENTENCE_BREAK = regex.compile(r"[.!?…。！？؟।]+[\"')\]}»]*(?=\s)\s+(?!\p{Ll})")
# Full stops that end no sentence: initials, the usual titles, and numbers that open a heading.
_NO_BREAK = regex.compile(
    r"(?:^|[\s(\"'])(?:\p{Lu}|Mr|Mrs|Ms|Dr|Prof|St|Gen|Col|No|Nos|Vol|vol|pp?|P|ed|cf|vs|e\.g|i\.e|etc)\.$"
    r"|^\(?\d{1,3}\.$"
)


def find_blocks(text: str, author: str = "") -> Iterator[Block]:
    r"""Yield each block of an edition, a stretch between blank lines, with what it is.

    Before the first paragraph a block without a full stop is the title, the author's name a
    byline, a lone date a date; afterwards such a block is a heading.

    >>> text = "On Unity\n\nA. Author\n\nWe met. It rained."
    >>> [kind for kind, _, _ in find_blocks(text, "A. Author")]
    ['title', 'byline', 'paragraph']
    """
    seen_title, seen_paragraph = False, False
    for match in regex.finditer(r"[^\n](?:[^\n]|\n(?=[^\n]))*", text):
        block = match.group()
        kind = _kind(block, author, seen_title, seen_paragraph)
        seen_title |= kind == "title"
        seen_paragraph |= kind == "paragraph"
        yield kind, match.start(), match.end()


def _kind(block: str, author: str, seen_title: bool, seen_paragraph: bool) -> BlockKind:
    bare = block.strip(" \"'*()")
    if author and bare.casefold() == author.casefold():
        return "byline"
    if _DATE.fullmatch(block.strip()):
        return "date"
    words = len(block.split())
    if regex.search(r"[.!?…:;,][\"')\]]*$", block.strip()) or words > _TITLE_WORDS or "\n" in block:
        return "paragraph"
    return "heading" if seen_title or seen_paragraph else "title"


def find_sentences(block: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each sentence of a block, without the white space between.

    A full stop after an initial, a title such as ``Dr.`` or a number that opens a heading ends
    no sentence, nor does a mark that a small letter follows (``unite!" should``).

    >>> text = 'It rained. "Unite!" should be heard. See P.19 of it.'
    >>> [text[start:end] for start, end in find_sentences(text)]
    ['It rained.', '"Unite!" should be heard.', 'See P.19 of it.']
    """
    start = 0
    for match in _SENTENCE_BREAK.finditer(block):
        end = match.start() + len(match.group().rstrip())
        if _NO_BREAK.search(block[start:end]):
            continue
        yield start, end
        start = match.end()
    if block[start:].strip():
        yield start, len(block.rstrip())
