"""What findings of similarity share: how pairs, reasons and trees are listed, and the doubts."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rhetorica.clustering import Tree
from rhetorica.contributions import fold_rest, name_terms, pair_terms
from rhetorica.corpus import Corpus
from rhetorica.errors import plural
from rhetorica.findings import Finding
from rhetorica.likeness import Yardstick
from rhetorica.resampling import MIN_UNITS
from rhetorica.stop_words import left_out

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SHARED_TERMS = 6  # terms listed as the reason for a pair
_UNLIKE_LENGTHS = 1.5  # times as long: from here on a caption warns of unlike lengths
_EXPLAINED_PAIRS = 400  # pairs whose terms are listed: all of up to 28 texts, else the most alike
_WHOLE_LISTS = 45  # up to so many pairs have all their terms listed, all of up to ten texts
_NAMED_COPIES = 3  # texts that are the same as another and are named in a caption
_LISTED_TERMS = 25  # beyond, so many, and the rest in one row
_STATED = (
    "measure",
    "similarity_idf",
    "frequent_words",
    "shingle_words",
    "neighbours",
    "stop_words",
    "leave_out",
    "lowercase",
    "lemmas",
    "seed",
    "n_draws",
    "confidence",
)


def similarity_finding(
    corpus: Corpus,
    yardstick: Yardstick,
    frame: pd.DataFrame,
    view: str,
    title: str,
    tables: dict[str, pd.DataFrame],
    scope: str = "",
    draws: int = 0,
) -> Finding:
    """Return the finding of a matrix of similarities in one of its three views.

    `draws` are those of the intervals, if there are any, and `scope` says what these cover.
    """
    texts = plural(len(corpus.sources), "text")
    return Finding(
        name="similarity_matrix",
        title=title,
        frame=frame,
        unit=yardstick.measure.unit,
        reading=_reading(view, len(corpus.sources), tables),
        formula=yardstick.formula,
        alt=f"{_ALT[view]} {texts}. {title}.",
        scope=scope,
        notes=likeness_notes(corpus, intervals=view == "texts"),
        parameters={
            **stated(corpus),
            **({"n_draws": draws} if draws else {}),
            "view": view,
            "distance": yardstick.measure.distance,
        },
        tables=tables,
    )


def stated(corpus: Corpus) -> dict[str, object]:
    """Return the parameters on which a likeness may depend."""
    values = {name: getattr(corpus.parameters, name) for name in _STATED}
    return {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}


_ALT = {
    "texts": "Triangular matrix of the likeness of every pair, with a tree, of",
    "clusters": "Triangular matrix of the mean likeness of clusters, with a tree, of",
    "neighbours": "Histogram of the likeness of each text and its nearest neighbour, and the "
    "most alike pairs, of",
}


def _reading(view: str, texts: int, tables: dict[str, pd.DataFrame]) -> str:
    if view == "neighbours":
        return (
            "Too many texts for a matrix: for each, the texts most like it are in the csv. The "
            "figure shows how alike each text is to its nearest, and the most alike pairs."
        )
    halves = (
        "On the diagonal, without colour, how alike two random halves of a text are: they are of "
        "half its length, which makes them less alike."
    )
    if texts == 2:
        return f"The field compares the two texts. {halves}"
    what = "two texts" if view == "texts" else "two clusters by the mean of their texts"
    reading = (
        f"Each field compares {what}; the darker, the more alike. Like stands beside like, as "
        "the tree at the left joins them"
    )
    if view == "clusters":
        return (
            f"{reading}. On the diagonal the mean of the texts within a cluster. No two texts of a "
            "cluster are further apart than its branch; there are as many clusters, up to 24, as "
            "part the texts most clearly (by their mean silhouette)."
        )
    if tables["similarity_branches"]["support"].notna().all():
        reading += "; beside a branch stands in how many of 100 resamples the same texts form one"
    return f"{reading}. {halves}"


def nothing_in_common(labels: Sequence[str]) -> str:
    """Say that no two texts are alike at all."""
    if len(labels) == 2:
        return f"“{labels[0]}” and “{labels[1]}” have nothing in common that is counted"
    return "No two of these texts have anything in common that is counted"


def likeness_notes(corpus: Corpus, intervals: bool = True) -> tuple[str, ...]:
    """Return the doubts that hold for every comparison of these texts by their measure.

    `intervals` says that there are any, which some texts may be too short for.
    """
    chosen = corpus.parameters
    sizes = np.bincount(corpus.counts.unit_documents, weights=corpus.counts.sizes)
    paragraphs = np.bincount(corpus.counts.unit_documents)
    notes = []
    if sizes.max() > _UNLIKE_LENGTHS * sizes.min():
        notes.append(
            f"Lengths differ ({int(sizes.min()):,} to {int(sizes.max()):,} words): a short text "
            "can match few of a long one's words, so compare pairs of like length first."
        )
    notes += _same_texts(corpus)
    few = int((paragraphs < MIN_UNITS).sum())
    if few and intervals:
        notes.append(
            f"{plural(few, 'text')} of fewer than {MIN_UNITS} paragraphs: too few to draw "
            "intervals or halves from."
        )
    if chosen.measure == "delta":
        notes.append(
            "Delta was made for long texts: of a few thousand words it says little. The terms "
            "named for a pair are those that set it apart."
        )
        notes += left_out(corpus.counts, chosen.model_copy(update={"stop_words": "none"}))
    else:
        if chosen.measure != "shingles":
            notes += left_out(corpus.counts, chosen)
        if chosen.measure == "cosine" and chosen.similarity_idf == "plain":
            notes.append("Words that all texts share weigh nothing and make no pair alike.")
    return tuple(notes)


def _same_texts(corpus: Corpus) -> list[str]:
    """Name texts that are the same, word for word."""
    tokens = corpus.tokens
    first: dict[bytes, str] = {}
    same = []
    for text, label in enumerate(corpus.labels):
        words = tokens.codes[slice(*tokens.documents[text : text + 2])].tobytes()
        if words in first:
            same.append(f"“{label}” is “{first[words]}” word for word")
        first.setdefault(words, label)
    said = ", ".join(same[:_NAMED_COPIES])
    more = len(same) - _NAMED_COPIES
    return [f"{said}{f', and {more:,} more' if more > 0 else ''}."] if same else []


def terms_column(yardstick: Yardstick) -> str:
    """Return the name of the column of terms: those of a distance set a pair apart."""
    return "parting_terms" if yardstick.measure.distance else "shared_terms"


def within(yardstick: Yardstick, ends: Floats) -> Floats:
    """Keep the ends of intervals where the measure can lie."""
    return np.clip(ends, 0, None if yardstick.measure.distance else 1)


def square_of(yardstick: Yardstick, texts: int, values: Floats) -> Floats:
    """Return the likeness of all texts, texts x texts, from that of their pairs."""
    same = 0.0 if yardstick.measure.distance else 1.0
    square = np.full((texts, texts), same)
    above = np.triu_indices(texts, 1)
    square[above] = values
    square.T[above] = values
    return square


def pair_frame(corpus: Corpus, a: Integers, b: Integers, place: Integers) -> pd.DataFrame:
    """List pairs of texts with their places in the order of the tree."""
    documents = [source.document for source in corpus.sources]
    return pd.DataFrame(
        {
            "document_a": [documents[i].id for i in a],
            "label_a": [documents[i].label for i in a],
            "document_b": [documents[i].id for i in b],
            "label_b": [documents[i].label for i in b],
            "place_a": place[a] + 1,
            "place_b": place[b] + 1,
        }
    )


def reasons_of(
    corpus: Corpus, yardstick: Yardstick, frame: pd.DataFrame, pairs: tuple[Integers, Integers]
) -> tuple[list[str], pd.DataFrame]:
    """Name the terms that make each pair alike, and list them with what each adds.

    Of more than 400 pairs, the most alike are explained. The list has document_a, document_b,
    term, count_a, count_b, contribution; of more than 45 pairs it has the first 25 terms of each
    and one row for the others, so that the contributions still sum to the likeness.
    """
    near = yardstick.measure.nearness(frame["value"].to_numpy(dtype=np.float64))
    leading = np.argsort(-near, kind="stable")[:_EXPLAINED_PAIRS]
    reasons, tables = [""] * len(frame), []
    ids = list(corpus.tokens.document_ids)
    for pair in leading.tolist():
        a, b = int(pairs[0][pair]), int(pairs[1][pair])
        terms = pair_terms(yardstick, a, b)
        reasons[pair] = name_terms(terms, SHARED_TERMS)
        if len(frame) > _WHOLE_LISTS:
            terms = fold_rest(terms, _LISTED_TERMS)
        terms.insert(0, "document_a", ids[a])
        terms.insert(1, "document_b", ids[b])
        tables.append(terms)
    return reasons, pd.concat(tables, ignore_index=True)


def branch_table(tree: Tree, support: Floats) -> pd.DataFrame:
    """List the branches of a tree with where to draw them: a text of place p is at p - ½."""
    texts = len(tree.order)
    position, height = np.zeros(2 * texts - 1), np.zeros(2 * texts - 1)
    position[tree.order] = np.arange(texts) + 0.5
    rows = []
    for i, (left, right, distance, size) in enumerate(tree.steps):
        one, two = sorted((int(left), int(right)), key=lambda branch: position[branch])
        position[texts + i] = (position[one] + position[two]) / 2
        height[texts + i] = distance
        rows.append(
            {
                "branch": i + 1,
                "size": int(size),
                "height": distance,
                "position": position[texts + i],
                "left_height": height[one],
                "left_position": position[one],
                "right_height": height[two],
                "right_position": position[two],
                "support": support[i],
            }
        )
    return pd.DataFrame(rows)
