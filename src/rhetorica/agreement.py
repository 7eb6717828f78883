"""Agreement: how far the lexicon finds what labelled sentences are labelled with."""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rhetorica.annotations import (
    Annotations,
    draw_sample,
    place_annotations,
    read_annotations,
    write_draw,
)
from rhetorica.corpus import Corpus, with_parameters
from rhetorica.errors import NothingToShow, plural
from rhetorica.findings import Finding
from rhetorica.intervals import share_interval
from rhetorica.lexicon import Category
from rhetorica.matching import Matcher, match_category
from rhetorica.passages import locate, sentence_texts
from rhetorica.resampling import generator
from rhetorica.spans import chosen_categories, find_spans, lexicon_of
from rhetorica.structure import PARTS, QUOTED_PARTS
from rhetorica.study import document_ids
from rhetorica.tokens import units_of

Labels = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Judged:
    """Labelled sentences beside what the lexicon finds in them: arrays of sentences x categories.

    `labelled` and `found` are what the labels and the lexicon say; `elsewhere` is what the lexicon
    finds by entries that also hit in another text; `open` marks labels that may go either way.
    """

    corpus: Corpus
    annotations: Annotations
    categories: tuple[str, ...]
    sentences: NDArray[np.int64]
    labelled: Labels
    found: Labels
    elsewhere: Labels
    open: Labels
    weights: NDArray[np.float64]


def lexicon_agreement(corpus: Corpus) -> Finding:
    """Return precision, recall and F1 of each category on the labelled sentences.

    Columns: category, category_label, sentences, labelled (sentences that have it), found, both,
    then precision, recall and f1, each with _low and _high, f1_elsewhere (entries that also hit
    in another text only) and f1_settled (without labels that may go either way). Raises
    :class:`NothingToShow` where the study has no labelled sentences.
    """
    if not corpus.study.annotations.is_file():
        raise NothingToShow(
            "This study has no labelled sentences, so how well its lexicon finds what a reader "
            "would is not known. 'rhetorica annotate sample' draws sentences to label; save the "
            f"labelled sheet as {corpus.study.annotations.name} in the study's folder."
        )
    judged = judge(corpus)
    frame = score(judged, corpus.parameters.confidence)
    texts = len({row.document for row in judged.annotations.rows})
    basis = (
        f"Counted: {plural(len(judged.sentences), 'labelled sentence')} of {plural(texts, 'text')} "
        "as edited, whatever level, parts and texts are chosen."
    )
    return Finding(
        name="lexicon_agreement",
        title=_title(frame),
        frame=frame,
        unit="labelled sentences",
        reading="Each row is a category, each column a measure from 0 to 1 with its interval. "
        "Precision: of the sentences the lexicon finds, the share that is labelled so. "
        "Recall: of the labelled sentences, the share it finds. F1 joins the two. The hollow "
        "diamond is F1 with only those entries that also hit in another text: what fits one text "
        "only is not counted. On texts not read before, expect what the diamonds say, or less.",
        formula="precision = both / found, recall = both / labelled, F1 = 2 both / (found + "
        f"labelled); a sentence counts once, however many hits it has{_weighting(judged)}",
        scope=f"Intervals: {100 * corpus.parameters.confidence:g}%, exact (Clopper & Pearson "
        "1934), as if the sentences were drawn at random; that of F1 is that of both / (labelled "
        "or found). They do not cover that the lexicon was written with these texts in view.",
        alt=_alt(frame),
        notes=_notes(judged, frame),
        parameters={
            "confidence": corpus.parameters.confidence,
            "min_certainty": corpus.parameters.min_certainty,
            "categories": list(judged.categories),
        },
        basis=basis,
    )


