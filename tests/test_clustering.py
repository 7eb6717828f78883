"""Clustering: trees against scipy and by hand, support of branches, and where a tree is cut."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.cluster.hierarchy import cophenet, linkage
from scipy.spatial.distance import squareform

from rhetorica.clustering import Linkage, Tree, branch_support, cut_tree, grow_tree
from rhetorica.similarity_findings import branch_table
from rhetorica.similarity_many import _top_of_tree

Floats = NDArray[np.float64]


def blobs(sizes: tuple[int, ...], apart: float = 10.0) -> Floats:
    """Return distances of points in clusters that lie far from each other."""
    random = np.random.default_rng(1)
    points = np.concatenate(
        [random.normal(size=(size, 3)) + apart * i for i, size in enumerate(sizes)]
    )
    distances: Floats = np.linalg.norm(points[:, None] - points[None], axis=2)
    return distances


def test_a_tree_of_three_texts_by_hand() -> None:
    # 0 and 2 are at 0.2; 1 is at 0.6 and 0.8 from them, 0.7 on average.
    tree = grow_tree(np.array([[0, 0.6, 0.2], [0.6, 0, 0.8], [0.2, 0.8, 0]]))
    np.testing.assert_allclose(tree.steps, [[0, 2, 0.2, 2], [1, 3, 0.7, 3]])
    assert tree.members == [frozenset({0, 2}), frozenset({0, 1, 2})]
    assert tree.order.tolist() in ([1, 0, 2], [2, 0, 1])  # 0, the nearer one, beside 1


def test_branches_of_three_texts_are_where_they_are_drawn() -> None:
    tree = Tree(np.array([1, 0, 2]), np.array([[2, 0, 0.2, 2], [3, 1, 0.7, 3]]))
    table = branch_table(tree, np.array([0.9, 1.0]))
    # Texts 1, 0, 2 are at ½, 1½, 2½: the first branch is at 2, the root between ½ and 2.
    assert table.to_dict("list") == {
        "branch": [1, 2],
        "size": [2, 3],
        "height": [0.2, 0.7],
        "position": [2.0, 1.25],
        "left_height": [0.0, 0.0],
        "left_position": [1.5, 0.5],
        "right_height": [0.0, 0.2],
        "right_position": [2.5, 2.0],
        "support": [0.9, 1.0],
    }


@given(st.integers(2, 12), st.integers(0, 10**6))
def test_trees_are_those_of_average_linkage(count: int, seed: int) -> None:
    points = np.random.default_rng(seed).normal(size=(count, 3))
    distances = np.linalg.norm(points[:, None] - points[None], axis=2)
    tree = grow_tree(distances)
    expected = cophenet(linkage(squareform(distances, checks=False), "average"))
    np.testing.assert_allclose(cophenet(tree.steps), expected, atol=1e-9)
    assert sorted(tree.order) == list(range(count))
    for texts in tree.members:  # the texts of a branch stand beside each other
        places = np.flatnonzero(np.isin(tree.order, list(texts)))
        assert places[-1] - places[0] == len(texts) - 1


def test_like_stands_beside_like() -> None:
    values = np.array(
        [[1.0, 0.1, 0.9, 0.1], [0.1, 1.0, 0.1, 0.8], [0.9, 0.1, 1.0, 0.1], [0.1, 0.8, 0.1, 1.0]]
    )
    order = grow_tree(1 - values).order.tolist()
    assert abs(order.index(0) - order.index(2)) == 1
    assert abs(order.index(1) - order.index(3)) == 1


@pytest.mark.parametrize("count", [0, 1])
def test_no_tree_without_two_texts(count: int) -> None:
    tree = grow_tree(np.zeros((count, count)))
    assert (tree.order.tolist(), tree.steps.shape, tree.members) == ([*range(count)], (0, 4), [])


def test_support_counts_the_draws_with_the_same_texts() -> None:
    distances = squareform([0.1, 0.5, 0.6])
    tree = grow_tree(distances)
    # Of four draws two join 0 and 1 first, whatever the distance; one 0 and 2, one 1 and 2.
    drawn = np.array([[0.1, 0.5, 0.6], [0.3, 0.4, 0.4], [0.5, 0.1, 0.6], [0.6, 0.5, 0.1]])
    assert branch_support(tree, drawn).tolist() == [0.5, 1.0]


def test_a_clear_branch_has_support_and_noise_has_little() -> None:
    random = np.random.default_rng(3)
    centre = squareform(blobs((3, 4)), checks=False)
    clear = grow_tree(blobs((3, 4)))
    noisy = centre + random.normal(size=(60, len(centre)))
    support = dict(zip(clear.members, branch_support(clear, noisy), strict=True))
    assert support[frozenset({0, 1, 2})] == support[frozenset({3, 4, 5, 6})] == 1
    noise = random.uniform(1, 2, size=(60, 45))
    tree = grow_tree(squareform(noise[0]))
    support_of_noise = branch_support(tree, noise[1:])
    assert support_of_noise[-1] == 1
    assert support_of_noise[:-1].max() < 0.4


@pytest.mark.parametrize("drawn", [np.zeros((0, 3)), np.array([[0.1, 0.2, np.nan]])])
def test_support_is_unknown_where_a_distance_is(drawn: Floats) -> None:
    assert np.isnan(branch_support(grow_tree(squareform([0.1, 0.5, 0.6])), drawn)).all()


def test_rounding_does_not_order_a_tree() -> None:
    equal = np.full((5, 5), 0.3)
    np.fill_diagonal(equal, 0)
    noisy = equal + np.triu(np.random.default_rng(0).uniform(-1e-15, 1e-15, (5, 5)), 1)
    assert grow_tree(noisy).order.tolist() == grow_tree(equal).order.tolist()
    np.testing.assert_array_equal(grow_tree(noisy).steps, grow_tree(equal).steps)


@pytest.mark.parametrize("sizes", [(20, 41), (5, 30, 9), (4, 4, 4, 4, 4)])
def test_a_cut_finds_clusters_that_are_clear(sizes: tuple[int, ...]) -> None:
    distances = blobs(sizes)
    tree = grow_tree(distances)
    cluster = cut_tree(tree, distances, 24)
    truth = np.repeat(np.arange(len(sizes)), sizes)
    assert len(set(zip(truth.tolist(), cluster.tolist(), strict=True))) == len(sizes)
    assert len(set(cluster.tolist())) == len(sizes)
    assert (np.diff(cluster[tree.order]) >= 0).all()  # numbered in the order of the tree


def test_a_cut_has_the_largest_silhouette() -> None:
    from scipy.cluster.hierarchy import fcluster
    from sklearn.metrics import silhouette_score

    random = np.random.default_rng(5)
    points = random.normal(size=(30, 2))
    distances = np.linalg.norm(points[:, None] - points[None], axis=2)
    tree = grow_tree(distances)
    cuts = [fcluster(tree.steps, number, "maxclust") for number in range(2, 11)]
    cuts = [cut for cut in cuts if np.bincount(cut).max() < 0.75 * 30]
    widths = [silhouette_score(distances, cut, metric="precomputed") for cut in cuts]
    found = cut_tree(tree, distances, 10)
    assert silhouette_score(distances, found, metric="precomputed") == pytest.approx(max(widths))


def test_a_text_far_from_all_others_does_not_hide_their_clusters() -> None:
    points = np.array([*np.linspace(0, 1, 10), *np.linspace(10, 11, 10), 1000.0])
    distances = np.abs(points[:, None] - points[None])
    found = cut_tree(grow_tree(distances, "complete"), distances, 10)
    assert found.max() == 2
    assert len(set(found[:10])) == len(set(found[10:20])) == 1


def test_a_branch_that_joins_the_next_at_its_own_distance_is_none() -> None:
    """Of three texts that are equally far apart, which two are joined first is arbitrary."""
    tree = grow_tree(np.ones((3, 3)) - np.eye(3))
    assert branch_support(tree, np.ones((20, 3))).tolist() == [0, 1]


@pytest.mark.parametrize("linkage", ["average", "complete"])
def test_linkages_are_those_of_scipy(linkage: Linkage) -> None:
    from scipy.cluster.hierarchy import cophenet
    from scipy.cluster.hierarchy import linkage as link
    from scipy.spatial.distance import squareform

    points = np.random.default_rng(3).normal(size=(12, 3))
    distances = np.linalg.norm(points[:, None] - points[None], axis=2)
    flat = squareform(distances, checks=False)
    np.testing.assert_allclose(
        cophenet(grow_tree(distances, linkage).steps), cophenet(link(flat, linkage)), atol=1e-9
    )


def test_texts_that_are_equally_far_from_each_other_are_one_cluster() -> None:
    for distance in (0.0, 1.0):
        distances = np.full((6, 6), distance)
        np.fill_diagonal(distances, 0)
        assert cut_tree(grow_tree(distances), distances, 4).tolist() == [0] * 6


def test_the_top_of_a_tree_has_its_clusters_as_leaves() -> None:
    # ((0 1) 2) ((3 4)) 5: clusters {0, 1, 2}, {3, 4} and {5}.
    steps = np.array(
        [[0, 1, 0.1, 2], [3, 4, 0.2, 2], [2, 6, 0.3, 3], [7, 8, 0.6, 5], [5, 9, 0.9, 6]]
    )
    tree = Tree(np.arange(6), steps)
    top = _top_of_tree(tree, np.array([0, 0, 0, 1, 1, 2]))
    assert top.steps.tolist() == [[1, 0, 0.6, 2], [2, 3, 0.9, 3]]
    assert top.members == [frozenset({0, 1}), frozenset({0, 1, 2})]
    alone = _top_of_tree(tree, np.zeros(6, dtype=np.int64))
    assert alone.steps.shape == (0, 4)
    assert not len(branch_table(alone, np.zeros(0)))
