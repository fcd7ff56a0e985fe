"""Pipeline definitions: loading, checking, rendering, explaining and comparing them."""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
import pathlib
from typing import Any, Iterator, Mapping, Optional, Sequence, Union, overload

from . import _pipexpr
from ._error import Error, diagnostics_of
from ._functions import Functions, settings
from ._times import Time, instant


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

    def runs(self, start: Optional[Time] = None, to: Optional[Time] = None, count: int = 0) -> Iterator[Run]:
        """The runs that begin in [start, to), at most `count` of each schedule, or all; computed as they are asked
        for."""
        found = _pipexpr.Runs(self._definition._engine, start, to, count)
        return (Run(name, instant(begin), None if end is None else instant(end)) for name, begin, end in found)


class Definition:
    """A pipeline definition, which does not change. It may be used from any number of threads and pickled.

    >>> d = Definition.load({"objects": [{"id": "In", "filePath": "s3://in/#{format(@scheduledStartTime,'YYYY/MM')}"}]})
    >>> d.render(at='2024-05-24')
    {'In': {'filePath': 's3://in/2024/05'}}
    """

    def __init__(self, text: str, values: Optional[Mapping[str, Union[str, Sequence[str]]]] = None, *,
                 runtime_fields: Optional[Mapping[str, str]] = None, functions: Optional[Functions] = None,
                 limits: Optional[Mapping[str, int]] = None, delimiters: str = 'both') -> None:
        self._options = (dict(values or {}), dict(runtime_fields or {}), functions, dict(limits or {}), delimiters)
        pairs = [(name, one) for name, value in self._options[0].items()
                 for one in ([value] if isinstance(value, str) else value)]
        self._engine = _pipexpr.Definition(text, pairs, list(self._options[1].items()), settings(functions, limits, delimiters))

    @classmethod
    def load(cls, source: Union[str, 'os.PathLike[str]', Mapping[str, Any]],
             values: Optional[Mapping[str, Union[str, Sequence[str]]]] = None, *,
             runtime_fields: Optional[Mapping[str, str]] = None, functions: Optional[Functions] = None,
             limits: Optional[Mapping[str, int]] = None, delimiters: str = 'both') -> Definition:
        """From a file's path, from JSON text, or from a dict. `values` are those of parameters, `runtime_fields` fields
        that every object has at run time, and `functions` what expressions may call; `limits` and `delimiters` are as of an
        Expression."""
        if isinstance(source, Mapping):
            text = json.dumps(source)
        elif isinstance(source, str) and source.lstrip()[:1] in ('{', '['):
            text = source
        else:
            text = pathlib.Path(source).read_text(encoding='utf-8')
        return cls(text, values, runtime_fields=runtime_fields, functions=functions, limits=limits, delimiters=delimiters)

    @property
    def json(self) -> str:
        return self._engine.json

    def __iter__(self) -> Iterator[str]:
        return iter(self._engine.ids())

    def __len__(self) -> int:
        return len(self._engine.ids())

    def __contains__(self, object: str) -> bool:
        return object in self._engine.ids()

    def __repr__(self) -> str:
        return f'<Definition of {len(self)} objects>'

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.json, self._options)

    def parameters(self) -> list[str]:
        """The ids of its parameters."""
        return self._engine.parameters()

    def fields(self, object: str) -> list[str]:
        """The names of an object's fields, its own before those that it inherits."""
        return self._engine.fields(object)

    def check(self) -> list[dict[str, Any]]:
        """The checker's findings; their members are those of `pipexpr check --format json`."""
        found: list[dict[str, Any]] = json.loads(self._engine.check())
        return found

    def schedule(self) -> Schedule:
        return Schedule(self)

    @overload
    def render(self, at: Optional[Time] = ..., objects: Optional[Sequence[str]] = ..., fields: Sequence[str] = ...,
               errors: str = ..., *, runs: None = ...) -> dict[str, dict[str, Any]]: ...

    @overload
    def render(self, at: Optional[Time] = ..., objects: Optional[Sequence[str]] = ..., fields: Sequence[str] = ...,
               errors: str = ..., *, runs: int) -> list[Instance]: ...

    def render(self, at: Optional[Time] = None, objects: Optional[Sequence[str]] = None, fields: Sequence[str] = (),
               errors: str = 'raise', *, runs: Optional[int] = None) -> Union[dict[str, dict[str, Any]], list[Instance]]:
        """All fields of the objects in the run that begins then; secrets show as '********'. With `runs`, the instances
        of so many runs of each schedule, from `at` on; `instances` has more, without keeping all of it.

        A field that has no value raises Error; with errors='keep' it stays as it is written.
        """
        if runs is not None:
            return list(self.instances(at, runs=runs, objects=objects or (), fields=fields, errors=errors))
        chosen = list(self) if objects is None else _names(objects)
        rendered, report, found = _pipexpr.render_at(self._engine, chosen, _names(fields), at)
        _judge(report, found, errors)
        return rendered

    def instances(self, start: Optional[Time] = None, to: Optional[Time] = None, runs: int = 0,
                  objects: Sequence[str] = (), fields: Sequence[str] = (), errors: str = 'raise') -> Iterator[Instance]:
        """What every run in [start, to) would do, one object after the other, computed as it is asked for."""
        found = _pipexpr.Instances(self._engine, _names(objects), _names(fields), start, to, runs)
        _judge('', (), errors)
        return _instances(found, errors)

    def frame(self, start: Optional[Time] = None, to: Optional[Time] = None, runs: int = 0,
              objects: Sequence[str] = (), fields: Sequence[str] = (), errors: str = 'raise') -> Any:
        """The instances as a pandas DataFrame: columns `object`, `start` and one for each field."""
        import pandas  # type: ignore[import]
        return pandas.DataFrame([{'object': one.object, 'start': one.start, **one.fields}
                                 for one in self.instances(start, to, runs, objects, fields, errors)])

    def explain(self, object: str, field: str, at: Optional[Time] = None) -> dict[str, Any]:
        """How the value of a field came about: {"complete": ..., "nodes": [...]}, each node before those below it."""
        found: dict[str, Any] = json.loads(self._engine.explain(object, field, at))
        return found

    def diff(self, other: Definition, runs: int = 0) -> list[Difference]:
        """What `other` evaluates to differently, in so many runs; 0: at the instants where dates are likely to differ."""
        return [Difference(*one) for one in self._engine.diff(other._engine, runs)]


def _again(kind: type[Definition], text: str, options: tuple[Any, ...]) -> Definition:
    values, runtime_fields, functions, limits, delimiters = options
    return kind(text, values, runtime_fields=runtime_fields, functions=functions, limits=limits, delimiters=delimiters)


def _names(names: Sequence[str]) -> list[str]:
    if isinstance(names, str):
        raise TypeError(f"expected a list of names, found the text '{names}'")
    return list(names)


def _instances(found: _pipexpr.Instances, errors: str) -> Iterator[Instance]:
    for name, begin, values, report, why in found:
        _judge(report, why, errors)
        yield Instance(name, instant(begin), values)


def _judge(report: str, found: Any, errors: str) -> None:
    if errors not in ('raise', 'keep'):
        raise ValueError("errors must be 'raise' or 'keep'")
    if report and errors == 'raise':
        raise Error(report.rstrip('\n'), diagnostics_of(found))
