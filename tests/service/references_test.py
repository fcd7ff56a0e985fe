"""Runtime fields through a reference: those of the instance that is referred to, in every operation that evaluates and in alarms."""

import unittest

from harness import ServerTest, field, fields, obj, ref

AT = '_2024-05-01T00:00:00'


class Referring(ServerTest):
    arguments = ('--long-poll', '0', '--clock', 'virtual:2024-05-01T00:00:00')
    signed = False

    def value(self, pipeline, instance, expression):
        return self.client.evaluate_expression(pipelineId=pipeline, objectId=instance, expression=expression)['evaluatedExpression']

    def why_not(self, pipeline, instance, expression):
        with self.assertRaises(self.client.exceptions.InvalidRequestException) as caught:
            self.value(pipeline, instance, expression)
        return caught.exception.response['Error']['Message']

    def finish(self, group, status='FINISHED', **more):
        task = self.poll(group)
        self.client.set_task_status(taskId=task['taskId'], taskStatus=status, **more)
        return task


class OnDemand(Referring):
    def test_each_instance_has_its_own(self):
        pipeline = self.new_pipeline([
            obj('Default', scheduleType='ondemand', maximumRetries='1', retryDelay='1 minute'),
            obj('Ec2', type='Ec2Resource', role='r', resourceRole='r'),
            obj('In', type='S3DataNode', filePath='s3://b/#{@status}-#{id}', myOwn='#{@status}'),
            obj('Out', type='S3DataNode', filePath='s3://b/#{@status}'),
            obj('First', type='ShellCommandActivity', command='true', workerGroup='first', myState='#{@status}'),
            obj('Second', type='ShellCommandActivity', workerGroup='second', input=ref('In'), output=ref('Out'), dependsOn=ref('First'),
                onSuccess=ref('N'), command='#{dependsOn.@status} #{dependsOn.@actualEndTime} #{input.@status} #{output.@status} #{@status}'),
            obj('Third', type='ShellCommandActivity', command='true', runsOn=ref('Ec2'), dependsOn=[ref('First'), ref('Second')]),
            obj('N', type='SnsAlarm', role='r', topicArn='t', subject='s', message='#{node.@status} #{node.command}')], activate=True)
        first, second, third = '@First' + AT, '@Second' + AT, '@Third' + AT
        self.assertEqual(self.value(pipeline, second, '#{@status} of #{dependsOn.@status}'), 'WAITING_ON_DEPENDENCIES of WAITING_FOR_RUNNER')
        self.assertEqual(self.value(pipeline, third, '#{dependsOn.@status}'), '["WAITING_FOR_RUNNER", "WAITING_ON_DEPENDENCIES"]')
        self.assertEqual(self.value(pipeline, third, '#{runsOn.@status}'), 'WAITING_ON_DEPENDENCIES')
        self.assertEqual(self.value(pipeline, second, '#{dependsOn.@actualEndTime}'), 'null')
        self.server.advance(by='5 minutes')
        self.finish('first')
        # Not the reader's own, which is RUNNING on an attempt and has not ended.
        command = 'FINISHED 2024-05-01T00:05:00 FINISHED WAITING_ON_DEPENDENCIES RUNNING'
        described = self.client.describe_objects(pipelineId=pipeline, objectIds=[second], evaluateExpressions=True)['pipelineObjects'][0]
        self.assertEqual(field(described, 'command'), command.replace('RUNNING', 'WAITING_FOR_RUNNER'))
        task = self.poll('second')
        self.assertEqual(field(task['objects'][second + '_Attempt=1'], 'command'), command)
        # What a task reads is an instance with fields of its own, and never the attempt.
        self.assertEqual(field(task['objects']['In'], 'filePath'), f's3://b/FINISHED-@In{AT}')
        self.assertEqual(field(task['objects']['Out'], 'filePath'), 's3://b/WAITING_ON_DEPENDENCIES')
        self.client.set_task_status(taskId=task['taskId'], taskStatus='FAILED', errorMessage='lost')
        attempt = second + '_Attempt=1'
        self.assertEqual(self.value(pipeline, attempt, '#{@status} #{@instanceParent.@status}'), 'FAILED WAITING_FOR_RUNNER')
        self.assertEqual(self.value(pipeline, attempt, '#{errorMessage} #{dependsOn.errorMessage}'), 'lost null')
        # A field of the instance is the instance's text, and not the attempt's.
        self.assertEqual(self.value(pipeline, attempt, '#{command} | #{@instanceParent.command}'),
                         f'{command[:-7]}FAILED | {command[:-7]}WAITING_FOR_RUNNER')
        self.server.advance(by='5 minutes')
        self.finish('second')
        self.assertEqual([one['message'] for one in self.server.alarms(pipeline)],
                         ['FINISHED FINISHED 2024-05-01T00:05:00 FINISHED FINISHED FINISHED'], 'as all is when the change is whole')
        # Through a field of the other object, and as a list of several.
        self.assertEqual(self.value(pipeline, third, '#{dependsOn.@status}'), '["FINISHED", "FINISHED"]')
        self.assertEqual(self.value(pipeline, second, '#{dependsOn.myState} #{input.myOwn} #{@attemptCount}'), 'FINISHED FINISHED 2')
        # What is given for a component is not given for its instances, and a schedule or an alarm has no runs.
        self.assertEqual(self.value(pipeline, second, '#{parent.@status} #{@componentParent.@status} #{onSuccess.@status}'), 'null null null')
        self.assert_error('InvalidRequestException', self.client.evaluate_expression, pipelineId=pipeline, objectId=third,
                          expression='#{dependsOn.dependsOn.@status}')


