"""How long a full run takes, beside three plain notebooks that papermill runs one by one.

Run it with ``.venv/bin/python benchmarks/pipeline.py``, where there is ``resource`` (not on
Windows). The plain side is what a competent person writes: TF-IDF and NMF of scikit-learn, counts
of regular expressions, cosine similarity and a dendrogram, each cleaning the five texts itself,
each saving its figures as svg and png at 300 dpi and its tables as csv. They answer a part of what
the four notebooks of the project answer.

Warm: each side has a bytecode folder of its own, filled by a run that is not measured, so that
neither compiles a module while it is measured. The full run is forced, its processed texts are
there. Cold: an empty bytecode folder, and for ours a fresh copy of the study too, without
processed texts and results; files that the system keeps in memory stay there, and so does the
list of fonts of matplotlib. The CPU seconds are those of all processes a command has started.
Every round runs all commands, every other round in the opposite order; a ratio is the median of
the ratios within the rounds. The ratio is what to look at: the seconds are those of one machine.
"""

import argparse
import contextlib
import ctypes
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import nbformat
from plain import PLAIN_NOTEBOOKS, READ

_DATA = Path(__file__).resolve().parents[1] / "data"
_MEASURES = ("warm", "cold", "no-op", "notebooks")

_PLAIN_WARM, _PLAIN_COLD = "plain notebooks, warm", "plain notebooks, cold"
_OURS_WARM, _OURS_COLD = "rhetorica run --force, warm", "rhetorica run, cold"
_NO_OP, _PYTHON = "rhetorica run, nothing changed", "python -c pass"
# The lines of the table in order, and the line that each is divided by; indented: one notebook.
_BESIDE = {
    _PLAIN_WARM: _PLAIN_WARM,
    _OURS_WARM: _PLAIN_WARM,
    _PLAIN_COLD: _PLAIN_COLD,
    _OURS_COLD: _PLAIN_COLD,
    _NO_OP: _PLAIN_WARM,
    _PYTHON: _PLAIN_WARM,
    "  01_corpus": "",
    "  02_topics": "  plain topics",
    "  03_rhetoric": "  plain rhetoric",
    "  04_similarity": "  plain similarity",
    "  plain topics": "",
    "  plain rhetoric": "",
    "  plain similarity": "",
}
_NOTEBOOKS = ("01_corpus", "02_topics", "03_rhetoric", "04_similarity")


@dataclass(frozen=True)
class Spent:
    """Seconds on the clock, and of the processors."""

    wall: float
    cpu: float


Times = dict[str, Spent]
"""What the commands of a measure, or of a round, have taken, by the name they have in the table."""


