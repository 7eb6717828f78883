"""What exploring leans on: a study with other parameters, and draws that are kept."""

import re
from pathlib import Path

import numpy as np
import pytest

from rhetorica import add_pattern, vary
from rhetorica.corpus import Corpus, read_corpus, with_parameters
from rhetorica.errors import ParameterError
from rhetorica.parameters import PARAMETER_NAMES, check_parameters
from rhetorica.resampling import draw_weights, generator, kept_weights
from rhetorica.study import load_study, study_with
from support.bench import LEXICON, make


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return make(tmp_path / "made")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """A corpus of which no file is changed."""
    return make(tmp_path_factory.mktemp("shared"))


# --- what it leans on: the same study with other parameters, and draws that are kept

# A value for every parameter that is not the default.
OTHER_VALUES: dict[str, object] = {
    "texts": "two, one", "level": "raw", "parts": "paragraph", "seed": 2, "lowercase": False,
    "lemmas": "english", "stop_words": "none", "leave_out": "party", "longest_phrase": 1,
    "rank_by": "g2", "contrast_tf": "log", "contrast_idf": "smooth", "similarity_idf": "plain",
    "measure": "shingles", "frequent_words": 50, "shingle_words": 2, "neighbours": 3,
    "n_terms": 3, "min_count": 3, "n_topics": 2, "max_topics": 4, "topic_phrase": 2,
    "left": "two", "right": "one", "funnel": "two", "categories": "enemy", "min_certainty": 0.5,
    "short_text": 100, "evidence": "unity", "lexicon": "other.toml", "words": "party",
    "n_draws": 101, "confidence": 0.9,
}  # fmt: skip
COUNTED = {"texts", "level", "parts", "lowercase", "lemmas", "stop_words", "leave_out"}


@pytest.mark.parametrize("name", PARAMETER_NAMES)
def test_varied_is_as_read_afresh(corpus: Corpus, name: str) -> None:
    other = corpus.study.file.parent / "other.toml"
    other.write_text(LEXICON.replace("foe", "near"), encoding="utf-8")
    corpus = vary(corpus, left="three") if name == "right" else corpus
    edited = add_pattern(corpus, "unity", "party")
    values = {name: OTHER_VALUES[name]}
    parameters = check_parameters(values, corpus.parameters)
    assert parameters != corpus.parameters
    varied = vary(edited, **values)
    fresh = read_corpus(load_study(corpus.study.file), parameters)
    assert varied == varied
    assert varied.parameters == fresh.parameters == parameters
    assert varied.study == fresh.study == study_with(load_study(corpus.study.file), parameters)
    assert [s.document for s in varied.sources] == [s.document for s in fresh.sources]
    assert [e.text for e in varied.editions] == [e.text for e in fresh.editions]
    assert varied.tokens.types == fresh.tokens.types
    for part in ("codes", "starts", "ends", "documents", "paragraphs", "sentences", "parts"):
        assert np.array_equal(getattr(varied.tokens, part), getattr(fresh.tokens, part)), part
    assert varied.counts.terms == fresh.counts.terms
    assert (varied.counts.matrix != fresh.counts.matrix).nnz == 0
    assert np.array_equal(varied.term_of_type, fresh.term_of_type)
    assert (varied.basis, varied.errata) == (fresh.basis, fresh.errata)
    assert (varied.tokens is edited.tokens) == (name not in COUNTED)
    assert varied.lexicon is (None if name == "lexicon" else edited.lexicon)
    assert fresh.lexicon is None


def test_varied_back_is_the_same(shared: Corpus) -> None:
    there = with_parameters(shared, check_parameters({"n_draws": 101}, shared.parameters))
    back = with_parameters(there, shared.parameters)
    assert back.parameters == shared.parameters
    assert back.tokens is shared.tokens
    assert vary(shared, texts=None, seed=None).parameters == shared.parameters


WRONG: list[tuple[dict[str, object], str]] = [
    ({"txts": "one"}, "There is no parameter 'txts'. Did you mean 'texts'?"),
    ({"left": "four"}, "left = 'four' is none of the texts compared."),
    ({"left": "one", "right": "one"}, "left and right are both 'one'"),
    ({"right": "one"}, "right = 'one' has nothing beside it"),
    ({"n_draws": 1}, "n_draws = 1 is out of range"),
    ({"lexicon": "none.toml"}, "there is no such file"),
    ({"funnel": "one", "texts": "two, three"}, "funnel = 'one' is none of the texts compared"),
]


@pytest.mark.parametrize(("values", "said"), WRONG)
def test_parameters_that_will_not_do(shared: Corpus, values: dict[str, object], said: str) -> None:
    with pytest.raises(ParameterError, match=re.escape(said)):
        vary(shared, **values)
    # With parameters that are no part of what is counted, too.
    with pytest.raises(ParameterError, match=re.escape(said)):
        vary(vary(shared, seed=5), **values)


LIMIT_OF_KEPT = 400_000  # numbers
SHAPES = [(1, 1), (5, 100), (40, 2000), (200, 2000), (400, 1001), (201, 2000), (3, 100_000)]


@pytest.mark.parametrize(("units", "draws"), SHAPES)
def test_kept_draws_are_those_that_are_drawn(units: int, draws: int) -> None:
    for seed, names in [(1, ("rhetoric_rates", "one")), (1, ("rhetoric_rates", "two")), (2, ())]:
        drawn = draw_weights(units, draws, generator(seed, *names))
        first, again = (kept_weights(units, draws, seed, *names) for _ in range(2))
        assert np.array_equal(first, drawn)
        assert np.array_equal(again, drawn)
        assert drawn.sum() == units * draws
        is_kept = units * draws <= LIMIT_OF_KEPT
        assert (again is first) == is_kept
        if is_kept:
            with pytest.raises(ValueError, match="read-only"):
                first[0, 0] = 1
        # One byte would overflow if sums were made in it.
        assert np.array_equal(first @ np.full(units, 1000), drawn @ np.full(units, 1000))


def test_names_of_draws_are_told_apart() -> None:
    named = [(1, ("a",)), (1, ("b",)), (2, ("a",)), (1, ("a", "b"))]
    streams = [kept_weights(30, 50, seed, *names) for seed, names in named]
    for i, one in enumerate(streams):
        assert not any(np.array_equal(one, other) for other in streams[i + 1 :])
