"""The RO-Crate beside the figures: what they are and came from, as archives read it.

It is RO-Crate 1.1 with the profile Process Run Crate 0.5: each notebook is an action that made
files from inputs with parameters. It says what the manifest and the study file say, and nothing
of clock, machine or packages: the same two give the same bytes.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from rhetorica.catalogue import CATALOGUE
from rhetorica.errors import plural
from rhetorica.manifest import MANIFEST, files_of
from rhetorica.provenance import Record, shown_path
from rhetorica.study import Study
from rhetorica.study_file import Document

CRATE = "ro-crate-metadata.json"
_PAGE = "README.md"
_SPECIFICATION = "https://w3id.org/ro/crate/1.1"
_PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
# The vocabulary of RO-Crate 1.1 is older than this term of schema.org.
_CONTEXT = [f"{_SPECIFICATION}/context", {"sha256": "http://schema.org/sha256"}]
_ROOT = "./"
_DESCRIPTOR = {
    "@id": CRATE,
    "@type": "CreativeWork",
    "conformsTo": {"@id": _SPECIFICATION},
    "about": {"@id": _ROOT},
}
_PROCESS_RUN = {
    "@id": _PROFILE,
    "@type": "CreativeWork",
    "name": "Process Run Crate",
    "version": "0.5",
}
_FORMATS = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".md": "text/markdown",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
_SIGNS = r"(?:[A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*"
_ADDRESS = re.compile(rf"https?://[A-Za-z0-9]{_SIGNS}(?:#{_SIGNS})?")
_LICENCES = "https://spdx.org/licenses/"
_NOT_THE_TEXTS = (
    "The texts themselves are no part of this crate, and its licence does not cover them."
)
_FIGURE_OF = {table: item.name for item in CATALOGUE for table in item.tables}
_QUESTIONS = {item.name: item.question for item in CATALOGUE}


def why_no_crate(study: Study) -> str:
    """Return why no valid crate can be written for a study, in a sentence; empty if one can."""
    if study.date:
        return ""
    return (
        f"No {CRATE} is written: an RO-Crate must have a date, and {study.file.name} states none; "
        'add date = "YYYY-MM-DD" to its [study] table.'
    )


def read_captions(folder: Path) -> dict[str, str]:
    """Return the title and caption of each figure of a folder, or why there is no figure.

    They come from the json beside each figure; one that cannot be read has no caption.
    """
    found = {}
    for item in CATALOGUE:
        try:
            said = json.loads((folder / f"{item.name}.json").read_text(encoding="utf-8"))
            words = said.get("nothing_to_show") or f"{said['title']}. {said['caption']}"
        except (OSError, ValueError, LookupError, AttributeError, TypeError, RecursionError):
            continue
        found[item.name] = str(words)
    return found


def crate(study: Study, manifest: Record, captions: Mapping[str, str] | None = None) -> bytes:
    """Return the ``ro-crate-metadata.json`` of the figures that a manifest lists.

    `captions` are words on figures, by the figure's name. Commit, packages and the hashes of the
    code stay in the manifest, which is a part of the crate: they may change and the figures not.
    A study without a date gives a crate that is not valid; :func:`why_no_crate` says so.
    """
    records = dict(sorted(manifest["notebooks"].items()))
    files = _files(files_of(manifest), captions or {})
    actions = [_action(name, record) for name, record in records.items()]
    licence = _licence(study)
    roles = _roles(study)
    about = [
        *(_rhetorica(record) for record in records.values()),
        *(_notebook(name, record) for name, record in records.items()),
        *(item for record in records.values() for item in _inputs(roles, record)),
        *(item for name, record in records.items() for item in _parameters(name, record)),
    ]
    root = _entity(
        _ROOT,
        "Dataset",
        name=study.title,
        description=_described(study),
        datePublished=study.date or None,
        license=_links([licence]),
        conformsTo={"@id": _PROFILE},
        hasPart=_links(files),
        mentions=_links(actions),
    )
    everything = [_DESCRIPTOR, root, licence, _PROCESS_RUN, *files, *about, *actions]
    # What several notebooks share stands once; and no file can take the place of the crate's own.
    graph: dict[str, Record] = {}
    for entity in everything:
        graph.setdefault(entity["@id"], entity)
    written = {"@context": _CONTEXT, "@graph": list(graph.values())}
    # Half a character, as in a file name that is not UTF-8, becomes a question mark.
    return (json.dumps(written, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def _described(study: Study) -> str:
    ours = f"Figures and tables that Rhetorica made from {plural(len(study.documents), 'text')}."
    return f"{study.description or ours} {_NOT_THE_TEXTS}"


def _licence(study: Study) -> Record:
    """Return the licence: one with an address is that address, any other has its words alone."""
    if _ADDRESS.fullmatch(study.license):
        return _entity(
            study.license, "CreativeWork", name=study.license.removeprefix(_LICENCES) or _LICENCES
        )
    stated = study.license or "No licence is stated: ask whoever published this before reusing it."
    return _entity("#licence", "CreativeWork", name=stated)


def _files(digests: Mapping[str, str], captions: Mapping[str, str]) -> list[Record]:
    """Return the files of the crate: figures and tables, the manifest, and the page of them all.

    The two last have no hash here: the manifest tells the commit, which decides no figure.
    """
    made = [
        _file(name, _said_of(name, digests, captions), digest)
        for name, digest in sorted(digests.items())
        if name not in {CRATE, MANIFEST, _PAGE}
    ]
    manifest = (
        "What every file was made from and by: parameters, hashes of inputs, code and files, "
        "versions of Python and packages, and the commit of the code if there is one."
    )
    return [
        *made,
        _file(MANIFEST, manifest),
        _file(_PAGE, "All figures on one page, with their captions."),
    ]


def _file(name: str, said: str, digest: str = "") -> Record:
    return _entity(
        _encoded(name),
        "File",
        name=name,
        description=said or None,
        encodingFormat=_FORMATS.get(PurePosixPath(name).suffix, "application/octet-stream"),
        sha256=digest or None,
    )


def _said_of(name: str, files: Mapping[str, str], captions: Mapping[str, str]) -> str:
    path = PurePosixPath(name)
    if path.stem in _FIGURE_OF:
        return f"A table that comes with the figure {_FIGURE_OF[path.stem]}."
    if path.stem not in _QUESTIONS:
        return ""
    words = captions.get(path.stem) or _QUESTIONS[path.stem]
    if f"{path.stem}.svg" not in files or path.suffix in {".svg", ".png"}:
        return words
    if path.suffix == ".csv":
        return f"The data of the figure {path.stem}."
    return f"The words of the figure {path.stem}: title, caption, alt text, formula, parameters."


def _rhetorica(record: Record) -> Record:
    version = str(record["made_by"].get("rhetorica", "unknown"))
    return _entity(
        _local("rhetorica", version), "SoftwareApplication", name="Rhetorica", version=version
    )


def _notebook(name: str, record: Record) -> Record:
    software = _rhetorica(record)
    return _entity(
        _local("notebook", name),
        "SoftwareSourceCode",
        name=f"{name}.ipynb",
        description=f"The notebook {name} of Rhetorica.",
        version=software["version"],
        softwareRequirements=_links([software]),
    )


def _inputs(roles: Mapping[str, str], record: Record) -> list[Record]:
    """Return what a notebook read. It lies outside the crate, so it has no address in it."""
    return [
        _entity(
            _input(name, digest),
            "CreativeWork",
            name=name,
            description=roles.get(name),
            sha256=str(digest),
        )
        for name, digest in sorted(record["made_from"]["inputs"].items())
    ]


def _input(name: str, digest: object) -> str:
    """Identify a file that was read, in one of its states: notebooks run at different times."""
    return _local("input", *name.split("/"), str(digest)[:12])


def _roles(study: Study) -> dict[str, str]:
    """Tell what each input is to a study, by the name that the manifest gives it."""
    texts: dict[str, list[Document]] = {}
    for item in study.documents:
        texts.setdefault(shown_path(study, study.raw / item.file), []).append(item)
    others = {
        study.errata: "Errata: corrections of single places of the texts.",
        study.lexicon: "The lexicon of rhetoric.",
        study.annotations: "Sentences labelled by hand.",
    }
    return {
        **{shown_path(study, path): role for path, role in others.items()},
        **{
            name: _text(found[0]) if len(found) == 1 else f"A table of {len(found)} texts."
            for name, found in texts.items()
        },
    }


def _text(document: Document) -> str:
    date = f"{document.date} ({document.date_basis})" if document.date else "date unknown"
    return f"{document.title or document.label}. Author: {document.author}; {date}."


def _parameters(notebook: str, record: Record) -> list[Record]:
    return [
        _entity(
            _local("parameter", notebook, name), "PropertyValue", name=name, value=_value(value)
        )
        for name, value in sorted(record["made_from"]["parameters"].items())
    ]


def _value(value: object) -> object:
    """Return a parameter's value; a list as the text of one, for a graph keeps no order."""
    if isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return json.dumps(value, ensure_ascii=False)


