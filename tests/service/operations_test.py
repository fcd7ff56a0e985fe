"""The nineteen operations through boto3: what they answer, and which error they give when they cannot."""

import unittest

from harness import ServerTest, field, fields, obj, ref, runtime

SCHEDULE = obj('Schedule', type='Schedule', startDateTime='2012-12-12T00:00:00', endDateTime='2012-12-21T18:00:00',
               period='1 hour')
DEFAULT = obj('Default', workerGroup='group', myTag='tag-#{name}')
SAY_HELLO = obj('SayHello', type='ShellCommandActivity', command='echo #{myTag} > #{output.directoryPath}',
                schedule=ref('Schedule'), output=ref('Out'), myList=['one', 'two'])
OUT = obj('Out', type='S3DataNode', directoryPath='#{myBucket}/#{format(@scheduledStartTime, "YYYY-MM-dd")}',
          schedule=ref('Schedule'))
OBJECTS = [DEFAULT, SCHEDULE, SAY_HELLO, OUT]
PARAMETERS = [{'id': 'myBucket', 'attributes': [{'key': 'type', 'stringValue': 'AWS::S3::ObjectKey'}]}]
VALUES = [{'id': 'myBucket', 'stringValue': 's3://bucket'}]


class Pipelines(ServerTest):
    arguments = ('--long-poll', '1')

    def test_create_is_idempotent(self):
        first = self.client.create_pipeline(name='n', uniqueId='u', description='d', tags=[{'key': 'k', 'value': 'v'}])
        again = self.client.create_pipeline(name='n', uniqueId='u')
        other = self.client.create_pipeline(name='n', uniqueId='other')
        self.assertRegex(first['pipelineId'], '^df-0[0-9]{6}[A-Z0-9]{13}$')
        self.assertEqual(first['pipelineId'], again['pipelineId'])
        self.assertNotEqual(first['pipelineId'], other['pipelineId'])
        self.assertRegex(first['ResponseMetadata']['RequestId'], '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$')

    def test_describe(self):
        pipeline = self.client.create_pipeline(name='described', uniqueId='u', description='d',
                                               tags=[{'key': 'k', 'value': 'v'}])['pipelineId']
        described = self.client.describe_pipelines(pipelineIds=[pipeline])['pipelineDescriptionList'][0]
        self.assertEqual((described['pipelineId'], described['name'], described['description'], described['tags']),
                         (pipeline, 'described', 'd', [{'key': 'k', 'value': 'v'}]))
        self.assertEqual(field(described, '@pipelineState'), 'PENDING')
        self.assertEqual(field(described, '@sphere'), 'PIPELINE')
        self.assertRegex(field(described, '@creationTime'), r'^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$')

    def test_list_has_pages(self):
        made = {self.client.create_pipeline(name=f'page {n}', uniqueId='page')['pipelineId'] for n in range(130)}
        listed, marker = [], ''
        while True:
            page = self.client.list_pipelines(marker=marker)
            listed += [item['id'] for item in page['pipelineIdList']]
            if not page['hasMoreResults']:
                break
            self.assertEqual(len(page['pipelineIdList']), 100)
            marker = page['marker']
        self.assertEqual(listed, sorted(set(listed), reverse=True))
        self.assertLessEqual(made, set(listed))
        # Taking any text for a marker would look like the end of the list.
        for wrong in ('x', '5', 'zz'):
            self.assert_error('InvalidRequestException', self.client.list_pipelines, marker=wrong,
                              message='the marker is not one that this operation gave')

    def test_tags(self):
        pipeline = self.new_pipeline()
        self.client.add_tags(pipelineId=pipeline, tags=[{'key': 'a', 'value': '1'}, {'key': 'b', 'value': '2'}])
        self.client.add_tags(pipelineId=pipeline, tags=[{'key': 'a', 'value': '3'}])
        self.client.remove_tags(pipelineId=pipeline, tagKeys=['b', 'no such'])
        tags = self.client.describe_pipelines(pipelineIds=[pipeline])['pipelineDescriptionList'][0]['tags']
        self.assertEqual(tags, [{'key': 'a', 'value': '3'}])
        self.client.add_tags(pipelineId=pipeline, tags=[{'key': str(n), 'value': ''} for n in range(9)])
        self.assert_error('InvalidRequestException', self.client.add_tags, pipelineId=pipeline,
                          tags=[{'key': 'one more', 'value': ''}],
                          message='a pipeline can have at most 10 tags, this makes 11')

    def test_unknown_and_deleted(self):
        unknown = 'df-NOSUCH'
        pipeline = self.new_pipeline(OBJECTS, parameters=PARAMETERS, values=VALUES)
        self.client.delete_pipeline(pipelineId=pipeline)
        self.client.delete_pipeline(pipelineId=pipeline)
        calls = {
            self.client.activate_pipeline: {}, self.client.deactivate_pipeline: {},
            self.client.add_tags: {'tags': []}, self.client.remove_tags: {'tagKeys': []},
            self.client.describe_objects: {'objectIds': ['Default']},
            self.client.evaluate_expression: {'objectId': 'Default', 'expression': '#{1}'},
            self.client.get_pipeline_definition: {}, self.client.query_objects: {'sphere': 'COMPONENT'},
            self.client.put_pipeline_definition: {'pipelineObjects': []},
            self.client.validate_pipeline_definition: {'pipelineObjects': []},
            self.client.set_status: {'objectIds': ['Default'], 'status': 'PAUSE'},
        }
        for call, more in calls.items():
            with self.subTest(call.__name__):
                self.assert_error('PipelineNotFoundException', call, pipelineId=unknown, **more, http_status=400,
                                  message='Pipeline with id: df-NOSUCH does not exist')
                self.assert_error('PipelineDeletedException', call, pipelineId=pipeline, **more, http_status=400,
                                  message=f'Pipeline with id: {pipeline} does not exist')
        self.assert_error('PipelineNotFoundException', self.client.delete_pipeline, pipelineId=unknown)
        self.assert_error('PipelineNotFoundException', self.client.describe_pipelines, pipelineIds=[unknown])
        self.assert_error('PipelineDeletedException', self.client.describe_pipelines, pipelineIds=[pipeline])

    def test_errors_are_classes(self):
        with self.assertRaises(self.client.exceptions.PipelineNotFoundException):
            self.client.delete_pipeline(pipelineId='df-NOSUCH')
        with self.assertRaises(self.client.exceptions.TaskNotFoundException):
            self.client.report_task_progress(taskId='no such task')
        with self.assertRaises(self.client.exceptions.InvalidRequestException):
            self.client.query_objects(pipelineId=self.new_pipeline(), sphere='NOWHERE')


