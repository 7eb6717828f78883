"""What the parts of a text are: title, byline, heading, paragraph ..., and who is quoted where."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import regex

from rhetorica.changes import ends_sentence
from rhetorica.sentences import find_sentences

Part = Literal["title", "byline", "date", "heading", "epigraph", "quotation", "source", "paragraph"]
PARTS: tuple[Part, ...] = get_args(Part)
"""What a stretch of a text can be; only ``paragraph`` is the author's own running prose."""

QUOTED_PARTS: tuple[Part, ...] = ("epigraph", "quotation")
"""The parts that are somebody else's words."""

Block = tuple[Part, int, int]
"""Kind, start and end of one block of an edition."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """Somebody's words in quotation marks: their span, marks included, and who speaks.

    `speaker` is as the text says it ("A party leader"), empty where it does not.
    """

    start: int
    end: int
    speaker: str


# Lines with something on them, up to the next line without; possessive, so that time stays
# proportional to length.
_BLOCK = regex.compile(r"(?:[^\S\r\n]*+\S[^\r\n]*+(?:\r\n?|\n|\Z))++")
_DATE = regex.compile(
    r"\(?(?:\p{Lu}\p{Ll}+(?: \p{Lu}\p{Ll}+)?, )?"
    r"(?:\p{Lu}\p{Ll}+ \d{1,2},? (?:\p{Lu}\p{Ll}+ \d{1,3} )?\(?\d{4}\)?"
    r"|\d{1,2}(?:\.|st|nd|rd|th)? \p{Lu}\p{Ll}+,? \d{4}|\d{4}-\d{2}-\d{2})\)?"
)
_BYLINE = regex.compile(r"[Bb]y \p{Lu}[^\n.!?;:]*")
_SOURCE = regex.compile(
    r"(?:—|–|--) ?\p{Lu}[^\n]*|Source: [^\n]+|[(\[][^\n]*\b[Pp]p?\. ?\d[^\n]*[)\]]"
)
_TITLE_WORDS = 30  # a title or heading longer than this would be a paragraph without a full stop
_BYLINE_WORDS = 10
_MARKUP = " \t\"'“”‘’*_#()"  # what may enclose a title, byline or quotation

_OPENING, _CLOSING = "“„«", "”»"
_BEFORE_OPENING = "([{—–-*_#>"  # besides white space, what stands before an opening mark
_WHOLE_SENTENCE = regex.compile(
    r"[\W_]*[\p{Lu}\p{Lt}\p{Lo}\p{N}].*?[.!?…。！？؟।](?:\W|$)", regex.DOTALL
)
_QUOTED_BLOCKS = 4  # a quotation may run over so many further blocks before it is closed
_SAYING = (
    r"(?:said|says|stated|states|declared|declares|wrote|writes|noted|notes|added|adds|stressed"
    r"|emphasi[sz]ed|continued|replied|answered|asked|exclaimed|shouted|announced|remarked"
    r"|explained|taught|instructed|pointed out|points out|put forward|set forth)"
)
_LEAD = regex.compile(rf"^(?P<who>.+?)\s{_SAYING}\b(?:\W+\w+){{0,5}}\W*$", regex.DOTALL)
_TRAIL = regex.compile(
    rf"^,?\s(?:{_SAYING}\s(?P<after>\p{{L}}[^.,;:!?\n]*)|(?P<before>\p{{L}}[^.,;:!?\n]*?)\s{_SAYING}\b)"
)
_SPEAKER_WORDS = 12
_ADVERBIAL = regex.compile(
    r"(?:In|On|At|After|Before|When|Then|Later|As|During|By|For|From|With|There|Here|And|But)\b"
)


def find_blocks(text: str, author: str = "") -> Iterator[Block]:
    r"""Yield each block of a text, a stretch between blank lines, with what it is.

    Before the first paragraph a block without a full stop is the title, the author's name or
    ``by`` somebody a byline, a lone date a date; afterwards such a block is a heading. A block
    in quotation marks is an epigraph before the first paragraph and a quotation after it, and
    the line that says where it was taken from a source. The words that lead up to an epigraph
    are a paragraph, and it stays one.

    >>> text = "On Unity\n\nA. Author\n\n\"All unite.\"\n(Works, p. 3)\n\nWe met. It rained."
    >>> [kind for kind, _, _ in find_blocks(text, "A. Author")]
    ['title', 'byline', 'epigraph', 'source', 'paragraph']
    """
    spans = list(_spans(text))
    quoted = _whole_blocks(text, spans)
    before: Part | None = None
    titled, paragraphs = False, 0
    for i, (start, end) in enumerate(spans):
        block = text[start:end]
        kind: Part
        if i in quoted:
            # What leads up to a first quotation ("... said as follows.") makes it no later one.
            led = paragraphs == 1 and before == "paragraph" and _leads(text[slice(*spans[i - 1])])
            kind = "epigraph" if not paragraphs or led or before == "epigraph" else "quotation"
        elif before in ("epigraph", "quotation") and _SOURCE.fullmatch(_bare(block)):
            kind = "source"
        else:
            kind = _kind(block, author, titled, paragraphs > 0)
        titled |= kind == "title"
        paragraphs += kind == "paragraph"
        before = kind
        yield kind, start, end


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield the span of each block; a source line below a quotation is a block of its own."""
    for match in _BLOCK.finditer(text):
        start, end = match.start(), match.start() + len(match.group().rstrip())
        start += len(match.group()) - len(match.group().lstrip())
        lines = [m.span() for m in regex.finditer(r"[^\r\n]+", text, pos=start, endpos=end)]
        last = text[slice(*lines[-1])]
        above = text[slice(*lines[-2])].rstrip(" *_\t") if len(lines) > 1 else ""
        if above.endswith(('"', "”", "»")) and _SOURCE.fullmatch(_bare(last)):
            yield start, len(text[: lines[-2][1]].rstrip())
            start = lines[-1][0]
        yield start, end


