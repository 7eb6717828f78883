"""The pipeline: the notebooks that have something new to say, run side by side, and published."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from rhetorica import manifest, provenance, zygote
from rhetorica.catalogue import figures_of, tables_of
from rhetorica.errors import NotebookError, OutputError, ParameterError, RhetoricaError
from rhetorica.execution import Limits, execute, working_in
from rhetorica.files import (
    check_folder,
    locked,
    make_folder,
    publish,
    sha256_of,
    sweep,
    temporary_beside,
    temporary_place,
    write_atomically,
)
from rhetorica.gallery import MADE_BY, PAGE, gallery_page
from rhetorica.manifest import MANIFEST, Change
from rhetorica.notebook_files import Notebook, choose_notebooks, find_notebooks
from rhetorica.parameters import PARAMETER_NAMES, Parameters, check_parameters
from rhetorica.provenance import Record
from rhetorica.study import Study, default_study_file, document_ids, load_study, study_with

_PATHS = ("study", "save_to")  # parameters that the pipeline itself sets
WHERE_IT_LIES = "\n  The notebook as far as it ran: "
_SUFFIXES = ("svg", "png", "csv", "json")
# What takes longest is started first, so that at the end no core stands idle.
_ORDER = {"02_topics": 0, "04_similarity": 1, "03_rhetoric": 2}


@dataclass(frozen=True)
class Options:
    """How to run: how many notebooks at a time, what each may take, whether a failure ends all."""

    at_a_time: int = 2  # more than this gains nothing on two cores
    keep_going: bool = False
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Job:
    """One notebook on one study: its values, its makings, its figures, and why it has to run."""

    notebook: Notebook
    values: Mapping[str, object]
    made_from: Record
    made_by: Record
    figures: tuple[str, ...]
    changes: tuple[Change, ...] = ()


Report = Callable[[str, str], None]
"""Called with a notebook's name and what happens to it: start, done, failed or left."""


def plan(
    study: Study, values: Mapping[str, object], only: Iterable[str], figures: Path
) -> tuple[Job, ...]:
    """Return a job for each notebook, with what has changed since it last ran, if anything has.

    Raises :class:`ParameterError`, :class:`StudyError` or :class:`NotebookError` for a value or
    a name that a notebook would stumble over. Reads the files of study and figures and no text.
    """
    notebooks = choose_notebooks(tuple(only))
    chosen = _check_values(study, values, notebooks)
    known = manifest.read_manifest(figures)["notebooks"]
    jobs = []
    for notebook in notebooks:
        own = {name: value for name, value in values.items() if name in notebook.parameters}
        parameters = check_parameters(own, study.parameters)
        made_from = provenance.made_from(study, notebook, parameters)
        made_by = provenance.made_by(notebook)
        executed = executed_folder(study, figures) / f"{notebook.name}.ipynb"
        changes = manifest.changes_since(
            known.get(notebook.name), made_from, made_by, executed, figures
        )
        # As the record has them, so that the record decides the executed notebook, too.
        injected = {
            name: made_from["parameters"][name]
            for name in own
            if getattr(parameters, name) != getattr(study.parameters, name)
        }
        asked = figures_of(notebook.name, chosen)
        jobs.append(Job(notebook, injected, made_from, made_by, asked, changes))
    return tuple(jobs)


def executed_folder(study: Study, figures: Path) -> Path:
    """Return where the notebooks lie as they ran: for each folder of figures another one."""
    if figures == study.figures:
        return study.build / "notebooks"
    place = sha256_of(os.fsencode(figures))[:8]
    return study.build / f"{figures.name}-{place}" / "notebooks"


def _check_values(
    study: Study, values: Mapping[str, object], notebooks: tuple[Notebook, ...]
) -> Parameters:
    """Return the parameters of a run; refuse a name or value that no notebook takes."""
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
    return chosen


def check_folders(study: Study, figures: Path) -> None:
    """Raise :class:`OutputError` where the outputs could not be written; change nothing.

    So where the folder has the figures of another study: one that has no text in common.
    """
    notebooks = executed_folder(study, figures)
    for folder in (figures, notebooks, notebooks.parents[1]):
        check_folder(folder)
    there = manifest.read_manifest(figures)
    page = figures / PAGE
    if page.is_file() and MADE_BY.encode() not in page.read_bytes():
        raise OutputError(
            f"{page} is not ours, and a page of the figures would replace it: "
            "choose another folder with --figures."
        )
    if figures.resolve().is_relative_to(study.raw.resolve()):
        raise OutputError(f"{figures} is where the raw texts are: choose another folder.")
    theirs = {digest for made in manifest.made_froms(there) for digest in made["inputs"].values()}
    ours = {document.sha256 for document in study.documents}
    title = there.get("study", {}).get("title")
    if theirs and title != study.title and not theirs & ours:
        raise OutputError(
            f"{figures} has the figures of another study, “{title}”: "
            "choose another folder with --figures, or remove them."
        )


