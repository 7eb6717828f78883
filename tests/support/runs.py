"""Runs of the command line as people start, interrupt and kill them: processes of their own.

The notebooks are quick ones: they draw nothing, but write a file wherever a figure is promised,
and do before that what a test asks of them. All else is the library as it is.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from rhetorica import new_study
from rhetorica.catalogue import figures_of
from rhetorica.notebook_files import find_notebooks
from rhetorica.parameters import Parameters

ROOT = Path(__file__).parents[2]
START = """\
import sys
sys.argv[0] = "rhetorica"
from rhetorica.cli import main
sys.exit(main())
"""
_ASKED = 'import os\nexec(os.environ.get("ASKED_{name}", ""))'
_DRAW = """\
from pathlib import Path
from rhetorica.files import write_atomically
from rhetorica.notebook_files import find_notebook
from rhetorica.parameters import check_parameters
from rhetorica.provenance import made_from, record_sha256
from rhetorica.study import load_study
opened = load_study(study)
parameters = check_parameters(dict({given}), opened.parameters)
record = record_sha256(made_from(opened, find_notebook("{name}"), parameters))
for figure in {figures}:
    for suffix in ("svg", "png", "csv"):
        content = f"{{figure}} {{suffix}} made_from_sha256 {{record}}\\n" * {lines}
        write_atomically(Path(save_to, f"{{figure}}.{{suffix}}"), content.encode())
    words = b'{{"title": "A title", "caption": "A caption", "alt": "An alternative"}}'
    write_atomically(Path(save_to, f"{{figure}}.json"), words)
"""
_LINES = 40  # of each file, about two kilobytes
_PATIENCE = 60  # seconds until something that has to happen counts as not happening
_MARK = "RHETORICA_TESTED_RUN"


def eventually(happens: Callable[[], object], what: str, seconds: float = _PATIENCE) -> None:
    """Wait until something is so; fail if it is not within so many seconds."""
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, f"after {seconds} s still not so: {what}"
        time.sleep(0.01)


def everything(folder: Path) -> dict[str, bytes]:
    """The files of a folder, hidden ones too; a folder without any counts as a file."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
        elif not path.is_dir() or not any(path.iterdir()):
            found[path.relative_to(folder).as_posix() + "/"] = b""
    return found


def differences(folder: Path, other: Path) -> list[str]:
    """Name the files that two folders do not share, and how those differ that they do."""
    one, two = everything(folder), everything(other)
    found = []
    for name in sorted({*one, *two}):
        if name not in one or name not in two:
            found.append(f"{name}: only in {(folder if name in one else other).name}")
        elif one[name] != two[name]:
            pairs = enumerate(zip(one[name], two[name], strict=False))
            shorter = min(len(one[name]), len(two[name]))
            at = next((i for i, (a, b) in pairs if a != b), shorter)
            near = slice(max(at - 40, 0), at + 80)
            found.append(f"{name}: {one[name][near]!r} is not {two[name][near]!r}")
    return found


