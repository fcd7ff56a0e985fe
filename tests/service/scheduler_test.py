"""Schedules, dependencies, retries, time-outs and alarms, on a virtual clock."""

import collections
import datetime
import json
import os
import pathlib
import subprocess
import sys
import threading
import time
import unittest

from harness import KEY, REGION, SECRET, Server, ServerTest, field, fields, obj, ref, runtime

HOUR = obj('Hour', type='Schedule', startDateTime='2024-05-01T00:00:00', period='1 hour', occurrences='2')


class VirtualClock(ServerTest):
    arguments = ('--long-poll', '0', '--clock', 'virtual:2024-05-01T00:00:00')
    signed = False

    def setUp(self):
        # Each test has a day of its own: the clock is shared and only goes forwards.
        now = datetime.datetime.fromisoformat(self.server.advance(by='1 minute'))
        tomorrow = (now + datetime.timedelta(days=1)).date().isoformat()
        self.day = self.server.advance(to=f'{tomorrow}T00:01:00')[:10]

    def hourly(self, *activities, start=None, occurrences='2', mode='cron', **default):
        schedule = obj('Hour', type='Schedule', startDateTime=start or f'{self.day}T00:00:00', period='1 hour', occurrences=occurrences)
        self.group = os.urandom(6).hex()
        default = obj('Default', workerGroup=self.group, schedule=ref('Hour'), scheduleType=mode, retryDelay='10 minutes', **default)
        return self.new_pipeline([default, schedule, *activities], activate=True)

    def finish(self, status='FINISHED', group=None, **more):
        """Polls one task, acknowledges it and ends it; its attempt's id, or None when there was none."""
        task = self.poll(group or self.group)
        if task is None:
            return None
        self.client.report_task_progress(taskId=task['taskId'])
        self.client.set_task_status(taskId=task['taskId'], taskStatus=status, **more)
        return task['attemptId']

    def test_cron_and_timeseries(self):
        tomorrow = self.server.advance(by='2 days')[:10]
        self.server.advance(to=f'{tomorrow}T00:00:00')
        start = f'{tomorrow}T12:00:00'
        cron = self.hourly(obj('Act', type='ShellCommandActivity', command='x'), start=start, mode='cron')
        series = self.hourly(obj('Act', type='ShellCommandActivity', command='x'), start=start, mode='timeseries')
        self.assertEqual((self.statuses(cron), self.statuses(series)), ({}, {}))
        self.server.advance(to=f'{tomorrow}T12:30:00')
        self.assertEqual((len(self.statuses(cron)), len(self.statuses(series))), (1, 0))
        self.server.advance(to=f'{tomorrow}T13:00:00')
        self.assertEqual((len(self.statuses(cron)), len(self.statuses(series))), (2, 1))

    def test_dependencies_and_data(self):
        pipeline = self.hourly(
            obj('First', type='ShellCommandActivity', command='one', output=ref('Data')),
            obj('Data', type='S3DataNode', directoryPath='s3://b/#{format(@scheduledStartTime, "HH")}'),
            obj('Second', type='ShellCommandActivity', command='cat #{input.directoryPath}', input=ref('Data')),
            obj('Third', type='ShellCommandActivity', command='three', dependsOn=ref('Second')), occurrences='1')
        at = f'_{self.day}T00:00:00'
        self.assertEqual(self.statuses(pipeline), {f'@Data{at}': 'WAITING_ON_DEPENDENCIES', f'@First{at}': 'WAITING_FOR_RUNNER',
                                                   f'@Second{at}': 'WAITING_ON_DEPENDENCIES', f'@Third{at}': 'WAITING_ON_DEPENDENCIES'})
        waiting = self.client.describe_objects(pipelineId=pipeline, objectIds=[f'@Third{at}'])['pipelineObjects'][0]
        self.assertEqual(field(waiting, '@waitingOn'), f'@Second{at}')
        self.assertEqual(self.finish(), f'@First{at}_Attempt=1')
        task = self.poll(self.group)
        item = task['objects'][task['attemptId']]
        self.assertEqual((field(item, 'command'), field(item, '@instanceParent'), field(item, 'parent')),
                         ('cat s3://b/00', f'@Second{at}', 'Second'))
        self.assertEqual(field(task['objects']['Data'], 'directoryPath'), 's3://b/00')
        self.client.set_task_status(taskId=task['taskId'], taskStatus='FINISHED')
        self.assertEqual(self.finish(), f'@Third{at}_Attempt=1')
        self.assertEqual(set(self.statuses(pipeline).values()), {'FINISHED'})
        described = self.client.describe_pipelines(pipelineIds=[pipeline])['pipelineDescriptionList'][0]
        self.assertEqual(field(described, '@pipelineState'), 'FINISHED')

    def test_retries_then_failure_with_alarm(self):
        pipeline = self.hourly(
            obj('Act', 'The activity', type='ShellCommandActivity', command='x', maximumRetries='2', onFail=ref('Alarm'), output=ref('Out')),
            obj('Out', type='S3DataNode', directoryPath='s3://b/#{@scheduledStartTime}'),
            obj('Alarm', type='SnsAlarm', role='r', topicArn='arn:topic', subject='#{node.@id} #{node.@status} for #{node.@scheduledStartTime}',
                message='#{node.errorMessage} (#{node.errorId}); nothing in #{node.output.directoryPath}'), occurrences='1')
        at = f'{self.day}T00:00:00'
        for attempt in (1, 2, 3):
            self.assertEqual(self.finish('FAILED', errorId='Oops', errorMessage='it broke', errorStackTrace='here'),
                             f'@Act_{at}_Attempt={attempt}')
            self.assertIsNone(self.finish(), 'the retry waits for retryDelay')
            self.server.advance(by='10 minutes')
        self.assertIsNone(self.finish())
        self.assertEqual(self.statuses(pipeline)[f'@Act_{at}'], 'FAILED')
        failed = self.client.describe_objects(pipelineId=pipeline, objectIds=[f'@Act_{at}'])['pipelineObjects'][0]
        self.assertEqual((field(failed, 'errorId'), field(failed, 'errorMessage'), field(failed, 'errorStackTrace')), ('Oops', 'it broke', 'here'))
        alarms = [(a['alarm'], a['node'], a['event'], a['topicArn'], a['subject'], a['message']) for a in self.server.alarms(pipeline)]
        self.assertEqual(alarms, [('Alarm', f'@Act_{at}', 'onFail', 'arn:topic', f'@Act_{at} FAILED for {at}',
                                   f'it broke (Oops); nothing in s3://b/{at}')])
        # The owner mends it and runs it again.
        self.client.set_status(pipelineId=pipeline, objectIds=[f'@Act_{at}'], status='RERUN')
        self.assertEqual(self.finish(), f'@Act_{at}_Attempt=4')
        self.assertEqual(set(self.statuses(pipeline).values()), {'FINISHED'})

    def test_long_message_is_cut_between_characters(self):
        pipeline = self.hourly(obj('Act', type='ShellCommandActivity', command='x', maximumRetries='0'), occurrences='1')
        self.finish('FAILED', errorMessage='x' + 'é' * 10_000)
        failed = self.client.describe_objects(pipelineId=pipeline, objectIds=[f'@Act_{self.day}T00:00:00'])['pipelineObjects'][0]
        self.assertEqual(field(failed, 'errorMessage'), 'x' + 'é' * 5119)

    def test_cascade(self):
        for mode, expected in (('CASCADE', 'CASCADE_FAILED'), ('NONE', 'WAITING_ON_DEPENDENCIES')):
            pipeline = self.hourly(obj('A', type='ShellCommandActivity', command='x'),
                                   obj('B', type='ShellCommandActivity', command='x', dependsOn=ref('A')),
                                   obj('C', type='ShellCommandActivity', command='x', dependsOn=ref('B')),
                                   occurrences='1', maximumRetries='0', failureAndRerunMode=mode)
            self.finish('FAILED')
            at = f'_{self.day}T00:00:00'
            self.assertEqual(self.statuses(pipeline), {f'@A{at}': 'FAILED', f'@B{at}': expected, f'@C{at}': expected})
            self.client.set_status(pipelineId=pipeline, objectIds=[f'@A{at}'], status='RERUN')
            self.assertEqual([self.finish() for _ in range(4)],
                             [f'@A{at}_Attempt=2', f'@B{at}_Attempt=1', f'@C{at}_Attempt=1', None])

    def test_silent_runner_loses_its_task(self):
        self.hourly(obj('Act', type='ShellCommandActivity', command='x', reportProgressTimeout='20 minutes'), occurrences='1')
        first = self.poll(self.group)
        self.server.advance(by='1 minute')
        self.assertIsNone(self.poll(self.group), 'its lease holds')
        self.server.advance(by='2 minutes')
        second = self.poll(self.group)
        self.assertEqual([first['attemptId'][-1], second['attemptId'][-1]], ['1', '2'])
        self.assertEqual(self.client.report_task_progress(taskId=first['taskId'])['canceled'], True)
        self.assert_error('TaskNotFoundException', self.client.set_task_status, taskId=first['taskId'], taskStatus='FINISHED',
                          message='the task is no longer running: its attempt is TIMEDOUT')
        self.assertEqual(self.client.report_task_progress(taskId=second['taskId'])['canceled'], False)
        self.server.advance(by='19 minutes')
        self.assertEqual(self.client.report_task_progress(taskId=second['taskId'])['canceled'], False)
        self.server.advance(by='21 minutes')
        self.assertEqual(self.client.report_task_progress(taskId=second['taskId'])['canceled'], True)
        self.assertEqual(self.poll(self.group)['attemptId'][-1], '3')

    def test_abandoned_task_fails_in_the_end(self):
        pipeline = self.hourly(obj('Act', type='ShellCommandActivity', command='x', maximumRetries='1'), occurrences='1')
        for _ in range(2):
            self.assertIsNotNone(self.poll(self.group))
            self.server.advance(by='3 minutes')
        self.assertEqual(list(self.statuses(pipeline).values()), ['FAILED'])

    def test_attempt_timeout(self):
        pipeline = self.hourly(obj('Act', type='ShellCommandActivity', command='x', attemptTimeout='30 minutes', maximumRetries='0'),
                               occurrences='1')
        task = self.poll(self.group)
        for _ in range(3):
            self.assertEqual(self.client.report_task_progress(taskId=task['taskId'])['canceled'], False)
            self.server.advance(by='9 minutes')
        self.server.advance(by='9 minutes')
        self.assertEqual(self.client.report_task_progress(taskId=task['taskId'])['canceled'], True)
        self.assertEqual(list(self.statuses(pipeline).values()), ['FAILED'])

    def test_late_alarm_and_success_alarm(self):
        pipeline = self.hourly(
            obj('Act', type='ShellCommandActivity', command='x', lateAfterTimeout='30 minutes', onLateAction=ref('Late'), onSuccess=ref('Done')),
            obj('Late', type='SnsAlarm', role='r', topicArn='t', subject='late', message='#{node.@id} is #{node.@status}'),
            obj('Done', type='SnsAlarm', role='r', topicArn='t', subject='done', message='#{node.@actualEndTime}'), occurrences='1')
        self.server.advance(by='29 minutes')
        self.assertEqual(self.server.alarms(pipeline), [])
        self.server.advance(by='2 minutes')
        at = f'{self.day}T00:00:00'
        self.assertEqual([a['message'] for a in self.server.alarms(pipeline)], [f'@Act_{at} is WAITING_FOR_RUNNER'])
        now = self.server.advance(by='1 minute')
        self.finish()
        self.assertEqual([a['message'] for a in self.server.alarms(pipeline)][1:], [now])

    def test_a_secret_where_a_logged_message_is_cut(self):
        pipeline = self.hourly(runtime('A', type='ShellCommandActivity', command='x', star_password='pa55word'), occurrences='1', maximumRetries='0')
        self.finish('FAILED', errorMessage='x' * 995 + 'pa55word, \u00e9')
        self.assertEqual([line['why'] for line in self.server.log_lines('instance_failed') if line['pipeline'] == pipeline], ['x' * 995 + '*****'])

    def test_precondition(self):
        pipeline = self.hourly(
            obj('Act', type='ShellCommandActivity', command='x', precondition=ref('Ready')),
            obj('Ready', type='ShellCommandPrecondition', command='test -e #{node.name}'), occurrences='1', maximumRetries='0')
        at = f'_{self.day}T00:00:00'
        for attempt in (1, 2, 3):
            task = self.poll(self.group)
            self.assertEqual(task['attemptId'], f'@Ready{at}_Attempt={attempt}')
            self.assertEqual(field(task['objects'][task['attemptId']], 'command'), f'test -e @Act{at}')
            self.client.set_task_status(taskId=task['taskId'], taskStatus='FALSE' if attempt < 3 else 'FINISHED')
            self.assertEqual(self.statuses(pipeline)[f'@Act{at}'], 'WAITING_ON_DEPENDENCIES' if attempt < 3 else 'WAITING_FOR_RUNNER')
            if attempt < 3:
                self.server.advance(by='10 minutes')
        self.assertEqual(self.finish(), f'@Act{at}_Attempt=1')

    def test_pause_and_cancel(self):
        pipeline = self.hourly(obj('A', type='ShellCommandActivity', command='x'),
                               obj('B', type='ShellCommandActivity', command='x', dependsOn=ref('A')), occurrences='1')
        at = f'_{self.day}T00:00:00'
        self.client.set_status(pipelineId=pipeline, objectIds=['B'], status='PAUSE')
        self.finish()
        self.assertEqual(self.statuses(pipeline)[f'@B{at}'], 'PAUSED')
        self.assertIsNone(self.finish())
        self.client.set_status(pipelineId=pipeline, objectIds=['B'], status='RESUME')
        task = self.poll(self.group)
        self.client.set_status(pipelineId=pipeline, objectIds=[f'@B{at}'], status='TRY_CANCEL')
        self.assertEqual(self.client.report_task_progress(taskId=task['taskId'])['canceled'], True)
        self.client.set_task_status(taskId=task['taskId'], taskStatus='FINISHED')
        self.assertEqual(self.statuses(pipeline)[f'@B{at}'], 'CANCELED')

    def test_fields_that_cannot_be_evaluated_fail_the_task(self):
        pipeline = self.hourly(obj('Bad', type='ShellCommandActivity', command='#{1 / minute(@scheduledStartTime)}'),
                               obj('Good', type='ShellCommandActivity', command='x'), occurrences='1')
        at = f'_{self.day}T00:00:00'
        self.assertEqual([self.finish(), self.finish()], [f'@Good{at}_Attempt=1', None])
        bad = self.client.describe_objects(pipelineId=pipeline, objectIds=[f'@Bad{at}'])['pipelineObjects'][0]
        self.assertEqual((field(bad, '@status'), field(bad, 'errorId')), ('FAILED', 'EvaluationFailed'))
        self.assertEqual(field(bad, 'errorMessage'), "E402: division by zero (in field 'command' of 'Bad', at byte 2)")
        self.assertEqual((field(bad, '@attemptCount'), field(bad, '@triesLeft')), ('1', '2'))

    def test_five_at_a_time_and_a_month(self):
        month = '2031-03-01T00:00:00'
        self.server.advance(to=month)
        pipeline = self.hourly(obj('Act', type='ShellCommandActivity', command='echo #{@scheduledStartTime}'), start=month, occurrences='720')
        self.server.advance(to='2031-04-01T00:00:00')
        self.assertEqual(collections.Counter(self.statuses(pipeline).values()), {'WAITING_FOR_RUNNER': 5})
        begin = time.monotonic()
        for hour in range(720):
            expected = f'@Act_2031-03-{1 + hour // 24:02}T{hour % 24:02}:00:00_Attempt=1'
            self.assertEqual(self.finish(), expected)
        self.assertIsNone(self.finish())
        self.assertLess(time.monotonic() - begin, 60)
        described = self.client.describe_pipelines(pipelineIds=[pipeline])['pipelineDescriptionList'][0]
        self.assertEqual(field(described, '@pipelineState'), 'FINISHED')

    def test_activation_from_a_time(self):
        """startTimestamp skips earlier intervals; without it a pipeline goes on where it stopped."""
        start = self.server.advance(by='1 day')[:10]
        self.server.advance(to=f'{start}T00:00:00')
        noon = datetime.datetime.fromisoformat(f'{start}T12:00:00+00:00')
        self.group = os.urandom(6).hex()
        objects = [obj('Default', workerGroup=self.group, schedule=ref('Hour'), scheduleType='cron'),
                   obj('Hour', type='Schedule', startDateTime=f'{start}T00:00:00', period='1 hour', occurrences='24'),
                   obj('Act', type='ShellCommandActivity', command='x')]
        pipeline = self.new_pipeline(objects, activate=True, startTimestamp=noon)
        self.assertEqual(self.statuses(pipeline), {})
        self.server.advance(to=f'{start}T13:30:00')
        self.assertEqual(sorted(self.statuses(pipeline)), [f'@Act_{start}T12:00:00', f'@Act_{start}T13:00:00'])
        self.client.deactivate_pipeline(pipelineId=pipeline)
        self.client.activate_pipeline(pipelineId=pipeline)
        self.server.advance(to=f'{start}T14:30:00')
        self.assertEqual([self.finish() for _ in range(4)], [f'@Act_{start}T12:00:00_Attempt=2', f'@Act_{start}T13:00:00_Attempt=2',
                                                             f'@Act_{start}T14:00:00_Attempt=1', None])

    def test_deactivation_lets_running_tasks_finish(self):
        pipeline = self.hourly(obj('A', type='ShellCommandActivity', command='x'), obj('B', type='ShellCommandActivity', command='x'),
                               occurrences='1')

        def state():
            return field(self.client.describe_pipelines(pipelineIds=[pipeline])['pipelineDescriptionList'][0], '@pipelineState')

        task = self.poll(self.group)
        self.client.deactivate_pipeline(pipelineId=pipeline, cancelActive=False)
        at = f'_{self.day}T00:00:00'
        self.assertEqual((state(), self.statuses(pipeline)), ('DEACTIVATING', {f'@A{at}': 'RUNNING', f'@B{at}': 'CANCELED'}))
        self.assertIsNone(self.poll(self.group))
        self.assertEqual(self.client.report_task_progress(taskId=task['taskId'])['canceled'], False)
        self.client.set_task_status(taskId=task['taskId'], taskStatus='FINISHED')
        self.assertEqual((state(), self.statuses(pipeline)[f'@A{at}']), ('INACTIVE', 'FINISHED'))

    def test_ondemand(self):
        group = os.urandom(6).hex()
        pipeline = self.new_pipeline([obj('Default', workerGroup=group, scheduleType='ondemand'),
                                      obj('A', type='ShellCommandActivity', command='#{@scheduledStartTime}'),
                                      obj('B', type='ShellCommandActivity', command='x', dependsOn=ref('A'))], activate=True)
        self.assertEqual([self.finish(group=group)[:3], self.finish(group=group)[:3], self.finish(group=group)], ['@A_', '@B_', None])
        now = self.server.advance(by='1 hour')
        self.client.activate_pipeline(pipelineId=pipeline)
        self.assertEqual(self.finish(group=group), f'@A_{now}_Attempt=1')

    def test_a_run_on_demand_has_no_end(self):
        pipeline = self.new_pipeline([obj('Default', workerGroup='no end', scheduleType='ondemand'),
                                      obj('A', type='ShellCommandActivity', command='x')], activate=True)
        instance, = self.statuses(pipeline)
        item = self.client.describe_objects(pipelineId=pipeline, objectIds=[instance])['pipelineObjects'][0]
        start = field(item, '@scheduledStartTime')
        self.assertEqual((instance, field(item, '@scheduledEndTime')), (f'@A_{start}', None))

        def evaluate(expression):
            return self.client.evaluate_expression(pipelineId=pipeline, objectId=instance, expression=expression)['evaluatedExpression']
        self.assertEqual(evaluate('#{@scheduledStartTime}'), start)
        # As every runtime field without a value; --unset-runtime error makes it the error that `pipexpr render` has.
        self.assertEqual(evaluate('end #{@scheduledEndTime}'), 'end null')

    def test_a_schedule_that_is_on_demand(self):
        group = os.urandom(6).hex()
        pipeline = self.new_pipeline([obj('Default', workerGroup=group, schedule=ref('Now')),
                                      obj('Now', type='Schedule', startAt='ONDEMAND_ACTIVATION_TIME', period='ONDEMAND_PERIOD'),
                                      obj('A', type='ShellCommandActivity', command='x')], activate=True)
        now = self.server.advance(by='1 minute')
        self.assertRegex(self.finish(group=group), '^@A_.*_Attempt=1$')
        self.client.activate_pipeline(pipelineId=pipeline)
        self.assertEqual(self.finish(group=group), f'@A_{now}_Attempt=1')
        self.assertIsNone(self.finish(group=group))

    def test_secrets_of_alarms_are_not_logged(self):
        pipeline = self.hourly(
            obj('Act', type='ShellCommandActivity', command='x', maximumRetries='0', onFail=ref('Alarm'), myDb=ref('Db')),
            runtime('Db', type='RedshiftDatabase', star_password='pa55word', clusterId='c', databaseName='d', username='u'),
            obj('Alarm', type='SnsAlarm', role='r', topicArn='t', subject='s', message='#{node.@id}: #{node.errorMessage}'), occurrences='1')
        self.finish('FAILED', errorMessage='login with pa55word failed')
        self.assertEqual([a['message'] for a in self.server.alarms(pipeline)], [f'@Act_{self.day}T00:00:00: login with pa55word failed'])
        logged = [line for line in self.server.log_lines('alarm') if line['pipeline'] == pipeline]
        self.assertEqual([line['message'] for line in logged], [f'@Act_{self.day}T00:00:00: login with ******** failed'])
        self.assertNotIn('pa55word', self.server.log_text())

    def test_clock_messages(self):
        status, _, body = self.server.http('POST', '/admin/clock', b'{"by": "soon"}')
        self.assertEqual((status, body), (400, b'{"__type":"BadRequestException","message":"expected {\\"to\\": '
                                               b'\\"YYYY-MM-DDTHH:MM:SS\\"} or {\\"by\\": \\"1 day\\"}"}'))


