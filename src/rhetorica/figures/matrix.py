"""The similarity matrix, drawn: of some dozens of texts, of clusters, or nearest neighbours."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Drawing
from numpy.typing import NDArray

from rhetorica.figures.neighbours import draw_neighbours
from rhetorica.figures.sheet import LIKENESS, measure_in
from rhetorica.figures.style import Page
from rhetorica.figures.triangle import SHADED, SPACIOUS, Triangle, draw_triangle
from rhetorica.findings import Finding


def draw_similarity_matrix(finding: Finding) -> Drawing:
    """Draw how alike texts are, as the finding's `view` says.

    "texts" and "clusters" are a lower triangle in clustered order, the tree at its left;
    "neighbours" shows how alike each text is to its nearest, and the most alike pairs.
    """
    chosen = finding.parameters or {}
    if chosen["view"] == "neighbours":
        return draw_neighbours(finding)
    clusters = chosen["view"] == "clusters"
    triangle = _of_clusters(finding) if clusters else _of_texts(finding)
    subtitle = _clusters_said(finding) if clusters else _texts_said(finding, triangle)
    page = Page(finding.title, subtitle, finding.basis)
    draw_triangle(page, triangle)
    return page.drawing


def _of_texts(finding: Finding) -> Triangle:
    texts = finding.tables["similarity_texts"].sort_values("place", kind="stable")
    halves = texts[["halves", "halves_low", "halves_high"]].to_numpy(dtype=np.float64)
    return Triangle(
        labels=[str(label) for label in texts["label"]],
        lines=[f"{words:,} words" for words in texts["words"]],
        cells=_cells(finding.frame, len(texts)),
        diagonal=halves,
        diagonal_said="Framed: two random halves of one text",
        measure=measure_in(finding),
        branches=finding.tables.get("similarity_branches", pd.DataFrame()),
    )


def _of_clusters(finding: Finding) -> Triangle:
    frame = finding.frame
    within = frame[frame["place_a"] == frame["place_b"]].sort_values("place_a", kind="stable")
    diagonal = np.full((len(within), 3), np.nan)
    diagonal[:, 0] = within["value"]
    return Triangle(
        labels=[str(label) for label in within["label_a"]],
        lines=[],
        cells=_cells(frame[frame["place_a"] > frame["place_b"]], len(within)),
        diagonal=diagonal,
        diagonal_said="Framed: the texts of one cluster, on average",
        measure=measure_in(finding),
        branches=finding.tables.get("similarity_branches", pd.DataFrame()),
    )


def _cells(frame: pd.DataFrame, count: int) -> NDArray[np.float64]:
    """Return value, low and high of each pair below the diagonal, NaN elsewhere."""
    cells = np.full((3, count, count), np.nan)
    places = frame[["place_a", "place_b"]].to_numpy(dtype=np.int64) - 1
    rows, columns = places.max(axis=1), places.min(axis=1)
    cells[:, rows, columns] = frame[["value", "low", "high"]].to_numpy(dtype=np.float64).T
    return cells


def _measure(finding: Finding) -> str:
    return LIKENESS[measure_in(finding).name]


def _texts_said(finding: Finding, triangle: Triangle) -> str:
    """Say what is measured, how its intervals are shown, and what the tree is."""
    count, known = len(triangle.labels), not np.isnan(triangle.cells[1:]).all()
    said = [f"{_measure(finding)}. A name ends its row and heads the column below it"]
    if known and count <= SPACIOUS:
        said.append("Small numbers: intervals")
    elif known and count <= SHADED:
        end = f"{triangle.end:.2g} at the right"
        said.append(f"The line in a field: its interval, from 0 at the left edge to {end}")
    elif count > SHADED:
        said.append("Values and intervals are in the csv")
    supported = len(triangle.branches) and not triangle.branches["support"].isna().all()
    if supported and count <= SHADED:
        said.append("At a branch: in how many resamples the same texts join")
    elif supported:
        said.append("The darker a branch, the more resamples join the same texts")
    return ". ".join(said)


def _clusters_said(finding: Finding) -> str:
    frame = finding.frame
    within = frame[frame["place_a"] == frame["place_b"]]
    texts = int(within["texts_a"].sum())
    return (
        f"{_measure(finding)}: {texts:,} texts in {len(within)} clusters, the mean over the pairs "
        "of texts. A name ends its row and heads the column below it. Which texts "
        "each cluster has is in the csv of members"
    )
