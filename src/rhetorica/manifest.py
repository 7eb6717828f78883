"""The manifest beside the figures: what each was made from and by, and the hash of each file."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rhetorica import provenance
from rhetorica.errors import OutputError, on_one_line, shortened
from rhetorica.files import sha256_of
from rhetorica.notebook_files import find_notebooks
from rhetorica.provenance import Record
from rhetorica.study import Study

MANIFEST = "manifest.json"
_FORMAT = 1
_MADE_BY = {
    "rhetorica": "the version of Rhetorica",
    "library_sha256": "the library's code",
    "notebook_sha256": "the notebook itself",
    "python": "the version of Python",
}


_SHOWN = 300  # characters of a change that are shown


@dataclass(frozen=True)
class Change:
    """A reason to run a notebook: what has changed, and how, in words."""

    what: str
    how: str = ""

    def __str__(self) -> str:
        said = f"{self.what}: {self.how}" if self.how else self.what
        return shortened(on_one_line(said), _SHOWN)


Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
FileName = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,80}\.[a-z]{1,8}$")]
"""The name of a file of the folder itself, as ours all are."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _MadeFrom(_Part):
    study: str
    notebook: str
    parameters: dict[str, bool | int | float | str | list[str]]
    inputs: dict[str, Digest]
    description_sha256: Digest


class _MadeBy(_Part):
    rhetorica: str
    library_sha256: Digest
    notebook_sha256: Digest
    python: str
    packages: dict[str, str]


class _NotebookRecord(_Part):
    """The form of what we write of a notebook; whatever else stands in its place is no record."""

    made_from: _MadeFrom
    made_from_sha256: Digest
    made_by: _MadeBy
    commit: str | None
    executed_sha256: Digest
    files: dict[FileName, Digest]