class Known(Referring):
    def test_what_the_service_shows_is_known_everywhere(self):
        names = ('@headAttempt', '@attemptCount', '@triesLeft', '@resource', '@waitingOn', 'attemptStatus')
        text = ' '.join('#{%s}' % name for name in names)
        objects = [obj('Default', scheduleType='ondemand', maximumRetries='1'),
                   obj('Ec2', type='Ec2Resource', role='r', resourceRole='r'),
                   obj('In', type='S3DataNode', filePath=text),
                   obj('A', type='ShellCommandActivity', runsOn=ref('Ec2'), input=ref('In'), command=text, onSuccess=ref('N')),
                   obj('N', type='SnsAlarm', role='r', topicArn='t', subject='#{@status} #{errorMessage} #{@version} #{@sphere} #{@triesLeft}',
                       message=' '.join('#{node.%s}' % name for name in names))]
        pipeline = self.new_pipeline(objects, activate=True)  # nothing is unknown to it
        a = '@A' + AT
        self.assertEqual(self.value(pipeline, a, text), f'{a}_Attempt=1 1 1 @Ec2{AT} null null')
        # An attempt has what its instance has.
        self.assertEqual(self.value(pipeline, a + '_Attempt=1', text), f'{a}_Attempt=1 1 1 @Ec2{AT} null null')
        self.assertEqual(self.value(pipeline, '@In' + AT, text), 'null null null null null null')
        self.assertEqual(self.value(pipeline, a, '#{input.@triesLeft}'), 'null')
        self.assert_error('InvalidRequestException', self.client.evaluate_expression, pipelineId=pipeline, objectId=a,
                          expression='#{@resource.@status}', message=f"E307: '@resource' is the text of an id, '@Ec2{AT}' (write 'runsOn.@status'), not a reference to "
                                  "an object, so '.@status' cannot be looked up (at byte 2)")
        task = self.poll('Ec2')
        attempt = task['objects'][a + '_Attempt=1']
        self.assertEqual(field(attempt, 'command'), f'{a}_Attempt=1 1 1 @Ec2{AT} null null')
        self.assertEqual([field(attempt, name) for name in names[:4]], [f'{a}_Attempt=1', '1', '1', '@Ec2' + AT])
        self.client.set_task_status(taskId=task['taskId'], taskStatus='FINISHED')
        [alarm] = self.server.alarms(pipeline)
        self.assertEqual(alarm['message'], f'{a}_Attempt=1 1 1 @Ec2{AT} null null')
        # An alarm has no state of its own; it is of the run of its node.
        self.assertEqual(alarm['subject'], 'null null 1 INSTANCE null')


