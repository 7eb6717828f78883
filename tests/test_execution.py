"""One notebook: what a failure says, what the limits do, and what a warm kernel knows."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rhetorica import zygote
from rhetorica.errors import NotebookError, OutputError
from rhetorica.execution import Limits, execute, import_papermill, working_in
from rhetorica.notebook_files import Notebook

ROOT = Path(__file__).parents[1]
LIMITS = Limits(cell_seconds=60, memory_gigabytes=2)


@pytest.fixture(scope="module", autouse=True)
def own_environment() -> Iterator[None]:
    """Give back the environment, in which the kernels' settings are made."""
    with pytest.MonkeyPatch.context() as patch:
        for name in (*zygote._THREADS, "IPYTHONDIR"):
            patch.setenv(name, "1")
        zygote.warm_up()
        yield
        zygote.end_kernels()


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    """The folder in which a notebook runs; its kernel's files go to the one above it."""
    (tmp_path / "stage" / "notebooks").mkdir(parents=True)
    return tmp_path / "stage" / "notebooks"


def notebook(folder: Path, *cells: str, name: str = "07_test") -> Notebook:
    """Write a notebook with a parameters cell and these cells."""
    tagged = {"tags": ["parameters"]}
    empty: dict[str, object] = {"cell_type": "code", "outputs": [], "execution_count": None}
    codes = [("n = 1", tagged), *((code, {}) for code in cells)]
    content = {
        "cells": [
            empty | {"id": f"c{number}", "source": code, "metadata": metadata}
            for number, (code, metadata) in enumerate(codes)
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "P", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    file = folder.parent.parent / f"{name}.ipynb"
    file.write_text(json.dumps(content), encoding="utf-8")
    return Notebook(name, file, ("n",))


def printed(executed: bytes) -> list[str]:
    """What the cells of an executed notebook have printed."""
    cells = json.loads(executed)["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return ["".join(output["text"]) for output in outputs if output["output_type"] == "stream"]


def failure(stage: Path, *cells: str, limits: Limits = LIMITS) -> str:
    with pytest.raises(NotebookError) as caught:
        execute(notebook(stage, *cells), {}, stage, limits)
    message = str(caught.value)
    assert message.startswith("07_test ")
    assert len(message.splitlines()) <= 15
    assert "\x1b" not in message
    assert "Traceback" not in message
    return message


def test_a_notebook_is_run_with_its_parameters_and_kept_without_times(stage: Path) -> None:
    item = notebook(stage, "print(n + 1)")
    first, second = (execute(item, {"n": 41}, stage, LIMITS) for _ in range(2))
    assert printed(first) == ["42\n"]
    assert first == second
    assert b"papermill" not in first
    assert [path.name for path in stage.iterdir()] == []


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("# why\nwords = 0\n1 / words  # here", "line 3 (1 / words  # here):\n  ZeroDivisionError"),
        ("def f():\n    return g()\n\n\nf()", "NameError: name 'g' is not defined"),
        ("x = (1,\ny = 2", "SyntaxError: "),
        ("raise ValueError('\\x1b[2J\\x1b]0;title\\x07')", "ValueError: \\x1b[2J"),
        ("raise ValueError('line\\n' * 50)", "…"),
        ("input('Who? ')", "StdinNotImplementedError"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("from rhetorica.errors import TextError", "ImportError"),
        ("from rhetorica.errors import StudyError\nraise StudyError('No.')", "StudyError: No."),
    ],
    ids=["division", "name", "syntax", "escapes", "long", "input", "interrupt", "import", "ours"],
)  # fmt: skip
def test_a_failing_cell(stage: Path, cell: str, said: str) -> None:
    message = failure(stage, "m = n", cell, "print('not run')")
    assert message.startswith("07_test failed in its code cell 3, ")
    assert said in message
    left = json.loads((stage / "07_test.failed.ipynb").read_text(encoding="utf-8"))
    codes = [cell for cell in left["cells"] if cell["cell_type"] == "code"]
    assert codes[-2]["outputs"][-1]["output_type"] == "error"
    assert codes[-1]["execution_count"] is None


@pytest.mark.parametrize(
    "cell",
    [
        "import time\ntime.sleep(600)",
        "while True:\n    try:\n        while True: pass\n    except KeyboardInterrupt: pass",
        "import re\nre.match('(a+)+$', 'a' * 60 + 'b')",
    ],
    ids=["sleeps", "takes no interruption", "lets nothing else run"],
)
def test_a_cell_that_takes_too_long(stage: Path, cell: str) -> None:
    message = failure(stage, "m = n", cell, limits=Limits(1, 2))
    assert message.startswith("07_test was stopped in its code cell 3 ('")
    assert "took longer than 1 s. Allow more with --cell-seconds" in message


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux only")
@pytest.mark.parametrize(
    "cell", ["b'x' * 3 * 10**9", "import numpy\nnumpy.zeros(10**10)"], ids=["bytes", "numpy"]
)
def test_a_cell_that_takes_too_much_memory(stage: Path, cell: str) -> None:
    message = failure(stage, cell, limits=Limits(60, 1))
    assert "MemoryError" in message


@pytest.mark.parametrize(
    "cell",
    ["import os\nos._exit(3)", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"],
    ids=["exits", "is killed"],
)
def test_a_kernel_that_ends(stage: Path, cell: str) -> None:
    message = failure(stage, "m = n", cell)
    assert message.startswith("07_test stopped in its code cell 3 ('os")
    assert "its kernel ended" in message


def test_a_folder_that_is_gone(stage: Path) -> None:
    item = notebook(stage, "print(n)")
    stage.rmdir()
    with pytest.raises((NotebookError, OutputError)):
        execute(item, {}, stage, Limits(20, 2))


CHANGES = """\
import builtins, os, random, sys
import numpy, matplotlib
import rhetorica.errors
import colorsys
mine = 1
builtins.mine = 1
os.environ["MINE"] = "1"
os.chdir("/")
matplotlib.rcParams["lines.linewidth"] = 77
rhetorica.errors.mine = 1
sys.path.insert(0, "/mine")
"""
LOOKS = """\
import builtins, os, sys
import matplotlib
import rhetorica.errors
print("mine" in globals(), hasattr(builtins, "mine"), "MINE" in os.environ, "/mine" in sys.path)
print(matplotlib.rcParams["lines.linewidth"] == 77, hasattr(rhetorica.errors, "mine"))
print(os.path.basename(os.getcwd()), "colorsys" in sys.modules, get_ipython().execution_count)
print(sorted(name for name in globals() if not name.startswith("_")))
"""


def test_nothing_of_one_notebook_is_seen_in_the_next(stage: Path) -> None:
    before = printed(execute(notebook(stage, LOOKS), {}, stage, LIMITS))
    execute(notebook(stage, CHANGES), {}, stage, LIMITS)
    after = printed(execute(notebook(stage, LOOKS), {}, stage, LIMITS))
    assert before == after
    assert after[0].startswith("False False False False\nFalse False\nnotebooks ")


def test_two_at_a_time(stage: Path) -> None:
    items = [notebook(stage, f"print(n * {k})", name=f"0{k}_test") for k in range(4)]
    with ThreadPoolExecutor(2) as pool:
        done = pool.map(lambda item: execute(item, {"n": 2}, stage, LIMITS), items)
    assert [printed(executed) for executed in done] == [[f"{2 * k}\n"] for k in range(4)]


EXECUTE = """\
import sys
from pathlib import Path
from rhetorica import zygote
from rhetorica.execution import Limits, execute, import_papermill, working_in
from rhetorica.notebook_files import Notebook
stage = Path(sys.argv[1])
zygote.warm_up()
sys.stdout.buffer.write(execute(Notebook("07_test", Path(sys.argv[2]), ()), {}, stage, Limits()))
zygote.end_kernels()
"""


def test_a_users_own_settings_are_not_read(stage: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    profile = home / ".ipython" / "profile_default"
    (profile / "startup").mkdir(parents=True)
    seen = "import builtins\nbuiltins.seen = 1\n"
    (profile / "startup" / "00.py").write_text(seen)
    for name in ("ipython_config.py", "ipython_kernel_config.py"):
        line = "c.InteractiveShellApp.exec_lines = ['import builtins; builtins.seen = 1']\n"
        (profile / name).write_text(line)
    (home / "startup.py").write_text(seen)
    before = sorted(path for path in home.rglob("*"))
    item = notebook(stage, "import builtins\nprint(hasattr(builtins, 'seen'))")
    hidden = ("JUPYTER", "XDG", "MPL", "IPYTHONDIR")
    usual = {k: v for k, v in os.environ.items() if not k.startswith(hidden)}
    own = {
        "PYTHONPATH": str(ROOT / "src"),
        "HOME": str(home),
        "PYTHONSTARTUP": str(home / "startup.py"),
        "MPLCONFIGDIR": str(tmp_path / "matplotlib"),
        "PYTHONHASHSEED": "7",
    }
    results = [
        subprocess.run(
            [sys.executable, "-c", EXECUTE, str(stage), str(item.file)],
            env=usual | own | other,
            cwd=tmp_path,
            capture_output=True,
            check=True,
            timeout=120,
        ).stdout
        for other in ({}, {"IPYTHONDIR": str(home / ".ipython"), "PYTHONHASHSEED": "8"})
    ]
    assert printed(results[0]) == ["False\n"]
    assert results[0] == results[1]
    assert sorted(path for path in home.rglob("*")) == before


def test_a_run_leaves_papermill_in_no_folder(tmp_path: Path) -> None:
    """Two threads of one run, of which the one that began first also ends first."""
    import_papermill()
    from papermill.iorw import local_file_io_cwd, papermill_io

    handler = papermill_io.get_handler("local")
    before = handler._cwd
    with working_in(tmp_path):
        one, other = local_file_io_cwd(), local_file_io_cwd()
        for step in (one.__enter__, other.__enter__):
            step()
        for end in (one.__exit__, other.__exit__):
            end(None, None, None)
        assert Path.cwd() == tmp_path
    assert handler._cwd == before
