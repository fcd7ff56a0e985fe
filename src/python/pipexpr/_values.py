"""Values that Python has no type for, and graphs that are dicts."""

from __future__ import annotations

import dataclasses
from typing import Any, Mapping, Optional

from . import _pipexpr


@dataclasses.dataclass(frozen=True)
class Ref:
    """A reference to an object, by its id."""

    id: str

    def __str__(self) -> str:
        return self.id


@dataclasses.dataclass(frozen=True)
class Period:
    """A length of calendar time; the unit is minutes, hours, days, weeks, months or years.

    >>> str(Period(1, 'hours')), str(Period(15, 'minutes'))
    ('1 hour', '15 minutes')
    """

    count: int
    unit: str

    def __str__(self) -> str:
        return f"{self.count} {self.unit[:-1] if self.count == 1 and self.unit.endswith('s') else self.unit}"


class Field:
    """Texts of a field that may hold expressions, and their type: string, integer, number, boolean, datetime, period,
    reference or verbatim.

    >>> import pipexpr
    >>> pipexpr.evaluate('#{day}', '2024-05-24', fields={'day': Field("#{format(@scheduledStartTime,'dd')}")})
    '24'
    """

    def __init__(self, *texts: str, type: str = 'string') -> None:
        self.texts = texts
        self.type = type

    def __repr__(self) -> str:
        return f"Field({', '.join(map(repr, self.texts))}, type={self.type!r})"


class Graph:
    """Objects that are dicts of fields. Strings may hold expressions, and an object inherits from its `parent`, a Ref.

    >>> import pipexpr
    >>> graph = Graph({'In': {'path': 's3://#{myBucket}/#{day}', 'day': 24}, 'Copy': {'input': Ref('In')}},
    ...               {'myBucket': 'orders'})
    >>> pipexpr.evaluate('cp #{input.path}', definition=graph, object='Copy')
    'cp s3://orders/24'
    """

    def __init__(self, objects: Mapping[str, Mapping[str, Any]], parameters: Optional[Mapping[str, Any]] = None) -> None:
        self._objects = {name: dict(fields) for name, fields in objects.items()}
        self._parameters = dict(parameters or {})
        self._engine = _pipexpr.Graph(self._objects, self._parameters)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._objects, self._parameters)
