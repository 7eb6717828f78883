"""Shared passages: the table of them, the pair that is drawn, and how they are shown to be read."""

from pathlib import Path

import numpy as np
import pytest

from rhetorica.corpus import Corpus
from rhetorica.errors import NothingToShow
from rhetorica.pair_passages import parallels_of, passage_table, searched_pairs
from rhetorica.passages import locate
from rhetorica.shared_passages import (
    explain_pairs,
    read_longest,
    read_passages,
    shared_passages,
)
from support import corpus_of, default_corpus

# Written for these tests: b quotes a word for word, and a second time with words changed.
QUOTED = "the harbour master counted every lantern along the flooded northern quay before dawn"
CHANGED = "the harbour master had counted each lantern along the northern quay before dawn"
TEXTS = {
    "a": f"Heading of no use.\n\nIn that spring {QUOTED}.\n\nNothing else is worth a word here.",
    "b": f"They report that {QUOTED}. Bread was cheap.\n\nWe heard that {CHANGED}, and left.",
    "c": "Seven wolves crossed frozen rivers.\n\nA tailor mended grey coats for pennies.",
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return corpus_of(tmp_path_factory.mktemp("passages"), TEXTS)


def test_a_quotation_with_its_places_and_contexts(corpus: Corpus) -> None:
    frame = passage_table(corpus)
    [row] = frame[frame["kind"] == "verbatim"].to_dict("records")
    assert (row["document_a"], row["document_b"]) == ("a", "b")
    # Three words stand before it in either text (after a heading of four words in the first).
    assert (row["word_a"], row["word_b"]) == (8, 4)
    assert row["words_a"] == row["words_b"] == row["same"] == 13
    assert (row["last_word_a"], row["last_word_b"]) == (20, 16)
    assert row["text_a"] == row["text_b"] == QUOTED
    assert row["before_a"].endswith("In that spring ")
    assert row["after_a"].startswith(". Nothing else")
    assert row["before_b"] == "They report that "
    assert (row["block_a"], row["block_b"]) == (2, 1)
    assert (row["raw_line_a"], row["raw_line_b"]) == (3, 1)


def test_characters_of_a_passage_are_those_of_the_edited_text(corpus: Corpus) -> None:
    frame = passage_table(corpus)
    assert len(frame)
    ids = list(corpus.tokens.document_ids)
    for row in frame.to_dict("records"):
        for side in "ab":
            text = corpus.editions[ids.index(row[f"document_{side}"])].text
            stretch = text[row[f"start_{side}"] : row[f"end_{side}"]]
            assert " ".join(stretch.split()) == row[f"text_{side}"]


def test_every_passage_of_the_five_texts_leads_to_its_sentence() -> None:
    corpus = default_corpus()
    ids = list(corpus.tokens.document_ids)
    for row in passage_table(corpus).to_dict("records"):
        for side in "ab":
            origin = corpus.tokens.documents[ids.index(row[f"document_{side}"])]
            position = np.array([origin + row[f"word_{side}"] - 1])
            [found] = locate(corpus, position).to_dict("records")
            assert found["raw_line"] == row[f"raw_line_{side}"]
            assert row[f"text_{side}"].split()[0] in found["text"]


def test_pair_that_shares_most_is_drawn(corpus: Corpus) -> None:
    finding = shared_passages(corpus)
    shown = finding.frame[finding.frame["shown"] == "yes"]
    assert set(shown["document_a"] + shown["document_b"]) == {"ab"}
    assert finding.title.startswith("“a” and “b” share ")
    assert "1 word for word" in finding.title
    blocks = finding.tables["shared_passages_blocks"]
    for side, name in (("a", "a"), ("b", "b")):
        own = blocks[blocks["side"] == side]
        words = int(np.diff(corpus.tokens.documents)[corpus.tokens.document_ids.index(name)])
        assert own["last_word"].iloc[-1] == words
        assert own["first_word"].iloc[0] == 1
        assert (own["first_word"].to_numpy()[1:] == own["last_word"].to_numpy()[:-1] + 1).all()


@pytest.mark.parametrize(
    ("chosen", "pair"),
    [
        ({}, ("party-building-treatise", "party-building-commentary")),
        ({"left": "feats-for-parties"}, ("feats-for-parties", "external-activities")),
        (
            {"left": "global-independence", "right": "external-activities"},
            ("global-independence", "external-activities"),
        ),
        (
            {"left": "external-activities", "right": "global-independence"},
            ("external-activities", "global-independence"),
        ),
    ],
)
def test_left_and_right_name_the_pair(chosen: dict[str, str], pair: tuple[str, str]) -> None:
    frame = shared_passages(default_corpus(**chosen)).frame
    shown = frame[frame["shown"] == "yes"]
    assert set(zip(shown["document_a"], shown["document_b"], strict=True)) == {pair}
    assert {"yes", "no"} == set(frame["shown"])
    numbers = shown["quoted"][shown["quoted"] > 0].sort_values()
    assert numbers.tolist() == [*range(1, min(len(shown), 8) + 1)]
    assert shown["word_a"].loc[numbers.index].is_monotonic_increasing
    assert (frame.loc[frame["shown"] == "no", "quoted"] == 0).all()
    corpus = default_corpus()
    for row in shown.to_dict("records"):
        for side in "ab":
            text = corpus.editions[corpus.tokens.document_ids.index(row[f"document_{side}"])].text
            stretch = text[row[f"start_{side}"] : row[f"end_{side}"]]
            assert " ".join(stretch.split()) == row[f"text_{side}"]


def test_texts_without_a_passage_say_so(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, {"a": TEXTS["a"], "c": TEXTS["c"]})
    assert passage_table(corpus).empty
    for question in (shared_passages, read_passages, read_longest):
        with pytest.raises(NothingToShow, match="share no passage"):
            question(corpus)
    assert explain_pairs(corpus)["passages"].tolist() == ["none"]


def test_a_pair_without_a_passage_is_named_where_it_is_asked_for(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, TEXTS, left="a", right="c")
    with pytest.raises(NothingToShow, match=r"^'a' and 'c' share no passage"):
        shared_passages(corpus)


def test_one_text_has_nothing_to_share() -> None:
    with pytest.raises(NothingToShow, match="With one text there is nothing to compare"):
        shared_passages(default_corpus(texts="feats-for-parties"))


def test_two_texts_that_are_the_same(tmp_path: Path) -> None:
    text = default_corpus().editions[3].text
    corpus = corpus_of(tmp_path, {"a": text, "b": text})
    finding = shared_passages(corpus)
    shares = finding.tables["shared_passages_pairs"].iloc[0]
    words = int(corpus.tokens.documents[1])
    # All but what is too short to be told from chance lies in passages.
    assert shares["shared_words_a"] > 0.95 * words
    assert (finding.frame["kind"] != "retold").all()  # it would repeat the passages


def test_ten_words_beside_a_long_text(tmp_path: Path) -> None:
    long = "\n\n".join(e.text for e in default_corpus().editions)
    short = "People of the world advocating independence, unite, and be free."
    corpus = corpus_of(tmp_path, {"long": long, "short": short})
    [row] = passage_table(corpus).head(1).to_dict("records")
    assert "advocating independence" in row["text_b"]


def test_a_retelling_within_a_passage_is_left_out() -> None:
    corpus = default_corpus()
    for pair in searched_pairs(corpus):
        found = parallels_of(corpus, *pair)
        passages = [one for one in found if one.kind != "retold"]
        for one in found:
            if one.kind == "retold":
                inside = np.zeros(len(one.pairs), dtype=bool)
                for other in passages:
                    a, b = one.pairs.T
                    inside |= (
                        (a >= other.a[0]) & (a < other.a[1]) & (b >= other.b[0]) & (b < other.b[1])
                    )
                assert (~inside).sum() >= 5


def test_all_pairs_of_ten_texts_are_searched_and_of_more_the_most_alike(tmp_path: Path) -> None:
    texts = {
        f"t{i:02}": f"Word{i} stands alone here. Common words follow it.\n\nEnd of {i}."
        for i in range(11)
    }
    corpus = corpus_of(tmp_path, texts, left="t10")
    pairs = searched_pairs(corpus)
    assert len(pairs) >= 45
    assert any(10 in pair for pair in pairs)
    assert all(a < b for a, b in pairs)


def test_every_pair_has_its_terms_and_its_passages() -> None:
    table = explain_pairs(default_corpus())
    assert len(table) == 10
    assert table["likeness"].is_monotonic_decreasing
    assert (table["shared_terms"].str.count("%") == 6).all()
    assert table["passages"].str.contains(r"\d").all()
    assert (table["an_example"] != "").all()
    first = table.iloc[0]
    assert (first["text"], first["other_text"]) == ("Treatise 1992", "About the treatise")
    assert "nearly word for word" in first["passages"]


def test_passages_to_read_stand_between_marks() -> None:
    corpus = default_corpus()
    table = read_passages(corpus)
    sides = ["Treatise 1992", "About the treatise"]
    assert list(table.columns) == ["number", "kind", "score", "times", *sides]
    assert table["Treatise 1992"].str.match(r"\d+: (… )?.*‹.+›.* …").all()
    longest = read_longest(corpus)
    assert 5 <= len(longest) <= 10
    assert longest["score"].is_monotonic_decreasing
    assert longest["text"].str.contains("‹").all()


def test_other_order_of_texts_gives_the_same_passages(tmp_path: Path) -> None:
    one = corpus_of(tmp_path / "one", TEXTS)
    other = corpus_of(tmp_path / "other", dict(reversed(TEXTS.items())))
    sides = [
        {
            frozenset({(row["document_a"], row["text_a"]), (row["document_b"], row["text_b"])})
            for row in passage_table(corpus).to_dict("records")
        }
        for corpus in (one, other)
    ]
    assert sides[0] == sides[1]
