"""A study: which texts, what is known of each, where things lie, and its parameter defaults."""

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from rhetorica import cards
from rhetorica.errors import (
    ParameterError,
    StudyError,
    listing,
    nearest,
    on_one_line,
    plural,
    shortened,
)
from rhetorica.files import read_utf_8
from rhetorica.parameters import Parameters, check_parameters
from rhetorica.study_file import (
    VALUE_SHOWN,
    Document,
    StudyFile,
    Unfit,
    nameable,
    parse_study_file,
    place_of,
)

STUDY_FILE = "study.toml"
ERRATA_FILE = "errata.csv"  # where a study has its errata if it names no file
ANNOTATIONS_FILE = "annotations.csv"  # likewise its labelled sentences


class Study(BaseModel):
    """Every path and every parameter default of a study; frozen, and validated when loaded."""

    model_config = ConfigDict(frozen=True)

    file: Path
    title: str
    description: str
    raw: Path
    processed: Path
    figures: Path
    build: Path
    lexicon: Path
    errata: Path
    annotations: Path
    parameters: Parameters
    documents: tuple[Document, ...]
    date: str = ""  # when the study was, or is to be, made public
    license: str = ""  # of its figures and tables, not of its texts
    own_lexicon: Path | None = None  # that of the study file, where a parameter names another

    def __repr__(self) -> str:
        texts = plural(len(self.documents), "text")
        return f"<Study '{cards.brief(self.title)}': {texts}, {cards.brief(self.file.name)}>"

    def __str__(self) -> str:
        return repr(self)

    def _repr_html_(self) -> str:
        rows = (
            (d.label, d.id, f"{d.date} ({d.date_basis})" if d.date else "unknown", d.kind, d.author)
            for d in self.documents
        )
        columns = ("text", "id", "date", "kind", "author")
        places = ", ".join(_from_folder(self, name) for name in _PLACES)
        changed = cards.changed(self.parameters.model_dump(), Parameters().model_dump())
        return cards.card(
            "Study",
            self.title,
            [
                plural(len(self.documents), "text"),
                self.file.name,
                f"dated {self.date}" if self.date else "",
                f"licence {self.license}" if self.license else "",
            ],
            cards.paragraph(self.description),
            cards.long_table(columns, rows, [False] * 5, len(self.documents)),
            cards.paragraph(f"Folders and files: {places}", quiet=True),
            cards.paragraph(f"Parameters it sets: {changed or 'none'}", quiet=True),
        )


_PLACES = ("raw", "processed", "figures", "build", "lexicon", "errata", "annotations")


def _from_folder(study: Study, name: str) -> str:
    """Write where a file or folder of a study lies, seen from the folder of its study file."""
    place: Path = getattr(study, name)
    try:
        path = Path(os.path.relpath(place, study.file.parent)).as_posix()
    except ValueError:  # on another drive
        path = place.as_posix()
    return path if place.stem == name else f"{name} {path}"


def load_study(path: str | Path) -> Study:
    """Read a ``study.toml``, or the one in a folder, and return the :class:`Study`.

    Raises :class:`StudyError` naming file, line and key, and the nearest valid name, for a
    missing file, a file that is not TOML, an unknown key, a wrong type or a doubled id.
    """
    file = _study_file(Path(path))
    text = read_utf_8(file, StudyError)
    return _study(file, text, parse_study_file(text, file))


def default_study_file() -> Path:
    """Return the ``data/study.toml`` of the checkout this package is installed from."""
    file = Path(__file__).resolve().parents[2] / "data" / STUDY_FILE
    if not file.is_file():
        raise StudyError(
            "This installation comes without the five default texts. "
            "Name a study: the path of a study.toml or of its folder."
        )
    return file


