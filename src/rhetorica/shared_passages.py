"""Shared passages: what two texts have word for word, nearly so, or tell each in its own words."""

from collections.abc import Hashable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rhetorica.corpus import Corpus
from rhetorica.errors import NothingToShow, plural
from rhetorica.findings import Finding, require_texts
from rhetorica.pair_passages import CONTEXT, KINDS, passage_table, searched_pairs
from rhetorica.similarity import explained_pairs
from rhetorica.tokens import units_of

_QUOTED = 8  # passages that the figure quotes, and numbers
_WHOLE, _ENDS = 45, 12  # words of a passage in a table; of a longer one, those kept at its end
_DIGITS = 9  # of a score; the rest is rounding
_STATED = ("left", "right", "lemmas", "stop_words", "leave_out", "seed")
_NAMES = {
    "verbatim": ("word for word", "word for word"),
    "near": ("nearly word for word", "nearly word for word"),
    "retold": ("sentence retold", "sentences retold"),
    "title": ("title or name", "titles or names"),
    "formula": ("formula", "formulas"),
}
_KIND_WORDS = (
    "Word for word: eight or more words, all the same. Nearly: eight or more in one of the texts, "
    "with words put in, left out or changed. Retold: a sentence with one or two that have more "
    "rare words in common than chance gives, in whatever order. Title or name: its words have "
    "capitals, or it is a title or heading. Formula: fewer than eight words, however often."
)
_REACH = (
    "Found is what has words in common. What one text says in other words altogether (truthfulness "
    "for veracity), what it says in one clause of a long sentence, and what it tells in one "
    "sentence where the other has four are mostly missed."
)

_CHANCE = (
    "What words at random would give is kept out: of pairs of texts with the words of one "
    "shuffled, about one in ten at most has any passage. Set phrases are not chance: a sentence "
    "made of them may pass for retold, and a formula of few bits is common wording."
)


def shared_passages(corpus: Corpus) -> Finding:
    """Return the passages that texts share, and which pair of texts to draw.

    Columns: shown (yes for the pair that is drawn), quoted (the number of a quotation in the
    figure, else 0), then those of :func:`~rhetorica.pair_passages.passage_table`; of the pair that
    is drawn, the text that `left` names is a. Drawn is the pair that `left` and `right` name;
    with `left` alone the text that shares most words with it; with neither the two texts that share
    most words. Tables: ``shared_passages_blocks``, the paragraphs and headings of the two texts
    drawn, and ``shared_passages_pairs``, the number of passages of each pair. Raises
    :class:`NothingToShow` for a single text and where nothing is shared.
    """
    require_texts(len(corpus.sources), "a search for shared passages")
    frame = passage_table(corpus)
    counts = _pair_table(corpus)
    pair = _drawn_pair(corpus, counts)
    shown = (frame["document_a"] == pair[0]) & (frame["document_b"] == pair[1])
    frame = frame.copy()
    frame.insert(0, "shown", np.where(shown, "yes", "no"))
    if corpus.parameters.left == pair[1]:
        counts = _turned(
            counts, (counts["document_a"] == pair[0]) & (counts["document_b"] == pair[1])
        )
        pair, frame = pair[::-1], _turned(frame, frame["shown"] == "yes")
    frame.insert(1, "quoted", number_quotations(frame))
    title = _title(frame[frame["shown"] == "yes"])
    chosen = corpus.parameters
    stated = {name: getattr(chosen, name) for name in _STATED}
    return Finding(
        name="shared_passages",
        title=title,
        frame=frame,
        unit="bits, of passages how unlikely their words are to meet by chance, of retellings how "
        "much likelier than by chance; the two are not on one scale",
        reading="Each column is a text from its beginning to its end, to scale; a ribbon joins two "
        f"places that answer to each other. {_KIND_WORDS}",
        formula=_FORMULA,
        alt=f"Ribbons between the places of two texts that share a passage. {title}.",
        notes=_notes(corpus, frame),
        parameters={**stated, "leave_out": list(chosen.leave_out)},
        tables={
            "shared_passages_blocks": _block_table(corpus, pair),
            "shared_passages_pairs": counts,
        },
    )


_FORMULA = (
    "passages: local alignment of words (Smith & Waterman 1981) grown from two words that both "
    "texts have near each other; a word that both have counts log2(1 / √(p p′)), p and p′ its "
    "shares of the two texts, less 0.4, or 2.5 where it is another form; one that is put in, left "
    "out or changed costs 4. A passage lies within a paragraph, has three such words, two of them "
    "no function words (a name may then lose some at its ends), and log2(m n / 1.6) bits, m and n "
    "the words of the texts: by the theory of Karlin & Altschul (1990), with a constant fitted to "
    "shuffled texts. Retellings: a word that both sentences have counts max(0, log2((2/3) / e)), e "
    "how often a sentence has it, and each different word of the two costs 0.37, a second sentence "
    "4; function words and those left out do not count; four words must be shared, and more bits "
    "than 5% of shuffled texts reach"
)