def read_manifest(folder: Path) -> Record:
    """Return the manifest of a folder of figures; an empty one where none can be read."""
    file = folder / MANIFEST
    try:
        content = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None
    except (OSError, ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or content.get("format") != _FORMAT:
        return {"format": _FORMAT, "notebooks": {}}
    notebooks = content.get("notebooks")
    kept = notebooks if isinstance(notebooks, dict) else {}
    records = {name: record for name, record in kept.items() if _is_record(name, record)}
    return {"format": _FORMAT, "study": _heading(content.get("study")), "notebooks": records}


def require_manifest(folder: Path) -> Record:
    """Return the manifest of a folder of figures; raise :class:`OutputError` without one."""
    manifest = read_manifest(folder)
    if not manifest["notebooks"]:
        raise OutputError(
            f"{folder / MANIFEST} is missing or damaged: it says what the figures were made from. "
            "'rhetorica run' writes it."
        )
    return manifest


def _heading(said: object) -> Record:
    """Return what the manifest says of the study file, where that has our form."""
    texts = said if isinstance(said, dict) else {}
    return texts if all(isinstance(value, str) for value in texts.values()) else {}


def _is_record(name: str, record: object) -> bool:
    """Tell whether what the manifest says of a notebook has our form and agrees with itself."""
    try:
        found = _NotebookRecord.model_validate(record)
    except ValidationError:
        return False
    return found.made_from.notebook == name and found.made_from_sha256 == provenance.record_sha256(
        found.made_from.model_dump()
    )


def notebook_record(
    made_from: Record, made_by: Record, executed: bytes, files: Mapping[str, bytes]
) -> Record:
    """Return what the manifest says of a notebook that has run: its makings and its files."""
    return {
        "made_from": made_from,
        "made_from_sha256": provenance.record_sha256(made_from),
        "made_by": made_by,
        "commit": provenance.library_commit(),
        "executed_sha256": sha256_of(executed),
        "files": {name: sha256_of(data) for name, data in sorted(files.items())},
    }


def with_record(manifest: Record, study: Study, name: str, record: Record) -> Record:
    """Return a manifest in which a notebook's record is replaced, in the notebooks' order."""
    notebooks = {**manifest["notebooks"], name: record}
    return {
        "format": _FORMAT,
        "study": {
            "title": study.title,
            "file": provenance.shown_path(study, study.file),
            "sha256": sha256_of(study.file.read_bytes()),
        },
        "notebooks": dict(sorted(notebooks.items())),
    }


def written(manifest: Record) -> bytes:
    """Return a manifest as the json that is saved."""
    return (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode("utf-8")


def brought_up_to_date(manifest: Record, study: Study) -> Record:
    """Return a manifest with the study file's hash and the library's commit as they are now.

    Neither decides the figures: a comment in the study file changes one, a commit the other.
    What it says of a notebook that is no more is left out.
    """
    commit, library = provenance.library_commit(), provenance.library_sha256()
    notebooks = {item.name: sha256_of(item.file.read_bytes()) for item in find_notebooks()}
    records = manifest["notebooks"]
    manifest = manifest | {"notebooks": {k: v for k, v in records.items() if k in notebooks}}
    for name, record in manifest["notebooks"].items():
        by = record["made_by"]
        if (by["library_sha256"], by["notebook_sha256"]) == (library, notebooks[name]):
            known = commit or record["commit"]  # without git, what was known of it is still so
            manifest = with_record(manifest, study, name, {**record, "commit": known})
    return manifest


def changes_since(
    record: Record | None, made_from: Record, made_by: Record, executed: Path, folder: Path
) -> tuple[Change, ...]:
    """Return why a notebook has to run again; nothing if all that it made stands.

    `record` is what the manifest says of the notebook, if it does; `made_from` and `made_by` say
    what it would be made from and by now; `executed` is the notebook as it ran, and `folder`
    holds its figures and tables. Every file is read and hashed.
    """
    if record is None:
        return (Change("there is no record of an earlier run"),)
    return (
        *changed_makings(record["made_from"], made_from),
        *changed_makers(record["made_by"], made_by),
        *_changed_files(record["files"], folder, folder.name),
        *_changed_files(
            {executed.name: record["executed_sha256"]},
            executed.parent,
            f"{executed.parents[1].name}/{executed.parent.name}",
        ),
    )


def changed_makings(then: Record, now: Record) -> Iterator[Change]:
    """Yield what differs between two records of what figures are made from."""
    if then["study"] != now["study"]:
        yield Change("title of the study", f"{then['study']} before, {now['study']} now")
    for name in {**now["parameters"], **then["parameters"]}:
        before, after = (made["parameters"].get(name) for made in (then, now))
        if before != after:
            yield Change(f"parameter {name}", f"{_value(before)} before, {_value(after)} now")
    for name in sorted({*then["inputs"], *now["inputs"]}):
        before, after = then["inputs"].get(name), now["inputs"].get(name)
        if before != after:
            yield Change(name, _how(before, after))
    if then["description_sha256"] != now["description_sha256"]:
        yield Change("what the study file says of the texts", "changed")


def changed_makers(then: Record, now: Record) -> Iterator[Change]:
    """Yield what differs between two records of what makes the figures."""
    for key, what in _MADE_BY.items():
        if then[key] != now[key]:
            plain = "sha256" not in key
            yield Change(what, f"{then[key]} before, {now[key]} now" if plain else "changed")
    for name in sorted({*then["packages"], *now["packages"]}):
        old, new = then["packages"].get(name), now["packages"].get(name)
        if old != new:
            yield Change(f"package {name}", f"{old or 'none'} before, {new or 'none'} now")


def _changed_files(files: Mapping[str, str], folder: Path, said: str) -> Iterator[Change]:
    for name, digest in files.items():
        try:
            # What is no file, such as a pipe, might never end.
            data = (folder / name).read_bytes() if (folder / name).is_file() else None
        except OSError:
            data = None
        if data is None:
            yield Change(f"{said}/{name}", "missing")
        elif sha256_of(data) != digest:
            yield Change(f"{said}/{name}", "altered since it was made")


def _how(before: object, after: object) -> str:
    if before is None:
        return "new"
    return "changed" if after is not None else "gone"


def _value(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "empty"
    return "not set" if value is None else str(value) or "empty"


def made_froms(manifest: Record) -> list[Record]:
    """Return of each notebook what its figures were made from."""
    return [record["made_from"] for record in manifest["notebooks"].values()]


def files_of(manifest: Record) -> dict[str, str]:
    """Return the SHA-256 of every file that the manifest lists, by name."""
    return {
        name: digest
        for record in manifest["notebooks"].values()
        for name, digest in record["files"].items()
    }
