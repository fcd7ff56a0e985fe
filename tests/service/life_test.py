"""The life of pipelines as AWS's documents have it: docs/service-rules.md names the sentence that each test is about."""

import collections
import contextlib
import datetime
import os
import unittest

from harness import field, fields, obj, ref
from scheduler_test import VirtualClock as VirtualClockTests


def shell(identity, /, command='x', **more):
    return obj(identity, type='ShellCommandActivity', command=command, **more)


class Life(VirtualClockTests):
    def at(self, hour=0):
        return f'{self.day}T{hour:02}:00:00'

    def put(self, pipeline, objects, **more):
        return self.client.put_pipeline_definition(pipelineId=pipeline, pipelineObjects=objects, **more)

    def definition(self, *activities, occurrences='2', group=None, mode='cron', start=None, period='1 hour', end=None, **default):
        """What hourly() activates, for a pipeline that is edited."""
        self.group = group or os.urandom(6).hex()
        hour = {'startDateTime': start or self.at(), 'period': period}
        hour.update({'endDateTime': end} if end else {'occurrences': occurrences})
        return [obj('Default', workerGroup=self.group, schedule=ref('Hour'), scheduleType=mode, **default),
                obj('Hour', type='Schedule', **hour), *activities]

    def on_demand(self, *activities, **default):
        self.group = os.urandom(6).hex()
        return [obj('Default', workerGroup=self.group, scheduleType='ondemand', **default), *activities]

    def state(self, pipeline):
        return field(self.client.describe_pipelines(pipelineIds=[pipeline])['pipelineDescriptionList'][0], '@pipelineState')

    def item(self, pipeline, identity, evaluate=False):
        return self.client.describe_objects(pipelineId=pipeline, objectIds=[identity], evaluateExpressions=evaluate)['pipelineObjects'][0]

    def take(self, group=None):
        """(attempt, command, task id) of the next task; None when there is none."""
        task = self.poll(group or self.group)
        if task is None:
            return None
        self.client.report_task_progress(taskId=task['taskId'])
        return task['attemptId'], field(task['objects'][task['attemptId']], 'command'), task['taskId']

    def drain(self, status='FINISHED'):
        """All tasks of the group, each ended; their attempts."""
        done = []
        while attempt := self.finish(status):
            done.append(attempt)
        return done

    def events(self, event, pipeline):
        return [(line['object'], line['error'], line['why']) for line in self.server.log_lines(event) if line['pipeline'] == pipeline]

    # --- edits -------------------------------------------------------------------------------------------------------

    def test_retries_and_reruns_take_the_active_definition(self):
        pipeline = self.new_pipeline(self.definition(shell('A', 'brokn', maximumRetries='1'), occurrences='1'), activate=True)
        first = self.take()
        group = self.group
        self.assertFalse(self.put(pipeline, self.definition(shell('A', 'fixed', maximumRetries='1'), occurrences='1', group=group))['errored'])
        self.client.activate_pipeline(pipelineId=pipeline)
        self.client.set_task_status(taskId=first[2], taskStatus='FAILED')
        self.server.advance(by='10 minutes')
        second = self.take()
        self.assertEqual((first[1], second[:2]), ('brokn', (f'@A_{self.at()}_Attempt=2', 'fixed')))
        self.assertEqual(field(self.item(pipeline, f'@A_{self.at()}'), '@version'), '2')
        self.client.set_task_status(taskId=second[2], taskStatus='FAILED')
        self.put(pipeline, self.definition(shell('A', 'better #{@scheduledStartTime}'), occurrences='1', group=group))
        self.client.activate_pipeline(pipelineId=pipeline)
        self.client.set_status(pipelineId=pipeline, objectIds=[f'@A_{self.at()}'], status='RERUN')
        self.assertEqual(field(self.item(pipeline, f'@A_{self.at()}', True), 'command'), f'better {self.at()}')
        self.assertEqual(self.take()[1], f'better {self.at()}')

    def test_what_waits_takes_the_new_definition_too(self):
        pipeline = self.new_pipeline(self.definition(shell('A', 'old'), occurrences='1'), activate=True)
        old = self.group
        self.put(pipeline, self.definition(shell('A', 'new'), occurrences='1', group=os.urandom(6).hex()))
        self.client.activate_pipeline(pipelineId=pipeline)
        self.assertIsNone(self.take(old))
        self.assertEqual(self.take()[1], 'new')

    def test_forbidden_edits_say_why(self):
        data = obj('Data', type='S3DataNode', directoryPath='s3://b/x')
        activity = shell('A', output=ref('Data'))
        pipeline = self.new_pipeline(self.definition(activity, data), activate=True)
        group = self.group

        def errors(*objects, **more):
            result = self.put(pipeline, self.definition(*objects, group=group, **more))
            self.assertEqual(result['errored'], bool(result['validationErrors']))
            if result['errored']:
                with self.assertRaises(self.client.exceptions.InvalidRequestException):
                    self.client.activate_pipeline(pipelineId=pipeline)
            return [(item['id'], item['errors']) for item in result['validationErrors']]

        self.assertEqual(errors(activity, data, period='1 day'), [
            ('Hour', ["'period' cannot be changed after the pipeline was activated: add another Schedule, or create another pipeline"])])
        self.assertEqual(errors(activity, data, start=self.at(5)), [
            ('Hour', ['the start of the schedule cannot be changed after the pipeline was activated: activate it with a startTimestamp instead'])])
        self.assertIn(('Data', ['it is part of the active definition and cannot be removed']), errors(shell('A')))
        self.assertEqual(errors(shell('A'), data), [
            ('A', ["'output' is a reference and cannot be added, changed or removed after the pipeline was activated"])])
        self.assertEqual(errors(activity, data, shell('New', output=ref('Data'))), [
            ('New', ["a new object cannot have the existing object 'Data' as 'output'"])])
        # The end, values, and new objects may.
        self.assertEqual(errors(shell('A', 'other', output=ref('Data')), data, shell('New', dependsOn=ref('A')), occurrences='9'), [])
        self.client.activate_pipeline(pipelineId=pipeline)

    def test_a_component_that_is_added_begins_where_its_schedule_stands(self):
        pipeline = self.new_pipeline(self.definition(shell('A'), occurrences='24'), activate=True)
        group = self.group
        self.drain()
        self.server.advance(by='90 minutes')
        self.drain()
        self.put(pipeline, self.definition(shell('A'), shell('B'), occurrences='24', group=group))
        self.client.activate_pipeline(pipelineId=pipeline)
        self.assertEqual(self.drain(), [])
        self.server.advance(by='1 hour')
        self.assertEqual(sorted(self.drain()), [f'@A_{self.at(2)}_Attempt=1', f'@B_{self.at(2)}_Attempt=1'])

    def test_finished_pipelines_are_edited_and_run_again(self):
        pipeline = self.new_pipeline(self.definition(shell('A'), end=self.at(1)), activate=True)
        group = self.group
        self.assertEqual(self.drain(), [f'@A_{self.at()}_Attempt=1'])
        self.assertEqual(self.state(pipeline), 'FINISHED')
        self.put(pipeline, self.definition(shell('A', 'again'), end=self.at(3), group=group))
        self.client.activate_pipeline(pipelineId=pipeline)
        self.assertEqual(self.state(pipeline), 'SCHEDULED')
        self.server.advance(by='3 hours')
        self.assertEqual(self.drain(), [f'@A_{self.at(1)}_Attempt=1', f'@A_{self.at(2)}_Attempt=1'])
        self.assertEqual(self.state(pipeline), 'FINISHED')
        pipeline = self.new_pipeline(self.on_demand(shell('A', 'one')), activate=True)
        group = self.group
        self.drain()
        self.put(pipeline, [obj('Default', workerGroup=group, scheduleType='ondemand'), shell('A', 'two')])
        self.client.activate_pipeline(pipelineId=pipeline)
        self.assertEqual(self.take()[1], 'two')

    # --- parameters --------------------------------------------------------------------------------------------------

    def test_parameters_without_value_stop_the_activation(self):
        parameters = [{'id': 'myBucket', 'attributes': [{'key': 'type', 'stringValue': 'String'}]}]
        objects = self.on_demand(shell('A', 'cp #{myBucket}/x'))
        why = ('Pipeline definition has errors: object \'myBucket\': the parameter has no value: give it one with parameterValues of '
               'PutPipelineDefinition or ActivatePipeline, or declare a default')
        pipeline = self.new_pipeline(objects, parameters=parameters)
        self.assert_error('InvalidRequestException', self.client.activate_pipeline, pipelineId=pipeline, message=why)
        self.assertEqual(self.state(pipeline), 'PENDING')
        self.assert_error('InvalidRequestException', self.client.activate_pipeline, pipelineId=pipeline, message=why,
                          parameterValues=[{'id': 'myBucket', 'stringValue': ''}])
        self.client.activate_pipeline(pipelineId=pipeline, parameterValues=[{'id': 'myBucket', 'stringValue': 's3://b'}])
        self.assertEqual(self.take()[1], 'cp s3://b/x')
        pipeline = self.new_pipeline(self.on_demand(shell('A', '#{myShellCmd}')))
        self.assert_error('InvalidRequestException', self.client.activate_pipeline, pipelineId=pipeline,
                          message="Pipeline definition has errors: object 'A': 'command': there is no field, parameter or object "
                                  "'myShellCmd': every run would fail; declare it, or give it with parameterValues")
        self.client.activate_pipeline(pipelineId=pipeline, parameterValues=[{'id': 'myShellCmd', 'stringValue': 'ls'}])
        self.assertEqual(self.take()[1], 'ls')

    # --- schedules ---------------------------------------------------------------------------------------------------

    def test_one_component_that_is_stuck_stops_no_other(self):
        pipeline = self.new_pipeline(self.definition(shell('A'), shell('B', dependsOn=ref('A')), shell('C', maximumRetries='0'),
                                                     occurrences='24', maximumRetries='0'), activate=True)
        runs = collections.Counter()
        for _ in range(24):
            while task := self.take():
                runs[task[0][1]] += 1
                self.client.set_task_status(taskId=task[2], taskStatus='FAILED' if task[0].startswith('@A') else 'FINISHED')
            self.server.advance(by='1 hour')
        self.assertEqual(runs, {'A': 24, 'C': 24})
        statuses = collections.Counter((name[1], status) for name, status in self.statuses(pipeline).items())
        self.assertEqual(statuses, {('A', 'FAILED'): 24, ('B', 'WAITING_ON_DEPENDENCIES'): 5, ('C', 'FINISHED'): 24})
        why = (f'B has 5 instances that have not ended, as many as maxActiveInstances allows: its run of {self.at(5)} and all later ones '
               'wait until one ends')
        self.assertEqual(self.events('held_back', pipeline), [('B', '', why)])
        self.assertEqual([(a['node'], a['event'], a['message']) for a in self.server.alarms(pipeline)], [('B', 'maxActiveInstances', why)])

    def test_reruns_do_not_count_as_active(self):
        pipeline = self.new_pipeline(self.definition(shell('A'), occurrences='3', maximumRetries='0', maxActiveInstances='1'), activate=True)
        self.finish('FAILED')
        self.client.set_status(pipelineId=pipeline, objectIds=[f'@A_{self.at()}'], status='RERUN')
        self.server.advance(by='1 hour')
        self.assertEqual(self.statuses(pipeline), {f'@A_{self.at()}': 'WAITING_FOR_RUNNER', f'@A_{self.at(1)}': 'WAITING_FOR_RUNNER'})

    def test_deactivation_loses_no_run(self):
        for cancel_active in (True, False):
            pipeline = self.new_pipeline(self.definition(shell('A'), shell('B', dependsOn=ref('A')), occurrences='5',
                                                         start=self.server.advance(by='1 minute')[:13] + ':00:00'), activate=True)
            start = datetime.datetime.fromisoformat(self.server.advance(by='2 hours')[:13] + ':00:00') - datetime.timedelta(hours=2)
            running = self.take()
            self.client.deactivate_pipeline(pipelineId=pipeline, cancelActive=cancel_active)
            if not cancel_active:
                self.client.set_task_status(taskId=running[2], taskStatus='FINISHED')
            self.assertEqual(self.state(pipeline), 'INACTIVE')
            self.assertIsNone(self.take())
            self.server.advance(by='2 hours')
            self.client.activate_pipeline(pipelineId=pipeline)
            done = self.drain()
            expected = [f'@{name}_{(start + datetime.timedelta(hours=hour)).isoformat()}' for name in 'AB' for hour in range(5)]
            if not cancel_active:
                expected.remove(running[0][:-len('_Attempt=1')])
            self.assertEqual(sorted(attempt.split('_Attempt')[0] for attempt in done), sorted(expected))
            self.assertEqual(self.state(pipeline), 'FINISHED')

    def test_start_timestamp_of_an_activation(self):
        """What was scheduled before it is left out; an earlier one brings skipped intervals back and repeats nothing."""
        pipeline = self.new_pipeline(self.definition(shell('A'), occurrences='6'), activate=True)
        self.server.advance(by='3 hours')
        self.assertEqual(self.finish(), f'@A_{self.at(0)}_Attempt=1')
        self.client.deactivate_pipeline(pipelineId=pipeline)
        moment = datetime.datetime.fromisoformat(self.at(2) + '+00:00')
        self.client.activate_pipeline(pipelineId=pipeline, startTimestamp=moment)
        self.assertEqual(self.drain(), [f'@A_{self.at(2)}_Attempt=2', f'@A_{self.at(3)}_Attempt=2'])
        self.assertEqual(self.statuses(pipeline)[f'@A_{self.at(1)}'], 'CANCELED')
        self.client.deactivate_pipeline(pipelineId=pipeline)
        self.client.activate_pipeline(pipelineId=pipeline)
        self.assertEqual((self.drain(), self.statuses(pipeline)[f'@A_{self.at(1)}']), ([], 'CANCELED'))
        self.client.deactivate_pipeline(pipelineId=pipeline)
        self.client.activate_pipeline(pipelineId=pipeline, startTimestamp=datetime.datetime.fromisoformat(self.at(0) + '+00:00'))
        self.assertEqual(self.drain(), [f'@A_{self.at(1)}_Attempt=2'])

    def test_an_earlier_start_passes_runs_that_were_made(self):
        """They are none of those that maxActiveInstances allows at a time."""
        pipeline = self.new_pipeline(self.definition(shell('A', maxActiveInstances='2'), occurrences='6'), activate=True)
        self.server.advance(by='3 hours')
        self.client.set_status(pipelineId=pipeline, objectIds=[f'@A_{self.at(hour)}' for hour in (0, 1)], status='TRY_CANCEL')
        self.client.deactivate_pipeline(pipelineId=pipeline)
        self.client.activate_pipeline(pipelineId=pipeline, startTimestamp=datetime.datetime.fromisoformat(self.at(0) + '+00:00'))
        self.assertEqual([attempt.split('_Attempt')[0] for attempt in self.drain()], [f'@A_{self.at(2)}', f'@A_{self.at(3)}'])

    def test_what_a_user_canceled_stays_canceled(self):
        pipeline = self.new_pipeline(self.definition(shell('A'), occurrences='2'), activate=True)
        self.client.set_status(pipelineId=pipeline, objectIds=[f'@A_{self.at()}'], status='TRY_CANCEL')
        self.client.deactivate_pipeline(pipelineId=pipeline)
        self.client.activate_pipeline(pipelineId=pipeline)
        self.assertEqual(self.drain(), [])

    def test_cascade_of_what_begins_later(self):
        """It names what failed by itself, as what was there at the time does."""
        half = obj('Half', type='Schedule', startDateTime=self.at(), period='30 minutes', occurrences='2')
        pipeline = self.new_pipeline(self.definition(
            shell('A'), shell('B', dependsOn=ref('A')), shell('C', dependsOn=ref('B'), schedule=ref('Half')), half,
            shell('D', dependsOn=ref('C'), schedule=ref('Half')), occurrences='1', maximumRetries='0', failureAndRerunMode='CASCADE'), activate=True)
        self.finish('FAILED')
        self.server.advance(by='1 hour')
        ids = ['@B_' + self.at()] + [f'@{one}_{self.at()[:13]}:{minute}:00' for one in 'CD' for minute in ('00', '30')]
        self.assertEqual([field(self.item(pipeline, one), '@cascadeFailedOn') for one in ids], ['@A_' + self.at()] * 5)

    def test_on_demand_after_a_failure(self):
        """An output waits for its activity that has failed, so that its run has not ended; the advice of the refusal works."""
        definition = self.on_demand(shell('A', output=ref('N'), maximumRetries='0'), obj('N', type='S3DataNode', filePath='s3://b/x'))
        pipeline = self.new_pipeline(definition, activate=True)
        self.finish('FAILED')
        self.assert_error('InvalidRequestException', self.client.activate_pipeline, pipelineId=pipeline)
        failed = [one for one, status in self.statuses(pipeline).items() if status == 'FAILED']
        self.client.set_status(pipelineId=pipeline, objectIds=failed, status='MARK_FINISHED')
        self.client.activate_pipeline(pipelineId=pipeline)
        self.assertEqual(len(self.drain()), 1)

    def test_on_demand_limits(self):
        for limit, expected in ((None, 1), ('3', 3), ('9', 5)):
            pipeline = self.new_pipeline(self.on_demand(shell('A'), **({'maxActiveInstances': limit} if limit else {})), activate=True)
            for _ in range(expected - 1):
                self.client.activate_pipeline(pipelineId=pipeline)
            runs = f'{expected} on-demand run that has' if expected == 1 else f'{expected} on-demand runs that have'
            self.assert_error('InvalidRequestException', self.client.activate_pipeline, pipelineId=pipeline,
                              message=f'pipeline {pipeline} has {runs} not ended, as many as maxActiveInstances allows: wait until one '
                                      'ends; what waits for something that has failed goes on when SetStatus says RERUN or '
                                      'MARK_FINISHED of that')
            self.finish()
            self.client.activate_pipeline(pipelineId=pipeline)

    def test_late_is_not_for_runs_on_demand(self):
        alarm = obj('Late', type='SnsAlarm', role='r', topicArn='t', subject='s', message='m')
        pipeline = self.new_pipeline(self.on_demand(shell('A', lateAfterTimeout='10 minutes', onLateAction=ref('Late')), alarm), activate=True)
        self.server.advance(by='1 hour')
        self.assertEqual(self.server.alarms(pipeline), [])
        instance = self.item(pipeline, next(iter(self.statuses(pipeline))))
        self.assertIsNone(field(instance, '@scheduledEndTime'))

    # --- resources ---------------------------------------------------------------------------------------------------

    def test_runs_on_comes_before_worker_group(self):
        machine = obj('Ec2', type='Ec2Resource', role='r', resourceRole='r')
        pipeline = self.new_pipeline(self.definition(shell('A', runsOn=ref('Ec2')), machine, occurrences='3'), activate=True)
        self.assertIsNone(self.take(), 'workerGroup is ignored')
        group = f'{pipeline}_@Ec2_{self.at()}'
        at = self.at()
        self.assertEqual(self.statuses(pipeline), {f'@A_{at}': 'WAITING_FOR_RUNNER', f'@Ec2_{at}': 'CREATING'})
        task = self.take('resource:' + group)
        self.assertEqual(task[0], f'@A_{at}_Attempt=1')
        self.assertEqual(self.statuses(pipeline)[f'@Ec2_{at}'], 'RUNNING')
        self.assertEqual(fields(self.item(pipeline, f'@A_{at}'), 'runsOn'), [f'@Ec2_{at}'])
        self.assertEqual(fields(self.item(pipeline, f'@Ec2_{at}'), 'input'), [f'@A_{at}'])
        self.client.set_task_status(taskId=task[2], taskStatus='FINISHED')
        self.assertEqual(self.statuses(pipeline)[f'@Ec2_{at}'], 'FINISHED')
        self.server.advance(by='1 hour')
        self.assertIsNone(self.take(group))
        task = self.take(f'{pipeline}_@Ec2_{self.at(1)}')
        self.assertEqual(task[0], f'@A_{self.at(1)}_Attempt=1')
        self.client.set_task_status(taskId=task[2], taskStatus='FINISHED')
        self.server.advance(by='1 hour')
        self.assertEqual(self.take('Ec2')[0], f'@A_{self.at(2)}_Attempt=1', 'the bare id serves too')

    def test_a_canceled_resource(self):
        """TRY_CANCEL of a resource takes its activities along; RERUN makes all of them anew."""
        machine = obj('Emr', type='EmrCluster')
        pipeline = self.new_pipeline(self.definition(shell('A', runsOn=ref('Emr')), shell('B', runsOn=ref('Emr'), dependsOn=ref('A')), machine,
                                                     occurrences='1'), activate=True)
        at = self.at()
        a, b, emr = (f'@{name}_{at}' for name in ('A', 'B', 'Emr'))
        anew = {a: 'WAITING_FOR_RUNNER', b: 'WAITING_ON_DEPENDENCIES', emr: 'CREATING'}
        canceled = self.take(f'{pipeline}_{emr}')[2]
        self.client.set_status(pipelineId=pipeline, objectIds=[emr], status='TRY_CANCEL')
        self.assertEqual((self.state(pipeline), self.statuses(pipeline)), ('FINISHED', dict.fromkeys((a, b, emr), 'CANCELED')))
        self.assertTrue(self.client.report_task_progress(taskId=canceled)['canceled'])
        self.client.set_status(pipelineId=pipeline, objectIds=[emr], status='RERUN')
        self.assertEqual((self.state(pipeline), self.statuses(pipeline)), ('SCHEDULED', anew))
        self.assertIsNone(field(self.item(pipeline, emr), '@actualEndTime'))
        # What the runner still says of the canceled task is no result of the new one.
        with contextlib.suppress(self.client.exceptions.TaskNotFoundException):
            self.client.set_task_status(taskId=canceled, taskStatus='FINISHED')
        self.assertEqual(self.statuses(pipeline), anew)
        for instance in (a, b):
            attempt, _, task = self.take(f'{pipeline}_{emr}')
            self.assertTrue(attempt.startswith(instance))
            self.client.set_task_status(taskId=task, taskStatus='FINISHED')
        self.assertEqual((self.state(pipeline), self.statuses(pipeline)), ('FINISHED', dict.fromkeys((a, b, emr), 'FINISHED')))

    def test_a_rerun_begins_its_resource_anew(self):
        """With a start of its own, so that it is found among what began since; a resumed pipeline's too."""
        machine = obj('Box', type='Ec2Resource', role='r', resourceRole='r')
        pipeline = self.new_pipeline(self.definition(shell('A', runsOn=ref('Box')), machine, occurrences='1'), activate=True)
        a, ec2 = (f'@{name}_{self.at()}' for name in ('A', 'Box'))

        def times():
            return [field(self.item(pipeline, ec2), name) for name in ('@status', '@actualStartTime', '@actualEndTime')]

        def finish():
            self.client.set_task_status(taskId=self.take(f'{pipeline}_{ec2}')[2], taskStatus='FINISHED')

        finish()
        for instance in (a, ec2):
            now = self.server.advance(by='2 hours')
            self.client.set_status(pipelineId=pipeline, objectIds=[instance], status='RERUN')
            self.assertEqual(times(), ['CREATING', now, None], instance)
            finish()
            self.assertEqual(times(), ['FINISHED', now, now])
        pipeline = self.new_pipeline(self.definition(shell('A', runsOn=ref('Box')), machine, occurrences='1'), activate=True)
        self.client.deactivate_pipeline(pipelineId=pipeline)
        now = self.server.advance(by='1 hour')
        self.client.activate_pipeline(pipelineId=pipeline)
        self.assertEqual(times(), ['CREATING', now, None])

    def test_versions_count_activations(self):
        machine = obj('Box', type='Ec2Resource', role='r', resourceRole='r')
        objects = self.definition(shell('A', runsOn=ref('Box')), machine, occurrences='1')
        pipeline = self.new_pipeline(objects)
        a, ec2 = (f'@{name}_{self.at()}' for name in ('A', 'Box'))

        def versions(*ids):
            return [field(self.item(pipeline, one), '@version') for one in ids]

        self.assertEqual(versions('A'), [None])
        self.put(pipeline, objects)
        self.client.activate_pipeline(pipelineId=pipeline)
        self.assertEqual(versions('A', a, ec2), ['1'] * 3)
        task = self.take(f'{pipeline}_{ec2}')
        self.client.activate_pipeline(pipelineId=pipeline)
        self.assertEqual(versions('A', a), ['2', '1'], 'what runs has begun before')
        self.client.set_task_status(taskId=task[2], taskStatus='FINISHED')
        self.put(pipeline, objects)
        self.assertEqual(versions('A', a), ['2', '1'])
        self.client.set_status(pipelineId=pipeline, objectIds=[a], status='RERUN')
        self.assertEqual(versions('A', a, ec2), ['2'] * 3)
        self.client.activate_pipeline(pipelineId=pipeline)
        self.assertEqual(versions('A', a), ['3'] * 2)

    def test_next_run_time(self):
        """The scheduled start of the first run that has no instance: with timeseries it begins before its instance is made."""
        for mode, expected in (('cron', 1), ('timeseries', 0)):
            pipeline = self.new_pipeline(self.definition(shell('A'), mode=mode), activate=True)
            described = self.client.describe_pipelines(pipelineIds=[pipeline])['pipelineDescriptionList'][0]
            self.assertEqual(field(described, '@nextRunTime'), self.at(expected), mode)

    # --- failures ----------------------------------------------------------------------------------------------------

    def cascading(self, *more, **default):
        return self.new_pipeline(self.definition(
            shell('A'), shell('B', dependsOn=ref('A')), shell('C', dependsOn=ref('B'), precondition=ref('P')),
            obj('P', type='ShellCommandPrecondition', command='x'), *more, occurrences='1', maximumRetries='0',
            failureAndRerunMode='CASCADE', **default), activate=True)

    def test_a_cascade(self):
        alarm = obj('Failed', type='SnsAlarm', role='r', topicArn='t', subject='s', message='#{node.@id} #{node.@status}')
        pipeline = self.cascading(alarm, onFail=ref('Failed'))
        at = f'_{self.at()}'
        self.finish('FAILED')
        self.assertEqual(self.statuses(pipeline), {'@A' + at: 'FAILED', '@B' + at: 'CASCADE_FAILED', '@C' + at: 'CASCADE_FAILED', '@P' + at: 'CANCELED'})
        self.assertEqual([field(self.item(pipeline, f'@{name}{at}'), '@cascadeFailedOn') for name in 'BC'], ['@A' + at] * 2)
        self.assertEqual([a['message'] for a in self.server.alarms(pipeline)],
                         [f'@A{at} FAILED', f'@B{at} CASCADE_FAILED', f'@C{at} CASCADE_FAILED'])
        self.assertEqual([e[0] for e in self.events('cascade_failed', pipeline)], [f'@B{at}', f'@C{at}'])
        # In the middle of the chain nothing can be repaired.
        self.client.set_status(pipelineId=pipeline, objectIds=['@B' + at], status='RERUN')
        self.assertEqual(self.statuses(pipeline)['@B' + at], 'CASCADE_FAILED')
        self.client.set_status(pipelineId=pipeline, objectIds=['@A' + at], status='RERUN')
        self.assertEqual(self.drain(), [f'@A{at}_Attempt=2', f'@B{at}_Attempt=1', f'@P{at}_Attempt=1', f'@C{at}_Attempt=1'])
        # Who has finished is not run again with the object before it.
        self.client.set_status(pipelineId=pipeline, objectIds=['@A' + at], status='RERUN')
        self.assertEqual(self.drain(), [f'@A{at}_Attempt=3'])

    def test_a_rerun_takes_every_consumer_along(self):
        """However ids sort, also those that depend on several objects which had failed in the same cascade."""
        for names in ('ABCD', 'DCBA', 'BADC', 'AZCB', 'CADB'):
            a, b, c, d = names
            pipeline = self.new_pipeline(self.definition(
                shell(a), shell(b, dependsOn=ref(a)), shell(c, dependsOn=[ref(a), ref(b)]), shell(d, dependsOn=[ref(b), ref(c)]),
                occurrences='1', maximumRetries='0', failureAndRerunMode='CASCADE'), activate=True)
            ids = [f'@{name}_{self.at()}' for name in names]
            waiting = dict(zip(ids, ['WAITING_FOR_RUNNER'] + ['WAITING_ON_DEPENDENCIES'] * 3))
            for rerun in (ids[:1], ids[::-1], [ids[2], ids[0]]):
                self.finish('FAILED')
                self.assertEqual(self.statuses(pipeline), dict(zip(ids, ['FAILED'] + ['CASCADE_FAILED'] * 3)), names)
                self.client.set_status(pipelineId=pipeline, objectIds=rerun, status='RERUN')
                self.assertEqual(self.statuses(pipeline), waiting, (names, rerun))
            self.assertEqual([attempt.split('_Attempt')[0] for attempt in self.drain()], ids)
            self.assertEqual(self.state(pipeline), 'FINISHED')

    def test_a_rerun_leaves_what_another_failure_holds(self):
        pipeline = self.new_pipeline(self.definition(
            shell('A'), shell('B'), shell('C', dependsOn=[ref('A'), ref('B')]), shell('D', dependsOn=[ref('A'), ref('C')]),
            occurrences='1', maximumRetries='0', failureAndRerunMode='CASCADE'), activate=True)
        a, b, c, d = (f'@{name}_{self.at()}' for name in 'ABCD')
        self.drain('FAILED')
        self.client.set_status(pipelineId=pipeline, objectIds=[a], status='RERUN')
        self.assertEqual(self.statuses(pipeline), {a: 'WAITING_FOR_RUNNER', b: 'FAILED', c: 'CASCADE_FAILED', d: 'CASCADE_FAILED'})
        self.client.set_status(pipelineId=pipeline, objectIds=[b], status='RERUN')
        self.assertEqual(self.statuses(pipeline), {a: 'WAITING_FOR_RUNNER', b: 'WAITING_FOR_RUNNER', **dict.fromkeys((c, d), 'WAITING_ON_DEPENDENCIES')})
        self.assertEqual(len(self.drain()), 4)

    def test_what_is_canceled_cascades(self):
        pipeline = self.cascading()
        at = f'_{self.at()}'
        self.client.set_status(pipelineId=pipeline, objectIds=['@A' + at], status='TRY_CANCEL')
        self.assertEqual(self.statuses(pipeline), {'@A' + at: 'CANCELED', '@B' + at: 'CASCADE_FAILED', '@C' + at: 'CASCADE_FAILED', '@P' + at: 'CANCELED'})
        self.assertIsNone(field(self.item(pipeline, '@B' + at), '@waitingOn'))

    def test_an_instance_that_comes_after_the_failure_fails_too(self):
        """B of an hour is made after A of that hour has failed: B was held back."""
        pipeline = self.new_pipeline(self.definition(shell('A', maximumRetries='0', reportProgressTimeout='5 hours'),
                                                     shell('B', dependsOn=ref('A'), failureAndRerunMode='CASCADE', maxActiveInstances='1'),
                                                     shell('C', dependsOn=ref('B')), occurrences='2'), activate=True)
        first = self.take()
        self.server.advance(by='1 hour')
        second = self.take()
        self.client.set_task_status(taskId=second[2], taskStatus='FAILED')
        self.client.set_task_status(taskId=first[2], taskStatus='FINISHED')
        self.finish()
        self.assertEqual(self.statuses(pipeline)[f'@B_{self.at(1)}'], 'CASCADE_FAILED')

    def test_a_precondition_has_the_group_of_what_it_guards(self):
        # Default has a group, too, which the precondition and the data node inherit.
        pipeline = self.new_pipeline(self.definition(
            shell('A', workerGroup='guards', precondition=ref('P')), shell('B', workerGroup='reads', input=ref('In')),
            obj('In', type='S3DataNode', filePath='s3://b/in', precondition=ref('Q')), obj('P', type='Exists'), obj('Q', type='Exists'),
            obj('R', type='Exists', workerGroup='itself'), shell('C', workerGroup='others', precondition=ref('R')),
            occurrences='1'), activate=True)
        at = self.at()
        for group, object_id in (('guards', 'P'), ('reads', 'Q'), ('itself', 'R')):
            self.assertEqual(self.poll(group)['attemptId'], f'@{object_id}_{at}_Attempt=1', pipeline)

    def test_a_precondition_of_data_that_is_only_written(self):
        """It has the group of the activity that writes the data; one that no group would be asked for is told."""
        written = [obj('D', type='S3DataNode', filePath='s3://b/d', precondition=ref('P')), obj('P', type='Exists')]
        cases = (('its group', [shell('A', workerGroup='wrote', output=ref('D'))], 'wrote', []),
                 ('its resource', [shell('A', runsOn=ref('Ec2Wrote'), output=ref('D')), obj('Ec2Wrote', type='Ec2Resource', role='r', resourceRole='r')], 'Ec2Wrote', []),
                 ('the group of a reader comes first', [shell('A', workerGroup='wrote', output=ref('D')),
                                                        shell('B', workerGroup='has read', input=ref('D'))], 'has read', []),
                 ('nobody', [shell('A', workerGroup='wrote')], 'wrote',
                  ["'precondition': 'P' is never asked, and this data node waits for it without end: no activity with 'runsOn' or "
                   "'workerGroup' reads or writes it; give 'P' a 'workerGroup'"]))
        for name, activities, group, warnings in cases:
            with self.subTest(name):
                objects = self.definition(*activities, *written, occurrences='1')
                objects[0]['fields'] = [one for one in objects[0]['fields'] if one['key'] != 'workerGroup']
                pipeline = self.new_pipeline([])
                said = self.put(pipeline, objects)
                found = [text for one in said['validationWarnings'] if one['id'] == 'D' for text in one['warnings'] if 'precondition' in text]
                self.assertEqual(found, warnings)
                self.client.activate_pipeline(pipelineId=pipeline)
                writer = self.take('wrote' if group == 'has read' else group)
                self.client.set_task_status(taskId=writer[2], taskStatus='FINISHED')
                task = self.take(group)
                if warnings:
                    self.assertIsNone(task)
                    continue
                self.assertEqual(task[0], f'@P_{self.at()}_Attempt=1')
                self.client.set_task_status(taskId=task[2], taskStatus='FINISHED')
                self.assertEqual(self.statuses(pipeline)[f'@D_{self.at()}'], 'FINISHED')

    def test_settings_that_have_no_value_when_a_run_is_made(self):
        counted = "'{}': '@attemptCount' has no value when a run is made, and the field counts as not given"
        cases = [({name: '#{@attemptCount} hours'}, [], [counted.format(name)])
                 for name in ('retryDelay', 'attemptTimeout', 'lateAfterTimeout', 'reportProgressTimeout')]
        cases += [({'maximumRetries': '#{@attemptCount}'}, [], [counted.format('maximumRetries')]),
                  ({'maxActiveInstances': '#{@version}'}, [], [counted.format('maxActiveInstances').replace('@attemptCount', '@version')]),
                  ({'workerGroup': 'wg-#{@version}'}, ["'workerGroup': '@version' has no value when a run is made, and no group would be offered its tasks"], []),
                  ({'lateAfterTimeout': '#{@scheduledEndTime}'}, [],
                   ["'lateAfterTimeout': the value is no period such as '15 minutes', and the field counts as not given"]),
                  ({'workerGroup': 'wg-#{@pipelineId}-#{id}', 'retryDelay': '#{15 * 2} minutes', 'attemptTimeout': '#{myGiven}',
                    'maximumRetries': '#{hour(@scheduledStartTime)}', 'lateAfterTimeout': '#{schedule.period}'}, [], [])]
        parameter = {'id': 'myGiven', 'attributes': [{'key': 'type', 'stringValue': 'String'}, {'key': 'description', 'stringValue': 'x'}]}
        for given, errors, warnings in cases:
            with self.subTest(given):
                said = self.put(self.new_pipeline([]), self.definition(shell('A', **given)), parameterObjects=[parameter])
                self.assertEqual([text for one in said['validationErrors'] if one['id'] == 'A' for text in one['errors']], errors)
                self.assertEqual([text for one in said['validationWarnings'] if one['id'] == 'A' for text in one['warnings']], warnings)

    def test_ids_of_instances_that_would_be_the_same(self):
        pipeline = self.new_pipeline([])
        put = self.put(pipeline, self.definition(shell('A', precondition=ref('P')), shell('B', precondition=ref('P')),
                                                 obj('P', type='Exists'), shell('P_A')))
        self.assertEqual((put['errored'], put['validationErrors']), (True, [{'id': 'P_A', 'errors': [
            "its instances would have the ids of those of 'P', the precondition of 'A' and others: give one of the objects another id"]}]))
        self.assertFalse(self.put(pipeline, self.definition(shell('A', precondition=ref('P')), obj('P', type='Exists'), shell('P_A')))['errored'])

    def test_precondition_timeout(self):
        pipeline = self.new_pipeline(self.definition(
            shell('A', precondition=ref('P')), obj('P', type='ShellCommandPrecondition', command='x', preconditionTimeout='30 minutes'),
            occurrences='1'), activate=True)
        at = f'_{self.at()}'
        asked = 0
        for _ in range(6):
            asked += self.finish('FALSE') is not None
            self.server.advance(by='10 minutes')
        self.assertEqual(asked, 3)
        precondition = self.item(pipeline, '@P' + at)
        self.assertEqual((field(precondition, '@status'), field(precondition, 'errorId'), field(precondition, 'errorMessage')),
                         ('FAILED', 'PreconditionTimeout', 'the precondition was not met within preconditionTimeout'))
        self.assertEqual(self.statuses(pipeline)['@A' + at], 'WAITING_ON_DEPENDENCIES')
        self.client.set_status(pipelineId=pipeline, objectIds=['@P' + at], status='RERUN')
        self.assertEqual(self.drain(), [f'@P{at}_Attempt=5', f'@A{at}_Attempt=1'])

    def test_pause_holds_what_no_runner_has(self):
        pipeline = self.new_pipeline(self.definition(shell('A'), occurrences='1'), activate=True)
        at = f'_{self.at()}'
        self.client.set_status(pipelineId=pipeline, objectIds=['A'], status='PAUSE')
        self.assertEqual((self.take(), self.statuses(pipeline), field(self.item(pipeline, 'A'), '@status')),
                         (None, {'@A' + at: 'PAUSED'}, 'PAUSED'))
        self.client.set_status(pipelineId=pipeline, objectIds=['A'], status='RESUME')
        self.assertEqual(self.take()[0], f'@A{at}_Attempt=1')

    def test_false_of_an_activity(self):
        pipeline = self.new_pipeline(self.definition(shell('A', maximumRetries='0'), occurrences='1'), activate=True)
        self.finish('FALSE')
        self.assertEqual(field(self.item(pipeline, f'@A_{self.at()}'), 'errorMessage'), 'the task ended with FALSE, which only a precondition can')

    def test_failures_are_logged_once_and_without_secrets(self):
        pipeline = self.new_pipeline(self.definition(shell('A', maximumRetries='1', **{'*password': 'pa55word'}), occurrences='1'), activate=True)
        at = self.at()
        self.finish('FAILED', errorId='Oops', errorMessage='pa55word was wrong')
        self.server.advance(by='10 minutes')
        self.poll(self.group)
        self.server.advance(by='5 minutes')
        self.assertEqual(self.events('attempt_failed', pipeline), [
            (f'@A_{at}_Attempt=1', 'Oops', '******** was wrong'),
            (f'@A_{at}_Attempt=2', 'TaskRunnerTimeout', 'the task runner did not report progress in time')])
        self.assertEqual([e[:2] for e in self.events('instance_failed', pipeline)], [(f'@A_{at}', 'TaskRunnerTimeout')])
        self.assertRegex(self.server.http('GET', '/metrics')[2].decode(), r'pipexpr_scheduler_events_total\{event="instance_failed"\} \d+')

    def test_secrets_that_depend_on_the_run_are_not_logged(self):
        alarm = obj('Failed', type='SnsAlarm', role='r', topicArn='t', subject='s #{node.*late}', message="m #{node.*dated} #{node.*built}")
        pipeline = self.new_pipeline(self.definition(shell('A', maximumRetries='0', onFail=ref('Failed'), **{
            '*late': 'pa55#{@status}', '*dated': 'w0rd#{@scheduledStartTime}', '*built': "#{format(@scheduledStartTime, \"'d4ted'-YYYY\")}"}),
            alarm, occurrences='1'), activate=True)
        self.finish('FAILED', errorId='Oops', errorMessage='pa55RUNNING and w0rd were wrong')
        at = self.at()
        self.assertEqual(self.events('instance_failed', pipeline), [(f'@A_{at}', 'Oops', '********RUNNING and ******** were wrong')])
        sent = self.server.alarms(pipeline)[0]
        self.assertEqual((sent['subject'], sent['message']), ('s pa55FAILED', f'm w0rd{at} d4ted-{at[:4]}'))
        logged = [line['message'] for line in self.server.log_lines('alarm') if line['pipeline'] == pipeline]
        self.assertEqual(logged, ['m ******** ********'])

    def test_what_a_runner_reports_is_shown(self):
        pipeline = self.new_pipeline(self.definition(shell('A'), occurrences='1'), activate=True)
        attempt, _, task = self.take()
        self.client.report_task_progress(taskId=task, fields=[{'key': 'attemptStatus', 'stringValue': 'half done'}])
        self.assertEqual(field(self.item(pipeline, attempt), 'attemptStatus'), 'half done')
        self.assertEqual(self.client.evaluate_expression(pipelineId=pipeline, objectId=attempt, expression='#{attemptStatus}')['evaluatedExpression'],
                         'half done')

    def test_what_was_reported_stays_until_it_is_told_again(self):
        """And stands in the instance too, where others can refer to it and alarms read it."""
        alarm = obj('Failed', type='SnsAlarm', role='r', topicArn='t', subject='s', message='#{node.attemptStatus} #{node.hostname} #{node.reportProgressTime}')
        pipeline = self.new_pipeline(self.definition(shell('A', maximumRetries='0', onFail=ref('Failed')), shell('B', dependsOn=ref('A')), alarm,
                                                     occurrences='1'), activate=True)
        at = self.at()
        instance, attempt = f'@A_{at}', f'@A_{at}_Attempt=1'
        text = '#{attemptStatus} #{hostname} #{reportProgressTime}'

        def shown():
            values = [self.client.evaluate_expression(pipelineId=pipeline, objectId=one, expression=said)['evaluatedExpression'] for one, said in (
                (attempt, text), (instance, text), (f'@B_{at}', text.replace('#{', '#{dependsOn.')))]
            item = self.item(pipeline, instance)
            described = ' '.join(field(item, name) or 'null' for name in ('attemptStatus', 'hostname', 'reportProgressTime'))
            self.assertEqual(values + [described], values[:1] * 4)
            return values[0]

        def report(**fields):
            self.client.report_task_progress(taskId=task, fields=[{'key': name, 'stringValue': value} for name, value in fields.items()])

        task = self.poll(self.group, hostname='h1')['taskId']
        self.assertEqual(shown(), 'null h1 null')
        now = self.server.advance(by='1 minute')
        report(attemptStatus='50%', myLines='7')
        self.assertEqual(shown(), f'50% h1 {now}')
        later = self.server.advance(by='1 minute')
        report()
        self.client.report_task_progress(taskId=task)
        self.assertEqual(shown(), f'50% h1 {later}')
        report(myOther='1')
        self.assertEqual(shown(), f'50% h1 {later}')
        self.assertEqual([field(self.item(pipeline, attempt), name) for name in ('myLines', 'myOther')], ['7', '1'])
        self.assertIsNone(field(self.item(pipeline, instance), 'myLines'))
        report(attemptStatus='90%', **{f'myBig{number}': 'x' * 10000 for number in range(8)})
        report(myLines='8')  # Of what it does not tell, 64 KiB stay.
        item = self.item(pipeline, attempt)
        self.assertEqual([field(item, name) for name in ('myLines', 'myOther', 'myBig6', 'myBig7')], ['8', '1', None, None])
        self.assertEqual(len(field(item, 'myBig5')), 10000)
        self.client.set_task_status(taskId=task, taskStatus='FAILED')
        self.assertEqual(shown(), f'90% h1 {later}')
        self.assertEqual([one['message'] for one in self.server.alarms(pipeline)], [f'90% h1 {later}'])
        self.client.set_status(pipelineId=pipeline, objectIds=[instance], status='RERUN')
        attempt = f'@A_{at}_Attempt=2'
        self.assertEqual(shown(), 'null null null')
        task = self.poll(self.group, hostname='h2')['taskId']
        self.assertEqual(shown(), 'null h2 null')

    def test_values_of_one_name_are_a_list(self):
        pipeline = self.new_pipeline(self.definition(shell('A'), occurrences='1'), activate=True)
        attempt, _, task = self.take()
        self.client.report_task_progress(taskId=task, fields=[{'key': name, 'stringValue': value} for name, value in (
            ('attemptStatus', 'a'), ('myOther', 'x'), ('attemptStatus', 'b'))])
        self.assertEqual(fields(self.item(pipeline, attempt), 'attemptStatus'), ['a', 'b'])
        self.assertEqual(self.client.evaluate_expression(pipelineId=pipeline, objectId=attempt, expression='#{attemptStatus}')['evaluatedExpression'],
                         '["a", "b"]')

    def test_all_that_is_waited_for(self):
        pipeline = self.new_pipeline(self.definition(shell('A'), shell('B'), shell('C', dependsOn=[ref('B'), ref('A')]), occurrences='1'), activate=True)
        a, b, c = (f'@{name}_{self.at()}' for name in 'ABC')

        def waited_for():
            value = self.client.evaluate_expression(pipelineId=pipeline, objectId=c, expression='#{@waitingOn}')['evaluatedExpression']
            return fields(self.item(pipeline, c), '@waitingOn'), value

        self.assertEqual(waited_for(), ([a, b], f'["{a}", "{b}"]'))
        self.finish()
        self.assertEqual(waited_for(), ([b], b))
        # Also of what was rerun, and while it is held.
        self.client.set_status(pipelineId=pipeline, objectIds=[a], status='RERUN')
        self.assertEqual(waited_for(), ([a, b], f'["{a}", "{b}"]'))
        self.client.set_status(pipelineId=pipeline, objectIds=['C'], status='PAUSE')
        for left in ([a, b], [b], []):
            self.assertEqual((waited_for()[0], self.statuses(pipeline)[c]), (left, 'PAUSED'))
            self.finish()
        self.assertEqual(waited_for(), ([], 'null'))
        self.client.set_status(pipelineId=pipeline, objectIds=['A'], status='PAUSE')
        self.client.set_status(pipelineId=pipeline, objectIds=[a], status='RERUN')
        self.assertEqual(waited_for(), ([a], a))
        self.client.set_status(pipelineId=pipeline, objectIds=['C', 'A'], status='RESUME')
        self.assertEqual((waited_for()[0], self.statuses(pipeline)[c]), ([a], 'WAITING_ON_DEPENDENCIES'))
        self.finish()
        self.assertEqual(waited_for(), ([], 'null'))
        # A task that is held waits for nothing any more.
        self.client.set_status(pipelineId=pipeline, objectIds=['C'], status='PAUSE')
        self.client.set_status(pipelineId=pipeline, objectIds=[a], status='RERUN')
        self.assertEqual((waited_for()[0], self.statuses(pipeline)[c]), ([], 'PAUSED'))

    def test_deleted_pipelines_leave_nothing_behind(self):
        alarm = obj('Failed', type='SnsAlarm', role='r', topicArn='t', subject='s', message='m')
        pipeline = self.new_pipeline(self.definition(shell('A', maximumRetries='0', onFail=ref('Failed')), alarm, occurrences='1'), activate=True)
        self.finish('FAILED')
        self.assertEqual(len(self.server.alarms(pipeline)), 1)
        self.client.delete_pipeline(pipelineId=pipeline)
        self.assertEqual(self.server.alarms(pipeline), [])


# Only the new tests: the base class has run in its own file.
for name in [name for name in dir(VirtualClockTests) if name.startswith('test_')]:
    setattr(Life, name, None)
del VirtualClockTests

if __name__ == '__main__':
    unittest.main()
