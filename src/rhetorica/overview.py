"""The corpus at a glance: how long each text is, in what parts, and what is known of it."""

import numpy as np
import pandas as pd

from rhetorica.corpus import Corpus
from rhetorica.errors import plural
from rhetorica.findings import Finding
from rhetorica.sources import Source
from rhetorica.tokens import units_of

_NAMED = 12  # up to so many texts are named in titles and alt texts


def corpus_overview(corpus: Corpus) -> Finding:
    """Return the length of every block of every text, in reading order.

    One row a block: document, label, date, kind of text, the block's place, what it is (title,
    paragraph ...) and its words and sentences.
    """
    frame = _blocks(corpus)
    words = frame.groupby("label", sort=False)["words"].sum()
    listed = "; ".join(
        f"{label} {plural(int(n), 'word')}" for label, n in words.head(_NAMED).items()
    )
    return Finding(
        name="corpus_overview",
        title=_title(words),
        frame=frame,
        unit="words of each text, one segment a block (title, byline, date, heading, paragraph); "
        "the sentences counted are those of the paragraphs",
        reading="Each bar is a text, each segment a paragraph, title or heading at its length. "
        "Comparisons with a short text rest on few words.",
        formula="words = all word tokens, hyphenated compounds and numbers counted once",
        alt=f"Horizontal bars of text length, divided into paragraphs. {listed}.",
        notes=_date_notes(corpus),
        parameters={"texts": list(corpus.parameters.texts)},
    )


def _title(words: "pd.Series[int]") -> str:
    longest, shortest = str(words.idxmax()), str(words.idxmin())
    total = int(words.sum())
    if len(words) > _NAMED:
        return f"{len(words)} texts of {words.min():,} to {words.max():,} words, {total:,} in all"
    if words.min() == words.max() and len(words) > 1:
        return f"{len(words)} texts of {plural(int(words.max()), 'word')} each"
    if len(words) > 1:
        return (
            f"“{longest}” holds {words[longest] / total:.0%} of the {total:,} words, "
            f"“{shortest}” {words[shortest] / total:.0%}"
        )
    return f"One text, {plural(total, 'word')}"


def _blocks(corpus: Corpus) -> pd.DataFrame:
    """List every block of every text with its length, in reading order."""
    tokens = corpus.tokens
    owners = tokens.paragraph_documents
    documents = [source.document for source in corpus.sources]
    sentences = np.bincount(
        units_of(tokens.paragraphs, tokens.sentences[:-1]), minlength=len(owners)
    )
    first = np.searchsorted(owners, np.arange(len(documents)))
    return pd.DataFrame(
        {
            "document": [documents[i].id for i in owners],
            "label": [documents[i].label for i in owners],
            "date": [documents[i].date for i in owners],
            "date_basis": [documents[i].date_basis for i in owners],
            "text_kind": [documents[i].kind for i in owners],
            "block": np.arange(len(owners)) - first[owners] + 1,
            "block_kind": tokens.paragraph_kinds,
            "words": corpus.counts.sizes,
            "sentences": sentences,
        }
    )


def _date_notes(corpus: Corpus) -> tuple[str, ...]:
    inferred = [s.document.label for s in corpus.sources if s.document.date_basis == "inferred"]
    if not inferred:
        return ()
    return (f"Dates marked with an asterisk are inferred, not stated: {', '.join(inferred)}.",)


def describe_texts(corpus: Corpus) -> pd.DataFrame:
    """Return one row a text: what the study says of it and what was counted in it."""
    rows = []
    blocks = corpus_overview(corpus).frame
    for source, edition in zip(corpus.sources, corpus.editions, strict=True):
        document = source.document
        own = blocks[blocks["document"] == document.id]
        rows.append(
            {
                "text": document.label,
                "title": document.title,
                "author": document.author,
                "date": f"{document.date} ({document.date_basis})"
                if document.date
                else "not known",
                "kind": document.kind,
                "words": int(own["words"].sum()),
                "paragraphs": int((own["block_kind"] == "paragraph").sum()),
                "sentences": int(own.loc[own["block_kind"] == "paragraph", "sentences"].sum()),
                "edits": len(edition.edits),
                "encoding": _encoding(source),
            }
        )
    return pd.DataFrame(rows)


def _encoding(source: Source) -> str:
    """Name the encoding, and how it was known unless the bytes themselves settle it."""
    known = {
        "declared": " (as study.toml says)",
        "mark": " (by its mark)",
        "detected": " (detected)",
    }
    return source.encoding + known.get(source.encoding_basis, "")


def describe_edits(corpus: Corpus) -> pd.DataFrame:
    """Return how many characters of which text each cleaning rule changed, one row a rule."""
    rows = [
        {"rule": rule, "text": label, "edits": 1}
        for label, edition in zip(corpus.labels, corpus.editions, strict=True)
        for edit in edition.edits
        for rule in edit.rules
    ]
    if not rows:
        return pd.DataFrame({"rule": [], "edits": []})
    table = pd.DataFrame(rows).pivot_table(
        index="rule", columns="text", values="edits", aggfunc="sum", fill_value=0, sort=False
    )
    order = [label for label in corpus.labels if label in table.columns]
    return table[order].sort_index().reset_index().rename_axis(columns=None)
