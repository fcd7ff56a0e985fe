"""What follows from a change, and what is told of it: data that is written again, alarms, resources that nothing ran on."""

import os
import unittest

from harness import field, fields, obj, ref
from life_test import Life as LifeTests
from life_test import shell


class Consequences(LifeTests):
    def ids(self, *components):
        return [f'@{component}_{self.at()}' for component in components]

    def states(self, pipeline):
        return {identity.split('_')[0][1:]: status for identity, status in self.statuses(pipeline).items()}

    def activated(self, *objects, **default):
        """The id of a pipeline with one cron run of these."""
        return self.new_pipeline(self.definition(*objects, occurrences='1', **default), activate=True)

    def rerun(self, pipeline, *components):
        self.client.set_status(pipelineId=pipeline, objectIds=self.ids(*components), status='RERUN')

    def value(self, pipeline, identity, expression):
        return self.client.evaluate_expression(pipelineId=pipeline, objectId=identity, expression=expression)['evaluatedExpression']

    def messages(self, pipeline, key='message'):
        return [alarm[key] for alarm in self.server.alarms(pipeline)]


class WrittenAgain(Consequences):
    """A writes N, which B reads; C depends on A."""

    def chain(self, **default):
        guard = obj('P', type='Exists')
        pipeline = self.activated(shell('A', output=ref('N')), obj('N', type='S3DataNode', filePath='s3://b/n', precondition=ref('P')), guard,
                                  shell('B', input=ref('N')), shell('C', dependsOn=ref('A')), **default)
        self.drain()
        self.assertEqual(self.states(pipeline), dict.fromkeys('ABCNP', 'FINISHED'))
        return pipeline

    def test_a_reader_that_is_rerun_with_the_writer_waits_for_it(self):
        for order in ('AB', 'BA'):
            with self.subTest(order):
                self.setUp()
                pipeline = self.chain()
                self.rerun(pipeline, *order)
                self.assertEqual(self.states(pipeline), {'A': 'WAITING_FOR_RUNNER', 'N': 'WAITING_ON_DEPENDENCIES', 'B': 'WAITING_ON_DEPENDENCIES',
                                                         'C': 'FINISHED', 'P': 'FINISHED'})
                self.assertEqual(fields(self.item(pipeline, *self.ids('B')), '@waitingOn'), self.ids('N'))
                self.assertEqual(self.drain(), [f'{identity}_Attempt=2' for identity in self.ids('A', 'B')])
                self.assertEqual(self.states(pipeline), dict.fromkeys('ABCNP', 'FINISHED'))

    def test_a_resource(self):
        run = self.activated(shell('A', output=ref('N'), runsOn=ref('Ec')), obj('N', type='S3DataNode', filePath='s3://b/n'),
                             shell('B', input=ref('N'), runsOn=ref('Ec')), shell('C', dependsOn=ref('A'), runsOn=ref('Ec')),
                             obj('Ec', type='Ec2Resource', role='r', resourceRole='r'))
        self.group = f'{run}_@Ec_{self.at()}'
        self.drain()
        self.rerun(run, 'Ec')
        self.assertEqual(self.states(run), {'Ec': 'CREATING', 'A': 'WAITING_FOR_RUNNER', 'N': 'WAITING_ON_DEPENDENCIES', 'B': 'WAITING_ON_DEPENDENCIES',
                                            'C': 'WAITING_ON_DEPENDENCIES'})
        self.assertEqual(len(self.drain()), 3)
        self.assertEqual(self.states(run), dict.fromkeys(('A', 'B', 'C', 'Ec', 'N'), 'FINISHED'))

    def test_a_writer_that_fails_takes_its_readers_along(self):
        pipeline = self.chain(failureAndRerunMode='CASCADE', maximumRetries='0')
        self.rerun(pipeline, 'A', 'B')
        self.drain('FAILED')
        self.assertEqual(self.states(pipeline), {'A': 'FAILED', 'N': 'CASCADE_FAILED', 'B': 'CASCADE_FAILED', 'C': 'FINISHED', 'P': 'FINISHED'})
        self.rerun(pipeline, 'A')
        self.drain()
        self.assertEqual(self.states(pipeline), dict.fromkeys('ABCNP', 'FINISHED'))

    def test_what_is_not_rerun_is_left_alone(self):
        pipeline = self.chain()
        self.rerun(pipeline, 'B')
        self.assertEqual(self.drain(), [f'@B_{self.at()}_Attempt=2'], 'its data is there')
        self.rerun(pipeline, 'A')
        self.assertEqual(self.drain(), [f'@A_{self.at()}_Attempt=2'], 'what has read it is not repeated')
        self.assertEqual(self.states(pipeline), dict.fromkeys('ABCNP', 'FINISHED'))

    def test_an_activity_that_writes_over_what_it_reads(self):
        for guard in ({}, {'precondition': ref('P')}):
            with self.subTest(guard):
                self.setUp()
                pipeline = self.activated(shell('A', input=ref('N'), output=ref('N')), obj('N', type='S3DataNode', filePath='s3://b/n', **guard),
                                          *([obj('P', type='Exists')] if guard else []), shell('B', input=ref('N'), dependsOn=ref('A')))
                self.assertEqual(self.drain(), [f'{identity}_Attempt=1' for identity in self.ids(*('PAB' if guard else 'AB'))])
                self.assertEqual(set(self.states(pipeline).values()), {'FINISHED'})
                self.rerun(pipeline, 'A')
                self.assertEqual(self.drain(), [f'@A_{self.at()}_Attempt=2'])


