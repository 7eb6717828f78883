"""The gallery: a page of all figures with their captions, for who only reads."""

import json
import re
from pathlib import Path

from rhetorica.catalogue import CATALOGUE, Entry
from rhetorica.errors import harmless
from rhetorica.study import Study

PAGE = "README.md"
MADE_BY = "This page is made by `rhetorica run`."
_HEAD = """\
# {title}

{description}{made_by} Each figure comes as svg and png (300 dpi), with its data
as csv and its words (caption, alt text, formula, parameters) as json. What each was made from
and by, and the SHA-256 of each file, stands in [manifest.json](manifest.json): `rhetorica verify`
makes all of them again and compares.
"""
_FIGURE = """
## {question}

![{alt}]({name}.svg)

**{title}.** {caption}

[svg]({name}.svg) · [png]({name}.png) · [csv]({name}.csv) · [json]({name}.json) · {tables}\
notebook `{notebook}`
"""
_NOTHING = """
## {question}

{reason}
"""
# Many readers of Markdown make links of bare addresses.
_LINK = re.compile(r":(?=//)|\bwww\.|@", re.IGNORECASE)
_MARKS = {ord(sign): f"&#{ord(sign)};" for sign in "\\`*_<>[]|#&~$"}


def gallery_page(study: Study, folder: Path) -> bytes:
    """Return the page of a folder of figures, in Markdown, from the json beside them."""
    description = f"{_plain(study.description)}\n\n" if study.description else ""
    parts = [_HEAD.format(title=_plain(study.title), description=description, made_by=MADE_BY)]
    parts += [_section(item, folder / f"{item.name}.json") for item in CATALOGUE]
    return "".join(parts).encode("utf-8")


def missing_figures(folder: Path) -> dict[str, str]:
    """Return the figures that the texts could not give, with the reason of each."""
    missing = {}
    for item in CATALOGUE:
        said = _said(folder / f"{item.name}.json")
        if "nothing_to_show" in said:
            missing[item.name] = str(said["nothing_to_show"])
    return missing


def _said(path: Path) -> dict[str, str]:
    """Return what a figure says of itself; nothing where it is not there, or damaged."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    words = ("title", "caption", "alt")
    whole = isinstance(said, dict) and ("nothing_to_show" in said or all(w in said for w in words))
    return {key: str(value) for key, value in said.items()} if whole else {}


def _section(item: Entry, path: Path) -> str:
    said = _said(path)
    if not said:
        return ""
    if "nothing_to_show" in said:
        return _NOTHING.format(question=item.question, reason=_plain(said["nothing_to_show"]))
    return _FIGURE.format(
        question=item.question,
        name=item.name,
        notebook=item.notebook,
        tables="".join(
            f"[{name}]({name}.csv) · "
            for name in item.tables
            if (path.parent / f"{name}.csv").is_file()
        ),
        title=_plain(said["title"]),
        caption=_plain(said["caption"]),
        alt=_plain(said["alt"]),
    )


def _plain(text: str) -> str:
    """Write a text so that Markdown shows it as it is.

    >>> _plain("a *b* & <c>"), _plain("1. one - two")
    ('a &#42;b&#42; &#38; &#60;c&#62;', '1&#46; one - two')
    """
    line = harmless(" ".join(text.split())).translate(_MARKS)
    line = _LINK.sub(lambda found: f"{found[0][:-1]}&#{ord(found[0][-1])};", line)
    # At its beginning a line may also be an item of a list or the rule under a heading.
    return re.sub(r"^(\d*)([-+=.)])", lambda found: f"{found[1]}&#{ord(found[2])};", line)
