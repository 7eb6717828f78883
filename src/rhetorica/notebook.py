"""What a notebook calls: open the texts, find, show, and say how it was made."""

import ast
import platform
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from html import escape
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from rhetorica.catalogue import entry, reads_of
from rhetorica.corpus import Corpus, read_corpus, with_parameters
from rhetorica.errors import NothingToShow, ParameterError, nearest
from rhetorica.figures import Figure, draw
from rhetorica.files import sha256_of, write_atomically
from rhetorica.findings import Finding, formula_card, nothing_record, record, table
from rhetorica.notebook_files import find_notebook
from rhetorica.parameters import check_parameters
from rhetorica.provenance import made_from, record_sha256
from rhetorica.study import default_study_file, load_study

# The packages whose versions decide the numbers and the look of the figures.
PACKAGES = ("numpy", "scipy", "pandas", "scikit-learn", "matplotlib", "regex", "ftfy", "simplemma")
_NO_MATHS = "mathjax_ignore tex2jax_ignore"  # a dollar sign in a text begins no formula
_CAPTION = (
    f"<div class='{_NO_MATHS}' style='max-width:60em'>"
    "<small><p>{}</p>"
    "<details><summary>How it is counted, and what to doubt</summary><p>{}</p></details>"
    "</small></div>"
)
_REASON = f"<p class='{_NO_MATHS}'><em>{{}}</em></p>"
_INJECTED = "# Parameters"  # the comment papermill puts over the values it injects
# A column is never narrower than its longest word, and breaks only a word wider than the page.
_CELL = "text-align:{align}; vertical-align:top; white-space:{wrap}; overflow-wrap:break-word"


def open_study(study: str = "", save_to: str = "", **parameters: object) -> Corpus:
    """Open a study with a notebook's parameters and return its :class:`Corpus`.

    `study` is the path of a study.toml or of its folder, from the working directory; empty
    means the five texts that come with the project. `save_to` is only checked for its type
    here; pass it to :func:`show`. A parameter that is ``None`` is taken from the study. Raises
    :class:`ParameterError` for a misspelt name, also one that papermill injected, a wrong type
    or an impossible value.
    """
    _refuse_unknown({"study", "save_to", *parameters})
    for name, value in (("study", study), ("save_to", save_to)):
        if not isinstance(value, str):
            raise ParameterError(f"{name} = {value!r} will not do: it takes a path as text.")
    opened = load_study(study or default_study_file())
    return read_corpus(opened, check_parameters(parameters, opened.parameters))


def vary(corpus: Corpus, **parameters: object) -> Corpus:
    """Return the same study with other parameters: ``vary(corpus, texts="a, b", level="raw")``.

    A parameter that is not named stays as it is; so does an edited lexicon, unless `lexicon`
    names another file. Raises :class:`ParameterError` as :func:`open_study` does.
    """
    return with_parameters(corpus, check_parameters(parameters, corpus.parameters))


def _refuse_unknown(declared: Iterable[str]) -> None:
    """Refuse a name that papermill injected and the notebook does not declare.

    Papermill itself only logs a warning for it, and the notebook would run on its defaults.
    """
    known = sorted(declared)
    for name in _injected_names():
        if name not in known:
            raise ParameterError(
                f"This notebook has no parameter '{name}'.{nearest(name, known)} "
                f"Known: {', '.join(known)}."
            )


def _injected_names() -> list[str]:
    if "IPython" not in sys.modules:
        return []
    from IPython import get_ipython

    shell = get_ipython()
    cells: list[str] = shell.user_ns.get("In", []) if shell is not None else []
    names = []
    for cell in cells:
        if cell.lstrip().startswith(_INJECTED):
            assigned = [node for node in ast.parse(cell).body if isinstance(node, ast.Assign)]
            names += [t.id for node in assigned for t in node.targets if isinstance(t, ast.Name)]
    return names


@lru_cache(maxsize=32)
def find(corpus: Corpus, name: str) -> Finding:
    """Return a finding of the catalogue by its name, for instance ``find(corpus, "topic_shares")``.

    It states its basis: which words were counted, of the texts edited how far. Raises
    :class:`NotebookError` with the nearest name, and :class:`NothingToShow` where these
    texts give no answer.
    """
    finding = entry(name).find(corpus)
    chosen = {"level": corpus.parameters.level, "parts": list(corpus.parameters.parts)}
    if finding.basis:  # it counted something else than the corpus, and says so
        return finding
    return replace(finding, basis=corpus.basis, parameters={**(finding.parameters or {}), **chosen})


def show(corpus: Corpus, name: str, save_to: str = "") -> None:
    """Show a figure of the catalogue with its caption, and save both where `save_to` says.

    Of the caption, what to see stands open, and how it was counted is folded below it.

    `save_to` is a folder; it receives the figure as svg and png, its data as csv and what it
    says as json. Empty: nothing is saved. Where these texts give no answer, the reason is shown;
    where the figure is made only if a parameter is set, and it is not, that is said.
    """
    from IPython.display import HTML, display

    folder = Path(save_to) if save_to else None
    if not entry(name).is_asked(corpus.parameters):
        hint = f"Not asked for: set the parameter '{entry(name).when}' to see this figure."
        display(HTML(_REASON.format(escape(hint))))
        _remove_earlier(folder, name)
        return
    try:
        figure = draw_figure(corpus, name)
    except NothingToShow as reason:
        display(HTML(_REASON.format(escape(str(reason)))))
        _remove_earlier(folder, name)
        if folder:
            write_atomically(folder / f"{name}.json", nothing_record(name, str(reason)))
        return
    finding = figure.finding
    if folder:
        for further in set(entry(name).tables) - set(finding.tables):
            (folder / f"{further}.csv").unlink(missing_ok=True)
        save_figure(figure, folder)
    display(figure)
    display(HTML(_CAPTION.format(escape(finding.reading), escape(formula_card(finding)))))


