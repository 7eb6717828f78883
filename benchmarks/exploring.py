"""How long the workbench takes to answer, beside making the same anew.

Run it with ``.venv/bin/python benchmarks/exploring.py``. On the five texts, and on 200 texts of a
million words in all, made of paragraphs of the five drawn again and again, a pattern is added to
a category in the workbench: linter, rates with intervals, places and lines are then new. Beside
it, what a notebook would do for the same chart without the workbench: open the study, and make the
figure. What matters is the ratio: the seconds are those of one machine.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from lexicon import documents

from rhetorica import add_pattern, find, open_study, vary, workbench
from rhetorica.new_study import make_study
from rhetorica.study import default_study_file

_PATTERNS = ("party", "popular mass*", "great", "socialis*", "people")
_CATEGORY = "unity"


def timed(action: Callable[[], object]) -> float:
    """Return the seconds that an action takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def many_texts(folder: Path) -> Path:
    """Make a study of 200 texts in a folder and return its file."""
    texts = folder / "texts"
    texts.mkdir()
    for number, text in enumerate(documents()):
        (texts / f"text-{number:03}.txt").write_text(text, encoding="utf-8")
    make_study(folder / "study", [texts])
    lexicon = default_study_file().parent / "editorial" / "rhetoric.toml"
    (folder / "study" / "lexicon.toml").write_bytes(lexicon.read_bytes())
    return folder / "study" / "study.toml"


def compare(study: str, name: str) -> None:
    """Print how long opening, the workbench and edits take, and the same made anew."""
    opened = timed(lambda: open_study(study))
    corpus = vary(open_study(study), categories=_CATEGORY)
    started = time.perf_counter()
    bench = workbench(corpus)
    shown = time.perf_counter() - started

    def add(pattern: str) -> None:
        bench.search.pattern.value = pattern
        bench.search.pattern.submitted += 1

    def anew(pattern: str) -> None:
        again = vary(open_study(study), categories=_CATEGORY)
        find(add_pattern(again, _CATEGORY, pattern), "rhetoric_rates")

    edits = sorted(timed(lambda p=pattern: add(p)) for pattern in _PATTERNS)  # type: ignore[misc]
    others = sorted(timed(lambda p=pattern: anew(p)) for pattern in _PATTERNS)  # type: ignore[misc]
    edit, other = edits[len(edits) // 2], others[len(others) // 2]
    print(
        f"{name}: opened in {opened:.2f} s, workbench after {shown:.2f} s more; an edit "
        f"{edit:.2f} s (to {edits[-1]:.2f}), the same anew {other:.2f} s: {edit / other:.2f} of it"
    )


def main() -> int:
    """Compare on few and on many texts."""
    compare("", "5 texts")
    with tempfile.TemporaryDirectory() as folder:
        compare(str(many_texts(Path(folder))), "200 texts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
