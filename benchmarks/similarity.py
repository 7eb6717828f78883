"""How long it takes to find the texts most like each, beside scikit-learn, and all else in 04.

Run it with ``.venv/bin/python benchmarks/similarity.py``. Texts are made of paragraphs of the five
texts drawn again and again, so that they are alike more than texts usually are. Both sides start
from the same weighted words; scikit-learn's NearestNeighbors takes them as a sparse matrix, which
is what its vectorizers give. The ratio is what to look at: the seconds are those of one machine.
"""

import time
from dataclasses import replace

import numpy as np
from sklearn.neighbors import NearestNeighbors

from rhetorica.corpus import Corpus, read_corpus
from rhetorica.counts import count_paragraphs, merge_terms
from rhetorica.edition import Edition
from rhetorica.likeness import weighted, whole_texts, yardstick_of
from rhetorica.neighbours import nearest_texts
from rhetorica.passages import paragraph_texts
from rhetorica.shared_passages import shared_passages
from rhetorica.similarity import similarity_matrix
from rhetorica.similarity_measures import similarity_measures
from rhetorica.similarity_pairs import similarity_pairs
from rhetorica.structure import find_blocks
from rhetorica.study import default_study_file, load_study
from rhetorica.tokens import tokenize

_SIZES = (5, 200, 2000)
_PARAGRAPHS = 20  # of a text: some 1,000 words
_NEIGHBOURS = 5
_QUESTIONS = (similarity_matrix, similarity_pairs, similarity_measures, shared_passages)


def made(corpus: Corpus, number: int) -> Corpus:
    """Return a corpus of so many texts of drawn paragraphs."""
    units = [i for i, kind in enumerate(corpus.tokens.paragraph_kinds) if kind == "paragraph"]
    paragraphs = paragraph_texts(corpus, units)
    random = np.random.default_rng(1)
    places = random.integers(len(paragraphs), size=(number, _PARAGRAPHS))
    texts = ["\n\n".join(paragraphs[i] for i in own) for own in places]
    editions = tuple(
        Edition(f"t{i}", text, text, (), tuple(find_blocks(text))) for i, text in enumerate(texts)
    )
    tokens = tokenize(editions)
    names = [word.lower() for word in tokens.types]
    counts = merge_terms(count_paragraphs(tokens), names)
    types = np.searchsorted(np.array(counts.terms, dtype=object), names)
    first = corpus.sources[0]
    sources = tuple(
        replace(first, document=first.document.model_copy(update={"id": name, "label": name}))
        for name in tokens.document_ids
    )
    return replace(
        corpus, sources=sources, editions=editions, tokens=tokens, counts=counts,
        term_of_type=types,
    )  # fmt: skip


def compare_neighbours(corpus: Corpus) -> None:
    """Time both sides on the same weighted words, compare what they found, print the ratio."""
    yardstick = yardstick_of(corpus, "cosine")
    started = time.perf_counter()
    _, values = nearest_texts(yardstick, _NEIGHBOURS)
    between = time.perf_counter()
    words = weighted(yardstick, whole_texts(yardstick)[0])
    search = NearestNeighbors(n_neighbors=_NEIGHBOURS + 1, metric="cosine").fit(words)
    distances, _ = search.kneighbors(words)
    ended = time.perf_counter()
    np.testing.assert_allclose(values, 1 - distances[:, 1:], atol=1e-8)
    print(f"  ours          {between - started:6.2f} s")
    print(f"  scikit-learn  {ended - between:6.2f} s: the same likenesses")
    print(f"  ratio         {(ended - between) / (between - started):6.1f}")


def main() -> None:
    """Print the ratio for the largest corpus, and the seconds of each question for all."""
    small = read_corpus(load_study(default_study_file()))
    print(f"The {_NEIGHBOURS} texts most like each of {_SIZES[-1]:,}:")
    compare_neighbours(made(small, _SIZES[-1]))
    for number in _SIZES:
        corpus = made(small, number)
        print(f"{number:,} texts, {len(corpus.tokens):,} words:")
        for question in _QUESTIONS:
            started = time.perf_counter()
            question(corpus)
            print(f"  {question.__name__:20} {time.perf_counter() - started:6.2f} s")


if __name__ == "__main__":
    main()