def most_telling(shown: pd.DataFrame) -> list[int]:
    """Return the rows of passages to quote: the best of each kind first, then by score.

    `shown` is indexed from 0. Titles and formulas beyond the best are taken last.
    """
    ranked = shown.assign(
        order=shown["kind"].map(KINDS.index),
        near=-shown["score"].round(_DIGITS),
        plain=shown["kind"].isin(["title", "formula"]),
    ).sort_values(["near", "order", "word_a", "word_b"], kind="stable")
    best = ranked.drop_duplicates("kind").sort_values("order", kind="stable").index
    others = ranked.drop(best).sort_values("plain", kind="stable").index
    return [int(row) for row in [*best, *others][:_QUOTED]]


def number_quotations(frame: pd.DataFrame) -> NDArray[np.int64]:
    """Number the passages that are quoted, in the order in which they stand in the left text."""
    rows = np.flatnonzero(frame["shown"] == "yes")
    quoted = most_telling(frame.iloc[rows].reset_index(drop=True))
    words = frame["word_a"].to_numpy()[rows]
    numbers = np.zeros(len(frame), dtype=np.int64)
    numbers[rows[sorted(quoted, key=lambda row: (words[row], row))]] = np.arange(len(quoted)) + 1
    return numbers


def _turned(frame: pd.DataFrame, shown: pd.Series) -> pd.DataFrame:
    """Let the two sides of the rows of the pair that is drawn change places."""
    sides = [str(name)[:-2] for name in frame if str(name).endswith("_a")]
    turned = frame.copy()
    for name in sides:
        for one, other in ((f"{name}_a", f"{name}_b"), (f"{name}_b", f"{name}_a")):
            turned.loc[shown, one] = frame.loc[shown, other]
    return turned


def read_passages(corpus: Corpus) -> pd.DataFrame:
    """Return the passages of the pair that is drawn, to be read: both sides in their contexts.

    Columns: number (of the quotation in the figure), kind, score, times, one column for each of the
    two texts, the passage between ‹ and ›, with the line of the raw file before it. A long passage
    is shown without its middle. Those of most weight first within each kind.
    """
    frame = shared_passages(corpus).frame
    return _to_read(frame[frame["shown"] == "yes"])


def read_longest(corpus: Corpus) -> pd.DataFrame:
    """Return, of every pair of texts, the passage with most words in common, to be read.

    Columns: pair, kind, score, text, other_text (the passages between ‹ and › in their contexts).
    """
    frame = shared_passages(corpus).frame
    best = _fullest(frame).sort_values("score", ascending=False, kind="stable")
    return pd.DataFrame(
        {
            "pair": best["label_a"] + " – " + best["label_b"],
            "kind": [_NAMES[kind][0] for kind in best["kind"]],
            "score": best["score"].round(0).astype(int),
            "text": [_in_context(row, "a") for row in best.to_dict("records")],
            "other_text": [_in_context(row, "b") for row in best.to_dict("records")],
        }
    )


def explain_pairs(corpus: Corpus) -> pd.DataFrame:
    """Return the pairs, most alike first, each with the terms and the passages behind it.

    Columns: text, other_text, likeness, interval, shared_terms (with the part of the likeness each
    adds), passages (how many of each kind), an_example (that with most words in common).
    """
    table = explained_pairs(corpus)
    counts = _pair_table(corpus).set_index(["document_a", "document_b"])
    fullest = _fullest(passage_table(corpus)).set_index(["document_a", "document_b"])
    example = fullest["text_a"].map(_shortened)
    keys = list(zip(table["document_a"], table["document_b"], strict=True))
    return table.assign(
        passages=[
            _numbers(counts.loc[[key]].iloc[0]) if key in counts.index else "" for key in keys
        ],
        an_example=[example.get(key, "") for key in keys],
    ).drop(columns=["document_a", "document_b"])


def _fullest(frame: pd.DataFrame) -> pd.DataFrame:
    """Return, of each pair of texts, the passage with most words in common that is no title."""
    frame = frame[frame["kind"] != "title"]
    frame = frame.assign(shared=frame["same"] + frame["alike"])
    ordered = frame.sort_values(["shared", "score"], ascending=False, kind="stable")
    return ordered.drop_duplicates(["document_a", "document_b"])


def _in_context(row: Mapping[Hashable, object], side: str) -> str:
    parts = (row[f"{name}_{side}"] for name in ("before", "text", "after"))
    before, text, after = (str(part) for part in parts)
    cut = "… " if int(str(row[f"word_{side}"])) > CONTEXT + 1 else ""
    return f"{row[f'raw_line_{side}']}: {cut}{before}‹{_shortened(text)}›{after} …"