class Told(Consequences):
    """An alarm says what EvaluateExpression and DescribeObjects say at that moment."""

    TEXT = '#{node.@status} on #{node.@waitingOn} by #{node.@cascadeFailedOn} at #{node.@actualEndTime} #{node.myOthers}'

    def mail(self, text=None):
        return obj('F', type='SnsAlarm', role='r', topicArn='t', subject='#{node.id}', message=text or self.TEXT)

    def assert_told(self, pipeline, expected, text=None):
        """The alarms' nodes, and that each text is what its node has."""
        self.assertEqual(self.messages(pipeline, 'subject'), expected)
        for identity, message in zip(expected, self.messages(pipeline)):
            self.assertEqual(message, self.value(pipeline, identity, (text or self.TEXT).replace('{node.', '{')))
        return self.messages(pipeline)

    def with_resource(self, **more):
        """A, and B that waits for it, each with an output and on one resource."""
        others = '#{runsOn.@status} #{output.@status}'
        return self.activated(shell('A', runsOn=ref('Ec'), output=ref('N'), onFail=ref('F'), onSuccess=ref('F'), myOthers=others),
                              shell('B', runsOn=ref('Ec'), dependsOn=ref('A'), output=ref('M'), onFail=ref('F'), onSuccess=ref('F'), myOthers=others),
                              obj('N', type='S3DataNode', filePath='s3://b/n'), obj('M', type='S3DataNode', filePath='s3://b/m'),
                              obj('Ec', type='Ec2Resource', role='r', resourceRole='r'), self.mail(), **more)

    def test_a_cascade(self):
        pipeline = self.with_resource(failureAndRerunMode='CASCADE', maximumRetries='0')
        self.group = f'{pipeline}_@Ec_{self.at()}'
        self.drain('FAILED')
        a, b = self.ids('A', 'B')
        end = field(self.item(pipeline, b), '@actualEndTime')
        self.assertEqual(self.assert_told(pipeline, [a, b]), [f'FAILED on null by null at {end} FINISHED CASCADE_FAILED',
                                                              f'CASCADE_FAILED on null by {a} at {end} FINISHED CASCADE_FAILED'])

    def test_the_last_activity(self):
        pipeline = self.with_resource()
        self.group = f'{pipeline}_@Ec_{self.at()}'
        a, b = self.ids('A', 'B')
        self.finish()
        end = field(self.item(pipeline, a), '@actualEndTime')
        self.assertEqual(self.assert_told(pipeline, [a]), [f'FINISHED on null by null at {end} RUNNING FINISHED'])
        self.finish()
        self.assertEqual(self.messages(pipeline)[1], f'FINISHED on null by null at {end} FINISHED FINISHED')
        self.assertEqual(self.value(pipeline, b, self.TEXT.replace('{node.', '{')), self.messages(pipeline)[1])

    def test_what_is_marked_while_it_waits(self):
        pipeline = self.with_resource()
        [b] = self.ids('B')
        self.client.set_status(pipelineId=pipeline, objectIds=[b], status='MARK_FINISHED')
        self.assertIn('FINISHED on null by null', self.assert_told(pipeline, [b])[0])

    def test_a_precondition_of_several_objects(self):
        text = '#{node.id} #{node.@id} #{node.@status} #{node.s3Key} #{node.node.id} #{node.@headAttempt} #{node.errorId}'
        pipeline = self.activated(shell('A', input=[ref('In1'), ref('In2')]), *[
            obj(f'In{i}', type='S3DataNode', filePath=f's3://b/{i}', precondition=ref('Pre'), myKey='#{precondition.s3Key}') for i in (1, 2)],
            obj('Pre', type='S3KeyExists', role='r', s3Key='#{node.filePath}.ok', preconditionTimeout='30 minutes', onFail=ref('F'), onSuccess=ref('F')), self.mail(text))
        self.finish()
        self.finish('FALSE')
        self.server.advance(by='31 minutes')
        first, second = f'@Pre_In1_{self.at()}', f'@Pre_In2_{self.at()}'
        self.assertEqual(self.assert_told(pipeline, [first, second], text), [
            f'{first} {first} FINISHED s3://b/1.ok @In1_{self.at()} {first}_Attempt=1 null',
            f'{second} {second} FAILED s3://b/2.ok @In2_{self.at()} {second}_Attempt=2 PreconditionTimeout'])
        # What is guarded knows by which instance, too.
        self.assertEqual(self.value(pipeline, f'@In2_{self.at()}', '#{myKey}'), 's3://b/2.ok')
        self.assertEqual(field(self.item(pipeline, first, evaluate=True), 's3Key'), 's3://b/1.ok')


