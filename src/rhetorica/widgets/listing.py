"""A list of lines to choose from, by mouse or keyboard: what ipywidgets has no widget for."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import anywidget
import traitlets

_HERE = Path(__file__).parent


class Listing(anywidget.AnyWidget):
    """Lines of cells, of which one is `selected` (its index, or -1) and some are `ticked`.

    `columns` says how each cell of a line is set: ``left``, ``hit`` and ``right`` of a
    concordance, ``place``, ``number``, ``grow``. Longer lists than `filter_from` have a field
    that hides the lines without what is typed into it; a list is no higher than `height` pixels.
    `label` is what it is called to those who cannot see it.
    """

    _esm = _HERE / "listing.js"
    _css = _HERE / "workbench.css"

    rows: traitlets.List[list[str]] = traitlets.List().tag(sync=True)
    columns = traitlets.List(traitlets.Unicode()).tag(sync=True)
    selected = traitlets.Int(-1).tag(sync=True)
    ticked = traitlets.List(traitlets.Int()).tag(sync=True)
    tickable = traitlets.Bool(False).tag(sync=True)
    filter_from = traitlets.Int(12).tag(sync=True)
    height = traitlets.Int(260).tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)

    def show(
        self, rows: Iterable[Sequence[object]], ticked: Iterable[int] = (), selected: int = -1
    ) -> None:
        """Show other lines, none of them selected unless it is said which."""
        with self.hold_sync():
            self.selected = selected
            self.rows = [[str(cell) for cell in row] for row in rows]
            self.ticked = list(ticked)
