"""One notebook through papermill: run in a warm kernel, written as the same bytes each time."""

import contextlib
import logging
import re
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from os.path import relpath
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rhetorica.errors import NotebookError, OutputError, harmless
from rhetorica.notebook_files import Notebook

if TYPE_CHECKING:
    from collections.abc import Callable

_NO_TEXT = (
    "the name of the study file, or a parameter, has something in it that is no text. "
    "Write it in UTF-8."
)
_NO_KERNEL = "the process from which kernels are started has ended. Run it again."
_SCREEN = 12  # lines of an error's message that are shown


@dataclass(frozen=True)
class Limits:
    """What a notebook may take: seconds for each cell, gigabytes of memory; 0 is no limit.

    The memory is limited on Linux only.
    """

    cell_seconds: int = 600
    memory_gigabytes: float = 4.0


def import_papermill() -> "Callable[..., Any]":
    """Import papermill and return its ``execute_notebook``, in a third of its usual time.

    Its dependency jsonschema looks for a package that checks internationalised web addresses
    and builds a grammar of them for a second. It does without where there is none, and a notebook
    has no such address to check.
    """
    with _without("rfc3987_syntax"):
        from papermill import execute_notebook
    logger = logging.getLogger("papermill")
    if not logger.handlers:  # or what it has to say, which we say ourselves, is printed
        logger.addHandler(logging.NullHandler())
    return execute_notebook  # type: ignore[no-any-return]


@contextlib.contextmanager
def working_in(folder: Path) -> Iterator[None]:
    """Make `folder` the working directory while notebooks are executed, also in papermill's mind.

    papermill notes the working directory once for all threads, and of two that execute notebooks
    the one that ends last leaves what the other noted: the next run would look for a folder that
    is gone.
    """
    import_papermill()
    from papermill.iorw import local_file_io_cwd

    with contextlib.chdir(folder), local_file_io_cwd():
        yield


@contextlib.contextmanager
def _without(module: str) -> Iterator[None]:
    """Let a module that is not yet imported seem not to be there."""
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]  # how Python marks what is not there
    try:
        yield
    finally:
        del sys.modules[module]


def execute(
    notebook: Notebook, values: Mapping[str, object], folder: Path, limits: Limits
) -> bytes:
    """Run a notebook in `folder` with these parameter values, and return it as executed.

    Times and random ids are dropped from it: the same inputs give the same bytes. Raises
    :class:`NotebookError` with cell, line and error where a cell fails, and leaves the notebook
    as far as it ran in `folder` as ``NAME.failed.ipynb``; with the cell alone where one takes too
    long or ends its kernel.
    """
    import_papermill()
    from nbclient.exceptions import CellTimeoutError
    from papermill.exceptions import PapermillExecutionError

    written = folder / f"{notebook.name}.failed.ipynb"
    begun: list[str] = []  # the code cells that were started
    try:
        _run_cells(notebook, values, written, limits, begun)
        return _normalised(written)
    except PapermillExecutionError as error:
        raise NotebookError(_failure(notebook.name, error)) from None
    except CellTimeoutError:
        raise NotebookError(_overrun(notebook.name, begun, limits.cell_seconds)) from None
    except UnicodeEncodeError:
        raise NotebookError(f"{notebook.name} cannot be run: {_NO_TEXT}") from None
    except (EOFError, ConnectionError):
        raise NotebookError(f"{notebook.name} was not run: {_NO_KERNEL}") from None
    except OSError as error:
        raise OutputError(f"{notebook.name} could not be written ({error.strerror}).") from None
    except RuntimeError as error:  # nbclient's way of saying that the kernel died
        raise NotebookError(_death(notebook.name, begun, error)) from None
    finally:
        _close_event_loop()


def _run_cells(
    notebook: Notebook,
    values: Mapping[str, object],
    written: Path,
    limits: Limits,
    begun: list[str],
) -> None:
    """Let papermill run a notebook and write it; add the code of each cell that begins."""
    from rhetorica.kernels import WarmKernelManager, kernel_config

    import_papermill()(
        # From here: papermill writes paths down, and can write only what is UTF-8.
        _as_it_is(relpath(notebook.file)),
        _as_it_is(relpath(written)),
        parameters=dict(values),
        kernel_name="python3",
        kernel_manager_class=WarmKernelManager,
        shutdown_kernel="immediate",
        execution_timeout=limits.cell_seconds or None,
        progress_bar=False,
        log_output=False,
        request_save_on_cell_execute=False,
        record_timing=False,
        on_cell_start=lambda cell, **_: begun.append(cell.source),
        config=kernel_config(written.parent, limits.memory_gigabytes),
    )


def _as_it_is(path: str) -> str:
    """Write a path so that papermill, which fills in what braces name, leaves it alone."""
    return path.replace("{", "{{").replace("}", "}}")


def _close_event_loop() -> None:
    """Close the event loop that nbclient leaves open in the thread in which it ran.

    What still waits in it, after a cell that took too long, would else complain at its end. The
    loop of the main thread may be somebody else's.
    """
    import asyncio

    if threading.current_thread() is threading.main_thread():
        return
    with contextlib.suppress(RuntimeError):  # there is none: no kernel was started
        loop = asyncio.get_event_loop()
        waiting = asyncio.all_tasks(loop)
        for task in waiting:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*waiting, return_exceptions=True))
        loop.close()


def _normalised(path: Path) -> bytes:
    """Return an executed notebook without what differs from run to run: times and random ids."""
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    path.unlink()
    notebook.metadata.pop("papermill", None)
    for number, cell in enumerate(notebook.cells):
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = f"injected-{number}"
    return bytes(nbformat.writes(notebook), "utf-8")


def _failure(name: str, error: Any) -> str:
    """Say which cell and line of which notebook failed, and with which error."""
    message = _plain(f"{error.ename}: {error.evalue}").splitlines()
    shown = "\n  ".join([*message[:_SCREEN], *(["…"] if len(message) > _SCREEN else [])])
    return f"{name} failed in its code cell {error.exec_count}, {_failing_line(error)}:\n  {shown}"


def _failing_line(error: Any) -> str:
    """Return the line that IPython's traceback points at, else the first that does something."""
    pointed = re.search(r"^-+> *(\d+) (.+)$", _plain("\n".join(error.traceback)), re.M)
    if pointed:
        return f"line {pointed[1]} ({pointed[2].strip()})"
    return f"at '{_first_line(error.source)}'"


def _first_line(source: str) -> str:
    lines = [line.strip() for line in source.splitlines() if line.strip()]
    doing = (line for line in lines if not line.startswith(("#", "from ", "import ")))
    return next(doing, lines[0] if lines else "")


def _overrun(name: str, begun: list[str], seconds: int) -> str:
    return (
        f"{name} was stopped{_where(begun)}, which took longer than {seconds} s. "
        "Allow more with --cell-seconds, or give it less to do with another parameter."
    )


def _death(name: str, begun: list[str], error: Exception) -> str:
    return (
        f"{name} stopped{_where(begun)}: its kernel ended. Where it was short of memory, allow it "
        f"more with --memory, or choose fewer texts with the parameter 'texts'. "
        f"({_plain(str(error))})"
    )


def _where(begun: list[str]) -> str:
    """Say in which cell a notebook was when it ended; nothing if it had not begun."""
    return f" in its code cell {len(begun)} ('{_first_line(begun[-1])}')" if begun else ""


def _plain(text: str) -> str:
    return harmless(re.sub(r"\x1b\[[0-9;]*m", "", text))
