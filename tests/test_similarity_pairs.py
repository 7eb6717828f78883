"""Pairs: dots between floor and ceiling, their ranks, and what is said of them."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rhetorica.errors import NothingToShow
from rhetorica.findings import caption, record
from rhetorica.likeness import yardstick_of
from rhetorica.likeness_bounds import ceilings, equal_lengths, floors
from rhetorica.measures import MEASURES, MeasureName
from rhetorica.similarity import all_pairs, similarity_matrix
from rhetorica.similarity_pairs import _places, similarity_pairs
from support import corpus_of, default_corpus
from test_similarity import MEASURED, OTHERS, PARAGRAPHS, assert_whole, joined, two_kinds


@pytest.mark.parametrize(
    ("measure", "changed"),
    [*((name, {}) for name in MEASURES), ("delta", {"confidence": 0.5, "frequent_words": 50})],
)
def test_pairs_of_the_five_texts(measure: MeasureName, changed: dict[str, object]) -> None:
    corpus = default_corpus(measure=measure, **changed)
    finding = similarity_pairs(corpus)
    assert_whole(finding)
    frame = finding.frame
    near = MEASURES[measure].nearness(frame["value"].to_numpy())
    assert (np.diff(near) <= 0).all()
    assert frame["rank"].tolist() == [*range(1, 11)]
    for name in ("floor", "ceiling", "equal"):
        assert (frame[f"{name}_low"] <= frame[name]).all()
        assert (frame[name] <= frame[f"{name}_high"]).all()
    assert (frame["rank_low"] <= frame["rank"]).all()
    assert (frame["rank"] <= frame["rank_high"]).all()
    assert (frame["rank_low"] >= 1).all()
    assert (frame["rank_high"] <= 10).all()
    for row in frame.to_dict("records"):
        if measure == "delta":
            more = row["floor"] - row["value"]
            spread = [row["high"] - row["value"], row["floor"] - row["floor_low"]]
        else:
            more = row["value"] - row["floor"]
            spread = [row["value"] - row["low"], row["floor_high"] - row["floor"]]
        sure = more > sum(one**2 for one in spread) ** 0.5
        assert row["above_floor"] == ("yes" if sure else "no")
    number = int((frame["as_parts"] > 1 - corpus.parameters.confidence).sum())
    sure = int((frame["as_parts"] >= corpus.parameters.confidence).sum())
    said = f"{number} may be" if number else "none is"
    if number and sure == number:
        said = f"{number} {'is' if number == 1 else 'are'} at least"
    assert finding.title.endswith(f"{said} as alike as parts of one text")
    words = dict(zip(corpus.tokens.document_ids, np.diff(corpus.tokens.documents), strict=True))
    assert frame["words_a"].tolist() == [words[name] for name in frame["document_a"]]
    assert frame["words_b"].tolist() == [words[name] for name in frame["document_b"]]


def test_pairs_have_the_values_and_intervals_of_the_matrix() -> None:
    corpus = default_corpus()
    columns = ["value", "low", "high"]
    matrix = {
        frozenset((row["document_a"], row["document_b"])): [row[c] for c in columns]
        for row in similarity_matrix(corpus).frame.to_dict("records")
    }
    for row in similarity_pairs(corpus).frame.to_dict("records"):
        pair = frozenset((row["document_a"], row["document_b"]))
        assert [row[c] for c in columns] == pytest.approx(matrix[pair], abs=1e-12)


def test_bounds_stand_beside_their_own_pair() -> None:
    corpus = default_corpus()
    ids = corpus.tokens.document_ids
    frame = similarity_pairs(corpus).frame
    yardstick = yardstick_of(corpus, "cosine")
    for row in frame.to_dict("records"):
        a, b = (np.array([ids.index(row[f"document_{side}"])]) for side in "ab")
        for name, bound in (("floor", floors), ("ceiling", ceilings), ("equal", equal_lengths)):
            one = bound(corpus, yardstick, a, b)
            assert [row[name], row[f"{name}_low"], row[f"{name}_high"]] == pytest.approx(
                [one.mean[0], one.low[0], one.high[0]]
            )


def test_ranks_by_hand() -> None:
    best, worst = _places(np.array([[0.1, 0.5, 0.5, 0.3], [1.0, 1.0, 1.0, 1.0]]))
    assert best.tolist() == [[4, 1, 1, 3], [1, 1, 1, 1]]
    assert worst.tolist() == [[4, 2, 2, 3], [4, 4, 4, 4]]


def test_rank_intervals_are_those_of_the_draws() -> None:
    corpus = default_corpus()
    _, _, values, drawn = all_pairs(corpus)
    order = np.argsort(-values)
    ranks = (drawn[:, :, None] < drawn[:, None, :]).sum(axis=2) + 1  # no ties among these
    frame = similarity_pairs(corpus).frame
    low, high = np.quantile(ranks[:, order], [0.025, 0.975], axis=0)
    assert frame["rank_low"].tolist() == np.floor(low).tolist()
    assert frame["rank_high"].tolist() == np.ceil(high).tolist()


def test_plain_idf_has_a_floor_though_common_words_weigh_nothing() -> None:
    frame = similarity_pairs(default_corpus(similarity_idf="plain")).frame
    assert frame[["floor", "floor_low", "floor_high"]].notna().all(axis=None)
    assert (frame["floor"] > 0).all()


def test_a_real_text_twice_lies_beyond_floor_and_ceiling(tmp_path: Path) -> None:
    text = default_corpus().editions[0].text
    finding = similarity_pairs(corpus_of(tmp_path, {"a": text, "b": text}))
    row = finding.frame.iloc[0]
    assert row["value"] == row["equal"] == row["high"] == 1
    assert row["floor_high"] < row["low"]
    assert row["ceiling_high"] < 1
    assert row["as_parts"] == 1
    assert finding.title == (
        "The two texts are more alike than words dealt out at random, and are at least as alike as "
        "parts of one text"
    )


TITLES = [
    ("two identical texts", "shingles", "The two texts are more alike than words dealt out at "
     "random, and are at least as alike as parts of one text"),
    ("two texts without a common word", "cosine",
     "“a” and “b” have nothing in common that is counted"),
    ("three texts without a common word", "shingles",
     "No two of these texts have anything in common that is counted"),
    ("all texts identical", "shingles", "All pairs are more alike than words dealt out at random; "
     "all are at least as alike as parts of one text"),
    ("a text of ten words", "shingles", "The one pair that can be judged is more alike than words "
     "dealt out at random, and at least as alike as parts of one text"),
    ("texts of one paragraph", "cosine",
     "The paragraphs of these texts are too few to say how surely they are alike"),
    ("texts of one paragraph", "delta",
     "The paragraphs of these texts are too few to say how surely they are alike"),
    ("texts of function words", "shingles",
     "The paragraphs of these texts are too few to say how surely they are alike"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "measure", "title"), TITLES)
def test_titles_of_nasty_texts(tmp_path: Path, case: str, measure: MeasureName, title: str) -> None:
    finding = similarity_pairs(corpus_of(tmp_path, MEASURED[case][0], measure=measure))
    assert finding.title == title
    assert_whole(finding)


@pytest.mark.parametrize(
    ("case", "measure"), [(case, name) for case, (_, titles) in MEASURED.items() for name in titles]
)
def test_pairs_of_nasty_texts(tmp_path: Path, case: str, measure: MeasureName) -> None:
    texts = MEASURED[case][0]
    finding = similarity_pairs(corpus_of(tmp_path, texts, measure=measure))
    assert_whole(finding)
    frame = finding.frame
    assert frame[["value", "floor", "floor_low", "floor_high"]].notna().all(axis=None)
    short = [name for name, text in texts.items() if text.count("\n\n") < 4]
    known = ~frame[["document_a", "document_b"]].isin(short).any(axis=1)
    assert (frame["low"].notna() == known).all()
    assert ((frame["above_floor"] == "unknown") == ~known).all()


def test_equal_pairs_share_their_ranks(tmp_path: Path) -> None:
    texts = dict.fromkeys("abc", joined(*["Red sky over sea."] * 6))
    frame = similarity_pairs(corpus_of(tmp_path, texts)).frame
    assert frame["rank_low"].tolist() == [1, 1, 1]
    assert frame["rank_high"].tolist() == [3, 3, 3]


@pytest.mark.parametrize(
    ("measure", "said", "end"),
    [
        ("cosine", "each text keeps its counts", "right"),
        ("delta", "each text keeps its z-scores", "left"),
        ("shingles", "the words of the shorter text in random order, 20 times", "right"),
    ],
)
def test_the_caption_says_what_was_shuffled(measure: MeasureName, said: str, end: str) -> None:
    text = caption(similarity_pairs(default_corpus(measure=measure)))
    assert said in text
    assert f"the further to the {end}, the more alike" in text
    assert ("whatever the texts" in text) == (measure == "delta")


def test_the_caption_says_what_equal_lengths_change(tmp_path: Path) -> None:
    stay = {"a": joined(*PARAGRAPHS), "b": joined(*PARAGRAPHS), "c": joined(*OTHERS, PARAGRAPHS[0])}
    notes = similarity_pairs(corpus_of(tmp_path / "1", stay)).notes
    assert "At equal lengths all pairs keep their places." in notes
    # b is a, six times as long with other words; cut to its length the first pair is another.
    corpus = default_corpus()
    frame = similarity_pairs(corpus).frame
    near = frame["equal"].to_numpy()
    place = np.argsort(np.argsort(-near, kind="stable")) + 1
    far = int(np.abs(place - frame["rank"]).max())
    notes = similarity_pairs(corpus).notes
    if place[0] == 1:
        assert any(f"no other moves by more than {far} place" in note for note in notes)
    else:
        best = frame.iloc[int(near.argmax())]
        pair = f"“{best['label_a']}” and “{best['label_b']}”"
        assert f"At equal lengths {pair} are most alike." in notes


def test_of_many_pairs_the_most_alike_are_listed(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, two_kinds(62))
    finding = similarity_pairs(corpus)
    assert len(finding.frame) == 45
    assert "Of 1,891 pairs the 45 that are most alike." in finding.notes
    assert finding.frame["rank_low"].isna().all()
    assert_whole(finding)


def test_titles_of_many_pairs_do_not_speak_of_all(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    texts = {
        f"t{i:02}": joined(*random.choice([*PARAGRAPHS, *OTHERS], 7, replace=False))
        for i in range(11)
    }
    corpus = corpus_of(tmp_path, texts, measure="shingles")
    finding = similarity_pairs(corpus)
    assert re.match(
        r"(All|\d+) of the 45 most alike pairs are more alike than words", finding.title
    )
    assert_whole(finding)
    cosine = replace(corpus, parameters=corpus.parameters.model_copy(update={"measure": "cosine"}))
    assert similarity_pairs(cosine).title.startswith("None of the 45 most alike pairs is surely")


def test_the_order_of_the_study_changes_no_number(tmp_path: Path) -> None:
    texts = {
        "a": joined(*PARAGRAPHS),
        "b": joined(*PARAGRAPHS[:3], *OTHERS[:4]),
        "c": joined(*OTHERS, *PARAGRAPHS[:1]),
    }
    for measure in MEASURES:
        frames = []
        for order in (list(texts), list(reversed(texts))):
            folder = tmp_path / f"{measure}-{order[0]}"
            corpus = corpus_of(folder, {name: texts[name] for name in order}, measure=measure)
            frame = similarity_pairs(corpus).frame
            pairs = ["".join(sorted(pair)) for pair in frame[["label_a", "label_b"]].to_numpy()]
            numbers = frame.drop(columns=[c for c in frame if str(c)[-2:] in ("_a", "_b")])
            frames.append(numbers.assign(pair=pairs).set_index("pair").sort_index())
        columns = [c for c in frames[0] if c not in ("above_floor", "rank")]
        np.testing.assert_allclose(
            frames[0][columns].to_numpy(dtype=float), frames[1][columns].to_numpy(dtype=float),
            atol=1e-9,
        )  # fmt: skip
        assert frames[0]["above_floor"].tolist() == frames[1]["above_floor"].tolist()


def test_delta_of_two_texts_and_one_text_alone_have_no_pairs(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, {"a": "Red sky.", "b": "Red sea."}, measure="delta")
    with pytest.raises(NothingToShow, match="needs at least 3 texts"):
        similarity_pairs(corpus)
    with pytest.raises(NothingToShow, match="With one text there is nothing to compare"):
        similarity_pairs(default_corpus(texts="feats-for-parties"))


def test_the_record_can_be_read_back() -> None:
    said = json.loads(record(similarity_pairs(default_corpus())))
    assert said["parameters"]["distance"] is False
    assert said["parameters"]["measure"] == "cosine"
