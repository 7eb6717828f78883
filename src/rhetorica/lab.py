"""The command that opens JupyterLab on a study, with the kernel that has Rhetorica in it."""

import argparse
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import quote

from rhetorica.editorial import add_study
from rhetorica.errors import OutputError, StudyError, harmless
from rhetorica.running import short

if TYPE_CHECKING:
    from rhetorica.study import Study

EXPLORE = "explore.ipynb"
# What in the notebook is of the five texts, and is another in the copy for a study.
_STUDY, _CATEGORY, _PATTERN = 'study = ""', 'categories = "unity"', 'categories, "cohesion")'
_PARAGRAPH = '"external-activities", 15'
_PAIR = '"party-building-treatise", "party-building-commentary"'
# The server says little besides its address; it asks nobody for updates; and it ends without a
# question, for the notebook is saved by itself. Kernels without the encryption of
# their connections, which never leave this machine unless someone asks for that, would warn.
_OPTIONS = (
    "--ServerApp.log_level=WARN",
    "--LabApp.log_level=WARN",
    "--ServerApp.answer_yes=True",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--KernelManager.transport_encryption=auto",
)


def add_commands(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add ``lab`` to the command line."""
    lab = commands.add_parser(
        "lab",
        help="explore a study in JupyterLab",
        description="Open JupyterLab on the notebook for exploring. A study of your own receives "
        f"a copy of it in its folder, {EXPLORE}, which stays as you leave it.",
    )
    add_study(lab)
    lab.add_argument(
        "--no-browser", action="store_true", help="open no browser, but print the address"
    )
    lab.add_argument("--port", type=_port, metavar="N", help="listen on this port (usually 8888)")
    lab.set_defaults(action=open_lab)


def _port(text: str) -> int:
    if not (text.isdecimal() and 0 < int(text) < 2**16):
        raise argparse.ArgumentTypeError(f"'{text}' is no port from 1 to 65535")
    return int(text)


def open_lab(options: argparse.Namespace, study: "Study") -> NoReturn:
    """Become a JupyterLab that opens the study's notebook."""
    notebook, root = notebook_of(study)
    print(harmless(f"Opening {short(notebook)} in JupyterLab. Ctrl-C ends it."), flush=True)
    command = lab_command(notebook, root, options.no_browser, options.port)
    os.execve(sys.executable, command, lab_environment(os.environ))


def notebook_of(study: "Study") -> tuple[Path, Path]:
    """Return the notebook for exploring a study, and the folder that JupyterLab is to show.

    For the study of the project it is the project's own. Another has its copy, beside its
    study file; it is made here if it is not there, and never written again. Raises
    :class:`OutputError` where it cannot be.
    """
    from rhetorica.files import write_atomically
    from rhetorica.notebook_files import notebook_folder
    from rhetorica.study import STUDY_FILE, default_study_file

    original = notebook_folder() / EXPLORE
    try:
        if study.file == default_study_file():
            return original, original.parents[1]
    except StudyError:  # a study can be explored where the project's own is not
        pass
    # Of several studies in one folder each has its own.
    other = study.file.name != STUDY_FILE
    notebook = study.file.with_name(f"explore-{study.file.stem}.ipynb" if other else EXPLORE)
    if not notebook.exists():
        write_atomically(notebook, _copy_for(original, study))
    elif not notebook.is_file():
        raise OutputError(f"{notebook} is no file: remove it, or give it another name.")
    return notebook, notebook.parent


def _copy_for(original: Path, study: "Study") -> bytes:
    """Return the notebook with the name of the study file, and with a category the study has."""
    changes = {_STUDY: f"study = {_quoted(study.file.name)}"}
    ids = [document.id for document in study.documents]
    if not {"external-activities", "party-building-treatise"} <= set(ids):
        changes[_PARAGRAPH] = f"{_quoted(ids[0])}, 1"
        changes[_PAIR] = f"{_quoted(ids[0])}, {_quoted(ids[min(1, len(ids) - 1)])}"
    category, pattern = _category_to_show(study)
    if pattern:
        changes[_CATEGORY] = f"categories = {_quoted(category)}"
        changes[_PATTERN] = f"categories, {_quoted(pattern)})"
    content = json.loads(original.read_text(encoding="utf-8"))
    for cell in content["cells"]:
        source = "".join(cell["source"])
        for old, new in changes.items() if cell["cell_type"] == "code" else ():
            source = source.replace(old, new)
        cell["source"] = source.splitlines(keepends=True)
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def _category_to_show(study: "Study") -> tuple[str, str]:
    """Return a category of a study's lexicon and one of its patterns; nothing if none will do.

    They are those of the notebook itself where the lexicon has them. A category with one pattern
    will not do: in the notebook one is taken out.
    """
    from rhetorica.lexicon import read_lexicon

    lexicon, _ = read_lexicon(study.lexicon)
    every = lexicon.categories if lexicon else ()
    fit = [c for c in every if len({entry.pattern for entry in c.entries}) > 1]
    for category in sorted(fit, key=lambda own: own.id != "unity"):
        patterns = [entry.pattern for entry in category.entries]
        return category.id, "cohesion" if "cohesion" in patterns else patterns[0]
    return "", ""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def lab_command(notebook: Path, root: Path, no_browser: bool, port: int | None) -> list[str]:
    """Return the command that serves a folder and opens a notebook in it."""
    command = [sys.executable, "-m", "jupyterlab", *_OPTIONS]
    # The address that is opened, and printed, is that of the notebook.
    place = quote(notebook.relative_to(root).as_posix())
    command += [f"--ServerApp.root_dir={root}", f"--LabApp.default_url=/lab/tree/{place}"]
    if no_browser:
        command.append("--no-browser")
    if port:
        command += [f"--port={port}", "--ServerApp.port_retries=0"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # in a container there is often nobody else
    return command


def lab_environment(usual: Mapping[str, str]) -> dict[str, str]:
    """Return the environment in which the kernel ``python3`` is that of this installation.

    Kernels of that name which other installations have put into the user's folder, or on the
    path for kernels, come after it. A folder of our own settings keeps JupyterLab from asking
    whether it may fetch news.
    """
    own = {
        "JUPYTER_PATH": Path(sys.prefix) / "share" / "jupyter",
        "JUPYTER_CONFIG_PATH": Path(__file__).parent / "resources" / "jupyter",
    }
    paths = {
        name: os.pathsep.join([str(folder), *filter(None, [usual.get(name)])])
        for name, folder in own.items()
    }
    return {**usual, **paths}