class Tasks(Consequences):
    """A task has the fields that DescribeObjects shows of its attempt, except that links lead to components, of which `objects` tells."""

    LINKS = ('input', 'output', 'dependsOn', 'runsOn', 'precondition')

    def agree(self, pipeline, task, links):
        """The attempt as both show it; its links are these components in the task, and their instances in DescribeObjects."""
        handed = task['objects'][task['attemptId']]
        described = self.item(pipeline, task['attemptId'], evaluate=True)
        for key in {entry['key'] for entry in handed['fields'] + described['fields']} - set(self.LINKS):
            self.assertEqual(sorted(fields(handed, key)), sorted(fields(described, key)), key)
        self.assertEqual((handed['id'], handed['name']), (described['id'], described['name']))
        self.assertEqual({key: fields(handed, key) for key in self.LINKS if fields(handed, key)}, links)
        self.assertEqual({key: fields(described, key) for key in self.LINKS if fields(described, key)},
                         {key: self.ids(*targets) for key, targets in links.items()})

    def test_a_task_and_its_attempt(self):
        pipeline = self.activated(
            shell('A', 'x #{input.id} #{input.name}', input=ref('N'), output=ref('O'), precondition=ref('P'), dependsOn=ref('Z'), runsOn=ref('Ec')), shell('Z'),
            obj('N', 'nn', type='S3DataNode', filePath='s3://b/n', precondition=ref('Q')), obj('O', 'oo', type='S3DataNode', filePath='s3://b/#{@status}'),
            obj('P', type='Exists'), obj('Q', type='Exists'), obj('Ec', type='Ec2Resource', role='r', resourceRole='r'))
        guards = []
        while len(guards) < 2:
            task = self.poll(self.group) or self.poll(f'{pipeline}_@Ec_{self.at()}')
            guard = task['attemptId'].split('_')[0][1:]
            if guard in 'PQ':
                guards.append(guard)
                self.agree(pipeline, task, {})
                # What is guarded is its instance, of which the task tells no more.
                node = field(task['objects'][task['attemptId']], 'node')
                self.assertEqual((node, list(task['objects'])), (self.ids('A' if guard == 'P' else 'N')[0], [task['attemptId']]))
            self.client.set_task_status(taskId=task['taskId'], taskStatus='FINISHED')
        task = self.poll(f'{pipeline}_@Ec_{self.at()}')
        self.agree(pipeline, task, {'input': ['N'], 'output': ['O'], 'dependsOn': ['Z'], 'runsOn': ['Ec'], 'precondition': ['P']})
        self.assertEqual(field(task['objects'][task['attemptId']], 'command'), f'x @N_{self.at()} @nn_{self.at()}')
        self.assertEqual({key: item['name'] for key, item in task['objects'].items() if key != task['attemptId']}, {'N': 'nn', 'O': 'oo'})
        for name, path in (('N', 's3://b/n'), ('O', 's3://b/WAITING_ON_DEPENDENCIES')):
            self.assertEqual((task['objects'][name]['id'], field(task['objects'][name], 'filePath')), (name, path))
            self.assertEqual(field(self.item(pipeline, self.ids(name)[0], evaluate=True), 'filePath'), path)


