"""Dask on a real cluster of two processes: the same rows as one process has, also when a worker is killed."""

import os
import pathlib
import signal
import time

import pytest

import pipexpr

distributed = pytest.importorskip('distributed', reason='python3-distributed is not installed')
dataframe = pytest.importorskip('dask.dataframe', reason='python3-dask is not installed')
pandas = pytest.importorskip('pandas')

import pipexpr.dask  # noqa: E402
import pipexpr.pandas  # noqa: E402

ORDERS = pipexpr.Definition.load(pathlib.Path(__file__).resolve().parents[2] / 'docs/examples/orders.json')
DAY = "s3://b/#{team}/#{format(minusDays(@scheduledStartTime,1),'YYYY-MM-dd')}.csv"


@pytest.fixture(scope='module')
def client():
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host='127.0.0.1',
                                  silence_logs=50) as cluster, distributed.Client(cluster) as found:
        yield found


def rows(count):
    starts = pandas.to_datetime('2024-01-01') + pandas.to_timedelta(range(count), unit='h')
    return pandas.DataFrame({'start': starts, 'team': [f't{i % 7}' for i in range(count)], 'unused': 1.5})


def test_documentation():
    import doctest
    found = doctest.testmod(pipexpr.dask)
    assert found.attempted > 0 and found.failed == 0


def test_expressions_are_those_of_one_process(client):
    frame = rows(50_000)
    parts = dataframe.from_pandas(frame, npartitions=8)
    want = frame.pipexpr.evaluate(DAY, start='start')
    found = pipexpr.dask.evaluate(parts, DAY, start='start').compute()
    pandas.testing.assert_series_equal(found, want)
    number = pipexpr.dask.evaluate(parts, '#{unused * 2}', kind='number')
    assert number.dtype == 'float64' and number.sum().compute() == 3.0 * len(frame)
    workers = client.scheduler_info()['workers']
    assert len(workers) == 2 and len({worker['id'] for worker in workers.values()}) == 2


def test_fields_of_a_definition(client):
    frame = rows(2_000)
    path = pipexpr.Expression('#{output.directoryPath}', ORDERS, 'CleanTheOrders')
    found = pipexpr.dask.evaluate(dataframe.from_pandas(frame, npartitions=3), path, start='start').compute()
    pandas.testing.assert_series_equal(found, frame.pipexpr.evaluate(path, start='start'))


def test_renderings_are_those_of_one_process(client):
    names = ['OrdersTable', 'CleanTheOrders']
    found = pipexpr.dask.render(ORDERS, '2024-05-01', '2024-06-01', names, partitions=7)
    computed = found.compute()
    want = ORDERS.frame('2024-05-01', '2024-06-01', objects=names)
    assert len(computed) == len(want) == 2 * 744
    for name in want.columns:
        # A field that an object does not have is None here and NaN there.
        assert computed[name].where(computed[name].notna(), None).tolist() == want[name].where(want[name].notna(), None).tolist(), name
    assert [name for name in computed.columns if computed[name].notna().any()] == [
        name for name in computed.columns if name in set(want.columns)]


def test_errors_arrive(client):
    parts = dataframe.from_pandas(rows(100), npartitions=2)
    with pytest.raises(pipexpr.Error, match="^row 0: (.|\n)*'nothing'") as caught:
        pipexpr.dask.evaluate(parts, '#{nothing}', start='start').compute()
    assert caught.value.diagnostics[0].code.startswith('E5')


def slow(frame, expression, folder):
    (pathlib.Path(folder) / f'{os.getpid()}-{frame.index[0]}').touch()
    time.sleep(0.2)
    return frame.pipexpr.evaluate(expression, start='start')


def test_a_worker_that_is_killed_loses_nothing(client, tmp_path):
    frame = rows(4_000)
    parts = dataframe.from_pandas(frame, npartitions=20)
    expression = pipexpr.Expression(DAY)
    running = client.compute(parts.map_partitions(slow, expression, str(tmp_path), meta=(None, 'object')))
    deadline = time.monotonic() + 30
    while len(list(tmp_path.iterdir())) < 6 and time.monotonic() < deadline:
        time.sleep(0.05)
    begun = list(tmp_path.iterdir())
    victim = int(begun[0].name.split('-')[0])
    os.kill(victim, signal.SIGKILL)
    pandas.testing.assert_series_equal(running.result(timeout=120), frame.pipexpr.evaluate(expression, start='start'))
    pids = {int(path.name.split('-')[0]) for path in tmp_path.iterdir()}
    assert victim in pids and len(pids) == 3, 'another process has taken the place of the killed one'
