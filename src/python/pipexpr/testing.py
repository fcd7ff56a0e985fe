"""For pytest, with `-p pipexpr.testing`, which an installed package does by itself: the fixtures `pipeline` and
`assert_month`, and `--pipexpr-check`, which makes a test of every definition (*.json) that pytest finds: it fails when
the checker reports an error."""

from __future__ import annotations

import difflib
import itertools
import json
import pathlib
import re
from typing import Any, Callable, Iterator, Optional, Sequence

import pytest

from ._definition import Definition, Instance
from ._error import Error
from ._times import Time

_LINES_SHOWN = 20


def assert_renders(definition: Definition, at: Optional[Time], expected: dict[str, dict[str, Any]]) -> None:
    """The objects' fields have these values in the run that begins then; what is not named may be anything."""
    rendered = definition.render(at, list(expected), errors='keep')
    found = {name: {field: rendered[name].get(field) for field in fields} for name, fields in expected.items()}
    assert found == expected


def month_text(definition: Definition, month: str, objects: Sequence[str] = (), fields: Sequence[str] = ()) -> str:
    """The instances of a month such as '2024-05', a line each: start, object and fields as JSON. Those that follow each
    other, but for other objects between them, and have equal fields, are one line with their number."""
    match = re.fullmatch(r'(\d{4})-(\d\d)', month)
    if match is None:
        raise ValueError(f"expected a month such as '2024-05', found {month!r}")
    year, number = int(match[1]), int(match[2])
    after = f'{year + number // 12:04}-{number % 12 + 1:02}-01'
    lines: list[tuple[Instance, str, int]] = []
    last: dict[str, int] = {}
    for one in definition.instances(f'{month}-01', after, objects=objects, fields=fields):
        shown = json.dumps(one.fields, ensure_ascii=False)
        at = last.get(one.object)
        if at is not None and lines[at][1] == shown:
            lines[at] = (*lines[at][:2], lines[at][2] + 1)
        else:
            last[one.object] = len(lines)
            lines.append((one, shown, 1))
    if not lines:
        raise ValueError(f'there are no runs in {month}')  # a snapshot of nothing would hold for ever
    return ''.join(f"{one.start:%Y-%m-%dT%H:%M} {one.object}{'' if count == 1 else f' x{count}'} {shown}\n"
                   for one, shown, count in lines)


@pytest.fixture
def pipeline(request: pytest.FixtureRequest) -> Callable[..., Definition]:
    """Loads a definition by its path, from the test's own folder; parameters' values and all else as Definition.load."""
    folder = request.path.parent
    return lambda path, *more, **named: Definition.load(folder / path, *more, **named)


@pytest.fixture
def assert_month(request: pytest.FixtureRequest) -> Callable[..., None]:
    """assert_month(definition, '2024-05', objects=(), fields=()): the month's instances are those that the file
    `snapshots/<test>-<month>.txt` holds, beside the test; `--pipexpr-update` writes it."""
    name = re.sub(r'[^\w.-]+', '_', request.node.name)
    folder = request.path.parent / 'snapshots'
    update = request.config.getoption('--pipexpr-update')

    def check(definition: Definition, month: str, objects: Sequence[str] = (), fields: Sequence[str] = ()) -> None:
        found = month_text(definition, month, objects, fields)
        path = folder / f'{name}-{month}.txt'
        if update:
            folder.mkdir(exist_ok=True)
            path.write_text(found, encoding='utf-8')
            return
        if not path.is_file():
            pytest.fail(f'there is no {path}: --pipexpr-update writes it', pytrace=False)
        expected = path.read_text(encoding='utf-8')
        if found != expected:
            changes = difflib.unified_diff(expected.splitlines(), found.splitlines(), 'snapshot', 'now', n=0, lineterm='')
            shown = list(itertools.islice(changes, _LINES_SHOWN + 1))
            more = '\n...' if len(shown) > _LINES_SHOWN else ''
            pytest.fail(f"{path} differs; --pipexpr-update accepts this:\n" + '\n'.join(shown[:_LINES_SHOWN]) + more,
                        pytrace=False)

    return check


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup('pipexpr')
    group.addoption('--pipexpr-check', action='store_true', help='check every pipeline definition that is found')
    group.addoption('--pipexpr-update', action='store_true', help='write the snapshots of assert_month anew')


def pytest_collect_file(file_path: pathlib.Path, parent: pytest.Collector) -> Optional[pytest.File]:
    if file_path.suffix != '.json' or not parent.config.getoption('--pipexpr-check'):
        return None
    text = file_path.read_text(encoding='utf-8', errors='replace')
    if '"objects"' not in text and '"pipelineObjects"' not in text:
        return None
    made: pytest.File = DefinitionFile.from_parent(parent, path=file_path)
    return made


class DefinitionFile(pytest.File):
    def collect(self) -> Iterator[pytest.Item]:
        yield CheckItem.from_parent(self, name='check')


class CheckItem(pytest.Item):
    def runtest(self) -> None:
        findings = Definition.load(self.path).check()
        errors = [f"line {one['line']}: {one['message']}" for one in findings if one['severity'] == 'error']
        if errors:
            raise Error('\n'.join(errors))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        return str(excinfo.value)

    def reportinfo(self) -> tuple[pathlib.Path, Optional[int], str]:
        return self.path, None, f'pipexpr check {self.path.name}'
