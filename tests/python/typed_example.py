"""A program that a type checker reads with --strict, and what it must refuse."""

import datetime
from typing import Any

import pipexpr


def monthly(path: str) -> dict[str, str]:
    definition = pipexpr.Definition.load(path, {'myBucket': 'orders'})
    functions = pipexpr.Functions()
    functions.add(lambda team: 's3://' + team, 'bucketFor')
    day = pipexpr.Expression("#{format(@scheduledStartTime,'dd')}", definition, 'Copy', functions=functions)
    column: pipexpr.Column = day.evaluate_many(['2024-05-24'], errors='none', fields={'x': 1})
    errors: list[tuple[int, pipexpr.Error]] = column.errors
    value: Any = day.evaluate(datetime.datetime(2024, 5, 24), fields={'x': pipexpr.Ref('Copy')})
    rendered: dict[str, dict[str, Any]] = definition.render(at='2024-05-24')
    several: list[pipexpr.Instance] = definition.render(runs=3)
    starts: list[datetime.datetime] = [run.start for run in definition.schedule().runs(count=2)]
    codes: list[str] = [diagnostic.code for _, error in errors for diagnostic in error.diagnostics]
    # wrong: pipexpr.Expression(1)  # refused
    # wrong: day.evaluate_many(kind=1)  # refused
    # wrong: count: int = definition.render(runs=3)  # refused
    # wrong: definition.diff('other')  # refused
    # wrong: day.evaluate(1.5)  # refused
    return {one.object: str(one.fields) for one in several} | {str(value): str(rendered), str(starts): str(codes)}
