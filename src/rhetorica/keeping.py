"""Keeping: what exploring found, written where it can be made again, and how to make it again."""

import os
import re
import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path

from rhetorica.catalogue import entry, figures_of
from rhetorica.corpus import Corpus, read_corpus
from rhetorica.errors import LexiconError, OutputError, ParameterError, StudyError
from rhetorica.files import publish, read_utf_8, write_atomically
from rhetorica.lexicon_file import edited_toml
from rhetorica.notebook import draw_figure, figure_files
from rhetorica.notebook_files import find_notebook
from rhetorica.parameters import check_parameters
from rhetorica.study import Study, default_study_file, load_study

File = tuple[Path, bytes]
"""Where something is to be written, and what."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
_MADE_FROM = re.compile(rb"made_from_sha256 [0-9a-f]+")  # of what a figure says of itself


@dataclass(frozen=True)
class Kept:
    """What was written, and the line of code and the papermill command that write it again."""

    figure: str
    files: tuple[Path, ...]
    code: str
    command: str

    def __repr__(self) -> str:
        return f"<Kept '{self.figure}': {len(self.files)} files in {self.files[-1].parent}>"

    def _repr_html_(self) -> str:
        listed = "".join(f"<li>{escape(str(file))}</li>" for file in self.files)
        return (
            "<div class='rhetorica-note mathjax_ignore tex2jax_ignore'>"
            f"<p>Kept:</p><ul>{listed}</ul>"
            f"<p>The same in Python:</p><pre>{escape(self.code)}</pre>"
            f"<p>The same in a terminal, with papermill:</p><pre>{escape(self.command)}</pre></div>"
        )


def keep(corpus: Corpus, figure: str, name: str, *, replace: bool = False) -> Kept:
    """Write a figure of the catalogue, and the lexicon if it is edited; return how to make both.

    The figure goes to the folder `name` in the study's folder of figures: svg, png, its tables
    and what it says, to the byte as a run of its notebook makes them. An edited lexicon goes to
    ``NAME.toml`` beside the study's own, which stays as it is. What is there already and says
    something else is replaced only with `replace`.

    Raises :class:`ParameterError` for a name that no file should have, :class:`OutputError` for
    what would be lost, and :class:`NothingToShow` where the figure has nothing to show; then
    nothing is written.
    """
    _check_name(name)
    study = load_study(corpus.study.file)
    values = _values(corpus, study, figure)
    lexicon, folder = _lexicon_file(corpus, figure, name), study.figures / name
    if lexicon:
        _refuse_loss(lexicon, study, replace)
        values["lexicon"] = _from_study(study, lexicon[0])
    with _written(lexicon):
        parameters = check_parameters(values, study.parameters)
        drawn = draw_figure(read_corpus(study, parameters), figure)
        files = figure_files(drawn)
        for file, data in files.items():
            _refuse_loss((folder / file, data), study, replace)
        if not replace:
            _refuse_strangers(folder, figure, files[f"{figure}.svg"])
        gone = {f"{table}.csv" for table in entry(figure).tables} - set(files)
        publish(folder, {**files, **dict.fromkeys(gone)}, durable=False)
    paths = [*([lexicon[0]] if lexicon else []), *(folder / file for file in files)]
    return Kept(
        figure,
        tuple(paths),
        code=_code(study, values, figure, folder),
        command=_command(study, values, figure, folder),
    )


def _check_name(name: object) -> None:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ParameterError(
            f"{name!r} will not do as a name: take letters (a to z), digits, - and _, 60 at most."
        )


def _values(corpus: Corpus, study: Study, figure: str) -> dict[str, object]:
    """Return the parameters in which the corpus differs from its study, as far as they matter.

    A parameter that the figure's notebook does not take has no part in the figure. Values are
    as a notebook takes them, and are read again from that: a list of names is one text.
    """
    known = find_notebook(entry(figure).notebook).parameters
    usual = study.parameters.model_dump()
    return {
        name: _plain(value)
        for name, value in corpus.parameters.model_dump().items()
        if name in known and value != usual[name]
    }


def _lexicon_file(corpus: Corpus, figure: str, name: str) -> File | None:
    """Return where an edited lexicon is to be written, and its text; nothing if none is needed."""
    if corpus.lexicon is None or "lexicon" not in entry(figure).reads:
        return None
    original = corpus.study.lexicon
    text = edited_toml(read_utf_8(original, LexiconError), corpus.lexicon)
    return original.with_name(f"{name}.toml"), text.encode("utf-8")


def _refuse_loss(file: File, study: Study, replace: bool) -> None:
    """Raise :class:`OutputError` where something else would be written over."""
    path, data = file
    try:
        owns = (study.lexicon, "the study's own lexicon"), (study.file, "a study file")
        for own, what in owns:
            if path == own or (path.exists() and own.exists() and path.samefile(own)):
                raise OutputError(f"{path} is {what}: choose another name.")
        there = os.path.lexists(path)  # a link that leads nowhere is something, too
        if there and not replace and (not path.is_file() or path.read_bytes() != data):
            raise OutputError(f"{path} is there already, and is another: choose another name.")
    except OSError as error:
        raise OutputError(f"{path} cannot be read ({error.strerror}).") from None


def _refuse_strangers(folder: Path, figure: str, svg: bytes) -> None:
    """Raise :class:`OutputError` where the command would make another figure something else.

    A notebook makes all its figures anew: those in one folder must be made from the same.
    """
    made_from = _MADE_FROM.search(svg)
    assert made_from is not None
    others = [folder / f"{name}.svg" for name in figures_of(entry(figure).notebook)]
    for other in others:
        if other.stem == figure or not other.is_file():
            continue
        if made_from[0].decode() not in read_utf_8(other, OutputError):
            raise OutputError(
                f"{folder} has the figure '{other.stem}', which is made from something else: "
                "choose another name."
            )


@contextmanager
def _written(file: File | None) -> Iterator[None]:
    """Write a file; if what follows fails, put back what was there before."""
    if file is None:
        yield
        return
    path, data = file
    before = path.read_bytes() if path.is_file() else None
    write_atomically(path, data)
    try:
        yield
    except BaseException:
        if before is None:
            path.unlink(missing_ok=True)
        else:
            write_atomically(path, before)
        raise


def _from_study(study: Study, path: Path) -> str:
    return Path(os.path.relpath(path, study.file.parent)).as_posix()


def _code(study: Study, values: Mapping[str, object], figure: str, folder: Path) -> str:
    """Return the line of Python that writes the figure again."""
    named = [f"{name}={value!r}" for name, value in values.items()]
    opened = [] if _is_default(study) else [repr(str(study.file))]
    return (
        "from rhetorica import open_study, show\n\n"
        f"show(open_study({', '.join([*opened, *named])}), {figure!r}, {str(folder)!r})"
    )


def _command(study: Study, values: Mapping[str, object], figure: str, folder: Path) -> str:
    """Return the papermill command that writes the figure again, and the others of its notebook."""
    notebook = find_notebook(entry(figure).notebook).file
    beside = Path(sys.executable).with_name("papermill")
    # In the paths of notebooks papermill fills in what stands in braces.
    notebooks = (notebook, folder / notebook.name)
    paths = [str(path).replace("{", "{{").replace("}", "}}") for path in notebooks]
    words = [str(beside) if beside.exists() else "papermill", *paths]
    opened = {} if _is_default(study) else {"study": str(study.file)}
    for name, value in (opened | dict(values) | {"save_to": str(folder)}).items():
        # What is text stays text with -r: with -p a text such as 1992 would be a number.
        words += ["-r" if isinstance(value, str) else "-p", name, str(value)]
    return shlex.join(words)


def _plain(value: object) -> object:
    """Return a value as it is written in a notebook: a list of names as one text."""
    return ", ".join(map(str, value)) if isinstance(value, tuple) else value


def _is_default(study: Study) -> bool:
    try:
        return study.file == default_study_file()
    except StudyError:  # the installation has none
        return False
