"""The workbench: choose texts, edit a category, read the lines, compare two texts, keep it."""

from html import escape

import ipywidgets

from rhetorica.corpus import Corpus
from rhetorica.keeping import Kept, keep
from rhetorica.notebook import vary
from rhetorica.widgets.field import Field
from rhetorica.widgets.keys import Keys
from rhetorica.widgets.listing import Listing
from rhetorica.widgets.messages import Message, guarded_by, on_change
from rhetorica.widgets.pairs import PairPanel
from rhetorica.widgets.search import SearchPanel
from rhetorica.widgets.session import Session

_SEARCH, _PAIR = "Words and categories", "Two texts side by side"


def workbench(corpus: Corpus) -> "Workbench":
    """Return the workbench on a corpus: what it shows changes as texts and patterns are chosen.

    Nothing is written before *Keep it* is pressed. Whatever it shows can be had by a line of
    code, which stands at its end.
    """
    return Workbench(corpus)


class Workbench(ipywidgets.VBox):
    """The panels of the workbench, one below the other: texts, what is looked for, keeping."""

    def __init__(self, corpus: Corpus) -> None:
        self._session = Session(corpus)
        self._kept: set[tuple[str, str]] = set()
        documents = self._session.documents
        self.texts = Listing(
            columns=["grow"], tickable=True, label="Texts: those that are ticked are shown"
        )
        self.texts.show([[label] for _, label in documents], ticked=range(len(documents)))
        self.view = ipywidgets.ToggleButtons(
            options=[_SEARCH, _PAIR], style={"button_width": "auto"}
        )
        self.search = SearchPanel(self._session, self._tell_code)
        self.pair = PairPanel(self._session, self._tell_code)
        self.pair.layout.display = "none"
        self.code = ipywidgets.HTML()
        self.name = Field(value="explored", label="Name under which to keep it", button="Keep it")
        self.message, self.kept = Message(), ipywidgets.HTML()
        self.texts_message = Message()
        self.texts.layout.display = "none"
        self.choose = ipywidgets.ToggleButton(icon="list", layout={"width": "auto"})
        keeping = ipywidgets.HBox([ipywidgets.Label("Keep as"), self.name])
        head = ipywidgets.HBox([self.view, self.choose, Keys()])
        panels = [head, self.texts, self.texts_message, self.search, self.pair, self.code, keeping]
        super().__init__([*panels, self.message, self.kept])
        self.add_class("rhetorica-workbench")
        on_change(self.texts, self._choose_texts, "ticked")
        on_change(self.choose, self._open_texts)
        on_change(self.view, self._turn)
        self.name.on_submit(lambda: guarded_by(self.message, self._keep))
        self._count_texts()
        self.search.refresh()

    @property
    def _panel(self) -> SearchPanel | PairPanel:
        return self.search if self.view.value == _SEARCH else self.pair

    def _open_texts(self) -> None:
        self.texts.layout.display = "" if self.choose.value else "none"

    def _count_texts(self) -> None:
        chosen, every = len(self._session.texts), len(self._session.documents)
        self.choose.description = f"Texts: {chosen} of {every}" if chosen else f"Texts: all {every}"

    def _choose_texts(self) -> None:
        ids = [name for name, _ in self._session.documents]
        chosen = tuple(name for i, name in enumerate(ids) if i in self.texts.ticked)
        if not chosen:
            there = self._session.texts or ids
            self.texts.ticked = [i for i, name in enumerate(ids) if name in there]
            said = "No text is left then: leave one ticked, at least."
            self.texts_message.say(said, wrong=True)
        elif guarded_by(self.texts_message, lambda: self._session.choose_texts(chosen)):
            self._count_texts()
            self.search.refresh()

    def _turn(self) -> None:
        for panel in (self.search, self.pair):
            panel.layout.display = "" if panel is self._panel else "none"
        self._panel.refresh()

    def _tell_code(self) -> None:
        """Say which lines of code show what is shown now; what was kept is of what was shown."""
        self.kept.value = ""
        code = escape(self._panel.code)
        self.code.value = (
            "<div class='rhetorica-note mathjax_ignore tex2jax_ignore'>"
            f"<details><summary>The same in code</summary><pre>{code}</pre></details></div>"
        )

    def _keep(self) -> None:
        self.kept.value = ""
        name = self.name.value.strip()
        figure, values = self._panel.figure
        of_search = self._panel is self.search
        shown = self._session.unedited_if_possible if of_search else self._session.whole
        kept: Kept = keep(vary(shown, **values), figure, name, replace=(figure, name) in self._kept)
        self._kept.add((figure, name))
        self.kept.value = kept._repr_html_()
