"""Similarity of many texts: clusters of them, or, of hundreds, the nearest texts of each."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rhetorica.clustering import Tree, cut_tree, grow_tree
from rhetorica.contributions import name_terms, pair_terms
from rhetorica.corpus import Corpus
from rhetorica.findings import Finding
from rhetorica.likeness import Yardstick, against_all
from rhetorica.neighbours import nearest_texts
from rhetorica.similarity_findings import (
    SHARED_TERMS,
    branch_table,
    nothing_in_common,
    similarity_finding,
    terms_column,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_CLUSTERS = 24  # the most clusters that are drawn: their names are still readable
_EXPLAINED = 1000  # neighbours whose terms are named: each takes some milliseconds
_DIGITS = 9  # of a likeness; the rest is rounding


def of_clusters(corpus: Corpus, yardstick: Yardstick) -> Finding:
    """Return how alike clusters of texts are, in the mean of their texts.

    Columns as those of texts, with rows of a cluster with itself, and texts_a, texts_b.
    """
    square = np.round(against_all(yardstick, slice(0, len(corpus.sources))), _DIGITS)
    distances = yardstick.measure.distances((square + square.T) / 2)
    np.fill_diagonal(distances, 0)
    tree = grow_tree(distances, "complete")
    cluster = cut_tree(tree, distances, _CLUSTERS)
    if not cluster.any():  # more groups than that have nothing in common with each other
        tree = grow_tree(distances)
        cluster = cut_tree(tree, distances, _CLUSTERS)
    members = _member_table(corpus, square, cluster, yardstick)
    means = _means(square, cluster)
    frame = _cluster_frame(means, members)
    top = _top_of_tree(tree, cluster)
    tables = {
        "similarity_members": members,
        "similarity_branches": branch_table(top, np.full(len(top.steps), np.nan)),
    }
    pairs = square[np.triu_indices(len(square), 1)]
    title = _cluster_title(corpus, yardstick, frame, bool(np.ptp(pairs) == 0))
    return similarity_finding(corpus, yardstick, frame, "clusters", title, tables)


def _cluster_title(corpus: Corpus, yardstick: Yardstick, frame: pd.DataFrame, equal: bool) -> str:
    """Say which clusters are most alike; `equal` says that all texts are equally alike."""
    texts, measure = len(corpus.sources), yardstick.measure
    between = frame[frame["place_a"] > frame["place_b"]]
    if not len(between):
        if not equal:
            return f"{texts} texts form no clusters"
        value = frame["value"].iloc[0]
        if not measure.distance and value == 0:
            return nothing_in_common(corpus.labels)
        return f"All {texts} texts are equally alike: {measure.label} {measure.write(value)}"
    near = measure.nearness(between["value"].to_numpy(dtype=np.float64))
    best = between.iloc[int(np.argmax(near))]
    pair = f"“{best['label_b']}” and “{best['label_a']}”"
    if len(between) == 1:
        return f"{texts} texts fall into two clusters: {pair}"
    return f"{texts} texts fall into {frame['place_a'].max()} clusters; most alike are {pair}"


def _means(square: Floats, cluster: Integers) -> Floats:
    """Return the mean likeness of the texts of each cluster and each other; NaN for one alone."""
    belongs = np.eye(int(cluster.max()) + 1)[cluster]
    sizes = belongs.sum(axis=0)
    sums = belongs.T @ square @ belongs
    pairs = np.outer(sizes, sizes)
    sums[np.diag_indices_from(sums)] -= belongs.T @ np.diag(square)
    pairs[np.diag_indices_from(pairs)] -= sizes
    means: Floats = np.where(pairs > 0, sums / np.maximum(pairs, 1), np.nan)
    return np.round(means, _DIGITS)


def _member_table(
    corpus: Corpus, square: Floats, cluster: Integers, yardstick: Yardstick
) -> pd.DataFrame:
    """List the texts of each cluster, the one that is most like the others first.

    `mean_within` is NaN for a text that is alone in its cluster.
    """
    own = cluster[:, None] == cluster[None, :]
    others = own.sum(axis=1) - 1
    sums = np.where(own, square, 0).sum(axis=1) - np.diag(square)
    within: Floats = np.where(others > 0, sums / np.maximum(others, 1), np.nan)
    order = np.lexsort(
        (np.arange(len(within)), -np.round(yardstick.measure.nearness(within), _DIGITS), cluster)
    )
    ids = corpus.tokens.document_ids
    return pd.DataFrame(
        {
            "cluster": cluster[order] + 1,
            "document": [ids[i] for i in order],
            "label": [corpus.labels[i] for i in order],
            "mean_within": within[order],
        }
    )


def _cluster_frame(means: Floats, members: pd.DataFrame) -> pd.DataFrame:
    groups = [own for _, own in members.groupby("cluster", sort=True)]
    sizes = [len(own) for own in groups]
    labels = [
        str(own["label"].iloc[0]) + (f" and {size - 1} like it" if size > 1 else "")
        for own, size in zip(groups, sizes, strict=True)
    ]
    a, b = np.tril_indices(len(groups))
    return pd.DataFrame(
        {
            "document_a": [f"cluster {i + 1}" for i in a],
            "label_a": [labels[i] for i in a],
            "document_b": [f"cluster {i + 1}" for i in b],
            "label_b": [labels[i] for i in b],
            "place_a": a + 1,
            "place_b": b + 1,
            "value": means[a, b],
            "low": np.nan,
            "high": np.nan,
            "texts_a": [sizes[i] for i in a],
            "texts_b": [sizes[i] for i in b],
        }
    )


def _top_of_tree(tree: Tree, cluster: Integers) -> Tree:
    """Return the tree above the clusters, each of which becomes a leaf of it."""
    number = int(cluster.max()) + 1
    # Branch by branch: the cluster that it lies in, or the branch of the new tree that it became.
    became: list[int] = cluster.tolist()
    steps: list[list[float]] = []
    for left, right, distance, _ in tree.steps:
        one, two = became[int(left)], became[int(right)]
        if one == two:
            became.append(one)
            continue
        became.append(number + len(steps))
        steps.append([one, two, distance, 0])
    sizes = np.ones(number + len(steps))
    for i, step in enumerate(steps):
        step[3] = sizes[number + i] = sizes[int(step[0])] + sizes[int(step[1])]
    return Tree(np.arange(number), np.array(steps).reshape(-1, 4))


def of_neighbours(corpus: Corpus, yardstick: Yardstick) -> Finding:
    """Return the texts most like each text.

    Columns: document, label, neighbour, neighbour_label, rank, value, shared_terms (of the
    thousand pairs that are most alike).
    """
    nearest, values = nearest_texts(yardstick, corpus.parameters.neighbours)
    texts, number = nearest.shape
    own, other = np.repeat(np.arange(texts), number), nearest.ravel()
    ids, labels = corpus.tokens.document_ids, corpus.labels
    near = yardstick.measure.nearness(values.ravel())
    reasons = [""] * len(own)
    for row in np.argsort(-near, kind="stable")[:_EXPLAINED].tolist():
        reasons[row] = name_terms(
            pair_terms(yardstick, int(own[row]), int(other[row])), SHARED_TERMS
        )
    frame = pd.DataFrame(
        {
            "document": [ids[i] for i in own],
            "label": [labels[i] for i in own],
            "neighbour": [ids[i] for i in other],
            "neighbour_label": [labels[i] for i in other],
            "rank": np.tile(np.arange(number) + 1, texts),
            "value": values.ravel(),
            terms_column(yardstick): reasons,
        }
    )
    middle = float(np.median(values[:, 0]))
    title = (
        f"For half of {texts:,} texts the nearest other text is this alike or more: "
        f"{yardstick.measure.label} {yardstick.measure.write(middle)}"
    )
    return similarity_finding(corpus, yardstick, frame, "neighbours", title, {})
