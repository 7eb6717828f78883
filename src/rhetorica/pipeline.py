"""The pipeline: all notebooks through papermill, two at a time, and their figures published."""

import ast
import contextlib
import json
import os
import platform
import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rhetorica.errors import (
    NotebookError,
    OutputError,
    ParameterError,
    RhetoricaError,
    listing,
    nearest,
)
from rhetorica.files import check_folder, make_folder, sha256_of, write_atomically
from rhetorica.parameters import PARAMETER_NAMES, Parameters, check_parameters
from rhetorica.sources import read_sources
from rhetorica.study import Study, default_study_file, document_ids

_AT_A_TIME = 2  # notebooks side by side: more than this gains nothing on two cores
_PATHS = ("study", "save_to")  # parameters that the pipeline itself sets
_SUFFIXES = ("svg", "png", "csv", "json")
_STATE = "run.json"
# What decides the outputs besides our own code.
_PACKAGES = (
    "numpy", "scipy", "pandas", "scikit-learn", "matplotlib", "regex", "ftfy", "simplemma",
    "pydantic", "papermill", "nbclient", "nbformat", "ipykernel", "ipython",
)  # fmt: skip
# Numerical libraries left to themselves start a thread a core in each of two kernels.
_KERNEL_ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Notebook:
    """A notebook of the project: its file and the parameters its parameters cell declares."""

    name: str
    file: Path
    parameters: tuple[str, ...]


@dataclass(frozen=True)
class Job:
    """One notebook to run on one study: the values it is given and the figures it must make."""

    notebook: Notebook
    values: Mapping[str, object]
    figures: tuple[str, ...]
    key: str


Report = Callable[[str, str], None]
"""Called with a notebook's name and what happens to it: start, done or failed."""


def find_notebooks() -> tuple[Notebook, ...]:
    """Return the project's numbered notebooks, in order.

    They lie beside the package when it is installed from a wheel, else in the checkout.
    """
    inside = Path(__file__).parent / "notebooks"
    folder = inside if inside.is_dir() else Path(__file__).resolve().parents[2] / "notebooks"
    found = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
    if not found:
        raise NotebookError(f"There are no notebooks in {folder}: the installation is incomplete.")
    return tuple(Notebook(path.stem, path, declared_parameters(path)) for path in found)


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


def plan(
    study: Study,
    values: Mapping[str, object],
    only: Iterable[str] = (),
    figures: Path | None = None,
) -> tuple[Job, ...]:
    """Check every value and input, and return the jobs of a run, before any kernel starts.

    Raises :class:`ParameterError`, :class:`StudyError`, :class:`SourceError` or
    :class:`LexiconError` for what a notebook would stumble over.
    """
    notebooks = _chosen(find_notebooks(), tuple(only))
    from rhetorica.catalogue import figures_of

    chosen, inputs = _check_values(study, values, notebooks), _inputs(study)
    jobs = []
    for notebook in notebooks:
        own: dict[str, object] = {k: v for k, v in values.items() if k in notebook.parameters}
        key = sha256_of(
            json.dumps(
                [inputs, notebook.name, sha256_of(notebook.file.read_bytes()), own, str(figures)],
                sort_keys=True,
            ).encode()
        )
        jobs.append(Job(notebook, own, figures_of(notebook.name, chosen), key))
    return tuple(jobs)


def _chosen(notebooks: tuple[Notebook, ...], only: tuple[str, ...]) -> tuple[Notebook, ...]:
    by_name = {notebook.name: notebook for notebook in notebooks}
    names = [Path(name).stem for name in only]
    for name in names:
        if name not in by_name:
            raise NotebookError(
                f"There is no notebook '{name}'.{nearest(name, by_name)} Known: {listing(by_name)}."
            )
    return tuple(notebook for notebook in notebooks if not names or notebook.name in names)


def _check_values(
    study: Study, values: Mapping[str, object], notebooks: tuple[Notebook, ...]
) -> Parameters:
    """Return the parameters of a run; refuse what a notebook would stumble over."""
    declared = sorted({name for n in notebooks for name in n.parameters} - set(_PATHS))
    for name in values:
        if name in _PATHS:
            raise ParameterError(
                f"'{name}' is set by the run itself: name the study as 'rhetorica run STUDY'."
            )
        if name in PARAMETER_NAMES and name not in declared:
            names = ", ".join(notebook.name for notebook in notebooks)
            raise ParameterError(f"No notebook to be run ({names}) takes the parameter '{name}'.")
    chosen = check_parameters(values, study.parameters, known=declared)
    document_ids(study, chosen.texts)
    from rhetorica.lexicon import load_lexicon, select_categories

    select_categories(load_lexicon(study.lexicon), chosen.categories)
    return chosen


