"""Similarity: how alike the texts are in the words they weigh, and which words make them so."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rhetorica.corpus import Corpus
from rhetorica.counts import Counts, sum_documents
from rhetorica.errors import plural
from rhetorica.findings import Finding, require_texts
from rhetorica.stop_words import content_counts, left_out
from rhetorica.weighting import Weighting, weight

_SHARED_TERMS = 6  # words listed as the reason for a pair
_UNLIKE_LENGTHS = 1.5  # times as long: from here on a caption warns of unlike lengths
_EXPLAINED_PAIRS = 400  # pairs whose words are listed: all of up to 28 texts, else the most alike


def cosine_matrix(weighted: Counts) -> NDArray[np.float64]:
    """Return the cosine of every pair of rows, exactly symmetric, with ones on the diagonal.

    cos(a, b) = sum of a_i b_i over terms / (|a| |b|); rows without a term have cosine 0 with all
    others (Salton, Wong & Yang 1975).
    """
    lengths = np.sqrt(np.asarray(weighted.matrix.multiply(weighted.matrix).sum(axis=1)).ravel())
    products = (weighted.matrix @ weighted.matrix.T).toarray()
    scale = np.where(lengths > 0, lengths, np.inf)
    cosines = products / np.outer(scale, scale)
    symmetric: NDArray[np.float64] = np.clip((cosines + cosines.T) / 2, 0, 1)
    np.fill_diagonal(symmetric, 1.0)
    return symmetric


def cluster_order(cosines: NDArray[np.float64]) -> list[int]:
    """Return an order of the texts that puts like beside like.

    Average linkage on 1 - cosine, leaves ordered so that neighbours are as near as the tree
    allows (Bar-Joseph, Gifford & Jaakkola 2001).
    """
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import squareform

    if len(cosines) < 3:
        return list(range(len(cosines)))
    distances = squareform(np.round(1 - cosines, 12), checks=False)
    return [int(i) for i in leaves_list(linkage(distances, "average", optimal_ordering=True))]


def similarity_matrix(corpus: Corpus) -> Finding:
    """Return the cosine of every pair of texts, in clustered order, with the words behind it.

    Columns: document_a, label_a, document_b, label_b, place_a, place_b (in the clustered
    order), cosine, shared_terms. Raises :class:`NothingToShow` for a single text.
    """
    require_texts(len(corpus.sources), "a matrix of similarities")
    chosen = corpus.parameters
    texts = plural(len(corpus.sources), "text")
    counts = sum_documents(content_counts(corpus.counts, chosen))
    weighted = weight(counts, Weighting(idf=chosen.similarity_idf))
    cosines = cosine_matrix(weighted)
    frame = _pairs(corpus, cosines, cluster_order(cosines))
    frame = frame.assign(shared_terms=_reasons(frame, weighted))
    title = _title(frame)
    return Finding(
        name="similarity_matrix",
        title=title,
        frame=frame,
        unit="cosine, from 0 (no weighted word in common) to 1 (the same words in the same shares)",
        reading="Each field compares two texts; the darker, the more alike. Like stands beside "
        "like, by clustering.",
        formula=f"cosine of {Weighting(idf=chosen.similarity_idf).formula}, N = {texts}",
        alt=f"Triangular matrix of cosine similarities between {texts}. {title}.",
        notes=_notes(corpus),
        parameters={
            name: getattr(chosen, name)
            for name in ("similarity_idf", "stop_words", "leave_out", "lowercase")
        },
    )


def _title(frame: pd.DataFrame) -> str:
    best = frame.sort_values("cosine", ascending=False, kind="stable").iloc[0]
    pair = f"“{best['label_a']}” and “{best['label_b']}”"
    if best["cosine"] == 0:
        return "No two of these texts share a weighted word"
    if len(frame) == 1:
        return f"The cosine of {pair} is {best['cosine']:.2f}"
    return f"{pair} are most alike: their cosine is {best['cosine']:.2f}"


def explain_pairs(corpus: Corpus) -> pd.DataFrame:
    """Return every pair, most alike first, with the words that add most to its cosine.

    Columns: text, other_text, cosine, shared_terms (with the share of the cosine each adds).
    """
    frame = similarity_matrix(corpus).frame.sort_values("cosine", ascending=False, kind="stable")
    table = frame[["label_a", "label_b", "cosine", "shared_terms"]]
    return table.rename(columns={"label_a": "text", "label_b": "other_text"})


def compare_weightings(corpus: Corpus) -> pd.DataFrame:
    """Return the cosine of every pair under other defensible weightings, most alike first.

    Columns: text, other_text, smooth_idf, plain_idf, no_idf and all_words (smooth idf with no
    word left out), and places, the pair's rank in each of these. A pair that changes its
    place is not a firm finding.
    """
    require_texts(len(corpus.sources), "a comparison of weightings")
    content = sum_documents(content_counts(corpus.counts, corpus.parameters))
    every = sum_documents(corpus.counts)
    matrices = {
        "smooth_idf": cosine_matrix(weight(content, Weighting(idf="smooth"))),
        "plain_idf": cosine_matrix(weight(content, Weighting(idf="plain"))),
        "no_idf": cosine_matrix(content),
        "all_words": cosine_matrix(weight(every, Weighting(idf="smooth"))),
    }
    a, b = np.triu_indices(len(corpus.sources), 1)
    labels = np.array(corpus.labels, dtype=object)
    table = pd.DataFrame({"text": labels[a], "other_text": labels[b]})
    for name, matrix in matrices.items():
        table[name] = matrix[a, b].round(3)
    places = table[list(matrices)].rank(ascending=False, method="min").astype(int)
    table["places"] = places.astype(str).agg(", ".join, axis=1)
    return table.sort_values("smooth_idf", ascending=False, kind="stable", ignore_index=True)


def _pairs(corpus: Corpus, cosines: NDArray[np.float64], order: list[int]) -> pd.DataFrame:
    """List every pair once, the one later in the clustered order as a: the lower triangle."""
    later, earlier = np.tril_indices(len(order), -1)
    documents = [source.document for source in corpus.sources]
    a, b = np.array(order)[later], np.array(order)[earlier]
    return pd.DataFrame(
        {
            "document_a": [documents[i].id for i in a],
            "label_a": [documents[i].label for i in a],
            "document_b": [documents[i].id for i in b],
            "label_b": [documents[i].label for i in b],
            "place_a": later + 1,
            "place_b": earlier + 1,
            "cosine": np.round(cosines[a, b], 9),
        }
    )


def _reasons(frame: pd.DataFrame, weighted: Counts) -> list[str]:
    """Name the terms that add most to each cosine, with the share each adds."""
    row_of = {name: i for i, name in enumerate(weighted.document_ids)}
    explained = set(frame["cosine"].nlargest(_EXPLAINED_PAIRS).index)
    reasons = []
    for pair in frame.itertuples():
        if pair.Index not in explained:
            reasons.append("")
            continue
        a, b = row_of[str(pair.document_a)], row_of[str(pair.document_b)]
        product = weighted.matrix[a].multiply(weighted.matrix[b]).tocsr()
        total = product.sum()
        order = np.lexsort((product.indices, -np.round(product.data, 9)))[:_SHARED_TERMS]
        terms = [(weighted.terms[product.indices[i]], product.data[i] / total) for i in order]
        reasons.append(", ".join(f"{term} {share:.0%}" for term, share in terms))
    return reasons


def _notes(corpus: Corpus) -> tuple[str, ...]:
    chosen = corpus.parameters
    sizes = np.bincount(corpus.counts.unit_documents, weights=corpus.counts.sizes)
    notes = []
    if sizes.max() > _UNLIKE_LENGTHS * sizes.min():
        notes.append(
            f"Lengths differ ({int(sizes.min()):,} to {int(sizes.max()):,} words): a short text "
            "can match few of a long one's words, so compare pairs of like length first."
        )
    notes += left_out(corpus.counts, chosen)
    if chosen.similarity_idf == "plain":
        notes.append("Words that all texts share weigh nothing and make no pair alike.")
    return tuple(notes)
