"""The chart of the workbench: how often each text has what is looked for, and where in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from rhetorica.findings import amount

_WIDTH, _ROW = 200, 20  # pixels of the scale of rates, and of a row
_STRIP = 300  # pixels of a text from its beginning to its end: as many places can be told apart
_ACCENT = "var(--jp-brand-color1, #1976d2)"
_INK = "var(--jp-ui-font-color1, #222)"
_PALE = "var(--jp-layout-color2, #e4e4e4)"
_LINE = "var(--jp-border-color1, #bbb)"


@dataclass(frozen=True, eq=False)
class Bar:
    """What the chart shows of one text.

    `rate`, `low` and `high` are per 1,000 words; `places` are shares of the text, from 0 to 1.
    `uncertain`: the interval rests on few hits or paragraphs. `before` is the rate without the
    edits of the lexicon, if there are any. `short`: of so few words that a hit more or less
    changes much.
    """

    label: str
    hits: int
    words: int
    rate: float
    low: float
    high: float
    uncertain: bool
    places: NDArray[np.float64]
    before: float | None = None
    short: bool = False


def chart_html(bars: Sequence[Bar], what: str) -> str:
    """Return the chart as html: a row a text, the highest rate first.

    Dot and line are the rate and its interval, a hollow square the rate before the edits; in the
    strip every hit stands where it stands in the text.
    """
    ranked = sorted(bars, key=lambda bar: -bar.rate)
    limit = max([bar.high for bar in ranked] + [bar.before or 0.0 for bar in ranked] + [1.0])
    edited = any(bar.before is not None for bar in ranked)
    head = (
        "<tr><th>text</th><th style='text-align:right'>hits</th>"
        "<th style='text-align:right'>per 1,000 words</th>"
        f"<th>{'now ●, before □' if edited else 'rate ● and interval'}, 0 to {amount(limit)}</th>"
        "<th>places in the text, left to right</th></tr>"
    )
    rows = "".join(_row(bar, limit) for bar in ranked)
    return (
        "<div class='rhetorica-chart mathjax_ignore tex2jax_ignore'>"
        f"<p role='status' aria-live='polite'><b>{escape(summary(ranked, what))}</b></p>"
        "<div class='rhetorica-scroll' tabindex='0' role='region' aria-label='Rates by text'>"
        f"<table><thead>{head}</thead><tbody>{rows}</tbody></table></div></div>"
    )


def summary(bars: Sequence[Bar], what: str) -> str:
    """Say in words which text has the highest rate, as surely as the intervals allow.

    >>> places = np.zeros(0)
    >>> one = Bar("A", 30, 1000, 30.0, 22.0, 39.0, False, places)
    >>> summary([one, Bar("B", 5, 1000, 5.0, 2.0, 11.0, True, places)], "Unity")
    'Unity: most in “A”, 30 per 1,000 words. Its interval lies above those of all other texts.'
    """
    ranked = sorted(bars, key=lambda bar: -bar.rate)
    if not ranked or not ranked[0].hits:
        return f"{what}: no hit in these texts."
    top = ranked[0]
    said = f"{what}: most in “{top.label}”, {amount(top.rate)} per 1,000 words"
    said += f", a short text ({top.words:,} words)" if top.short else ""
    if len(ranked) == 1:
        return f"{what}: {amount(top.rate)} per 1,000 words in “{top.label}”."
    close = [bar.label for bar in ranked[1:] if bar.high >= top.low]
    if not close:
        return f"{said}. Its interval lies above those of all other texts."
    named = ", ".join(f"“{label}”" for label in close[:3])
    more = f" and {len(close) - 3} more" if len(close) > 3 else ""
    return f"{said}. Its interval overlaps with that of {named}{more}: that may be chance."


def _row(bar: Bar, limit: float) -> str:
    number = f"{bar.rate:.1f} <small>({bar.low:.1f}–{bar.high:.1f})</small>"
    if bar.before is not None and round(bar.before, 1) != round(bar.rate, 1):
        number = f"<small>{bar.before:.1f} →</small> {number}"
    mark = " class='rhetorica-short'" if bar.short else ""
    return (
        f"<tr><td{mark}>{escape(bar.label)}</td>"
        f"<td style='text-align:right'>{bar.hits:,}</td>"
        f"<td style='text-align:right; white-space:nowrap'>{number}</td>"
        f"<td>{_scale(bar, limit)}</td><td>{_strip(bar.places)}</td></tr>"
    )


def _scale(bar: Bar, limit: float) -> str:
    """Draw the rate on its scale, the interval broken where it rests on little."""
    low, high, dot = (6 + (_WIDTH - 12) * value / limit for value in (bar.low, bar.high, bar.rate))
    middle = _ROW / 2
    dash = " stroke-dasharray='4 3'" if bar.uncertain else ""
    fill = _ACCENT if bar.hits else "none"
    before = ""
    if bar.before is not None and bar.before != bar.rate:
        at = 6 + (_WIDTH - 12) * bar.before / limit
        before = (
            f"<rect x='{at - 4:.1f}' y='{middle - 4}' width='8' height='8' fill='none' "
            f"style='stroke:{_INK}'/>"
        )
    return (
        f"<svg width='{_WIDTH}' height='{_ROW}' aria-hidden='true'>"
        f"<line x1='6' x2='{_WIDTH - 6}' y1='{_ROW - 1}' y2='{_ROW - 1}' style='stroke:{_LINE}'/>"
        f"<line x1='{low:.1f}' x2='{high:.1f}' y1='{middle}' y2='{middle}' "
        f"style='stroke:{_ACCENT}; stroke-width:2'{dash}/>{before}"
        f"<circle cx='{dot:.1f}' cy='{middle}' r='4' style='fill:{fill}; stroke:{_ACCENT}'/></svg>"
    )


def _strip(places: NDArray[np.float64]) -> str:
    """Draw a stroke for each pixel of the strip that has a hit: many hits make no longer page."""
    pixels = np.unique((np.clip(places, 0, 1) * (_STRIP - 1)).astype(np.int64)).tolist()
    strokes = "".join(f"M{x}.5 2v{_ROW - 4}" for x in pixels)
    return (
        f"<svg class='rhetorica-strip' viewBox='0 0 {_STRIP} {_ROW}' height='{_ROW}' "
        "preserveAspectRatio='none' aria-hidden='true'>"
        f"<rect x='0' y='2' width='{_STRIP}' height='{_ROW - 4}' style='fill:{_PALE}'/>"
        f"<path d='{strokes}' vector-effect='non-scaling-stroke' "
        f"style='stroke:{_ACCENT}; stroke-width:1.5'/></svg>"
    )
