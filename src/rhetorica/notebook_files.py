"""The notebooks of the project as files: where they lie and which parameters they declare."""

import ast
import json
from dataclasses import dataclass
from pathlib import Path

from rhetorica.errors import NotebookError, listing, nearest


@dataclass(frozen=True)
class Notebook:
    """A notebook of the project: its file and the parameters its parameters cell declares."""

    name: str
    file: Path
    parameters: tuple[str, ...]


def notebook_folder() -> Path:
    """Return the folder of the project's notebooks.

    They lie beside the package when it is installed from a wheel, else in the checkout.
    """
    inside = Path(__file__).parent / "notebooks"
    return inside if inside.is_dir() else Path(__file__).resolve().parents[2] / "notebooks"


def find_notebooks() -> tuple[Notebook, ...]:
    """Return the project's numbered notebooks, in order."""
    folder = notebook_folder()
    found = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
    if not found:
        raise NotebookError(f"There are no notebooks in {folder}: the installation is incomplete.")
    return tuple(Notebook(path.stem, path, declared_parameters(path)) for path in found)


def find_notebook(name: str) -> Notebook:
    """Return a notebook by its name; raise :class:`NotebookError` with the nearest."""
    return choose_notebooks((name,))[0]


def choose_notebooks(names: tuple[str, ...]) -> tuple[Notebook, ...]:
    """Return the notebooks of these names, as ``02_topics`` or the file's, in order; else all.

    Raises :class:`NotebookError` with the nearest name for one that is not there.
    """
    by_name = {notebook.name: notebook for notebook in find_notebooks()}
    wanted = [Path(name).stem for name in names]
    for name in wanted:
        if name not in by_name:
            raise NotebookError(
                f"There is no notebook '{name}'.{nearest(name, by_name)} Known: {listing(by_name)}."
            )
    return tuple(found for found in by_name.values() if not wanted or found.name in wanted)


def declared_parameters(path: Path) -> tuple[str, ...]:
    """Return the names that a notebook's one parameters cell assigns.

    Raises :class:`NotebookError` where there is no such cell or more than one.
    """
    content = json.loads(path.read_text(encoding="utf-8"))
    cells = [c for c in content["cells"] if "parameters" in c["metadata"].get("tags", [])]
    if len(cells) != 1:
        raise NotebookError(
            f"{path} has {len(cells)} cells tagged 'parameters'; it needs exactly one."
        )
    names: list[str] = []
    for node in ast.parse("".join(cells[0]["source"])).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        names += [target.id for target in targets if isinstance(target, ast.Name)]
    return tuple(names)