@dataclass
class Run:
    """A run in a session of its own, and what of it is there to be seen."""

    process: subprocess.Popen[str]
    mark: str

    def wait(self) -> tuple[int, str, str]:
        """Wait for the end; return exit code, what was said, and what was complained of."""
        said, complained = self.process.communicate(timeout=_PATIENCE)
        return self.process.returncode, said, complained

    def signal(self, number: int, whole_group: bool) -> None:
        """Send a signal to the main process, or to all that a terminal would send it to."""
        if whole_group:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)

    def kill(self, whole_group: bool = False) -> None:
        """Kill it, if it has not ended, and wait until nothing of it is alive."""
        with suppress(ProcessLookupError):
            self.signal(signal.SIGKILL, whole_group)
        self.wait()
        self.is_over()

    def is_over(self) -> None:
        """Wait until no process of the run is alive."""
        eventually(lambda: not self.alive(), "all processes of the run have ended", 5)

    def alive(self) -> list[int]:
        """The processes of the run, kernels and all, where the system shows them."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if self.mark.encode() in (folder / "environ").read_bytes().split(b"\0"):
                    found.append(int(folder.name))
            except OSError:
                continue
        return found


@dataclass(frozen=True)
class Place:
    """A folder with a library of quick notebooks, a study, and a home and temporary folder."""

    folder: Path
    seconds: float = 0.0  # what a full run takes, where it was measured

    @property
    def study(self) -> Path:
        return self.folder / "study"

    @property
    def figures(self) -> Path:
        return self.study / "figures"

    def sign(self, name: str) -> Path:
        """A file by which a notebook and a test tell each other that it is time."""
        return self.folder / "signs" / name

    def environment(self, asked: Mapping[str, str]) -> dict[str, str]:
        own = {
            "PYTHONPATH": str(self.folder / "library" / "src"),
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "tmp"),
            "MPLCONFIGDIR": str(self.folder / "matplotlib"),
        }
        hidden = ("IPYTHONDIR", "JUPYTER", "XDG", "MPL")
        usual = {k: v for k, v in os.environ.items() if not k.startswith(hidden)}
        return usual | own | {f"ASKED_{name}": code for name, code in asked.items()}

    @contextmanager
    def started(
        self,
        *arguments: str | Path,
        asked: Mapping[str, str] | None = None,
        code: str = START,
        study: Path | None = None,
    ) -> Iterator[Run]:
        """Start a run, of which nothing is alive after the block."""
        mark = f"{_MARK}={time.monotonic_ns()}"
        name, _, value = mark.partition("=")
        process = subprocess.Popen(
            [sys.executable, "-c", code, "run", str(study or self.study), *map(str, arguments)],
            env=self.environment(asked or {}) | {name: value},
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )
        run = Run(process, mark)
        with process:
            try:
                yield run
            finally:
                process.kill()
                for number in run.alive():
                    with suppress(ProcessLookupError):
                        os.kill(number, signal.SIGKILL)

    def run(
        self,
        *arguments: str | Path,
        asked: Mapping[str, str] | None = None,
        code: str = START,
        study: Path | None = None,
    ) -> tuple[int, str, str]:
        """Run to the end; return exit code, what was said, and what was complained of."""
        with self.started(*arguments, asked=asked, code=code, study=study) as run:
            result = run.wait()
            run.is_over()
        return result

    def strays(self) -> list[str]:
        """What lies where a run has no business, or under a temporary name."""
        outside = [
            f"{name}/{path}" for name in ("home", "tmp") for path in everything(self.folder / name)
        ]
        inside = {path.name for path in self.study.rglob("*.partial")}
        usual = {"study.toml", "raw", "lexicon.toml", "errata.csv", "processed", "build", "figures"}
        return [*outside, *inside, *({path.name for path in self.study.iterdir()} - usual)]


def make_place(folder: Path) -> Place:
    """Make a folder with a library of quick notebooks and a study of two texts, not yet run."""
    for name in ("signs", "home", "tmp", "matplotlib", "library/notebooks"):
        (folder / name).mkdir(parents=True)
    package = ROOT / "src" / "rhetorica"
    unwanted = shutil.ignore_patterns("__pycache__")
    shutil.copytree(package, folder / "library" / "src" / "rhetorica", ignore=unwanted)
    for notebook in find_notebooks():
        quick = quick_notebook(notebook.name, json.loads(notebook.file.read_text("utf-8")))
        (folder / "library" / "notebooks" / notebook.file.name).write_text(json.dumps(quick))
    texts = sorted((ROOT / "data" / "raw").glob("00[34]_*.txt"))
    new_study.make_study(folder / "study", texts)
    return Place(folder)


def quick_notebook(name: str, notebook: dict[str, object]) -> dict[str, object]:
    """Keep of a notebook its parameters, and let it do what is asked, then write its files."""
    cells = notebook["cells"]
    assert isinstance(cells, list)
    [parameters] = [cell for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
    lines = "".join(parameters["source"]).splitlines()
    names = [line.split(" = ")[0] for line in lines if " = " in line]
    given = ", ".join(f"{item}={item}" for item in names if item not in {"study", "save_to"})
    figures = figures_of(name, Parameters())
    codes = (
        _ASKED.format(name=name),
        _DRAW.format(figures=figures, given=given, name=name, lines=_LINES),
    )
    empty: dict[str, object] = {
        "cell_type": "code",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
    }
    own = [empty | {"id": f"own-{n}", "source": code} for n, code in enumerate(codes)]
    return notebook | {"cells": [parameters, *own]}
