"""A study of one's own: a folder with the texts, a study file to fill in and a starter lexicon."""

import json
import os
import shutil
import tempfile
import unicodedata
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import regex

from rhetorica.errors import OutputError, SourceError
from rhetorica.files import make_folder, sha256_of
from rhetorica.sources import decode, read_bytes
from rhetorica.study import LABEL_LIMIT, STUDY_FILE
from rhetorica.tokens import split_words

_HEAD = """\
# A study for Rhetorica: the texts in raw/ and what is known of them.
# Check the entries below: titles and labels come from the file names, nothing else is guessed.

[study]
title = {title}
description = ""

[parameters]
# Defaults of this study, for instance n_topics = 4; 'rhetorica run --help' lists them all.
"""

_ENTRY = """
[[documents]]
id = {id}
file = {file}
label = {label}          # for the figures: at most {limit} characters
title = {title}
author = "not stated"
date = ""                # YYYY, YYYY-MM or YYYY-MM-DD
date_basis = "unknown"   # stated, inferred or unknown
date_note = ""
kind = "text"            # speech, treatise, leaflet ...
sha256 = "{sha256}"
{encoding}"""


def make_study(folder: Path, texts: Sequence[Path]) -> tuple[str, ...]:
    """Make a study of the texts in a new folder, and return one line on each text for the user.

    A folder among `texts` stands for the .txt files in it. Every text is read before anything
    is written, and the folder appears complete or not at all. Raises :class:`SourceError` for a
    text that cannot be used and :class:`OutputError` where the folder exists or cannot be made.
    """
    paths = _expand(texts)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OutputError(f"{folder} exists already and is no empty folder: choose a new one.")
    prepared = [_prepare(path) for path in paths]
    shown = [Path(_readable(path.name)) for path in paths]
    names = _unique([path.name for path in shown], by_suffix=True)
    ids = _unique([_identifier(path.stem) for path in shown])
    labels = _unique([_label(path.stem) for path in shown])
    parts = [_HEAD.format(title=_quoted(_readable(folder.resolve().name)))]
    for i, (path, (data, encoding, basis)) in enumerate(zip(shown, prepared, strict=True)):
        parts.append(
            _ENTRY.format(
                id=_quoted(ids[i]),
                file=_quoted(names[i]),
                label=_quoted(labels[i]),
                title=_quoted(path.stem),
                limit=LABEL_LIMIT,
                sha256=sha256_of(data),
                encoding="" if basis == "utf-8" else f"encoding = {_quoted(encoding)}  # {basis}\n",
            )
        )
    contents = {name: data for name, (data, _, _) in zip(names, prepared, strict=True)}
    _write(folder, "".join(parts), contents)
    return tuple(
        f"{path.name}: {encoding}" + (f" ({basis})" if basis != "utf-8" else "")
        for path, (_, encoding, basis) in zip(shown, prepared, strict=True)
    )


def _expand(texts: Sequence[Path]) -> list[Path]:
    paths: list[Path] = []
    for path in texts:
        inside = _texts_in(path) if path.is_dir() else [path]
        if not inside:
            raise SourceError(f"There are no .txt files in {path}.")
        paths += inside
    if not paths:
        raise SourceError("No texts were named: rhetorica new FOLDER TEXT [TEXT ...]")
    return paths


def _texts_in(folder: Path) -> list[Path]:
    """Return the .txt and .TXT files of a folder in order, without what systems hide in it."""
    names = (path for path in folder.iterdir() if not path.name.startswith("."))
    return sorted(path for path in names if path.suffix.lower() == ".txt" and path.is_file())


def _readable(name: str) -> str:
    """Replace what is not UTF-8 in a file name: neither TOML nor a terminal could show it."""
    return os.fsencode(name).decode("utf-8", errors="replace")


def _prepare(path: Path) -> tuple[bytes, str, str]:
    data = read_bytes(path)
    text, encoding, basis = decode(data, path)
    if not split_words(text):
        raise SourceError(f"{path} has no words in it.")
    return data, encoding, basis


def _identifier(stem: str) -> str:
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    return regex.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50].strip("-") or "text"


def _label(stem: str) -> str:
    words = regex.sub(r"[_\s\p{Cc}]+", " ", stem).strip() or "text"
    limit = LABEL_LIMIT - 5  # room for a number such as -1000
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"


def _unique(names: Sequence[str], by_suffix: bool = False) -> list[str]:
    """Number the names that repeat: a, a-2, a-3 (before the suffix of a file name)."""
    seen: set[str] = set()
    result = []
    for name in names:
        path, number, candidate = Path(name), 1, name
        while candidate.casefold() in seen:
            number += 1
            candidate = f"{path.stem}-{number}{path.suffix}" if by_suffix else f"{name}-{number}"
        seen.add(candidate.casefold())
        result.append(candidate)
    return result


def _quoted(text: str) -> str:
    """Write a TOML basic string; its escapes are those of json."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _write(folder: Path, study: str, contents: dict[str, bytes]) -> None:
    parent = folder if folder.is_dir() else make_folder(folder.absolute().parent)
    try:
        temporary = Path(tempfile.mkdtemp(dir=parent, prefix=".rhetorica-"))
    except OSError as error:
        raise OutputError(f"Nothing can be written in {parent} ({error.strerror}).") from error
    try:
        (temporary / "raw").mkdir()
        for name, data in contents.items():
            (temporary / "raw" / name).write_bytes(data)
        (temporary / STUDY_FILE).write_text(study, encoding="utf-8", newline="\n")
        starter = files("rhetorica") / "resources" / "starter_lexicon.toml"
        (temporary / "lexicon.toml").write_bytes(starter.read_bytes())
        temporary.chmod(0o755)
        if parent != folder:
            temporary.replace(folder)
            return
        # An empty folder is filled, not replaced: someone may stand in it. The study file is last.
        for name in ("raw", "lexicon.toml", STUDY_FILE):
            (temporary / name).replace(folder / name)
    except OSError as error:
        raise OutputError(f"{folder} cannot be written ({error.strerror}).") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
