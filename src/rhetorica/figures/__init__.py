"""Figures: a finding drawn, as svg and png bytes that are the same every time.

A drawing function takes a :class:`~rhetorica.findings.Finding` alone and returns a matplotlib
figure; it reads no file, sets no global state and saves nothing.
"""

import base64
import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Drawing

from rhetorica.figures.style import PNG_DPI, STYLE
from rhetorica.findings import Finding

_SCREEN_DPI = 96  # pixels of the screen to an inch, as browsers count them


@dataclass(frozen=True, eq=False)
class Figure:
    """A drawn finding: its svg and png as bytes, and its width on the page in millimetres."""

    finding: Finding
    svg: bytes
    png: bytes
    width_mm: float

    def __repr__(self) -> str:
        return f"<Figure '{self.finding.name}': {self.finding.title}>"

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, Any]]:
        """Show the saved picture itself in a notebook, at its printed width, with its alt text."""
        data = {"image/png": base64.b64encode(self.png).decode("ascii"), "text/plain": repr(self)}
        width = round(self.width_mm / 25.4 * _SCREEN_DPI)
        return data, {"image/png": {"width": width, "alt": self.finding.alt}}


def draw(finding: Finding, function: Callable[[Finding], Drawing]) -> Figure:
    """Draw a finding with a drawing function and return it as a :class:`Figure`.

    The style is set for the time of drawing only, on top of matplotlib's own defaults, so that
    a reader's matplotlibrc changes nothing. Same finding, same versions: same bytes.
    """
    settings: dict[Any, Any] = {k: v for k, v in mpl.rcParamsDefault.items() if "backend" not in k}
    with mpl.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        mpl.rcParams.update(settings | STYLE)
        drawing = function(finding)
        return Figure(
            finding,
            svg=_svg(drawing, finding),
            png=_png(drawing, finding),
            width_mm=drawing.get_figwidth() * 25.4,
        )


def _svg(drawing: Drawing, finding: Finding) -> bytes:
    buffer = io.BytesIO()
    metadata = {"Date": None, "Title": finding.title, "Description": finding.alt}
    FigureCanvasSVG(drawing).print_svg(buffer, metadata=metadata)
    lines = (line.rstrip() for line in buffer.getvalue().decode("utf-8").splitlines())
    return ("\n".join(lines) + "\n").encode("utf-8")


def _png(drawing: Drawing, finding: Finding) -> bytes:
    buffer = io.BytesIO()
    drawing.set_dpi(PNG_DPI)
    FigureCanvasAgg(drawing).print_png(buffer, metadata={"Title": finding.title})
    return buffer.getvalue()