class Lists(Referring):
    def test_an_alarm_has_all_values(self):
        pipeline = self.new_pipeline([
            obj('Default', scheduleType='ondemand', workerGroup='l'),
            obj('In1', type='S3DataNode', filePath='s3://1'), obj('In2', type='S3DataNode', filePath='s3://2'),
            obj('A', type='ShellCommandActivity', command='true', input=[ref('In1'), ref('In2')], onSuccess=ref('N')),
            obj('N', type='SnsAlarm', role='r', topicArn='t', subject='read #{node.input.id}', message='#{node.@status}: #{node.input.filePath}')],
            activate=True)
        self.finish('l')
        self.assertEqual([(alarm['subject'], alarm['message']) for alarm in self.server.alarms(pipeline)],
                         [(f'read @In1{AT}, read @In2{AT}', 'FINISHED: s3://1, FINISHED: s3://2')])


    def test_two_lists_in_a_text(self):
        pipeline = self.new_pipeline([
            obj('Default', scheduleType='cron', workerGroup='w2', maximumRetries='0'),
            obj('Day', type='Schedule', period='1 day', startDateTime='2024-05-01T00:00:00', occurrences='1'),
            obj('Half', type='Schedule', period='12 hours', startDateTime='2024-05-01T00:00:00', occurrences='2'),
            obj('In', type='S3DataNode', filePath='s3://b', schedule=ref('Half')),
            obj('A', type='ShellCommandActivity', command='x #{@sphere} #{input.@status} #{input.@actualEndTime}', schedule=ref('Day'), input=ref('In'))],
            activate=True)
        self.server.advance(by='12 hours')
        self.assertIsNone(self.poll('w2'))
        failed = self.client.describe_objects(pipelineId=pipeline, objectIds=['@A' + AT])['pipelineObjects'][0]
        self.assertEqual(field(failed, 'errorMessage'),
                         "E306: at most one list can stand in a string, found two: 'input.@status' and 'input.@actualEndTime'; a reference to what has "
                         "several runs here, being of another schedule, has a value of each (in field 'command' of 'A', at byte 0)")

    def test_two_lists_in_a_text_one_of_a_runtime_field(self):
        text = '#{input.filePath} #{input.@status}'
        pipeline = self.new_pipeline([
            obj('Default', scheduleType='cron', workerGroup='w3', maximumRetries='0'),
            obj('Day', type='Schedule', period='1 day', startDateTime='2024-05-01T00:00:00', occurrences='1'),
            obj('Half', type='Schedule', period='12 hours', startDateTime='2024-05-01T00:00:00', occurrences='2'),
            obj('In', type='S3DataNode', filePath='s3://b/#{hour(@scheduledStartTime)}', schedule=ref('Half')),
            obj('A', type='ShellCommandActivity', command=text, schedule=ref('Day'), input=ref('In'))], activate=True)
        self.server.advance(by='12 hours')
        self.assertIsNone(self.poll('w3'))
        failed = self.client.describe_objects(pipelineId=pipeline, objectIds=['@A' + AT])['pipelineObjects'][0]
        said = "E306: at most one list can stand in a string, found two: 'input.filePath' and 'input.@status'"
        self.assertEqual(field(failed, 'errorMessage'), f"{said}; a reference to what has several runs here, being of another schedule, has a value of "
                                                        "each (in field 'command' of 'A', at byte 0)")
        self.assert_error('InvalidRequestException', self.client.evaluate_expression, pipelineId=pipeline, objectId='@A' + AT, expression=text,
                          message=f'{said} (at byte 0)')


