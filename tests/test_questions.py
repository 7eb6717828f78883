"""Overview, distinctive terms and topics: what the figures say, recomputed another way."""

import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rhetorica.contrast import distinctive_terms, leading_sentences
from rhetorica.errors import NothingToShow
from rhetorica.overview import corpus_overview, describe_texts, list_quotations
from rhetorica.passages import paragraph_texts, sentences_with
from rhetorica.topics import fit_topics, topic_names, topic_paragraphs, topic_shares, topic_terms
from support import corpus_of, default_corpus

# Counted in the edited texts with a word pattern of the tests' own, not with the tokeniser.
PLAIN_WORD = re.compile(r"[A-Za-z0-9]+(?:[-'][A-Za-z0-9]+|(?<=\d)[.,]\d+)*")


def test_words_agree_with_a_plain_count() -> None:
    corpus = default_corpus()
    words = corpus_overview(corpus).frame.groupby("document", sort=False)["words"].sum()
    for edition in corpus.editions:
        assert words[edition.document_id] == len(PLAIN_WORD.findall(edition.text))


def test_overview_lists_every_block_once_and_quotations_apart() -> None:
    corpus = default_corpus()
    frame = corpus_overview(corpus).frame
    for edition in corpus.editions:
        own = frame[frame["document"] == edition.document_id]
        assert own["block"].unique().tolist() == list(range(1, len(edition.blocks) + 1))
        kinds = own.groupby("block")["block_kind"].first().tolist()
        assert kinds == [kind for kind, _, _ in edition.blocks]
        quoted = own.loc[own["part"] == "quotation", "words"].sum()
        inside = [edition.text[q.start : q.end] for q in edition.quotations]
        assert quoted == sum(len(PLAIN_WORD.findall(t)) for t in inside) - _epigraph(own)
    assert frame["sentences"].sum() == len(corpus.tokens.sentences) - 1


def _epigraph(own: pd.DataFrame) -> int:
    return int(own.loc[own["part"] == "epigraph", "words"].sum())


def test_overview_title_is_computed() -> None:
    finding = corpus_overview(default_corpus())
    words = finding.frame.groupby("label")["words"].sum()
    assert f"{words.max() / words.sum():.0%}" in finding.title
    assert str(words.idxmax()) in finding.title


def test_texts_described_with_doubts() -> None:
    table = describe_texts(default_corpus())
    assert table["date"].tolist()[1] == "1992-10-10 (stated)"
    assert table["date"].tolist()[3] == "not known"
    assert (table["encoding"] == "utf-8").all()


# Counted in the edited texts by hand: paragraphs, sentences in them, words in quotations.
TEXTS = {
    "External activity": (29, 46, 88 + 102 + 116),
    "Treatise 1992": (23, 72, 7),
    "Independence essay": (16, 23, 9),
    "Feats for parties": (10, 10, 0),
    "About the treatise": (14, 20, 7),
}


def test_texts_described_as_counted_by_hand() -> None:
    table = describe_texts(default_corpus()).set_index("text")
    counted = table[["paragraphs", "sentences", "quoted"]]
    assert {
        label: tuple(row) for label, row in zip(table.index, counted.to_numpy(), strict=True)
    } == TEXTS


def test_quotations_with_who_speaks() -> None:
    table = list_quotations(default_corpus())
    assert table[["raw line", "speaker"]].to_numpy().tolist() == [
        [9, "The respected Comrade Kim Jong Un"],
        [52, "A party leader"],
        [54, "A senior member of this party"],
        [19, "not stated"],
        [13, "He"],
        [77, "He"],
    ]


def test_texts_that_quote_nobody(tmp_path: Path) -> None:
    with pytest.raises(NothingToShow, match="No whole sentence"):
        list_quotations(corpus_of(tmp_path, {"a": 'It was the "end" of it.', "b": "Two."}))


def test_distinctive_terms_by_hand(tmp_path: Path) -> None:
    texts = {"a": "x x x y y z z", "b": "y y z z w w"}
    corpus = corpus_of(tmp_path, texts, stop_words="none")
    frame = distinctive_terms(corpus).frame
    assert frame[["label", "term", "count", "texts_with_term"]].to_numpy().tolist() == [
        ["a", "x", 3, 1],
        ["b", "w", 2, 1],
    ]
    assert frame["tf_idf"].tolist() == pytest.approx(
        [1000 * 3 / 7 * math.log(2), 1000 * 2 / 6 * math.log(2)]
    )
    assert frame["per_1000_words"].tolist() == pytest.approx([3000 / 7, 2000 / 6])


def test_rarer_terms_than_asked_for_stay_out(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, {"a": "x x y", "b": "z"}, stop_words="none")
    finding = distinctive_terms(corpus)
    assert finding.frame["term"].tolist() == ["x"]
    assert any("No term reaches that in: b." in note for note in finding.notes)


def test_shared_words_appear_with_the_smooth_idf_only() -> None:
    plain = distinctive_terms(default_corpus()).frame
    smooth = distinctive_terms(default_corpus(contrast_idf="smooth")).frame
    assert (plain["texts_with_term"] < 5).all()
    assert "independence" in set(smooth["term"])
    assert "independence" not in set(plain["term"])


