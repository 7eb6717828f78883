"""Resampling and what a finding writes of itself."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rhetorica.corpus import Corpus
from rhetorica.findings import Finding, caption, nothing_record, record, table
from rhetorica.overview import corpus_overview
from rhetorica.resampling import draw_weights, generator, kept_weights, ratio_interval
from rhetorica.rhetoric import rhetoric_rates
from rhetorica.topics import topic_shares
from support import corpus_of

FINDING = Finding(
    name="made_up",
    title="A is more than b",
    frame=pd.DataFrame({"label": ["a", "b, c"], "value": [1 / 3, 123456.789]}),
    unit="things",
    reading="See a.",
    formula="a / b",
    alt="Two bars.",
    scope="Interval: none.",
    notes=("Doubt it.",),
    parameters={"texts": ("a",), "seed": 1},
)


def test_table_has_six_digits_and_line_feeds() -> None:
    assert table(FINDING.frame) == b'label,value\na,0.333333\n"b, c",123457\n'


def test_caption_says_what_how_and_what_to_doubt() -> None:
    assert caption(FINDING) == "See a. Unit: things. Formula: a / b. Interval: none. Doubt it."


def test_record_can_be_read_back() -> None:
    said = json.loads(record(FINDING))
    assert said["title"] == FINDING.title
    assert said["parameters"] == {"texts": ["a"], "seed": 1}
    assert said["caption"] == caption(FINDING)


def test_nothing_is_said_to_be_nothing() -> None:
    said = json.loads(nothing_record("made_up", "Because."))
    assert said == {"name": "made_up", "nothing_to_show": "Because."}


def test_writing_changes_no_finding() -> None:
    before = FINDING.frame.copy()
    table(FINDING.frame)
    record(FINDING)
    assert FINDING.frame.equals(before)


def test_streams_are_named() -> None:
    draws = {names: generator(1, *names).integers(2**62) for names in [("a",), ("b",), ("a", "b")]}
    assert len(set(draws.values())) == 3
    assert generator(1, "a").integers(2**62) == draws["a",]
    assert generator(2, "a").integers(2**62) != draws["a",]


def test_weights_draw_as_many_units_as_there_are() -> None:
    weights = draw_weights(7, 50, generator(1, "x"))
    assert weights.shape == (50, 7)
    assert (weights.sum(axis=1) == 7).all()


def test_interval_agrees_with_drawing_units_one_by_one() -> None:
    random = np.random.default_rng(3)
    hits = random.poisson(2, (30, 2)).astype(float)
    words = random.integers(20, 120, 30).astype(float)
    low, high = ratio_interval(hits, words, 0.9, partial(kept_weights, len(words), 20_000, 1, "x"))
    slow = []
    for _ in range(20_000):
        chosen = random.integers(0, 30, 30)
        slow.append(hits[chosen].sum(axis=0) / words[chosen].sum())
    expected = np.quantile(slow, [0.05, 0.95], axis=0)
    np.testing.assert_allclose([low, high], expected, rtol=0.02)


def test_few_units_give_no_interval() -> None:
    low, high = ratio_interval(
        np.ones((4, 2)), np.ones(4), 0.95, partial(kept_weights, 4, 100, 1, "x")
    )
    assert np.isnan(low).all()
    assert np.isnan(high).all()


def test_equal_units_leave_no_doubt() -> None:
    low, high = ratio_interval(
        np.full((6, 1), 2.0), np.full(6, 8.0), 0.95, partial(kept_weights, 6, 100, 1, "x")
    )
    assert low == pytest.approx([0.25])
    assert high == pytest.approx([0.25])


@pytest.mark.parametrize(("count", "mark"), [(6, "Dots"), (7, "Shaded fields")])
@pytest.mark.parametrize("find", [rhetoric_rates, topic_shares])
def test_caption_and_alternative_text_say_what_is_drawn(
    tmp_path: Path, find: Callable[[Corpus], Finding], count: int, mark: str
) -> None:
    text = "The party unites people.\n\nPeople struggle for unity.\n\nThe world is independent."
    texts = {f"t{i}": f"{text} Number {i}." for i in range(count)}
    finding = find(corpus_of(tmp_path, texts, n_topics=2, n_draws=100, min_count=1))
    assert finding.alt.startswith(mark)
    assert ("A dot is" in finding.reading) == (mark == "Dots")
    assert ("the darker" in finding.reading) == (mark != "Dots")


def test_long_alternative_texts_say_how_many_are_not_named(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, {f"t{i:02}": f"The party {i} unites." for i in range(14)})
    assert corpus_overview(corpus).alt.endswith("; and 2 more texts.")
    assert rhetoric_rates(corpus).alt.endswith("; and 2 more texts.")
