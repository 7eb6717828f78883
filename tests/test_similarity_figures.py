"""Figures of likeness and shared passages: of made-up findings, plausible and nasty ones."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import colormaps
from matplotlib.colors import to_hex
from matplotlib.figure import Figure as Drawing
from scipy.cluster.hierarchy import ClusterNode, linkage, to_tree
from scipy.spatial.distance import squareform

from rhetorica.figures import draw
from rhetorica.figures.matrix import draw_similarity_matrix
from rhetorica.figures.measures import draw_similarity_measures
from rhetorica.figures.neighbours import most_alike
from rhetorica.figures.pairs import draw_similarity_pairs
from rhetorica.figures.ribbons import draw_shared_passages
from rhetorica.figures.sheet import READABLE, contrast, ink_on, spread
from rhetorica.findings import Finding
from rhetorica.shared_passages import most_telling, number_quotations
from test_figures import Written, joined, written_on

FIVE = [
    "Independence essay", "External activity", "Treatise 1992", "About the treatise",
    "Feats for parties",
]  # fmt: skip
KINDS = ("verbatim", "near", "title", "formula", "retold")


def names_of(count: int, width: int = 24) -> list[str]:
    """Return names: ours, then long ones of letters, of hyphens and of words."""
    made = (
        "W" * (width - 3) + " {:02}",
        "party-building-session {:02}",
        "Report no {:02} of the year",
    )
    return [FIVE[i] if i < 5 and width == 24 else made[i % 3].format(i).ljust(width, "y")[:width]
            for i in range(count)]  # fmt: skip


def finding_of(name: str, frame: pd.DataFrame, **options: Any) -> Finding:
    said = {"title": f"{FIVE[0]} and {FIVE[1]} are most alike: 0.44", "unit": "cosine, from 0 (no "
            "weighted word in common) to 1 (the same words in the same shares)", "reading": "",
            "formula": "", "alt": "made up", "basis": "Counted: the edited texts."}  # fmt: skip
    return Finding(name=name, frame=frame, **(said | options))


def values_of(count: int, seed: int = 0, equal: float | None = None) -> np.ndarray[Any, Any]:
    """Return a symmetric table of likenesses of clustered texts, or all equal."""
    random = np.random.default_rng(seed)
    points = random.normal(size=(max(count // 4, 1), 4))[
        random.integers(0, max(count // 4, 1), count)
    ]
    points = np.abs(points + 0.7 * random.normal(size=(count, 4))) + 0.1
    points /= np.linalg.norm(points, axis=1)[:, None]
    values = (points @ points.T) ** 2
    if equal is not None:
        values[:] = equal
    return values


def branches_of(values: np.ndarray[Any, Any], supported: bool) -> tuple[list[int], pd.DataFrame]:
    tree = to_tree(linkage(squareform(np.round(1 - values, 9), checks=False), "average",
                           optimal_ordering=True))  # fmt: skip
    order = tree.pre_order()
    random = np.random.default_rng(1)
    rows: list[dict[str, float]] = []

    def walk(node: ClusterNode) -> tuple[float, float]:
        """Return height and position of a branch, and list it."""
        if node.is_leaf():
            return 0.0, order.index(node.id) + 0.5
        left, right = walk(node.left), walk(node.right)
        position = (left[1] + right[1]) / 2
        rows.append({
            "branch": len(rows) + 1, "size": node.count, "height": node.dist, "position": position,
            "left_height": left[0], "left_position": left[1], "right_height": right[0],
            "right_position": right[1], "support": random.uniform() if supported else np.nan,
        })  # fmt: skip
        return node.dist, position

    walk(tree)
    return order, pd.DataFrame(rows)


def matrix_of(
    count: int, width: int = 24, measure: str = "cosine", equal: float | None = None,
    known: bool = True,
) -> Finding:  # fmt: skip
    values = values_of(count, equal=equal)
    order, branches = branches_of(values, known) if count > 2 else ([0, 1], pd.DataFrame())
    if measure == "delta":
        values = 1.6 * (1 - values)
    names, random = names_of(count, width), np.random.default_rng(2)
    rows, (later, earlier) = [], np.tril_indices(count, -1)
    for a, b in zip(later, earlier, strict=True):
        value = values[order[a], order[b]]
        rows.append({
            "document_a": f"t{order[a]}", "label_a": names[order[a]], "document_b": f"t{order[b]}",
            "label_b": names[order[b]], "place_a": a + 1, "place_b": b + 1, "value": value,
            "low": max(value - 0.1, 0) if known else np.nan,
            "high": value + 0.05 if known else np.nan, "shared_terms": "people, party",
        })  # fmt: skip
    halves = random.uniform(0.4, 0.9, count)
    if count > 1:
        halves[1] = np.nan
    texts = pd.DataFrame({
        "document": [f"t{i}" for i in order], "label": [names[i] for i in order],
        "place": np.arange(count) + 1, "words": random.integers(300, 20000, count),
        "halves": halves, "halves_low": halves - 0.1, "halves_high": halves + 0.1,
    })  # fmt: skip
    tables = {"similarity_texts": texts} | ({"similarity_branches": branches} if count > 2 else {})
    return finding_of(
        "similarity_matrix", pd.DataFrame(rows), tables=tables,
        parameters={"measure": measure, "distance": measure == "delta", "view": "texts"},
    )  # fmt: skip


def clusters_of(count: int, measure: str = "cosine") -> Finding:
    values = values_of(count)
    order, branches = branches_of(values, supported=False)
    size = np.random.default_rng(3).integers(1, 30, count)
    names = [f"“{name}” and {n - 1} like it" for name, n in zip(names_of(count), size, strict=True)]
    rows = []
    for a, b in zip(*np.tril_indices(count), strict=True):
        i, j = order[a], order[b]
        value = values[i, j] if i != j else (0.8 if size[i] > 1 else np.nan)
        rows.append({
            "document_a": f"c{i}", "label_a": names[i], "document_b": f"c{j}", "label_b": names[j],
            "place_a": a + 1, "place_b": b + 1, "value": value, "low": np.nan, "high": np.nan,
            "shared_terms": "", "texts_a": size[i], "texts_b": size[j],
        })  # fmt: skip
    return finding_of(
        "similarity_matrix", pd.DataFrame(rows), tables={"similarity_branches": branches},
        parameters={"measure": measure, "distance": measure == "delta", "view": "clusters"},
    )  # fmt: skip


def neighbours_of(count: int, width: int = 24, measure: str = "cosine", k: int = 5) -> Finding:
    names, random, rows = names_of(count, width), np.random.default_rng(4), []
    for i in range(count):
        values = np.sort(random.beta(3, 4, k))
        values = values if measure == "delta" else values[::-1]
        for rank, value in enumerate(values, 1):
            j = (i + rank * (1 if i % 2 else count - 1)) % count
            rows.append({"document": f"t{i}", "label": names[i], "neighbour": f"t{j}",
                         "neighbour_label": names[j], "rank": rank, "value": value,
                         "shared_terms": "people, party"})  # fmt: skip
    return finding_of(
        "similarity_matrix", pd.DataFrame(rows),
        parameters={"measure": measure, "distance": measure == "delta", "view": "neighbours"},
    )  # fmt: skip


def pairs_of(
    count: int, width: int = 24, measure: str = "cosine", unknown: tuple[str, ...] = ()
) -> Finding:
    names, random, rows = names_of(count + 1, width), np.random.default_rng(5), []
    distance = measure == "delta"
    for i in range(count):
        value = float(np.sort(random.uniform(0.1, 0.6, count))[i if distance else count - 1 - i])
        ends = {"": value, "floor": 1.6 if distance else 0.08, "ceiling": 0.05 if distance else 0.7,
                "equal": value * 0.9}  # fmt: skip
        row: dict[str, Any] = {
            "document_a": f"t{i}", "label_a": names[i], "document_b": f"t{i + 1}",
            "label_b": names[i + 1], "words_a": 2218 * (i + 1), "words_b": 357, "value": value,
        }  # fmt: skip
        for name, middle in ends.items():
            if name:
                row[name] = middle
            start = f"{name}_" if name else ""
            row |= {f"{start}low": max(middle - 0.06, 0), f"{start}high": middle + 0.05}
        rows.append(row | dict.fromkeys([c for c in row if c.split("_")[0] in unknown], np.nan))
    return finding_of("similarity_pairs", pd.DataFrame(rows),
                      parameters={"measure": measure, "distance": distance})  # fmt: skip


def measures_of(texts: int, width: int = 24, measures: int = 5, tied: bool = False) -> Finding:
    names, random = names_of(texts, width), np.random.default_rng(6)
    labels = ["Cosine, tf-idf", "Cosine of rates", "Jensen–Shannon likeness", "Burrows's Delta",
              "Shared word runs"]  # fmt: skip
    keys = ["cosine", "cosine_rates", "jensen_shannon", "delta", "shingles"]
    later, earlier = np.tril_indices(texts, -1)
    base, parts, agreement = random.uniform(0, 1, len(later)), [], []
    for m in range(5):
        absent = m >= measures
        agreement.append({"measure": keys[m], "measure_label": labels[m],
                          "tau": np.nan if not m or absent else 1 - 0.3 * m, "first_pair": "",
                          "note": "Delta needs three texts" if absent else ""})  # fmt: skip
        if absent:
            continue
        values = np.round(
            base * 0 + 0.5 if tied else base + 0.15 * m * random.normal(size=len(base)), 9
        )
        parts.append(pd.DataFrame({
            "document_a": [f"t{i}" for i in later], "label_a": [names[i] for i in later],
            "document_b": [f"t{i}" for i in earlier], "label_b": [names[i] for i in earlier],
            "measure": keys[m], "measure_label": labels[m], "value": values,
            "rank": pd.Series(-values).rank(method="min").astype(int),
        }))  # fmt: skip
    best = parts[0]["rank"].to_numpy()
    shown = np.where(np.argsort(np.argsort(best, kind="stable")) < 12, "yes", "no")
    frame = pd.concat([part.assign(shown=shown) for part in parts], ignore_index=True)
    return finding_of("similarity_measures", frame,
                      tables={"similarity_agreement": pd.DataFrame(agreement)})  # fmt: skip


SENTENCE = "The masses of the people are the masters of the revolution and of construction, and "


def passages_of(count: int, words: tuple[int, int] = (2218, 1371), width: int = 24) -> Finding:
    random, rows, names = np.random.default_rng(7), [], names_of(2, width)
    for i in range(count):
        kind = KINDS[0] if count == 1 else KINDS[int(random.choice(5, p=[0.2, 0.2, 0.1, 0.3, 0.2]))]
        long = {"verbatim": 30, "near": 24, "title": 4, "formula": 5, "retold": 22}[kind]
        row: dict[str, Any] = {
            "shown": "yes", "document_a": "t0", "label_a": names[0], "document_b": "t1",
            "label_b": names[1], "kind": kind, "words_a": long, "words_b": long,
            "same": long, "score": round(float(random.gamma(3, 20)), 3), "times": 1 + i % 2,
        }  # fmt: skip
        share = random.uniform(0, 1)
        for side, all_words in zip("ab", words, strict=True):
            start = int(np.clip(share + random.normal(0, 0.1), 0, 1) * max(all_words - long, 1)) + 1
            row[f"word_{side}"], row[f"last_word_{side}"] = start, min(start + long - 1, all_words)
            row[f"text_{side}"] = " ".join((SENTENCE * 3).split()[:long])
        rows.append(row)
    other = rows[0] | {"shown": "no", "document_b": "t9", "label_b": "Another", "text_a": "hidden"}
    blocks: list[dict[str, Any]] = []
    for side, all_words, name in zip("ab", words, names, strict=True):
        first = 1
        while first <= all_words:
            last = min(first + (9 if len(blocks) % 7 == 0 else 80), all_words)
            blocks.append({"side": side, "label": name, "block": len(blocks), "part": "heading" if
                           len(blocks) % 7 == 0 else "paragraph", "first_word": first,
                           "last_word": last})  # fmt: skip
            first = last + 1
    frame = pd.DataFrame([*rows, other])
    frame["quoted"] = number_quotations(frame)
    return finding_of("shared_passages", frame,
                      tables={"shared_passages_blocks": pd.DataFrame(blocks)})  # fmt: skip


Drawn = tuple[Finding, Callable[[Finding], Drawing]]
MATRIX, PAIRS = draw_similarity_matrix, draw_similarity_pairs
MEASURES, PASSAGES = draw_similarity_measures, draw_shared_passages
UNKNOWN = ("floor", "low", "high", "ceiling", "equal")
CASES: dict[str, Callable[[], Drawn]] = {
    "five texts": lambda: (matrix_of(5), MATRIX),
    "two texts": lambda: (matrix_of(2), MATRIX),
    "ten texts, long names": lambda: (matrix_of(10, 70), MATRIX),
    "ten texts, all the same": lambda: (matrix_of(10, equal=1.0), MATRIX),
    "three texts without a common word": lambda: (matrix_of(3, equal=0.0), MATRIX),
    "eleven texts": lambda: (matrix_of(11), MATRIX),
    "24 texts, long names": lambda: (matrix_of(24, 70), MATRIX),
    "25 texts, Delta": lambda: (matrix_of(25, measure="delta"), MATRIX),
    "60 texts, long names": lambda: (matrix_of(60, 70), MATRIX),
    "nothing known of intervals": lambda: (matrix_of(8, known=False), MATRIX),
    "seven texts, Delta": lambda: (matrix_of(7, measure="delta"), MATRIX),
    "24 clusters": lambda: (clusters_of(24), MATRIX),
    "three clusters, Delta": lambda: (clusters_of(3, "delta"), MATRIX),
    "neighbours": lambda: (neighbours_of(400, 70), MATRIX),
    "neighbours, Delta": lambda: (neighbours_of(301, measure="delta"), MATRIX),
    "ten pairs": lambda: (pairs_of(10), PAIRS),
    "one pair": lambda: (pairs_of(1, unknown=UNKNOWN), PAIRS),
    "45 pairs, long names": lambda: (pairs_of(45, 70), PAIRS),
    "22 pairs, Delta": lambda: (pairs_of(22, 70, "delta"), PAIRS),
    "pairs without ceiling": lambda: (pairs_of(4, unknown=("ceiling",)), PAIRS),
    "measures of five texts": lambda: (measures_of(5), MEASURES),
    "measures of two texts": lambda: (measures_of(2, 70, 3), MEASURES),
    "measures of 30 texts": lambda: (measures_of(30, 70), MEASURES),
    "measures that see no difference": lambda: (measures_of(5, tied=True), MEASURES),
    "one measure": lambda: (measures_of(4, measures=1), MEASURES),
    "one passage": lambda: (passages_of(1, width=70), PASSAGES),
    "20 passages": lambda: (passages_of(20), PASSAGES),
    "200 passages": lambda: (passages_of(200, (12000, 20000)), PASSAGES),
    "300 words and 20,000": lambda: (passages_of(200, (300, 20000)), PASSAGES),
}


def look_at(finding: Finding, function: Callable[[Finding], Drawing]) -> list[Written]:
    """Draw in the style of the notebooks and return the texts; none outside or on another."""
    seen: list[tuple[list[Written], list[str]]] = []

    def drawing_of(asked: Finding) -> Drawing:
        seen.append(written_on(function(asked)))
        return Drawing(figsize=(1, 1))  # the bytes are not looked at here

    draw(finding, drawing_of)
    [(texts, faults)] = seen
    assert faults == []
    return texts


def words_of(texts: list[Written]) -> list[str]:
    return [joined(text.words) for text in texts]


@pytest.mark.parametrize("case", CASES)
def test_nothing_outside_nothing_on_top_and_the_finding_unchanged(case: str) -> None:
    finding, function = CASES[case]()
    before = finding.frame.copy(deep=True)
    shown = words_of(look_at(finding, function))
    assert joined(finding.title) in shown
    assert joined(finding.basis) in shown
    pd.testing.assert_frame_equal(finding.frame, before, check_exact=True)


@pytest.mark.parametrize(
    "case", ["five texts", "24 clusters", "neighbours, Delta", "ten pairs", "20 passages",
             "measures of five texts"],
)  # fmt: skip
def test_same_bytes_every_time(case: str) -> None:
    first, again = (draw(*CASES[case]()) for _ in range(2))
    assert (first.svg, first.png) == (again.svg, again.png)


@pytest.mark.parametrize("count", [2, 5, 10, 11, 24])
def test_values_in_the_matrix_are_those_of_the_frame(count: int) -> None:
    finding = matrix_of(count)
    shown = words_of(look_at(finding, MATRIX))
    halves = finding.tables["similarity_texts"]["halves"]
    wanted = [f"{value:.2f}" for value in [*finding.frame["value"], *halves.dropna()]]
    found = Counter(text for text in shown if re.fullmatch(r"\d\.\d\d", text))
    assert found >= Counter(wanted)
    assert found.total() - len(wanted) <= 3  # the numbers of the axis of the tree
    assert shown.count("–") == 1  # of one text too little is known
    intervals = [f"{a:.2f}–{b:.2f}" for a, b in finding.frame[["low", "high"]].to_numpy()]
    written = [text for text in shown if re.fullmatch(r"\d\.\d\d–\d\.\d\d", text)]
    if count <= 10:
        assert set(intervals) <= set(written)
        assert len(written) == len(intervals) + count - 1
    else:
        assert written == []


@pytest.mark.parametrize("count", [3, 10, 16])
def test_each_value_stands_in_the_row_and_the_column_of_its_texts(count: int) -> None:
    finding = matrix_of(count)
    marked = 0.01 * np.arange(1, count + 1)  # no pair is as unlike as that
    texts = finding.tables["similarity_texts"].assign(
        halves=marked, halves_low=marked, halves_high=marked
    )
    finding = replace(
        finding,
        frame=finding.frame.assign(value=0.2 + 0.005 * finding.frame.index),
        tables={**finding.tables, "similarity_texts": texts},
    )
    seen: dict[str, list[tuple[float, float]]] = {}
    for text in look_at(finding, MATRIX):
        seen.setdefault(joined(text.words), []).append(tuple(text.corners.mean(axis=0)))
    own = [seen[f"{value:.2f}"][0] for value in marked]
    for row in finding.frame.to_dict("records"):
        wanted = (own[row["place_b"] - 1][0], own[row["place_a"] - 1][1])
        nearest = min(np.hypot(*np.subtract(at, wanted)) for at in seen[f"{row['value']:.2f}"])
        assert nearest < 4  # pixels: a third of a millimetre


@pytest.mark.parametrize("count", [5, 24, 60])
def test_each_text_is_named_once_on_the_line_of_its_row(count: int) -> None:
    finding = matrix_of(count)
    texts = look_at(finding, MATRIX)
    labels = [joined(label) for label in finding.tables["similarity_texts"]["label"]]
    named = [text for text in texts if joined(text.words) in labels]
    assert [joined(text.words) for text in named] == labels
    heights = [text.corners[:, 1].mean() for text in named]
    assert all(upper > lower for upper, lower in pairwise(heights))  # pixels go up


def test_support_is_written_at_each_branch_but_the_root() -> None:
    finding = matrix_of(10)
    branches = finding.tables["similarity_branches"]
    wanted = [f"{share:.0%}" for share in branches.loc[branches["size"] < 10, "support"]]
    shown = words_of(look_at(finding, MATRIX))
    assert sorted(text for text in shown if text.endswith("%")) == sorted(wanted)
    for other in (matrix_of(25), matrix_of(8, known=False), clusters_of(8)):
        assert not [text for text in words_of(look_at(other, MATRIX)) if text.endswith("%")]


def test_smaller_is_darker_where_a_distance_is_drawn() -> None:
    for measure, darkest in (("cosine", "max"), ("delta", "min")):
        seen: list[tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]] = []
        finding = matrix_of(6, measure=measure)

        def drawing_of(
            asked: Finding, seen: list[tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]] = seen
        ) -> Drawing:
            drawing = MATRIX(asked)
            [mesh] = [c for axes in drawing.axes for c in axes.collections
                      if getattr(c.get_array(), "shape", None) == (6, 6)]  # fmt: skip
            values = mesh.get_array()
            assert values is not None
            seen.append((np.ma.filled(values, np.nan), mesh.to_rgba(values)[..., :3].sum(axis=2)))
            return drawing

        draw(finding, drawing_of)
        [(values, light)] = seen
        light = np.where(np.isnan(values), np.inf, light)
        most = getattr(np, f"nan{darkest}")(values)
        assert values.ravel()[light.argmin()] == pytest.approx(most)
        assert np.isnan(values[np.triu_indices(6)]).all()  # the diagonal has no shade


def test_the_matrix_says_how_many_texts_stand_in_how_many_clusters() -> None:
    finding = clusters_of(6)
    own = finding.frame[finding.frame["document_a"] == finding.frame["document_b"]]
    shown = " ".join(words_of(look_at(finding, MATRIX)))
    assert f"{own['texts_a'].sum()}textsin6clusters" in shown


def test_each_pair_of_neighbours_stands_once_the_most_alike_first() -> None:
    rows = [("a", "b", 0.9), ("a", "c", 0.2), ("b", "a", 0.9), ("c", "a", 0.2), ("d", "c", 0.9)]
    frame = pd.DataFrame(rows, columns=["document", "neighbour", "value"])
    assert most_alike(frame, distance=False)[["first", "second"]].to_numpy().tolist() == [
        ["a", "b"], ["c", "d"], ["a", "c"],
    ]  # fmt: skip
    assert most_alike(frame, distance=True)["value"].tolist() == [0.2, 0.9, 0.9]


def test_pairs_have_their_values_words_and_direction() -> None:
    for measure, arrow in (("cosine", "morealike→"), ("delta", "←morealike")):
        finding = pairs_of(5, measure=measure)
        shown = words_of(look_at(finding, PAIRS))
        assert arrow in shown
        for row in finding.frame.to_dict("records"):
            assert f"{row['value']:.2f}" in shown
            assert f"{row['words_a']:,}:{row['words_b']}" in shown
            assert {joined(row["label_a"]), joined(row["label_b"])} <= set(shown)


def test_only_what_is_known_of_the_pairs_is_explained() -> None:
    everything = " ".join(words_of(look_at(pairs_of(3), PAIRS)))
    little = " ".join(words_of(look_at(pairs_of(3, unknown=("ceiling", "equal")), PAIRS)))
    assert "ceiling:" in everything
    assert "ceiling:" not in little
    assert "floor:" in little


def test_measures_are_headed_by_their_agreement_and_the_missing_named() -> None:
    shown = words_of(look_at(measures_of(4, measures=3), MEASURES))
    assert {"thefirst", "τ0.70", "τ0.40"} <= set(shown)
    assert "Burrows'sDelta:notcomputed,Deltaneedsthreetexts" in shown
    values = measures_of(4, measures=3).frame["value"]
    assert {f"{value:.2f}" for value in values} <= set(shown)


def passage(kind: str, score: float, word: int = 1) -> dict[str, Any]:
    return {"kind": kind, "score": score, "word_a": word, "word_b": word}


@pytest.mark.parametrize(
    ("passages", "quoted"),
    [
        ([passage("formula", 9)], [0]),
        ([passage("verbatim", 1), passage("verbatim", 5)], [1, 0]),
        # The best of each kind first, in the order of the kinds, then by score ...
        ([passage("retold", 9), passage("verbatim", 1), passage("near", 2)], [1, 2, 0]),
        # ... and a further formula after all others, whatever its score.
        ([passage("formula", 99), passage("formula", 98), passage("near", 1), passage("near", 2)],
         [3, 0, 2, 1]),
        ([passage("near", 1, word) for word in range(12, 0, -1)], [11, 10, 9, 8, 7, 6, 5, 4]),
    ],
)  # fmt: skip
def test_most_telling(passages: list[dict[str, Any]], quoted: list[int]) -> None:
    assert most_telling(pd.DataFrame(passages)) == quoted


def test_only_the_pair_to_draw_is_drawn_and_its_quotations_are_numbered_on_both_sides() -> None:
    shown = words_of(look_at(passages_of(20), PASSAGES))
    assert not any("hidden" in text or "Another" in text for text in shown)
    heads = [text for text in shown if re.match(r"\d·", text)]
    assert len(heads) == 16
    assert sorted({head[0] for head in heads}) == list("12345678")
    assert "formulaofafewwords:8" in shown


def test_bars_have_one_scale_and_ribbons_are_wide_enough_to_see() -> None:
    finding = passages_of(200, (300, 20000))
    patches = drawing_of(finding, PASSAGES).axes[0].patches
    bars = [p for p in patches if p.get_zorder() == 2.5]
    short, long = (float(bar.get_height()) for bar in bars)  # type: ignore[attr-defined]
    assert long / short == pytest.approx(20000 / 300)
    ribbons = [p.get_path().get_extents().height for p in patches if len(p.get_path()) == 9]
    assert len(ribbons) == 200
    assert min(ribbons) >= 0.25 - 1e-6


def drawing_of(finding: Finding, function: Callable[[Finding], Drawing]) -> Drawing:
    seen: list[Drawing] = []

    def kept(asked: Finding) -> Drawing:
        seen.append(function(asked))
        return seen[0]

    draw(finding, kept)
    return seen[0]


def test_ribbons_begin_and_end_at_the_words_of_the_passage() -> None:
    finding = passages_of(1)
    [row] = finding.frame[finding.frame["shown"] == "yes"].to_dict("records")
    patches = drawing_of(finding, PASSAGES).axes[0].patches
    bars = [p.get_path().get_extents(p.get_patch_transform()) for p in patches
            if p.get_zorder() == 2.5]  # fmt: skip
    [ribbon] = [np.asarray(p.get_path().vertices) for p in patches if len(p.get_path()) == 9]
    for bar, points, side, words in zip(
        bars, (ribbon[[0, 7]], ribbon[[3, 4]]), "ab", (2218, 1371), strict=True
    ):
        shares = (points[:, 1] - bar.y0) / bar.height  # downwards: y0 is the top
        wanted = [(row[f"word_{side}"] - 1) / words, row[f"last_word_{side}"] / words]
        assert shares.tolist() == pytest.approx(wanted)


def test_dots_of_pairs_stand_at_their_values_in_the_order_of_the_frame() -> None:
    finding = pairs_of(6)
    axes = drawing_of(finding, PAIRS).axes[-1]
    dots = [line for line in axes.get_lines() if line.get_marker() == "o"]
    for mark, name in (("#0072b2", "value"), ("white", "equal")):
        own = [line for line in dots if line.get_markerfacecolor() == mark]
        assert [np.ravel(line.get_xdata())[0] for line in own] == finding.frame[name].tolist()
        assert [int(np.ravel(line.get_ydata())[0]) for line in own] == list(range(6))


@given(st.lists(st.floats(0, 100), min_size=1, max_size=12), st.floats(0.5, 12))
def test_labels_spread_apart_in_their_order_within_the_limits(
    wanted: list[float], height: float
) -> None:
    wanted = sorted(wanted)
    heights = [height] * len(wanted)
    begins = spread(wanted, heights, 0.0, 150.0)
    assert all(b - a >= height - 1e-5 for a, b in pairwise(begins))
    assert begins[0] >= 0
    assert begins[-1] + height <= 150.0 + 1e-5


def test_labels_are_moved_as_little_as_may_be() -> None:
    assert spread([10, 30], [4, 4], 0, 50).tolist() == [8, 28]  # apart: where they are wanted
    assert spread([20, 20], [4, 4], 0, 50).tolist() == [16, 20]  # both by two, to either side
    assert spread([1, 1], [4, 4], 0, 50).tolist() == [0, 4]
    assert spread([], [], 0, 50).tolist() == []


def greys() -> Iterator[str]:
    for level in range(256):
        yield f"#{level:02x}{level:02x}{level:02x}"


def test_text_can_be_read_on_any_shade() -> None:
    grounds = [*greys(), *(to_hex(colormaps["Blues"](level)) for level in range(256))]
    assert all(contrast(ink_on(ground), ground) >= READABLE for ground in grounds)
    assert contrast("black", "white") == pytest.approx(21)
    assert contrast("#777777", "white") == pytest.approx(4.48, abs=0.01)  # known of WCAG
