"""What goes wrong: one exception, with every diagnostic of the engine."""

from __future__ import annotations

import dataclasses
from typing import Any, Iterable


@dataclasses.dataclass(frozen=True)
class PathStep:
    """A field on the way to an error: its object ('' for a parameter), its name, the number of its value when it has
    several (from 1), and the place in the value's text."""

    object: str
    field: str
    item: int
    offset: int
    length: int

    def __str__(self) -> str:
        return f'{self.object}.{self.field}' if self.object else self.field


@dataclasses.dataclass(frozen=True)
class Diagnostic:
    """One error: its code, its message, and its place in the source (offsets in bytes of UTF-8). When it lies in a
    field that the source refers to, `path` leads there."""

    code: str
    message: str
    offset: int = 0
    length: int = 0
    path: tuple[PathStep, ...] = ()


class Error(ValueError):
    """An expression or a definition is wrong, or has no value; the text shows the place, as a compiler would.

    >>> import pipexpr
    >>> try:
    ...     pipexpr.evaluate("#{1 +}")
    ... except pipexpr.Error as error:
    ...     print(error.diagnostics[0].code, error.diagnostics[0].offset)
    E103 5
    """

    def __init__(self, text: str, diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        super().__init__(text)
        self.diagnostics = diagnostics

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.diagnostics)


def diagnostics_of(found: Iterable[Any]) -> tuple[Diagnostic, ...]:
    """Diagnostics as the engine hands them over."""
    return tuple(Diagnostic(code, message, offset, length, tuple(PathStep(*step) for step in path))
                 for code, message, offset, length, path in found)


def make(text: str, found: Iterable[Any]) -> Error:
    """The exception for what the engine prints and for its diagnostics."""
    return Error(text.rstrip('\n'), diagnostics_of(found))
