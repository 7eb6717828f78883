"""A study of one's own: a folder with the texts, a study file to fill in and a starter lexicon."""

import json
import os
import shutil
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib.resources import files
from pathlib import Path

import regex

from rhetorica.errata import write_errata
from rhetorica.errors import OutputError, SourceError, listing, on_one_line, plural
from rhetorica.files import make_folder, sha256_of
from rhetorica.readers import SUFFIXES, SUPPORTED, is_table, read_file
from rhetorica.sources import read_bytes
from rhetorica.statements import Stated, Statement, tidy
from rhetorica.study import ERRATA_FILE, STUDY_FILE
from rhetorica.study_file import LABEL_LIMIT
from rhetorica.tables import column_texts, read_table, state_row, text_column

_HEAD = """\
# A study for Rhetorica: the texts in raw/ and what is known of them.
# Check the entries below. What a file states of itself is copied, and a comment says from where;
# what it does not state comes from its name or is left open, and nothing else is guessed.
# Beside this file: lexicon.toml, the rhetoric looked for, and errata.csv, corrections of single
# places: the id of the text, some words around as the source has them, the reading in them that
# is wrong, its correction, kind, certainty (certain, likely, unsure), apply (yes, no), reason.
# 'rhetorica annotate sample' makes a sheet of sentences to label; labelled, it is annotations.csv.

[study]
title = {title}
description = ""
date = "{date}"  # when the study is made public; today, until you change it
license = ""         # of its figures and tables: a name or an address; none is stated if empty

[parameters]
# Defaults of this study, for instance n_topics = 4; 'rhetorica run --help' lists them all.
"""
_BY_NAME = "from the name of the file"
_SHOWN = 20  # numbers of rows, or names of files, that one line to the user lists


@dataclass(frozen=True)
class NewStudy:
    """What was made: how many texts the study has, and one line on each file for the user."""

    texts: int
    lines: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _File:
    """A file that was read: its name, bytes and decoding, the texts in it, and its line."""

    name: str
    data: bytes
    sha256: str
    encoding: str
    encoding_basis: str
    texts: tuple["_Text", ...]
    line: str


@dataclass(frozen=True, eq=False)
class _Text:
    """One text of a file: what it is called if nothing is stated, what is, and where it is."""

    name: str
    stated: Stated
    notes: tuple[str, ...] = ()
    column: str = ""
    row: int | None = None


def make_study(folder: Path, texts: Sequence[Path], column: str = "") -> NewStudy:
    """Make a study of the texts in a new folder, and return what to tell the user of it.

    A folder among `texts` stands for the files in it that can be read, and a table for the texts
    in its `column`. Every text is read before anything is written, and the folder appears
    complete or not at all. Raises :class:`SourceError` for a text that cannot be used and
    :class:`OutputError` where the folder exists or cannot be made.
    """
    paths, left_out = _expand(texts)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OutputError(f"{folder} exists already and is no empty folder: choose a new one.")
    if column and not any(is_table(path) for path in paths):
        raise SourceError(f"--text-column {column}: there is no .csv file among the texts.")
    read = [_read_table(path, column) if is_table(path) else _read_text(path) for path in paths]
    names = _unique([file.name for file in read], by_suffix=True)
    found = [
        (name, file, text) for name, file in zip(names, read, strict=True) for text in file.texts
    ]
    every = [text for _, _, text in found]
    ids, labels = _identifiers(every), _labels(every)
    parts = [_HEAD.format(title=_quoted(_name(folder.resolve().name)), date=date.today())]
    for i, (name, file, text) in enumerate(found):
        parts.append(_entry(ids[i], labels[i], name, file, text))
    contents = {name: file.data for name, file in zip(names, read, strict=True)}
    _write(folder, "".join(parts), contents)
    lines = [file.line for file in read]
    if left_out:
        lines.append(f"left out, for they are not {SUPPORTED}: {listing(left_out, _SHOWN)}")
    return NewStudy(len(found), tuple(map(on_one_line, lines)))


