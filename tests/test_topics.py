"""Topics: the model against scikit-learn's, its stability by hand, and texts of known topics."""

import os
import subprocess
import sys
from fractions import Fraction
from itertools import permutations
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.decomposition import NMF

from rhetorica.corpus import Corpus
from rhetorica.errors import NothingToShow
from rhetorica.figures import draw
from rhetorica.figures.topics import draw_topic_number, draw_topic_shares, draw_topic_terms
from rhetorica.findings import Finding, caption
from rhetorica.resampling import generator
from rhetorica.stability import (
    SHUFFLES,
    Stability,
    agreement,
    as_stable,
    beyond_chance,
    by_chance,
    chosen_number,
    is_sure,
    match,
    measure_stability,
    most_stable,
    shuffle,
    sure_numbers,
    topic_stability,
)
from rhetorica.topic_model import (
    Topics,
    factorise,
    fit_topics,
    largest_number,
    leading_terms,
    modelled_counts,
    too_many,
    topic_names,
    weighted_paragraphs,
)
from rhetorica.topic_number import topic_number
from rhetorica.topics import (
    chosen_topics,
    topic_paragraphs,
    topic_shares,
    topic_terms,
)
from support import corpus_of, default_corpus

FARM = ("cows", "grass", "sheep", "barns", "hay", "milk", "wool", "ploughs")
SHIPS = ("ships", "sails", "seas", "boats", "masts", "decks", "ropes", "anchors")
BREAD = ("bread", "flour", "ovens", "yeast", "dough", "bakers", "crusts", "loaves")


