"""Random definitions and requests in random order: whatever they are, there is an answer, and none is a failure of the server."""

import json
import os
import random
import unittest

from harness import Postgres, STORE, Server

SEED = int(os.environ.get('PIPEXPR_TEST_SEED', '20121029'))
ROUNDS = int(os.environ.get('PIPEXPR_TEST_ROUNDS', '150'))
IDS = ['Default', 'A', 'B', 'C', 'Hour', 'Data', 'Guard', 'Alarm', 'Machine', 'é', '@A', 'x' * 200]
TYPES = ['Schedule', 'ShellCommandActivity', 'EmrActivity', 'S3DataNode', 'Exists', 'ShellCommandPrecondition', 'SnsAlarm', 'Terminate',
         'Ec2Resource', 'Nothing', '']
TEXTS = ['1 hour', '15 minutes', '0 hours', '-1 day', '1000000 years', '3', '-1', '99999999999999999999', '2024-05-01T00:00:00',
         '0000-00-00T00:00:00', '9999-12-31T23:59:59', '#{myP}', '#{A.name}', '#{node.@status}', '#{output.directoryPath}', '#{1 / 0}',
         '#{myA}#{myA}#{myA}#{myA}', '#{format(@scheduledStartTime, "YYYY")}', '#{', '#{@actualEndTime}', 'group', 'cron', 'ondemand',
         'timeseries', 'CASCADE', 'FIRST_ACTIVATION_DATE_TIME', 'ONDEMAND_ACTIVATION_TIME', 'ONDEMAND_PERIOD', 'a\n\tb', '\U0001f600', '#{*myS}']
REFERENCES = ['schedule', 'dependsOn', 'input', 'output', 'precondition', 'onFail', 'onSuccess', 'onLateAction', 'runsOn', 'parent', 'myRef']
FIELDS = ['period', 'startDateTime', 'endDateTime', 'startAt', 'occurrences', 'scheduleType', 'workerGroup', 'command', 'maximumRetries',
          'retryDelay', 'reportProgressTimeout', 'attemptTimeout', 'lateAfterTimeout', 'maxActiveInstances', 'failureAndRerunMode',
          'directoryPath', 'message', 'subject', 'topicArn', 'role', 'myA', '*myS', 'name', '@status', 'id']


