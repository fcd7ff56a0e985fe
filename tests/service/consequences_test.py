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


# Only the new tests: the base class has run in its own file.
for name in [name for name in dir(LifeTests) if name.startswith('test_')]:
    setattr(Consequences, name, None)
del LifeTests

if __name__ == '__main__':
    unittest.main()
