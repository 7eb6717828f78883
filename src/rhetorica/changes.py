"""What every cleaning rule is made of: the spans of a text that should read otherwise."""

from collections.abc import Callable, Iterator

import regex

Change = tuple[int, int, str]
"""Start, end and the replacement of one span of the text a rule looked at."""

_TERMINAL = ".!?:;…。！？؟।"  # marks after which a block may end (those of other scripts too)
CLOSING = "\"')]}’”»"  # marks that may follow a terminal mark
_SENTENCE_END = regex.compile(rf"[{_TERMINAL}][{regex.escape(CLOSING)}]*$")


def replacing(pattern: str, replacement: str) -> Callable[[str], Iterator[Change]]:
    """Return a function that finds every match of `pattern` which reads otherwise."""
    compiled = regex.compile(pattern, regex.MULTILINE)

    def find(text: str) -> Iterator[Change]:
        """Yield every match that reads otherwise than its replacement."""
        for match in compiled.finditer(text):
            if match.group() != replacement:
                yield match.start(), match.end(), replacement

    return find


def ends_sentence(text: str) -> bool:
    """Tell whether a line or block ends with the end of a sentence, closing marks aside.

    >>> ends_sentence('People, unite!"'), ends_sentence("though the")
    (True, False)
    """
    return bool(_SENTENCE_END.search(text.rstrip()))
