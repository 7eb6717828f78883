"""Similarity: the matrix, its order, its tables and its words, of plain texts and of nasty ones."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rhetorica.corpus import Corpus
from rhetorica.errors import NothingToShow
from rhetorica.findings import Finding, caption, record, table
from rhetorica.likeness import yardstick_of
from rhetorica.measures import MEASURES, MeasureName
from rhetorica.neighbours import nearest_texts
from rhetorica.similarity import (
    all_pairs,
    compare_weightings,
    explained_pairs,
    leading_pairs,
    similarity_matrix,
)
from support import corpus_of, default_corpus

PARAGRAPHS = (
    "The workers build strong houses in the great city.",
    "Farmers bring the harvest to the market every autumn.",
    "Children learn reading and writing in the village school.",
    "Sailors cross the cold ocean with heavy cargo ships.",
    "Miners dig coal and iron under the quiet mountains.",
    "Doctors heal the sick people in every small town.",
)
OTHERS = (
    "Zebras gallop beyond golden meadows.",
    "Violins whisper melancholy evening songs.",
    "Telescopes observe distant spinning galaxies.",
    "Painters mix crimson pigments carefully.",
    "Bakers knead sourdough before sunrise.",
    "Gardeners prune fragrant rose bushes.",
)
COLOURS = ["red", "blue", "green", "yellow", "orange", "purple", "white", "black"]
ANIMALS = ["cat", "dog", "horse", "cow", "sheep", "goat", "pig", "duck"]


def joined(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs)


def with_measure(corpus: Corpus, measure: MeasureName, **changed: object) -> Corpus:
    changed = {"measure": measure, **changed}
    return replace(corpus, parameters=corpus.parameters.model_copy(update=changed))


def text_of(words: list[str], random: np.random.Generator) -> str:
    return joined(*(" ".join(random.choice(words, 6)).capitalize() + "." for _ in range(2)))


def two_kinds(count: int) -> dict[str, str]:
    """Return texts of colours and of animals, in turn."""
    random = np.random.default_rng(0)
    return {f"t{i:03}": text_of(COLOURS if i % 2 else ANIMALS, random) for i in range(count)}


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return corpus_of(tmp_path_factory.mktemp("many"), two_kinds(301))


@pytest.fixture(scope="module")
def sixty_one(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return corpus_of(tmp_path_factory.mktemp("some"), two_kinds(61))


def assert_whole(finding: Finding) -> None:
    """Check what holds of every finding: it can be written, and its words are in order."""
    for frame in (finding.frame, *finding.tables.values()):
        table(frame)
    json.loads(record(finding))
    said = f"{finding.title}. {caption(finding)} {finding.alt}"
    for wrong in ("nan", "inf ", "{", "  ", "..", " 1 pairs", " 1 texts", "None"):
        assert wrong not in said.replace(" None of", "").replace("infl", ""), (wrong, said)
    assert not finding.title.endswith(".")


@pytest.mark.parametrize("measure", list(MEASURES))
def test_every_pair_of_the_five_texts_once(measure: MeasureName) -> None:
    finding = similarity_matrix(default_corpus(measure=measure))
    assert_whole(finding)
    frame = finding.frame
    pairs = {frozenset(pair) for pair in frame[["document_a", "document_b"]].to_numpy()}
    assert len(frame) == len(pairs) == 10
    order = default_corpus().tokens.document_ids
    assert (frame["document_a"].map(order.index) < frame["document_b"].map(order.index)).all()
    assert (frame["low"] <= frame["value"]).all()
    assert (frame["value"] <= frame["high"]).all()
    assert (frame["low"] < frame["high"]).all()
    assert (frame["low"] >= 0).all()
    assert finding.parameters is not None
    assert finding.parameters["view"] == "texts"
    assert finding.parameters["measure"] == measure
    texts = finding.tables["similarity_texts"]
    assert texts["place"].tolist() == [1, 2, 3, 4, 5]
    place = dict(zip(texts["document"], texts["place"], strict=True))
    assert frame["place_a"].tolist() == [place[name] for name in frame["document_a"]]
    assert frame["place_b"].tolist() == [place[name] for name in frame["document_b"]]
    assert texts["words"].sum() == len(default_corpus().tokens)
    assert (
        (texts["halves_low"] < texts["halves"]) & (texts["halves"] < texts["halves_high"])
    ).all()
    branches = finding.tables["similarity_branches"]
    assert branches["size"].iloc[-1] == 5
    assert branches["support"].iloc[-1] == 1
    assert branches["support"].between(0, 1).all()
    # The lowest branch is the most alike pair.
    best = frame["value"].min() if measure == "delta" else 1 - frame["value"].max()
    assert branches["height"].iloc[0] == pytest.approx(best)
    sums = finding.tables["similarity_terms"].groupby(["document_a", "document_b"])["contribution"]
    values = frame.set_index(["document_a", "document_b"])["value"]
    pd.testing.assert_series_equal(
        sums.sum().sort_index(), values.sort_index(), check_names=False, rtol=1e-8
    )


def test_similarity_of_the_texts_agrees_with_scikit_learn() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.metrics.pairwise import cosine_similarity

    from rhetorica.stop_words import english_stop_words
    from rhetorica.tokens import split_words

    corpus = default_corpus()
    left_out = {w.lower() for w in (*english_stop_words(), *corpus.parameters.leave_out)}
    vectorizer = TfidfVectorizer(
        analyzer=lambda text: [w.lower() for w in split_words(text) if w.lower() not in left_out]
    )
    expected = cosine_similarity(vectorizer.fit_transform([e.text for e in corpus.editions]))
    ids = list(corpus.tokens.document_ids)
    for pair in similarity_matrix(corpus).frame.to_dict("records"):
        row, column = ids.index(pair["document_a"]), ids.index(pair["document_b"])
        assert pair["value"] == pytest.approx(expected[row, column], abs=1e-8)


def test_title_names_the_most_alike_which_every_weighting_puts_first() -> None:
    corpus = default_corpus()
    finding = similarity_matrix(corpus)
    best = finding.frame.iloc[int(finding.frame["value"].to_numpy().argmax())]
    pair = {f"“{best['label_a']}”", f"“{best['label_b']}”"}
    assert all(name in finding.title for name in pair)
    assert f"cosine of TF-IDF {best['value']:.2f}, first of 10 pairs in " in finding.title
    assert compare_weightings(corpus)["places"].iloc[0] == "1, 1, 1, 1"


def test_the_share_of_resamples_is_that_of_the_draws() -> None:
    corpus = default_corpus()
    _, _, values, drawn = all_pairs(corpus)
    share = float((drawn.argmax(axis=1) == values.argmax()).mean())
    assert similarity_matrix(corpus).title.endswith(f"in {share:.0%} of resamples")


def test_the_order_of_the_study_does_not_change_the_matrix(tmp_path: Path) -> None:
    texts = {
        "a": joined(*PARAGRAPHS),
        "b": joined(*PARAGRAPHS[:3], *OTHERS[:4]),
        "c": joined(*OTHERS, *PARAGRAPHS[:1]),
    }
    findings = [
        similarity_matrix(corpus_of(tmp_path / str(i), dict(order)))
        for i, order in enumerate((texts.items(), reversed(texts.items())))
    ]
    numbers = []
    for finding in findings:
        frame = finding.frame.assign(
            pair=["".join(sorted(p)) for p in finding.frame[["label_a", "label_b"]].to_numpy()]
        )
        numbers.append(frame.set_index("pair").sort_index()[["value", "low", "high"]])
    pd.testing.assert_frame_equal(numbers[0], numbers[1], atol=1e-9)
    columns = ["label", "halves", "halves_low", "halves_high"]
    one, other = (f.tables["similarity_texts"][columns].sort_values("label") for f in findings)
    pd.testing.assert_frame_equal(one.reset_index(drop=True), other.reset_index(drop=True))
    one, other = (f.tables["similarity_branches"][["height", "support"]] for f in findings)
    pd.testing.assert_frame_equal(one, other)


def test_caption_warns_of_unlike_lengths_only(tmp_path: Path) -> None:
    alike = similarity_matrix(corpus_of(tmp_path, {"a": "one two", "b": "two three"}))
    assert not any("Lengths differ" in note for note in alike.notes)
    assert any(
        "Lengths differ (357 to 2,218 words)" in note
        for note in similarity_matrix(default_corpus()).notes
    )


def test_caption_says_what_was_left_out_by_each_measure(tmp_path: Path) -> None:
    texts = {"a": "The Kim sky.", "b": "The Kim sea.", "c": "The sea."}
    corpus = corpus_of(tmp_path, texts, leave_out="kim")
    cases: tuple[tuple[MeasureName, str], ...] = (
        ("cosine", "Left out: English function words and kim, 5 of 8 words"),
        ("jensen_shannon", "Left out: English function words and kim, 5 of 8 words"),
        ("delta", "Left out: kim, 2 of 8 words"),
    )
    for measure, said in cases:
        assert said in caption(similarity_matrix(with_measure(corpus, measure)))
    assert "Left out" not in caption(
        similarity_matrix(with_measure(corpus, "shingles", shingle_words=2))
    )


def test_reasons_are_shared_words_in_order(tmp_path: Path) -> None:
    texts = {"a": "unity unity unity struggle alpha", "b": "unity struggle beta"}
    corpus = corpus_of(tmp_path, texts)
    # Weights: 3 x 1 and 1 x 1 of the shared words (same idf): 3 of 4 parts and 1 of 4.
    assert explained_pairs(corpus)["shared_terms"].tolist() == ["unity 75%, struggle 25%"]
    assert similarity_matrix(corpus).frame["shared_terms"].tolist() == ["unity 75%, struggle 25%"]


def test_explained_pairs_are_those_of_the_matrix() -> None:
    corpus = default_corpus()
    frame = similarity_matrix(corpus).frame.sort_values("value", ascending=False)
    pairs = explained_pairs(corpus)
    np.testing.assert_array_equal(pairs["likeness"], frame["value"])
    assert pairs["interval"].tolist() == [
        f"{low:.2f} to {high:.2f}" for low, high in zip(frame["low"], frame["high"], strict=True)
    ]
    assert pairs["shared_terms"].tolist() == frame["shared_terms"].tolist()


# What is measured, and the title of the matrix by each of the five measures.
MEASURED: dict[str, tuple[Mapping[str, str], Mapping[str, str]]] = {
    "two identical texts": (
        {"a": joined(*PARAGRAPHS), "b": joined(*PARAGRAPHS)},
        {
            "cosine": "The cosine of TF-IDF of “a” and “b” is 1.00",
            "cosine_rates": "The cosine of rates of “a” and “b” is 1.00",
            "jensen_shannon": "The Jensen–Shannon overlap of “a” and “b” is 1.00",
            "shingles": "The shingle overlap of “a” and “b” is 1.000",
        },
    ),
    "all texts identical": (
        {"a": joined(*PARAGRAPHS), "b": joined(*PARAGRAPHS), "c": joined(*PARAGRAPHS)},
        {
            "cosine": "All 3 pairs are equally alike: cosine of TF-IDF 1.00",
            "cosine_rates": "All 3 pairs are equally alike: cosine of rates 1.00",
            "jensen_shannon": "All 3 pairs are equally alike: Jensen–Shannon overlap 1.00",
            "delta": "All 3 pairs are equally alike: Burrows's Delta 0.00",
            "shingles": "All 3 pairs are equally alike: shingle overlap 1.000",
        },
    ),
    "two texts without a common word": (
        {"a": "Red sky.", "b": "Green grass."},
        dict.fromkeys(
            ("cosine", "cosine_rates", "jensen_shannon"),
            "“a” and “b” have nothing in common that is counted",
        ),
    ),
    "three texts without a common word": (
        {"a": "Red sky at night.", "b": "Green grass grows tall.", "c": "Wolves run very far."},
        dict.fromkeys(
            ("cosine", "cosine_rates", "jensen_shannon", "shingles"),
            "No two of these texts have anything in common that is counted",
        ),
    ),
    "a text of ten words": (
        {
            "a": joined(*PARAGRAPHS),
            "b": "Workers build houses and farmers bring harvest to village school.",
            "c": joined(*PARAGRAPHS[2:], *OTHERS),
        },
        {
            "cosine": "“a” and “c” are most alike: cosine of TF-IDF 0.46",
            "cosine_rates": "“a” and “c” are most alike: cosine of rates 0.57",
            "jensen_shannon": "“a” and “c” are most alike: Jensen–Shannon overlap 0.57",
            "delta": "“a” and “c” are most alike: Burrows's Delta 1.03",
            "shingles": "“a” and “c” are most alike: shingle overlap 0.467",
        },
    ),
    "texts of one paragraph": (
        {"a": "Red sky over sea.", "b": "Red sky over sea.", "c": "Red sky over land."},
        {
            "cosine": "“a” and “b” are most alike: cosine of TF-IDF 1.00",
            "cosine_rates": "“a” and “b” are most alike: cosine of rates 1.00",
            "jensen_shannon": "“a” and “b” are most alike: Jensen–Shannon overlap 1.00",
            "delta": "“a” and “b” are most alike: Burrows's Delta 0.00",
            "shingles": "“a” and “b” are most alike: shingle overlap 1.000",
        },
    ),
    "some pairs tied": (
        {"a": "Red sky.", "b": "Red sky.", "c": "Green tree.", "d": "Green tree."},
        {"cosine": "2 pairs are most alike, among them “a” and “b”: cosine of TF-IDF 1.00"},
    ),
    "texts of function words": (
        {"a": "It is what it was.", "b": "It is what we are.", "c": "She has what he had then."},
        {
            "delta": "“a” and “b” are most alike: Burrows's Delta 0.56",
            "shingles": "“a” and “b” are most alike: shingle overlap 0.200",
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("case", "measure"), [(case, name) for case, (_, titles) in MEASURED.items() for name in titles]
)
def test_the_matrix_of_nasty_texts(tmp_path: Path, case: str, measure: MeasureName) -> None:
    texts, titles = MEASURED[case]
    finding = similarity_matrix(corpus_of(tmp_path, texts, measure=measure))
    assert_whole(finding)
    assert finding.title == titles[measure]
    assert finding.frame["value"].notna().all()
    assert len(finding.frame) == len(texts) * (len(texts) - 1) // 2
    short = [name for name, text in texts.items() if text.count("\n\n") < 4]
    note = any("too few to draw intervals" in note for note in finding.notes)
    assert note == bool(short)
    known = ~finding.frame[["document_a", "document_b"]].isin(short).any(axis=1)
    assert (finding.frame["low"].notna() == known).all()
    assert finding.tables["similarity_branches"]["support"].isna().all() == bool(short)
    assert ("of 100 resamples" in finding.reading) == (not short and len(texts) > 2)


def test_a_matrix_of_two_texts_speaks_of_one_field(tmp_path: Path) -> None:
    reading = similarity_matrix(corpus_of(tmp_path, {"a": "Red sky.", "b": "Red sea."})).reading
    assert reading.startswith("The field compares the two texts.")
    assert "tree" not in reading


def test_function_words_alone_cannot_be_compared_by_content(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, {"a": "It is what it was.", "b": "We are.", "c": "She has."})
    names: tuple[MeasureName, ...] = ("cosine", "cosine_rates", "jensen_shannon")
    for measure in names:
        with pytest.raises(NothingToShow, match="left out by stop_words"):
            similarity_matrix(with_measure(corpus, measure))


def test_two_identical_texts_and_two_without_a_common_word(tmp_path: Path) -> None:
    texts = {"a": "one sky", "b": "one sky", "c": "green grass"}
    corpus = corpus_of(tmp_path, texts, stop_words="none")
    frame = similarity_matrix(corpus).frame
    cosine = {frozenset(p[:2]): p[2] for p in frame[["label_a", "label_b", "value"]].to_numpy()}
    assert cosine[frozenset({"a", "b"})] == 1
    assert cosine[frozenset({"a", "c"})] == 0


@pytest.mark.parametrize("measure", list(MEASURES))
def test_sixty_one_texts_stand_in_clusters(sixty_one: Corpus, measure: MeasureName) -> None:
    finding = similarity_matrix(with_measure(sixty_one, measure))
    assert_whole(finding)
    assert finding.parameters is not None
    assert finding.parameters["view"] == "clusters"
    members = finding.tables["similarity_members"]
    assert sorted(members["document"]) == sorted(sixty_one.tokens.document_ids)
    clusters = members["cluster"].max()
    frame = finding.frame
    assert len(frame) == clusters * (clusters + 1) // 2
    if measure != "shingles":
        assert clusters == 2
        kinds = members.assign(kind=members["document"].str[1:].astype(int) % 2)
        assert kinds.groupby("cluster")["kind"].nunique().tolist() == [1, 1]
        first = [own["label"].iloc[0] for _, own in members.groupby("cluster")]
        sizes = members["cluster"].value_counts().sort_index() - 1
        said = " and ".join(f"“{a} and {n} like it”" for a, n in zip(first, sizes, strict=True))
        assert finding.title == f"61 texts fall into two clusters: {said}"
    else:
        assert finding.title.startswith(f"61 texts fall into {clusters} clusters; most alike are “")
    # There are no intervals here that a text could be too short for.
    assert "too few to draw" not in caption(finding)
    branches = finding.tables["similarity_branches"]
    assert len(branches) == clusters - 1
    assert branches["size"].iloc[-1] == clusters


def test_means_of_clusters_are_those_of_their_texts(sixty_one: Corpus) -> None:
    from rhetorica.likeness import against_all

    finding = similarity_matrix(sixty_one)
    square = against_all(yardstick_of(sixty_one, "cosine"), slice(0, 61))
    members = finding.tables["similarity_members"]
    ids = sixty_one.tokens.document_ids
    groups = [
        [ids.index(name) for name in own["document"]] for _, own in members.groupby("cluster")
    ]
    for row in finding.frame.to_dict("records"):
        a, b = groups[row["place_a"] - 1], groups[row["place_b"] - 1]
        pairs = [square[i, j] for i in a for j in b if i != j]
        assert row["value"] == pytest.approx(np.mean(pairs))
        assert (row["texts_a"], row["texts_b"]) == (len(a), len(b))
    own = [np.mean([square[i, j] for j in groups[0] if j != i]) for i in groups[0]]
    assert own == sorted(own, reverse=True)
    np.testing.assert_allclose(members["mean_within"].head(len(own)), own)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Red blue green.", "All 61 texts are equally alike: cosine of TF-IDF 1.00"),
        ("Qa{0} qb{0} qc{0}.", "No two of these texts have anything in common that is counted"),
    ],
)
def test_many_texts_that_cannot_be_parted_are_one_cluster(
    tmp_path: Path, text: str, title: str
) -> None:
    corpus = corpus_of(tmp_path, {f"t{i}": text.format(i) for i in range(61)})
    finding = similarity_matrix(corpus)
    assert_whole(finding)
    assert finding.title == title
    assert len(finding.frame) == 1
    assert not len(finding.tables["similarity_branches"])


def test_a_text_alone_in_its_cluster_has_no_mean(tmp_path: Path) -> None:
    texts = {f"t{i:02}": "Red blue green." for i in range(61)} | {"zz": "Wolf bear."}
    finding = similarity_matrix(corpus_of(tmp_path, texts))
    within = finding.tables["similarity_members"].set_index("document")["mean_within"]
    assert within[["zz"]].isna().all()
    assert within.drop("zz").eq(1).all()
    assert sorted(finding.frame.loc[finding.frame["value"].isna(), "label_a"]) == ["zz"]
    assert "“zz”" in finding.title


def test_sixty_texts_stand_each_for_themselves(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, two_kinds(60))
    finding = similarity_matrix(corpus)
    assert finding.parameters is not None
    assert finding.parameters["view"] == "texts"
    assert len(finding.frame) == 1770
    terms = finding.tables["similarity_terms"]
    pairs = terms.groupby(["document_a", "document_b"])["contribution"].sum()
    assert len(pairs) == 400
    values = finding.frame.set_index(["document_a", "document_b"])["value"]
    np.testing.assert_allclose(pairs, values.loc[pairs.index])
    assert values.loc[pairs.index].min() >= values.drop(pairs.index).max()


@pytest.mark.parametrize("measure", ["cosine", "delta"])
def test_three_hundred_and_one_texts_have_neighbours(many: Corpus, measure: MeasureName) -> None:
    corpus = with_measure(many, measure, neighbours=3)
    finding = similarity_matrix(corpus)
    assert_whole(finding)
    assert finding.parameters is not None
    assert finding.parameters["view"] == "neighbours"
    frame = finding.frame
    assert len(frame) == 301 * 3
    assert frame["rank"].tolist() == [1, 2, 3] * 301
    assert (frame["document"] != frame["neighbour"]).all()
    _, values = nearest_texts(yardstick_of(corpus, measure), 3)
    middle = sorted(values[:, 0])[150]
    label = MEASURES[measure].label
    assert finding.title == (
        f"For half of 301 texts the nearest other text is this alike or more: {label} {middle:.2f}"
    )
    # The same words at the same rates: no word adds to a Delta of 0.
    terms = frame["parting_terms" if measure == "delta" else "shared_terms"]
    assert ((terms == "") == (frame["value"] == 0)).all()


@pytest.mark.parametrize("measure", ["cosine", "delta"])
def test_leading_pairs_are_the_most_alike_of_all(sixty_one: Corpus, measure: MeasureName) -> None:
    from rhetorica.likeness import likeness

    corpus = with_measure(sixty_one, measure)
    first, second, values = leading_pairs(corpus, 45)
    yardstick = yardstick_of(corpus, measure)
    every = np.triu_indices(61, 1)
    expected = np.sort(-yardstick.measure.nearness(likeness(yardstick, *every)))[:45]
    np.testing.assert_allclose(-yardstick.measure.nearness(values), expected, atol=1e-9)
    assert (first < second).all()
    assert len(set(zip(first.tolist(), second.tolist(), strict=True))) == 45
    np.testing.assert_allclose(likeness(yardstick, first, second), values, atol=1e-9)


def test_other_weightings_stand_beside_the_first() -> None:
    corpus = default_corpus()
    table_ = compare_weightings(corpus)
    assert len(table_) == 10
    assert table_["smooth_idf"].is_monotonic_decreasing
    # Function words make every pair more alike; dropping what all share makes it less.
    assert (table_["all_words"] > table_["smooth_idf"]).all()
    assert (table_["plain_idf"] < table_["smooth_idf"]).all()


def test_parts_and_texts_narrow_what_is_compared() -> None:
    whole, parts = (similarity_matrix(default_corpus(**p)) for p in ({}, {"parts": "paragraph"}))
    assert whole.frame["value"].tolist() != parts.frame["value"].tolist()
    assert parts.tables["similarity_texts"]["words"].sum() == 4985
    three = similarity_matrix(
        default_corpus(texts="feats-for-parties, global-independence, party-building-treatise")
    )
    assert len(three.frame) == 3
    assert "N = 3 texts" in three.formula


@pytest.mark.parametrize("question", [similarity_matrix, compare_weightings])
def test_one_text_has_nothing_to_be_compared_with(question: object) -> None:
    assert callable(question)
    with pytest.raises(NothingToShow, match="With one text there is nothing to compare"):
        question(default_corpus(texts="feats-for-parties"))
