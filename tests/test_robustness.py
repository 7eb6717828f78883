"""Runs that are killed, interrupted, short of room, or not alone: what they leave is true."""

import ctypes
import errno
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
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from support.runs import START, Place, differences, eventually, everything, make_place

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")

OTHER = (
    "-p",
    "n_terms",
    "4",
    "-p",
    "confidence",
    "0.5",
)
PAGES = {"manifest.json", "README.md", "ro-crate-metadata.json"}  # made from all notebooks' files
SLOW = "import time\ntime.sleep(600)"


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """A study that was run once, and kept as it then was in the folder 'kept'."""
    # Not in pytest's folder: the path of a socket has to be short.
    with tempfile.TemporaryDirectory(prefix="r") as folder:
        made = make_place(Path(folder))
        assert made.run()[0] == 0
        shutil.copytree(made.study, made.folder / "kept", symlinks=True)
        began = time.monotonic()
        assert made.run(*OTHER, "--force")[0] == 0
        seconds = time.monotonic() - began
        shutil.copytree(made.figures, made.folder / "other")
        yield replace(made, seconds=seconds)


@pytest.fixture
def run_once(place: Place) -> Place:
    """The study as its first run left it."""
    shutil.rmtree(place.study)
    shutil.copytree(place.folder / "kept", place.study)
    for folder in ("signs", "tmp"):
        shutil.rmtree(place.folder / folder)
        (place.folder / folder).mkdir()
    return place


def waits(place: Place, name: str) -> str:
    """The code of a notebook that says where it is and goes on when it is told to."""
    here, go = place.sign(f"{name}-here"), place.sign(f"{name}-go")
    return (
        "import os, pathlib, time\n"
        f"pathlib.Path({str(here)!r}).write_text(str(os.getpid()))\n"
        f"while not pathlib.Path({str(go)!r}).exists(): time.sleep(0.01)"
    )


def is_there(place: Place, name: str) -> None:
    eventually(lambda: place.sign(f"{name}-here").is_file(), f"{name} has started")


def check_published(place: Place) -> None:
    """Every file is all of the old or all of the new one, and what the manifest says is true."""
    old, new = everything(place.folder / "kept" / "figures"), everything(place.folder / "other")
    now = {k: v for k, v in everything(place.figures).items() if not k.endswith(".partial")}
    records = [json.loads(files["manifest.json"])["notebooks"] for files in (old, new)]
    for name, data in now.items():
        if name not in PAGES:
            assert data in (old[name], new[name]), f"{name} is neither the old one nor the new"
    for name, record in json.loads(now["manifest.json"])["notebooks"].items():
        assert record in [known[name] for known in records]
    assert set(now) == set(old)


def check_recovered(place: Place) -> None:
    """A further run makes all as it was before, and removes all that was left lying about."""
    code, _, complained = place.run()
    assert (code, complained) == (0, "")
    assert differences(place.study, place.folder / "kept") == []
    assert place.strays() == []


@pytest.mark.parametrize(("number", "whole_group"), [(1, True), (2, False), (3, True), (4, False)])
def test_killed_at_any_moment(run_once: Place, number: int, whole_group: bool) -> None:
    moment = (number - random.Random(number).random()) / 4 * run_once.seconds
    with run_once.started(*OTHER, "--force") as run:
        with suppress(subprocess.TimeoutExpired):  # where it does not, it has ended before
            run.process.wait(timeout=moment)
        run.kill(whole_group)
    check_published(run_once)
    check_recovered(run_once)


KILLED_AT = """\
import os, pathlib, signal
replace = pathlib.Path.replace
def watched(self, target):
    if pathlib.Path(target).name == {name!r}: os.kill(os.getpid(), signal.SIGKILL)
    return replace(self, target)
pathlib.Path.replace = watched
"""


