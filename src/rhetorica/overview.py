"""The corpus at a glance: how long each text is, in what parts, and what is known of it."""

import numpy as np
import pandas as pd

from rhetorica.corpus import Corpus
from rhetorica.edition import raw_lines, to_raw
from rhetorica.errors import NothingToShow, plural
from rhetorica.findings import Finding
from rhetorica.sources import Source
from rhetorica.structure import PARTS, QUOTED_PARTS
from rhetorica.tokens import split_words, units_of

_NAMED = 12  # up to so many texts are named in titles and alt texts
_SHOWN = 160  # characters of a quotation in a table


def corpus_overview(corpus: Corpus) -> Finding:
    """Return the length of every stretch of every text, in reading order.

    One row a stretch, which is a block or, where a paragraph quotes somebody, a part of it:
    document, label, date, kind of text, the block's place and what it is (title, paragraph
    ...), what the stretch is, its words and the sentences that begin in it.
    """
    frame = _stretches(corpus)
    words = frame.groupby("label", sort=False)["words"].sum()
    listed = "; ".join(
        f"{label} {plural(int(n), 'word')}" for label, n in words.head(_NAMED).items()
    )
    rest = len(words) - _NAMED
    more = f"; and {plural(rest, 'more text')}" if rest > 0 else ""
    return Finding(
        name="corpus_overview",
        title=_title(words),
        frame=frame,
        unit="words of each text, one segment a block (title, byline, date, heading, epigraph, "
        "source, paragraph) or a quotation in it; the sentences counted are those of the "
        "paragraphs",
        reading="Each bar is a text, each segment a paragraph, quotation, title or heading at its "
        "length. Comparisons with a short text rest on few words.",
        formula="words = all word tokens, hyphenated compounds and numbers counted once; "
        "quotation = whole sentences between quotation marks",
        alt=f"Horizontal bars of text length, divided into paragraphs. {listed}{more}.",
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


def _stretches(corpus: Corpus) -> pd.DataFrame:
    """List every stretch of one part within a block, with its length, in reading order."""
    tokens = corpus.tokens
    block_of = units_of(tokens.paragraphs, np.arange(len(tokens)))
    changes = (np.diff(block_of, prepend=-1) != 0) | (np.diff(tokens.parts, prepend=-1) != 0)
    starts = np.flatnonzero(changes)
    blocks = block_of[starts]
    owners = tokens.paragraph_documents[blocks]
    documents = [source.document for source in corpus.sources]
    in_stretch = np.searchsorted(starts, tokens.sentences[:-1], side="right") - 1
    first = np.searchsorted(tokens.paragraph_documents, np.arange(len(documents)))
    return pd.DataFrame(
        {
            "document": [documents[i].id for i in owners],
            "label": [documents[i].label for i in owners],
            "date": [documents[i].date for i in owners],
            "date_basis": [documents[i].date_basis for i in owners],
            "text_kind": [documents[i].kind for i in owners],
            "block": blocks - first[owners] + 1,
            "block_kind": [tokens.paragraph_kinds[i] for i in blocks],
            "part": [PARTS[i] for i in tokens.parts[starts]],
            "words": np.diff(np.append(starts, len(tokens))),
            "sentences": np.bincount(in_stretch, minlength=len(starts)),
        }
    )


def _date_notes(corpus: Corpus) -> tuple[str, ...]:
    inferred = [s.document.label for s in corpus.sources if s.document.date_basis == "inferred"]
    if not inferred:
        return ()
    return (f"Dates marked with an asterisk are inferred, not stated: {', '.join(inferred)}.",)


def describe_texts(corpus: Corpus) -> pd.DataFrame:
    """Return one row a text: what the study says of it and what was counted in it.

    Paragraphs are blocks of running prose, with the quotations in them, and sentences theirs;
    quoted are the words of quotations and epigraphs.
    """
    rows = []
    stretches = corpus_overview(corpus).frame
    for source, edition in zip(corpus.sources, corpus.editions, strict=True):
        document = source.document
        own = stretches[stretches["document"] == document.id]
        prose = own[own["block_kind"] == "paragraph"]
        date = f"{document.date} ({document.date_basis})" if document.date else "not known"
        rows.append(
            {
                "text": document.label,
                "title": document.title,
                "author": document.author,
                "date": date,
                "kind": document.kind,
                "words": int(own["words"].sum()),
                "quoted": int(own.loc[own["part"].isin(QUOTED_PARTS), "words"].sum()),
                "paragraphs": int(prose["block"].nunique()),
                "sentences": int(prose["sentences"].sum()),
                "edits": len(edition.edits),
                "encoding": _encoding(source),
            }
        )
    return pd.DataFrame(rows)


def _encoding(source: Source) -> str:
    """Name the encoding, and how it was known unless the bytes themselves settle it."""
    known = {
        "declared": " (as study.toml says)",
        "stated": " (as the file says)",
        "mark": " (by its mark)",
        "detected": " (detected)",
    }
    return source.encoding + known.get(source.encoding_basis, "")


def list_quotations(corpus: Corpus) -> pd.DataFrame:
    """Return every quotation: its text, raw line, who speaks, its words, and how it begins.

    Raises :class:`NothingToShow` where the texts quote nobody.
    """
    rows = []
    for label, edition in zip(corpus.labels, corpus.editions, strict=True):
        starts = np.array([quoted.start for quoted in edition.quotations], dtype=np.int64)
        lines = raw_lines(edition, to_raw(edition, starts, starts + 1)[0])
        for quoted, line in zip(edition.quotations, lines, strict=True):
            said = " ".join(edition.text[quoted.start : quoted.end].split())
            rows.append(
                {
                    "text": label,
                    "raw line": int(line),
                    "speaker": quoted.speaker or "not stated",
                    "words": len(split_words(said)),
                    "quotation": said if len(said) <= _SHOWN else said[:_SHOWN].rstrip() + "…",
                }
            )
    if not rows:
        raise NothingToShow("No whole sentence stands between quotation marks in these texts.")
    return pd.DataFrame(rows)
