"""Runs that were left out: nothing waits for them, nothing reads them, and a backfill brings them back."""

import datetime
import time
import unittest

from harness import Server, field, fields, obj, ref
from life_test import Life as LifeTests
from life_test import shell

NONE = "its run that belongs to '{}' was left out: it is before the startTimestamp of an activation, or before the object was added"


class LeftOut(LifeTests):
    """B runs every three hours and waits for A, or reads N, of the day."""

    def days(self, *objects, **default):
        default = {'workerGroup': 'left', 'scheduleType': 'cron', **default}
        return [obj('Default', schedule=ref('Day'), **default),
                obj('Day', type='Schedule', startDateTime=self.at(), period='1 day', occurrences='3'),
                obj('Hours', type='Schedule', startDateTime=self.at(), period='3 hours', occurrences='24'), *objects]

    def pair(self, **more):
        return [shell('A'), obj('N', type='S3DataNode', filePath='s3://b/#{@scheduledStartTime}', myFixed='s3://n'),
                shell('B', schedule=ref('Hours'), dependsOn=ref('A'), **more)]

    def start(self, hour):
        return datetime.datetime.fromisoformat(self.at(hour) + '+00:00')

    def run_all(self, days=4):
        done = []
        for _ in range(days * 4):
            while task := self.poll('left'):
                self.client.set_task_status(taskId=task['taskId'], taskStatus='FINISHED')
                done.append(task['attemptId'].split('_Attempt')[0])
            self.server.advance(by='6 hours')
        return done

    def ids(self, pipeline, component):
        return sorted(one for one in self.statuses(pipeline) if one.startswith(f'@{component}_'))

    def assert_all_ran(self, pipeline, runs_of_b):
        self.run_all()
        self.assertEqual((self.state(pipeline), set(self.statuses(pipeline).values()), len(self.ids(pipeline, 'B'))),
                         ('FINISHED', {'FINISHED'}, runs_of_b))

    def test_before_the_first_activation(self):
        self.server.advance(to=self.at(14))
        pipeline = self.new_pipeline(self.days(*self.pair(input=ref('N'), command='#{dependsOn.@status}')), activate=True,
                                     startTimestamp=self.start(12))
        b = f'@B_{self.at(12)}'
        described = self.item(pipeline, b)
        self.assertEqual((field(described, '@status'), fields(described, '@waitingOn'), fields(described, 'dependsOn'), fields(described, 'input')),
                         ('WAITING_FOR_RUNNER', [], ['A'], ['N']), 'as before the start of a schedule')
        self.assertEqual(self.value(pipeline, b, '#{dependsOn.@status} #{input.myFixed}'), 'null s3://n')
        for text, name, target in (('#{input.filePath}', 'filePath', 'N'), ('#{dependsOn.id}', 'id', 'A')):
            self.assert_error('InvalidRequestException', self.client.evaluate_expression, pipelineId=pipeline, objectId=b, expression=text,
                              message=self.none(name, target, b))
        # What it reads has no values for its task, which says so; on the next day there are some.
        self.run_all()
        by_day = {}
        for one, status in self.statuses(pipeline).items():
            if one.startswith('@B_'):
                by_day.setdefault(one[3:13], set()).add(status)
        self.assertEqual((self.state(pipeline), [by_day[day] for day in sorted(by_day)]), ('FINISHED', [{'FAILED'}, {'FINISHED'}, {'FINISHED'}]))
        failed = self.item(pipeline, b)
        self.assertEqual(field(failed, 'errorId'), 'EvaluationFailed')
        self.assertIn(NONE.format(b), field(failed, 'errorMessage'))

    def value(self, pipeline, identity, expression):
        return self.client.evaluate_expression(pipelineId=pipeline, objectId=identity, expression=expression)['evaluatedExpression']

    def none(self, name, target, reader):
        return f"E504: runtime field '{name}' of '{target}' has no value here: {NONE.format(reader)} (in field '{name}' of '{target}', at byte 0)"

    def test_before_a_later_activation(self):
        """Also for what waits already."""
        pipeline = self.new_pipeline(self.days(*self.pair(), scheduleType='timeseries'), activate=True)
        self.server.advance(to=self.at(7))
        first = f'@B_{self.at(3)}'
        self.assertEqual(fields(self.item(pipeline, first), '@waitingOn'), [f'@A_{self.at()}'])
        self.client.deactivate_pipeline(pipelineId=pipeline)
        self.server.advance(to=self.at(13))
        self.client.activate_pipeline(pipelineId=pipeline, startTimestamp=self.start(3))
        self.assertEqual(fields(self.item(pipeline, first), '@waitingOn'), [])
        self.run_all()
        statuses = self.statuses(pipeline)
        self.assertEqual(statuses.pop(f'@B_{self.at()}'), 'CANCELED')
        self.assertEqual((self.state(pipeline), set(statuses.values()), len(self.ids(pipeline, 'A')), len(self.ids(pipeline, 'B'))),
                         ('FINISHED', {'FINISHED'}, 2, 24))

    def test_before_the_objects_were_added(self):
        pipeline = self.new_pipeline(self.days(shell('Old')), activate=True)
        self.run_all(days=1)
        self.put(pipeline, self.days(shell('Old'), *self.pair()))
        self.client.activate_pipeline(pipelineId=pipeline)
        self.assertEqual(fields(self.item(pipeline, f'@B_{self.at()}'), '@waitingOn'), [])
        self.assert_all_ran(pipeline, 24)
        self.assertEqual(len(self.ids(pipeline, 'A')), 1)

    def test_two_kinds_of_one_schedule(self):
        """What is cron and added begins with the first interval, what is timeseries where those of its kind stand."""
        pipeline = self.new_pipeline(self.days(shell('Old'), scheduleType='timeseries'), activate=True)
        self.server.advance(by='30 hours')
        added = [shell('A'), shell('B', dependsOn=ref('A'), scheduleType='cron')]
        self.put(pipeline, self.days(shell('Old'), *added, scheduleType='timeseries'))
        self.client.activate_pipeline(pipelineId=pipeline)
        first = self.item(pipeline, f'@B_{self.at()}')
        self.assertEqual((field(first, '@status'), fields(first, 'dependsOn')), ('WAITING_FOR_RUNNER', ['A']))
        self.assert_all_ran(pipeline, 3)
        self.assertEqual(len(self.ids(pipeline, 'A')), 2)

    def test_on_demand_and_scheduled(self):
        """No run of the one would be a run of the other: the service takes one type."""
        objects = self.days(shell('A'), shell('O', scheduleType='ondemand', dependsOn=ref('A')), shell('B', dependsOn=ref('O')))
        result = self.client.put_pipeline_definition(pipelineId=self.new_pipeline(), pipelineObjects=objects)
        self.assertEqual(result['validationErrors'], [{'id': 'O', 'errors': [
            "'scheduleType': the service takes ondemand from Default alone, and for the whole pipeline: what waits for a run of this "
            'object by another schedule would wait for ever']}])

    def test_a_backfill_is_waited_for(self):
        self.server.advance(to=self.at(14))
        pipeline = self.new_pipeline(self.days(*self.pair(), shell('Gate', schedule=ref('Hours'))), activate=True, startTimestamp=self.start(12))
        a, b = f'@A_{self.at()}', f'@B_{self.at(12)}'
        self.client.set_status(pipelineId=pipeline, objectIds=['B'], status='PAUSE')
        self.assertNotIn(a, self.statuses(pipeline))
        self.client.deactivate_pipeline(pipelineId=pipeline)
        self.client.activate_pipeline(pipelineId=pipeline, startTimestamp=self.start(0))
        self.client.set_status(pipelineId=pipeline, objectIds=['B'], status='RESUME')
        self.assertEqual(fields(self.item(pipeline, b), '@waitingOn'), [a])
        self.assertEqual(fields(self.item(pipeline, b), 'dependsOn'), [a])
        self.assertEqual(self.value(pipeline, b, '#{dependsOn.@status}'), 'WAITING_FOR_RUNNER')
        self.assert_all_ran(pipeline, 24)

    def test_a_rerun_of_an_old_run(self):
        self.server.advance(to=self.at(14))
        pipeline = self.new_pipeline(self.days(*self.pair()), activate=True, startTimestamp=self.start(12))
        self.run_all(days=1)
        for hour, waits_for in ((12, []), (24, ['A'])):
            moment = (self.start(0) + datetime.timedelta(hours=hour)).isoformat()[:19]
            self.client.set_status(pipelineId=pipeline, objectIds=[f'@B_{moment}'], status='RERUN')
            described = self.item(pipeline, f'@B_{moment}')
            self.assertEqual((field(described, '@status'), fields(described, '@waitingOn')), ('WAITING_FOR_RUNNER', []))
            self.assertEqual(fields(described, 'dependsOn'), [f'@A_{moment}'] if waits_for else ['A'])
        self.assert_all_ran(pipeline, 20)


