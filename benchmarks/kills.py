"""Kill a run at many moments, run again, and see whether anything but the truth is left.

A study of two texts is run with its own parameters, and then again and again with others; that
run is killed (kill -9, the main process alone or its whole group) at a random moment, or while a
notebook is being published. Each time every published file must be wholly the old or wholly the
new one, the manifest must say of no file what is not so, no process may be alive two seconds
later, and a run with the study's own parameters must give the bytes of the undisturbed one and
leave nothing else. Usage: python benchmarks/kills.py [--kills 50] [--seed 1]
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rhetorica import new_study

ROOT = Path(__file__).parents[1]
_START = "import sys; from rhetorica.cli import main; sys.exit(main())"
_OTHER = ("-p", "n_terms", "4", "-p", "confidence", "0.9", "--force")
_NOTEBOOKS = ("01_corpus", "02_topics", "03_rhetoric", "04_similarity")
_PUBLISHING = 0.2  # seconds within which a notebook is published
_ALIVE = 2.0  # seconds after which nothing of a killed run may be alive
_MARK = "RHETORICA_KILLED_RUN"

Files = dict[str, bytes]
"""Files of a folder by their path within."""


def contents(folder: Path) -> Files:
    """Read all files of a folder; what is no file, or an empty folder, counts as an empty file."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_dir() or not any(path.iterdir()):
            found[path.relative_to(folder).as_posix()] = b"" if path.is_dir() else _bytes(path)
    return found


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


@dataclass(frozen=True)
class Place:
    """A copy of the library, so that work on it changes nothing here, and a study to run."""

    folder: Path

    @property
    def study(self) -> Path:
        """The study's folder."""
        return self.folder / "study"

    def start(self, *options: str, mark: str = "") -> subprocess.Popen[bytes]:
        """Start a run in a session of its own."""
        environment = os.environ | {
            "PYTHONPATH": str(self.folder / "library" / "src"),
            "TMPDIR": str(self.folder / "tmp"),
            "HOME": str(self.folder / "home"),
            "MPLCONFIGDIR": str(self.folder / "matplotlib"),
            _MARK: mark,
        }
        command = [sys.executable, "-c", _START, "run", str(self.study), *options]
        quiet = subprocess.DEVNULL
        return subprocess.Popen(
            command, env=environment, cwd=self.folder, stdin=quiet, stdout=quiet,
            start_new_session=True,
        )  # fmt: skip

    def run(self, *options: str) -> float:
        """Run to the end and return the seconds it took."""
        began = time.monotonic()
        if self.start(*options).wait():
            raise SystemExit(f"A run {' '.join(options)} that nobody disturbed failed.")
        return time.monotonic() - began

    def state(self) -> Files:
        """Return all that a run may write: the study, and the homes and temporary folders."""
        outside = {f"{name}/{path}": b"" for name in ("tmp", "home") for path in self._in(name)}
        return contents(self.study) | outside

    def _in(self, name: str) -> Files:
        return contents(self.folder / name)


def make_place(folder: Path) -> Place:
    """Copy the library and make a study of two short texts."""
    for name in ("tmp", "home", "matplotlib"):
        (folder / name).mkdir()
    unwanted = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src", folder / "library" / "src", ignore=unwanted)
    shutil.copytree(ROOT / "notebooks", folder / "library" / "notebooks")
    texts = sorted((ROOT / "data" / "raw").glob("00[34]_*.txt"))
    new_study.make_study(folder / "study", texts)
    file = folder / "study" / "study.toml"
    quick = "[parameters]\nn_draws = 100\nn_topics = 3\n"
    file.write_text(file.read_text(encoding="utf-8").replace("[parameters]\n", quick), "utf-8")
    return Place(folder)


def alive(mark: str) -> list[int]:
    """Return the processes that carry a mark in their environment."""
    wanted = f"{_MARK}={mark}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def wait_for_publishing(place: Place, notebook: str) -> Callable[[], bool]:
    """Return a function that tells whether a notebook has been published anew."""
    file = place.study / "build" / "notebooks" / f"{notebook}.ipynb"
    before = file.stat().st_ino

    def is_new() -> bool:
        return file.stat().st_ino != before

    return is_new


