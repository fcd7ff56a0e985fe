"""What the real service was seen to answer (recorded.json), driven against this one with a virtual clock and compared field by field."""

import json
import os
import pathlib
import re
import unittest

from harness import ServerTest, field, fields, obj, ref

FACTS = json.loads(pathlib.Path(__file__).with_name('recorded.json').read_text(encoding='utf-8'))


class Recorded(ServerTest):
    arguments = ('--long-poll', '0', '--clock', 'virtual:2014-01-01T00:00:00')
    signed = False

    def make(self, objects=None, **more):
        pipeline = self.client.create_pipeline(name='n', uniqueId=os.urandom(8).hex(), **more)['pipelineId']
        if objects is not None:
            result = self.client.put_pipeline_definition(pipelineId=pipeline, pipelineObjects=objects)
            self.assertFalse(result['errored'], result)
        return pipeline

    def describe(self, pipeline):
        return self.client.describe_pipelines(pipelineIds=[pipeline])['pipelineDescriptionList'][0]

    def values(self, pipeline, wanted):
        described = self.describe(pipeline)
        return {name: field(described, name) for name in wanted}

    def assert_names(self, pipeline, state):
        self.assertEqual(sorted(entry['key'] for entry in self.describe(pipeline)['fields']), sorted(FACTS['pipeline_fields'][state]), state)

    def item(self, pipeline, identity):
        return self.client.describe_objects(pipelineId=pipeline, objectIds=[identity])['pipelineObjects'][0]

    def forward(self, to):
        self.assertEqual(self.server.advance(to=to), to)

    def schedule(self, start, period, **more):
        return obj('S', type='Schedule', startDateTime=start, period=period, **more)

    def take(self, group):
        task = self.poll(group)
        self.client.report_task_progress(taskId=task['taskId'])
        return task['taskId']

    # Tests run in the order of their names, and the clock goes forwards only.

    def test_2014_instances(self):
        """E37, E38, 14.O10, 14.O11: what instances tell of themselves, and that they refer to instances."""
        self.forward('2014-02-01T00:00:00')
        pipeline = self.make([
            obj('Default', schedule=ref('S'), scheduleType='cron', workerGroup='i', maximumRetries='2'),
            self.schedule('2014-02-01T00:00:00', '1 hour', occurrences='1'),
            obj('S3Input', type='S3DataNode', filePath='s3://b/in'), obj('S3Output', 'the output', type='S3DataNode', filePath='s3://b/out'),
            obj('MyCopyActivity', type='CopyActivity', input=ref('S3Input'), output=ref('S3Output'), runsOn=ref('MyEC2')),
            obj('MyEC2', type='Ec2Resource', role='r', resourceRole='r')])
        self.client.activate_pipeline(pipelineId=pipeline)
        at = '_2014-02-01T00:00:00'
        node = self.item(pipeline, '@S3Input' + at)
        self.assertEqual((node['id'], node['name'], field(node, 'parent'), field(node, '@componentParent'), fields(node, 'output')),
                         ('@S3Input' + at, '@S3Input' + at, 'S3Input', 'S3Input', ['@MyCopyActivity' + at]))
        self.assertEqual(self.item(pipeline, '@S3Output' + at)['name'], '@the output' + at)
        self.assertEqual(fields(self.item(pipeline, '@S3Output' + at), 'input'), ['@MyCopyActivity' + at])
        machine = self.item(pipeline, '@MyEC2' + at)
        self.assertEqual((field(machine, '@status'), fields(machine, 'input')), ('CREATING', ['@MyCopyActivity' + at]))
        self.take(f'resource:{pipeline}_@MyEC2{at}')
        activity = self.item(pipeline, '@MyCopyActivity' + at)
        self.assertEqual([fields(activity, name) for name in ('@attemptCount', '@triesLeft', '@headAttempt', '@resource', 'input', 'output', 'runsOn')],
                         [['1'], ['2'], [f'@MyCopyActivity{at}_Attempt=1'], ['@MyEC2' + at], ['@S3Input' + at], ['@S3Output' + at], ['@MyEC2' + at]])

    def test_2015_list_runs(self):
        """E33 to E36: rows from the moment of activation, all with a start, and how they end."""
        self.forward('2015-12-31T06:10:00')
        pipeline = self.make([
            obj('Default', schedule=ref('S'), scheduleType='cron'), self.schedule('2015-12-31T06:10:00', '1 day', occurrences='1'),
            obj('In', type='S3DataNode', directoryPath='s3://b/in'), obj('Out', type='S3DataNode', directoryPath='s3://b/out'),
            obj('Activity', type='PigActivity', script='x', input=ref('In'), output=ref('Out'), runsOn=ref('Cluster')),
            obj('Cluster', type='EmrCluster'), obj('Db', type='RedshiftDatabase', clusterId='c', databaseName='d', username='u', **{'*password': 'p'})])
        self.client.activate_pipeline(pipelineId=pipeline)

        def runs():
            return {name[1:].split('_')[0]: status for name, status in self.statuses(pipeline).items()}

        self.assertEqual(runs(), FACTS['list_runs']['after_activation'])
        for name in runs():
            self.assertEqual(field(self.item(pipeline, f'@{name}_2015-12-31T06:10:00'), '@actualStartTime'), '2015-12-31T06:10:00', name)
        task = self.take(f'{pipeline}_@Cluster_2015-12-31T06:10:00')
        self.assertEqual(runs(), FACTS['list_runs']['running'])
        end = self.server.advance(by='11 minutes')
        self.client.set_task_status(taskId=task, taskStatus='FINISHED')
        self.assertEqual(runs(), FACTS['list_runs']['end'])
        out = self.item(pipeline, '@Out_2015-12-31T06:10:00')
        self.assertEqual((field(out, '@actualStartTime'), field(out, '@actualEndTime')), ('2015-12-31T06:10:00', end))

    def test_2016_mails(self):
        """E46, 5.21: runtime fields without value are written `null`; the object is named by its instance."""
        self.forward('2016-03-02T07:05:00')
        pipeline = self.make([
            obj('Default', schedule=ref('S'), scheduleType='cron', workerGroup='m', maximumRetries='0'),
            self.schedule('2016-03-02T07:05:00', '1 day', occurrences='1'),
            obj('T', 'TransformStep.ShellCommandActivity0', type='ShellCommandActivity', command='x', onFail=ref('Alarm')),
            obj('Alarm', type='SnsAlarm', role='r', topicArn='t', subject='s',
                message='Object: #{node.name} #{node.@id} Error Message: #{node.errorMessage} Error Stack Trace: #{node.errorStackTrace} #{lastRetryTime}')])
        self.client.activate_pipeline(pipelineId=pipeline)
        self.assertEqual(self.client.evaluate_expression(pipelineId=pipeline, objectId='@T_2016-03-02T07:05:00', expression='#{name} #{@actualEndTime}')
                         ['evaluatedExpression'], '@TransformStep.ShellCommandActivity0_2016-03-02T07:05:00 null')
        # E45: the instance's time, and no path is cleaned up.
        self.assertEqual(self.client.evaluate_expression(pipelineId=pipeline, objectId='@T_2016-03-02T07:05:00', expression="s3://fubitz//"
                         "#{format(@scheduledStartTime,'YYYY-MM-dd-HH-mm-ss')}")['evaluatedExpression'], 's3://fubitz//2016-03-02-07-05-00')
        self.client.set_task_status(taskId=self.take('m'), taskStatus='FAILED')
        self.assertEqual(self.server.alarms(pipeline)[0]['message'], 'Object: @TransformStep.ShellCommandActivity0_2016-03-02T07:05:00 @T_2016-03-02T07:05:00 '
                         'Error Message: null Error Stack Trace: null null')

    def test_2017_a_pipeline_from_creation_to_the_end(self):
        """E01 to E10: fields by state, versions by activation, nothing to run, a second activation, deletion."""
        self.forward('2017-07-14T19:16:00')
        pipeline = self.make()
        self.assertRegex(pipeline, r'^df-0\d{6}[0-9A-Z]{11,13}$')
        self.assert_names(pipeline, 'PENDING')
        self.assertNotIn('description', self.describe(pipeline))
        answer = self.client.put_pipeline_definition(pipelineId=pipeline, pipelineObjects=[obj('Default', scheduleType='ondemand')])
        self.assertEqual((answer['validationErrors'], answer['validationWarnings'], answer['errored']), ([], [], False))
        self.assert_names(pipeline, 'PENDING')
        self.client.activate_pipeline(pipelineId=pipeline)
        self.assert_names(pipeline, 'FINISHED, nothing to run')
        first = self.values(pipeline, ['@version', '@pipelineState', '@lastActivationTime', '@finishedTime'])
        self.assertEqual((first['@version'], first['@pipelineState']), ('1', 'FINISHED'))
        now = self.server.advance(by='6 minutes')
        self.client.activate_pipeline(pipelineId=pipeline)
        self.assertEqual(self.values(pipeline, first), {'@version': '2', '@pipelineState': 'FINISHED', '@lastActivationTime': now, '@finishedTime': now})
        self.client.delete_pipeline(pipelineId=pipeline)
        self.assert_error('PipelineDeletedException', self.client.describe_pipelines, pipelineIds=[pipeline], http_status=400,
                          message=f'Pipeline with id: {pipeline} does not exist')
        tagged = self.make(description='d', tags=[{'key': 'ansible', 'value': 'test'}])
        self.assert_names(tagged, 'PENDING, described and tagged')
        self.assertEqual(field(self.describe(tagged), '*tags'), '[{"key":"ansible","value":"test"}]')
        status, headers, body = self.server.http('POST', '/', json.dumps({'pipelineId': tagged}).encode(), {'X-Amz-Target': 'DataPipeline.GetPipelineDefinition'})
        self.assertEqual((status, json.loads(body)), (200, {'pipelineObjects': []}))
        self.assertRegex(headers['x-amzn-RequestId'], '^[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$')

    def test_2017_november_a_schedule_that_lies_ahead(self):
        facts = FACTS['future_schedule']
        self.forward(facts['now'])
        pipeline = self.make([obj('Default', schedule=ref('S'), workerGroup='f'), self.schedule(facts['start'], facts['period'], occurrences='1'),
                              obj('A', type='ShellCommandActivity', command='x')])
        self.client.activate_pipeline(pipelineId=pipeline)
        self.assert_names(pipeline, 'SCHEDULED, first run ahead')
        self.assertEqual(self.values(pipeline, facts['fields']), facts['fields'])

    def test_2018_tags_and_a_second_activation(self):
        """E23: what a pipeline tells that is between two runs."""
        facts = FACTS['between_runs']
        self.forward(facts['start'])
        pipeline = self.make([obj('Default', schedule=ref('S'), scheduleType='cron', workerGroup='b'), self.schedule(facts['start'], facts['period']),
                              obj('A', type='ShellCommandActivity', command='x')], tags=[{'key': 'team', 'value': 'data'}])
        for _ in range(2):
            self.client.activate_pipeline(pipelineId=pipeline)
        self.client.set_task_status(taskId=self.take('b'), taskStatus='FINISHED')
        self.assertEqual(self.values(pipeline, facts['fields']), facts['fields'])

    def test_2019_one_run(self):
        facts = FACTS['one_run']
        self.forward(facts['start'])
        for occurrences, state in (('3', 'SCHEDULED, running'), ('1', 'FINISHED, one run')):
            pipeline = self.make([obj('Default', schedule=ref('S'), scheduleType='cron', workerGroup='o' + occurrences),
                                  self.schedule(facts['start'], facts['period'], occurrences=occurrences),
                                  obj('In', type='S3DataNode', directoryPath='s3://b'), obj('A', type='ShellCommandActivity', command='x', input=ref('In'))])
            self.client.activate_pipeline(pipelineId=pipeline)
            task = self.take('o' + occurrences)
            self.assertEqual(self.values(pipeline, facts['running']), facts['running'])
            if occurrences == '3':
                self.assert_names(pipeline, state)
            self.client.set_task_status(taskId=task, taskStatus='FINISHED')
        self.assert_names(pipeline, state)
        self.assertEqual(self.values(pipeline, facts['finished']), facts['finished'])

    def test_2019_the_health_while_nothing_has_ended(self):
        """E21, E22: a pipeline that runs is healthy, and the time of its health does not move with what ends."""
        self.forward('2019-06-01T00:00:00')
        pipeline = self.make([obj('Default', schedule=ref('S'), scheduleType='cron', workerGroup='healthy'),
                              self.schedule('2019-06-01T00:00:00', '1 day', occurrences='1'), obj('A', type='ShellCommandActivity', command='x')])
        self.client.activate_pipeline(pipelineId=pipeline)
        task = self.take('healthy')
        told = ['@healthStatus', '@healthStatusUpdatedTime']
        running = [field(self.describe(pipeline), name) for name in told]
        self.assertEqual(running, ['HEALTHY', field(self.describe(pipeline), '@lastActivationTime')])
        self.assertEqual([field(self.item(pipeline, 'A'), name) for name in ('@healthStatus', '@healthStatusFromInstanceId')],
                         ['HEALTHY', '@A_2019-06-01T00:00:00'])
        self.forward('2019-06-01T00:10:00')
        self.client.set_task_status(taskId=task, taskStatus='FINISHED')
        self.assertEqual([field(self.describe(pipeline), name) for name in told], running)

    def test_2020_health(self):
        """E39, E50, 14.O12: what programs that rerun failed components read."""
        self.forward('2020-01-01T00:00:00')
        objects = [obj('Default', schedule=ref('S'), scheduleType='cron', workerGroup='h', maximumRetries='0'),
                   self.schedule('2020-01-01T00:00:00', '1 day', occurrences='2'), obj('A', type='ShellCommandActivity', command='x')]
        pipeline = self.make(objects)
        self.assertEqual(field(self.item(pipeline, 'A'), '@status'), 'PENDING')
        self.client.activate_pipeline(pipelineId=pipeline)
        self.client.set_task_status(taskId=self.take('h'), taskStatus='FAILED')
        scheduled = self.client.query_objects(pipelineId=pipeline, sphere='COMPONENT', query={'selectors': [
            {'fieldName': '@status', 'operator': {'type': 'EQ', 'values': ['SCHEDULED']}}]})['ids']
        self.assertIn('A', scheduled)
        component = self.item(pipeline, 'A')
        instance = '@A_2020-01-01T00:00:00'
        self.assertEqual([field(component, name) for name in ('@healthStatus', '@healthStatusFromInstanceId')], ['ERROR', instance])
        self.assertEqual(field(self.describe(pipeline), '@healthStatus'), 'ERROR')
        self.client.set_status(pipelineId=pipeline, objectIds=[instance], status='RERUN')
        self.client.set_task_status(taskId=self.take('h'), taskStatus='FINISHED')
        self.assertEqual((field(self.item(pipeline, 'A'), '@healthStatus'), field(self.describe(pipeline), '@healthStatus')), ('HEALTHY', 'HEALTHY'))

    def test_2022_a_definition_comes_back_as_a_set(self):
        """E48: after Put and Activate, Get gives what was put; definitions with nothing but settings have no errors."""
        def as_sets(definition):
            return [sorted(json.dumps(one, sort_keys=True) for one in definition.get(name, []))
                    for name in ('pipelineObjects', 'parameterObjects', 'parameterValues')]

        roles = obj('Default', role='r', resourceRole='i', scheduleType='cron', schedule=ref('S'), failureAndRerunMode='CASCADE', workerGroup='g')
        start = obj('S', 'Every day', type='Schedule', startAt='FIRST_ACTIVATION_DATE_TIME', period='1 day')
        parameter = {'id': 'myBucket', 'attributes': [{'key': 'type', 'stringValue': 'String'}, {'key': 'description', 'stringValue': 'd'}]}
        for put in ({'pipelineObjects': [obj('Default', failureAndRerunMode='CASCADE')]},
                    {'pipelineObjects': [roles, start, obj('Machine', type='Ec2Resource', instanceType='m1.small', terminateAfter='1 hour')]},
                    {'pipelineObjects': [roles, start, obj('A', type='ShellCommandActivity', command='#{myBucket}')], 'parameterObjects': [parameter],
                     'parameterValues': [{'id': 'myBucket', 'stringValue': 's3://b'}]}):
            pipeline = self.make()
            answer = self.client.put_pipeline_definition(pipelineId=pipeline, **put)
            self.assertEqual((answer['errored'], answer['validationErrors']), (False, []))
            self.client.activate_pipeline(pipelineId=pipeline)
            self.assertEqual(as_sets(self.client.get_pipeline_definition(pipelineId=pipeline)), as_sets(put))

    def test_bytes_of_answers(self):
        """E14, E49: what stands in the body, and what does not."""
        pipeline = self.make([obj('Default')])

        def answer(operation, **body):
            status, headers, text = self.server.http('POST', '/', json.dumps(body).encode(), {'X-Amz-Target': 'DataPipeline.' + operation})
            self.assertEqual((status, int(headers['Content-Length'])), (200, len(text)), operation)
            return text.decode()

        self.assertEqual(answer('ActivatePipeline', pipelineId=pipeline), '{}')
        listed = json.loads(answer('ListPipelines'))
        self.assertEqual((sorted(listed), listed['hasMoreResults']), (['hasMoreResults', 'pipelineIdList'], False))
        self.assertIn({'id': pipeline, 'name': 'n'}, listed['pipelineIdList'])
        self.assertEqual(answer('DeletePipeline', pipelineId=pipeline), '')

    def test_refusals(self):
        pipeline = self.make([obj('Default')])
        for fact in FACTS['refusals']:
            self.assert_error('InvalidRequestException', self.client.query_objects, pipelineId=pipeline, sphere='INSTANCE', message=fact['message'],
                              query={'selectors': [{'fieldName': fact['field'], 'operator': {'type': fact['operator'], 'values': fact['values']}}]})
        # E26: plain dates are taken where the field takes them.
        self.client.query_objects(pipelineId=pipeline, sphere='INSTANCE', query={'selectors': [
            {'fieldName': '@actualStartTime', 'operator': {'type': 'BETWEEN', 'values': ['2015-03-17', '2015-03-18']}}]})
        # E27, E28.
        status, _, body = self.server.http('POST', '/', b'{}', {'X-Amz-Target': 'DataPipeline.GetPipelineDefinition'})
        self.assertEqual((status, json.loads(body)), (400, {'__type': 'ValidationException', 'message': "1 validation error detected: Value null at "
                         "'pipelineId' failed to satisfy constraint: Member must not be null"}))
        result = self.client.put_pipeline_definition(pipelineId=pipeline, pipelineObjects=[
            obj('Default'), self.schedule('2024-05-01T00:00:00', '1 day'), obj('SayHello', type='ShellCommandActivity', command='x', parent='Default', schedule='S', workerGroup='g')])
        self.assertEqual(result['validationErrors'], [{'id': 'SayHello', 'errors': FACTS['references_as_text']['errors']}])

    def test_what_is_not_compared_has_a_reason(self):
        for what, why in FACTS['not_compared'].items():
            self.assertTrue(re.match('.{10}', what) and re.match('.{10}', why))


if __name__ == '__main__':
    unittest.main()