@lru_cache(maxsize=4)
def judge(corpus: Corpus, sheet: str = "") -> Judged:
    """Hold the lexicon against the labelled sentences of a study, or of another sheet of it.

    The texts are taken as edited and whole, whatever was chosen to be counted. Raises
    :class:`AnnotationError` for a file that is malformed or names a sentence that is not there,
    :class:`NothingToShow` for one without a label.
    """
    whole = _whole(corpus)
    lexicon = lexicon_of(whole)
    path = Path(sheet) if sheet else corpus.study.annotations
    known = [category.id for category in lexicon.categories]
    annotations = read_annotations(path, document_ids(corpus.study), known)
    if not annotations.rows:
        raise NothingToShow(
            f"No sentence of {path} is labelled yet: write 1 or 0 into the columns of categories."
        )
    sentences = place_annotations(annotations, whole)
    chosen = tuple(c.id for c in chosen_categories(corpus) if c.id in annotations.categories)
    if not chosen:
        raise NothingToShow("None of the chosen categories is labelled.")
    found, elsewhere = _found(whole, chosen)
    rows = annotations.rows
    return Judged(
        corpus=whole,
        annotations=annotations,
        categories=chosen,
        sentences=sentences,
        labelled=np.array([[name in row.present for name in chosen] for row in rows]),
        found=found[sentences],
        elsewhere=elsewhere[sentences],
        open=np.array([[name in row.borderline for name in chosen] for row in rows]),
        weights=np.array([row.weight for row in rows]),
    )


def _whole(corpus: Corpus) -> Corpus:
    """Return the corpus with all its texts, edited, and all their parts and categories."""
    chosen = corpus.parameters
    every = chosen.model_copy(
        update={"level": "edited", "parts": (), "texts": (), "categories": ()}
    )
    return with_parameters(corpus, every)


def _found(corpus: Corpus, categories: tuple[str, ...]) -> tuple[Labels, Labels]:
    """Return in which sentences each category is found, and found by entries of other texts.

    The latter is what a lexicon of only those entries finds that hit in two texts at least.
    """
    spans = _numbered_spans(corpus)
    barred = spans["suppressed_by"].str.startswith(("except: ", "needs: "))
    spread = spans[~barred].groupby(["category", "entry"])["document"].nunique()
    shared = set(spread[spread > 1].index)
    counting = spans[spans["suppressed_by"] == ""]
    matcher = Matcher(corpus.tokens)
    shape = (len(corpus.tokens.sentences) - 1, len(categories))
    found, elsewhere = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    for category in lexicon_of(corpus).categories:
        if category.id in categories:
            k = categories.index(category.id)
            kept = tuple(e for e in category.entries if (category.id, e.pattern) in shared)
            own = counting.loc[counting["category"] == category.id, "number"]
            found[own.to_numpy(dtype=np.int64), k] = True
            elsewhere[_sentences_hit(matcher, replace(category, entries=kept)), k] = True
    return found, elsewhere


def _sentences_hit(matcher: Matcher, category: Category) -> NDArray[np.int64]:
    hits = match_category(matcher, category)
    counting = hits.loc[hits["suppressed_by"] == "", "first"]
    return units_of(matcher.tokens.sentences, counting.to_numpy(dtype=np.int64))


def score(judged: Judged, confidence: float) -> pd.DataFrame:
    """Return one row a category: the columns of :func:`lexicon_agreement`.

    Where sentences have weights, the measures are weighted and the intervals take the
    effective number of sentences, (Σw)² / Σw² (Kish 1965), for their number.
    """
    labels = {c.id: c.label for c in lexicon_of(judged.corpus).categories}
    rows = []
    for k, name in enumerate(judged.categories):
        weights = judged.weights
        truth, found = judged.labelled[:, k], judged.found[:, k]
        row: dict[str, object] = {
            "category": name,
            "category_label": labels[name],
            "sentences": len(truth),
            "labelled": int(truth.sum()),
            "found": int(found.sum()),
            "both": int((truth & found).sum()),
        }
        for measure, among in (("precision", found), ("recall", truth)):
            row |= _share(measure, truth & found, among, weights, confidence)
        either = _share("f1", truth & found, truth | found, weights, confidence)
        row |= {key: 2 * value / (1 + value) for key, value in either.items()}
        several = len(judged.corpus.sources) > 1
        row["f1_elsewhere"] = _f1(truth, judged.elsewhere[:, k], weights) if several else np.nan
        settled = ~judged.open[:, k]
        row["f1_settled"] = _f1(truth[settled], found[settled], weights[settled])
        rows.append(row)
    return pd.DataFrame(rows)


