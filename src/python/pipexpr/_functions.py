"""Functions that expressions may call, written in Python."""

from __future__ import annotations

import datetime
import inspect
import typing
from typing import Any, Callable, Mapping, Optional, Sequence, Union

from . import _pipexpr
from ._values import Period, Ref

_KINDS: Mapping[Any, str] = {
    str: 'string', int: 'integer', float: 'number', bool: 'boolean', datetime.datetime: 'datetime', Period: 'period',
    Ref: 'reference', list: 'list', Any: 'any', inspect.Parameter.empty: 'any'}


class Functions:
    """The functions of the service, or none, and those that are added.

    The annotations say what arguments are converted to and what the result must be: str, int, float, bool, datetime,
    Period, Ref, list, or anything. A ValueError refuses a call; other exceptions become the cause of the Error. What
    is compiled already keeps the functions that it has. They pickle when the functions do.

    >>> functions = Functions()
    >>> @functions.add
    ... def bucketFor(team: str, size: int = 2) -> str:
    ...     return 's3://' + team[:size]
    >>> from pipexpr import Expression
    >>> Expression("#{bucketFor('orders')}/in", functions=functions).evaluate()
    's3://or/in'
    """

    def __init__(self, standard: bool = True) -> None:
        self._engine = _pipexpr.Functions(standard)
        self._standard = standard
        self._added: list[tuple[Callable[..., Any], str, bool, bool]] = []

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self._standard, self._added)

    def add(self, function: Callable[..., Any], name: Optional[str] = None, pure: bool = False,
            replace: bool = False) -> Callable[..., Any]:
        """Adds the function, and returns it. One that is pure gives the same for the same arguments, and may be called
        while an expression is compiled; `replace` puts it in the place of those with its name."""
        signature = inspect.signature(function)
        hints = _hints(function)
        parameters = []
        variadic = False
        for parameter in signature.parameters.values():
            if parameter.kind == inspect.Parameter.VAR_POSITIONAL:
                variadic = True
            elif parameter.kind not in (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD):
                raise TypeError(f"parameter '{parameter.name}' cannot be given by its position")
            given = parameter.default is not inspect.Parameter.empty
            parameters.append((parameter.name, _kind(hints.get(parameter.name, parameter.empty)), given,
                               parameter.default if given else None))
        called = function.__name__ if name is None else name
        self._engine.add(called, parameters, variadic, _kind(hints.get('return', Any)),
                         (inspect.getdoc(function) or '').split('\n')[0], pure, function, replace)
        self._added.append((function, called, pure, replace))
        return function


def _hints(function: Callable[..., Any]) -> Mapping[str, Any]:
    try:
        return typing.get_type_hints(function)
    except (TypeError, AttributeError):  # what has no annotations of its own, such as a partial function
        return {}


def _kind(annotation: Any) -> str:
    origin = typing.get_origin(annotation)
    if origin is not None:
        annotation = list if origin is not Union and isinstance(origin, type) and issubclass(origin, Sequence) else Any
    try:
        return _KINDS[annotation]
    except (KeyError, TypeError):
        raise TypeError(f'{annotation!r} is no type of values of expressions') from None


def _again(standard: bool, added: list[tuple[Callable[..., Any], str, bool, bool]]) -> Functions:
    functions = Functions(standard)
    for one in added:
        functions.add(*one)
    return functions


def settings(functions: Optional[Functions], limits: Optional[Mapping[str, int]], delimiters: str = 'both',
             unset_runtime: str = 'error', transitive_runtime_fields: bool = False) -> _pipexpr.Settings:
    """How texts are compiled and evaluated."""
    return _pipexpr.Settings(None if functions is None else functions._engine, list((limits or {}).items()), delimiters, unset_runtime,
                             transitive_runtime_fields)
