"""Fields that only the service sets: written in a definition they have no effect, and no runner can replace a definition's own."""

import unittest

from harness import ServerTest, field, obj, ref

AT = '_2024-05-01T00:00:00'


def values(item, name):
    return [one.get('stringValue', one.get('refValue')) for one in item['fields'] if one['key'] == name]


class Written(ServerTest):
    arguments = ('--long-poll', '0', '--clock', 'virtual:2024-05-01T00:00:00')
    signed = False

    def describe(self, pipeline, *ids, evaluate=False):
        return self.client.describe_objects(pipelineId=pipeline, objectIds=list(ids), evaluateExpressions=evaluate)['pipelineObjects']

    def evaluate(self, pipeline, item, expression):
        return self.client.evaluate_expression(pipelineId=pipeline, objectId=item, expression=expression)['evaluatedExpression']

    def events(self, event, pipeline):
        return [line for line in self.server.log_lines(event) if line['pipeline'] == pipeline]


class Definition(Written):
    objects = [
        obj('Default', scheduleType='ondemand', workerGroup='u', maximumRetries='0', errorId='Default'),
        obj('A', type='ShellCommandActivity', command='#{@status} #{@pipelineId} #{@scheduledStartTime}', onFail=ref('N'), errorMessage='mine',
            **{'@status': 'USER', '@pipelineId': 'df-1', '@scheduledStartTime': '2001-01-01T00:00:00', '@version': '99', '@mine': 'x'}),
        obj('N', type='SnsAlarm', role='r', topicArn='t', subject='#{node.@status}', message='#{node.errorMessage} #{@version}',
            **{'@version': '98'})]

    def test_the_services_values_count(self):
        pipeline = self.client.create_pipeline(name='written', uniqueId='written')['pipelineId']
        said = self.client.put_pipeline_definition(pipelineId=pipeline, pipelineObjects=self.objects)
        self.assertFalse(said['errored'])
        warnings = {one['id']: one['warnings'] for one in said['validationWarnings']}
        self.assertEqual(warnings['A'][0].split(': ', 1)[1].split(':')[0], "only the service sets 'errorMessage', '@status', "
                         "'@pipelineId', '@scheduledStartTime', '@version' and '@mine'", warnings)
        self.assertEqual(set(warnings) & {'Default', 'A', 'N'}, {'Default', 'A', 'N'})
        self.assertEqual(self.client.validate_pipeline_definition(pipelineId=pipeline, pipelineObjects=self.objects)['validationWarnings'],
                         said['validationWarnings'])
        self.client.activate_pipeline(pipelineId=pipeline)
        for evaluated in (False, True):
            component, instance = self.describe(pipeline, 'A', '@A' + AT, evaluate=evaluated)
            for item, status in ((component, 'SCHEDULED'), (instance, 'WAITING_FOR_RUNNER')):
                shown = {name: values(item, name) for name in ('@status', '@pipelineId', '@version', '@mine', 'errorMessage', 'errorId')}
                self.assertEqual(shown, {'@status': [status], '@pipelineId': [pipeline], '@version': ['1'], '@mine': [], 'errorMessage': [],
                                         'errorId': []})
                names = [one['key'] for one in item['fields']]
                self.assertEqual(sorted(names), sorted(set(names)))
        self.assertEqual(self.evaluate(pipeline, '@A' + AT, '#{@status} #{errorMessage} #{@scheduledStartTime}'),
                         'WAITING_FOR_RUNNER null 2024-05-01T00:00:00')
        task = self.poll('u')
        item = task['objects'][f'@A{AT}_Attempt=1']
        self.assertEqual((values(item, 'command'), values(item, '@status'), values(item, 'errorMessage'), values(item, '@mine')),
                         ([f'RUNNING {pipeline} 2024-05-01T00:00:00'], ['RUNNING'], [], []))
        self.client.set_task_status(taskId=task['taskId'], taskStatus='FAILED', errorMessage='theirs')
        self.assertEqual([(one['subject'], one['message']) for one in self.server.alarms(pipeline)], [('FAILED', 'theirs 1')])
        put = self.client.get_pipeline_definition(pipelineId=pipeline)['pipelineObjects']
        self.assertEqual(field(next(one for one in put if one['id'] == 'A'), '@status'), 'USER')  # as it was put

    def test_what_counts_is_a_number(self):
        pipeline = self.new_pipeline([obj('Default', scheduleType='ondemand', workerGroup='n'),
                                      obj('A', type='ShellCommandActivity', command='try #{@attemptCount + 1} of #{@triesLeft + @attemptCount}')],
                                     activate=True)
        item = next(iter(self.poll('n')['objects'].values()))
        self.assertEqual(values(item, 'command'), ['try 2 of 4'])
        self.assertEqual(self.evaluate(pipeline, '@A' + AT, "#{@attemptCount + 1} #{'' + @attemptCount} #{@version + 1}"), '2 1 11')


