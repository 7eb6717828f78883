"""JupyterLab as a reader has it in a browser: open a notebook, run it, look at what it shows."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

OPEN_LIMIT = 60_000  # milliseconds
RUN_LIMIT = 180_000

# The toolbar shows an idle kernel before cells can be run; this is true once they can.
READY = """() => {
    const app = window.jupyterapp;
    const kernel = app?.shell.currentWidget?.sessionContext?.session?.kernel;
    return app?.commands.hasCommand('notebook:run-all-cells')
        && kernel?.connectionStatus === 'connected' && kernel.status === 'idle';
}"""

# The code cells with their outputs, from the model: cells out of sight are not in the page.
CODE_CELLS = """() => Array.from(window.jupyterapp.shell.currentWidget.content.model.cells)
    .map((cell, index) => ({index, ...cell.toJSON()}))
    .filter(cell => cell.cell_type === 'code' && cell.source.length > 0)
    .map(({index, source, execution_count, outputs}) =>
        ({index, source, execution_count, outputs}))"""

# Statements, not expressions: of an expression Playwright would await the promise, without limit.
CLEAR = "() => { window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs'); }"
DO = """command => {
    const finish = () => { window.isFinished = true; };
    window.isFinished = false;
    window.jupyterapp.commands.execute(command).then(finish, finish);
}"""
FINISHED = "() => window.isFinished"
CLEARED = f"() => ({CODE_CELLS})().every(cell => cell.execution_count === null)"

SCROLL_TO = """index => {
    window.jupyterapp.shell.currentWidget.content.scrollToItem(index, 'start');
}"""

# What the kernel says that no cell shows: a traceback of a widget, for one.
LISTEN = """() => {
    window.heard = [];
    const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    kernel.iopubMessage.connect((_, message) => {
        if (['stream', 'error'].includes(message.header.msg_type))
            window.heard.push(JSON.stringify(message.content));
    });
}"""

# What a person would look at to see why nothing happens.
STATE = f"""() => {{
    const panel = window.jupyterapp?.shell.currentWidget;
    const kernel = panel?.sessionContext?.session?.kernel;
    return {{
        kernel: [kernel?.connectionStatus, kernel?.status],
        executed: panel?.content?.model ? ({CODE_CELLS})().map(cell => cell.execution_count) : [],
        dialog: document.querySelector('.jp-Dialog')?.innerText,
    }};
}}"""


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: the address that it printed, and the folder of its study."""

    address: str
    study: Path

    def url(self, notebook: str) -> str:
        base, _, token = self.address.partition("/lab/tree/explore.ipynb?")
        return f"{base}/lab/tree/{notebook}?reset&{token}"


def wait_until(page: "Page", condition: str, what: str, limit: int = OPEN_LIMIT) -> None:
    from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

    try:
        page.wait_for_function(condition, timeout=limit)
    except PlaywrightTimeoutError:
        pytest.fail(f"{what}: not within {limit // 1000} s. State: {page.evaluate(STATE)}")


def open_notebook(page: "Page", lab: Lab, name: str) -> None:
    page.goto(lab.url(name))
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=OPEN_LIMIT)
    wait_until(page, READY, "kernel ready")
    page.evaluate(LISTEN)


def do(page: "Page", command: str, limit: int = OPEN_LIMIT) -> None:
    """Do what an entry of JupyterLab's menus does, and wait until it is done."""
    page.evaluate(DO, command)
    wait_until(page, FINISHED, command, limit)


def run_all(page: "Page") -> list[dict[str, Any]]:
    """Forget the outputs that were saved, run every cell and return the code cells."""
    page.evaluate(CLEAR)
    wait_until(page, CLEARED, "saved outputs cleared")
    do(page, "notebook:run-all-cells", RUN_LIMIT)
    cells: list[dict[str, Any]] = page.evaluate(CODE_CELLS)
    return cells


def errors_of(cells: list[dict[str, Any]]) -> list[str]:
    return [
        f"cell {cell['index']}: {output['ename']}: {output['evalue']}"
        for cell in cells
        for output in cell["outputs"]
        if output["output_type"] == "error"
    ]


def has_picture(cell: dict[str, Any]) -> bool:
    """Whether one of a cell's outputs is a picture, or HTML with a picture in it."""
    bundles = [output.get("data", {}) for output in cell["outputs"]]
    html = "".join("".join(bundle.get("text/html", "")) for bundle in bundles)
    return "<img" in html or "<svg" in html or any("image/" in " ".join(b) for b in bundles)


def faults(page: "Page") -> list[str]:
    """The tracebacks that the kernel has printed where no cell shows them."""
    said: list[str] = page.evaluate("() => window.heard")
    return [text for text in said if "Traceback" in text or "ename" in text]


def theme(settings: Path, name: str) -> None:
    """Choose a theme of JupyterLab for the pages that are opened from now on."""
    file = settings / "@jupyterlab/apputils-extension/themes.jupyterlab-settings"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"theme": name}))