class SharedPrecondition(Referring):
    def test_each_instance_has_its_own_id(self):
        pipeline = self.new_pipeline([
            obj('Default', scheduleType='ondemand', workerGroup='s'),
            obj('Pre', 'Shared', type='ShellCommandPrecondition', command='#{id} #{@id} #{@instanceParent.id} #{node.id} #{node.precondition.id}'),
            obj('In1', type='S3DataNode', filePath='s3://1', precondition=ref('Pre')), obj('In2', type='S3DataNode', filePath='s3://2', precondition=ref('Pre')),
            obj('A', type='ShellCommandActivity', command='#{id} #{input.id}', input=[ref('In1'), ref('In2')])], activate=True)
        for node in ('In1', 'In2'):
            guard, guarded = f'@Pre_{node}{AT}', f'@{node}{AT}'
            self.assertEqual(self.value(pipeline, guarded, '#{precondition.id} #{precondition.@status} #{id}'), f'{guard} WAITING_FOR_RUNNER {guarded}')
            self.assertEqual(self.value(pipeline, guard, '#{id}'), guard)
            attempt = guard + '_Attempt=1'
            task = self.finish('s')
            self.assertEqual((task['attemptId'], field(task['objects'][attempt], 'command')), (attempt, f'{attempt} {attempt} {guard} {guarded} {guard}'))
        task = self.finish('s')
        attempt = f'@A{AT}_Attempt=1'
        self.assertEqual(fields(task['objects'][attempt], 'command'), [f'{attempt} @In1{AT}', f'{attempt} @In2{AT}'])


class Many(Referring):
    def test_references_to_many_instances_of_another_schedule(self):
        inputs, intervals = 12, 12
        nodes = [obj(f'In{i}', type='S3DataNode', filePath='s3://b/#{@status}', schedule=ref('Quarter')) for i in range(inputs)]
        pipeline = self.new_pipeline([
            obj('Default', scheduleType='cron', workerGroup='m', maxActiveInstances='50'),
            obj('Three', type='Schedule', period='3 hours', startDateTime='2024-05-01T00:00:00', occurrences='3'),
            obj('Quarter', type='Schedule', period='15 minutes', startDateTime='2024-05-01T00:00:00', occurrences='36'), *nodes,
            obj('A', type='ShellCommandActivity', command='#{input.@status}', schedule=ref('Three'), input=[ref(f'In{i}') for i in range(inputs)])],
            activate=True)
        for _ in range(2):
            self.server.advance(by='3 hours')
        ids = [f'@A_2024-05-01T{hour:02}:00:00' for hour in (0, 3, 6)]
        described = self.client.describe_objects(pipelineId=pipeline, objectIds=ids, evaluateExpressions=True)['pipelineObjects']
        for item, start in zip(described[:2], (0, 3)):
            expected = sorted(f'@In{i}_2024-05-01T{start + quarter // 4:02}:{quarter % 4 * 15:02}:00' for i in range(inputs) for quarter in range(intervals))
            self.assertEqual(sorted(fields(item, 'input')), expected)
            self.assertEqual(fields(item, 'command'), ['FINISHED'] * (inputs * intervals))
        # Of its last run only the first interval has begun: until all have, none of their fields is known.
        self.assertEqual(set(fields(described[2], 'command')), {'null'})
        self.assertEqual(self.value(pipeline, ids[0], '#{input.@status}').count('FINISHED'), inputs * intervals)


