"""The apparatus: every difference between a raw text and its edition, where it is and why."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import regex

from rhetorica.edition import Edition, raw_lines
from rhetorica.errata import Erratum
from rhetorica.rules import RULES

_AROUND = 30  # characters of the edition shown on either side of a change


class Entry(NamedTuple):
    r"""One change: where it stands in the raw text, both readings, what made it and why.

    `raw_line` and `raw_column` count from 1. In the readings, what cannot be seen is written as
    in Python (``\\n`` a line end, ``\\xa0`` a no-break space), so that ``raw_reading`` read back
    is the very text. `context` is the edition around the edited reading, which stands in it
    between brackets.
    """

    document: str
    raw_line: int
    raw_column: int
    raw_reading: str
    edited_reading: str
    rule: str
    kind: str
    certainty: str
    reason: str
    context: str


COLUMNS = Entry._fields


def list_changes(edition: Edition, errata: Iterable[Erratum]) -> list[Entry]:
    """Return the apparatus of one text in the order of the raw text, one entry an edit.

    `rule` names the cleaning rules, joined by " + " where several had a part, or the file and
    line of the erratum. `kind`, `certainty` and `reason` are those of the erratum where there is
    one; a rule has neither kind nor certainty.
    """
    by_name = {erratum.name: erratum for erratum in errata}
    raw_starts = np.array([edit.raw_start for edit in edition.edits], dtype=np.int64)
    lines = raw_lines(edition, raw_starts)
    line_starts = [0, *(match.end() for match in regex.finditer(r"\r\n?|\n", edition.raw))]
    entries = []
    shift = 0  # how much longer the edition is than the raw text, up to here
    for edit, line in zip(edition.edits, lines.tolist(), strict=True):
        start = edit.raw_start + shift
        shift += len(edit.replacement) - (edit.raw_end - edit.raw_start)
        erratum = next((by_name[name] for name in edit.rules if name in by_name), None)
        entries.append(
            Entry(
                document=edition.document_id,
                raw_line=line,
                raw_column=edit.raw_start - line_starts[line - 1] + 1,
                raw_reading=visible(edition.raw[edit.raw_start : edit.raw_end]),
                edited_reading=visible(edit.replacement),
                rule=" + ".join(edit.rules),
                kind=erratum.kind if erratum else "",
                certainty=erratum.certainty if erratum else "",
                reason=erratum.reason if erratum else _reasons(edit.rules),
                context=_context(edition.text, start, start + len(edit.replacement)),
            )
        )
    return entries


def _reasons(rules: Iterable[str]) -> str:
    return " ".join(rule.reason for rule in RULES if rule.name in rules)


def visible(text: str) -> str:
    r"""Write what cannot be seen as Python does; what can be seen, and plain spaces, stay.

    >>> print(visible("duties.\u00a0\nThe “end”"))
    duties.\xa0\nThe “end”
    """
    return regex.sub(r"\p{C}|[^\P{Z} ]|\\", lambda m: m[0].encode("unicode_escape").decode(), text)


def _context(text: str, start: int, end: int) -> str:
    """Return the text around a span, cut at whole words, the span in brackets."""
    before = text[max(start - _AROUND, 0) : start]
    after = text[end : end + _AROUND]
    if start > _AROUND:  # without a space there are no whole words to keep
        before = "…" + before[before.find(" ") + 1 :]
    if end + _AROUND < len(text):
        after = (after[: after.rfind(" ")] if " " in after.strip() else after).rstrip() + "…"
    return visible(f"{before}[{text[start:end]}]{after}")
