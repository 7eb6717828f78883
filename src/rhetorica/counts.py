"""Counts: how often each term stands in each unit, with a memory of what was done to them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from rhetorica import cards
from rhetorica.errors import CountsError, plural
from rhetorica.tokens import Tokens


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
        shape = f"{plural(rows, self.unit)} x {plural(columns, 'term')}"
        return f"<Counts: {shape}, {cards.brief(self.weighting, 120)}>"

    def _repr_html_(self) -> str:
        rows, columns = self.matrix.shape
        filled = np.count_nonzero(self.matrix.data) / max(rows * columns, 1)
        sums = np.asarray(self.matrix.sum(axis=0)).ravel()
        first = np.argsort(-sums, kind="stable")[:10].tolist()
        top = [(self.terms[i], sums[i].item()) for i in first if sums[i]]
        plain = self.weighting == "count"
        return cards.card(
            "Counts",
            f"{plural(rows, self.unit)} × {plural(columns, 'term')}",
            [
                f"of {plural(len(self.document_ids), 'document')}",
                f"{plural(int(self.sizes.sum()), 'word')} in all, terms or not",
                "plain counts" if plain else f"weighted: {self.weighting}",
                f"{100 * filled:.1f}% of the fields are not zero",
            ],
            cards.paragraph(f"Most {'frequent' if plain else 'weight'}: {cards.amounts(top)}"),
        )


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


def merge_terms(counts: Counts, names: Sequence[str]) -> Counts:
    """Add up the terms that are given the same name, one name a term; the terms become sorted.

    Raises :class:`CountsError` for weighted counts, and where there are not as many names as terms.
    """
    require_plain(counts, "added up")
    if len(names) != len(counts.terms):
        raise CountsError(f"{len(names)} names cannot be given to {len(counts.terms)} terms.")
    terms, columns = np.unique(np.array(names, dtype=object), return_inverse=True)
    ones = np.ones(len(columns), dtype=np.int64)
    shape = (len(columns), len(terms))
    gather = sparse.csr_matrix((ones, (np.arange(len(columns)), columns)), shape=shape)
    matrix = sparse.csr_matrix(counts.matrix @ gather)
    matrix.sort_indices()
    return replace(counts, matrix=matrix, terms=tuple(terms))


def sum_documents(counts: Counts) -> Counts:
    """Add up the paragraphs of each document; raise :class:`CountsError` for weighted counts."""
    require_plain(counts, "added up")
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


def document_frequency(counts: Counts) -> NDArray[np.int64]:
    """Return in how many units each term stands."""
    columns = len(counts.terms)
    return np.bincount(counts.matrix.indices[counts.matrix.data > 0], minlength=columns)


def require_plain(counts: Counts, action: str) -> None:
    """Raise :class:`CountsError` where counts are weighted: `action` says what was to be done."""
    if counts.weighting != "count":
        raise CountsError(
            f"These counts cannot be {action}: they are weighted already ({counts.weighting}). "
            "Start from the plain counts."
        )