class OtherInstances(Referring):
    def test_another_schedule_and_preconditions(self):
        pipeline = self.new_pipeline([
            obj('Default', scheduleType='cron', workerGroup='p', maximumRetries='0'),
            obj('Day', type='Schedule', period='1 day', startDateTime='2024-05-01T00:00:00', occurrences='1'),
            obj('Half', type='Schedule', period='12 hours', startDateTime='2024-05-01T00:00:00', occurrences='3'),
            obj('Pre', type='Exists', workerGroup='pre', myGuarded='#{node.@status} #{node.id}'),
            obj('Hourly', type='ShellCommandActivity', command='true', schedule=ref('Half')),
            obj('Daily', type='ShellCommandActivity', command='#{dependsOn.@status}', schedule=ref('Day'), dependsOn=ref('Hourly'),
                precondition=ref('Pre'))], activate=True)
        daily = '@Daily' + AT
        # It waits for both halves of its day, and the second is not there yet: their fields have no value.
        self.assertEqual(self.value(pipeline, daily, '#{dependsOn.@status} #{precondition.@status}'), 'null WAITING_ON_DEPENDENCIES')
        self.server.advance(by='12 hours')
        self.finish('p')
        described = self.client.describe_objects(pipelineId=pipeline, objectIds=[daily], evaluateExpressions=True)['pipelineObjects'][0]
        self.assertEqual(fields(described, 'dependsOn'), ['@Hourly_2024-05-01T00:00:00', '@Hourly_2024-05-01T12:00:00'])
        self.assertEqual(fields(described, 'command'), ['FINISHED', 'WAITING_FOR_RUNNER'])
        self.assertEqual(self.value(pipeline, daily, '#{dependsOn.@actualEndTime}'), 'null')  # until both have ended
        self.finish('p')
        self.assertEqual(self.value(pipeline, daily, '#{dependsOn.@actualEndTime}'), '["2024-05-01T12:00:00", "2024-05-01T12:00:00"]')
        task = self.poll('pre')
        self.assertEqual(field(task['objects'][f'@Pre{AT}_Attempt=1'], 'myGuarded'), f'WAITING_ON_DEPENDENCIES {daily}')

    def test_a_definition_that_reads_them_gets_a_warning(self):
        objects = [obj('Default', scheduleType='cron', workerGroup='p'),
                   obj('Day', type='Schedule', period='1 day', startDateTime='2024-05-01T00:00:00'),
                   obj('Half', type='Schedule', period='12 hours', startDateTime='2024-05-01T00:00:00'),
                   obj('In', type='S3DataNode', filePath='s3://b/#{@scheduledStartTime}', schedule=ref('Half')),
                   obj('A', type='ShellCommandActivity', command='load #{input.filePath}', schedule=ref('Day'), input=ref('In'))]
        pipeline = self.client.create_pipeline(name='warned', uniqueId='warned')['pipelineId']
        for operation in (self.client.validate_pipeline_definition, self.client.put_pipeline_definition):
            said = operation(pipelineId=pipeline, pipelineObjects=objects)
            self.assertEqual((said['errored'], [one['id'] for one in said['validationWarnings']]), (False, ['A']))
            [warning] = said['validationWarnings'][0]['warnings']
            self.assertIn("'In' runs by schedule 'Half', and 'A' by schedule 'Day'", warning)


