"""Files appear complete or not at all, and leave nothing beside them when they do not."""

import errno
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

from rhetorica.errors import OutputError
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


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*"))


def full_disk(*_: Any, **__: Any) -> NoReturn:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def fails_to_write(descriptor: int, *_: Any) -> NoReturn:
    os.close(descriptor)
    full_disk()


def interrupted(*_: Any) -> NoReturn:
    raise KeyboardInterrupt


def test_sha256_is_that_of_the_standard() -> None:
    # FIPS 180-2, appendix B.1
    assert sha256_of(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_file_is_written_with_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "file.txt"
    assert write_atomically(path, b"new\r\n\x00") == path
    assert path.read_bytes() == b"new\r\n\x00"
    assert names(tmp_path) == ["a", "b", "file.txt"]
    assert path.stat().st_mode & 0o777 == 0o644, "others may read it, unlike a temporary file"


def test_a_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    path.write_bytes(b"a longer old content")
    write_atomically(path, b"")
    assert path.read_bytes() == b""
    assert names(tmp_path) == ["file.txt"]


@pytest.mark.parametrize(
    ("target", "failure"),
    [
        pytest.param("pathlib.Path.replace", full_disk, id="replace"),
        pytest.param("pathlib.Path.chmod", full_disk, id="chmod"),
        pytest.param("os.fdopen", fails_to_write, id="write"),
        pytest.param("tempfile.mkstemp", full_disk, id="temporary file"),
    ],
)
def test_the_old_content_stays_when_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, failure: Callable[..., NoReturn]
) -> None:
    path = tmp_path / "file.txt"
    path.write_bytes(b"old")
    with monkeypatch.context() as patch:
        patch.setattr(target, failure)
        with pytest.raises(OutputError, match="No space left on device") as caught:
            write_atomically(path, b"new")
    assert str(tmp_path) in str(caught.value)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["file.txt"]


def test_an_interruption_leaves_nothing_beside_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file.txt"
    path.write_bytes(b"old")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", interrupted)
        with pytest.raises(KeyboardInterrupt):
            write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["file.txt"]


def test_the_new_content_is_never_seen_in_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file.txt"
    path.write_bytes(b"old")
    seen: list[tuple[bytes, bytes]] = []
    replace = Path.replace

    def watched(source: Path, target: Path) -> Path:
        seen.append((source.read_bytes(), target.read_bytes()))
        return replace(source, target)

    monkeypatch.setattr(Path, "replace", watched)
    write_atomically(path, b"new")
    assert seen == [(b"new", b"old")], "all of the new bytes are there before the old ones go"
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("inside", ["file", "file/deeper"])
def test_a_file_where_a_folder_should_be(tmp_path: Path, inside: str) -> None:
    (tmp_path / "file").write_bytes(b"in the way")
    said = f"{re.escape(str(tmp_path / inside))} cannot be made: a file is where a folder should be"
    with pytest.raises(OutputError, match=said):
        make_folder(tmp_path / inside)
    with pytest.raises(OutputError, match=said):
        write_atomically(tmp_path / inside / "name", b"new")
    assert (tmp_path / "file").read_bytes() == b"in the way"
    assert names(tmp_path) == ["file"]


def test_a_folder_where_a_file_should_be(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match=r"folder cannot be written \(Is a directory\)"):
        write_atomically(tmp_path / "folder", b"new")
    assert names(tmp_path) == ["folder"]


def test_a_folder_that_cannot_be_made_for_another_reason(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="File name too long"):
        make_folder(tmp_path / ("x" * 300))
    assert names(tmp_path) == []


def test_a_folder_that_is_there_already(tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(b"")
    assert make_folder(tmp_path) == tmp_path
    assert names(tmp_path) == ["kept"]


@pytest.mark.parametrize("inside", ["", "deep/er"])
def test_checking_a_folder_changes_nothing(tmp_path: Path, inside: str) -> None:
    check_folder(tmp_path / "new" / inside)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="a file is where a folder should be"):
        check_folder(tmp_path / "file" / inside)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_files_are_published_together_and_others_removed(tmp_path: Path) -> None:
    (tmp_path / "gone").write_bytes(b"old")
    publish(tmp_path, {"b": b"1", "a": b"2", "gone": None, "never there": None})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"2", "b": b"1"}


