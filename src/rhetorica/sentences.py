"""Where the sentences of a block begin and end."""

from collections.abc import Iterator

import regex

# A sentence ends at a mark that white space follows, unless a small letter goes on.
_BREAK = regex.compile(
    r"(?<![.!?…。！？؟।])[.!?…。！？؟।]++[\"'’”)\]}»«」』）*_]*+\s++(?!\p{Ll})"
    # Chinese and Japanese put no space between sentences.
    r"|(?<![。！？])[。！？]++[’”)\]}»」』）]*+(?![\s\"]|$)"
)
_REACH = 40  # characters: what ends no sentence is shorter
# Full stops that end no sentence: initials and letters with stops (U.S.), the usual titles,
# and a number that opens a block or sentence, as "3." before a heading does.
_NO_BREAK = regex.compile(
    r"(?:^|[\s(\"'“‘])(?:(?:\p{Lu}\.)*\p{Lu}|Mr|Mrs|Ms|Messrs|Dr|Prof|St|Gen|Lt|Capt|Maj|Col|Sgt"
    r"|Sen|Rep|Gov|Hon|Rev|Jr|ed|eds|cf|vs|e\.g|i\.e|etc|viz|a\.m|p\.m)\.$|^\(?\d{1,3}\.$"
)
# These end no sentence where a number follows: "No. 3", "Sect. 2", "Oct. 10".
_BEFORE_NUMBER = regex.compile(
    r"(?:^|[\s(\"'“‘])(?:No|Nos|Vol|vol|pp?|P|Art|art|Sect?|sect?|Ch|ch|Fig|fig|ca?"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.$"
)


def find_sentences(block: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each sentence of a block, without the white space between.

    A full stop after an initial, a title such as ``Dr.`` or a number that opens a heading ends
    no sentence, nor does a mark that a small letter follows (``unite!" should``).

    >>> text = 'It rained. "Unite!" should be heard. See P.19 of it.'
    >>> [text[start:end] for start, end in find_sentences(text)]
    ['It rained.', '"Unite!" should be heard.', 'See P.19 of it.']
    """
    start = 0
    for match in _BREAK.finditer(block):
        end = match.start() + len(match.group().rstrip())
        # A letter stands for what is cut off: it must not look like the start of a sentence.
        said = block[start:end] if end - start <= _REACH else f"x{block[end - _REACH : end]}"
        if _NO_BREAK.search(said):
            continue
        if _BEFORE_NUMBER.search(said) and block[match.end() : match.end() + 1].isdigit():
            continue
        yield start, end
        start = match.end()
    if block[start:].strip():
        yield start, len(block.rstrip())
