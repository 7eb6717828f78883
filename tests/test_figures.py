"""Figures: the right size, the same bytes, every name readable, nothing outside or on top."""

import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure as Drawing
from matplotlib.path import Path as Outline
from matplotlib.text import Text
from matplotlib.transforms import Affine2D
from numpy.typing import NDArray

from rhetorica.catalogue import CATALOGUE, Entry
from rhetorica.corpus import Corpus
from rhetorica.errors import NothingToShow
from rhetorica.figures import Figure, draw
from rhetorica.figures.style import SMALL_SIZE, TEXT_SIZE, Page
from rhetorica.findings import DOTTED_TEXTS, Finding, table
from rhetorica.notebook import find
from rhetorica.passages import paragraph_texts
from support import corpus_of, default_corpus

LABELS = {
    "External activity",
    "Treatise 1992",
    "Independence essay",
    "Feats for parties",
    "About the treatise",
}
# Names of 24 characters, the most a study may give: nothing to break at, hyphens, words.
LONG_NAMES: tuple[Callable[[int], str], ...] = (
    "WWWWWWWWWWWWWWWWWWWWWW{:02}".format,
    "Kriegswaffenkontrolle{:03}".format,
    "party-building-session{:02}".format,
    "Report no {:02} of the year".format,
)
WIDTH, RESOLUTION = 2102, 11811  # 178 mm and 300 dpi: 178 / 25.4 * 300 pixels, 300 / 0.0254 a metre
TOUCHING = 1.0  # pixel, a twelfth of a millimetre: what two frames may share
XML = {"svg": "http://www.w3.org/2000/svg", "dc": "http://purl.org/dc/elements/1.1/"}

# A lexicon is held against labelled sentences, which texts made here do not have.
OF_TEXTS = tuple(entry for entry in CATALOGUE if entry.name != "lexicon_agreement")

# One answer for all texts together, or for two of them.
OF_ALL = {"topic_terms", "topic_number", "lexicon_agreement", "word_shift"}

# Thirty texts made here share no word; two texts have one pair, which is in no order.
NO_ANSWER = {("shared_core", 30), ("similarity_measures", 2)}

WORDS = "unity, struggle*, the"  # without words asked for there is no figure of their places

each_figure = pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.name)


@dataclass(frozen=True, eq=False)
class Written:
    """A text as it stands on the page: its words and the four corners of its frame in pixels."""

    words: str
    corners: NDArray[np.float64]

    def outside(self, width: float, height: float) -> bool:
        return bool(self.corners.min() < 0 or (self.corners.max(axis=0) > (width, height)).any())

    def overlaps(self, other: "Written") -> bool:
        """Tell whether two frames share more than a touch; a slanted frame is not a square one."""
        low = np.maximum(self.corners.min(axis=0), other.corners.min(axis=0))
        high = np.minimum(self.corners.max(axis=0), other.corners.max(axis=0))
        return bool((high - low > TOUCHING).all()) and self.outline().intersects_path(
            other.outline(), filled=True
        )

    def outline(self) -> Outline:
        return Outline(np.vstack([self.corners, self.corners[:1]]), closed=True)


def written_on(drawing: Drawing) -> tuple[list[Written], list[str]]:
    """Draw and return all texts that were in fact drawn, and in words what is wrong with them."""
    drawn: list[Text] = []
    original = Text.draw

    def record(self: Text, renderer: RendererAgg) -> None:
        if self.get_visible() and self.get_text().strip():
            drawn.append(self)
        original(self, renderer)

    drawing.set_dpi(300)
    canvas = FigureCanvasAgg(drawing)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Text, "draw", record)
        canvas.draw()
    texts = [Written(text.get_text(), _corners(text, canvas)) for text in dict.fromkeys(drawn)]
    width, height = canvas.get_width_height()
    faults = [f"outside: {text.words}" for text in texts if text.outside(width, height)]
    faults += [
        f"on top of each other: {one.words} / {other.words}"
        for place, one in enumerate(texts)
        for other in texts[:place]
        if one.overlaps(other)
    ]
    return texts, faults


def _corners(text: Text, canvas: FigureCanvasAgg) -> NDArray[np.float64]:
    angle = text.get_rotation()
    assert angle == 0 or text.get_rotation_mode() == "anchor"
    text.set_rotation(0)
    box = text.get_window_extent(canvas.get_renderer())
    anchor = text.get_transform().transform(text.get_position())
    turned = Affine2D().rotate_deg_around(anchor[0], anchor[1], angle)
    corners = [(box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)]
    return np.asarray(turned.transform(corners), dtype=np.float64)


