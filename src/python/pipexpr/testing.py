"""For pytest, with `-p pipexpr.testing`: the fixture `pipeline`, and `--pipexpr-check`, which makes a test of every
definition (*.json) that pytest finds: it fails when the checker reports an error."""

from __future__ import annotations

import pathlib
from typing import Any, Callable, Iterator, Optional

import pytest

from ._definition import Definition
from ._error import Error
from ._times import Time


def assert_renders(definition: Definition, at: Optional[Time], expected: dict[str, dict[str, Any]]) -> None:
    """The objects' fields have these values in the run that begins then; what is not named may be anything."""
    rendered = definition.render(at, list(expected), errors='keep')
    found = {name: {field: rendered[name].get(field) for field in fields} for name, fields in expected.items()}
    assert found == expected


@pytest.fixture
def pipeline(request: pytest.FixtureRequest) -> Callable[[str], Definition]:
    """Loads a definition by its path, from the test's own folder."""
    folder = request.path.parent
    return lambda path: Definition.load(folder / path)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup('pipexpr').addoption('--pipexpr-check', action='store_true',
                                         help='check every pipeline definition that is found')


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