def _share(
    name: str, right: Labels, among: Labels, weights: NDArray[np.float64], confidence: float
) -> dict[str, float]:
    """Return a weighted share with its interval; NaN where there is nothing to share."""
    own = weights[among]
    if not len(own):
        return {name: np.nan, f"{name}_low": np.nan, f"{name}_high": np.nan}
    share = float(weights[right].sum() / own.sum())
    number = float(own.sum() ** 2 / (own**2).sum())
    low, high = share_interval(share * number, number, confidence)
    return {name: share, f"{name}_low": float(low), f"{name}_high": float(high)}


def _f1(truth: Labels, found: Labels, weights: NDArray[np.float64]) -> float:
    both, either = weights[truth & found].sum(), weights[truth].sum() + weights[found].sum()
    return float(2 * both / either) if either else np.nan


def _title(frame: pd.DataFrame) -> str:
    known = frame.dropna(subset=["f1"])
    if known.empty:
        return "None of the chosen categories is labelled or found in a sentence"
    low, high = known["f1"].min(), known["f1"].max()
    said = f"On the labelled sentences the lexicon has an F1 of {_range(low, high)}"
    few, many = known["f1_elsewhere"].min(), known["f1_elsewhere"].max()
    if np.isnan(few) or (few, many) == (low, high):
        return said
    return f"{said}; with only the entries that also hit in another text, {_range(few, many)}"


def _weighting(judged: Judged) -> str:
    """Say that the measures are weighted, where they are."""
    if (judged.weights == judged.weights[0]).all():
        return ""
    return (
        ", but with the weight it was drawn with, so that the measures are those of all sentences "
        "and not of the counts shown"
    )


def _range(low: float, high: float) -> str:
    one, other = f"{low:.2f}", f"{high:.2f}"
    return one if one == other else f"{one} to {other}"


def _alt(frame: pd.DataFrame) -> str:
    listed = "; ".join(
        f"{label} {_measured(precision)}, {_measured(recall)}, {_measured(f1)}"
        for label, precision, recall, f1 in frame[
            ["category_label", "precision", "recall", "f1"]
        ].itertuples(index=False)
    )
    return f"Dots with intervals: precision, recall and F1 of each category. {listed}."


def _measured(value: float) -> str:
    return "none" if np.isnan(value) else f"{value:.2f}"


def _notes(judged: Judged, frame: pd.DataFrame) -> tuple[str, ...]:
    notes = [
        "Who writes a lexicon while reading the labelled sentences fits it to them: on texts not "
        "read before, expect less."
    ]
    few = frame.loc[frame["labelled"] < 10, "category_label"].tolist()
    if few:
        notes.append(f"Labelled in fewer than ten sentences: {', '.join(few)}.")
    if judged.annotations.unlabelled:
        notes.append(f"Not labelled yet: {plural(judged.annotations.unlabelled, 'sentence')}.")
    return tuple(notes)


def list_disagreements(corpus: Corpus, sheet: str = "") -> pd.DataFrame:
    """Return every sentence in which the lexicon and the labels disagree, with the reason.

    Columns: category, what (missed or found in error), text, raw_line, why, sentence. Missed
    sentences come first. An open label, one that may go either way, is said to be.
    """
    if not sheet and not corpus.study.annotations.is_file():
        raise NothingToShow("This study has no labelled sentences.")
    judged = judge(corpus, sheet)
    spans = _numbered_spans(judged.corpus)
    texts = sentence_texts(judged.corpus, judged.sentences)
    labels = {c.id: c.label for c in lexicon_of(judged.corpus).categories}
    lines = _lines_of(judged)
    rows = []
    for missed in (True, False):
        for k, name in enumerate(judged.categories):
            wrong = judged.labelled[:, k] & ~judged.found[:, k]
            if not missed:
                wrong = judged.found[:, k] & ~judged.labelled[:, k]
            for i in np.flatnonzero(wrong).tolist():
                own = spans[(spans["number"] == judged.sentences[i]) & (spans["category"] == name)]
                why = [_why(own, missed)]
                if judged.open[i, k]:
                    why.append("the label may go either way")
                if judged.annotations.rows[i].note:
                    why.append(judged.annotations.rows[i].note)
                what = "missed" if missed else "found in error"
                label, line = lines[i]
                rows.append((labels[name], what, label, line, "; ".join(why), texts[i]))
    if not rows:
        raise NothingToShow("The lexicon and the labels agree on every sentence.")
    names = ["category", "what", "text", "raw_line", "why", "sentence"]
    return pd.DataFrame(rows, columns=names)