class Resources(Consequences):
    def on_resource(self, **more):
        return self.activated(shell('Z', workerGroup=os.urandom(6).hex()), shell('A', runsOn=ref('Ec'), dependsOn=ref('Z')),
                              obj('Ec', type='Ec2Resource', role='r', resourceRole='r'), **more)

    def begin(self, pipeline):
        """Z ends, and A waits for a runner."""
        self.client.set_status(pipelineId=pipeline, objectIds=self.ids('Z'), status='MARK_FINISHED')
        self.group = f'{pipeline}_@Ec_{self.at()}'

    def test_a_deactivation(self):
        for begun in (False, True):
            with self.subTest(begun):
                self.setUp()
                pipeline = self.on_resource()
                if begun:
                    self.begin(pipeline)
                    self.assertEqual(self.states(pipeline)['Ec'], 'CREATING')
                self.client.deactivate_pipeline(pipelineId=pipeline)
                self.assertEqual(self.states(pipeline), {'A': 'CANCELED', 'Ec': 'CANCELED', 'Z': 'FINISHED' if begun else 'CANCELED'})
                [ec] = self.ids('Ec')
                self.assertEqual(field(self.item(pipeline, ec), 'cancellationReason'), 'no activity has run on it')
                self.assertIsNotNone(field(self.item(pipeline, ec), '@finishedTime'))
                self.client.activate_pipeline(pipelineId=pipeline)
                if not begun:
                    self.begin(pipeline)
                self.assertEqual(self.states(pipeline), {'A': 'WAITING_FOR_RUNNER', 'Ec': 'CREATING', 'Z': 'FINISHED'})
                self.assertIsNone(field(self.item(pipeline, ec), 'cancellationReason'))
                self.assertIsNone(field(self.item(pipeline, ec), '@finishedTime'))
                self.drain()
                self.assertEqual(set(self.states(pipeline).values()), {'FINISHED'})

    def test_one_that_ran(self):
        pipeline = self.on_resource()
        self.begin(pipeline)
        self.take()
        self.client.deactivate_pipeline(pipelineId=pipeline)
        self.assertEqual(self.states(pipeline), {'A': 'CANCELED', 'Ec': 'FINISHED', 'Z': 'FINISHED'})

    def test_activities_that_never_begin(self):
        for status, expected in (('TRY_CANCEL', 'CANCELED'), ('MARK_FINISHED', 'FINISHED')):
            with self.subTest(status):
                self.setUp()
                pipeline = self.on_resource()
                self.client.set_status(pipelineId=pipeline, objectIds=self.ids('A'), status=status)
                self.assertEqual(self.states(pipeline), {'A': expected, 'Ec': 'CANCELED', 'Z': 'WAITING_FOR_RUNNER'})
        self.setUp()
        pipeline = self.on_resource(failureAndRerunMode='CASCADE')
        self.client.set_status(pipelineId=pipeline, objectIds=self.ids('Z'), status='TRY_CANCEL')
        self.assertEqual(self.states(pipeline), {'A': 'CASCADE_FAILED', 'Ec': 'FINISHED', 'Z': 'CANCELED'})
        self.rerun(pipeline, 'Z')
        self.begin(pipeline)
        self.drain()
        self.assertEqual(set(self.states(pipeline).values()), {'FINISHED'})


    def test_its_end_is_an_event(self):
        """Of one that activities have run on; a resource that nothing has used has not succeeded."""
        alarm = obj('Ready', type='SnsAlarm', role='r', topicArn='arn:aws:sns:us-east-1:123456789012:t', subject='#{node.id} #{node.@status}', message='x')
        for is_used in (True, False):
            with self.subTest(is_used):
                self.setUp()
                pipeline = self.activated(shell('Z', workerGroup=os.urandom(6).hex()), shell('A', runsOn=ref('Ec'), dependsOn=ref('Z')),
                                          obj('Ec', type='Ec2Resource', role='r', resourceRole='r', onSuccess=ref('Ready')), alarm,
                                          failureAndRerunMode='CASCADE')
                if is_used:
                    self.begin(pipeline)
                    self.drain()
                else:
                    self.client.set_status(pipelineId=pipeline, objectIds=self.ids('Z'), status='TRY_CANCEL')
                self.assertEqual(self.states(pipeline)['Ec'], 'FINISHED')
                self.assertEqual(self.messages(pipeline, 'subject'), [f'@Ec_{self.at()} FINISHED'] if is_used else [])


class Health(Consequences):
    def test_of_what_was_canceled(self):
        pipeline = self.activated(shell('A'))

        def health():
            described = self.client.describe_pipelines(pipelineIds=[pipeline])['pipelineDescriptionList'][0]
            return field(self.item(pipeline, 'A'), '@healthStatus'), field(described, '@healthStatus')

        self.assertEqual(health(), ('HEALTHY', 'HEALTHY'))
        self.client.deactivate_pipeline(pipelineId=pipeline)
        self.client.activate_pipeline(pipelineId=pipeline)
        self.assertEqual(health(), ('HEALTHY', 'HEALTHY'))  # what a deactivation stopped goes on, and has not ended
        self.client.set_status(pipelineId=pipeline, objectIds=self.ids('A'), status='TRY_CANCEL')
        self.assertEqual(health(), ('ERROR', 'ERROR'))
        self.rerun(pipeline, 'A')
        self.drain()
        self.assertEqual(health(), ('HEALTHY', 'HEALTHY'))


# Only the new tests: the base class has run in its own file.
for name in [name for name in dir(LifeTests) if name.startswith('test_')]:
    setattr(Consequences, name, None)
del LifeTests

if __name__ == '__main__':
    unittest.main()
