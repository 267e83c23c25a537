"""Values in the words of a refusal."""

from __future__ import annotations

from collections.abc import Iterable

# Letters of a value that a message shows.
LONGEST = 90


def brief(value: object) -> str:
    """A value on one line of at most 90 letters; its type, if it cannot say what it is."""
    try:
        text = " ".join(repr(value).split())
    except Exception:  # any object may come here, also one that is broken, or an integer too long to print
        return f"a value of type {type(value).__name__}"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def quoted(names: Iterable[object]) -> str:
    """`"a", "b"`, or the word `none`."""
    return ", ".join(f'"{name}"' if isinstance(name, str) else brief(name) for name in names) or "none"