def test_files_are_published_in_the_order_given_once_all_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, int]] = []
    replace = Path.replace

    def watched(source: Path, target: Path) -> Path:
        seen.append((target.name, len(list(tmp_path.glob(".*.partial")))))
        return replace(source, target)

    monkeypatch.setattr(Path, "replace", watched)
    publish(tmp_path, {"b": b"1", "a": b"2", "last": b"3"})
    assert seen == [("b", 3), ("a", 2), ("last", 1)]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_no_file_is_changed_where_one_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    """A disk that is full after so many files."""
    old = dict.fromkeys(("a", "b", "c"), b"old")
    publish(tmp_path, old)
    left = [count]
    fsync = os.fsync

    def short_of_room(descriptor: int) -> None:
        left[0] -= 1
        if not left[0]:
            full_disk()
        fsync(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", short_of_room)
        with pytest.raises(OutputError, match=f"{'abc'[count - 1]} cannot be written") as caught:
            publish(tmp_path, dict.fromkeys(old, b"new"))
    assert "make room" in str(caught.value)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == old


KILLED = """\
import os, pathlib, signal, sys
from rhetorica import files
left = int(sys.argv[2])
def counted(function):
    def call(*arguments, **options):
        global left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **options)
    return call
os.fsync = counted(os.fsync)
for name in ("replace", "unlink", "chmod"):
    setattr(pathlib.Path, name, counted(getattr(pathlib.Path, name)))
files.publish(pathlib.Path(sys.argv[1]), {"a": b"new", "b": b"new", "c": None, "list": b"new"})
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_killed_at_every_step_of_publishing(tmp_path: Path) -> None:
    """Each file is the old or the new one, and the list is new only if all are."""
    script = tmp_path / "script.py"
    script.write_text(KILLED, encoding="utf-8")
    names, codes = ("a", "b", "c", "list"), []
    for step in range(1, 16):
        folder = tmp_path / str(step)
        publish(folder, dict.fromkeys(names, b"old"))
        done = subprocess.run([sys.executable, script, folder, str(step)], check=False)
        codes.append(done.returncode)
        now = {path.name: path.read_bytes() for path in folder.iterdir() if path.name in names}
        assert all(data in {b"old", b"new"} for data in now.values())
        if now["list"] == b"new":
            assert now == {"a": b"new", "b": b"new", "list": b"new"}
        sweep(folder)
        assert {path.name for path in folder.iterdir()} == set(now)
    assert set(codes[:10]) == {-signal.SIGKILL}
    assert codes[-1] == 0, "it was not killed in steps that it does not have"


def dead_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_what_dead_processes_left_is_swept_and_nothing_else(tmp_path: Path) -> None:
    dead, parent = dead_process(), os.getppid()
    (tmp_path / f".{dead}-build-x.partial" / "deep").mkdir(parents=True)
    (tmp_path / f".{dead}-build-x.partial" / "deep" / "file").touch()
    for name in (f".{dead}-x.partial", f".{os.getpid()}-x.partial"):
        (tmp_path / name).touch()
    kept = {
        f".{parent}-x.partial", "x.partial", f".{dead}-x", f"{dead}-x.partial", ".x-1.partial",
        f".-{dead}.partial", f".{10**30}-x.partial", ".٣x-x.partial",
    }  # fmt: skip
    for name in kept:
        (tmp_path / name).touch()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "file").touch()
    (tmp_path / f".{dead}-y.partial").symlink_to(tmp_path / "elsewhere")
    sweep(tmp_path)
    assert set(names(tmp_path)) == kept | {"elsewhere", "file"}
    sweep(tmp_path / "not there")


def test_a_temporary_folder_lasts_as_long_as_its_block(tmp_path: Path) -> None:
    with temporary_beside(tmp_path / "new" / "build") as folder:
        assert folder.parent == tmp_path / "new"
        assert folder.name.startswith(f".{os.getpid()}-build-")
        (folder / "deep").mkdir()
        (folder / "deep" / "file").touch()
        sweep(folder.parent)
        assert (folder / "deep" / "file").is_file()
    assert names(tmp_path) == ["new"]


def test_a_temporary_folder_is_its_owner_s_whatever_its_number(tmp_path: Path) -> None:
    """In another container the owner of a folder may have the number of no process here."""
    with temporary_beside(tmp_path / "build") as folder:
        renamed = folder.rename(tmp_path / f".{dead_process()}-build-x.partial")
        sweep(tmp_path)
        assert renamed.is_dir()
        renamed.rename(folder)
    (tmp_path / f".{os.getppid()}-build-x.partial").mkdir()  # its number is another's by now
    sweep(tmp_path)
    assert names(tmp_path) == []


def test_a_temporary_folder_in_which_somebody_still_writes_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rmtree = shutil.rmtree
    written: list[Path] = []

    def overtaken(folder: Path, **options: Any) -> None:
        rmtree(folder, **options)
        if not written:
            folder.mkdir()
            written.append(folder / "late")
            written[0].touch()

    monkeypatch.setattr(shutil, "rmtree", overtaken)
    with temporary_beside(tmp_path / "build"):
        pass
    assert written
    assert names(tmp_path) == []


def test_a_temporary_folder_that_cannot_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "mkdtemp", full_disk)
    with (
        pytest.raises(OutputError, match=r"Nothing can be written in .*No space left on device"),
        temporary_beside(tmp_path / "build"),
    ):
        pass


@pytest.mark.parametrize("length", [10, 44, 45, 80])
def test_sockets_lie_where_their_paths_are_short(
    length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = "/" + "x" * (length - 1)
    monkeypatch.setattr(tempfile, "tempdir", place)
    assert str(temporary_place()) == (place if length < 45 else "/tmp")


LOCKS = """\
import pathlib, sys
from rhetorica.files import locked
with locked(pathlib.Path(sys.argv[1]), lambda: print("waiting", flush=True)):
    print("inside", flush=True)
    sys.stdin.readline()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such locks")
@pytest.mark.parametrize("killed", [False, True])
def test_a_folder_is_locked_for_one_process_at_a_time(tmp_path: Path, killed: bool) -> None:
    def started() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", LOCKS, tmp_path / "build"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    with started() as first:
        assert first.stdin is not None
        assert first.stdout is not None
        assert first.stdout.readline() == "inside\n"
        with started() as second:
            assert second.stdout is not None
            assert second.stdout.readline() == "waiting\n"
            if killed:
                first.kill()
            else:
                first.communicate("\n", timeout=60)
            assert second.stdout.readline() == "inside\n"
            second.communicate("\n", timeout=60)
            assert second.returncode == 0
    assert names(tmp_path) == ["build"], "nothing is written"


def test_a_lock_is_given_back(tmp_path: Path) -> None:
    waited: list[bool] = []
    for _ in range(2):
        with locked(tmp_path / "build", lambda: waited.append(True)):
            pass
    assert waited == []
