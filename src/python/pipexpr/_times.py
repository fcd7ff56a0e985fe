"""Times: what callers have and what the engine counts, milliseconds since 1970-01-01T00:00:00Z."""

from __future__ import annotations

import datetime
from typing import Any, Union

import numpy
import numpy.typing

from . import _pipexpr

Time = Union[str, int, datetime.date, datetime.datetime, 'numpy.datetime64']

#: Where a row has no run.
NO_TIME = -2**63

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_MILLISECOND = datetime.timedelta(milliseconds=1)


def to_millis(time: Any) -> int:
    """A time without a zone is one of UTC; a pandas Timestamp is a datetime, and an integer is milliseconds.

    >>> to_millis('1970-01-02'), to_millis(datetime.date(1970, 1, 2)), to_millis(numpy.datetime64('1970-01-02'))
    (86400000, 86400000, 86400000)
    """
    if isinstance(time, numpy.datetime64):
        if numpy.isnat(time):
            raise ValueError('the time is NaT')
        return int(_millis(numpy.array([time]))[0])
    if isinstance(time, datetime.datetime):
        if time != time:  # pandas' NaT
            raise ValueError('the time is NaT')
        return ((time if time.tzinfo else time.replace(tzinfo=datetime.timezone.utc)) - _EPOCH) // _MILLISECOND
    if isinstance(time, datetime.date):
        return to_millis(datetime.datetime(time.year, time.month, time.day))
    if isinstance(time, (int, numpy.integer)) and not isinstance(time, bool):
        return int(time)
    if isinstance(time, str):
        return _pipexpr.millis_of(str(time))
    raise TypeError(f'expected a datetime, a string or milliseconds, found {type(time).__name__}')


def instant(millis: int) -> datetime.datetime:
    return _EPOCH + millis * _MILLISECOND


def is_missing(value: Any) -> bool:
    """Whether it is None, NaN, or pandas' NaT or NA.

    >>> [is_missing(value) for value in (None, float('nan'), numpy.datetime64('NaT'), 0, '', 'nan')]
    [True, True, True, False, False, False]
    """
    if value is None or type(value).__name__ == 'NAType':
        return True
    return isinstance(value, (float, numpy.floating, datetime.datetime, numpy.datetime64)) and bool(value != value)


def to_column(times: Any) -> numpy.typing.NDArray[numpy.int64]:
    """Many times: an array or a pandas column of datetime64 or of milliseconds, or any sequence of times. Where one is
    missing, as None or NaT, the row has no run."""
    if isinstance(times, (str, bytes, dict, set)):
        raise TypeError(f'expected a column of times, found {type(times).__name__}')
    mask = mask_of(times)
    if getattr(getattr(times, 'dtype', None), 'kind', '') == 'M':
        if hasattr(times, 'to_numpy'):
            times = times.to_numpy(dtype='datetime64[ns]')
        made = _millis(numpy.asarray(times))
    elif isinstance(times, numpy.ndarray) and times.dtype.kind in 'iu':
        made = to_integers(times)
    else:
        if hasattr(times, 'to_numpy'):
            times = times.to_numpy()
        if getattr(times, 'ndim', 1) != 1:
            raise ValueError('a column must have one dimension')
        made = numpy.array([NO_TIME if is_missing(time) else to_millis(time) for time in times], dtype='int64')
    if made.ndim != 1:
        raise ValueError('a column must have one dimension')
    if mask is not None:
        made = numpy.where(mask, NO_TIME, made)
    return numpy.ascontiguousarray(made)


def mask_of(values: Any) -> Any:
    """Of a masked array, which values are missing."""
    masked: Any = numpy.ma
    return masked.getmaskarray(values) if isinstance(values, masked.MaskedArray) else None


def to_integers(array: Any) -> numpy.typing.NDArray[numpy.int64]:
    """The array with 64-bit integers; none of them is changed."""
    if array.dtype.kind == 'u' and array.size and int(array.max()) >= 2**63:
        raise OverflowError('an integer does not fit in 64 bits')
    made: numpy.typing.NDArray[numpy.int64] = array.astype('int64')
    return made


def _millis(times: Any) -> numpy.typing.NDArray[numpy.int64]:
    """Of datetime64 with any unit. numpy does not say when a year is too far away for milliseconds."""
    made = times.astype('datetime64[ms]')
    unit = numpy.datetime_data(times.dtype)[0]
    if unit in ('Y', 'M', 'W', 'D', 'h', 'm', 's') and not ((made.astype(times.dtype) == times) | numpy.isnat(times)).all():
        raise OverflowError('a time is too far away')
    millis: numpy.typing.NDArray[numpy.int64] = made.astype('int64')
    return millis


def to_datetime(millis: int, text: str) -> datetime.datetime | str:
    """For the engine: an instant and its text on its zone's clock. A year that Python does not have stays a string."""
    try:
        utc = instant(millis)
        offset = datetime.datetime.fromisoformat(text) - utc.replace(tzinfo=None, microsecond=0)
        zone = datetime.timezone.utc if not offset else datetime.timezone(offset)
        return utc.astimezone(zone)
    except (OverflowError, ValueError):
        return text
