"""Counts: how often each term stands in each unit, with a memory of what was done to them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from rhetorica.errors import CountsError
from rhetorica.tokens import Tokens, split_words

Idf = Literal["smooth", "plain"]


@dataclass(frozen=True, eq=False)
class Counts:
    """A sealed matrix of units by terms.

    `matrix` is CSR, one row a unit (paragraph or document), one column a term. `sizes` are all
    word tokens of each unit, whatever terms were selected since: the denominator of rates.
    `unit_documents` is the index of each unit's document in `document_ids`. `weighting` is
    ``count`` until the counts are weighted, then the formula used.
    """

    matrix: sparse.csr_matrix
    terms: tuple[str, ...]
    unit: Literal["paragraph", "document"]
    unit_documents: NDArray[np.int64]
    document_ids: tuple[str, ...]
    sizes: NDArray[np.int64]
    weighting: str = "count"

    def __post_init__(self) -> None:
        for array in (self.matrix.data, self.matrix.indices, self.matrix.indptr, self.sizes):
            array.setflags(write=False)

    def __repr__(self) -> str:
        rows, columns = self.matrix.shape
        return f"<Counts: {rows} {self.unit}s x {columns} terms, {self.weighting}>"


def count_paragraphs(tokens: Tokens) -> Counts:
    """Count the types of a token stream in each paragraph; one term a type, capitals apart."""
    sizes = np.diff(tokens.paragraphs)
    # A copy of the codes: the matrix would otherwise share them and sort the token stream.
    columns = tokens.codes.astype(np.int64)
    ones = np.ones(len(columns), dtype=np.int64)
    shape = (len(sizes), len(tokens.types))
    matrix = sparse.csr_matrix((ones, columns, tokens.paragraphs.copy()), shape=shape)
    matrix.sum_duplicates()
    owners = tokens.paragraph_documents
    return Counts(matrix, tokens.types, "paragraph", owners, tokens.document_ids, sizes)


def fold_case(counts: Counts) -> Counts:
    """Add up terms that differ in their capitals only; the terms become lower case, sorted.

    Raises :class:`CountsError` for weighted counts.
    """
    _require_plain(counts, "folded")
    folded = [term.lower() for term in counts.terms]
    terms = sorted(set(folded))
    index = {term: i for i, term in enumerate(terms)}
    columns = [index[term] for term in folded]
    ones = np.ones(len(columns), dtype=np.int64)
    shape = (len(columns), len(terms))
    gather = sparse.csr_matrix((ones, (np.arange(len(columns)), columns)), shape=shape)
    matrix = sparse.csr_matrix(counts.matrix @ gather)
    matrix.sort_indices()
    return replace(counts, matrix=matrix, terms=tuple(terms))


def sum_documents(counts: Counts) -> Counts:
    """Add up the paragraphs of each document; raise :class:`CountsError` for weighted counts."""
    _require_plain(counts, "added up")
    documents = len(counts.document_ids)
    units = np.arange(len(counts.unit_documents))
    ones = np.ones(len(units), dtype=np.int64)
    gather = sparse.csr_matrix(
        (ones, (counts.unit_documents, units)), shape=(documents, len(units))
    )
    matrix = sparse.csr_matrix(gather @ counts.matrix)
    matrix.sort_indices()
    return replace(
        counts,
        matrix=matrix,
        unit="document",
        unit_documents=np.arange(documents),
        sizes=np.asarray(gather @ counts.sizes),
    )


def select_terms(counts: Counts, keep: NDArray[np.bool_]) -> Counts:
    """Keep the terms marked in `keep`, a mask over the terms; `sizes` stay all words.

    Raises :class:`CountsError` where the mask has another length than the terms.
    """
    if len(keep) != len(counts.terms):
        raise CountsError(
            f"A mask of {len(keep)} marks cannot select from {len(counts.terms)} terms."
        )
    terms = tuple(term for term, kept in zip(counts.terms, keep, strict=True) if kept)
    return replace(counts, matrix=sparse.csr_matrix(counts.matrix[:, keep]), terms=terms)


def without_words(counts: Counts, words: Iterable[str]) -> Counts:
    """Drop the terms that a list of words names, each word read by the corpus tokeniser.

    A word the tokeniser would split drops its parts: the list then does what it seems to say.
    """
    parts = {part.lower() for word in words for part in split_words(word)}
    keep = np.array([term.lower() not in parts for term in counts.terms], dtype=bool)
    return select_terms(counts, keep)


def document_frequency(counts: Counts) -> NDArray[np.int64]:
    """Return in how many units each term stands."""
    columns = len(counts.terms)
    return np.bincount(counts.matrix.indices[counts.matrix.data > 0], minlength=columns)


def weight_tf_idf(counts: Counts, idf: Idf = "smooth", normalise: bool = False) -> Counts:
    """Weight counts by term frequency x inverse document frequency.

    tf is the count per 1,000 words of the unit. idf is, with N units and df of them holding
    the term: ``smooth``, ln((1 + N) / (1 + df)) + 1 (scikit-learn's default; a term of all
    units keeps weight 1); ``plain``, ln(N / df) (Sparck Jones 1972; a term of all units gets 0).
    With `normalise` each row is divided by its Euclidean length. Raises :class:`CountsError`
    for counts that are weighted already.
    """
    _require_plain(counts, "weighted by tf-idf")
    units = counts.matrix.shape[0]
    frequency = document_frequency(counts)
    if idf == "smooth":
        weight = np.log((1 + units) / (1 + frequency)) + 1
    else:
        weight = np.log(units / np.maximum(frequency, 1))
    per_thousand = sparse.diags(1000 / np.maximum(counts.sizes, 1))
    matrix = sparse.csr_matrix(per_thousand @ counts.matrix @ sparse.diags(weight))
    if normalise:
        lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
        matrix = sparse.csr_matrix(sparse.diags(1 / np.where(lengths > 0, lengths, 1)) @ matrix)
    matrix.sort_indices()
    return replace(counts, matrix=matrix, weighting=tf_idf_formula(idf, normalise))


def tf_idf_formula(idf: Idf, normalise: bool = False) -> str:
    """Return the weighting in words, as the figures state it."""
    inverse = "ln((1 + N) / (1 + df)) + 1" if idf == "smooth" else "ln(N / df)"
    length = ", rows scaled to length 1" if normalise else ""
    return f"tf × idf; tf = count per 1,000 words, idf = {inverse}{length}"


def _require_plain(counts: Counts, action: str) -> None:
    if counts.weighting != "count":
        raise CountsError(
            f"These counts cannot be {action}: they are weighted already ({counts.weighting}). "
            "Start from the plain counts."
        )