def _action(name: str, record: Record) -> Record:
    made = record["made_from"]
    inputs = [_input(*item) for item in sorted(made["inputs"].items())]
    parameters = [_local("parameter", name, item) for item in sorted(made["parameters"])]
    return _entity(
        _local("run", name),
        "CreateAction",
        name=f"Run of {name}",
        description=f"Rhetorica ran the notebook {name}; when and where is not recorded, as it "
        f"decides no figure. {MANIFEST} tells what it ran with.",
        instrument={"@id": _local("notebook", name)},
        object=_references([*inputs, *parameters]),
        result=_references(_encoded(file) for file in sorted(record["files"])),
    )


def _entity(identifier: str, kind: str, **properties: object) -> Record:
    """Return an entity; a property without a value is left out."""
    said = {key: value for key, value in properties.items() if value is not None}
    return {"@id": identifier, "@type": kind, **said}


def _links(entities: Iterable[Record]) -> object:
    return _references(entity["@id"] for entity in entities)


def _references(identifiers: Iterable[str]) -> object:
    """Return links as RO-Crate has them: a list only where there are several."""
    links = [{"@id": identifier} for identifier in dict.fromkeys(identifiers)]
    return links if len(links) > 1 else next(iter(links), None)


def _local(*parts: str) -> str:
    """Return the identifier of something that is not a file of the crate."""
    return f"#{'/'.join(map(_encoded, parts))}"


def _encoded(name: str) -> str:
    """Write a name so that it is a relative address whatever stands in it."""
    return quote(name, safe="", errors="surrogatepass")
