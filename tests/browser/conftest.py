"""A JupyterLab server and a browser, each started once for all the browser tests.

The tests need the extra ``browser`` and an installed Chromium, and are skipped where one of
them is missing; with ``RHETORICA_REQUIRE_BROWSER=1`` they fail there instead.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from support.lab import Lab

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_OPTIONS = [
    "--no-sandbox",  # a sandbox cannot be had in every container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SETTINGS = "c.LabApp.expose_app_in_browser = True\n"  # lets a test ask for commands and cells
START_LIMIT = 60  # seconds


def _missing(what: str) -> NoReturn:
    if os.environ.get("RHETORICA_REQUIRE_BROWSER") == "1":
        pytest.fail(f"RHETORICA_REQUIRE_BROWSER=1, but {what} is not installed")
    pytest.skip(f"{what} is not installed")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _server_environment(folder: Path) -> dict[str, str]:
    """Settings of the server's own, so that nobody's configuration changes what is tested."""
    names = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
    places = {f"JUPYTER_{name}": folder / name.lower() for name in names}
    places["JUPYTERLAB_SETTINGS_DIR"] = folder / "settings"
    places["JUPYTERLAB_WORKSPACES_DIR"] = folder / "workspaces"
    places["IPYTHONDIR"] = folder / "ipython"
    for place in places.values():
        place.mkdir()
    (folder / "config_dir" / "jupyter_lab_config.py").write_text(SETTINGS)
    usual = {name: value for name, value in os.environ.items() if name != "JUPYTER_PATH"}
    return {**usual, **{name: str(place) for name, place in places.items()}}


def _address(server: subprocess.Popen[bytes], log: Path) -> str:
    """Wait until the server says where it listens, and return that."""
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline and server.poll() is None:
        found = re.search(r"http://127\S+", log.read_text(encoding="utf-8"))
        if found:
            return found[0]
        time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """What ``rhetorica lab`` opens on a copy of the default study, our notebooks beside it."""
    folder = tmp_path_factory.mktemp("lab")
    study = folder / "project" / "data"
    shutil.copytree(ROOT / "data", study, ignore=shutil.ignore_patterns("processed", ".*"))
    for notebook in (ROOT / "notebooks").glob("0*.ipynb"):
        shutil.copy(notebook, study)
    log = folder / "server.log"
    installed = Path(sys.executable).with_name("rhetorica")
    command = [str(installed), "lab", str(study), "--no-browser"]
    command.append(f"--port={_free_port()}")
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, env=_server_environment(folder), stdout=output, stderr=subprocess.STDOUT,
            cwd=folder,
        )  # fmt: skip
    try:
        address = _address(server, log)
        assert address.partition("?")[0].endswith("/lab/tree/explore.ipynb")
        yield Lab(address, study)
    finally:
        server.terminate()
        server.wait(timeout=30)
    assert "Traceback" not in log.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """A headless Chromium, the one that is installed."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("playwright (the extra 'browser')")
    executable = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if executable is None:
        _missing("Chromium")
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=executable, args=CHROMIUM_OPTIONS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: "Browser", tmp_path: Path) -> Iterator["Page"]:
    """A fresh page, which must not complain; its last state is kept as a picture.

    The picture lies in the test's temporary folder. A page complains in the browser's console.
    """
    complaints: list[str] = []
    opened = browser.new_page(viewport={"width": 1400, "height": 1000})
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    yield opened
    opened.screenshot(path=tmp_path / "page.png")
    opened.close()
    assert complaints == []


@pytest.fixture
def settings(lab: Lab) -> Iterator[Path]:
    """The folder of JupyterLab's settings, which are as they were after the test."""
    folder = lab.study.parents[1] / "settings"
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    yield folder
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        if path in before:
            path.write_bytes(before[path])
        else:
            path.unlink()