def test_leading_sentences_hold_their_term() -> None:
    table = leading_sentences(default_corpus())
    assert table["text"].nunique() == 5
    for row in table.to_dict("records"):
        assert row["term"] in row["sentence"].lower()


def test_topics_are_the_same_every_time_and_in_order() -> None:
    corpus = default_corpus()
    first = fit_topics(corpus)
    fit_topics.cache_clear()
    second = fit_topics(default_corpus())
    assert (first.weights == second.weights).all()
    assert (first.mixture == second.mixture).all()
    sizes = corpus.counts.sizes @ first.mixture
    assert (np.diff(sizes) <= 1e-6).all()
    assert len(set(topic_names(first))) == corpus.parameters.n_topics


def test_topics_come_from_the_paragraphs_they_claim() -> None:
    # Half of the paragraphs are of one matter, half of another: two topics must part them.
    corpus = default_corpus(n_topics=2)
    topics = fit_topics(corpus)
    assert np.allclose(topics.weights.sum(axis=1), 1)
    totals = topics.mixture.sum(axis=1)
    assert (np.isclose(totals, 1) | (totals == 0)).all()


def test_two_made_up_topics_are_told_apart(tmp_path: Path) -> None:
    farm = "\n\n".join(["Cows eat grass. Sheep eat grass. Cows like sheep."] * 6)
    ships = "\n\n".join(["Ships sail seas. Boats sail seas. Ships meet boats."] * 6)
    corpus = corpus_of(tmp_path, {"farm": farm, "ships": ships}, n_topics=2)
    frame = topic_shares(corpus).frame
    largest = frame[frame["share"] > 0.999]
    assert largest["label"].tolist() == ["farm", "ships"]
    assert "grass" in largest["name"].iloc[0]
    assert "sail" in largest["name"].iloc[1]


def test_topic_shares_add_up_and_lie_in_their_intervals() -> None:
    frame = topic_shares(default_corpus()).frame
    assert np.allclose(frame.groupby("document")["share"].sum(), 1)
    assert (frame["low"] <= frame["share"]).all()
    assert (frame["share"] <= frame["high"]).all()


def test_topic_terms_are_the_heaviest() -> None:
    corpus = default_corpus(n_terms=3)
    frame = topic_terms(corpus).frame
    for _, own in frame.groupby("topic"):
        assert own["weight"].is_monotonic_decreasing
        assert own["name"].iloc[0] == ", ".join(own["term"])


def test_topic_paragraphs_are_whole() -> None:
    corpus = default_corpus()
    texts = {e.text[low:high] for e in corpus.editions for _, low, high in e.blocks}
    for paragraph in topic_paragraphs(corpus)["paragraph"]:
        assert paragraph in texts


def test_more_topics_than_paragraphs_are_not_found(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, {"a": "One cow.\n\nOne cow.", "b": "One cow."}, n_topics=9)
    with pytest.raises(NothingToShow, match="n_topics = 9 is more than these texts can hold"):
        topic_shares(corpus)


@pytest.mark.parametrize("question", [distinctive_terms, topic_shares, leading_sentences])
def test_one_text_has_nothing_to_be_compared_with(question: object) -> None:
    assert callable(question)
    with pytest.raises(NothingToShow, match="needs at least two"):
        question(default_corpus(texts="feats-for-parties"))


@pytest.mark.parametrize(
    ("words", "count", "first"),
    [
        ("Juche 49", 1, ("feats-for-parties", 14)),
        ("peace and friendship", 2, ("party-building-treatise", 39)),
        ("PYONGYANG declaration", 17, ("external-activities", 42)),
    ],
)
def test_sentences_with_words(words: str, count: int, first: tuple[str, int]) -> None:
    found = sentences_with(default_corpus(), words)
    assert len(found) == count
    assert (found["document"][0], found["raw_line"][0]) == first


def test_absent_word_names_the_nearest() -> None:
    with pytest.raises(
        NothingToShow, match=r"stands nowhere in these texts\. Did you mean 'unity'"
    ):
        sentences_with(default_corpus(), "unitty")


def test_phrase_does_not_cross_a_sentence(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, {"a": "We met the people. Masses came. The people masses."})
    assert sentences_with(corpus, "people masses")["sentence"].tolist() == [3]


def test_paragraph_texts_are_those_of_the_edition() -> None:
    corpus = default_corpus()
    blocks = [e.text[low:high] for e in corpus.editions for _, low, high in e.blocks]
    assert paragraph_texts(corpus, range(len(blocks))) == blocks


def test_equal_texts_are_not_called_longest_and_shortest(tmp_path: Path) -> None:
    finding = corpus_overview(corpus_of(tmp_path, {"a": "One two.", "b": "Three four."}))
    assert finding.title == "2 texts of 2 words each"


def test_sentences_are_counted_in_paragraphs_only() -> None:
    table = describe_texts(default_corpus()).set_index("text")
    # Each of the ten paragraphs of this text is one sentence; its title is none.
    assert table.loc["Feats for parties", "paragraphs"] == 10
    assert table.loc["Feats for parties", "sentences"] == 10