class OtherSchedules(Referring):
    """An object of another schedule is read in its runs that belong to the reader's, and not at the reader's time."""

    schedules = [obj('Day', type='Schedule', period='1 day', startDateTime='2024-05-01T00:00:00', occurrences='3'),
                 obj('Half', type='Schedule', period='12 hours', startDateTime='2024-05-01T00:00:00', occurrences='6')]

    def pipeline(self, *objects, **default):
        return self.new_pipeline([obj('Default', scheduleType='cron', maximumRetries='0', **default), *self.schedules, *objects], activate=True)

    def test_a_long_run_reads_all_short_ones(self):
        pipeline = self.pipeline(
            obj('In', 'Input', type='S3DataNode', schedule=ref('Half'), filePath="s3://b/#{format(@scheduledStartTime, 'dd-HH')}",
                myFixed='s3://#{schedule.id}', myBoth=['#{id}', 'x'], myDeep='#{dependsOn.name}', dependsOn=ref('Before'), myState='#{@status}'),
            obj('Before', type='ShellCommandActivity', schedule=ref('Half'), command='true', workerGroup='before'),
            obj('A', type='ShellCommandActivity', schedule=ref('Day'), workerGroup='all', input=ref('In'), onSuccess=ref('N'),
                command='load #{input.filePath}', stdout='#{input.myFixed}'),
            obj('N', type='SnsAlarm', role='r', topicArn='t', subject='s', message='#{node.input.filePath}'))
        a = '@A' + AT
        halves = ['2024-05-01T00:00:00', '2024-05-01T12:00:00']
        texts = {'#{input.filePath}': ['s3://b/01-00', 's3://b/01-12'], '#{input.id}': [f'@In_{half}' for half in halves],
                 '#{input.name}': [f'@Input_{half}' for half in halves], '#{input.@scheduledStartTime}': halves,
                 '#{input.@scheduledEndTime}': [halves[1], '2024-05-02T00:00:00'], '#{input.myDeep}': [f'@Before_{half}' for half in halves],
                 '#{input.dependsOn.name}': [f'@Before_{half}' for half in halves],
                 '#{input.myBoth}': [f'@In_{halves[0]}', 'x', f'@In_{halves[1]}', 'x'], '#{In.filePath}': ['s3://b/01-00', 's3://b/01-12']}
        self.server.advance(by='1 hour')  # the second is not there yet, and when it will be is known
        for _ in range(2):
            for text, values in texts.items():
                self.assertEqual(self.value(pipeline, a, text), '["' + '", "'.join(values) + '"]', text)
            # What is the same in all of them is one value.
            self.assertEqual(self.value(pipeline, a, '#{input.myFixed} #{input} #{input.schedule.period}'), 's3://Half In 12 hours')
            self.assertEqual(self.value(pipeline, a, '#{hour(input.@scheduledStartTime)}'), '[0, 12]')
            self.server.advance(by='12 hours')
        self.assertEqual(self.value(pipeline, a, '#{input.myState}'), 'FINISHED')
        described = self.client.describe_objects(pipelineId=pipeline, objectIds=[a], evaluateExpressions=True)['pipelineObjects'][0]
        self.assertEqual(fields(described, 'command'), ['load s3://b/01-00', 'load s3://b/01-12'])
        task = self.finish('all')
        item = task['objects'][a + '_Attempt=1']
        self.assertEqual((fields(item, 'command'), fields(item, 'stdout')), (['load s3://b/01-00', 'load s3://b/01-12'], ['s3://Half']))
        read = task['objects']['In']
        self.assertEqual((fields(read, 'filePath'), fields(read, 'myFixed'), fields(read, 'schedule'), fields(read, 'type')),
                         (['s3://b/01-00', 's3://b/01-12'], ['s3://Half'], ['Half'], ['S3DataNode']))
        self.assertEqual([one['message'] for one in self.server.alarms(pipeline)], ['s3://b/01-00, s3://b/01-12'])

    def test_a_short_run_reads_the_long_one_it_begins_in(self):
        pipeline = self.pipeline(
            obj('Daily', type='ShellCommandActivity', schedule=ref('Day'), workerGroup='d', command='#{@scheduledStartTime}'),
            obj('A', type='ShellCommandActivity', schedule=ref('Half'), workerGroup='h', dependsOn=ref('Daily'),
                command='#{dependsOn.id} #{dependsOn.command} #{dependsOn.@scheduledStartTime} #{dependsOn.@status} #{@scheduledStartTime}'))
        self.server.advance(by='12 hours')
        self.finish('d')
        daily = '@Daily' + AT
        for half in ('2024-05-01T00:00:00', '2024-05-01T12:00:00'):
            [attempt] = self.finish('h')['objects'].values()
            self.assertEqual(fields(attempt, 'command'), [f'{daily} {AT[1:]} {AT[1:]} FINISHED {half}'])

    def test_what_has_no_such_run_has_no_value(self):
        ended = obj('Ended', type='Schedule', period='1 day', startDateTime='2024-04-01T00:00:00', occurrences='1')
        pipeline = self.pipeline(
            ended, obj('In', type='S3DataNode', schedule=ref('Ended'), filePath='s3://b/#{@scheduledStartTime}', myFixed='s3://#{schedule.id}'),
            obj('A', type='ShellCommandActivity', schedule=ref('Day'), workerGroup='e', input=ref('In'), command='#{input.filePath}'))
        a = '@A' + AT
        self.assertEqual(self.value(pipeline, a, '#{input.myFixed}'), 's3://Ended')
        for name in ('filePath', 'id', 'name', '@scheduledStartTime'):
            error = self.why_not(pipeline, a, '#{input.%s}' % name)
            self.assertIn(f"'{name}' of 'In' has no value here: by their schedules it has no run that belongs to '{a}'", error)

    def test_an_error_in_one_of_the_runs_is_told(self):
        pipeline = self.pipeline(
            obj('In', type='S3DataNode', schedule=ref('Half'), filePath='s3://b/#{myHour}', myHour='#{10 / (hour(@scheduledStartTime) - 12)}'),
            obj('A', type='ShellCommandActivity', schedule=ref('Day'), workerGroup='c', input=ref('In'), command='ls #{input.filePath}'))
        self.assertEqual(self.why_not(pipeline, '@A' + AT, '#{input.myHour}'),
                         "E402: division by zero (in field 'myHour' of 'In', at byte 2)")
        self.server.advance(by='12 hours')
        self.assertIsNone(self.poll('c'))
        failed = [line for line in self.server.log_lines('attempt_failed') if line['pipeline'] == pipeline]
        self.assertIn('division by zero', str(failed))

    def test_a_precondition_is_where_what_it_guards_is(self):
        pipeline = self.pipeline(
            obj('P', type='S3KeyExists', role='r', s3Key='#{node.filePath}', workerGroup='p'),
            obj('In', type='S3DataNode', schedule=ref('Half'), filePath="s3://b/#{format(@scheduledStartTime, 'dd-HH')}", precondition=ref('P')),
            obj('A', type='ShellCommandActivity', schedule=ref('Day'), workerGroup='a', input=ref('In'), command='true'), schedule=ref('Day'))
        self.assertEqual(self.value(pipeline, '@A' + AT, '#{input.precondition.id}'),
                         f'["@P{AT}", "@P_2024-05-01T12:00:00"]')
        self.assertEqual(self.value(pipeline, '@A' + AT, '#{input.precondition.s3Key}'), '["s3://b/01-00", "s3://b/01-12"]')
        self.assertEqual(self.value(pipeline, '@P' + AT, '#{s3Key} #{node.id}'), f's3://b/01-00 @In{AT}')

    def test_secrets_stay_hidden_in_the_log(self):
        pipeline = self.pipeline(
            obj('In', type='S3DataNode', schedule=ref('Half'), filePath='s3://b/#{*myKey}', **{'*myKey': "#{format(@scheduledStartTime, 'HH')}k"}),
            obj('A', type='ShellCommandActivity', schedule=ref('Day'), workerGroup='k', input=ref('In'), command='true', onSuccess=ref('N')),
            obj('N', type='SnsAlarm', role='r', topicArn='t', subject='#{node.input.filePath}', message='#{node.input.filePath}'))
        self.server.advance(by='12 hours')
        self.finish('k')
        self.assertEqual([(one['subject'], one['message']) for one in self.server.alarms(pipeline)],
                         [('s3://b/00k, s3://b/12k',) * 2])
        [logged] = [line for line in self.server.log_lines('alarm') if line['pipeline'] == pipeline]
        self.assertEqual((logged['subject'], logged['message']), ('s3://b/********, s3://b/********',) * 2)


class UnknownInstance(Referring):
    def test_no_id_is_made_up(self):
        pipeline = self.new_pipeline([
            obj('Default', scheduleType='ondemand', workerGroup='i'), obj('P', type='S3KeyExists', role='r', s3Key='s3://k'),
            obj('In1', type='S3DataNode', filePath='s3://1', precondition=ref('P')), obj('In2', type='S3DataNode', filePath='s3://2', precondition=ref('P')),
            obj('A', type='ShellCommandActivity', command='true', input=[ref('In1'), ref('In2')])], activate=True)
        self.assertEqual(self.value(pipeline, '@A' + AT, '#{P.s3Key}'), 's3://k')
        self.assert_error('InvalidRequestException', self.client.evaluate_expression, pipelineId=pipeline, objectId='@A' + AT,
                          expression='#{input.precondition.id}',
                          message="E504: runtime field 'id' of 'P' has no value here: it guards several objects, and which of its instances is "
                                  "meant is not known (in field 'id' of 'P', at byte 0)")


if __name__ == '__main__':
    unittest.main()