@dataclass(frozen=True)
class Bench:
    """A temporary folder with all that is run and written, the checkout being only read."""

    folder: Path

    def spent(self, command: Iterable[object], bytecode: str) -> Spent:
        """Run a command that keeps its bytecode in this folder, and say what it has taken."""
        own = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        own["PYTHONPYCACHEPREFIX"] = str(self.folder / "bytecode" / bytecode)
        arguments = [str(word) for word in command]
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(
            arguments, env=own, cwd=self.folder, stdin=subprocess.DEVNULL,
            capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        wall = time.perf_counter() - started
        reap_orphans()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode:
            raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Spent(wall, cpu)

    def ours(self, study: str, bytecode: str, *options: str) -> Spent:
        """Run rhetorica on one of the copies of the study."""
        command = Path(sys.executable).with_name("rhetorica")
        figures = self.folder / study / "figures"
        study_folder = self.folder / study / "data"
        return self.spent([command, "run", study_folder, "--figures", figures, *options], bytecode)

    def plain(self, bytecode: str) -> Times:
        """Run the plain notebooks one after the other."""
        times = {}
        for name in PLAIN_NOTEBOOKS:
            given = ["-p", "raw", self.folder / "study/data/raw"]
            given += ["-p", "output", self.folder / "plain/figures"]
            files = [self.folder / f"plain/{name}.ipynb", self.folder / f"plain/{name}.run.ipynb"]
            command = [sys.executable, "-m", "papermill", *files, *given]
            times[f"  plain {name}"] = self.spent(command, bytecode)
        return times

    def emptied(self, bytecode: str) -> str:
        """Take all out of a bytecode folder, and return its name."""
        shutil.rmtree(self.folder / "bytecode" / bytecode, ignore_errors=True)
        return bytecode

    def written(self) -> dict[Path, int]:
        """Return when each figure and notebook of the study was written."""
        files = [p for p in (self.folder / "study").rglob("*") if p.suffix in {".ipynb", ".svg"}]
        return {path: path.stat().st_mtime_ns for path in files}


def adopt_orphans() -> None:
    """Let processes that outlive the command that started them become ours, on Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER, in linux/prctl.h


def reap_orphans() -> None:
    """Wait for what a command has left running, so that its CPU seconds are counted too."""
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


def copy_study(to: Path) -> None:
    """Copy what a study is made of, but nothing that a run has made."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(_DATA, to / "data", ignore=shutil.ignore_patterns("processed"))


def write_notebooks(folder: Path) -> None:
    """Write the plain notebooks, each with its parameters cell."""
    folder.mkdir(parents=True)
    for name, (parameters, cells) in PLAIN_NOTEBOOKS.items():
        lines = ['raw = ""', 'output = ""', *(f"{k} = {v}" for k, v in parameters.items())]
        first = nbformat.v4.new_code_cell("\n".join(lines), metadata={"tags": ["parameters"]})
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook = nbformat.v4.new_notebook(
            cells=[first, *(nbformat.v4.new_code_cell(cell) for cell in (READ, *cells))],
            metadata={"kernelspec": kernel},
        )
        nbformat.write(notebook, folder / f"{name}.ipynb")


def total(times: Mapping[str, Spent]) -> Spent:
    """Add up what several commands have taken."""
    return Spent(sum(t.wall for t in times.values()), sum(t.cpu for t in times.values()))


def plain_warm(bench: Bench) -> Times:
    """Run the plain notebooks, all their modules being compiled."""
    times = bench.plain("plain")
    return {_PLAIN_WARM: total(times), **times}


def ours_warm(bench: Bench) -> Times:
    """Run all our notebooks, all their modules being compiled."""
    return {_OURS_WARM: bench.ours("study", "ours", "--force")}


def plain_cold(bench: Bench) -> Times:
    """Run the plain notebooks, no module being compiled before."""
    return {_PLAIN_COLD: total(bench.plain(bench.emptied("plain-cold")))}


def ours_cold(bench: Bench) -> Times:
    """Run all our notebooks on a fresh copy of the study, no module being compiled before."""
    copy_study(bench.folder / "cold")
    return {_OURS_COLD: bench.ours("cold", bench.emptied("ours-cold"))}


def nothing_changed(bench: Bench) -> Times:
    """Run rhetorica where there is nothing to do, and Python alone, for scale."""
    before = bench.written()
    no_op = bench.ours("study", "ours")
    if bench.written() != before:
        raise SystemExit("The code was changed while it was measured: run the benchmark again.")
    return {_NO_OP: no_op, _PYTHON: bench.spent([sys.executable, "-c", "pass"], "ours")}


def ours_alone(bench: Bench) -> Times:
    """Run each of our notebooks by a command of its own, as the plain ones are."""
    return {
        f"  {name}": bench.ours("study", "ours", "--force", "--only", name) for name in _NOTEBOOKS
    }


def measure(bench: Bench, chosen: Iterable[str], rounds: int) -> list[Times]:
    """Fill the bytecode folders by an unmeasured round, then return the times of each round."""
    actions: dict[str, tuple[Callable[[Bench], Times], ...]] = {
        "warm": (plain_warm, ours_warm),
        "cold": (plain_cold, ours_cold),
        "no-op": (plain_warm, nothing_changed),
        "notebooks": (plain_warm, ours_alone),
    }
    wanted = list(dict.fromkeys(action for name in chosen for action in actions[name]))
    for warming in (plain_warm, ours_warm, nothing_changed):
        warming(bench)
    found = []
    for number in range(rounds):
        print(f"round {number + 1} of {rounds} ...", file=sys.stderr, flush=True)
        times: Times = {}
        for action in wanted[:: -1 if number % 2 else 1]:
            times |= action(bench)
        found.append(times)
    return found


def ratio(rounds: list[Times], name: str, part: Callable[[Spent], float]) -> float:
    """Return the median ratio of a command to that which stands beside it."""
    return median(part(times[name]) / part(times[_BESIDE[name]]) for times in rounds)


def print_table(rounds: list[Times]) -> None:
    """Print the medians, and the ratios to the plain side."""
    print(f"{'indented: one notebook by a command of its own':48}{'seconds':>16}{'of plain':>16}")
    print(f"{'':48}{'wall':>8}{'CPU':>8}{'wall':>8}{'CPU':>8}")
    parts: tuple[Callable[[Spent], float], ...] = (lambda t: t.wall, lambda t: t.cpu)
    for name in (line for line in _BESIDE if line in rounds[0]):
        line = [median(part(times[name]) for times in rounds) for part in parts]
        line += [ratio(rounds, name, part) for part in parts if _BESIDE[name]]
        print(f"{name:48}" + "".join(f"{value:8.2f}" for value in line))


def print_sentence(rounds: list[Times]) -> None:
    """Print what a README can say of it, if all of that was measured."""
    if not {_OURS_WARM, _OURS_COLD, _NO_OP} <= rounds[0].keys():
        return
    warm, cold = (ratio(rounds, name, lambda t: t.wall) for name in (_OURS_WARM, _OURS_COLD))
    seconds = median(times[_NO_OP].wall for times in rounds)
    print(
        f"A full run takes {warm:.2f} of the time of three plain notebooks, {cold:.2f} where "
        f"nothing is compiled or processed yet; {seconds:.1f} s where nothing has changed."
    )


def main() -> None:
    """Measure what is asked for, and print the table and the sentence."""
    parser = argparse.ArgumentParser(description="Time the full run beside plain notebooks.")
    parser.add_argument("--rounds", type=int, default=3, help="measured rounds (default: 3)")
    parser.add_argument(
        "--only", action="append", choices=_MEASURES, help="measure this only; may be repeated"
    )
    asked = parser.parse_args()
    if asked.rounds < 1:
        parser.error("--rounds: at least 1")
    adopt_orphans()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        copy_study(bench.folder / "study")
        write_notebooks(bench.folder / "plain")
        rounds = measure(bench, asked.only or _MEASURES, asked.rounds)
    print_table(rounds)
    print_sentence(rounds)


if __name__ == "__main__":
    main()