def look_at(finding: Finding, entry: Entry) -> tuple[list[str], list[str]]:
    """Draw in the style of the notebooks; return the texts, without blanks, and the faults."""
    seen: list[tuple[list[Written], list[str]]] = []

    def drawing_of(asked: Finding) -> Drawing:
        seen.append(written_on(entry.draw(asked)))
        return Drawing(figsize=(1, 1))  # the bytes are not looked at here

    draw(finding, drawing_of)
    [(texts, faults)] = seen
    return [joined(text.words) for text in texts], faults


def joined(words: str) -> str:
    return re.sub(r"\s+", "", words)


def labels_in(frame: pd.DataFrame) -> set[str]:
    columns = [name for name in frame.columns if name.startswith("label")]
    return {str(value) for name in columns for value in frame[name]}


def drawn(finding: Finding) -> pd.DataFrame:
    """The rows that a figure draws and names, where it does not draw all."""
    frame = finding.frame
    return frame[frame["shown"] == "yes"] if "shown" in frame else frame


@pytest.fixture(scope="module")
def default() -> Corpus:
    return default_corpus(n_draws=100, words=WORDS)


@pytest.fixture(scope="module")
def figures(default: Corpus) -> dict[str, Figure]:
    return {entry.name: draw(find(default, entry.name), entry.draw) for entry in CATALOGUE}


@pytest.fixture(scope="module")
def many(default: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Corpus]:
    """Return a function that deals the paragraphs of the five texts out to so many texts."""
    paragraphs = paragraph_texts(default, range(len(default.tokens.paragraphs) - 1))

    @cache
    def deal(count: int) -> Corpus:
        dealt = {f"t{i:02}": "\n\n".join(paragraphs[i::count]) for i in range(count)}
        corpus = corpus_of(tmp_path_factory.mktemp("many"), dealt, n_draws=100, words=WORDS)
        study = corpus.study.model_copy(update={"lexicon": default.study.lexicon})
        return named(replace(corpus, study=study), lambda i: LONG_NAMES[i % len(LONG_NAMES)](i))

    return deal


def named(corpus: Corpus, name: Callable[[int], str]) -> Corpus:
    sources = tuple(
        replace(source, document=source.document.model_copy(update={"label": name(i)}))
        for i, source in enumerate(corpus.sources)
    )
    assert all(len(source.document.label) == 24 for source in sources)
    return replace(corpus, sources=sources)


def chunks(png: bytes) -> dict[bytes, bytes]:
    found, place = {}, 8
    while place < len(png):
        length, kind = struct.unpack(">I4s", png[place : place + 8])
        found[kind] = png[place + 8 : place + 8 + length]
        place += 12 + length
    return found


@each_figure
def test_png_is_two_columns_wide_at_300_dpi(entry: Entry, figures: dict[str, Figure]) -> None:
    figure = figures[entry.name]
    found = chunks(figure.png)
    assert struct.unpack(">I", found[b"IHDR"][:4]) == (WIDTH,)
    assert struct.unpack(">IIB", found[b"pHYs"]) == (RESOLUTION, RESOLUTION, 1)
    assert figure.width_mm == pytest.approx(178)
    assert b"tIME" not in found


@each_figure
def test_svg_is_xml_with_title_and_no_date(entry: Entry, figures: dict[str, Figure]) -> None:
    figure = figures[entry.name]
    root = ET.fromstring(figure.svg)
    assert root.tag == f"{{{XML['svg']}}}svg"
    assert [node.text for node in root.iterfind(".//svg:title", XML)] == [figure.finding.title]
    assert [n.text for n in root.iterfind(".//dc:description", XML)] == [figure.finding.alt]
    assert root.find(".//dc:date", XML) is None
    width = float(str(root.get("width")).removesuffix("pt"))
    assert width == pytest.approx(178 / 25.4 * 72, abs=0.01)


@each_figure
def test_five_texts_are_named(entry: Entry, default: Corpus) -> None:
    finding = find(default, entry.name)
    shown, faults = look_at(finding, entry)
    assert faults == []
    if entry.name in OF_ALL:
        assert "label" not in finding.frame
        return
    if entry.name == "term_funnel":  # the longest text
        assert labels_in(finding.frame) == {"Treatise 1992"}
        return
    assert labels_in(finding.frame) == LABELS
    assert all(label in table(finding.frame).decode() for label in LABELS)
    names = LABELS if entry.name != "shared_passages" else labels_in(drawn(finding))
    assert {joined(label) for label in names} <= set(shown)
    assert joined(finding.title) in shown


