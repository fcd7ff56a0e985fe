"""What a runtime field without a value is in a run, as --unset-runtime says: in every operation that evaluates, and in alarms."""

import subprocess
import unittest

from harness import BINARY, ServerTest, field, obj, ref

AT = '_2024-05-01T00:00:00'
TEXT = '#{1 + 1} #{@actualEndTime} #{node.errorMessage}'


class Unset(ServerTest):
    """The default, null, as the service was seen to write it."""
    arguments = ('--long-poll', '0', '--clock', 'virtual:2024-05-01T00:00:00')
    signed = False
    alarm = f'@A{AT} null 2024-05-01T00:00:00'
    command = 'echo null'
    evaluated = 'null of 2'

    def test_everywhere(self):
        pipeline = self.new_pipeline([
            obj('Default', scheduleType='ondemand', workerGroup='u', maximumRetries='0'),
            obj('A', type='ShellCommandActivity', command='echo #{@scheduledEndTime}', onFail=ref('N')),
            obj('N', type='SnsAlarm', role='r', topicArn='t', subject='s', message='#{node.@id} #{node.errorMessage} #{@scheduledStartTime}')])
        # A component is in no run: there it is an error, whatever is chosen.
        self.assert_error('InvalidRequestException', self.client.evaluate_expression, pipelineId=pipeline, objectId='A', expression='#{@actualEndTime}')
        self.client.activate_pipeline(pipelineId=pipeline)
        self.assertEqual(self.evaluate(pipeline), self.evaluated)
        described = self.client.describe_objects(pipelineId=pipeline, objectIds=['@A' + AT], evaluateExpressions=True)['pipelineObjects'][0]
        self.assertEqual(field(described, 'command'), self.command or 'echo #{@scheduledEndTime}')
        task = self.poll('u')
        if self.command is None:
            self.assertIsNone(task)  # what has no value is not handed out
        else:
            self.assertEqual(field(task['objects'][f'@A{AT}_Attempt=1'], 'command'), self.command)
            self.client.set_task_status(taskId=task['taskId'], taskStatus='FAILED')
        self.assertEqual([one['message'] for one in self.server.alarms(pipeline)], [self.alarm])

    def evaluate(self, pipeline):
        return self.client.evaluate_expression(pipelineId=pipeline, objectId='@A' + AT, expression='#{@actualEndTime} of #{1 + 1}')['evaluatedExpression']


class Computed(ServerTest):
    """What is computed with the `null` of a runtime field, and what clients and alarms are told of it."""
    arguments = Unset.arguments
    signed = False

    def test_the_field_is_named(self):
        pipeline = self.new_pipeline([
            obj('Default', scheduleType='ondemand', workerGroup='u', maximumRetries='0'),
            obj('A', type='ShellCommandActivity', command='echo #{format(@actualEndTime, "YYYY")}', onFail=ref('N')),
            obj('N', type='SnsAlarm', role='r', topicArn='t', subject='#{format(@actualEndTime, "YYYY")}', message='#{node.errorMessage}')],
            activate=True)
        self.assertIsNone(self.poll('u'))
        said = ("E504: runtime field '@actualEndTime' of '%s' has no value here: the service sets it while the pipeline runs, and 'null', which "
                'stands for it until then, cannot be used here; read it only where the service has set it by then, or not at all (at byte %d)')
        [alarm] = self.server.alarms(pipeline)
        self.assertEqual(alarm['message'].split(' (')[0], (said % ('A', 0)).split(' (')[0])
        self.assertTrue(alarm['message'].endswith(" (in field 'command' of 'A', at byte 14)"), alarm)
        self.assertTrue(alarm['subject'].endswith(" (in field 'subject' of 'N', at byte 9)"), alarm)
        self.assertEqual(alarm['subject'].split(' (')[0], 'cannot be rendered: ' + (said % ('N', 0)).split(' (')[0])
        self.assert_error('InvalidRequestException', self.client.evaluate_expression, pipelineId=pipeline, objectId='@A' + AT,
                          expression="#{minusDays(@finishedTime, 1) + @healthStatus * 2}", message=None)
        failed = self.client.describe_objects(pipelineId=pipeline, objectIds=['@A' + AT])['pipelineObjects'][0]
        self.assertEqual((field(failed, 'errorId'), field(failed, 'errorMessage')), ('EvaluationFailed', alarm['message']))

    def test_no_client_is_told_of_options(self):
        pipeline = self.new_pipeline([obj('Default', scheduleType='ondemand'), obj('A', type='ShellCommandActivity', command='x', workerGroup='v')])
        for expression, message in (
                ('#{@scheduledStartTime}', "E504: runtime field '@scheduledStartTime' of 'A' has no value here: no run was given; "
                                           'evaluate it on an instance or attempt (at byte 2)'),
                ('#{@headAttempt}', "E504: runtime field '@headAttempt' of 'A' has no value here: the service sets it while the pipeline runs; "
                                    'evaluate it on an instance or attempt that has one (at byte 2)'),
                ('#{' + '(' * 100 + '1' + ')' * 100 + '}', 'E603: the expression is nested deeper than the limit max_nesting = 64 (at byte 67)')):
            self.assert_error('InvalidRequestException', self.client.evaluate_expression, pipelineId=pipeline, objectId='A', expression=expression,
                              message=message)


class Empty(Unset):
    arguments = (*Unset.arguments, '--unset-runtime', 'empty')
    alarm = f'@A{AT}  2024-05-01T00:00:00'
    command = 'echo '
    evaluated = ' of 2'


class Keep(Unset):
    arguments = (*Unset.arguments, '--unset-runtime', 'keep')
    alarm = f'@A{AT} #{{node.errorMessage}} 2024-05-01T00:00:00'
    command = 'echo #{@scheduledEndTime}'
    evaluated = '#{@actualEndTime} of 2'

    def test_what_stays_is_not_blamed(self):
        pipeline = self.new_pipeline([obj('Default', scheduleType='ondemand', workerGroup='k'), obj('A', type='ShellCommandActivity', command='x')], activate=True)
        self.assert_error('InvalidRequestException', self.client.evaluate_expression, pipelineId=pipeline, objectId='@A' + AT,
                          expression='#{@finishedTime} #{nope}', message="E502: there is no field, parameter or object 'nope' (at byte 19)")


class Error(Unset):
    arguments = (*Unset.arguments, '--unset-runtime', 'error')
    command = None
    evaluated = ("E504: runtime field '@actualEndTime' of 'A' has no value here: the service sets it while the pipeline runs; "
                 'evaluate it on an instance or attempt that has one (at byte 2)')

    @property
    def alarm(self):
        return self.server.alarms(self.pipeline)[0]['message']

    def evaluate(self, pipeline):
        self.pipeline = pipeline
        try:
            return super().evaluate(pipeline)
        except self.client.exceptions.InvalidRequestException as error:
            return error.response['Error']['Message']


class Words(unittest.TestCase):
    def test_another_word(self):
        done = subprocess.run([BINARY, 'serve', '--unset-runtime', 'nil'], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (2, ''))
        self.assertEqual(done.stderr.splitlines()[0], "pipexpr serve: --unset-runtime: expected one of error, null, empty, keep, found 'nil'")


if __name__ == '__main__':
    unittest.main()
