"""The Python package: its documentation, its types, errors, and columns against single values."""

import datetime
import doctest
import os
import pathlib
import pickle
import subprocess
import sys
import threading

import numpy
import pytest

import pipexpr
from pipexpr import _definition, _error, _expression, _times

ROOT = pathlib.Path(__file__).resolve().parents[2]
DAY = "#{format(@scheduledStartTime,'YYYY-MM-dd')}"


@pytest.mark.parametrize('module', [pipexpr, _definition, _error, _expression, _times])
def test_docstrings(module):
    found = doctest.testmod(module)
    assert found.attempted > 0 and found.failed == 0


def test_page(monkeypatch):
    monkeypatch.chdir(ROOT)
    found = doctest.testfile(str(ROOT / 'docs/python.md'), module_relative=False)
    assert found.attempted > 15 and found.failed == 0


def test_types():
    mypy = pytest.importorskip('mypy.api', reason='mypy is not installed')
    text, errors, status = mypy.run(['--strict', '--no-incremental', '--cache-dir', os.devnull,
                                     str(ROOT / 'src/python/pipexpr')])
    assert status == 0, text + errors


@pytest.mark.parametrize('time', [
    '2024-05-24T17:00:00', 1716570000000, datetime.datetime(2024, 5, 24, 17),
    datetime.datetime(2024, 5, 24, 19, tzinfo=datetime.timezone(datetime.timedelta(hours=2))),
    numpy.datetime64('2024-05-24T17:00:00'), numpy.int64(1716570000000)])
def test_times(time):
    assert _times.to_millis(time) == 1716570000000
    assert _times.to_column([time, time]).tolist() == [1716570000000] * 2


@pytest.mark.parametrize('time, error', [
    ('yesterday', pipexpr.Error), (None, TypeError), (1.5, TypeError), (True, TypeError),
    (numpy.datetime64('NaT'), ValueError)])
def test_what_is_no_time(time, error):
    with pytest.raises(error):
        _times.to_millis(time)


def test_pandas():
    pandas = pytest.importorskip('pandas')
    starts = pandas.date_range('2024-05-24', periods=3, freq='D', tz='America/New_York')
    want = ['2024-05-24', '2024-05-25', '2024-05-26']
    assert pipexpr.Expression(DAY).evaluate_many(starts).to_list() == want
    assert pipexpr.Expression(DAY).evaluate_many(pandas.Series(starts)).to_list() == want
    assert pipexpr.evaluate(DAY, starts[0]) == want[0]
    frame = pipexpr.Definition.load(ROOT / 'docs/examples/orders.json').frame(
        runs=2, objects=['OrdersTable'], fields=['tableName'])
    assert frame['tableName'].tolist() == ['orders_2024_05'] * 2
    from pipexpr import pandas as accessor
    assert doctest.testmod(accessor).failed == 0
    rows = pandas.DataFrame({'x': [1.0, 0.0]}, index=[7, 9])
    inverse = rows.pipexpr.evaluate('#{1 / x}', kind='number', errors='none')
    assert inverse.index.tolist() == [7, 9] and inverse[7] == 1.0 and numpy.isnan(inverse[9])
    assert rows.pipexpr.evaluate('#{1 + 1}').tolist() == [2, 2]
    prices = pandas.Series([1, 2])
    assert pipexpr.Expression('#{x + 1}').evaluate_many(fields={'x': prices}, kind='integer').to_list() == [2, 3]


def test_values():
    evaluate = pipexpr.evaluate
    assert evaluate('') == '' and evaluate('#{2 * 3}') == 6 and evaluate('#{1 / 4.0}') == 0.25
    assert evaluate('#{@scheduledStartTime}', '2024-01-01') == datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)
    there = evaluate("#{inTimeZone(@scheduledStartTime,'Asia/Kolkata')}", '2024-01-01')
    assert there.utcoffset() == datetime.timedelta(hours=5, minutes=30) and there.hour == 5
    assert evaluate('#{@scheduledStartTime}', 2**60) == str(evaluate('#{@scheduledStartTime}', 2**60))  # beyond Python's years
    assert evaluate('#{x}', fields={'x': None}) is None
    assert evaluate('#{x}', fields={'x': '#{1 + 1}'}) == '#{1 + 1}'
    assert evaluate('a\u00e4\U0001f600') == 'a\u00e4\U0001f600'


def test_columns_are_their_rows():
    starts = numpy.arange('2023-12-25', '2024-03-05', dtype='datetime64[h]')
    for text in [DAY, "#{minusDays(@scheduledStartTime,60)}", 'plain', "#{day(@scheduledStartTime) / (day(@scheduledStartTime) - 3)}"]:
        expression = pipexpr.Expression(text)
        column = expression.evaluate_many(starts, errors='none')
        assert len(column) == len(starts)
        failed = 0
        for start, value in list(zip(starts, column.to_list()))[::13]:
            try:
                one = pipexpr.Expression('<' + text + '>').evaluate(start)[1:-1]
            except pipexpr.Error:
                one, failed = None, failed + 1
            assert value == one
        assert (failed != 0) == (column.failed != 0)


def test_typed_columns():
    x = numpy.array([1.0, 0.0, 4.0])
    column = pipexpr.Expression('#{1 / x}').evaluate_many(fields={'x': x}, kind='number', errors='none')
    assert column.values.tolist() == [1.0, 0.0, 0.25] and column.valid().tolist() == [True, False, True]
    with pytest.raises(pipexpr.Error, match='^row 1: (.|\n)*division by zero'):
        pipexpr.Expression('#{1 / x}').evaluate_many(fields={'x': x}, kind='number')
    names = pipexpr.Expression('#{n}!').evaluate_many(fields={'n': ['a', '\u00e4', '']})
    assert names.to_list() == ['a!', '\u00e4!', '!']
    assert pipexpr.Expression('#{n * 2}').evaluate_many(fields={'n': [1, 2]}).to_list() == ['2', '4']
    times = pipexpr.Expression('#{plusDays(@scheduledStartTime,1)}').evaluate_many(['2024-02-28'], kind='datetime')
    assert times.to_list() == [numpy.datetime64('2024-02-29')]
    kept = column.values
    del column
    assert kept.tolist() == [1.0, 0.0, 0.25]  # the memory lives as long as the array


