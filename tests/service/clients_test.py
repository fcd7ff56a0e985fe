"""Unmodified clients: the aws command line, boto3 and the JavaScript SDK run all nineteen operations, signed, get their
typed errors, and try again when they should. A task runner on boto3 finishes a real pipeline."""

import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import unittest

from harness import KEY, REGION, SECRET, Proxy, ServerTest, field, in_threads, obj, tool

# Everything that a client meets before it gets through, each followed by an attempt that must succeed.
FAULTS = ['refuse', 500, 503, 400, 'lose']

DEFINITION = {
    'objects': [
        {'id': 'Default', 'name': 'Default', 'workerGroup': 'cli-group', 'scheduleType': 'ondemand'},
        {'id': 'Hello', 'name': 'Hello', 'type': 'ShellCommandActivity', 'command': 'echo #{myWord}'},
    ],
    'parameters': [{'id': 'myWord', 'type': 'String', 'default': 'hello'}],
    'values': {'myWord': 'good morning'},
}


class AwsCommand(ServerTest):
    arguments = ('--long-poll', '1')

    def aws(self, *arguments, expect=0, url=None, attempts=1):
        environment = {'PATH': '/usr/bin:/bin', 'HOME': self.server.folder, 'AWS_ACCESS_KEY_ID': KEY,
                       'AWS_SECRET_ACCESS_KEY': SECRET, 'AWS_DEFAULT_REGION': REGION, 'AWS_PAGER': '',
                       'AWS_MAX_ATTEMPTS': str(attempts), 'LC_ALL': 'C.UTF-8'}
        self.called.add(arguments[0])
        done = subprocess.run([tool('aws', 'awscli'), 'datapipeline', '--endpoint-url', url or self.server.url, '--output', 'json',
                               *arguments], capture_output=True, text=True, env=environment)
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        if expect != 0:
            return done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else {}

    def setUp(self):
        self.called = set()

    def test_retries(self):
        proxy = Proxy(self.server)
        self.addCleanup(proxy.stop)
        # Also the connection whose answer was lost: the pipeline that was made is the one that the next attempt finds.
        for error in FAULTS:
            with self.subTest(error):
                proxy.errors = [error, 500]
                create = ('create-pipeline', '--name', 'retries', '--unique-id', str(error))
                pipeline = self.aws(*create, url=proxy.url, attempts=4)
                self.assertEqual(proxy.errors, [])
                self.assertEqual(self.client.create_pipeline(name='retries', uniqueId=str(error))['pipelineId'], pipeline['pipelineId'])
        proxy.errors = [500]
        self.assertIn('(InternalServiceError)', self.aws('list-pipelines', url=proxy.url, expect=254))

    def test_all_operations(self):
        definition = os.path.join(self.server.folder, 'definition.json')
        pathlib.Path(definition).write_text(json.dumps(DEFINITION), encoding='utf-8')
        p = self.aws('create-pipeline', '--name', 'cli', '--unique-id', 'cli')['pipelineId']
        put = self.aws('put-pipeline-definition', '--pipeline-id', p, '--pipeline-definition', f'file://{definition}')
        self.assertEqual(put['errored'], False)
        self.assertEqual(self.aws('validate-pipeline-definition', '--pipeline-id', p, '--pipeline-objects',
                                  '[{"id": "Default", "name": "Default", "fields": []}]')['errored'], False)
        got = self.aws('get-pipeline-definition', '--pipeline-id', p)
        self.assertEqual(got['values'], DEFINITION['values'])
        self.assertEqual({item['id'] for item in got['objects']}, {'Default', 'Hello'})
        self.aws('activate-pipeline', '--pipeline-id', p)
        self.aws('add-tags', '--pipeline-id', p, '--tags', 'key=a,value=b')
        self.aws('remove-tags', '--pipeline-id', p, '--tag-keys', 'a')
        self.assertIn(p, [item['id'] for item in self.aws('list-pipelines')['pipelineIdList']])
        self.assertEqual(self.aws('describe-pipelines', '--pipeline-ids', p)['pipelineDescriptionList'][0]['name'], 'cli')
        self.assertEqual(self.aws('describe-objects', '--pipeline-id', p, '--object-ids', 'Hello')['pipelineObjects'][0]['id'], 'Hello')
        self.assertEqual(self.aws('query-objects', '--pipeline-id', p, '--sphere', 'COMPONENT')['ids'], ['Default', 'Hello'])
        evaluated = self.aws('evaluate-expression', '--pipeline-id', p, '--object-id', 'Hello', '--expression', '#{myWord}!')
        self.assertEqual(evaluated, {'evaluatedExpression': 'good morning!'})
        self.aws('set-status', '--pipeline-id', p, '--object-ids', 'Hello', '--status', 'pause')
        self.aws('set-status', '--pipeline-id', p, '--object-ids', 'Hello', '--status', 'resume')
        self.assertEqual(self.aws('report-task-runner-heartbeat', '--taskrunner-id', 'r1')['terminate'], False)
        task = self.aws('poll-for-task', '--worker-group', 'cli-group')['taskObject']
        self.assertEqual(self.aws('report-task-progress', '--task-id', task['taskId'])['canceled'], False)
        self.aws('set-task-status', '--task-id', task['taskId'], '--task-status', 'FINISHED')
        self.assertEqual(self.aws('poll-for-task', '--worker-group', 'cli-group'), {})
        runs = self.aws('list-runs', '--pipeline-id', p)
        self.assertEqual([(run['@componentParent'], run['@status']) for run in runs], [('Hello', 'FINISHED')])
        self.aws('activate-pipeline', '--pipeline-id', p)
        self.aws('deactivate-pipeline', '--pipeline-id', p)
        self.aws('delete-pipeline', '--pipeline-id', p)
        self.assertEqual(len(self.called - {'list-runs'}), 19)
        error = self.aws('activate-pipeline', '--pipeline-id', p, expect=254)
        self.assertRegex(error, r'An error occurred \(PipelineDeletedException\) when calling the ActivatePipeline operation'
                                rf'.*: Pipeline with id: {p} does not exist')


