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


_DATE = regex.compile(
    r"\(?(?:\p{Lu}\p{Ll}+(?: \p{Lu}\p{Ll}+)?, )?"
    r"(?:\p{Lu}\p{Ll}+ \d{1,2}(?:st|nd|rd|th)?,? (?:\p{Lu}\p{Ll}+ \d{1,3} )?\(?\d{4}\)?"
    r"|\d{1,2}(?:\.|st|nd|rd|th)? (?:of )?(?:\p{Lu}\p{Ll}+|\p{Cyrillic}+),? \d{4}(?: \u0433\.)?"
    r"|(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r",? \d{4}|\d{4}-\d{2}-\d{2}|\d{1,2}([./])\d{1,2}\1\d{4}"
    r"|\d{4}[年년] ?\d{1,2}[月월](?: ?\d{1,2}[日일])?)\)?"
)
_INITIAL = r"(?<=\b(?:\p{Lu}|Dr|Mr|Mrs|Ms|Prof|Jr|St))\."  # a full stop that is part of a name
_BYLINE = regex.compile(rf"[Bb]y \p{{Lu}}(?:[^\n.!?;:]|{_INITIAL})*")
# "BY THE RIVER" is a title, too
_CAPITAL_BYLINE = regex.compile(rf"BY \p{{Lu}}(?:[^\n.!?;:\p{{Ll}}]|{_INITIAL})*")
_SOURCE = regex.compile(
    r"(?:—|–|--) ?\p{Lu}[^\n]*|Source: [^\n]+|[(\[][^\n]*\b[Pp]p?\. ?\d[^\n]*[)\]]"
)
_TITLE_WORDS = 30  # a title or heading longer than this would be a paragraph without a full stop
_BYLINE_WORDS = 10
_SEVERAL_SENTENCES = 15  # a longer line without a full stop is no title if it has one within
_HEAD_BLOCKS, _HEAD_LINES = 3, 6  # where title, author and date may stand on lines together
_NEAR = 80  # characters in which the last sentence before a quotation mostly begins
_LINE_REACH = 400  # characters: a line that says where a quotation is from is not longer
_SENTENCE_REACH = 600  # characters before and after a quotation that may name the speaker
_CLOSED = regex.compile(r"[.!?…:;,。！？؟।،؛，；：、][\"'’”)\]}»«」』）*_\s]*$")
# What may follow the last full stop: the number of a note, an emoji, a mark of direction.
_AFTER_CLOSED = regex.compile(r"(?:\s*(?:\[\^?\w{1,3}\]|[²³¹⁰⁴-⁹†‡\p{So}\p{Sk}\p{Cf}\ufe0f]))+$")
_MARKUP = " \t\"'“”‘’*_#()"  # what may enclose a title, byline or quotation

_OPENING, _CLOSING = "“„「", "”」"
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\u3001-\u303f\uff01-\uff60]")
_BEFORE_OPENING = "([{—–-*_#>"  # besides white space, what stands before an opening mark
_WHOLE_SENTENCE = regex.compile(
    r"[\W_]*[\p{Lu}\p{Lt}\p{Lo}\p{N}].*?[.!?…。！？؟।](?:\W|$)", regex.DOTALL
)
_SENTENCE_BEGINNING = regex.compile(r"[\W_]*[\p{Lu}\p{Lt}\p{Lo}\p{N}]")
_SMALL_WORD_LETTERS = 3  # "and" and "the" are written small in a title
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
# "..., he said: "We win"." has its full stop outside; without colon or comma it is a title.
_LEAD_OF_SPEECH = regex.compile(rf"\s{_SAYING}\b[^:,]{{0,60}}[:,]\W*$")
_RELATIVE = regex.compile(r"\b(?:that|which|whom?|whose|where|when|and)\b")  # no speaker's name
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
    spans = list(_spans(text, author))
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
        elif before in ("epigraph", "quotation") and _is_source(block):
            kind = "source"
        else:
            kind = _kind(block, author, titled, paragraphs > 0)
        titled |= kind == "title"
        paragraphs += kind == "paragraph"
        before = kind
        yield kind, start, end