class Definitions(ServerTest):
    arguments = ('--long-poll', '1')

    def test_definition_comes_back_as_put(self):
        pipeline = self.new_pipeline(OBJECTS, parameters=PARAMETERS, values=VALUES)
        got = self.client.get_pipeline_definition(pipelineId=pipeline)
        self.assertEqual((got['pipelineObjects'], got['parameterObjects'], got['parameterValues']), (OBJECTS, PARAMETERS, VALUES))
        self.assertEqual(self.client.get_pipeline_definition(pipelineId=pipeline, version='active')['pipelineObjects'], [])
        self.client.activate_pipeline(pipelineId=pipeline)
        self.client.put_pipeline_definition(pipelineId=pipeline, pipelineObjects=[DEFAULT, SCHEDULE])
        self.assertEqual(self.client.get_pipeline_definition(pipelineId=pipeline)['pipelineObjects'], [DEFAULT, SCHEDULE])
        active = self.client.get_pipeline_definition(pipelineId=pipeline, version='active')
        self.assertEqual(active['pipelineObjects'], OBJECTS)
        self.assert_error('InvalidRequestException', self.client.get_pipeline_definition, pipelineId=pipeline, version='9',
                          message="expected version 'latest' or 'active', found '9'")

    def test_nothing_put_yet(self):
        pipeline = self.new_pipeline()
        self.assertEqual(self.client.get_pipeline_definition(pipelineId=pipeline)['pipelineObjects'], [])
        message = f'pipeline {pipeline} has no definition: call PutPipelineDefinition first'
        self.assert_error('InvalidRequestException', self.client.activate_pipeline, pipelineId=pipeline, message=message)
        self.assert_error('InvalidRequestException', self.client.evaluate_expression, pipelineId=pipeline, objectId='x',
                          expression='x', message=message)

    def test_validation(self):
        pipeline = self.new_pipeline()
        objects = [DEFAULT, obj('Schedule', type='Schedule', startDateTime='tomorrow', period='1 hour'),
                   obj('Act', type='ShellCommandActivity', command='#{1 +}', schedule=ref('Schedule'), input=ref('Nowhere'))]
        result = self.client.validate_pipeline_definition(pipelineId=pipeline, pipelineObjects=objects)
        self.assertTrue(result['errored'])
        errors = {item['id']: item['errors'] for item in result['validationErrors']}
        self.assertEqual(errors['Schedule'], ["INVALID_FIELD_VALUE: 'startDateTime' value must be a literal datetime value."])
        self.assertEqual(sorted(text.split(':')[0] for text in errors['Act']), ["'command'", "'input'"])
        # A definition with errors is saved all the same, and cannot be activated.
        self.assertTrue(self.client.put_pipeline_definition(pipelineId=pipeline, pipelineObjects=objects)['errored'])
        self.assertEqual(self.client.get_pipeline_definition(pipelineId=pipeline)['pipelineObjects'], objects)
        self.assert_error('InvalidRequestException', self.client.activate_pipeline, pipelineId=pipeline)

    def test_the_checker_speaks_through_validation(self):
        """Its errors and warnings, each with the object or parameter that it is about."""
        pipeline = self.new_pipeline()
        objects = [DEFAULT, obj('Late', type='Schedule', startDateTime='#{myStart}', period='#{myPeriod}', myPeriod='5 minutes'),
                   obj('Never', type='Schedule', startDateTime='2024-05-01T00:00:00', period='#{myValueless}'),
                   obj('Act', type='ShellCommandActivity', command='#{nosuch} #{format(@scheduledStartTime, "YYYY-MM-dd-hh")}')]
        parameters = [{'id': 'myStart', 'attributes': [{'key': 'type', 'stringValue': 'Integer'}]},
                      {'id': 'myValueless', 'attributes': [{'key': 'type', 'stringValue': 'String'}]},
                      {'id': 'myUnused', 'attributes': [{'key': 'type', 'stringValue': 'String'}]}]
        values = [{'id': 'myStart', 'stringValue': '2024-05-01T00:00:00'}]
        result = self.client.validate_pipeline_definition(pipelineId=pipeline, pipelineObjects=objects, parameterObjects=parameters,
                                                          parameterValues=values)
        self.assertTrue(result['errored'])
        errors = [(item['id'], len(item['errors'])) for item in result['validationErrors']]
        self.assertEqual(errors, [('Late', 1), ('Never', 1), ('Act', 1), ('myStart', 1)])
        warnings = [(item['id'], len(item['warnings'])) for item in result['validationWarnings']]
        self.assertEqual(warnings, [('Late', 1), ('Never', 1), ('Act', 2), ('myValueless', 1), ('myUnused', 1)])
        # As in the service's answers, no code stands before the text.
        self.assertEqual(result['validationErrors'][2]['errors'], ["'command': there is no field, parameter or object 'nosuch'"])
        # An activation is refused with all of them, up to 20.
        self.client.put_pipeline_definition(pipelineId=pipeline, pipelineObjects=[DEFAULT, *(
            obj(f'A{i:02}', type='ShellCommandActivity', workerGroup='w', schedule=ref('S'), command=f'#{{nosuch{i:02}x}}') for i in range(22)),
            obj('S', type='Schedule', startDateTime='2024-05-01T00:00:00', period='1 day')])
        each = "'command': there is no field, parameter or object 'nosuch%02dx'"
        self.assert_error('InvalidRequestException', self.client.activate_pipeline, pipelineId=pipeline, message='Pipeline definition has errors: ' +
                          '; '.join(f"object 'A{i:02}': {each % i}" for i in range(20)) + '; and 2 more')

    def test_what_a_definition_says_in_vain(self):
        default = obj('Default', scheduleType='ondemand', workerGroup='w')
        guarded = [default, obj('A', type='ShellCommandActivity', command='x', runsOn=ref('Ec'), precondition=ref('P')),
                   obj('Ec', type='Ec2Resource', terminateAfter='1 hour', precondition=ref('Q')),
                   obj('P', type='ShellCommandPrecondition', command='x', precondition=ref('Q')),
                   obj('Q', type='ShellCommandPrecondition', command='x')]
        pipeline = self.new_pipeline()
        found = self.client.put_pipeline_definition(pipelineId=pipeline, pipelineObjects=guarded)['validationWarnings']
        never = "'precondition': 'Q' is never asked: only activities and data nodes wait for their preconditions here"
        self.assertEqual([one['id'] for one in found if never in one['warnings']], ['Ec', 'P'])
        for limit, errors, warnings in (('6', [], ["'maxActiveInstances': a pipeline on demand has at most 5 runs at a time"]), ('5', [], []),
                                        ('0', ["'maxActiveInstances': 'maxActiveInstances' must be an integer from 1, found '0'"], [])):
            with self.subTest(limit):
                found = self.client.validate_pipeline_definition(pipelineId=pipeline, pipelineObjects=[
                    default, obj('A', type='ShellCommandActivity', command='x', maxActiveInstances=limit)])
                self.assertEqual([[text for one in found[kind] for text in one[key]] for kind, key in
                                  (('validationErrors', 'errors'), ('validationWarnings', 'warnings'))], [errors, warnings])

    def test_fatal_errors_save_nothing(self):
        pipeline = self.new_pipeline([DEFAULT])
        begin = 'Pipeline definition has errors: Could not save the pipeline definition due to FATAL errors: ['
        end = '] Please call Validate to validate your pipeline'
        cases = [
            ([obj('A', key='')], "field 'key' of object 'A' is empty"),
            ([obj('A'), obj('A')], "object 'A' is defined twice"),
            ([obj('A', parent=ref('B')), obj('B', parent=ref('A'))], "the parents of 'A' lead back to itself: A -> B -> A"),
        ]
        for objects, why in cases:
            self.assert_error('InvalidRequestException', self.client.put_pipeline_definition, pipelineId=pipeline,
                              pipelineObjects=objects, message=begin + why + end)
        self.assert_error('InvalidRequestException', self.client.put_pipeline_definition, pipelineId=pipeline,
                          pipelineObjects=[obj(f'A{n}') for n in range(101)],
                          message='Web service limit exceeded: Exceeded maximum number of objects allowed per pipeline')
        self.assertEqual(self.client.get_pipeline_definition(pipelineId=pipeline)['pipelineObjects'], [DEFAULT])

    def test_activation_values_replace(self):
        pipeline = self.new_pipeline(OBJECTS, parameters=PARAMETERS, values=VALUES)
        self.client.activate_pipeline(pipelineId=pipeline, parameterValues=[{'id': 'myBucket', 'stringValue': 's3://other'}])
        result = self.client.evaluate_expression(pipelineId=pipeline, objectId='SayHello', expression='#{myBucket}')
        self.assertEqual(result['evaluatedExpression'], 's3://other')
        # Values that make the definition wrong are not kept.
        typed = [{'id': 'myBucket', 'attributes': [{'key': 'type', 'stringValue': 'Integer'}]}]
        pipeline = self.new_pipeline(OBJECTS, parameters=typed, values=[{'id': 'myBucket', 'stringValue': '5'}])
        self.assert_error('InvalidRequestException', self.client.activate_pipeline, pipelineId=pipeline,
                          parameterValues=[{'id': 'myBucket', 'stringValue': 'five'}])
        self.assertEqual(self.client.get_pipeline_definition(pipelineId=pipeline)['parameterValues'], [{'id': 'myBucket', 'stringValue': '5'}])

    def test_deactivate_and_resume(self):
        pipeline = self.new_pipeline(OBJECTS, parameters=PARAMETERS, values=VALUES)
        self.assert_error('InvalidRequestException', self.client.deactivate_pipeline, pipelineId=pipeline)
        self.client.activate_pipeline(pipelineId=pipeline)
        self.client.deactivate_pipeline(pipelineId=pipeline)
        described = self.client.describe_pipelines(pipelineIds=[pipeline])['pipelineDescriptionList'][0]
        self.assertEqual(field(described, '@pipelineState'), 'INACTIVE')
        self.assertEqual(set(self.statuses(pipeline).values()), {'CANCELED'})
        self.client.activate_pipeline(pipelineId=pipeline)
        self.assertIn('WAITING_FOR_RUNNER', self.statuses(pipeline).values())


