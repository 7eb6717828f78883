"""The process from which kernels are forked: it has the imports done, and nothing else.

Before its first cell a kernel spends two seconds, nearly all of them on importing numpy, pandas,
matplotlib and this library. Here one process imports them once, and each kernel is forked from
it: a process of its own, in which no name is set and nothing has been computed. Where a process
with such libraries cannot safely be forked, the kernels start cold.
"""

import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from multiprocessing import forkserver
from multiprocessing.process import BaseProcess
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

from rhetorica.catalogue import CATALOGUE
from rhetorica.files import own_temporary_folder, sweep, temporary_place

# A kernel is talked to by the run alone: it needs no log, no history in its user's home, and
# nothing of what its user wants to have run in every Python.
_ARGUMENTS = (
    "--IPKernelApp.log_level=50", "--HistoryManager.enabled=False",
    "--IPKernelApp.exec_PYTHONSTARTUP=False",
)  # fmt: skip
# Numerical libraries left to themselves start a thread a core in every kernel.
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
# Without scikit-learn: one notebook needs it, and all would wait until it is imported.
_IMPORTED = ("ipykernel.ipkernel", "ipykernel.kernelapp", "rhetorica.notebook")


def warm_up() -> None:
    """Start the process from which kernels are forked; it imports while its caller goes on."""
    for name in _THREADS:
        os.environ.setdefault(name, "1")
    # Figures are drawn on canvases of their own; one that is not there would stop the imports.
    os.environ["MPLBACKEND"] = "agg"
    # To import IPython makes this folder, which in its user's home would be no business of ours.
    os.environ["IPYTHONDIR"] = str(_own_folder() / "ipython")
    if _context().get_start_method() == "forkserver":
        with _aside():
            forkserver.ensure_running()


@contextmanager
def _aside() -> Iterator[None]:
    """Let what is started be deaf to Ctrl-C from its first moment, and hide its socket.

    The zygote would else be interrupted in its imports, and say so at length.
    """
    usual, tempfile.tempdir = tempfile.tempdir, str(_own_folder())
    in_front = threading.current_thread() is threading.main_thread()
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN) if in_front else None
    try:
        yield
    finally:
        if in_front:
            signal.signal(signal.SIGINT, handler)
        tempfile.tempdir = usual


@lru_cache(maxsize=1)
def _own_folder() -> Path:
    """Make this process's folder, for the socket to the zygote; remove those of dead runs."""
    sweep(temporary_place())
    folder = own_temporary_folder(temporary_place())
    # At the very end, after multiprocessing has removed its own folder within.
    Finalize(None, shutil.rmtree, (folder,), {"ignore_errors": True}, exitpriority=-101)
    return folder


def leave_nothing() -> None:
    """End all kernels and remove this process's folder, before an end that runs no clearing up."""
    end_kernels()
    if _own_folder.cache_info().currsize:
        shutil.rmtree(_own_folder(), ignore_errors=True)


@lru_cache(maxsize=1)
def _context() -> Any:
    if sys.platform != "linux":  # on macOS, Accelerate does not survive a fork
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    named = [name for item in CATALOGUE for name in (item.finding, item.drawing)]
    ours = {f"rhetorica.{name.partition(':')[0]}" for name in named}
    context.set_forkserver_preload([__name__, *_IMPORTED, *sorted(ours)])
    return context


def start_kernel(connection_file: str, folder: str, memory_bytes: int) -> BaseProcess:
    """Fork a kernel that runs in `folder` and takes at most so much memory; 0: no limit."""
    process: BaseProcess = _context().Process(
        target=_serve, args=(connection_file, folder, memory_bytes), daemon=True
    )
    process.start()
    return process


def signal_kernel(process: BaseProcess, number: int) -> None:
    """Send a signal to a kernel, if it has not ended, and to what it has started."""
    if process.pid and process.exitcode is None:
        try:
            os.killpg(process.pid, number)
        except (ProcessLookupError, PermissionError):  # it has not yet made its group, or is gone
            process.kill()


def end_kernels() -> None:
    """End all kernels at once, and wait until they have ended."""
    for process in multiprocessing.active_children():
        signal_kernel(process, signal.SIGKILL)
        process.join(1)


def _serve(connection_file: str, folder: str, memory_bytes: int) -> None:
    """Be a kernel, in a process of its own, until told to end or left alone."""
    os.setsid()  # Ctrl-C is for the run, which then ends its kernels
    _end_with_parent()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.chdir(folder)
    # Its user's IPython settings and start-up files have no part in what a notebook shows.
    os.environ["IPYTHONDIR"] = str(Path(connection_file).with_suffix(".ipython"))
    if memory_bytes and sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(argv=["-f", connection_file, *_ARGUMENTS])


def _end_with_parent() -> None:
    """See that this process and what it starts end when the run ends, however that does."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    if sys.platform == "linux":
        import fcntl

        # The system itself sends the signal once nobody holds the other end of this pipe: no
        # thread of Python gets a turn while a cell is busy with, say, a regular expression.
        fcntl.fcntl(parent.sentinel, fcntl.F_SETOWN, -os.getpgrp())
        fcntl.fcntl(parent.sentinel, fcntl.F_SETSIG, signal.SIGKILL)
        flags = fcntl.fcntl(parent.sentinel, fcntl.F_GETFL)
        fcntl.fcntl(parent.sentinel, fcntl.F_SETFL, flags | os.O_ASYNC)
    threading.Thread(target=_wait_for_end, args=(parent,), daemon=True).start()


def _wait_for_end(parent: BaseProcess) -> None:
    parent.join()
    os.killpg(os.getpgrp(), signal.SIGKILL)