@pytest.mark.parametrize("name", ["02_topics.ipynb", "topic_number.png", "manifest.json"])
def test_killed_while_it_publishes(run_once: Place, name: str) -> None:
    with run_once.started(*OTHER, code=KILLED_AT.format(name=name) + START) as run:
        assert run.wait()[0] == -signal.SIGKILL
        run.is_over()
    if name != "02_topics.ipynb":
        assert run_once.strays(), "files under temporary names are there to be removed"
    check_published(run_once)
    check_recovered(run_once)


def test_a_cell_that_lets_nothing_else_run_ends_with_the_run(run_once: Place) -> None:
    endless = (
        "import pathlib, re, subprocess\n"
        "subprocess.Popen(['sleep', '600'])\n"
        f"pathlib.Path({str(run_once.sign('endless-here'))!r}).touch()\n"
        "re.match('(a+)+$', 'a' * 60 + 'b')"
    )
    with run_once.started("--force", asked={"02_topics": endless}) as run:
        is_there(run_once, "endless")
        run.kill()
    check_published(run_once)


@pytest.mark.parametrize(
    ("whole_group", "twice"), [(True, False), (False, False), (True, True)],
    ids=["terminal", "main process", "twice"],
)  # fmt: skip
def test_ctrl_c(run_once: Place, whole_group: bool, twice: bool) -> None:
    with run_once.started(*OTHER, asked={"02_topics": waits(run_once, "topics")}) as run:
        is_there(run_once, "topics")
        record = run_once.figures / "manifest.json"
        eventually(
            lambda: b'"confidence": 0.5' in record.read_bytes(), "another notebook is finished"
        )
        run.signal(signal.SIGINT, whole_group)
        if twice:
            run.signal(signal.SIGINT, whole_group)
        code, _, complained = run.wait()
        run.is_over()
    assert (code, complained) == (
        130,
        "rhetorica: interrupted; what was finished before stays as it is.\n",
    )
    assert run_once.strays() == []
    check_published(run_once)
    said = run_once.run(*OTHER, "--explain")[1]
    assert "04_similarity would not run" in said
    assert "02_topics would run" in said


def test_ctrl_c_while_it_waits_for_another_run(run_once: Place) -> None:
    with run_once.started("--force", asked={"02_topics": waits(run_once, "topics")}) as first:
        is_there(run_once, "topics")
        with run_once.started("--force") as second:
            heard = read_until(second.process.stdout, "waiting for it to end")
            second.signal(signal.SIGINT, whole_group=True)
            code, _, complained = second.wait()
            assert heard.count("\n") == 1
            assert (code, complained.count("\n")) == (130, 1)
            second.is_over()
        run_once.sign("topics-go").touch()
        assert first.wait()[0] == 0
    assert run_once.strays() == []


def read_until(stream: object, words: str) -> str:
    """What a run says, up to the line with these words."""
    heard = ""
    while words not in heard:
        line = stream.readline()  # type: ignore[attr-defined]
        assert line, f"it ended without saying '{words}': {heard}"
        heard += line
    return heard


@pytest.mark.parametrize("killed", [False, True], ids=["both end", "the first is killed"])
def test_two_at_once(run_once: Place, killed: bool) -> None:
    with run_once.started(*OTHER, asked={"02_topics": waits(run_once, "topics")}) as first:
        is_there(run_once, "topics")
        with run_once.started(*OTHER) as second:
            read_until(second.process.stdout, "waiting for it to end")
            if killed:
                first.kill(whole_group=True)
            else:
                run_once.sign("topics-go").touch()
                assert first.wait()[0] == 0
            code, said, complained = second.wait()
            second.is_over()
    assert (code, complained) == (0, "")
    assert ("Nothing to do" in said) != killed
    assert differences(run_once.figures, run_once.folder / "other") == []
    assert run_once.strays() == []


