"""Word shift: which words make two texts differ, and whether they differ more than chance gives."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from rhetorica.corpus import Corpus
from rhetorica.errors import NothingToShow, plural
from rhetorica.findings import Finding, require_texts
from rhetorica.passages import first_in_prose, locate
from rhetorica.resampling import MIN_UNITS, draw_orders, generator
from rhetorica.stop_words import content_counts, left_out
from rhetorica.tokens import units_of

MAX_DRAWS = 1000  # limits then move by about 1% of their value from seed to seed
_CELLS = 5_000_000  # numbers of a chunk of draws, 40 MB of them
_NOISE_DIGITS = 9  # logarithms differ at 1e-16 between processors: rounded before being ordered
_LISTED = 6  # words of each side that are named in the alternative text
_STATED = (
    "left",
    "right",
    "level",
    "parts",
    "stop_words",
    "leave_out",
    "lowercase",
    "lemmas",
    "seed",
    "confidence",
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Pair:
    """Two sides to be compared: the numbers of their texts, by id, and what they are called."""

    left: tuple[int, ...]
    right: tuple[int, ...]
    left_label: str
    right_label: str

    @property
    def named(self) -> tuple[str, str]:
        """What the sides are called in a sentence: a text's own name is quoted."""
        right = f"“{self.right_label}”" if len(self.right) == 1 else self.right_label
        return f"“{self.left_label}”", right


@dataclass(frozen=True, eq=False)
class _Sides:
    """The words that are compared, how often each side has them, and in how many paragraphs.

    `units` is paragraphs x terms, those of one side first; `first` is how many these are.
    """

    pair: Pair
    terms: tuple[str, ...]
    counts: Integers
    paragraphs: Integers
    blocks: tuple[int, int]
    units: sparse.csr_matrix
    first: int


def chosen_pair(corpus: Corpus) -> Pair:
    """Return the two sides that the parameters `left` and `right` ask for.

    With neither, the two longest texts, the longest at the left; with `left` alone, that text and
    all the others together. Raises :class:`NothingToShow` for a single text.
    """
    left, right = corpus.parameters.left, corpus.parameters.right
    ids = [source.document.id for source in corpus.sources]
    require_texts(len(ids), "a word shift")
    if left:
        one = ids.index(left)
        rest = [ids.index(right)] if right else [i for i in range(len(ids)) if i != one]
    else:
        sizes = np.bincount(corpus.counts.unit_documents, weights=corpus.counts.sizes)
        one, *others = sorted(range(len(ids)), key=lambda i: (-sizes[i], ids[i]))
        rest = others[:1]
    named = corpus.labels[rest[0]] if len(rest) == 1 else f"the other {len(rest)} texts"
    return Pair((one,), tuple(sorted(rest, key=ids.__getitem__)), corpus.labels[one], named)


def shift_contributions(left: ArrayLike, right: ArrayLike) -> Floats:
    """Return what each term adds to the Jensen-Shannon divergence of two counts, in bits.

    The last axis of both are terms. With p and q the shares of a term in the two sides and m their
    mean, it is ½ (p log₂(p / m) + q log₂(q / m)), never negative (Gallagher et al. 2021, with
    equal weights); the sum is from 0, where all shares are the same, to 1, where no term
    stands on both sides (Lin 1991). NaN where a side has no term at all.

    >>> shift_contributions([2, 2, 0], [1, 0, 1]).tolist()
    [0.0, 0.25, 0.25]
    """
    p, q = (np.asarray(counts, dtype=np.float64) for counts in (left, right))
    with np.errstate(invalid="ignore", divide="ignore"):
        p, q = (counts / counts.sum(axis=-1, keepdims=True) for counts in (p, q))
        m = (p + q) / 2
        added = [np.where(share == 0, 0.0, share * np.log2(share / m)) for share in (p, q)]
    contributions: Floats = np.where(p == q, p - q, np.maximum((added[0] + added[1]) / 2, 0))
    return contributions


