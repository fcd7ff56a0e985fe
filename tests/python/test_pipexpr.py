"""The Python package: its documentation, its types, errors, and columns against single values."""

import concurrent.futures
import datetime
import doctest
import multiprocessing
import pathlib
import pickle
import subprocess
import sys
import threading
import time

import numpy
import pytest

import pipexpr
from pipexpr import _columns, _definition, _error, _expression, _functions, _times, _values

ROOT = pathlib.Path(__file__).resolve().parents[2]
DAY = "#{format(@scheduledStartTime,'YYYY-MM-dd')}"


@pytest.mark.parametrize('module', [
    pipexpr, _columns, _definition, _error, _expression, _functions, _times, _values])
def test_docstrings(module):
    found = doctest.testmod(module)
    assert found.attempted > 0 and found.failed == 0


def test_page(monkeypatch):
    monkeypatch.chdir(ROOT)
    found = doctest.testfile(str(ROOT / 'docs/python.md'), module_relative=False)
    assert found.attempted > 15 and found.failed == 0


def test_readme(monkeypatch):
    pandas = pytest.importorskip('pandas')
    monkeypatch.chdir(ROOT)
    lines = (ROOT / 'README.md').read_text().split('From Python')[1].split('```python\n')[1].split('```')[0].strip().split('\n')
    assert len(lines) == 5
    names = {'pipexpr': pipexpr, 'frame': pandas.DataFrame({'start': pandas.to_datetime(['2024-05-24'])})}
    exec(lines[0], names)
    assert repr(eval(lines[1], names)) == lines[1].split('# ')[1]
    assert eval(lines[2], names) == ['s3://b/2024-05-23.csv']
    exec(lines[3], names)
    assert set(eval(lines[4], names)) == set(names['orders'])


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
    ({'starts': [1], 'ends': [1, 2]}, pipexpr.Error), ({'fields': {'x': [1, 'a']}}, TypeError),
    ({'fields': {'x': numpy.array([2**63], dtype='uint64')}}, OverflowError), ({'fields': {'x': [2**63]}}, OverflowError),
    ({'fields': {'x': {1, 2}}}, TypeError), ({'fields': {'x': [b'a']}}, TypeError), ({'fields': {'x': [1.0, float('inf')]}}, ValueError),
    ({'starts': '2024-01-01'}, TypeError), ({'starts': [1], 'errors': 'text', 'kind': 'number'}, ValueError),
    ({'starts': numpy.array(['3000000000-01-01'], dtype='datetime64[Y]')}, OverflowError), ({'ends': [1], 'fields': {'x': [1]}}, ValueError),

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


def test_missing_values_of_columns_are_unset():
    twice = pipexpr.Expression('#{x}')
    nan = float('nan')
    for column in ([1.5, None], [1.5, nan], numpy.array([1.5, nan]), numpy.ma.array([1.5, 2.0], mask=[False, True]), (1.5, None)):
        assert twice.evaluate_many(fields={'x': column}).to_list() == ['1.5', '']
        made = pipexpr.Expression('#{x + 1}').evaluate_many(fields={'x': column}, errors='none', kind='number')
        assert made.to_list() == [2.5, None] and made.errors[0][1].diagnostics[0].code == 'E308'
    assert twice.evaluate_many(fields={'x': ['a', None]}).to_list() == ['a', '']
    assert twice.evaluate_many(fields={'x': [True, None, numpy.bool_(False)]}).to_list() == ['true', '', 'false']
    assert twice.evaluate_many(fields={'x': numpy.array(['2024-05-24', 'NaT'], dtype='datetime64[D]')}).to_list() == [
        '2024-05-24T00:00:00', '']
    assert twice.evaluate_many(fields={'x': [2**53 + 1, None]}).to_list() == [str(2**53 + 1), '']
    pandas = pytest.importorskip('pandas')
    assert twice.evaluate_many(fields={'x': pandas.Series([1, None], dtype='Int64')}).to_list() == ['1', '']
    assert twice.evaluate_many(fields={'x': pandas.Series(['a', None], dtype='string')}).to_list() == ['a', '']
    assert twice.evaluate_many(fields={'x': pandas.Series(['a', 'b', 'a'], dtype='category')}).to_list() == ['a', 'b', 'a']
    missing = pandas.Series(pandas.to_datetime(['2024-05-24', None], utc=True))
    days = pipexpr.Expression(DAY).evaluate_many(missing, errors='none')
    assert days.to_list() == ['2024-05-24', None] and days.failed == 1
    assert days.to_numpy().tolist() == ['2024-05-24', None]


def test_errors_as_texts():
    column = pipexpr.Expression('<#{1 / x}>').evaluate_many(fields={'x': [0, 4.0, 0]}, errors='text')
    assert column.to_list() == ['error[E402]: division by zero', '<0.25>', 'error[E402]: division by zero']
    assert column.failed == 0 and column.errors == [] and column.valid().all()


