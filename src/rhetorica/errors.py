"""What a person is told when something is wrong: what, where, and what to do about it."""

import difflib
import re
from collections.abc import Iterable


class RhetoricaError(Exception):
    """A mistake that a person can mend.

    The command line prints it as one message and exits with code 1. IPython asks an
    exception for ``_render_traceback_`` before it prints one, so a notebook shows the
    same message without a traceback.

    A message quotes names, values and texts that anybody may have written. It is kept as one
    paragraph without control characters, and what is far too long is cut in its middle.
    """

    def __init__(self, message: str = "") -> None:
        super().__init__(shortened(on_one_line(message)))

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


class StudyError(RhetoricaError):
    """The study file is missing, malformed, or says something that cannot be."""


class ParameterError(RhetoricaError):
    """A parameter has an unknown name, the wrong type or an impossible value."""


class SourceError(RhetoricaError):
    """A raw text is missing, changed, empty, binary or cannot be decoded."""


class ErrataError(RhetoricaError):
    """The errata file is malformed, or an erratum does not stand once in its text."""


class LexiconError(RhetoricaError):
    """The lexicon file is missing, malformed, or has an entry that cannot match."""


class AnnotationError(RhetoricaError):
    """The labelled sentences are malformed, or name a sentence that is not in its text."""


class CountsError(RhetoricaError):
    """Counts were asked for something that has no meaning, such as weighting twice."""


class NothingToShow(RhetoricaError):
    """The question has no answer on these texts, for instance a comparison of one text."""


class OutputError(RhetoricaError):
    """An output folder or file cannot be written."""


class NotebookError(RhetoricaError):
    """A notebook is missing, has no parameters cell, or a cell of it failed; may have lines."""

    def __init__(self, message: str = "") -> None:
        Exception.__init__(self, shortened(harmless(message)))


def nearest(name: str, known: Iterable[str]) -> str:
    """Return `` Did you mean 'x'?`` for the known name closest to `name`, else an empty string.

    >>> nearest("n_topicz", ["n_topics", "n_terms"])
    " Did you mean 'n_topics'?"
    >>> nearest("zzz", ["n_topics"])
    ''
    """
    by_folded = {candidate.casefold(): candidate for candidate in known}
    found = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.5)
    return f" Did you mean '{by_folded[found[0]]}'?" if found else ""


def listing(names: Iterable[str], limit: int = 12) -> str:
    """Join names for a message, quoting each and cutting a long list.

    >>> listing(["a", "b"])
    "'a', 'b'"
    >>> listing(["a", "b", "c"], limit=2)
    "'a', 'b' and 1 more"
    """
    quoted = [f"'{name}'" for name in names]
    shown = ", ".join(quoted[:limit])
    rest = len(quoted) - limit
    return f"{shown} and {rest} more" if rest > 0 else shown


def plural(count: int, noun: str) -> str:
    """Return a count with its noun.

    >>> plural(1, "text"), plural(1200, "word")
    ('1 text', '1,200 words')
    """
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


# Control characters, line ends and tabs aside; marks that turn the direction of writing, line
# ends that only some programs know, and halves of characters.
_UNSAFE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_LINE_END = re.compile(r"[\t\n]")
_MESSAGE_LIMIT = 2000  # characters; no message of ours has half as many without what it quotes


def harmless(text: str) -> str:
    r"""Write control characters so that a terminal shows them and does not obey them.

    >>> print(harmless("red: \x1b[31m"))
    red: \x1b[31m
    """
    return _UNSAFE.sub(_escaped, text)


def on_one_line(text: str) -> str:
    r"""Write line ends and tabs, too, so that a name with one cannot pass for a line of ours.

    >>> print(on_one_line("a\nb"))
    a\nb
    """
    return _LINE_END.sub(_escaped, harmless(text))


def shortened(text: str, limit: int = _MESSAGE_LIMIT) -> str:
    """Cut out the middle of a text that is longer than `limit`, and say so.

    >>> shortened("a" * 30, 20)
    'aaaaaaaaaa […] aaaaa'
    """
    if len(text) <= limit:
        return text
    head = limit // 2
    return f"{text[:head]} […] {text[len(text) - (limit - head - 5) :]}"


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()