class Random(unittest.TestCase):
    def setUp(self):
        self.postgres = Postgres() if STORE == 'postgresql' else None
        if self.postgres:
            self.addCleanup(self.postgres.stop)
        self.server = Server(store=self.postgres.new_database() if self.postgres else None, signed=False,
                             arguments=('--long-poll', '0', '--clock', 'virtual:2024-05-01T00:00:00', '--log-level', 'error'))
        self.random = random.Random(SEED)
        self.counts = {}

    def call(self, operation, **parameters):
        body = json.dumps(parameters).encode()
        status, _, answer = self.server.http('POST', '/', body, {'X-Amz-Target': 'DataPipeline.' + operation})
        self.assertIn(status, (200, 400), (operation, parameters, answer))
        self.counts[operation, status] = self.counts.get((operation, status), 0) + 1
        return json.loads(answer) if answer else {}

    def field(self):
        if self.random.random() < 0.4:
            return {'key': self.random.choice(REFERENCES), 'refValue': self.random.choice(IDS)}
        return {'key': self.random.choice(FIELDS), 'stringValue': self.random.choice(TEXTS)}

    def objects(self):
        """A pipeline that could run, and then some damage, so that both what works and what does not is tried."""
        def item(identity, kind, *more, **texts):
            return {'id': identity, 'name': identity, 'fields': [{'key': 'type', 'stringValue': kind}, *more, *[
                {'key': key, 'stringValue': text} for key, text in texts.items()]]}

        def to(key, target):
            return {'key': key, 'refValue': target}

        mode = self.random.choice(['cron', 'timeseries', 'ondemand'])
        result = [{'id': 'Default', 'name': 'Default', 'fields': [{'key': 'workerGroup', 'stringValue': 'group'}, to('schedule', 'Hour'),
                                                                  {'key': 'scheduleType', 'stringValue': mode}]},
                  item('Hour', 'Schedule', startDateTime='2024-05-01T00:00:00', period=self.random.choice(['1 hour', '15 minutes', '1 month'])),
                  item('A', 'ShellCommandActivity', to('output', 'Data'), to('onFail', 'Alarm'), command='#{output.directoryPath}'),
                  item('B', 'ShellCommandActivity', to('input', 'Data'), to('precondition', 'Guard'), command='x', lateAfterTimeout='1 hour'),
                  item('Data', 'S3DataNode', directoryPath='s3://b/#{@scheduledStartTime}'),
                  item('Guard', 'ShellCommandPrecondition', command='#{node.name}'),
                  item('Alarm', 'SnsAlarm', topicArn='t', role='r', subject='s', message='#{node.errorMessage}')]
        for _ in range(self.random.randrange(4)):
            self.random.choice(result)['fields'].append(self.field())
        if self.random.random() < 0.3:
            identity = self.random.choice(IDS)
            result.append({'id': identity, 'name': identity, 'fields': [{'key': 'type', 'stringValue': self.random.choice(TYPES)},
                                                                        *[self.field() for _ in range(self.random.randrange(6))]]})
        return result

    def step(self, pipeline, tasks):
        choice = self.random.choice
        ids = self.call('QueryObjects', pipelineId=pipeline, sphere=choice(['COMPONENT', 'INSTANCE', 'ATTEMPT']), limit=20, query={
            'selectors': [{'fieldName': choice(FIELDS + ['@scheduledStartTime', 'parent']), 'operator': {
                'type': choice(['EQ', 'LE', 'GE', 'REF_EQ']), 'values': [choice(TEXTS + IDS)]}}][:self.random.randrange(2)]}).get('ids', [])
        some = self.random.sample(ids, min(len(ids), 3)) or ['none']
        action = self.random.randrange(9)
        if action == 0:
            self.server.advance(by=choice(['10 minutes', '1 hour', '1 day']))
        elif action < 3:
            task = self.call('PollForTask', workerGroup='group').get('taskObject')
            tasks += [task['taskId']] if task else []
        elif action < 5 and tasks:
            self.call('ReportTaskProgress', taskId=choice(tasks), fields=[self.field()])
            self.call('SetTaskStatus', taskId=choice(tasks), taskStatus=choice(['FINISHED', 'FAILED', 'FALSE']), errorId='e',
                      errorMessage=choice(TEXTS) * 500)
        elif action == 5:
            self.call('SetStatus', pipelineId=pipeline, objectIds=some,
                      status=choice(['PAUSE', 'RESUME', 'TRY_CANCEL', 'RERUN', 'MARK_FINISHED', 'NONE']))
        elif action == 6:
            self.call('DescribeObjects', pipelineId=pipeline, objectIds=some, evaluateExpressions=choice([True, False]))
            self.call('EvaluateExpression', pipelineId=pipeline, objectId=some[0], expression=choice(TEXTS))
        elif action == 7:
            self.call('DeactivatePipeline', pipelineId=pipeline, cancelActive=choice([True, False]))
        else:
            self.call('ActivatePipeline', pipelineId=pipeline, startTimestamp=choice([0, 1714521600, 1714600000.5, 253402300799]),
                      parameterValues=[{'id': 'myP', 'stringValue': choice(TEXTS)}][:self.random.randrange(2)])

    def test_random_requests(self):
        for number in range(ROUNDS):
            pipeline = self.call('CreatePipeline', name='random', uniqueId=str(number))['pipelineId']
            parameters = [{'id': 'myP', 'attributes': [{'key': 'type', 'stringValue': 'String'}]},
                          {'id': '*myS', 'attributes': [{'key': 'type', 'stringValue': 'String'}]}]
            values = [{'id': name, 'stringValue': self.random.choice(TEXTS)} for name in ('myP', '*myS')]
            self.call('PutPipelineDefinition', pipelineId=pipeline, pipelineObjects=self.objects(), parameterObjects=parameters,
                      parameterValues=values)
            self.call('ActivatePipeline', pipelineId=pipeline)
            tasks = []
            for _ in range(25):
                self.step(pipeline, tasks)
            self.call('DeletePipeline', pipelineId=pipeline)
        # It was not all refused: pipelines ran, and tasks were done.
        for operation in ('ActivatePipeline', 'SetTaskStatus', 'EvaluateExpression', 'SetStatus'):
            self.assertGreater(self.counts.get((operation, 200), 0), 10, self.counts)
        self.assertEqual(self.server.log_text(), '')
        self.server.stop()


if __name__ == '__main__':
    unittest.main()
