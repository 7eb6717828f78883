"""Bounds of a likeness: intervals that cover, floors, ceilings and equal lengths that are so."""

from collections.abc import Iterator
from itertools import combinations
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from rhetorica import likeness_bounds, likeness_draws
from rhetorica.corpus import Corpus
from rhetorica.likeness import Yardstick, add_up, likeness, weighted, whole_texts, yardstick_of
from rhetorica.likeness_bounds import (
    SPLITS,
    Bound,
    _cut,
    ceilings,
    equal_lengths,
    floors,
    halves,
    reach_ceilings,
)
from rhetorica.likeness_draws import (
    MAX_DRAWS,
    MIN_DRAWS,
    _cosine_draws,
    _draw_number,
    _other_draws,
    _paragraph_weights,
    _widening,
    bootstrap,
    quantiles,
)
from rhetorica.measures import MEASURES, MeasureName
from rhetorica.parameters import Parameters
from rhetorica.resampling import draw_weights, generator
from support import corpus_of, default_corpus

Floats = NDArray[np.float64]
NAMES: tuple[MeasureName, ...] = tuple(MEASURES)
PARAGRAPHS = {"a": 12, "b": 8, "c": 6, "d": 3, "e": 12}
PAIRS = list(combinations(range(5), 2))
FIRST, SECOND = np.array(PAIRS).T


def made_texts() -> dict[str, str]:
    """Return five texts of unlike length, some words more frequent than others, two the same."""
    random = np.random.default_rng(7)
    words = ["the", "of", *(f"w{i:02}" for i in range(40))]
    shares = 1 / np.arange(1, len(words) + 1)
    texts = {
        name: "\n\n".join(
            " ".join(random.choice(words, random.integers(8, 30), p=shares / shares.sum())) + "."
            for _ in range(number)
        )
        for name, number in PARAGRAPHS.items()
    }
    return texts | {"e": texts["a"]}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return corpus_of(tmp_path_factory.mktemp("bounds"), made_texts(), stop_words="none")


