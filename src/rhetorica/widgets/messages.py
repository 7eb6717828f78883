"""What the workbench says: a sentence where the mistake is, never a traceback in the log."""

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets

from rhetorica.errors import NothingToShow, RhetoricaError, on_one_line


class Message(ipywidgets.HTML):
    """A line that is there only if there is something to say; readers of a screen hear it."""

    def __init__(self) -> None:
        super().__init__()
        self.clear()

    def clear(self) -> None:
        """Say nothing."""
        self.value = ""
        self.layout.display = "none"

    def say(self, text: str, wrong: bool = False) -> None:
        """Say something, as a mistake or as a remark."""
        kind, role = ("wrong", "alert") if wrong else ("said", "status")
        self.value = (
            f"<div class='rhetorica-note rhetorica-{kind} mathjax_ignore tex2jax_ignore' "
            f"role='{role}'>{escape(text)}</div>"
        )
        self.layout.display = ""


def guarded_by(message: Message, action: Callable[[], object]) -> bool:
    """Do something; say in `message` what was wrong, and return whether nothing was."""
    message.clear()
    try:
        action()
    except NothingToShow as reason:
        message.say(str(reason))
        return False
    except RhetoricaError as error:
        message.say(str(error), wrong=True)
        return False
    except KeyboardInterrupt:
        message.say("Interrupted.", wrong=True)
        return False
    except Exception as error:  # a fault of ours: whoever meets it must be able to tell of it
        said = on_one_line(f"{type(error).__name__}: {error}")
        message.say(f"This is a fault of Rhetorica, not yours ({said}).", wrong=True)
        return False
    return True


def check_box(description: str) -> ipywidgets.Checkbox:
    """Return a box to tick, as wide as what it says."""
    return ipywidgets.Checkbox(description=description, indent=False, layout={"width": "auto"})


def on_change(widget: Any, action: Callable[[], object], trait: str = "value") -> None:
    """Do something whenever a trait of a widget has another value."""
    widget.observe(lambda _: action(), names=trait)