def _inputs(study: Study) -> dict[str, Any]:
    """Describe all that decides a study's outputs: texts, study, lexicon, code, packages."""
    package = Path(__file__).parent
    code = sorted(p for p in package.rglob("*") if p.suffix in {".py", ".toml", ".txt"})
    return {
        "study": sha256_of(study.file.read_bytes()),
        "lexicon": sha256_of(study.lexicon.read_bytes()),
        **{
            file.stem: sha256_of(file.read_bytes()) if file.is_file() else ""
            for file in (study.errata, study.annotations)
        },
        # The text in a file can change with the package that reads it out of the file.
        "texts": [(s.sha256, sha256_of(s.text.encode())) for s in read_sources(study)],
        "code": sha256_of(b"".join(path.read_bytes() for path in code)),
        "packages": [f"{name} {version(name)}" for name in _PACKAGES],
        "python": platform.python_version(),
    }


def stale_jobs(study: Study, jobs: Iterable[Job], figures: Path) -> tuple[Job, ...]:
    """Return the jobs whose inputs changed since they last ran, or whose products did."""
    state = _read_state(study)
    return tuple(job for job in jobs if not _is_current(state.get(job.notebook.name), job, figures))


def _is_current(done: object, job: Job, figures: Path) -> bool:
    if not isinstance(done, dict) or done.get("key") != job.key:
        return False
    products = done.get("products", {})
    return bool(products) and all(
        (figures / name).is_file() and sha256_of((figures / name).read_bytes()) == digest
        for name, digest in products.items()
    )


