"""What has ended keeps the definition by which it ran, after another one has been activated."""

import contextlib
import os
import sqlite3
import tempfile
import unittest

from harness import STORE, Server, ServerTest, field, obj, ref

AT = '_2024-05-01T00:00:00'


def definition(text, name='A'):
    return [obj('Default', scheduleType='ondemand', workerGroup='v', maximumRetries='2', retryDelay='1 minute'),
            obj('In', type='S3DataNode', filePath=f's3://b/{text}'),
            obj('A', name, type='ShellCommandActivity', command=f'{text} #{{input.filePath}}', input=ref('In'))]


class Versions(ServerTest):
    arguments = ('--long-poll', '0', '--clock', 'virtual:2024-05-01T00:00:00')
    signed = False

    def described(self, pipeline, identity, evaluate=True):
        return self.client.describe_objects(pipelineId=pipeline, objectIds=[identity], evaluateExpressions=evaluate)['pipelineObjects'][0]

    def seen(self, pipeline, identity):
        item = self.described(pipeline, identity)
        asked = self.client.evaluate_expression(pipelineId=pipeline, objectId=identity, expression='#{command}')['evaluatedExpression']
        self.assertEqual(field(item, 'command'), asked)
        return field(item, '@version'), item['name'], asked

    def edit(self, pipeline, text, name='A'):
        result = self.client.put_pipeline_definition(pipelineId=pipeline, pipelineObjects=definition(text, name))
        self.assertFalse(result['errored'], result)
        self.client.activate_pipeline(pipelineId=pipeline)

    def end(self, status):
        task = self.poll('v')
        self.client.set_task_status(taskId=task['taskId'], taskStatus=status)
        return field(task['objects'][task['attemptId']], 'command'), task['attemptId']

    def test_attempts_and_instances(self):
        pipeline = self.new_pipeline(definition('one', 'First'), activate=True)
        instance = '@A' + AT
        first, second, third = (f'{instance}_Attempt={number}' for number in (1, 2, 3))
        self.assertEqual(self.end('FAILED'), ('one s3://b/one', first))
        # What waits, its attempt too, takes the definition that is activated; what has ended keeps its own.
        self.client.deactivate_pipeline(pipelineId=pipeline)
        self.edit(pipeline, 'two', 'Second')
        self.assertEqual(self.seen(pipeline, first), ('1', f'@First{AT}_Attempt=1', 'one s3://b/one'))
        self.assertEqual(self.seen(pipeline, instance), ('2', f'@Second{AT}', 'two s3://b/two'))
        self.assertEqual(self.end('FINISHED')[0], 'two s3://b/two')
        self.edit(pipeline, 'three', 'Third')
        self.assertEqual([self.seen(pipeline, each) for each in (first, instance)],
                         [('1', f'@First{AT}_Attempt=1', 'one s3://b/one'), ('2', f'@Second{AT}', 'two s3://b/two')])
        # Conditions compare what DescribeObjects shows.
        for name, found in ((f'@Second{AT}', [instance]), (f'@Third{AT}', [])):
            query = {'selectors': [{'fieldName': 'name', 'operator': {'type': 'EQ', 'values': [name]}}]}
            self.assertEqual(self.client.query_objects(pipelineId=pipeline, sphere='INSTANCE', query=query)['ids'], found)
        query = {'selectors': [{'fieldName': 'name', 'operator': {'type': 'EQ', 'values': [f'@First{AT}_Attempt=1']}}]}
        self.assertEqual(self.client.query_objects(pipelineId=pipeline, sphere='ATTEMPT', query=query)['ids'], [first])
        # A rerun takes the active definition, and leaves its earlier attempts theirs.
        self.client.set_status(pipelineId=pipeline, objectIds=[instance], status='RERUN')
        self.assertEqual(self.seen(pipeline, instance), ('3', f'@Third{AT}', 'three s3://b/three'))
        self.assertEqual([self.seen(pipeline, each)[2] for each in (second, third)], ['one s3://b/one', 'two s3://b/two'])
        # Definitions that attempts ran by stay although newer ones are put.
        for number in range(3):
            self.client.deactivate_pipeline(pipelineId=pipeline)
            self.edit(pipeline, f'later{number}')
        self.assertEqual(self.seen(pipeline, first)[2], 'one s3://b/one')

    def test_a_running_attempt_goes_on_by_its_own(self):
        pipeline = self.new_pipeline(definition('one'), activate=True)
        task = self.poll('v')
        result = self.client.put_pipeline_definition(pipelineId=pipeline, pipelineObjects=definition('two'))
        self.assertFalse(result['errored'], result)
        self.client.deactivate_pipeline(pipelineId=pipeline, cancelActive=False)
        self.client.set_task_status(taskId=task['taskId'], taskStatus='FAILED')
        self.client.activate_pipeline(pipelineId=pipeline)
        self.assertEqual(self.seen(pipeline, task['attemptId'])[::2], ('1', 'one s3://b/one'))
        self.assertEqual(self.end('FINISHED')[0], 'two s3://b/two')
        self.assertEqual(self.seen(pipeline, task['attemptId'])[::2], ('1', 'one s3://b/one'))


@unittest.skipIf(STORE != 'sqlite', 'the test writes into the file')
class Migrated(unittest.TestCase):
    def test_attempts_of_before_have_their_instances_version(self):
        folder = tempfile.mkdtemp(prefix='pipexpr-versions-')
        path = os.path.join(folder, 'store.db')
        arguments = ('--long-poll', '0', '--clock', 'virtual:2024-05-01T00:00:00')
        server = Server(store='sqlite:' + path, signed=False, arguments=arguments)
        client = server.client()
        pipeline = client.create_pipeline(name='m', uniqueId='m')['pipelineId']
        client.put_pipeline_definition(pipelineId=pipeline, pipelineObjects=definition('one'))
        client.activate_pipeline(pipelineId=pipeline)
        task = client.poll_for_task(workerGroup='v')['taskObject']
        client.set_task_status(taskId=task['taskId'], taskStatus='FINISHED')
        server.stop(remove=False)
        with contextlib.closing(sqlite3.connect(path)) as store:  # as the last release left it
            store.executescript('DROP INDEX attempts_by_version; ALTER TABLE attempts DROP COLUMN version; '
                                'ALTER TABLE attempts DROP COLUMN activation; UPDATE pipexpr_schema SET version = 3;')
        server = Server(store='sqlite:' + path, signed=False, arguments=arguments)
        [described] = server.client().describe_objects(pipelineId=pipeline, objectIds=[task['attemptId']], evaluateExpressions=True)['pipelineObjects']
        self.assertEqual((field(described, '@version'), field(described, 'command')), ('1', 'one s3://b/one'))
        server.stop(remove=False)
        with contextlib.closing(sqlite3.connect(path)) as store:
            self.assertEqual(store.execute('SELECT version, activation FROM attempts').fetchall(), [(1, 1)])


if __name__ == '__main__':
    unittest.main()
