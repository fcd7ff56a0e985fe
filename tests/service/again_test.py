"""What holds of a run that begins again: when it is late, what its runner told, and when it began."""

import unittest

from harness import field, obj, ref
from life_test import Life as LifeTests
from life_test import shell


class Again(LifeTests):
    def late(self, lateness='1 hour', **more):
        """One cron run of A, which is late after an hour, and of an hour's retry delay."""
        alarm = obj('Late', type='SnsAlarm', role='r', topicArn='t', subject='s', message='#{node.@status} since #{node.@actualStartTime}')
        return self.definition(shell('A', lateAfterTimeout=lateness, onLateAction=ref('Late'), retryDelay='1 hour', maximumRetries='1'),
                               alarm, occurrences='1', **more)

    def messages(self, pipeline):
        return [alarm['message'] for alarm in self.server.alarms(pipeline)]

    def test_late_after_a_deactivation(self):
        definition = self.late()
        pipeline = self.new_pipeline(definition, activate=True)
        begin = self.server.advance(by='30 minutes')
        self.client.deactivate_pipeline(pipelineId=pipeline)
        self.server.advance(by='2 hours')
        self.assertEqual(self.messages(pipeline), [], 'what was stopped is not late')
        self.client.activate_pipeline(pipelineId=pipeline)
        begin = self.server.advance(by='59 minutes')
        self.assertEqual(self.messages(pipeline), [], 'the time counts from the new beginning')
        self.server.advance(by='1 minute')
        began = field(self.item(pipeline, f'@A_{self.at()}'), '@actualStartTime')
        self.assertLess(began, begin)
        self.assertEqual(self.messages(pipeline), [f'WAITING_FOR_RUNNER since {began}'])
        self.server.advance(by='5 hours')
        self.assertEqual(len(self.messages(pipeline)), 1, 'once in each beginning')
        self.client.deactivate_pipeline(pipelineId=pipeline)
        # The edit of a pipeline that is stopped holds too.
        self.put(pipeline, self.late('2 hours', group=self.group))
        self.client.activate_pipeline(pipelineId=pipeline)
        self.server.advance(by='119 minutes')
        self.assertEqual(len(self.messages(pipeline)), 1)
        self.server.advance(by='1 minute')
        self.assertEqual(len(self.messages(pipeline)), 2, 'late again, by its new beginning')

    def test_late_after_a_rerun(self):
        for status in ('FAILED', 'FINISHED'):
            with self.subTest(status):
                self.setUp()
                pipeline = self.new_pipeline(self.late(), activate=True)
                while self.finish(status):
                    self.server.advance(by='1 hour')
                late = len(self.messages(pipeline))  # once, when the failed run was retried after an hour
                self.server.advance(by='5 hours')
                self.assertEqual(len(self.messages(pipeline)), late, 'what has ended is not late')
                self.client.set_status(pipelineId=pipeline, objectIds=[f'@A_{self.at()}'], status='RERUN')
                self.server.advance(by='59 minutes')
                self.assertEqual(len(self.messages(pipeline)), late)
                self.server.advance(by='1 minute')
                self.assertEqual(len(self.messages(pipeline)), late + 1)

    def test_a_rerun_that_ends_in_time_is_not_late(self):
        pipeline = self.new_pipeline(self.late(), activate=True)
        self.finish()
        self.client.set_status(pipelineId=pipeline, objectIds=[f'@A_{self.at()}'], status='RERUN')
        self.finish()
        self.server.advance(by='5 hours')
        self.assertEqual(self.messages(pipeline), [])

    def test_activation_while_a_run_ends(self):
        pipeline = self.new_pipeline(self.on_demand(shell('A')), activate=True)
        self.take()
        self.client.deactivate_pipeline(pipelineId=pipeline, cancelActive=False)
        self.assert_error('InvalidRequestException', self.client.activate_pipeline, pipelineId=pipeline,
                          message=f'pipeline {pipeline} has 1 on-demand run that has not ended, as many as maxActiveInstances allows: the pipeline '
                                  'is being deactivated, so wait until one ends, or call DeactivatePipeline with cancelActive')

    def test_an_instance_shows_its_head_attempt(self):
        pipeline = self.new_pipeline(self.definition(shell('A', maximumRetries='1', retryDelay='10 minutes'), occurrences='1'), activate=True)
        instance = f'@A_{self.at()}'
        names = ('@status', 'hostname', 'attemptStatus', 'reportProgressTime', 'errorId', 'errorMessage', 'errorStackTrace')

        def shown(identity):
            item = self.item(pipeline, identity)
            asked = self.client.evaluate_expression(pipelineId=pipeline, objectId=identity,
                                                    expression=' '.join(f'#{{{name}}}' for name in names))['evaluatedExpression']
            self.assertEqual(asked, ' '.join(field(item, name) or 'null' for name in names))
            return [field(item, name) for name in names]

        task = self.poll(self.group, hostname='h1')['taskId']
        self.client.report_task_progress(taskId=task, fields=[{'key': 'attemptStatus', 'stringValue': 'first'}])
        reported = field(self.item(pipeline, instance), 'reportProgressTime')
        self.client.set_task_status(taskId=task, taskStatus='FAILED', errorId='E', errorMessage='m', errorStackTrace='s')
        self.assertEqual(shown(instance + '_Attempt=1'), ['FAILED', 'h1', 'first', reported, 'E', 'm', 's'])
        self.assertEqual(shown(instance), ['WAITING_FOR_RUNNER', *[None] * 6])
        self.assertEqual(shown(instance), shown(instance + '_Attempt=2'))
        now = self.server.advance(by='10 minutes')
        task = self.poll(self.group, hostname='h2')['taskId']
        self.client.report_task_progress(taskId=task)
        self.assertEqual(shown(instance), ['RUNNING', 'h2', None, now, None, None, None])
        self.client.set_task_status(taskId=task, taskStatus='FAILED', errorId='F')
        self.assertEqual(shown(instance), ['FAILED', 'h2', None, now, 'F', None, None])
        self.assertEqual(shown(instance), shown(instance + '_Attempt=2'))

    def test_a_second_run_on_demand_in_the_same_second(self):
        pipeline = self.new_pipeline(self.on_demand(shell('A'), maxActiveInstances='2'), activate=True)
        self.client.activate_pipeline(pipelineId=pipeline)
        first, second = sorted(self.statuses(pipeline))
        for instance in (first, second):
            self.finish()
            for identity in (instance, instance + '_Attempt=1'):
                item = self.item(pipeline, identity)
                times = {field(item, name) for name in ('@scheduledStartTime', '@actualStartTime', '@actualEndTime')}
                self.assertEqual(times, {instance[len('@A_'):]})
        self.assertLess(first, second)


# Only the new tests: the base class has run in its own file.
for name in [name for name in dir(LifeTests) if name.startswith('test_')]:
    setattr(Again, name, None)
del LifeTests

if __name__ == '__main__':
    unittest.main()