def test_fields_for_all_rows_and_of_runs():
    text = "#{team}/#{@status}/#{format(since,'YYYY')}/#{size}"
    expression = pipexpr.Expression(text)
    fields = {'team': ['a', 'b'], 'since': datetime.date(2020, 1, 1), 'size': numpy.int64(3)}
    run = {'@status': 'FINISHED'}
    column = expression.evaluate_many([0, 0], fields=fields, run_fields=run)
    assert column.to_list() == ['a/FINISHED/2020/3', 'b/FINISHED/2020/3']
    assert expression.evaluate(0, fields={**fields, 'team': 'a'}, run_fields=run) == 'a/FINISHED/2020/3'
    assert pipexpr.evaluate('#{x}', fields={'x': [1, 'a']}) == [1, 'a']
    assert pipexpr.evaluate('#{x}', fields={'x': pipexpr.Period(2, 'days')}) == pipexpr.Period(2, 'days')
    assert pipexpr.Expression('#{x}').evaluate_many([0], fields={'x': True}, kind='boolean').to_list() == [True]
    with pytest.raises(OverflowError):
        pipexpr.evaluate('#{x}', fields={'x': 2**63})
    with pytest.raises(ValueError, match='finite'):
        pipexpr.evaluate('#{x}', fields={'x': float('nan')})
    with pytest.raises(ValueError, match='a run must have a start'):
        pipexpr.Expression('').evaluate(attempt=1)


def test_functions():
    functions = pipexpr.Functions()
    asked = []

    @functions.add
    def look(name: str, size: int = 2, *more: float) -> list:
        asked.append((name, size, more))
        if name == 'refused':
            raise ValueError('no such name')
        if name == 'broken':
            raise KeyError(name)
        return [name, size]

    @functions.add
    def again(text: str) -> str:
        return pipexpr.evaluate(text, 0)  # while this thread's evaluator is at work

    expression = pipexpr.Expression("#{look(x)}", functions=functions)
    assert expression.evaluate(fields={'x': 'a'}) == ['a', 2] and asked == [('a', 2, ())]
    assert pipexpr.evaluate("#{look('a', 3, 1, 2.5)}", functions=functions) == ['a', 3] and asked[-1] == ('a', 3, (1.0, 2.5))
    for name, message, cause in [('refused', 'no such name', type(None)), ('broken', "KeyError: 'broken'", KeyError)]:
        with pytest.raises(pipexpr.Error, match=message) as caught:
            expression.evaluate(fields={'x': name})
        assert isinstance(caught.value.__cause__, cause)
    column = expression.evaluate_many(fields={'x': ['a', 'broken', 'b']}, errors='none')
    assert column.to_list() == ['["a", "2"]', None, '["b", "2"]'] or column.to_list() == ['["a", 2]', None, '["b", 2]']
    assert isinstance(column.errors[0][1].__cause__, KeyError)
    inner = pipexpr.Expression("<#{again(x)}>", functions=functions)
    assert inner.evaluate(0, fields={'x': DAY}) == '<1970-01-01>'

    @functions.add
    def stop() -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pipexpr.evaluate('#{stop()}', functions=functions)
    with pytest.raises(KeyboardInterrupt):
        pipexpr.Expression('#{stop()}', functions=functions).evaluate_many([0])
    with pytest.raises(pipexpr.Error, match='there is one of that name'):
        functions.add(stop)
    with pytest.raises(TypeError, match='cannot be given by its position'):
        functions.add(lambda *, x: x, 'keyword')
    with pytest.raises(TypeError):
        functions.add(1)
    definition = pipexpr.Definition({'objects': [{'id': 'A', 'x': "#{again('1')}"}]} and
                                    '{"objects": [{"id": "A", "x": "#{again(\'1\')}"}]}', functions=functions)
    assert definition.render() == {'A': {'x': '1'}}


def helper(team: str) -> str:
    return 's3://' + team


def test_functions_pickle():
    functions = pipexpr.Functions()
    functions.add(helper)
    expression = pickle.loads(pickle.dumps(pipexpr.Expression("#{helper('a')}", functions=functions)))
    assert expression.evaluate() == 's3://a'


