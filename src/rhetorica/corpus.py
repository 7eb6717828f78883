"""The corpus of a study: read, edited, tokenised and counted once, and kept for the next run."""

import json
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from rhetorica.counts import Counts, count_paragraphs, fold_case
from rhetorica.edition import Edit, Edition, edit_source
from rhetorica.errors import OutputError
from rhetorica.files import sha256_of, write_atomically
from rhetorica.parameters import Parameters
from rhetorica.sources import Source, read_sources
from rhetorica.study import Study, document_ids
from rhetorica.tokens import Tokens, select_documents, tokenize

_ARRAYS = ("codes", "starts", "ends", "documents", "paragraphs", "sentences")
# The modules whose code decides what is kept: a change in one makes the kept tables void.
_MODULES = ("sources", "rules", "structure", "edition", "tokens", "counts", "corpus")


@dataclass(frozen=True, eq=False)
class Corpus:
    """A study with its texts read, edited, tokenised and counted, for one set of parameters.

    `counts` are plain counts of the paragraphs. All parts hold the same documents in the same
    order: those that the parameter `texts` names, else all.
    """

    study: Study
    parameters: Parameters
    sources: tuple[Source, ...]
    editions: tuple[Edition, ...]
    tokens: Tokens
    counts: Counts

    def __repr__(self) -> str:
        return f"<Corpus '{self.study.title}': {len(self.sources)} texts, {len(self.tokens)} words>"

    @property
    def labels(self) -> tuple[str, ...]:
        """The short label of each document, for figures."""
        return tuple(source.document.label for source in self.sources)


def read_corpus(study: Study, parameters: Parameters | None = None) -> Corpus:
    """Read a study's texts and return its :class:`Corpus`.

    What the last reader of the same texts kept in `study.processed` is used; else the texts are
    edited, tokenised and counted here, and kept there if the folder can be written. Raises
    :class:`SourceError` for a text that is missing, changed or unreadable, and
    :class:`StudyError` for a name in `texts` that is not in the study.
    """
    parameters = parameters or study.parameters
    chosen = document_ids(study, parameters.texts)
    sources = read_sources(study)
    key = _key(sources)
    kept = _load(study.processed, key, sources)
    if kept is None:
        kept = _vectorize(sources)
        _keep(study.processed, key, *kept)
    editions, tokens, counts = kept
    counts = fold_case(counts) if parameters.lowercase else counts
    corpus = Corpus(study, parameters, sources, editions, tokens, counts)
    return corpus if len(chosen) == len(sources) else _select(corpus, chosen)


def _vectorize(sources: Sequence[Source]) -> tuple[tuple[Edition, ...], Tokens, Counts]:
    editions = tuple(edit_source(source) for source in sources)
    tokens = tokenize(editions)
    return editions, tokens, count_paragraphs(tokens)


def _select(corpus: Corpus, chosen: tuple[str, ...]) -> Corpus:
    keep = [i for i, s in enumerate(corpus.sources) if s.document.id in chosen]
    rows = np.flatnonzero(np.isin(corpus.counts.unit_documents, keep))
    counts = replace(
        corpus.counts,
        matrix=sparse.csr_matrix(corpus.counts.matrix[rows]),
        unit_documents=np.searchsorted(keep, corpus.counts.unit_documents[rows]),
        document_ids=chosen,
        sizes=corpus.counts.sizes[rows],
    )
    return replace(
        corpus,
        sources=tuple(corpus.sources[i] for i in keep),
        editions=tuple(corpus.editions[i] for i in keep),
        tokens=select_documents(corpus.tokens, chosen),
        counts=counts,
    )


@lru_cache(maxsize=1)
def _code_hash() -> str:
    folder = Path(__file__).parent
    return sha256_of(b"".join((folder / f"{name}.py").read_bytes() for name in _MODULES))


def _key(sources: Sequence[Source]) -> str:
    """Identify what the kept tables were made from: texts, their decoding, and the code."""
    described = [(s.document.id, s.sha256, s.encoding, s.document.author) for s in sources]
    return sha256_of(json.dumps([_code_hash(), described]).encode())


def _keep(
    folder: Path, key: str, editions: tuple[Edition, ...], tokens: Tokens, counts: Counts
) -> None:
    """Write the tables for the next reader; a folder that cannot be written is no failure."""
    record = {
        "key": key,
        "types": tokens.types,
        "kinds": tokens.paragraph_kinds,
        "editions": [
            {
                "text": e.text,
                "edits": [list(asdict(x).values()) for x in e.edits],
                "blocks": e.blocks,
            }
            for e in editions
        ],
    }
    arrays: dict[str, Any] = {name: getattr(tokens, name) for name in _ARRAYS}
    arrays |= {"data": counts.matrix.data, "indices": counts.matrix.indices}
    arrays |= {"indptr": counts.matrix.indptr}
    arrays["record"] = np.frombuffer(json.dumps(record).encode(), dtype=np.uint8)
    buffer = BytesIO()
    np.savez_compressed(buffer, **arrays)
    try:
        for edition in editions:
            path = folder / "texts" / f"{edition.document_id}.txt"
            write_atomically(path, (edition.text + "\n").encode("utf-8"))
        write_atomically(folder / "corpus.npz", buffer.getvalue())
    except OutputError:
        return


def _load(
    folder: Path, key: str, sources: Sequence[Source]
) -> tuple[tuple[Edition, ...], Tokens, Counts] | None:
    """Return what is kept in `folder` for `key`, or None if it is absent, older or damaged."""
    try:
        data = BytesIO((folder / "corpus.npz").read_bytes())
        with np.load(data, allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files}
        record = json.loads(arrays["record"].tobytes())
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    if record.get("key") != key:
        return None
    editions = tuple(
        _edition(source, item) for source, item in zip(sources, record["editions"], strict=True)
    )
    ids = tuple(source.document.id for source in sources)
    tokens = Tokens(
        document_ids=ids,
        types=tuple(record["types"]),
        paragraph_kinds=tuple(record["kinds"]),
        **{name: arrays[name] for name in _ARRAYS},
    )
    shape = (len(tokens.paragraphs) - 1, len(tokens.types))
    matrix = sparse.csr_matrix((arrays["data"], arrays["indices"], arrays["indptr"]), shape=shape)
    sizes = np.diff(tokens.paragraphs)
    owners = tokens.paragraph_documents
    return editions, tokens, Counts(matrix, tokens.types, "paragraph", owners, ids, sizes)


def _edition(source: Source, item: dict[str, Any]) -> Edition:
    edits = tuple(Edit(start, end, text, tuple(rules)) for start, end, text, rules in item["edits"])
    blocks = tuple((kind, start, end) for kind, start, end in item["blocks"])
    return Edition(source.document.id, source.text, item["text"], edits, blocks)