def test_one_that_had_nothing_to_do_sees_what_another_did_meanwhile(run_once: Place) -> None:
    with run_once.started(*OTHER, asked={"02_topics": waits(run_once, "topics")}) as first:
        is_there(run_once, "topics")
        with run_once.started("--only", "02_topics") as second:
            read_until(second.process.stdout, "waiting for it to end")
            run_once.sign("topics-go").touch()
            assert first.wait()[0] == 0
            assert second.wait()[0] == 0
    old = everything(run_once.folder / "kept" / "figures")
    assert everything(run_once.figures)["topic_shares.csv"] == old["topic_shares.csv"]


def test_figures_in_the_folder_build(run_once: Place) -> None:
    code, said, _ = run_once.run("--only", "01_corpus", "--figures", run_once.study / "build")
    assert code == 0
    assert "waiting" not in said


@pytest.mark.parametrize("victim", ["kernel", "zygote"])
def test_a_process_that_is_killed_is_a_notebook_that_failed(run_once: Place, victim: str) -> None:
    asked = {"02_topics": waits(run_once, "topics")}
    with run_once.started(*OTHER, "--keep-going", asked=asked) as run:
        is_there(run_once, "topics")
        eventually(lambda: run_once.sign("topics-here").read_text(), "the kernel has its number")
        kernel = int(run_once.sign("topics-here").read_text())
        os.kill(kernel if victim == "kernel" else parent_of(kernel), signal.SIGKILL)
        code, said, complained = run.wait()
        run.is_over()
    assert code == 1
    assert "FAILED 02_topics" in said
    assert "rhetorica: 02_topics stopped in its code cell " in complained
    assert "Traceback" not in complained
    assert len(complained.splitlines()) <= 20
    if victim == "kernel":
        assert "  ok     04_similarity" in said
    check_published(run_once)
    assert run_once.strays() == []


def parent_of(process: int) -> int:
    try:
        text = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        pytest.skip("the system does not show whose child a process is")
    return int(text.rpartition(")")[2].split()[1])


def test_without_keep_going_nothing_is_started_after_a_failure(run_once: Place) -> None:
    asked = {"02_topics": "1 / 0", "04_similarity": waits(run_once, "similarity")}
    with run_once.started(*OTHER, "--force", asked=asked) as run:
        heard = read_until(run.process.stdout, "FAILED 02_topics")
        heard += read_until(run.process.stdout, "left   01_corpus")
        run_once.sign("similarity-go").touch()
        code, said, complained = run.wait()
    assert code == 1
    assert "running 01_corpus" not in heard + said
    assert "  ok     04_similarity" in said, "what has begun is finished"
    assert "ZeroDivisionError: division by zero" in complained
    check_published(run_once)


def test_what_failed_does_not_lie_beside_what_is_up_to_date(run_once: Place) -> None:
    failed = run_once.study / "build" / "notebooks" / "04_similarity.failed.ipynb"
    code, _, _ = run_once.run(*OTHER, asked={"04_similarity": "1 / 0"})
    assert (code, failed.is_file()) == (1, True)
    assert run_once.run("--explain")[0] == 0
    assert failed.is_file(), "to explain changes nothing"
    check_recovered(run_once)


def test_limits_of_time_and_memory(run_once: Place) -> None:
    asked = {"02_topics": SLOW, "04_similarity": "b'x' * 3 * 10 ** 9"}
    limits = ("--keep-going", "--cell-seconds", "1", "--memory", "1")
    only = ("--only", "02_topics", "--only", "04_similarity")
    code, said, complained = run_once.run(*OTHER, *limits, *only, asked=asked)
    assert code == 1
    assert said.count("FAILED") == 2
    assert "02_topics was stopped in its code cell " in complained
    assert "took longer than 1 s. Allow more with --cell-seconds" in complained
    assert "04_similarity failed in its code cell 3" in complained
    assert "MemoryError" in complained
    check_published(run_once)


FULL = """\
import errno, os
fsync = os.fsync
def full(descriptor):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
os.fsync = full
"""


