"""The corpus at a glance, drawn: each text a bar, each paragraph a field of it."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from rhetorica.figures.style import BLUE, GREY, MARGIN, PALE, SMALL_SIZE, Page
from rhetorica.findings import Finding

_FEW = 24  # up to so many texts each row has two lines and its numbers beside it


def draw_corpus_overview(finding: Finding) -> Drawing:
    """Draw one bar a text, divided into its blocks, with words, paragraphs and sentences."""
    frame = finding.frame
    labels = list(dict.fromkeys(frame["label"]))
    few = len(labels) <= _FEW
    fields = "; each field is a paragraph, pale: title or heading" if few else ""
    page = Page(finding.title, f"Words of each text{fields}")
    row = 9.5 if few else 4.0
    left = MARGIN + max(page.widest(labels), page.widest(_facts(frame), SMALL_SIZE)) + 3
    left = min(left, 62.0)
    right = 38.0 if few else 14.0
    page.set_height(page.top + row * len(labels) + 9)
    axes = page.axes(left, page.top, page.width - left - right - MARGIN, row * len(labels))
    for place, (label, own) in enumerate(frame.groupby("label", sort=False)):
        _draw_text(axes, own, place, row, few)
        y = page.top + row * (place + 0.5)
        page.text(left - 2, y - (1.7 if few else 0), str(label), ha="right", va="center")
        if few:
            facts = _facts(own)[0]
            page.text(
                left - 2, y + 2.0, facts, ha="right", va="center", size=SMALL_SIZE, color=GREY
            )
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


def _draw_text(axes: Axes, own: pd.DataFrame, place: int, row: float, few: bool) -> None:
    words = own["words"].to_numpy()
    colours = [BLUE if kind == "paragraph" else PALE for kind in own["block_kind"]]
    lefts = np.cumsum(words) - words
    axes.broken_barh(
        list(zip(lefts, words, strict=True)),
        (place - 0.3, 0.6),
        facecolors=colours,
        edgecolor="white",
        linewidth=0.5 if few else 0.0,
    )
    paragraphs = int((own["block_kind"] == "paragraph").sum())
    total, sentences = int(words.sum()), int(own["sentences"].sum())
    shown = (
        f"{total:,} words\n{paragraphs} paragraphs, {sentences} sentences" if few else f"{total:,}"
    )
    axes.annotate(
        shown,
        (total, place),
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        fontsize=SMALL_SIZE,
        color=GREY,
        linespacing=1.25,
        annotation_clip=False,
    )