class Reported(Written):
    def test_a_definitions_fields_stay(self):
        pipeline = self.new_pipeline([
            obj('Default', scheduleType='ondemand', workerGroup='r', maximumRetries='0'),
            obj('A', type='ShellCommandActivity', command='mine', onFail=ref('N')),
            obj('N', type='SnsAlarm', role='r', topicArn='t', subject='s', message='#{node.command} #{node.attemptStatus}')], activate=True)
        task = self.poll('r')
        attempt = f'@A{AT}_Attempt=1'
        reported = {'command': 'theirs', 'parent': 'N', 'workerGroup': 'other', 'type': 'CopyActivity', 'name': 'n', 'id': 'i', 'myOwn': 'new',
                    'attemptStatus': 'half'}
        self.client.report_task_progress(taskId=task['taskId'], fields=[{'key': key, 'stringValue': text} for key, text in reported.items()])
        for item in self.describe(pipeline, attempt, evaluate=True) + self.describe(pipeline, attempt):
            self.assertEqual({name: values(item, name) for name in reported},
                             {'command': ['mine'], 'parent': ['A'], 'workerGroup': ['r'], 'type': ['ShellCommandActivity'], 'name': [], 'id': [],
                              'myOwn': ['new'], 'attemptStatus': ['half']})
        self.assertEqual(self.evaluate(pipeline, attempt, '#{command} #{workerGroup} #{parent} #{myOwn}'), 'mine r A new')
        self.client.set_task_status(taskId=task['taskId'], taskStatus='FAILED')
        self.assertEqual([one['message'] for one in self.server.alarms(pipeline)], ['mine half'])

    def test_a_success_has_no_errors(self):
        pipeline = self.new_pipeline([obj('Default', scheduleType='ondemand', workerGroup='e'),
                                      obj('A', type='ShellCommandActivity', command='true')], activate=True)
        task = self.poll('e')
        names = ('errorId', 'errorMessage', 'errorStackTrace', 'cancellationReason')
        self.client.report_task_progress(taskId=task['taskId'], fields=[{'key': name, 'stringValue': 'only a report'} for name in names])
        self.client.set_task_status(taskId=task['taskId'], taskStatus='FINISHED')
        for item in self.describe(pipeline, '@A' + AT, f'@A{AT}_Attempt=1'):
            self.assertEqual([values(item, name) for name in ('@status', *names)], [['FINISHED'], [], [], [], []])


class Secrets(Written):
    def test_what_a_runner_reports_in_secret(self):
        pipeline = self.new_pipeline([obj('Default', scheduleType='ondemand', workerGroup='s', maximumRetries='0'),
                                      obj('A', type='ShellCommandActivity', command='x', onFail=ref('N')),
                                      obj('N', type='SnsAlarm', role='r', topicArn='t', subject='s', message='#{node.errorMessage}')], activate=True)
        task = self.poll('s')
        self.client.report_task_progress(taskId=task['taskId'], fields=[{'key': '*token', 'stringValue': 't0ken-of-a-run'}])
        self.client.set_task_status(taskId=task['taskId'], taskStatus='FAILED', errorId='Oops', errorMessage='t0ken-of-a-run was refused')
        self.assertEqual([one['message'] for one in self.server.alarms(pipeline)], ['t0ken-of-a-run was refused'])
        for event in ('attempt_failed', 'instance_failed'):
            self.assertEqual([one['why'] for one in self.events(event, pipeline)], ['******** was refused'])
        self.assertEqual([one['message'] for one in self.events('alarm', pipeline)], ['******** was refused'])
        self.assertNotIn('t0ken', self.server.log_text())

    def test_secrets_too_short_to_be_found(self):
        """The text that one takes part in is hidden as a whole."""
        pipeline = self.new_pipeline([
            obj('Default', scheduleType='ondemand', workerGroup='p', maximumRetries='0'),
            obj('A', type='ShellCommandActivity', command='x', onFail=ref('N'), **{'*pin': '77', '*made': "#{'8' + '9'}"}),
            obj('N', type='SnsAlarm', role='r', topicArn='7', subject='77 is no secret', message='pin #{node.*pin}, #{node.*made}')], activate=True)
        self.client.set_task_status(taskId=self.poll('p')['taskId'], taskStatus='FAILED')
        self.assertEqual([one['message'] for one in self.server.alarms(pipeline)], ['pin 77, 89'])
        self.assertEqual([one['message'] for one in self.events('alarm', pipeline)], ['********'])


if __name__ == '__main__':
    unittest.main()