class Removed(unittest.TestCase):
    """What --keep-finished has removed has ended, so that nothing waits for it; what read it goes first."""

    arguments = ('--long-poll', '0', '--clock', 'virtual:2024-05-01T00:00:00', '--keep-finished', '1 hour')

    def setUp(self):
        self.server = Server(signed=False, arguments=self.arguments)
        self.addCleanup(self.server.stop)
        self.client = self.server.client()

    def drain(self):
        while task := self.client.poll_for_task(workerGroup='w').get('taskObject'):
            self.client.set_task_status(taskId=task['taskId'], taskStatus='FINISHED')

    def instances(self, pipeline):
        return self.client.query_objects(pipelineId=pipeline, sphere='INSTANCE').get('ids', [])

    def wait_until(self, pipeline, ids):
        """The house is kept every ten seconds of the wall's clock."""
        end = time.monotonic() + 40
        while self.instances(pipeline) != ids and time.monotonic() < end:
            time.sleep(0.5)
            self.server.advance(by='1 minute')
        self.assertEqual(self.instances(pipeline), ids)

    def test_added_after_it_was_removed(self):
        pipeline = self.client.create_pipeline(name='p', uniqueId='p')['pipelineId']
        day = [obj('Default', workerGroup='w', schedule=ref('Day'), scheduleType='cron'),
               obj('Day', type='Schedule', startDateTime='2024-05-01T00:00:00', period='1 day'), shell('A')]
        added = [obj('Part', type='Schedule', startDateTime='2024-05-01T00:00:00', period='6 hours'),
                 shell('B', schedule=ref('Part'), dependsOn=ref('A'))]

        def activate(objects):
            self.client.put_pipeline_definition(pipelineId=pipeline, pipelineObjects=objects)
            self.client.activate_pipeline(pipelineId=pipeline)
            self.drain()

        activate(day)
        self.server.advance(by='14 hours')
        self.wait_until(pipeline, [])
        activate(day + added)
        self.assertEqual(self.instances(pipeline), [f'@B_2024-05-01T{hour}:00:00' for hour in ('00', '06', '12')])


# Only the new tests: the base class has run in its own file.
for name in [name for name in dir(LifeTests) if name.startswith('test_')]:
    setattr(LeftOut, name, None)
del LifeTests

if __name__ == '__main__':
    unittest.main()
