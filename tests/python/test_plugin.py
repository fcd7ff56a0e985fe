"""The plugin for pytest, by pytest's own tester: what passes, what fails, and what a reader sees then."""

import pathlib
import shutil

import pytest

import pipexpr
from pipexpr import testing

EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / 'docs/examples/orders.json'
DAILY = '''{"objects": [
  {"id": "Daily", "type": "Schedule", "period": "1 day", "startDateTime": "2024-05-30T00:00:00", "endDateTime": "2024-06-03T00:00:00"},
  {"id": "Out", "type": "S3DataNode", "schedule": {"ref": "Daily"}, "filePath": "s3://b/#{format(@scheduledStartTime,'%s')}"}]}'''


def run(pytester, *arguments):
    return pytester.runpytest_inprocess('-p', 'pipexpr.testing', '-p', 'no:cacheprovider', *arguments)


def test_check_makes_tests_of_definitions(pytester):
    shutil.copy(EXAMPLE, pytester.path / 'orders.json')
    (pytester.path / 'bad.json').write_text('{"objects": [{"id": "Default", "myDay": "#{minusDay(1, 2)}"}]}')
    (pytester.path / 'broken.json').write_text('{"objects": [')
    (pytester.path / 'other.json').write_text('{"dependencies": {}}')
    done = run(pytester, '--pipexpr-check')
    done.assert_outcomes(passed=1, failed=2)
    done.stdout.fnmatch_lines(["*line 1: unknown function 'minusDay', did you mean 'minusDays'?"])
    run(pytester).assert_outcomes()


def test_fixtures(pytester):
    (pytester.path / 'daily.json').write_text(DAILY % 'YYYY-MM')
    pytester.makepyfile("""
        from pipexpr.testing import assert_renders
        def test_right(pipeline):
            assert_renders(pipeline('daily.json'), '2024-05-30', {'Out': {'filePath': 's3://b/2024-05'}})
        def test_wrong(pipeline):
            assert_renders(pipeline('daily.json'), '2024-05-30', {'Out': {'filePath': 's3://b/2024-06'}})
        def test_missing(pipeline):
            pipeline('nowhere.json')
        def test_month(pipeline, assert_month):
            assert_month(pipeline('daily.json'), '2024-05', ['Out'], ['filePath'])
        """)
    done = run(pytester)
    done.assert_outcomes(passed=1, failed=3)
    done.stdout.fnmatch_lines(['*there is no *test_month-2024-05.txt: --pipexpr-update writes it*'])
    run(pytester, '--pipexpr-update', '-k', 'month').assert_outcomes(passed=1)
    snapshot = pytester.path / 'snapshots/test_month-2024-05.txt'
    assert snapshot.read_text() == '2024-05-30T00:00 Out x2 {"filePath": "s3://b/2024-05"}\n'
    run(pytester, '-k', 'month').assert_outcomes(passed=1)
    (pytester.path / 'daily.json').write_text(DAILY % 'YYYY-MM-dd')
    done = run(pytester, '-k', 'month')
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(['*differs; --pipexpr-update accepts this:', '-2024-05-30T00:00 Out x2 *',
                               '+2024-05-30T00:00 Out {"filePath": "s3://b/2024-05-30"}',
                               '+2024-05-31T00:00 Out {"filePath": "s3://b/2024-05-31"}'])


def test_month_ends_where_the_next_one_begins():
    years = DAILY.replace('2024-05-30', '2024-01-01').replace('2024-06-03', '2026-01-01')
    daily = pipexpr.Definition.load(years % 'YYYY-MM')
    for month, days in [('2024-05', 31), ('2024-12', 31), ('2025-02', 28)]:
        assert testing.month_text(daily, month, ['Out'], ['filePath']) == f'{month}-01T00:00 Out x{days} {{"filePath": "s3://b/{month}"}}\n'
    with pytest.raises(ValueError, match='expected a month'):
        testing.month_text(daily, 'May')
    with pytest.raises(ValueError, match='there are no runs in 2027-05'):
        testing.month_text(daily, '2027-05')
