"""The panel that looks for a category, which can be edited, or for words: rates, places, lines."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape

import ipywidgets

from rhetorica.errors import plural
from rhetorica.lexicon import Category
from rhetorica.lint import Kind, Remark, named
from rhetorica.widgets.chart import chart_html
from rhetorica.widgets.field import Field
from rhetorica.widgets.lines import LinesPanel
from rhetorica.widgets.listing import Listing
from rhetorica.widgets.messages import Message, check_box, guarded_by, on_change
from rhetorica.widgets.session import Session

CATEGORY, WORDS = "a category", "words"
# What the linter says of an entry: beside it, in few words, and as the beginning of a sentence.
_BESIDE: dict[Kind, str] = {
    "never counts": "can never count",
    "stands twice": "stands twice",
    "changes the order": "without it the order of texts changes",
    "dominates": "more than half of the hits",
    "always barred": "never counts: exceptions or needs",
    "adds nothing": "others find the same",
    "finds nothing": "not in these texts",
}
_SAID: dict[Kind, str] = {
    "never counts": "can never count",
    "stands twice": "stands twice",
    "changes the order": "alone decides the order of texts; without it",
    "dominates": "has more than half of the hits",
    "always barred": "never counts here",
    "adds nothing": "adds nothing",
    "finds nothing": "finds nothing",
}
_UNCERTAIN = "left out: less certain than min_certainty"
_WIDE = ipywidgets.Layout(width="100%")


class SearchPanel(ipywidgets.VBox):
    """Look for a category or for words; edit the category; see rates, places and lines change.

    Nothing is looked for before :meth:`refresh`. `changed` is called whenever the panel shows
    something else.
    """

    def __init__(self, session: Session, changed: Callable[[], None]) -> None:
        self._session, self._changed, self._asked = session, changed, ""
        self.kind = ipywidgets.ToggleButtons(
            options=[CATEGORY, WORDS], style={"button_width": "auto"}, layout={"width": "auto"}
        )
        self.category = ipywidgets.Dropdown(
            options=[(c.label, c.id) for c in session.categories],
            value=session.first_category,
            description="Category",
            style={"description_width": "initial"},
            layout=ipywidgets.Layout(width="24em"),
        )
        self.words = Field(
            label="Words to look for",
            value=session.first_words,
            placeholder="such as: popular mass*; then Enter",
        )
        self.entries = Listing(columns=["number", "grow", "grow"], tickable=True, height=170)
        self.pattern = Field(
            label="Add a pattern to the category",
            placeholder="add a pattern, such as: side by side",
            button="Add",
        )
        self.regex, self.case = check_box("regular expression"), check_box("capitals count")
        self.message, self.found = Message(), Message()
        self.definition, self.remarks = ipywidgets.HTML(), ipywidgets.HTML()
        self.chart = ipywidgets.HTML(layout=_WIDE)
        self.lines = LinesPanel(changed)
        asked = ipywidgets.HBox(
            [ipywidgets.Label("Look for"), self.kind, self.category, self.words]
        )
        self.adding = ipywidgets.HBox([self.pattern, self.regex, self.case])
        self.editor = ipywidgets.VBox([self.definition, self.entries, self.remarks])
        super().__init__(
            [
                asked, self.adding, self.message, self.found, self.chart, self.editor, self.lines,
            ]
        )  # fmt: skip
        on_change(self.kind, self.refresh)
        on_change(self.category, self.refresh)
        self.words.on_submit(self.refresh)
        on_change(self.entries, self._switch, "ticked")
        self.pattern.on_submit(self._add)

    @property
    def figure(self) -> tuple[str, dict[str, tuple[str, ...]]]:
        """The figure of the catalogue that shows this, and the parameters it takes."""
        if self.kind.value == WORDS:
            return "word_places", {"words": (self._asked,)}
        return "rhetoric_rates", {"categories": (self.category.value,)}

    @property
    def code(self) -> str:
        """The lines of code that show the same."""
        if not self.lines.code:
            return ""
        name, values = self.figure
        if self._session.texts:
            values["texts"] = self._session.texts
        given = ", ".join(f"{key}={', '.join(own)!r}" for key, own in values.items())
        varied = f"corpus = vary(corpus, {given})"
        shown = f"show(corpus, {name!r})\nkwic(corpus, {self.lines.code})"
        return "\n".join([*self._session.edits(), varied, shown])

    def refresh(self) -> None:
        """Show what is looked for now."""
        self.message.clear()
        self._asked = self.words.value.strip()  # what is typed and not yet asked for is not shown
        by_words = self.kind.value == WORDS
        for widget in (self.category, self.adding, self.editor):
            widget.layout.display = "none" if by_words else ""
        self.words.layout.display = "" if by_words else "none"
        if not by_words:
            guarded_by(self.found, self._list_entries)
        if not guarded_by(self.found, self._draw):
            self.chart.value = ""
            self.lines.empty()
        self._changed()

    def _draw(self) -> None:
        if self.kind.value == CATEGORY:
            label = self._session.category(self.category.value).label
            bars = self._session.category_bars(self.category.value)
            self.chart.value = chart_html(bars, label)
            self.lines.show(self._session.corpus, category=self.category.value)
        elif self._asked:
            self.chart.value = chart_html(self._session.word_bars(self._asked), f"“{self._asked}”")
            self.lines.show(self._session.corpus, words=self._asked)
        else:
            self.chart.value = ""
            self.lines.empty()

    def _list_entries(self) -> None:
        """List the patterns of the category, with their hits and what the linter says of them."""
        category = self._session.category(self.category.value)
        self.entries.label = f"Patterns of {category.label}: those that are ticked count"
        self.definition.value = definition_html(category)
        self.remarks.value = ""
        self._show_entries(category, {}, {})  # also where one of them cannot be tried to the end
        hits = self._session.hits_of_entries(category.id)
        remarks = self._session.remarks(category.id)
        beside = {remark.entry: _BESIDE.get(remark.kind, "") for remark in reversed(remarks)}
        beside |= dict.fromkeys(self._session.too_uncertain(category.id), _UNCERTAIN)
        self._show_entries(category, hits, beside)
        self.remarks.value = remarks_html(remarks)

    def _show_entries(
        self, category: Category, hits: Mapping[str, int], beside: Mapping[str, str]
    ) -> None:
        entries = category.entries
        same = [row[1] for row in self.entries.rows] == [entry.pattern for entry in entries]
        self.entries.show(
            ([hits.get(e.pattern, 0), e.pattern, beside.get(e.pattern, "")] for e in entries),
            ticked=[i for i, e in enumerate(entries) if self._session.is_on(category.id, e)],
            selected=self.entries.selected if same else -1,
        )

    def _switch(self) -> None:
        name = self.category.value
        entries = self._session.category(name).entries
        on = [i for i, entry in enumerate(entries) if self._session.is_on(name, entry)]
        if list(self.entries.ticked) == on:
            return
        if guarded_by(self.message, lambda: self._session.switch(name, set(self.entries.ticked))):
            self.refresh()
        else:
            self.entries.ticked = on

    def _add(self) -> None:
        """Add what was typed, and say what it finds, and what the linter says of it."""
        name, pattern = self.category.value, " ".join(self.pattern.value.split())
        options = {"regex": self.regex.value, "case": self.case.value}
        self.message.clear()
        if not pattern or not guarded_by(
            self.message, lambda: self._session.add(name, pattern, **options)
        ):
            return
        self.pattern.value = ""
        self.refresh()
        said: list[str] = []
        if guarded_by(self.message, lambda: said.extend(self._said_of(name, pattern))):
            self.message.say(" ".join(said))

    def _said_of(self, name: str, pattern: str) -> Iterator[str]:
        hits = self._session.hits_of_entries(name).get(pattern, 0)
        yield f"{named(pattern)} is added: {plural(hits, 'hit')}."
        yield from (_sentence(r) for r in self._session.remarks(name) if r.entry == pattern)


def definition_html(category: Category) -> str:
    """Return, folded, what a category counts and what not: patterns only try to find that."""
    said = {"Counts": category.include, "Does not count": category.exclude}
    listed = "".join(f"<div>{name}: {escape(text)}</div>" for name, text in said.items() if text)
    if not listed:
        return ""
    summary = f"<summary>What counts as {escape(category.label)}, and what not</summary>"
    return (
        "<div class='rhetorica-note mathjax_ignore tex2jax_ignore'>"
        f"<details>{summary}{listed}</details></div>"
    )


def remarks_html(remarks: Sequence[Remark]) -> str:
    """Return the errors of the linter as html, and below them, folded, its warnings.

    What is found nowhere stands beside its entry, and is not repeated here.
    """
    errors = [_sentence(remark) for remark in remarks if remark.severity == "error"]
    warnings = [
        _sentence(remark)
        for remark in remarks
        if remark.severity == "warning" and remark.kind != "finds nothing"
    ]
    inner = "".join(f"<div>Error: {escape(text)}</div>" for text in errors)
    if warnings:
        listed = "".join(f"<div>{escape(text)}</div>" for text in warnings)
        inner += f"<details><summary>Warnings of the linter: {len(warnings)}</summary>{listed}"
        inner += "</details>"
    return f"<div class='rhetorica-note mathjax_ignore tex2jax_ignore'>{inner}</div>"


def _sentence(remark: Remark) -> str:
    return f"{named(remark.entry)} {_SAID[remark.kind]}: {remark.message}."
