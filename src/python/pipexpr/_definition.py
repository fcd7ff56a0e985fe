"""Pipeline definitions: loading, checking, rendering, explaining and comparing them."""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
import pathlib
from typing import Any, Iterator, Mapping, Optional, Sequence, Union

from . import _pipexpr
from ._error import Error
from ._times import Time, instant, optional_millis


@dataclasses.dataclass(frozen=True)
class Run:
    """One run of a schedule; without an end when nothing says when it ends."""

    schedule: str
    start: datetime.datetime
    end: Optional[datetime.datetime]


@dataclasses.dataclass(frozen=True)
class Instance:
    """An object in one run, with its fields evaluated."""

    object: str
    start: datetime.datetime
    fields: dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Difference:
    """What two definitions evaluate to differently: 'removed', 'added', 'changed', 'runs removed' or 'runs added'."""

    what: str
    object: str
    field: str
    before: tuple[str, ...]
    after: tuple[str, ...]


class Schedule:
    """The schedules of a definition."""

    def __init__(self, definition: Definition) -> None:
        self._definition = definition

    def runs(self, start: Optional[Time] = None, to: Optional[Time] = None, count: int = 0) -> list[Run]:
        """The runs that begin in [start, to), at most `count` of each schedule; 0: all of them."""
        found = _pipexpr.runs_of(self._definition._engine, optional_millis(start), optional_millis(to), count)
        return [Run(name, instant(begin), None if end is None else instant(end)) for name, begin, end in found]


class Definition:
    """A pipeline definition, which does not change. It may be used from any number of threads and pickled.

    >>> d = Definition.load({"objects": [{"id": "In", "filePath": "s3://in/#{format(@scheduledStartTime,'YYYY/MM')}"}]})
    >>> d.render(at='2024-05-24')
    {'In': {'filePath': 's3://in/2024/05'}}
    """

    def __init__(self, text: str, values: Optional[Mapping[str, str]] = None) -> None:
        self._engine = _pipexpr.Definition(text, list((values or {}).items()))

    @classmethod
    def load(cls, source: Union[str, 'os.PathLike[str]', Mapping[str, Any]],
             values: Optional[Mapping[str, str]] = None) -> Definition:
        """From a file's path, from JSON text, or from a dict; `values` are those of parameters."""
        if isinstance(source, Mapping):
            return cls(json.dumps(source), values)
        if isinstance(source, str) and source.lstrip()[:1] in ('{', '['):
            return cls(source, values)
        return cls(pathlib.Path(source).read_text(encoding='utf-8'), values)

    @property
    def json(self) -> str:
        return self._engine.json

    def __iter__(self) -> Iterator[str]:
        return iter(self._engine.ids())

    def __len__(self) -> int:
        return len(self._engine.ids())

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.json, dict(self._engine.values))

    def check(self) -> list[dict[str, Any]]:
        """The checker's findings; their members are those of `pipexpr check --format json`."""
        found: list[dict[str, Any]] = json.loads(self._engine.check())
        return found

    def schedule(self) -> Schedule:
        return Schedule(self)

    def render(self, at: Optional[Time] = None, objects: Optional[Sequence[str]] = None, fields: Sequence[str] = (),
               errors: str = 'raise') -> dict[str, dict[str, Any]]:
        """All fields of the objects in the run that begins then; secrets show as '********'.

        A field that has no value raises Error; with errors='keep' it stays as it is written.
        """
        chosen = list(self) if objects is None else list(objects)
        rendered, report = _pipexpr.render_at(self._engine, chosen, list(fields), optional_millis(at))
        _judge(report, errors)
        return rendered

    def instances(self, start: Optional[Time] = None, to: Optional[Time] = None, runs: int = 0,
                  objects: Sequence[str] = (), fields: Sequence[str] = (), errors: str = 'raise') -> Iterator[Instance]:
        """What every run in [start, to) would do, one object after the other, computed as it is asked for."""
        found = _pipexpr.Instances(self._engine, list(objects), list(fields), optional_millis(start),
                                   optional_millis(to), runs)
        for name, begin, values, report in found:
            _judge(report, errors)
            yield Instance(name, instant(begin), values)

    def frame(self, start: Optional[Time] = None, to: Optional[Time] = None, runs: int = 0,
              objects: Sequence[str] = (), fields: Sequence[str] = (), errors: str = 'raise') -> Any:
        """The instances as a pandas DataFrame: columns `object`, `start` and one for each field."""
        import pandas  # type: ignore[import]
        return pandas.DataFrame([{'object': one.object, 'start': one.start, **one.fields}
                                 for one in self.instances(start, to, runs, objects, fields, errors)])

    def explain(self, object: str, field: str, at: Optional[Time] = None) -> dict[str, Any]:
        """How the value of a field came about: {"complete": ..., "nodes": [...]}, each node before those below it."""
        found: dict[str, Any] = json.loads(self._engine.explain(object, field, optional_millis(at)))
        return found

    def diff(self, other: Definition, runs: int = 0) -> list[Difference]:
        """What `other` evaluates to differently, in so many runs; 0: at the instants where dates are likely to differ."""
        return [Difference(what, name, field, tuple(before), tuple(after))
                for what, name, field, before, after in self._engine.diff(other._engine, runs)]


def _judge(report: str, errors: str) -> None:
    if errors not in ('raise', 'keep'):
        raise ValueError("errors must be 'raise' or 'keep'")
    if report and errors == 'raise':
        raise Error(report.rstrip('\n'))