def _shortened(text: str) -> str:
    """Leave out the middle of a long passage."""
    words = text.split(" ")
    if len(words) <= _WHOLE:
        return text
    return " ".join([*words[: _WHOLE - _ENDS], "[…]", *words[-_ENDS:]])


def _to_read(frame: pd.DataFrame) -> pd.DataFrame:
    rows = frame.to_dict("records")
    labels = [str(frame[f"label_{side}"].iloc[0]) for side in "ab"]
    return pd.DataFrame(
        {
            "number": [str(number or "") for number in frame["quoted"]],
            "kind": [_NAMES[kind][0] for kind in frame["kind"]],
            "score": frame["score"].round(0).astype(int).to_numpy(),
            "times": frame["times"].to_numpy(),
            labels[0]: [_in_context(row, "a") for row in rows],
            labels[1]: [_in_context(row, "b") for row in rows],
        }
    )


def _pair_table(corpus: Corpus) -> pd.DataFrame:
    """Count the passages of each pair by kind, and the words of either text that lie in them."""
    frame = passage_table(corpus)
    rows = []
    for pair in searched_pairs(corpus):
        names: dict[str, object] = {
            name: values[text]
            for side, text in zip("ab", pair, strict=True)
            for name, values in (
                (f"document_{side}", corpus.tokens.document_ids),
                (f"label_{side}", corpus.labels),
            )
        }
        own = frame[
            (frame["document_a"] == names["document_a"])
            & (frame["document_b"] == names["document_b"])
        ]
        numbers: dict[str, object] = {kind: int((own["kind"] == kind).sum()) for kind in KINDS}
        shared: dict[str, object] = {f"shared_words_{side}": _covered(own, side) for side in "ab"}
        rows.append(names | numbers | shared)
    return pd.DataFrame(rows)


def _covered(own: pd.DataFrame, side: str) -> int:
    """Return how many words of a text lie in passages, each counted once."""
    places = [
        np.arange(first, last + 1)
        for first, last in zip(own[f"word_{side}"], own[f"last_word_{side}"], strict=True)
    ]
    return len(np.unique(np.concatenate(places))) if places else 0


def _drawn_pair(corpus: Corpus, counts: pd.DataFrame) -> tuple[str, str]:
    chosen = corpus.parameters
    found = counts[counts[list(KINDS)].sum(axis=1) > 0]
    for name in (chosen.left, chosen.right):
        if name:
            found = found[(found["document_a"] == name) | (found["document_b"] == name)]
    if not len(found):
        named = " and ".join(f"'{name}'" for name in (chosen.left, chosen.right) if name)
        who = f"{named}{'' if chosen.right else ' and the others'}" if named else "These texts"
        raise NothingToShow(
            f"{who} share no passage: no run of words that is longer or rarer than what chance "
            "gives, and no sentence with as many words in common."
        )
    words = found["shared_words_a"] + found["shared_words_b"]
    best = found.iloc[int(np.argmax(words))]
    return str(best["document_a"]), str(best["document_b"])


def _block_table(corpus: Corpus, pair: tuple[str, str]) -> pd.DataFrame:
    tokens, parts = corpus.tokens, []
    first_words, last_words = tokens.paragraphs[:-1], tokens.paragraphs[1:] - 1
    for side, name in zip("ab", pair, strict=True):
        text = tokens.document_ids.index(name)
        own = units_of(tokens.documents, first_words) == text
        origin = int(tokens.documents[text])
        kinds = [tokens.paragraph_kinds[i] for i in np.flatnonzero(own)]
        parts.append(
            pd.DataFrame(
                {
                    "side": side,
                    "label": corpus.labels[text],
                    "block": np.arange(int(own.sum())) + 1,
                    "part": kinds,
                    "first_word": first_words[own] - origin + 1,
                    "last_word": last_words[own] - origin + 1,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _numbers(counts: pd.Series) -> str:
    said = [
        f"{int(counts[kind])} {_NAMES[kind][int(counts[kind]) > 1]}"
        for kind in KINDS
        if int(counts[kind])
    ]
    return ", ".join(said) or "none"


def _title(drawn: pd.DataFrame) -> str:
    counts = pd.Series({kind: int((drawn["kind"] == kind).sum()) for kind in KINDS})
    names = [f"“{drawn[f'label_{side}'].iloc[0]}”" for side in "ab"]
    return f"{names[0]} and {names[1]} share {plural(len(drawn), 'passage')}: {_numbers(counts)}"


def _notes(corpus: Corpus, frame: pd.DataFrame) -> tuple[str, ...]:
    pairs = searched_pairs(corpus)
    texts = len(corpus.sources)
    notes = [_REACH, _CHANCE]
    if len(pairs) < texts * (texts - 1) // 2:
        notes.append(f"Looked for in {len(pairs)} pairs, those that are most alike.")
    return tuple(notes)
