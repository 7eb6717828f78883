"""What a figure was made from, and by what: the record that manifest and figures carry."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from rhetorica.catalogue import reads_of
from rhetorica.files import sha256_of
from rhetorica.notebook_files import Notebook
from rhetorica.parameters import Parameters
from rhetorica.study import Study, document_ids, study_with

# What decides the outputs besides our own code; of those in the second row only what is there.
PACKAGES = (
    "numpy", "scipy", "pandas", "scikit-learn", "matplotlib", "pillow", "regex", "ftfy",
    "simplemma", "beautifulsoup4", "charset-normalizer", "pydantic", "papermill", "nbclient",
    "nbformat", "ipykernel", "ipython",
    "pypdf", "python-docx", "lxml",
)  # fmt: skip
# What git takes for the repository instead of the one that it is in.
_REPOSITORY = {
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY",
    "GIT_NAMESPACE", "GIT_PREFIX",
}  # fmt: skip

_HASHED = {".py", ".toml", ".txt", ".js", ".css", ".json"}  # not what Python compiles of it

Record = dict[str, Any]
"""A part of the manifest: names and values as json has them."""


def made_from(study: Study, notebook: Notebook, parameters: Parameters) -> Record:
    """Return what the figures of a notebook are made from: study, parameters, inputs.

    Of the study file that is what it says of the texts. The parameters are those that the
    notebook declares, and of the others those that the study file sets.
    """
    chosen = parameters.model_dump(mode="json")
    if parameters.texts:  # in whatever order they are named, they come in the study's
        chosen["texts"] = list(document_ids(study, parameters.texts))
    usual = Parameters().model_dump(mode="json")
    return {
        "study": study.title,
        "notebook": notebook.name,
        "parameters": {
            name: value
            for name, value in chosen.items()
            if name in notebook.parameters or value != usual[name]
        },
        "inputs": _inputs(study_with(study, parameters), reads_of(notebook.name)),
        "description_sha256": _digest(
            {
                "title": study.title,
                "description": study.description,
                "documents": [item.model_dump(mode="json") for item in study.documents],
            }
        ),
    }


def made_by(notebook: Notebook) -> Record:
    """Return what makes the figures of a notebook: library, notebook, Python and packages.

    Of the library that is its version and one hash of all its files.
    """
    return {
        "rhetorica": version("rhetorica"),
        "library_sha256": library_sha256(),
        "notebook_sha256": sha256_of(notebook.file.read_bytes()),
        "python": platform.python_version(),
        "packages": dict(_versions()),
    }


def record_sha256(made: Mapping[str, Any]) -> str:
    """Identify a record of what figures are made from: the hash that every figure carries.

    It is the SHA-256 of the record as json with sorted keys and without spaces. Which library
    and packages made the figure has no part in it: they may change and the figure not.
    """
    return _digest(made)


def library_commit() -> str | None:
    """Return the commit of git that holds the library and notebooks as they are, if one does.

    It is the last that changed them; ``None`` outside a repository, in one that is cut short,
    without git, or where something in them is changed and not committed.
    """
    root = Path(__file__).resolve().parents[2]
    ours = ("src/rhetorica", "notebooks")
    if not all((root / name).is_dir() for name in ours) or not (root / ".git").exists():
        return None
    if _git(root, "rev-parse", "--is-shallow-repository") != "false":
        return None
    if _git(root, "status", "--porcelain", "--untracked-files=normal", "--", *ours) != "":
        return None
    return _git(root, "rev-list", "-1", "HEAD", "--", *ours) or None


def _git(root: Path, *arguments: str) -> str | None:
    # A hook of git is told its own repository, which need not be ours.
    here = {name: value for name, value in os.environ.items() if name not in _REPOSITORY}
    try:
        done = subprocess.run(
            ("git", "-C", str(root), *arguments),
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
            env=here | {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"},
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _inputs(study: Study, reads: tuple[str, ...]) -> dict[str, str]:
    """Return the SHA-256 of every file that decides the outputs, by its path in the study."""
    files = [study.raw / document.file for document in study.documents]
    files += [study.errata, *(getattr(study, name) for name in reads)]
    found: dict[str, str] = {}
    for file in dict.fromkeys(files):  # once, where a table holds many texts
        if file.is_file():
            name = shown_path(study, file)
            # Files that lie elsewhere, in two folders, may have the same name: each counts.
            while name in found:
                name += " (another)"
            found[name] = sha256_of(file.read_bytes())
    return found


def shown_path(study: Study, file: Path) -> str:
    """Return a file's path in the study's folder; of one that lies elsewhere, its name alone.

    What in it is no text in the file system's encoding is replaced: json could not hold it.
    """
    folder = study.file.parent
    path = file.relative_to(folder).as_posix() if file.is_relative_to(folder) else file.name
    return path.encode("utf-8", "replace").decode("utf-8")


def library_sha256() -> str:
    """Return one hash of all files of the library, names and contents."""
    package = Path(__file__).parent
    found = (p for p in package.rglob("*") if p.suffix in _HASHED)
    files = sorted(p for p in found if p.is_file() and not p.name.startswith("."))
    names = {p.relative_to(package).as_posix(): sha256_of(p.read_bytes()) for p in files}
    return _digest(names)


@lru_cache(maxsize=1)
def _versions() -> tuple[tuple[str, str], ...]:
    found = []
    for name in PACKAGES:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:  # an extra that is not installed
            continue
    return tuple(found)


def _digest(content: object) -> str:
    written = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256_of(written.encode("utf-8", "surrogatepass"))