@pytest.mark.parametrize("count", [2, 5, 6, 7, 30])
def test_nothing_outside_and_nothing_on_top(count: int, many: Callable[[int], Corpus]) -> None:
    corpus = many(count)
    for entry in OF_TEXTS:
        if (entry.name, count) in NO_ANSWER:
            continue
        finding = find(corpus, entry.name)
        shown, faults = look_at(finding, entry)
        assert faults == [], entry.name
        names = {joined(label) for label in labels_in(drawn(finding))}
        if entry.name == "term_funnel":  # the one text is named in title and subtitle
            assert any(name in text for name in names for text in shown)
        elif entry.name in ("similarity_pairs", "similarity_measures"):  # wide names are cut
            begun = tuple(text.rstrip("…") for text in shown if len(text) > 5)
            assert all(any(name.startswith(begin) for begin in begun) for name in names)
        else:
            assert names <= set(shown), entry.name


def test_widest_names_everywhere(many: Callable[[int], Corpus]) -> None:
    corpus = named(many(5), LONG_NAMES[0])
    for entry in OF_TEXTS:
        assert look_at(find(corpus, entry.name), entry)[1] == [], entry.name


def replaced(finding: Finding, **columns: str | float) -> Finding:
    return replace(finding, frame=finding.frame.assign(**columns))


def test_long_words_and_names_stay_in_their_places(many: Callable[[int], Corpus]) -> None:
    word = "Donaudampfschifffahrtsgesellschaft"
    for corpus in (many(6), many(7)):
        found = {entry.name: find(corpus, entry.name) for entry in OF_TEXTS}
        found["lexicon_agreement"] = find(default_corpus(), "lexicon_agreement")
        found |= {
            "corpus_overview": replaced(found["corpus_overview"], text_kind=f"{word} " * 4),
            "distinctive_terms": replaced(
                found["distinctive_terms"], term=f"{word} {word}", count=12345
            ),
            "topic_terms": replaced(found["topic_terms"], term=f"{word}{word}"),
            "shared_core": replaced(found["shared_core"], term=word, count=12345),
            "word_shift": replaced(found["word_shift"], term=word, left_count=12345),
            "term_funnel": replaced(found["term_funnel"], term=word, count=12345),
            "topic_shares": replaced(
                found["topic_shares"], name=f"{word}, {word}, {word}", share=1.0, low=1.0, high=1.0
            ),
            "rhetoric_rates": replaced(
                found["rhetoric_rates"], category_label=word * 3, parent=word * 3, hits=1234
            ),
            "rhetoric_profile": replaced(
                found["rhetoric_profile"], category_label=word * 3, difference=-1234.0, sure="yes"
            ),
            "word_places": replaced(
                found["word_places"], word=word * 5, hits=12345, per_1000_words=1234.5, high=1234.5
            ),
            "lexicon_agreement": replaced(
                found["lexicon_agreement"], category_label=word * 3, labelled=12345, both=12345
            ),
        }
        for entry in CATALOGUE:
            assert look_at(found[entry.name], entry)[1] == [], entry.name


@pytest.mark.parametrize("count", [5, 7])
def test_rows_of_the_same_name_are_kept_apart(count: int, many: Callable[[int], Corpus]) -> None:
    corpus = many(count)
    for name, column in (("topic_shares", "name"), ("rhetoric_rates", "category_label")):
        [entry] = [entry for entry in CATALOGUE if entry.name == name]
        finding = replaced(find(corpus, name), **{column: "same"})
        rows = len(finding.frame) // count
        if name == "rhetoric_rates" and count > DOTTED_TEXTS:
            rows -= int((finding.frame["kind"] == "parent").sum()) // count  # not shaded
        shown, _ = look_at(finding, entry)
        assert sum(text.endswith("same") for text in shown) == rows


def test_no_leading_term_is_still_a_figure(default: Corpus) -> None:
    [entry] = [entry for entry in CATALOGUE if entry.name == "distinctive_terms"]
    finding = find(default, entry.name)
    empty = replace(finding, title="No term", frame=finding.frame.head(0))
    shown, faults = look_at(empty, entry)
    assert "Noterm" in shown
    assert faults == []


@each_figure
def test_drawing_changes_no_setting_and_no_finding(entry: Entry, default: Corpus) -> None:
    finding = find(default, entry.name)
    before = finding.frame.copy(deep=True)
    with mpl.rc_context({"font.size": 11.0, "svg.hashsalt": "theirs"}):
        settings = dict(mpl.rcParams)
        draw(finding, entry.draw)
        assert dict(mpl.rcParams) == settings
    pd.testing.assert_frame_equal(finding.frame, before, check_exact=True)


@each_figure
def test_same_bytes_whatever_the_readers_settings(
    entry: Entry, figures: dict[str, Figure], default: Corpus
) -> None:
    first = figures[entry.name]
    theirs: dict[Any, Any] = {
        "font.size": 20.0,
        "font.family": ["serif"],
        "svg.fonttype": "none",
        "svg.hashsalt": "theirs",
        "axes.facecolor": "yellow",
        "savefig.dpi": 50,
        "savefig.bbox": "tight",
    }
    again = draw(find(default, entry.name), entry.draw)
    with mpl.rc_context(theirs):
        other = draw(find(default, entry.name), entry.draw)
    assert (again.svg, again.png) == (first.svg, first.png)
    assert (other.svg, other.png) == (first.svg, first.png)


