"""Clustering: a tree of texts from their distances, and how firmly each of its branches stands."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_DIGITS = 12  # distances that rounding alone tells apart must not order the tree


@dataclass(frozen=True, eq=False)
class Tree:
    """A tree of texts by average linkage (UPGMA: Sokal & Michener 1958).

    `order` are the texts from top to bottom, so that neighbours are as near as the tree allows
    (Bar-Joseph, Gifford & Jaakkola 2001). `steps` is one row a branch, lowest first: the two
    branches or texts that it joins (a text by its number, branch *i* as number of texts + *i*), at
    which distance, and how many texts it holds then.
    """

    order: Integers
    steps: Floats

    def __post_init__(self) -> None:
        self.order.setflags(write=False)
        self.steps.setflags(write=False)

    @property
    def members(self) -> list[frozenset[int]]:
        """The texts of each branch."""
        sets = [frozenset([text]) for text in range(len(self.order))]
        for left, right in self.steps[:, :2].astype(int):
            sets.append(sets[left] | sets[right])
        return sets[len(self.order) :]


def grow_tree(distances: Floats) -> Tree:
    """Return the tree of some texts, given the distance of each to each (texts x texts)."""
    from scipy.cluster.hierarchy import leaves_list

    count = len(distances)
    if count < 2:
        return Tree(np.arange(count), np.zeros((0, 4)))
    steps = _link(distances[np.triu_indices(count, 1)], ordered=True)
    return Tree(leaves_list(steps).astype(np.int64), steps)


def branch_support(tree: Tree, drawn: Floats) -> Floats:
    """Return, for each branch, in which share of the draws the same texts form a branch.

    `drawn` are draws x pairs: the distances of texts 0 and 1, 0 and 2 and so on. This is the
    bootstrap proportion of Felsenstein (1985). NaN for all where a distance is unknown. The branch
    of all texts has 1, as it must.
    """
    branches = tree.members
    if not drawn.size or not np.isfinite(drawn).all():
        return np.full(len(branches), np.nan)
    found = np.zeros(len(branches))
    place = {texts: i for i, texts in enumerate(branches)}
    for distances in drawn:
        for texts in Tree(tree.order, _link(distances)).members:
            if texts in place:
                found[place[texts]] += 1
    share: Floats = found / len(drawn)
    return share


def cut_tree(tree: Tree, distances: Floats, most: int) -> Integers:
    """Return the cluster of each text, from 0, in the order of the tree, at most so many clusters.

    Of the numbers from 2 to `most`, that with the largest mean silhouette is taken (Rousseeuw
    1987), the smallest of equals. Texts that are all equally far from each other are one cluster.
    """
    from scipy.cluster.hierarchy import fcluster

    cuts = [fcluster(tree.steps, number, "maxclust") for number in range(2, most + 1)]
    cuts = [cut for cut in cuts if cut.max() > 1]  # equal distances cannot be cut
    if not cuts:
        return np.zeros(len(distances), dtype=np.int64)
    widths = [round(_silhouette(distances, cut), 9) for cut in cuts]
    labels = cuts[int(np.argmax(widths))]
    first = dict.fromkeys(labels[tree.order].tolist())
    number_of = {label: number for number, label in enumerate(first)}
    return np.array([number_of[label] for label in labels.tolist()], dtype=np.int64)


def _silhouette(distances: Floats, labels: Integers) -> float:
    """Return the mean silhouette of texts in clusters; a text alone in its cluster has 0."""
    _, own, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    sums = distances @ np.eye(len(sizes))[own]
    every = np.arange(len(own))
    inside = sums[every, own] / np.maximum(sizes[own] - 1, 1)
    means = sums / sizes
    means[every, own] = np.inf
    outside = means.min(axis=1)
    width = (outside - inside) / np.maximum(np.maximum(outside, inside), 1e-12)
    return float(np.where(sizes[own] > 1, width, 0).mean())


def _link(condensed: Floats, ordered: bool = False) -> Floats:
    from scipy.cluster.hierarchy import linkage

    rounded = np.round(np.maximum(condensed, 0), _DIGITS)
    steps: Floats = linkage(rounded, "average", optimal_ordering=ordered)
    return steps