class Evaluation(ServerTest):
    arguments = ('--long-poll', '1')

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pipeline = cls.client.create_pipeline(name='evaluation', uniqueId='1')['pipelineId']
        cls.client.put_pipeline_definition(
            pipelineId=cls.pipeline, parameterObjects=PARAMETERS, parameterValues=VALUES,
            pipelineObjects=[*OBJECTS, runtime('Db', type='RedshiftDatabase', star_password='s3cr3t', clusterId='c', databaseName='d', username='u')])
        cls.client.activate_pipeline(pipelineId=cls.pipeline)

    def evaluate(self, target, expression):
        result = self.client.evaluate_expression(pipelineId=self.pipeline, objectId=target, expression=expression)
        return result['evaluatedExpression']

    def test_components(self):
        text = 'Transform started at #{startDateTime} and finished at #{endDateTime}'
        self.assertEqual(self.evaluate('Schedule', text),
                         'Transform started at 2012-12-12T00:00:00 and finished at 2012-12-21T18:00:00')
        self.assertEqual(self.evaluate('SayHello', '#{myTag} #{1 + 2} #{myList}'),
                         '["tag-SayHello 3 one", "tag-SayHello 3 two"]')

    def test_instances(self):
        instance = '@SayHello_2012-12-12T01:00:00'
        self.assertEqual(self.evaluate(instance, '#{output.directoryPath} #{@id}'),
                         's3://bucket/2012-12-12 @SayHello_2012-12-12T01:00:00')
        self.assertEqual(self.evaluate(instance + '_Attempt=1', '#{@id}'), '@SayHello_2012-12-12T01:00:00_Attempt=1')
        self.assertEqual(self.evaluate(instance, '#{@status}'), 'WAITING_FOR_RUNNER')

    def test_errors(self):
        for expression in ('#{1 +}', '#{nosuch}', '#{1', '#{@scheduledStartTime}', '#{1 / 0}'):
            with self.subTest(expression):
                self.assert_error('InvalidRequestException', self.client.evaluate_expression, pipelineId=self.pipeline,
                                  objectId='SayHello', expression=expression)
        self.assert_error('InvalidRequestException', self.client.evaluate_expression, pipelineId=self.pipeline,
                          objectId='NoSuch', expression='x', message=f"pipeline {self.pipeline} has no object 'NoSuch'")

    def test_long_text(self):
        text = 'x' * 1_000_000 + '#{1 + 1}' + 'é' * 500_000
        self.assertEqual(self.evaluate('Default', text), text.replace('#{1 + 1}', '2'))

    def test_what_json_escapes_comes_back_at_every_place(self):
        for special in '"', '\\', '\n', '\r', '\t', '"\n', 'ä', '€', '\U0001f600', '\x7f':
            text = special * 3000 + ''.join('x' * before + special + 'y' * after for before in range(70) for after in range(70))
            for length in range(1, 80):
                text += '#{""}' + 'x' * (length - 1) + special
            self.assertEqual(self.evaluate('Default', text), text.replace('#{""}', ''))

    def test_control_characters_are_refused_at_every_place(self):
        for place in range(0, 40):
            self.assert_error('ValidationException', self.client.evaluate_expression, pipelineId=self.pipeline, objectId='Default',
                              expression='x' * place + '\x01' + 'y' * (70 - place))

    def test_secret_is_evaluated_and_never_logged(self):
        self.assertEqual(self.evaluate('Db', '#{*password}'), 's3cr3t')
        self.assertNotIn('s3cr3t', self.server.log_text())


