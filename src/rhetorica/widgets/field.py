"""A line to type into, which sends what is typed when Enter is pressed, and all of it."""

from collections.abc import Callable
from pathlib import Path

import anywidget
import traitlets

_HERE = Path(__file__).parent


class Field(anywidget.AnyWidget):
    """A field whose `value` is what was typed into it, and whose `submitted` counts the Enters.

    ipywidgets has one, but the message that Enter was pressed may arrive before the last
    letters. With `button` a button of that name does what Enter does.
    """

    _esm = _HERE / "field.js"
    _css = _HERE / "workbench.css"

    value = traitlets.Unicode("").tag(sync=True)
    submitted = traitlets.Int(0).tag(sync=True)
    placeholder = traitlets.Unicode("").tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)
    button = traitlets.Unicode("").tag(sync=True)

    def on_submit(self, action: Callable[[], object]) -> None:
        """Do something whenever Enter or the button is pressed."""
        self.observe(lambda _: action(), names="submitted")