def _read_state(study: Study) -> dict[str, Any]:
    try:
        state = json.loads((study.build / _STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def prepare(study: Study, values: Mapping[str, object], figures: Path) -> None:
    """Read, edit, tokenise and count the texts once for all notebooks, and make the folders.

    Raises :class:`SourceError` for a text without words, :class:`AnnotationError` for what is wrong
    with labelled sentences, :class:`ParameterError` for `evidence` or a text that is not there, and
    :class:`OutputError` where nothing can be written.
    """
    from rhetorica.agreement import check_annotations
    from rhetorica.corpus import read_corpus
    from rhetorica.rhetoric import check_evidence

    folders = (figures, study.build / "notebooks", study.build / "figures")
    for folder in folders:
        check_folder(folder)
    corpus = read_corpus(study, check_parameters(values, study.parameters))
    check_annotations(corpus)
    check_evidence(corpus)
    for folder in folders:
        make_folder(folder)


def run_jobs(study: Study, jobs: tuple[Job, ...], figures: Path, report: Report) -> list[str]:
    """Run the jobs, publish the figures of those that succeed, and return what failed, in words.

    Executed notebooks go to ``build/notebooks``, the figures they draw to ``build/figures`` and
    from there to `figures` once their notebook is finished: a failing notebook leaves the
    published figures as they were.
    """
    prepare(study, {name: v for job in jobs for name, v in job.values.items()}, figures)
    for name, value in _KERNEL_ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    failures: list[str] = []
    with contextlib.chdir(study.build / "notebooks"):
        pool = ThreadPoolExecutor(_AT_A_TIME)
        try:
            waiting = {pool.submit(_run_one, study, job, report): job for job in jobs}
            while waiting:
                for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                    failures += _finish(study, waiting.pop(future), future, figures, report)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    return failures


def _finish(
    study: Study, job: Job, future: Future[None], figures: Path, report: Report
) -> list[str]:
    name = job.notebook.name
    try:
        future.result()
        products = _publish(study, job, figures)
    except RhetoricaError as error:
        report(name, "failed")
        return [str(error)]
    state = _read_state(study) | {name: {"key": job.key, "products": products}}
    content = json.dumps(state, indent=1, sort_keys=True)
    write_atomically(study.build / _STATE, content.encode("utf-8"))
    report(name, "done")
    return []


def _run_one(study: Study, job: Job, report: Report) -> None:
    """Execute one notebook; it stands under its own name only if every cell of it ran."""
    import nbformat
    import papermill
    from papermill.exceptions import PapermillExecutionError

    name = job.notebook.name
    report(name, "start")
    folder = study.build / "notebooks"
    partial, finished = folder / f".{name}.partial.ipynb", folder / f"{name}.ipynb"
    failed = folder / f"{name}.failed.ipynb"
    for stale in (failed, *_staged(study, name)):
        stale.unlink(missing_ok=True)
    values = dict(job.values) | {"save_to": "../figures"} | _study_value(study)
    try:
        papermill.execute_notebook(
            job.notebook.file,
            partial,
            parameters=values,
            kernel_name="python3",
            progress_bar=False,
            log_output=False,
            request_save_on_cell_execute=False,
            record_timing=False,
            config=_kernel_config(),
            extra_arguments=["--IPKernelApp.log_level=50"],
        )
        content = _normalised(nbformat.read(partial, as_version=4))
        write_atomically(finished, nbformat.writes(content).encode("utf-8"))
    except PapermillExecutionError as error:
        partial.replace(failed)
        raise NotebookError(_failure(name, error, failed)) from None
    except OSError as error:
        raise OutputError(f"{name} could not be written ({error}).") from None
    except RuntimeError as error:  # nbclient's way of saying that the kernel died
        raise NotebookError(f"{name} stopped: {error}") from None
    finally:
        partial.unlink(missing_ok=True)
        _close_event_loop()


def _close_event_loop() -> None:
    """Close the event loop that nbclient leaves open in the thread in which it ran."""
    import asyncio

    with contextlib.suppress(RuntimeError):  # there is none: no kernel was started
        asyncio.get_event_loop().close()


def _study_value(study: Study) -> dict[str, object]:
    """Name the study by its path from the executed notebook; not at all if it is the default."""
    with contextlib.suppress(RhetoricaError):
        if study.file == default_study_file():
            return {}
    return {"study": Path(os.path.relpath(study.file, study.build / "notebooks")).as_posix()}


def _kernel_config() -> Any:
    """Return the setting that spares each kernel a warning about transport encryption."""
    from traitlets.config import Config

    return Config({"KernelManager": {"transport_encryption": "auto"}})


def _normalised(notebook: Any) -> Any:
    """Drop from an executed notebook what differs from run to run: times and random ids."""
    notebook.metadata.pop("papermill", None)
    for number, cell in enumerate(notebook.cells):
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = f"injected-{number}"
    return notebook


def _failure(name: str, error: Any, executed: Path) -> str:
    """Say which cell and line of which notebook failed, with its error and where to look."""
    message = _without_colours(f"{error.ename}: {error.evalue}")
    return (
        f"{name} failed in its code cell {error.exec_count} ({_failing_line(error)}):\n"
        f"  {message}\n  The notebook as far as it ran: {executed}"
    )


def _failing_line(error: Any) -> str:
    """Return the line that IPython's traceback points at, else the first that does something."""
    pointed = re.search(r"^-+> *\d+ (.+)$", _without_colours("\n".join(error.traceback)), re.M)
    if pointed:
        return pointed[1].strip()
    lines = [line.strip() for line in error.source.splitlines() if line.strip()]
    doing = (line for line in lines if not line.startswith(("#", "from ", "import ")))
    return next(doing, lines[0] if lines else "")


def _without_colours(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def _staged(study: Study, notebook: str) -> list[Path]:
    from rhetorica.catalogue import figures_of, tables_of

    folder = study.build / "figures"
    names = [f"{name}.{suffix}" for name in figures_of(notebook) for suffix in _SUFFIXES]
    return [folder / name for name in [*names, *(f"{t}.csv" for t in tables_of(notebook))]]


def _publish(study: Study, job: Job, figures: Path) -> dict[str, str]:
    """Copy the figures of a finished notebook to where they are read; return their hashes.

    Raises :class:`NotebookError`, and copies none, where one that the catalogue promises is
    not there.
    """
    staged = _staged(study, job.notebook.name)
    made = {path.name: path.read_bytes() for path in staged if path.is_file()}
    for name in job.figures:
        present = [suffix for suffix in _SUFFIXES if f"{name}.{suffix}" in made]
        if present not in (list(_SUFFIXES), ["json"]):  # json alone: there is nothing to show
            raise NotebookError(f"{job.notebook.name} ran, but did not make the figure '{name}'.")
    for path in staged:
        if path.name in made:
            write_atomically(figures / path.name, made[path.name])
        else:
            (figures / path.name).unlink(missing_ok=True)
    return {name: sha256_of(data) for name, data in made.items()}