class Load(unittest.TestCase):
    def test_a_file_that_is_loaded_again_goes_on(self):
        server = Server(signed=False, arguments=('--long-poll', '0'))
        file = pathlib.Path(server.folder, 'definition.json')
        file.write_text(json.dumps({'objects': [
            {'id': 'Default', 'workerGroup': 'load', 'scheduleType': 'ondemand'},
            {'id': 'A', 'type': 'ShellCommandActivity', 'command': 'x'}]}), encoding='ascii')
        server.stop(remove=False)
        server.arguments += ['--load', str(file)]
        server.start()
        client = server.client()
        task = client.poll_for_task(workerGroup='load')['taskObject']
        client.set_task_status(taskId=task['taskId'], taskStatus='FINISHED')
        pipeline = server.loaded[str(file)]
        server.stop(remove=False)
        server.start()
        self.assertEqual(server.loaded[str(file)], pipeline)
        self.assertNotIn('taskObject', server.client().poll_for_task(workerGroup='load'))
        server.stop()


class LongPolls(ServerTest):
    arguments = ('--long-poll', '3')

    def test_a_waiting_runner_gets_the_task_at_once(self):
        got = []

        def wait():
            client = self.server.client()
            begin = time.monotonic()
            task = client.poll_for_task(workerGroup='waiting')['taskObject']
            got.append((time.monotonic() - begin, task['attemptId']))

        runner = threading.Thread(target=wait)
        runner.start()
        time.sleep(1)
        self.new_pipeline([obj('Default', workerGroup='waiting', scheduleType='ondemand'),
                           obj('A', type='ShellCommandActivity', command='x')], activate=True)
        runner.join()
        self.assertEqual(len(got), 1)
        self.assertLess(got[0][0], 2)

    def test_nothing_to_do(self):
        begin = time.monotonic()
        self.assertIsNone(self.poll('nobody'))
        self.assertTrue(2.5 < time.monotonic() - begin < 6)

    def test_a_runner_that_hung_up_is_given_nothing(self):
        impatient = self.server.client(read_timeout=1)
        with self.assertRaises(Exception):
            impatient.poll_for_task(workerGroup='hung up')
        time.sleep(0.5)
        self.new_pipeline([obj('Default', workerGroup='hung up', scheduleType='ondemand'),
                           obj('A', type='ShellCommandActivity', command='x')], activate=True)
        self.assertIsNotNone(self.poll('hung up'))


