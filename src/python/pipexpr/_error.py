"""What goes wrong: one exception, with every diagnostic of the engine."""

from __future__ import annotations

import dataclasses
import json
from typing import Any


@dataclasses.dataclass(frozen=True)
class Diagnostic:
    """One error: its code, its message, and its place in the source (offsets in bytes of UTF-8)."""

    code: str
    message: str
    offset: int = 0
    length: int = 0
    path: tuple[str, ...] = ()


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


def parse(text: str) -> tuple[Diagnostic, ...]:
    """The diagnostics of their JSON."""
    found = []
    for one in json.loads(text):
        found.append(Diagnostic(one['code'], one['message'], one.get('offset', 0), one.get('length', 0),
                                tuple(one.get('path', ()))))
    return tuple(found)


def make(text: str, diagnostics: str) -> Error:
    """The exception for what the engine prints and for its diagnostics as JSON."""
    return Error(text.rstrip('\n'), parse(diagnostics))
