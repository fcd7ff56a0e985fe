"""Columns: fields that have a value for each row, and the values that come out."""

from __future__ import annotations

import datetime
from typing import Any, Optional

import numpy
import numpy.typing

from . import _pipexpr
from ._error import Error
from ._times import NO_TIME, is_missing, mask_of, to_column, to_integers
from ._values import Field, Period, Ref

#: (name, kind, values, which rows have one)
FieldColumn = tuple[str, str, Any, Optional[numpy.typing.NDArray[numpy.uint8]]]

_SINGLE = (str, bytes, bool, int, float, datetime.date, numpy.generic, Field, Period, Ref)


def is_single(value: Any) -> bool:
    """Whether it is one value, for all rows."""
    return value is None or isinstance(value, _SINGLE)


class Column:
    """Values of many rows in Arrow's layout: `values` (of texts `offsets` and `data`) and `validity`, a bit a row.

    The arrays are views of memory that lives as long as they do. `__arrow_c_array__` hands it over to whatever reads
    Arrow's C data interface: `pyarrow.array(column)`, `polars.Series(column)`.
    """

    def __init__(self, kind: str, data: _pipexpr.ColumnData, errors: list[tuple[int, Error]]) -> None:
        self.kind = kind
        self._data = data
        #: (row, Error) of the first rows that failed
        self.errors = errors

    def __len__(self) -> int:
        return self._data.rows

    def __repr__(self) -> str:
        return f'<Column of {len(self)} rows, {self.kind}, {self.failed} failed>'

    @property
    def failed(self) -> int:
        """How many rows have failed, and have no value."""
        return self._data.failed

    @property
    def validity(self) -> numpy.typing.NDArray[numpy.uint8]:
        return self._data.validity

    @property
    def values(self) -> numpy.typing.NDArray[Any]:
        return self._data.values

    @property
    def offsets(self) -> numpy.typing.NDArray[numpy.int64]:
        return self._data.offsets

    @property
    def data(self) -> numpy.typing.NDArray[numpy.uint8]:
        return self._data.data

    def valid(self) -> numpy.typing.NDArray[numpy.bool_]:
        """Which rows have a value."""
        return _unpacked(self.validity, len(self))

    def to_list(self) -> list[Any]:
        """str, float, int, bool or numpy.datetime64; None for a row without value."""
        if self.kind == 'text':
            return self._data.strings()
        if self.kind == 'boolean':
            values: Any = _unpacked(self.values, len(self)).tolist()
        else:
            values = self.values.view('datetime64[ms]') if self.kind == 'datetime' else self.values.tolist()
        return [value if good else None for value, good in zip(values, self.valid())]

    def to_numpy(self) -> numpy.typing.NDArray[Any]:
        """An array with NaN, NaT or None where a row has no value; integers without failures stay integers."""
        if self.kind in ('text', 'boolean'):
            made = numpy.empty(len(self), dtype=object)
            made[:] = self.to_list()
            return made
        if self.kind == 'datetime':
            return numpy.where(self.valid(), self.values, NO_TIME).view('datetime64[ms]')
        if self.kind == 'integer' and not self.failed:
            return self.values
        if self.kind == 'integer' and len(self) and (abs(self.values.astype('float64')) >= 2.0**53).any():
            return numpy.array(self.to_list(), dtype=object)  # a double would change them
        return numpy.where(self.valid(), self.values, numpy.nan)

    def __arrow_c_schema__(self) -> object:
        return self._data.arrow_schema()

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        return self._data.arrow_schema(), self._data.arrow_array()


def _unpacked(bits: numpy.typing.NDArray[Any], count: int) -> numpy.typing.NDArray[numpy.bool_]:
    return numpy.unpackbits(bits, bitorder='little')[:count].astype(bool)


def to_field(name: str, values: Any) -> FieldColumn:
    """A column of a field. What is missing, as None, NaN or pandas' NA, is unset.

    >>> to_field('x', [1, None, 3])[1:3]
    ('integer', array([1, 0, 3]))
    """
    mask = mask_of(values)
    if mask is not None:
        values = values.filled(values.fill_value)
    if getattr(getattr(values, 'dtype', None), 'kind', '') == 'M':
        times = to_column(values)
        return _column(name, 'datetime', times, times == NO_TIME, mask)
    if hasattr(values, 'to_numpy'):
        values = values.to_numpy()
    if isinstance(values, (list, tuple, range)):
        return _of_objects(name, list(values), mask)
    if not hasattr(values, '__array__') and not hasattr(values, '__array_interface__'):
        raise TypeError(f"field '{name}': expected a value, a list or an array, found {type(values).__name__}")
    array = numpy.asarray(values)
    if array.ndim != 1:
        raise ValueError(f"field '{name}': a column must have one dimension")
    kind = array.dtype.kind
    if kind == 'f':
        return _numbers(name, array.astype('float64'), mask)
    if kind in 'iu':
        return _column(name, 'integer', to_integers(array), None, mask)
    if kind == 'b':
        return _column(name, 'boolean', ['true' if value else 'false' for value in array], None, mask)
    if kind == 'M':
        times = to_column(array)
        return _column(name, 'datetime', times, times == NO_TIME, mask)
    if kind in 'OU':
        return _of_objects(name, array.tolist(), mask)
    raise TypeError(f"field '{name}': a column must hold numbers, times or strings, found {array.dtype}")


def _of_objects(name: str, values: list[Any], mask: Any) -> FieldColumn:
    missing = numpy.fromiter((is_missing(value) for value in values), dtype=bool, count=len(values))
    if mask is not None:
        missing = missing | mask
    present = [value for value, gone in zip(values, missing) if not gone]

    def filled(default: Any) -> list[Any]:
        return [default if gone else value for value, gone in zip(values, missing)]

    def all_are(*types: type) -> bool:
        return all(isinstance(value, types) for value in present)

    if all_are(str):
        return _column(name, 'text', [str(value) for value in filled('')], missing, None)
    if all_are(bool, numpy.bool_):
        return _column(name, 'boolean', ['true' if value else 'false' for value in filled(False)], missing, None)
    if not any(isinstance(value, (bool, numpy.bool_)) for value in present):
        if all_are(int, numpy.integer):
            return _column(name, 'integer', numpy.array([int(value) for value in filled(0)], dtype='int64'), missing, None)
        if all_are(int, float, numpy.integer, numpy.floating):
            if any(isinstance(value, (int, numpy.integer)) and abs(int(value)) > 2**53 for value in present):
                raise OverflowError(f"field '{name}': an integer among numbers does not fit in a double")
            return _numbers(name, numpy.array(filled(0.0), dtype='float64'), missing)
        if all_are(datetime.date, numpy.datetime64):
            return _column(name, 'datetime', to_column(filled(0)), missing, None)
    types = sorted({type(value).__name__ for value in present})
    raise TypeError(f"field '{name}': a column must hold numbers, times or strings, found {' and '.join(types)}")


def _numbers(name: str, array: Any, mask: Any) -> FieldColumn:
    missing = numpy.isnan(array)
    if mask is not None:
        missing = missing | mask
    infinite = numpy.isinf(array) & ~missing
    if infinite.any():
        raise ValueError(f"field '{name}': row {int(infinite.argmax())}: a number must be finite")
    return _column(name, 'number', numpy.where(missing, 0.0, array), missing, None)


def _column(name: str, kind: str, values: Any, missing: Any, mask: Any) -> FieldColumn:
    if mask is not None:
        missing = mask if missing is None else missing | mask
    if missing is None or not missing.any():
        return name, kind, values, None
    return name, kind, values, numpy.packbits(~missing, bitorder='little')