def kill_once(place: Place, draw: random.Random, seconds: float, mark: str) -> str:
    """Start a run with other parameters, kill it at a moment that is drawn, and say when."""
    publishing = draw.random() < 0.4
    whole_group = draw.random() < 0.5
    notebook, delay = draw.choice(_NOTEBOOKS), draw.random() * _PUBLISHING
    moment = draw.random() * seconds
    is_published = wait_for_publishing(place, notebook)
    began = time.monotonic()
    process = place.start(*_OTHER, mark=mark)
    if publishing:
        while not is_published() and process.poll() is None:
            time.sleep(0.0005)
        time.sleep(delay)
    else:
        while time.monotonic() - began < moment and process.poll() is None:
            time.sleep(0.001)
    over = process.poll() is not None
    if not over:
        (os.killpg if whole_group else os.kill)(process.pid, signal.SIGKILL)
    process.wait()
    when = f"while {notebook} is published" if publishing else "at any moment"
    how = "its end came first" if over else "group" if whole_group else "main process"
    return f"{time.monotonic() - began:5.1f} s, {when}, {how}"


def faults_at_once(place: Place, old: Files, new: Files, mark: str) -> list[str]:
    """Say what is not as it must be right after the kill, and two seconds later."""
    said = []
    now = contents(place.study / "figures")
    for name, data in now.items():
        either = (old.get(f"figures/{name}"), new.get(f"figures/{name}"))
        if not name.endswith(".partial") and name != "manifest.json" and data not in either:
            said.append(f"{name} is neither the old one nor the new")
    records = [json.loads(files["figures/manifest.json"])["notebooks"] for files in (old, new)]
    for name, record in json.loads(now["manifest.json"])["notebooks"].items():
        if record not in [known[name] for known in records]:
            said.append(f"the manifest's record of {name} is neither the old one nor the new")
    end = time.monotonic() + _ALIVE
    while alive(mark) and time.monotonic() < end:
        time.sleep(0.02)
    return said + [f"process {number} is alive" for number in alive(mark)]


def as_listed(files: Files) -> tuple[int, int]:
    """Count the published files that are those that the manifest names, and those it names."""
    listed = [
        (name, digest)
        for record in json.loads(files["figures/manifest.json"])["notebooks"].values()
        for name, digest in record["files"].items()
    ]
    good = sum(
        hashlib.sha256(files.get(f"figures/{name}", b"")).hexdigest() == digest
        for name, digest in listed
    )
    return good, len(listed)


def differences(then: Files, now: Files) -> list[str]:
    """Say which files differ from those of the undisturbed run, or should not be there."""
    return [name for name in sorted({*then, *now}) if then.get(name) != now.get(name)]


def main() -> int:
    """Kill runs as often as is asked, and say what happened each time and in all."""
    parser = argparse.ArgumentParser(description="Kill runs and see what they leave.")
    parser.add_argument("--kills", type=int, default=50, metavar="N", help="how often (50)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the moments (1)")
    asked = parser.parse_args()
    draw, counts = random.Random(asked.seed), Counter[str]()
    with tempfile.TemporaryDirectory(prefix="k", ignore_cleanup_errors=True) as folder:
        place = make_place(Path(folder))
        place.run()
        old = place.state()
        seconds = place.run(*_OTHER)
        new = place.state()
        place.run()
        if differences(old, place.state()):
            raise SystemExit("Two runs that nobody disturbed differ.")
        for number in range(1, asked.kills + 1):
            mark = f"{asked.seed}-{number}-{os.getpid()}"
            when = kill_once(place, draw, seconds, mark)
            faults = faults_at_once(place, old, new, mark)
            left = place.state()
            strays = len({name.partition(".partial")[0] for name in left if ".partial" in name})
            place.run()
            faults += [f"{name} differs" for name in differences(old, place.state())]
            counts["killed" if "end came first" not in when else "ended before"] += 1
            counts["with files under temporary names"] += bool(strays)
            good, listed = as_listed(left)
            counts["with a notebook published in part"] += good < listed
            counts["with a fault"] += bool(faults)
            verdict = "; ".join(faults) or "all well"
            print(
                f"{number:3} {when}: {good}/{listed} listed, {strays} strays: {verdict}", flush=True
            )
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    return 1 if counts["with a fault"] else 0


if __name__ == "__main__":
    sys.exit(main())