def test_a_dollar_sign_is_a_dollar_sign(default: Corpus) -> None:
    [entry] = [entry for entry in CATALOGUE if entry.name == "distinctive_terms"]
    finding = replaced(find(default, entry.name), term=r"$\frac{$")
    shown, _ = look_at(finding, entry)
    assert r"$\frac{$" in shown
    assert ET.fromstring(draw(finding, entry.draw).svg) is not None


def test_drawing_needs_no_pyplot() -> None:
    code = (
        "import sys; from support import default_corpus;"
        "from rhetorica.catalogue import CATALOGUE; from rhetorica.figures import draw;"
        "corpus = default_corpus(n_draws=100, words='unity');"
        "[draw(entry.find(corpus), entry.draw) for entry in CATALOGUE];"
        "sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    here = Path(__file__).parent
    subprocess.run([sys.executable, "-c", code], cwd=here, check=True, timeout=120)


def test_figure_shows_the_saved_picture_with_alt_text(figures: dict[str, Figure]) -> None:
    figure = figures["similarity_matrix"]
    data, about = figure._repr_mimebundle_()
    assert data["text/plain"] == f"<Figure 'similarity_matrix': {figure.finding.title}>"
    assert about["image/png"]["alt"] == figure.finding.alt
    assert about["image/png"]["width"] == 673  # 178 / 25.4 * 96


def page_wrap(text: str, width: float) -> list[str]:
    return Page("title", "").wrap(text, TEXT_SIZE, width)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("mm mm", ["mm mm"]),
        ("mmm mmmm mm", ["mmm mmmm", "mm"]),
        ("m mmmmmm-mmm m", ["m", "mmmmmm-", "mmm m"]),
        ("mmmmmmmmmmmmmmmmm", ["mmmmmmmm", "mmmmmmmm", "m"]),
    ],
)
def test_wrap(text: str, lines: list[str]) -> None:
    # In DejaVu Sans of 7.5 pt an m takes 0.974 em * 7.5 pt * 0.3528 mm = 2.58 mm, a blank 0.84 mm,
    # a hyphen 0.95 mm: 8 m are 20.6 mm.
    assert page_wrap(text, 21.0) == lines


def test_wrap_gives_every_letter_a_line_where_there_is_no_room() -> None:
    assert page_wrap("abc", 0.1) == ["a", "b", "c"]


def test_shorten() -> None:
    page = Page("title", "")
    text = "m" * 20
    cut = page.shorten(text, SMALL_SIZE, 21.0)
    assert cut.endswith("…")
    assert page.text_width(cut, SMALL_SIZE) <= 21.0 < page.text_width("m" + cut, SMALL_SIZE)
    assert page.shorten(text, SMALL_SIZE, 60.0) == text


def place(texts: Iterable[tuple[float, float, str]], angle: float = 0) -> list[str]:
    drawing = Drawing(figsize=(4, 2), dpi=100)
    for x, y, text in texts:
        drawing.text(x, y, text, rotation=angle, rotation_mode="anchor")
    return written_on(drawing)[1]


def test_the_tests_see_what_is_outside_or_on_top() -> None:
    assert place([(0.1, 0.1, "one"), (0.1, 0.5, "two")]) == []
    assert place([(-0.01, 0.1, "one")]) == ["outside: one"]
    assert place([(0.98, 0.1, "one")]) == ["outside: one"]
    assert place([(0.1, 0.1, "one"), (0.12, 0.12, "two")]) == ["on top of each other: two / one"]
    # Side by side on the slant their frames stand clear, though the boxes around them do not.
    step = 0.06
    assert place([(0.1 + i * step, 0.1, "slanted text") for i in range(3)], angle=45) == []
    assert len(place([(0.1, 0.1, "slanted text"), (0.11, 0.1, "slanted text")], angle=45)) == 1


def test_nothing_to_show_is_no_figure(tmp_path: Path) -> None:
    text = {"one": "One text alone.\n\nIt has two paragraphs."}
    corpus = corpus_of(tmp_path, text, words="paragraph")
    refused = set()
    for entry in CATALOGUE:
        try:
            draw(find(corpus, entry.name), entry.draw)
        except NothingToShow:
            refused.add(entry.name)
    assert {
        "distinctive_terms",
        "shared_core",
        "word_shift",
        "term_funnel",
        "topic_shares",
        "word_places",
        "similarity_matrix",
    } <= refused
    assert refused.isdisjoint({"corpus_overview", "rhetoric_rates"})
