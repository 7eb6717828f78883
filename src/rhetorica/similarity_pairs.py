"""Pairs: how surely two texts are alike, between what chance gives and what one text has."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rhetorica.corpus import Corpus
from rhetorica.errors import plural
from rhetorica.findings import Finding, percent, require_texts
from rhetorica.likeness import measure_of, yardstick_of
from rhetorica.likeness_bounds import (
    SHUFFLES,
    SPLITS,
    Bound,
    ceilings,
    equal_lengths,
    floors,
    reach_ceilings,
)
from rhetorica.likeness_draws import quantiles
from rhetorica.measures import Measure
from rhetorica.similarity import MATRIX_TEXTS, all_pairs, drawn_pairs, leading_pairs, scope_of
from rhetorica.similarity_findings import likeness_notes, nothing_in_common, stated, within

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_DIGITS = 9  # of a likeness; the rest is rounding
SHOWN_PAIRS = 45  # pairs that are listed: all of up to ten texts, else the most alike


def similarity_pairs(corpus: Corpus) -> Finding:
    """Return how alike each pair of texts is, between a floor and a ceiling.

    Columns: document_a, label_a, document_b, label_b, words_a, words_b, value, low, high (bootstrap
    interval); floor, floor_low, floor_high (one text's counts on random words); ceiling,
    ceiling_low, ceiling_high (a piece of the longer text and its rest); equal, equal_low,
    equal_high (the longer cut to the shorter's length); as_parts (the share of cuts of the longer
    text in which the other is as like its rest as a piece of it); above_floor (yes or no: whether
    the pair is surely more alike than random words; unknown where there is no interval); rank,
    rank_low, rank_high (of up to 60 texts, else rank alone). Of more than 45 pairs those most
    alike. Raises :class:`NothingToShow` for a single text and as
    :func:`~rhetorica.likeness.yardstick_of`.
    """
    require_texts(len(corpus.sources), "a list of pairs")
    yardstick = yardstick_of(corpus, corpus.parameters.measure)
    first, second, values = leading_pairs(corpus, SHOWN_PAIRS)
    drawn = drawn_pairs(corpus, first, second)
    low, high = (within(yardstick, end) for end in quantiles(drawn, corpus.parameters.confidence))
    frame = _pair_frame(corpus, first, second).assign(value=values, low=low, high=high)
    frame = frame.assign(
        **_columns("floor", floors(corpus, yardstick, first, second)),
        **_columns("ceiling", ceilings(corpus, yardstick, first, second)),
        **_columns("equal", equal_lengths(corpus, yardstick, first, second)),
    )
    reached = reach_ceilings(corpus, yardstick, first, second)
    if not yardstick.measure.distance:  # parts that have nothing in common are no example
        reached = np.where(values > 0, reached, 0)
    frame = frame.assign(as_parts=reached)
    frame = frame.assign(above_floor=_beyond_floor(yardstick.measure, frame))
    frame = frame.assign(**_ranks(corpus, frame))
    title = _title(corpus, frame)
    return Finding(
        name="similarity_pairs",
        title=title,
        frame=frame,
        unit=yardstick.measure.unit,
        reading=_reading(yardstick.measure, frame),
        formula=yardstick.formula,
        alt=f"Dots with intervals for {plural(len(frame), 'pair')} of texts. {title}.",
        scope=scope_of(corpus, drawn),
        notes=_notes(corpus, frame),
        parameters={
            **stated(corpus),
            "n_draws": len(drawn),
            "distance": yardstick.measure.distance,
        },
    )


def _reading(measure: Measure, frame: pd.DataFrame) -> str:
    """Say what to see, of what there is."""
    end = "left" if measure.distance else "right"
    interval = ", with an interval" if frame["low"].notna().any() else ""
    said = [
        f"Full dots: how alike the two texts are{interval}; the further to the {end}, the more "
        "alike."
    ]
    if frame["equal"].notna().any():
        said.append("Hollow dots: the same with the longer text cut to the length of the shorter.")
    said.append("Grey band, the floor: the counts of one text dealt out to words at random.")
    if frame["ceiling"].notna().any():
        said.append(
            "Hatched band, the ceiling: a piece of the longer text, as long as the shorter but at "
            "most half of it, and the rest of that text."
        )
    return " ".join(said)


def _pair_frame(corpus: Corpus, first: Integers, second: Integers) -> pd.DataFrame:
    ids, labels = corpus.tokens.document_ids, corpus.labels
    words = np.diff(corpus.tokens.documents)
    return pd.DataFrame(
        {
            "document_a": [ids[i] for i in first],
            "label_a": [labels[i] for i in first],
            "document_b": [ids[i] for i in second],
            "label_b": [labels[i] for i in second],
            "words_a": words[first],
            "words_b": words[second],
        }
    )


def _columns(name: str, bound: Bound) -> dict[str, Floats]:
    return {name: bound.mean, f"{name}_low": bound.low, f"{name}_high": bound.high}


def _beyond_floor(measure: Measure, frame: pd.DataFrame) -> list[str]:
    """Say of each pair whether it is more alike than random words give, both of them uncertain.

    The limit of the difference is the root of the sum of squares of how far its two sides reach
    towards each other (Zou & Donner 2008): two intervals may overlap a little.
    """
    end, chance = ("high", "floor_low") if measure.distance else ("low", "floor_high")
    value, reach, floor, limit = (
        measure.nearness(frame[name].to_numpy(dtype=np.float64))
        for name in ("value", end, "floor", chance)
    )
    sure = value - floor > np.hypot(value - reach, limit - floor)
    said = np.where(np.isnan(reach), "unknown", np.where(sure, "yes", "no"))
    return [str(one) for one in said]


def _ranks(corpus: Corpus, frame: pd.DataFrame) -> dict[str, Floats]:
    """Return the rank of each pair, and of up to 60 texts between which ranks its draws lie."""
    near = measure_of(corpus).nearness(frame["value"].to_numpy(dtype=np.float64))
    rank = np.searchsorted(np.sort(-near), -near) + 1.0  # equals share the smallest rank
    shown, unknown = len(frame), np.full(len(frame), np.nan)
    if len(corpus.sources) > MATRIX_TEXTS:
        return {"rank": rank, "rank_low": unknown, "rank_high": unknown}
    measure = measure_of(corpus)
    _, _, values, drawn = all_pairs(corpus)
    if not np.isfinite(drawn).all():
        return {"rank": rank, "rank_low": unknown, "rank_high": unknown}
    order = np.argsort(-measure.nearness(values), kind="stable")[:shown]
    best, worst = _places(np.round(measure.nearness(drawn), _DIGITS))
    low, _ = quantiles(best[:, order], corpus.parameters.confidence)
    _, high = quantiles(worst[:, order], corpus.parameters.confidence)
    return {"rank": rank, "rank_low": np.floor(low), "rank_high": np.ceil(high)}


def _places(near: Floats) -> tuple[Floats, Floats]:
    """Return the best and the worst rank of each column in each row; equals share all of theirs."""
    best, worst = np.empty_like(near), np.empty_like(near)
    for row, own in enumerate(near):
        ordered = np.sort(-own)
        best[row] = np.searchsorted(ordered, -own, side="left") + 1
        worst[row] = np.searchsorted(ordered, -own, side="right")
    return best, worst


def _title(corpus: Corpus, frame: pd.DataFrame) -> str:
    """Say how many pairs are surely beyond the floor, and how many reach the ceiling."""
    measure = measure_of(corpus)
    if not measure.distance and not frame["value"].any():
        return nothing_in_common(corpus.labels)
    known = frame[frame["low"].notna()]
    if not len(known):
        return "The paragraphs of these texts are too few to say how surely they are alike"
    surely = f"{_which(corpus, frame)} more alike than words dealt out at random"
    reached = known[known["as_parts"].notna()]
    if not len(reached):
        return surely
    shares = reached["as_parts"]
    confidence = corpus.parameters.confidence
    alike = int((shares > 1 - confidence).sum())
    may = "at least" if (shares >= confidence).sum() == alike else "may be"
    if len(known) == 1:
        be = "are " if len(frame) == 1 else ""
        said = f"{may if may == 'may be' else f'{be}at least'} as alike as"
        said = said if alike else f"{be}less alike than"
        return f"{surely}, and {said} parts of one text"
    if not alike:
        return f"{surely}; none is as alike as parts of one text"
    number = "all" if alike == len(known) else alike
    be = "are at least" if alike > 1 else "is at least"
    return f"{surely}; {number} {may if may == 'may be' else be} as alike as parts of one text"


def _which(corpus: Corpus, frame: pd.DataFrame) -> str:
    """Say which pairs lie beyond the floor, as the beginning of a sentence."""
    above, shown = int((frame["above_floor"] == "yes").sum()), len(frame)
    if shown == 1:
        return "The two texts are" if above else "The two texts are not surely"
    what = "pairs" if shown == _number_of_pairs(corpus) else "most alike pairs"
    if (judged := int((frame["above_floor"] != "unknown").sum())) < shown:
        what, shown = f"{what} that can be judged", judged
        if judged == 1:
            return "The one pair that can be judged is" + ("" if above else " not surely")
    if above in (0, shown):
        these = "" if what == "pairs" else f" of the {shown} {what}"
        none = "None" if these else "No pair"
        return f"All{these or ' pairs'} are" if above else f"{none}{these} is surely"
    return f"{above} of {'the ' * (what != 'pairs')}{shown} {what} {'is' if above == 1 else 'are'}"


def _notes(corpus: Corpus, frame: pd.DataFrame) -> tuple[str, ...]:
    notes = [
        f"{_bands(frame)}: means and {percent(corpus.parameters.confidence)} of "
        f"{SPLITS} random draws each. {_shuffled(corpus)} A pair is called more alike than that "
        "where the two differ by more than both vary together, so that bar and band may overlap a "
        "little. A ceiling holds for its pair only: it depends on both lengths."
    ]
    if frame["as_parts"].notna().any():
        notes.append(
            "Whether a pair is as alike as parts of one text is judged cut by cut: the rest of the "
            "longer text is compared with its own piece, and with as many words of the other text, "
            f"which must be as like it in more than {percent(1 - corpus.parameters.confidence)} of "
            "the cuts. A dot may lie within the band all the same: whole texts are longer than "
            "these parts, and so more alike."
        )
    every = _number_of_pairs(corpus)
    if len(frame) < every:
        notes.append(f"Of {every:,} pairs the {len(frame)} that are most alike.")
    moved = _moved(corpus, frame)
    if moved:
        notes.append(moved)
    return (*notes, *likeness_notes(corpus))


def _bands(frame: pd.DataFrame) -> str:
    """Name what is known besides the likeness."""
    names = (("ceiling", "ceiling"), ("equal", "equal length"))
    known = ["Floor", *(said for name, said in names if frame[name].notna().any())]
    return " and ".join([", ".join(known[:-1]), known[-1]] if len(known) > 1 else known)


def _shuffled(corpus: Corpus) -> str:
    """Say what the floor is."""
    if corpus.parameters.measure == "shingles":
        return f"At random: the words of the shorter text in random order, {SHUFFLES} times."
    delta = corpus.parameters.measure == "delta"
    shuffled = (
        f"Dealt out at random: each text keeps its {'z-scores' if delta else 'counts'}, but in the "
        "shorter they go to words drawn from all words of these texts. This holds for these texts "
        "only: the fewer different words they have, the higher it lies, and texts on other "
        "subjects would share less."
    )
    if not delta:
        return shuffled
    return (
        f"{shuffled} A z-score is a distance from the mean of these texts, so that their pairs lie "
        "about such a floor, whatever the texts: those beyond it are nearer than the mean pair."
    )


def _number_of_pairs(corpus: Corpus) -> int:
    return len(corpus.sources) * (len(corpus.sources) - 1) // 2


def _moved(corpus: Corpus, frame: pd.DataFrame) -> str:
    """Say whether the pairs keep their order once lengths are equal."""
    if frame["equal"].isna().any() or len(frame) < 2:
        return ""
    near = measure_of(corpus).nearness(frame["equal"].to_numpy(dtype=np.float64))
    place = np.argsort(np.argsort(-np.round(near, _DIGITS), kind="stable")) + 1
    far = int(np.abs(place - np.arange(1, len(frame) + 1)).max())
    if not far:
        return "At equal lengths all pairs keep their places."
    if place[0] == 1:
        most = plural(far, "place")
        return f"At equal lengths the same pair is first; no other moves by more than {most}."
    best = frame.iloc[int(np.argmax(near))]
    return f"At equal lengths “{best['label_a']}” and “{best['label_b']}” are most alike."