@contextmanager
def only_one(study: Study, figures: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Keep other runs of the study, and into the same folder, waiting; clear up after dead ones.

    `waiting` is called if this one has to wait itself. Raises :class:`OutputError` where the
    folders cannot be made.
    """
    with ExitStack() as locks:
        # Once each, or a run whose folders are one would wait for itself; and in one order for
        # all runs, or two whose folders are each other's would wait for ever.
        for folder in sorted({study.build.resolve(), figures.resolve()}):
            locks.enter_context(locked(folder, waiting))
        notebooks = executed_folder(study, figures)
        ours = (
            figures,
            notebooks,
            notebooks.parents[1],
            study.processed,
            study.processed / "texts",
        )
        for folder in (*ours, temporary_place()):
            sweep(folder)
        yield


def check_inputs(study: Study, values: Mapping[str, object]) -> None:
    """Raise what a run would for a text, errata or a lexicon, without running; write nothing."""
    from rhetorica.errata import read_errata
    from rhetorica.lexicon import load_lexicon, select_categories
    from rhetorica.places import read_words
    from rhetorica.sources import read_sources

    read_sources(study)
    read_errata(study.errata, document_ids(study))
    chosen = check_parameters(values, study.parameters)
    read_words(chosen.words)
    lexicon = study_with(study, chosen).lexicon
    select_categories(load_lexicon(lexicon), chosen.categories)


def prepare(study: Study, values: Mapping[str, object]) -> None:
    """Read, edit, tokenise and count the texts once for all notebooks.

    Raises what a notebook would stumble over: :class:`SourceError` for a text that is not there,
    not the one described or without words, :class:`LexiconError`, :class:`AnnotationError` for
    what is wrong with labelled sentences, :class:`ParameterError` for `categories`, `evidence`
    or a text that is not there.
    """
    from rhetorica.agreement import check_annotations
    from rhetorica.corpus import read_corpus
    from rhetorica.lexicon import load_lexicon, select_categories
    from rhetorica.places import read_words
    from rhetorica.rhetoric import check_evidence

    chosen = check_parameters(values, study.parameters)
    read_words(chosen.words)
    select_categories(load_lexicon(study_with(study, chosen).lexicon), chosen.categories)
    corpus = read_corpus(study, chosen)
    check_annotations(corpus)
    check_evidence(corpus)


def run_jobs(
    study: Study, jobs: Iterable[Job], figures: Path, report: Report, options: Options
) -> list[str]:
    """Run the jobs, publish the figures of those that succeed, and return what failed, in words.

    A notebook runs, and draws, in a temporary folder. Once it is finished and all its figures
    are there, it goes to ``build/notebooks`` and they to `figures`, and the manifest says so: a
    failing notebook leaves the published figures as they were. Without ``keep_going`` none is
    started after one has failed.
    """
    waiting = sorted(jobs, key=lambda job: _ORDER.get(job.notebook.name, len(_ORDER)))
    failures: list[str] = []
    running: dict[Future[bytes], Job] = {}
    home = executed_folder(study, figures)
    with _workshop(home) as stage, _pool(options.at_a_time) as pool:
        while running or waiting:
            while waiting and len(running) < options.at_a_time:
                job = waiting.pop(0)
                report(job.notebook.name, "start")
                values, folder = _values(study, job, home), stage / home.name
                future = pool.submit(execute, job.notebook, values, folder, options.limits)
                running[future] = job
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                job = running.pop(future)
                failure = _finish(study, job, future, stage, figures)
                report(job.notebook.name, "failed" if failure else "done")
                failures += failure
            if failures and not options.keep_going:
                for job in waiting:
                    report(job.notebook.name, "left")
                waiting = []
    return failures


@contextmanager
def _workshop(home: Path) -> Iterator[Path]:
    """Make a temporary folder in which notebooks run as they would where they belong.

    It lies beside the folder that holds theirs, so that the paths in an executed notebook, which
    go from where it lies, are right where it ran and where it will lie.
    """
    with temporary_beside(home.parent) as stage:
        make_folder(stage / "figures")
        try:
            with working_in(make_folder(stage / home.name)):
                yield stage
        finally:
            zygote.end_kernels()  # or one that goes on after Ctrl-C would write what is removed


@contextmanager
def _pool(size: int) -> Iterator[ThreadPoolExecutor]:
    """Give out threads, and on Ctrl-C do not wait for them."""
    pool = ThreadPoolExecutor(size)
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _values(study: Study, job: Job, home: Path) -> dict[str, object]:
    """Return what is injected into a notebook: its values, and the study if not the default.

    The study is named by its path from the executed notebook.
    """
    values = dict(job.values) | {"save_to": "../figures"}
    with suppress(RhetoricaError):
        if study.file == default_study_file():
            return values
    return values | {"study": Path(os.path.relpath(study.file, home)).as_posix()}


def _finish(study: Study, job: Job, future: Future[bytes], stage: Path, figures: Path) -> list[str]:
    """Publish what a notebook made; return what went wrong with it, if anything did."""
    name = job.notebook.name
    finished = executed_folder(study, figures) / f"{name}.ipynb"
    failed = _failed(study, figures, job)
    try:
        executed = future.result()
        made = _made(job, stage / "figures")
        _require_unchanged(study, job, made)
        failed.unlink(missing_ok=True)
        write_atomically(finished, executed)
        _publish(study, job, executed, made, figures)
    except RhetoricaError as error:
        unfinished = stage / finished.parent.name / failed.name
        if not unfinished.is_file():
            return [str(error)]
        with suppress(OSError, RhetoricaError):
            write_atomically(failed, unfinished.read_bytes())
            return [f"{error}{WHERE_IT_LIES}{failed}"]
        return [str(error)]
    return []


def remove_old_failures(study: Study, figures: Path, jobs: Iterable[Job]) -> None:
    """Remove what is left of notebooks that once failed, where now there is nothing to run."""
    for job in jobs:
        if not job.changes:
            _failed(study, figures, job).unlink(missing_ok=True)


def _failed(study: Study, figures: Path, job: Job) -> Path:
    return executed_folder(study, figures) / f"{job.notebook.name}.failed.ipynb"


def _require_unchanged(study: Study, job: Job, made: Mapping[str, bytes]) -> None:
    """Raise :class:`NotebookError` where its makings are no longer those it was planned with.

    A file that was edited, and perhaps put back, while the notebook ran would else make the
    manifest say of the figures what they were not made from. The figures themselves name the
    record of what was there when they were drawn.
    """
    name, now = job.notebook.name, load_study(study.file)
    chosen = check_parameters(job.values, now.parameters)
    seen = f"made_from_sha256 {provenance.record_sha256(job.made_from)}".encode()
    if (
        provenance.made_from(now, job.notebook, chosen) != job.made_from
        or provenance.made_by(job.notebook) != job.made_by
        or any(seen not in data for file, data in made.items() if file.endswith(".svg"))
    ):
        raise NotebookError(
            f"{name} ran, but what it is made from was changed meanwhile: run it again."
        )


def _promised(notebook: str) -> list[str]:
    """Return the names of all files that a notebook may make."""
    names = [f"{name}.{suffix}" for name in figures_of(notebook) for suffix in _SUFFIXES]
    return [*names, *(f"{table}.csv" for table in tables_of(notebook))]


def _made(job: Job, folder: Path) -> dict[str, bytes]:
    """Return the files that a finished notebook has drawn and written, by name.

    Raises :class:`NotebookError` where one that the catalogue promises is not there.
    """
    paths = [folder / name for name in _promised(job.notebook.name)]
    made = {path.name: path.read_bytes() for path in paths if path.is_file()}
    for name in job.figures:
        present = [suffix for suffix in _SUFFIXES if f"{name}.{suffix}" in made]
        if present not in (list(_SUFFIXES), ["json"]):  # json alone: there is nothing to show
            raise NotebookError(f"{job.notebook.name} ran, but did not make the figure '{name}'.")
    return made


def _publish(
    study: Study, job: Job, executed: bytes, made: Mapping[str, bytes], figures: Path
) -> None:
    """Put the files of a notebook in their place, remove those of an earlier run, tell it last.

    The manifest is written after the files: while it is not, it shows that they do not agree.
    """
    name = job.notebook.name
    record = manifest.notebook_record(job.made_from, job.made_by, executed, made)
    known = manifest.read_manifest(figures)
    contents: dict[str, bytes | None] = dict.fromkeys(_untouched(known, name, figures))
    contents |= {file: made.get(file) for file in _promised(name)}
    known = manifest.with_record(known, study, name, record)
    publish(figures, contents | {MANIFEST: manifest.written(known)})


def _untouched(known: Record, notebook: str, figures: Path) -> Iterator[str]:
    """Yield the files that a notebook made earlier and that are still as it made them."""
    for name, digest in known["notebooks"].get(notebook, {}).get("files", {}).items():
        path = figures / name
        if path.is_file() and sha256_of(path.read_bytes()) == digest:
            yield name


def bring_up_to_date(study: Study, figures: Path) -> tuple[str, ...]:
    """Write the gallery and what else is made from the figures, where that is not as it was.

    What a notebook made that is no more is removed. Returns the names of what was written.
    """
    from rhetorica.crate import CRATE, crate, read_captions, why_no_crate

    known = manifest.read_manifest(figures)
    changed: dict[str, bytes | None] = {}
    if known["notebooks"]:
        gone = set(known["notebooks"]) - {notebook.name for notebook in find_notebooks()}
        old = [file for name in gone for file in _untouched(known, name, figures)]
        publish(figures, dict.fromkeys(old))
        known = manifest.brought_up_to_date(known, study)
        pages: dict[str, bytes | None] = {
            MANIFEST: manifest.written(known),
            PAGE: gallery_page(study, figures),
            CRATE: None if why_no_crate(study) else crate(study, known, read_captions(figures)),
        }
        changed = {name: data for name, data in pages.items() if _differs(figures / name, data)}
        publish(figures, changed)
    return tuple(changed)


def _differs(path: Path, data: bytes | None) -> bool:
    return (path.read_bytes() if path.is_file() else None) != data
