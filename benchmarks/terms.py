"""How long terms take on a million words, beside scikit-learn's CountVectorizer.

Run it with ``.venv/bin/python benchmarks/terms.py``. Both find words and phrases of up to three
words in paragraphs of the five texts drawn again and again, and count them in each paragraph,
starting from words that are split already. CountVectorizer keeps every phrase that two paragraphs
share, also across sentences and of function words alone, and knows no places; ours keeps the
places, and of phrases only terms. The ratio is what to look at: the seconds are those of one
machine.
"""

import time
from dataclasses import replace

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer

from rhetorica.corpus import Corpus, read_corpus
from rhetorica.counts import count_paragraphs, merge_terms
from rhetorica.edition import Edition
from rhetorica.passages import paragraph_texts
from rhetorica.structure import find_blocks
from rhetorica.study import default_study_file, load_study
from rhetorica.terms import count_terms
from rhetorica.tokens import split_words, tokenize

_WORDS = 1_000_000
_DOCUMENTS = 200


def drawn(corpus: Corpus) -> list[list[str]]:
    """Return the paragraphs of texts of a million words in all."""
    paragraphs = paragraph_texts(corpus, range(len(corpus.tokens.paragraphs) - 1))
    random = np.random.default_rng(1)
    each = round(_WORDS / len(corpus.tokens) * len(paragraphs) / _DOCUMENTS)
    places = random.integers(len(paragraphs), size=(_DOCUMENTS, each))
    return [[paragraphs[i] for i in own] for own in places]


def large_corpus(corpus: Corpus, documents: list[list[str]]) -> Corpus:
    """Return a corpus of these texts, split into words and counted."""
    texts = ["\n\n".join(own) for own in documents]
    editions = [
        Edition(f"t{i}", text, text, (), tuple(find_blocks(text))) for i, text in enumerate(texts)
    ]
    tokens = tokenize(editions)
    names = [word.lower() for word in tokens.types]
    counts = merge_terms(count_paragraphs(tokens), names)
    types = np.searchsorted(np.array(counts.terms, dtype=object), names)
    return replace(corpus, tokens=tokens, counts=counts, term_of_type=types)


def by_terms(corpus: Corpus) -> dict[str, int]:
    """Find and count the terms, and return how often each stands."""
    found = count_terms(corpus, 3)
    totals = np.asarray(found.matrix.sum(axis=0)).ravel()
    return dict(zip(found.terms, totals.tolist(), strict=True))


def by_vectorizer(paragraphs: list[list[str]]) -> dict[str, int]:
    """Count words and phrases of up to three words in each paragraph with scikit-learn."""
    vectorizer = CountVectorizer(
        ngram_range=(1, 3), tokenizer=list, token_pattern=None, lowercase=False, min_df=2
    )
    matrix = vectorizer.fit_transform(paragraphs)
    totals = np.asarray(matrix.sum(axis=0)).ravel()
    return dict(zip(vectorizer.get_feature_names_out(), totals.tolist(), strict=True))


def main() -> None:
    """Time both on the same paragraphs, compare what they counted, and print the ratio."""
    small = read_corpus(load_study(default_study_file()))
    documents = drawn(small)
    corpus = large_corpus(small, documents)
    words = [[word.lower() for word in split_words(text)] for own in documents for text in own]
    started = time.perf_counter()
    ours = by_terms(corpus)
    between = time.perf_counter()
    theirs = by_vectorizer(words)
    ended = time.perf_counter()
    both = [term for term in ours if " " not in term and term in theirs]
    assert all(ours[term] == theirs[term] for term in both)
    print(f"  ours          {between - started:5.1f} s, {len(ours):,} terms with their places")
    print(f"  scikit-learn  {ended - between:5.1f} s, {len(theirs):,} words and phrases")
    print(f"  {len(both):,} words counted by both: the same counts")
    print(f"  ratio         {(ended - between) / (between - started):5.1f}")


if __name__ == "__main__":
    main()