def word_shift(corpus: Corpus) -> Finding:
    """Return what each word adds to the difference between two texts.

    Columns: rank, term, side (that has the greater share: left, right or same), left_count,
    right_count, left_per_1000_content_words, right_per_1000_content_words, contribution (bits),
    cumulative_share (of the divergence), left_paragraphs, right_paragraphs (with the term).
    Tables: ``word_shift_sides``, the two sides with what each adds, and ``word_shift_chance``,
    the divergence and what chance gives. Raises :class:`ParameterError` as :func:`chosen_pair`,
    and :class:`NothingToShow` for a single text, for a side without a word that is not left out,
    and where both use every word at the same rate.
    """
    both, chosen = _sides(corpus), corpus.parameters
    frame = _frame(both)
    sides, chance = _side_table(corpus, both, frame), _chance_table(corpus, both)
    draws = min(chosen.n_draws, MAX_DRAWS)
    stated = {name: getattr(chosen, name) for name in _STATED} | {"n_draws": draws}
    stated["parts"] = list(chosen.parts)
    return Finding(
        name="word_shift",
        title=_title(both, chance),
        frame=frame,
        unit="bits of the Jensen-Shannon divergence, which is 0 where both use every word at the "
        "same rate and 1 where they have no word in common",
        reading="Each bar is a word, on the side that uses it more; the longer, the more it adds "
        "to the difference. Beside it how often the left and the right side have it. The bars "
        "at the top, on a scale of their own, are all words of a side. At the right: how the words "
        "add up, how long the sides are, and the difference beside what chance gives.",
        formula="contribution of a word = ½ (p log₂(p / m) + q log₂(q / m)), p and q its shares of "
        "the content words (those not left out) of the two sides, m their mean; the divergence is "
        "their sum (Lin 1991; Gallagher et al. 2021)",
        scope=_scope(both, draws, chosen.confidence) if chance["more"][0] != "unknown" else "",
        alt=_alt(both, frame, sides),
        notes=_notes(corpus, both, frame, float(chance["median"][0])),
        parameters=stated,
        tables={"word_shift_sides": sides, "word_shift_chance": chance},
        basis=_basis(corpus, int(sides["words"].sum())),
    )


def _basis(corpus: Corpus, words: int) -> str:
    """Say which words were compared: those of the two sides, of what was counted."""
    if words == len(corpus.tokens):
        return corpus.basis
    return f"{corpus.basis.removesuffix('.')}, of which {words:,} are of the two sides."


def shift_sentences(corpus: Corpus, per_side: int = 3) -> pd.DataFrame:
    """Return, for the leading words of each side, a sentence of that side with each.

    Columns: term, text, raw_line, sentence. Raises as :func:`word_shift`.
    """
    both = _sides(corpus)
    frame, stream = _frame(both), corpus.term_of_type[corpus.tokens.codes]
    owners = units_of(corpus.tokens.documents, np.arange(len(stream)))
    index = {term: i for i, term in enumerate(corpus.counts.terms)}
    terms, places = [], []
    for side, texts in (("left", both.pair.left), ("right", both.pair.right)):
        own = np.isin(owners, texts)
        for term in frame.loc[frame["side"] == side, "term"].head(per_side):
            terms.append(term)
            places.append(first_in_prose(corpus, np.flatnonzero(own & (stream == index[term]))))
    found = locate(corpus, np.array(places, dtype=np.int64))
    table = {"term": terms, "text": found["label"], "raw_line": found["raw_line"]}
    return pd.DataFrame(table | {"sentence": found["text"]})