def check_failed_for_want_of_room(place: Place, result: tuple[int, str, str]) -> None:
    code, _, complained = result
    assert code == 1
    assert os.strerror(errno.ENOSPC) in complained
    assert "Traceback" not in complained
    assert len(complained.splitlines()) <= 8
    assert differences(place.figures, place.folder / "kept" / "figures") == []
    assert place.strays() == []


def test_no_room_to_publish(run_once: Place) -> None:
    result = run_once.run(*OTHER, code=FULL + START)
    check_failed_for_want_of_room(run_once, result)
    check_recovered(run_once)


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """Keep what is in a folder on a file system of so many kilobytes for the time of the block."""
    if sys.platform != "linux" or os.geteuid() or not shutil.which("mount"):
        pytest.skip("only root on Linux can mount a small file system")
    kept = everything(folder)
    command = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("file systems cannot be mounted here")
    try:
        for name, data in kept.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            if not name.endswith("/"):
                (folder / name).write_bytes(data)
        yield folder / "filling"
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(filling: Path, room: int) -> None:
    """Write a file that leaves so many bytes of a file system free."""
    state = os.statvfs(filling.parent)
    filling.write_bytes(bytes(max(state.f_bavail * state.f_frsize - room, 0)))


@pytest.mark.parametrize("part", ["figures", "."])
@pytest.mark.parametrize("room", [0, 60_000])
def test_a_full_disk(run_once: Place, part: str, room: int) -> None:
    with small_disk(run_once.study / part, 3000) as filling:
        fill(filling, room)
        result = run_once.run(*OTHER, "--keep-going")
        filling.unlink()
        code, _, complained = result
        assert code == 1
        assert os.strerror(errno.ENOSPC) in complained
        assert "Traceback" not in complained
        assert len(complained.splitlines()) <= 20
        check_published(run_once)
        assert run_once.strays() == []
        if room == 0:
            assert differences(run_once.figures, run_once.folder / "kept" / "figures") == []
        check_recovered(run_once)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Make a folder and what is in it read-only for the time of the block."""
    modes = {path: path.stat().st_mode for path in (folder, *folder.rglob("*"))}
    for path, mode in modes.items():
        path.chmod(mode & 0o555)
    try:
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


# Root may write whatever the permissions, until it is taken from it.
AS_ANYBODY = """\
import ctypes, os, sys
if os.geteuid() == 0 and "LIKE_ANYBODY" not in os.environ:
    if ctypes.CDLL(None).prctl(24, 1, 0, 0, 0): sys.exit(77)
    os.environ["LIKE_ANYBODY"] = "1"
    os.execv(sys.executable, [sys.executable, "-c", sys.argv.pop(1), *sys.argv[1:]])
"""


@pytest.mark.parametrize("part", ["figures", "build", "build/notebooks", "."])
def test_a_folder_that_is_read_only(run_once: Place, part: str) -> None:
    if os.geteuid() == 0 and not hasattr(ctypes.CDLL(None), "prctl"):
        pytest.skip("root may write everywhere")
    with read_only(run_once.study / part):
        before = everything(run_once.study)
        code, _, complained = run_as_anybody(run_once, *OTHER)
        assert everything(run_once.study) == before
    assert code == 1
    assert complained.startswith("rhetorica: ")
    assert complained.count("\n") == 1
    assert str(run_once.study / part) in complained or "cannot be" in complained
    assert run_once.strays() == []
    check_recovered(run_once)


def run_as_anybody(place: Place, *arguments: str) -> tuple[int, str, str]:
    code = AS_ANYBODY.replace("sys.argv.pop(1)", repr(START)) + START
    result = place.run(*arguments, code=code)
    if result[0] == 77:
        pytest.skip("root cannot give up its rights here")
    return result


def test_manifest_agrees_with_the_figures(run_once: Place) -> None:
    manifest = json.loads((run_once.figures / "manifest.json").read_text(encoding="utf-8"))
    for record in manifest["notebooks"].values():
        for name, digest in record["files"].items():
            data = (run_once.figures / name).read_bytes()
            assert hashlib.sha256(data).hexdigest() == digest
