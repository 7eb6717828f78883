"""A JupyterLab server and a browser, each started once for all the browser tests.

The tests need the extra ``browser`` and an installed Chromium, and are skipped where one of
them is missing; with ``RHETORICA_REQUIRE_BROWSER=1`` they fail there instead.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
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
SERVER_OPTIONS = [
    "--no-browser",
    "--allow-root",
    "--ServerApp.port_retries=0",
    "--IdentityProvider.token=",
    "--ServerApp.password=",
    "--ServerApp.disable_check_xsrf=True",
    "--LabApp.expose_app_in_browser=True",  # lets a test ask for commands and cells
]
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
    quiet = folder / "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    quiet.parent.mkdir(parents=True)
    quiet.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))
    return {**os.environ, **{name: str(place) for name, place in places.items()}}


def _wait_for(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/api", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab that serves a copy of the notebooks."""
    folder = tmp_path_factory.mktemp("lab")
    served = folder / "notebooks"
    shutil.copytree(NOTEBOOKS, served, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    port, log = _free_port(), folder / "server.log"
    command = [sys.executable, "-m", "jupyterlab", *SERVER_OPTIONS]
    command += [f"--port={port}", f"--ServerApp.root_dir={served}"]
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, env=_server_environment(folder), stdout=output, stderr=subprocess.STDOUT
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(server, url, log)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=30)


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
    """A fresh page; its last state is kept as a picture in the test's temporary folder."""
    opened = browser.new_page(viewport={"width": 1400, "height": 1000})
    yield opened
    opened.screenshot(path=tmp_path / "page.png")
    opened.close()