class Objects(ServerTest):
    arguments = ('--long-poll', '1')

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pipeline = cls.client.create_pipeline(name='objects', uniqueId='1')['pipelineId']
        cls.client.put_pipeline_definition(pipelineId=cls.pipeline, pipelineObjects=OBJECTS, parameterObjects=PARAMETERS,
                                           parameterValues=VALUES)
        cls.client.activate_pipeline(pipelineId=cls.pipeline)

    def describe(self, target, evaluate=False):
        result = self.client.describe_objects(pipelineId=self.pipeline, objectIds=[target], evaluateExpressions=evaluate)
        self.assertFalse(result['hasMoreResults'])
        return result['pipelineObjects'][0]

    def test_component(self):
        item = self.describe('SayHello')
        self.assertEqual((item['id'], item['name']), ('SayHello', 'SayHello'))
        self.assertEqual(field(item, 'command'), 'echo #{myTag} > #{output.directoryPath}')
        self.assertEqual(fields(item, 'myList'), ['one', 'two'])
        self.assertEqual((field(item, '@sphere'), field(item, '@pipelineId'), field(item, 'parent')),
                         ('COMPONENT', self.pipeline, 'Default'))

    def test_instance_is_evaluated(self):
        item = self.describe('@SayHello_2012-12-12T00:00:00', True)
        self.assertEqual(field(item, 'command'), 'echo tag-@SayHello_2012-12-12T00:00:00 > s3://bucket/2012-12-12')
        self.assertEqual((field(item, '@sphere'), field(item, '@componentParent'), field(item, 'parent'), field(item, '@status')),
                         ('INSTANCE', 'SayHello', 'SayHello', 'WAITING_FOR_RUNNER'))
        self.assertEqual((field(item, '@scheduledStartTime'), field(item, '@scheduledEndTime')),
                         ('2012-12-12T00:00:00', '2012-12-12T01:00:00'))
        self.assertEqual(field(self.describe('@SayHello_2012-12-12T00:00:00'), 'command'),
                         'echo #{myTag} > #{output.directoryPath}')

    def test_query(self):
        def query(sphere, *selectors, **more):
            return self.client.query_objects(pipelineId=self.pipeline, sphere=sphere, query={'selectors': [
                {'fieldName': name, 'operator': {'type': kind, 'values': list(values)}} for name, kind, *values in selectors]}, **more)

        self.assertEqual(query('COMPONENT')['ids'], ['Default', 'Schedule', 'SayHello', 'Out'])
        self.assertEqual(query('COMPONENT', ('name', 'EQ', 'Schedule'))['ids'], ['Schedule'])
        self.assertEqual(query('COMPONENT', ('@status', 'EQ', 'SCHEDULED'), limit=2)['ids'], ['Default', 'Schedule'])
        first = '@SayHello_2012-12-12T00:00:00'
        said = ('@componentParent', 'REF_EQ', 'SayHello')
        self.assertEqual(query('INSTANCE', said, ('@scheduledStartTime', 'LE', '2012-12-12T00:30:00'))['ids'], [first])
        self.assertEqual(len(query('INSTANCE', said, ('@scheduledStartTime', 'BETWEEN', '2012-12-12T01:00:00', '2012-12-12T02:00:00'))['ids']), 2)
        self.assertEqual(query('ATTEMPT', ('@instanceParent', 'REF_EQ', first))['ids'], [first + '_Attempt=1'])
        # Both operators are for all fields, and neither silently finds nothing.
        self.assertEqual(query('ATTEMPT', ('@instanceParent', 'EQ', first))['ids'], [first + '_Attempt=1'])
        self.assertEqual(query('INSTANCE', ('parent', 'EQ', 'SayHello'))['ids'], query('INSTANCE', said)['ids'])
        self.assertEqual(query('COMPONENT', ('@status', 'REF_EQ', 'SCHEDULED'), limit=2)['ids'], ['Default', 'Schedule'])
        self.assertEqual(query('INSTANCE', said, ('@scheduledStartTime', 'REF_EQ', first[-19:]))['ids'], [first])
        self.assertEqual(query('INSTANCE', ('@actualEndTime', 'GE', '2000-01-01T00:00:00'))['ids'], [])
        page = query('INSTANCE', limit=3)
        self.assertEqual((len(page['ids']), page['hasMoreResults']), (3, True))
        self.assertRegex(page['marker'], r'^\d+/@')
        self.assertNotEqual(query('INSTANCE', limit=3, marker=page['marker'])['ids'], page['ids'])
        self.assert_error('InvalidRequestException', query, 'INSTANCE', ('@status', 'BETWEEN', 'one'),
                          message='The given input is not valid: Operator: BETWEEN not suppoerted for field @status in query')
        self.assert_error('InvalidRequestException', query, 'INSTANCE', ('@status', 'EQ', 'RUNNING', 'FINISHED'),
                          message='The request is missing a required value: Missing single value for field: @status in query')
        self.assert_error('InvalidRequestException', query, 'INSTANCE', ('type', 'EQ', 'x'),
                          message='The given input is not valid: Operator: EQ not suppoerted for field type in query')
        self.assert_error('InvalidRequestException', query, 'INSTANCE', marker='x',
                          message='the marker is not one that this operation gave')
        for wrong in ('4', '-1', '99999999999999999999'):
            self.assert_error('InvalidRequestException', query, 'COMPONENT', marker=wrong,
                              message='the marker is not one that this operation gave')
        self.assert_error('InvalidRequestException', self.client.query_objects, pipelineId=self.pipeline, sphere='INSTANCE',
                          query={'selectors': [{'fieldName': '@status'}]},
                          message='The request is missing a required value: Missing operator for field: @status in query')
        # Times are compared as times, however they are written.
        for same in ('2012-12-12', '2012-12-12T00:00:00Z', '2012-12-12T02:00:00+02:00'):
            self.assertEqual(query('INSTANCE', said, ('@scheduledStartTime', 'EQ', same))['ids'], [first])
            self.assertEqual(query('INSTANCE', said, ('@scheduledStartTime', 'LE', same))['ids'], [first])
            self.assertIn(first, query('INSTANCE', said, ('@actualStartTime', 'GE', same))['ids'])
        self.assert_error('InvalidRequestException', query, 'INSTANCE', ('@actualStartTime', 'BETWEEN', '2012-12-12', '12/13/2012'),
                          message="expected a time such as 2024-05-24T17:00:00 for field @actualStartTime in query, found '12/13/2012'")
        self.assert_error('InvalidRequestException', query, 'INSTANCE', *[said] * 11, message='expected at most 10 selectors, found 11')
        self.assert_error('InvalidRequestException', query, 'PIPELINE',
                          message="expected sphere COMPONENT, INSTANCE or ATTEMPT, found 'PIPELINE'")

    def test_markers_of_descriptions(self):
        for wrong in ('1', '5', 'x', '-1'):
            self.assert_error('InvalidRequestException', self.client.describe_objects, pipelineId=self.pipeline, objectIds=['Out'], marker=wrong,
                              message='the marker is not one that this operation gave')

    def test_set_status(self):
        self.assert_error('InvalidRequestException', self.client.set_status, pipelineId=self.pipeline, objectIds=['SayHello'],
                          status='EXPLODE', message="expected status PAUSE, RESUME, TRY_CANCEL, RERUN or MARK_FINISHED, found 'EXPLODE'")
        self.assert_error('InvalidRequestException', self.client.set_status, pipelineId=self.pipeline, objectIds=['SayHello'], status='RERUN')
        last = '@SayHello_2012-12-12T04:00:00'
        self.client.set_status(pipelineId=self.pipeline, objectIds=[last], status='try_cancel')
        self.assertEqual(field(self.describe(last), '@status'), 'CANCELED')
        self.client.set_status(pipelineId=self.pipeline, objectIds=[last], status='RERUN')
        self.assertEqual(field(self.describe(last), '@status'), 'WAITING_FOR_RUNNER')
        self.client.set_status(pipelineId=self.pipeline, objectIds=[last], status='MARK_FINISHED')
        self.assertEqual(field(self.describe(last), '@status'), 'FINISHED')
        self.assertEqual(field(self.describe('@Out_2012-12-12T04:00:00'), '@status'), 'FINISHED')


if __name__ == '__main__':
    unittest.main()
