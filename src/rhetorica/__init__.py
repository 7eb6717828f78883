"""Rhetorica compares political texts: what each talks about, how it talks, how alike they are.

Every number leads back to its sentence, and every figure can be made again. A text walks one
way through the package, one module a room and one noun a room::

    Study -> Source -> Edition -> Tokens -> Counts -> Finding -> Figure -> notebook

The names below are what a notebook needs; they are loaded on first use, so that importing the
package costs almost nothing.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rhetorica.notebook import colophon, find, open_study, show, show_table

__version__ = "0.1.0"
__all__ = ["__version__", "colophon", "find", "open_study", "show", "show_table"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from rhetorica import notebook

        return getattr(notebook, name)
    raise AttributeError(f"module 'rhetorica' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
