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

FINISHED = f"""() => {{
    const cells = ({CODE_CELLS})();
    const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const failed = cells.some(cell => cell.outputs.some(o => o.output_type === 'error'));
    return failed || (kernel.status === 'idle' && cells.every(cell => cell.execution_count));
}}"""

CLEARED = f"() => ({CODE_CELLS})().every(cell => cell.execution_count === null)"

SCROLL_TO = "index => window.jupyterapp.shell.currentWidget.content.scrollToItem(index)"

pytestmark = pytest.mark.browser


def open_notebook(page: "Page", lab: str, name: str) -> None:
    page.goto(f"{lab}/lab/tree/{name}?reset")
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=OPEN_LIMIT)
    page.wait_for_function(READY, timeout=OPEN_LIMIT)


def execute(page: "Page", command: str) -> None:
    # A statement, not an expression: Playwright would wait for the promise of an expression.
    page.evaluate(f"() => {{ window.jupyterapp.commands.execute('{command}'); }}")


def run_all(page: "Page") -> list[dict[str, Any]]:
    """Forget the outputs that were saved, run every cell and return the code cells."""
    execute(page, "notebook:clear-all-cell-outputs")
    page.wait_for_function(CLEARED, timeout=OPEN_LIMIT)
    execute(page, "notebook:run-all-cells")
    page.wait_for_function(FINISHED, timeout=RUN_LIMIT)
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


def assert_picture_is_seen(page: "Page", cell: dict[str, Any]) -> None:
    page.evaluate(SCROLL_TO, cell["index"])
    picture = page.locator(".jp-OutputArea-output").locator("img, svg").first
    picture.wait_for(state="visible", timeout=OPEN_LIMIT)
    box = picture.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) > 100, f"the picture is only {box} pixels large"


@pytest.mark.parametrize("name", [path.name for path in NOTEBOOKS])
def test_runs_from_top_to_bottom_and_shows_a_figure(page: "Page", lab: str, name: str) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)

    open_notebook(page, lab, name)
    cells = run_all(page)

    assert errors_of(cells) == []
    pictured = [cell for cell in cells if has_picture(cell)]
    assert pictured, "no cell shows a figure"
    assert_picture_is_seen(page, pictured[0])
    assert complaints == []