def _spans(text: str, author: str) -> Iterator[tuple[int, int]]:
    """Yield the span of each block.

    A source line below a quotation is a block of its own, and so are the lines that name the
    author or the date in one of the first blocks, below a title or an address.
    """
    for number, lines in enumerate(_lines(text)):
        last = text[slice(*lines[-1])]
        above = text[slice(*lines[-2])].rstrip(" *_\t") if len(lines) > 1 else ""
        parts = [lines]
        if above.endswith(('"', "”", "»", "」")) and _is_source(last):
            parts = [lines[:-1], lines[-1:]]
        elif number < _HEAD_BLOCKS and 1 < len(lines) <= _HEAD_LINES:
            parts = _head_parts(text, lines, author)
        for part in parts:
            yield part[0][0], part[-1][1]


def _lines(text: str) -> Iterator[list[tuple[int, int]]]:
    """Yield the lines of each block, without the white space around them."""
    lines: list[tuple[int, int]] = []
    for match in regex.finditer(r"[^\r\n]*+(?:\r\n?|\n|\Z)", text):
        line = match.group()
        if line.strip():
            start = match.start() + len(line) - len(line.lstrip())
            lines.append((start, match.start() + len(line.rstrip())))
        elif lines:
            yield lines
            lines = []
    if lines:
        yield lines


def _head_parts(
    text: str, lines: list[tuple[int, int]], author: str
) -> list[list[tuple[int, int]]]:
    """Part the lines of a block where one names the author or the date, if none is prose."""
    parts: list[list[tuple[int, int]]] = [[]]
    for start, end in lines:
        line = text[start:end]
        if _is_byline(line, author, True) or _DATE.fullmatch(_bare(line)):
            parts += [[(start, end)], []]
        elif _is_closed(line):
            return [lines]
        else:
            parts[-1].append((start, end))
    return [part for part in parts if part]


def _is_source(line: str) -> bool:
    return len(line) <= _LINE_REACH and bool(_SOURCE.fullmatch(_bare(line)))


def _is_byline(block: str, author: str, titled: bool) -> bool:
    bare = _bare(block)
    if author and block.strip(_MARKUP).casefold() == author.casefold():
        return True
    if len(block) > _LINE_REACH or len(block.split()) > _BYLINE_WORDS:
        return False
    return bool(_BYLINE.fullmatch(bare) or (titled and _CAPITAL_BYLINE.fullmatch(bare)))


def _is_closed(block: str) -> bool:
    """Tell whether a block ends as a sentence or a part of one does."""
    end = block[-_LINE_REACH:]
    return bool(_CLOSED.search(_AFTER_CLOSED.sub("", end) or end))


def _bare(block: str) -> str:
    """Return a block without Markdown's marks around it."""
    return block.strip(" \t*_")


def _leads(block: str) -> bool:
    return bool(
        regex.search(r"(?:as follows|the following)[.:]$|[:：]$", block[-_LINE_REACH:].rstrip())
    )


def _kind(block: str, author: str, seen_title: bool, seen_paragraph: bool) -> Part:
    if author and block.strip(_MARKUP).casefold() == author.casefold():
        return "byline"
    if not seen_paragraph and _is_byline(block, author, seen_title):
        return "byline"
    if len(block) <= _LINE_REACH and _DATE.fullmatch(_bare(block)):
        return "date"
    if block.startswith(">"):
        return "quotation"
    words = len(block.split())
    capitals = block.upper() == block != block.lower()  # then a title may take several lines
    if (
        _is_closed(block)
        or words > _TITLE_WORDS
        or (regex.search(r"[\r\n]", block) and not capitals)
    ):
        return "paragraph"
    if words > _SEVERAL_SENTENCES and len(list(find_sentences(block))) > 1:
        return "paragraph"
    return "heading" if seen_title or seen_paragraph else "title"


def _whole_blocks(text: str, spans: Sequence[tuple[int, int]]) -> set[int]:
    """Return the blocks that a quotation fills, whatever marks stand around it."""
    whole: set[int] = set()
    starts = [start for start, _ in spans]
    inner = [_inner(text, low, high) for low, high in spans]
    for start, end in _quoted(text, spans):
        for i in range(bisect_right(starts, start) - 1, bisect_left(starts, end)):
            low, high = inner[i]
            if start <= low and end >= high:
                whole.add(i)
    return whole


