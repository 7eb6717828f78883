"""Findings: a tidy table with what it says, how it was computed and over how much."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rhetorica import cards
from rhetorica.cells import CsvText, guarded
from rhetorica.errors import NothingToShow, plural

if TYPE_CHECKING:
    import pandas as pd

# Digits written: more than any figure shows, fewer than differ between processors.
SIGNIFICANT_DIGITS = 6
# Up to so many texts a figure of rates or shares has a column of dots with intervals for each;
# beyond, a row of shaded fields. Caption and drawing must say the same.
DOTTED_TEXTS = 6
_COLUMNS_SHOWN = 10  # in a notebook


@dataclass(frozen=True, eq=False)
class Finding:
    """An answer as a tidy frame, and all that a reader needs to trust or doubt it.

    `title` is the finding in words, `reading` says what to see, `formula` how it was computed,
    `scope` what the intervals cover (empty if there are none), `basis` which words of the texts
    were counted, `alt` what the figure shows to somebody who cannot see it. `tables` are further
    tables that are saved with it, by their names. Showing or saving a finding never changes it.
    """

    name: str
    title: str
    frame: "pd.DataFrame"
    unit: str
    reading: str
    formula: str
    alt: str
    scope: str = ""
    notes: tuple[str, ...] = ()
    parameters: Mapping[str, object] | None = None
    basis: str = ""
    tables: Mapping[str, "pd.DataFrame"] = field(default_factory=dict)

    def __repr__(self) -> str:
        rows = plural(len(self.frame), "row")
        return f"<Finding '{cards.brief(self.name)}': {cards.brief(self.title, 120)} ({rows})>"

    def _repr_html_(self) -> str:
        from pandas.api.types import is_bool_dtype, is_numeric_dtype

        # By place, for two columns may have one name.
        frame = self.frame.iloc[:, :_COLUMNS_SHOWN]
        numeric = [is_numeric_dtype(kind) and not is_bool_dtype(kind) for kind in frame.dtypes]
        first = frame.head(cards.ROWS + cards.FOLDED).itertuples(index=False)
        columns = [cards.brief(str(name)) for name in frame.columns]
        more = self.frame.shape[1] - len(columns)
        tables = ", ".join(self.tables)
        return cards.card(
            f"Finding {self.name}",
            self.title,
            [
                plural(len(self.frame), "row"),
                f"{plural(more, 'more column')} in its frame" if more > 0 else "",
                f"further tables: {tables}" if tables else "",
            ],
            cards.paragraph(self.reading),
            cards.long_table(columns, first, numeric, len(self.frame)),
            cards.folded(
                "How it is counted, and what to doubt", cards.paragraph(formula_card(self), 5000)
            ),
        )


def caption(finding: Finding) -> str:
    """Return the caption: what to see, how computed, over what, what intervals cover, doubts."""
    return f"{finding.reading} {formula_card(finding)}"


def formula_card(finding: Finding) -> str:
    """Return the caption without what to see: unit, formula, what was counted, scope, doubts."""
    parts = [f"Unit: {finding.unit}.", f"Formula: {finding.formula}."]
    parts += [text for text in (finding.basis, finding.scope) if text]
    return " ".join([*parts, *finding.notes])


def table(frame: "pd.DataFrame") -> bytes:
    """Return a frame as csv, numbers with six significant digits, lines ended by a line feed.

    A text in it is written so that no spreadsheet takes it for a formula.
    """
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    written = {
        str(name): column
        if is_numeric_dtype(column) or is_bool_dtype(column)
        else column.astype(object).map(_as_cell)
        for name, column in frame.items()
    }
    safe = frame.assign(**written).rename(columns=_as_cell)
    buffer = CsvText(newline="")
    safe.to_csv(buffer, index=False, float_format=f"%.{SIGNIFICANT_DIGITS}g", lineterminator="\r\n")
    return buffer.getvalue().encode("utf-8")


def _as_cell(value: object) -> object:
    return guarded(value) if isinstance(value, str) else value


def record(finding: Finding) -> bytes:
    """Return what a finding says of itself as json: title, caption, alt text, formula and more."""
    content = {
        "name": finding.name,
        "title": finding.title,
        "caption": caption(finding),
        "alt": finding.alt,
        "unit": finding.unit,
        "formula": finding.formula,
        "basis": finding.basis,
        "scope": finding.scope,
        "notes": list(finding.notes),
        "parameters": dict(finding.parameters or {}),
    }
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode("utf-8")


def amount(value: float) -> str:
    """Write an amount without decimals, unless it would be none at all.

    >>> amount(33.6), amount(0.04), amount(0)
    ('34', '0.04', '0')
    """
    return f"{value:.0f}" if value >= 1 or not value else f"{value:.1g}"


def percent(share: float) -> str:
    """Write a share in percent, with what decimals it needs.

    >>> percent(0.95), percent(0.999), percent(1 - 0.95)
    ('95%', '99.9%', '5%')
    """
    return f"{round(100 * share, 6):g}%"


def require_texts(count: int, what: str) -> None:
    """Raise :class:`NothingToShow` where a comparison has fewer than two texts."""
    if count < 2:
        raise NothingToShow(
            f"With one text there is nothing to compare: {what} needs at least two. "
            "Add texts to the study, or name more in the parameter 'texts'."
        )


def nothing_record(name: str, reason: str) -> bytes:
    """Return the json that stands in place of a figure which these texts cannot give."""
    content = {"name": name, "nothing_to_show": reason}
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode("utf-8")
