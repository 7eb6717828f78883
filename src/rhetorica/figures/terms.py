"""Terms, drawn: small panels of bars, one for each text or topic."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from rhetorica.figures.style import BLUE, GREY, MARGIN, SMALL_SIZE, TEXT_SIZE, Page
from rhetorica.findings import Finding

_MAX_PANELS = 24  # a figure of more panels is no longer a figure; all of them are in the csv
_COLUMNS = 3
_ROW = 4.1  # mm of one bar
_HEAD = 7.0  # mm above the bars of a panel, for its name
_LINE = 3.4  # mm of a further line of the name
_GAP = 4.0


def draw_distinctive_terms(finding: Finding) -> Drawing:
    """Draw a panel of TF-IDF bars for each text, the raw count beside each bar."""
    frame = finding.frame.assign(
        mark=finding.frame["count"].map("{}×".format), solid=finding.frame["texts_with_term"] == 1
    )
    subtitle = (
        "TF-IDF; beside each bar how often the word stands in the text. "
        "Dark: in this text only; pale: also in others"
    )
    return _panels(finding, subtitle, frame, "label", "tf_idf")


def draw_topic_terms(finding: Finding) -> Drawing:
    """Draw a panel of term weights for each topic, the number of blocks beside each bar."""
    frame = finding.frame.assign(
        head="Topic " + finding.frame["topic"].astype(str),
        mark=finding.frame["blocks"].map("{} ¶".format),
        solid=True,
    )
    subtitle = "Share of the topic's weight; ¶: the paragraphs, titles and headings with the word"
    return _panels(finding, subtitle, frame, "head", "weight")


def _panels(finding: Finding, subtitle: str, frame: pd.DataFrame, by: str, value: str) -> Drawing:
    names = list(dict.fromkeys(frame[by]))
    shown = names[:_MAX_PANELS]
    if len(shown) < len(names):
        subtitle += f". The first {len(shown)} of {len(names)} panels; all are in the csv"
    page = Page(finding.title, subtitle, finding.basis)
    bars = int(frame.groupby(by).size().max()) if names else 1
    columns = min(_COLUMNS, max(len(shown), 1))
    rows = -(-len(shown) // columns)
    width = (page.width - 2 * MARGIN) / columns
    heads = [page.wrap(str(name), TEXT_SIZE, width - _GAP, bold=True) for name in shown]
    head = _LINE * (max(map(len, heads), default=1) - 1)
    height = head + _HEAD + _ROW * bars + _GAP
    page.set_height(page.top + rows * height + 1)
    limit = frame[value].max() if names else 1.0
    for place, name in enumerate(shown):
        x = MARGIN + (place % columns) * width
        y = page.top + (place // columns) * height + head
        page.text(x, y + 3.6, "\n".join(heads[place]), weight="bold", va="bottom")
        own = frame[frame[by] == name]
        terms = [page.shorten(term, TEXT_SIZE, 0.55 * width - 2) for term in own["term"]]
        names_width = page.widest(terms) + 2
        marks_width = page.widest(list(own["mark"]), SMALL_SIZE) + 3
        axes = page.axes(
            x + names_width, y + 4.5, width - names_width - marks_width - 3, _ROW * len(own)
        )
        _draw_bars(axes, own, value, limit)
        axes.set_yticks(range(len(own)), terms)
    return page.drawing


def _draw_bars(axes: Axes, own: pd.DataFrame, value: str, limit: float) -> None:
    places = range(len(own))
    axes.barh(
        places,
        own[value],
        height=0.66,
        color=[BLUE if solid else "#9cc3de" for solid in own["solid"]],
    )
    for place, (size, mark) in enumerate(zip(own[value], own["mark"], strict=True)):
        axes.annotate(
            mark,
            (size, place),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
            fontsize=SMALL_SIZE,
            color=GREY,
            annotation_clip=False,
        )
    axes.set_ylim(len(own) - 0.5, -0.5)
    axes.set_xlim(0, limit)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
