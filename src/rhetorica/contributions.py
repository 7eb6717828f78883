"""Contributions: which terms make two texts alike, as parts that add up to their likeness."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rhetorica.likeness import Yardstick, scores, whole_texts
from rhetorica.measures import overlap_terms

Floats = NDArray[np.float64]

_NOISE = 9  # digits: terms that rounding alone tells apart stand in alphabetical order


def pair_terms(yardstick: Yardstick, first: int, second: int) -> pd.DataFrame:
    """Return what each term adds to the likeness of two texts, most first.

    Columns: term, count_a, count_b, contribution. The contributions sum to the measure: w w' /
    (|a| |b|) of the weights for a cosine; the shared part of the term's share for Jensen-Shannon;
    1 / (runs that either has) for each shared run; and, for Delta, |z - z'| / (number of words),
    which is what the term adds to the distance. Terms that add nothing are not listed.
    """
    rows, words = whole_texts(yardstick)
    a, b = (rows[text].toarray().ravel() for text in (first, second))
    added = _added(yardstick, (first, second), a, b, words)
    order = np.lexsort((np.arange(len(added)), -np.round(added, _NOISE)))
    order = order[added[order] > 0]
    return pd.DataFrame(
        {
            "term": [yardstick.features[i] for i in order],
            "count_a": a[order].astype(np.int64),
            "count_b": b[order].astype(np.int64),
            "contribution": added[order],
        }
    )


def _added(
    yardstick: Yardstick, texts: tuple[int, int], a: Floats, b: Floats, words: Floats
) -> Floats:
    name = yardstick.measure.name
    if name == "delta":
        rows, _ = whole_texts(yardstick)
        z = scores(yardstick, rows[list(texts)], words[list(texts)])
        apart: Floats = np.abs(z[0] - z[1]) / z.shape[1]
        return apart
    if name == "shingles":
        shared: Floats = ((a > 0) & (b > 0)).astype(np.float64)
        return shared / max(float(((a > 0) | (b > 0)).sum()), 1)
    if name == "jensen_shannon":
        p, q = (counts / max(counts.sum(), 1) for counts in (a, b))
        both = (p > 0) & (q > 0)
        overlap = np.zeros(len(p))
        overlap[both] = np.add(*overlap_terms(p[both], q[both]))
        return overlap
    a, b = a * yardstick.weights, b * yardstick.weights
    cosine: Floats = a * b / max(float(np.sqrt((a @ a) * (b @ b))), 1e-300)
    return cosine


def name_terms(terms: pd.DataFrame, number: int) -> str:
    """Name the terms that add most, with the share of the likeness that each adds."""
    total = terms["contribution"].sum()
    first = terms.head(number)
    shares = first["contribution"] / total
    return ", ".join(
        f"{term} {share:.0%}" for term, share in zip(first["term"], shares, strict=True)
    )


def fold_rest(terms: pd.DataFrame, most: int) -> pd.DataFrame:
    """Keep so many terms, and put the others into one last row, so that the sum stays."""
    rest = terms.iloc[most:]
    if len(rest) < 2:
        return terms
    last = {"term": f"({len(rest):,} other terms)", "contribution": rest["contribution"].sum()}
    counts = {"count_a": int(rest["count_a"].sum()), "count_b": int(rest["count_b"].sum())}
    return pd.concat([terms.iloc[:most], pd.DataFrame([last | counts])], ignore_index=True)