def test_graphs():
    graph = pipexpr.Graph({'Base': {'root': 's3://#{myBucket}'}, 'In': {'parent': pipexpr.Ref('Base'), 'n': 2},
                           'Copy': {'input': pipexpr.Ref('In'), 'when': datetime.datetime(2024, 5, 24), 'all': ['a', '#{1}']}},
                          {'myBucket': 'b'})
    def value(text):
        return pipexpr.evaluate(text, definition=graph, object='Copy')
    assert value('#{input.root}') == 's3://b' and value('#{input.n + 1}') == 3 and value('#{all}') == ['a', '1']
    assert value('#{year(when)}') == 2024 and value('#{input}') == pipexpr.Ref('In')
    with pytest.raises(pipexpr.Error, match="has no field 'rot'"):
        value('#{input.rot}')
    again = pickle.loads(pickle.dumps(graph))
    assert pipexpr.evaluate('#{input.root}', definition=again, object='Copy') == 's3://b'
    with pytest.raises(KeyError):
        pipexpr.Graph({'A': {'x': pipexpr.Ref('B')}})
    ring = pipexpr.Graph({'A': {'parent': pipexpr.Ref('A')}})
    with pytest.raises(pipexpr.Error):
        pipexpr.evaluate('#{x}', definition=ring, object='A')


def test_renderings():
    orders = pipexpr.Definition.load(ROOT / 'docs/examples/orders.json')
    found = orders.render(runs=2, objects=['OrdersTable'], fields=['tableName'])
    assert [(one.object, one.start.hour, one.fields) for one in found] == [
        ('OrdersTable', hour, {'tableName': 'orders_2024_05'}) for hour in (0, 1)]
    broken = pipexpr.Definition.load({'objects': [{'id': 'A', 'x': '#{nothing}'}]})
    with pytest.raises(pipexpr.Error) as caught:
        broken.render()
    assert [one.code for one in caught.value.diagnostics] == ['E501'] or caught.value.diagnostics[0].code.startswith('E5')
    with pytest.raises(TypeError, match='list of names'):
        orders.render(objects='OrdersTable')
    with pytest.raises(KeyError):
        orders.instances(runs=1, objects=['Nowhere'])
    endless = orders.schedule().runs()
    assert next(endless).start.year == 2024
    assert 'OrdersTable' in orders and 'myLogs' not in orders and 'tableName' in orders.fields('OrdersTable')
    with pytest.raises(ValueError):
        list(orders.schedule().runs(count=-1))


def test_interrupted():
    # A signal ends a column that takes longer.
    code = ("import pipexpr, numpy, os, signal, threading\n"
            "threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()\n"
            "starts = numpy.zeros(30_000_000, dtype='int64')\n"
            "try:\n    pipexpr.Expression(\"#{format(@scheduledStartTime,'YYYY')}\").evaluate_many(starts)\n"
            "except KeyboardInterrupt:\n    print('interrupted')\n")
    done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, timeout=60)
    assert done.stdout == 'interrupted\n', done.stderr


def test_far_objects_are_refused():
    # What is made without its constructor, and what another interpreter of the process would share.
    bare = pipexpr.Expression.__new__(pipexpr.Expression)
    with pytest.raises(TypeError):
        bare.evaluate()
    with pytest.raises(TypeError):
        bare.names()
    code = ("import pipexpr, _xxsubinterpreters as many\n"
            "one = many.create()\n"
            "try: many.run_string(one, 'import pipexpr')\n"
            "except many.RunFailedError: print('refused')\n")
    done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ('refused\n', 0), done.stderr


def test_an_iterator_shared_by_threads():
    orders = pipexpr.Definition.load(ROOT / 'docs/examples/orders.json')
    shared = pipexpr._pipexpr.Instances(orders._engine, [], [], None, None, 20)
    found, refused = [], []

    def take():
        while True:
            try:
                found.append(next(shared))
            except StopIteration:
                return
            except ValueError as error:
                refused.append(str(error))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == len(list(orders.instances(runs=20))) and set(refused) <= {'another thread is using this iterator'}


def test_values_that_change_what_holds_them():
    class Clears:
        def __index__(self):
            fields.clear()
            return 7
    fields = {'x': Clears(), 'y': Clears(), 'z': 'text'}
    assert pipexpr.evaluate('#{x}#{y}#{z}', fields=fields) == '77text'


def test_other_processes():
    day = pipexpr.Expression(DAY)
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context('fork')) as pool:
        assert list(pool.map(day.evaluate, ['2024-05-24', 86_400_000])) == ['2024-05-24', '1970-01-02']


def test_functions_that_evaluate_and_wait():
    functions = pipexpr.Functions()

    @functions.add
    def down(n: int) -> int:
        time.sleep(0)
        return pipexpr.evaluate(f'#{{down({n - 1})}}', functions=functions) + 1 if n > 0 else 0

    assert pipexpr.evaluate('#{down(20)}', functions=functions) == 20
    with pytest.raises(pipexpr.Error):
        pipexpr.evaluate('#{down(100000)}', functions=functions)
    expression = pipexpr.Expression('#{down(n)}', functions=functions)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        columns = pool.map(lambda _: expression.evaluate_many(fields={'n': [0, 1, 2] * 20}).to_list(), range(8))
    assert all(column == ['0', '1', '2'] * 20 for column in columns)
