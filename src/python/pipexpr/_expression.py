"""Expressions: compiled once, evaluated for one run or for many."""

from __future__ import annotations

from typing import Any, Mapping, Optional

import numpy
import numpy.typing

from . import _pipexpr
from ._definition import Definition
from ._error import Error, make
from ._times import Time, optional_millis, to_column


class Column:
    """Values of many rows in Arrow's layout: `values` (of strings `offsets` and `data`) and `validity`, a bit a row."""

    def __init__(self, kind: str, count: int, made: Any) -> None:
        self.kind = kind
        self._count = count
        values, self.validity, self.failed, found = made
        if kind == 'text':
            self.offsets, self.data = values
        else:
            self.values = values
        #: (row, Error) of the first rows that failed
        self.errors = [(row, make(text, why)) for row, text, why in found]

    def __len__(self) -> int:
        return self._count

    def valid(self) -> numpy.typing.NDArray[numpy.bool_]:
        """Which rows have a value."""
        bits = numpy.unpackbits(self.validity, bitorder='little')[:len(self)]
        return bits.astype(bool)

    def to_list(self) -> list[Any]:
        """str, float, int or numpy.datetime64; None for a row without value."""
        if self.kind == 'text':
            out: list[Any] = []
            _pipexpr.fill_strings(self.offsets, self.data, self.validity, out)
            return out
        values = self.values.view('datetime64[ms]') if self.kind == 'datetime' else self.values.tolist()
        return [value if good else None for value, good in zip(values, self.valid())]


class Expression:
    """A template, compiled; with a definition, in the place of one of its objects. It does not change, and pickles.

    >>> day = Expression("s3://b/#{format(minusDays(@scheduledStartTime,1),'YYYY-MM-dd')}.csv")
    >>> day.evaluate('2024-05-24T17:00:00')
    's3://b/2024-05-23.csv'
    >>> day.evaluate_many(['2024-03-01', '2025-03-01']).to_list()
    ['s3://b/2024-02-29.csv', 's3://b/2025-02-28.csv']
    >>> Expression('#{price * 2}').evaluate(fields={'price': 1.5})
    3.0
    """

    def __init__(self, text: str, definition: Optional[Definition] = None, object: Optional[str] = None) -> None:
        if object is not None and definition is None:
            raise ValueError('an object needs its definition')
        self._definition = definition
        self._object = object
        self._engine = _pipexpr.Template(text, None if definition is None else definition._engine, object or '')

    @property
    def text(self) -> str:
        return self._engine.text

    def __repr__(self) -> str:
        return f'Expression({self.text!r})'

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.text, self._definition, self._object)

    def evaluate(self, start: Optional[Time] = None, end: Optional[Time] = None, attempt: int = 0,
                 fields: Optional[Mapping[str, Any]] = None) -> Any:
        """The value in the run that begins then: str, int, float, datetime, list, or None when it is unset."""
        return self._engine.evaluate(optional_millis(start), optional_millis(end), attempt,
                                     {} if fields is None else dict(fields))

    def evaluate_many(self, starts: Any = None, ends: Any = None, fields: Optional[Mapping[str, Any]] = None,
                      errors: str = 'raise', kind: str = 'text') -> Column:
        """One row for each start, or for each value of the fields, which are columns.

        `kind` is 'text', 'number', 'integer' or 'datetime'. Rows that fail raise the Error of the first one; with
        errors='none' they have no value.
        """
        if errors not in ('raise', 'none'):
            raise ValueError("errors must be 'raise' or 'none'")
        columns = {name: _plain(values) for name, values in ({} if fields is None else fields).items()}
        begin = None if starts is None else to_column(starts)
        finish = None if ends is None else to_column(ends)
        sizes = [len(one) for one in [begin, *columns.values()] if one is not None]
        if not sizes:
            raise ValueError('there is neither a start nor a field')
        column = Column(kind, sizes[0], self._engine.evaluate_many(kind, sizes[0], begin, finish, columns, 20))
        if column.failed and errors == 'raise':
            row, error = column.errors[0]
            raise Error(f'row {row}: {error}', error.diagnostics)
        return column

    def names(self) -> list[str]:
        """Every name, member and function that it uses.

        >>> Expression("#{input.path}/#{format(day,'YYYY')}").names()
        ['input', 'path', 'day', 'format']
        """
        return self._engine.names()

    def specialize(self) -> Expression:
        """What remains when everything that does not depend on the run has been computed."""
        return Expression(self._engine.specialize(), self._definition, self._object)


def _plain(values: Any) -> Any:
    array = numpy.asarray(values.to_numpy() if hasattr(values, 'to_numpy') else values)
    if array.ndim != 1:
        raise ValueError('a column must have one dimension')
    if array.dtype.kind in 'if':
        return array
    texts = list(values)
    if not all(isinstance(text, str) for text in texts):
        raise TypeError('a column must hold numbers or strings')
    return texts


def evaluate(text: str, start: Optional[Time] = None, definition: Optional[Definition] = None,
             object: Optional[str] = None, fields: Optional[Mapping[str, Any]] = None) -> Any:
    """Compiles and evaluates once.

    >>> evaluate('#{1 + 2}')
    3
    """
    return Expression(text, definition, object).evaluate(start, fields=fields)