class RunnerTest(ServerTest):
    arguments = ('--long-poll', '1')

    def test_a_pipeline_of_shell_tasks(self):
        folder = self.server.folder
        now = time.strftime('%Y-%m-%dT00:00:00', time.gmtime())
        pipeline = self.new_pipeline([
            obj('Default', workerGroup='shell', schedule=ref('Day'), scheduleType='cron', maximumRetries='0', myFolder=folder),
            obj('Day', type='Schedule', startDateTime=now, period='1 day', occurrences='1'),
            obj('Numbers', type='S3DataNode', directoryPath='#{myFolder}/#{format(@scheduledStartTime, "YYYY-MM-dd")}.numbers'),
            obj('Count', type='ShellCommandActivity', command='seq 1 "$1" > "$OUTPUT1_STAGING_DIR"', scriptArgument=['10'], output=ref('Numbers')),
            obj('Ready', type='ShellCommandPrecondition', command='test -s #{node.input.directoryPath}'),
            obj('Sum', type='ShellCommandActivity', command="awk '{s += $1} END {print s}' #{input.directoryPath} > #{myFolder}/sum",
                input=ref('Numbers'), precondition=ref('Ready')),
            obj('Check', type='ShellCommandActivity', command='test "$(cat #{myFolder}/sum)" = 55', dependsOn=ref('Sum')),
            obj('Fails', type='ShellCommandActivity', command='echo why >&2; exit 7'),
        ], activate=True)
        runner = os.path.join(os.path.dirname(__file__), 'runner.py')
        environment = {**os.environ, 'AWS_ACCESS_KEY_ID': KEY, 'AWS_SECRET_ACCESS_KEY': SECRET, 'AWS_DEFAULT_REGION': REGION}
        done = subprocess.run([sys.executable, runner, self.server.url, 'shell', '--idle', '2'], env=environment,
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        day = now[:10]
        self.assertEqual({key.split('_')[0]: value for key, value in self.statuses(pipeline).items()},
                         {'@Numbers': 'FINISHED', '@Count': 'FINISHED', '@Ready': 'FINISHED', '@Sum': 'FINISHED',
                          '@Check': 'FINISHED', '@Fails': 'FAILED'})
        failed = self.client.describe_objects(pipelineId=pipeline, objectIds=[f'@Fails_{day}T00:00:00'])['pipelineObjects'][0]
        self.assertEqual((fields(failed, 'errorMessage'), fields(failed, 'errorStackTrace')), (['exit status 7'], ['why\n']))


if __name__ == '__main__':
    unittest.main()
