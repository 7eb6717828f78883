"""Measures side by side: do five ways of comparing texts put the pairs in the same order?"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rhetorica.corpus import Corpus
from rhetorica.errors import NothingToShow, plural
from rhetorica.findings import Finding, require_texts
from rhetorica.likeness import likeness, yardstick_of
from rhetorica.measures import MEASURES, MeasureName
from rhetorica.resampling import generator
from rhetorica.similarity import leading_pairs
from rhetorica.similarity_findings import stated

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_PAIRS = 2000  # of more pairs, so many are drawn: a rank correlation then moves by 0.02
_SHOWN = 12  # pairs whose lines are drawn dark and named
_DIGITS = 9  # of a likeness: what rounding alone tells apart is a tie


def similarity_measures(corpus: Corpus) -> Finding:
    """Return the pairs of texts in the order that each of five measures gives them.

    Columns: document_a, label_a, document_b, label_b, measure, measure_label, value, rank (1: most
    alike), shown. Table ``similarity_agreement``: measure, measure_label, tau (Kendall's tau-b with
    the measure that the parameter `measure` names), first_pair (or how many share the first place),
    note. Raises
    :class:`NothingToShow` for fewer than three texts: a single pair has no order.
    """
    require_texts(len(corpus.sources), "a comparison of measures")
    if len(corpus.sources) == 2:
        raise NothingToShow(
            "With two texts there is one pair, and nothing to put in order: a comparison of "
            "measures needs at least three texts."
        )
    first, second = _pairs(corpus)
    main = corpus.parameters.measure
    names: list[MeasureName] = [main, *(name for name in MEASURES if name != main)]
    values, notes = _measured(corpus, names, (first, second))
    nearness = {name: MEASURES[name].nearness(own) for name, own in values.items()}
    if main not in nearness:
        raise NothingToShow(notes[main])
    frame = _frame(corpus, (first, second), values, nearness)
    agreement = _agreement(corpus, (first, second), names, nearness, notes)
    title = _title(frame)
    if len(first) < len(corpus.sources) * (len(corpus.sources) - 1) // 2:
        title += f", of {len(first):,} pairs compared"
    return Finding(
        name="similarity_measures",
        title=title,
        frame=frame,
        unit="rank of a pair, 1: most alike",
        reading="A line is a pair of texts; each column puts the pairs in order by another "
        "measure, the most alike at the top. Lines that cross are pairs on which measures "
        "disagree. Under each measure stands how far its order agrees with that of the first.",
        formula=_formula(corpus, names),
        alt=f"Ranks of {plural(len(first), 'pair')} by {len(nearness)} measures. {title}.",
        notes=_notes(corpus, len(first), notes),
        parameters=stated(corpus),
        tables={"similarity_agreement": agreement},
    )


def _measured(
    corpus: Corpus, names: list[MeasureName], pairs: tuple[Integers, Integers]
) -> tuple[dict[MeasureName, Floats], dict[MeasureName, str]]:
    """Return the pairs by each measure, and why a measure cannot be computed."""
    values: dict[MeasureName, Floats] = {}
    notes: dict[MeasureName, str] = {}
    for name in names:
        try:
            values[name] = np.round(likeness(yardstick_of(corpus, name), *pairs), _DIGITS)
        except NothingToShow as reason:
            notes[name] = str(reason)
    return values, notes


def kendall_tau(one: Floats, other: Floats) -> float:
    """Return Kendall's tau-b of two orders: 1 where they agree, -1 where they are reversed.

    (concordant - discordant) / √((pairs not tied in one)(pairs not tied in the other)) (Kendall
    1945); NaN where all are tied.

    >>> kendall_tau(np.array([1.0, 2.0, 3.0]), np.array([1.0, 3.0, 2.0])) * 3
    1.0
    """
    signs = [np.sign(values[:, None] - values[None, :]) for values in (one, other)]
    untied = [float(np.abs(sign).sum()) for sign in signs]
    if not all(untied):
        return float("nan")
    return float((signs[0] * signs[1]).sum() / np.sqrt(untied[0] * untied[1]))


def _pairs(corpus: Corpus) -> tuple[Integers, Integers]:
    first, second = np.triu_indices(len(corpus.sources), 1)
    if len(first) <= _PAIRS:
        return first, second
    random = generator(corpus.parameters.seed, "similarity_measures")
    texts, one, two = len(corpus.sources), *leading_pairs(corpus, _SHOWN)[:2]
    leading = one * (2 * texts - one - 3) // 2 + two - 1
    drawn = np.union1d(random.choice(len(first), _PAIRS, replace=False), leading)
    return first[drawn], second[drawn]


def _frame(
    corpus: Corpus,
    pairs: tuple[Integers, Integers],
    values: dict[MeasureName, Floats],
    nearness: dict[MeasureName, Floats],
) -> pd.DataFrame:
    ids, labels = np.array(corpus.tokens.document_ids), np.array(corpus.labels)
    (first, second), parts = pairs, []
    ranks = {name: _ranks(near) for name, near in nearness.items()}
    shown = np.argsort(next(iter(ranks.values())), kind="stable")[:_SHOWN]
    for name, own in ranks.items():
        part = pd.DataFrame(
            {
                "document_a": ids[first],
                "label_a": labels[first],
                "document_b": ids[second],
                "label_b": labels[second],
                "measure": name,
                "measure_label": MEASURES[name].label,
                "value": values[name],
                "rank": own,
                "shown": "no",
            }
        )
        part.loc[shown, "shown"] = "yes"
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _ranks(near: Floats) -> Integers:
    """Return the rank of each pair; equals share the smallest of their ranks."""
    return np.searchsorted(np.sort(-near), -near) + 1


def _agreement(
    corpus: Corpus,
    pairs: tuple[Integers, Integers],
    names: list[MeasureName],
    nearness: dict[MeasureName, Floats],
    notes: dict[MeasureName, str],
) -> pd.DataFrame:
    rows = []
    main = nearness[names[0]]
    for name in names:
        near = nearness.get(name)
        rows.append(
            {
                "measure": name,
                "measure_label": MEASURES[name].label,
                "tau": np.nan if near is None or name == names[0] else kendall_tau(main, near),
                "first_pair": "" if near is None else _first_pair(corpus, pairs, near),
                "note": notes.get(name, ""),
            }
        )
    return pd.DataFrame(rows)


def _first_pair(corpus: Corpus, pairs: tuple[Integers, Integers], near: Floats) -> str:
    """Name the pair that is most alike, or say how many are."""
    best = np.flatnonzero(near == near.max())
    if len(best) > 1:
        return plural(len(best), "pair")
    return " – ".join(corpus.labels[int(side[best[0]])] for side in pairs)


def _title(frame: pd.DataFrame) -> str:
    """Say how many measures put the same pair first, that of the first measure."""
    tops = {name: own[own["rank"] == 1] for name, own in frame.groupby("measure", sort=False)}
    top = next(iter(tops.values()))
    label, count = top["measure_label"].iloc[0], len(frame) // len(tops)
    if len(top) * len(tops) == len(frame):
        return f"All {len(top):,} pairs are equally alike ({label})"
    if len(top) > 1:
        return f"{len(top):,} pairs share the first place ({label})"
    pair = f"“{top['label_a'].iloc[0]}” and “{top['label_b'].iloc[0]}”"
    same = sum(len(own) == 1 and own.index[0] % count == top.index[0] for own in tops.values())
    number = _NUMBERS[len(tops)]
    if len(tops) == 1:
        return f"Only one measure can be computed ({label}): {pair} are most alike"
    if same == len(tops):
        who = "Both" if same == 2 else f"All {number}"
        return f"{who} measures put {pair} first"
    return f"{_NUMBERS[same].capitalize()} of {number} measures put{'s' * (same == 1)} {pair} first"


_NUMBERS = ("none", "one", "two", "three", "four", "five")


def _formula(corpus: Corpus, names: list[MeasureName]) -> str:
    """Give the formula of each measure that could be computed."""
    parts = []
    for name in names:
        try:
            formula = yardstick_of(corpus, name).formula
        except NothingToShow:
            continue
        parts.append(f"{MEASURES[name].label}: {formula}")
    return "; ".join([*parts, "agreement: Kendall's tau-b, 1 where the order is the same"])


def _notes(corpus: Corpus, pairs: int, notes: dict[MeasureName, str]) -> tuple[str, ...]:
    texts = len(corpus.sources)
    every = texts * (texts - 1) // 2
    said = []
    for reason in dict.fromkeys(notes.values()):
        labels = [MEASURES[name].label for name in notes if notes[name] == reason]
        said.append(f"Not computed: {', '.join(labels)}. {reason}")
    if pairs < every:
        said.append(
            f"Of {every:,} pairs {pairs:,} are compared: {_PAIRS:,} drawn at random, and those "
            "that are most alike by the first measure."
        )
    said.append(
        "Measures that count the same words are bound to agree; Delta looks at function words as "
        "well, and shared runs at wording. Texts of unlike length are put in another order by "
        "some. Delta was made for long texts: of a few thousand words it says little. The pairs of "
        "few texts hang together: of five texts a tau under a half is hardly an agreement."
    )
    return tuple(said)
