"""Terms that set a text apart: scores by hand and by scipy, floors of chance, what is shown."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency, fisher_exact

from rhetorica.contrast import distinctive_terms, leading_sentences, leading_terms
from rhetorica.corpus import Corpus, read_corpus
from rhetorica.errors import NothingToShow, ParameterError
from rhetorica.figures.funnel import draw_term_funnel
from rhetorica.findings import caption
from rhetorica.funnel import chance_band, funnel_text, term_funnel
from rhetorica.resampling import generator
from rhetorica.term_scores import (
    MAX_SHUFFLES,
    _rare_maximum,
    chance_floors,
    compared_counts,
    log_odds_of,
    score_terms,
    shuffles,
)
from support import corpus_of, default_corpus

FARM = "Cows eat grass. Sheep eat grass near cows. Sheep rest."
SHIPS = "Ships sail seas. Boats sail seas near ships. Boats rest."
SCORES = ("tf_idf", "g2", "log_odds")


def apart(folder: Path, paragraphs: int = 6, **parameters: object) -> Corpus:
    """Two texts that share two words only, each of so many like paragraphs."""
    texts = {"farm": "\n\n".join([FARM] * paragraphs), "ships": "\n\n".join([SHIPS] * paragraphs)}
    return corpus_of(folder, texts, **parameters)


def alike(folder: Path, **parameters: object) -> Corpus:
    text = "\n\n".join([FARM, SHIPS] * 4)
    return corpus_of(folder, {"one": text, "two": text}, **parameters)


def test_leading_terms_by_hand(tmp_path: Path) -> None:
    texts = {"a": "x x x y y z z", "b": "y y z z w w"}
    frame = leading_terms(corpus_of(tmp_path, texts, stop_words="none", longest_phrase=1))
    assert frame[["label", "term", "count", "texts_with_term"]].to_numpy().tolist() == [
        ["a", "x", 3, 1],
        ["b", "w", 2, 1],
    ]
    expected = [1000 * 3 / 7 * math.log(2), 1000 * 2 / 6 * math.log(2)]
    assert frame["tf_idf"].tolist() == pytest.approx(expected)
    assert frame["per_1000_words"].tolist() == pytest.approx([3000 / 7, 2000 / 6])
    assert frame["log_ratio"].tolist() == pytest.approx(
        [math.log2((3 / 7) / (0.5 / 6)), math.log2((2 / 6) / (0.5 / 7))]
    )
    assert (frame["beyond_chance"] == "").all()  # two paragraphs cannot be shuffled


def test_scores_are_those_of_scipy_for_every_term_and_text() -> None:
    scores = score_terms(default_corpus())
    words = scores.counts.sizes
    p_values = np.ones(scores.table.shape)
    for text, term in np.ndindex(scores.table.shape):
        here = scores.table[text, term]
        rest = scores.table[:, term].sum() - here
        cells = [[here, words[text] - here], [rest, words.sum() - words[text] - rest]]
        if term % 20 == 0:
            g2 = chi2_contingency(cells, correction=False, lambda_="log-likelihood").statistic
            assert abs(scores.g2[text, term]) == pytest.approx(g2, abs=1e-8)
        p_values[text, term] = fisher_exact(cells).pvalue
    assert scores.q.shape == p_values.shape
    # Benjamini & Hochberg (1995) as they put it: reject the k smallest, k the largest with
    # p(k) <= k / m * q. The adjusted values must reject the same at any level.
    ordered = np.sort(p_values.ravel())
    for level in (0.001, 0.01, 0.05, 0.2):
        below = np.flatnonzero(ordered <= np.arange(1, ordered.size + 1) / ordered.size * level)
        rejected = 0 if not below.size else below[-1] + 1
        assert int((scores.q <= level * (1 + 1e-9)).sum()) == rejected


def test_the_target_is_no_part_of_what_it_is_compared_with(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, {"a": "x x x y", "b": "x y y y y"}, stop_words="none",
                       longest_phrase=1, min_count=1)  # fmt: skip
    scores = score_terms(corpus)
    x = scores.counts.terms.index("x")
    assert scores.log_ratio[:, x].tolist() == pytest.approx(
        [math.log2((3 / 4) / (1 / 5)), math.log2((1 / 5) / (3 / 4))]
    )
    prior = 500 * 4 / 9
    ours, theirs = (3 + prior) / (4 + 500 - 3 - prior), (1 + prior) / (5 + 500 - 1 - prior)
    z = math.log(ours / theirs) / math.sqrt(1 / (3 + prior) + 1 / (1 + prior))
    assert scores.log_odds[0, x] == pytest.approx(z)
    assert scores.log_odds[1, x] == pytest.approx(-z)


def test_paragraphs_with_a_term_are_counted(tmp_path: Path) -> None:
    texts = {"a": "x x.\n\ny x.\n\nz.", "b": "x.\n\nw w."}
    corpus = corpus_of(tmp_path, texts, stop_words="none", min_count=1, longest_phrase=1)
    scores = score_terms(corpus)
    assert dict(zip(scores.counts.terms, scores.paragraphs[0].tolist(), strict=True)) == {
        "w": 0, "x": 2, "y": 1, "z": 1,
    }  # fmt: skip


@pytest.mark.parametrize("rank_by", SCORES)
def test_floor_is_that_of_a_plain_loop(rank_by: str) -> None:
    corpus = default_corpus(rank_by=rank_by, n_draws=100)
    counts, least = compared_counts(corpus), corpus.parameters.min_count
    dense = counts.matrix.toarray()
    random = generator(corpus.parameters.seed, "chance_floors")
    lengths = np.array([counts.sizes[counts.unit_documents == text].sum() for text in range(5)])
    texts = np.array(sorted(range(5), key=lambda text: counts.document_ids[text]))
    units = np.concatenate([np.flatnonzero(counts.unit_documents == text) for text in texts])
    most = np.zeros((100, 5))
    for draw in range(100):
        order = random.permutation(len(counts.sizes))
        owners, before = np.zeros(len(order), dtype=int), 0.0
        for unit in units[order]:
            middle = before + counts.sizes[unit] / 2
            owners[unit] = texts[sum(middle >= end for end in np.cumsum(lengths[texts])[:-1])]
            before += counts.sizes[unit]
        table = np.stack([dense[owners == text].sum(axis=0) for text in range(5)])
        words = np.array([counts.sizes[owners == text].sum() for text in range(5)])
        for text in range(5):
            here, rest = table[text], table.sum(axis=0) - table[text]
            other = words.sum() - words[text]
            if rank_by == "tf_idf":
                score = (
                    1000 * here / words[text] * np.log(5 / np.maximum((table > 0).sum(axis=0), 1))
                )
            elif rank_by == "g2":
                score = _g2(here, words[text], rest, other)
            else:
                score = log_odds_of(here, words[text], table.sum(axis=0), int(words.sum()))
            most[draw, text] = max(score[here >= least].max(), 0)
    floors = chance_floors(corpus)
    assert floors.draws == 100
    np.testing.assert_allclose(floors.single, np.quantile(most, 0.95, axis=0), rtol=1e-9)
    np.testing.assert_allclose(floors.joint, np.quantile(most, 0.99, axis=0), rtol=1e-9)


def _g2(a: np.ndarray, n: int, b: np.ndarray, m: int) -> np.ndarray:
    """G² of over-use, term by term in plain Python."""
    scores = []
    for x, y in zip(a.tolist(), b.tolist(), strict=True):
        cells = [(x, n), (y, m), (n - x, n), (m - y, m)]
        shares = [(x + y) / (n + m)] * 2 + [1 - (x + y) / (n + m)] * 2
        total = 2 * sum(
            o * math.log(o / (size * share))
            for (o, size), share in zip(cells, shares, strict=True)
            if o
        )
        scores.append(total if x * m >= y * n else -total)
    return np.array(scores)


def test_terms_of_unlike_texts_lie_beyond_chance_and_of_like_texts_do_not(tmp_path: Path) -> None:
    unlike = distinctive_terms(apart(tmp_path / "apart"))
    assert set(unlike.frame["beyond_chance"]) == {"yes"}
    assert unlike.title.startswith(f"{len(unlike.frame)} of the {len(unlike.frame)} leading terms")
    for rank_by in SCORES:
        like = distinctive_terms(alike(tmp_path / rank_by, rank_by=rank_by))
        assert like.frame.empty
        assert like.title.startswith("No term sets a text apart: what is frequent enough stands")
        assert any("No term is shown for one, two." in note for note in like.notes)


@pytest.mark.parametrize("lengths", [(12, 12, 12, 12), (30, 12, 12, 4)])
def test_chance_alone_is_rarely_beyond_chance(tmp_path: Path, lengths: tuple[int, ...]) -> None:
    # Paragraphs drawn from one list of words: in some 5% of texts a term lies beyond the floor,
    # also where the paragraphs of one text are longer than those of another.
    words = [f"W{i}" for i in range(60)]
    beyond = texts = 0
    for seed in range(12):
        random = np.random.default_rng(seed)
        made = {
            name: "\n\n".join(f"{' '.join(random.choice(words, length))}." for _ in range(10))
            for name, length in zip("abcd", lengths, strict=True)
        }
        corpus = corpus_of(tmp_path / str(seed), made, n_draws=200, rank_by="g2")
        assert len(corpus.counts.sizes) == 40  # paragraphs, as they were made
        frame = leading_terms(corpus)
        beyond += frame.loc[frame["beyond_chance"] == "yes", "document"].nunique()
        texts += 4
    assert beyond <= 0.15 * texts


def test_words_of_one_paragraph_are_not_surer_for_being_repeated_there(tmp_path: Path) -> None:
    # A word said ten times in one paragraph passes the test of words, not that of paragraphs.
    plain = "\n\n".join(f"Men went out to work number {i} again." for i in range(10))
    texts = {"a": plain + "\n\n" + "Storm. " * 10, "b": plain, "c": plain}
    frame = leading_terms(corpus_of(tmp_path, texts, rank_by="g2"))
    [storm] = frame[frame["term"] == "storm"].to_dict("records")
    assert storm["q"] < 0.05
    assert storm["paragraphs"] == 1
    assert storm["beyond_chance"] == "no"


def test_shown_terms_do_not_repeat_each_other() -> None:
    frame = leading_terms(default_corpus(n_terms=25))
    for _, own in frame.groupby("document"):
        terms = list(own["term"])
        inside = [(a, b) for a in terms for b in terms if a != b and f" {a} " in f" {b} "]
        for part, whole in inside:
            counts = own.set_index("term")["count"]
            assert counts[whole] < 0.75 * counts[part]
    assert "internationalist unity" in set(frame["term"])


def test_longest_phrase_of_one_gives_words() -> None:
    assert not leading_terms(default_corpus(longest_phrase=1))["term"].str.contains(" ").any()
    frame = leading_terms(default_corpus(longest_phrase=1, lemmas="english"))
    assert "leaders" not in set(frame["term"])


@pytest.mark.parametrize("rank_by", SCORES)
def test_terms_are_in_the_order_of_the_score(rank_by: str) -> None:
    frame = leading_terms(default_corpus(rank_by=rank_by))
    for _, own in frame.groupby("document"):
        assert own[rank_by].is_monotonic_decreasing
        assert own["rank"].tolist() == list(range(1, len(own) + 1))
        ties = own[own[rank_by].round(9).duplicated(keep=False)]
        for _, tied in ties.groupby(ties[rank_by].round(9)):
            assert tied["term"].is_monotonic_increasing
    assert (frame["count"] >= 2).all()


def test_log_tf_orders_by_texts_first() -> None:
    rate, log = (leading_terms(default_corpus(contrast_tf=tf)) for tf in ("rate", "log"))
    assert log["tf_idf"].tolist() == pytest.approx(
        ((1 + np.log(log["count"])) * np.log(5 / log["texts_with_term"])).tolist()
    )
    assert set(rate["term"]) != set(log["term"])


def test_shared_words_appear_with_the_smooth_idf_only() -> None:
    plain = leading_terms(default_corpus())
    smooth = leading_terms(default_corpus(contrast_idf="smooth"))
    assert (plain["texts_with_term"] < 5).all()
    assert "independence" in set(smooth["term"])
    assert "independence" not in set(plain["term"])


def test_all_terms_of_a_text_are_saved_with_what_it_avoids() -> None:
    finding = distinctive_terms(default_corpus())
    every, scores = finding.tables["contrast_terms"], score_terms(default_corpus())
    for text, (_, own) in enumerate(every.groupby("document", sort=False)):
        often = (scores.table[text] >= 2) | (scores.q[text] < 0.05)
        assert len(own) == often.sum()
        assert own["g2"].is_monotonic_decreasing
    avoided = every[(every["label"] == "Treatise 1992") & (every["g2"] < 0) & (every["q"] < 0.05)]
    assert set(avoided["term"]) >= {"great", "party"}
    shown = finding.frame.merge(every, on=["document", "term"], suffixes=("", "_again"))
    assert len(shown) == len(finding.frame)


def test_a_text_without_a_term_keeps_its_panel(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, {"a": "x x y", "b": "z"}, stop_words="none", longest_phrase=1)
    finding = distinctive_terms(corpus)
    assert finding.frame["term"].tolist() == ["x"]
    assert finding.tables["contrast_texts"]["label"].tolist() == ["a", "b"]
    assert any("No term is shown for b." in note for note in finding.notes)


def test_all_words_left_out_is_said() -> None:
    with pytest.raises(NothingToShow, match=r"No word is left: .* leave_out = \*"):
        distinctive_terms(default_corpus(leave_out="*"))


@pytest.mark.parametrize("question", [distinctive_terms, leading_sentences, term_funnel])
def test_one_text_has_nothing_to_be_compared_with(question: object) -> None:
    assert callable(question)
    with pytest.raises(NothingToShow, match="needs at least two"):
        question(default_corpus(texts="feats-for-parties"))


def test_sentences_hold_their_terms() -> None:
    corpus = default_corpus()
    table = leading_sentences(corpus)
    assert table.groupby("text").size().tolist() == [3] * 5
    for row in table.to_dict("records"):
        words = "".join(
            letter if letter.isalnum() or letter == "-" else " "
            for letter in row["sentence"].lower()
        )
        assert f" {row['term']} " in f" {' '.join(words.split())} "
    with pytest.raises(NothingToShow, match="No term stands at least 900 times in a text"):
        leading_sentences(default_corpus(min_count=900))


def test_caption_says_how_it_was_computed() -> None:
    said = caption(distinctive_terms(default_corpus()))
    for part in ("ln(N / df)", "N = 5 texts", "G² = 2 Σ O ln(O / E)", "1,000 draws", "Benjamini"):
        assert part in said
    assert "log2" in said
    few = caption(distinctive_terms(default_corpus(n_draws=150)))
    assert "150 draws" in few


def test_work_is_bounded() -> None:
    corpus = default_corpus(n_draws=100_000)
    assert shuffles(corpus, 1) == MAX_SHUFFLES
    assert shuffles(corpus, 250_000) == 200
    assert shuffles(corpus, 3_000_000) == 100
    assert shuffles(corpus, 10**12) == 100
    assert shuffles(default_corpus(n_draws=100), 10**12) == 100


def test_funnel_is_of_the_longest_text_or_of_the_one_named() -> None:
    assert funnel_text(default_corpus()) == 1
    assert funnel_text(default_corpus(funnel="feats-for-parties")) == 3


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"funnel": "feats-for-party"}, r"funnel = .* Did you mean 'feats-for-parties'\?"),
        ({"left": "x"}, "left = 'x' is none of the texts compared"),
        (
            {"texts": "feats-for-parties", "funnel": "global-independence"},
            "none of the texts compared.* Known: 'feats-for-parties'",
        ),
        ({"right": "feats-for-parties"}, "has nothing beside it: name the other text in left"),
        (
            {"left": "feats-for-parties", "right": "feats-for-parties"},
            "left and right are both 'feats-for-parties': name two texts",
        ),
    ],
)
def test_a_text_that_cannot_be_named_is_refused_at_once(
    parameters: dict[str, str], said: str
) -> None:
    with pytest.raises(ParameterError, match=said):
        default_corpus(**parameters)


def test_funnel_has_every_tested_term_once() -> None:
    corpus = default_corpus(funnel="party-building-commentary")
    finding, scores = term_funnel(corpus), score_terms(corpus)
    assert sorted(finding.frame["term"]) == list(scores.counts.terms)
    assert finding.frame["log_odds"].is_monotonic_decreasing
    named = finding.frame[finding.frame["named"] == "yes"]
    assert set(finding.frame.loc[finding.frame["side"] == "text", "term"]) <= set(named["term"])
    assert (named["log_odds"] > 0).sum() <= 8
    assert (named["log_odds"] < 0).sum() <= 8
    low, high, draws = chance_band(corpus)
    assert low < 0 < high
    assert draws == 1000
    sides = np.select([finding.frame["log_odds"] > high, finding.frame["log_odds"] < low],
                      ["text", "others"], "neither")  # fmt: skip
    assert finding.frame["side"].tolist() == sides.tolist()
    assert finding.title == (
        "3 of 569 terms are more frequent in “About the treatise” than by chance, none rarer"
    )


def test_funnel_of_like_texts_and_of_few_paragraphs(tmp_path: Path) -> None:
    like = term_funnel(alike(tmp_path / "alike"))
    assert like.title.startswith("None of 21 terms is more frequent in “one” than by chance, none")
    assert (like.frame["log_odds"].abs() < 1e-9).all()
    few = corpus_of(tmp_path / "few", {"a": "x x y y", "b": "y y z z"}, stop_words="none")
    finding = term_funnel(few)
    assert chance_band(few) == (-1.96, 1.96, 0)
    assert "what chance gives cannot be told" in finding.scope
    draw_term_funnel(finding)


def test_funnel_band_holds_in_its_share_of_draws() -> None:
    corpus = default_corpus(n_draws=400)
    counts, (low, high, _) = compared_counts(corpus), chance_band(corpus)
    random = np.random.default_rng(99)  # other draws than those the band was made from
    total = np.asarray(counts.matrix.sum(axis=0)).ravel()
    own = counts.sizes[counts.unit_documents == 1].sum()
    inside = 0
    for _ in range(400):
        order = random.permutation(len(counts.sizes))
        taken = order[np.cumsum(counts.sizes[order]) - counts.sizes[order] / 2 < own]
        here = np.asarray(counts.matrix[taken].sum(axis=0)).ravel()
        z = log_odds_of(here, counts.sizes[taken].sum(), total, int(counts.sizes.sum()))
        inside += bool(z.min() >= low and z.max() <= high)
    assert 0.92 <= inside / 400 <= 1


def test_frames_are_complete() -> None:
    finding = distinctive_terms(default_corpus())
    assert not finding.frame.isna().any().any()
    assert isinstance(finding.tables["contrast_texts"], pd.DataFrame)
    assert list(finding.frame.columns)[:4] == ["document", "label", "rank", "term"]


def test_one_text_wholly_its_own_is_not_taken_for_chance(tmp_path: Path) -> None:
    texts = {f"t{i:02}": "\n\n".join([FARM, SHIPS] * 3) for i in range(12)}
    texts["own"] = "\n\n".join(["Stars shine. Moons shine near stars."] * 6)
    finding = distinctive_terms(corpus_of(tmp_path, texts))
    assert set(finding.frame.loc[finding.frame["beyond_chance"] == "yes", "document"]) == {"own"}
    assert "beyond chance; 12 texts have none" in finding.title


def test_order_of_the_texts_changes_nothing() -> None:
    corpus = default_corpus(n_draws=100)
    names = [source.document.id for source in corpus.sources]
    study = corpus.study
    turned = study.model_copy(update={"documents": study.documents[::-1]})
    other = read_corpus(turned, corpus.parameters)
    floors, again = chance_floors(corpus), chance_floors(other)
    assert again.single[::-1].tolist() == pytest.approx(floors.single.tolist())
    assert chance_band(other) == pytest.approx(chance_band(corpus))
    frame, turned_frame = leading_terms(corpus), leading_terms(other)
    for name in names:
        own, its = (f[f["document"] == name]["term"].tolist() for f in (frame, turned_frame))
        assert own == its


@pytest.mark.filterwarnings("error")
def test_a_term_that_is_every_word_has_no_infinite_odds(tmp_path: Path) -> None:
    texts = {"a": "Apple apple apple.\n\n" * 12, "b": "Apple apple.\n\n" * 12}
    corpus = corpus_of(tmp_path, texts, funnel="b", longest_phrase=1)
    assert np.isfinite(score_terms(corpus).log_odds).all()
    draw_term_funnel(term_funnel(corpus))


def test_no_term_often_enough_for_a_funnel() -> None:
    with pytest.raises(NothingToShow, match="No term stands at least 1,000 times"):
        term_funnel(default_corpus(min_count=1000))


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"a": FARM, "b": FARM}, "No term sets a text apart: what is frequent enough stands in"),
        ({"a": "One cow.", "b": "Two hens."}, "No term stands at least 2 times in a text"),
    ],
)
def test_why_there_is_no_term(tmp_path: Path, texts: dict[str, str], said: str) -> None:
    finding = distinctive_terms(corpus_of(tmp_path, texts))
    assert finding.frame.empty
    assert finding.title.startswith(said)


def test_shares_in_captions_have_their_decimals() -> None:
    said = caption(distinctive_terms(default_corpus(confidence=0.999, n_draws=100)))
    assert "below it in 99.9% of 100 draws" in said
    assert "beyond the line in 0.1% of texts" in said


def test_a_text_of_few_paragraphs_has_no_floor(tmp_path: Path) -> None:
    texts = {"a": "\n\n".join([FARM] * 6), "b": "\n\n".join([SHIPS] * 6), "note": "Please, please."}
    corpus = corpus_of(tmp_path, texts, funnel="note")
    finding = distinctive_terms(corpus)
    assert np.isnan(chance_floors(corpus).single).tolist() == [False, False, True]
    note = finding.frame[finding.frame["document"] == "note"]
    assert note["term"].tolist() == ["please"]
    assert note["beyond_chance"].tolist() == [""]
    assert f" of the {len(finding.frame) - 1} leading terms" in finding.title
    assert "Too few paragraphs to tell what chance gives: note." in finding.notes
    assert chance_band(corpus)[2] == 0
    assert "what chance gives cannot be told" in term_funnel(corpus).scope


def test_terms_no_more_frequent_than_elsewhere_are_not_shown(tmp_path: Path) -> None:
    texts = {"a": "x x y y z z", "b": "x x y y z z", "c": "w w w w w w"}
    corpus = corpus_of(tmp_path, texts, stop_words="none", longest_phrase=1)
    frame = leading_terms(corpus)
    assert (frame["log_ratio"] > 0).all()
    more = corpus_of(tmp_path / "2", {**texts, "d": "x " * 30}, stop_words="none", longest_phrase=1)
    shown = leading_terms(more)
    assert "x" not in shown.loc[shown["document"] == "a", "term"].tolist()


def test_rare_maxima_are_extrapolated_where_draws_are_few() -> None:
    random = np.random.default_rng(5)
    many = random.gumbel(10, 2, (200_000, 1))
    true = np.quantile(many, 1 - 0.05 / 200)
    few = np.stack([_rare_maximum(random.gumbel(10, 2, (200, 1)), 0.05 / 200) for _ in range(40)])
    assert few.mean() == pytest.approx(true, rel=0.03)
    enough = random.gumbel(10, 2, (1000, 1))
    assert _rare_maximum(enough, 0.01) == pytest.approx(np.quantile(enough, 0.99))


def test_terms_on_the_line_are_named() -> None:
    corpus = default_corpus()
    finding, floors = distinctive_terms(corpus), chance_floors(corpus)
    assert (floors.low <= floors.single).all()
    assert (floors.single <= floors.high).all()
    [note] = [note for note in finding.notes if note.startswith("So near the line")]
    sides = []
    for seed in (1, 3):  # one of them has adoption beyond the line, the other has not
        frame = leading_terms(default_corpus(seed=seed))
        sides.append(frame.loc[frame["term"] == "adoption", "beyond_chance"].item())
    assert sides == ["no", "yes"]
    assert "adoption" in note
    assert "leader" not in note
