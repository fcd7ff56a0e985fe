"""What people's scripts ask, by the unmodified aws command, at every moment of a run: defined, activated, waiting, running, failed, rerun, finished."""

import json
import re
import subprocess
import unittest

from harness import KEY, REGION, SECRET, ServerTest, field, obj, ref, tool

AT = '_2024-05-01T00:00:00'


class Moments(ServerTest):
    arguments = ('--long-poll', '0', '--clock', 'virtual:2024-05-01T00:00:00')
    signed = False

    def aws(self, *words):
        environment = {'PATH': '/usr/bin:/bin', 'HOME': self.server.folder, 'AWS_ACCESS_KEY_ID': KEY, 'AWS_SECRET_ACCESS_KEY': SECRET,
                       'AWS_DEFAULT_REGION': REGION, 'AWS_PAGER': '', 'LC_ALL': 'C.UTF-8'}
        done = subprocess.run([tool('aws', 'awscli'), 'datapipeline', '--endpoint-url', self.server.url, *words], capture_output=True,
                              text=True, env=environment, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ''), words)
        return done.stdout

    def seen(self, pipeline, expected, state='SCHEDULED'):
        """The states that list-runs, describe-objects and query-objects show, which are the same."""
        self.listed(pipeline, expected, state)
        query = json.dumps({'selectors': [{'fieldName': '@scheduledStartTime', 'operator': {'type': 'EQ', 'values': [AT[1:]]}}]})
        found = json.loads(self.aws('query-objects', '--pipeline-id', pipeline, '--sphere', 'INSTANCE', '--objects-query', query))
        ids = sorted('@' + name + AT for name in expected)
        self.assertEqual(sorted(found['ids']), ids)
        if not ids:
            return
        described = json.loads(self.aws('describe-objects', '--pipeline-id', pipeline, '--object-ids', *ids))['pipelineObjects']
        self.assertEqual({item['id']: field(item, '@status') for item in described}, {'@' + name + AT: s for name, s in expected.items()})
        for status in set(expected.values()):
            query = {'selectors': [{'fieldName': '@status', 'operator': {'type': 'EQ', 'values': [status]}}]}
            found = self.client.query_objects(pipelineId=pipeline, sphere='INSTANCE', query=query)
            self.assertEqual(sorted(found['ids']), sorted('@' + name + AT for name, s in expected.items() if s == status))

    def listed(self, pipeline, expected, state='SCHEDULED'):
        """The rows of list-runs, and the pipeline's state."""
        self.assertEqual(self.state(pipeline), state)
        # Without an interval it asks for runs of the last four days, by the wall's clock.
        table = self.aws('list-runs', '--pipeline-id', pipeline, '--start-interval', '2024-04-30T00:00:00,2024-05-02T00:00:00')
        rows = re.findall(r'^ +\d+\. +(\S+) +(\S+) +([A-Z_]+) *\n +(@\S+) +(\S+)', table, re.MULTILINE)
        self.assertEqual({name: status for name, _, status, _, _ in rows}, expected, table)
        for name, _, _, identity, started in rows:
            self.assertEqual((identity, started), ('@' + name + AT, AT[1:]), table)

    def state(self, pipeline):
        return field(self.client.describe_pipelines(pipelineIds=[pipeline])['pipelineDescriptionList'][0], '@pipelineState')

    def take(self, group='moments'):
        task = self.poll(group)['taskId']
        self.client.report_task_progress(taskId=task)
        return task

    def test_a_run(self):
        pipeline = self.new_pipeline([
            obj('Default', schedule=ref('S'), scheduleType='cron', workerGroup='moments', maximumRetries='0'),
            obj('S', type='Schedule', startDateTime=AT[1:], period='1 day', occurrences='1'),
            obj('A', type='ShellCommandActivity', command='x'), obj('B', type='ShellCommandActivity', command='y', dependsOn=ref('A'))])
        self.seen(pipeline, {}, 'PENDING')
        self.aws('activate-pipeline', '--pipeline-id', pipeline)
        self.seen(pipeline, {'A': 'WAITING_FOR_RUNNER', 'B': 'WAITING_ON_DEPENDENCIES'})
        task = self.take()
        self.seen(pipeline, {'A': 'RUNNING', 'B': 'WAITING_ON_DEPENDENCIES'})
        self.client.set_task_status(taskId=task, taskStatus='FAILED')
        self.seen(pipeline, {'A': 'FAILED', 'B': 'WAITING_ON_DEPENDENCIES'})
        self.aws('set-status', '--pipeline-id', pipeline, '--object-ids', '@A' + AT, '--status', 'RERUN')
        self.seen(pipeline, {'A': 'WAITING_FOR_RUNNER', 'B': 'WAITING_ON_DEPENDENCIES'})
        for _ in range(2):
            self.client.set_task_status(taskId=self.take(), taskStatus='FINISHED')
        self.seen(pipeline, {'A': 'FINISHED', 'B': 'FINISHED'}, 'FINISHED')
        # After the end, too.
        self.aws('set-status', '--pipeline-id', pipeline, '--object-ids', '@B' + AT, '--status', 'RERUN')
        self.seen(pipeline, {'A': 'FINISHED', 'B': 'WAITING_FOR_RUNNER'})
        self.client.set_task_status(taskId=self.take(), taskStatus='FINISHED')
        self.seen(pipeline, {'A': 'FINISHED', 'B': 'FINISHED'}, 'FINISHED')

    def test_a_resource(self):
        """What runs on a resource is rerun by rerunning that."""
        pipeline = self.new_pipeline([
            obj('Default', schedule=ref('S'), scheduleType='cron', maximumRetries='0'),
            obj('S', type='Schedule', startDateTime=AT[1:], period='1 day', occurrences='1'),
            obj('Machine', type='Ec2Resource', role='r', resourceRole='i'),
            obj('A', type='ShellCommandActivity', command='x', runsOn=ref('Machine')),
            obj('B', type='ShellCommandActivity', command='y', runsOn=ref('Machine'), dependsOn=ref('A'))])
        group = f'resource:{pipeline}_@Machine{AT}'
        self.aws('activate-pipeline', '--pipeline-id', pipeline)
        self.listed(pipeline, {'A': 'WAITING_FOR_RUNNER', 'B': 'WAITING_ON_DEPENDENCIES', 'Machine': 'CREATING'})
        task = self.take(group)
        self.listed(pipeline, {'A': 'RUNNING', 'B': 'WAITING_ON_DEPENDENCIES', 'Machine': 'RUNNING'})
        self.client.set_task_status(taskId=task, taskStatus='FAILED')
        self.listed(pipeline, {'A': 'FAILED', 'B': 'WAITING_ON_DEPENDENCIES', 'Machine': 'RUNNING'})
        self.aws('set-status', '--pipeline-id', pipeline, '--object-ids', '@Machine' + AT, '--status', 'RERUN')
        self.listed(pipeline, {'A': 'WAITING_FOR_RUNNER', 'B': 'WAITING_ON_DEPENDENCIES', 'Machine': 'CREATING'})
        for _ in range(2):
            self.client.set_task_status(taskId=self.take(group), taskStatus='FINISHED')
        self.listed(pipeline, {'A': 'FINISHED', 'B': 'FINISHED', 'Machine': 'FINISHED'}, 'FINISHED')
        self.aws('set-status', '--pipeline-id', pipeline, '--object-ids', '@Machine' + AT, '--status', 'RERUN')
        self.listed(pipeline, {'A': 'WAITING_FOR_RUNNER', 'B': 'WAITING_ON_DEPENDENCIES', 'Machine': 'CREATING'})


if __name__ == '__main__':
    unittest.main()
