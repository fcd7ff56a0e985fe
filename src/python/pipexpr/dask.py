"""Dask: renderings and columns that are computed partition by partition, by however many processes and machines.

>>> import pandas, dask.dataframe, pipexpr, pipexpr.dask
>>> frame = pandas.DataFrame({'start': pandas.date_range('2024-05-24', periods=4), 'team': list('abcd')})
>>> parts = dask.dataframe.from_pandas(frame, npartitions=2)
>>> pipexpr.dask.evaluate(parts, "#{team}/#{format(@scheduledStartTime,'dd')}", start='start').compute().tolist()
['a/24', 'b/25', 'c/26', 'd/27']

Definitions and expressions go to the workers as their text and are compiled there, once for each partition.
"""

from __future__ import annotations

import importlib
from typing import Any, Optional, Sequence, Union

import pandas  # type: ignore[import]

from ._definition import Definition
from ._expression import Expression
from ._times import Time, to_millis
from ._values import Graph
from .pandas import DTYPES, Accessor

_dataframe: Any = importlib.import_module('dask.dataframe')  # whose types are there in some versions only


def evaluate(frame: Any, text: Union[str, Expression], start: Optional[str] = None, end: Optional[str] = None,
             kind: str = 'text', errors: str = 'raise', definition: Union[Definition, Graph, None] = None,
             object: Optional[str] = None) -> Any:
    """A Dask series with a value for each row of a Dask frame, whose columns are fields, as `frame.pipexpr.evaluate`
    has it for pandas."""
    if kind not in DTYPES:
        raise ValueError(f'kind must be one of {", ".join(DTYPES)}')
    expression = text if isinstance(text, Expression) else Expression(text, definition, object)
    used = set(expression.names()) | {start, end}
    dtype = 'float64' if kind == 'integer' and errors == 'none' else DTYPES[kind]
    return frame[[name for name in frame.columns if name in used]].map_partitions(
        _evaluate_part, expression, start, end, kind, errors, dtype, meta=pandas.Series([], dtype=dtype))


def _evaluate_part(frame: Any, expression: Expression, start: Optional[str], end: Optional[str], kind: str, errors: str,
                   dtype: str) -> Any:
    return Accessor(frame).evaluate(expression, start, end, kind, errors).astype(dtype)


def render(definition: Definition, start: Time, to: Time, objects: Sequence[str] = (), fields: Sequence[str] = (),
           errors: str = 'raise', partitions: int = 16) -> Any:
    """What every run in [start, to) would do, as a Dask frame: `object`, `start`, and a column for each field. Each
    partition is a part of the time, and the rows are those of `definition.frame` in the same order."""
    first, last = to_millis(start), to_millis(to)
    if partitions < 1 or last <= first:
        raise ValueError('there must be at least one partition, and time between the start and the end')
    columns = list(fields) or _columns_of(definition, start, to, objects)
    edges = [first + (last - first) * i // partitions for i in range(partitions + 1)]
    parts = [(edges[i], edges[i + 1]) for i in range(partitions)]
    meta = pandas.DataFrame({'object': pandas.Series([], dtype='object'),
                             'start': pandas.Series([], dtype='datetime64[ns, UTC]'),
                             **{name: pandas.Series([], dtype='object') for name in columns}})
    return _dataframe.from_map(_render_part, parts, definition=definition, objects=list(objects),
                                   fields=list(fields), errors=errors, columns=columns, meta=meta)


def _columns_of(definition: Definition, start: Time, to: Time, objects: Sequence[str]) -> list[str]:
    """The fields of the objects that have runs."""
    found: dict[str, None] = {}
    for one in definition.instances(start, to, 1, objects, errors='keep'):
        found.update(dict.fromkeys(name for name in definition.fields(one.object) if name not in ('object', 'start')))
    return list(found)


def _render_part(part: tuple[int, int], definition: Definition, objects: list[str], fields: list[str], errors: str,
                 columns: list[str]) -> Any:
    rows = [(one.object, one.start, *map(one.fields.get, columns))
            for one in definition.instances(*part, objects=objects, fields=fields, errors=errors)]
    made = pandas.DataFrame(rows, columns=['object', 'start', *columns], dtype='object')
    made['start'] = pandas.to_datetime(made['start'], utc=True)
    return made
