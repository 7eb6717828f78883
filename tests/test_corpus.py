"""The corpus is vectorized once; what was kept is used, unless it is older or damaged."""

from pathlib import Path

import numpy as np
import pytest

import rhetorica.store
from rhetorica.corpus import Corpus, read_corpus
from rhetorica.errors import StudyError
from rhetorica.study import load_study
from support import corpus_of

TEXTS = {"a": "One two.\n\nThree four. Two!", "b": "Two “three”."}


def same(one: Corpus, other: Corpus) -> bool:
    return (
        one.tokens.types == other.tokens.types
        and one.tokens.paragraph_kinds == other.tokens.paragraph_kinds
        and all(
            np.array_equal(getattr(one.tokens, name), getattr(other.tokens, name))
            for name in ("codes", "starts", "ends", "documents", "paragraphs", "sentences", "parts")
        )
        and (one.counts.matrix != other.counts.matrix).nnz == 0
        and one.counts.terms == other.counts.terms
        and [(e.text, e.edits, e.blocks, e.quotations) for e in one.editions]
        == [(e.text, e.edits, e.blocks, e.quotations) for e in other.editions]
    )


def forbid_vectorizing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("the texts were tokenised again")

    monkeypatch.setattr(rhetorica.store, "tokenize", fail)


def test_second_reading_does_not_tokenise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = corpus_of(tmp_path, TEXTS)
    forbid_vectorizing(monkeypatch)
    assert same(first, read_corpus(first.study))


def test_kept_texts_are_for_people_too(tmp_path: Path) -> None:
    study = corpus_of(tmp_path, TEXTS).study
    assert (study.processed / "texts" / "a.txt").read_text() == "One two.\n\nThree four. Two!\n"


@pytest.mark.parametrize("damage", [b"", b"no archive", b"PK\x03\x04 half an archive"])
def test_damaged_tables_are_made_again(tmp_path: Path, damage: bytes) -> None:
    first = corpus_of(tmp_path, TEXTS)
    kept = first.study.processed / "corpus-edited.npz"
    good = kept.read_bytes()
    kept.write_bytes(damage or good[: len(good) // 2])
    assert same(first, read_corpus(first.study))
    assert kept.read_bytes() == good


def test_a_flipped_bit_is_a_damaged_table(tmp_path: Path) -> None:
    first = corpus_of(tmp_path, TEXTS)
    kept = first.study.processed / "corpus-edited.npz"
    good = kept.read_bytes()
    for place in range(0, len(good), max(len(good) // 150, 1)):
        kept.write_bytes(good[:place] + bytes([good[place] ^ 64]) + good[place + 1 :])
        assert same(first, read_corpus(first.study))


def test_another_author_makes_the_tables_void(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, {"a": "On Unity\n\nA. Author\n\nWe met.", "b": "Two."})
    assert "byline" not in corpus.tokens.paragraph_kinds
    documents = corpus.study.documents
    signed = (documents[0].model_copy(update={"author": "A. Author"}), *documents[1:])
    again = read_corpus(corpus.study.model_copy(update={"documents": signed}))
    assert "byline" in again.tokens.paragraph_kinds


def test_changed_code_makes_the_tables_void(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = corpus_of(tmp_path, TEXTS)
    monkeypatch.setattr(rhetorica.store, "_code_hash", lambda: "other code")
    forbid_vectorizing(monkeypatch)
    with pytest.raises(AssertionError, match="tokenised again"):
        read_corpus(first.study)


def test_folder_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    study = corpus_of(tmp_path, TEXTS).study
    blocked = tmp_path / "a file"
    blocked.write_text("in the way")
    again = read_corpus(study.model_copy(update={"processed": blocked / "processed"}))
    assert len(again.tokens) == 7


def test_chosen_texts_are_those_alone(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, TEXTS)
    chosen = corpus.parameters.model_copy(update={"texts": ("b",)})
    alone = read_corpus(corpus.study, chosen)
    assert alone.tokens.document_ids == alone.counts.document_ids == ("b",)
    assert alone.counts.sizes.tolist() == [2]
    assert alone.counts.unit_documents.tolist() == [0]
    assert [source.document.id for source in alone.sources] == ["b"]
    with pytest.raises(StudyError, match="no text 'c'"):
        read_corpus(corpus.study, corpus.parameters.model_copy(update={"texts": ("c",)}))


def test_capitals_are_folded_by_parameter_only(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, TEXTS)
    assert "two" in corpus.counts.terms
    assert "Two" not in corpus.counts.terms
    study = load_study(corpus.study.file)
    kept = read_corpus(study, study.parameters.model_copy(update={"lowercase": False}))
    assert {"two", "Two"} <= set(kept.counts.terms)
