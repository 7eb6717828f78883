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
_PROSE: tuple[Part, ...] = ("paragraph", "quotation")


def paragraph_texts(corpus: Corpus, paragraphs: Iterable[int]) -> list[str]:
    """Return the edited text of the given paragraphs, numbered over the whole token stream."""
    return [_between(corpus, corpus.tokens.paragraphs, int(unit)) for unit in paragraphs]


def sentence_texts(corpus: Corpus, sentences: Iterable[int]) -> list[str]:
    """Return the edited text of the given sentences, numbered over the whole token stream."""
    return [_between(corpus, corpus.tokens.sentences, int(unit)) for unit in sentences]


def _between(corpus: Corpus, offsets: NDArray[np.int64], unit: int) -> str:
    tokens = corpus.tokens
    first, last = int(offsets[unit]), int(offsets[unit + 1]) - 1
    edition = corpus.editions[int(units_of(tokens.documents, np.array([first]))[0])]
    text = edition.text[tokens.starts[first] : tokens.ends[last]]
    before, after = tokens.starts[first], tokens.ends[last]
    head, tail = (
        edition.text[max(before - _MARKS, 0) : before],
        edition.text[after : after + _MARKS],
    )
    opening = head[len(head.rstrip(_OPENING)) :]
    return opening + text + re.split(r"[\s\w]", tail, maxsplit=1)[0]


def locate(corpus: Corpus, positions: NDArray[np.int64]) -> pd.DataFrame:
    """Return where tokens stand: one row a position of the stream.

    Columns: document, label, block (title, heading or paragraph, counted in its text from 1),
    sentence (likewise), raw_line (of the file as obtained) and the sentence's text.
    """
    tokens = corpus.tokens
    owner = units_of(tokens.documents, positions)
    paragraph = units_of(tokens.paragraphs, positions)
    sentence = units_of(tokens.sentences, positions)
    first_paragraph = units_of(tokens.paragraphs, tokens.documents[:-1])
    first_sentence = units_of(tokens.sentences, tokens.documents[:-1])
    unique, place = np.unique(sentence, return_inverse=True)
    texts = sentence_texts(corpus, unique)
    return pd.DataFrame(
        {
            "document": [tokens.document_ids[i] for i in owner],
            "label": [corpus.labels[i] for i in owner],
            "block": paragraph - first_paragraph[owner] + 1,
            "sentence": sentence - first_sentence[owner] + 1,
            "raw_line": _raw_lines(corpus, owner, positions),
            "text": [texts[i] for i in place],
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
    for document in np.unique(owner):
        own = positions[owner == document]
        edition = corpus.editions[document]
        starts, _ = to_raw(edition, tokens.starts[own], tokens.ends[own])
        lines[owner == document] = raw_lines(edition, starts)
    return lines
