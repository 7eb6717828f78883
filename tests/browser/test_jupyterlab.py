"""Every question's notebook, opened in JupyterLab and run from top to bottom as a reader would."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("0*.ipynb"))
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
    .map(({index, execution_count, outputs}) => ({index, execution_count, outputs}))"""

# Statements, not expressions: of an expression Playwright would await the promise, without limit.
CLEAR = "() => { window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs'); }"
RUN = """() => {
    const finish = () => { window.runIsFinished = true; };
    window.runIsFinished = false;
    window.jupyterapp.commands.execute('notebook:run-all-cells').then(finish, finish);
}"""
FINISHED = "() => window.runIsFinished"
CLEARED = f"() => ({CODE_CELLS})().every(cell => cell.execution_count === null)"

SCROLL_TO = "index => { window.jupyterapp.shell.currentWidget.content.scrollToItem(index); }"

# A picture that has loaded (before that its alternative text stands there), in view and not tiny.
PICTURE_SEEN = """() => Array.from(
        document.querySelectorAll('.jp-OutputArea-output img, .jp-OutputArea-output svg'))
    .some(picture => {
        const box = picture.getBoundingClientRect();
        const inView = box.top < window.innerHeight && box.bottom > 0;
        const loaded = picture.complete ?? true;
        return loaded && inView && Math.min(box.width, box.height) > 100;
    })"""

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

pytestmark = pytest.mark.browser


def wait_until(page: "Page", condition: str, what: str, limit: int = OPEN_LIMIT) -> None:
    from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

    try:
        page.wait_for_function(condition, timeout=limit)
    except PlaywrightTimeoutError:
        pytest.fail(f"{what}: not within {limit // 1000} s. State: {page.evaluate(STATE)}")


def open_notebook(page: "Page", lab: str, name: str) -> None:
    page.goto(f"{lab}/lab/tree/{name}?reset")
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=OPEN_LIMIT)
    wait_until(page, READY, "kernel ready")


def run_all(page: "Page") -> list[dict[str, Any]]:
    """Forget the outputs that were saved, run every cell and return the code cells."""
    page.evaluate(CLEAR)
    wait_until(page, CLEARED, "saved outputs cleared")
    page.evaluate(RUN)
    wait_until(page, FINISHED, "every cell run", RUN_LIMIT)
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


@pytest.mark.parametrize("name", [path.name for path in NOTEBOOKS])
def test_runs_from_top_to_bottom_and_shows_a_figure(page: "Page", lab: str, name: str) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)

    open_notebook(page, lab, name)
    cells = run_all(page)

    assert errors_of(cells) == []
    assert all(cell["execution_count"] for cell in cells)
    pictured = [cell for cell in cells if has_picture(cell)]
    assert pictured, "no cell shows a figure"
    page.evaluate(SCROLL_TO, pictured[0]["index"])
    wait_until(page, PICTURE_SEEN, "figure seen")
    assert complaints == []