@lru_cache(maxsize=4)
def _sides(corpus: Corpus) -> _Sides:
    """Count the words of the two sides; refuse sides that cannot be compared."""
    pair = chosen_pair(corpus)
    content = content_counts(corpus.counts, corpus.parameters)
    owners = content.unit_documents
    sides = (pair.left, pair.right)
    units = [np.concatenate([np.flatnonzero(owners == i) for i in side]) for side in sides]
    counts = np.stack([np.asarray(content.matrix[own].sum(axis=0)).ravel() for own in units])
    for total, name in zip(counts.sum(axis=1), pair.named, strict=True):
        if not total:
            raise NothingToShow(
                f"No word of {name} is left: stop_words and leave_out leave out all. "
                "Leave out fewer, or choose other texts in left and right."
            )
    if not shift_contributions(*counts).any():
        raise NothingToShow(
            f"{' and '.join(pair.named)} use every word at the same rate: no difference to show."
        )
    keep = np.flatnonzero(counts.sum(axis=0))
    there = [np.asarray((content.matrix[own] > 0).sum(axis=0)).ravel() for own in units]
    # Whichever side is called left, the same draws are made: by the id of the first text.
    first, second = sorted((0, 1), key=lambda i: content.document_ids[sides[i][0]])
    return _Sides(
        pair,
        tuple(content.terms[i] for i in keep),
        counts[:, keep],
        np.stack(there)[:, keep],
        (len(units[0]), len(units[1])),
        sparse.csr_matrix(content.matrix[np.concatenate([units[first], units[second]])][:, keep]),
        len(units[first]),
    )


def _frame(both: _Sides) -> pd.DataFrame:
    """List the words, those that add most first; equal ones in alphabetical order."""
    contributions = shift_contributions(*both.counts)
    order = np.argsort(-np.round(contributions, _NOISE_DIGITS), kind="stable")
    totals = both.counts.sum(axis=1)
    left, right = both.counts[:, order]
    more = np.sign(left * totals[1] - right * totals[0])
    ranked = contributions[order]
    return pd.DataFrame(
        {
            "rank": np.arange(len(order)) + 1,
            "term": [both.terms[i] for i in order],
            "side": np.array(["same", "left", "right"], dtype=object)[more],
            "left_count": left,
            "right_count": right,
            "left_per_1000_content_words": 1000 * left / totals[0],
            "right_per_1000_content_words": 1000 * right / totals[1],
            "contribution": ranked,
            "cumulative_share": np.cumsum(ranked) / ranked.sum(),
            "left_paragraphs": both.paragraphs[0, order],
            "right_paragraphs": both.paragraphs[1, order],
        }
    )


def _side_table(corpus: Corpus, both: _Sides, frame: pd.DataFrame) -> pd.DataFrame:
    """List the two sides: what they are, how long, and what their words add."""
    pair, owners = both.pair, corpus.counts.unit_documents
    sides = (pair.left, pair.right)
    added = frame.groupby("side")["contribution"].sum().reindex(["left", "right"], fill_value=0.0)
    return pd.DataFrame(
        {
            "side": ["left", "right"],
            "label": [pair.left_label, pair.right_label],
            "documents": [", ".join(corpus.sources[i].document.id for i in own) for own in sides],
            "words": [int(corpus.counts.sizes[np.isin(owners, own)].sum()) for own in sides],
            "content_words": both.counts.sum(axis=1),
            "paragraphs": both.blocks,
            "contribution": added.to_numpy(),
            "share": (added / added.sum()).to_numpy(),
        }
    )


def _chance_table(corpus: Corpus, both: _Sides) -> pd.DataFrame:
    """Return the divergence and, if there are paragraphs enough, its median and limit by chance.

    `more` says whether the divergence is above the limit: yes, no or, with fewer than
    :data:`~rhetorica.resampling.MIN_UNITS` paragraphs on a side, unknown.
    """
    chosen = corpus.parameters
    divergence = float(shift_contributions(*both.counts).sum())
    median, limit, more = np.nan, np.nan, "unknown"
    if min(both.blocks) >= MIN_UNITS:
        drawn = _divergences_by_chance(corpus, both)
        median, limit = np.nanquantile(drawn, [0.5, chosen.confidence])
        more = "yes" if divergence > limit * (1 + 1e-9) else "no"
    return pd.DataFrame(
        [{"divergence": divergence, "median": median, "limit": limit, "more": more}]
    )


