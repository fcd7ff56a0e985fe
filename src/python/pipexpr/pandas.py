"""The accessor `pipexpr` of pandas data frames; importing this module registers it.

>>> import pandas, pipexpr.pandas
>>> frame = pandas.DataFrame({'start': pandas.to_datetime(['2024-05-24', '2024-05-25']), 'team': ['ads', 'bids']})
>>> frame.pipexpr.evaluate("#{team}/#{format(@scheduledStartTime,'MM-dd')}", start='start').tolist()
['ads/05-24', 'bids/05-25']
"""

from __future__ import annotations

from typing import Any, Optional, Union

import pandas  # type: ignore[import]

from ._definition import Definition
from ._expression import Expression
from ._values import Graph


class Accessor:
    """`frame.pipexpr`: expressions over the rows of a frame, whose columns are their fields."""

    def __init__(self, frame: Any) -> None:
        self._frame = frame

    def evaluate(self, text: Union[str, Expression], start: Optional[str] = None, end: Optional[str] = None,
                 kind: str = 'text', errors: str = 'raise', definition: Union[Definition, Graph, None] = None,
                 object: Optional[str] = None) -> Any:
        """A series with a value for each row; `start` and `end` name the columns with the times of the runs."""
        expression = text if isinstance(text, Expression) else Expression(text, definition, object)
        used = set(expression.names())
        fields = {name: self._frame[name] for name in self._frame.columns if name in used}
        if not fields and start is None:
            if not len(self._frame):
                return pandas.Series([], index=self._frame.index, dtype=DTYPES[kind])
            return pandas.Series([expression.evaluate()] * len(self._frame), index=self._frame.index)
        column = expression.evaluate_many(None if start is None else self._frame[start],
                                          None if end is None else self._frame[end], fields, errors, kind)
        return pandas.Series(column.to_numpy(), index=self._frame.index)


#: Of a series of values without failures, by their kind.
DTYPES = {'text': 'object', 'number': 'float64', 'integer': 'int64', 'boolean': 'object', 'datetime': 'datetime64[ns]'}

pandas.api.extensions.register_dataframe_accessor('pipexpr')(Accessor)
