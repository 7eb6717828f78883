"""Clustering: a tree of texts from their distances, and how firmly each of its branches stands."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

Linkage = Literal["average", "complete"]

_MOST_OF = 0.75  # of the texts in one cluster: more of them say nothing of most texts
_DIGITS = 12  # distances that rounding alone tells apart must not order the tree


@dataclass(frozen=True, eq=False)
class Tree:
    """A tree of texts by average linkage (UPGMA: Sokal & Michener 1958), or by another.

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


def grow_tree(distances: Floats, linkage: Linkage = "average") -> Tree:
    """Return the tree of some texts, given the distance of each to each (texts x texts).

    By average linkage two branches are as far apart as their texts are on the average; by complete
    linkage, as the two that are furthest: of many texts this makes clusters of more even size.
    """
    from scipy.cluster.hierarchy import leaves_list

    count = len(distances)
    if count < 2:
        return Tree(np.arange(count), np.zeros((0, 4)))
    steps = _link(distances[np.triu_indices(count, 1)], linkage, ordered=True)
    return Tree(leaves_list(steps).astype(np.int64), steps)


def branch_support(tree: Tree, drawn: Floats) -> Floats:
    """Return, for each branch, in which share of the draws the same texts form a branch.

    `drawn` are draws x pairs: the distances of texts 0 and 1, 0 and 2 and so on. This is the
    bootstrap proportion of Felsenstein (1985). NaN for all where a distance is unknown. The branch
    of all texts has 1, as it must. A branch that joins the next at its own distance is none: which
    of equals are joined first is arbitrary.
    """
    branches = tree.members
    if not drawn.size or not np.isfinite(drawn).all():
        return np.full(len(branches), np.nan)
    found = np.zeros(len(branches))
    place = {texts: i for i, texts in enumerate(branches)}
    for distances in drawn:
        steps = _link(distances)
        for texts, stands in zip(Tree(tree.order, steps).members, _stands(steps), strict=True):
            if stands and texts in place:
                found[place[texts]] += 1
    share: Floats = found / len(drawn)
    return share


def _stands(steps: Floats) -> NDArray[np.bool_]:
    """Tell of each branch whether it joins the next at a greater distance than its own."""
    texts, stands = len(steps) + 1, np.ones(len(steps), dtype=bool)
    for left, right, distance, _ in steps:
        for child in (int(left) - texts, int(right) - texts):
            if child >= 0:
                stands[child] = steps[child, 2] < distance
    return stands


def cut_tree(tree: Tree, distances: Floats, most: int) -> Integers:
    """Return the cluster of each text, from 0, in the order of the tree.

    Of the numbers from 2 to `most`, that of clusters with the largest mean silhouette is taken
    (Rousseeuw 1987), the smallest of equals; but not one that leaves three quarters of the texts in
    a single cluster, and only a few outside, if there is another. Texts that are all equally far
    from each other are one cluster.
    """
    from scipy.cluster.hierarchy import fcluster

    cuts = [fcluster(tree.steps, number, "maxclust") for number in range(2, most + 1)]
    cuts = [cut for cut in cuts if cut.max() > 1]  # equal distances cannot be cut
    if not cuts:
        return np.zeros(len(distances), dtype=np.int64)
    cuts = [cut for cut in cuts if np.bincount(cut).max() < _MOST_OF * len(cut)] or cuts
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


def _link(condensed: Floats, method: Linkage = "average", ordered: bool = False) -> Floats:
    from scipy.cluster.hierarchy import linkage

    rounded = np.round(np.maximum(condensed, 0), _DIGITS)
    steps: Floats = linkage(rounded, method, optimal_ordering=ordered)
    return steps