def _lines_of(judged: Judged) -> list[tuple[str, int]]:
    places = locate(judged.corpus, judged.corpus.tokens.sentences[judged.sentences])
    return list(zip(places["label"], places["raw_line"].tolist(), strict=True))


def _numbered_spans(corpus: Corpus) -> pd.DataFrame:
    """Return the span table with the number of each span's sentence in the stream."""
    spans = find_spans(corpus)
    first = units_of(corpus.tokens.sentences, corpus.tokens.documents[:-1])
    starts = dict(zip(corpus.tokens.document_ids, first.tolist(), strict=True))
    return spans.assign(number=spans["document"].map(starts) + spans["sentence"] - 1)


def _why(own: pd.DataFrame, missed: bool) -> str:
    if not missed:
        counting = own[own["suppressed_by"] == ""]
        pairs = zip(counting["entry"], counting["hit"], strict=True)
        return ", ".join(dict.fromkeys(f"“{hit}” by the entry {entry}" for entry, hit in pairs))
    barred = own[own["suppressed_by"].str.startswith(("except: ", "needs: "))]
    if len(barred):
        first = barred.iloc[0]
        return f"“{first['hit']}” does not count ({first['suppressed_by']})"
    return "no entry finds it"


def sample_sheet(corpus: Corpus, each: int, seed: int) -> tuple[list[dict[str, str]], list[str]]:
    """Return the rows of a sheet of sentences to label, and the ids of its categories.

    Sentences are drawn by category with a hit and without, seeded, in the order of the texts;
    those that the study has labelled already are left out. What the lexicon found is not told,
    so that it does not lead who labels. Raises :class:`NothingToShow` where none is left.
    """
    whole = _whole(corpus)
    categories = tuple(c.id for c in chosen_categories(corpus))
    found, _ = _found(whole, categories)
    numbers = np.flatnonzero(_is_prose(whole) & ~_labelled_already(whole))
    if not len(numbers):
        raise NothingToShow("Every sentence of these texts is labelled already.")
    drawn, weights = draw_sample(found[numbers], each, generator(seed, "annotate"))
    texts = sentence_texts(whole, range(len(found)))
    owners = units_of(whole.tokens.documents, whole.tokens.sentences[:-1])
    rows = []
    for number, weight in zip(numbers[drawn].tolist(), weights.tolist(), strict=True):
        first = number == 0 or owners[number - 1] != owners[number]
        rows.append(
            {
                "document": whole.tokens.document_ids[owners[number]],
                "before": "" if first else " ".join(texts[number - 1].split()),
                "sentence": " ".join(texts[number].split()),
                "draw": write_draw(texts[number], weight),
            }
        )
    return rows, list(categories)


def _is_prose(corpus: Corpus) -> Labels:
    """Tell which sentences are of the author's or somebody's speech, and no titles or dates."""
    parts = corpus.tokens.parts[corpus.tokens.sentences[:-1]]
    return np.isin(parts, [PARTS.index(part) for part in ("paragraph", *QUOTED_PARTS)])


def check_annotations(corpus: Corpus) -> None:
    """Raise :class:`AnnotationError` for what is wrong with the study's labelled sentences."""
    if corpus.study.annotations.is_file():
        _labelled_already(_whole(corpus))


def _labelled_already(corpus: Corpus) -> Labels:
    done = np.zeros(len(corpus.tokens.sentences) - 1, dtype=bool)
    if corpus.study.annotations.is_file():
        known = [category.id for category in lexicon_of(corpus).categories]
        annotations = read_annotations(corpus.study.annotations, document_ids(corpus.study), known)
        done[place_annotations(annotations, corpus)] = True
    return done