def _bare(block: str) -> str:
    """Return a block without Markdown's marks around it."""
    return block.strip(" \t*_")


def _leads(block: str) -> bool:
    return bool(regex.search(r"(?:as follows|the following)[.:]$|:$", block.rstrip()))


def _kind(block: str, author: str, seen_title: bool, seen_paragraph: bool) -> Part:
    bare = block.strip(_MARKUP)
    words = len(block.split())
    if author and bare.casefold() == author.casefold():
        return "byline"
    if not seen_paragraph and words <= _BYLINE_WORDS and _BYLINE.fullmatch(_bare(block)):
        return "byline"
    if _DATE.fullmatch(_bare(block)):
        return "date"
    if block.startswith(">"):
        return "quotation"
    open_end = not regex.search(r"[.!?…:;,][\"'’”)\]*_]*$", block.strip())
    if not open_end or words > _TITLE_WORDS or regex.search(r"[\r\n]", block):
        return "paragraph"
    return "heading" if seen_title or seen_paragraph else "title"


def _whole_blocks(text: str, spans: Sequence[tuple[int, int]]) -> set[int]:
    """Return the blocks that a quotation fills, whatever marks stand around it."""
    whole: set[int] = set()
    starts = [start for start, _ in spans]
    for start, end in _quoted(text, spans):
        for i in range(bisect_right(starts, start) - 1, bisect_left(starts, end)):
            low, high = spans[i]
            outside = text[low : max(low, start)] + text[min(high, end) : high]
            if not outside.strip(_MARKUP + ".,;"):
                whole.add(i)
    return whole


def find_quotations(text: str, blocks: Sequence[Block]) -> tuple[Quotation, ...]:
    r"""Return the quotations of a text: whole sentences between double quotation marks.

    Single words in marks, titles, and phrases that go on inside the author's sentence are the
    author's own words and no quotation. One that is opened in a block and closed in a later one
    runs over what stands between. A block of lines marked ``>`` is a quotation too. The speaker
    is who the sentence around it, or the block before it, names with a verb of saying.

    >>> text = 'A guest, much moved, said, "It rained. We met." It was the "end" of it.'
    >>> [(text[q.start:q.end], q.speaker) for q in find_quotations(text, list(find_blocks(text)))]
    [('"It rained. We met."', 'A guest')]
    """
    spans = [(start, end) for _, start, end in blocks]
    found = [Quotation(s, e, _speaker(text, spans, s, e)) for s, e in _quoted(text, spans)]
    marked = [
        Quotation(start, end, _speaker(text, spans, start, end))
        for kind, start, end in blocks
        if kind == "quotation" and text.startswith(">", start)
    ]
    return tuple(sorted([*found, *marked], key=lambda item: item.start))


def _quoted(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans between paired marks, marks included, that hold a whole sentence."""
    found = []
    opened, opened_in = -1, 0
    for number, (low, high) in enumerate(spans):
        for match in regex.finditer(r"[\"“”„«»]", text, pos=low, endpos=high):
            place = match.start()
            if _opens(text, low, place, opened >= 0):
                # A mark that opens a further block says that the quotation goes on.
                if opened < 0 or number == opened_in or text[low:place].strip(_MARKUP):
                    opened, opened_in = place, number
            elif opened >= 0:
                if number - opened_in <= _QUOTED_BLOCKS:
                    found.append((opened, place + 1))
                opened = -1
    return [(s, e) for s, e in found if _WHOLE_SENTENCE.match(text[s + 1 : e - 1])]


def _opens(text: str, block_start: int, place: int, inside: bool) -> bool:
    mark = text[place]
    if mark in _CLOSING:
        return False
    if mark == "“" and inside:  # closes what a German „ opened
        return not text[place - 1 : place].strip() or place == block_start
    if mark in _OPENING:
        return True
    before = text[place - 1 : place] if place > block_start else ""
    return not before.strip() or before in _BEFORE_OPENING


def _speaker(text: str, spans: Sequence[tuple[int, int]], start: int, end: int) -> str:
    """Return who speaks, as the sentence before the quotation or the one it stands in says."""
    number = bisect_right(spans, start, key=lambda span: span[0]) - 1
    low, high = spans[number]
    lead = text[low:start].strip(_MARKUP)
    if not lead and number and _leads(text[slice(*spans[number - 1])]):
        lead = text[slice(*spans[number - 1])]
    sentences = [lead[a:b] for a, b in find_sentences(lead)]
    named = _LEAD.match(sentences[-1]) if sentences else None
    if named and (_leads(lead) or not ends_sentence(lead)):
        return _name(named["who"])
    trail = _TRAIL.match(text[end : max(end, high)])
    return _name(trail["after"] or trail["before"]) if trail else ""


def _name(who: str) -> str:
    """Return the speaker out of what stands before the verb, without asides and adverbials."""
    pieces = [piece.strip() for piece in " ".join(who.split()).split(",") if piece.strip()]
    if len(pieces) > 1 and _ADVERBIAL.match(pieces[0]):
        pieces = pieces[1:]
    name = pieces[0].strip(_MARKUP + "—–-") if pieces else ""
    return name if len(name.split()) <= _SPEAKER_WORDS else ""
