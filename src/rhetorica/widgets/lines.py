"""The concordance of the workbench: its lines, and the paragraph of the line that is chosen."""

from collections.abc import Callable
from typing import Any

import ipywidgets

from rhetorica.corpus import Corpus
from rhetorica.errors import plural
from rhetorica.reading import Passage, kwic, line_rows, read
from rhetorica.widgets.listing import Listing
from rhetorica.widgets.messages import Message, check_box, guarded_by, on_change

LIMIT = 500  # lines sent to the browser: more than anybody reads, fewer than make it slow
_SORTS = [("as in the texts", "text"), ("by the words before", "left"),
          ("by the words after", "right")]  # fmt: skip


class LinesPanel(ipywidgets.VBox):
    """Every hit on a line, in an order of one's choice; below, the paragraph of one of them."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self.sort = ipywidgets.ToggleButtons(
            options=_SORTS, style={"button_width": "auto"}, layout={"width": "auto"}
        )
        self.count = ipywidgets.HTML()
        self.list = Listing(
            columns=["place", "number", "left", "hit", "right"],
            label="Lines: choose one to read its paragraph",
            filter_from=1000,
        )
        self.message = Message()
        self.back = ipywidgets.Button(description="◂ paragraph before")
        self.on = ipywidgets.Button(description="paragraph after ▸")
        self.edits = check_box("Show what was edited in it")
        self.paragraph = ipywidgets.HTML()
        self.reading = ipywidgets.VBox(
            [ipywidgets.HBox([self.back, self.on, self.edits]), self.paragraph]
        )
        self._corpus: Corpus | None = None
        self._words = self._category = ""
        self._rows: list[dict[str, Any]] = []
        self._place: tuple[str, int] | None = None
        super().__init__(
            [
                ipywidgets.HBox([ipywidgets.Label("Lines"), self.sort, self.count]),
                self.message,
                self.list,
                self.reading,
            ]
        )
        on_change(self.sort, self._list)
        on_change(self.sort, changed)
        on_change(self.list, self._choose, "selected")
        on_change(self.edits, lambda: self._turn(0))
        self.back.on_click(lambda _: self._turn(-1))
        self.on.on_click(lambda _: self._turn(1))
        self._close()

    @property
    def code(self) -> str:
        """The arguments with which ``kwic`` gives these lines; empty if there are none."""
        if self._corpus is None:
            return ""
        named = [f"words={self._words!r}" if self._words else f"category={self._category!r}"]
        if self.sort.value != "text":
            named.append(f"sort={self.sort.value!r}")
        return ", ".join(named)

    def show(self, corpus: Corpus, *, words: str = "", category: str = "") -> None:
        """Show the lines of a pattern or of a category."""
        self._corpus = corpus
        self._words, self._category = words, category
        self._list()

    def empty(self) -> None:
        """Show nothing."""
        self._corpus = None
        self._rows = []
        self.list.show([])
        self.count.value = ""
        self.message.clear()
        self._close()

    def _list(self) -> None:
        self._close()
        if self._corpus is not None and not guarded_by(self.message, self._find):
            self.list.show([])
            self.count.value = ""

    def _find(self) -> None:
        assert self._corpus is not None
        lines = kwic(
            self._corpus, self._words, category=self._category, sort=self.sort.value, limit=LIMIT
        )
        rows = line_rows(lines)
        self._rows = rows
        self.count.value = (
            f"the first {len(rows):,} of {len(lines):,}"
            if len(rows) < len(lines)
            else plural(len(rows), "line")
        )
        self.list.show(
            [r["label"], f"¶ {r['paragraph']}", r["left"], r["hit"], r["right"]] for r in rows
        )

    def _choose(self) -> None:
        if not 0 <= self.list.selected < len(self._rows):
            return
        row = self._rows[self.list.selected]
        self._place = row["document"], row["paragraph"]
        self._turn(0)

    def _turn(self, by: int) -> None:
        """Go on to the paragraph before or after, and show it."""
        if self._place is None:
            return
        before = self._place
        self._place = before[0], before[1] + by
        if guarded_by(self.message, self._read):
            self.reading.layout.display = ""
        else:
            self._place = before

    def _read(self) -> None:
        assert self._corpus is not None
        assert self._place is not None
        text, paragraph = self._place
        passage: Passage = read(
            self._corpus, text, paragraph,
            words=self._words, category=self._category, apparatus=self.edits.value,
        )  # fmt: skip
        self.back.disabled = passage.previous is None
        self.on.disabled = passage.next is None
        self.paragraph.value = passage._repr_html_()

    def _close(self) -> None:
        self._place = None
        self.reading.layout.display = "none"
