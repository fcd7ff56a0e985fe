"""What a request costs does not grow with a pipeline's history: 100,000 finished instances, with bounds that only a scan of them breaks."""

import json
import os
import sqlite3
import statistics
import subprocess
import tempfile
import time
import unittest

from harness import Postgres, STORE, Server, field, obj, ref

COUNT = int(os.environ.get('PIPEXPR_TEST_HISTORY', '100000'))
BOUND = 0.1  # seconds; a scan takes several times that, and none is needed


class History(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix='pipexpr-history-')
        cls.postgres = Postgres() if STORE == 'postgresql' else None
        cls.store = cls.postgres.new_database() if cls.postgres else f'sqlite:{cls.folder.name}/store.db'
        arguments = ('--long-poll', '0', '--clock', 'virtual:2030-01-01T00:00:00', '--log-level', 'warning')
        cls.server = Server(store=cls.store, signed=False, arguments=arguments)
        client = cls.server.client()
        cls.pipeline = client.create_pipeline(name='history', uniqueId='1')['pipelineId']
        client.put_pipeline_definition(pipelineId=cls.pipeline, pipelineObjects=[
            obj('Default', schedule=ref('S'), scheduleType='cron', workerGroup='history'),
            obj('S', type='Schedule', startDateTime='2030-01-01T00:00:00', period='15 minutes'),
            obj('A', type='ShellCommandActivity', command='x #{@scheduledStartTime}', output=ref('D')),
            obj('D', type='S3DataNode', directoryPath='s3://b/#{@scheduledStartTime}')])
        client.activate_pipeline(pipelineId=cls.pipeline)
        cls.server.stop(remove=False)
        cls.fill()
        cls.server = Server(store=cls.store, signed=False, arguments=arguments)
        cls.client = cls.server.client()

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        if cls.postgres:
            cls.postgres.stop()
        cls.folder.cleanup()

    @classmethod
    def fill(cls):
        """The instances of years before, as finished ones; by one statement, since the service would take an hour."""
        begin, quarter = f'{1_890_000_000_000 - COUNT * 900_000}', 900_000
        when = ("to_char(to_timestamp(({start}) / 1000) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS')" if cls.postgres
                else "strftime('%Y-%m-%dT%H:%M:%S', ({start}) / 1000, 'unixepoch')")
        start = f'({begin} + n * {quarter})'
        numbers = f'WITH RECURSIVE numbers(n) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT n + 1 FROM numbers WHERE n < {COUNT} - 1) '
        identity, node = ("'@%s_' || " % name + when.format(start=start) for name in 'AD')
        script = [
            'INSERT INTO instances (pipeline, id, component, role, version, activation, status, scheduled_start, scheduled_end, actual_start, '
            f"actual_end, worker_group, max_retries, retry_delay, report_timeout, cascade, attempts, tries) {numbers} SELECT '{cls.pipeline}', "
            f"{identity}, 'A', 'activity', 1, 1, 'FINISHED', {start}, {start} + {quarter}, {start}, {start} + 1000, 'history', 3, 600000, "
            '900000, 0, 1, 0 FROM numbers',
            'INSERT INTO instances (pipeline, id, component, role, version, activation, status, scheduled_start, scheduled_end, actual_start, '
            f"actual_end, max_retries, retry_delay, report_timeout, cascade, attempts, tries) {numbers} SELECT '{cls.pipeline}', {node}, 'D', "
            f"'data_node', 1, 1, 'FINISHED', {start}, {start} + {quarter}, {start}, {start} + 1000, 3, 600000, 900000, 0, 0, 0 FROM numbers",
            f"INSERT INTO edges (pipeline, waiter, waits_for) {numbers} SELECT '{cls.pipeline}', {node}, {identity} FROM numbers",
            'INSERT INTO attempts (pipeline, id, instance, number, task, status, worker_group, ready_at, canceled, actual_start, actual_end) '
            f"{numbers} SELECT '{cls.pipeline}', {identity} || '_Attempt=1', {identity}, 1, 'task' || n, 'FINISHED', 'history', {start}, 0, "
            f'{start}, {start} + 1000 FROM numbers']
        if cls.postgres:
            for statement in script:
                subprocess.run([os.path.join(cls.postgres.bin, 'psql'), '-q', cls.store, '-c', statement], check=True)
            return
        with sqlite3.connect(cls.store[len('sqlite:'):]) as database:
            for statement in script:
                database.execute(statement)
        database.close()

    def median(self, what, times=7):
        taken = []
        for _ in range(times):
            begin = time.monotonic()
            what()
            taken.append(time.monotonic() - begin)
        result = statistics.median(taken)
        print(f'{self.id().rsplit(".", 1)[-1]}: {result * 1000:.1f} ms')
        return result

    def query(self, sphere, *selectors, **more):
        return self.client.query_objects(pipelineId=self.pipeline, sphere=sphere, query={'selectors': [
            {'fieldName': name, 'operator': {'type': kind, 'values': values}} for name, kind, *values in selectors]}, **more)

    def memory(self):
        with open(f'/proc/{self.server.process.pid}/status', encoding='ascii') as file:
            return next(int(line.split()[1]) for line in file if line.startswith('VmRSS'))

    def test_pages(self):
        before = self.memory()
        first = self.query('INSTANCE')
        self.assertEqual((len(first['ids']), first['hasMoreResults']), (100, True))
        seen, marker = set(), ''
        for _ in range(3):
            page = self.query('INSTANCE', limit=1000, marker=marker)
            self.assertEqual(len(page['ids']), 1000)
            self.assertFalse(seen & set(page['ids']))
            seen |= set(page['ids'])
            marker = page['marker']
        self.assertLess(self.median(lambda: self.query('INSTANCE', marker=marker)), BOUND)
        self.assertLess(self.median(lambda: self.query('ATTEMPT')), BOUND)
        self.assertLess(self.memory() - before, 64 * 1024)

    def test_few_of_many(self):
        waiting = self.query('INSTANCE', ('@status', 'EQ', 'WAITING_FOR_RUNNER'))['ids']
        self.assertTrue(0 < len(waiting) <= 5, waiting)
        self.assertLess(self.median(lambda: self.query('INSTANCE', ('@status', 'EQ', 'WAITING_FOR_RUNNER'))), BOUND)
        self.assertLess(self.median(lambda: self.query('INSTANCE', ('@scheduledStartTime', 'GE', '2030-01-01T00:00:00'))), BOUND)
        self.assertLess(self.median(lambda: self.query('INSTANCE', ('@componentParent', 'REF_EQ', 'D'))), BOUND)
        self.assertLess(self.median(lambda: self.query('ATTEMPT', ('@instanceParent', 'REF_EQ', '@A_2030-01-01T00:00:00'))), BOUND)

    def test_runtime_fields_of_others(self):
        [first] = self.query('INSTANCE', ('@componentParent', 'REF_EQ', 'A'), limit=1)['ids']

        def evaluate(expression):
            return self.client.evaluate_expression(pipelineId=self.pipeline, objectId=first, expression=expression)['evaluatedExpression']

        self.assertEqual(evaluate('#{output.@status} #{output.@actualEndTime}'), f'FINISHED {first[-19:-1]}1')
        self.assertLess(self.median(lambda: evaluate('#{output.@status} #{output.@actualEndTime}')), BOUND)

    def test_tasks(self):
        self.server.advance(by='1 hour')
        polled, ended = [], []

        def run():
            begin = time.monotonic()
            task = self.client.poll_for_task(workerGroup='history')['taskObject']
            polled.append(time.monotonic() - begin)
            begin = time.monotonic()
            self.client.set_task_status(taskId=task['taskId'], taskStatus='FINISHED')
            ended.append(time.monotonic() - begin)

        for _ in range(4):
            run()
        print(f'poll {statistics.median(polled) * 1000:.1f} ms, end {statistics.median(ended) * 1000:.1f} ms')
        self.assertLess(statistics.median(polled), BOUND)
        self.assertLess(statistics.median(ended), BOUND)

    def test_put_and_activate(self):
        definition = self.client.get_pipeline_definition(pipelineId=self.pipeline)
        self.assertLess(self.median(lambda: self.client.put_pipeline_definition(
            pipelineId=self.pipeline, pipelineObjects=definition['pipelineObjects'])), BOUND)
        self.assertLess(self.median(lambda: self.client.activate_pipeline(pipelineId=self.pipeline)), BOUND)
        described = self.client.describe_pipelines(pipelineIds=[self.pipeline])['pipelineDescriptionList'][0]
        self.assertEqual(field(described, '@pipelineState'), 'SCHEDULED', json.dumps(described))


if __name__ == '__main__':
    unittest.main()