@pytest.fixture(scope="module")
def turned(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """The same texts in another order."""
    texts = made_texts()
    order = {name: texts[name] for name in ("c", "e", "a", "d", "b")}
    return corpus_of(tmp_path_factory.mktemp("turned"), order, stop_words="none")


def weights_of(yardstick: Yardstick, texts: tuple[int, ...], draws: int) -> dict[int, Any]:
    numbers = np.bincount(yardstick.documents)
    return {
        text: draw_weights(int(numbers[text]), draws, np.random.default_rng(text)) for text in texts
    }


@pytest.mark.parametrize("name", ["cosine", "cosine_rates"])
def test_cosines_of_draws_are_those_of_texts_added_up(made: Corpus, name: MeasureName) -> None:
    yardstick = yardstick_of(made, name)
    weights = weights_of(yardstick, (0, 1, 2), 50)
    first, second = np.array([0, 0, 1]), np.array([1, 2, 2])
    np.testing.assert_allclose(
        _cosine_draws(yardstick, weights, first, second),
        _other_draws(yardstick, weights, first, second),
        rtol=1e-10,
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_draw_of_every_paragraph_once_is_the_text(made: Corpus, name: MeasureName) -> None:
    yardstick = yardstick_of(made, name)
    once = {text: np.ones((1, PARAGRAPHS["abc"[text]]), dtype=np.int64) for text in (0, 1, 2)}
    first, second = np.array([0, 0, 1]), np.array([1, 2, 2])
    found = _other_draws(yardstick, once, first, second)[0]
    np.testing.assert_allclose(found, likeness(yardstick, first, second), rtol=1e-12)


def test_paragraphs_of_the_same_words_come_equally_often(made: Corpus) -> None:
    yardstick = yardstick_of(made, "cosine")
    weights = {text: _paragraph_weights(made, yardstick, text, 400) for text in (0, 1, 4)}
    assert (weights[0] == weights[4]).all()  # e has the words of a
    assert weights[1].shape == (400, PARAGRAPHS["b"])
    assert abs(np.corrcoef(weights[0][:, 0], weights[1][:, 0])[0, 1]) < 0.2
    for own in weights.values():  # a Poisson number of mean 1 has a variance of 1
        assert own.mean() == pytest.approx(1, abs=0.06)
        assert own.var() == pytest.approx(1, abs=0.1)
        assert (own.sum(axis=1) > 0).all()
    drawn = bootstrap(made, yardstick, np.array([0]), np.array([4]))
    np.testing.assert_allclose(drawn, 1)  # two texts that are the same stay the same


@pytest.mark.parametrize("name", NAMES)
def test_draws_have_the_value_as_their_mean_and_the_spread_of_draws_widened(
    made: Corpus, name: MeasureName
) -> None:
    yardstick = yardstick_of(made, name)
    drawn = bootstrap(made, yardstick, FIRST, SECOND)
    assert drawn.shape == (MAX_DRAWS, len(PAIRS))
    short = np.isin(FIRST, [3]) | np.isin(SECOND, [3])
    assert np.isnan(drawn[:, short]).all()
    assert np.isfinite(drawn[:, ~short]).all()
    values = likeness(yardstick, FIRST, SECOND)
    # Of shingles, which few paragraphs share, some draws have none in common, and stay 0.
    margin = 1e-3 if name == "shingles" else 1e-12
    np.testing.assert_allclose(drawn[:, ~short].mean(axis=0), values[~short], atol=margin, rtol=0)
    # Of the pair of b and c, from the same draws: n is 6, and t with 5 degrees 2.5706 of 1.9600.
    pair = PAIRS.index((1, 2))
    weights = {text: _paragraph_weights(made, yardstick, text, MAX_DRAWS) for text in (1, 2)}
    plain = _other_draws(yardstick, weights, np.array([1]), np.array([2]))[:, 0]
    wider = 2.570582 / 1.959964 * np.sqrt(6 / 5)
    expected = values[pair] + wider * (plain - plain.mean())
    if name != "delta":
        expected[plain == 0] = 0
    np.testing.assert_allclose(drawn[:, pair], expected, atol=1e-6)


def test_no_text_with_enough_paragraphs_gives_no_interval(made: Corpus) -> None:
    yardstick = yardstick_of(made, "cosine")
    drawn = bootstrap(made, yardstick, np.array([3, 3]), np.array([0, 1]))
    assert np.isnan(drawn).all()
    assert np.isnan(quantiles(drawn, 0.95)).all()


@pytest.mark.parametrize(
    ("units", "confidence", "expected"),
    [
        (5, 0.95, 2.776445 / 1.959964 * np.sqrt(5 / 4)),
        (5, 0.5, 0.740697 / 0.674490 * np.sqrt(5 / 4)),
        (10**9, 0.95, 1.0),
    ],
)
def test_few_paragraphs_widen_by_student_and_by_their_number(
    units: int, confidence: float, expected: float
) -> None:
    assert _widening(np.array([units]), confidence)[0] == pytest.approx(expected, rel=1e-6)


def test_ends_hold_the_share_asked_for() -> None:
    low, high = quantiles(np.arange(101.0)[:, None] * [1, 2], 0.9)
    np.testing.assert_allclose([low, high], [[5, 10], [95, 190]])


@pytest.mark.parametrize(
    ("common", "least", "most", "plain_most"), [(0.6, 0.92, 0.99, 0.85), (1.0, 0.95, 1.0, 0.5)]
)
def test_intervals_cover_where_plain_percentiles_do_not(
    common: float, least: float, most: float, plain_most: float
) -> None:
    """Texts of ten paragraphs of two populations, of which so much is the same.

    Texts that differ by chance alone have intervals that are wider than they need be.
    """
    random, texts, paragraphs, words = np.random.default_rng(11), 400, 10, 150
    shares = 1 / np.arange(1, words + 1)
    shares /= shares.sum()
    kinds = [common * shares + (1 - common) * shares[random.permutation(words)] for _ in range(2)]
    own = np.concatenate([random.dirichlet(60 * kinds[i % 2], paragraphs) for i in range(texts)])
    units = sparse.csr_matrix(random.multinomial(60, own).astype(np.float64))
    none = np.zeros(0)
    yardstick = Yardstick(
        MEASURES["cosine_rates"], "", ("w",) * words, units, np.full(len(own), 60),
        np.repeat(np.arange(texts), paragraphs), none.astype(int), none.astype(int),
        np.ones(words), none, none,
    )  # fmt: skip
    names = [SimpleNamespace(document=SimpleNamespace(id=f"t{i}")) for i in range(texts)]
    tokens = SimpleNamespace(  # a word of its own in each paragraph: none is like another
        codes=np.arange(len(own)),
        types=[f"p{i}" for i in range(len(own))],
        paragraphs=np.arange(len(own) + 1),
    )
    corpus: Any = SimpleNamespace(parameters=Parameters(n_draws=300), sources=names, tokens=tokens)
    first = np.arange(0, texts, 2)
    one, other = (grid.ravel() for grid in np.meshgrid(first, first + 1))
    expected = likeness(yardstick, one, other).mean()
    low, high = quantiles(bootstrap(corpus, yardstick, first, first + 1), 0.95)
    assert least <= ((low <= expected) & (expected <= high)).mean() <= most
    weights = weights_of(yardstick, tuple(range(texts)), 300)
    low, high = quantiles(_cosine_draws(yardstick, weights, first, first + 1), 0.95)
    assert ((low <= expected) & (expected <= high)).mean() <= plain_most


def test_more_pairs_have_fewer_draws_and_never_too_few(
    made: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    yardstick, one = yardstick_of(made, "cosine"), np.array([0])
    assert _draw_number(made, yardstick, one, one + 1) == MAX_DRAWS
    # Texts of 12 and 8 paragraphs: 96 products a draw.
    monkeypatch.setattr(likeness_draws, "_PRODUCTS", 96 * 250)
    assert _draw_number(made, yardstick, one, one + 1) == 250
    assert _draw_number(made, yardstick, np.array([0, 0]), np.array([1, 1])) == 125
    assert _draw_number(made, yardstick, FIRST, SECOND) == MIN_DRAWS


@pytest.mark.parametrize("name", NAMES)
def test_another_order_of_the_texts_changes_no_draw(
    made: Corpus, turned: Corpus, name: MeasureName
) -> None:
    ids = turned.tokens.document_ids
    assert ids != made.tokens.document_ids
    place = np.array([ids.index(text) for text in made.tokens.document_ids])
    yardsticks = yardstick_of(made, name), yardstick_of(turned, name)
    # The pairs are given the other way round, too.
    found = bootstrap(made, yardsticks[0], FIRST, SECOND)
    other = bootstrap(turned, yardsticks[1], place[SECOND], place[FIRST])
    np.testing.assert_allclose(other, found, atol=1e-12)
    bounds = halves(made, yardsticks[0]), halves(turned, yardsticks[1])
    assert_equal_bounds(bounds[0], Bound(*(value[place].copy() for value in all_of(bounds[1]))))
    for bound in (ceilings, equal_lengths, floors):
        assert_equal_bounds(
            bound(made, yardsticks[0], FIRST, SECOND),
            bound(turned, yardsticks[1], place[SECOND], place[FIRST]),
        )


def all_of(bound: Bound) -> tuple[Floats, Floats, Floats]:
    return bound.mean, bound.low, bound.high


def assert_equal_bounds(one: Bound, other: Bound) -> None:
    for value, same in zip(all_of(one), all_of(other), strict=True):
        np.testing.assert_allclose(value, same, atol=1e-12)


def test_a_text_more_changes_no_draw_of_the_others(
    made: Corpus, tmp_path_factory: pytest.TempPathFactory
) -> None:
    texts = {name: text for name, text in made_texts().items() if name in "ab"}
    fewer = corpus_of(tmp_path_factory.mktemp("fewer"), texts, stop_words="none")
    pair = np.array([0]), np.array([1])
    for bound in (ceilings, equal_lengths):
        assert_equal_bounds(bound(made, yardstick_of(made, "cosine_rates"), *pair),
                            bound(fewer, yardstick_of(fewer, "cosine_rates"), *pair))  # fmt: skip
    np.testing.assert_allclose(
        bootstrap(fewer, yardstick_of(fewer, "cosine_rates"), *pair),
        bootstrap(made, yardstick_of(made, "cosine_rates"), *pair),
        atol=1e-12,
    )


def brute_cuts(corpus: Corpus, text: int, length: int, run: int) -> Iterator[list[tuple[str, ...]]]:
    """Yield the words, or runs of words, of each cut, word by word."""
    tokens = corpus.tokens
    random = generator(1, "cut", tokens.document_ids[text])
    inside = np.flatnonzero(tokens.paragraph_documents == text)
    for _ in range(SPLITS):
        found, left = [], length
        for paragraph in inside[random.permutation(len(inside))]:
            low, high = tokens.paragraphs[paragraph : paragraph + 2]
            words = [corpus.counts.terms[corpus.term_of_type[c]] for c in tokens.codes[low:high]]
            words = words[:left]
            left -= len(words)
            found += [tuple(words[i : i + run]) for i in range(len(words) - run + 1)]
        assert left == 0
        yield found


@pytest.mark.parametrize(("name", "run"), [("cosine_rates", 1), ("shingles", 3)])
@pytest.mark.parametrize("length", [1, 2, 31, 77])
def test_a_cut_has_exactly_so_many_words(
    made: Corpus, name: MeasureName, run: int, length: int
) -> None:
    yardstick = yardstick_of(made, name)
    counts, words = _cut(made, yardstick, 0, length)
    assert words.tolist() == [length] * SPLITS
    if run == 1:
        assert counts.sum(axis=1).A1.tolist() == [length] * SPLITS
    code = {feature: i for i, feature in enumerate(yardstick.features)}
    expected = np.zeros(counts.shape)
    for draw, found in enumerate(brute_cuts(made, 0, length, run)):
        for feature in found:
            expected[draw, code[" ".join(feature)]] += 1
    np.testing.assert_array_equal(counts.toarray(), expected)


@pytest.mark.parametrize("name", NAMES)
def test_texts_of_equal_length_are_compared_whole(
    made: Corpus, name: MeasureName, tmp_path_factory: pytest.TempPathFactory
) -> None:
    yardstick = yardstick_of(made, name)
    one, other = np.array([0]), np.array([4])  # the same text
    bound = equal_lengths(made, yardstick, one, other)
    value = 0 if name == "delta" else 1
    np.testing.assert_allclose([v[0] for v in all_of(bound)], value, atol=1e-12)
    if name == "delta":
        return
    # Even of one paragraph: there is nothing to cut.
    short = corpus_of(tmp_path_factory.mktemp("short"), {"x": "Red sky blue.", "y": "Red sky sea."})
    yardstick = yardstick_of(short, name)
    pair = np.array([0]), np.array([1])
    np.testing.assert_allclose(equal_lengths(short, yardstick, *pair).mean,
                               likeness(yardstick, *pair))  # fmt: skip


def test_a_text_of_few_paragraphs_is_not_parted_but_may_be_what_others_are_cut_to(
    made: Corpus, tmp_path_factory: pytest.TempPathFactory
) -> None:
    yardstick = yardstick_of(made, "cosine")
    words = whole_texts(yardstick)[1]
    assert words[3] == words.min()  # the text of three paragraphs is the shortest
    assert np.isfinite(equal_lengths(made, yardstick, FIRST, SECOND).mean).all()
    bound = halves(made, yardstick)
    assert np.isnan(bound.mean).tolist() == [False, False, False, True, False]
    texts = {"long": "Red sky blue sea.\n\nGreen tree.", "short": "Red sea."}
    corpus = corpus_of(tmp_path_factory.mktemp("long"), texts)
    pair = np.array([0]), np.array([1])
    for bounds in (ceilings, equal_lengths):
        assert np.isnan(all_of(bounds(corpus, yardstick_of(corpus, "cosine"), *pair))).all()
    assert np.isfinite(all_of(floors(corpus, yardstick_of(corpus, "cosine"), *pair))).all()


@pytest.mark.parametrize("name", ["cosine", "delta"])
def test_halves_and_ceilings_part_a_text_where_they_should(
    made: Corpus, name: MeasureName, monkeypatch: pytest.MonkeyPatch
) -> None:
    yardstick = yardstick_of(made, name)
    rows, words = whole_texts(yardstick)
    seen: list[tuple[Any, Any, tuple[Floats, Floats]]] = []

    def compare(_: Yardstick, a: Any, b: Any, sizes: tuple[Floats, Floats]) -> Floats:
        """Note what is compared."""
        seen.append((a, b, sizes))
        return np.zeros(SPLITS)

    monkeypatch.setattr(likeness_bounds, "compare", compare)
    halves(made, yardstick)
    ceilings(made, yardstick, np.array([0, 1, 2]), np.array([1, 2, 0]))
    del seen[5::2]  # of each pair the second is the other text and the rest
    # Longer texts of the pairs: a and b, b and c, a and c; at most half of a text is taken.
    half = words / 2
    expected = [(i, half[i]) for i in (0, 1, 2, 4)]
    expected += [(i, min(words[j], half[i])) for i, j in ((0, 1), (1, 2), (0, 2))]
    assert len(seen) == len(expected)
    for (a, b, (piece, rest)), (text, length) in zip(seen, expected, strict=True):
        np.testing.assert_array_equal(
            (a + b).toarray(), np.tile(rows[[text]].toarray(), (SPLITS, 1))
        )
        np.testing.assert_array_equal(piece + rest, words[text])
        largest = yardstick.sizes[yardstick.documents == text].max()
        assert np.abs(piece - length).max() <= largest / 2
        assert len(np.unique(piece)) > 5  # the pieces differ


def test_a_text_reaches_the_ceiling_of_itself_and_one_of_other_words_does_not(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    texts = made_texts()
    texts = {"a": texts["a"], "b": texts["b"], "e": texts["a"], "z": "Sky. " * 30}
    corpus = corpus_of(tmp_path_factory.mktemp("reach"), texts, stop_words="none")
    yardstick = yardstick_of(corpus, "cosine")
    first, second = np.array([0, 0, 0, 2]), np.array([2, 1, 3, 3])
    shares = reach_ceilings(corpus, yardstick, first, second)
    assert shares[0] > 0.9  # the rest is part of the other: it is liker than any piece
    assert 0 < shares[1] < 1  # texts of one make, which differ by chance
    assert shares[2:].tolist() == [0, 0]


def test_the_shorter_text_is_cut_to_half_of_the_longer(
    made: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    yardstick = yardstick_of(made, "cosine")
    _, words = whole_texts(yardstick)
    lengths = []

    def compare(_: Yardstick, a: Any, b: Any, sizes: tuple[Floats, Floats]) -> Floats:
        """Note the words of what is compared."""
        del a, b
        lengths.append(sizes)
        return np.zeros(SPLITS)

    monkeypatch.setattr(likeness_bounds, "compare", compare)
    reach_ceilings(made, yardstick, np.array([0]), np.array([1]))
    (_, rest), (other, same) = lengths
    assert words[1] > words[0] / 2
    assert (other == int(words[0] / 2)).all()
    np.testing.assert_array_equal(rest, same)


@pytest.mark.parametrize("parameters", [{}, {"similarity_idf": "plain"}])
def test_floors_are_what_is_to_be_expected(parameters: dict[str, object]) -> None:
    corpus = default_corpus(**parameters)
    yardstick = yardstick_of(corpus, "cosine")
    rows = weighted(yardstick, whole_texts(yardstick)[0]).toarray()
    bound = floors(corpus, yardstick, FIRST, SECOND)
    for i, (a, b) in enumerate(PAIRS):
        norms = np.linalg.norm(rows[a]) * np.linalg.norm(rows[b])
        expected = rows[a].sum() * rows[b].sum() / rows.shape[1] / norms
        error = (bound.high[i] - bound.low[i]) / 3.92 / np.sqrt(SPLITS)
        assert abs(bound.mean[i] - expected) < 4 * error
        assert bound.low[i] < bound.mean[i] < bound.high[i]


def test_floors_of_other_measures_are_of_texts_that_have_nothing_to_do_with_each_other() -> None:
    corpus = default_corpus()
    values = {name: likeness(yardstick_of(corpus, name), FIRST, SECOND) for name in NAMES}
    bounds = {name: floors(corpus, yardstick_of(corpus, name), FIRST, SECOND) for name in NAMES}
    assert bounds["shingles"].high.max() < 0.005
    assert (bounds["jensen_shannon"].high < values["jensen_shannon"]).all()
    # |z - z'| of independent z, the mean over all pairs of words; of z that sum to 0 over five
    # texts, and so have a correlation of -1/4, it is wider by the root of 5/4.
    from rhetorica.likeness import scores

    yardstick = yardstick_of(corpus, "delta")
    z = scores(yardstick, *whole_texts(yardstick))
    for i, (a, b) in enumerate(PAIRS):
        expected = np.sqrt(5 / 4) * np.abs(z[a][:, None] - z[b][None, :]).mean()
        error = (bounds["delta"].high[i] - bounds["delta"].low[i]) / 3.92 / np.sqrt(SPLITS)
        assert abs(bounds["delta"].mean[i] - expected) < 4 * error


def test_the_floor_of_runs_keeps_to_paragraphs(tmp_path_factory: pytest.TempPathFactory) -> None:
    """One word alone: shuffled it stays as it is, and so do its runs, none across paragraphs."""
    texts = {"a": "Sky sky sky.\n\nSky sky.", "b": "Sky sky.\n\nSky sky."}
    corpus = corpus_of(tmp_path_factory.mktemp("runs"), texts)
    yardstick = yardstick_of(corpus, "shingles")
    assert floors(corpus, yardstick, np.array([0]), np.array([1])).mean.tolist() == [0]


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_and_another_seed_others(
    made: Corpus, name: MeasureName
) -> None:
    from dataclasses import replace

    other = replace(made, parameters=made.parameters.model_copy(update={"seed": 2}))
    yardstick, pair = yardstick_of(made, name), (np.array([0]), np.array([1]))
    for bound in (ceilings, equal_lengths, floors):
        once, again, changed = (bound(c, yardstick, *pair) for c in (made, made, other))
        assert_equal_bounds(once, again)
        if not (bound is floors and name == "shingles"):
            assert once.mean[0] != changed.mean[0]
    assert (bootstrap(made, yardstick, *pair) == bootstrap(made, yardstick, *pair)).all()
    assert (bootstrap(made, yardstick, *pair) != bootstrap(other, yardstick, *pair)).any()


def test_paragraphs_are_added_up_as_often_as_they_are_drawn(made: Corpus) -> None:
    yardstick = yardstick_of(made, "cosine_rates")
    gather = sparse.csr_matrix(([2.0, 1.0], ([0, 0], [0, 3])), shape=(1, len(yardstick.sizes)))
    counts, words = add_up(yardstick, gather)
    assert words.tolist() == [2 * yardstick.sizes[0] + yardstick.sizes[3]]
    expected = 2 * yardstick.units[[0]].toarray() + yardstick.units[[3]].toarray()
    np.testing.assert_array_equal(counts.toarray(), expected)


def test_no_pairs_have_no_bounds(made: Corpus) -> None:
    yardstick, none = yardstick_of(made, "cosine"), np.zeros(0, dtype=np.int64)
    for bound in (ceilings, equal_lengths, floors):
        assert bound(made, yardstick, none, none).mean.shape == (0,)
    assert bootstrap(made, yardstick, none, none).shape[1] == 0