def _entry(identifier: str, label: Statement, name: str, file: _File, text: _Text) -> str:
    """Write the table of one document: each value, and where it comes from."""
    stated, basis = text.stated, "stated" if "date" in text.stated else "unknown"
    place = [("column", text.column, "")] if text.row else []
    known = [
        (
            "label",
            label.value,
            f"for the figures, {LABEL_LIMIT} characters at most; {label.origin}",
        ),
        ("title", *_of(stated, "title", text.name, _BY_NAME)),
        ("author", *_of(stated, "author", "not stated", "")),
        ("date", *_of(stated, "date", "", "YYYY, YYYY-MM or YYYY-MM-DD")),
        ("date_basis", basis, "stated, inferred or unknown"),
        ("date_note", *_of(stated, "date_note", "", "")),
        ("kind", "text", "speech, treatise, leaflet ..."),
        ("sha256", file.sha256, ""),
    ]
    if file.encoding_basis not in {"utf-8", "format"}:
        known.append(("encoding", file.encoding, file.encoding_basis))
    lines = [_line(*item) for item in (("id", identifier, ""), ("file", name, ""), *place)]
    if text.row:
        lines.append(f"row = {text.row}\n")
    lines += [_line(*item) for item in known]
    notes = [f"# {tidy(note)}\n" for note in text.notes]
    return "".join(["\n[[documents]]\n", *notes, *lines])


def _of(stated: Stated, key: str, otherwise: str, comment: str) -> tuple[str, str]:
    found = stated.get(key)
    return (found.value, found.origin) if found else (otherwise, comment)


def _line(key: str, value: str, comment: str) -> str:
    """Write a key with its value and a comment; a comment may not hold control characters."""
    assignment = f"{key} = {_quoted(value)}"
    return f"{assignment:<24} # {tidy(comment)}\n" if comment else f"{assignment}\n"


def _expand(texts: Sequence[Path]) -> tuple[list[Path], list[str]]:
    """Return the files to read, and the names of what lies beside them in a folder and is not."""
    paths: list[Path] = []
    left_out: list[str] = []
    for path in texts:
        if not path.is_dir():
            paths.append(path)
            continue
        # What begins with a dot is what systems hide in a folder.
        there = sorted(p for p in path.iterdir() if not p.name.startswith("."))
        inside = [p for p in there if p.is_file() and p.suffix.lower() in SUFFIXES]
        if not inside:
            raise SourceError(f"There are no {SUPPORTED} files in {path}.")
        paths += inside
        left_out += [_readable(p.name) + "/" * p.is_dir() for p in there if p not in inside]
    if not paths:
        raise SourceError("No texts were named: rhetorica new FOLDER TEXT [TEXT ...]")
    return paths, left_out


def _readable(name: str) -> str:
    """Replace what is not UTF-8 in a file name: neither TOML nor a terminal could show it."""
    return os.fsencode(name).decode("utf-8", errors="replace")


def _name(stem: str) -> str:
    """Return what a text is called after its file: the name without what cannot be seen."""
    return tidy(regex.sub(r"\p{Cc}", " ", _readable(stem))) or "text"


def _has_words(text: str) -> bool:
    """Tell whether a text has a word, which is to say a letter or digit: it need not be counted."""
    return any(map(str.isalnum, text))


def _read_text(path: Path) -> _File:
    data = read_bytes(path)
    reading = read_file(data, path)
    if not _has_words(reading.text):
        raise SourceError(f"{path} has no words in it.")
    name = _readable(path.name)
    text = _Text(_name(path.stem), reading.stated, reading.notes)
    said = [_decoding(reading.encoding, reading.encoding_basis), _said([text]), *reading.notes]
    line = f"{name}: {'; '.join(filter(None, said))}"
    return _File(
        name, data, sha256_of(data), reading.encoding, reading.encoding_basis, (text,), line
    )


