"""Expressions: compiled once, evaluated for one run or for many."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Union

from . import _pipexpr
from ._columns import Column, is_single, to_field
from ._definition import Definition
from ._error import Error
from ._functions import Functions, settings
from ._times import Time, to_column
from ._values import Graph


class Expression(_pipexpr.Template):
    """A template, compiled; with a definition or a Graph, in the place of one of its objects. It does not change, may
    be used from any number of threads, and pickles.

    >>> day = Expression("s3://b/#{format(minusDays(@scheduledStartTime,1),'YYYY-MM-dd')}.csv")
    >>> day.evaluate('2024-05-24T17:00:00')
    's3://b/2024-05-23.csv'
    >>> day.evaluate_many(['2024-03-01', '2025-03-01']).to_list()
    ['s3://b/2024-02-29.csv', 's3://b/2025-02-28.csv']
    >>> Expression('#{price * 2}').evaluate(fields={'price': 1.5})
    3.0
    >>> Expression("#{input.path}/#{format(day,'YYYY')}").names()
    ['input', 'path', 'day', 'format']

    `limits` are those of docs/limits.md by name; `delimiters` are 'both', 'braces' or 'angles'; `unset_runtime` says
    what a runtime field without a value is: an 'error', 'empty', or the text 'null'.
    """

    def __init__(self, text: str, definition: Union[Definition, Graph, None] = None, object: Optional[str] = None, *,
                 functions: Optional[Functions] = None, limits: Optional[Mapping[str, int]] = None,
                 delimiters: str = 'both', unset_runtime: str = 'error',
                 transitive_runtime_fields: bool = False) -> None:
        if object is not None and definition is None:
            raise ValueError('an object needs its definition')
        self._place = (definition, object)
        self._options = (functions, dict(limits or {}), delimiters, unset_runtime, transitive_runtime_fields)
        super().__init__(text, None if definition is None else definition._engine, object or '', settings(*self._options))

    def __repr__(self) -> str:
        return f'Expression({self.text!r})'

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.text, self._place, self._options)

    def evaluate_many(self, starts: Any = None, ends: Any = None, fields: Optional[Mapping[str, Any]] = None,
                      errors: str = 'raise', kind: str = 'text', *, attempt: int = 0,
                      run_fields: Optional[Mapping[str, Any]] = None, timeout: Optional[float] = None,
                      max_errors: int = 20) -> Column:
        """One row for each start, or for each value of the fields that are columns; other fields hold for all rows.

        `kind` is 'text', 'number', 'integer', 'boolean' or 'datetime'. Rows that fail raise the Error of the first one;
        with errors='none' they have no value, with errors='text' the error's message is their text. Of the errors,
        `max_errors` are kept.
        """
        if errors not in ('raise', 'none', 'text'):
            raise ValueError("errors must be 'raise', 'none' or 'text'")
        if max_errors < 0:
            raise ValueError('max_errors is negative')
        given = {} if fields is None else dict(fields)
        columns = [to_field(name, values) for name, values in given.items() if not is_single(values)]
        shared = {name: value for name, value in given.items() if is_single(value)}
        begin = None if starts is None else to_column(starts)
        finish = None if ends is None else to_column(ends)
        if begin is not None:
            count = len(begin)
        elif columns:
            count = len(columns[0][2])
        else:
            raise ValueError('there is neither a start nor a field that is a column')
        if begin is None and (finish is not None or attempt or run_fields):
            raise ValueError('a run must have a start')
        most = count if errors == 'text' else max(max_errors, 1)
        data, found = self._evaluate_many(kind, count, begin, finish, attempt, columns, shared, run_fields,
                                          errors == 'text', most, timeout)
        if data.failed and errors == 'raise':
            row, error = found[0]
            raise Error(f'row {row}: {error}', error.diagnostics) from error.__cause__
        return Column(kind, data, found[:max_errors])

    def specialize(self) -> Expression:
        """What remains when everything that does not depend on the run has been computed."""
        return _again(type(self), self._specialize(), self._place, self._options)


def _again(kind: type[Expression], text: str, place: tuple[Any, ...], options: tuple[Any, ...]) -> Expression:
    functions, limits, delimiters, unset_runtime, transitive = options
    return kind(text, *place, functions=functions, limits=limits, delimiters=delimiters, unset_runtime=unset_runtime,
                transitive_runtime_fields=transitive)


def evaluate(text: str, start: Optional[Time] = None, definition: Union[Definition, Graph, None] = None,
             object: Optional[str] = None, fields: Optional[Mapping[str, Any]] = None,
             functions: Optional[Functions] = None) -> Any:
    """Compiles and evaluates once.

    >>> evaluate('#{1 + 2}')
    3
    """
    return Expression(text, definition, object, functions=functions).evaluate(start, fields=fields)
