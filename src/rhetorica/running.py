"""The commands that make figures, and that make them again to see whether they are the same."""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rhetorica.editorial import add_parameters, add_study, positive_number
from rhetorica.errors import OutputError, harmless, on_one_line, plural

if TYPE_CHECKING:
    from rhetorica.pipeline import Job, Options, Report
    from rhetorica.study import Study

_LISTED = 8  # reasons to run a notebook that are shown


def add_commands(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add ``run`` and ``verify`` to the command line."""
    run = commands.add_parser(
        "run",
        help="run the notebooks on a study and publish its figures",
        description="Run the notebooks on a study, two at a time, and publish its figures. "
        "Only what has changed since the last run is run again.",
    )
    _add_run_options(run)
    _add_limits(run)
    run.set_defaults(action=run_study)
    verify = commands.add_parser(
        "verify",
        help="make all figures again, elsewhere, and compare them with those published",
        description="Run the notebooks again, in a temporary folder, with the parameters and on "
        "the inputs of figures/manifest.json, and compare every figure and table: identical, "
        "numbers equal within 1e-8 but bytes differ, or different, with the first difference. "
        "The exit code is 0 only if nothing differs. Nothing of the study is changed.",
    )
    add_study(verify)
    verify.add_argument("--figures", type=Path, metavar="FOLDER", help="where the figures are")
    _add_limits(verify)
    verify.set_defaults(action=verify_study)


def _add_run_options(run: argparse.ArgumentParser) -> None:
    add_study(run)
    add_parameters(run, "set a parameter of the notebooks")
    run.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NOTEBOOK",
        help="run this notebook only, such as 02_topics; may be repeated",
    )
    run.add_argument("--figures", type=Path, metavar="FOLDER", help="publish the figures there")
    run.add_argument("--force", action="store_true", help="run also what has not changed")
    run.add_argument(
        "--explain", action="store_true", help="say what would run, and why; run nothing"
    )
    run.add_argument(
        "--keep-going", action="store_true", help="start the other notebooks after one has failed"
    )


def _add_limits(parser: argparse.ArgumentParser) -> None:
    from rhetorica.execution import Limits

    usual = Limits()
    parser.add_argument(
        "-j", "--jobs", type=positive_number, default=2, metavar="N",
        help="notebooks at a time (default 2)",
    )  # fmt: skip
    parser.add_argument(
        "--cell-seconds", type=_whole_number, default=usual.cell_seconds, metavar="N",
        help=f"stop a cell that takes longer (default {usual.cell_seconds}; 0: never)",
    )  # fmt: skip
    parser.add_argument(
        "--memory", type=_gigabytes, default=usual.memory_gigabytes, metavar="GB",
        help="what each notebook may take, on Linux "
        f"(default {usual.memory_gigabytes:g}; 0: no limit)",
    )  # fmt: skip


def _whole_number(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number from 0")
    return int(text)


def _gigabytes(text: str) -> float:
    try:
        size = float(text)
    except ValueError:
        size = -1.0
    if not (size == 0 or 0.5 <= size <= 10**6):
        raise argparse.ArgumentTypeError(f"'{text}' is no number of gigabytes from 0.5, or 0")
    return size


def _options_of(options: argparse.Namespace, keep_going: bool) -> "Options":
    from rhetorica.execution import Limits
    from rhetorica.pipeline import Options

    return Options(options.jobs, keep_going, Limits(options.cell_seconds, options.memory))


def run_study(options: argparse.Namespace, study: "Study") -> int:
    """Run what has changed, publish it, and say what was done; return the exit code."""
    from rhetorica.parameters import read_value
    from rhetorica.pipeline import (
        bring_up_to_date,
        check_folders,
        check_inputs,
        only_one,
        plan,
        prepare,
        remove_old_failures,
    )

    started = time.monotonic()
    values = {name: read_value(name, text) for name, text in options.parameter}
    figures = _folder(options, study)
    jobs = plan(study, values, options.only, figures)
    if options.explain:
        _explain(jobs, options.force)
        check_inputs(study, values)
        return 0
    if not any(job.changes or options.force for job in jobs):
        with only_one(study, figures, _waiting):
            # While it waited, another run may have made other figures.
            jobs = plan(study, values, options.only, figures)
            remove_old_failures(study, figures, jobs)
            if not any(job.changes for job in jobs):
                _say_nothing_to_do(figures, bring_up_to_date(study, figures))
                return 0
    check_folders(study, figures)
    with warm_kernels():
        prepare(study, values)
        with only_one(study, figures, _waiting):
            # While it waited, another run may have done the work.
            jobs = plan(study, values, options.only, figures)
            remove_old_failures(study, figures, jobs)
            return _run(options, study, figures, jobs, started)


def _run(
    options: argparse.Namespace,
    study: "Study",
    figures: Path,
    jobs: "tuple[Job, ...]",
    started: float,
) -> int:
    from rhetorica.pipeline import bring_up_to_date, run_jobs

    due = tuple(job for job in jobs if job.changes or options.force)
    if not due:
        _say_nothing_to_do(figures, ())
        return 0
    said = f"{plural(len(study.documents), 'text')}; {len(due)} of "
    print(f"“{on_one_line(study.title)}”: {said}{plural(len(jobs), 'notebook')} to run.")
    with progress() as report:
        failures = run_jobs(study, due, figures, report, _options_of(options, options.keep_going))
    for failure in failures:
        print(f"rhetorica: {harmless(failure)}", file=sys.stderr)
    bring_up_to_date(study, figures)
    if not failures:
        _say_done(study, figures, time.monotonic() - started)
    return 1 if failures else 0


def _say_nothing_to_do(figures: Path, written: tuple[str, ...]) -> None:
    if written:
        pages = ", ".join(written)
        print(f"No notebook has to run; written anew in {short(figures)}: {pages}.")
    else:
        print(f"Nothing to do: the figures in {short(figures)} are up to date.")


def _say_done(study: "Study", figures: Path, seconds: float) -> None:
    from rhetorica.crate import why_no_crate
    from rhetorica.gallery import missing_figures
    from rhetorica.pipeline import executed_folder

    print(
        f"Done in {seconds:.1f} s.\n"
        f"  Figures, with a page of all of them in README.md: {short(figures)}\n"
        f"  Notebooks as they ran: {short(executed_folder(study, figures))}"
    )
    for name, reason in missing_figures(figures).items():
        print(f"  Not drawn: {name}. {harmless(reason)}")
    if why_no_crate(study):
        print(f"  {why_no_crate(study)}")


def _folder(options: argparse.Namespace, study: "Study") -> Path:
    """Return the folder of the figures that the options name, else the study's."""
    try:
        return options.figures.resolve() if options.figures else study.figures
    except (OSError, RuntimeError):  # RuntimeError is what Python 3.11 says of such links
        raise OutputError(f"{options.figures} is a link that leads to itself.") from None


def _waiting() -> None:
    said = "Another run is at work on this study or these figures; waiting for it to end."
    print(said, flush=True)


def _explain(jobs: "tuple[Job, ...]", force: bool) -> None:
    for job in jobs:
        name = job.notebook.name
        if not job.changes:
            asked = "would run, because of --force" if force else "would not run: nothing changed"
            print(f"{name} {asked}.")
            continue
        print(f"{name} would run:")
        for change in job.changes[:_LISTED]:
            print(f"  {harmless(str(change))}")
        if len(job.changes) > _LISTED:
            print(f"  and {len(job.changes) - _LISTED} more")


@contextmanager
def warm_kernels() -> Iterator[None]:
    """Let kernels warm up while the texts are read, and end them whatever happens."""
    from rhetorica import zygote

    zygote.warm_up()
    try:
        yield
    except KeyboardInterrupt:
        zygote.leave_nothing()
        raise
    finally:
        zygote.end_kernels()


def verify_study(options: argparse.Namespace, study: "Study") -> int:
    """Make all figures again elsewhere and say which are the same; return the exit code."""
    from rhetorica.verification import verify

    figures = _folder(options, study)
    with warm_kernels(), progress() as report:
        outcome = verify(study, figures, report, _options_of(options, keep_going=True), _waiting)
    for line in outcome.lines():
        print(harmless(line))
    return 0 if outcome.is_good else 1


def short(path: Path) -> str:
    """Write a path from the working directory where that is shorter."""
    relative = os.path.relpath(path)
    return on_one_line(relative if len(relative) < len(str(path)) else str(path))


@contextmanager
def progress() -> Iterator["Report"]:
    """Show what is running: a live line each on a terminal, else a line when one ends."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

    console = Console(highlight=False, markup=False, soft_wrap=True)
    tasks: dict[str, tuple[float, TaskID]] = {}
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    live = console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=not live) as shown:

        def report(name: str, event: str) -> None:
            """Show that a notebook starts, or how it ended and after how long."""
            if event == "start":
                tasks[name] = time.monotonic(), shown.add_task(f"running {name}", total=None)
                if not live:
                    console.print(f"  running {name} ...")
                return
            if event == "left":
                console.print(f"  left   {name} (--keep-going would run it)")
                return
            began, task = tasks[name]
            shown.remove_task(task)
            mark = "ok    " if event == "done" else "FAILED"
            console.print(f"  {mark} {name} ({time.monotonic() - began:.1f} s)")

        yield report
