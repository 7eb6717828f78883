"""The corpus at a glance, drawn: each text a bar, each paragraph a field of it."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from rhetorica.errors import plural
from rhetorica.figures.style import BLUE, GREY, MARGIN, PALE, SMALL_SIZE, VERMILION, Page
from rhetorica.findings import Finding
from rhetorica.structure import QUOTED_PARTS

_FEW = 24  # up to so many texts each row has two lines and its numbers beside it
_COLOURS = {"paragraph": BLUE} | dict.fromkeys(QUOTED_PARTS, VERMILION)
_FACTS_WIDTH = 60.0  # mm; a longer line is cut, it stands whole in the csv


def draw_corpus_overview(finding: Finding) -> Drawing:
    """Draw one bar a text, divided into its blocks, with words, paragraphs and sentences."""
    frame = finding.frame
    labels = list(dict.fromkeys(frame["label"]))
    few = len(labels) <= _FEW
    fields = (
        ". Blue: paragraphs; hatched: quoted sentences; pale: titles, headings, names, sources"
        if few
        else ""
    )
    page = Page(finding.title, f"Words of each text{fields}", finding.basis)
    row = 9.5 if few else 4.0
    texts = [(str(label), own) for label, own in frame.groupby("label", sort=False)]
    facts = [page.shorten(line, SMALL_SIZE, _FACTS_WIDTH) if few else "" for line in _facts(frame)]
    left = MARGIN + max(page.widest(labels), page.widest(facts, SMALL_SIZE)) + 3
    counts = [_counts(own, few) for _, own in texts]
    right = 4 + page.widest([line for lines in counts for line in lines], SMALL_SIZE)
    page.set_height(page.top + row * len(labels) + 9)
    axes = page.axes(left, page.top, page.width - left - right - MARGIN, row * len(labels))
    small = {"size": SMALL_SIZE, "color": GREY}
    for place, (label, own) in enumerate(texts):
        _draw_text(axes, own, place, few, "\n".join(counts[place]))
        y = page.top + row * (place + 0.5)
        page.text(left - 2, y - (1.7 if few else 0), label, ha="right", va="center")
        page.text(left - 2, y + 2.0, facts[place], ha="right", va="center", **small)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_xlim(0, frame.groupby("label")["words"].sum().max() * 1.01)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.set_xlabel("words", labelpad=1)
    return page.drawing


def _facts(frame: pd.DataFrame) -> list[str]:
    """Return date (with * where it is inferred) and kind of each text as one line."""
    firsts = frame.groupby("label", sort=False).first()
    dates = [
        (date or "no date") + ("*" if basis == "inferred" else "")
        for date, basis in zip(firsts["date"], firsts["date_basis"], strict=True)
    ]
    return [f"{date} · {kind}" for date, kind in zip(dates, firsts["text_kind"], strict=True)]


def _counts(own: pd.DataFrame, few: bool) -> list[str]:
    """Return the lines beside a bar: its words, and its paragraphs and sentences."""
    words = int(own["words"].sum())
    if not few:
        return [f"{words:,}"]
    prose = own[own["block_kind"] == "paragraph"]
    paragraphs, sentences = prose["block"].nunique(), int(prose["sentences"].sum())
    return [
        f"{words:,} words",
        f"{plural(paragraphs, 'paragraph')}, {plural(sentences, 'sentence')}",
    ]


def _draw_text(axes: Axes, own: pd.DataFrame, place: int, few: bool, counts: str) -> None:
    words = own["words"].to_numpy()
    colours = [_COLOURS.get(part, PALE) for part in own["part"]]
    lefts = np.cumsum(words) - words
    for quoted in (False, True):
        chosen = [i for i, part in enumerate(own["part"]) if (part in QUOTED_PARTS) == quoted]
        bars = axes.broken_barh(
            [(lefts[i], words[i]) for i in chosen],
            (place - 0.3, 0.6),
            facecolors=[colours[i] for i in chosen],
            edgecolor="white",
            linewidth=0.5 if few else 0.0,
        )
        if quoted:  # the two colours are alike in grey
            bars.set_hatch("/////")
    axes.annotate(
        counts,
        (int(words.sum()), place),
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        fontsize=SMALL_SIZE,
        color=GREY,
        linespacing=1.25,
        annotation_clip=False,
    )
