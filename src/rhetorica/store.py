"""What is kept of a study in its folder of processed texts: for the next run, and for people."""

import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from functools import lru_cache
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any
from unicodedata import unidata_version

import numpy as np
from scipy import sparse

from rhetorica.apparatus import COLUMNS, list_changes
from rhetorica.cells import csv_bytes
from rhetorica.counts import Counts, count_paragraphs
from rhetorica.edition import Edit, Edition, edit_source
from rhetorica.errata import Erratum
from rhetorica.errors import OutputError
from rhetorica.files import sha256_of, write_atomically
from rhetorica.parameters import Level
from rhetorica.rules import RULES
from rhetorica.sources import Source
from rhetorica.structure import Quotation
from rhetorica.tokens import Tokens, tokenize

Vectorized = tuple[tuple[Edition, ...], Tokens, Counts]
"""Editions, tokens and paragraph counts of the same documents."""

# What reading a damaged file of tables may raise.
_DAMAGED = (
    OSError, ValueError, LookupError, TypeError, AttributeError, EOFError, RuntimeError,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip
_STAMP = ".edition-key"  # says what the texts and the apparatus beside it were made from
_ARRAYS = ("codes", "starts", "ends", "documents", "paragraphs", "sentences", "parts")
# The modules whose code decides what is kept: a change in one makes the kept tables void.
_MODULES = (
    "apparatus", "changes", "characters", "counts", "edition", "errata", "layout", "markup",
    "cells", "rules", "sentences", "store", "structure", "tokens",
)  # fmt: skip


def vectorize(
    folder: Path, sources: Sequence[Source], level: Level, errata: tuple[Erratum, ...]
) -> Vectorized:
    """Return the texts edited at a level, tokenised and counted, and keep them in `folder`.

    What the last reader of the same texts kept there is used. At the level ``edited`` the
    folder also receives, for people, each text as edited and the apparatus of all changes. A
    folder that cannot be written is no failure.
    """
    key = _key(sources, level, errata)
    file = folder / f"corpus-{level}.npz"
    kept = _load(file, key, sources)
    if kept is not None:
        if level == "edited" and not _are_for_people(folder, kept[0], key):
            _write_for_people(folder, kept[0], errata, key)
        return kept
    rules = () if level == "raw" else RULES
    editions = tuple(edit_source(source, rules, errata) for source in sources)
    tokens = tokenize(editions)
    kept = editions, tokens, count_paragraphs(tokens)
    if level == "edited":
        _write_for_people(folder, editions, errata, key)
    with suppress(OutputError):
        write_atomically(file, _packed(key, *kept))
    return kept


def _are_for_people(folder: Path, editions: Sequence[Edition], key: str) -> bool:
    """Tell whether the files for people are there, and were made from the same."""
    stamp = folder / _STAMP
    files = [folder / "apparatus.csv", *(_text_file(folder, edition) for edition in editions)]
    try:
        return stamp.read_text(encoding="utf-8") == key and all(path.is_file() for path in files)
    except (OSError, UnicodeDecodeError):
        return False


def _text_file(folder: Path, edition: Edition) -> Path:
    return folder / "texts" / f"{edition.document_id}.txt"


def _write_for_people(
    folder: Path, editions: Sequence[Edition], errata: tuple[Erratum, ...], key: str
) -> None:
    """Write each edited text, and every change made in any of them as one table.

    The texts of an earlier study are removed, if the stamp says that they were written here; it
    is emptied first and written anew last. A folder that cannot be written is no failure.
    """
    with suppress(OutputError, OSError):
        stale = (folder / "texts").glob("*.txt") if (folder / _STAMP).is_file() else ()
        write_atomically(folder / _STAMP, b"")
        for old in stale:
            if old.stem not in {edition.document_id for edition in editions}:
                old.unlink()
        for edition in editions:
            text = (edition.text + "\n").encode("utf-8")
            write_atomically(_text_file(folder, edition), text)
        write_atomically(folder / "apparatus.csv", _apparatus(editions, errata))
        write_atomically(folder / _STAMP, key.encode("utf-8"))


def _apparatus(editions: Sequence[Edition], errata: tuple[Erratum, ...]) -> bytes:
    changes = (change for edition in editions for change in list_changes(edition, errata))
    return csv_bytes([COLUMNS, *changes])


@lru_cache(maxsize=1)
def _code_hash() -> str:
    folder = Path(__file__).parent
    return sha256_of(b"".join((folder / f"{name}.py").read_bytes() for name in _MODULES))


def _key(sources: Sequence[Source], level: Level, errata: tuple[Erratum, ...]) -> str:
    """Identify what the kept tables were made from: texts, decoding, level, errata and code."""
    described = [
        (s.document.id, s.sha256, s.encoding, s.document.author, sha256_of(s.text.encode()))
        for s in sources
    ]
    corrections = [asdict(erratum) for erratum in errata]
    tables = [version(name) for name in ("ftfy", "regex", "numpy")] + [unidata_version]
    made_by = [_code_hash(), *tables]
    return sha256_of(json.dumps([made_by, level, described, corrections]).encode())


def _packed(key: str, editions: tuple[Edition, ...], tokens: Tokens, counts: Counts) -> bytes:
    record = {
        "key": key,
        "types": tokens.types,
        "kinds": tokens.paragraph_kinds,
        "editions": [
            {
                "text": e.text,
                "edits": [list(asdict(x).values()) for x in e.edits],
                "blocks": e.blocks,
                "quotations": [list(asdict(x).values()) for x in e.quotations],
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
    return buffer.getvalue()


def _load(file: Path, key: str, sources: Sequence[Source]) -> Vectorized | None:
    """Return what is kept in `file` for `key`, or None if it is absent, older or damaged."""
    try:
        data = BytesIO(file.read_bytes())
        with np.load(data, allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files}
        record = json.loads(arrays["record"].tobytes())
        return _rebuilt(arrays, record, sources) if record.get("key") == key else None
    except _DAMAGED:
        return None


def _rebuilt(
    arrays: Mapping[str, Any], record: Mapping[str, Any], sources: Sequence[Source]
) -> Vectorized:
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
    quotations = tuple(Quotation(*values) for values in item["quotations"])
    return Edition(source.document.id, source.text, item["text"], edits, blocks, quotations)