def document_ids(study: Study, chosen: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the ids of the chosen documents in the study's order; all if none is named.

    Raises :class:`StudyError` with the nearest id where a name is not in the study.
    """
    known = tuple(document.id for document in study.documents)
    for name in chosen:
        if name not in known:
            raise StudyError(
                f"texts: there is no text '{name}' in {study.file.name}."
                f"{nearest(name, known)} Known: {listing(known)}."
            )
    return tuple(name for name in known if name in chosen) if chosen else known


def study_with(study: Study, parameters: Parameters) -> Study:
    """Return the study with the lexicon that the parameter `lexicon` names; its own if none.

    Raises :class:`ParameterError` with the nearest name where there is no such file.
    """
    value, own = parameters.lexicon, study.own_lexicon or study.lexicon
    if not value:
        return study.model_copy(update={"lexicon": own, "own_lexicon": None})
    file = _other_file(study.file.parent, value)
    return study.model_copy(update={"lexicon": file, "own_lexicon": own})


def _other_file(folder: Path, value: str) -> Path:
    """Return the file that `lexicon` names, seen from a study's folder.

    Links are not followed: the path is recorded as it was given, and must be the same elsewhere.
    """
    shown = f"lexicon = {shortened(repr(value), VALUE_SHOWN)}"
    if on_one_line(value) != value:
        raise ParameterError(f"{shown} has characters that cannot be seen: name another file.")
    try:
        file = Path(os.path.normpath(folder / nameable(value)))
        is_there, is_file = file.exists(), file.is_file()
    except Unfit as wrong:
        raise ParameterError(f"{shown} {wrong}") from None
    except OSError as error:
        raise ParameterError(f"{shown} cannot be read ({error.strerror}).") from None
    if Path(value).is_absolute():  # it would be in the record of every figure
        seen = Path(os.path.relpath(value, folder)).as_posix()
        raise ParameterError(
            f"{shown} will not do: it takes a path from the study's folder, here '{seen}'."
        )
    if is_file:
        return file
    if is_there:
        raise ParameterError(f"{shown} is no file: name a lexicon, such as lexicon.toml.")
    raise ParameterError(
        f"{shown} will not do: there is no such file, seen from the study's folder."
        f"{nearest(value, _lexicons(folder, file))}"
    )


def _lexicons(folder: Path, missing: Path) -> list[str]:
    """List what may have been meant by a file that is not there, as it would be written."""
    try:
        found = {*folder.glob("*.toml"), *folder.glob("*/*.toml"), *missing.parent.glob("*.toml")}
        lexicons = (file for file in found if file.name != STUDY_FILE)
        return sorted(Path(os.path.relpath(file, folder)).as_posix() for file in lexicons)
    except OSError:
        return []


def _study_file(path: Path) -> Path:
    try:
        file = path / STUDY_FILE if path.is_dir() else path
        if file.is_file():
            return file.resolve()
    except OSError as error:  # a name too long, for one
        raise StudyError(f"{path} cannot be read ({error.strerror}).") from None
    candidates = []
    if file.parent.is_dir():
        candidates = [other.name for other in file.parent.glob("*.toml")]
        candidates += [other.parent.name for other in file.parent.glob(f"*/{STUDY_FILE}")]
    raise StudyError(
        f"There is no study file {file.absolute()}.{nearest(file.name, candidates)} "
        "A study is a folder with a study.toml; 'rhetorica new FOLDER TEXTS...' makes one."
    )


def _study(file: Path, text: str, parsed: StudyFile) -> Study:
    parameters = Parameters()
    for name, value in parsed.parameters.items():
        try:
            parameters = check_parameters({name: value}, parameters)
        except ParameterError as error:
            raise StudyError(f"{place_of(file, text, 'parameters', None, name)}: {error}") from None
    folder = file.parent
    paths = parsed.paths.model_dump()
    names = {"errata": ERRATA_FILE, "annotations": ANNOTATIONS_FILE}
    named = {name: value or names.get(name, "") for name, value in paths.items()}
    places = {}
    for name, value in named.items():
        try:
            places[name] = (folder / value).resolve()
        except (OSError, RuntimeError):  # RuntimeError is what Python 3.11 says of such links
            raise StudyError(
                f"{place_of(file, text, 'paths', None, name)}: {folder / value} is a link that "
                "leads to itself: remove it."
            ) from None
    for key in names:
        # A file that is named and not there would lose what it says silently.
        if paths[key] and not places[key].is_file():
            others = [path.name for path in places[key].parent.glob("*.csv")]
            raise StudyError(
                f"{place_of(file, text, 'paths', None, key)}: there is no file "
                f"{places[key]}.{nearest(places[key].name, others)}"
            )
    _check_places(file, text, places)
    return Study(
        file=file,
        title=parsed.study.title,
        description=parsed.study.description,
        date=parsed.study.date,
        license=parsed.study.license,
        parameters=parameters,
        documents=parsed.documents,
        **places,
    )


def _check_places(file: Path, text: str, places: Mapping[str, Path]) -> None:
    """Refuse a study that would write among its own raw texts, or over them."""
    raw = places["raw"]
    written = {"processed": ("", "texts"), "figures": ("",), "build": ("", "notebooks", "figures")}
    for key, inner in written.items():
        folders = [places[key] / name for name in inner]
        if raw in folders or raw in places[key].parents:
            raise StudyError(
                f"{place_of(file, text, 'paths', None, key)}: {key} = '{places[key]}' lies in the "
                f"folder of the raw texts, {raw}, which are never changed: name another folder."
            )
