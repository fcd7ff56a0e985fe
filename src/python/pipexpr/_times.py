"""Times: what callers have and what the engine counts, milliseconds since 1970-01-01T00:00:00Z."""

from __future__ import annotations

import datetime
from typing import Any, Optional, Union

import numpy
import numpy.typing

from . import _pipexpr

Time = Union[str, int, datetime.date, datetime.datetime, 'numpy.datetime64']

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_MILLISECOND = datetime.timedelta(milliseconds=1)


def to_millis(time: Time) -> int:
    """A time without a zone is one of UTC; a pandas Timestamp is a datetime, and an integer is milliseconds.

    >>> to_millis('1970-01-02'), to_millis(datetime.date(1970, 1, 2)), to_millis(numpy.datetime64('1970-01-02'))
    (86400000, 86400000, 86400000)
    """
    if isinstance(time, str):
        return _pipexpr.parse_datetime(time)
    if isinstance(time, numpy.datetime64):
        if numpy.isnat(time):
            raise ValueError('the time is NaT')
        return int(time.astype('datetime64[ms]').astype('int64'))
    if isinstance(time, datetime.datetime):
        if time != time:  # pandas' NaT
            raise ValueError('the time is NaT')
        return ((time if time.tzinfo else time.replace(tzinfo=datetime.timezone.utc)) - _EPOCH) // _MILLISECOND
    if isinstance(time, datetime.date):
        return to_millis(datetime.datetime(time.year, time.month, time.day))
    if isinstance(time, (int, numpy.integer)) and not isinstance(time, bool):
        return int(time)
    raise TypeError(f'expected a datetime, a string or milliseconds, found {type(time).__name__}')


def optional_millis(time: Optional[Time]) -> Optional[int]:
    return None if time is None else to_millis(time)


def instant(millis: int) -> datetime.datetime:
    return _EPOCH + millis * _MILLISECOND


def to_column(times: Any) -> numpy.typing.NDArray[numpy.int64]:
    """Many times: an array or a pandas column of datetime64 or of milliseconds, or any sequence of times. NaT: no time."""
    dtype = getattr(times, 'dtype', None)
    if dtype is not None and getattr(dtype, 'kind', '') == 'M':
        if hasattr(times, 'to_numpy'):
            times = times.to_numpy(dtype='datetime64[ns]')
        return numpy.ascontiguousarray(numpy.asarray(times).astype('datetime64[ms]').astype('int64'))
    if isinstance(times, numpy.ndarray) and times.dtype.kind == 'i':
        return numpy.ascontiguousarray(times, dtype='int64')
    return numpy.fromiter((to_millis(time) for time in times), dtype='int64')


def to_datetime(millis: int, text: str) -> datetime.datetime | str:
    """For the engine: an instant and its text on its zone's clock. A year that Python does not have stays a string."""
    try:
        utc = instant(millis)
        offset = datetime.datetime.fromisoformat(text) - utc.replace(tzinfo=None, microsecond=0)
        zone = datetime.timezone.utc if not offset else datetime.timezone(offset)
        return utc.astimezone(zone)
    except (OverflowError, ValueError):
        return text
