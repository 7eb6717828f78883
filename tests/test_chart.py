"""The chart of the workbench: its rows, its scale, and what it says in words."""

import re
from dataclasses import replace

import numpy as np
import pytest

from rhetorica.widgets.chart import Bar, chart_html, summary
from support.bench import table_rows
from support.nasty import NASTY

# --- the chart


def bar(
    label: str, hits: int, rate: float, low: float, high: float, before: float | None = None
) -> Bar:
    return Bar(label, hits, 1000, rate, low, high, False, np.linspace(0, 1, hits), before)


SUMMARIES = [
    ([], "X: no hit in these texts."),
    ([bar("A", 0, 0, 0, 4)], "X: no hit in these texts."),
    ([bar("A", 0, 0, 0, 4), bar("B", 0, 0, 0, 3)], "X: no hit in these texts."),
    ([bar("A", 5, 5, 2, 11)], "X: 5 per 1,000 words in “A”."),
    # 22 > 11: the intervals stand apart
    ([bar("B", 5, 5, 2, 11), bar("A", 30, 30, 22, 39)],
     "X: most in “A”, 30 per 1,000 words. Its interval lies above those of all other texts."),
    # they touch
    ([bar("A", 30, 30, 22, 39), bar("B", 15, 15, 9, 22)],
     "X: most in “A”, 30 per 1,000 words. Its interval overlaps with that of “B”: that may "
     "be chance."),
    # B stands apart, C overlaps
    ([bar("A", 30, 30, 22, 39), bar("B", 15, 15, 9, 21), bar("C", 20, 20, 12, 29)],
     "X: most in “A”, 30 per 1,000 words. Its interval overlaps with that of “C”: that may "
     "be chance."),
    # a tie: the first of the study
    ([bar("A", 1, 1, 0, 5), bar("B", 1, 1, 0, 5)],
     "X: most in “A”, 1.0 per 1,000 words. Its interval overlaps with that of “B”: that may "
     "be chance."),
    ([bar("A", 9, 9, 4, 17), *(bar(name, 5, 5, 2, 11) for name in "BCDEF")],
     "X: most in “A”, 9.0 per 1,000 words. Its interval overlaps with that of “B”, “C”, “D” and 2 "
     "more: that may be chance."),
]  # fmt: skip


@pytest.mark.parametrize(("bars", "said"), SUMMARIES)
def test_the_summary_claims_what_intervals_allow(bars: list[Bar], said: str) -> None:
    plain = re.sub(r"(\d)\.0 per", r"\1 per", said)
    assert re.sub(r"(\d)\.0 per", r"\1 per", summary(bars, "X")) == plain
    assert escaped(summary(bars, "X")) in chart_html(bars, "X")


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def test_the_rows_of_the_chart() -> None:
    bars = [bar("B", 5, 5.04, 2, 11.06), bar("A", 1234, 30, 22, 39, before=12.34),
            bar("C", 0, 0, 0, 3.7), bar("D", 5, 5.04, 2, 11.06, before=5.04)]  # fmt: skip
    html = chart_html(bars, "X")
    assert table_rows(html) == [
        ["A", "1,234", "12.3 → 30.0 (22.0–39.0)"],
        ["B", "5", "5.0 (2.0–11.1)"],
        ["D", "5", "5.0 (2.0–11.1)"],
        ["C", "0", "0.0 (0.0–3.7)"],
    ]
    assert html.count("<rect x='0'") == 4
    assert html.count("width='8'") == 1  # the one rate that was another before
    assert "0 to 39" in html


def numbers(html: str, pattern: str) -> list[float]:
    return [float(number) for number in re.findall(pattern, html)]


def test_the_scale_of_the_chart() -> None:
    html = chart_html([bar("A", 2, 10, 5, 20, before=20), bar("B", 1, 5, 0, 10)], "X")
    # 6 pixels at both ends, 188 between: 20 per 1,000 words are at 194.
    assert numbers(html, r"<circle cx='([\d.]+)'") == [100, 53]
    assert numbers(html, r"x1='([\d.]+)' x2='[\d.]+' y1='10.0' y2='10.0'") == [53, 6]
    assert numbers(html, r"x2='([\d.]+)' y1='10.0'") == [194, 100]
    assert numbers(html, r"<rect x='([\d.]+)' y='[\d.]+' width='8'") == [190]
    before = chart_html([bar("A", 2, 10, 5, 20, before=40)], "X")
    assert numbers(before, r"<circle cx='([\d.]+)'") == [53]
    small = chart_html([bar("A", 0, 0, 0, 0.5)], "X")
    assert numbers(small, r"x2='([\d.]+)' y1='10.0'") == [100]  # 0 to 1 at least


def test_the_strip_of_the_chart() -> None:
    places = np.array([0.0, 0.001, 0.5, 0.5, 1.0])
    html = chart_html([replace(bar("A", 5, 5, 2, 11), places=places)], "X")
    assert re.findall(r"<path d='([^']*)'", html) == ["M0.5 2v16M149.5 2v16M299.5 2v16"]
    nowhere = chart_html([bar("A", 0, 0, 0, 3)], "X")
    assert re.findall(r"<path d='([^']*)'", nowhere) == [""]


def test_an_interval_on_little_is_broken() -> None:
    sure = bar("A", 30, 30, 22, 39)
    assert "stroke-dasharray" not in chart_html([sure], "X")
    assert "stroke-dasharray" in chart_html([replace(sure, uncertain=True)], "X")


def test_labels_are_escaped() -> None:
    tags = chart_html([bar("A", 3, 5, 2, 11), bar("B", 1, 1, 0, 3)], "X").count("<")
    for text in NASTY:
        html = chart_html([bar(text, 3, 5, 2, 11), bar("B", 1, 1, 0, 3)], text)
        assert html.count("<") == tags
        assert html.count('"') == 0


def test_many_texts_make_no_huge_page() -> None:
    bars = [bar(f"Text {i}", 3000, 5, 2, 11, before=3) for i in range(200)]
    assert len(chart_html(bars, "X").encode()) < 200 * 5_000
    few = [bar(f"Text {i}", 3, 5, 2, 11, before=3) for i in range(200)]
    assert len(chart_html(few, "X").encode()) < 200 * 1_500


def test_a_short_text_is_marked_and_named() -> None:
    short = replace(bar("A", 3, 30, 10, 70), short=True, words=100)
    bars = [short, bar("B", 5, 5, 2, 11)]
    said = summary(bars, "X")
    assert said.startswith("X: most in “A”, 30 per 1,000 words, a short text (100 words). Its ")
    assert chart_html(bars, "X").count("rhetorica-short") == 1
