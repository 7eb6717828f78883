"""The panel that lays two texts side by side, the passages that both have marked in each."""

from collections.abc import Callable

import ipywidgets

from rhetorica.pairing import Pair, pair_html, pair_rows, side_by_side
from rhetorica.reading import read
from rhetorica.widgets.listing import Listing
from rhetorica.widgets.messages import Message, check_box, guarded_by, on_change
from rhetorica.widgets.session import Session


class PairPanel(ipywidgets.VBox):
    """Choose two texts, read what they share in its places; see what was edited there.

    Nothing is looked for before :meth:`refresh`. `changed` is called whenever the panel shows
    something else.
    """

    def __init__(self, session: Session, changed: Callable[[], None]) -> None:
        self._session, self._changed = session, changed
        self._pair: Pair | None = None
        texts = [(label, name) for name, label in session.documents]
        self.left = ipywidgets.Dropdown(options=texts, description="Left", index=0)
        self.right = ipywidgets.Dropdown(
            options=texts, description="Right", index=min(1, len(texts) - 1)
        )
        self.message = Message()
        self.passages = Listing(
            columns=["number", "kind", "grow", "number", "number", "number"],
            label="Shared passages: choose one to see it in both texts",
        )
        self.edits = check_box("Show what was edited there")
        self.texts, self.apparatus = ipywidgets.HTML(), ipywidgets.HTML()
        row = ipywidgets.HBox([self.left, self.right, self.edits])
        super().__init__([row, self.message, self.passages, self.texts, self.apparatus])
        on_change(self.left, self.refresh)
        on_change(self.right, self.refresh)
        on_change(self.passages, self._show, "selected")
        on_change(self.edits, self._show)

    @property
    def figure(self) -> tuple[str, dict[str, object]]:
        """The figure of the catalogue that shows this, and the parameters it takes."""
        return "shared_passages", {"left": self.left.value, "right": self.right.value}

    @property
    def code(self) -> str:
        """The line of code that shows the same."""
        return f"side_by_side(corpus, {self.left.value!r}, {self.right.value!r})"

    def refresh(self) -> None:
        """Look for what the two texts share, and show both."""
        self._pair = None
        if not guarded_by(self.message, self._find):
            self.passages.show([])
            self.texts.value = self.apparatus.value = ""
        self._changed()

    def _find(self) -> None:
        self._pair = side_by_side(self._session.whole, self.left.value, self.right.value)
        self.passages.show(
            [
                row["number"],
                row["kind"],
                row["text"],
                row["words"],
                f"¶ {row['paragraph_a']}",
                f"¶ {row['paragraph_b']}",
            ]
            for row in pair_rows(self._pair)
        )
        self._show()

    def _show(self) -> None:
        if self._pair is not None:
            guarded_by(self.message, self._draw)

    def _draw(self) -> None:
        assert self._pair is not None
        at = self.passages.selected
        row = pair_rows(self._pair)[at] if at >= 0 else None
        number = int(row["number"]) if row else None
        self.texts.value = pair_html(self._pair, number, listed=False)
        self.apparatus.value = ""
        if self.edits.value and row:
            self.apparatus.value = "".join(
                read(
                    self._session.whole, name, int(row[f"paragraph_{side}"]), apparatus=True
                )._repr_html_()
                for side, name in (("a", self.left.value), ("b", self.right.value))
            )
        elif self.edits.value:
            self.message.say("Choose a passage in the list to see what was edited there.")
