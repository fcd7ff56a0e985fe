"""The package's types by mypy, and what an example may and may not do with it."""

import os
import pathlib

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_types(tmp_path):
    mypy = pytest.importorskip('mypy.api', reason='mypy is not installed')
    example = (ROOT / 'tests/python/typed_example.py').read_text()
    wrong = example.replace('# wrong: ', '')
    (tmp_path / 'wrong.py').write_text(wrong)
    text, errors, _ = mypy.run(['--strict', '--no-incremental', '--cache-dir', os.devnull, str(ROOT / 'src/python/pipexpr'),
                                str(ROOT / 'tests/python/typed_example.py'), str(tmp_path / 'wrong.py')])
    # What the example must not do is found, each on its line, and nothing else.
    want = [f"{tmp_path / 'wrong.py'}:{number}" for number, line in enumerate(wrong.split('\n'), 1) if line.endswith('# refused')]
    found = {line.split(': error:')[0] for line in text.split('\n') if ': error:' in line}
    assert sorted(found) == sorted(want) and not errors, text + errors
