"""The keys pressed in the workbench, kept from JupyterLab, which has other uses for them."""

from pathlib import Path

import anywidget


class Keys(anywidget.AnyWidget):
    """A widget that is not seen: around it, JupyterLab takes no plain key for its own."""

    _esm = Path(__file__).parent / "keys.js"