@pytest.mark.parametrize('arguments, error', [
    ({}, ValueError), ({'starts': ['x']}, pipexpr.Error), ({'starts': [1], 'kind': 'list'}, ValueError),
    ({'starts': [1], 'errors': 'all'}, ValueError), ({'starts': [1], 'fields': {'x': ['a', 'b']}}, pipexpr.Error),
    ({'starts': [1], 'ends': [1, 2]}, pipexpr.Error), ({'fields': {'x': [1, None]}}, TypeError), ({'fields': {'x': numpy.array([2**63], dtype='uint64')}}, TypeError),
    ({'fields': {'x': numpy.zeros((2, 2))}}, ValueError)])
def test_what_is_no_column(arguments, error):
    with pytest.raises(error):
        pipexpr.Expression('a').evaluate_many(**arguments)


def test_definitions():
    given = {'objects': [{'id': 'A', 'size': '#{1 + 1}', 'bad': '#{nothing}', '*key': 'hunter'}]}
    definition = pipexpr.Definition.load(given)
    assert list(definition) == ['A'] and len(definition) == 1
    with pytest.raises(pipexpr.Error, match='nothing'):
        definition.render()
    kept = definition.render(errors='keep')
    assert kept['A']['size'] == '2' and kept['A']['bad'] == '#{nothing}' and kept['A']['*key'] == '********'
    assert definition.explain('A', 'size')['complete'] is True
    with pytest.raises(KeyError):
        definition.render(objects=['B'])
    with pytest.raises(pipexpr.Error):
        pipexpr.Definition.load('{"objects": [')
    with pytest.raises(FileNotFoundError):
        pipexpr.Definition.load('no such file')
    other = pipexpr.Definition.load({'objects': [{'id': 'A', 'size': '3', 'bad': '#{nothing}', '*key': 'hunter'}]})
    found = definition.diff(other)
    assert [(one.what, one.object, one.field, one.before, one.after) for one in found] == [
        ('changed', 'A', 'size', ('2',), ('3',))]


def test_plugin(tmp_path):
    (tmp_path / 'good.json').write_text('{"objects": [{"id": "Default", "myCount": "#{1 + 1}"}]}')
    (tmp_path / 'bad.json').write_text('{"objects": [{"id": "Default", "myDay": "#{minusDay(1, 2)}"}]}')
    (tmp_path / 'other.json').write_text('{"dependencies": {}}')
    (tmp_path / 'test_it.py').write_text(
        "from pipexpr.testing import assert_renders\n"
        "def test_right(pipeline): assert_renders(pipeline('good.json'), None, {'Default': {'myCount': '2'}})\n"
        "def test_wrong(pipeline): assert_renders(pipeline('good.json'), None, {'Default': {'myCount': '3'}})\n")
    done = subprocess.run([sys.executable, '-m', 'pytest', '-q', '-p', 'pipexpr.testing', '-p', 'no:cacheprovider',
                           '--pipexpr-check', str(tmp_path)], capture_output=True, text=True, cwd=tmp_path)
    assert '2 failed, 2 passed' in done.stdout, done.stdout + done.stderr
    assert "unknown function 'minusDay'" in done.stdout


def test_pickles():
    definition = pipexpr.Definition.load(ROOT / 'docs/examples/orders.json')
    expression = pipexpr.Expression('#{tableName}', definition, 'OrdersTable')
    again = pickle.loads(pickle.dumps(expression))
    assert again.evaluate('2024-05-01') == expression.evaluate('2024-05-01') == 'orders_2024_05'
    with pytest.raises(pipexpr.Error) as caught:
        pipexpr.evaluate('#{1 +}')
    error = pickle.loads(pickle.dumps(caught.value))
    assert str(error) == str(caught.value) and error.diagnostics == caught.value.diagnostics


def test_threads():
    expression = pipexpr.Expression(DAY)
    starts = numpy.arange(0, 2_000) * 86_400_000
    want, found = expression.evaluate_many(starts).to_list(), []
    threads = [threading.Thread(target=lambda: found.append(expression.evaluate_many(starts).to_list() == want))
               for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 4


def test_anything_is_a_value_or_an_exception():
    odd = [None, 0, -1, 1.5, 'x', b'x', [], {}, object(), numpy.zeros(0), float('nan'), 2**80, '\ud800', 'a' * 70_000]
    for one in odd:
        for call in (pipexpr.Expression, pipexpr.Definition, pipexpr.Definition.load, pipexpr.evaluate,
                     lambda x: pipexpr.evaluate('#{a}', x), lambda x: pipexpr.evaluate('#{a}', fields={'a': x}),
                     lambda x: pipexpr.evaluate('#{a}', fields=x), lambda x: pipexpr.Expression('a', x),
                     lambda x: pipexpr.Expression('#{a}').evaluate_many(x),
                     lambda x: pipexpr.Expression('#{a}').evaluate_many(fields={'a': x}),
                     lambda x: pipexpr.Expression('#{a}').evaluate_many(['2024-01-01'], x)):
            try:
                call(one)
            except Exception as error:  # noqa: any exception is an answer; a crash is none
                assert not isinstance(error, SystemError), error
