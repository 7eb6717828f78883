"""The levels of the edition compared: what rules and errata changed, and in which counts."""

from collections import Counter

import numpy as np
import pandas as pd

from rhetorica.apparatus import Entry, list_changes
from rhetorica.corpus import Corpus, read_corpus
from rhetorica.counts import sum_documents
from rhetorica.edition import raw_lines
from rhetorica.errata import place_errata
from rhetorica.errors import NothingToShow
from rhetorica.parameters import Level
from rhetorica.rules import RULES

_LEVELS: tuple[Level, ...] = ("raw", "normalised", "edited")


def list_apparatus(corpus: Corpus) -> pd.DataFrame:
    """Return the whole apparatus of the corpus, one row a change, as apparatus.csv has it."""
    return pd.DataFrame(_entries(corpus), columns=Entry._fields)


def _entries(corpus: Corpus) -> list[Entry]:
    return [entry for edition in corpus.editions for entry in list_changes(edition, corpus.errata)]


def describe_rules(corpus: Corpus) -> pd.DataFrame:
    """Return one row a cleaning rule that changed something: its reason, how often, an example.

    A change in which several rules had a part counts for each. Raises :class:`NothingToShow`
    where nothing was changed.
    """
    rows = []
    entries = _entries(corpus)
    for rule in RULES:
        own = [entry for entry in entries if rule.name in entry.rule.split(" + ")]
        if own:
            rows.append(
                {
                    "rule": rule.name,
                    "why": rule.reason,
                    "changes": len(own),
                    "texts": len({entry.document for entry in own}),
                    "example": f"{own[0].raw_reading or '(nothing)'} → "
                    f"{own[0].edited_reading or '(nothing)'} in: {own[0].context}",
                }
            )
    if not rows:
        raise NothingToShow("The cleaning rules changed nothing in these texts.")
    return pd.DataFrame(rows)


def list_corrections(corpus: Corpus) -> pd.DataFrame:
    """Return the errata that were applied, in the order of the texts, one row each.

    Raises :class:`NothingToShow` where none was.
    """
    labels = {source.document.id: source.document.label for source in corpus.sources}
    rows = [
        {
            "text": labels[entry.document],
            "raw line": entry.raw_line,
            "source": entry.raw_reading,
            "edition": entry.edited_reading,
            "kind": entry.kind,
            "certainty": entry.certainty,
            "reason": entry.reason,
        }
        for entry in _entries(corpus)
        if entry.kind
    ]
    if not rows:
        raise NothingToShow("No erratum was applied to these texts at this level of the edition.")
    return pd.DataFrame(rows)


def list_doubts(corpus: Corpus) -> pd.DataFrame:
    """Return the errata that are listed and not applied: the places left as they stand.

    Raises :class:`NothingToShow` where there is none.
    """
    rows = []
    for source, edition, label in zip(corpus.sources, corpus.editions, corpus.labels, strict=True):
        placed = place_errata(source.document.id, source.text, corpus.errata)
        lines = raw_lines(edition, np.array([start for start, _, _ in placed], dtype=np.int64))
        rows += [
            {
                "text": label,
                "raw line": int(line),
                "source": erratum.context,
                "perhaps": erratum.correction or "(not known)",
                "kind": erratum.kind,
                "reason": erratum.reason,
            }
            for (_, _, erratum), line in zip(placed, lines, strict=True)
            if not erratum.apply
        ]
    if not rows:
        raise NothingToShow("No place of these texts is listed as doubtful.")
    return pd.DataFrame(rows)


def affected_words(corpus: Corpus) -> pd.DataFrame:
    """Return the words whose counts the edition changes, the most affected first.

    Columns: word, its count in the raw texts, after the cleaning rules, and after the errata,
    the change from first to last, and the texts in which it changes. Words of all parts are
    counted, capitals as the parameter says. Raises :class:`NothingToShow` where no count changes.
    """
    counts = {level: _by_text(corpus, level) for level in _LEVELS}
    places: dict[str, list[str]] = {}
    for source in corpus.sources:
        raw, *others = (counts[level][source.document.id] for level in _LEVELS)
        differing = {word for other in others for word, _ in raw.items() ^ other.items()}
        for word in differing:
            places.setdefault(word, []).append(source.document.label)
    if not places:
        raise NothingToShow("Neither rules nor errata change the count of any word.")
    frame = pd.DataFrame({"word": sorted(places)})
    for level in _LEVELS:
        frame[level] = [sum(t[word] for t in counts[level].values()) for word in frame["word"]]
    frame["change"] = frame["edited"] - frame["raw"]
    frame["texts"] = [", ".join(places[word]) for word in frame["word"]]
    order = frame["change"].abs().sort_values(ascending=False, kind="stable").index
    return frame.loc[order].reset_index(drop=True)


def _by_text(corpus: Corpus, level: Level) -> dict[str, Counter[str]]:
    """Count the words of each text at a level."""
    parameters = corpus.parameters.model_copy(update={"level": level, "parts": ()})
    counts = sum_documents(read_corpus(corpus.study, parameters).counts)
    matrix = counts.matrix.tocoo()
    tables: dict[str, Counter[str]] = {name: Counter() for name in counts.document_ids}
    for row, column, count in zip(matrix.row, matrix.col, matrix.data, strict=True):
        tables[counts.document_ids[row]][counts.terms[column]] = int(count)
    return tables