class Boto3(ServerTest):
    arguments = ('--long-poll', '1')

    def test_all_operations(self):
        called = set()
        self.client.meta.events.register('before-call.data-pipeline.*', lambda model, **_: called.add(model.name))
        client, signature = self.client, {'document': 'd', 'signature': 's'}
        p = client.create_pipeline(name='boto3', uniqueId='boto3', description='d', tags=[{'key': 'a', 'value': 'b'}])['pipelineId']
        objects = [obj('Default', workerGroup='boto3', scheduleType='ondemand'),
                   obj('Hello', type='ShellCommandActivity', command='echo #{myWord}')]
        definition = {'pipelineId': p, 'pipelineObjects': objects,
                      'parameterObjects': [{'id': 'myWord', 'attributes': [{'key': 'type', 'stringValue': 'String'}]}],
                      'parameterValues': [{'id': 'myWord', 'stringValue': 'grüß dich'}]}
        self.assertEqual(client.validate_pipeline_definition(**definition)['errored'], False)
        self.assertEqual(client.put_pipeline_definition(**definition)['errored'], False)
        self.assertEqual(client.get_pipeline_definition(pipelineId=p)['pipelineObjects'], objects)
        client.activate_pipeline(pipelineId=p, parameterValues=[{'id': 'myWord', 'stringValue': 'good morning'}])
        client.add_tags(pipelineId=p, tags=[{'key': 'c', 'value': 'd'}])
        client.remove_tags(pipelineId=p, tagKeys=['a'])
        self.assertEqual(client.describe_pipelines(pipelineIds=[p])['pipelineDescriptionList'][0]['tags'], [{'key': 'c', 'value': 'd'}])
        self.assertIn(p, [item['id'] for page in client.get_paginator('list_pipelines').paginate() for item in page['pipelineIdList']])
        ids = [i for page in client.get_paginator('query_objects').paginate(pipelineId=p, sphere='INSTANCE') for i in page['ids']]
        self.assertEqual(len(ids), 1)
        pages = client.get_paginator('describe_objects').paginate(pipelineId=p, objectIds=ids, evaluateExpressions=True)
        self.assertEqual([field(item, 'command') for page in pages for item in page['pipelineObjects']], ['echo good morning'])
        self.assertEqual(client.evaluate_expression(pipelineId=p, objectId=ids[0], expression='#{myWord}')['evaluatedExpression'], 'good morning')
        client.set_status(pipelineId=p, objectIds=['Hello'], status='PAUSE')
        client.set_status(pipelineId=p, objectIds=['Hello'], status='RESUME')
        self.assertEqual(client.report_task_runner_heartbeat(taskrunnerId='r', workerGroup='boto3', hostname='h')['terminate'], False)
        task = client.poll_for_task(workerGroup='boto3', hostname='h', instanceIdentity=signature)['taskObject']
        progress = [{'key': 'percent', 'stringValue': '50'}]
        self.assertEqual(client.report_task_progress(taskId=task['taskId'], fields=progress)['canceled'], False)
        client.set_task_status(taskId=task['taskId'], taskStatus='FINISHED')
        self.assertNotIn('taskObject', client.poll_for_task(workerGroup='boto3'))
        client.activate_pipeline(pipelineId=p)
        client.deactivate_pipeline(pipelineId=p, cancelActive=True)
        for error, call in ((client.exceptions.InvalidRequestException, lambda: client.set_status(pipelineId=p, objectIds=[], status='x')),
                            (client.exceptions.TaskNotFoundException, lambda: client.report_task_progress(taskId='x')),
                            (client.exceptions.PipelineNotFoundException, lambda: client.delete_pipeline(pipelineId='x'))):
            with self.assertRaises(error):
                call()
        client.delete_pipeline(pipelineId=p)
        with self.assertRaises(client.exceptions.PipelineDeletedException):
            client.activate_pipeline(pipelineId=p)
        self.assertEqual(called, set(client.meta.service_model.operation_names))
        self.assertEqual(len(called), 19)

    def test_retries(self):
        proxy = Proxy(self.server)
        self.addCleanup(proxy.stop)
        for mode in ('legacy', 'standard'):
            for error in FAULTS:
                with self.subTest(mode=mode, error=error):
                    proxy.errors = [error, 500]
                    client = self.server.client(url=proxy.url, retries={'mode': mode, 'max_attempts': 4})
                    answer = client.create_pipeline(name='retries', uniqueId=f'{mode}{error}')
                    self.assertEqual(answer['ResponseMetadata']['RetryAttempts'], 2)
                    again = self.client.create_pipeline(name='retries', uniqueId=f'{mode}{error}')
                    self.assertEqual(again['pipelineId'], answer['pipelineId'])
        proxy.errors = [500]
        client = self.server.client(url=proxy.url)
        with self.assertRaises(client.exceptions.InternalServiceError):
            client.list_pipelines()

    def test_a_result_whose_answer_was_lost_counts_once(self):
        proxy = Proxy(self.server)
        self.addCleanup(proxy.stop)
        pipeline = self.new_pipeline([obj('Default', workerGroup='lost', scheduleType='ondemand'),
                                      obj('Act', type='ShellCommandActivity', command='x')], activate=True)
        task = self.poll('lost')
        proxy.errors = ['lose']
        client = self.server.client(url=proxy.url, retries={'max_attempts': 4})
        answer = client.set_task_status(taskId=task['taskId'], taskStatus='FINISHED')
        self.assertEqual(answer['ResponseMetadata']['RetryAttempts'], 1)
        self.assertEqual(list(self.statuses(pipeline).values()), ['FINISHED'])