def paragraphs_of(words: tuple[str, ...], count: int, length: int = 12) -> str:
    """Paragraphs of words drawn from a list, the first words the more often."""
    random = generator(1, *words)
    chances = 1 / np.arange(1, len(words) + 1)
    drawn = random.choice(words, size=(count, length), p=chances / chances.sum())
    return "\n\n".join(" ".join(row).capitalize() + "." for row in drawn.tolist())


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Three texts, each of a matter of its own."""
    texts = {
        name: paragraphs_of(words, 15)
        for name, words in (("farm", FARM), ("ships", SHIPS), ("bread", BREAD))
    }
    return corpus_of(tmp_path_factory.mktemp("three"), texts, n_draws=100, max_topics=6)


# --- the model


@pytest.mark.parametrize("number", [2, 6, 10])
def test_the_fit_is_as_good_as_that_of_scikit_learn(number: int) -> None:
    matrix = weighted_paragraphs(default_corpus()).matrix
    theirs = NMF(number, init="nndsvda", random_state=1, max_iter=2000).fit(matrix)
    [(mixture, components)] = factorise(matrix, [number])
    error = np.linalg.norm(matrix.toarray() - mixture @ components)
    assert error == pytest.approx(theirs.reconstruction_err_, rel=1e-6)


def test_a_long_matrix_is_fitted_as_a_short_one_is(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = weighted_paragraphs(default_corpus()).matrix
    short = factorise(matrix, [4])[0][1]
    monkeypatch.setattr("rhetorica.topic_model._is_small", lambda _: False)
    np.testing.assert_allclose(factorise(matrix, [4])[0][1], short, atol=1e-6)


def test_shares_weights_and_specificity_add_up() -> None:
    corpus = default_corpus()
    topics = fit_topics(corpus, 6)
    np.testing.assert_allclose(topics.weights.sum(axis=1), 1, atol=1e-6)
    for sums in (topics.mixture.sum(axis=1), topics.specificity.sum(axis=0)):
        assert (np.isclose(sums, 1, atol=1e-6) | (sums == 0)).all()
    order = np.round(corpus.counts.sizes @ topics.mixture / corpus.counts.sizes.sum(), 6)
    assert (np.diff(order) <= 0).all()


def test_specificity_is_the_share_of_what_the_model_gives() -> None:
    corpus = default_corpus()
    matrix = weighted_paragraphs(corpus).matrix
    [(mixture, components)] = factorise(matrix, [3])
    topics = fit_topics(corpus, 3)
    given = np.stack([np.outer(mixture[:, k], components[k]).sum(axis=0) for k in range(3)])
    share = given / np.maximum(given.sum(axis=0), 1e-300)
    found = sorted(map(tuple, np.round(topics.specificity, 6).tolist()))
    assert found == sorted(map(tuple, np.round(share, 6).tolist()))


def test_terms_of_one_paragraph_are_no_terms(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, {"a": "Cow cow.\n\nCow hen.\n\nHen ox ox ox."})
    assert modelled_counts(corpus).terms == ("cow", "hen")


def test_names_are_distinct_and_pass_over_what_repeats_a_word() -> None:
    weights = np.array([[5, 4, 3, 2, 0], [5, 4, 3, 2, 0], [0, 0, 0, 0, 1]]) / 14
    terms = ("unity", "party unity", "cause", "world", "zeal")
    topics = Topics(terms, weights, np.ones((3, 5)), np.zeros((0, 3)))
    assert topic_names(topics) == ("unity, cause, world", "unity, cause, world (2)", "zeal")


def test_a_word_of_all_topics_names_none() -> None:
    weights = np.array([[0.4, 0.3, 0.2, 0.1, 0], [0.4, 0, 0, 0, 0.6]])
    specificity = np.array([[0.2, 1, 1, 1, 0], [0.8, 0, 0, 0, 1]])
    topics = Topics(("all", "b", "c", "d", "e"), weights, specificity, np.zeros((0, 2)))
    assert topic_names(topics) == ("b, c, d", "e, all")


def test_leading_terms_are_ranked_and_end_where_there_are_no_more() -> None:
    components = np.array([[0.0, 2, 2, 4], [0, 0, 1e-12, 5]])
    assert leading_terms(components, 3).tolist() == [[3, 1, 2], [3, -1, -1]]
    assert leading_terms(components, 5)[0].tolist() == [3, 1, 2, -1, -1]


# --- agreement and matching


def ranking(*rows: str) -> NDArray[np.int64]:
    return np.array([[ord(c) if c != "-" else -1 for c in row] for row in rows])


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("abcde", "abcde", Fraction(1)),
        ("abcde", "fghij", Fraction(0)),
        # The example of the paper: album music best award win, sport best win medal award.
        ("ambwx", "sbxdw", (0 + 0 + Fraction(1, 5) + Fraction(1, 7) + Fraction(3, 7)) / 5),
        ("abc", "acb", (1 + Fraction(1, 3) + 1) / 3),
        # Of "a" alone, then of "a" and "b": 1, 1/2, 1/2.
        ("a--", "ab-", (1 + Fraction(1, 2) + Fraction(1, 2)) / 3),
        ("---", "---", Fraction(0)),
        ("---", "abc", Fraction(0)),
    ],
)
def test_agreement_by_hand(one: str, other: str, expected: Fraction) -> None:
    forth, back = agreement(ranking(one), ranking(other)), agreement(ranking(other), ranking(one))
    assert forth.shape == (1, 1)
    assert forth[0, 0] == back[0, 0] == pytest.approx(float(expected), abs=1e-9)


def test_topics_are_matched_as_the_best_of_all_pairings() -> None:
    random = generator(1, "test")
    for _ in range(20):
        one, other = (np.stack([random.permutation(12)[:5] for _ in range(4)]) for _ in "ab")
        scores = agreement(one, other)
        best = max(scores[range(4), list(order)].sum() for order in permutations(range(4)))
        assert match(one, other).sum() == pytest.approx(best)
    assert match(one, one[::-1]).tolist() == [1, 1, 1, 1]


# --- stability beyond chance


def made_up(observed: list[float], chance: list[float], noise: float = 0.0) -> Stability:
    """Stability of 2, 3, ... topics that is the same in all resamples but for some noise."""
    sign = np.array([1, -1] * 2)[:, None]
    wave = np.repeat([1, -1] * (SHUFFLES[0] // 2), 2)[:, None]
    numbers = tuple(range(2, 2 + len(observed)))
    seen = np.array(observed) + noise * sign
    return Stability(numbers, seen, np.array(chance) + noise * wave, MappingProxyType({}), 100)


def test_beyond_chance_by_hand() -> None:
    stability = made_up([0.8, 0.7], [0.6, 0.25], noise=0.1)
    mean, spread = by_chance(stability)
    # Ten shufflings at 0.1 above or below: variance 10 * 0.01 / 9; times 2 and 3 topics, averaged.
    variance = 0.1 / 9
    shared = variance * (2 + 3) / 2
    assert mean.tolist() == pytest.approx([0.6, 0.25])
    assert spread.tolist() == pytest.approx([(shared / 2) ** 0.5, (shared / 3) ** 0.5])
    adjusted, error, sure = beyond_chance(stability)
    assert adjusted.tolist() == pytest.approx([0.5, 0.6])
    own = (4 * 0.01 / 3) ** 0.5 / 2
    assert error[0] == pytest.approx(
        (own**2 + (0.2 / 0.4) ** 2 * shared / 2 / SHUFFLES[0]) ** 0.5 / 0.4, abs=1e-8
    )
    assert sure.tolist() == [False, True]  # 0.2 and 0.45 above chance, twice 0.118 and 0.096


@pytest.mark.parametrize(
    ("observed", "chance", "taken", "near"),
    [
        ([0.5, 0.9, 0.6], [0.4, 0.4, 0.4], 3, ()),
        ([0.9, 0.9, 0.6], [0.4, 0.4, 0.4], 2, (3,)),  # equals: the smaller
        ([0.9, 0.8, 0.6], [0.8, 0.4, 0.4], 3, ()),  # the most stable, and by chance
        ([0.4, 0.3, 0.4], [0.4, 0.4, 0.4], 2, ()),  # none above chance: the fewest
        ([1.0, 1.0, 1.0], [1.0, 1.0, 1.0], 2, ()),
    ],
)
def test_the_number_taken(
    observed: list[float], chance: list[float], taken: int, near: tuple[int, ...]
) -> None:
    stability = made_up(observed, chance, noise=0.001)
    assert (most_stable(stability), as_stable(stability)) == (taken, near)


def test_shuffling_keeps_the_length_of_paragraphs_and_the_number_of_each_term() -> None:
    corpus = default_corpus()
    counts = modelled_counts(corpus)
    mixed = shuffle(corpus, counts, "1").matrix
    for axis in (0, 1):
        assert (mixed.sum(axis=axis) == counts.matrix.sum(axis=axis)).all()
    assert (mixed != counts.matrix).nnz > 1000
    assert (mixed != shuffle(corpus, counts, "2").matrix).nnz > 1000


# --- texts whose topics are known


def test_as_many_topics_as_there_are_matters(three: Corpus) -> None:
    finding = topic_number(three)
    assert chosen_number(three) == 3
    assert finding.title.startswith("3 topics come back best when paragraphs are left out: ")
    frame = finding.frame
    assert frame["topics"].tolist() == [2, 3, 4, 5, 6]
    assert frame["stability"].iloc[1] > 0.9 > 0.7 > frame["chance"].iloc[1]
    assert frame["chosen"].tolist() == ["no", "yes", "no", "no", "no"]
    shares = topic_shares(three).frame
    largest = shares[shares["share"] > 0.99]
    assert sorted(largest["label"]) == ["bread", "farm", "ships"]
    found = topic_terms(three).frame
    for words in (FARM, SHIPS, BREAD):
        own = found[found["term"] == words[0]]
        assert own["specificity"].max() > 0.99
        assert set(found.loc[found["topic"] == own["topic"].iloc[0], "term"]) == set(words)


def test_words_that_stand_anyhow_have_no_stable_topics(tmp_path: Path) -> None:
    text = paragraphs_of((*FARM, *SHIPS, *BREAD), 40, 10)
    corpus = corpus_of(tmp_path, {"a": text}, max_topics=5)
    finding = topic_number(corpus)
    assert finding.title == "No number of topics is surely more stable than chance; 2 are taken"
    assert chosen_number(corpus) == 2
    assert "No number of topics is surely more stable" in caption(topic_terms(corpus))


def test_texts_that_are_the_same_have_the_topics_of_one(tmp_path: Path) -> None:
    text = "\n\n".join([paragraphs_of(FARM, 8), paragraphs_of(SHIPS, 8)])
    twice = corpus_of(tmp_path, {"a": text, "b": text}, n_topics=2, n_draws=100)
    shares = topic_shares(twice).frame
    one, other = (own["share"].to_numpy() for _, own in shares.groupby("document"))
    np.testing.assert_allclose(one, other, atol=1e-9)
    once = corpus_of(tmp_path / "once", {"a": text}, n_topics=2)
    first = [{name.split(", ")[0] for name in topic_names(chosen_topics(c))} for c in (once, twice)]
    assert first == [{"cows", "ships"}] * 2


# --- the five texts


@pytest.fixture(scope="module")
def five() -> Corpus:
    return default_corpus(n_draws=200)


def test_curve_of_the_five_texts(five: Corpus) -> None:
    finding = topic_number(five)
    frame = finding.frame
    assert frame["topics"].tolist() == list(range(2, 11))
    for name in ("", "chance"):
        low, middle, high = (
            frame[column] for column in (f"{name}_low".strip("_"), name or "stability",
                                         f"{name}_high".strip("_"))
        )  # fmt: skip
        assert ((low <= middle) & (middle <= high)).all()
    adjusted = (frame["stability"] - frame["chance"]) / (1 - frame["chance"])
    np.testing.assert_allclose(frame["beyond_chance"], adjusted, atol=1e-8)
    [chosen] = frame.index[frame["chosen"] == "yes"]
    above = frame[frame["stability"] > frame["chance_high"]]
    assert chosen == above["beyond_chance"].idxmax()
    assert finding.title.startswith("5 or 6 topics come back about equally well; 6 are taken")
    assert f"{frame['stability'][chosen]:.2f}" in finding.title


def test_stability_of_topics_has_the_mean_of_their_number(five: Corpus) -> None:
    frame = topic_number(five).frame
    [row] = frame[frame["chosen"] == "yes"].to_dict("records")
    own = topic_terms(five).frame.drop_duplicates("topic")["stability"]
    assert own.mean() == pytest.approx(row["stability"], abs=1e-9)
    shares = topic_shares(five).frame.drop_duplicates("topic")["stability"]
    assert shares.tolist() == own.tolist()
    assert f"(stability {own.max():.2f})" in topic_terms(five).title


@pytest.mark.parametrize("number", [4, 14])
def test_a_number_that_was_set_is_taken_and_shown(number: int) -> None:
    corpus = default_corpus(n_topics=number, max_topics=5, n_draws=100)
    finding = topic_number(corpus)
    frame = finding.frame
    assert frame["topics"].tolist() == sorted({2, 3, 4, 5, number})
    assert frame.loc[frame["chosen"] == "yes", "topics"].tolist() == [number]
    assert finding.title.startswith(f"{number} topics were asked for: agreement ")
    assert f"n_topics = {number}" in caption(finding)
    assert topic_shares(corpus).frame["topic"].max() == number


def test_the_seed_changes_the_samples_and_not_the_topics() -> None:
    one, other = (default_corpus(seed=seed, max_topics=3) for seed in (1, 2))
    assert not topic_number(one).frame.equals(topic_number(other).frame)
    assert (fit_topics(one, 5).weights == fit_topics(other, 5).weights).all()


def test_texts_in_another_order_have_the_same_topics(tmp_path: Path) -> None:
    names = ("farm", "ships", "bread")
    texts = dict(zip(names, map(paragraphs_of, (FARM, SHIPS, BREAD), (12, 14, 16)), strict=True))
    turned = dict(reversed(texts.items()))
    one = corpus_of(tmp_path / "one", texts, max_topics=4)
    other = corpus_of(tmp_path / "other", turned, max_topics=4)
    assert one.counts.document_ids == tuple(reversed(other.counts.document_ids))
    frames = [topic_number(corpus).frame.drop(columns="chosen") for corpus in (one, other)]
    np.testing.assert_allclose(frames[0], frames[1], atol=1e-7)
    np.testing.assert_allclose(fit_topics(one, 3).weights, fit_topics(other, 3).weights, atol=1e-7)


def test_the_same_bytes_with_one_thread_and_with_two() -> None:
    code = (
        "from support import default_corpus; from rhetorica.findings import table;"
        "from rhetorica.topics import *; from rhetorica.topic_number import topic_number;"
        "corpus = default_corpus(n_draws=100, max_topics=7);"
        "[print(table(f(corpus).frame).decode()) for f in (topic_number, topic_terms)]"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=Path(__file__).parent,
            env=os.environ | {"OMP_NUM_THREADS": count, "OPENBLAS_NUM_THREADS": count},
            check=True,
            capture_output=True,
            timeout=120,
        ).stdout
        for count in ("1", "2")
    ]
    assert said[0] == said[1]
    assert len(said[0]) > 1000


def test_measured_once_for_a_corpus(five: Corpus) -> None:
    assert measure_stability(five) is measure_stability(five)
    assert fit_topics(five, 6) is fit_topics(five, 6)


def test_shares_add_up_and_lie_in_their_intervals(five: Corpus) -> None:
    finding = topic_shares(five)
    frame = finding.frame
    assert np.allclose(frame.groupby("document")["share"].sum(), 1)
    assert ((frame["low"] <= frame["share"]) & (frame["share"] <= frame["high"])).all()
    # The largest share of all is that of a topic no firmer than chance, in a text marked as short.
    largest = frame.iloc[int(frame["share"].to_numpy().argmax())]
    assert largest["short"] == "yes"
    long = frame[(frame["short"] == "no") & (frame["stability"] > 0.62)]
    top = long.iloc[int(long["share"].to_numpy().argmax())]
    assert finding.title == (
        f"{top['share']:.0%} of “{top['label']}” is of the topic “{top['name']}”"
    )


def test_terms_are_the_heaviest_with_their_paragraphs(five: Corpus) -> None:
    frame = topic_terms(five).frame
    counts = modelled_counts(five)
    for _, own in frame.groupby("topic"):
        assert own["weight"].is_monotonic_decreasing
        assert own["rank"].tolist() == list(range(1, five.parameters.n_terms + 1))
    for row in frame.head(5).to_dict("records"):
        column = counts.matrix[:, counts.terms.index(row["term"])]
        assert row["paragraphs"] == column.nnz


def test_paragraphs_are_whole_and_stand_where_it_says(five: Corpus) -> None:
    texts = {e.text[low:high] for e in five.editions for _, low, high in e.blocks}
    table = topic_paragraphs(five, 3)
    assert table.groupby("topic").size().tolist() == [3] * chosen_number(five)
    assert set(table["paragraph"]) <= texts
    raw = {source.document.label: source.text.splitlines() for source in five.sources}
    for row in table.to_dict("records"):
        line = raw[row["text"]][row["raw_line"] - 1]
        assert row["paragraph"].split()[0].strip("\"“'") in line


def test_phrases_are_terms_where_asked_for() -> None:
    terms = topic_terms(default_corpus(topic_phrase=3, n_topics=5, max_topics=2)).frame["term"]
    assert terms.str.contains(" ").any()


# --- what the texts cannot hold


def test_more_topics_than_the_texts_hold(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, {"a": "One cow.\n\nOne cow.", "b": "One cow."}, n_topics=9)
    assert too_many(corpus, corpus.parameters.n_topics) == (
        "n_topics = 9 is more than these texts can hold: 3 paragraphs, some of them alike, share "
        "2 terms. They are too short for topics."
    )
    for question in (topic_number, topic_shares, topic_terms):
        with pytest.raises(NothingToShow, match="n_topics = 9 is more than"):
            question(corpus)


def test_the_nearest_number_is_named(tmp_path: Path) -> None:
    text = "Cow hen.\n\nHen ox.\n\nCow ox.\n\nCow hen."
    corpus = corpus_of(tmp_path, {"a": text, "b": "Ox."}, n_topics=4)
    assert largest_number(corpus) == 3
    assert too_many(corpus, corpus.parameters.n_topics) == (
        "n_topics = 4 is more than these texts can hold: 5 paragraphs share 3 terms. "
        "The nearest is 3."
    )


def test_texts_too_short_for_any_topic(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, {"a": "Cow.", "b": "Ox."})
    with pytest.raises(NothingToShow, match=r"^No two paragraphs share a term\."):
        topic_terms(corpus)


def test_few_paragraphs_get_two_topics_without_stability(tmp_path: Path) -> None:
    texts = {"farm": paragraphs_of(FARM, 4), "ships": paragraphs_of(SHIPS, 4)}
    corpus = corpus_of(tmp_path, texts, n_draws=100)
    with pytest.raises(NothingToShow, match=r"8 paragraphs cannot tell .* 2 topics are taken"):
        topic_number(corpus)
    shares, terms = topic_shares(corpus), topic_terms(corpus)
    assert shares.frame["stability"].isna().all()
    assert terms.title == "The 2 topics and their heaviest terms"
    assert "8 paragraphs are too few to tell" in caption(shares)
    assert len(topic_stability(corpus, chosen_topics(corpus))) == 0
    for finding, function in ((shares, draw_topic_shares), (terms, draw_topic_terms)):
        assert b"<svg" in draw(finding, function).svg


def test_fewer_numbers_are_tried_where_there_are_few_paragraphs(tmp_path: Path) -> None:
    texts = {"farm": paragraphs_of(FARM, 5), "ships": paragraphs_of(SHIPS, 6)}
    finding = topic_number(corpus_of(tmp_path, texts))
    assert finding.frame["topics"].tolist() == [2, 3, 4, 5]
    assert "More than 5 topics these texts cannot hold." in caption(finding)


def test_many_paragraphs_are_drawn_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rhetorica.stability.MOST_UNITS", 40)
    corpus = default_corpus(max_topics=3)
    assert measure_stability(corpus).units == 40
    assert "of 40 of 1" in caption(topic_number(corpus))


def test_one_text_has_topics_and_no_shares_to_compare() -> None:
    corpus = default_corpus(texts="party-building-treatise", max_topics=4)
    assert len(topic_terms(corpus).frame)
    with pytest.raises(NothingToShow, match="needs at least two"):
        topic_shares(corpus)


def test_no_word_left(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, {"a": "The of.\n\nOf the.", "b": "The of."})
    for question in (topic_number, topic_shares, topic_terms):
        with pytest.raises(NothingToShow, match="No word is left"):
            question(corpus)


# --- drawn


def test_the_curve_is_drawn_whichever_number_is_taken(five: Corpus) -> None:
    for corpus in (five, default_corpus(n_topics=14, max_topics=3)):
        finding: Finding = topic_number(corpus)
        first, again = (draw(finding, draw_topic_number).svg for _ in range(2))
        assert first == again


# --- texts of which the model says little


def test_a_text_without_a_word_of_the_model_has_no_shares(tmp_path: Path) -> None:
    known = "\n\n".join(
        ["Cows eat grass. Sheep eat grass.", "Ships sail seas. Boats sail seas."] * 6
    )
    own = "\n\n".join(f"Word{i}x stays{i}x alone{i}x." for i in range(7))
    corpus = corpus_of(tmp_path, {"known": known, "own": own}, n_topics=2, n_draws=100)
    finding = topic_shares(corpus)
    frame = finding.frame
    assert frame["share"].isna().tolist() == [False, False, True, True]
    assert frame["covered"].tolist() == [1, 1, 0, 0]
    assert "No term of the model stands in: own." in finding.notes
    assert "; own:" not in finding.alt
    assert "“known”" in finding.title
    draw_topic_shares(finding)


def test_a_text_that_is_hardly_covered_makes_no_title(tmp_path: Path) -> None:
    known = "\n\n".join(
        ["Cows eat grass. Sheep eat grass.", "Ships sail seas. Boats sail seas."] * 6
    )
    rest = "\n\n".join(" ".join(f"w{i}x{j}" for j in range(9)) for i in range(7))
    texts = {"known": known, "own": f"{rest}\n\nCows eat grass."}
    finding = topic_shares(corpus_of(tmp_path, texts, n_topics=2, n_draws=100, short_text=0))
    assert finding.frame["covered"].tolist() == pytest.approx([1, 1, 3 / 66, 3 / 66])
    assert "Of “own” only 5% lies in paragraphs with a term of the model." in finding.notes
    assert "“known”" in finding.title


def test_the_best_number_wins_though_its_own_chance_varies_more() -> None:
    # Two topics come back far better than chance gives on average, but chance varies most for two.
    stability = made_up([0.86, 0.7, 0.72], [0.62, 0.5, 0.48], noise=0.12)
    assert beyond_chance(stability)[2].tolist() == [False, False, True]
    assert sure_numbers(stability) == (4,)
    assert most_stable(stability) == 2
    assert not is_sure(stability, 2)
    quiet = made_up([0.86, 0.75, 0.6], [0.6, 0.55, 0.5], noise=0.02)
    assert sure_numbers(quiet) == (2, 3, 4)
    assert most_stable(quiet) == 2
    assert as_stable(quiet) == ()


def test_a_number_within_the_band_of_chance_is_not_announced(
    three: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    stability = made_up([0.86, 0.7, 0.72], [0.62, 0.5, 0.48], noise=0.12)
    for module in ("rhetorica.topic_number", "rhetorica.topics", "rhetorica.stability"):
        monkeypatch.setattr(f"{module}.measure_stability", lambda corpus: stability)
    assert topic_number(three).title == (
        "2 topics come back best (agreement 0.86, by chance 0.62), but not surely above chance; "
        "4 is"
    )
    assert topic_terms(three).title in (
        "The 2 topics and their terms, no surer than chance makes them",
        "The 2 topics and their heaviest terms",
    )


def test_fewer_draws_are_made_where_more_numbers_are_tried() -> None:
    few = measure_stability(default_corpus(max_topics=3))
    many = measure_stability(default_corpus(max_topics=16))
    assert few.draws == (25, 10)
    assert many.draws == (25 * 54 // sum(range(2, 17)), 4)