def _read_table(path: Path, wanted: str) -> _File:
    """Read the texts of a table; a row without words is left out, and said to be."""
    data = read_bytes(path)
    table = read_table(data, path)
    column = text_column(table, wanted)
    name = _readable(path.name)
    texts, empty = [], []
    for row, text in enumerate(column_texts(table, column), 1):
        if _has_words(text):
            numbered = f"{_name(path.stem)} {row}"
            texts.append(_Text(numbered, state_row(table, row), (), column, row))
        else:
            empty.append(row)
    if not texts:
        raise SourceError(f"{path} has no words in its column '{column}'.")
    said = [
        _decoding(table.encoding, table.encoding_basis),
        f"{plural(len(texts), 'text')} in column “{tidy(column)}”",
        _said(texts),
        f"left out, for want of words: {_rows(empty)}" if empty else "",
    ]
    line = f"{name}: {'; '.join(filter(None, said))}"
    digest, basis = sha256_of(data), table.encoding_basis
    return _File(name, data, digest, table.encoding, basis, tuple(texts), line)


def _rows(rows: list[int]) -> str:
    more = f" and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else ""
    return f"row{'s' * (len(rows) > 1)} {', '.join(map(str, rows[:_SHOWN]))}{more}"


def _decoding(encoding: str, basis: str) -> str:
    return encoding if basis in {"utf-8", "format"} else f"{encoding} ({basis})"


def _said(texts: Sequence[_Text]) -> str:
    keys = [key for key in ("title", "author", "date") if any(key in t.stated for t in texts)]
    return f"states {', '.join(keys)}" if keys else ""


def _identifiers(texts: Sequence[_Text]) -> list[str]:
    return _unique(
        [_identifier(t.stated["id"].value if "id" in t.stated else t.name) for t in texts]
    )


def _labels(texts: Sequence[_Text]) -> list[Statement]:
    """Return a label for each text and where it comes from: what is stated and short, or a name.

    A title that two texts share does not tell them apart.
    """
    titles = [t.stated.get("label") or _as_label(t.stated.get("title")) for t in texts]
    shared = Counter(title.value.casefold() for title in titles if title)
    chosen = []
    for text, title in zip(texts, titles, strict=True):
        fits = title and len(title.value) <= LABEL_LIMIT and shared[title.value.casefold()] == 1
        chosen.append(title if title and fits else Statement(_label(text.name), _BY_NAME))
    labels = _unique([label.value for label in chosen], limit=LABEL_LIMIT)
    return [replace(one, value=label) for one, label in zip(chosen, labels, strict=True)]


def _as_label(title: Statement | None) -> Statement | None:
    return replace(title, origin="the title") if title else None


def _identifier(stem: str) -> str:
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    return regex.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50].strip("-") or "text"


def _label(stem: str) -> str:
    words = regex.sub(r"[_\s\p{Cc}]+", " ", stem).strip() or "text"
    limit = LABEL_LIMIT - 5  # room for a number such as -1000
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"


def _unique(names: Sequence[str], by_suffix: bool = False, limit: int = 1000) -> list[str]:
    """Number the names that repeat: a, a-2, a-3 (before the suffix of a file name)."""
    seen: set[str] = set()
    numbers: Counter[str] = Counter()
    result = []
    for name in names:
        path, candidate = Path(name), name
        while candidate.casefold() in seen:
            # Where a thousand repeat, the next number is not sought from 2 again.
            numbers[name.casefold()] += 1
            end = f"-{numbers[name.casefold()] + 1}"
            candidate = (
                f"{path.stem}{end}{path.suffix}" if by_suffix else name[: limit - len(end)] + end
            )
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
        (temporary / ERRATA_FILE).write_bytes(write_errata(()))
        temporary.chmod(0o755)
        if parent != folder:
            temporary.replace(folder)
            return
        # An empty folder is filled, not replaced: someone may stand in it. The study file is last.
        for name in ("raw", "lexicon.toml", ERRATA_FILE, STUDY_FILE):
            (temporary / name).replace(folder / name)
    except OSError as error:
        raise OutputError(f"{folder} cannot be written ({error.strerror}).") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