# What stands in for the network: it "downloads" a script that notes how it was called.
WGET = """#!/bin/sh
name=$(basename "$1")
printf '#!/bin/sh\\necho "%s $*" >> "$PIPEXPR_CALLS"\\n' "$name" > "$name"
"""


class RealPipeline(ServerTest):
    arguments = ('--long-poll', '1')

    def test_a_backup_on_three_machines(self):
        """A published pipeline as it is: five shell activities on three resources, each with a runner of its own."""
        root = pathlib.Path(__file__).resolve().parents[2]
        corpus = pathlib.Path(os.environ.get('PIPEXPR_SHARED', root.parent / 'shared')) / 'corpus'
        if not corpus.is_dir():
            self.skipTest(f"there is no corpus at '{corpus}': it is no part of the project")
        file = corpus / 'definitions' / 'samples-efsbackup-3-node-efsbackuppipeline.json'
        environment = {'HOME': self.server.folder, 'AWS_ACCESS_KEY_ID': KEY, 'AWS_SECRET_ACCESS_KEY': SECRET,
                       'AWS_DEFAULT_REGION': REGION, 'AWS_PAGER': '', 'LC_ALL': 'C.UTF-8', 'PATH': '/usr/bin:/bin'}
        pipeline = self.client.create_pipeline(name='backup', uniqueId='1')['pipelineId']
        for arguments in (['put-pipeline-definition', '--pipeline-definition', f'file://{file}'], ['activate-pipeline']):
            done = subprocess.run([tool('aws', 'awscli'), 'datapipeline', '--endpoint-url', self.server.url, *arguments,
                                   '--pipeline-id', pipeline], env=environment, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

        bin_folder = pathlib.Path(self.server.folder, 'bin')
        bin_folder.mkdir()
        (bin_folder / 'wget').write_text(WGET, encoding='ascii')
        (bin_folder / 'wget').chmod(stat.S_IRWXU)
        calls = pathlib.Path(self.server.folder, 'calls')
        environment |= {'PATH': f'{bin_folder}:/usr/bin:/bin', 'PIPEXPR_CALLS': str(calls)}

        def run(number):
            folder = pathlib.Path(self.server.folder, f'machine{number}')
            folder.mkdir()
            runner = pathlib.Path(__file__).resolve().with_name('runner.py')
            done = subprocess.run([sys.executable, '-W', 'ignore', runner, self.server.url, f'EC2Resource{number + 1}', '--runs',
                                   str((3, 1, 1)[number])], cwd=folder, env=environment, capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 0, done.stderr)

        in_threads(3, run)
        self.assertEqual(sorted((key.split('_')[0], value) for key, value in self.statuses(pipeline).items()),
                         [(f'@{name}', 'FINISHED') for name in
                          ('BackupPart1', 'BackupPart2', 'BackupPart3', 'EC2Resource1', 'EC2Resource2', 'EC2Resource3',
                           'FinalizeBackup', 'InitBackup')])
        lines = calls.read_text(encoding='utf-8').splitlines()
        source = '10.0.1.32:/ 10.0.1.75:/ daily 7 backup-fs-12345678'
        self.assertEqual(lines[0], f'efs-backup-init.sh {source}')
        self.assertEqual(sorted(lines[1:4]), [f'efs-backup-rsync.sh {source} {part} 3' for part in (0, 1, 2)])
        self.assertEqual(lines[4:], ['efs-backup-end.sh daily backup-fs-12345678'])


class JavaScript(ServerTest):
    arguments = ('--long-poll', '1')

    def test_all_operations(self):
        node = tool('node', 'nodejs')
        npm = tool('npm', 'npm')
        # Installed once for each build folder; the version is the one whose requests are known.
        folder = pathlib.Path(os.environ.get('PIPEXPR_TEST_NODE', os.path.join(self.server.folder, 'node')))
        script = pathlib.Path(__file__).with_name('client.mjs')
        package = {'private': True, 'type': 'module', 'dependencies': {'@aws-sdk/client-data-pipeline': '3.1029.0'}}
        folder.mkdir(parents=True, exist_ok=True)
        (folder / 'package.json').write_text(json.dumps(package), encoding='utf-8')
        if not (folder / 'node_modules' / '@aws-sdk' / 'client-data-pipeline').is_dir():
            done = subprocess.run([npm, 'install', '--no-audit', '--no-fund', '--loglevel=error'], cwd=folder,
                                  capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, 'npm could not install @aws-sdk/client-data-pipeline: ' + done.stderr)
        shutil.copy(script, folder / 'client.mjs')
        proxy = Proxy(self.server)
        self.addCleanup(proxy.stop)
        proxy.errors = [step for error in FAULTS for step in (error, 500, None)] + [500]
        done = subprocess.run([node, 'client.mjs', self.server.url, proxy.url], cwd=folder, capture_output=True, text=True, timeout=120,
                              env={**os.environ, 'AWS_ACCESS_KEY_ID': KEY, 'AWS_SECRET_ACCESS_KEY': SECRET, 'AWS_REGION': REGION})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, re.compile(r'^19 operations$', re.MULTILINE))
        self.assertEqual(proxy.errors, [])


if __name__ == '__main__':
    unittest.main()
