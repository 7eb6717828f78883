"""Overview and distinctive terms: what the figures say, recomputed another way."""

import re
from pathlib import Path

import pandas as pd
import pytest

from rhetorica.errors import NothingToShow
from rhetorica.overview import corpus_overview, describe_texts, list_quotations
from rhetorica.passages import paragraph_texts
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