def draw_figure(corpus: Corpus, name: str) -> Figure:
    """Return a figure of the catalogue, drawn; it says in its metadata what it was made from.

    Raises :class:`NotebookError` with the nearest name, and :class:`NothingToShow` where these
    texts give no answer.
    """
    return draw(find(corpus, name), entry(name).draw, _source(corpus, entry(name).notebook))


@lru_cache(maxsize=32)
def _source(corpus: Corpus, notebook: str) -> str:
    """Say what the notebook's figures are made from, and by which hash the manifest tells more.

    The notebook's parameters are those of its parameters cell; what it does not declare has no
    part in its figures, unless the study file sets it.
    """
    if corpus.lexicon is not None and "lexicon" in reads_of(notebook):
        return f"“{corpus.study.title}”, {notebook}; with a lexicon that was edited and not kept"
    made = made_from(corpus.study, find_notebook(notebook), corpus.parameters)
    record = f"made_from_sha256 {record_sha256(made)}"
    return f"“{corpus.study.title}”, {notebook}; manifest.json, {record}"


def _remove_earlier(folder: Path | None, name: str) -> None:
    """Remove a figure that an earlier run saved where this one has none to save."""
    if folder:
        files = [f"{name}.{suffix}" for suffix in ("svg", "png", "csv", "json")]
        for file in (*files, *(f"{table}.csv" for table in entry(name).tables)):
            (folder / file).unlink(missing_ok=True)


def save_figure(figure: Figure, folder: Path) -> None:
    """Write a figure as svg and png, its data as csv and its words as json; json comes last."""
    for name, data in figure_files(figure).items():
        write_atomically(folder / name, data)


def figure_files(figure: Figure) -> dict[str, bytes]:
    """Return the files of a figure by their names, in the order in which they are written."""
    finding = figure.finding
    tables = {name: table(frame) for name, frame in finding.tables.items()}
    return {
        f"{finding.name}.svg": figure.svg,
        f"{finding.name}.png": figure.png,
        f"{finding.name}.csv": table(finding.frame),
        **{f"{name}.csv": data for name, data in tables.items()},
        f"{finding.name}.json": record(finding),
    }


def show_table(corpus: Corpus, evidence: Callable[[Corpus], pd.DataFrame], limit: int = 20) -> None:
    """Show a table made from the corpus, whole sentences in its cells, at most `limit` rows.

    `evidence` is a function such as ``describe_texts``. Where these texts give it nothing to
    answer, the reason is shown instead.
    """
    from IPython.display import HTML, display

    try:
        frame = evidence(corpus)
    except NothingToShow as reason:
        display(HTML(_REASON.format(escape(str(reason)))))
        return
    body = _table(frame.head(limit))
    rest = len(frame) - limit
    note = f"<p><small>The first {limit} of {len(frame):,} rows.</small></p>" if rest > 0 else ""
    display(HTML(body + note))


def _table(frame: pd.DataFrame) -> str:
    """Return a table as html: words to the left, numbers to the right, all of it escaped."""
    numeric = [pd.api.types.is_numeric_dtype(frame[name]) for name in frame.columns]
    styles = [
        _CELL.format(align="right" if number else "left", wrap="nowrap" if number else "normal")
        for number in numeric
    ]
    head = _row("th", styles, [str(name) for name in frame.columns])
    rows = [
        _row("td", styles, [_cell(value) for value in row]) for row in frame.itertuples(index=False)
    ]
    body = "".join(rows)
    return f"<table class='{_NO_MATHS}'><thead>{head}</thead><tbody>{body}</tbody></table>"


def _row(tag: str, styles: list[str], cells: list[str]) -> str:
    written = (
        f"<{tag} style='{style}'>{escape(cell)}</{tag}>"
        for style, cell in zip(styles, cells, strict=True)
    )
    return f"<tr>{''.join(written)}</tr>"


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def colophon(corpus: Corpus, reads: Iterable[str] = ()) -> None:
    """Show what the notebook was made from: inputs with their hashes, parameters, versions.

    `reads` names what it depends on besides the texts and their errata: ``lexicon``,
    ``annotations``.
    """
    from IPython.display import HTML, display

    hashes = {source.document.file: source.sha256 for source in corpus.sources}
    study = corpus.study
    reads = tuple(reads)
    for file in (study.errata, *(getattr(study, name) for name in reads)):
        if file.is_file():
            hashes[file.name] = sha256_of(file.read_bytes())
    if corpus.lexicon is not None and "lexicon" in reads:
        hashes[f"{study.lexicon.name} as edited here, and not kept"] = "—"
    inputs = pd.DataFrame(
        {
            "input": list(hashes),
            "sha256": [f"{d[:16]}…" if len(d) > 16 else d for d in hashes.values()],
        }
    )
    chosen = corpus.parameters.model_dump()
    values = pd.DataFrame(
        {"parameter": list(chosen), "value": [_written(v) for v in chosen.values()]}
    )
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    python = f"Python {platform.python_version()}, rhetorica {version('rhetorica')}"
    parts = [_table(inputs), _table(values)]
    display(HTML("".join(parts) + f"<p><small>{escape(python)}, {escape(versions)}</small></p>"))


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "(not set)"
    return str(value)