def _inner(text: str, low: int, high: int) -> tuple[int, int]:
    """Return the span of a block without the marks that may stand around a quotation."""
    block, marks = text[low:high], _MARKUP + ".,;"
    return high - len(block.lstrip(marks)), low + len(block.rstrip(marks))


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
        first = high - len(text[low:high].lstrip(_MARKUP))
        for match in regex.finditer(r"[\"“”„«»「」]", text, pos=low, endpos=high):
            place = match.start()
            if _opens(text, low, place, text[opened] if opened >= 0 else ""):
                # A mark that opens a further block says that the quotation goes on.
                if opened < 0 or number == opened_in or place > first:
                    opened = place
                opened_in = number
            elif opened >= 0:
                if number - opened_in <= _QUOTED_BLOCKS:
                    found.append((opened, place + 1))
                opened = -1
    return [(s, e) for s, e in found if _is_said(text, s, e)]


def _opens(text: str, block_start: int, place: int, opened: str) -> bool:
    """Tell whether a mark opens a quotation; `opened` is the mark of the one that is open."""
    mark = text[place]
    if mark in _CLOSING:
        return False
    before = text[place - 1 : place] if place > block_start else ""
    outside = not before.strip() or before in _BEFORE_OPENING
    if mark == '"' and _UNSPACED.match(before):  # Chinese has no space before what opens
        return not opened
    if mark == "“" and opened:  # closes what a German „ opened
        return not before.strip()
    if mark == "«":  # closes what a German » opened
        return opened != "»"
    if mark == "»":
        return opened in ("", "»") and outside and bool(text[place + 1 : place + 2].strip())
    return mark in _OPENING or outside


def _is_said(text: str, start: int, end: int) -> bool:
    """Tell somebody's whole sentence in marks from a title, a word or a phrase in them."""
    said, lead = text[start + 1 : end - 1], text[max(0, start - _SENTENCE_REACH) : start]
    last = _last_sentence(lead)
    # Within a sentence, with a capital to every word, it is the name of a book or film.
    if regex.search(r"\w\s$", lead) and _is_name(said) and not _LEAD.match(last):
        return False
    if _WHOLE_SENTENCE.match(said):
        return True
    if not _SENTENCE_BEGINNING.match(said):
        return False
    if said.endswith(","):
        trail = _TRAIL.match(text[end : end + _SENTENCE_REACH])
        return bool(trail and not _RELATIVE.search(trail["before"] or ""))
    closed = text[end : end + 1] in (".", "!", "?", "。")
    return closed and bool(_LEAD_OF_SPEECH.search(last)) and " " in said.strip()


def _speaker(text: str, spans: Sequence[tuple[int, int]], start: int, end: int) -> str:
    """Return who speaks, as the sentence before the quotation or the one it stands in says."""
    number = bisect_right(spans, start, key=lambda span: span[0]) - 1
    low, high = spans[number]
    lead = text[max(low, start - _SENTENCE_REACH) : start].strip(_MARKUP)
    if not lead and number and _leads(text[slice(*spans[number - 1])]):
        before = spans[number - 1]
        lead = text[max(before[0], before[1] - _SENTENCE_REACH) : before[1]]
    named = _LEAD.match(_last_sentence(lead))
    if named and (_leads(lead) or not ends_sentence(lead)):
        return _name(named["who"])
    trail = _TRAIL.match(text[end : max(end, min(high, end + _SENTENCE_REACH))])
    return _name(trail["after"] or trail["before"]) if trail else ""


def _last_sentence(lead: str) -> str:
    """Return the last sentence before a quotation; most begin near the end, which saves time."""
    near = lead[-_NEAR:]
    found = list(find_sentences(near))
    if near != lead and not (found and found[-1][0] > _NEAR // 4):  # it may begin further ahead
        near, found = lead, list(find_sentences(lead))
    return near[slice(*found[-1])] if found else ""


def _is_name(said: str) -> bool:
    words = regex.findall(r"[\p{L}\p{M}'’-]+", said)
    long = [word for word in words if len(word) > _SMALL_WORD_LETTERS]
    return len(words) > 1 and len(words) <= _SPEAKER_WORDS and all(w[0].isupper() for w in long)


def _name(who: str) -> str:
    """Return the speaker out of what stands before the verb, without asides and adverbials."""
    pieces = [piece.strip() for piece in " ".join(who.split()).split(",") if piece.strip()]
    if len(pieces) > 1 and _ADVERBIAL.match(pieces[0]):
        pieces = pieces[1:]
    name = pieces[0].strip(_MARKUP + "—–-") if pieces else ""
    return name if len(name.split()) <= _SPEAKER_WORDS else ""
