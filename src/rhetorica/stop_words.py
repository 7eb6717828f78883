"""Function words: the list that comes with the package, and leaving them out of counts."""

from functools import lru_cache
from importlib.resources import files

from rhetorica.counts import Counts, without_words
from rhetorica.parameters import Parameters


@lru_cache(maxsize=1)
def english_stop_words() -> tuple[str, ...]:
    """Return the English function words of ``resources/stop_words_en.txt``, in its order."""
    text = (files("rhetorica") / "resources" / "stop_words_en.txt").read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def content_counts(counts: Counts, chosen: Parameters) -> Counts:
    """Return the counts without the words that `stop_words` and `leave_out` name."""
    listed = english_stop_words() if chosen.stop_words == "english" else ()
    return without_words(counts, [*listed, *chosen.leave_out])


def left_out(chosen: Parameters) -> tuple[str, ...]:
    """Say in a sentence which words were left out; nothing if none was."""
    parts = ["English function words"] if chosen.stop_words == "english" else []
    if chosen.leave_out:
        parts.append(", ".join(chosen.leave_out))
    if not parts:
        return ()
    return (f"Left out: {' and '.join(parts)}; lengths and rates still count them as words.",)
