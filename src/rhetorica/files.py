"""Files that appear complete or not at all, and the hashes that identify them."""

import hashlib
import os
import tempfile
from pathlib import Path

from rhetorica.errors import OutputError, RhetoricaError

_IN_THE_WAY = (
    "The folder {} cannot be made: a file is where a folder should be. "
    "Choose another place, or move the file away."
)


def sha256_of(data: bytes) -> str:
    """Return the hexadecimal SHA-256 of some bytes.

    >>> sha256_of(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(data).hexdigest()


def read_utf_8(path: Path, error: type[RhetoricaError]) -> str:
    """Return the text of a file that people write; raise `error` with the line that is not UTF-8.

    A byte-order mark, with which some editors begin a file, is no part of the text.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = fault.object[: fault.start].count(b"\n") + 1
        raise error(f"{path}, line {line}, is not UTF-8 text: save the file as UTF-8.") from None
    except OSError as fault:
        raise error(f"{path} cannot be read ({fault.strerror}).") from None


def check_folder(folder: Path) -> None:
    """Raise :class:`OutputError` where a folder cannot be made or written; change nothing."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not there.is_dir():
        raise OutputError(_IN_THE_WAY.format(folder))
    if not os.access(there, os.W_OK | os.X_OK):
        raise OutputError(
            f"Nothing can be written in {there}. Choose another place, or change its permissions."
        )


def make_folder(folder: Path) -> Path:
    """Create a folder with its parents and return it; raise :class:`OutputError` if that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise OutputError(_IN_THE_WAY.format(folder)) from error
    except OSError as error:
        raise OutputError(
            f"The folder {folder} cannot be made ({error.strerror}). "
            "Choose another place, or change its permissions."
        ) from error
    return folder


def write_atomically(path: Path, data: bytes) -> Path:
    """Write bytes so that `path` holds either its old content or all of the new one.

    The bytes go to a temporary name in the same folder, which then replaces `path` in one
    step. Raises :class:`OutputError` where the folder cannot be written.
    """
    make_folder(path.parent)
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".partial")
    except OSError as error:
        raise OutputError(
            f"Nothing can be written in {path.parent} ({error.strerror}). "
            "Choose another place, or change its permissions."
        ) from error
    try:
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        raise OutputError(f"{path} cannot be written ({error.strerror}).") from error
    finally:
        Path(name).unlink(missing_ok=True)
    return path
