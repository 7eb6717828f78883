"""The corpus of a study: read, edited, tokenised and counted once, and kept for the next run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rhetorica import cards
from rhetorica.counts import Counts, count_paragraphs, merge_terms
from rhetorica.edition import Edition
from rhetorica.errata import Erratum, place_errata, read_errata
from rhetorica.errors import ParameterError, listing, nearest, plural
from rhetorica.lexicon import Lexicon
from rhetorica.parameters import Parameters
from rhetorica.sources import Source, read_sources
from rhetorica.stop_words import is_left_out
from rhetorica.store import vectorize
from rhetorica.structure import PARTS
from rhetorica.study import Study, document_ids, study_with
from rhetorica.tokens import Tokens, select_tokens, units_of

# The parameters that decide which words a corpus holds, and which term each counts for.
_DECIDING = ("texts", "level", "parts", "lowercase", "lemmas", "stop_words", "leave_out")
_OF_LEVEL = {
    "raw": "the raw texts",
    "normalised": "the texts cleaned by rules",
    "edited": "the edited texts",
}


@dataclass(frozen=True, eq=False)
class Corpus:
    """A study with its texts read, edited, tokenised and counted, for one set of parameters.

    `counts` are plain counts of the paragraphs; their terms are the types of the tokens, as written
    or, by the parameters `lowercase` and `lemmas`, in lower case or as lemmas, and `term_of_type`
    is the index of each type's term. Sources, editions, tokens and counts hold the
    same documents in the same order: those that the parameter `texts` names, else all; tokens
    and counts hold the words of the parts that the parameter `parts` names, else all. `errata`
    are those of the study's file, applied or not. `basis` says in words what was counted.
    `lexicon` is an edited lexicon that stands in the place of the study's file; usually none.
    """

    study: Study
    parameters: Parameters
    sources: tuple[Source, ...]
    editions: tuple[Edition, ...]
    tokens: Tokens
    counts: Counts
    term_of_type: NDArray[np.int64]
    errata: tuple[Erratum, ...]
    basis: str
    lexicon: Lexicon | None = None

    def __repr__(self) -> str:
        sizes = f"{plural(len(self.sources), 'text')}, {plural(len(self.tokens), 'word')}"
        edited = ", lexicon edited" if self.lexicon else ""
        return f"<Corpus '{cards.brief(self.study.title)}': {sizes}{edited}>"

    def _repr_html_(self) -> str:
        columns = ("text", "id", "words", "paragraphs and titles", "types")
        numeric = (False, False, True, True, True)
        total = len(self.sources)
        # Of the parts that are left out, the terms stay in the counts, and stand nowhere.
        terms = int(np.count_nonzero(np.bincount(self.counts.matrix.indices)))
        chosen = cards.changed(self.parameters.model_dump(), self.study.parameters.model_dump())
        return cards.card(
            "Corpus",
            self.study.title,
            [
                plural(total, "text"),
                plural(len(self.tokens), "word"),
                plural(terms, "term"),
                "lexicon edited" if self.lexicon else "",
            ],
            cards.paragraph(self.basis),
            cards.long_table(columns, _rows(self), numeric, total),
            cards.paragraph(
                f"Parameters other than the study's: {chosen}" if chosen else "", quiet=True
            ),
        )

    @property
    def labels(self) -> tuple[str, ...]:
        """The short label of each document, for figures."""
        return tuple(source.document.label for source in self.sources)


def _rows(corpus: Corpus) -> Iterator[tuple[str, str, int, int, int]]:
    """Yield for each text its label, id, words, blocks and types."""
    tokens = corpus.tokens
    blocks = np.searchsorted(tokens.paragraphs, tokens.documents)
    for i, source in enumerate(corpus.sources):
        codes = tokens.codes[tokens.documents[i] : tokens.documents[i + 1]]
        types = int(np.count_nonzero(np.bincount(codes)))
        document = source.document
        yield document.label, document.id, len(codes), int(blocks[i + 1] - blocks[i]), types


def read_corpus(study: Study, parameters: Parameters | None = None) -> Corpus:
    """Read a study's texts and return its :class:`Corpus`.

    What the last reader of the same texts kept in `study.processed` is used; else the texts are
    edited, tokenised and counted here, and kept there if the folder can be written. Raises
    :class:`SourceError` for a text that is missing, changed or unreadable, :class:`ErrataError`
    for an erratum that does not stand once in its text, :class:`StudyError` for a name in
    `texts` that is not in the study, and :class:`ParameterError` where a text has no words in
    the chosen `parts`, where `left`, `right` or `funnel` names none of the texts chosen, or where
    the file that `lexicon` names is not there.
    """
    parameters = parameters or study.parameters
    study = study_with(study, parameters)
    chosen = document_ids(study, parameters.texts)
    _check_names(study, parameters, chosen)
    errata = read_errata(study.errata, document_ids(study))
    sources = read_sources(study)
    applied = errata if parameters.level == "edited" else ()
    # At every level, so that a mistake in the file does not wait for the first edited run.
    for source in sources:
        place_errata(source.document.id, source.text, errata)
    editions, tokens, counts = vectorize(study.processed, sources, parameters.level, applied)
    places = [i for i, source in enumerate(sources) if source.document.id in chosen]
    of_texts = np.isin(units_of(tokens.documents, np.arange(len(tokens))), places)
    keep = of_texts & _in_parts(tokens, parameters)
    if not keep.all():
        whole, tokens = tokens, select_tokens(tokens, keep)
        _require_words(tokens, chosen, parameters, whole.parts[of_texts])
        counts = count_paragraphs(tokens)
    names = _term_names(tokens.types, parameters)
    counts = merge_terms(counts, names)
    return Corpus(
        study=study,
        parameters=parameters,
        sources=tuple(sources[i] for i in places),
        editions=tuple(editions[i] for i in places),
        tokens=tokens,
        counts=counts,
        term_of_type=np.searchsorted(np.array(counts.terms, dtype=object), names),
        errata=errata,
        basis=_basis(parameters, len(tokens), int(of_texts.sum())),
    )


def with_parameters(corpus: Corpus, parameters: Parameters) -> Corpus:
    """Return the corpus of the same study with other parameters; raise as :func:`read_corpus`.

    The texts are read again only where a parameter decides what is counted. An edited lexicon
    stays, unless the parameters name another file.
    """
    study = study_with(corpus.study, parameters)
    lexicon = corpus.lexicon if study.lexicon == corpus.study.lexicon else None
    if any(getattr(parameters, n) != getattr(corpus.parameters, n) for n in _DECIDING):
        return replace(read_corpus(study, parameters), lexicon=lexicon)
    _check_names(study, parameters, document_ids(study, parameters.texts))
    return replace(corpus, study=study, parameters=parameters, lexicon=lexicon)


def _term_names(types: tuple[str, ...], parameters: Parameters) -> list[str]:
    """Name the term that each type counts for: itself, in lower case, or its lemma.

    Words that are left out stay as they are, or a list of names would not know them any more.
    """
    if parameters.lemmas == "english":
        from rhetorica.lemmas import lemmatize

        kept = is_left_out(types, parameters)
        # A lemma that the lists name (beings, being) would be left out though its word is not.
        kept |= is_left_out(tuple(lemmatize(types, kept)), parameters)
        return lemmatize(types, kept)
    return [word.lower() for word in types] if parameters.lowercase else list(types)


def _check_names(study: Study, parameters: Parameters, chosen: Sequence[str]) -> None:
    """Refuse what `left`, `right` and `funnel` cannot name, before anything is computed."""
    for name in ("left", "right", "funnel"):
        value = getattr(parameters, name)
        if value and value not in chosen:
            labelled = [t.id for t in study.documents if t.label == value and t.id in chosen]
            hint = nearest(value, chosen)
            if labelled:
                hint = f" The id of that text is '{labelled[0]}'."
            raise ParameterError(
                f"{name} = '{value}' is none of the texts compared.{hint} Known: {listing(chosen)}."
            )
    if parameters.right and not parameters.left:
        raise ParameterError(
            f"right = '{parameters.right}' has nothing beside it: name the other text in left."
        )
    if parameters.left and parameters.left == parameters.right:
        raise ParameterError(
            f"left and right are both '{parameters.left}': name two texts, or leave right empty."
        )


def _in_parts(tokens: Tokens, parameters: Parameters) -> NDArray[np.bool_]:
    if not parameters.parts:
        return np.ones(len(tokens), dtype=bool)
    return np.isin(tokens.parts, [PARTS.index(part) for part in parameters.parts])


def _require_words(
    tokens: Tokens, chosen: Sequence[str], parameters: Parameters, parts: NDArray[np.int8]
) -> None:
    """Refuse parts that leave nothing of a text: its rates and likenesses would mean nothing."""
    there = f"These texts have: {', '.join(PARTS[i] for i in np.unique(parts))}."
    without = [name for name in chosen if name not in tokens.document_ids]
    if not without:
        return
    rest = [name for name in chosen if name in tokens.document_ids]
    hint = f"Name the texts that have: texts = {', '.join(rest)}." if rest else there
    raise ParameterError(
        f"parts = {', '.join(parameters.parts)} leaves no words of {listing(without)}. {hint}"
    )


def _basis(parameters: Parameters, words: int, of: int) -> str:
    """Say in words which words were counted, as the figures state it."""
    texts = _OF_LEVEL[parameters.level]
    if not parameters.parts:
        return f"Counted: {texts}, all parts ({plural(words, 'word')})."
    named = [f"{part}s" for part in parameters.parts]
    names = " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)
    return f"Counted: only the {names} of {texts} ({words:,} of {plural(of, 'word')})."