def _divergences_by_chance(corpus: Corpus, both: _Sides) -> Floats:
    """Return the divergences when the paragraphs of both sides are dealt out anew.

    In random order they go to one side until it has about as many words as before, the rest to
    the other: the fewer words, the more chance gives. In simulations of two sides of one source,
    0 to 10% then passed the limit of 95%, and up to 24% where one had but five paragraphs, much
    longer ones than the other. Had each side kept its number of paragraphs instead, nearly all or
    none would have where those of one side are shorter.
    """
    random = generator(corpus.parameters.seed, "word_shift")
    draws = min(corpus.parameters.n_draws, MAX_DRAWS)
    step = max(_CELLS // max(both.units.shape), 1)
    chunks = [min(step, draws - done) for done in range(0, draws, step)]
    return np.concatenate([_deal(both, chunk, random) for chunk in chunks])


def _deal(both: _Sides, draws: int, random: np.random.Generator) -> Floats:
    sizes, totals = np.asarray(both.units.sum(axis=1)).ravel(), both.counts.sum(axis=0)
    orders = draw_orders(len(sizes), len(sizes), draws, random)
    words = np.cumsum(sizes[orders], axis=1)[:, :-1]
    last = np.abs(words - sizes[: both.first].sum()).argmin(axis=1)
    members = np.zeros((len(sizes), draws))
    np.put_along_axis(members, orders.T, np.arange(len(sizes))[:, None] <= last, axis=0)
    one = np.asarray(both.units.T @ members).T
    return np.asarray(shift_contributions(one, totals - one).sum(axis=1))


def _title(both: _Sides, chance: pd.DataFrame) -> str:
    found = chance.iloc[0]
    sides = " and ".join(both.pair.named)
    by = f"{found['divergence']:.2f} of 1"
    if not (both.counts > 0).all(axis=0).any():
        said = f"{sides} have no content word in common"
        return f"{said}; too few paragraphs for chance" if found["more"] == "unknown" else said
    if found["more"] == "unknown":
        return (
            f"{sides} differ by {by} in their words; too few paragraphs to tell what chance gives"
        )
    limit = f"{by}, where chance gives up to {found['limit']:.2f}"
    if found["more"] == "yes":
        return f"{sides} differ in their words by more than chance gives: {limit}"
    return f"{sides} differ in their words no more than chance gives: {limit}"


def _scope(both: _Sides, draws: int, confidence: float) -> str:
    return (
        f"Chance: the {plural(sum(both.blocks), 'paragraph')}, titles and headings among them, "
        f"dealt out anew {draws:,} times, each side keeping its length; {100 * confidence:g}% of "
        "these stay below the limit, which is too low where one side has few paragraphs and much "
        "longer ones. It says nothing of why the texts differ."
    )


def _alt(both: _Sides, frame: pd.DataFrame, sides: pd.DataFrame) -> str:
    parts = []
    for name, (side, share) in zip(
        both.pair.named, sides[["side", "share"]].to_numpy(), strict=True
    ):
        terms = frame.loc[frame["side"] == side, "term"].head(_LISTED)
        parts.append(f"more in {name} ({share:.0%} of the difference): {', '.join(terms)}")
    return (
        f"Bars to the left and right of a line, a bar for each word. Longest: {'; '.join(parts)}."
    )


def _notes(corpus: Corpus, both: _Sides, frame: pd.DataFrame, chance: float) -> tuple[str, ...]:
    """Say what was left out, what chance gives half of the time, and what single words add."""
    chosen = corpus.parameters
    absent = left_out(corpus.counts, chosen)
    parts = ["English function words"] if chosen.stop_words == "english" else []
    notes = [f"Not compared: {', '.join([*parts, *chosen.leave_out])}."] if absent else []
    notes += absent[1:]
    if np.isnan(chance):
        notes.append(
            f"What chance gives cannot be told with fewer than {MIN_UNITS} paragraphs on a side "
            f"(here {both.blocks[0]} and {both.blocks[1]})."
        )
    else:
        notes.append(
            "Texts of a limited length always differ: by chance alone, half of the time by more "
            f"than {chance:.3f} bits."
        )
    once = frame.loc[frame["left_count"] + frame["right_count"] == 1, "contribution"].sum()
    share = f"{once / frame['contribution'].sum():.0%}"
    return (*notes, f"Words that stand once in both together make up {share} of the difference.")
