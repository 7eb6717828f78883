"""Files that appear complete or not at all, and the hashes that identify them."""

import contextlib
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from rhetorica.errors import OutputError, RhetoricaError

_TEMPORARY = ".partial"  # how the names of all temporary files and folders end
_TRIES, _PAUSE = 20, 0.05  # how often, and after how many seconds again, a folder is removed
_SHORT = 45  # bytes of a path that leave room for the name of a socket
_HELD: dict[Path, int] = {}  # the temporary folders of this process, with what locks each
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
        if path.exists() and not (
            path.is_file() or path.is_dir()
        ):  # a device or a pipe might never end
            raise error(f"{path} is a device or a pipe, not a file.")
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
    step. Raises :class:`OutputError` where the folder cannot be written. What must outlast a
    failure of power goes through :func:`publish`.
    """
    publish(path.parent, {path.name: data}, durable=False)
    return path


def publish(folder: Path, contents: Mapping[str, bytes | None], durable: bool = True) -> None:
    """Write several files of a folder, each complete or not at all; ``None`` removes a file.

    All bytes are written under temporary names first, so that a full disk changes none of the
    files; then each replaces its file in one step, in the order given. With `durable`, the bytes
    are on the disk before the first of these steps, and the names on return. Raises
    :class:`OutputError`.
    """
    make_folder(folder)
    written: dict[str, Path] = {}
    path = folder
    try:
        for name, data in contents.items():
            path = folder / name
            if data is not None:
                written[name] = _write_temporary(folder, data, durable)
        for name in contents:
            path = folder / name
            if name in written:
                written[name].replace(path)
            else:
                path.unlink(missing_ok=True)
        if durable:
            _settle(folder)
    except OSError as error:
        raise OutputError(
            f"{path} cannot be written ({error.strerror}). "
            "Choose another place, or make room or change the permissions there."
        ) from error
    finally:
        for temporary in written.values():
            temporary.unlink(missing_ok=True)


def _write_temporary(folder: Path, data: bytes, durable: bool) -> Path:
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=f".{os.getpid()}-", suffix=_TEMPORARY)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(data)
            if durable:
                handle.flush()
                os.fsync(handle.fileno())
        temporary.chmod(0o644)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _settle(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, where the system can tell."""
    with contextlib.suppress(OSError):  # some network file systems know no such thing
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sweep(folder: Path) -> None:
    """Remove what processes that are no more left in a folder under temporary names."""
    with contextlib.suppress(OSError):
        for path in folder.glob(f".*-*{_TEMPORARY}"):
            owner = path.name[1:].partition("-")[0]
            if not owner.isdecimal():
                continue
            if path.is_dir() and not path.is_symlink():
                if not _is_held(path, int(owner)):
                    shutil.rmtree(path, ignore_errors=True)
            elif not _is_alive(int(owner)):
                path.unlink(missing_ok=True)


def _is_held(folder: Path, owner: int) -> bool:
    """Tell whether a process still has a temporary folder, on which it then has a lock.

    Its number alone would not tell: in another container it may be that of no process.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        return _is_alive(owner)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # a file system without locks
        return _is_alive(owner)
    finally:
        os.close(descriptor)
    return False


def _is_alive(process: int) -> bool:
    """Tell whether another process has this number.

    In a container the first process has always the same: what has our own number is not ours.
    """
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # it is somebody else's, or no number of a process
        return True
    return True


@contextlib.contextmanager
def temporary_beside(folder: Path) -> Iterator[Path]:
    """Make a temporary folder beside a folder, for the time of the block, and yield its path.

    Where the process is killed within the block, :func:`sweep` of the parent removes it.
    """
    temporary = own_temporary_folder(make_folder(folder.parent), folder.name)
    try:
        yield temporary
    finally:
        _remove(temporary)


def temporary_place() -> Path:
    """Return the system's folder for temporary files, or one whose path is short enough.

    The path of a socket has 107 bytes at most, and nearly 60 of them are not ours to choose.
    """
    usual = Path(tempfile.gettempdir())
    return usual if len(os.fsencode(usual)) < _SHORT else Path("/tmp")


def own_temporary_folder(parent: Path, name: str = "") -> Path:
    """Make a temporary folder that :func:`sweep` of `parent` removes when this process is dead."""
    try:
        made = tempfile.mkdtemp(
            dir=parent, prefix=f".{os.getpid()}-{name}{'-' if name else ''}", suffix=_TEMPORARY
        )
    except OSError as error:
        raise OutputError(
            f"Nothing can be written in {parent} ({error.strerror}). "
            "Choose another place, or change its permissions."
        ) from error
    folder = Path(made)
    _HELD[folder] = os.open(folder, os.O_RDONLY)
    with contextlib.suppress(ImportError, OSError):  # without locks, its number has to do
        import fcntl

        fcntl.flock(_HELD[folder], fcntl.LOCK_EX | fcntl.LOCK_NB)
    return folder


def _remove(folder: Path) -> None:
    """Remove a folder, in which what is about to end may still write."""
    for _ in range(_TRIES):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            break
        time.sleep(_PAUSE)
    os.close(_HELD.pop(folder))


@contextlib.contextmanager
def locked(folder: Path, wait: Callable[[], None]) -> Iterator[None]:
    """Keep other processes that ask for the same folder waiting until the block ends.

    `wait` is called, once, if another process has the folder. The lock is the system's and lies
    on the folder itself: nothing is written, and the end of the process, however it comes, ends
    it. Where the system has no such locks the block runs without.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    make_folder(folder)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            wait()
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError:  # a file system without locks
            pass
        yield
    finally:
        os.close(descriptor)
