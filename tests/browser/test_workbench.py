"""The workbench in JupyterLab, by keyboard alone: edit a category, read, compare, keep, reload."""

import re
from difflib import ndiff
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rhetorica import add_pattern, drop_pattern, find, kwic, open_study, side_by_side, vary
from rhetorica.corpus import Corpus
from rhetorica.pairing import pair_rows
from support.lab import (
    CODE_CELLS,
    READY,
    SCROLL_TO,
    Lab,
    do,
    errors_of,
    faults,
    open_notebook,
    run_all,
    theme,
    wait_until,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

BENCH = ".rhetorica-workbench"
CHART = f"document.querySelector('{BENCH} .rhetorica-chart')?.innerText ?? ''"
LINES = ".rhetorica-listing-body[aria-label^='Lines']"
PATTERNS = ".rhetorica-listing-body[aria-label^='Patterns']"
PASSAGES = ".rhetorica-listing-body[aria-label^='Shared']"
FOCUS = "() => document.activeElement?.getAttribute('aria-label') ?? ''"


def open_bench(page: "Page", lab: Lab) -> None:
    """Run the notebook for exploring, and go to its workbench."""
    open_notebook(page, lab, "explore.ipynb")
    assert errors_of(run_all(page)) == []
    go_to_bench(page)


def go_to_bench(page: "Page") -> None:
    cells = page.evaluate(CODE_CELLS)
    [cell] = [cell for cell in cells if cell["source"].endswith("workbench(corpus)")]
    page.evaluate(SCROLL_TO, cell["index"])
    page.wait_for_selector(f"{LINES} .rhetorica-listing-line")


def press(page: "Page", *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def enter(page: "Page", label: str, text: str) -> None:
    """Type into a field, whatever was in it, and press Enter."""
    field = page.get_by_label(label, exact=True)
    field.wait_for()  # what cannot be seen yet takes no focus, and the keys would go elsewhere
    field.focus()
    press(page, "Control+A")
    page.keyboard.type(text)
    press(page, "Enter")


def chart_rows(page: "Page") -> list[list[str]]:
    """Return the first three cells of each row of the chart: text, hits and rate."""
    rows: list[list[str]] = page.evaluate(
        f"() => Array.from(document.querySelectorAll('{BENCH} .rhetorica-chart tbody tr'))"
        ".map(row => Array.from(row.cells).slice(0, 3).map(cell => cell.innerText))"
    )
    return rows


def hits_in_chart(page: "Page") -> dict[str, int]:
    return {label: int(hits.replace(",", "")) for label, hits, _ in chart_rows(page)}


def wait_for_hits(page: "Page", hits: dict[str, int]) -> None:
    """Wait until the chart shows so many hits of each text."""
    expected = {label: f"{number:,}" for label, number in hits.items()}
    page.wait_for_function(
        f"""expected => {{
            const rows = document.querySelectorAll('{BENCH} .rhetorica-chart tbody tr');
            const found = Array.from(rows).map(row => [row.cells[0], row.cells[1]]
                .map(cell => cell.innerText));
            return found.length === Object.keys(expected).length
                && found.every(([label, hits]) => expected[label] === hits);
        }}""",
        arg=expected,
    )


def hits_of(corpus: Corpus) -> dict[str, int]:
    frame = find(vary(corpus, categories=("unity",)), "rhetoric_rates").frame
    return dict(zip(frame["label"], frame["hits"].astype(int), strict=True))


def lines_of(page: "Page", listing: str = LINES) -> list[str]:
    lines: list[str] = page.locator(f"{listing} .rhetorica-listing-line").all_text_contents()
    return lines


@pytest.fixture(scope="module")
def corpus(lab: Lab) -> Corpus:
    """What the notebook opens, opened here: it says what the workbench has to show."""
    return open_study(str(lab.study))


def test_edit_and_read_by_keyboard(page: "Page", lab: Lab, corpus: Corpus) -> None:
    open_bench(page, lab)
    assert hits_in_chart(page) == hits_of(corpus)
    before = page.locator(LINES).inner_text()

    # From the category the next key leads to the field for a new pattern.
    page.locator(f"{BENCH} select").first.focus()
    press(page, "Tab")
    assert page.evaluate(FOCUS) == "Add a pattern to the category"
    page.keyboard.type("popular masses")
    press(page, "Enter")
    with_masses = add_pattern(corpus, "unity", "popular masses")
    assert hits_of(with_masses) != hits_of(corpus)
    wait_for_hits(page, hits_of(with_masses))
    assert "→" in page.evaluate(CHART), "it says what the rate was before"
    assert page.locator(LINES).inner_text() != before
    expected = kwic(with_masses, category="unity")
    assert len(lines_of(page)) == len(expected.frame)
    status = page.get_by_role("status").filter(has_text="is added")
    found = int((expected.frame["entry"] == "popular masses").sum())
    assert status.inner_text().startswith(f"“popular masses” is added: {found} hits.")

    # A mistake is said where it was made, and changes nothing.
    enter(page, "Add a pattern to the category", "(((")
    alert = page.locator(f"{BENCH} [role=alert]")
    assert "'(((' in [categories.unity] can never match" in alert.inner_text()
    assert hits_in_chart(page) == hits_of(with_masses)

    # Without one pattern: found by the filter, unticked by the space bar.
    page.get_by_label(re.compile("Filter: Patterns of Unity")).focus()
    page.keyboard.type("cohesion")
    page.locator(PATTERNS).focus()
    press(page, "ArrowDown", " ")
    without = drop_pattern(with_masses, "unity", "cohesion")
    wait_for_hits(page, hits_of(without))
    assert page.locator(f"{BENCH} [role=alert]").count() == 0

    # Sorted by what follows; the third line leads to its paragraph, its words marked.
    page.get_by_role("button", name="by the words after").focus()
    press(page, "Enter")
    row = kwic(without, category="unity", sort="right").frame.iloc[2]
    page.wait_for_function(
        "([list, hit]) => document.querySelectorAll(`${list} .hit`)[2]?.innerText === hit",
        arg=[LINES, row["hit"]],
    )
    page.locator(LINES).focus()
    press(page, "ArrowDown", "ArrowDown", "ArrowDown")
    place = f"paragraph {row['paragraph']} of "
    page.get_by_text(place).first.wait_for()
    marked = page.locator(f"{BENCH} mark").all_inner_texts()
    assert row["hit"] in [" ".join(text.split()) for text in marked]

    # JupyterLab takes no key for its cells: b would add one, x cut it, Ctrl Enter run it anew.
    cells = page.evaluate(CODE_CELLS)
    for focused in (page.locator(LINES), page.get_by_role("button", name="by the words after")):
        focused.focus()
        press(page, "a", "b", "x", "m", "d", "d", "Control+Enter", "Shift+Enter")
        assert page.evaluate(CODE_CELLS) == cells
    assert hits_in_chart(page) == hits_of(without)
    press(page, "Control+s")
    wait_until(page, "() => !window.jupyterapp.shell.currentWidget.context.model.dirty", "saved")

    # And what was edited in it, on demand.
    page.get_by_label("Show what was edited in it").focus()
    press(page, " ")
    page.locator(BENCH).get_by_text(re.compile("^(Apparatus|Nothing was changed)")).first.wait_for()
    assert faults(page) == []


def test_words_texts_and_pairs_by_keyboard(page: "Page", lab: Lab, corpus: Corpus) -> None:
    open_bench(page, lab)
    page.get_by_role("button", name="words", exact=True).focus()
    press(page, "Enter")
    enter(page, "Words to look for", "struggl*")
    frame = find(vary(corpus, words=("struggl*",)), "word_places").frame
    wait_for_hits(page, dict(zip(frame["label"], frame["hits"].astype(int), strict=True)))
    strokes = page.locator(f"{BENCH} .rhetorica-chart path").first.get_attribute("d") or ""
    assert strokes.count("M") > 10, "places in the text"

    enter(page, "Words to look for", "strugle")
    page.get_by_text("'strugle' stands nowhere in these texts. Did you mean").first.wait_for()
    assert set(hits_in_chart(page).values()) == {0}

    # Two of the five texts.
    enter(page, "Words to look for", "unity")
    page.get_by_role("button", name="Texts: all 5").focus()
    press(page, "Enter")
    nothing = page.get_by_label(re.compile("^None: Texts"))
    nothing.wait_for()
    nothing.focus()
    press(page, "Enter")
    assert "No text is left then" in page.locator(f"{BENCH} [role=alert]").inner_text()
    page.locator(".rhetorica-listing-body[aria-label^='Texts']").focus()
    press(page, "End", " ", "ArrowUp", " ", "ArrowUp", " ")
    two = vary(corpus, words=("unity",), texts=corpus.tokens.document_ids[:2])
    frame = find(two, "word_places").frame
    wait_for_hits(page, dict(zip(frame["label"], frame["hits"].astype(int), strict=True)))

    # Two texts side by side, and one passage in both.
    page.get_by_role("button", name="Two texts side by side").focus()
    press(page, "Enter")
    first, second = corpus.tokens.document_ids[:2]
    passages = pair_rows(side_by_side(corpus, first, second))
    page.wait_for_selector(f"{PASSAGES} .rhetorica-listing-line")
    assert len(lines_of(page, PASSAGES)) == len(passages)
    page.locator(PASSAGES).focus()
    press(page, "ArrowDown")
    outlined = page.locator(f"{BENCH} [style*=outline]")
    outlined.first.wait_for()
    begins = str(passages[0]["text"]).removesuffix(" …")
    assert begins in " ".join(" ".join(outlined.all_inner_texts()).split())
    assert faults(page) == []


def test_what_is_kept_is_there_and_a_reload_changes_nothing(
    page: "Page", lab: Lab, corpus: Corpus
) -> None:
    open_bench(page, lab)
    enter(page, "Add a pattern to the category", "popular masses")
    edited = add_pattern(corpus, "unity", "popular masses")
    wait_for_hits(page, hits_of(edited))
    enter(page, "Name under which to keep it", "no/name")
    page.get_by_text("'no/name' will not do as a name").wait_for()
    enter(page, "Name under which to keep it", "with-masses")
    page.get_by_text("The same in a terminal, with papermill:").wait_for()

    figures = corpus.study.figures / "with-masses"
    made = {path.name for path in figures.iterdir()}
    names = {f"rhetoric_rates.{suffix}" for suffix in ("svg", "png", "csv", "json")}
    assert made == names | {"rhetoric_spans.csv"}
    original, kept = corpus.study.lexicon, corpus.study.lexicon.with_name("with-masses.toml")
    old, new = (path.read_text(encoding="utf-8").splitlines() for path in (original, kept))
    changed = [line for line in ndiff(old, new) if not line.startswith(" ")]
    assert changed == ['+   "popular masses",']
    again = find(
        vary(corpus, lexicon="editorial/with-masses.toml", categories=("unity",)), "rhetoric_rates"
    )
    assert dict(zip(again.frame["label"], again.frame["hits"], strict=True)) == hits_of(edited)

    do(page, "docmanager:save")
    page.reload()
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    wait_until(page, READY, "kernel ready")
    go_to_bench(page)
    wait_for_hits(page, hits_of(edited))
    enter(page, "Add a pattern to the category", "independence")
    wait_for_hits(page, hits_of(add_pattern(edited, "unity", "independence")))


# Of every text that is seen, how it contrasts with what lies behind it (WCAG 2, 1.4.3).
TOO_PALE = """least => {
    const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    const rgba = colour => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return Array.from(canvas.getImageData(0, 0, 1, 1).data);
    };
    const over = (top, below) => top.slice(0, 3).map(
        (value, i) => (value * top[3] + below[i] * (255 - top[3])) / 255);
    const behind = element => {
        const layers = [];
        for (let at = element; at; at = at.parentElement) {
            const layer = rgba(getComputedStyle(at).backgroundColor);
            if (layer[3] > 0) layers.push(layer);
            if (layer[3] === 255) break;
        }
        return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
    };
    const luminance = colour => {
        const [r, g, b] = colour.map(value => value / 255)
            .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const found = [];
    const own = document.querySelectorAll('.rhetorica-workbench *, .mathjax_ignore *');
    for (const element of own) {
        const text = Array.from(element.childNodes).filter(node => node.nodeType === 3)
            .map(node => node.textContent).join('').trim();
        const box = element.getBoundingClientRect();
        if (!text || box.width === 0 || box.height === 0) continue;
        const back = behind(element);
        const front = over(rgba(getComputedStyle(element).color), back);
        const [high, low] = [luminance(front), luminance(back)].sort((a, b) => b - a);
        const ratio = (high + 0.05) / (low + 0.05);
        if (ratio < least) found.push(`${ratio.toFixed(1)} ${element.tagName} ${text}`);
    }
    return found;
}"""


@pytest.mark.parametrize("name", ["JupyterLab Light", "JupyterLab Dark"])
def test_everything_can_be_read_in_a_light_and_a_dark_theme(
    page: "Page", lab: Lab, settings: Path, name: str
) -> None:
    theme(settings, name)
    open_bench(page, lab)
    light = page.evaluate("() => document.body.getAttribute('data-jp-theme-light')")
    assert light == str(name.endswith("Light")).lower()
    enter(page, "Add a pattern to the category", "popular masses")
    page.get_by_role("status").filter(has_text="is added").wait_for()
    page.locator(LINES).focus()
    press(page, "ArrowDown")
    page.locator(f"{BENCH} mark").first.wait_for()
    page.get_by_label("Show what was edited in it").focus()
    press(page, " ")
    page.locator(BENCH).get_by_text(re.compile("^(Apparatus|Nothing was changed)")).first.wait_for()
    assert page.evaluate(TOO_PALE, 4.5) == []
    page.get_by_role("button", name="Two texts side by side").focus()
    press(page, "Enter")
    page.wait_for_selector(f"{PASSAGES} .rhetorica-listing-line")
    assert page.evaluate(TOO_PALE, 4.5) == []
