"""Files appear complete or not at all, and leave nothing beside them when they do not."""

import errno
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

from rhetorica.errors import OutputError
from rhetorica.files import check_folder, make_folder, sha256_of, write_atomically


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
