"""From numbers back to the text: the paragraphs and sentences in which something stands."""

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rhetorica.corpus import Corpus
from rhetorica.edition import raw_lines, to_raw
from rhetorica.structure import PARTS, Part
from rhetorica.tokens import units_of

# The marks before the first word of a sentence and after its last, and how many there may be.
_OPENING = "\"'([{«¡¿"
_MARKS = 6
_CLOSING = re.compile(r"[^\s\w]*")
_PROSE: tuple[Part, ...] = ("paragraph", "quotation")


def paragraph_texts(corpus: Corpus, paragraphs: Iterable[int]) -> list[str]:
    """Return the edited text of the given paragraphs, numbered over the whole token stream."""
    return _texts(corpus, corpus.tokens.paragraphs, paragraphs)


def sentence_texts(corpus: Corpus, sentences: Iterable[int]) -> list[str]:
    """Return the edited text of the given sentences, numbered over the whole token stream."""
    return _texts(corpus, corpus.tokens.sentences, sentences)


def _texts(corpus: Corpus, offsets: NDArray[np.int64], units: Iterable[int]) -> list[str]:
    tokens = corpus.tokens
    numbers = np.array(list(units), dtype=np.int64)
    first, last = offsets[numbers], offsets[numbers + 1] - 1
    owner = units_of(tokens.documents, first)
    starts, ends = tokens.starts[first], tokens.ends[last]
    texts = [edition.text for edition in corpus.editions]
    return [
        _with_marks(texts[i], start, end)
        for i, start, end in zip(owner.tolist(), starts.tolist(), ends.tolist(), strict=True)
    ]


def _with_marks(text: str, start: int, end: int) -> str:
    """Return a stretch of a text with the marks around it."""
    head = text[max(start - _MARKS, 0) : start]
    closing = _CLOSING.match(text, end, end + _MARKS)
    assert closing is not None  # it matches the empty string
    return head[len(head.rstrip(_OPENING)) :] + text[start : closing.end()]


def locate(corpus: Corpus, positions: NDArray[np.int64]) -> pd.DataFrame:
    """Return where tokens stand: one row a position of the stream.

    Columns: those of :func:`number_places` and text, that of the sentence.
    """
    unique, place = np.unique(units_of(corpus.tokens.sentences, positions), return_inverse=True)
    texts = np.array(sentence_texts(corpus, unique), dtype=object)
    return number_places(corpus, positions).assign(text=texts[place])


def number_places(corpus: Corpus, positions: NDArray[np.int64]) -> pd.DataFrame:
    """Return where tokens stand, in names and numbers: one row a position of the stream.

    Columns: document, label, block (title, heading or paragraph, counted in its text from 1),
    sentence (likewise) and raw_line (of the file as obtained).
    """
    tokens = corpus.tokens
    owner = units_of(tokens.documents, positions)
    paragraph = units_of(tokens.paragraphs, positions)
    sentence = units_of(tokens.sentences, positions)
    first_paragraph = units_of(tokens.paragraphs, tokens.documents[:-1])
    first_sentence = units_of(tokens.sentences, tokens.documents[:-1])
    return pd.DataFrame(
        {
            "document": np.array(tokens.document_ids, dtype=object)[owner],
            "label": np.array(corpus.labels, dtype=object)[owner],
            "block": paragraph - first_paragraph[owner] + 1,
            "sentence": sentence - first_sentence[owner] + 1,
            "raw_line": _raw_lines(corpus, owner, positions),
        }
    )


def first_in_prose(corpus: Corpus, positions: NDArray[np.int64]) -> int:
    """Return the first of some token positions that lies in a paragraph; else the first of all.

    A title or heading is no sentence from which to see how a word is used.
    """
    prose = np.isin(corpus.tokens.parts[positions], [PARTS.index(part) for part in _PROSE])
    return int(positions[prose][0] if prose.any() else positions[0])


def _raw_lines(
    corpus: Corpus, owner: NDArray[np.int64], positions: NDArray[np.int64]
) -> NDArray[np.int64]:
    lines = np.zeros(len(positions), dtype=np.int64)
    tokens = corpus.tokens
    order = np.argsort(owner, kind="stable")
    documents, begins = np.unique(owner[order], return_index=True)
    for document, rows in zip(documents.tolist(), np.split(order, begins[1:]), strict=False):
        edition, own = corpus.editions[document], positions[rows]
        starts, _ = to_raw(edition, tokens.starts[own], tokens.ends[own])
        lines[rows] = raw_lines(edition, starts)
    return lines
