"""Passages of pairs: what the most alike texts share, each with its places and its contexts."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rhetorica.corpus import Corpus
from rhetorica.parallels import Kind, Parallel
from rhetorica.passages import locate
from rhetorica.retelling import MIN_WORDS, find_retold
from rhetorica.reuse import find_passages
from rhetorica.similarity import leading_pairs

Integers = NDArray[np.int64]

KINDS: tuple[Kind, ...] = ("verbatim", "near", "retold", "title", "formula")
SEARCHED_PAIRS = 45  # pairs whose passages are looked for: all of up to ten texts
CONTEXT = 12  # words shown on either side of a passage


@lru_cache(maxsize=4)
def searched_pairs(corpus: Corpus) -> tuple[tuple[int, int], ...]:
    """Return the pairs of texts whose passages are looked for, each in the order of the study.

    They are all pairs of up to ten texts, of more those most alike, and the pair that `left` and
    `right` name.
    """
    chosen, ids = corpus.parameters, corpus.tokens.document_ids
    pairs = list(combinations(range(len(ids)), 2))
    if len(pairs) > SEARCHED_PAIRS:
        first, second, _ = leading_pairs(corpus, SEARCHED_PAIRS)
        pairs = [(int(min(a, b)), int(max(a, b))) for a, b in zip(first, second, strict=True)]
    if chosen.left:
        left = ids.index(chosen.left)
        others = [ids.index(chosen.right)] if chosen.right else _others(pairs, left, len(ids))
        pairs += [(min(left, other), max(left, other)) for other in others]
    return tuple(sorted(set(pairs)))


def _others(pairs: Sequence[tuple[int, int]], text: int, texts: int) -> list[int]:
    """Return the texts to lay beside one: those most like it, or all where none of these is."""
    beside = [a + b - text for a, b in pairs if text in (a, b)]
    return beside or [other for other in range(texts) if other != text][:SEARCHED_PAIRS]


@lru_cache(maxsize=64)
def parallels_of(corpus: Corpus, a: int, b: int) -> tuple[Parallel, ...]:
    """Return what two texts share: passages by kind and score, and sentences that are retold.

    A retelling is left out where it adds fewer than five words to the passages of its two places.
    """
    passages = find_passages(corpus, a, b)
    retold = [one for one in find_retold(corpus, a, b) if not _is_covered(one, passages)]
    every = [*passages, *retold]
    return tuple(sorted(every, key=lambda one: (KINDS.index(one.kind), -one.score, one.a, one.b)))


def _is_covered(one: Parallel, passages: Sequence[Parallel]) -> bool:
    covered = np.zeros(len(one.pairs), dtype=bool)
    for other in passages:
        inside = [
            (one.pairs[:, side] >= span[0]) & (one.pairs[:, side] < span[1])
            for side, span in enumerate((other.a, other.b))
        ]
        covered |= inside[0] & inside[1]
    return int((~covered).sum()) < MIN_WORDS


@lru_cache(maxsize=4)
def passage_table(corpus: Corpus) -> pd.DataFrame:
    """Return the passages of all pairs that are looked at, one a row.

    Columns: document_a, label_a, document_b, label_b, kind, words_a, words_b, same (words that are
    the same), alike (other forms of one word), score (bits), times; and for either side, with the
    ending _a or _b: block, sentence, raw_line, start, end (characters of the edited text), word,
    last_word (their numbers in the text), before, text, after.
    """
    parts = [_rows(corpus, pair, parallels_of(corpus, *pair)) for pair in searched_pairs(corpus)]
    return pd.concat(parts, ignore_index=True)


def _rows(corpus: Corpus, pair: tuple[int, int], found: Sequence[Parallel]) -> pd.DataFrame:
    ids, labels = corpus.tokens.document_ids, corpus.labels
    table = pd.DataFrame(
        {
            "document_a": [ids[pair[0]]] * len(found),
            "label_a": labels[pair[0]],
            "document_b": ids[pair[1]],
            "label_b": labels[pair[1]],
            "kind": [one.kind for one in found],
            "words_a": [one.a[1] - one.a[0] for one in found],
            "words_b": [one.b[1] - one.b[0] for one in found],
            "same": [one.same for one in found],
            "alike": [len(one.pairs) - one.same for one in found],
            "score": [one.score for one in found],
            "times": [one.times for one in found],
        }
    )
    for side, spans in (("a", [one.a for one in found]), ("b", [one.b for one in found])):
        places = _places(corpus, np.array(spans, dtype=np.int64).reshape(-1, 2))
        table = table.assign(**{f"{name}_{side}": places[name] for name in places})
    return table


def _places(corpus: Corpus, spans: Integers) -> pd.DataFrame:
    """Return where stretches of tokens stand, what they say, and what stands around them."""
    tokens = corpus.tokens
    starts, lasts = spans[:, 0], spans[:, 1] - 1
    where = locate(corpus, starts)
    owner = np.searchsorted(tokens.documents, starts, side="right") - 1
    origin = tokens.documents[owner]
    contexts = [_context(corpus, int(text), span) for text, span in zip(owner, spans, strict=True)]
    return pd.DataFrame(
        {
            "block": where["block"],
            "sentence": where["sentence"],
            "raw_line": where["raw_line"],
            "start": tokens.starts[starts],
            "end": tokens.ends[lasts],
            "word": starts - origin + 1,
            "last_word": lasts - origin + 1,
            "before": [before for before, _, _ in contexts],
            "text": [text for _, text, _ in contexts],
            "after": [after for _, _, after in contexts],
        }
    )


def _context(corpus: Corpus, document: int, span: Integers) -> tuple[str, str, str]:
    """Return some words before a stretch of a text, the stretch, and some words after it."""
    tokens, text = corpus.tokens, corpus.editions[document].text
    low, high = (int(place) for place in tokens.documents[document : document + 2])
    first, last = int(span[0]), int(span[1]) - 1
    start, end = int(tokens.starts[first]), int(tokens.ends[last])
    before = text[int(tokens.starts[max(first - CONTEXT, low)]) : start]
    after = text[end : int(tokens.ends[min(last + CONTEXT, high - 1)])]
    return _one_line(before), _one_line(text[start:end]), _one_line(after)


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)
