"""Every notebook, opened in JupyterLab and run from top to bottom as a reader would."""

from typing import TYPE_CHECKING

import pytest

from rhetorica.notebook_files import notebook_folder
from support.lab import SCROLL_TO, Lab, errors_of, has_picture, open_notebook, run_all, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page

NOTEBOOKS = sorted(path.name for path in notebook_folder().glob("*.ipynb"))

# A picture that has loaded (before that its alternative text stands there), in view and not tiny.
PICTURE_SEEN = """() => Array.from(
        document.querySelectorAll('.jp-OutputArea-output img, .jp-OutputArea-output svg'))
    .some(picture => {
        const box = picture.getBoundingClientRect();
        const inView = box.top < window.innerHeight && box.bottom > 0;
        const loaded = picture.complete ?? true;
        return loaded && inView && Math.min(box.width, box.height) > 100;
    })"""

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_runs_from_top_to_bottom_and_shows_a_figure(page: "Page", lab: Lab, name: str) -> None:
    open_notebook(page, lab, name)
    cells = run_all(page)

    assert errors_of(cells) == []
    assert all(cell["execution_count"] for cell in cells)
    pictured = [cell for cell in cells if has_picture(cell)]
    assert pictured, "no cell shows a figure"
    page.evaluate(SCROLL_TO, pictured[0]["index"])
    wait_until(page, PICTURE_SEEN, "figure seen")
