"""Frozen dataclasses that check what they are given: their constructor says what it takes, their fields what they keep."""

from __future__ import annotations


def keep(instance: object, **fields: object) -> None:
    """Set fields of a frozen dataclass while it is made."""
    for name, value in fields.items():
        object.__setattr__(instance, name, value)
