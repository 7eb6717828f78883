"""Neighbours: the nearest texts are those of brute force, whatever the blocks and the ties."""

from pathlib import Path

import numpy as np
import pytest

from rhetorica import neighbours
from rhetorica.corpus import Corpus
from rhetorica.likeness import likeness, yardstick_of
from rhetorica.measures import MEASURES, MeasureName
from rhetorica.neighbours import nearest_texts
from support import corpus_of

WORDS = ["red", "blue", "green", "gold", "grey", "pink", "black", "white", "brown", "plum"]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Twenty-three texts, three of them the same."""
    random = np.random.default_rng(4)
    texts = {f"t{i:02}": " ".join(random.choice(WORDS, 9)) + "." for i in range(23)}
    texts |= {"t07": texts["t02"], "t19": texts["t02"]}
    return corpus_of(tmp_path_factory.mktemp("neighbours"), texts)


@pytest.mark.parametrize("block", [1, 4, 23, 256])
@pytest.mark.parametrize("number", [1, 5, 22])
@pytest.mark.parametrize("name", list(MEASURES))
def test_neighbours_are_those_of_brute_force(
    monkeypatch: pytest.MonkeyPatch, corpus: Corpus, name: MeasureName, number: int, block: int
) -> None:
    monkeypatch.setattr(neighbours, "_BLOCK", block)
    yardstick = yardstick_of(corpus, name)
    found, values = nearest_texts(yardstick, number)
    texts = len(corpus.sources)
    for text in range(texts):
        own = likeness(yardstick, np.full(texts, text), np.arange(texts)).round(9)
        near = yardstick.measure.nearness(own)
        # The nearest first; of equals, the one that comes first in the study.
        order = sorted((other for other in range(texts) if other != text),
                       key=lambda other: (-near[other], other))[:number]  # fmt: skip
        assert found[text].tolist() == order
        np.testing.assert_array_equal(values[text], own[order])


def test_a_text_has_no_more_neighbours_than_there_are(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, {"a": "Red sky.", "b": "Red sea.", "c": "Blue sea."})
    found, values = nearest_texts(yardstick_of(corpus, "cosine_rates"), 50)
    assert found.tolist() == [[1, 2], [0, 2], [1, 0]]
    np.testing.assert_allclose(values, [[0.5, 0], [0.5, 0.5], [0.5, 0]])
