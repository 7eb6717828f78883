"""Similarity: how alike the texts are, how surely, and which words make them so."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rhetorica.clustering import branch_support, grow_tree
from rhetorica.contributions import name_terms, pair_terms
from rhetorica.corpus import Corpus
from rhetorica.findings import Finding, percent, require_texts
from rhetorica.likeness import Yardstick, likeness, measure_of, yardstick_of
from rhetorica.likeness_bounds import halves
from rhetorica.likeness_draws import bootstrap, quantiles
from rhetorica.measures import Measure, MeasureName
from rhetorica.neighbours import nearest_texts
from rhetorica.similarity_findings import (
    SHARED_TERMS,
    branch_table,
    nothing_in_common,
    pair_frame,
    reasons_of,
    similarity_finding,
    square_of,
    terms_column,
    within,
)
from rhetorica.similarity_many import of_clusters, of_neighbours

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MATRIX_TEXTS = 60  # up to so many texts stand in the matrix each for itself
CLUSTERED_TEXTS = 300  # up to so many in clusters; beyond, each text has its nearest neighbours
LISTED_PAIRS = 45  # all pairs of up to ten texts
_DIGITS = 9  # of a likeness; the rest is rounding


def similarity_matrix(corpus: Corpus) -> Finding:
    """Return how alike the texts are by the measure that the parameter `measure` names.

    Of up to 60 texts, every pair: document_a, label_a, document_b, label_b, place_a, place_b (in
    the order of the tree), value, low, high (bootstrap interval), shared_terms. Tables:
    ``similarity_texts`` (each text with how alike its halves are), ``similarity_branches`` (the
    tree and the support of its branches) and ``similarity_terms`` (what each term adds to each
    pair). Of up to 300 texts, the same of clusters, with rows of a cluster with itself,
    ``similarity_members``, and the terms of the 45 most alike pairs. Beyond, the nearest texts of
    each: document, label, neighbour, neighbour_label, rank, value, shared_terms. By Delta the
    terms are parting_terms. Raises :class:`NothingToShow` for a single text and as
    :func:`~rhetorica.likeness.yardstick_of`.
    """
    require_texts(len(corpus.sources), "a matrix of similarities")
    yardstick = yardstick_of(corpus, corpus.parameters.measure)
    texts = len(corpus.sources)
    if texts <= MATRIX_TEXTS:
        return _of_texts(corpus, yardstick)
    of_many = of_neighbours if texts > CLUSTERED_TEXTS else of_clusters
    finding = of_many(corpus, yardstick)
    first, second, values = leading_pairs(corpus, LISTED_PAIRS)
    _, terms = reasons_of(corpus, yardstick, pd.DataFrame({"value": values}), (first, second))
    return replace(finding, tables={**finding.tables, "similarity_terms": terms})


@lru_cache(maxsize=4)
def all_pairs(corpus: Corpus) -> tuple[Integers, Integers, Floats, Floats]:
    """Return every pair of up to 60 texts: first, second, likeness, and its draws (draws x pairs).

    The draws are those of :func:`~rhetorica.likeness_bounds.bootstrap`.
    """
    yardstick = yardstick_of(corpus, corpus.parameters.measure)
    first, second = np.triu_indices(len(corpus.sources), 1)
    values = np.round(likeness(yardstick, first, second), _DIGITS)
    return first, second, values, bootstrap(corpus, yardstick, first, second)


def _of_texts(corpus: Corpus, yardstick: Yardstick) -> Finding:
    first, second, values, drawn = all_pairs(corpus)
    square = square_of(yardstick, len(corpus.sources), values)
    tree = grow_tree(yardstick.measure.distances(square))
    support = branch_support(tree, yardstick.measure.distances(drawn))
    place = np.argsort(tree.order)
    low, high = quantiles(drawn, corpus.parameters.confidence)
    frame = pair_frame(corpus, first, second, place).assign(
        value=values, low=within(yardstick, low), high=within(yardstick, high)
    )
    reasons, terms = reasons_of(corpus, yardstick, frame, (first, second))
    frame = frame.assign(**{terms_column(yardstick): reasons})
    tables = {
        "similarity_texts": _text_table(corpus, yardstick, place),
        "similarity_branches": branch_table(tree, support),
        "similarity_terms": terms,
    }
    return similarity_finding(
        corpus,
        yardstick,
        frame,
        "texts",
        _title(corpus, values, drawn, (first, second)),
        tables,
        scope_of(corpus, drawn),
        len(drawn),
    )


def scope_of(corpus: Corpus, drawn: Floats) -> str:
    """Say what the intervals of a likeness cover; nothing where there are none."""
    if not np.isfinite(drawn).any():
        return ""
    return (
        f"Intervals ({percent(corpus.parameters.confidence)}): {len(drawn):,} times each text was "
        "made anew of its own paragraphs and headings, some of them repeated, some left out; the "
        "resamples are shifted back by what such repetition takes away, and widened where "
        "paragraphs are few. They say how much a value depends on which paragraphs a text has; "
        "what words weigh stays as in the whole texts."
    )


def leading_pairs(corpus: Corpus, most: int) -> tuple[Integers, Integers, Floats]:
    """Return the pairs of texts that are most alike, most alike first: first, second, likeness.

    Of more than 60 texts, pairs are found among the nearest texts of each.
    """
    yardstick = yardstick_of(corpus, corpus.parameters.measure)
    if len(corpus.sources) <= MATRIX_TEXTS:
        first, second, values, _ = all_pairs(corpus)
    else:
        nearest, near_values = nearest_texts(yardstick, most)
        one = np.repeat(np.arange(len(nearest)), nearest.shape[1])
        two = nearest.ravel()
        pairs, rows = np.unique(
            np.stack([np.minimum(one, two), np.maximum(one, two)]), axis=1, return_index=True
        )
        first, second, values = pairs[0], pairs[1], near_values.ravel()[rows]
    order = np.argsort(-yardstick.measure.nearness(values), kind="stable")[:most]
    return first[order], second[order], values[order]


def drawn_pairs(corpus: Corpus, first: Integers, second: Integers) -> Floats:
    """Return the draws of some pairs, given as :func:`leading_pairs` does: draws x pairs.

    Of up to 60 texts they are those of the matrix, so that its intervals are the same everywhere.
    """
    texts = len(corpus.sources)
    if texts > MATRIX_TEXTS:
        yardstick = yardstick_of(corpus, corpus.parameters.measure)
        return bootstrap(corpus, yardstick, first, second)
    drawn: Floats = all_pairs(corpus)[3][:, first * (2 * texts - first - 3) // 2 + second - 1]
    return drawn


def explained_pairs(corpus: Corpus) -> pd.DataFrame:
    """Return the pairs of texts, most alike first, with the terms that make them so.

    Columns: document_a, document_b (in the order of the study), text, other_text, likeness,
    interval, shared_terms; by Delta, delta and parting_terms in their place. Of more than 60 texts
    the 45 pairs that are most alike.
    """
    yardstick = yardstick_of(corpus, corpus.parameters.measure)
    first, second, values = leading_pairs(corpus, LISTED_PAIRS)
    drawn = drawn_pairs(corpus, first, second)
    low, high = (within(yardstick, end) for end in quantiles(drawn, corpus.parameters.confidence))
    ids, labels = corpus.tokens.document_ids, corpus.labels
    rows = [
        {
            "document_a": ids[a],
            "document_b": ids[b],
            "text": labels[a],
            "other_text": labels[b],
            "delta" if yardstick.measure.distance else "likeness": value,
            "interval": _interval(yardstick.measure, left, right),
            terms_column(yardstick): name_terms(pair_terms(yardstick, a, b), SHARED_TERMS),
        }
        for a, b, value, left, right in zip(
            first.tolist(), second.tolist(), values.tolist(), low, high, strict=True
        )
    ]
    return pd.DataFrame(rows)


def _interval(measure: Measure, low: float, high: float) -> str:
    return f"{measure.write(low)} to {measure.write(high)}" if np.isfinite(low + high) else ""


def _text_table(corpus: Corpus, yardstick: Yardstick, place: Integers) -> pd.DataFrame:
    """List the texts in the order of the tree, with how alike two halves of each are."""
    bound = halves(corpus, yardstick)
    words = np.bincount(yardstick.documents, weights=yardstick.sizes).astype(np.int64)
    table = pd.DataFrame(
        {
            "document": corpus.tokens.document_ids,
            "label": corpus.labels,
            "place": place + 1,
            "words": words,
            "halves": bound.mean,
            "halves_low": bound.low,
            "halves_high": bound.high,
        }
    )
    return table.sort_values("place", ignore_index=True)


def _title(corpus: Corpus, values: Floats, drawn: Floats, pairs: tuple[Integers, Integers]) -> str:
    measure = measure_of(corpus)
    near = measure.nearness(values)
    best = int(np.argmax(near))
    said = f"{measure.label} {measure.write(values[best])}"
    labels = [corpus.labels[int(side[best])] for side in pairs]
    pair = f"“{labels[0]}” and “{labels[1]}”"
    if not measure.distance and values[best] == 0:
        return nothing_in_common(corpus.labels)
    if len(values) == 1:
        return f"The {measure.label} of {pair} is {measure.write(values[best])}"
    equal = int((near == near[best]).sum())
    if equal == len(values):
        return f"All {equal} pairs are equally alike: {said}"
    if equal > 1:
        return f"{equal} pairs are most alike, among them {pair}: {said}"
    title = f"{pair} are most alike: {said}"
    if not np.isfinite(drawn).all():
        return title
    drawn_near = np.round(measure.nearness(drawn), _DIGITS)
    others = np.delete(drawn_near, best, axis=1).max(axis=1)
    first = float((drawn_near[:, best] > others).mean())
    return f"{title}, first of {len(values):,} pairs in {first:.0%} of resamples"


def compare_weightings(corpus: Corpus) -> pd.DataFrame:
    """Return the cosine of every pair under other defensible weightings, most alike first.

    Columns: text, other_text, smooth_idf, plain_idf, no_idf and all_words (smooth idf with no
    word left out), and places, the pair's rank in each of these. A pair that changes its
    place is not a firm finding.
    """
    require_texts(len(corpus.sources), "a comparison of weightings")
    first, second = np.triu_indices(len(corpus.sources), 1)
    labels = np.array(corpus.labels, dtype=object)
    table = pd.DataFrame({"text": labels[first], "other_text": labels[second]})
    for name, (measure, changed) in _WEIGHTINGS.items():
        other = replace(corpus, parameters=corpus.parameters.model_copy(update=dict(changed)))
        values = likeness(yardstick_of(other, measure), first, second)
        table[name] = np.round(values, _DIGITS)
    places = table[list(_WEIGHTINGS)].rank(ascending=False, method="min").astype(int)
    table["places"] = places.astype(str).agg(", ".join, axis=1)
    return table.sort_values("smooth_idf", ascending=False, kind="stable", ignore_index=True)


_WEIGHTINGS: Mapping[str, tuple[MeasureName, Mapping[str, object]]] = {
    "smooth_idf": ("cosine", {"similarity_idf": "smooth"}),
    "plain_idf": ("cosine", {"similarity_idf": "plain"}),
    "no_idf": ("cosine_rates", {}),
    "all_words": ("cosine", {"similarity_idf": "smooth", "stop_words": "none", "leave_out": ()}),
}
