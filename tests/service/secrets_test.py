"""Secrets of definitions: none is in an answer that refuses a definition, and none in the log, whatever was put since."""

import unittest

import botocore.exceptions

from harness import ServerTest, field, obj, ref

AT = '_2024-05-01T00:00:00'
SECRET = 'Zx9secretQ'
TYPED = ('maxActiveInstances', 'maximumRetries', 'retryDelay', 'attemptTimeout', 'lateAfterTimeout', 'reportProgressTimeout', 'stage',
         'scheduleType', 'failureAndRerunMode')


def definition(password, group='g', **more):
    return [obj('Default', scheduleType='ondemand', workerGroup=group, maximumRetries='0', maxActiveInstances='2', onFail=ref('Alarm')),
            obj('A', type='ShellCommandActivity', command='x', **{'*password': password, **more}),
            obj('Alarm', type='SnsAlarm', role='r', topicArn='t', subject='#{node.errorId}', message='#{node.errorMessage}')]


class Refused(ServerTest):
    signed = False

    def refusals(self, objects, secret=SECRET):
        """What PutPipelineDefinition, ValidatePipelineDefinition and ActivatePipeline say against it."""
        given = {'pipelineObjects': objects, 'parameterObjects': [{'id': '*myS', 'attributes': [{'key': 'type', 'stringValue': 'String'}]}],
                 'parameterValues': [{'id': '*myS', 'stringValue': secret}]}
        pipeline = self.new_pipeline()
        answers = [self.client.put_pipeline_definition(pipelineId=pipeline, **given)]
        answers.append(self.client.validate_pipeline_definition(pipelineId=pipeline, **given))
        said = [text for answer in answers for issue in answer['validationErrors'] + answer['validationWarnings']
                for text in issue.get('errors', []) + issue.get('warnings', [])]
        try:
            self.client.activate_pipeline(pipelineId=pipeline)
        except botocore.exceptions.ClientError as error:
            said.append(error.response['Error']['Message'])
        return said

    def test_a_field_of_a_type(self):
        for name in TYPED:
            for text in ('#{*myS}', "#{*myS + '!'}"):
                with self.subTest(name, text=text):
                    said = self.refusals([obj('Default', scheduleType='ondemand', workerGroup='g'),
                                          obj('A', type='ShellCommandActivity', command='x', **{name: text})])
                    self.assertTrue(any("found '********'" in line for line in said), said)
                    self.assertNotIn(SECRET, str(said))

    def test_a_value_that_is_made_of_a_secret(self):
        said = self.refusals([obj('Default', scheduleType='ondemand', workerGroup='g'),
                              obj('A', type='ShellCommandActivity', command='x', maximumRetries='#{*myS * 1.5}')], secret='77')
        self.assertIn("'maximumRetries': 'maximumRetries' must be an integer, found '********'", said)
        self.assertNotIn('115', str(said))

    def test_a_schedule(self):
        for name, text in {'period': "must be a period such as '1 hour'", 'occurrences': 'an integer', 'startDateTime': 'literal datetime',
                           'endDateTime': 'literal datetime'}.items():
            with self.subTest(name):
                hour = {'period': '1 hour', 'startDateTime': '2024-05-01T00:00:00', name: '#{*myS}'}
                said = self.refusals([obj('Default', schedule=ref('S'), workerGroup='g'), obj('S', type='Schedule', **hour),
                                      obj('A', type='ShellCommandActivity', command='x')])
                self.assertTrue(any(text in line for line in said), said)
                self.assertNotIn(SECRET, str(said))


class Logged(ServerTest):
    arguments = ('--long-poll', '0', '--clock', 'virtual:2024-05-01T00:00:00')
    signed = False

    def put(self, pipeline, objects):
        self.assertFalse(self.client.put_pipeline_definition(pipelineId=pipeline, pipelineObjects=objects)['errored'])

    def lines(self, pipeline):
        found = []
        for event, keys in (('attempt_failed', ('object', 'error', 'why')), ('instance_failed', ('object', 'error', 'why')),
                            ('alarm', ('node', 'subject', 'message'))):
            found += [tuple(line[key] for key in keys) for line in self.server.log_lines(event) if line['pipeline'] == pipeline]
        return found

    def test_the_secret_of_the_attempt_that_failed(self):
        """It is that of the definition by which the attempt ran, and of the active one, of which it is a part here."""
        pipeline = self.new_pipeline(definition('pa55word'), activate=True)
        task = self.poll('g')
        self.put(pipeline, definition('pa55word-new'))
        self.client.activate_pipeline(pipelineId=pipeline)
        self.client.set_task_status(taskId=task['taskId'], taskStatus='FAILED', errorId='E-pa55word',
                                    errorMessage='neither pa55word nor pa55word-new')
        masked = ('E-********', 'neither ******** nor ********')
        self.assertEqual(self.lines(pipeline), [(f'@A{AT}_Attempt=1', *masked), (f'@A{AT}', *masked), (f'@A{AT}', *masked)])
        self.assertEqual([(alarm['subject'], alarm['message']) for alarm in self.server.alarms(pipeline)],
                         [('E-pa55word', 'neither pa55word nor pa55word-new')])

    def test_a_parameter_that_the_activation_replaced(self):
        parameters = [{'id': '*myS', 'attributes': [{'key': 'type', 'stringValue': 'String'}]}]
        pipeline = self.new_pipeline([obj('Default', scheduleType='ondemand', workerGroup='p', maximumRetries='0', maxActiveInstances='2'),
                                      obj('A', type='ShellCommandActivity', command='x #{*myS}')], parameters=parameters,
                                     values=[{'id': '*myS', 'stringValue': 'before444'}], activate=True)
        task = self.poll('p')
        self.client.activate_pipeline(pipelineId=pipeline, parameterValues=[{'id': '*myS', 'stringValue': 'after555'}])
        self.client.set_task_status(taskId=task['taskId'], taskStatus='FAILED', errorId='before444', errorMessage='before444, after555')
        self.assertEqual(self.lines(pipeline), [(f'@A{AT}_Attempt=1', '********', '********, ********'), (f'@A{AT}', '********', '********, ********')])

    def test_the_two_of_an_instance_that_was_retried(self):
        pipeline = self.new_pipeline(definition('first-pw', 'r', maximumRetries='1', retryDelay='2 minutes'), activate=True)
        task = self.poll('r')
        self.put(pipeline, definition('second-pw', 'r', maximumRetries='1', retryDelay='2 minutes'))
        self.client.activate_pipeline(pipelineId=pipeline)
        self.client.set_task_status(taskId=task['taskId'], taskStatus='FAILED', errorMessage='first-pw')
        self.server.advance(by='2 minutes')
        tasks = [self.poll('r') for _ in range(2)]
        task = next(task for task in tasks if task['attemptId'] == f'@A{AT}_Attempt=2')
        self.assertEqual(field(task['objects'][task['attemptId']], '*password'), 'second-pw')
        self.client.set_task_status(taskId=task['taskId'], taskStatus='FAILED', errorMessage='second-pw, no more first-pw')
        self.assertEqual([line[2] for line in self.lines(pipeline)],
                         ['********'] + 3 * ['********, no more ********'])


if __name__ == '__main__':
    unittest.main()
