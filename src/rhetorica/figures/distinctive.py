"""Distinctive terms, drawn: a panel of bars for each text, with the floor that chance gives."""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Drawing

from rhetorica.figures.panels import Panel, draw_panels, more_panels
from rhetorica.figures.style import Page
from rhetorica.findings import Finding

_SURE = 0.05  # the false discovery rate the caption names


def draw_distinctive_terms(finding: Finding) -> Drawing:
    """Draw a panel of bars for each text: score, count, paragraphs, and what chance gives."""
    texts = finding.tables["contrast_texts"]
    score = str((finding.parameters or {})["rank_by"])
    most = finding.frame[score].max()
    longest = "" if finding.frame.empty else f" (longest bar: {most:,.{0 if most >= 100 else 1}f})"
    subtitle = (
        f"{finding.unit}{longest}; beside each bar how often the term stands there and in how many "
        "paragraphs (¶). Dark: beyond what chance gives, the dashed line; *: rate differs from the "
        f"other texts by an exact test (q < {_SURE:.2f}){more_panels(len(texts))}"
    )
    page = Page(finding.title, subtitle, finding.basis)
    panels = [
        _panel(finding.frame[finding.frame["document"] == item["document"]], item, score)
        for item in texts.to_dict("records")
    ]
    draw_panels(page, panels)
    return page.drawing


def _panel(own: pd.DataFrame, text: Mapping[Hashable, Any], score: str) -> Panel:
    marks = [
        f"{'*  ' * (item['q'] < _SURE)}{item['count']}× in {item['paragraphs']} ¶"
        for item in own.to_dict("records")
    ]
    bars = pd.DataFrame(
        {
            "name": own["term"],
            "value": own[score],
            "dark": own[score].where(own["beyond_chance"] == "yes", 0),
            "mark": marks,
        }
    )
    words, short = f"{text['words']:,} words", text["short"] == "yes"
    words += " (short)" * short + "; too few paragraphs for chance" * bool(np.isnan(text["floor"]))
    return Panel(text["label"], words, bars, text["floor"], "no term to show", short)
