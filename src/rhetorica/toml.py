"""TOML as people write it: parsed, or refused in words whatever is in the file."""

import tomllib
from typing import Any

_DEEPEST = 20  # tables and lists within one another; no file of ours has more than five
_LARGEST = 2**63 - 1  # what TOML promises of whole numbers
_TOO_LARGE = "a whole number in it is too large"
_TOO_DEEP = "its tables and lists are nested too deeply"


def parse_toml(text: str) -> dict[str, Any]:
    """Return the content of a TOML file; raise :class:`ValueError` that says what is wrong.

    Besides wrong syntax, numbers and nesting are refused that no file has and no program can
    show.

    >>> parse_toml("a = 0x1")
    {'a': 1}
    >>> parse_toml("a = 9999999999999999999")
    Traceback (most recent call last):
    ValueError: a whole number in it is too large
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(str(error)) from None
    except ValueError:  # Python's own limit on digits
        raise ValueError(_TOO_LARGE) from None
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    _check([content])
    return content


def _check(level: list[Any]) -> None:
    """Look at all values, a level at a time: keys such as ``a.a.a`` nest deeper than calls may."""
    for _ in range(_DEEPEST):
        for value in level:
            if isinstance(value, int) and abs(value) > _LARGEST:
                raise ValueError(_TOO_LARGE)
        level = [
            item
            for value in level
            if isinstance(value, (dict, list))
            for item in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return
    raise ValueError(_TOO_DEEP)
